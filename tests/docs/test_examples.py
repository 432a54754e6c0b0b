"""The examples run, and say what they should."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


def _run(*command: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    folders = [str(path)] if path else []
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "PATH": os.pathsep.join([*folders, os.environ["PATH"]]),
        "NO_COLOR": "1",
    }
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, encoding="utf-8"
    )


def test_the_payroll_import_reports_each_row() -> None:
    export = EXAMPLES / "payroll" / "export-2015-03.csv"
    done = _run(sys.executable, str(EXAMPLES / "payroll_import.py"), str(export))
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0] == "W-0001 2015-03: 300.00 (not supplied: assets, obligations)"
    assert lines[1].startswith("W-0002 2015-03: 445.95")
    assert "without exemption_weeks_used" in lines[2]
    assert "'1.250.00' is not an amount" in lines[3]
    assert lines[4].startswith("W-0005 2015-03: 445.95")


def test_the_population_is_made_again_to_the_byte() -> None:
    done = _run(sys.executable, str(EXAMPLES / "population" / "make_population.py"))
    kept = (EXAMPLES / "population" / "march-2015.jsonl").read_text(encoding="utf-8")
    assert done.stdout == kept
    sizes = {len(json.loads(line)["members"]) for line in kept.splitlines()}
    assert sizes >= {1, 2, 3, 4, 5, 6, 7, 8, 10}


def test_the_municipal_month_runs_from_facts_to_checkpoint(tmp_path: Path) -> None:
    command = tmp_path / "reba"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reba "$@"\n')
    command.chmod(0o755)
    done = _run("bash", str(EXAMPLES / "municipal_month.sh"), str(tmp_path / "w"), path=tmp_path)
    assert done.returncode != 0  # the folder must be there
    (tmp_path / "w").mkdir()
    done = _run("bash", str(EXAMPLES / "municipal_month.sh"), str(tmp_path / "w"), path=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "audit: 0 findings"
    assert "Nothing new was booked." in done.stdout
    first, again = (
        json.loads((tmp_path / "w" / name / "report.json").read_text())
        for name in ("march", "march-again")
    )
    assert first["totals"] == again["totals"]
    assert first["counts"]["booked"] == again["counts"]["already_booked"] > 450
    assert again["counts"]["booked"] == 0
    assert 0 < first["counts"]["rejected"] < 20
