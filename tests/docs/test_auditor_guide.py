"""The auditor guide says the same in both languages, and the scripts for auditors do as it says."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from reba import Ledger, open_ledger
from reba.cli.app import app

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "audit"
SCRIPTS = ROOT / "examples" / "auditor"
PAIRS = list(
    zip(sorted((GUIDE / "nl").glob("*.md")), sorted((GUIDE / "en").glob("*.md")), strict=True)
)
PAGES = [*sorted(GUIDE.rglob("*.md")), SCRIPTS / "README.md"]
_BLOCK = re.compile(r"^ *```python\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def _same(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return what must not differ between languages: code, commands, the rows of tables."""
    blocks = [block.replace('render("nl")', 'render("en")') for block in _BLOCK.findall(text)]
    commands = [line.replace("--lang nl", "--lang en") for line in _commands(text)]
    tables = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    return blocks, commands, [str(count) for count in tables]


def _commands(text: str) -> list[str]:
    return re.findall(r"^ *\$ (.*)$", text, re.MULTILINE)


@pytest.mark.parametrize(("dutch", "english"), PAIRS, ids=[nl.stem for nl, _ in PAIRS])
def test_both_languages_show_the_same_code_commands_and_tables(dutch: Path, english: Path) -> None:
    assert dutch.name[0] == english.name[0]
    texts = [page.read_text(encoding="utf-8") for page in (dutch, english)]
    assert _same(texts[0]) == _same(texts[1])
    headings = [re.findall(r"^#+ ", text, re.MULTILINE) for text in texts]
    assert headings[0] == headings[1]
    assert texts[0] != texts[1]


def test_there_are_five_pages_and_the_index_names_each() -> None:
    assert [nl.name[0] for nl, _ in PAIRS] == ["1", "2", "3", "4", "5"]
    index = (GUIDE / "README.md").read_text(encoding="utf-8")
    for pair in PAIRS:
        for page in pair:
            assert f"({page.relative_to(GUIDE)})" in index, page


def _known_options(command: Any, words: list[str]) -> set[str]:
    """Follow the words of a command line down to its command, and return the options of that."""
    while hasattr(command, "commands"):
        named = words[0] in command.commands
        name, words = (words[0], words[1:]) if named else ("print", words)  # `reba checkpoint FILE`
        command = command.commands[name]
    return {name for each in command.params for name in (*each.opts, *each.secondary_opts)}


def test_commands_and_options_that_are_shown_exist() -> None:
    seen = []
    for page in PAGES:
        for line in _commands(page.read_text(encoding="utf-8")):
            given = re.match(r"(?:audit/bin/)?reba (?!--version)(.*)", line)
            if given is None:
                continue
            words = given[1].split()
            known = _known_options(typer.main.get_command(app), words)
            assert known >= {word for word in words if word.startswith("--")}, (page.name, line)
            seen.append(words[0])
    assert {"audit", "checkpoint", "receipt"} <= set(seen)


# ── the scripts ──────────────────────────────────────────────────────────────────────────────


def _run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "COLUMNS": "200",
        "PYTHONUTF8": "1",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False,
        encoding="utf-8", env=environment, cwd=folder,
    )  # fmt: skip


