"""The page of thresholds: every published cell, in every form, nl and en (X1)."""

from __future__ import annotations

import csv
import io
import json
import re
from html import escape
from typing import Final, cast

import pytest

from reba import Month, RebaError, load_law
from reba.cli.thresholds import Form, thresholds_command
from reba.law.labels import Label
from reba.money import format_euros
from reba.statements.blocks import Items, Table
from reba.statements.page import statement_html
from reba.statements.text import statement_text
from reba.statements.thresholds import (
    explain_thresholds,
    make_threshold_table,
    threshold_csv,
    threshold_record,
    threshold_statement,
)
from reba.statements.words import Language, Words
from unit.test_cli import reba

LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
OCTOBER = Month(2025, 10)
LAW = load_law()
TABLE = make_threshold_table(OCTOBER, LAW)
HILVERSUM = {0: (36207, 64292), 1: (67568, 95654), 2: (87323, 115408), 6: (180942, 209027)}
"""Children beside one adult, with both thresholds as published (law/rooo.md, A5)."""


def test_the_published_cells_and_the_ties_are_there_to_the_cent() -> None:
    rows = {(row.adults, row.children): row for row in TABLE.rows}
    assert sorted(rows) == [(1, n) for n in range(10)] + [(2, n) for n in range(9)]
    for children, cells in HILVERSUM.items():
        row = rows[1, children]
        found = (row.leefgeld_withdrawn_from_cents, row.contribution_due_from_cents)
        assert found == cells
    ties = [
        (key, exact)
        for key, row in rows.items()
        for exact in (row.leefgeld_withdrawn_from_exact, row.contribution_due_from_exact)
        if exact[0] * 2 % exact[1] == 0 and exact[0] % exact[1]
    ]
    assert {key for key, _ in ties} == {(1, 7), (2, 4)}
    for key, (numerator, denominator) in ties:
        up = numerator // denominator + 1
        row = rows[key]
        assert up in {row.leefgeld_withdrawn_from_cents, row.contribution_due_from_cents}


def test_with_catering_there_is_no_food_and_meals_count() -> None:
    table = make_threshold_table(OCTOBER, LAW, catering=True)
    for row in table.rows:
        leefgeld, full = 6266 * (row.adults + row.children), (24422 + 25218) * row.adults
        assert (row.leefgeld_cents, row.full_contribution_cents) == (leefgeld, full)
        assert row.leefgeld_withdrawn_from_cents == (leefgeld * 230 + 100) // 200
        assert row.contribution_due_from_cents == ((leefgeld + full) * 230 + 100) // 200
    assert max(row.full_contribution_cents for row in table.rows) == 99280
    first = threshold_csv(table).splitlines()[1]
    assert first == "2025-10,true,1,0,1,62.66,72.06,642.92,496.40"
    assert threshold_record(table)["catering"] is True
    assert "geen eetgeld" in threshold_statement(table, "nl").intro


@pytest.mark.parametrize("children", HILVERSUM)
def test_every_published_cell_is_in_each_form(children: int) -> None:
    first, second = HILVERSUM[children]
    rows = csv.DictReader(io.StringIO(threshold_csv(TABLE)))
    row = next(r for r in rows if (r["adults"], r["children"]) == ("1", str(children)))
    assert row["persons"] == str(1 + children)
    found = row["leefgeld_withdrawn_from"], row["contribution_due_from"]
    assert found == (format_euros(first), format_euros(second))
    record = cast("list[dict[str, object]]", threshold_record(TABLE)["rows"])[children]
    assert (record["adults"], record["children"]) == (1, children)
    names = "leefgeld_withdrawn_from_cents", "contribution_due_from_cents"
    assert tuple(record[name] for name in names) == (first, second)
    for language in LANGUAGES:
        money = Words(language).money
        page = threshold_statement(TABLE, language)
        text = next(
            line for line in statement_text(page).splitlines()
            if re.match(rf"{children}\s[a-z]+ +{1 + children} ", line)
        )  # fmt: skip
        html = next(
            line for line in statement_html(page).splitlines()
            if re.search(rf'"row">{children}(\s|&nbsp;)[a-z]+</th>', line)
        )  # fmt: skip
        assert all(money(cents) in line for line in (text, html) for cents in (first, second))


@pytest.mark.invariant("X1")
def test_both_languages_and_all_forms_carry_the_same_amounts() -> None:
    expected = [
        cents
        for row in TABLE.rows
        for cents in (
            row.leefgeld_cents, row.leefgeld_withdrawn_from_cents,
            row.contribution_due_from_cents, row.full_contribution_cents,
        )
    ]  # fmt: skip
    for language in LANGUAGES:
        page = threshold_statement(TABLE, language)
        tables = [block for part in page.sections for block in part.blocks
                  if isinstance(block, Table)]  # fmt: skip
        cells = [cell for table in tables for row in table.rows for cell in row[2:]]
        assert [int(re.sub(r"\D", "", cell)) for cell in cells] == expected
        html = statement_html(page)
        assert html == statement_html(threshold_statement(TABLE, language))
        assert all(cell.replace("\xa0", "&nbsp;") in html or cell in html for cell in cells)
        assert "<script" not in html
        assert statement_text(page).count("€") == len(expected)
    assert threshold_csv(TABLE) == threshold_csv(make_threshold_table(OCTOBER, LAW))
    rows = list(csv.DictReader(io.StringIO(threshold_csv(TABLE))))
    euros = [row[name] for row in rows for name in list(row)[5:]]
    assert [int(cell.replace(".", "")) for cell in euros] == expected
    bytes_ = json.dumps(threshold_record(TABLE))
    assert bytes_ == json.dumps(threshold_record(make_threshold_table(OCTOBER, LAW)))
    record = json.loads(bytes_)
    names = [f"{name}_cents" for name in list(rows[0])[5:]]
    assert [row[name] for row in record["rows"] for name in names] == expected
    assert all(row["steps"] for row in record["rows"])


