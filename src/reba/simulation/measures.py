"""Measures of a policy: what the results mean for a household, and for who runs the reception.

1. A measure is exact: an integer, or a fraction of cents. It is rounded once, half up to the cent,
   where it is shown (`cents_of`); days are rounded up to a tenth, so that they always pay for it.
2. What one household may expect is weighed with the assumptions: the share of households that stay
   so long, times the share of outcomes. How long somebody stays and how it ends are taken to be
   independent of each other.
3. What the reception receives less is what was saved, less what comes back to it (remitted).
   What is held counts as not received.
4. A quartile is the least number of whole euros that at least so many households do not exceed.
5. A difference between variants is taken between the figures as they are shown, so that whoever
   subtracts what stands on the page finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

from reba.money import half_up
from reba.simulation.assumptions import Assumptions
from reba.simulation.results import Ending, TypeResult, VariantResult

__all__ = [
    "ALL",
    "WORKING",
    "BreakEven",
    "Coverage",
    "Group",
    "Measures",
    "Share",
    "Stay",
    "cents_of",
    "group_of",
    "groups_of",
    "measure",
    "quantile",
    "tenths_up",
]

ALL: Final = "all"
WORKING: Final = "working"
_DAYS_A_WEEK: Final = 7


def cents_of(amount: Fraction) -> int:
    """Round an exact amount half up to the cent (afronding), the one time that it is rounded.

    Args:
        amount: cents; an amount below zero is rounded as the same amount above it.

    >>> cents_of(Fraction(7, 2)), cents_of(Fraction(-7, 2)), cents_of(Fraction(10, 3))
    (4, -4, 3)
    """
    rounded = half_up(abs(amount.numerator), amount.denominator)
    return rounded if amount >= 0 else -rounded


def tenths_up(number: Fraction) -> int:
    """Return a number in tenths, rounded up.

    >>> tenths_up(Fraction(31, 30)), tenths_up(Fraction(3))
    (11, 30)
    """
    return -(-number.numerator * 10 // number.denominator)


def quantile(histogram: Mapping[int, int], share: Fraction) -> int:
    """Return the least number that at least this share of all does not exceed (kwantiel).

    Args:
        histogram: how many there are of each number; one or more.
        share: above 0, up to 1.

    >>> balances = {0: 5, 100: 3, 250: 2}
    >>> [quantile(balances, Fraction(part, 4)) for part in (1, 2, 3, 4)]
    [0, 0, 100, 250]
    """
    needed = share * sum(histogram.values())
    numbers = sorted(histogram)
    counts = accumulate(histogram[number] for number in numbers)
    return next(n for n, count in zip(numbers, counts, strict=True) if count >= needed)


class Group(NamedTuple):
    """Households looked at together (groep): of one type, those that work, or all of them.

    The fields are those of `TypeResult`, added up.
    """

    key: str
    households: int
    persons: int
    contribution_cents: tuple[int, ...]
    withdrawn_cents: tuple[int, ...]
    collected_cents: tuple[int, ...]
    reserved_cents: tuple[int, ...]
    balance_cents: tuple[int, ...]
    covered: Mapping[str, tuple[int, ...]]
    endings: Mapping[tuple[int, str], Ending]
    balances: Mapping[int, Mapping[int, int]]


def _columns(rows: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def _merged(histograms: Iterable[Mapping[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for histogram in histograms:
        for euros, households in histogram.items():
            found[euros] = found.get(euros, 0) + households
    return dict(sorted(found.items()))


def group_of(key: str, types: Iterable[TypeResult]) -> Group:
    """Add up the results of household types (totaal): sums of whole numbers, nothing else.

    Args:
        key: the name of the group.
        types: one or more.
    """
    parts = tuple(types)
    first = parts[0]
    return Group(
        key,
        sum(part.households for part in parts),
        sum(part.persons for part in parts),
        _columns(part.contribution_cents for part in parts),
        _columns(part.withdrawn_cents for part in parts),
        _columns(part.collected_cents for part in parts),
        _columns(part.reserved_cents for part in parts),
        _columns(part.balance_cents for part in parts),
        {name: _columns(part.covered[name] for part in parts) for name in first.covered},
        {case: Ending(*_columns(part.endings[case] for part in parts)) for case in first.endings},
        {stay: _merged(part.balances[stay] for part in parts) for stay in first.balances},
    )


def groups_of(variant: VariantResult) -> dict[str, Group]:
    """Return the groups of a variant by key: all, those that work if any do, and every type."""
    working = [each for each in variant.types if each.type.working]
    groups = {ALL: group_of(ALL, variant.types)}
    if working:
        groups[WORKING] = group_of(WORKING, working)
    return groups | {each.type.key: group_of(each.type.key, [each]) for each in variant.types}


class Share(NamedTuple):
    """What one household may expect of an ending (verwachting), in exact cents."""

    balance: Fraction
    released: Fraction
    paid_out: Fraction
    remitted: Fraction
    held: Fraction
    estate: Fraction


class Stay(NamedTuple):
    """The balances after a stay of so many months (verblijfsduur).

    `share` is the share of households that stay so long. The mean is exact; the quartiles are
    whole euros.
    """

    months: int
    share: Fraction
    mean: Fraction
    lower_euros: int
    median_euros: int
    upper_euros: int


class Coverage(NamedTuple):
    """How soon savings cover a target (doelbedrag).

    `shares` is the share of households at the end of each month; `half_after` the number of months
    until half of them are covered, or None where that is later than was simulated.
    """

    target: str
    cents: int
    shares: tuple[Fraction, ...]
    half_after: int | None


class BreakEven(NamedTuple):
    """How much less reception pays for what it receives less (omslagpunt).

    `days` is how many days sooner a whole household must leave; `person_days` the days of one
    person that cost as much. None where a day costs nothing.
    """

    person_day_cents: int
    days: Fraction
    person_days: Fraction

    @property
    def weeks(self) -> Fraction:
        """The days as weeks."""
        return self.days / _DAYS_A_WEEK


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a policy does for a group of households (maten).

    Amounts are exact cents for one household: `contribution_month`, `withdrawn_month` and
    `reserved_month` are means over the simulated months; the rest is expected over stays and
    outcomes. `receives_less_cents` is the total of the group.
    """

    key: str
    households: int
    persons: int
    contribution_month: Fraction
    withdrawn_month: Fraction
    reserved_month: Fraction
    stays: tuple[Stay, ...]
    coverage: tuple[Coverage, ...]
    by_outcome: Mapping[str, Share]
    expected: Share
    collected: Fraction
    receives_less: Fraction
    receives_less_cents: Fraction
    break_even: BreakEven | None


