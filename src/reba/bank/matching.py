"""Hold what a bank statement says against what the ledger says. Pure; nothing is guessed.

1. Money out with an end-to-end id of ours is the payment of that release: nothing is to be booked.
2. Money in with an end-to-end id of ours, which the bank calls a return, is that release returned.
3. Money in that names an invoice, or an account and a month, is a contribution for that month,
   where it is exactly what is due.
4. Anything else is listed with its code: also an amount that differs by a cent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias

from reba.bank.statement import Statement, Transaction
from reba.errors import BankError, Fault
from reba.ledger.account_state import ReleaseState
from reba.money import format_euros

__all__ = [
    "RETURN_REASONS_OF_BANKS",
    "Due",
    "Matched",
    "Status",
    "What",
    "Wording",
    "command_of",
    "match",
    "wordings",
]

What: TypeAlias = Literal["executed", "returned", "contribution", "unmatched"]
Status: TypeAlias = Literal["confirmed", "proposed", "booked", "booked_before", "listed"]

RETURN_REASONS_OF_BANKS: Final[Mapping[str, str]] = {
    "AC01": "account_unknown",
    "AC03": "account_unknown",
    "AC04": "account_closed",
    "AC07": "account_closed",
    "AC06": "refused_by_bank",
    "AG01": "refused_by_bank",
    "AG02": "refused_by_bank",
    "MS02": "refused_by_bank",
    "MS03": "refused_by_bank",
    "RR04": "refused_by_bank",
}
"""The ISO 20022 reasons of a return, as the ledger's closed list has them; others are "other"."""

_INVOICE: Final = re.compile(
    r"(?<![\w./-])([A-Za-z0-9][A-Za-z0-9._-]{0,63})/(\d{1,7})(?![\w/-])", re.ASCII
)
_MONTH: Final = re.compile(
    r"(?<![\w./-])([A-Za-z0-9][A-Za-z0-9._-]{0,63})[ /](\d{4}-\d{2})(?![\w/-])", re.ASCII
)
_WORDINGS_MAX: Final = 20


class Due(NamedTuple):
    """What is due (openstaand) of an account for a month, in cents."""

    account: str
    month: str
    receivable_cents: int


class Wording(NamedTuple):
    """Words that may name a contribution: an account, with the number of an entry or a month."""

    account: str
    version: int | None
    month: str | None


class Matched(NamedTuple):
    """What became of one transaction; `release`, or `account` and `month`, say what it is for."""

    place: str
    what: What
    status: Status
    came_in: bool
    amount_cents: int
    on: str
    account: str
    release: str
    month: str
    reason: str
    end_to_end_id: str
    key: str
    code: str
    says: str


class Known(Protocol):
    """What the ledger knows, asked by reference."""

    def release(self, end_to_end_id: str) -> ReleaseState | None:
        """Return the release that was paid with an end-to-end id."""
        ...

    def due(self, wording: Wording) -> Due | None:
        """Return what is due for what a text names, or None where it names nothing."""
        ...

    def is_booked(self, account: str, command_id: str) -> bool:
        """Say whether a command on an account was booked before."""
        ...


def command_of(key: str) -> str:
    """Return the idempotency key under which a transaction of the bank is booked."""
    return f"bank/{key}"


def wordings(texts: Iterable[str]) -> list[Wording]:
    """Return what texts may name: invoices ("G-0001/7"), or accounts with a month.

    >>> wordings(["Kenmerk G-0001/7"])
    [Wording(account='G-0001', version=7, month=None)]
    >>> wordings(["G-0001 2025-10"])
    [Wording(account='G-0001', version=None, month='2025-10')]
    """
    found: dict[Wording, None] = {}
    for text in texts:
        for account, version in _INVOICE.findall(text):
            found[Wording(account, int(version), None)] = None
        for account, month in _MONTH.findall(text):
            found[Wording(account, None, month)] = None
    return list(found)[:_WORDINGS_MAX]


def _row(transaction: Transaction, what: What, status: Status, **more: str) -> Matched:
    said = {
        "account": "", "release": "", "month": "", "reason": "", "code": "", "says": "", **more,
    }  # fmt: skip
    return Matched(
        place=transaction.place,
        what=what,
        status=status,
        came_in=transaction.came_in,
        amount_cents=transaction.amount_cents,
        on="" if transaction.on is None else transaction.on.isoformat(),
        end_to_end_id=transaction.end_to_end_id or "",
        key=transaction.key or "",
        **said,
    )


