"""The command line as its users see it: output, exit status, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POLICY = str(ROOT / "examples" / "policies" / "vng-half.toml")


def reba(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "120", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "reba", *arguments],
        capture_output=True, text=True, cwd=cwd, env=environment, check=False, encoding="utf-8",
    )  # fmt: skip
    assert "Traceback" not in done.stderr + done.stdout
    return done


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.jsonl"
    template = reba("facts", "template", "--json").stdout
    good = json.loads(template)
    path.write_text(template + json.dumps({**good, "household": "H-0002", "collected": 1.5}) + "\n")
    return path


def test_the_demo_ends_clean_and_then_finds_the_damage() -> None:
    done = reba("demo")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    clean = lines.index("audit: 0 findings")
    assert lines[-1] == "audit: 1 finding"
    refused = [line for line in lines if line.startswith("[")]
    codes = [line[1:].partition("]")[0] for line in refused]
    assert codes == ["release.procedure_open", "release.same_actor"]
    assert any("entry.body: entry 3 of H-0001" in line for line in lines[clean:])


def test_a_month_from_facts_to_checkpoint(facts: Path, tmp_path: Path) -> None:
    run = ("run", str(facts), "--month", "2015-03", "--ledger", "l.reba", "--policy", POLICY)
    dry = reba(*run, "--dry-run", cwd=tmp_path)
    assert dry.returncode == 1
    assert "1 would be booked" in dry.stdout
    assert not (tmp_path / "l.reba").exists()
    first = reba(*run, "--out", "out", "--json", cwd=tmp_path)
    assert first.returncode == 1
    assert json.loads(first.stdout)["counts"]["booked"] == 1
    again = reba(*run, cwd=tmp_path)
    assert "Nothing new was booked." in again.stdout
    account = json.loads(
        reba("account", "H-0001", "--ledger", "l.reba", "--json", cwd=tmp_path).stdout
    )
    assert account["reserved_cents"] + account["remitted_cents"] == account["collected_cents"]
    dutch = reba("account", "H-0001", "--ledger", "l.reba", "--lang", "nl", cwd=tmp_path)
    assert "spaartegoed" in dutch.stdout
    checkpoint = reba("checkpoint", "l.reba", cwd=tmp_path)
    (tmp_path / "c.txt").write_text(checkpoint.stdout)
    assert checkpoint.stdout.splitlines()[1] == "4"
    audited = reba("audit", "l.reba", "--against", "c.txt", "--json", cwd=tmp_path)
    assert audited.returncode == 0
    assert json.loads(audited.stdout)["findings"] == []
    assert reba("audit", "l.reba", cwd=tmp_path).stdout.splitlines()[-1] == "audit: 0 findings"


def test_assess_prints_the_trace_for_people_and_for_machines(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(reba("facts", "template", "--json").stdout)
    record = json.loads(reba("assess", str(case), "--json").stdout)
    assert record["contribution_cents"] == 44595
    assert record["steps"][-1]["id"] == "contribution"
    assert "445.95" in reba("assess", str(case), "--explain").stdout
    assert "Eigen bijdrage" in reba("assess", str(case), "--lang", "nl").stdout
    assert json.loads(reba("assets", str(case), "--json").stdout)["asset_limit_cents"] == 589500
    assert "Assets above the limit" in reba("assets", str(case)).stdout


def test_facts_law_and_policy_can_be_looked_into(facts: Path) -> None:
    checked = reba("facts", "check", str(facts))
    assert checked.returncode == 1
    assert "facts.jsonl:2: collected: [money.float]" in checked.stdout
    assert json.loads(reba("facts", "schema").stdout)["additionalProperties"] is False
    assert reba("facts", "template", "--csv").stdout.startswith("scheme,month,household,")
    assert "reba.exemption_maximum" in reba("law", "list", "--lang", "nl").stdout
    assert "183.00" in reba("law", "show", "reba.exemption_maximum").stdout
    on = json.loads(reba("law", "on", "2015-03", "--json").stdout)
    assert {"rva.clothing"} <= {value["name"] for value in on["values"]}
    assert "remarks" in reba("law", "check").stdout
    assert "spaartegoed" in reba("policy", "check", POLICY, "--lang", "nl").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("assess", "absent.json"), 3, "run.file"),
        (("audit", "absent.reba"), 3, "ledger.not_found"),
        (("checkpoint", POLICY), 4, "ledger.not_a_ledger"),
        (("policy", "check", "absent.toml"), 3, "policy.file"),
        (("law", "show", "no.such"), 3, "law.unknown_parameter"),
        (("law", "on", "2015-3"), 3, "month.format"),
        (("law", "list", "--overlay", "absent.toml"), 3, "law.file"),
        (("account", "H-1", "--ledger", "absent.reba"), 3, "ledger.not_found"),
        (("run", POLICY, "--month", "2015-03", "--ledger", ":memory:", "--policy", POLICY), 3,
         "run.file_kind"),
    ],
)  # fmt: skip
def test_an_error_is_one_sentence_with_code_and_remedy(
    arguments: tuple[str, ...], status: int, code: str, tmp_path: Path
) -> None:
    done = reba(*arguments, cwd=tmp_path)
    assert done.returncode == status
    assert done.stderr.startswith(f"[{code}] ")


def test_wrong_usage_is_status_2(tmp_path: Path) -> None:
    assert reba("run", cwd=tmp_path).returncode == 2
    assert reba("nonsense", cwd=tmp_path).returncode == 2
    assert reba("--version").stdout.startswith("reba-ledger ")


def test_every_command_has_help_with_an_example_or_a_description() -> None:
    top = reba("--help").stdout
    for command in ("assess", "assets", "run", "account", "audit", "checkpoint"):
        assert command in top
        assert "Example: reba" in reba(command, "--help").stdout
