"""The plugin of pytest: what `--reba-report` writes is what the tests of a run showed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from reba import __version__, load_law
from reba.testing.invariants import ALL, ELSEWHERE, by_id

ROOT = Path(__file__).parents[2]

TESTS: Final = """
import pytest
from hypothesis import event, given, settings, strategies as st

from reba import reserve
from reba.testing.invariants import check, parametrize_invariants


@parametrize_invariants("C1")
def test_ours(invariant):
    result = check(invariant, reserve, settings=settings(max_examples=20), seed=3)
    assert result.outcome == "held"


@pytest.mark.invariant("C1")
@settings(max_examples=10, database=None)
@given(st.integers(0, 100))
def test_given(number):
    event(f"paid: {'nothing' if number == 0 else 'in part'}")


@pytest.mark.invariant("S2")
def test_fails():
    assert "één spaartegoed" == "twee"


@pytest.mark.invariant("S1")
def test_skipped():
    pytest.skip("no server here")


@pytest.mark.invariant("OWN-1")
def test_of_an_invariant_of_ones_own():
    assert 1 + 1 == 2


def test_that_names_no_invariant():
    assert 1 + 1 == 2
"""
SETTINGS: Final = "[pytest]\nfilterwarnings = error\n"


def _pytest(folder: Path, *options: str, tests: str = TESTS) -> subprocess.CompletedProcess[str]:
    (folder / "test_mine.py").write_text(tests, encoding="utf-8")
    (folder / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        capture_output=True, text=True, check=False, encoding="utf-8", cwd=folder, env=environment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, dict[str, Any]]:
    """Return what a run printed, the file as it stands, and what it says."""
    folder = tmp_path_factory.mktemp("plugin")
    done = _pytest(folder, "--reba-report=evidence.json", "--hypothesis-seed=7")
    assert done.returncode == 1, done.stdout + done.stderr
    text = (folder / "evidence.json").read_text(encoding="utf-8")
    return done.stdout, text, json.loads(text)


def test_the_head_says_what_the_run_was(reported: tuple[str, str, dict[str, Any]]) -> None:
    printed, _, record = reported
    assert "evidence of 4 invariants: evidence.json" in printed
    assert record["format"] == "reba-evidence/1"
    assert record["command"][0] == "pytest"
    assert "--hypothesis-seed=7" in record["command"]
    assert str(record["seed"]) == "7"
    assert record["tests_collected"] == 6
    assert record["begun_at"].endswith("+00:00")
    assert record["versions"]["reba-ledger"] == __version__
    assert record["versions"]["law_digest"] == load_law().digest


def test_an_invariant_that_held_has_its_examples_and_branches(
    reported: tuple[str, str, dict[str, Any]],
) -> None:
    _, _, record = reported
    found = {each["id"]: each for each in record["invariants"]}
    assert sorted(found) == ["C1", "OWN-1", "S1", "S2"]
    first = found["C1"]
    assert first["outcome"] == "held"
    assert (first["statement_nl"], first["statement_en"]) == by_id("C1").statement
    ours, drawn = first["tests"]
    assert ours["test"].endswith("test_mine.py::test_ours[C1]")
    assert ours["examples"] >= 20
    assert drawn["examples"] == 10
    assert first["examples"] == ours["examples"] + drawn["examples"]
    assert set(first["branches"]) == set(by_id("C1").branches)
    assert sum(drawn["branches"].values()) == 10
    for name, count in first["branches"].items():
        parts = [test["branches"].get(name, 0) for test in (ours, drawn)]
        assert count == sum(parts), name


def test_a_failure_is_filed_with_its_text_and_a_skip_is_not_taken_for_held(
    reported: tuple[str, str, dict[str, Any]],
) -> None:
    _, text, record = reported
    found = {each["id"]: each for each in record["invariants"]}
    failed = found["S2"]
    assert failed["outcome"] == "violated"
    assert failed["statement_nl"] == ELSEWHERE["S2"][0].nl
    assert failed["tests"][0]["outcome"] == "failed"
    assert "één spaartegoed" in failed["tests"][0]["failure"]
    assert "één spaartegoed" in text  # as people read it, not escaped
    assert found["S1"]["outcome"] != "held"
    assert found["S1"]["tests"][0]["outcome"] == "skipped"


def test_what_no_test_named_is_listed(reported: tuple[str, str, dict[str, Any]]) -> None:
    _, _, record = reported
    known = {each.id for each in ALL} | ELSEWHERE.keys()
    assert record["not_checked"] == sorted(known - {"C1", "S1", "S2"})
    (own,) = (each for each in record["invariants"] if each["id"] == "OWN-1")
    assert (own["outcome"], own["examples"], own["statement_en"]) == ("held", 1, None)


def test_without_the_option_nothing_is_written_and_the_marker_is_known(tmp_path: Path) -> None:
    tests = (
        'import pytest\n\n@pytest.mark.invariant("A1")\ndef test_one():\n    assert 1 + 1 == 2\n'
    )
    done = _pytest(tmp_path, "--strict-markers", tests=tests)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "evidence" not in done.stdout
    left = sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__")
    assert left == ["pytest.ini", "test_mine.py"]
