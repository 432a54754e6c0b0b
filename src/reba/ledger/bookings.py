"""Decide what one household-month adds to a ledger. Pure: state and facts in, drafts out.

1. A household-month is assessed once. The same facts again add nothing; other facts are refused,
   since what was booked is only ever changed by a revision.
2. What earlier months charged against the assets comes from the ledger once it has booked any
   (Reba 2008 art. 7; contract, `charged_before`).
3. What came in is split once: `reserved + remitted == collected` (or `== assessed`, as the policy
   says). What did not come in is a receivable and is not split.
4. A provisional result is not booked unless the caller accepts it.
5. A month before one that is booked makes the later ones right too (`rebuilding.py`): the order of
   booking does not matter.
"""

from __future__ import annotations

import json
from typing import Literal, NamedTuple, cast

from reba.errors import LedgerError, RebaError, RunError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.accounts import AccountFold, MonthState
from reba.ledger.bodies import collected_body, opened_body, split_body
from reba.ledger.drafting import Documents, Drafting
from reba.ledger.entries import Draft, Entry
from reba.ledger.prepared import Prepared, prepare_again
from reba.ledger.rebuilding import CASCADE, Change, Rebuild, charged_before, rebuild
from reba.savings.policy import SavingsPolicy
from reba.savings.reserve import Reserve, reserve

__all__ = ["Booking", "Terms", "book", "refused", "repeated"]


class Terms(NamedTuple):
    """What a booking is made under: the law, the policy, who asks, and what is accepted.

    `choices` are those of a municipality, for schemes that leave any. `documents` finds the laws,
    policies and choices of months that were booked before; the ledger has them.
    """

    law: Law
    policy: SavingsPolicy
    actor: str
    allow_provisional: bool = False
    documents: Documents | None = None
    choices: MunicipalChoices | None = None


class Booking(NamedTuple):
    """What became of one household-month.

    The amounts are what stands in the ledger for the month, in cents, newly booked or booked
    before; a refused one stands nowhere and carries its error. `provisional` says whether the
    assessment rests on a value that is not verified.
    """

    household: str
    status: Literal["booked", "already_booked", "refused"]
    error: RebaError | None = None
    contribution_cents: int = 0
    collected_cents: int = 0
    reserved_cents: int = 0
    remitted_cents: int = 0
    provisional: bool = False


def refused(prepared: Prepared, error: RebaError) -> Booking:
    """Say that a household-month was not booked, and why."""
    # Kept without its traceback, whose frames would hold what holds it.
    return Booking(prepared.household, "refused", error.with_traceback(None))


def command_of(month: str) -> str:
    """Return the id of the command that assesses a month; unique within the account."""
    return f"assess/{month}"


def repeated(prepared: Prepared, first: tuple[str, Booking]) -> Booking:
    """Say what becomes of a household-month that stands twice in one batch."""
    facts_json, booking = first
    if facts_json != prepared.facts_json:
        command_id = command_of(prepared.month)
        return refused(prepared, LedgerError("ledger.command_conflict", command_id=command_id))
    return booking._replace(status="already_booked")


def _split(prepared: Prepared, balance_cents: int, terms: Terms) -> Reserve | None:
    """Split what the policy says is to be split; None while nothing came in."""
    assessed = prepared.assessed
    if assessed is None:
        return None
    if prepared.collected_cents is None:
        rule = terms.policy.on(assessed.month.first_day).reserve
        if rule.funded_on == "collection":
            return None
    return reserve(
        assessed,
        terms.policy,
        collected_cents=prepared.collected_cents,
        balance_cents=balance_cents,
    )


def _drafts(
    prepared: Prepared, split: Reserve | None, command_id: str, terms: Terms, *, is_new: bool
) -> list[Draft]:
    household, month, actor = prepared.household, prepared.month, terms.actor
    said = [("contribution.assessed", prepared.body)]
    if is_new:
        said.insert(0, ("account.opened", opened_body(prepared.scheme)))
    if prepared.collected_cents:
        body = collected_body(month, prepared.collected_cents)
        said.append(("contribution.collected", body))
    if split is not None and split.split_cents:
        said.append(("savings.reserved", split_body(month, split, terms.policy.digest)))
    return [Draft(household, kind, month, actor, command_id, None, body) for kind, body in said]


