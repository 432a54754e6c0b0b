"""Histories of asylum procedures, as plain values that `procedure_state` takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from hypothesis import strategies as st

from reba.errors import ProcedureError
from reba.savings.procedure import (
    GROUPS,
    GroupDecision,
    Party,
    ProcedureEvent,
    ProcedureState,
    event_types,
    procedure_state,
    usable_type,
)
from reba.testing.strategies._support import (
    check_between,
    check_bounds,
    draws,
    from_parameters,
)

__all__ = ["ProcedureHistory", "event_names_on", "procedure_histories"]

_PEOPLE_MAX: Final = 10
_EVENTS_MAX: Final = 50
_ADULT: Final = date(1985, 1, 1)
_CHILD: Final = date(2010, 5, 5)
_LATER: Final = st.sampled_from([0, 0, 1, 28, 42])
_FINAL: Final = st.sampled_from([True, True, False])
_GROUPS: Final = st.sampled_from(GROUPS)
_DECIDES: Final = st.booleans()


class ProcedureHistory(NamedTuple):
    """What was recorded of the procedure of a household, and not revoked.

    >>> from datetime import date
    >>> ProcedureHistory((Party("P-1", date(1985, 1, 1)),), (), ()).state(date(2015, 1, 1)).status
    'open'
    """

    parties: tuple[Party, ...]
    events: tuple[ProcedureEvent, ...]
    decisions: tuple[GroupDecision, ...]

    def state(self, day: date) -> ProcedureState:
        """Return where the procedure stands on a day."""
        return procedure_state(self.parties, self.events, self.decisions, day)


def event_names_on(day: date) -> list[str]:
    """Return the types of events that exist on a day, those that end a procedure first."""
    known = sorted(event_types(), key=lambda each: each.outcome is None)
    names: list[str] = []
    for each in known:
        try:
            names.append(usable_type(each.type, day).type)
        except ProcedureError:
            continue
    return names


def _draw_history(
    draw: st.DrawFn, first: date, last: date, adults: tuple[int, int], children: int, most: int
) -> ProcedureHistory:
    grown = draw(st.integers(*adults))
    number = grown + draw(st.integers(0 if grown else 1, children))
    parties = tuple(Party(f"P-{n + 1}", _ADULT if n < grown else _CHILD) for n in range(number))
    events: list[ProcedureEvent] = []
    decisions: list[GroupDecision] = []
    for seq in range(draw(st.integers(0, most))):
        on = min(last, first + timedelta(days=draw(st.integers(0, (last - first).days))))
        member = draw(st.sampled_from(parties)).member
        name = draw(st.sampled_from(event_names_on(on)))
        final = min(last, on + timedelta(days=draw(_LATER))) if draw(_FINAL) else None
        events.append(ProcedureEvent(f"H-1/{seq + 1}", member, name, on, final, "made for tests"))
        history = ProcedureHistory(parties, tuple(events), tuple(decisions))
        state = history.state(last)
        if state.outcome == "mixed" and draw(_DECIDES):
            decided = f"H-1/{seq + 1}-decided"
            decisions.append(GroupDecision(decided, draw(_GROUPS), last, state.rests_on))
    return ProcedureHistory(parties, tuple(events), tuple(decisions))


_histories = draws(_draw_history)


@from_parameters
def procedure_histories(
    *,
    min_value: date = date(2015, 1, 1),
    max_value: date = date(2015, 12, 31),
    min_adults: int = 1,
    max_adults: int = 2,
    max_children: int = 1,
    max_size: int = 6,
) -> st.SearchStrategy[ProcedureHistory]:
    """Events of the asylum procedure of one household, and decisions on mixed outcomes.

    Every type is of a day on which it exists; no event is final before its own day.

    Args:
        min_value: the first day on which something happens.
        max_value: the last day; a decision is of this day.
        min_adults: at least so many adults; 0 for minors alone.
        max_adults: at most so many adults.
        max_children: at most so many children.
        max_size: at most so many events.

    >>> from hypothesis import find
    >>> def ended(history): return history.state(date(2015, 12, 31)).status == "ended"
    >>> [event.type for event in find(procedure_histories(), ended).events]
    ['granted']
    """
    check_bounds(min_value, max_value, date(1901, 1, 1), date(2198, 1, 1))
    check_between("min_adults", min_adults, 0, _PEOPLE_MAX)
    check_between("max_adults", max_adults, max(1, min_adults), _PEOPLE_MAX)
    check_between("max_children", max_children, 0 if min_adults else 1, _PEOPLE_MAX)
    check_between("max_size", max_size, 0, _EVENTS_MAX)
    return _histories(min_value, max_value, (min_adults, max_adults), max_children, max_size)