def test_any_cell_is_derived_on_request() -> None:
    row = next(r for r in TABLE.rows if (r.adults, r.children) == (1, 2))
    dutch, english = (explain_thresholds(row, language) for language in ("nl", "en"))
    for text in (dutch, english):
        assert "1154.08" in text
        assert "BWBR0046503" in text
    assert dutch != english


def test_the_command_prints_each_form_and_refuses_what_is_not_known() -> None:
    page = reba("thresholds", "--month", "2025-10", "--format", "html")
    assert "€\xa0642,92" in page.stdout or "€&nbsp;642,92" in page.stdout
    assert "€642.92" in reba("thresholds", "--month", "2025-10", "--lang", "en").stdout
    explained = reba("thresholds", "--month", "2025-10", "--explain", "1+7", "--lang", "en")
    assert "half up" in explained.stdout
    as_json = reba("thresholds", "--month", "2025-10", "--explain", "1+2", "--format", "json")
    assert json.loads(as_json.stdout)["contribution_due_from_cents"] == 115408
    late = reba("thresholds", "--month", "2026-01")
    assert late.returncode == 3
    assert late.stderr.startswith("[law.no_value]")
    assert "2025-12-31" in late.stderr
    assert "--overlay" in late.stderr


@pytest.mark.parametrize("what", ["many", "0+0", "1+2+3", "-1+2", "٣+١", "30+1", "9" * 5000 + "+0"])
def test_what_is_no_household_is_not_explained(what: str) -> None:
    with pytest.raises(RebaError) as raised:
        thresholds_command(month="2025-10", explain=what)
    assert raised.value.code == "usage.option"


@pytest.mark.parametrize("form", [Form.csv, Form.html])
def test_a_derivation_is_not_printed_in_a_form_it_does_not_have(form: Form) -> None:
    with pytest.raises(RebaError) as raised:
        thresholds_command(month="2025-10", explain="1+2", form=form)
    assert raised.value.code == "usage.option"


@pytest.mark.parametrize("form", Form)
def test_no_form_is_printed_for_2026(form: Form, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RebaError) as raised:
        thresholds_command(month="2026-01", form=form)
    assert raised.value.code == "law.no_value"
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("language", "why"), [("nl", "afgeleid, zo niet"), ("en", "derived, not published")]
)
def test_a_month_that_rests_on_what_is_not_verified_says_so_and_why(
    language: Language, why: str
) -> None:
    table = make_threshold_table(Month(2024, 8), LAW)
    because = {name for row in table.rows for name in row.provisional_because}
    assert {each.value.name for each in table.unverified} == because
    text = " ".join(statement_text(threshold_statement(table, language)).split())
    assert why in text
    assert all(each.title.say(language) in text for each in table.unverified)
    verified = " ".join(statement_text(threshold_statement(TABLE, language)).split())
    assert not TABLE.unverified
    assert why not in verified
    assert ("plus 15%" in verified, "plus 15%" in text) == (True, False)
    with pytest.raises(RebaError) as raised:
        make_threshold_table(Month(2024, 6), LAW)
    assert raised.value.code == "law.no_value"


@pytest.mark.parametrize("month", [OCTOBER, Month(2024, 8)])
def test_every_source_is_listed_once_at_the_foot(month: Month) -> None:
    page = threshold_statement(make_threshold_table(month, LAW), "en")
    (items,) = page.sections[-1].blocks
    assert isinstance(items, Items)
    assert any("article 10, paragraph 2" in source for source in items.texts)
    newest = "https://zoek.officielebekendmakingen.nl/stcrt-2024-37579.html"
    assert (newest in items.texts) == (month == OCTOBER)
    html = statement_html(page)
    assert all(html.count(f"<li>{escape(source)}</li>") == 1 for source in items.texts)
    assert html.count("https://") == sum(source.count("https://") for source in items.texts)


def test_what_comes_from_an_overlay_is_escaped_on_the_page() -> None:
    table = make_threshold_table(Month(2024, 8), LAW)
    odd = table.unverified[0]._replace(title=Label("-", "<script>alert('&')</script>"))
    html = statement_html(threshold_statement(table._replace(unverified=(odd,)), "en"))
    assert "<script" not in html
    assert "&lt;script&gt;alert(&#x27;&amp;&#x27;)" in html
