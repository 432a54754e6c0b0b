"""The made year of a location: every program that is not ours agrees, and again is no change."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pyxaf

from camt_check import faults_of
from reba import Month, audit, open_ledger
from reba.bank.credit_transfer import debtor_of
from reba.bank.payees import usable_iban
from reba.bank.paying import PayingAsked, pay_approved
from reba.bank.reconciling import reconcile
from reba.exports.marks import Marks
from reba.money import parse_euros

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "finance"
MONTHS = [f"2015-{number:02d}" for number in range(1, 13)]
BANK = "NL69TEST0000000001"
needs_hledger = pytest.mark.skipif(
    shutil.which("hledger") is None, reason="hledger is a program of its own, and is not here"
)


class Done(NamedTuple):
    """The folder of the year, and what two runs of the script said and left."""

    folder: Path
    said: tuple[str, str]
    left: tuple[dict[str, str], dict[str, str]]


def _run(*command: str | Path) -> str:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True, text=True, check=False, env=environment, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("finance") / "2015"
    said: list[str] = []
    left: list[dict[str, str]] = []
    for _ in range(2):
        said.append(_run(FOLDER / "year.py", folder))
        left.append(_digests(folder))
    return Done(folder, (said[0], said[1]), (left[0], left[1]))


def _cents(text: str) -> int:
    return int(Decimal(text or "0") * 100)


@pytest.fixture(scope="module")
def ours(year: Done) -> dict[str, int]:
    """Our balances that are not zero, by account number, in cents."""
    with (year.folder / "books" / "trial-balance.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["number"]: _cents(row["balance"]) for row in csv.DictReader(file)}
    assert len(rows) == 8
    assert sum(rows.values()) == 0
    return {number: cents for number, cents in rows.items() if cents}


def _opinion(name: str, path: Path) -> dict[str, int] | None:
    sys.path.insert(0, str(FOLDER))
    try:
        found: dict[str, int] | None = getattr(import_module("second_opinion"), name)(path)
    finally:
        sys.path.remove(str(FOLDER))
    return found


@pytest.mark.invariant("E1")
def test_the_year_again_changes_nothing(year: Done) -> None:
    assert year.left[0] == year.left[1]
    assert {"ledger.reba", "books/2015.xaf", "books/marks.jsonl"} < set(year.left[0])
    assert year.said[0] == year.said[1]


def test_a_file_that_would_not_be_the_same_stops_the_year(year: Done, tmp_path: Path) -> None:
    folder = shutil.copytree(year.folder, tmp_path / "copy")
    (folder / "facts" / "2015-01.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="would not be the same"):
        _run(FOLDER / "year.py", folder)


def test_the_statements_of_the_made_bank_are_as_the_schema_has_them(year: Done) -> None:
    found = sorted(year.folder.rglob("*.xml"))
    statements = [text for text in (path.read_text(encoding="utf-8") for path in found)
                  if "camt.053" in text]  # fmt: skip
    assert len(statements) == 12
    for text in statements:
        assert faults_of(text) == []


@pytest.mark.invariant("C4")
def test_beancount_has_our_balances(year: Done, ours: dict[str, int]) -> None:
    file = year.folder / "books" / "2015.beancount"
    assert _opinion("by_beancount", file) == ours
    text = file.read_text(encoding="utf-8")
    other = year.folder.parent / "a-cent.beancount"
    posting = re.search(r"Assets:1100 +(\d+\.\d\d) EUR", text)
    assert posting is not None
    cent_more = f"{parse_euros(posting[1]) + 1:03d}"
    other.write_text(
        text.replace(posting[1], f"{cent_more[:-2]}.{cent_more[-2:]}", 1), encoding="utf-8"
    )
    with pytest.raises(Exception, match=r"0\.01 too much"):
        _opinion("by_beancount", other)


@needs_hledger
@pytest.mark.invariant("C4")
def test_hledger_has_our_balances(year: Done, ours: dict[str, int]) -> None:
    assert _opinion("by_hledger", year.folder / "books" / "2015.hledger") == ours


@pytest.mark.invariant("C4")
def test_the_audit_file_is_valid_and_has_our_balances(year: Done, ours: dict[str, int]) -> None:
    file = year.folder / "books" / "2015.xaf"
    assert _opinion("by_pyxaf", file) == ours
    report: Any = pyxaf.validate(file, xsd=True)
    assert "L4x xsd" in report.checked
    assert [*report.errors, *report.warnings] == []


@pytest.mark.invariant("C4")
def test_the_months_together_are_the_year_and_none_stands_twice(
    year: Done, ours: dict[str, int]
) -> None:
    books = year.folder / "books"
    totals: dict[str, int] = {}
    for month in MONTHS:
        with (books / f"{month}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row["recorded_on"][:7] == month
                cents = _cents(row["debit"]) - _cents(row["credit"])
                totals[row["books_number"]] = totals.get(row["books_number"], 0) + cents
    assert {number: cents for number, cents in totals.items() if cents} == ours
    marks = Marks(books / "marks.jsonl").marks
    assert [mark.file for mark in marks] == [f"{month}.csv" for month in MONTHS]
    with open_ledger(year.folder / "ledger.reba", create=False, read_only=True) as ledger:
        assert marks[-1].until == ledger.size()


def test_each_payment_file_is_valid_and_its_payees_are_made(year: Done) -> None:
    files = sorted((year.folder / "payments").glob("*.xml"))
    assert len(files) == 7
    check = import_module("sepaxml.validation").try_valid_xml
    for file in files:
        check(file.read_bytes(), "pain.001.001.09")
        ibans = re.findall(r"<IBAN>(.*?)</IBAN>", file.read_text(encoding="utf-8"))
        assert len(ibans) >= 2
        for iban in ibans:
            assert iban[4:8] == "TEST"
            assert usable_iban(iban) == iban


@pytest.mark.invariant("R1")
def test_the_bank_closes_every_release_and_the_rest_is_listed(
    year: Done, ours: dict[str, int]
) -> None:
    statements = sorted((year.folder / "bank").glob("2015-??.xml"))
    assert len(statements) == 12
    with open_ledger(year.folder / "ledger.reba", create=False) as ledger:
        size = ledger.size()
        found = reconcile(ledger, statements, iban=BANK, apply=True)
        assert ledger.size() == size
        assert audit(ledger).clean
        releases = {
            state.release: state.status
            for account in ledger.accounts()
            for state in ledger.account(account).releases
        }
    executed = [row.release for row in found.rows if row.what == "executed"]
    went = sorted(name for name, status in releases.items() if status in {"paid", "returned"})
    assert sorted(executed) == went
    assert found.unseen == ()
    assert sorted({*releases.values()}) == ["paid", "rejected", "requested", "returned"]
    codes = [(row.code, row.amount_cents) for row in found.listed]
    assert codes == [("bank.amount_differs", 32337), ("bank.no_reference", 6000)]
    for name, status in releases.items():
        assert re.search(rf"^release {name}: [\d.]+ {status}", year.said[0], re.MULTILINE)
    closing = re.search(r"closes on our balance: ([\d.]+)", year.said[0])
    assert closing is not None
    assert parse_euros(closing[1]) == ours["1100"]


def test_a_batch_of_the_year_is_never_paid_twice(year: Done, tmp_path: Path) -> None:
    with open_ledger(year.folder / "ledger.reba", create=False) as ledger:
        size = ledger.size()
        batch = pay_approved(
            ledger,
            PayingAsked("2015-05", debtor_of("Voorbeeldlocatie", BANK)),
            payees=year.folder / "payees" / "2015-05.csv",
            out=tmp_path / "2015-05.xml",
        )
        assert (batch.status, batch.payments, ledger.size()) == ("booked_before", 2, size)
    assert not (tmp_path / "2015-05.xml").exists()


def test_events_and_checkpoint_are_of_the_whole_ledger(year: Done) -> None:
    text = (year.folder / "events.jsonl").read_text(encoding="utf-8")
    told = [json.loads(line) for line in text.splitlines()]
    size = int((year.folder / "checkpoint.txt").read_text(encoding="utf-8").splitlines()[1])
    assert len(told) == size
    assert f"{size} entries" in year.said[0]
    assert not re.search(r"H-00\d\d", text)


def test_the_location_is_made_again_and_another_year_is_refused(year: Done) -> None:
    made = _run(FOLDER / "make_location.py", "--month", "2015-03")
    assert made == (year.folder / "facts" / "2015-03.jsonl").read_text(encoding="utf-8")
    assert {json.loads(line)["month"] for line in made.splitlines()} == {str(Month(2015, 3))}
    with pytest.raises(AssertionError, match="from 2015-01 to 2015-12"):
        _run(FOLDER / "make_location.py", "--month", "2016-01")


def test_the_page_says_what_the_script_says(year: Done) -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "Nobody in it exists" in page
    shown = page.split("<!-- said -->\n```\n")[1].split("```\n<!-- /said -->")[0].splitlines()
    said = year.said[0].splitlines()
    assert shown
    for line in shown:
        assert line in said or (line.startswith("hledger") and shutil.which("hledger") is None)
