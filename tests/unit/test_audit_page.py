"""The report of an audit: complete in both languages, and every amount of the ledger on it (X1)."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba import audit, open_ledger
from reba.ledger.findings import AuditReport, Finding
from reba.savings.release import REASONS
from reba.statements.audit_page import Audited, audit_page
from reba.statements.audit_words import AUDIT_TEXTS
from reba.statements.blocks import Page, Plot, Series, Table
from reba.statements.finding_words import FINDINGS
from reba.statements.movements import LedgerFigures, ledger_figures
from reba.statements.page import statement_html
from reba.statements.svg import plot_svg
from reba.statements.text import statement_text
from reba.statements.words import Words
from unit.test_office import POLICY, Office, opened_office

AUDIT = sorted((Path(__file__).parents[2] / "src" / "reba" / "ledger").glob("audit*.py"))


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


def _figures(office: Office) -> LedgerFigures:
    return ledger_figures(office.ledger.account(name) for name in office.ledger.accounts())


def _page(office: Office, language: str = "en", *findings: Finding) -> Page:
    report = audit(office.ledger)
    report = AuditReport((*report.findings, *findings), report.checked)
    audited = Audited("reba-ledger/x", date(2015, 10, 1), report, _figures(office), True)
    return audit_page(audited, language)  # type: ignore[arg-type]


def _tables(page: Page) -> list[Table]:
    blocks = (block for section in page.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, Table)]


def test_every_finding_of_the_audit_has_its_meaning() -> None:
    called = re.compile(r'find\(\s*"([a-z_]+\.[a-z_]+)"|at_most\("([a-z_]+\.[a-z_]+)"')
    raised = {a or b for path in AUDIT for a, b in called.findall(path.read_text("utf-8"))}
    raised |= {f"release.{reason}" for reason in REASONS}
    assert len(raised) > 40
    assert raised - set(FINDINGS) == set()


def test_both_languages_say_the_same() -> None:
    assert list(AUDIT_TEXTS["nl"]) == list(AUDIT_TEXTS["en"])
    for key, text in AUDIT_TEXTS["nl"].items():
        fields = [{name for _, name, _, _ in Formatter().parse(t)} for t in
                  (text, AUDIT_TEXTS["en"][key])]  # fmt: skip
        assert fields[0] == fields[1], key


@pytest.mark.invariant("X1")
def test_every_amount_stands_in_a_table_and_adds_up(office: Office) -> None:
    office.save(30000)
    office.save(12345, month="2015-04")
    office.save(20000, account="H-2")
    office.end()
    office.use("bridging", 12000)
    dutch, english = _page(office, "nl"), _page(office, "en")
    for language, page in (("nl", dutch), ("en", english)):
        money = Words(language).money  # type: ignore[arg-type]
        totals, months = _tables(page)[-2:]
        assert money(62345) in {cell for row in totals.rows for cell in row}
        assert months.total[1:] == tuple(map(money, (90000, 62345, 62345, 0, 12000)))
        assert [row[1:] for row in months.rows] == [
            tuple(map(money, cents))
            for cents in ((60000, 50000, 50000, 0, 0), (30000, 12345, 12345, 0, 0),
                          (0, 0, 0, 0, 12000))
        ]  # fmt: skip
        assert statement_html(page).count("<svg") == 3
        text = statement_text(page)
        assert all(cell in text for table in _tables(page) for row in table.rows for cell in row)


def test_findings_stand_with_place_and_meaning(office: Office) -> None:
    office.save(100)
    found = Finding("entry.body", "error", "H-1", 3, "", "<b>ab</b>", "cd")
    page = _page(office, "nl", found)
    html = statement_html(page)
    assert "1 fout, 0 waarschuwingen" in html
    assert "boeking 3 van H-1" in html
    assert FINDINGS["entry.body"].nl in html
    assert "&lt;b&gt;ab&lt;/b&gt;" in html
    many = _page(office, "en", *[found] * 201)
    assert "The first 200 of 201 findings" in statement_text(many).replace("\n", " ")


def test_an_empty_ledger_has_a_report_too(office: Office) -> None:
    assert _figures(office).accounts == 0
    html = statement_html(_page(office))
    assert AUDIT_TEXTS["en"]["clean"] in html
    assert "<svg" not in html


@pytest.mark.invariant("X1")
def test_destroyed_accounts_are_in_the_totals_and_said(office: Office) -> None:
    for number in (1, 2):
        name = f"H-{number}"
        office.save(30000, account=name)
        office.end(account=name)
        office.today("2015-07-01")
        office.ledger.close(name, case="granted", policy=POLICY, legal_basis="left")
        (left,) = office.ledger.account(name).releases
        office.pay(office.approve(left.release), batch=f"B-{number}")
    office.save(12345, account="H-3")
    office.today("2035-01-01")
    for number in (1, 2):
        before = AUDIT_TEXTS["en"]["gone.more"].format(count=number - 1)
        assert before not in statement_text(_page(office)).replace("\n", " ")
        office.ledger.destroy(f"H-{number}", legal_basis="selection list", term="P7Y")
        for language in ("nl", "en"):
            page = _page(office, language)
            totals, months = _tables(page)[-2:]
            money = Words(language).money
            assert money(72345) in {cell for row in totals.rows for cell in row}
            saved = 72345 - number * 30000
            assert months.total[3] == money(saved)
            key = "gone.one" if number == 1 else "gone.more"
            said = AUDIT_TEXTS[language][key].format(count=number)
            assert said in statement_text(page).replace("\n", " ")


def test_the_command_writes_the_report_that_it_prints(tmp_path: Path) -> None:
    place = tmp_path / "ledger.reba"
    with open_ledger(place) as ledger:
        office = Office()
        office.ledger = ledger
        office.save(30000)
    for name, said in (("r.html", "<svg"), ("r.txt", "Bedragen in totaal")):
        command = [
            sys.executable,
            "-m",
            "reba",
            "audit",
            str(place),
            "--report",
            str(tmp_path / name),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "audit: 0 findings" in done.stdout
        assert said in (tmp_path / name).read_text(encoding="utf-8")
    bad = subprocess.run(
        [sys.executable, "-m", "reba", "audit", str(place), "--report", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (bad.returncode, "run.output" in bad.stderr) == (3, True)


# ── plots ────────────────────────────────────────────────────────────────────────────────────


@given(
    st.lists(st.tuples(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12)), max_size=40)
)
def test_a_plot_stays_on_its_paper(points: list[tuple[int, int]]) -> None:
    labels = tuple(str(number) for number in range(len(points)))
    bars, line = (tuple(column) for column in zip(*points, strict=True)) if points else ((), ())
    drawn = plot_svg(
        Plot("x", labels, (Series("a", bars), Series("b", line, line=True))), Words("nl")
    )
    rects = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', drawn)
    for x, y, width, height in rects:
        assert 0 <= float(x) <= float(x) + float(width) <= 720
        assert 0 <= float(y) <= float(y) + float(height) <= 260.5
    assert not re.search(r"-\d", re.sub(r'aria-label="[^"]*"|>[^<]*<', "", drawn))
