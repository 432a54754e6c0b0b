"""Decide what one household-month adds to a ledger. Pure: state and facts in, drafts out.

1. A household-month is assessed once. The same facts again add nothing; other facts are refused,
   since what was booked is only ever changed by a revision.
2. What earlier months charged against the assets comes from the ledger once it has booked any
   (Reba 2008 art. 7; contract, `charged_before`).
3. What came in is split once: `reserved + remitted == collected` (or `== assessed`, as the policy
   says). What did not come in is a receivable and is not split.
4. A provisional result is not booked unless the caller accepts it.
"""

from __future__ import annotations

import json
from typing import Literal, NamedTuple

from reba.errors import LedgerError, RebaError, RunError
from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.law.assessment import Assessment
from reba.law.parameters import Law
from reba.ledger.accounts import AccountFold, MonthState
from reba.ledger.bodies import assessed_body, collected_body, opened_body, split_body
from reba.ledger.entries import Draft, Entry
from reba.savings.policy import SavingsPolicy
from reba.savings.reserve import Reserve, reserve
from reba.version import __version__

__all__ = [
    "Booking",
    "Terms",
    "book_household_month",
    "charged_before",
    "command_of",
    "repeated",
    "with_charged_before",
]


class Terms(NamedTuple):
    """What a booking is made under: the law, the policy, who asks, and what is accepted."""

    law: Law
    policy: SavingsPolicy
    actor: str
    allow_provisional: bool = False


class Booking(NamedTuple):
    """What became of one household-month.

    `contribution_cents`, `collected_cents`, `reserved_cents` and `remitted_cents` are what stands
    in the ledger for the month, newly booked or booked before; a refused one stands nowhere.
    """

    household: str
    status: Literal["booked", "already_booked", "refused"]
    assessment: Assessment | None
    error: RebaError | None
    contribution_cents: int = 0
    collected_cents: int = 0
    reserved_cents: int = 0
    remitted_cents: int = 0


def command_of(facts: HouseholdMonth) -> str:
    """Return the id of the command that assesses a month; unique within the account."""
    return f"assess/{facts.month}"


def repeated(facts: HouseholdMonth, first: tuple[HouseholdMonth, Booking]) -> Booking:
    """Say what becomes of a household-month that stands twice in one batch."""
    known, booking = first
    if known.record_json() != facts.record_json():
        error = LedgerError("ledger.command_conflict", command_id=command_of(facts))
        return Booking(facts.household, "refused", None, error)
    return booking._replace(status="already_booked", assessment=None)


def charged_before(fold: AccountFold, facts: HouseholdMonth) -> int | None:
    """Return what months before this one charged against the assets, as far as anyone knows."""
    month = str(facts.month)
    earlier = [state for state in fold.months() if state.month < month]
    known = next((i for i, m in enumerate(earlier) if m.charged_before_cents is not None), None)
    if known is None:
        return None if facts.assets is None else facts.assets.charged_before_cents
    opening = earlier[known].charged_before_cents or 0
    return opening + sum(state.from_assets_cents for state in earlier[known:])


def with_charged_before(facts: HouseholdMonth, charged_cents: int | None) -> HouseholdMonth:
    """Return the facts with what the ledger says was charged before."""
    if facts.assets is None or charged_cents == facts.assets.charged_before_cents:
        return facts
    assets = facts.assets.model_copy(update={"charged_before_cents": charged_cents})
    return facts.model_copy(update={"assets": assets})


def _refuse_out_of_order(fold: AccountFold, facts: HouseholdMonth, terms: Terms) -> None:
    """Refuse a month that later months already rest on: their assets and capped balances."""
    month = str(facts.month)
    later = [state.month for state in fold.months() if state.month > month]
    if not later:
        return
    capped = terms.policy.on(facts.month.first_day).reserve.balance_max_cents is not None
    if capped or facts.assets is not None:
        raise LedgerError(
            "ledger.later_month", account=facts.household, later=later[0], month=month
        )


def _split(
    facts: HouseholdMonth, assessment: Assessment, balance_cents: int, terms: Terms
) -> Reserve | None:
    """Split what the policy says is to be split; None while nothing came in."""
    if facts.collected_cents is None:
        rule = terms.policy.on(facts.month.first_day).reserve
        if rule.funded_on == "collection":
            return None
    return reserve(
        assessment,
        terms.policy,
        collected_cents=facts.collected_cents,
        balance_cents=balance_cents,
    )


