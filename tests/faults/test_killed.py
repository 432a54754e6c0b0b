"""kill -9 at instants that are drawn: the same command again ends as if nothing had happened.

PREVENTED, by transactions that are there or not, and by commands that are booked once. What a kill
leaves in between is whole batches, and an audit finds nothing. `kill_many.py` kills runs by the
thousand; here each command is killed a few times.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from faults.kill_many import kill_runs
from faults.killing import HAS_SIGKILL, NO_SIGKILL, Phase, carried_out, killed_after
from faults.stories import (
    MARKED,
    ROOT,
    assert_as_undisturbed,
    bytes_of,
    closed_long_ago,
    essences,
    run_command,
    saved_and_ended,
    write_facts,
    write_policy,
)
from reba import audit, open_ledger
from reba.errors import LedgerError
from reba.ledger.copying import BATCH_ENTRIES
from reba.ledger.stores.sqlite_schema import USER_VERSION

pytestmark = pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)

_TRANSACTION_SECONDS = 0.01
Commands = Sequence[Sequence[str]]


def _kills(
    commands: Commands, undisturbed: Commands, folder: Path, *, kills: int, seed: int
) -> Iterator[Phase]:
    """Kill commands until so many kills hit, or they are done; half of them in a transaction."""
    whole = carried_out(undisturbed, folder)
    drawn = random.Random(seed)  # noqa: S311 (the same instants each time; no secret)
    for number in range(kills):
        aimed = drawn.randint(1, whole.transactions) if number % 2 else 0
        delay = drawn.uniform(0.0, _TRANSACTION_SECONDS if aimed else whole.seconds)
        kill = killed_after(delay, commands, folder, transactions=aimed)
        yield kill.phase
        if not kill.killed:
            return


def _audited(place: Path) -> None:
    with open_ledger(place, create=False, read_only=True) as ledger:
        assert audit(ledger, recompute=False).findings == ()


# ── a run ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("S1")
def test_killed_runs_end_as_if_undisturbed(tmp_path: Path) -> None:
    """PREVENTED: entries, balances and files of the run are those of an undisturbed one."""
    tally = kill_runs(6, households=1100, seed=11, folder=tmp_path)
    assert tally.kills.total() == 6
    assert tally.runs >= 2


@pytest.mark.invariant("S1")
def test_a_killed_run_with_a_worker_ends_as_if_undisturbed(tmp_path: Path) -> None:
    """PREVENTED: only the process that is killed books; its worker leaves when it is gone."""
    facts = write_facts(tmp_path / "facts.jsonl", 1600)
    undisturbed, killed = tmp_path / "undisturbed.reba", tmp_path / "killed.reba"
    carried_out([run_command(facts, undisturbed)], tmp_path)
    command = [sys.executable, "-m", "reba", *run_command(facts, killed, "--workers", "1")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for delay in (0.1, 0.9):
        with subprocess.Popen(
            command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
        ) as process:
            while not killed.exists() and process.poll() is None:
                time.sleep(0.005)
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        _all_leave(process.pid)
        _audited(killed)
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr  # one row is rejected
    assert_as_undisturbed(killed, undisturbed, recompute=False)


def _all_leave(group: int) -> None:
    """Wait until no process of a group is left."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("a worker stayed")


# ── commands on one account, one after the other ─────────────────────────────────────────────


@pytest.mark.invariant("S1")
@pytest.mark.invariant("E1")
def test_a_killed_row_of_release_commands_ends_as_if_undisturbed(tmp_path: Path) -> None:
    """PREVENTED: request, approval and payment given again from the first are each booked once."""
    before = tmp_path / "before.reba"
    saved_and_ended(before)
    policy = str(write_policy(tmp_path / "policy.toml"))

    def row(place: Path) -> Commands:
        day = ("--on", "2015-06-12", "--ledger", str(place))
        return [
            ["release", "request", "H-1", "--purpose", "bridging", "--amount", "100.00",
             "--policy", policy, "--actor", "kees", "--id", "r-1", *day],
            ["release", "approve", "H-1/6", "--policy", policy, "--actor", "anna", *day],
            ["release", "pay", "H-1/6", "--batch", "B-1", "--actor", "bank", *day],
        ]  # fmt: skip

    undisturbed, killed = tmp_path / "undisturbed.reba", tmp_path / "killed.reba"
    for copy in (undisturbed, killed):
        shutil.copy(before, copy)
    for _ in _kills(row(killed), row(undisturbed), tmp_path, kills=6, seed=12):
        _audited(killed)
    carried_out(row(killed), tmp_path)
    kinds = [each.kind for each in essences(killed)[-3:]]
    assert kinds == ["release.requested", "release.approved", "release.paid"]
    assert_as_undisturbed(killed, undisturbed)


# ── a copy ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("S1")
def test_a_killed_copy_goes_on_to_the_same_ledger(tmp_path: Path) -> None:
    """PREVENTED: the copy holds whole batches of the source, and then all of it, hash for hash."""
    facts = write_facts(tmp_path / "facts.jsonl", 3000)
    source, killed = tmp_path / "source.reba", tmp_path / "killed.reba"
    carried_out([run_command(facts, source)], tmp_path)

    def copy(target: Path) -> Commands:
        return [["copy", str(source), str(target)]]

    undisturbed, size = tmp_path / "undisturbed.reba", len(essences(source))
    for _ in _kills(copy(killed), copy(undisturbed), tmp_path, kills=6, seed=13):
        try:  # to read alone: a look that made the ledger would give it another identity
            with open_ledger(killed, create=False, read_only=True) as ledger:
                assert ledger.size() in {0, BATCH_ENTRIES, 2 * BATCH_ENTRIES, size}
                assert audit(ledger, recompute=False).findings == ()
        except LedgerError as error:
            if error.code not in {"ledger.not_found", "ledger.not_a_ledger"}:  # killed before that
                raise
    carried_out(copy(killed), tmp_path)
    _assert_equal(killed, source)


