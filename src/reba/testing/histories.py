"""Run the state machine many times, and say how often each branch was taken: for the evidence.

    python -m reba.testing.histories --examples 20000 --seed 2026 --workers 2 --report machine.json

Histories are of up to 50 commands on a ledger in memory; each ends with an audit of the whole,
against every checkpoint taken on the way. Given again on the same machine with the same versions
the command draws the same histories. Nothing found means that no counterexample was found, and no
more.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from reba.ledger.entries import KINDS
from reba.testing.invariants._evidence import FORMAT, versions
from reba.testing.machine import run_ledger_machine
from reba.testing.strategies import memory_ledger

__all__ = ["BRANCHES", "REFUSALS", "Histories", "main", "run_histories"]

REFUSALS: Final = (
    "account.above_available", "account.above_overpaid", "account.above_receivable",
    "account.amount", "account.case_differs", "account.collected_below_zero",
    "account.not_closed", "account.not_invoiced", "account.nothing_due",
    "account.releases_open", "account.same", "account.term_not_over", "account.unsettled",
    "ledger.account_closed", "ledger.command_conflict", "ledger.destroyed",
    "ledger.not_assessed", "ledger.too_early", "procedure.already_recorded",
    "procedure.before_account", "procedure.not_mixed", "procedure.unknown_member",
    "release.amount", "release.evidence_missing", "release.insufficient_balance",
    "release.mixed_outcomes", "release.outcome_changed", "release.outcome_without_release",
    "release.procedure_open", "release.purpose_max_exceeded", "release.purpose_not_allowed",
    "release.return_not_confirmed", "release.same_actor", "release.share_exceeded",
    "release.wrong_status",
)  # fmt: skip
"""The codes with which the machine has commands refused."""

BRANCHES: Final = (
    *(f"booked: {kind}" for kind in sorted(KINDS)), *(f"refused: {code}" for code in REFUSALS),
)  # fmt: skip
"""What a history can reach: every kind of entry, and every refusal."""

_STEPS_MAX: Final = 50
# How quickly histories can be drawn is no finding.
_NO_FINDINGS: Final = (
    HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large,
)  # fmt: skip
_LOT: Final = 500
"""Histories are drawn in lots, each with a seed of its own: Hypothesis remembers all of a lot."""


@dataclass(frozen=True, slots=True)
class Histories:
    """What histories reached: how many there were, of how many steps, and each branch of it."""

    number: int
    steps: int
    seconds_ms: int
    reached: Mapping[str, int]

    @property
    def missed(self) -> tuple[str, ...]:
        """The branches that no history took."""
        return tuple(name for name in BRANCHES if not self.reached.get(name))

    def to_record(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "histories": self.number,
            "steps": self.steps,
            "milliseconds": self.seconds_ms,
            "branches": {name: self.reached.get(name, 0) for name in BRANCHES},
        }

    def render(self) -> str:
        """Write it for people, with the share of each branch in all that was reached."""
        total = sum(self.reached.values()) or 1
        rate = self.steps * 1000 // max(1, self.seconds_ms)
        lines = [f"{self.number} histories, {self.steps} steps, {rate} steps a second"]
        for name in BRANCHES:
            count = self.reached.get(name, 0)
            lines.append(f"{count:>10}  {count * 10_000 // total / 100:>6.2f} %  {name}")
        lines.append(f"branches that no history took: {', '.join(self.missed) or 'none'}")
        return "\n".join(lines)


def _share(examples: int, seed: int) -> tuple[int, int, Counter[str]]:
    """Run some of the histories; a violation is raised."""
    found = run_ledger_machine(
        memory_ledger,
        reopens=False,
        seed=seed,
        settings=hypothesis_settings(
            max_examples=examples, stateful_step_count=_STEPS_MAX, deadline=None, database=None,
            suppress_health_check=_NO_FINDINGS,
        ),
    )  # fmt: skip
    return found.histories, found.steps, Counter(found.reached)


def run_histories(examples: int, *, seed: int, workers: int = 1) -> Histories:
    """Run so many histories in memory, in one process or several.

    Args:
        examples: how many; Hypothesis may stop earlier where it knows all there is.
        seed: the same draws the same.
        workers: processes; a script that asks for more than one needs `if __name__ == "__main__":`.

    Raises:
        LedgerViolation: with the shortest history that it found.

    >>> run_histories(3, seed=1).number >= 3
    True
    """
    begun = time.perf_counter_ns()
    lots = [min(_LOT, examples - start) for start in range(0, examples, _LOT)]
    seeds = [seed + number for number in range(len(lots))]
    if workers == 1:
        found = list(map(_share, lots, seeds))
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            found = list(pool.map(_share, lots, seeds))
    reached: Counter[str] = Counter()
    for _, _, each in found:
        reached.update(each)
    milliseconds = (time.perf_counter_ns() - begun) // 1_000_000
    return Histories(
        sum(number for number, _, _ in found), sum(steps for _, steps, _ in found), milliseconds,
        reached,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it as a command: 0 where nothing was violated and every branch was taken."""
    parser = argparse.ArgumentParser(
        prog="python -m reba.testing.histories", description=str(__doc__).splitlines()[0]
    )
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--seed", type=int, required=True, help="choose it before, and file it")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--report", type=Path, help="write what was found as JSON")
    asked = parser.parse_args(arguments)
    found = run_histories(asked.examples, seed=asked.seed, workers=asked.workers)
    print(found.render())  # noqa: T201 (a command)
    if asked.report is not None:
        record: dict[str, Any] = {
            "format": FORMAT, "seed": asked.seed, "workers": asked.workers,
            "versions": versions(), "machine": found.to_record(), "violated": [],
        }  # fmt: skip
        asked.report.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 1 if found.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
