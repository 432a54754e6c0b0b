"""Record what happens in the asylum procedure (D6): events, decisions, revocations. Pure.

1. An event is of a member, of a type that exists on its day, with its legal basis and, once it is
   final, the day since when. It never lies in the future, nor before the account opened.
2. Recording the same event again with a final day supersedes the one without.
3. A revocation supersedes: releases stop, and what was paid stays paid.
4. A decision on mixed outcomes names the group and the events it rests on.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from reba.errors import ProcedureError
from reba.ledger.desk import Desk, account_of, first_day_of, usable_reason, usable_text
from reba.ledger.drafting import Drafting
from reba.savings.procedure import GROUPS, REVOCATION_REASONS, ProcedureEvent, usable_type

__all__ = ["EventAsked", "decide_outcome", "record_procedure", "revoke_procedure"]

_LEGAL_BASIS: Final = "The legal basis"


class EventAsked(NamedTuple):
    """An event to record. `decided_on` is the day of the decision where that lies before `on`."""

    member: str
    type: str
    on: date | None
    final_on: date | None
    decided_on: date | None
    legal_basis: str


def _superseded(drafting: Drafting, asked: EventAsked, on: date) -> ProcedureEvent | None:
    same = [
        event
        for event in drafting.fold.procedure_fold.events()
        if (event.member, event.type, event.on) == (asked.member, asked.type, on)
    ]
    if not same:
        return None
    if same[-1].final_on is not None or asked.final_on is None:
        raise ProcedureError("procedure.already_recorded", event=same[-1].event)
    return same[-1]


def record_procedure(desk: Desk, account: str, asked: EventAsked) -> str:
    """Record an event; return its id.

    Raises:
        LedgerError: ledger.unknown_account, ledger.text.
        ProcedureError: procedure.unknown_member, procedure.unknown_type, procedure.type_not_valid,
            procedure.in_future, procedure.before_account, procedure.final_before_event,
            procedure.decided_after, procedure.already_recorded.
    """
    drafting = desk.account(account, open_only=False)
    members = [party.member for party in drafting.fold.parties()]
    if asked.member not in members:
        raise ProcedureError(
            "procedure.unknown_member", member=asked.member[:64], members=", ".join(members)
        )
    on = desk.today if asked.on is None else asked.on
    usable_type(asked.type, on)
    for day in (on, asked.final_on, asked.decided_on):
        if day is not None and day > desk.today:
            raise ProcedureError(
                "procedure.in_future", date=day.isoformat(), today=desk.today.isoformat()
            )
    first = first_day_of(drafting)
    if on.isoformat() < first:
        raise ProcedureError("procedure.before_account", date=on.isoformat(), first=first)
    if asked.final_on is not None and asked.final_on < on:
        raise ProcedureError(
            "procedure.final_before_event", final=asked.final_on.isoformat(), date=on.isoformat()
        )
    if asked.decided_on is not None and asked.decided_on > on:
        raise ProcedureError(
            "procedure.decided_after", decided=asked.decided_on.isoformat(), date=on.isoformat()
        )
    superseded = _superseded(drafting, asked, on)
    fields = {
        "decided_on": None if asked.decided_on is None else asked.decided_on.isoformat(),
        "final_on": None if asked.final_on is None else asked.final_on.isoformat(),
        "legal_basis": usable_text(_LEGAL_BASIS, asked.legal_basis),
        "member": asked.member,
        "type": asked.type,
    }
    supersedes = None if superseded is None else superseded.event
    return desk.say(drafting, "procedure.recorded", on, fields, supersedes)


def decide_outcome(
    desk: Desk, account: str, *, group: str, on: date | None, legal_basis: str
) -> str:
    """Decide which group applies to a household with mixed outcomes; return the decision's id.

    Raises:
        ProcedureError: procedure.unknown_group, procedure.not_mixed.
        LedgerError: ledger.unknown_account, ledger.in_future, ledger.text.
    """
    drafting = desk.account(account, open_only=False)
    if group not in GROUPS:
        raise ProcedureError("procedure.unknown_group", value=group[:40], known=", ".join(GROUPS))
    day = desk.day(on, "The decision", after=first_day_of(drafting))
    procedure = drafting.fold.procedure(day)
    if procedure.outcome != "mixed":
        outcome = procedure.outcome or procedure.status
        raise ProcedureError("procedure.not_mixed", account=account, outcome=outcome)
    fields = {
        "group": group,
        "legal_basis": usable_text(_LEGAL_BASIS, legal_basis),
        "rests_on": list(procedure.rests_on),
        "type": "outcome_decided",
    }
    return desk.say(drafting, "procedure.recorded", day, fields)


def revoke_procedure(
    desk: Desk, event: str, *, because: str, on: date | None, legal_basis: str
) -> str:
    """Revoke an event or a decision (herroepen); return the id of the revocation.

    Raises:
        ProcedureError: procedure.unknown_event.
        LedgerError: ledger.unknown_account, ledger.unknown_reason, ledger.in_future,
            ledger.too_early, ledger.text.
    """
    drafting = desk.account(account_of(event), open_only=False)
    standing = drafting.fold.procedure_fold.standing(event)
    if standing is None:
        raise ProcedureError("procedure.unknown_event", event=event[:80])
    day = desk.day(on, "The revocation", after=standing.on.isoformat())
    fields = {
        "because": usable_reason(because, REVOCATION_REASONS),
        "legal_basis": usable_text(_LEGAL_BASIS, legal_basis),
    }
    return desk.say(drafting, "procedure.revoked", day, fields, supersedes=event)
