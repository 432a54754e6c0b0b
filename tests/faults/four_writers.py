"""Several processes that write to one ledger at once, and what must be true of it afterwards.

    python tests/faults/four_writers.py                                # a server of its own
    python tests/faults/four_writers.py --appends 1000 'postgresql://…?schema=new'

Each process books households of its own, one a command and so one an append, with a batch of many
now and then. Meanwhile the ledger is read, and checkpoints are taken. Nothing may be lost, nothing
may stand twice, and there is one line of entries: the audit finds nothing, each checkpoint is of an
earlier part, and the root that the store keeps is that of all the leaves.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from reba import HouseholdMonth, Ledger, audit, load_law, load_policy, open_ledger
from reba.ledger.merkle import Checkpoint, Frontier

__all__ = ["Written", "check", "write_together"]

ROOT = Path(__file__).parents[2]
CASE = json.loads((ROOT / "examples/cases/net-400-in-2015.json").read_text(encoding="utf-8"))
POLICY = ROOT / "examples/policies/vng-half.toml"
BATCH_EVERY = 100
BATCH = 10
LOOK_EVERY_SECONDS = 0.1


class Written(NamedTuple):
    """What the processes wrote together, and what the ledger was seen to hold meanwhile."""

    seconds: float
    appends: int
    households: int
    checkpoints: list[Checkpoint]


def _facts(writer: int, number: int) -> HouseholdMonth:
    return HouseholdMonth.model_validate({**CASE, "household": f"W{writer}-{number:07d}"})


def _write(place: str, writer: int, appends: int) -> int:
    """Book in this process, once a line comes in; print how many households were booked."""
    policy, law = load_policy(POLICY), load_law()
    with open_ledger(place, create=False) as ledger:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        households = 0
        for number in range(appends):
            many = BATCH if number % BATCH_EVERY == BATCH_EVERY - 1 else 1
            facts = [_facts(writer, households + each) for each in range(many)]
            if many == 1:
                ledger.assess(facts[0], policy=policy, law=law)
            else:
                booked = list(ledger.run_month(facts, policy=policy, law=law))
                if any(booking.error is not None for booking in booked):
                    return 1
            households += many
    sys.stdout.write(f"{households}\n")
    return 0


def _started(place: str, processes: int, appends: int) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            [sys.executable, __file__, "--writer", str(number), "--appends", str(appends), place],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path])},
        )
        for number in range(processes)
    ]  # fmt: skip


def _watched(ledger: Ledger, writers: list[subprocess.Popen[str]]) -> list[Checkpoint]:
    """Read what comes in, as long as anybody writes: always the next entries, without a gap."""
    checkpoints: list[Checkpoint] = []
    seen = 0
    while any(writer.poll() is None for writer in writers):
        time.sleep(LOOK_EVERY_SECONDS)
        checkpoints.append(ledger.checkpoint())
        for entry in ledger.entries(seen):
            assert entry.seq == seen
            seen += 1
        assert checkpoints[-1].size <= seen
    return checkpoints


def write_together(place: str, *, processes: int, appends: int) -> Written:
    """Write to one ledger from several processes that begin at the same time.

    Args:
        place: the ledger; it is made where there is none.
        processes: how many.
        appends: of all of them together.
    """
    open_ledger(place).close_store()
    each = appends // processes
    writers = _started(place, processes, each)
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        start = time.perf_counter()
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("\n")
            writer.stdin.flush()
        with open_ledger(place, create=False, read_only=True) as ledger:
            checkpoints = _watched(ledger, writers)
        seconds = time.perf_counter() - start
        told = [writer.communicate()[0] for writer in writers]
        assert all(writer.returncode == 0 for writer in writers)
        return Written(seconds, each * processes, sum(map(int, told)), checkpoints)
    finally:
        for writer in writers:
            if writer.poll() is None:
                writer.kill()
                writer.communicate()


def check(place: str, written: Written) -> int:
    """Check the ledger after it; return the number of its entries."""
    taken = {checkpoint.size: checkpoint.root for checkpoint in written.checkpoints}
    with open_ledger(place, create=False, read_only=True) as ledger:
        tree = Frontier()
        for entry in ledger.entries():
            assert entry.seq == tree.size  # contiguous
            tree.add(entry.leaf_hash)
            if tree.size in taken:
                assert taken[tree.size] == tree.root()  # never another line
        assert ledger.size() == tree.size >= max(taken)
        assert ledger.checkpoint().root == tree.root()  # one root
        accounts = list(ledger.accounts())
        assert len(accounts) == len(set(accounts)) == written.households  # nothing lost
        report = audit(ledger, against=written.checkpoints[-3:])
        assert report.clean, report.findings[:3]
        return tree.size


def main() -> int:
    """Read the arguments; write, check, and say how long it took."""
    parser = argparse.ArgumentParser(description="Several processes that write to one ledger.")
    parser.add_argument("place", nargs="?", help="a new ledger; by default on a server of its own")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--appends", type=int, default=100_000)
    parser.add_argument("--writer", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.writer is not None:
        return _write(given.place, given.writer, given.appends)
    place = given.place
    if place is None:
        sys.path.insert(0, str(ROOT / "tests"))
        from servers import fresh_address

        place = fresh_address()
    written = write_together(place, processes=given.processes, appends=given.appends)
    start = time.perf_counter()
    entries = check(place, written)
    sys.stdout.write(
        f"{given.processes} processes, {written.appends} appends of {written.households} "
        f"households in {written.seconds:.1f} s ({written.appends / written.seconds:.0f} a "
        f"second); {entries} entries, contiguous, one root, clean audit, "
        f"{len(written.checkpoints)} checkpoints taken meanwhile are good "
        f"({time.perf_counter() - start:.1f} s to read and audit)\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
