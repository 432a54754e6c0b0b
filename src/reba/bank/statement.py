"""Read bank statements (camt.053, versions 02 to 12), strictly: what they say, and nothing more.

1. `pyiso20022` has the classes of every version; a document that is not of its schema is refused.
2. A statement is of the account named, and its entries carry the opening balance to the closing
   balance where it states both: a page that is missing or an amount that was changed shows.
3. What cannot be used stays in the list with its fault: an entry is never left out in silence.
4. Names, bank accounts and texts of payers are not kept. Texts are searched for references, and let
   go of with the statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from reba.bank.extra import field_of, items_of, read_document, text_of
from reba.bank.references import grouped_digest
from reba.errors import BankError, Fault
from reba.money import format_euros
from reba.text_files import read_bytes

__all__ = ["Statement", "Transaction", "read_statements"]

_FILE_BYTES_MAX: Final = 200_000_000
_START_BYTES: Final = 4096
_NAMESPACE: Final = re.compile(rb"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d{2})")
_VERSIONS: Final = range(2, 13)
_ROOT: Final = "bk_to_cstmr_stmt"
_NO_REFERENCE: Final = frozenset({"NOTPROVIDED", "NONREF"})
_RETURNS: Final = frozenset({"RRTN", "RPCR", "RRCT"})
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = "CLBD"
_CENTS: Final = 100
_EUROS_MAX: Final = 10**13  # 53 bits hold it in cents


class Transaction(NamedTuple):
    """One transaction (mutatie) of a statement, in cents.

    `key` is a digest of the bank's own references, or None where it gave none; `texts` is all that
    may hold a reference of ours; `fault` says why it cannot be used.
    """

    place: str
    key: str | None
    came_in: bool
    amount_cents: int
    on: date | None
    end_to_end_id: str | None
    texts: tuple[str, ...]
    is_return: bool
    reason: str | None
    fault: Fault | None


class Statement(NamedTuple):
    """A bank statement (rekeningafschrift): its id, and what happened on the account.

    `since` and `until` are the first and the last day that it tells of, where it names any.
    """

    statement: str
    transactions: tuple[Transaction, ...]
    since: date | None
    until: date | None


def _cents(amount: object) -> int | None:
    """Return an amount in cents, or None where it is not a number of cents in euros."""
    value = field_of(amount, "value")
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value < _EUROS_MAX:
        return None
    cents = value * _CENTS
    return int(cents) if cents == cents.to_integral_value() else None


def _day(node: object) -> date | None:
    return _date_of(field_of(node, "dt") or field_of(node, "dt_tm"))


def _date_of(moment: object) -> date | None:
    parts = [field_of(moment, name) for name in ("year", "month", "day")]
    year, month, day = (part if isinstance(part, int) else 0 for part in parts)
    try:
        return date(year, month, day)
    except ValueError:  # none is stated, or one before the year 1
        return None


def _fault_of(entry: object) -> Fault | None:
    """Say why an entry cannot be used, or return None."""
    status = text_of(entry, "sts") or text_of(entry, "sts", "cd")
    if status != "BOOK":
        return BankError("bank.pending").as_fault()
    if text_of(entry, "amt", "ccy") != "EUR":
        return BankError("bank.currency").as_fault()
    if _cents(field_of(entry, "amt")) is None:
        return BankError("bank.amount").as_fault()
    if _day(field_of(entry, "bookg_dt")) is None:
        return BankError("bank.day").as_fault()
    return None


def _own_cents(detail: object) -> int | None:
    """Return the amount that a part of an entry states for itself, in cents."""
    for path in (("amt",), ("amt_dtls", "tx_amt", "amt")):
        amount = field_of(detail, *path)
        if amount is not None:
            return _cents(amount) if text_of(amount, "ccy") == "EUR" else None
    return None


def _sub_family(node: object) -> str | None:
    return text_of(node, "bk_tx_cd", "domn", "fmly", "sub_fmly_cd")


class _Reading:
    """One entry that is read: what all of its parts share."""

    def __init__(self, entry: object, iban: str, place: str) -> None:
        self.entry = entry
        self.place = place
        self._iban = iban
        self._reference = text_of(entry, "acct_svcr_ref")
        self._came_in = text_of(entry, "cdt_dbt_ind") == "CRDT"
        self._reversed = field_of(entry, "rvsl_ind") is True or _sub_family(entry) in _RETURNS
        self._total_cents = _cents(field_of(entry, "amt")) or 0

    def transactions(self) -> Iterator[Transaction]:
        """Yield the entry, or each of its parts."""
        details = [
            detail
            for group in items_of(self.entry, "ntry_dtls")
            for detail in items_of(group, "tx_dtls")
        ]
        fault = _fault_of(self.entry)
        if fault is not None or len(details) <= 1:
            detail = details[0] if len(details) == 1 else None
            yield self._one(detail, 0, self._total_cents, self.place, fault)
            return
        amounts = [_own_cents(detail) for detail in details]
        known = [cents for cents in amounts if cents is not None]
        signs = {text_of(detail, "cdt_dbt_ind") for detail in details} - {None}
        same_way = signs <= {text_of(self.entry, "cdt_dbt_ind")}
        if len(known) != len(details) or sum(known) != self._total_cents or not same_way:
            fault = BankError("bank.details").as_fault()
            yield self._one(None, 0, self._total_cents, self.place, fault)
            return
        for number, (detail, cents) in enumerate(zip(details, known, strict=True), 1):
            yield self._one(detail, number, cents, f"{self.place}, part {number}", None)

    def _one(
        self, detail: object, number: int, cents: int, place: str, fault: Fault | None
    ) -> Transaction:
        references = [self._reference or "", text_of(detail, "refs", "acct_svcr_ref") or ""]
        key = None
        if any(references):
            key = grouped_digest("reba bank entry", self._iban, *references, str(number))
        end_to_end = text_of(detail, "refs", "end_to_end_id")
        if end_to_end in _NO_REFERENCE:
            end_to_end = None
        said = field_of(detail, "rtr_inf")
        reasons = [text_of(each, "rsn", "cd") for each in items_of(said)]
        return Transaction(
            place, key, self._came_in, cents, _day(field_of(self.entry, "bookg_dt")), end_to_end,
            tuple(_texts(detail)),
            said is not None or self._reversed or _sub_family(detail) in _RETURNS,
            next((reason for reason in reasons if reason), None), fault,
        )  # fmt: skip


def _texts(detail: object) -> Iterator[str]:
    """Yield what a payer may have written a reference in."""
    remittance = field_of(detail, "rmt_inf")
    for structured in items_of(remittance, "strd"):
        reference = text_of(structured, "cdtr_ref_inf", "ref")
        if reference is not None:
            yield reference
    free = [text for text in items_of(remittance, "ustrd") if isinstance(text, str)]
    if free:
        yield " ".join(free)


def _balances(statement: object, code: str) -> list[object]:
    return [
        each
        for each in items_of(statement, "bal")
        if text_of(each, "tp", "cd_or_prtry", "cd") == code and text_of(each, "amt", "ccy") == "EUR"
    ]


def _days(
    statement: object, transactions: Sequence[Transaction]
) -> tuple[date | None, date | None]:
    """Return the first and the last day that a statement tells of."""
    booked = [each.on for each in transactions if each.on is not None]
    first = [_date_of(field_of(statement, "fr_to_dt", "fr_dt_tm"))]
    first += [
        _day(field_of(each, "dt")) for code in _OPENING for each in _balances(statement, code)
    ]
    last = [_day(field_of(each, "dt")) for each in _balances(statement, _CLOSING)]
    return (
        next((day for day in first if day is not None), min(booked, default=None)),
        next((day for day in last if day is not None), max(booked, default=None)),
    )


def _balance(statement: object, codes: Sequence[str]) -> int | None:
    """Return a balance in cents, or None where it is not stated exactly once."""
    for code in codes:
        found = _balances(statement, code)
        if found:
            cents = _cents(field_of(found[0], "amt"))
            if len(found) > 1 or cents is None:
                return None
            return cents if text_of(found[0], "cdt_dbt_ind") == "CRDT" else -cents
    return None


def _check_balance(statement: object, place: str) -> None:
    opening, closing = _balance(statement, _OPENING), _balance(statement, (_CLOSING,))
    if opening is None or closing is None:
        return
    counted = opening
    for entry in items_of(statement, "ntry"):
        fault = _fault_of(entry)
        if fault is not None and fault.code == "bank.pending":
            continue
        cents = _cents(field_of(entry, "amt"))
        if cents is None or text_of(entry, "amt", "ccy") != "EUR":
            return  # the entry itself is listed
        counted += cents if text_of(entry, "cdt_dbt_ind") == "CRDT" else -cents
    if counted != closing:
        raise BankError(
            "bank.balance", place=place, counted=format_euros(counted), stated=format_euros(closing)
        )


def _unreadable(path: Path, reason: str) -> BankError:
    return BankError("bank.file", file=path.name, reason=reason)


def _document(path: Path) -> object:
    try:
        data = read_bytes(path, _FILE_BYTES_MAX)
    except ValueError as error:
        raise _unreadable(path, str(error)) from error
    found = _NAMESPACE.search(data[:_START_BYTES])
    if found is None or int(found[1]) not in _VERSIONS:
        raise BankError("bank.not_camt", file=path.name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _unreadable(path, "it has a document type, which no bank statement has")
    try:
        return read_document(data, f"pyiso20022.camt.camt_053_001_{found[1].decode()}")
    except ValueError as error:
        raise _unreadable(path, "it is not as the schema of its version has it") from error


def read_statements(path: Path, *, iban: str) -> tuple[Statement, ...]:
    """Read the statements in a file (camt.053), all of one account.

    Args:
        path: the XML file of the bank.
        iban: the account, without blanks.

    Raises:
        BankError: bank.file, bank.not_camt, bank.other_account, bank.balance.
        UsageError: usage.extra.
    """
    statements: list[Statement] = []
    for number, each in enumerate(items_of(_document(path), _ROOT, "stmt"), 1):
        name = text_of(each, "id") or str(number)
        place = f"{path.name}, statement {name}"
        if text_of(each, "acct", "id", "iban") != iban:
            raise BankError("bank.other_account", place=place)
        _check_balance(each, place)
        transactions = [
            transaction
            for count, entry in enumerate(items_of(each, "ntry"), 1)
            for transaction in _Reading(entry, iban, f"{place}, entry {count}").transactions()
        ]
        statements.append(Statement(name, tuple(transactions), *_days(each, transactions)))
    return tuple(statements)
