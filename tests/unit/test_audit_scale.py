"""Auditing a ledger in several processes, and while it is written to (invariants H1, H2, C4).

Where a test is about what is found, the processes are taken out and their tasks are done in turn;
where it is about the processes themselves, they are real.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from reba import AuditReport, HouseholdMonth, Ledger, audit, open_ledger
from reba.ledger import audit_shares, audit_workers
from reba.ledger.merkle import Checkpoint
from reba.ledger.stores import MemoryStore, SqliteStore
from reba.ledger.stores.parts import ReadsInParts
from unit.test_ledger import drop_triggers
from unit.test_office import POLICY, Office

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

ACCOUNTS = 80
LATE = range(20, 40)
"""The accounts that go on after the last checkpoint."""


def _name(number: int) -> str:
    return f"H-{number:03d}"


def _month(office: Office, month: str, numbers: Sequence[int], day: str) -> None:
    """Book a month; the last ten pay all that they owe, and the others a part."""
    office.today(day)
    facts = [
        office.facts(30000 if n >= 70 else 100 * n, account=_name(n), month=month) for n in numbers
    ]
    bookings = list(office.ledger.run_month(facts, policy=POLICY))
    assert {booking.status for booking in bookings} == {"booked"}


def _closed_and_paid(office: Office, number: int) -> None:
    office.end(account=_name(number), on="2015-06-01")
    state = office.ledger.close(_name(number), case="granted", policy=POLICY, legal_basis="left")
    office.pay(office.approve(state.releases[0].release), batch=f"B-{number}")


def _moved(office: Office, source: int, target: int, cents: int) -> None:
    office.ledger.transfer(
        _name(source), _name(target), amount_cents=cents, because="split", legal_basis="report",
        command_id=f"move/{source}-{target}",
    )  # fmt: skip


def _destroyed(office: Office, number: int) -> None:
    office.ledger.destroy(_name(number), legal_basis="selection list", term="P1Y")


def large_ledger(place: Path) -> list[Checkpoint]:
    """Book months of many households, transfers, releases and destructions; return checkpoints.

    The last checkpoint is of the middle. After it some accounts go on, of which one gives to
    another; two are destroyed whose entries are older; most are not touched.
    """
    office = Office()
    office.ledger = open_ledger(place, clock=lambda: office.now[0])
    checkpoints = []
    with office.ledger as ledger:
        for month, day in (("2015-03", "04-01"), ("2015-04", "05-01"), ("2015-05", "06-01")):
            _month(office, month, range(ACCOUNTS), f"2015-{day}")
            checkpoints.append(ledger.checkpoint())
        office.today("2015-06-10")
        for source, target, cents in ((75, 60, 700), (61, 75, 800), (62, 76, 300), (77, 63, 1)):
            _moved(office, source, target, cents)
        for number in (75, 76, 77):
            _closed_and_paid(office, number)
        office.today("2016-12-01")
        _destroyed(office, 77)
        checkpoints.append(ledger.checkpoint())
        office.today("2016-12-02")
        _month(office, "2015-06", LATE, "2016-12-03")
        _moved(office, 30, 31, 1500)
        _destroyed(office, 75)
        _destroyed(office, 76)
        office.end(account=_name(32))
        office.use("bridging", 1000, account=_name(32))
    return checkpoints


class Large:
    """The large ledger, to be copied and damaged."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "large.reba"
        self.checkpoints = large_ledger(self.place)

    def damaged(self, folder: Path, *statements: str) -> Path:
        copied = folder / "copy.reba"
        shutil.copy(self.place, copied)
        with closing(sqlite3.connect(copied)) as connection, connection:
            drop_triggers(connection)
            for statement in statements:
                connection.execute(statement)
        return copied


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Large:
    return Large(tmp_path_factory.mktemp("large"))


def _in_turn(
    work: Callable[[_Task, Callable[[int], bool]], _Result],
    tasks: Sequence[_Task],
    progress: Callable[[int], None] | None,
) -> list[_Result] | None:
    done = dict.fromkeys(range(len(tasks)), 0)

    def tell(number: int, count: int) -> bool:
        done[number] = count
        if progress is not None:
            progress(sum(done.values()))
        return True

    return [work(task, partial(tell, number)) for number, task in enumerate(tasks)]


