"""The journal in the books of others: each program adds up what we say, to the cent (C4)."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pyxaf
from beancount import loader
from beancount.core.data import Transaction
from typer.testing import CliRunner

from golden.ledger_story import tell
from reba import HouseholdMonth, Month, load_law, open_ledger
from reba.cli.app import app
from reba.clock import amsterdam_date
from reba.errors import ExportError, RebaError, UsageError
from reba.exports.audit_file import write_audit_file
from reba.exports.journal import journal, trial_balance, whole_journal
from reba.exports.mapping import BooksMapping, load_mapping
from reba.exports.plain_text import as_beancount, as_hledger
from reba.exports.span import Days, find_span
from reba.law.choices import load_choices
from reba.ledger.entries import Entry
from unit.test_ledger import POLICY, WORKER

EXAMPLES = Path(__file__).parents[2] / "examples"
MAPPING = EXAMPLES / "finance" / "mapping.toml"
needs_hledger = pytest.mark.skipif(
    shutil.which("hledger") is None, reason="hledger is a program of its own, and is not here"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger that says every kind of thing, also that records were destroyed."""
    path = tmp_path_factory.mktemp("books") / "coa.reba"
    choices = load_choices(EXAMPLES / "municipal" / "choices.toml")
    with open_ledger(path) as ledger:
        tell(ledger.store, load_law(), POLICY, choices)
    return str(path)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A made year: each month of 2015 run in the next one for twelve households."""
    now = [datetime(2015, 2, 1, 9, tzinfo=UTC)]
    path = tmp_path_factory.mktemp("year") / "coa.reba"
    with open_ledger(path, clock=lambda: now[0]) as ledger:
        for number in range(1, 13):
            month = Month(2015, number)
            now[0] = datetime.combine(month.last_day, datetime.min.time(), UTC) + timedelta(3)
            households = [
                worker(f"H-{each}", month, 40000 + 777 * each + 31 * number)
                for each in range(1, 13)
            ]
            booked = list(ledger.run_month(households, policy=POLICY))
            assert [each.error for each in booked] == [None] * 12
    return str(path)


def worker(household: str, month: Month, net_cents: int) -> HouseholdMonth:
    net, paid = f"{net_cents // 100}.{net_cents % 100:02d}", f"{net_cents // 300}.17"
    member = {
        "id": "P-1", "born": "1990-05-14", "residence_status": "permit_holder",
        "income": [{"kind": "earnings", "net": net}], "obligations": "0.00",
    }  # fmt: skip
    return HouseholdMonth.model_validate(
        {**WORKER, "household": household, "month": str(month), "members": [member],
         "collected": paid}
    )  # fmt: skip


def balances_of(place: str, mapping: BooksMapping, until: int | None = None) -> dict[str, int]:
    """Our balances, by number of account; they are those of the accounts (test_journal.py)."""
    with open_ledger(place, create=False, read_only=True) as ledger:
        books = trial_balance(journal(ledger.entries(0, until)))
    return {
        mapping.account(name, "2015-01-01").number: cents for name, cents in books.items() if cents
    }


def export(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["export", *arguments])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def _refused(*arguments: str) -> RebaError:
    with pytest.raises(RebaError) as caught:
        export(*arguments)
    return caught.value


@contextmanager
def refusal(code: str) -> Generator[None]:
    with pytest.raises(ExportError) as caught:
        yield
    assert caught.value.code == code


def by_beancount(text: str) -> tuple[dict[str, int], list[str]]:
    entries, errors, _ = loader.load_string(text)
    balances: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                assert posting.units is not None
                number = posting.account.split(":")[1]
                cents = int(posting.units.number * 100)  # type: ignore[operator]
                balances[number] = balances.get(number, 0) + cents
    return {k: v for k, v in balances.items() if v}, [error.message for error in errors]


def _hledger(text: str, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["hledger", "-f", "-", *command], input=text, capture_output=True, text=True, check=False
    )


def _hledger_balances(text: str) -> dict[str, int]:
    rows = csv.DictReader(io.StringIO(_hledger(text, "bal", "-N", "--flat", "-O", "csv").stdout))
    return {
        row["account"].split(":")[1]: round(float(row["balance"].removesuffix(" EUR")) * 100)
        for row in rows
    }


def _audit_file(path: Path) -> tuple[dict[str, int], Any]:
    report = pyxaf.validate(path, xsd=True)
    balances: dict[str, int] = {}
    with pyxaf.open(path) as found:
        lines = [*found.opening_balance().lines, *found.lines()]
        for line in lines:
            assert line.signed_amount is not None
            number, cents = str(line.account_id), int(line.signed_amount * 100)
            balances[number] = balances.get(number, 0) + cents
    return {number: cents for number, cents in balances.items() if cents}, report


# ── what the programs make of it ─────────────────────────────────────────────────────────────


@pytest.mark.invariant("C4")
@pytest.mark.parametrize("which", ["place", "year"])
def test_the_trial_balances_are_ours(which: str, request: pytest.FixtureRequest) -> None:
    ledger = request.getfixturevalue(which)
    ours = balances_of(ledger, load_mapping(MAPPING))
    text = export(ledger, "--format", "beancount", "--mapping", str(MAPPING))
    assert by_beancount(text) == (ours, [])
    assert text.count(" balance ") >= len(ours)
    rows = export(ledger, "--format", "json", "--mapping", str(MAPPING)).splitlines()
    flat: dict[str, int] = {}
    for row in map(json.loads, rows):
        flat[row["books_number"]] = flat.get(row["books_number"], 0) + row["amount_cents"]
    assert {number: cents for number, cents in flat.items() if cents} == ours


@needs_hledger
@pytest.mark.invariant("C4")
@pytest.mark.parametrize("which", ["place", "year"])
def test_hledger_agrees(which: str, request: pytest.FixtureRequest) -> None:
    ledger = request.getfixturevalue(which)
    text = export(ledger, "--format", "hledger", "--mapping", str(MAPPING))
    strict = _hledger(text, "check", "--strict")
    assert (strict.returncode, strict.stderr) == (0, "")
    assert _hledger_balances(text) == balances_of(ledger, load_mapping(MAPPING))


@pytest.mark.invariant("C4")
@pytest.mark.parametrize(
    ("which", "days"),
    [
        ("year", ("--year", "2015")),
        ("year", ("--year", "2016")),
        ("year", ("--month", "2015-07")),
        ("place", ("--year", "2025")),
        ("place", ("--month", "2016-02")),  # an account was destroyed after its end
    ],
)
def test_an_audit_file_is_valid_and_ends_where_we_do(
    which: str, days: tuple[str, str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ledger, out = request.getfixturevalue(which), tmp_path / "books.xaf"
    export(ledger, "--format", "xaf", "--mapping", str(MAPPING), *days, "--out", str(out))
    balances, report = _audit_file(out)
    assert (report.format.version, report.format.namespace_status) == ("4.0", "official")
    assert "L4x xsd" in report.checked
    assert [str(each) for each in (*report.errors, *report.warnings)] == []
    ours = _at_the_end_of(ledger, days[1])
    for each in (balances, ours):  # the result stands on the accounts of its year
        each["result"] = sum(each.pop(number, 0) for number in ("8110", "4810", "0510"))
    assert balances == ours
    assert sum(balances.values()) == 0


def _at_the_end_of(place: str, month_or_year: str) -> dict[str, int]:
    """Our balances after the last entry of a month or a year, also of what was destroyed since."""
    with open_ledger(place, create=False, read_only=True) as ledger:
        days = [str(amsterdam_date(entry.recorded_at)) for entry in ledger.entries()]
        until = sum(1 for day in days if day[: len(month_or_year)] <= month_or_year)
        pairs = whole_journal(ledger.entries(), since=until, until=until)
        books = trial_balance(posting for posting, _ in pairs)
    mapping = load_mapping(MAPPING)
    return {mapping.account(k, "2015-01-01").number: cents for k, cents in books.items() if cents}


def test_the_result_of_earlier_years_stands_on_its_own_account(year: str, tmp_path: Path) -> None:
    out = tmp_path / "2016.xaf"
    export(year, "--format", "xaf", "--mapping", str(MAPPING), "--year", "2016", "--out", str(out))
    with pyxaf.open(out) as found:
        opening = {
            line.account_id: line.signed_amount or 0 for line in found.opening_balance().lines
        }
    assert opening["0510"] < 0
    assert "8110" not in opening


def test_so_does_the_result_of_what_was_destroyed_since(place: str, tmp_path: Path) -> None:
    out = tmp_path / "february.xaf"
    export(place, "--format", "xaf", "--mapping", str(MAPPING), "--month", "2016-02",
            "--out", str(out))  # fmt: skip
    with pyxaf.open(out) as found:
        opening = {line.account_id for line in found.opening_balance().lines}
    assert opening >= {"0510", "1100"}
    assert opening.isdisjoint({"4810", "8110"})


def test_what_is_not_known_any_more_is_refused(place: str, tmp_path: Path) -> None:
    refused = _refused(place, "--format", "xaf", "--mapping", str(MAPPING), "--year", "2015",
                       "--out", str(tmp_path / "2015.xaf"))  # fmt: skip
    assert (refused.code, refused.data["account"]) == ("export.destroyed", "H-8")
    assert list(tmp_path.iterdir()) == []


# ── what the programs see ────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("C4")
def test_a_cent_too_much_is_seen(year: str) -> None:
    text = export(year, "--format", "beancount", "--mapping", str(MAPPING))
    stands = balances_of(year, load_mapping(MAPPING))["1100"]
    right, wrong = (
        f"Assets:1100  {cents // 100}.{cents % 100:02d} ~ 0.00 EUR"
        for cents in (stands, stands + 1)
    )
    assert text.count(right) == 1
    assert len(by_beancount(text.replace(right, wrong))[1]) == 1
    lenient = text.replace(right, wrong).replace(" ~ 0.00", "")
    assert by_beancount(lenient)[1] == []  # what the tolerance in the file is there for


@needs_hledger
@pytest.mark.invariant("C4")
def test_a_cent_too_much_is_seen_by_hledger(year: str) -> None:
    text = export(year, "--format", "hledger", "--mapping", str(MAPPING))
    stands = text.rindex("= ") + 2
    wrong = text[:stands] + "0.01 EUR\n"
    assert _hledger(text, "check", "--strict").returncode == 0
    assert _hledger(wrong, "check", "--strict").returncode == 1


def _texts(entries: list[Entry], since: int, today: date) -> tuple[str, str]:
    """A range up to the end of the entries given, as it is written on a day."""
    mapping = load_mapping(MAPPING)
    span = find_span(entries, today=today, since=since)
    read = lambda: whole_journal(entries, since=since, until=span.until)  # noqa: E731
    return "".join(as_beancount(read, mapping, span)), "".join(as_hledger(read, mapping, span))


def _entries(place: str) -> list[Entry]:
    with open_ledger(place, create=False, read_only=True) as ledger:
        return list(ledger.entries())


@pytest.mark.invariant("C4")
@pytest.mark.parametrize("cut", [0, 1, 13, 23, 44, 60, 76, 77])
def test_ranges_read_together_are_the_whole(place: str, cut: int) -> None:
    entries = _entries(place)[:77]  # before the account that was destroyed
    on_the_day = amsterdam_date(entries[max(cut - 1, 0)].recorded_at)
    first = _texts(entries[:cut], 0, on_the_day)
    second = _texts(entries, cut, date(2026, 1, 1))
    whole = _texts(entries, 0, date(2026, 1, 1))
    ours = by_beancount(whole[0])
    assert ours[1] == []
    assert by_beancount(first[0] + second[0]) == ours
    if shutil.which("hledger") is not None:
        assert _hledger(first[1] + second[1], "check", "--strict").stderr == ""
        assert _hledger_balances(first[1] + second[1]) == ours[0]


@pytest.mark.invariant("C4")
def test_a_range_after_a_destruction_goes_on_from_what_was_exported(place: str) -> None:
    text = _texts(_entries(place), 89, date(2026, 1, 1))[1]
    asserted = {
        line.split(":")[1].split()[0]: int(line.rsplit("= ", 1)[1].split()[0].replace(".", ""))
        for line in text.splitlines()
        if " = " in line
    }
    ours = balances_of(place, load_mapping(MAPPING))
    assert {number: cents for number, cents in asserted.items() if cents} == ours
    assert "account" not in text  # all were opened before


def test_a_day_that_may_go_on_is_asserted_at_its_start(place: str) -> None:
    entries = _entries(place)[:31]
    today = amsterdam_date(entries[-1].recorded_at)
    going_on, over = (_texts(entries, 0, day)[0] for day in (today, today + timedelta(1)))
    assert f"; {today} may go on" in going_on
    assert f"{today} balance" in going_on
    assert f"{today + timedelta(1)} balance" in over
    assert by_beancount(going_on)[1] == by_beancount(over)[1] == []


def test_where_the_clock_went_back_nothing_is_asserted(place: str) -> None:
    entries = _entries(place)[:31]
    entries[20] = entries[20]._replace(recorded_at="2015-03-01T08:00:00.000000Z")
    bean, text = _texts(entries, 0, date(2026, 1, 1))
    assert " balance " not in bean
    assert " = " not in text
    assert by_beancount(bean)[1] == []
    with pytest.raises(ExportError) as refused:
        find_span(entries, today=date(2026, 1, 1), days=Days(date(2015, 4, 1), date(2015, 4, 30)))
    assert (refused.value.code, refused.value.data["seq"]) == ("export.order", 20)


def test_a_month_is_a_range_and_a_year_its_months(year: str) -> None:
    entries, today = _entries(year), date(2026, 1, 1)
    spans = [
        find_span(entries, today=today, days=Days(month.first_day, month.last_day))
        for month in (Month(2015, number) for number in range(1, 13))
    ]
    whole = find_span(entries, today=today, days=Days(date(2015, 1, 1), date(2015, 12, 31)))
    assert [span.until for span in spans[:-1]] == [span.first for span in spans[1:]]
    assert (spans[0].first, spans[-1].until) == (whole.first, whole.until)
    assert (spans[0].first, spans[0].until) == (0, 0)  # January was recorded in February


def test_a_month_ends_at_midnight_in_amsterdam(place: str) -> None:
    instants = ("2015-03-31T21:59:59.999999Z", "2015-03-31T22:00:00.000000Z")
    entries = [
        entry._replace(recorded_at=instant)
        for entry, instant in zip(_entries(place), instants, strict=False)
    ]
    march, april = (
        find_span(entries, today=date(2015, 5, 1), days=Days(month.first_day, month.last_day))
        for month in (Month(2015, 3), Month(2015, 4))
    )
    assert (march.first, march.until, march.last_day) == (0, 1, date(2015, 3, 31))
    assert (april.first, april.until, april.first_day) == (1, 2, date(2015, 4, 1))
    assert (march.settled, april.settled) == (True, True)


def test_a_range_of_entries_is_exported_without_the_last(year: str) -> None:
    rows = export(year, "--format", "json", "--since", "10", "--until", "30").splitlines()
    assert {json.loads(row)["seq"] for row in rows} <= set(range(10, 30))
    whole = export(year, "--format", "json").splitlines()
    assert rows == [row for row in whole if 10 <= json.loads(row)["seq"] < 30]


def test_an_empty_ledger_is_an_empty_export(tmp_path: Path) -> None:
    place = str(tmp_path / "empty.reba")
    open_ledger(place).close_store()
    for form in ("beancount", "hledger", "csv", "json"):
        assert "2015" not in export(place, "--format", form, "--mapping", str(MAPPING))
    out = tmp_path / "empty.xaf"
    export(place, "--format", "xaf", "--mapping", str(MAPPING), "--out", str(out))
    assert _audit_file(out)[0] == {}


def test_the_rows_name_the_accounts_of_the_books(year: str) -> None:
    with_columns = export(year, "--format", "csv", "--mapping", str(MAPPING))
    row = next(csv.DictReader(io.StringIO(with_columns)))
    named = (row["account"], row["books_number"], row["books_name"], row["cost_centre"])
    assert named == ("receivable", "1310", "Nog te ontvangen eigen bijdragen", "")
    assert "books_number" not in export(year, "--format", "csv")


# ── what is refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("beancount",), "needs --mapping"),
        (("xaf", "--mapping", str(MAPPING)), "needs --out"),
        (("csv", "--month", "2015-03", "--year", "2015"), "--month or --year"),
        (("csv", "--month", "2015-03", "--since", "1"), "do not go with"),
        (("csv", "--marks", "m", "--since", "1"), "where the last export ended"),
        (("csv", "--marks", "m"), "needs --out"),
        (("csv", "--sign", "k"), "--sign goes with"),
        (("bundle", "--out", "b", "--month", "2015-03"), "a bundle is whole"),
    ],
)
def test_options_that_do_not_fit_together(options: tuple[str, ...], says: str, year: str) -> None:
    refused = _refused(year, "--format", *options)
    assert isinstance(refused, UsageError)
    assert says in str(refused)


@pytest.mark.parametrize("asked", [("--since", "10", "--until", "5"), ("--until", "100000")])
def test_a_range_that_is_no_part_of_the_ledger(asked: tuple[str, ...], year: str) -> None:
    assert _refused(year, "--format", "csv", *asked).code == "export.range"


def test_an_audit_file_is_of_one_year_and_says_of_whom(year: str, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "out.xaf"))
    refused = _refused(year, "--format", "xaf", "--mapping", str(MAPPING), *out)
    assert refused.code == "export.years"
    nameless = tmp_path / "nameless.toml"
    text = MAPPING.read_text()
    start, end = text.index("[audit_file]"), text.index("[accounts.receivable]")
    nameless.write_text(text[:start] + text[end:])
    refused = _refused(year, "--format", "xaf", "--mapping", str(nameless), "--year", "2015", *out)
    assert refused.code == "export.audit_file"


def test_without_lxml_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml.etree", None)
    span = find_span([], today=date(2026, 1, 1))
    with pytest.raises(UsageError) as refused:
        write_audit_file(
            io.BytesIO(), lambda: (), load_mapping(MAPPING), span, created=date(2026, 1, 1)
        )
    assert (refused.value.code, refused.value.data["extra"]) == ("usage.extra", "books")