def _audit(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    script = str(SCRIPTS / "audit_a_ledger.py")
    return _run(script, "coa.reba", "evidence.json", *options, folder=folder)


@pytest.fixture
def handed_over(tmp_path: Path) -> Path:
    """Return a folder with a small ledger, and a checkpoint of it that was kept."""
    from reba import HouseholdMonth, load_policy

    facts = (ROOT / "examples" / "cases" / "net-400-in-2015.json").read_text(encoding="utf-8")
    policy = load_policy(ROOT / "examples" / "policies" / "vng-half.toml")
    with open_ledger(tmp_path / "coa.reba") as ledger:
        ledger.assess(HouseholdMonth.from_json(facts), policy=policy)
        _keep(ledger, tmp_path / "kept.txt")
    return tmp_path


def _keep(ledger: Ledger, path: Path) -> None:
    path.write_text(ledger.checkpoint().to_text(), encoding="utf-8")


def test_a_ledger_that_is_as_it_was_passes_and_the_evidence_says_what_was_done(
    handed_over: Path,
) -> None:
    before = (handed_over / "coa.reba").read_bytes()
    done = _audit(handed_over, "--checkpoint", "kept.txt")
    assert (done.returncode, done.stderr) == (0, "")
    assert (handed_over / "coa.reba").read_bytes() == before
    assert done.stdout.startswith(
        "4 entries of 1 accounts audited\nheld against 1 earlier checkpoints\nC4   no counter"
    )
    kept = (handed_over / "kept.txt").read_text(encoding="utf-8")
    evidence = json.loads((handed_over / "evidence.json").read_text(encoding="utf-8"))
    assert evidence["audit"]["findings"] == []
    assert evidence["against"] == ["kept.txt"]
    assert evidence["checkpoint"] == kept
    assert kept in done.stdout
    assert {each["outcome"] for each in evidence["books"]["invariants"]} == {"held"}
    assert len(evidence["books"]["invariants"]) == 7


def _damage(ledger: Path, statement: str) -> None:
    connection = sqlite3.connect(ledger)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_of_a_damaged_ledger_the_findings_are_filed(handed_over: Path) -> None:
    change = "UPDATE entries SET body = replace(body, '30000', '29999') WHERE seq = 1"
    _damage(handed_over / "coa.reba", change)
    done = _audit(handed_over, "--checkpoint", "kept.txt")
    assert (done.returncode, done.stderr) == (1, "")
    assert "the books cannot be read: " in done.stdout
    evidence = json.loads((handed_over / "evidence.json").read_text(encoding="utf-8"))
    assert "entry.body" in {each["id"] for each in evidence["audit"]["findings"]}
    assert evidence["checkpoint"] is None


def test_where_no_ledger_is_the_script_says_so(tmp_path: Path) -> None:
    done = _audit(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("[ledger.not_found]")


def test_a_ledger_whose_end_was_cut_off_fails_against_a_checkpoint_only(handed_over: Path) -> None:
    _damage(handed_over / "coa.reba", "DELETE FROM entries WHERE seq = 3")

    done = _audit(handed_over, "--checkpoint", "kept.txt")
    assert (done.returncode, done.stderr) == (1, "")
    said = "checkpoint.truncated at None: expected at least 4 entries, found 3 entries"
    assert f"  {said}\n" in done.stdout
    evidence = json.loads((handed_over / "evidence.json").read_text(encoding="utf-8"))
    assert [each["id"] for each in evidence["audit"]["findings"]] == ["checkpoint.truncated"]


def _check(script: Path, evidence: Path) -> subprocess.CompletedProcess[str]:
    return _run(str(script), str(evidence), "--examples", "3", "--seed", "2026")


def test_another_engine_is_checked_and_the_evidence_written(tmp_path: Path) -> None:
    done = _check(SCRIPTS / "check_another_engine.py", tmp_path / "evidence.json")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))
    outcomes = {each["id"]: each["outcome"] for each in record["invariants"]}
    assert "T2   no counterexample found" in done.stdout
    assert done.stdout.endswith(f"0 of {len(outcomes)} invariants violated\n")
    assert [name for name, outcome in outcomes.items() if outcome == "not applicable"] == [
        "A14", "X1"
    ]  # fmt: skip
    assert record["seed"] == 2026


def test_an_engine_with_a_planted_fault_fails_with_the_case(tmp_path: Path) -> None:
    engine = (SCRIPTS / "another_engine.py").read_text(encoding="utf-8")
    planted = engine.replace("amounts = Amounts(law, facts.month.first_day)",
                             "amounts = Amounts(law, facts.month.last_day)")  # fmt: skip
    assert planted != engine
    (tmp_path / "another_engine.py").write_text(planted, encoding="utf-8")
    script = tmp_path / "check_another_engine.py"
    script.write_bytes((SCRIPTS / script.name).read_bytes())

    done = _check(script, tmp_path / "evidence.json")
    assert (done.returncode, done.stderr) == (1, "")
    record = json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))
    (found,) = (each for each in record["invariants"] if each["id"] == "T2")
    assert found["outcome"] == "violated"
    assert '"month": "' in found["counterexample"]
    assert "  expected " in found["counterexample"]
    assert "T2   VIOLATED" in done.stdout
