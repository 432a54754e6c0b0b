"""Bank statements against the ledger: to the cent, once, and nothing guessed (E1, C4)."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reba import Month, RebaError, audit, open_ledger
from reba.bank.credit_transfer import Debtor
from reba.bank.matching import RETURN_REASONS_OF_BANKS, Wording, wordings
from reba.bank.paying import PayingAsked, pay_approved
from reba.bank.reconciling import Reconciliation, reconcile
from reba.bank.references import end_to_end_id
from reba.cli.app import run
from reba.ledger.release_commands import RETURN_REASONS
from reba.money import format_euros
from unit.test_office import Office, opened_office
from unit.test_paying import DEBTOR, IBANS, Desk, waiting

ACCOUNT = DEBTOR.iban
VERSIONS = ("02", "08", "12")


def part(
    cents: int | None = None, *, end_to_end: str | None = None, text: str | None = None,
    reference: str | None = None, reason: str | None = None, bank: str | None = None,
    currency: str = "EUR", version: str = "08",
) -> str:  # fmt: skip
    """Write one part of an entry (TxDtls)."""
    refs = "" if bank is None else f"<AcctSvcrRef>{bank}</AcctSvcrRef>"
    if end_to_end is not None:
        refs += f"<EndToEndId>{end_to_end}</EndToEndId>"
    words = "" if text is None else f"<Ustrd>{text}</Ustrd>"
    if reference is not None:
        words += f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>"
    amount = ""
    if cents is not None:
        amount = f'<Amt Ccy="{currency}">{format_euros(cents)}</Amt>'
        if version == "02":
            amount = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    returned = "" if reason is None else f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>"
    return (
        f"<TxDtls><Refs>{refs}</Refs>{amount}<RmtInf>{words}</RmtInf>{returned}</TxDtls>"
        if words
        else f"<TxDtls><Refs>{refs}</Refs>{amount}{returned}</TxDtls>"
    )


def entry(
    cents: int | str, *parts: str, out: bool = False, bank: str | None = "B-1",
    day: str = "2015-06-12",
    status: str = "BOOK", currency: str = "EUR", reversal: bool = False, family: str = "",
    version: str = "08",
) -> str:  # fmt: skip
    """Write one entry (Ntry)."""
    amount = cents if isinstance(cents, str) else format_euros(cents)
    said = status if version == "02" else f"<Cd>{status}</Cd>"
    turned = "<RvslInd>true</RvslInd>" if reversal else ""
    code = f"<Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>{family}</SubFmlyCd></Fmly></Domn>"
    reference = "" if bank is None else f"<AcctSvcrRef>{bank}</AcctSvcrRef>"
    booked = f"<BookgDt><Dt>{day}</Dt></BookgDt>" if day else ""
    details = f"<NtryDtls>{''.join(parts)}</NtryDtls>" if parts else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{'DBIT' if out else 'CRDT'}</CdtDbtInd>{turned}<Sts>{said}</Sts>{booked}"
        f"{reference}<BkTxCd>{code if family else ''}</BkTxCd>{details}</Ntry>"
    )


def balance(code: str, cents: int) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{format_euros(abs(cents))}</Amt>'
        f"<CdtDbtInd>{'DBIT' if cents < 0 else 'CRDT'}</CdtDbtInd>"
        "<Dt><Dt>2015-06-12</Dt></Dt></Bal>"
    )


def statement(*entries: str, name: str = "S-1", iban: str = ACCOUNT, balances: str = "") -> str:
    """Write one statement (Stmt)."""
    return (
        f"<Stmt><Id>{name}</Id><CreDtTm>2015-06-13T06:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
        f"{balances or balance('CLBD', 0)}{''.join(entries)}</Stmt>"
    )


def document(*statements: str, version: str = "08") -> str:
    """Write a whole camt.053."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2015-06-13T06:00:00</CreDtTm></GrpHdr>"
        f"{''.join(statements)}</BkToCstmrStmt></Document>"
    )


