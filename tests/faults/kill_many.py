"""Kill runs of a month at random instants, as often as asked: python -m faults.kill_many.

    PYTHONPATH=tests python -m faults.kill_many --kills 1000

A run is started on a new ledger and killed with SIGKILL; the same command is given again, and
killed again, one to four times; then it may finish. The ledger, its accounts and the files of the
run must then be those of a run that nobody disturbed, but for times and salts, and the audit must
be clean. After every second kill, drawn by lot, what is there is looked at first: whole batches
from the beginning, and nothing else.

A kill counts where the process was there to be killed; where it came too late, the run was done.
Half of them fall at an instant drawn evenly over the time that an undisturbed run takes; the other
half within some milliseconds after a transaction, drawn too, has begun: a run spends most of its
time between transactions. What is printed is how many kills fell in which phase.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from faults.killing import Kill, Phase, carried_out, killed_after
from faults.stories import Essence, accounts_of, batch_ends, essence, run_command, write_facts
from reba import audit, open_ledger

__all__ = ["Tally", "Undisturbed", "kill_runs"]

_KILLS_A_RUN_MAX: Final = 4
_TRANSACTION_SECONDS: Final = 0.03
_STATUS: Final = 6  # the column that says whether it was booked now or before


@dataclass
class Tally:
    """What was killed, in which phase, and how often a run was started and finished."""

    kills: Counter[Phase] = field(default_factory=Counter)
    too_late: int = 0
    looks: int = 0
    runs: int = 0
    starts: int = 0

    def text(self) -> str:
        """Return the tally for people."""
        phases = (
            f"{phase.name.lower()} {self.kills[phase]}" for phase in Phase if self.kills[phase]
        )
        return (
            f"{self.kills.total()} kills: {', '.join(phases)}; {self.too_late} came too late; "
            f"{self.starts} starts of {self.runs} runs, {self.looks} looks in between"
        )


class Undisturbed(NamedTuple):
    """A run that nobody disturbed: what it left, and where its batches end."""

    entries: list[Essence]
    accounts: dict[str, dict[str, object]]
    batch_ends: frozenset[int]
    files: dict[str, Any]
    kill: Kill


def _files(out: Path) -> dict[str, Any]:
    """Read what a run wrote, but for whether each month was booked now or before."""
    with (out / "assessments.csv").open(newline="") as file:
        table = [[*line[:_STATUS], *line[_STATUS + 1 :]] for line in csv.reader(file)]
    report = json.loads((out / "report.json").read_text())
    return {
        "names": sorted(path.name for path in out.iterdir()),
        "table": table,
        "rejects": (out / "rejects.jsonl").read_text(),
        "totals": report["totals"],
        "rejected": report["counts"]["rejected"],
    }


def _undisturbed(facts: Path, folder: Path) -> Undisturbed:
    place, out = folder / "undisturbed.reba", folder / "undisturbed"
    command = run_command(facts, place, "--out", str(out))
    kill = carried_out([command], folder)
    with open_ledger(place, create=False, read_only=True) as ledger:
        held = list(ledger.entries())
        assert audit(ledger).findings == ()
        return Undisturbed(
            [essence(entry) for entry in held],
            accounts_of(ledger),
            batch_ends(held),
            _files(out),
            kill,
        )


def _look(place: Path, expected: Undisturbed) -> None:
    """What is there after a kill: whole batches from the beginning, and sound."""
    if not place.exists() or not place.stat().st_size:
        return
    with open_ledger(place) as ledger:
        held = [essence(entry) for entry in ledger.entries()]
        assert len(held) in expected.batch_ends, (len(held), sorted(expected.batch_ends))
        assert held == expected.entries[: len(held)]
        assert audit(ledger, recompute=False).findings == ()


def _hold(place: Path, out: Path, expected: Undisturbed) -> None:
    with open_ledger(place, create=False, read_only=True) as ledger:
        for one, other in zip(map(essence, ledger.entries()), expected.entries, strict=True):
            assert one == other
        assert accounts_of(ledger) == expected.accounts
        assert audit(ledger).findings == ()
    assert _files(out) == expected.files


def kill_runs(
    kills: int,
    *,
    households: int,
    seed: int,
    folder: Path,
    progress: Callable[[Tally], None] | None = None,
) -> Tally:
    """Kill so many processes of runs; hold what became of each run against an undisturbed one.

    Raises:
        AssertionError: a run did not end as if it had not been disturbed.
    """
    drawn = random.Random(seed)  # noqa: S311 (the same instants each time; no secret)
    facts = write_facts(folder / "facts.jsonl", households)
    expected = _undisturbed(facts, folder)
    tally = Tally()
    while tally.kills.total() < kills:
        place, out = folder / "killed" / "l.reba", folder / "killed" / "out"
        place.parent.mkdir()
        command = run_command(facts, place, "--out", str(out))
        begun = 0
        for _ in range(drawn.randint(1, _KILLS_A_RUN_MAX)):
            tally.starts += 1
            left = max(1, expected.kill.transactions - begun)
            if drawn.random() < 0.5:
                kill = killed_after(drawn.uniform(0.0, expected.kill.seconds), [command], folder)
            else:
                kill = killed_after(
                    drawn.uniform(0.0, _TRANSACTION_SECONDS), [command], folder,
                    transactions=drawn.randint(1, left),
                )  # fmt: skip
            begun += kill.transactions
            if not kill.killed:
                tally.too_late += 1
                break  # it is done: there is nothing left to kill
            tally.kills[kill.phase] += 1
            if drawn.random() < 0.5:
                tally.looks += 1
                _look(place, expected)
            if tally.kills.total() == kills:
                break
        tally.starts += 1
        carried_out([command], folder)
        _hold(place, out, expected)
        tally.runs += 1
        shutil.rmtree(place.parent)
        if progress is not None:
            progress(tally)
    return tally


def main() -> None:
    """Read the options, kill, and say how often."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--households", type=int, default=2100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()

    def progress(tally: Tally) -> None:
        if tally.runs % 20 == 0:
            sys.stdout.write(f"{tally.text()}\n")
            sys.stdout.flush()

    with tempfile.TemporaryDirectory() as folder:
        tally = kill_runs(
            given.kills, households=given.households, seed=given.seed, folder=Path(folder),
            progress=progress,
        )  # fmt: skip
    sys.stdout.write(f"{tally.text()}\nEvery run ended as if it had not been disturbed.\n")


if __name__ == "__main__":
    main()
