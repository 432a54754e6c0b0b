"""A made population (gemaakte populatie): households drawn from assumptions. Nobody in it exists.

1. Every draw is a whole number below a whole number, on exact weights and shares. The same
   assumptions and seed give the same households; a test holds their digests.
2. The first households are the same however many are drawn.
3. Ids begin with M, for made. A household is reported in the first month; where an adult starts
   or stops working later, it is reported again for that month, directly after.
4. Draws are independent: who has children earns as others do, and wealth says nothing about work.
   A population that should resemble a real one comes from real facts in the same format.
5. Nothing of the law is applied here. Weeks of the exemption of someone who goes on working are
   counted as `weeks.py` counts them, up to the most weeks that the assumptions name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate
from math import lcm
from random import Random
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

from reba.errors import AssumptionsError
from reba.money import format_euros
from reba.months import Month
from reba.simulation.assumptions import Assumptions, PopulationAssumptions
from reba.simulation.population_assumptions import Band
from reba.simulation.weeks import weeks_used_ahead

__all__ = ["make_population"]

_T = TypeVar("_T")
_Draw: TypeAlias = Callable[[int], int]
"""Returns a whole number from zero up to, and not including, another."""

_DAYS_AT_AN_AGE: Final = 365
_WEEKS_WINDOW: Final = 52


class _Weighted(Generic[_T]):
    """Values to draw from, each as often as its weight."""

    __slots__ = ("_ends", "_total", "_values")

    def __init__(self, weighted: Sequence[tuple[_T, int]]) -> None:
        self._values = tuple(value for value, _ in weighted)
        self._ends = tuple(accumulate(weight for _, weight in weighted))
        self._total = self._ends[-1]

    def draw(self, draw: _Draw) -> _T:
        """Draw one value."""
        return self._values[bisect_right(self._ends, draw(self._total))]


def _shares(shares: Sequence[tuple[int, Fraction]]) -> _Weighted[int | None]:
    """Turn exact shares into whole weights; the rest of the whole is None: it never changes."""
    whole = lcm(*(share.denominator for _, share in shares))
    weights: list[tuple[int | None, int]] = [
        (months, int(share * whole)) for months, share in shares
    ]
    return _Weighted([*weights, (None, whole - sum(weight for _, weight in weights))])


def _within(band: Band, draw: _Draw) -> int:
    return band.first + draw(band.last - band.first + 1)


def _happens(share: Fraction, draw: _Draw) -> bool:
    return draw(share.denominator) < share.numerator


class _Person(NamedTuple):
    """A member as drawn. Who has earnings has them in the first month, or from `changes` on."""

    id: str
    born: str
    status: str | None
    receives_allowance: bool
    earnings: str | None
    works_first: bool
    changes: int | None
    benefit: str | None
    weeks_used: int

    def works(self, after: int) -> bool:
        """Whether the person works so many months after the first."""
        changed = self.changes is not None and self.changes <= after
        return self.earnings is not None and self.works_first != changed


class _Household(NamedTuple):
    """A household as drawn; `owned` is what it had on arrival, where the scheme asks for that."""

    id: str
    persons: tuple[_Person, ...]
    catering: bool
    owned: str | None


class _Generator:
    """The tables of one population, ready to draw from."""

    def __init__(self, population: PopulationAssumptions, draw: _Draw) -> None:
        self._of = population
        self._draw = draw
        self._first_day = population.month.first_day
        self._compositions = _Weighted(population.compositions)
        self._adult_ages = _Weighted(population.adult_ages)
        self._child_ages = _Weighted(population.child_ages)
        self._earnings = _Weighted(population.earnings)
        self._benefits = _Weighted(population.benefits)
        self._starts, self._stops = _shares(population.starts), _shares(population.stops)
        status, weeks, assets = (
            population.residence_status,
            population.exemption_weeks,
            population.assets,
        )
        self._status = None if status is None else _Weighted(status)
        self._weeks = None if weeks is None else _Weighted(weeks)
        self._weeks_most = 0 if weeks is None else max(band.last for band, _ in weeks)
        self._assets = None if assets is None else _Weighted(assets)
        self._weeks_later: dict[tuple[int, int], int] = {}
        self._birthdays: dict[int, int] = {}

    # ── who they are ─────────────────────────────────────────────────────────────────────────

    def _born(self, ages: _Weighted[Band]) -> str:
        """Draw a day of birth: a year of the band, and a day of that year of life."""
        band = ages.draw(self._draw)
        years, days = divmod(
            self._draw((band.last - band.first + 1) * _DAYS_AT_AN_AGE), _DAYS_AT_AN_AGE
        )
        age = band.first + years
        birthday = self._birthdays.get(age)
        if birthday is None:
            birthday = self._first_day.replace(year=self._first_day.year - age).toordinal()
            self._birthdays[age] = birthday
        return date.fromordinal(birthday - days).isoformat()

    def _adult(self, number: int, status: str | None) -> _Person:
        of, draw = self._of, self._draw
        born = self._born(self._adult_ages)
        works = _happens(of.working_share, draw)
        changes = (self._stops if works else self._starts).draw(draw)
        earnings = None
        if works or changes is not None:
            earnings = format_euros(_within(self._earnings.draw(draw), draw))
        weeks_used = 0
        if works and self._weeks is not None:
            weeks_used = _within(self._weeks.draw(draw), draw)
        benefit = None
        if _happens(of.benefit_share, draw):
            benefit = format_euros(_within(self._benefits.draw(draw), draw))
        allowance = of.allowance_share is None or _happens(of.allowance_share, draw)
        return _Person(
            f"P-{number}", born, status, allowance, earnings, works, changes, benefit, weeks_used
        )

    def _child(self, number: int, status: str | None) -> _Person:
        born = self._born(self._child_ages)
        return _Person(
            id=f"P-{number}",
            born=born,
            status=status,
            receives_allowance=True,
            earnings=None,
            works_first=False,
            changes=None,
            benefit=None,
            weeks_used=0,
        )

    def household(self, number: int) -> _Household:
        """Draw one household."""
        draw = self._draw
        adults, children = self._compositions.draw(draw)
        status = None if self._status is None else self._status.draw(draw)
        grown = [self._adult(index, status) for index in range(1, adults + 1)]
        young = [self._child(adults + index, status) for index in range(1, children + 1)]
        catering = _happens(self._of.catering_share, draw)
        owned = None
        if self._assets is not None:
            owned = format_euros(_within(self._assets.draw(draw), draw))
        return _Household(f"M-{number:06d}", (*grown, *young), catering, owned)

    # ── what is reported of them ─────────────────────────────────────────────────────────────

    def _weeks_before(self, person: _Person, after: int) -> int:
        """Return the weeks of the exemption used before a month, by someone who works in it."""
        if not person.works_first:
            return 0  # who starts in this stay has used none of it before
        key = person.weeks_used, after
        found = self._weeks_later.get(key)
        if found is None:
            limits = [(_WEEKS_WINDOW, self._weeks_most)] * (after + 1)
            found = self._weeks_later[key] = weeks_used_ahead(person.weeks_used, limits)[after]
        return found

    def _member(self, person: _Person, after: int) -> dict[str, object]:
        member: dict[str, object] = {"id": person.id, "born": person.born}
        if person.status is not None:
            member["residence_status"] = person.status
        if not person.receives_allowance:
            member["receives_allowance"] = False
        works = person.works(after)
        if not works and person.benefit is None:
            return member
        kinds = (("earnings", person.earnings if works else None), ("benefit", person.benefit))
        items: list[dict[str, object]] = [
            {"kind": kind, "net": net} for kind, net in kinds if net is not None
        ]
        member["income"] = items
        if person.status is None:
            for item in items:
                item["basis"] = "own_statement"
            return member
        member["obligations"] = "0.00"
        if works and self._weeks is not None and person.status == "asylum_seeker":
            member["exemption_weeks_used"] = self._weeks_before(person, after)
        return member

    def _report(self, household: _Household, after: int) -> dict[str, object]:
        first: Month = self._of.month
        facts: dict[str, object] = {
            "scheme": self._of.scheme,
            "month": str(first + after),
            "household": household.id,
            "members": [self._member(person, after) for person in household.persons],
            "provisions": {"shelter": True, "catering": household.catering},
        }
        if household.owned is not None:
            assets: dict[str, object] = {
                "at_start": household.owned,
                "debts_at_start": "0.00",
                "started_on": self._first_day.isoformat(),
            }
            if not after:  # later, what was charged before follows from the months between
                assets["charged_before"] = "0.00"
            facts["assets"] = assets
        return facts

    def reports(self, household: _Household) -> Iterator[dict[str, object]]:
        """Yield what is reported: the first month, and each month in which work changes."""
        months = {0}
        months.update(
            person.changes
            for person in household.persons
            if person.changes is not None and person.earnings is not None
        )
        for after in sorted(months):
            yield self._report(household, after)


def make_population(
    assumptions: Assumptions, *, households: int, seed: int
) -> Iterator[dict[str, object]]:
    """Make a population (gemaakte populatie): the facts of households that do not exist.

    Args:
        assumptions: of whom the population consists.
        households: how many.
        seed: another seed makes other households.

    Returns:
        JSON objects in the format of the facts, a household after the other; each household once,
        and again directly after for each later month in which someone starts or stops working.

    Raises:
        AssumptionsError: assumptions.no_population.

    >>> from reba import HouseholdMonth
    >>> from reba.simulation.assumptions import load_assumptions
    >>> assumptions = load_assumptions("examples/policy/assumptions-reba.toml")
    >>> made = list(make_population(assumptions, households=3, seed=1))
    >>> made[0]["household"], made == list(make_population(assumptions, households=3, seed=1))
    ('M-000001', True)
    >>> str(HouseholdMonth.model_validate(made[0]).month)
    '2015-03'
    """
    population = assumptions.population
    if population is None:
        raise AssumptionsError("assumptions.no_population", assumptions=assumptions.id)
    # A seed of text keeps -1 apart from 1, and is hashed alike in every process.
    draw = Random(f"population {seed}").randrange  # noqa: S311 (made people need no secrecy)
    return _make(_Generator(population, draw), households)


def _make(generator: _Generator, households: int) -> Iterator[dict[str, object]]:
    for number in range(1, households + 1):
        yield from generator.reports(generator.household(number))
