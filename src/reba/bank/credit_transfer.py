"""Write a SEPA credit transfer (pain.001.001.09), and read it back before anyone gets it.

1. `sepaxml` writes the document. Where it takes the clock or chance, the ids of the batch are put
   in their place, so that the same batch gives the same bytes.
2. The document is held against the official schema, which `sepaxml` carries.
3. `pyiso20022`, which shares no code with the writer, reads it back: every payment, their number
   and their sum must be what the ledger says, and there must be no address.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from reba.bank.extra import bank_module, field_of, items_of, read_document
from reba.bank.payees import Payee, usable_iban, usable_name
from reba.errors import PaymentError
from reba.money import format_euros

__all__ = ["Debtor", "Payment", "TransferOrder", "debtor_of", "write_credit_transfer"]

_SCHEMA: Final = "pain.001.001.09"
_NAMESPACE: Final = f"urn:iso:std:iso:20022:tech:xsd:{_SCHEMA}"
_CLASSES: Final = "pyiso20022.pain.pain_001_001_09"
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_TEXT_LENGTH_MAX: Final = 140


class Debtor(NamedTuple):
    """Who pays (opdrachtgever): its name, its account, and its bank where the bank asks for it."""

    name: str
    iban: str
    bic: str | None = None


class Payment(NamedTuple):
    """One payment of a release, in cents."""

    release: str
    end_to_end_id: str
    amount_cents: int
    payee: Payee


class TransferOrder(NamedTuple):
    """A payment file (betaalbestand) before it is written.

    `made_on` is the day on which the payments are booked, `execute_on` the one asked of the bank.
    """

    message_id: str
    made_on: date
    execute_on: date
    debtor: Debtor
    text: str
    payments: tuple[Payment, ...]

    @property
    def total_cents(self) -> int:
        """The sum of the payments, in cents."""
        return sum(payment.amount_cents for payment in self.payments)


def debtor_of(name: str, iban: str, bic: str | None = None) -> Debtor:
    """Return who pays, checked.

    Raises:
        PaymentError: payment.debtor_name, payment.account, payment.bic.
        UsageError: usage.extra.
    """
    usable = usable_name(name)
    if usable is None:
        raise PaymentError("payment.debtor_name")
    account = usable_iban(iban)
    if account is None:
        raise PaymentError("payment.account")
    if bic is not None and _BIC.fullmatch(bic) is None:
        raise PaymentError("payment.bic")
    return Debtor(usable, account, bic)


def _written(order: TransferOrder) -> bytes:
    debtor = order.debtor
    config: dict[str, object] = {
        "name": debtor.name, "IBAN": debtor.iban, "currency": "EUR", "batch": True,
    }  # fmt: skip
    if debtor.bic is not None:
        config["BIC"] = debtor.bic
    # `clean` would write names without accents: the bank compares them with the account's.
    transfer = bank_module("sepaxml").SepaTransfer(config, schema=_SCHEMA, clean=False)
    for payment in order.payments:
        transfer.add_payment(
            {
                "name": payment.payee.name,
                "IBAN": payment.payee.iban,
                "amount": payment.amount_cents,
                "execution_date": order.execute_on,
                "description": order.text,
                "endtoend_id": payment.end_to_end_id,
            }
        )
    document: bytes = transfer.export(validate=False)
    return document


def _settled(document: bytes, order: TransferOrder) -> bytes:
    """Put what follows from the batch where the writer took the clock or chance."""
    root = ET.fromstring(document)  # noqa: S314 (we wrote it)
    space = {"": _NAMESPACE}

    def say(path: str, text: str) -> None:
        for found in root.findall(path, space):
            found.text = text

    say(".//GrpHdr/MsgId", order.message_id)
    say(".//GrpHdr/CreDtTm", f"{order.made_on.isoformat()}T00:00:00")
    say(".//PmtInf/PmtInfId", order.message_id)
    say(".//PmtInf/BtchBookg", "false")  # each payment is a line of its own on the statement
    for bank in root.findall(".//DbtrAgt/FinInstnId", space):
        if not len(bank):
            other = ET.SubElement(bank, f"{{{_NAMESPACE}}}Othr")
            ET.SubElement(other, f"{{{_NAMESPACE}}}Id").text = "NOTPROVIDED"
    ET.register_namespace("", _NAMESPACE)  # banks read no prefixes
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _totals(node: object) -> tuple[str, ...]:
    return str(field_of(node, "nb_of_txs")), str(field_of(node, "ctrl_sum"))


def _payments_read(document: object) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]], bool]:
    """Return the payments, the counts and sums, and whether any address stands in a document."""
    initiation = field_of(document, "cstmr_cdt_trf_initn")
    header = field_of(initiation, "grp_hdr")
    totals: list[tuple[str, ...]] = [_totals(header)]
    payments: list[tuple[str, ...]] = []
    addressed = False
    for group in items_of(initiation, "pmt_inf"):
        totals.append(_totals(group))
        addressed = addressed or field_of(group, "dbtr", "pstl_adr") is not None
        for each in items_of(group, "cdt_trf_tx_inf"):
            addressed = addressed or field_of(each, "cdtr", "pstl_adr") is not None
            amount = field_of(each, "amt", "instd_amt")
            payments.append(
                (
                    str(field_of(each, "pmt_id", "end_to_end_id")),
                    str(field_of(amount, "ccy")),
                    str(field_of(amount, "value")),
                    str(field_of(each, "cdtr", "nm")),
                    str(field_of(each, "cdtr_acct", "id", "iban")),
                )
            )
    return payments, totals, addressed


@lru_cache(maxsize=1)
def _schema() -> object:
    schema = Path(str(bank_module("sepaxml").__file__)).parent / "schemas" / f"{_SCHEMA}.xsd"
    made: object = bank_module("xmlschema").XMLSchema(str(schema))
    return made


def _check(data: bytes, order: TransferOrder) -> None:
    wrong = next(getattr(_schema(), "iter_errors")(data.decode()), None)  # noqa: B009 (of no type)
    if wrong is not None:  # its own words may repeat a name
        raise PaymentError("payment.not_valid", place=str(getattr(wrong, "path", "")))
    try:
        payments, totals, addressed = _payments_read(read_document(data, _CLASSES))
    except ValueError as error:
        raise PaymentError("payment.not_valid", place="its structure") from error
    expected = [
        (each.end_to_end_id, "EUR", format_euros(each.amount_cents), each.payee.name,
         each.payee.iban)
        for each in order.payments
    ]  # fmt: skip
    total = (str(len(expected)), format_euros(order.total_cents))
    if payments != expected or totals != [total, total] or addressed:
        raise PaymentError("payment.totals", count=len(expected), total=total[1])


def write_credit_transfer(order: TransferOrder) -> bytes:
    """Return the credit transfer (pain.001.001.09) of a batch: the same batch, the same bytes.

    Raises:
        PaymentError: payment.text, payment.not_valid, payment.totals.
        UsageError: usage.extra.
    """
    if not 0 < len(order.text) <= _TEXT_LENGTH_MAX or not order.text.isprintable():
        raise PaymentError("payment.text", most=_TEXT_LENGTH_MAX)
    data = _settled(_written(order), order)
    _check(data, order)
    return data