def _drafts(
    facts: HouseholdMonth,
    assessment: Assessment,
    split: Reserve | None,
    *,
    charged_before_cents: int | None,
    is_new: bool,
    command_id: str,
    terms: Terms,
) -> list[Draft]:
    household, month = facts.household, str(facts.month)

    actor = terms.actor
    drafts: list[Draft] = []

    def add(kind: str, body: str) -> None:
        drafts.append(Draft(household, kind, month, actor, command_id, None, body))

    if is_new:
        add("account.opened", opened_body(facts.scheme))
    body = assessed_body(
        assessment, facts, charged_before_cents=charged_before_cents, engine=__version__
    )
    add("contribution.assessed", body)
    if facts.collected_cents:
        add("contribution.collected", collected_body(month, facts.collected_cents))
    if split is not None and split.split_cents:
        add("savings.reserved", split_body(month, split, terms.policy.digest))
    return drafts


def _booked_before(
    facts: HouseholdMonth, entries: list[Entry], state: MonthState, command_id: str
) -> Booking | None:
    """Return what was booked before by the same command, or None.

    Raises:
        LedgerError: ledger.command_conflict, ledger.already_assessed.
    """
    same = [entry for entry in entries if entry.command_id == command_id]
    if not same:
        if state.assessed_by is not None:
            raise LedgerError(
                "ledger.already_assessed", account=facts.household, month=str(facts.month)
            )
        return None
    first = next((e for e in same if e.kind == "contribution.assessed"), None)
    recorded = None if first is None or first.body is None else first.body["facts"]
    if recorded != json.loads(facts.record_json()):
        raise LedgerError("ledger.command_conflict", command_id=command_id)
    return Booking(
        facts.household,
        "already_booked",
        None,
        None,
        state.contribution_cents,
        state.collected_cents,
        state.reserved_cents,
        state.remitted_cents,
    )


def book_household_month(
    facts: HouseholdMonth,
    entries: list[Entry],
    terms: Terms,
    command_id: str | None = None,
) -> tuple[Booking, list[Draft]]:
    """Decide what one household-month adds to the ledger.

    Args:
        facts: what is reported.
        entries: what the account holds, in order of version; empty for a new one.
        terms: the law, the policy, the actor, and whether provisional results are accepted.
        command_id: the idempotency key within the account; by default "assess/<month>".

    Returns:
        What became of it, and the drafts to append (none when it was booked before).

    Raises:
        LedgerError: ledger.command_conflict, ledger.already_assessed, ledger.later_month,
            ledger.other_scheme.
        LawError: law.no_value.
        RunError: run.provisional.
        PolicyError: policy.no_version.
    """
    command_id = command_id or command_of(facts)
    charged = None if facts.assets is None else facts.assets.charged_before_cents
    balance_cents = 0
    used = facts
    if entries:
        folding = AccountFold(facts.household)
        for entry in entries:
            folding.apply(entry)
        if folding.scheme != facts.scheme:
            raise LedgerError(
                "ledger.other_scheme",
                account=facts.household,
                booked=folding.scheme,
                given=facts.scheme,
            )
        before = _booked_before(facts, entries, folding.month(str(facts.month)), command_id)
        if before is not None:
            return before, []
        _refuse_out_of_order(folding, facts, terms)
        charged = charged_before(folding, facts)
        used = with_charged_before(facts, charged)
        balance_cents = folding.state().balance_cents
    assessment = assess(used, terms.law)
    if assessment.provisional and not terms.allow_provisional:
        raise RunError("run.provisional", parameters=", ".join(assessment.provisional_because))
    split = _split(facts, assessment, balance_cents, terms)
    drafts = _drafts(
        facts,
        assessment,
        split,
        charged_before_cents=charged,
        is_new=not entries,
        command_id=command_id,
        terms=terms,
    )
    booking = Booking(
        facts.household,
        "booked",
        assessment,
        None,
        assessment.contribution_cents,
        facts.collected_cents or 0,
        0 if split is None else split.reserved_cents,
        0 if split is None else split.remitted_cents,
    )
    return booking, drafts