@pytest.fixture
def in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do the tasks of the processes in this one, one after the other."""
    monkeypatch.setattr(audit_shares, "in_processes", _in_turn)
    monkeypatch.setattr(audit_shares, "_REREAD_ALONE_MAX", 1)


def audited(place: Path, **options: Any) -> AuditReport:
    with open_ledger(place, create=False, read_only=True) as ledger:
        return audit(ledger, **options)


# ── the same report from several processes ───────────────────────────────────────────────────

SET = "UPDATE entries SET"
DAMAGE = {
    "nothing": (),
    "a body": (f"{SET} body = replace(body, '0', '1') WHERE seq = 280",),
    "a body of each share": (f"{SET} body = body || ' ' WHERE seq IN (4, 200, 317, 600, 882)",),
    "an envelope": (f"{SET} actor = 'x' WHERE seq = 511",),
    "a leaf": (f"{SET} leaf_hash = zeroblob(32) WHERE seq = 512",),
    "a leaf that is short": (f"{SET} leaf_hash = zeroblob(31) WHERE seq = 255",),
    "an account": (f"{SET} account = 'H-0' WHERE seq = 100",),
    "a body without salt": (f"{SET} salt = NULL WHERE seq = 40",),
    "a body that is gone": (f"{SET} salt = NULL, body = NULL WHERE seq IN (700, 41, 300)",),
    "an entry": ("DELETE FROM entries WHERE seq = 400",),
    "the first entry": ("DELETE FROM entries WHERE seq = 0",),
    "the end": ("DELETE FROM entries WHERE seq > 870",),
    "a place": (f"{SET} seq = 5000 WHERE seq = 280",),
    "two places": (
        f"{SET} seq = -1 WHERE seq = 300", f"{SET} seq = 300 WHERE seq = 301",
        f"{SET} seq = 301 WHERE seq = -1",
    ),
    "an entry before the first": (f"{SET} seq = -1 WHERE seq = 280",),
    "the clock": (f"{SET} recorded_at = '2015-03-31T08:00:00.000000Z' WHERE seq = 520",),
    "the clock, ahead": (f"{SET} recorded_at = '2016-03-31T08:00:00.000000Z' WHERE seq = 20",),
    "one side of a transfer": (
        f"{SET} body = replace(body, '700', '701') WHERE kind LIKE 'balance%' AND seq < 810",
    ),
    "an entry that says what was destroyed": (
        f"{SET} body = replace(body, 'P1Y', 'P2Y') WHERE kind = 'records.destroyed'",
    ),
    "a tile": ("UPDATE tiles SET hashes = zeroblob(8192) WHERE level = 0 AND tile = 2",),
    "a tile that is gone": ("DELETE FROM tiles WHERE tile = 1",),
    "the law": ("DELETE FROM documents WHERE kind = 'law'",),
    "the policy": ("UPDATE documents SET text = text || ' ' WHERE kind = 'policy'",),
    "the origin": ("DELETE FROM ledger",),
}  # fmt: skip


@pytest.mark.invariant("H1")
@pytest.mark.usefixtures("in_turn")
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("recompute", [True, False])
def test_shares_find_what_one_process_finds(
    large: Large, tmp_path: Path, damage: str, *, recompute: bool
) -> None:
    place = large.damaged(tmp_path, *DAMAGE[damage])
    options: dict[str, Any] = {"recompute": recompute, "against": large.checkpoints}
    alone = audited(place, **options)
    assert alone.clean == (damage == "nothing" or ("law" in damage and not recompute))
    for workers in (2, 3, 5):
        assert audited(place, workers=workers, **options) == alone, workers


@pytest.mark.usefixtures("in_turn")
def test_every_account_is_of_one_share(large: Large) -> None:
    with open_ledger(large.place, create=False, read_only=True) as ledger:
        store = ledger.store
        assert isinstance(store, ReadsInParts)
        for count in (1, 2, 3, 7, 200):
            shares = store.shares(count, 0, store.size())
            assert 1 <= len(shares) <= count
            rows = [row for share in shares for row in store.rows(0, store.size(), share)]
            assert sorted(row[0] for row in rows) == list(range(store.size()))
            names = [{row[1] for row in store.rows(0, 883, share)} for share in shares]
            assert sum(map(len, names)) == ACCOUNTS
        halves = [len(store.rows(0, 883, share)) for share in store.shares(2, 0, 883)]
        assert min(halves) > 400


def test_only_some_stores_can_be_read_in_parts(large: Large) -> None:
    with open_ledger(large.place, create=False, read_only=True) as ledger:
        assert isinstance(ledger.store, ReadsInParts)
    assert not isinstance(MemoryStore("o"), ReadsInParts)


# ── a file that was damaged below SQL ────────────────────────────────────────────────────────


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("column", ["recorded_at", "leaf_hash", "body", "account", "version"])
def test_a_field_of_another_type_is_a_finding(large: Large, tmp_path: Path, column: str) -> None:
    place = large.damaged(
        tmp_path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'entries'",
    )
    kind = "TEXT" if column == "leaf_hash" else "BLOB"
    with closing(sqlite3.connect(place)) as connection, connection:
        statement = f"UPDATE entries SET {column} = CAST({column} AS {kind}) WHERE seq = 280"
        connection.execute(statement.replace("AS TEXT", "AS INTEGER"))
    reports = [audited(place, workers=workers) for workers in (1, 2)]
    found = [(finding.id, finding.seq) for finding in reports[0].findings]
    assert ("entry.stored", 280) in found
    assert reports[0] == reports[1]


# ── while others write ───────────────────────────────────────────────────────────────────────


def _book(ledger: Ledger, number: int) -> None:
    facts: HouseholdMonth = Office().facts(100, account=f"N-{number}")
    ledger.assess(facts, policy=POLICY)


@pytest.mark.usefixtures("in_turn")
@pytest.mark.parametrize("workers", [1, 2])
def test_an_audit_is_of_the_ledger_as_it_was_when_it_began(
    large: Large, tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_shares, "_TELL_EVERY", 1)
    place = tmp_path / "copy.reba"
    shutil.copy(large.place, place)
    now = Office().now[0].replace(year=2030)
    with open_ledger(place, clock=lambda: now) as ledger:
        told: list[int] = []

        def meanwhile(done: int) -> None:
            told.append(done)
            if len(told) == 1:
                for number in range(100):
                    _book(ledger, number)

        report = audit(ledger, workers=workers, progress=meanwhile)
        assert report.clean
        assert report.checked["entries"] == 883 if told else ledger.size() == 883
        assert told == sorted(told) or workers > 1
        assert audit(ledger, workers=workers).clean


@pytest.mark.usefixtures("in_turn")
def test_what_is_destroyed_while_an_audit_begins_is_not_missed(
    large: Large, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "copy.reba"
    shutil.copy(large.place, place)
    office = Office()
    office.today("2016-12-10")
    with open_ledger(place, clock=lambda: office.now[0]) as ledger:
        office.ledger = ledger
        _month(office, "2015-06", [78], "2016-12-10")
        _closed_and_paid(office, 78)
        office.today("2030-01-01")
        size = ledger.size()
        opened = SqliteStore.reader

        def reader(self: SqliteStore) -> Any:
            opens = opened(self)
            if ledger.size() == size and self is not ledger.store:
                _destroyed(office, 78)  # after the size was seen, before the parts are read
            return opens

        monkeypatch.setattr(SqliteStore, "reader", reader)
        report = audit(ledger, workers=2)
        assert ledger.size() == size + 1
        assert report.findings == ()
        assert report.checked["entries"] == size
        monkeypatch.undo()
        assert audit(ledger).clean


# ── the processes themselves ─────────────────────────────────────────────────────────────────


def test_real_processes_give_the_same_report_and_tell_how_far_they_are(large: Large) -> None:
    told: list[int] = []
    report = audited(large.place, workers=2, progress=told.append)
    assert report == audited(large.place)
    assert told[-1] == 883
    assert told == sorted(told)


def _dies(task: int, tell: Callable[[int], bool]) -> int:
    tell(task)
    if task == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def _refuses(task: int, tell: Callable[[int], bool]) -> int:
    while tell(task):
        if task == 1:
            msg = "a fault of ours"
            raise RuntimeError(msg)
        time.sleep(0.01)
    return task


def test_a_process_that_dies_gives_nothing_and_an_error_stops_the_others() -> None:
    assert audit_workers.in_processes(_dies, [0, 1], None) is None
    with pytest.raises(RuntimeError, match="a fault of ours"):
        audit_workers.in_processes(_refuses, [0, 1], None)


def test_where_a_process_dies_one_looks_at_everything(
    large: Large, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_shares, "in_processes", lambda *_: None)
    assert audited(large.place, workers=2) == audited(large.place)


SLEEPERS = """
import os, sys, time
from reba.ledger.audit_workers import in_processes