def _listed(transaction: Transaction, fault: BankError | Fault, **more: str) -> Matched:
    said = fault.as_fault() if isinstance(fault, BankError) else fault
    row = _row(transaction, "unmatched", "listed", code=said.code, says=said.reason, **more)
    # What is unknown may be of someone else's making: its texts are not repeated.
    return row if more else row._replace(end_to_end_id="")


class _Matching:
    """The matching in progress: what was seen in these statements."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._keys: set[str] = set()
        self._executed: set[str] = set()
        self._settled: set[tuple[str, str]] = set()

    def one(self, transaction: Transaction) -> Matched:
        """Match one transaction."""
        if transaction.fault is not None:
            return _listed(transaction, transaction.fault)
        if transaction.key is not None:
            if transaction.key in self._keys:
                return _listed(transaction, BankError("bank.entry_twice"))
            self._keys.add(transaction.key)
        if transaction.end_to_end_id is not None:
            release = self._known.release(transaction.end_to_end_id)
            if release is not None:
                return self._of_release(transaction, release)
        if not transaction.came_in:
            code = "bank.unknown_reference" if transaction.end_to_end_id else "bank.no_reference"
            return _listed(transaction, BankError(code))
        return self._contribution(transaction)

    def _of_release(self, transaction: Transaction, state: ReleaseState) -> Matched:
        release = state.release
        account = release.rpartition("/")[0]
        if transaction.amount_cents != state.amount_cents:
            expected = format_euros(state.amount_cents)
            error = BankError("bank.amount_differs", expected=expected, what=f"release {release}")
            return _listed(transaction, error, account=account, release=release)
        if not transaction.came_in:
            if release in self._executed:
                error = BankError("bank.paid_twice", release=release)
                return _listed(transaction, error, account=account, release=release)
            self._executed.add(release)
            return _row(transaction, "executed", "confirmed", account=account, release=release)
        if not transaction.is_return:
            error = BankError("bank.not_a_return", release=release)
            return _listed(transaction, error, account=account, release=release)
        return self._returned(transaction, state, account)

    def _returned(self, transaction: Transaction, state: ReleaseState, account: str) -> Matched:
        if transaction.key is None:
            error = BankError("bank.no_bank_reference")
            return _listed(transaction, error, account=account, release=state.release)
        status: Status = "proposed"
        if state.status == "returned" or ("returned", state.release) in self._settled:
            if not self._known.is_booked(account, command_of(transaction.key)):
                error = BankError("bank.returned_before", release=state.release)
                return _listed(transaction, error, account=account, release=state.release)
            status = "booked_before"
        self._settled.add(("returned", state.release))
        return _row(
            transaction, "returned", status, account=account, release=state.release,
            reason=transaction.reason or "",
        )  # fmt: skip

    def _contribution(self, transaction: Transaction) -> Matched:
        named = (transaction.end_to_end_id or "", *transaction.texts)
        words = wordings(named)
        if not words:
            code = "bank.unknown_reference" if any(named) else "bank.no_reference"
            return _listed(transaction, BankError(code))
        found = {due[:2]: due for word in words if (due := self._known.due(word)) is not None}
        if not found:
            return _listed(transaction, BankError("bank.unknown_reference"))
        if len(found) > 1:
            return _listed(transaction, BankError("bank.ambiguous"))
        return self._of_due(transaction, next(iter(found.values())))

    def _of_due(self, transaction: Transaction, due: Due) -> Matched:
        account, month = due.account, due.month
        if transaction.key is None:
            error = BankError("bank.no_bank_reference")
            return _listed(transaction, error, account=account, month=month)
        if self._known.is_booked(account, command_of(transaction.key)):
            return _row(transaction, "contribution", "booked_before", account=account, month=month)
        left = 0 if (account, month) in self._settled else due.receivable_cents
        if transaction.amount_cents != left or not left:
            what = f"{month} of {account}"
            error = BankError("bank.amount_differs", expected=format_euros(left), what=what)
            return _listed(transaction, error, account=account, month=month)
        self._settled.add((account, month))
        return _row(transaction, "contribution", "proposed", account=account, month=month)


def match(statements: Iterable[Statement], known: Known) -> Iterator[Matched]:
    """Match every transaction of bank statements, in their order; each gives exactly one row.

    Raises:
        BankError: bank.statement_twice, before any row.
    """
    all_of_them = list(statements)
    seen: set[str] = set()
    for statement in all_of_them:
        if statement.statement in seen:
            place = f"Statement {statement.statement}"
            raise BankError("bank.statement_twice", place=place)
        seen.add(statement.statement)
    matching = _Matching(known)
    for statement in all_of_them:
        for transaction in statement.transactions:
            yield matching.one(transaction)
