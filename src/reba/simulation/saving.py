"""The savings of every household of a chunk under one policy, from change to change.

1. Between two changes a household saves the same each month. Its balance is what it had at the last
   change and that, times the months since: nothing is added month by month.
2. A maximum of the balance makes changes of its own: one month in which only the rest fits, and
   from the next on nothing. In which month that is, is known beforehand.
3. When a target is covered is worked out once for each stretch between changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from reba.errors import SimulationError
from reba.savings.policy import PolicyVersion, SavingsPolicy
from reba.simulation.chunks import Chunk
from reba.simulation.exact import Bools, Ints
from reba.simulation.results import OUTCOMES, Ending
from reba.simulation.split_columns import Due, closing_rule, released_of, reserved_of

__all__ = ["InForce", "Saving"]

_NEVER: Final = -1
_BALANCE_MAX_CENTS: Final = 1_000_000_00
"""Balances are counted by whole euros; more of them than this is no savings account."""
_RESTS: Final = ("pay_out", "remit", "hold", "estate")


class InForce(NamedTuple):
    """A version of a policy, whether it covers the scheme, and of whom: of all where it is None."""

    version: PolicyVersion
    covered: bool
    whom: Bools | None


class Saving:
    """What the households of a chunk save, under one policy.

    Args:
        chunk: the households.
        policy: the savings policy.
        months: how many months are simulated.
        targets: amounts of which it is followed when savings cover them, by name, in cents.
    """

    def __init__(
        self,
        chunk: Chunk,
        policy: SavingsPolicy,
        *,
        months: int,
        targets: Sequence[tuple[str, int]],
    ) -> None:
        self._chunk, self._months, self._targets = chunk, months, targets
        size, kinds = chunk.size, len(chunk.types)
        self._has_maximum = any(
            version.reserve.balance_max_cents is not None for version in policy.versions
        )
        self._had: Ints = np.zeros(size, dtype=np.int64)
        self._since: Ints = np.zeros(size, dtype=np.int64)
        self._rate: Ints = np.zeros(size, dtype=np.int64)
        self._monthly: Ints = np.zeros(size, dtype=np.int64)
        self._maximum: Ints = np.full(size, 2**62, dtype=np.int64)
        self._full_in: npt.NDArray[np.int16] = np.full(size, _NEVER, dtype=np.int16)
        self._reserved: Ints = np.zeros(kinds, dtype=np.int64)
        self._months_reserved: list[Ints] = []
        self._covered = [np.full(size, _NEVER, dtype=np.int16) for _ in targets]
        self.endings: dict[int, Ints] = {}
        self.balances: list[dict[int, Ints]] = [{} for _ in range(kinds)]

    # ── month after month ────────────────────────────────────────────────────────────────────

    def month(self, index: int, who: Ints | None, due: Due, versions: Sequence[InForce]) -> None:
        """Live through a month.

        Args:
            index: the month, counted from 0.
            who: the households for which something changed, or None for all.
            due: what is due and comes in.
            versions: the versions of the policy that apply.
        """
        if who is None:
            self._close(None, index)
            self._set_rates(None, due, versions)
            self._start(None, index)
        elif who.size:
            self._close(who, index)
            self._set_rates(who, due, versions)
            self._start(who, index)
        if self._has_maximum:
            full = np.flatnonzero(self._full_in == index)
            if full.size:
                self._close(full, index)
                self._start(full, index)
        self._months_reserved.append(self._reserved.copy())

    def _set_rates(self, who: Ints | None, due: Due, versions: Sequence[InForce]) -> None:
        """Split the month of some households, or of all, under the version that applies to each."""
        if len(versions) == 1 and versions[0].covered:
            rule = versions[0].version.reserve
            maximum = 2**62 if rule.balance_max_cents is None else rule.balance_max_cents
            if who is None:
                self._rate, self._maximum[:] = reserved_of(due, rule), maximum
            else:
                self._rate[who], self._maximum[who] = reserved_of(due.of(who), rule), maximum
            return
        everyone = np.arange(self._chunk.size) if who is None else who
        for version, covered, whom in versions:
            chosen = everyone if whom is None else everyone[whom[everyone]]
            rule = version.reserve
            self._rate[chosen] = reserved_of(due.of(chosen), rule) if covered else 0
            maximum = 2**62 if rule.balance_max_cents is None else rule.balance_max_cents
            self._maximum[chosen] = maximum

    def _close(self, who: Ints | None, index: int) -> None:
        """End the stretch of some households, or of all, before a month."""
        if index == 0:
            return
        chosen = slice(None) if who is None else who
        had, since, monthly = self._had[chosen], self._since[chosen], self._monthly[chosen]
        now = had + (index - since) * monthly
        for (_, target), covered in zip(self._targets, self._covered, strict=True):
            _mark_covered(covered, chosen, target, had, since, monthly, now)
        self._had[chosen] = now
        self._since[chosen] = index

    def _start(self, who: Ints | None, index: int) -> None:
        """Begin a stretch: what is saved each month from now on, and when the balance is full."""
        if who is None:
            monthly = self._rate
            if self._has_maximum:
                monthly = self._limited(None, index)
            self._monthly = monthly.copy()
            self._reserved = np.add.reduceat(monthly, self._chunk.starts)
            return
        monthly = self._limited(who, index) if self._has_maximum else self._rate[who]
        more = monthly - self._monthly[who]
        self._monthly[who] = monthly
        np.add.at(self._reserved, self._chunk.type_of[who], more)

    def _limited(self, who: Ints | None, index: int) -> Ints:
        """Keep what is saved within the maximum of the balance."""
        chosen = slice(None) if who is None else who
        rate = self._rate[chosen]
        room = np.maximum(0, self._maximum[chosen] - self._had[chosen])
        full_in: npt.NDArray[np.int16] = np.full(rate.size, _NEVER, dtype=np.int16)
        filled = np.flatnonzero((rate > 0) & (rate * (self._months - index) > room))
        if filled.size:
            whole = room[filled] // rate[filled]  # months in which all of it fits
            # Where not even one fits, this month takes the rest and the next one finds it full.
            after = np.where(whole > 0, whole, np.where(room[filled] > 0, 1, self._months))
            full_in[filled] = np.where(index + after < self._months, index + after, _NEVER)
        self._full_in[chosen] = full_in
        limited: Ints = np.minimum(rate, room)
        return limited

    # ── what is told ─────────────────────────────────────────────────────────────────────────

    def end(self, stay: int, versions: Sequence[InForce]) -> None:
        """Tell what becomes of the savings of stays that end after so many months."""
        starts = self._chunk.starts
        balance = self._had + (stay - self._since) * self._monthly
        ends = [*starts[1:].tolist(), self._chunk.size]
        if balance.max() > _BALANCE_MAX_CENTS:
            raise SimulationError("simulation.balance_too_large", maximum=_BALANCE_MAX_CENTS // 100)
        euros = balance // 100
        for number, (start, end) in enumerate(zip(starts.tolist(), ends, strict=True)):
            self.balances[number][stay] = np.bincount(euros[start:end])
        sums: Ints = np.zeros((starts.size, len(OUTCOMES), len(Ending._fields)), dtype=np.int64)
        for version, _, whom in versions:
            sums += self._ended(version, balance if whom is None else np.where(whom, balance, 0))
        self.endings[stay] = sums

    def _ended(self, version: PolicyVersion, balance: Ints) -> Ints:
        """Return, for each type and outcome, the amounts of an `Ending` under a version."""
        starts = self._chunk.starts
        saved = np.add.reduceat(balance, starts)
        found: Ints = np.zeros((starts.size, len(OUTCOMES), len(Ending._fields)), dtype=np.int64)
        for number, outcome in enumerate(OUTCOMES):
            rules, rest = closing_rule(version, outcome)
            used: Ints = np.zeros_like(saved)
            if rules is not None:
                used = np.add.reduceat(released_of(balance, rules), starts)
            found[:, number, 0], found[:, number, 1] = saved, used
            found[:, number, 2 + _RESTS.index(rest)] = saved - used
        return found

    def reserved_of_type(self, number: int) -> list[int]:
        """Return what the households of a type saved in each month."""
        return [int(month[number]) for month in self._months_reserved]

    def covered_of_type(self, number: int) -> dict[str, list[int]]:
        """Count, for each target and month, the households of a type whose savings cover it."""
        chunk = self._chunk
        start = int(chunk.starts[number])
        end = int(chunk.starts[number + 1]) if number + 1 < len(chunk.types) else chunk.size
        found: dict[str, list[int]] = {}
        for (name, target), covered in zip(self._targets, self._covered, strict=True):
            had, since = self._had[start:end], self._since[start:end]
            monthly, marked = self._monthly[start:end], covered[start:end].copy()
            now = had + (self._months - since) * monthly
            _mark_covered(marked, slice(None), target, had, since, monthly, now)
            counts = np.bincount(marked[marked >= 0], minlength=self._months)
            found[name] = np.cumsum(counts).tolist()
        return found


def _mark_covered(
    covered: npt.NDArray[np.int16],
    chosen: Ints | slice,
    target: int,
    had: Ints,
    since: Ints,
    monthly: Ints,
    now: Ints,
) -> None:
    """Note the month at the end of which savings covered a target, where a stretch did it."""
    reached = np.flatnonzero((had < target) & (now >= target))
    if not reached.size:
        return
    months = -((had[reached] - target) // monthly[reached])  # rounded up: the last one counts whole
    marks = covered[chosen]
    marks[reached] = since[reached] + months - 1
    covered[chosen] = marks