class Bank(Desk):
    """A desk whose two releases were paid, and the bank that says what became of it."""

    def read(self, *texts: str, apply: bool = False, **more: Any) -> Reconciliation:
        files = []
        for number, text in enumerate(texts, 1):
            files.append(self.folder / f"{number}.xml")
            files[-1].write_text(text, encoding="utf-8")
        given = {"iban": ACCOUNT, **more}
        return reconcile(self.office.ledger, files, apply=apply, **given)

    def reads(self, *entries: str, apply: bool = False) -> list[tuple[str, str, str]]:
        found = self.read(document(statement(*entries)), apply=apply)
        return [(row.what, row.status, row.code) for row in found.rows]

    def refuses(self, code: str, *texts: str, **more: Any) -> RebaError:
        size = self.office.ledger.size()
        with pytest.raises(RebaError) as raised:
            self.read(*texts, apply=True, **more)
        assert (raised.value.code, self.office.ledger.size()) == (code, size)
        return raised.value

    def reference(self, number: int) -> str:
        release = self.releases[number]
        return end_to_end_id(str(self.office.release(release).batch), release)

    def receivable(self, account: str = "H-1") -> int:
        return self.office.ledger.account(account).receivable_cents


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with opened_office() as office:
        bank = opened_bank(office, tmp_path)
        yield bank


def opened_bank(office: Office, folder: Path) -> Bank:
    """Pay 25.00 and 40.01, and let two other households owe 100.00 each."""
    bank = Bank(office, folder, waiting(office))
    bank.all_payees()
    bank.pay()
    for account in ("H-8", "H-9"):
        office.save(20000, account=account)
    office.today("2015-06-15")
    return bank


# ── the story ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("E1")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_statement_closes_every_release_and_twice_changes_nothing(
    bank: Bank, version: str
) -> None:
    office = bank.office
    invoice = next(
        office.ledger.invoice_month(Month.parse("2015-03"), due_on=office.ledger.today())
    )
    first, second = bank.reference(0), bank.reference(1)
    text = document(
        statement(
            entry(2500, part(end_to_end=first), out=True, bank="B-1", version=version),
            entry(4001, part(end_to_end=second), out=True, bank="B-2", version=version),
            entry(
                4001, part(end_to_end=second, reason="AC04"), bank="B-3", day="2015-06-13",
                version=version,
            ),
            entry(10000, part(text=f"kenmerk {invoice.invoice}"), bank="B-4", version=version),
            entry(10000, part(reference="H-9 2015-03"), bank="B-5", version=version),
            balances=balance("OPBD", -100) + balance("CLBD", -100 - 6501 + 4001 + 20000),
        ),
        version=version,
    )  # fmt: skip
    size = office.ledger.size()
    proposed = bank.read(text)
    assert office.ledger.size() == size
    assert proposed.counts() == {
        "contribution proposed": 2, "executed confirmed": 2, "returned proposed": 1
    }  # fmt: skip
    booked = bank.read(text, apply=True)
    assert not booked.listed
    assert not booked.unseen
    assert [row.status for row in booked.rows] == ["confirmed", "confirmed", *["booked"] * 3]
    release = office.release(bank.releases[1])
    assert (release.status, release.because, release.returned_on) == (
        "returned", "account_closed", "2015-06-13"
    )  # fmt: skip
    assert office.ledger.history("H-2")[-1].body_json is not None
    assert f"AC04, end-to-end {second}" in str(office.ledger.history("H-2")[-1].body_json)
    assert (bank.receivable("H-8"), bank.receivable("H-9")) == (0, 0)
    size = office.ledger.size()
    for _ in range(2):
        again = bank.read(text, apply=True)
        assert [row.status for row in again.rows] == ["confirmed"] * 2 + ["booked_before"] * 3
    assert office.ledger.size() == size


