"""The monthly run: nothing lost, nothing booked twice, bad rows reported with their place."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from reba import Month, audit, load_law, load_policy, open_ledger
from reba.errors import FactsError, PolicyError, RunError, StoreError
from reba.runs.month import run_month
from reba.runs.report import RunReport
from reba.runs.rows import read_rows

ROOT = Path(__file__).parents[2]
POLICY = load_policy(ROOT / "examples" / "policies" / "vng-half.toml")
MARCH = Month(2015, 3)

ROW: dict[str, object] = {
    "scheme": "reba-2008",
    "month": "2015-03",
    "household": "H-1",
    "members": [
        {
            "id": "P-1",
            "born": "1990-05-14",
            "residence_status": "permit_holder",
            "income": [{"kind": "earnings", "net": "400.00"}],
            "obligations": "0.00",
        }
    ],
    "provisions": {"shelter": True, "catering": False},
    "collected": "300.00",
}


def _line(number: int, **changes: object) -> str:
    return json.dumps({**ROW, "household": f"H-{number}", **changes})


def _run(facts: Path, ledger: Path, out: Path | None = None) -> RunReport:
    with open_ledger(ledger) as opened:
        return run_month(facts, month=MARCH, ledger=opened, policy=POLICY, law=load_law(), out=out)


def _rejects(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "rejects.jsonl").read_text().splitlines()]


def test_bad_rows_are_rejected_with_place_and_text_and_the_rest_goes_on(tmp_path: Path) -> None:
    facts, out = tmp_path / "facts.jsonl", tmp_path / "out"
    lines = [
        b"\xef\xbb\xbf" + _line(1).encode(),
        b'{"scheme": ',
        b"",
        _line(2, collected=300.0).encode(),
        _line(3, month="2015-04").encode(),
        _line(1).encode(),
        _line(1, collected="299.00").encode(),
        _line(4).replace('"month"', '"month": "2015-01", "month"', 1).encode(),
        b"\xff\xfe not text",
        _line(5, month="2016-07").encode(),
        b'{"x": "' + b"y" * 1_000_000 + b'"}',
        _line(6).encode() + b"\r",
    ]
    facts.write_bytes(b"\n".join(lines) + b"\n")
    report = _run(facts, tmp_path / "l.reba", out)
    assert (report.rows, report.booked, report.already_booked, report.rejected) == (11, 2, 1, 8)
    found = [(r["line"], r["code"], r["field"]) for r in _rejects(out)]
    assert sorted(found, key=lambda item: str(item[0]).zfill(3)) == [
        (2, "facts.json", ""),
        (4, "money.float", "collected"),
        (5, "run.other_month", "month"),
        (7, "ledger.command_conflict", ""),
        (8, "facts.duplicate_key", "month"),
        (9, "facts.encoding", ""),
        (10, "run.other_month", "month"),
        (11, "facts.line_too_long", ""),
    ]
    rejected = next(r for r in _rejects(out) if r["line"] == 4)
    assert json.loads(str(rejected["row"]))["household"] == "H-2"
    assert rejected["household"] == ""
    csv = (out / "assessments.csv").read_text().splitlines()
    assert csv[1] == "H-1,2015-03,300.00,300.00,150.00,150.00,booked,false"
    assert [line.split(",")[0] for line in csv[1:]] == ["H-1", "H-1", "H-6"]
    record = json.loads((out / "report.json").read_text())
    assert record["counts"]["rows"] == 11
    assert record["totals"]["reserved_cents"] == report.reserved_cents == 45000
    assert sorted(path.name for path in out.iterdir()) == [
        "assessments.csv", "rejects.jsonl", "report.json",
    ]  # fmt: skip


@pytest.mark.invariant("E1")
def test_the_same_month_again_books_nothing_and_totals_the_same(tmp_path: Path) -> None:
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(_line(number) for number in range(50)))
    ledger = tmp_path / "l.reba"
    first, again = _run(facts, ledger), _run(facts, ledger)
    assert (first.booked, again.booked, again.already_booked) == (50, 0, 50)
    assert first.to_record()["totals"] == again.to_record()["totals"]


def test_csv_and_jsonl_book_the_same(tmp_path: Path) -> None:
    csv = tmp_path / "facts.csv"
    csv.write_text(
        "scheme,month,household,provisions.shelter,provisions.catering,collected,members.id,"
        "members.born,members.residence_status,members.obligations,members.income.kind,"
        "members.income.net,assets.at_start,assets.debts_at_start,assets.started_on,"
        "assets.receipts.on,assets.receipts.kind,assets.receipts.amount\n"
        "reba-2008,2015-03,H-1,true,false,300.00,P-1,1990-05-14,permit_holder,0.00,earnings,"
        "400.00,0.00,0.00,2014-06-01,2014-07-01,sale,10.00\n"
        "reba-2008,2015-03,H-1,true,false,300.00,P-1,1990-05-14,permit_holder,0.00,benefit,"
        "1.00,0.00,0.00,2014-06-01,,,\n"
        "reba-2008,2015-03,H-1,true,false,300.00,P-2,2010-05-14,permit_holder,,,,"
        "0.00,0.00,2014-06-01,,,\n"
        "reba-2008,2015-03,H-2,yes,false,1.00,P-1,1990-05-14,permit_holder,,,,,,,,,\n"
        "reba-2008,2015-03,H-3,true,false,1.00,P-1,1990-05-14,permit_holder,,,,,,,,,\n"
        "reba-2008,2015-03,H-3,true,false,2.00,P-2,1990-05-14,permit_holder,,,,,,,,,\n"
        "reba-2008,2015-03,H-4,true\n"
    )
    rows = list(read_rows(csv))
    assert [(row.line, [f.code for f in row.faults]) for row in rows] == [
        (2, []),
        (5, ["facts.type"]),
        (6, ["facts.csv_conflict"]),
        (8, ["facts.csv_row"]),
    ]
    facts = rows[0].facts
    assert facts is not None
    assert [member.id for member in facts.members] == ["P-1", "P-2"]
    assert [item.net_cents for item in facts.members[0].income] == [40000, 100]
    assert facts.members[1].obligations_cents is None
    assert facts.assets is not None
    assert facts.assets.receipts[0].amount_cents == 1000
    jsonl = tmp_path / "facts.jsonl"
    jsonl.write_text(facts.record_json())
    assert [row.facts for row in read_rows(jsonl)] == [facts]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("a,b\n", "'a'"), ("scheme,month\n", "household"),
     ("scheme,month,household,members.id,members.born,month\n", "twice")],
)  # fmt: skip
def test_a_csv_header_that_does_not_fit_stops_the_run(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "facts.csv"
    path.write_text(text)
    with pytest.raises(FactsError) as raised:
        list(read_rows(path))
    assert raised.value.code == "facts.csv_header"
    assert reason in str(raised.value)


def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    facts = tmp_path / "facts.jsonl"
    facts.write_text(_line(1))
    with open_ledger(":memory:") as ledger:
        law = load_law()
        with pytest.raises(RunError) as raised:
            run_month(tmp_path / "no.jsonl", month=MARCH, ledger=ledger, policy=POLICY, law=law)
        assert raised.value.code == "run.file"
        with pytest.raises(RunError) as raised:
            run_month(ROOT / "README.md", month=MARCH, ledger=ledger, policy=POLICY, law=law)
        assert raised.value.code == "run.file_kind"
        with pytest.raises(PolicyError):
            run_month(facts, month=Month(2012, 1), ledger=ledger, policy=POLICY, law=law)
        blocked = tmp_path / "file"
        blocked.write_text("")
        with pytest.raises(RunError) as raised:
            run_month(
                facts, month=MARCH, ledger=ledger, policy=POLICY, law=law, out=blocked / "out"
            )
        assert raised.value.code == "run.output"
        assert ledger.size() == 0


def test_a_store_that_fails_leaves_no_half_files(tmp_path: Path) -> None:
    facts, out = tmp_path / "facts.jsonl", tmp_path / "out"
    facts.write_text("\n".join(_line(number) for number in range(3000)))
    with open_ledger(tmp_path / "l.reba") as ledger:
        ledger.store._connection.execute("PRAGMA max_page_count = 60")  # type: ignore[attr-defined]
        with pytest.raises(StoreError) as raised:
            run_month(facts, month=MARCH, ledger=ledger, policy=POLICY, law=load_law(), out=out)
        assert raised.value.code == "store.full"
        assert list(out.iterdir()) == []
        assert audit(ledger).clean
    report = _run(facts, tmp_path / "l.reba", out)
    assert report.booked + report.already_booked == 3000


@pytest.mark.invariant("A15")
@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_workers_change_nothing(tmp_path: Path, pool: type[Executor]) -> None:
    facts = tmp_path / "facts.jsonl"
    lines = [_line(number, collected=f"{number % 300}.00") for number in range(2500)]
    lines[7] = "{"
    lines[1500] = _line(8, month="2019-06")
    lines[2400] = _line(3)
    facts.write_text("\n".join(lines))
    outs, ledgers = [], []
    with pool(max_workers=2) as executor:  # type: ignore[call-arg]
        for name, workers in (("alone", None), ("workers", executor)):
            with open_ledger(tmp_path / f"{name}.reba") as ledger:
                run_month(
                    facts, month=MARCH, ledger=ledger, policy=POLICY, law=load_law(),
                    out=tmp_path / name, executor=workers,
                )  # fmt: skip
                ledgers.append([(e.entry_id, e.kind, e.body_json) for e in ledger.entries()])
            outs.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert outs[0] == outs[1]
    assert ledgers[0] == ledgers[1]
    assert len(ledgers[0]) > 9000


def test_interrupted_by_the_keyboard_it_says_so_and_keeps_what_was_booked(tmp_path: Path) -> None:
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(_line(number) for number in range(30_000)))
    policy = ROOT / "examples" / "policies" / "vng-half.toml"
    command = [
        sys.executable, "-m", "reba", "run", str(facts), "--month", "2015-03", "--ledger",
        str(tmp_path / "l.reba"), "--policy", str(policy), "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}

    def listen() -> None:  # a suite that runs in the background hands down deaf ears
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=listen,  # noqa: PLW1509 (no threads run here)
    ) as process:
        while not (tmp_path / "l.reba-wal").exists():
            time.sleep(0.02)
        time.sleep(0.4)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read().decode()
    assert process.returncode == 130
    assert "give the same command again" in said
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []
    with open_ledger(tmp_path / "l.reba") as ledger:
        assert ledger.size() % 4 == 0
        assert audit(ledger, recompute=False).clean


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc to see whether they left")
def test_workers_leave_when_their_run_is_killed() -> None:
    code = (
        "import os, time; from reba.runs.workers import worker_pool\n"
        "pool = worker_pool(1); print(pool.submit(os.getpid).result(), flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        worker = Path("/proc") / process.stdout.readline().decode().strip()
        assert worker.exists()
        process.kill()
    for _ in range(100):
        if not worker.exists() or "State:\tZ" in (worker / "status").read_text():
            return
        time.sleep(0.1)
    pytest.fail("the worker stayed")


KILLED = """
import sys
from pathlib import Path
from reba import Month, load_law, load_policy, open_ledger
from reba.runs.month import run_month
facts, ledger, policy, out = map(Path, sys.argv[1:])
with open_ledger(ledger) as opened:
    print("started", flush=True)
    run_month(facts, month=Month(2015, 3), ledger=opened, policy=load_policy(policy),
              law=load_law(), out=out)
"""


@pytest.mark.invariant("S1")
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_at_any_instant_and_given_again_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    facts = tmp_path / "facts.jsonl"
    facts.write_text("\n".join(_line(number) for number in range(12_000)))
    undisturbed = _run(facts, tmp_path / "undisturbed.reba")
    killed = tmp_path / "killed.reba"
    policy = ROOT / "examples" / "policies" / "vng-half.toml"
    out = tmp_path / "out"
    command = [sys.executable, "-c", KILLED, *map(str, (facts, killed, policy, out))]
    sizes = []
    for delay in (0.05, 0.35, 0.6):
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"started\n"
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        with open_ledger(killed) as ledger:
            sizes.append(ledger.size())
            assert audit(ledger, recompute=False).clean
    assert not (out / "report.json").exists()
    report = _run(facts, killed, out)
    assert report.to_record()["totals"] == undisturbed.to_record()["totals"]
    assert report.booked + report.already_booked == undisturbed.booked == 12_000
    with open_ledger(killed) as one, open_ledger(tmp_path / "undisturbed.reba") as two:
        assert sizes == sorted(sizes)
        for left, right in zip(one.entries(), two.entries(), strict=True):
            assert left.entry_id == right.entry_id
            assert left.body_json == right.body_json
