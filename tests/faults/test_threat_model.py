"""The page of threats and the tests hold each other: no name without a test, no fault unsaid."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from faults.stories import ROOT

_TESTS: Final = ROOT / "tests"
_PAGE: Final = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
_NAMED: Final = frozenset(re.findall(r"`(test_\w+)`", _PAGE))
_CELLS: Final = 4
_OUTCOMES: Final = ("PREVENTED", "DETECTED", "OUT OF REACH")


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _faults() -> list[ast.FunctionDef]:
    paths = sorted((_TESTS / "faults").glob("test_*.py"))
    assert len(paths) > 5
    return [each for path in paths if path.name != Path(__file__).name for each in _functions(path)]


def test_every_test_that_the_page_names_is_there() -> None:
    there = {each.name for path in _TESTS.rglob("test_*.py") for each in _functions(path)}
    assert len(_NAMED) > 50
    assert _NAMED - there == set()


def test_every_fault_that_is_tested_stands_on_the_page() -> None:
    assert {each.name for each in _faults()} - _NAMED == set()


def test_every_test_of_a_fault_says_what_becomes_of_it() -> None:
    silent = [
        each.name
        for each in _faults()
        if not any(outcome in (ast.get_docstring(each) or "") for outcome in _OUTCOMES)
    ]
    assert silent == []


def test_every_row_of_the_page_names_a_test_or_says_that_there_is_none() -> None:
    rows = [line for line in _PAGE.splitlines() if line.startswith("|")]
    rows = [row for row in rows if not row.startswith("|---") and "| Prevented |" not in row]
    assert len(rows) > 30
    assert [row for row in rows if "`test_" not in row and "no test" not in row] == []
    assert [row for row in rows if row.count("|") != _CELLS + 1] == []