def test_what_a_statement_does_not_show_is_named(bank: Bank) -> None:
    text = document(statement(entry(2500, part(end_to_end=bank.reference(0)), out=True)))
    assert bank.read(text).unseen == (bank.releases[1],)
    assert bank.read(document(statement())).unseen == ()


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=6))
def test_whatever_is_applied_twice_changes_nothing_and_conserves_cents(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[tuple[int, bool]]
) -> None:
    with opened_office() as office:
        bank = opened_bank(office, tmp_path_factory.mktemp("bank"))
        kinds = [
            (2500, part(end_to_end=bank.reference(0)), True),
            (2500, part(end_to_end=bank.reference(0), reason="MS03"), False),
            (4001, part(end_to_end=bank.reference(1), reason="AC01"), False),
            (10000, part(text="H-8 2015-03"), False),
            (10000, part(text="H-9/2015-03"), False),
            (777, part(text="contributie"), False),
        ]
        entries = [
            entry(kinds[kind][0] + off, kinds[kind][1], out=kinds[kind][2], bank=f"B-{number}")
            for number, (kind, off) in enumerate(chosen)
        ]
        text = document(statement(*entries))
        before = {name: office.ledger.account(name) for name in office.ledger.accounts()}
        found = bank.read(text, apply=True)
        assert len(found.rows) == len(chosen)
        moved = sum(row.amount_cents for row in found.rows if row.status == "booked")
        after = {name: office.ledger.account(name) for name in office.ledger.accounts()}
        assert moved == sum(
            (state.collected_cents - before[name].collected_cents)
            - (state.released_cents - before[name].released_cents)
            for name, state in after.items()
        )
        size = office.ledger.size()
        bank.read(text, apply=True)
        assert office.ledger.size() == size


# ── what does not match ──────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("C4")
def test_a_cent_more_or_less_is_listed_and_not_booked(bank: Bank) -> None:
    size = bank.office.ledger.size()
    for off in (-1, 1):
        rows = bank.reads(
            entry(2500 + off, part(end_to_end=bank.reference(0)), out=True, bank="B-1"),
            entry(2500 + off, part(end_to_end=bank.reference(0), reason="AC04"), bank="B-2"),
            entry(10000 + off, part(text="H-8 2015-03"), bank="B-3"),
            apply=True,
        )
        assert rows == [("unmatched", "listed", "bank.amount_differs")] * 3
    assert bank.office.ledger.size() == size


UNMATCHED = [
    (entry(100, bank="B-1"), "bank.no_reference"),
    (entry(100, part(), out=True), "bank.no_reference"),
    (entry(100, part(end_to_end="NOTPROVIDED"), out=True), "bank.no_reference"),
    (entry(100, part(end_to_end="2026-INV-7"), out=True), "bank.unknown_reference"),
    (entry(100, part(text="hartelijk dank")), "bank.unknown_reference"),
    (entry(100, part(text="H-7 2015-03")), "bank.unknown_reference"),
    (entry(100, part(text="H-8 2015-04")), "bank.unknown_reference"),
    (entry(100, part(text="H-8/1")), "bank.unknown_reference"),
    (entry(100, part(text="H-8/999999")), "bank.unknown_reference"),
    (entry(10000, part(text="H-8 2015-03 en H-9 2015-03")), "bank.ambiguous"),
    (entry(10000, part(text="H-8 2015-03"), bank=None), "bank.no_bank_reference"),
    (entry(10000, part(text="H-8 2015-03"), status="PDNG"), "bank.pending"),
    (entry(10000, part(text="H-8 2015-03"), currency="USD"), "bank.currency"),
    (entry("9" * 18, part(text="H-8 2015-03")), "bank.amount"),
    (entry("1E+999999", part(text="H-8 2015-03")), "bank.amount"),
    (entry("100.001", part(text="H-8 2015-03")), "bank.amount"),
    (entry(10000, part(text="H-8 2015-03"), day=""), "bank.day"),
    (entry(200, part(100), part(101)), "bank.details"),
    (entry(200, part(100), part()), "bank.details"),
    (entry(200, part(100), part(100, currency="USD")), "bank.details"),
    (entry(0, part(text="H-1 2015-03")), "bank.amount_differs"),
]


@pytest.mark.parametrize(("given_entry", "code"), UNMATCHED)
def test_what_does_not_match_is_listed_with_its_place(
    bank: Bank, given_entry: str, code: str
) -> None:
    size = bank.office.ledger.size()
    found = bank.read(document(statement(given_entry)), apply=True)
    (row,) = found.listed
    assert (row.code, row.place) == (code, "1.xml, statement S-1, entry 1")
    assert row.says
    assert bank.office.ledger.size() == size


