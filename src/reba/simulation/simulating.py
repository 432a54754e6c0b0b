"""Simulate (simuleren): a population under several policies, in constant memory and exact cents.

1. Facts are read household by household and put into chunks; a chunk is lived through under all
   variants and forgotten. What is kept are sums by type and month.
2. Chunks may be lived through by any executor; the result does not depend on how many, on the
   order in which they end, or on the size of a chunk.
3. Every variant is about the same households: who is refused under one is left out of all, and
   told with the code and the sentence of the law.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import Final

import numpy as np

from reba.errors import SimulationError
from reba.facts import HouseholdMonth
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.simulation.assumptions import Assumptions
from reba.simulation.chunks import Chunk, Reports, chunk_of, reports_of
from reba.simulation.exact import Ints
from reba.simulation.reform import Reform
from reba.simulation.results import (
    Calendar,
    Refusal,
    Simulation,
)
from reba.simulation.run import ChunkResult, Plan, Variant, run_chunk
from reba.simulation.summing import Sum, variant_result
from reba.version import __version__

__all__ = ["MONTHS_MAX", "Population", "population_of", "simulate", "variants_of"]

MONTHS_MAX: Final = 600
CHUNK_HOUSEHOLDS: Final = 65_536
_MADE: Final = "M-"
"""How the ids of made households begin (`population.py`)."""

Progress = Callable[[int], None]


def variants_of(
    policies: Sequence[SavingsPolicy], law: Law, reforms: Sequence[Reform] = ()
) -> tuple[Variant, ...]:
    """Return every policy under the law as it is, and under each reform.

    Raises:
        SimulationError: simulation.no_policy, simulation.same_name.
    """
    if not policies:
        raise SimulationError("simulation.no_policy")
    variants = [Variant(policy.id, policy, law, None) for policy in policies]
    variants.extend(
        Variant(f"{policy.id} | {reform.name}", policy, reform.law, reform.name)
        for reform in reforms
        for policy in policies
    )
    names = [variant.name for variant in variants]
    for name in names:
        if names.count(name) > 1:
            raise SimulationError("simulation.same_name", name=name)
    return tuple(variants)


class PopulationReader:
    """Cuts facts into chunks, and remembers what a chunk does not."""

    def __init__(self, months: int, calendar: Calendar, chunk_households: int) -> None:
        self.calendar: Calendar = calendar
        self._months, self._size = months, chunk_households
        self._seen: list[Ints] = []
        self.rows = 0
        self.made = True
        self.refusals: list[Refusal] = []
        self.first: list[tuple[Month, Month]] = []
        self.schemes: set[str] = set()

    def _hold_apart(self, names: Sequence[str]) -> None:
        """Refuse a population in which a household stands in more than one place."""
        codes = np.array([hash(name) for name in names], dtype=np.int64)
        order = np.sort(codes)
        twice = np.isin(codes, order[1:][order[1:] == order[:-1]])
        for seen in self._seen:
            twice |= np.isin(codes, seen)
        if twice.any():
            name = names[int(np.flatnonzero(twice)[0])]
            raise SimulationError(
                "simulation.household_twice", household=name, count=int(twice.sum())
            )
        self._seen.append(order)

    def _chunk(self, held: list[Reports]) -> Chunk:
        self._hold_apart([each.household for each in held])
        self.made = self.made and all(each.household.startswith(_MADE) for each in held)
        chunk = chunk_of(held, months=self._months)
        self.first.append(chunk.first_months)
        self.schemes.update(part.scheme for part in chunk.parts)
        return chunk

    def chunks(self, facts: Iterable[HouseholdMonth]) -> Iterator[Chunk]:
        """Yield chunk after chunk; interlocked households in chunks of their own."""
        held: dict[bool, list[Reports]] = {False: [], True: []}
        for reports in reports_of(facts):
            if isinstance(reports, SimulationError):
                self.refusals.append(_refusal(reports))
                continue
            self.rows += len(reports.rows)
            of_kind = held[reports.interlocked]
            of_kind.append(reports)
            if len(of_kind) == self._size:
                yield self._chunk(of_kind)
                of_kind.clear()
        for of_kind in held.values():
            if of_kind:
                yield self._chunk(of_kind)
        if self.refusals:
            self._hold_apart([each.household for each in self.refusals])


def _refusal(error: SimulationError) -> Refusal:
    return Refusal(str(error.data["household"]), "", 0, error.code, str(error))


class Population:
    """A population held in memory as columns, to be simulated again and again (populatie).

    Made by `population_of`; it takes some hundred bytes for a household.
    """

    def __init__(self, chunks: Sequence[Chunk], reader: PopulationReader, months: int) -> None:
        self.chunks = tuple(chunks)
        self.months = months
        self.calendar: Calendar = reader.calendar
        self.reader = reader

    @property
    def households(self) -> int:
        """The number of households."""
        return sum(chunk.size for chunk in self.chunks)


def population_of(
    facts: Iterable[HouseholdMonth],
    *,
    months: int,
    calendar: Calendar = "standing",
    chunk_households: int = CHUNK_HOUSEHOLDS,
) -> Population:
    """Read facts into columns, for as many months as will be simulated.

    Args:
        facts: reports; those of a household follow one another in the order of their months.
        months: 1 to 600.
        calendar: whether the law and ages of the first month stand still, or run on.
        chunk_households: how many households are lived through at once.

    Raises:
        SimulationError: simulation.months, simulation.household_twice.
    """
    _check_months(months)
    reader = PopulationReader(months, calendar, chunk_households)
    return Population(tuple(reader.chunks(facts)), reader, months)


def _check_months(months: int) -> None:
    if not 1 <= months <= MONTHS_MAX:
        raise SimulationError("simulation.months", months=months, maximum=MONTHS_MAX)


def _plan(
    variants: tuple[Variant, ...],
    assumptions: Assumptions,
    choices: MunicipalChoices | None,
    months: int,
    calendar: Calendar,
) -> Plan:
    longest = max((stay for stay, _ in assumptions.stays), default=0)
    if longest > months:
        raise SimulationError("simulation.stay_too_long", stay=longest, months=months)
    share = assumptions.collection_share
    return Plan(
        variants=variants,
        choices=choices,
        months=months,
        calendar=calendar,
        stays=tuple(stay for stay, _ in assumptions.stays),
        collection_share=(share.numerator, share.denominator),
        targets=tuple((target.name, target.cents) for target in assumptions.targets),
    )


def _lived(
    chunks: Iterable[Chunk], plan: Plan, executor: Executor | None, workers: int
) -> Iterator[ChunkResult]:
    """Live through chunks, a few at a time; results come in the order of the chunks."""
    if executor is None:
        for chunk in chunks:
            yield from run_chunk(chunk, plan)
        return
    waiting: deque[Future[tuple[ChunkResult, ...]]] = deque()
    for chunk in chunks:
        waiting.append(executor.submit(run_chunk, chunk, plan))
        if len(waiting) > 2 * workers:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def simulate(
    facts: Iterable[HouseholdMonth] | Population,
    variants: Sequence[Variant],
    assumptions: Assumptions,
    *,
    months: int,
    calendar: Calendar | None = None,
    choices: MunicipalChoices | None = None,
    executor: Executor | None = None,
    workers: int = 2,
    progress: Progress | None = None,
    chunk_households: int = CHUNK_HOUSEHOLDS,
) -> Simulation:
    """Live a population through some months under every variant (simulatie).

    Args:
        facts: reports, of a household one after the other; or a `Population` for as many months.
        variants: policies under sets of statutory parameters, from `variants_of`.
        assumptions: how long people stay, how stays end, what comes in, and what is followed.
        months: 1 to 600, and no fewer than the longest stay.
        calendar: "standing" keeps the law and ages of the first month, "running" carries them on;
            by default that of the population, or "standing".
        choices: what the municipality chose, for the RooO.
        executor: who lives through chunks; this process does where there is none.
        workers: how many chunks the executor has at once; twice as many wait.
        progress: told how many households were lived through, after each chunk.
        chunk_households: how many are lived through at once.

    Raises:
        SimulationError: simulation.months, simulation.stay_too_long, simulation.household_twice,
            simulation.empty, simulation.no_policy, simulation.other_months,
            simulation.other_calendar, simulation.balance_too_large.
        PolicyError: policy.no_version, where a policy does not cover a month.
    """
    _check_months(months)
    if not variants:
        raise SimulationError("simulation.no_policy")
    if isinstance(facts, Population):
        reader, chunks = facts.reader, iter(facts.chunks)
        if facts.months != months:
            raise SimulationError("simulation.other_months", months=months, held=facts.months)
        if calendar not in (None, facts.calendar):
            raise SimulationError("simulation.other_calendar", held=facts.calendar)
    else:
        reader = PopulationReader(months, calendar or "standing", chunk_households)
        chunks = reader.chunks(facts)
    plan = _plan(tuple(variants), assumptions, choices, months, reader.calendar)
    found, lived = Sum(len(plan.variants)), 0
    for result in _lived(chunks, plan, executor, workers):
        found.add(result)
        lived += sum(count for count, _ in result.households.values()) + len(result.refusals)
        if progress is not None:
            progress(lived)
    found.refuse(reader.refusals)
    return _simulation(plan, assumptions, reader, found)


def _simulation(
    plan: Plan, assumptions: Assumptions, reader: PopulationReader, found: Sum
) -> Simulation:
    if not found.households:
        told = found.refusals[0].sentence if found.refusals else "The population is empty."
        raise SimulationError("simulation.empty", first=told)
    first = min(first for first, _ in reader.first)
    last = max(last for _, last in reader.first)
    until = last + (plan.months - 1 if plan.calendar == "running" else 0)
    return Simulation(
        months=plan.months,
        calendar=plan.calendar,
        first_months=(str(first), str(last)),
        households=sum(counted[0] for counted in found.households.values()),
        persons=sum(counted[1] for counted in found.households.values()),
        rows=reader.rows,
        made=reader.made,
        schemes=tuple(sorted(reader.schemes)),
        assumptions=assumptions,
        refused=dict(sorted(found.refused.items())),
        refusals=tuple(found.refusals),
        not_supplied=dict(sorted(found.not_supplied.items())),
        choices_digest=None if plan.choices is None else plan.choices.digest,
        choices_record=None if plan.choices is None else plan.choices.to_record(),
        engine_version=__version__,
        variants=tuple(
            variant_result(number, variant, found, first, until)
            for number, variant in enumerate(plan.variants)
        ),
    )
