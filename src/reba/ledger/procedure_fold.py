"""Fold what is known of the asylum procedure: the events and decisions that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeAlias, cast

from reba.ledger.entries import Entry
from reba.savings.procedure import (
    GroupDecision,
    Party,
    ProcedureEvent,
    ProcedureState,
    procedure_state,
)

__all__ = ["ProcedureFold"]

Body: TypeAlias = Mapping[str, object]


class ProcedureFold:
    """The events of an account that stand, and the decisions on mixed outcomes."""

    __slots__ = ("_decisions", "_events")

    def __init__(self) -> None:
        self._events: dict[str, ProcedureEvent] = {}
        self._decisions: dict[str, GroupDecision] = {}

    def standing(self, entry_id: str) -> ProcedureEvent | GroupDecision | None:
        """Return the event, or decision on mixed outcomes, that stands; None where none does."""
        return self._events.get(entry_id) or self._decisions.get(entry_id)

    def events(self) -> tuple[ProcedureEvent, ...]:
        """Return the events that stand, in order of recording."""
        return tuple(self._events.values())

    def on(self, day: date, parties: Iterable[Party]) -> ProcedureState:
        """Return where the procedure of these members stands on a day."""
        return procedure_state(tuple(parties), self.events(), tuple(self._decisions.values()), day)

    def recorded(self, entry: Entry, body: Body) -> None:
        """procedure.recorded: an event of a member, or a decision on mixed outcomes."""
        on = date.fromisoformat(entry.effective)
        if body["type"] == "outcome_decided":
            rests_on = tuple(cast("list[str]", body["rests_on"]))
            group = cast("str", body["group"])
            self._decisions[entry.entry_id] = GroupDecision(entry.entry_id, group, on, rests_on)
            return
        if entry.supersedes is not None:
            self._events.pop(entry.supersedes, None)
        member, of_type, basis = (
            cast("str", body[key]) for key in ("member", "type", "legal_basis")
        )
        final_on = cast("str | None", body["final_on"])
        self._events[entry.entry_id] = ProcedureEvent(
            entry.entry_id, member, of_type, on,
            None if final_on is None else date.fromisoformat(final_on), basis,
        )  # fmt: skip

    def revoked(self, entry: Entry) -> None:
        """procedure.revoked: an event, or a decision on mixed outcomes, no longer stands."""
        superseded = cast("str", entry.supersedes)
        self._events.pop(superseded, None)
        self._decisions.pop(superseded, None)