def _stay(group: Group, months: int, share: Fraction, outcome: str) -> Stay:
    balances = group.balances[months]
    quarters = (quantile(balances, Fraction(part, 4)) for part in (1, 2, 3))
    # What was saved does not depend on how the stay ends: any outcome has the same balance.
    saved_cents = group.endings[months, outcome].balance_cents
    return Stay(months, share, Fraction(saved_cents, group.households), *quarters)


def _ending(group: Group, assumptions: Assumptions, outcome: str) -> Share:
    parts = [
        [share * cents for cents in group.endings[months, outcome]]
        for months, share in assumptions.stays
    ]
    return Share(
        *(sum(column, Fraction(0)) / group.households for column in zip(*parts, strict=True))
    )


def _coverage(group: Group, assumptions: Assumptions) -> tuple[Coverage, ...]:
    found: list[Coverage] = []
    for target in assumptions.targets:
        counts = group.covered[target.name]
        half = (
            month for month, count in enumerate(counts, start=1) if 2 * count >= group.households
        )
        shares = tuple(Fraction(count, group.households) for count in counts)
        found.append(Coverage(target.name, target.cents, shares, next(half, None)))
    return tuple(found)


def _break_even(group: Group, less: Fraction, person_day_cents: int) -> BreakEven | None:
    if not person_day_cents:
        return None
    person_days = less / person_day_cents
    return BreakEven(person_day_cents, person_days * group.households / group.persons, person_days)


def measure(group: Group, assumptions: Assumptions) -> Measures:
    """Work out what a policy does for a group of households (maten).

    Args:
        group: what was simulated for them; one household or more.
        assumptions: stays, outcomes, targets and the cost of a day.
    """
    household_months = group.households * len(group.contribution_cents)

    def mean(amounts_cents: tuple[int, ...]) -> Fraction:
        return Fraction(sum(amounts_cents), household_months)

    by_outcome = {name: _ending(group, assumptions, name) for name in assumptions.outcomes}
    weighed = [
        [share * amount for amount in by_outcome[name]]
        for name, share in assumptions.outcomes.items()
    ]
    expected = Share(*(sum(column, Fraction(0)) for column in zip(*weighed, strict=True)))
    less = expected.balance - expected.remitted
    collected_by = (0, *accumulate(group.collected_cents))
    any_outcome = next(iter(assumptions.outcomes))
    return Measures(
        key=group.key,
        households=group.households,
        persons=group.persons,
        contribution_month=mean(group.contribution_cents),
        withdrawn_month=mean(group.withdrawn_cents),
        reserved_month=mean(group.reserved_cents),
        stays=tuple(_stay(group, *stay, any_outcome) for stay in assumptions.stays),
        coverage=_coverage(group, assumptions),
        by_outcome=by_outcome,
        expected=expected,
        collected=sum(
            (share * collected_by[months] for months, share in assumptions.stays),
            Fraction(0),
        )
        / group.households,
        receives_less=less,
        receives_less_cents=less * group.households,
        break_even=_break_even(group, less, assumptions.cost_person_day_cents),
    )
