"""When an asylum procedure (asielprocedure) has ended, and how: dated events, never a flag.

1. Events are recorded per member. The type never says that an event is final: its `final_on` does.
2. The procedure has ended when every adult member has a final event that was not revoked. Where a
   household has no adult, or none left, every member counts. The day asked about decides who is
   adult.
3. Of a member's final events the last one counts. Who died is left out, unless all died.
4. Members with different outcomes make the household mixed, until a decision names the group. That
   decision stands as long as the events it rests on, and lapses with the first that changes.
5. A track says what is expected while the procedure is open; it ends nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from reba.errors import ProcedureError
from reba.months import add_years

__all__ = [
    "GROUPS",
    "OUTCOMES",
    "REVOCATION_REASONS",
    "EventType",
    "GroupDecision",
    "Outcome",
    "Party",
    "ProcedureEvent",
    "ProcedureState",
    "event_types",
    "procedure_state",
    "usable_type",
]

Outcome: TypeAlias = Literal[
    "granted", "return", "without_permit", "forced_return", "departed_unknown", "dublin_transfer",
    "died", "mixed",
]  # fmt: skip

OUTCOMES: Final[tuple[Outcome, ...]] = (
    "granted", "return", "without_permit", "forced_return", "departed_unknown", "dublin_transfer",
    "died", "mixed",
)  # fmt: skip
GROUPS: Final = ("granted", "return")
"""The outcomes in which savings are released."""

REVOCATION_REASONS: Final = (
    "appeal_upheld", "new_application", "permit_withdrawn", "came_back", "recorded_in_error",
)  # fmt: skip

_ADULT_YEARS: Final = 18
_TRACKS: Final = {"track_regular": "regular", "track_low_chance": "low_chance"}


class EventType(NamedTuple):
    """A type of event: what it makes of a procedure, and from when to when it exists."""

    type: str
    outcome: Outcome | None
    valid_from: date | None
    valid_to: date | None
    status: Literal["sourced", "recalled"]
    source: str
    note: str
    instead: str


class Party(NamedTuple):
    """A member of the household (gezinslid), as far as a procedure needs to know them."""

    member: str
    born: date


class ProcedureEvent(NamedTuple):
    """A recorded event: `on` is the day from which it counts, `final_on` since when it is final."""

    event: str
    member: str
    type: str
    on: date
    final_on: date | None
    legal_basis: str


class GroupDecision(NamedTuple):
    """A decision on a household with mixed outcomes: which group applies, and what it rests on."""

    decision: str
    group: str
    on: date
    rests_on: tuple[str, ...]


class ProcedureState(NamedTuple):
    """Where the procedure of a household stands on a day.

    `waiting_for` names the adult members whose procedure has not ended; `track` is what is expected
    while it is open, where that was recorded; `rests_on` are the events that made the outcome.
    """

    status: Literal["open", "ended"]
    outcome: Outcome | None
    waiting_for: tuple[str, ...]
    track: str | None
    ended_on: date | None
    rests_on: tuple[str, ...]


@lru_cache(maxsize=1)
def event_types() -> tuple[EventType, ...]:
    """Return every type of event, as the data file dates them."""
    text = (resources.files("reba.savings") / "data" / "procedure-events.toml").read_text("utf-8")
    rows = cast("list[dict[str, object]]", tomllib.loads(text)["event"])
    return tuple(
        EventType(
            str(row["type"]),
            cast("Outcome | None", row.get("outcome")),
            cast("date | None", row.get("valid_from")),
            cast("date | None", row.get("valid_to")),
            cast("Literal['sourced', 'recalled']", row["status"]),
            str(row["source"]),
            str(row["note"]),
            str(row.get("instead", "")),
        )
        for row in rows
    )


def usable_type(name: str, on: date) -> EventType:
    """Return a type of event that exists on a day.

    Raises:
        ProcedureError: procedure.unknown_type, procedure.type_not_valid.

    >>> usable_type("granted", date(2015, 5, 1)).outcome
    'granted'
    """
    found = next((each for each in event_types() if each.type == name), None)
    if found is None:
        known = ", ".join(each.type for each in event_types())
        raise ProcedureError("procedure.unknown_type", value=name[:40], known=known)
    too_early = found.valid_from is not None and on < found.valid_from
    too_late = found.valid_to is not None and found.valid_to < on
    if too_early or too_late:
        raise ProcedureError(
            "procedure.type_not_valid",
            type=name,
            date=on.isoformat(),
            first="ever" if found.valid_from is None else found.valid_from.isoformat(),
            last="now" if found.valid_to is None else found.valid_to.isoformat(),
            instead=found.instead,
        )
    return found


@lru_cache(maxsize=1)
def _outcome_of() -> dict[str, Outcome]:
    return {each.type: each.outcome for each in event_types() if each.outcome is not None}


def _who_counts(parties: Sequence[Party], day: date) -> list[str]:
    adults = [party.member for party in parties if add_years(party.born, _ADULT_YEARS) <= day]
    return adults or [party.member for party in parties]


def _last_final(events: Iterable[ProcedureEvent], day: date) -> ProcedureEvent | None:
    outcomes = _outcome_of()
    final = [e for e in events if e.type in outcomes and e.final_on and e.final_on <= day]
    # Of two on one day the one recorded last counts: max keeps the first, so look from behind.
    return max(reversed(final), key=lambda event: event.on, default=None)


def _decided(
    decisions: Iterable[GroupDecision], rests_on: tuple[str, ...], day: date
) -> GroupDecision | None:
    found = [d for d in decisions if d.on <= day and d.rests_on == rests_on]
    return found[-1] if found else None


def procedure_state(
    parties: Sequence[Party],
    events: Sequence[ProcedureEvent],
    decisions: Sequence[GroupDecision],
    day: date,
) -> ProcedureState:
    """Say whether the procedure (procedure) of a household has ended on a day, and how.

    Args:
        parties: the members of the household.
        events: what was recorded and not revoked, in order of recording.
        decisions: decisions on mixed outcomes, in order of recording.
        day: the Amsterdam calendar date asked about.

    >>> party = Party("P-1", date(1990, 5, 14))
    >>> granted = ProcedureEvent("H-1/5", "P-1", "granted", date(2015, 5, 1), date(2015, 5, 1), "")
    >>> procedure_state([party], [granted], [], date(2015, 4, 30)).status
    'open'
    >>> procedure_state([party], [granted], [], date(2015, 5, 1)).outcome
    'granted'
    """
    known = [event for event in events if event.on <= day]
    tracks = [event for event in known if event.type in _TRACKS]
    latest = max(reversed(tracks), key=lambda event: event.on, default=None)
    track = None if latest is None else _TRACKS[latest.type]
    ends_of = {
        party.member: _last_final([e for e in known if e.member == party.member], day)
        for party in parties
    }
    last = {member: ends_of[member] for member in _who_counts(parties, day)}
    if last and all(event is not None and event.type == "died" for event in last.values()):
        last = ends_of  # no adult is left: the children count
    waiting = tuple(member for member, event in last.items() if event is None)
    if waiting or not last:
        return ProcedureState("open", None, waiting, track, None, ())
    ends = [event for event in last.values() if event is not None]
    outcome_of = _outcome_of()
    counting = [event for event in ends if event.type != "died"] or ends
    rests_on = tuple(sorted(event.event for event in counting))
    outcomes = {outcome_of[event.type] for event in counting}
    ended_on = max(event.final_on for event in ends if event.final_on is not None)
    outcome: str = outcomes.pop() if len(outcomes) == 1 else "mixed"
    if outcome == "mixed":
        decision = _decided(decisions, rests_on, day)
        if decision is not None:
            outcome = decision.group
    return ProcedureState("ended", cast("Outcome", outcome), (), track, ended_on, rests_on)