def _assert_equal(one: Path, other: Path) -> None:
    with (
        open_ledger(one, create=False, read_only=True) as ours,
        open_ledger(other, create=False, read_only=True) as theirs,
    ):
        assert list(ours.entries()) == list(theirs.entries())
        assert ours.checkpoint() == theirs.checkpoint()
        assert list(ours.store.documents()) == list(theirs.store.documents())


# ── destruction ──────────────────────────────────────────────────────────────────────────────

_ACCOUNTS = 12
_NAMES = [f"H-{number}" for number in range(_ACCOUNTS)]


def _destroy(place: Path) -> Commands:
    asked = ("--basis", "selection list 7", "--term", "P7Y", "--on", "2024-01-05")
    return [["destroy", *_NAMES, *asked, "--ledger", str(place)]]


@pytest.mark.invariant("H3")
def test_a_killed_destruction_given_again_leaves_nothing_of_the_bodies(tmp_path: Path) -> None:
    """PREVENTED: also where it was killed after the last transaction and before the purge."""
    before = tmp_path / "before.reba"
    closed_long_ago(before, _ACCOUNTS)
    assert bytes_of([before]).count(MARKED.encode()) > _ACCOUNTS
    undisturbed, killed = tmp_path / "undisturbed.reba", tmp_path / "killed.reba"
    for copy in (undisturbed, killed):
        shutil.copy(before, copy)
    for _ in _kills(_destroy(killed), _destroy(undisturbed), tmp_path, kills=6, seed=14):
        _audited(killed)
    carried_out(_destroy(killed), tmp_path)
    assert_as_undisturbed(killed, undisturbed)
    _nothing_is_left(killed)


def _nothing_is_left(place: Path) -> None:
    left = bytes_of([place])
    assert MARKED.encode() not in left
    assert b"P-kept" in left


def _purge_kills(commands: Callable[[Path], Commands], place: Path, folder: Path) -> None:
    """Kill a command as soon as all is booked and the file is to be rewritten."""
    for delay in (0.0, 0.002, 0.01):
        kill = killed_after(delay, commands(place), folder, phase=Phase.PURGING)
        assert kill.phase is Phase.PURGING or not kill.killed, kill


@pytest.mark.invariant("H3")
def test_killed_while_purging_a_destruction_given_again_purges(tmp_path: Path) -> None:
    """PREVENTED: what is destroyed already is recognised, and the file is rewritten after all."""
    killed = tmp_path / "killed.reba"
    closed_long_ago(killed, _ACCOUNTS)
    _purge_kills(_destroy, killed, tmp_path)
    _audited(killed)
    carried_out(_destroy(killed), tmp_path)
    _nothing_is_left(killed)


@pytest.mark.invariant("H3")
def test_killed_while_purging_a_copy_given_again_purges(tmp_path: Path) -> None:
    """PREVENTED: a copy that brought the bodies here once lets go of them after all."""
    source, target = tmp_path / "source.reba", tmp_path / "target.reba"
    closed_long_ago(source, _ACCOUNTS)

    def copy(place: Path) -> Commands:
        return [["copy", str(source), str(place)]]

    carried_out(copy(target), tmp_path)
    carried_out(_destroy(source), tmp_path)
    _purge_kills(copy, target, tmp_path)
    _audited(target)
    carried_out(copy(target), tmp_path)
    _assert_equal(target, source)
    _nothing_is_left(target)


# ── a migration ──────────────────────────────────────────────────────────────────────────────


def _schema(place: Path) -> tuple[int, list[tuple[str, str]]]:
    with closing(sqlite3.connect(place)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        rows = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    return version, rows


@pytest.mark.invariant("S1")
@pytest.mark.invariant("U1")
def test_a_killed_migration_is_done_by_the_next_command(tmp_path: Path) -> None:
    """PREVENTED: the tables are of the old version or of the new one, and nothing in between."""
    killed, fresh = tmp_path / "killed.reba", tmp_path / "fresh.reba"
    with open_ledger(fresh):
        pass
    old = ROOT / "tests" / "golden" / "ledger" / "v1.reba"
    drawn = random.Random(15)  # noqa: S311 (the same instants each time; no secret)
    for _ in range(6):
        shutil.copy(old, killed)
        kill = killed_after(
            drawn.uniform(0.0, 0.004), [["store", "purge", str(killed)]], tmp_path,
            transactions=drawn.randint(0, 1),
        )  # fmt: skip
        version, _ = _schema(killed)
        assert version in {1, USER_VERSION}, kill
        _audited(killed)
        carried_out([["store", "purge", str(killed)]], tmp_path)
        assert _schema(killed) == _schema(fresh)
        with open_ledger(killed) as ledger:
            assert audit(ledger).findings == ()
        for path in tmp_path.glob("killed.reba*"):
            path.unlink()
