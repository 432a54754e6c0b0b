"""Collect what is due (innen): invoice, remind, write off. Pure.

1. What is invoiced is what is due for a month at that moment; once more after a revision, and then
   the new invoice supersedes the one before.
2. A reminder follows an invoice, and not before it is due.
3. What is written off is written off with a reason of a closed list and a cited basis; when it is
   paid after all, that much less was written off.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from reba.errors import AccountError, LedgerError
from reba.ledger.account_state import MonthState
from reba.ledger.desk import Desk, first_day_of, usable_reason, usable_text
from reba.ledger.drafting import Drafting
from reba.money import format_euros
from reba.months import Month

__all__ = ["WRITE_OFF_REASONS", "invoice", "remind", "write_off"]

WRITE_OFF_REASONS: Final = (
    "uncollectable", "hardship", "departed", "died", "time_barred", "too_small",
)  # fmt: skip


def _due(drafting: Drafting, month: Month) -> MonthState:
    standing = drafting.fold.month(str(month))
    if standing.assessed_by is None:
        raise LedgerError("ledger.not_assessed", account=drafting.account, month=str(month))
    if not standing.receivable_cents:
        raise AccountError("account.nothing_due", account=drafting.account, month=str(month))
    return standing


def invoice(
    desk: Desk, account: str, *, month: Month, due_on: date, on: date | None
) -> tuple[str, int]:
    """Ask a household to pay what is due for a month (factureren); return entry id and cents.

    Raises:
        AccountError: account.nothing_due, account.already_invoiced, account.due_before_invoice.
        LedgerError: ledger.unknown_account, ledger.not_assessed, ledger.in_future,
            ledger.too_early.
    """
    drafting = desk.account(account, open_only=False)
    standing = _due(drafting, month)
    if not standing.to_invoice:
        raise AccountError("account.already_invoiced", account=account, month=str(month))
    day = desk.day(on, "The invoice", after=first_day_of(drafting))
    if due_on < day:
        raise AccountError(
            "account.due_before_invoice", due=due_on.isoformat(), date=day.isoformat()
        )
    fields = {
        "amount_cents": standing.receivable_cents,
        "due_on": due_on.isoformat(),
        "month": str(month),
    }
    entry_id = desk.say(drafting, "receivable.invoiced", day, fields, standing.invoiced_by)
    return entry_id, standing.receivable_cents


def remind(desk: Desk, account: str, *, month: Month, on: date | None) -> str:
    """Remind a household of what is due for a month (aanmanen); return the entry's id.

    Raises:
        AccountError: account.nothing_due, account.not_invoiced.
        LedgerError: ledger.unknown_account, ledger.not_assessed, ledger.in_future,
            ledger.too_early.
    """
    drafting = desk.account(account, open_only=False)
    standing = _due(drafting, month)
    if standing.due_on is None:
        raise AccountError("account.not_invoiced", account=account, month=str(month))
    day = desk.day(on, "The reminder", after=max(standing.due_on, standing.reminded_on or ""))
    fields = {"amount_cents": standing.receivable_cents, "month": str(month)}
    return desk.say(drafting, "receivable.reminded", day, fields)


def write_off(
    desk: Desk,
    account: str,
    *,
    month: Month,
    amount_cents: int,
    because: str,
    on: date | None,
    legal_basis: str,
) -> str:
    """Write off what is due for a month, or a part (afboeken, oninbaar); return the entry's id.

    Raises:
        AccountError: account.nothing_due, account.amount, account.above_receivable.
        LedgerError: ledger.unknown_account, ledger.not_assessed, ledger.unknown_reason,
            ledger.in_future, ledger.text.
    """
    drafting = desk.account(account, open_only=False)
    due = _due(drafting, month).receivable_cents
    if type(amount_cents) is not int or amount_cents <= 0:
        raise AccountError("account.amount", amount=format_euros(int(amount_cents)))
    if amount_cents > due:
        raise AccountError("account.above_receivable", month=str(month), due=format_euros(due))
    fields = {
        "amount_cents": amount_cents,
        "because": usable_reason(because, WRITE_OFF_REASONS),
        "legal_basis": usable_text("The legal basis", legal_basis),
        "month": str(month),
    }
    day = desk.day(on, "The write-off", after=first_day_of(drafting))
    return desk.say(drafting, "receivable.written_off", day, fields)
