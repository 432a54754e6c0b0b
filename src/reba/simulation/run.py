"""One chunk lived through under every variant, and what of it is added up.

1. Under one set of statutory parameters the law is applied once, for all policies together.
2. A month that repeats itself is not computed again: see `engine.py` and `saving.py`.
3. What is added up are sums and counts by household type: they do not grow with the population.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.savings.policy import PolicyVersion, SavingsPolicy
from reba.simulation.amounts import Refused
from reba.simulation.chunks import Chunk, month_of
from reba.simulation.engine import LawRun, LeftOut, quiet_households
from reba.simulation.exact import Bools, Ints, sums_of
from reba.simulation.results import Calendar, HouseholdType, Refusal
from reba.simulation.saving import InForce, Saving

__all__ = ["ChunkResult", "Plan", "Totals", "Variant", "run_chunk"]


class Variant(NamedTuple):
    """A policy under a set of statutory parameters (beleidsvariant)."""

    name: str
    policy: SavingsPolicy
    law: Law
    reform: str | None


class Plan(NamedTuple):
    """What a simulation lives through, the same for every chunk."""

    variants: tuple[Variant, ...]
    choices: MunicipalChoices | None
    months: int
    calendar: Calendar
    stays: tuple[int, ...]
    collection_share: tuple[int, int]
    targets: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Totals:
    """Sums of one variant and one type of household, in cents and numbers of households.

    By length of stay, `endings` are the amounts of an `Ending` for each outcome, and `balances`
    count the households by whole euros.
    """

    contribution_cents: list[int]
    withdrawn_cents: list[int]
    collected_cents: list[int]
    reserved_cents: list[int]
    covered: dict[str, list[int]]
    endings: dict[int, Ints] = field(default_factory=dict)
    balances: dict[int, Ints] = field(default_factory=dict)

    def add(self, other: Totals) -> None:
        """Add the sums of another chunk."""
        for name in ("contribution_cents", "withdrawn_cents", "collected_cents", "reserved_cents"):
            mine, theirs = getattr(self, name), getattr(other, name)
            mine[:] = [one + two for one, two in zip(mine, theirs, strict=True)]
        for target, counts in other.covered.items():
            mine = self.covered[target]
            mine[:] = [one + two for one, two in zip(mine, counts, strict=True)]
        for stay, amounts in other.endings.items():
            self.endings[stay] = self.endings[stay] + amounts
        for stay, counted in other.balances.items():
            mine_counted = self.balances.get(stay)
            self.balances[stay] = counted if mine_counted is None else _added(mine_counted, counted)


def _added(one: Ints, two: Ints) -> Ints:
    """Add up two counts, of which one may go on further than the other."""
    longer, shorter = (one, two) if one.size >= two.size else (two, one)
    found = longer.copy()
    found[: shorter.size] += shorter
    return found


@dataclass(slots=True)
class ChunkResult:
    """What a chunk adds to a simulation."""

    households: dict[HouseholdType, tuple[int, int]]
    totals: list[dict[HouseholdType, Totals]]
    unverified: list[frozenset[str]]
    not_supplied: dict[str, int]
    refusals: list[Refusal]


class _Sums:
    """The sums of a column by type, month after month; only what changed is added again."""

    def __init__(self, chunk: Chunk) -> None:
        self._chunk = chunk
        self._now: Ints = np.zeros(len(chunk.types), dtype=np.int64)
        self._months: list[Ints] = []

    def renew(self, column: Ints) -> None:
        """Add up the whole column."""
        self._now = np.add.reduceat(column, self._chunk.starts)

    def change(self, who: Ints, more: Ints) -> None:
        """Add to the sums what some households have more than before, or less."""
        np.add.at(self._now, self._chunk.type_of[who], more)

    def close_month(self) -> None:
        """Keep the sums of a month."""
        self._months.append(self._now.copy())

    def of_type(self, number: int) -> list[int]:
        """Return the sum of a type for every month."""
        return [int(month[number]) for month in self._months]


_LAW_COLUMNS = ("contribution_cents", "withdrawn_cents", "collected_cents")


class _LawSums:
    """What is due and comes in, by type and month."""

    def __init__(self, chunk: Chunk, law: LawRun) -> None:
        self._law = law
        self._last = {name: np.zeros(chunk.size, dtype=np.int64) for name in _LAW_COLUMNS}
        self.of = {name: _Sums(chunk) for name in _LAW_COLUMNS}

    def month(self, who: Ints | None) -> None:
        """Add up a month, in which something changed for some households, or for all."""
        for name, sums in self.of.items():
            column = getattr(self._law.due, name)
            if who is None:
                sums.renew(column)
                self._last[name] = column.copy()
            elif who.size:
                new, last = column[who], self._last[name]
                sums.change(who, new - last[who])
                last[who] = new
            sums.close_month()


class _OneLaw(NamedTuple):
    law: LawRun
    sums: _LawSums
    policies: list[tuple[int, Saving]]


def _laws(chunk: Chunk, plan: Plan) -> dict[str, _OneLaw]:
    """Put the variants under one law together: it is applied once for all of them."""
    found: dict[str, _OneLaw] = {}
    for number, variant in enumerate(plan.variants):
        one = found.get(variant.law.digest)
        if one is None:
            law = LawRun(
                chunk,
                variant.law,
                plan.choices,
                months=plan.months,
                calendar=plan.calendar,
                collection_share=plan.collection_share,
            )
            one = found[variant.law.digest] = _OneLaw(law, _LawSums(chunk, law), [])
        saving = Saving(chunk, variant.policy, months=plan.months, targets=plan.targets)
        one.policies.append((number, saving))
    return found


def _versions(
    policy: SavingsPolicy, chunk: Chunk, law: LawRun, index: int, calendar: Calendar
) -> list[InForce]:
    """Return the versions that apply in a month, and to which households each."""
    found: dict[tuple[int, bool], tuple[PolicyVersion, bool, list[int]]] = {}
    for number, part in enumerate(chunk.parts):
        version = policy.on(month_of(part, index, calendar).first_day)
        covered = part.scheme in policy.schemes
        found.setdefault((version.number, covered), (version, covered, []))[2].append(number)
    if len(found) == 1:
        return [InForce(version, covered, None) for version, covered, _ in found.values()]
    part_of = law.part_of_household()
    return [
        InForce(version, covered, np.isin(part_of, parts))
        for version, covered, parts in found.values()
    ]


def _live_under(chunk: Chunk, one: _OneLaw, plan: Plan) -> None:
    """Live through all months under one law, with every policy."""
    last: dict[int, list[InForce]] = {}
    for index in range(plan.months):
        who = one.law.month(index)
        one.sums.month(who)
        for number, saving in one.policies:
            versions = last.get(number)
            if versions is None or plan.calendar == "running":
                policy = plan.variants[number].policy
                versions = last[number] = _versions(policy, chunk, one.law, index, plan.calendar)
            saving.month(index, who, one.law.due, versions)
            if index + 1 in plan.stays:
                saving.end(index + 1, versions)


def _live(chunk: Chunk, plan: Plan) -> ChunkResult | tuple[str, LeftOut]:
    totals: list[dict[HouseholdType, Totals]] = [{} for _ in plan.variants]
    unverified: list[frozenset[str]] = [frozenset() for _ in plan.variants]
    not_supplied: dict[str, int] = {}
    for one in _laws(chunk, plan).values():
        try:
            _live_under(chunk, one, plan)
        except LeftOut as left_out:
            return plan.variants[one.policies[0][0]].name, left_out
        not_supplied = not_supplied or one.law.not_supplied
        for number, saving in one.policies:
            unverified[number] = frozenset(one.law.unverified)
            totals[number] = {
                kind: _totals(saving, one.sums, place) for place, kind in enumerate(chunk.types)
            }
    persons = sums_of(chunk.persons, chunk.starts)
    counts = np.diff([*chunk.starts, chunk.size])
    households = {
        kind: (int(counts[place]), persons[place]) for place, kind in enumerate(chunk.types)
    }
    return ChunkResult(households, totals, unverified, not_supplied, [])


def _totals(saving: Saving, law: _LawSums, number: int) -> Totals:
    """Return the sums of a type."""
    return Totals(
        contribution_cents=law.of["contribution_cents"].of_type(number),
        withdrawn_cents=law.of["withdrawn_cents"].of_type(number),
        collected_cents=law.of["collected_cents"].of_type(number),
        reserved_cents=saving.reserved_of_type(number),
        covered=saving.covered_of_type(number),
        endings={stay: amounts[number] for stay, amounts in saving.endings.items()},
        balances=saving.balances[number],
    )


def _refusals(chunk: Chunk, variant: str, left_out: LeftOut) -> list[Refusal]:
    """Tell of each household the first month in which a rule refused, in its own numbers."""
    first: dict[int, tuple[int, Refused, int]] = {}
    for each in left_out.found:
        columns = (each.households, each.month_indices, each.rows)
        for place, index, row in zip(*(column.tolist() for column in columns), strict=True):
            if place not in first or index < first[place][0]:
                first[place] = index, each.refused, row
    told: list[Refusal] = []
    for place, (index, refused, row) in sorted(first.items(), key=lambda item: item[0]):
        error = refused.told(row)
        told.append(Refusal(chunk.households[place], variant, index, error.code, str(error)))
    return told


def run_chunk(chunk: Chunk, plan: Plan) -> tuple[ChunkResult, ...]:
    """Live through all months under every variant; who is refused is left out of all of them.

    Raises:
        PolicyError: policy.no_version, where a policy does not cover a month.
    """
    if not chunk.interlocked or plan.calendar == "running":
        return (_run(chunk, plan),)
    quiet: Bools = np.ones(chunk.size, dtype=np.bool_)
    for law in {variant.law for variant in plan.variants}:
        quiet &= quiet_households(chunk, law)
    parts = (chunk.only(quiet, interlocked=False), chunk.only(~quiet))
    return tuple(_run(part, plan) for part in parts if part is not None)


def _run(chunk: Chunk, plan: Plan) -> ChunkResult:
    refusals: list[Refusal] = []
    rest: Chunk | None = chunk
    while rest is not None:
        found = _live(rest, plan)
        if isinstance(found, ChunkResult):
            found.refusals.extend(refusals)
            return found
        variant, left_out = found
        refusals.extend(_refusals(rest, variant, left_out))
        everyone = np.zeros(rest.size, dtype=np.bool_)
        for each in left_out.found:
            everyone[each.households] = True
        rest = rest.only(~everyone)
    nobody: Sequence[dict[HouseholdType, Totals]] = [{} for _ in plan.variants]
    return ChunkResult({}, list(nobody), [frozenset()] * len(plan.variants), {}, refusals)
