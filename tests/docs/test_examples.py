"""The examples run, and say what they should."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from reba.money import format_euros

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
MARCH = EXAMPLES / "population" / "march-2015.jsonl"
MARCH_FLAT = EXAMPLES / "population" / "march-2015.csv"
POLICY = EXAMPLES / "policies" / "vng-half.toml"


def _run(*command: str | Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    folders = [str(path)] if path else []
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "PATH": os.pathsep.join([*folders, os.environ["PATH"]]),
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True, text=True, check=False, env=environment, encoding="utf-8",
    )  # fmt: skip


def _reba(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return _run(sys.executable, "-m", "reba", *arguments)


def _population(*options: str) -> str:
    done = _run(sys.executable, EXAMPLES / "population" / "make_population.py", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _booked(facts: Path, month: str, ledger: Path, out: Path) -> dict[str, dict[str, str]]:
    done = _reba(
        "run", facts, "--month", month, "--ledger", ledger, "--policy", POLICY, "--out", out
    )
    assert done.returncode == 1, done.stderr  # done, with rejects
    with (out / "assessments.csv").open(encoding="utf-8", newline="") as file:
        return {row["household"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("name", "cents"),
    [
        ("april-2009-ljn-bq2914.json", 43534),
        ("march-2022-rvs-2026-142.json", 47595),
        ("net-400-in-2015.json", 30000),
    ],
)
def test_a_case_gives_the_amount_that_its_page_promises(name: str, cents: int) -> None:
    done = _reba("assess", EXAMPLES / "cases" / name, "--json")
    assert json.loads(done.stdout)["contribution_cents"] == cents
    page = (EXAMPLES / "cases" / "README.md").read_text(encoding="utf-8")
    (promise,) = (line for line in page.splitlines() if name in line and line.startswith("|"))
    assert f"contribution {format_euros(cents)} |" in promise


def test_assets_are_held_against_a_known_limit() -> None:
    done = _reba("assets", EXAMPLES / "cases" / "assets-2024.json", "--json")
    found = json.loads(done.stdout)
    assert found["asset_limit_cents"] == 757500
    assert found["asset_excess_cents"] == 742500
    assert found["asset_total_cents"] == 495000


def test_what_an_example_case_lacks_is_named() -> None:
    done = _reba("assess", EXAMPLES / "cases" / "april-2009-ljn-bq2914.json", "--json")
    assert json.loads(done.stdout)["not_supplied"] == ["assets"]


def test_the_payroll_import_reports_each_household() -> None:
    export = EXAMPLES / "payroll" / "export-2015-03.csv"
    done = _run(sys.executable, EXAMPLES / "payroll_import.py", export)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    missing = "(not supplied: assets, obligations)"
    assert [line for line in lines if line.startswith("W-")] == [
        f"W-0001 2015-03: 300.00 {missing}",
        f"W-0002 2015-03: 445.95 {missing}",
        f"W-0005 2015-03: 445.95 {missing}",
        f"W-0006 2015-03: 767.00 {missing}",  # three people, one wage of 950.00, less 183.00
    ]
    for place, fault in (
        ("line 4, W-0003 members.0.exemption_weeks_used", "facts.exemption_weeks_missing"),
        ("line 5, W-0004 members.0.income.0.net", "money.format"),
        ("line 10, W-0007 members.0.residence_status", "facts.unknown_kind"),
    ):
        assert any(line.startswith(f"{place}: [{fault}] ") for line in lines), place


def test_the_payroll_import_refuses_an_export_of_another_shape(tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text("name;wage\nsomeone;1\n", encoding="utf-8")
    done = _run(sys.executable, EXAMPLES / "payroll_import.py", export)
    assert done.returncode == 1
    assert "the first line must be period;household;" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("kind", "kept"), [("jsonl", MARCH), ("csv", MARCH_FLAT)])
def test_the_population_is_made_again_to_the_byte(kind: str, kept: Path) -> None:
    assert _population("--format", kind).encode() == kept.read_bytes()


def _kinds(items: Iterable[dict[str, object]]) -> set[object]:
    return {(item["kind"], item.get("justified")) for item in items}


def test_the_population_reaches_what_the_rules_distinguish() -> None:
    households = [json.loads(line) for line in MARCH.read_text(encoding="utf-8").splitlines()]
    assert len(households) == 500
    members = [member for household in households for member in household["members"]]
    compositions = set()
    for household in households:
        children = sum(member["born"] > "1997-03-01" for member in household["members"])
        compositions.add((len(household["members"]) - children, children))
    assert compositions >= {(adults, n) for adults in (1, 2) for n in range(9)} | {(0, 1), (0, 2)}
    assert _kinds(item for member in members for item in member.get("income", [])) == {
        *((kind, None) for kind in (
            "earnings", "holiday_pay", "benefit", "maintenance", "asset_income", "tax_refund",
            "child_benefit", "rva_allowance", "chores", "cost_reimbursement",
            "exempt_asset_interest",
        )),
        *((kind, justified) for kind in ("gift", "immaterial_damages") for justified in (0, 1)),
    }  # fmt: skip
    receipts = [r for h in households for r in h.get("assets", {}).get("receipts", [])]
    assert {receipt["kind"] for receipt in receipts} == {
        "penalty_payment", "inheritance", "gift", "immaterial_damages", "sale", "other",
        "savings_from_income",
    }  # fmt: skip
    weeks = {member.get("exemption_weeks_used") for member in members}
    assert weeks >= {None, 0, 23, 24}
    for place, values in (
        ("catering", {True, False}),
        ("shelter", {True, False}),
    ):
        assert {household["provisions"][place] for household in households} == values
    assert any(member.get("receives_allowance") is False for member in members)
    assert any("child_benefit_since" in member for member in members)
    assert any(h.get("assets", {}).get("debts_at_start", "0.00") != "0.00" for h in households)
    assert any("collected" not in household for household in households)


def test_the_next_month_shows_the_same_people() -> None:
    people = []
    for month in ("2015-03", "2015-12"):
        lines = _population("--month", month, "--households", "40").splitlines()
        people.append(
            [
                (h["household"], m["id"], m["born"], m.get("residence_status"))
                for h in map(json.loads, lines)
                for m in h["members"]
            ]
        )
    assert people[0] == people[1]
    outside = _run(
        sys.executable, EXAMPLES / "population" / "make_population.py", "--month", "2016-01"
    )
    assert outside.returncode == 2
    assert "from 2015-01 to 2015-12" in outside.stderr


def test_json_lines_and_flat_rows_give_the_same_books(tmp_path: Path) -> None:
    from_lines = _booked(MARCH, "2015-03", tmp_path / "a.reba", tmp_path / "a")
    from_rows = _booked(MARCH_FLAT, "2015-03", tmp_path / "b.reba", tmp_path / "b")
    assert from_lines == from_rows
    assert len(from_lines) == 492


def test_two_months_in_one_ledger_agree_with_each_month_by_itself(tmp_path: Path) -> None:
    april = tmp_path / "april.jsonl"
    april.write_text(_population("--month", "2015-04"), encoding="utf-8")
    charged = [
        household["assets"]["charged_before"]
        for household in map(json.loads, april.read_text(encoding="utf-8").splitlines())
        if "assets" in household
    ]
    assert sum(amount != "0.00" for amount in charged) > 20
    ledger = tmp_path / "two.reba"
    _booked(MARCH, "2015-03", ledger, tmp_path / "march")
    after_march = _booked(april, "2015-04", ledger, tmp_path / "april")
    alone = _booked(april, "2015-04", tmp_path / "one.reba", tmp_path / "alone")
    # What was charged before comes from the ledger in one case and from the facts in the other.
    for household, row in alone.items():
        assert after_march[household]["contribution"] == row["contribution"]
    assert len(after_march) == len(alone)
    assert "audit: 0 findings" in _reba("audit", ledger).stdout


@pytest.mark.invariant("E1")
def test_the_municipal_month_runs_from_facts_to_checkpoint(tmp_path: Path) -> None:
    beside = Path(sys.executable).parent
    if shutil.which("reba", path=str(beside)) is None:  # run from source: stand in for it
        beside = tmp_path
        command = beside / "reba"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reba "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    folder = tmp_path / "month"
    done = _run("bash", EXAMPLES / "municipal_month.sh", folder, path=beside)
    assert done.returncode == 0, done.stderr
    assert "Nothing new was booked." in done.stdout
    assert done.stdout.splitlines()[-2] == "audit: 0 findings"
    assert (folder / "checkpoint.txt").read_text(encoding="utf-8").count("\n") >= 3
    first, again = (
        json.loads((folder / name / "report.json").read_text(encoding="utf-8"))
        for name in ("march", "march-again")
    )
    assert first["totals"] == again["totals"]
    assert first["counts"]["booked"] == again["counts"]["already_booked"] == 492
    assert again["counts"]["booked"] == 0
    assert first["counts"]["rejected"] == again["counts"]["rejected"] == 8
