"""Files beside the ledger: marks, payees, payment files, bank statements, and who changes them.

DETECTED by the commands that use them, by the books, or by the next statement of the bank. OUT OF
REACH is what only the people who keep these files can see: the tests show that too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reba import RebaError, audit
from reba.bank.empty_batches import place_of_record
from reba.exports.journal import journal, trial_balance
from unit.test_books import by_beancount
from unit.test_books_marks import _Books
from unit.test_office import opened_office
from unit.test_paying import IBANS, Desk, texts, waiting
from unit.test_reconciling import (
    Bank,
    balance,
    document,
    entry,
    opened_bank,
    part,
    statement,
)

_INSIDER = "DE89370400440532013000"


@pytest.fixture
def books(tmp_path: Path) -> _Books:
    return _Books(tmp_path)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_office() as office:
        desk = Desk(office, tmp_path, waiting(office))
        desk.all_payees()
        yield desk


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with opened_office() as office:
        yield opened_bank(office, tmp_path)


def _refused(desk: Desk, code: str, **asked: object) -> None:
    size, held = desk.office.ledger.size(), desk.out.read_bytes() if desk.out.exists() else None
    with pytest.raises(RebaError) as raised:
        desk.pay(**asked)  # type: ignore[arg-type]
    assert raised.value.code == code
    assert desk.office.ledger.size() == size
    assert (desk.out.read_bytes() if desk.out.exists() else None) == held


# ── export marks ─────────────────────────────────────────────────────────────────────────────


def _read_together(books: _Books, *names: str) -> list[str]:
    return by_beancount("".join((books.folder / name).read_text() for name in names))[1]


def test_exports_after_marks_were_deleted_show_in_the_books_and_not_in_the_ledger(
    books: _Books,
) -> None:
    """DETECTED by whoever reads all files together; OUT OF REACH of the ledger: it books nothing.

    The second file has all entries once more, and asserts balances that are then wrong.
    """
    books.export("1.beancount")
    assert _read_together(books, "1.beancount") == []
    books.marks.unlink()
    books.book()
    books.export("2.beancount")
    assert any("Balance failed" in error for error in _read_together(books, *_both()))


def _both() -> tuple[str, str]:
    return "1.beancount", "2.beancount"


def test_a_last_mark_that_was_taken_away_shows_in_the_books(books: _Books) -> None:
    """DETECTED by whoever reads all files together."""
    books.export("1.beancount")
    kept = books.marks.read_text()
    books.book()
    books.export("2.beancount")
    assert _read_together(books, *_both()) == []
    books.marks.write_text(kept)
    books.export("3.beancount")  # the range of the second file
    assert _read_together(books, *_both(), "3.beancount") != []


def test_marks_that_were_edited_are_refused(books: _Books) -> None:
    """DETECTED before anything is written: a gap, an overlap, a root that the ledger never had."""
    books.export("1.beancount")
    books.book()
    books.export("2.beancount")
    first, second = books.marks.read_text().splitlines(keepends=True)
    changes = {
        second: "export.marks",  # the first is gone
        first + first: "export.marks",
        first + second.replace('"first": ', '"first": 1'): "export.marks",
        first.replace("\\n4\\n", "\\n5\\n"): "export.not_continued",
    }
    assert len(changes) == 4
    for text, code in changes.items():
        assert text != first + second
        books.marks.write_text(text)
        with pytest.raises(RebaError) as raised:
            books.export("3.beancount")
        assert raised.value.code == code
        assert not (books.folder / "3.beancount").exists()


# ── payment files and payees ─────────────────────────────────────────────────────────────────


def test_a_payment_file_that_was_deleted_is_written_again_when_asked_and_ages_meanwhile(
    bank: Bank,
) -> None:
    """DETECTED by the next statements: a batch that no bank carried out is named with its age."""
    written = bank.out.read_bytes()
    bank.out.unlink()
    later = balance("CLBD", 0).replace("2015-06-12", "2015-06-30")
    found = bank.read(document(statement(balances=later)))
    assert [(each.name, each.payments, each.age_days) for each in found.unconfirmed] == [
        ("2015-06-a", 2, 20)
    ]
    assert bank.pay().status == "booked_before"
    assert bank.pay(again=True).status == "written_again"
    assert bank.out.read_bytes() == written


@pytest.mark.parametrize(
    "change", [(">25.00</InstdAmt>", ">52.00</InstdAmt>"), (IBANS[0], _INSIDER)]
)
def test_a_payment_file_that_was_changed_is_told_from_the_one_that_was_booked(
    desk: Desk, change: tuple[str, str]
) -> None:
    """DETECTED by the same command given again: the file follows from ledger and payees."""
    desk.pay()
    text = desk.out.read_text(encoding="utf-8")
    desk.out.write_text(text.replace(*change), encoding="utf-8")
    assert desk.out.read_text(encoding="utf-8") != text
    _refused(desk, "payment.file_there")


def test_another_amount_at_the_bank_is_listed(bank: Bank) -> None:
    """DETECTED by the statement: to the cent, with the release."""
    (row,) = bank.read(
        document(statement(entry(5200, part(end_to_end=bank.reference(0)), out=True)))
    ).rows
    assert (row.code, row.release) == ("bank.amount_differs", bank.releases[0])


def test_a_payee_that_was_changed_before_the_payment_is_paid(desk: Desk) -> None:
    """OUT OF REACH: the ledger knows no bank account, so nothing in it can contradict another.

    DETECTED afterwards by who has the payees as they should be: the file is not theirs.
    """
    desk.payees(f"H-1,A. Ünal,{_INSIDER}", f"H-2,B. d'Arc & <Zn>,{IBANS[1]}")
    assert desk.pay().status == "booked"
    assert texts(desk.out, ".//CdtrAcct//IBAN")[0] == _INSIDER
    assert audit(desk.office.ledger).clean
    desk.all_payees()
    _refused(desk, "payment.file_there")


def test_a_record_of_an_empty_batch_that_is_deleted_lets_its_name_pay(desk: Desk) -> None:
    """OUT OF REACH: the record is all there is; edited, it is refused and nothing is paid."""
    assert desk.pay("a", leave_out=desk.releases).status == "empty"
    record = place_of_record(desk.out, "a")
    text = record.read_text()
    record.write_text(text.replace('"a"', '"b"'))
    _refused(desk, "payment.empty_record", name="a")
    record.unlink()
    assert desk.pay("a").status == "booked"


# ── bank statements ──────────────────────────────────────────────────────────────────────────


def _money_in(cents: int, said: str) -> str:
    return entry(cents, part(text=said), bank="F-1")


def test_a_statement_that_was_changed_is_refused_or_listed(bank: Bank) -> None:
    """DETECTED: an amount that was changed breaks the balance, or is not what is due."""
    balances = balance("OPBD", 0) + balance("CLBD", 9000)
    bank.refuses("bank.balance", document(statement(_money_in(10000, "x"), balances=balances)))
    assert bank.reads(_money_in(9000, "H-8 2015-03"), apply=True) == [
        ("unmatched", "listed", "bank.amount_differs")
    ]
    first = bank.reference(0)
    assert bank.reads(entry(2500, part(end_to_end=first), bank="F-2"), apply=True) == [
        ("unmatched", "listed", "bank.not_a_return")
    ]


def test_a_statement_that_was_forged_whole_is_believed_and_its_money_is_missed_at_the_bank(
    bank: Bank,
) -> None:
    """OUT OF REACH: a statement carries no signature; get it from the bank yourself.

    DETECTED by the books: the account of the bank in the journal is not what the bank holds.
    """
    balances = balance("OPBD", 0) + balance("CLBD", 10000)
    forged = document(statement(_money_in(10000, "H-8 2015-03"), balances=balances))
    before = bank.receivable("H-8")
    held = trial_balance(journal(bank.office.ledger.entries()))["bank"]
    assert bank.read(forged, apply=True).rows[0].status == "booked"
    assert (before, bank.receivable("H-8")) == (10000, 0)
    assert audit(bank.office.ledger).clean
    assert trial_balance(journal(bank.office.ledger.entries()))["bank"] == held + 10000