def work(task, tell):
    print(os.getpid(), flush=True)
    while tell(0):
        time.sleep(0.05)

if __name__ == "__main__":
    in_processes(work, [0, 1], None)
"""


@pytest.fixture
def sleepers(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Start a process with two workers; give it, and their numbers."""
    script = tmp_path / "sleepers.py"
    script.write_text(SLEEPERS)

    def listen() -> None:  # a suite that runs in the background hands down deaf ears
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=listen,  # noqa: PLW1509 (no threads run here)
    )  # fmt: skip
    with parent:
        assert parent.stdout is not None
        yield parent, [int(parent.stdout.readline()) for _ in range(2)]
        parent.kill()


def _gone(workers: list[int]) -> bool:
    for _ in range(200):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="asks /proc who is there")
def test_workers_leave_when_the_process_that_waits_for_them_is_killed(
    sleepers: tuple[subprocess.Popen[str], list[int]],
) -> None:
    parent, workers = sleepers
    assert not any(not Path(f"/proc/{worker}").exists() for worker in workers)
    parent.kill()
    parent.wait()
    assert _gone(workers)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="asks /proc who is there")
def test_workers_leave_on_ctrl_c_and_say_nothing(
    sleepers: tuple[subprocess.Popen[str], list[int]],
) -> None:
    parent, workers = sleepers
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=20)
    assert _gone(workers)
    assert said.count("Traceback") == 1  # that of the parent, which has no command line to say it
    assert said.rstrip().endswith("KeyboardInterrupt")
