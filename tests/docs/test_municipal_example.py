"""The municipal example: made again to the byte, every branch of the RooO reached, and it runs."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from reba import Assessment, HouseholdMonth, Month, RebaError, assess, load_law, load_policy
from reba.law.choices import load_choices
from reba.money import format_euros, parse_euros

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "municipal"
OCTOBER = FOLDER / "october-2025.jsonl"
MONTH = Month(2025, 10)
REJECTS = {
    "facts.born_after_month": 1,
    "facts.duplicate_member": 1,
    "facts.not_for_scheme": 1,
    "money.format": 1,
    "run.other_month": 1,
}


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


def _made(*options: str) -> subprocess.CompletedProcess[str]:
    return _run(sys.executable, FOLDER / "make_households.py", *options)


@cache
def _october() -> tuple[list[tuple[HouseholdMonth, Assessment]], Counter[str]]:
    """Assess what can be booked; count the rest by code."""
    law, choices = load_law(), load_choices(FOLDER / "choices.toml")
    assessed: list[tuple[HouseholdMonth, Assessment]] = []
    rejects: Counter[str] = Counter()
    for line in OCTOBER.read_text(encoding="utf-8").splitlines():
        try:
            facts = HouseholdMonth.from_json(line)
        except RebaError as error:
            rejects[error.faults[0].code] += 1
            continue
        if facts.month == MONTH:
            assessed.append((facts, assess(facts, law, choices)))
        else:
            rejects["run.other_month"] += 1
    return assessed, rejects


def _branch(found: Assessment) -> str:
    first, second = found.leefgeld_withdrawn_from_cents, found.contribution_due_from_cents
    income = found.countable_income_cents
    if found.leefgeld_cents is None:
        return "no reception"
    if first is None or second is None:
        return "unaccompanied minors"
    if income == 0:
        return "presumed" if found.contribution_cents else "none"
    if income >= second:
        return "above"
    return "between" if income >= first else "below"


def _adults(facts: HouseholdMonth) -> int:
    return sum(member.born.isoformat() <= "2007-10-01" for member in facts.members)


def test_the_households_are_made_again_to_the_byte() -> None:
    done = _made()
    assert done.returncode == 0, done.stderr
    assert done.stdout.encode() == OCTOBER.read_bytes()
    assert done.stdout.count("\n") == 300


def test_the_next_month_shows_the_same_people_and_another_year_is_refused() -> None:
    october, december = (
        [
            (h["household"], [(m["id"], m["born"]) for m in h["members"]])
            for h in map(json.loads, _made("--month", m, "--households", "59").stdout.splitlines())
        ]
        for m in ("2025-10", "2025-12")
    )
    assert len(october) == 59
    assert october == december
    for month, reason in (("2026-01", "from 2025-10 to 2025-12"), ("soon", "soon")):
        refused = _made("--month", month)
        assert refused.returncode == 2
        assert reason in refused.stderr


def test_the_households_reach_every_branch_as_the_page_says() -> None:
    assessed, rejects = _october()
    branches = Counter(_branch(found) for _, found in assessed)
    assert set(branches) == {
        "none", "below", "between", "above", "presumed", "unaccompanied minors", "no reception",
    }  # fmt: skip
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for branch, count in branches.items():
        assert count >= 5, branch
        assert re.search(rf"^\| {branch} \| {count} \|", page, re.MULTILINE), (branch, count)
    assert rejects == REJECTS
    for code in rejects:
        assert f"`{code}`" in page


def test_each_branch_owes_what_it_should() -> None:
    assessed, _ = _october()
    for facts, found in assessed:
        adults = min(_adults(facts), 2)
        full = adults * (24422 + (25218 if facts.provisions.catering else 0))
        owed, income = found.contribution_cents, found.countable_income_cents
        match _branch(found):
            case "above":
                assert owed == full
            case "between":
                assert found.leefgeld_cents is not None
                assert 0 <= owed <= full
                assert owed <= income - found.leefgeld_cents
            case "presumed":
                assert 0 < owed <= full
            case _:
                assert owed == 0
        assert not found.provisional
    assert max(found.contribution_cents for _, found in assessed) == 99280


def test_the_households_reach_what_the_rules_distinguish() -> None:
    assessed, _ = _october()
    compositions = {(n := _adults(facts), len(facts.members) - n) for facts, _ in assessed}
    assert compositions >= {(adults, n) for adults in (1, 2) for n in range(9)}
    assert compositions >= {(0, 1), (0, 2), (3, 0), (3, 2)}
    above = {
        (_adults(facts), facts.provisions.catering): found.contribution_cents
        for facts, found in assessed
        if _branch(found) == "above"
    }
    assert above[3, False] == above[2, False] == 48844  # capped at two adults
    assert above[3, True] == above[2, True] == 99280
    edges = {
        distance
        for _, found in assessed
        for edge in (found.leefgeld_withdrawn_from_cents, found.contribution_due_from_cents)
        if edge is not None and abs(distance := found.countable_income_cents - edge) <= 1
    }
    assert edges >= {-1, 0}
    both = [f for _, f in assessed if f.from_earnings_cents and f.from_other_income_cents]
    assert len(both) >= 5
    items = [item for facts, _ in assessed for m in facts.members for item in m.income]
    assert {item.basis for item in items} == {"uwv", "own_statement", None}
    assert {item.earned_in for item in items} == {Month(2025, 9), MONTH, None}
    assert {item.kind for item in items} > {"earnings", "benefit", "child_benefit", "gift"}
    minors = [m for facts, _ in assessed for m in facts.members if m.born.year >= 2008 and m.income]
    assert any(item.kind == "earnings" for minor in minors for item in minor.income)
    lacking = {name for _, found in assessed for name in found.not_supplied}
    assert lacking == {"income.basis", "absence_decision"}
    collected = [facts for facts, _ in assessed if facts.collected_cents is not None]
    assert 1 <= len(collected) <= 15


def test_the_files_say_that_they_are_made_and_save_nothing() -> None:
    choices = load_choices(FOLDER / "choices.toml")
    assert "(made)" in choices.municipality
    assert [version.source for version in choices.versions] == ["made for this example"]
    policy = load_policy(FOLDER / "policy.toml")
    assert "rooo" not in policy.schemes
    assert 'status = "illustrative"' in (FOLDER / "policy.toml").read_text(encoding="utf-8")
    assert "Nobody in it exists" in (FOLDER / "README.md").read_text(encoding="utf-8")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _total_cents(rows: list[dict[str, str]], column: str) -> int:
    return sum(parse_euros(row[column]) for row in rows)


@pytest.mark.invariant("E1")
def test_the_month_runs_from_thresholds_to_audit(tmp_path: Path) -> None:
    beside = Path(sys.executable).parent
    if shutil.which("reba", path=str(beside)) is None:  # run from source: stand in for it
        beside = tmp_path
        command = beside / "reba"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reba "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    folder = tmp_path / "month"
    done = _run("bash", FOLDER / "month.sh", folder, path=beside)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == [
        "audit: 0 findings",
        f"ledger, invoices and outputs: {folder}",
    ]
    thresholds = (folder / "thresholds.html").read_text(encoding="utf-8")
    assert "<table" in thresholds
    assert re.search(r"642[.,]92", thresholds)  # one adult, as Hilversum published it

    report = json.loads((folder / "october" / "report.json").read_text(encoding="utf-8"))
    assert report["counts"]["rejected_by_code"] == REJECTS
    assert report["counts"]["booked"] == 295
    assert report["totals"]["reserved_cents"] == 0
    booked = _rows(folder / "october" / "assessments.csv")
    expected = {
        facts.household: format_euros(found.contribution_cents) for facts, found in _october()[0]
    }
    assert {row["household"]: row["contribution"] for row in booked} == expected

    invoices = _rows(folder / "invoices.csv")
    at_the_counter = _total_cents(booked, "collected")
    assert _total_cents(invoices, "amount") + at_the_counter == _total_cents(booked, "contribution")
    assert len({row["account"] for row in invoices}) == len(invoices)
    assert _rows(folder / "invoices-again.csv") == []
    assert "2025-10: 0 invoiced, 0.00" in done.stdout

    paid = _total_cents(invoices[:4], "amount") + 1000
    owed = _rows(folder / "receivables.csv")
    assert _total_cents(owed, "receivable") == _total_cents(invoices, "amount") - paid
    assert {row["days_overdue"] for row in owed} == {"45"}

    postings = _rows(folder / "journal.csv")
    debit, credit = (_total_cents([p for p in postings if p[side]], side)
                     for side in ("debit", "credit"))  # fmt: skip
    assert debit == credit
    receivable = [p for p in postings if p["account"] == "receivable"]
    left = sum(_total_cents([p for p in receivable if p[side]], side) * sign
               for side, sign in (("debit", 1), ("credit", -1)))  # fmt: skip
    assert left == _total_cents(owed, "receivable")

    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for line in done.stdout.splitlines()[:4]:
        assert line in page
    amounts = [
        _total_cents(invoices, "amount"),
        at_the_counter,
        report["totals"]["contribution_cents"],
    ]
    assert "{} + {} = {}".format(*map(format_euros, amounts)) in page

    again = _run("bash", FOLDER / "month.sh", folder, path=beside)
    assert again.returncode == 2
    assert "Name another folder" in again.stderr
