"""Destroy the records of an account (vernietigen) once they need no longer be kept. Pure.

1. Only of an account that is closed and settled: nothing is owed on either side, nor on hold.
2. Only after the term, counted from the closing, or from the last entry where that came later: a
   file that is still worked on is not closed. The term comes from the selection list of the
   organisation (selectielijst); there is no default (`docs/legal/open-questions.md`).
3. What goes: body and salt of every entry before. What stays: the envelopes, without which no proof
   of any other entry would hold, and the totals, without which the books would not add up.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from reba.clock import amsterdam_date
from reba.errors import AccountError
from reba.ledger.account_state import AccountState
from reba.ledger.desk import Desk, usable_text
from reba.ledger.destroyed_fold import DESTROYED
from reba.money import format_euros
from reba.months import add_months

__all__ = ["MUST_BE_ZERO", "destroy", "term_months"]

_TERM: Final = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?", re.ASCII)
_TERM_MONTHS_MAX: Final = 12 * 200
MUST_BE_ZERO: Final = (
    "receivable_cents", "overcollected_cents", "balance_cents", "overpaid_cents", "on_hold_cents",
)  # fmt: skip
"""What must be zero in an account whose records are destroyed."""


def term_months(term: str) -> int:
    """Return the months of a retention term (bewaartermijn).

    Args:
        term: years, months or both, as an ISO 8601 duration.

    Raises:
        AccountError: account.term.

    >>> term_months("P7Y"), term_months("P1Y6M")
    (84, 18)
    """
    found = _TERM.fullmatch(term)
    years, months = (0, 0) if found is None else (int(part or 0) for part in found.groups())
    total = 12 * years + months
    if not 0 < total <= _TERM_MONTHS_MAX:
        raise AccountError("account.term", value=term[:40])
    return total


def _check_settled(state: AccountState) -> None:
    open_amounts = [
        f"{name.removesuffix('_cents')} {format_euros(cents)}"
        for name in MUST_BE_ZERO
        if (cents := state.totals()[name])
    ]
    if open_amounts:
        raise AccountError("account.unsettled", account=state.account, open=", ".join(open_amounts))


def destroy(
    desk: Desk, account: str, *, legal_basis: str, term: str, on: date | None
) -> AccountState:
    """Record that the records of an account are destroyed; the store then removes them.

    Returns what is left of the account.

    Raises:
        AccountError: account.not_closed, account.unsettled, account.term, account.term_not_over.
        LedgerError: ledger.unknown_account, ledger.destroyed, ledger.in_future, ledger.too_early,
            ledger.text.
    """
    drafting = desk.account(account, open_only=False)
    fold = drafting.fold
    closing = fold.closing()
    if closing is None:
        raise AccountError("account.not_closed", account=account)
    _check_settled(fold.state())
    counted_from = max(date.fromisoformat(closing.on), amsterdam_date(fold.last_recorded))
    ends = add_months(counted_from, term_months(term))
    day = desk.day(on, "The destruction", after=counted_from.isoformat())
    if day <= ends:
        raise AccountError(
            "account.term_not_over", account=account, ends=ends.isoformat(), term=term,
            counted_from=counted_from.isoformat(),
        )  # fmt: skip
    fields = {
        "closed_on": closing.on,
        "counted_from": counted_from.isoformat(),
        "destroyed_through": fold.version,
        "legal_basis": usable_text("The legal basis", legal_basis),
        "scheme": fold.scheme,
        "term": term,
        "term_ended_on": ends.isoformat(),
        "totals": fold.state().totals(),
    }
    desk.say(drafting, DESTROYED, day, fields)
    return fold.state(day)
