"""Play the bank: make the statement (rekeningafschrift, camt.053) of a month of the made location.

It knows what a bank knows: the payment file that it was given, and what households transferred. A
bank account that is closed sends its payment back (AC04). It knows nothing of the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from reba import Month
from reba.money import format_euros, parse_euros

_PAIN: Final = {"": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
_CAMT: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_CLOSING: Final = re.compile(r"<Cd>CLBD</Cd>.*?<Amt Ccy=\"EUR\">([\d.]+)</Amt>", re.DOTALL)


class Booked(NamedTuple):
    """What the bank booked: an amount in cents, below zero for money out, and what it says."""

    day: int
    amount_cents: int
    end_to_end_id: str | None = None
    text: str | None = None
    reason: str | None = None


class Transfer(NamedTuple):
    """What somebody transferred, in cents, below zero for money out, with the words for it."""

    day: int
    amount_cents: int
    text: str


def of_payment_file(path: Path, closed: Sequence[str]) -> Iterator[Booked]:
    """Yield what the bank did with a payment file: paid, and sent back where it was closed."""
    for payment in ET.parse(path).getroot().iterfind(".//CdtTrfTxInf", _PAIN):  # noqa: S314 (ours)
        reference = payment.findtext("PmtId/EndToEndId", "", _PAIN)
        cents = parse_euros(payment.findtext("Amt/InstdAmt", "", _PAIN))
        yield Booked(16, -cents, reference)
        if payment.findtext("CdtrAcct/Id/IBAN", "", _PAIN) in closed:
            yield Booked(18, cents, reference, reason="AC04")


def of_transfers(transfers: Iterable[Transfer]) -> Iterator[Booked]:
    """Yield what was transferred, as the bank has it."""
    return (Booked(each.day, each.amount_cents, text=each.text) for each in transfers)


def closing_cents(path: Path) -> int:
    """Return the closing balance (eindsaldo) of a statement that was made here, in cents."""
    found = _CLOSING.search(path.read_text(encoding="utf-8"))
    if found is None:
        msg = f"{path.name} has no closing balance"
        raise ValueError(msg)
    return parse_euros(found[1])


def _add(parent: ET.Element, path: str, text: str = "") -> ET.Element:
    for name in path.split("/"):
        parent = ET.SubElement(parent, name)
    parent.text = text or None
    return parent


def _amount(parent: ET.Element, cents: int) -> None:
    _add(parent, "Amt", format_euros(abs(cents))).set("Ccy", "EUR")
    _add(parent, "CdtDbtInd", "DBIT" if cents < 0 else "CRDT")


def _balance(parent: ET.Element, code: str, cents: int, day: str) -> None:
    balance = _add(parent, "Bal")
    _add(balance, "Tp/CdOrPrtry/Cd", code)
    _amount(balance, cents)
    _add(balance, "Dt/Dt", day)


def _entry(parent: ET.Element, booked: Booked, month: Month, number: int) -> None:
    entry = _add(parent, "Ntry")
    _amount(entry, booked.amount_cents)
    _add(entry, "Sts/Cd", "BOOK")
    _add(entry, "BookgDt/Dt", f"{month}-{booked.day:02d}")
    _add(entry, "AcctSvcrRef", f"TEST-{month}-{number:03d}")
    _add(entry, "BkTxCd")
    detail = _add(entry, "NtryDtls/TxDtls")
    _add(detail, "Refs/EndToEndId", booked.end_to_end_id or "NOTPROVIDED")
    if booked.text is not None:
        _add(detail, "RmtInf/Ustrd", booked.text)
    if booked.reason is not None:
        _add(detail, "RtrInf/Rsn/Cd", booked.reason)


def make_statement(iban: str, month: Month, opening_cents: int, booked: Iterable[Booked]) -> bytes:
    """Return the statement of a month as camt.053.001.08, from its opening to its closing balance.

    Args:
        iban: the account it is of.
        month: the month; the statement ends on its last day.
        opening_cents: the balance that it opens with, in cents.
        booked: what happened, in any order.
    """
    entries = sorted(booked, key=lambda each: each.day)
    last_day = month.last_day.isoformat()
    document = ET.Element("Document", xmlns=_CAMT)
    root = _add(document, "BkToCstmrStmt")
    header = _add(root, "GrpHdr")
    _add(header, "MsgId", f"TEST-{month}")
    _add(header, "CreDtTm", f"{last_day}T06:00:00")
    statement = _add(root, "Stmt")
    _add(statement, "Id", f"TEST-{month}")
    _add(statement, "CreDtTm", f"{last_day}T06:00:00")
    _add(statement, "Acct/Id/IBAN", iban)
    closing = opening_cents + sum(each.amount_cents for each in entries)
    _balance(statement, "OPBD", opening_cents, f"{month}-01")
    _balance(statement, "CLBD", closing, last_day)
    for number, each in enumerate(entries, start=1):
        _entry(statement, each, month, number)
    ET.indent(document)
    written: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