def _booked_before(
    prepared: Prepared, entries: list[Entry], state: MonthState, command_id: str
) -> Booking | None:
    """Return what was booked before by the same command, or None.

    Raises:
        LedgerError: ledger.command_conflict, ledger.already_assessed.
    """
    same = [entry for entry in entries if entry.command_id == command_id]
    if not same:
        if state.assessed_by is not None:
            raise LedgerError(
                "ledger.already_assessed", account=prepared.household, month=prepared.month
            )
        return None
    first = next((e for e in same if e.kind == "contribution.assessed"), None)
    body = None if first is None else first.body
    if body is None or body["facts"] != json.loads(prepared.facts_json):
        raise LedgerError("ledger.command_conflict", command_id=command_id)
    provisional = bool(body["provisional_because"])
    return _booking(prepared.household, "already_booked", state, provisional=provisional)


def _fold_of(prepared: Prepared, entries: list[Entry]) -> AccountFold:
    folding = AccountFold.over(prepared.household, entries)
    if folding.scheme != prepared.scheme:
        raise LedgerError(
            "ledger.other_scheme",
            account=prepared.household,
            booked=folding.scheme,
            given=prepared.scheme,
        )
    return folding


def _book_between(
    prepared: Prepared, fold: AccountFold, entries: list[Entry], command_id: str, terms: Terms
) -> tuple[Booking, list[Draft]]:
    """Book a month before months that are booked, and make those right."""
    if terms.documents is None:
        msg = "a month before others is booked by the ledger, which has their documents"
        raise TypeError(msg)
    drafting = Drafting(fold, entries, actor=terms.actor, command_id=command_id)
    change = Change(CASCADE, prepared, terms.law, choices=terms.choices)
    under = Rebuild(terms.documents, terms.policy, terms.allow_provisional)
    rebuild(drafting, {prepared.month: change}, under)
    state = drafting.fold.month(prepared.month)
    body = drafting.body_of(cast("str", state.assessed_by))
    provisional = bool(body["provisional_because"])
    return _booking(prepared.household, "booked", state, provisional=provisional), drafting.drafts


def _booking(
    household: str,
    status: Literal["booked", "already_booked"],
    state: MonthState,
    *,
    provisional: bool,
) -> Booking:
    return Booking(
        household,
        status,
        None,
        state.contribution_cents,
        state.collected_cents,
        state.reserved_cents,
        state.remitted_cents,
        provisional,
    )


def _check(prepared: Prepared, terms: Terms) -> None:
    if prepared.error is not None:
        raise prepared.error
    if prepared.provisional_because and not terms.allow_provisional:
        raise RunError("run.provisional", parameters=", ".join(prepared.provisional_because))


def book(
    prepared: Prepared, entries: list[Entry], terms: Terms, command_id: str | None = None
) -> tuple[Booking, list[Draft]]:
    """Decide what one household-month adds to the ledger.

    Args:
        prepared: what was reported, assessed.
        entries: what the account holds, in order of version; empty for a new one.
        terms: the law, the policy, the actor, and whether provisional results are accepted.
        command_id: the idempotency key within the account; by default "assess/<month>".

    Returns:
        What became of it, and the drafts to append (none when it was booked before).

    Raises:
        LedgerError: ledger.command_conflict, ledger.already_assessed, ledger.account_closed,
            ledger.other_scheme.
        RunError: run.provisional.
        PolicyError: policy.no_version.
        LawError, FactsError: what stopped the assessment.
    """
    command_id = command_id or command_of(prepared.month)
    balance_cents = 0
    if entries:
        fold = _fold_of(prepared, entries)
        before = _booked_before(prepared, entries, fold.month(prepared.month), command_id)
        if before is not None:
            return before, []
        if fold.closing() is not None:
            raise LedgerError("ledger.account_closed", account=prepared.household)
        _check(prepared, terms)
        if any(state.month > prepared.month for state in fold.months()):
            return _book_between(prepared, fold, entries, command_id, terms)
        charged = charged_before(fold, prepared.month, prepared.charged_before_cents)
        if charged != prepared.charged_before_cents:
            prepared = prepare_again(prepared.facts_json, charged, terms.law, terms.choices)
        balance_cents = fold.saved_before(prepared.month)
    _check(prepared, terms)
    split = _split(prepared, balance_cents, terms)
    booking = Booking(
        prepared.household,
        "booked",
        None,
        0 if prepared.assessed is None else prepared.assessed.contribution_cents,
        prepared.collected_cents or 0,
        0 if split is None else split.reserved_cents,
        0 if split is None else split.remitted_cents,
        bool(prepared.provisional_because),
    )
    return booking, _drafts(prepared, split, command_id, terms, is_new=not entries)
