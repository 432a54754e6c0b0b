"""Several at once on one ledger, a lock that is held too long, a newer version, a wrong clock.

PREVENTED: writers book each thing once and fork nothing; readers see whole batches, and their audit
finds nothing. DETECTED: a clock that goes back. OUT OF REACH: a clock that is wrong and steady.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from faults.killing import HAS_SIGKILL, NO_SIGKILL, carried_out, together
from faults.stories import (
    HALF,
    ROOT,
    accounts_of,
    assert_as_undisturbed,
    essences,
    row,
    run_command,
    small_ledger,
    write_facts,
)
from reba import HouseholdMonth, Ledger, audit, open_ledger
from reba.errors import LedgerError, StoreError
from reba.ledger.stores.sqlite_schema import USER_VERSION

_NOON: Final = datetime(2015, 4, 1, 12, tzinfo=UTC)


def _facts(numbers: range) -> list[HouseholdMonth]:
    return [HouseholdMonth.model_validate(row(number)) for number in numbers]


# ── several writers ──────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("S2")
@pytest.mark.invariant("E1")
@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
def test_the_same_run_in_three_processes_at_once_is_one_run(tmp_path: Path) -> None:
    """PREVENTED: each batch is booked by one of them, in order; the others find it booked."""
    facts = write_facts(tmp_path / "facts.jsonl", 1500)
    shared, undisturbed = tmp_path / "shared.reba", tmp_path / "undisturbed.reba"
    together([[run_command(facts, shared)]] * 3, tmp_path)
    carried_out([run_command(facts, undisturbed)], tmp_path)
    assert_as_undisturbed(shared, undisturbed, recompute=False)


@pytest.mark.invariant("S2")
@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
def test_different_runs_in_two_processes_lose_nothing(tmp_path: Path) -> None:
    """PREVENTED: what each books is there once, under one root, whoever came first."""
    shared, alone = tmp_path / "shared.reba", tmp_path / "alone.reba"
    first = write_facts(tmp_path / "first.jsonl", 1100)
    more = first.read_text().replace('"household": "H-', '"household": "X-')
    second = tmp_path / "second.jsonl"
    second.write_text(more)
    together([[run_command(first, shared)], [run_command(second, shared)]], tmp_path)
    carried_out([run_command(first, alone), run_command(second, alone)], tmp_path)
    with open_ledger(shared, read_only=True) as one, open_ledger(alone, read_only=True) as other:
        assert accounts_of(one) == accounts_of(other)
        assert one.size() == other.size()
        assert audit(one, recompute=False).findings == ()


@pytest.mark.invariant("S2")
@pytest.mark.invariant("E1")
def test_threads_that_book_the_same_households_book_each_once(tmp_path: Path) -> None:
    """PREVENTED: each thread has a ledger object of its own on the same file."""
    place = tmp_path / "l.reba"
    small_ledger(place, 1).close_store()
    statuses: list[str] = []
    failed: list[BaseException] = []

    def book() -> None:
        try:
            with open_ledger(place, create=False) as ledger:
                months = _facts(range(1, 25))
                statuses.extend(ledger.assess(facts, policy=HALF).status for facts in months)
        except BaseException as error:  # noqa: BLE001 (a thread must hand over what it met)
            failed.append(error)

    threads = [threading.Thread(target=book) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(statuses) == ["already_booked"] * 72 + ["booked"] * 24
    assert sorted(each.account for each in essences(place) if each.version == 1) == sorted(
        f"H-{number}" for number in range(25)
    )
    with open_ledger(place, read_only=True) as ledger:
        assert audit(ledger).findings == ()


@pytest.mark.invariant("U1")
@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
def test_an_old_ledger_opened_by_four_at_once_is_migrated_once(tmp_path: Path) -> None:
    """PREVENTED: who waited for the lock looks again, and finds it done."""
    place = tmp_path / "l.reba"
    shutil.copy(ROOT / "tests" / "golden" / "ledger" / "v1.reba", place)
    facts = write_facts(tmp_path / "facts.jsonl", 20)
    facts.write_text(facts.read_text().replace('"household": "H-', '"household": "M-'))
    together([[run_command(facts, place)]] * 4, tmp_path)
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (USER_VERSION,)
    with open_ledger(place, create=False) as ledger:
        assert len(ledger.history("M-7")) == 4
        assert audit(ledger).findings == ()


# ── readers meanwhile ────────────────────────────────────────────────────────────────────────


class _Writer(threading.Thread):
    """Books household after household, until it is told that it is enough."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self._place = place
        self.enough = threading.Event()
        self.booked = 0

    def run(self) -> None:
        with open_ledger(self._place, create=False) as ledger:
            while not self.enough.is_set():
                ledger.assess(_facts(range(100 + self.booked, 101 + self.booked))[0], policy=HALF)
                self.booked += 1


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """Return a ledger that somebody goes on writing to."""
    place = tmp_path / "l.reba"
    small_ledger(place, 30).close_store()
    writer = _Writer(place)
    writer.start()
    yield place
    writer.enough.set()
    writer.join()
    assert writer.booked > 0
    with open_ledger(place, read_only=True) as ledger:
        assert audit(ledger).findings == ()


