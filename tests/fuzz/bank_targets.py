"""What is fuzzed of what comes from banks and goes to them, to the books, and into letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from fuzz.target import EXAMPLES, Target, file_of, golden, of, promise
from reba import RebaError
from reba.bank.credit_transfer import Debtor, Payment, TransferOrder, write_credit_transfer
from reba.bank.empty_batches import EmptyBatch, read_record, write_record
from reba.bank.matching import Due, Wording, match
from reba.bank.payees import Payee, read_payees
from reba.bank.references import end_to_end_id
from reba.bank.statement import read_statements
from reba.bank.unconfirmed import PaidRelease, unconfirmed
from reba.exports.audit_file import write_audit_file
from reba.exports.journal import Posting, whole_journal
from reba.exports.mapping import BooksMapping, load_mapping
from reba.exports.marks import Marks
from reba.exports.plain_text import as_beancount, as_hledger
from reba.exports.rows import as_csv
from reba.exports.span import Span, find_span
from reba.ledger.account_state import ReleaseState
from reba.ledger.entries import Entry
from reba.statements.passages import load_passages

__all__ = ["BANK_TARGETS", "made_statements"]

_ACCOUNT: Final = "NL91ABNA0417164300"
_OTHER: Final = "NL20INGB0001234567"
_BATCH: Final = "2015-06-a.00000000000000000000"
_RELEASE: Final = "H-1/6"


# ── books ────────────────────────────────────────────────────────────────────────────────────


@cache
def _entries() -> tuple[Entry, ...]:
    with golden() as ledger:
        return tuple(ledger.entries())


@cache
def _postings() -> tuple[tuple[Posting, bool], ...]:
    return tuple(whole_journal(_entries(), since=40))


@cache
def _span() -> Span:
    with golden() as ledger:
        return find_span(_entries(), today=ledger.today(), since=40)


def _read_mapping(document: bytes) -> bool:
    with file_of(document, "mapping.toml") as path:
        mapping = load_mapping(path)
    for text in _texts(mapping):
        promise(text.encode(), "what is exported can be written")
    with suppress(RebaError):
        write_audit_file(BytesIO(), _postings, mapping, _span(), created=_span().last_day)  # type: ignore[arg-type]
    return True


def _texts(mapping: BooksMapping) -> Iterator[str]:
    for write in (as_beancount, as_hledger):
        with suppress(RebaError):
            yield "".join(write(_postings, mapping, _span()))
    with suppress(RebaError):
        yield "".join(as_csv(_postings, mapping, dutch=True))


@cache
def _marks() -> tuple[bytes, ...]:
    with golden() as ledger, TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "marks.jsonl"
        marks = Marks(path)
        for number, until in enumerate((17, 40, ledger.size())):
            out = path.with_name(f"{number}.beancount")
            out.with_name(f"{out.name}.part").write_bytes(b"")
            marks.add(ledger.store, marks.until, until, out, "0" * 64)
        return (path.read_bytes(),)


def _read_marks(document: bytes) -> bool:
    with file_of(document, "marks.jsonl") as path, golden() as ledger:
        marks = Marks(path)
        again = path.with_name("again.jsonl")
        again.write_text("".join(mark.to_line() for mark in marks.marks), encoding="utf-8")
        promise(Marks(again).marks == marks.marks, "marks can be written and read again")
        marks.finish_last()
        marks.check(ledger.store)
    return True


# ── banks ────────────────────────────────────────────────────────────────────────────────────


class _Known:
    """One release that was paid, and one month that is due."""

    def release(self, end_to_end: str) -> ReleaseState | None:
        if end_to_end != end_to_end_id(_BATCH, _RELEASE):
            return None
        return ReleaseState(
            _RELEASE, "bridging", "granted", "paid", 2500, "2015-06-10", "kees", None, (), "p", 1,
            paid_on="2015-06-10", batch=_BATCH,
        )  # fmt: skip

    def due(self, wording: Wording) -> Due | None:
        if wording.account != "H-8":
            return None
        return Due("H-8", "2015-03", 10000)

    def is_booked(self, account: str, command_id: str) -> bool:
        return (account, command_id) == ("H-8", "")


def _entry(way: str, cents: str, number: int, details: str) -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{cents}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>2015-06-12</Dt></BookgDt><AcctSvcrRef>B-{number}</AcctSvcrRef><BkTxCd/>"
        f"<NtryDtls><TxDtls>{details}</TxDtls></NtryDtls></Ntry>"
    )


@cache
def made_statements() -> tuple[bytes, ...]:
    reference = f"<Refs><EndToEndId>{end_to_end_id(_BATCH, _RELEASE)}</EndToEndId></Refs>"
    words = "<RmtInf><Ustrd>H-8 2015-03</Ustrd></RmtInf>"
    returned = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{euros}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2015-06-12</Dt></Dt></Bal>"
        for code, euros in (("OPBD", "0.00"), ("CLBD", "100.00"))
    )
    entries = (
        _entry("DBIT", "25.00", 1, reference),
        _entry("CRDT", "25.00", 2, reference + returned),
        _entry("CRDT", "100.00", 3, "<Refs/>" + words),
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2015-06-13T06:00:00</CreDtTm></GrpHdr>"
        "<Stmt><Id>S-1</Id><CreDtTm>2015-06-13T06:00:00</CreDtTm><FrToDt>"
        "<FrDtTm>2015-06-12T00:00:00</FrDtTm><ToDtTm>2015-06-12T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{_ACCOUNT}</IBAN></Id></Acct>{balances}{{}}</Stmt>"
        "</BkToCstmrStmt></Document>"
    )
    unbalanced = text.format(entries[2]).replace(balances, balances.partition("</Bal>")[2])
    return (text.format("".join(entries)).encode(), unbalanced.encode())


def _read_camt(document: bytes) -> bool:
    with file_of(document, "june.xml") as path:
        statements = read_statements(path, iban=_ACCOUNT)
    rows = list(match(statements, _Known()))
    transactions = [each for statement in statements for each in statement.transactions]
    promise(len(rows) == len(transactions), "each transaction gives one row")
    promise(json.dumps([row._asdict() for row in rows]), "rows can be handed on")
    for row in rows:
        promise(bool(row.code) == (row.status == "listed"), "what is listed has a code")
        promise(row.amount_cents >= 0 and row.says == row.says.strip(), "amounts and sentences")
    paid = PaidRelease(_RELEASE, _BATCH, 2500, "2015-06-10")
    for batch in unconfirmed([paid], {row.release for row in rows}, statements):
        promise(batch.age_days >= 0, "no batch comes from the future")
    return any(row.status != "listed" for row in rows)


@cache
def _payees() -> tuple[bytes, ...]:
    text = f'account,name,iban\nH-1,A. Ünal,{_OTHER}\nH-2,"B. d\'Arc, & <Zn>",{_ACCOUNT}\n'
    return (text.encode(),)


def _read_payees(document: bytes) -> bool:
    with file_of(document, "payees.csv") as path:
        payees = read_payees(path)
    promise(not set(payees.found) & set(payees.faults), "an account is usable or it is not")
    for fault in payees.faults.values():
        promise(fault.code and fault.reason, "a fault has a code and a reason")
        promise(_OTHER not in fault.reason, "no bank account stands in an error")
    for account in list(payees.found)[:2]:
        payee = payees.of(account)
        promise(isinstance(payee, Payee), "who is found is given")
        if isinstance(payee, Payee):
            _pay(payee)
    return bool(payees.found)


def _pay(payee: Payee) -> None:
    """Write a file with this payee: it is as the schema asks, or refused."""
    day = _span().last_day
    if day is None:
        raise AssertionError
    reference = end_to_end_id(_BATCH, _RELEASE)
    payment = Payment(_RELEASE, reference, 2500, payee)
    debtor = Debtor("Gemeente Voorbeeld", _ACCOUNT)
    with suppress(RebaError):
        write_credit_transfer(TransferOrder("M-1", day, day, debtor, "Uitbetaling", (payment,)))


@cache
def _records() -> tuple[bytes, ...]:
    with golden() as ledger, TemporaryDirectory(prefix="fuzz-") as folder:
        out = Path(folder) / "pay.xml"
        for name, left_out in (("a", ()), ("b", ("H-1/5", "H-2/6"))):
            write_record(ledger, out, name, left_out, seen=ledger.size())
        return tuple(path.read_bytes() for path in sorted(Path(folder).iterdir()))


def _read_record(document: bytes) -> bool:
    with file_of(document, "a.empty.json") as path, golden() as ledger:
        made = read_record(ledger, path.with_name("pay.xml"), "a")
    if made is None:
        raise AssertionError
    promise(made.to_text().encode() == document, "nothing but what was written is accepted")
    promise(EmptyBatch.parse(made.to_text()) == made, "it is read as it is written")
    return True


# ── letters ──────────────────────────────────────────────────────────────────────────────────

_PASSAGES: Final = """
[sender]
name = "Voorbeeldlocatie"
address = ["Postbus 1", "1234 AB Voorbeeld"]
[month.nl]
who = "U kunt zelf bezwaar maken."
how = "Schrijf een brief."
where = "Postbus 1"
term = "zes weken"
[release.en]
who = "You can object yourself."
"""


def _read_passages(document: bytes) -> bool:
    with file_of(document, "passages.toml") as path:
        passages = load_passages(path)
    for language in ("nl", "en"):
        missing = passages.missing("month", language)
        promise(len(set(missing)) == len(missing), "each part that is missing is named once")
        for text in passages.objection("release", language).model_dump().values():
            promise(text is None or text.isprintable(), "a letter can be printed")
    return True


BANK_TARGETS: Final = (
    Target(
        "mapping",
        of(lambda: ((EXAMPLES / "finance" / "mapping.toml").read_bytes(),)),
        _read_mapping,
    ),
    Target("marks", of(_marks), _read_marks),
    Target("camt", of(made_statements), _read_camt),
    Target("payees", of(_payees), _read_payees),
    Target("empty-batch", of(_records), _read_record),
    Target("passages", of(lambda: (_PASSAGES.encode(),)), _read_passages),
)
