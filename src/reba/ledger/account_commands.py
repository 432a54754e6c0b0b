"""Collect, close, reopen, transfer, set off, recover: commands on one or two accounts. Pure.

1. Every case of closing stands in the policy; the case must agree with how the procedure ended.
   What is left is paid out, remitted, held, or kept for the heirs, as the policy's version says.
2. A transfer takes from one account exactly what it gives to the other (C4).
3. Nothing due, and nothing overpaid, is taken from savings in silence: a set-off is a command of
   its own that cites its basis, and what is paid back in money is a recovery.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from reba.canonical import canonical_text
from reba.errors import AccountError, LedgerError
from reba.ledger.bodies import opened_body
from reba.ledger.desk import Desk, first_day_of, usable_evidence, usable_reason, usable_text
from reba.ledger.rebuilding import CASCADE, Change, Rebuild, rebuild
from reba.ledger.release_commands import CLOSING_CASES
from reba.money import format_euros
from reba.months import Month
from reba.savings.policy import SavingsPolicy

__all__ = [
    "CLOSING_CASES",
    "REOPENING_REASONS",
    "TRANSFER_REASONS",
    "close",
    "collect",
    "recover",
    "reopen",
    "set_off",
    "transfer",
]

REOPENING_REASONS: Final = ("came_back", "procedure_revoked", "recorded_in_error")
TRANSFER_REASONS: Final = ("split", "merge", "recorded_in_error")

_LEGAL_BASIS: Final = "The legal basis"


def _positive(amount_cents: int) -> int:
    if type(amount_cents) is not int or amount_cents <= 0:
        raise AccountError("account.amount", amount=format_euros(int(amount_cents)))
    return amount_cents


def collect(
    desk: Desk,
    account: str,
    *,
    month: Month,
    amount_cents: int,
    reference: str | None,
    terms: Rebuild,
) -> None:
    """Book what came in for a month after it was assessed, or was paid back (below zero).

    Raises:
        LedgerError: ledger.unknown_account, ledger.not_assessed, ledger.text.
        AccountError: account.amount, account.collected_below_zero.
        SavingsError: savings.policy_missing.
    """
    drafting = desk.account(account, open_only=False)
    standing = drafting.fold.month(str(month))
    if standing.assessed_by is None:
        raise LedgerError("ledger.not_assessed", account=account, month=str(month))
    if type(amount_cents) is not int or amount_cents == 0:
        raise AccountError("account.amount", amount=format_euros(int(amount_cents)))
    if standing.collected_cents + amount_cents < 0:
        collected = format_euros(standing.collected_cents)
        raise AccountError("account.collected_below_zero", month=str(month), collected=collected)
    fields = {
        "collected_cents": amount_cents,
        "month": str(month),
        "reference": None if reference is None else usable_text("The reference", reference),
    }
    rebuild(drafting, {str(month): Change(CASCADE, payment=canonical_text(fields))}, terms)


def close(
    desk: Desk,
    account: str,
    *,
    case: str,
    on: date | None,
    policy: SavingsPolicy,
    legal_basis: str,
    evidence: str | None,
) -> None:
    """Close an account (rekening sluiten): what is left goes where the policy says for the case.

    Raises:
        AccountError: account.unknown_case, account.releases_open, account.case_differs,
            account.evidence_missing.
        ReleaseError: release.evidence_digest.
        LedgerError: ledger.unknown_account, ledger.account_closed, ledger.in_future,
            ledger.too_early for a day before the last month or movement booked, ledger.text.
        PolicyError: policy.no_version.
    """
    drafting = desk.account(account)
    if case not in CLOSING_CASES:
        known = ", ".join(CLOSING_CASES)
        raise AccountError("account.unknown_case", value=case[:40], known=known)
    months = [f"{month.month}-01" for month in drafting.fold.months()]
    after = max(first_day_of(drafting), drafting.fold.last_moved_on(), *months)
    day = desk.day(on, "The closing", after=after)
    usable_evidence(evidence)
    held = drafting.fold.releases.on_hold_cents()
    if held:
        raise AccountError("account.releases_open", account=account, held=format_euros(held))
    outcome = drafting.fold.procedure(day).outcome
    if outcome != CLOSING_CASES[case]:
        raise AccountError(
            "account.case_differs", case=case, needed=CLOSING_CASES[case], outcome=str(outcome)
        )
    version = policy.on(day)
    disposition = str(getattr(version.closing, case))
    left = max(0, drafting.fold.net_cents())
    if disposition == "estate" and left and evidence is None:
        raise AccountError("account.evidence_missing", case=case)
    fields: dict[str, object] = {
        "amount_cents": left,
        "case": case,
        "disposition": disposition,
        "evidence": evidence,
        "legal_basis": usable_text(_LEGAL_BASIS, legal_basis),
        "notes": [],
        "policy": policy.digest,
        "policy_version": version.number,
    }
    desk.move(drafting, "account.closed", day, fields)


def reopen(desk: Desk, account: str, *, because: str, on: date | None, legal_basis: str) -> None:
    """Reopen a closed account (heropenen): someone came back, or the closing was wrong.

    What a closing remitted is savings again where the closing was recorded in error or the end of
    the procedure was revoked; who merely came back keeps what was not remitted.

    Raises:
        AccountError: account.not_closed, account.releases_open.
        LedgerError: ledger.unknown_account, ledger.unknown_reason, ledger.in_future,
            ledger.too_early, ledger.text.
    """
    drafting = desk.account(account, open_only=False)
    closing = drafting.fold.closing()
    if closing is None:
        raise AccountError("account.not_closed", account=account)
    held = drafting.fold.releases.on_hold_cents()
    if held:
        raise AccountError("account.releases_open", account=account, held=format_euros(held))
    fields = {
        "because": usable_reason(because, REOPENING_REASONS),
        "legal_basis": usable_text(_LEGAL_BASIS, legal_basis),
    }
    day = desk.day(on, "The reopening", after=closing.on)
    desk.move(drafting, "account.reopened", day, fields)


def transfer(
    desk: Desk,
    source: str,
    target: str,
    *,
    amount_cents: int,
    because: str,
    on: date | None,
    legal_basis: str,
) -> None:
    """Move savings between accounts when a household splits or merges (overboeken).

    The account that receives is opened where it does not stand in the ledger yet.

    Raises:
        AccountError: account.same, account.amount, account.above_available.
        LedgerError: ledger.unknown_account, ledger.account_closed, ledger.other_scheme,
            ledger.unknown_reason, ledger.in_future, ledger.text.
    """
    if source == target:
        raise AccountError("account.same", account=source)
    giving, receiving = desk.account(source), desk.perhaps(target)
    if receiving.fold.closing() is not None:
        raise LedgerError("ledger.account_closed", account=target)
    scheme = giving.fold.scheme
    if receiving.entries and receiving.fold.scheme != scheme:
        raise LedgerError(
            "ledger.other_scheme", account=target, booked=receiving.fold.scheme, given=scheme
        )
    available = max(0, giving.fold.net_cents() - giving.fold.releases.on_hold_cents())
    if _positive(amount_cents) > available:
        raise AccountError("account.above_available", available=format_euros(available))
    firsts = [first_day_of(each) for each in (giving, receiving) if each.entries]
    day = desk.day(on, "The transfer", after=max(firsts))
    if not receiving.entries:
        receiving.add("account.opened", str(Month.of(day)), opened_body(scheme))
    fields = {
        "because": usable_reason(because, TRANSFER_REASONS),
        "legal_basis": usable_text(_LEGAL_BASIS, legal_basis),
    }
    taken = {**fields, "amount_cents": -amount_cents, "counterpart": target}
    given = {**fields, "amount_cents": amount_cents, "counterpart": source}
    desk.move(giving, "balance.transferred", day, taken)
    desk.move(receiving, "balance.transferred", day, given)


def set_off(
    desk: Desk,
    account: str,
    *,
    month: Month,
    amount_cents: int,
    on: date | None,
    legal_basis: str,
) -> None:
    """Settle what is due for a month with savings (verrekenen), on a cited legal basis.

    Raises:
        AccountError: account.amount, account.above_receivable, account.above_available.
        LedgerError: ledger.unknown_account, ledger.account_closed, ledger.in_future, ledger.text.

    Source: none is known; Awb art. 4:93 asks a statutory basis, which the command must cite.
    """
    drafting = desk.account(account)
    fold = drafting.fold
    receivable = fold.month(str(month)).receivable_cents
    if _positive(amount_cents) > receivable:
        due = format_euros(receivable)
        raise AccountError("account.above_receivable", month=str(month), due=due)
    available = max(0, fold.net_cents() - fold.releases.on_hold_cents())
    if amount_cents > available:
        raise AccountError("account.above_available", available=format_euros(available))
    fields = {
        "amount_cents": amount_cents,
        "legal_basis": usable_text(_LEGAL_BASIS, legal_basis),
        "month": str(month),
    }
    day = desk.day(on, "The set-off", after=first_day_of(drafting))
    desk.move(drafting, "savings.set_off", day, fields)


def recover(
    desk: Desk, account: str, *, amount_cents: int, on: date | None, legal_basis: str
) -> None:
    """Book that the household paid back what was released too much (terugvordering).

    Raises:
        AccountError: account.amount, account.above_overpaid.
        LedgerError: ledger.unknown_account, ledger.in_future, ledger.text.
    """
    drafting = desk.account(account, open_only=False)
    overpaid = max(0, -drafting.fold.net_cents())
    if _positive(amount_cents) > overpaid:
        raise AccountError("account.above_overpaid", overpaid=format_euros(overpaid))
    fields = {
        "amount_cents": amount_cents,
        "legal_basis": usable_text(_LEGAL_BASIS, legal_basis),
    }
    day = desk.day(on, "The recovery", after=first_day_of(drafting))
    desk.move(drafting, "overpaid.recovered", day, fields)