def test_an_audit_while_somebody_writes_finds_nothing(written: Path) -> None:
    """PREVENTED: it looks at whole batches up to one moment, and at no half of what comes later."""
    with open_ledger(written, create=False, read_only=True) as ledger:
        sizes = []
        checkpoint = ledger.checkpoint()
        for _ in range(12):
            report = audit(ledger, against=[checkpoint], recompute=False)
            assert report.findings == ()
            sizes.append(int(report.checked["entries"]))
            checkpoint = ledger.checkpoint()
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def test_reading_while_somebody_writes_gives_whole_batches(written: Path) -> None:
    """PREVENTED: what was read once stays a beginning of what is read later."""
    with open_ledger(written, create=False, read_only=True) as ledger:
        before = list(ledger.entries())
        for _ in range(12):
            entries = list(ledger.entries())
            assert entries[: len(before)] == before
            assert [entry.seq for entry in entries] == list(range(len(entries)))
            assert entries[-1].kind == "savings.reserved"  # the last entry of a batch
            before = entries


# ── a lock that is held ──────────────────────────────────────────────────────────────────────


def test_a_lock_that_is_held_too_long_is_said_in_bounded_time(tmp_path: Path) -> None:
    """PREVENTED: nothing is booked, the error comes in time, and the same again is booked.

    A writer waits ten seconds; here it is told to wait less.
    """
    place = tmp_path / "l.reba"
    (facts,) = _facts(range(7, 8))
    with small_ledger(place) as ledger, closing(sqlite3.connect(place)) as holder:
        connection = ledger.store._connection  # type: ignore[attr-defined]
        assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000
        connection.execute("PRAGMA busy_timeout = 200")
        holder.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(StoreError) as raised:
            ledger.assess(facts, policy=HALF)
        assert raised.value.code == "store.locked"
        assert 0.15 < time.monotonic() - started < 5
        assert ledger.account("H-1").assessed_cents == 30000  # reading goes on
        holder.rollback()
        assert ledger.assess(facts, policy=HALF).status == "booked"
        assert audit(ledger).findings == ()


# ── a newer version ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (USER_VERSION + 1, "ledger.newer_schema"),
        (2**31 - 1, "ledger.newer_schema"),
        (0, "ledger.damaged"),
        (-1, "ledger.damaged"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_tables_of_a_version_that_is_not_known_are_not_opened(
    tmp_path: Path,
    version: int,
    code: str,
    read_only: bool,  # noqa: FBT001
) -> None:
    """PREVENTED: newer tables are not guessed at, and those that cannot be are not waited for."""
    place = tmp_path / "l.reba"
    small_ledger(place).close_store()
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute(f"PRAGMA user_version = {version}")
    before = place.read_bytes()
    with pytest.raises(LedgerError) as raised:
        open_ledger(place, create=False, read_only=read_only)
    assert raised.value.code == code
    assert place.read_bytes() == before


# ── clocks ───────────────────────────────────────────────────────────────────────────────────


def _booked_at(place: Path, *instants: datetime) -> list[tuple[str, int | None]]:
    """Book a household at each instant; return the findings of an audit, all of them warnings."""
    with open_ledger(place) as ledger:
        for number, instant in enumerate(instants):
            _at(ledger, instant).assess(_facts(range(number, number + 1))[0], policy=HALF)
        findings = audit(ledger).findings
        assert {finding.severity for finding in findings} <= {"warning"}
        assert ledger.size() == 4 * len(instants) - 2
    return [(finding.id, finding.seq) for finding in findings]


def _at(ledger: Ledger, instant: datetime) -> Ledger:
    ledger._clock = lambda: instant
    return ledger


def test_a_clock_that_goes_back_is_a_warning_at_each_entry_before_its_time(tmp_path: Path) -> None:
    """DETECTED: order is kept by numbers and hashes; the audit says which instants cannot be."""
    hour = timedelta(hours=1)
    found = _booked_at(tmp_path / "l.reba", _NOON, _NOON - hour, _NOON, _NOON + hour)
    assert found == [("entry.clock", seq) for seq in (2, 3, 4, 5)]


def test_a_clock_that_jumped_far_ahead_is_a_warning_once_it_is_right_again(
    tmp_path: Path,
) -> None:
    """DETECTED: every entry under the right clock is then before the last one."""
    ahead = _NOON + timedelta(days=365 * 50)
    found = _booked_at(tmp_path / "l.reba", _NOON, ahead, _NOON + timedelta(hours=1))
    assert found == [("entry.clock", seq) for seq in (6, 7, 8, 9)]


def test_a_clock_that_is_wrong_and_steady_is_not_noticed(tmp_path: Path) -> None:
    """OUT OF REACH: nothing in a ledger says what time it really was; a witness can."""
    ahead = _NOON + timedelta(days=365 * 50)
    assert _booked_at(tmp_path / "l.reba", ahead, ahead + timedelta(hours=1)) == []
