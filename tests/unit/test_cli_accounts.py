"""The commands on accounts, as a script gives them: output, exit status, one sentence an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unit.test_cli import POLICY, reba

DEMO = Path(__file__).parents[2] / "src" / "reba" / "cli" / "demo_data"
OVERLAY = """
instrument = "BWBR0024733"
title = "Official amounts"
[parameter."reba.exemption_rate"]
title_nl = "-"
title_en = "-"
unit = "ratio"
[[parameter."reba.exemption_rate".value]]
is = "0.20"
valid_from = 2015-04-01
valid_to = 2015-04-30
url = "https://example.org/letter"
"""
BASIS = ("--basis", "decision of 20 May 2015")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for month, file in (("2015-03", "facts.jsonl"), ("2015-04", "april.jsonl")):
        run = reba(
            "run", str(DEMO / file), "--month", month, "--ledger", "l.reba", "--policy", POLICY,
            cwd=tmp_path,
        )  # fmt: skip
        assert run.returncode in {0, 1}
    return tmp_path


def _say(folder: Path, *command: str, status: int = 0) -> str:
    done = reba(*command, "--ledger", "l.reba", cwd=folder)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if status in {0, 1} else done.stderr


def _record(folder: Path, kind: str, on: str, final: str | None = None) -> str:
    more = () if final is None else ("--final-on", final)
    return _say(
        folder, "procedure", "record", "H-0001", "--member", "P-1", "--type", kind, "--on", on,
        *more, *BASIS,
    )  # fmt: skip


def _request(folder: Path, purpose: str, amount: str, *more: str, status: int = 0) -> str:
    return _say(
        folder, "release", "request", "H-0001", "--purpose", purpose, "--amount", amount,
        "--policy", POLICY, "--actor", "kees", *more, status=status,
    )  # fmt: skip


def test_a_release_from_request_to_return(folder: Path) -> None:
    assert "[release.procedure_open]" in _request(folder, "bridging", "100.00", status=3)
    assert "the procedure is open" in _record(folder, "granted", "2015-05-20")
    assert "outcome: granted" in _record(folder, "granted", "2015-05-20", "2015-06-20")
    options = json.loads(
        _say(folder, "release", "options", "H-0001", "--policy", POLICY, "--json")
    )["options"]
    assert {option["purpose"]: option["most_cents"] for option in options}["bridging"] == 30000
    assert "[release.evidence_missing]" in _request(folder, "furnishing", "1.00", status=3)
    (folder / "quote.pdf").write_bytes(b"a quote")
    release = json.loads(
        _request(folder, "furnishing", "100.00", "--evidence", "quote.pdf", "--json")
    )
    name = release["release"]
    assert release["status"] == "requested"
    assert len(release["evidence"]) == 64
    approve = ("release", "approve", name, "--policy", POLICY, "--actor")
    assert "[release.same_actor]" in _say(folder, *approve, "kees", status=3)
    assert "approved" in _say(folder, *approve, "anna", "--amount", "80.00")
    assert "paid" in _say(folder, "release", "pay", name, "--batch", "B-1")
    returned = ("release", "return", name, "--because")
    assert "[ledger.unknown_reason]" in _say(folder, *returned, "whatever", status=3)
    assert "returned" in _say(folder, *returned, "account_unknown")
    state = json.loads(_say(folder, "account", "H-0001", "--json"))
    assert (state["balance_cents"], state["released_cents"]) == (30000, 0)
    dutch = _say(folder, "account", "H-0001", "--lang", "nl")
    assert "teruggeboekt" in dutch
    assert "inrichting van de woning" in dutch


@pytest.mark.invariant("E7")
def test_an_earlier_statement_comes_back_to_the_byte(folder: Path) -> None:
    entries = json.loads(_say(folder, "history", "H-0002", "--json"))["entries"]
    then = ("--valid-on", "2015-04-30", "--known-on", entries[-1]["recorded_at"])
    commands = [
        ("account", "H-0002", "--json", *then),
        ("account", "H-0002", "--lang", "nl", *then),
        ("statement", "H-0002", "--lang", "nl", *then),
        ("statement", "H-0002", "--lang", "en", "--format", "html", *then),
    ]
    before = [_say(folder, *command) for command in commands]
    assert "<html" in before[-1]
    _say(folder, "revise", str(DEMO / "corrected.jsonl"), "--because", "corrected_facts")
    assert [_say(folder, *command) for command in commands] == before
    now = json.loads(_say(folder, "account", "H-0002", "--json", "--valid-on", "2015-04-30"))
    assert now["assessed_cents"] != json.loads(before[0])["assessed_cents"]
    story = _say(folder, "history", "H-0002")
    assert "supersedes H-0002/2" in story
    assert "(superseded by H-0002/8)" in story
    assert "because corrected_facts" in story


def test_a_revision_is_shown_before_it_is_booked_and_is_booked_once(folder: Path) -> None:
    corrected = folder / "corrected.jsonl"
    corrected.write_text((DEMO / "corrected.jsonl").read_text() + "{\n")
    command = ("revise", "corrected.jsonl", "--because", "corrected_facts", "--json", "--out")
    dry = json.loads(_say(folder, *command, "dry", "--dry-run", status=1))
    assert dry["counts"]["revised"] == 1
    assert dry["counts"]["rejected_rows"] == 1
    booked = json.loads(_say(folder, *command, "booked", status=1))
    assert booked["differences"] == dry["differences"]
    again = json.loads(_say(folder, *command, "again", status=1))
    assert (again["counts"]["revised"], again["counts"]["unchanged"]) == (0, 1)
    rows = (folder / "booked" / "revisions.csv").read_text().splitlines()
    assert rows[1].startswith("H-0002,2015-03,corrected_facts,958.36,692.00,")
    assert "facts.json" in (folder / "booked" / "rejects.jsonl").read_text()


def test_a_law_that_turns_out_otherwise_revises_a_range_of_months(folder: Path) -> None:
    (folder / "overlay.toml").write_text(OVERLAY, encoding="utf-8")
    command = ("revise", "--from", "2015-03", "--to", "2015-04", "--because", "law",
               "--overlay", "overlay.toml", "--allow-provisional", "--json")  # fmt: skip
    dry = json.loads(_say(folder, *command, "--dry-run"))
    assert (dry["counts"]["revised"], dry["counts"]["unchanged"]) == (3, 1)
    assert dry["differences"]["contribution_cents"] == 2000 + 1550  # a twentieth of 400 and of 310
    booked = json.loads(_say(folder, *command))
    assert booked["differences"] == dry["differences"]
    assert json.loads(_say(folder, *command))["counts"]["revised"] == 0
    unknown = _say(folder, "revise", "--because", "law", status=2)
    assert "[usage.option]" in unknown
    done = reba("audit", "l.reba", cwd=folder)
    assert done.stdout.splitlines()[-1] == "audit: 0 findings"


def test_closing_transfer_set_off_and_collect(folder: Path) -> None:
    paid = _say(folder, "collect", "H-0002", "--month", "2015-03", "--amount", "50.00", "--id",
                "BANK-1")  # fmt: skip
    assert "collected 1050.00" in paid
    moved = _say(folder, "transfer", "H-0001", "H-0009", "--amount", "75.00", "--because", "split",
                 "--id", "T-1", *BASIS)  # fmt: skip
    assert "H-0009: balance 75.00" in moved
    due = _say(folder, "set-off", "H-0002", "--month", "2015-03", "--amount", "20.00", "--id",
               "S-1", *BASIS)  # fmt: skip
    assert "still due" in due
    nothing = _say(folder, "recover", "H-0001", "--amount", "5.00", "--id", "R-1", *BASIS,
                   status=3)  # fmt: skip
    assert "[account.above_overpaid]" in nothing
    close = ("close", "H-0001", "--case", "granted", "--policy", POLICY, *BASIS)
    assert "[account.case_differs]" in _say(folder, *close, status=3)
    _record(folder, "granted", "2015-05-20", "2015-05-20")
    assert "to be approved by another actor" in _say(folder, *close)
    state = json.loads(_say(folder, "account", "H-0001", "--json"))
    waiting = state["releases"][-1]["release"]
    reopen = ("reopen", "H-0001", "--because", "came_back", *BASIS)
    assert "[account.releases_open]" in _say(folder, *reopen, status=3)
    _say(folder, "release", "reject", waiting, "--because", "withdrawn")
    assert "balance 225.00" in _say(folder, *reopen)
    revoked = _say(folder, "procedure", "revoke", state["events"][0]["event"], "--because",
                   "new_application", *BASIS)  # fmt: skip
    assert "revoked" in revoked
    mixed = _say(folder, "procedure", "decide", "H-0002", "--group", "granted", *BASIS, status=3)
    assert "[procedure.not_mixed]" in mixed
    assert reba("audit", "l.reba", cwd=folder).stdout.splitlines()[-1] == "audit: 0 findings"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("account", "H-9999"), "ledger.unknown_account"),
        (("history", "H-9999"), "ledger.unknown_account"),
        (("statement", "H-9999"), "ledger.unknown_account"),
        (("account", "H-0001", "--valid-on", "2015-13-01"), "month.date_format"),
        (("account", "H-0001", "--known-on", "yesterday"), "month.date_format"),
        (("release", "pay", "H-0001/99", "--batch", "B"), "release.unknown"),
        (("release", "pay", "nothing", "--batch", "B"), "ledger.entry_id"),
        (("procedure", "revoke", "H-0001/1", "--because", "came_back", *BASIS),
         "procedure.unknown_event"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(folder: Path, command: tuple[str, ...], code: str) -> None:
    said = _say(folder, *command, status=3)
    assert said.startswith(f"[{code}]")
    assert len(said.splitlines()) == 1