def test_what_contradicts_the_ledger_is_listed(bank: Bank) -> None:
    first = bank.reference(0)
    assert bank.reads(
        entry(2500, part(end_to_end=first), out=True, bank="B-1"),
        entry(2500, part(end_to_end=first), out=True, bank="B-2"),
        entry(2500, part(end_to_end=first), out=True, bank="B-2"),
        entry(2500, part(end_to_end=first), bank="B-3"),
        entry(2500, part(end_to_end=first, reason="AC04"), bank=None),
        entry(2500, part(end_to_end=first, reason="AC04"), bank="B-5"),
        entry(2500, part(end_to_end=first, reason="AC04"), bank="B-6"),
        apply=True,
    ) == [
        ("executed", "confirmed", ""),
        ("unmatched", "listed", "bank.paid_twice"),
        ("unmatched", "listed", "bank.entry_twice"),
        ("unmatched", "listed", "bank.not_a_return"),
        ("unmatched", "listed", "bank.no_bank_reference"),
        ("returned", "booked", ""),
        ("unmatched", "listed", "bank.returned_before"),
    ]


def test_a_contribution_that_comes_twice_is_booked_once(bank: Bank) -> None:
    text = part(text="H-8 2015-03")
    rows = bank.reads(entry(10000, text, bank="B-1"), entry(10000, text, bank="B-2"), apply=True)
    assert [row[1:] for row in rows] == [("booked", ""), ("listed", "bank.amount_differs")]
    assert bank.receivable("H-8") == 0
    assert bank.office.ledger.account("H-8").overcollected_cents == 0


def test_what_the_ledger_refuses_is_listed_with_its_reason(bank: Bank) -> None:
    early = entry(
        2500, part(end_to_end=bank.reference(0), reason="AC04"), day="2015-06-01", bank="B-1"
    )
    assert bank.reads(early) == [("returned", "proposed", "")]
    assert bank.reads(early, apply=True) == [("returned", "listed", "ledger.too_early")]
    assert bank.office.release(bank.releases[0]).status == "paid"


# ── how banks write it ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", VERSIONS[:2])
def test_the_parts_of_one_entry_are_matched_one_by_one(bank: Bank, version: str) -> None:
    text = document(
        statement(
            entry(
                6501, part(2500, end_to_end=bank.reference(0), version=version),
                part(4001, end_to_end=bank.reference(1), version=version), out=True,
                version=version,
            ),
        ),
        version=version,
    )  # fmt: skip
    found = bank.read(text)
    assert found.counts() == {"executed confirmed": 2}
    assert [row.place for row in found.rows] == [
        f"1.xml, statement S-1, entry 1, part {number}" for number in (1, 2)
    ]


@pytest.mark.parametrize("marked", [{"reversal": True}, {"family": "RRTN"}, {"family": "RPCR"}])
def test_a_return_without_a_reason_is_still_a_return(bank: Bank, marked: dict[str, Any]) -> None:
    returned = entry(2500, part(end_to_end=bank.reference(0)), **marked)
    assert bank.reads(returned, apply=True) == [("returned", "booked", "")]
    assert bank.office.release(bank.releases[0]).because == "other"


def test_every_reason_of_a_bank_is_one_of_the_ledger() -> None:
    assert set(RETURN_REASONS_OF_BANKS.values()) < set(RETURN_REASONS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("G-0001/7", [("G-0001", 7, None)]),
        ("(G-0001/7), dank", [("G-0001", 7, None)]),
        ("G-0001/2025-10", [("G-0001", None, "2025-10")]),
        ("a/b G-0001/7/8 NL/12345678", []),
        ("G-0001 2025-10 G-0001 2025-10", [("G-0001", None, "2025-10")]),
        ("x " * 10_000, []),
    ],
)
def test_only_whole_references_are_taken_from_a_text(
    text: str, expected: list[tuple[str, int | None, str | None]]
) -> None:
    assert wordings([text]) == [Wording(*each) for each in expected]


# ── files that are refused whole ─────────────────────────────────────────────────────────────


def test_a_statement_of_another_account_is_refused_whole(bank: Bank) -> None:
    fine = statement(entry(10000, part(text="H-8 2015-03")))
    other = statement(name="S-2", iban=IBANS[0])
    assert "statement S-2" in str(bank.refuses("bank.other_account", document(fine, other)))
    bank.refuses("bank.other_account", document(fine), iban=IBANS[2])
    bank.refuses("bank.account", document(fine), iban="NL92ABNA0417164300")


def test_a_statement_handed_over_twice_is_refused_whole(bank: Bank) -> None:
    text = document(statement(entry(10000, part(text="H-8 2015-03"))))
    assert "S-1" in str(bank.refuses("bank.statement_twice", text, text))


