"""Reconcile bank statements with the ledger: propose, and book where that is asked.

What is booked has the bank's own reference as its idempotency key, so that a statement read again
books nothing. The ledger decides on each booking as on any other; what it refuses is listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from reba.bank.matching import (
    RETURN_REASONS_OF_BANKS,
    Due,
    Matched,
    Wording,
    command_of,
    match,
)
from reba.bank.payees import usable_iban
from reba.bank.references import end_to_end_id, is_bank_batch
from reba.bank.statement import Statement, read_statements
from reba.bank.unconfirmed import PaidRelease, Unconfirmed, end_of, unconfirmed
from reba.errors import BankError, LedgerError, RebaError
from reba.ledger.account_state import ReleaseState
from reba.ledger.accounts import AccountFold
from reba.ledger.desk import account_of
from reba.ledger.entries import Entry
from reba.ledger.ledger import Ledger
from reba.months import Month, parse_date
from reba.savings.policy import SavingsPolicy

__all__ = ["Reconciliation", "reconcile"]

_OF_PAYMENTS: Final = frozenset({"release.approved", "release.paid", "release.returned"})


class Reconciliation(NamedTuple):
    """What became of every transaction of the statements, and what they do not show.

    `unseen` are the releases that were paid in a batch these statements show a part of, and which
    stand in none of them. `unconfirmed` are all batches with payments that they do not show, oldest
    first; `until` is the last day that the statements tell of.
    """

    rows: tuple[Matched, ...]
    unseen: tuple[str, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    until: date | None

    @property
    def listed(self) -> tuple[Matched, ...]:
        """What did not match, or was refused."""
        return tuple(row for row in self.rows if row.status == "listed")

    def counts(self) -> dict[str, int]:
        """Return how many transactions there are of each kind and status, as "returned booked"."""
        return dict(sorted(Counter(f"{row.what} {row.status}" for row in self.rows).items()))

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `reba reconcile --json`."""
        return {
            "transactions": len(self.rows),
            "counts": self.counts(),
            "unseen": list(self.unseen),
            "until": None if self.until is None else self.until.isoformat(),
            "unconfirmed": [batch._asdict() for batch in self.unconfirmed],
            "rows": [row._asdict() for row in self.rows],
        }


class _Known:
    """What the ledger knows, read when it is asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._held: dict[str, tuple[list[Entry], AccountFold | None]] = {}
        self.paid: dict[str, PaidRelease] = {}
        self.returned: set[str] = set()
        self._by_reference: dict[str, str] = {}
        self._read(ledger)

    def _read(self, ledger: Ledger) -> None:
        approved_cents: dict[str, int] = {}
        for entry in ledger.entries():
            if entry.kind not in _OF_PAYMENTS or (body := entry.body) is None:
                continue
            release = str(body["release"])
            if entry.kind == "release.approved":
                approved_cents[release] = int(str(body["amount_cents"]))
            elif entry.kind == "release.returned":
                self.returned.add(release)
            elif is_bank_batch(batch := str(body["batch"])):
                if (cents := approved_cents.get(release)) is None:
                    reason = f"release {release} was paid and never approved"
                    raise LedgerError("ledger.damaged", place=ledger.store.place, reason=reason)
                self._by_reference[end_to_end_id(batch, release)] = release
                self.paid[release] = PaidRelease(release, batch, cents, entry.effective)

    def _account(self, account: str) -> tuple[list[Entry], AccountFold | None]:
        if account not in self._held:
            entries = self._ledger.store.read_accounts([account]).get(account, [])
            folding = AccountFold.over_all(account, entries) if entries else None
            if folding is not None and folding.destroyed is not None:
                folding = None  # no more than its totals are left
            self._held[account] = entries, folding
        return self._held[account]

    def release(self, end_to_end_id: str) -> ReleaseState | None:
        """Return the release that was paid with an end-to-end id."""
        release = self._by_reference.get(end_to_end_id)
        if release is None:
            return None
        folding = self._account(account_of(release))[1]
        return None if folding is None else folding.releases.get(release)

    def due(self, wording: Wording) -> Due | None:
        """Return what is due for what a text names, or None where it names nothing."""
        entries, folding = self._account(wording.account)
        if folding is None:
            return None
        month = wording.month
        if wording.version is not None:
            month = _invoiced_month(entries, wording.version)
        if month is None:
            return None
        standing = next((each for each in folding.months() if each.month == month), None)
        if standing is None or standing.assessed_by is None:
            return None
        return Due(wording.account, month, standing.receivable_cents)

    def is_booked(self, account: str, command_id: str) -> bool:
        """Say whether a command on an account was booked before."""
        return any(entry.command_id == command_id for entry in self._account(account)[0])


def _invoiced_month(entries: Sequence[Entry], version: int) -> str | None:
    if not 0 < version <= len(entries):
        return None
    entry = entries[version - 1]
    body = entry.body if entry.kind == "receivable.invoiced" else None
    return None if body is None else str(body["month"])


def _book(ledger: Ledger, row: Matched, policy: SavingsPolicy | None, actor: str) -> Matched:
    """Book one proposal; what the ledger refuses is listed with its reason."""
    try:
        if row.what == "returned":
            ledger.return_release(
                row.release,
                because=RETURN_REASONS_OF_BANKS.get(row.reason, "other"),
                reference=f"{row.reason or 'no reason'}, end-to-end {row.end_to_end_id}",
                on=parse_date(row.on),
                actor=actor,
                command_id=command_of(row.key),
            )
        else:
            ledger.collect(
                row.account,
                month=Month.parse(row.month),
                amount_cents=row.amount_cents,
                command_id=command_of(row.key),
                reference=row.key,
                policy=policy,
                actor=actor,
            )
    except RebaError as error:
        return row._replace(status="listed", code=error.code, says=str(error))
    return row._replace(status="booked")


def _unseen(known: _Known, seen: set[str]) -> tuple[str, ...]:
    batches = {known.paid[release].batch for release in seen}
    paid = (release for release, each in known.paid.items() if each.batch in batches)
    return tuple(release for release in paid if release not in seen)


def _statements(files: Sequence[Path], iban: str) -> list[Statement]:
    return list(chain.from_iterable(read_statements(path, iban=iban) for path in files))


def reconcile(
    ledger: Ledger,
    files: Sequence[Path],
    *,
    iban: str,
    apply: bool = False,
    policy: SavingsPolicy | None = None,
    actor: str = "api",
) -> Reconciliation:
    """Hold bank statements (camt.053) against the ledger (afletteren), and book what matches.

    Args:
        ledger: the ledger.
        files: the statements of one bank account.
        iban: that account.
        apply: book what matches; otherwise only propose it.
        policy: the savings policy, for contributions of months that were never split.
        actor: who asks.

    Raises:
        BankError: bank.account, bank.file, bank.not_camt, bank.other_account, bank.balance,
            bank.statement_twice; then nothing is booked.
        LedgerError, StoreError: where the ledger itself cannot go on.
        UsageError: usage.extra.
    """
    account = usable_iban(iban)
    if account is None:
        raise BankError("bank.account")
    known = _Known(ledger)
    statements = _statements(files, account)
    rows = list(match(statements, known))
    if apply:
        rows = [
            _book(ledger, row, policy, actor) if row.status == "proposed" else row for row in rows
        ]
    seen = {row.release for row in rows if row.release}
    confirmed = known.returned | {row.release for row in rows if row.status != "listed"}
    missing = unconfirmed(known.paid.values(), confirmed, statements)
    return Reconciliation(tuple(rows), _unseen(known, seen), missing, end_of(statements))
