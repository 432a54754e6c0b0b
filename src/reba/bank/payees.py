"""Who is paid: account, name and IBAN from a CSV file that never enters the ledger.

A fault is named by its line and the account's pseudonym; no name and no IBAN stands in an error.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from reba.bank.extra import bank_module
from reba.errors import Fault, PaymentError
from reba.text_files import read_bytes

__all__ = ["NAME_LENGTH_MAX", "Payee", "Payees", "read_payees", "usable_iban", "usable_name"]

NAME_LENGTH_MAX: Final = 70
"""What a name may hold in a credit transfer, in characters."""

_COLUMNS: Final = ("account", "name", "iban")
_FILE_BYTES_MAX: Final = 100_000_000


class Payee(NamedTuple):
    """Whom an account's releases are paid to. It stands in files of the bank, never in a ledger."""

    name: str
    iban: str

    def __repr__(self) -> str:  # shown by whoever shows local variables
        return "Payee(...)"


class Payees(NamedTuple):
    """The payees that can be used, by account, and the faults of the others, by account."""

    found: dict[str, Payee]
    faults: dict[str, Fault]

    def of(self, account: str) -> Payee | Fault:
        """Return the payee of an account, or what is wrong with it."""
        fault = self.faults.get(account)
        if fault is not None:
            return fault
        payee = self.found.get(account)
        if payee is None:
            return PaymentError("payment.payee_missing", account=account).as_fault(account)
        return payee


def usable_iban(text: str) -> str | None:
    """Return an IBAN without blanks where its check digits hold (mod 97), or None.

    >>> usable_iban("NL91 ABNA 0417 1643 00"), usable_iban("NL92ABNA0417164300")
    ('NL91ABNA0417164300', None)

    Raises:
        UsageError: usage.extra.
    """
    if not text.isascii():
        return None
    wrong = bank_module("stdnum.exceptions").ValidationError
    try:
        iban: str = bank_module("stdnum.iban").validate(text)
    except wrong:
        return None
    return iban


def usable_name(text: str) -> str | None:
    """Return a name as it may stand in a credit transfer, or None; it is never rewritten.

    >>> usable_name(" A. Ünal "), usable_name("")
    ('A. Ünal', None)
    """
    name = text.strip()
    return name if 0 < len(name) <= NAME_LENGTH_MAX and name.isprintable() else None


def _unusable(path: Path, reason: str) -> PaymentError:
    return PaymentError("payment.payees", file=path.name, reason=reason)


def _text(path: Path) -> str:
    try:
        return read_bytes(path, _FILE_BYTES_MAX).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unusable(path, "it is not UTF-8 text") from error
    except ValueError as error:
        raise _unusable(path, str(error)) from error


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = next(reader, None)
        if header is None or tuple(header) != _COLUMNS:
            raise _unusable(path, f"its first line is not {','.join(_COLUMNS)}")
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise _unusable(path, f"line {reader.line_num}: {error}") from error


def read_payees(path: Path) -> Payees:
    """Read the payees (begunstigden): a CSV file with the columns account, name and iban.

    Raises:
        PaymentError: payment.payees where the file cannot be read at all.
        UsageError: usage.extra.
    """
    payees = Payees({}, {})
    for line, cells in _rows(path):
        if len(cells) != len(_COLUMNS):
            raise _unusable(path, f"line {line} has {len(cells)} columns")
        account, name, iban = _usable_row(cells)
        place = f"{path.name}, line {line}"
        if account in payees.found or account in payees.faults:
            error = PaymentError("payment.payee_twice", account=account, place=place)
            payees.faults[account] = error.as_fault(account)
            payees.found.pop(account, None)  # which of the two is right is not for us to say
        elif name is None:
            error = PaymentError("payment.payee_name", account=account, place=place)
            payees.faults[account] = error.as_fault(account)
        elif iban is None:
            error = PaymentError("payment.iban", account=account, place=place)
            payees.faults[account] = error.as_fault(account)
        else:
            payees.found[account] = Payee(name, iban)
    return payees


def _usable_row(cells: list[str]) -> tuple[str, str | None, str | None]:
    """Return account, name and IBAN of a row; None for what cannot be used."""
    account, name, iban = cells
    return account.strip(), usable_name(name), usable_iban(iban)