def test_a_balance_that_does_not_follow_is_refused_whole(bank: Bank) -> None:
    credit = entry(10000, part(text="H-8 2015-03"))
    for code in ("OPBD", "PRCD"):
        text = document(statement(credit, balances=balance(code, 1) + balance("CLBD", 10002)))
        error = bank.refuses("bank.balance", text)
        assert (error.data["counted"], error.data["stated"]) == ("100.01", "100.02")
    pending = entry(5, status="PDNG", bank="B-2")
    fine = statement(credit, pending, balances=balance("OPBD", 1) + balance("CLBD", 10001))
    assert bank.read(document(fine)).rows[0].status == "proposed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bank.not_camt"),
        (":20:MT940", "bank.not_camt"),
        (document(statement()).replace("camt.053", "camt.052"), "bank.not_camt"),
        (document(statement(), version="13"), "bank.not_camt"),
        (document(statement())[:-20], "bank.file"),
        (document(statement()).replace("<Stmt>", "Stmt><Stmt>"), "bank.file"),
        (document(statement()).replace("</GrpHdr>", "<MsgId>M-2</MsgId></GrpHdr>"), "bank.file"),
        (document(statement()).replace("UTF-8", "UTB-8"), "bank.file"),
        (document(statement()).replace("<Stmt>", "<Stmt>" * 3000), "bank.file"),
        (document(statement()).replace("<MsgId>", "<Ours>x</Ours><MsgId>"), "bank.file"),
        (document(statement(entry("one hundred"))), "bank.file"),
        (document(statement(entry(1, day="2015-02-30"))), "bank.file"),
        (document(statement()).replace("<Document", "<!DOCTYPE x><Document"), "bank.file"),
    ],
)
def test_what_is_no_statement_is_refused(bank: Bank, text: str, code: str) -> None:
    bank.refuses(code, text)


def test_a_file_that_is_not_there_is_refused(bank: Bank) -> None:
    with pytest.raises(RebaError) as raised:
        reconcile(bank.office.ledger, [bank.folder / "none.xml"], iban=ACCOUNT)
    assert raised.value.code == "bank.file"


# ── the command ──────────────────────────────────────────────────────────────────────────────


def test_the_command_proposes_then_books_then_finds_nothing_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office()
    office.ledger = open_ledger(tmp_path / "l.reba", clock=lambda: office.now[0])
    with office.ledger:
        bank = opened_bank(office, tmp_path)
        second = bank.reference(1)
    text = document(
        statement(
            entry(4001, part(end_to_end=second, reason="AC04"), bank="B-1"),
            entry(12, part(text="rente"), bank="B-2"),
        )
    )
    (tmp_path / "june.xml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def say(*more: str, account: str = ACCOUNT) -> tuple[int, str]:
        command = ("reba", "reconcile", "l.reba", "june.xml", "--account", account, *more)
        monkeypatch.setattr(sys, "argv", [*command])
        status = run()
        said = capsys.readouterr()
        return status, said.out + said.err

    status, said = say("--out", "june.csv")
    assert status == 1
    assert "1 can be booked" in said
    assert "bank.unknown_reference" in said
    assert bank.releases[0] in said
    with (tmp_path / "june.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["what"], row["status"], row["amount"], row["reason"]) for row in rows] == [
        ("returned", "proposed", "40.01", "AC04"), ("unmatched", "listed", "0.12", ""),
    ]  # fmt: skip
    assert "returned booked: 1" in say("--apply")[1]
    assert "returned booked before: 1" in say("--apply")[1]
    assert '"status": "booked_before"' in say("--apply", "--json")[1]
    assert say(account=IBANS[0])[0] == 3
    with open_ledger("l.reba", create=False, read_only=True) as ledger:
        assert audit(ledger).clean


def test_a_batch_paid_by_hand_has_no_reference_of_ours(bank: Bank) -> None:
    office = bank.office
    release = office.approve(office.ask("bridging", 100))
    office.pay(release, batch="by-hand")
    assert bank.read(document(statement())).rows == ()
    asked = PayingAsked("by-hand", Debtor("A", ACCOUNT))
    paid = pay_approved(
        office.ledger, asked, payees=bank.all_payees(), out=bank.folder / "other.xml"
    )
    assert paid.status == "empty"
