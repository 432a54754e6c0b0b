"""Counting what the state machine reaches: the evidence of a run of many histories (M1)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reba.error_codes import CODES
from reba.testing import histories
from reba.testing.histories import BRANCHES, REFUSALS, Histories, run_histories


@pytest.fixture(scope="module")
def found() -> Histories:
    return run_histories(50, seed=11)


def test_every_refusal_is_an_error_code() -> None:
    assert set(REFUSALS) <= set(CODES)
    assert len(set(BRANCHES)) == len(BRANCHES)


@pytest.mark.invariant("M1")
def test_what_is_reached_is_known_and_what_is_not_is_said(found: Histories) -> None:
    assert found.number >= 50
    assert found.steps > 10 * found.number
    assert set(found.reached) <= set(BRANCHES)
    assert set(found.missed) == set(BRANCHES) - set(found.reached)
    text = found.render()
    for name in found.missed:
        assert f"  0.00 %  {name}" in text
    assert text.endswith(", ".join(found.missed) or "none")
    assert found.to_record()["branches"].keys() == set(BRANCHES)


def test_the_same_seed_draws_the_same_histories() -> None:
    one, other, another = (run_histories(15, seed=seed) for seed in (3, 3, 4))
    assert (one.number, one.steps, one.reached) == (other.number, other.steps, other.reached)
    assert one.reached != another.reached


def test_two_processes_do_as_much_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the same: Hypothesis also draws constants of the modules that a process has loaded."""
    found = run_histories(9, seed=5, workers=2)
    assert found.number >= 9
    assert found.reached["booked: account.opened"] > 0
    one = run_histories(9, seed=5)
    monkeypatch.setattr(histories, "_LOT", 4)
    in_lots = run_histories(9, seed=5)
    assert in_lots.number >= 9
    assert in_lots.reached != one.reached


def test_the_command_fails_where_a_branch_was_not_taken_and_files_what_it_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "machine.json"
    assert histories.main(["--examples", "2", "--seed", "1", "--report", str(report)]) == 1
    assert "branches that no history took: " in capsys.readouterr().out
    record = json.loads(report.read_text(encoding="utf-8"))
    assert record["format"] == "reba-evidence/1"
    assert (record["seed"], record["workers"], record["violated"]) == (1, 1, [])
    assert 0 in record["machine"]["branches"].values()
    assert record["machine"]["branches"]["booked: account.opened"] > 0
    assert record["versions"].keys() >= {"reba-ledger", "hypothesis", "law_digest"}
