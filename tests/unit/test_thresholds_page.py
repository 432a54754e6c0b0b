"""The page of thresholds: every published cell, in every form, nl and en (X1)."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from reba import Month, RebaError, load_law
from reba.statements.page import statement_html
from reba.statements.statement import Table
from reba.statements.text import statement_text
from reba.statements.thresholds import (
    explain_thresholds,
    make_threshold_table,
    threshold_csv,
    threshold_record,
    threshold_statement,
)
from unit.test_cli import reba

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


def test_with_catering_a_family_pays_at_most_the_published_maximum() -> None:
    table = make_threshold_table(OCTOBER, LAW, catering=True)
    assert max(row.full_contribution_cents for row in table.rows) == 99280


@pytest.mark.invariant("X1")
def test_both_languages_and_all_forms_carry_the_same_amounts(tmp_path: Path) -> None:
    expected = [
        cents
        for row in TABLE.rows
        for cents in (
            row.leefgeld_cents, row.leefgeld_withdrawn_from_cents,
            row.contribution_due_from_cents, row.full_contribution_cents,
        )
    ]  # fmt: skip
    for language in ("nl", "en"):
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
    rows = list(csv.DictReader(io.StringIO(threshold_csv(TABLE))))
    euros = [row[name] for row in rows for name in list(row)[4:]]
    assert [int(cell.replace(".", "")) for cell in euros] == expected
    record = json.loads(json.dumps(threshold_record(TABLE)))
    assert record["rows"][0]["contribution_due_from_cents"] == 64292
    assert record["rows"][0]["steps"]
    assert tmp_path.exists()


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
    assert reba("thresholds", "--month", "2025-10", "--explain", "many").returncode == 2
    late = reba("thresholds", "--month", "2026-01")
    assert late.returncode == 3
    assert late.stderr.startswith("[law.no_value]")
    assert "2025-12-31" in late.stderr
    assert "--overlay" in late.stderr


def test_a_month_that_rests_on_what_is_not_verified_says_so() -> None:
    table = make_threshold_table(Month(2024, 8), LAW)
    page = threshold_statement(table, "nl")
    assert any("voorlopig" in str(block) for block in page.sections[0].blocks)
    with pytest.raises(RebaError) as raised:
        make_threshold_table(Month(2024, 6), LAW)
    assert raised.value.code == "law.no_value"
