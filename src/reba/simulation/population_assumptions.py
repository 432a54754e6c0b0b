"""Of whom a made population consists: the values of `[population]`, ready to draw from."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from reba.facts import ResidenceStatus, Scheme
from reba.months import Month
from reba.simulation.assumption_files import CountBandTable, MoneyBandTable, PopulationTable

__all__ = [
    "Band",
    "Composition",
    "PopulationAssumptions",
    "population_of",
]


class Composition(NamedTuple):
    """Who lives together: adults and children on the first day of the month."""

    adults: int
    children: int


class Band(NamedTuple):
    """A band of cents, years or weeks; the first and the last belong to it."""

    first: int
    last: int


class PopulationAssumptions(NamedTuple):
    """What made households are drawn from. A table is pairs of a value and its weight.

    `starts` and `stops` are months after the first, and the share of the adults without, or
    with, work for whom it changes then. What a scheme has no facts for is None.
    """

    scheme: Scheme
    month: Month
    compositions: tuple[tuple[Composition, int], ...]
    adult_ages: tuple[tuple[Band, int], ...]
    child_ages: tuple[tuple[Band, int], ...]
    working_share: Fraction
    starts: tuple[tuple[int, Fraction], ...]
    stops: tuple[tuple[int, Fraction], ...]
    earnings: tuple[tuple[Band, int], ...]
    benefit_share: Fraction
    benefits: tuple[tuple[Band, int], ...]
    catering_share: Fraction
    residence_status: tuple[tuple[ResidenceStatus, int], ...] | None
    exemption_weeks: tuple[tuple[Band, int], ...] | None
    assets: tuple[tuple[Band, int], ...] | None
    allowance_share: Fraction | None


def _bands(
    tables: Sequence[MoneyBandTable] | Sequence[CountBandTable],
) -> tuple[tuple[Band, int], ...]:
    return tuple((Band(table.first, table.last), table.weight) for table in tables)


def population_of(table: PopulationTable) -> PopulationAssumptions:
    """Return the values of a table that was validated."""
    status, weeks = table.residence_status, table.exemption_weeks
    return PopulationAssumptions(
        scheme=table.scheme,
        month=table.month,
        compositions=tuple(
            (Composition(row.adults, row.children), row.weight) for row in table.compositions.rows
        ),
        adult_ages=_bands(table.ages.adults),
        child_ages=_bands(table.ages.children),
        working_share=table.work.share,
        starts=tuple((row.after, row.share) for row in table.work.starts),
        stops=tuple((row.after, row.share) for row in table.work.stops),
        earnings=_bands(table.earnings.bands),
        benefit_share=table.benefits.share,
        benefits=_bands(table.benefits.bands),
        catering_share=table.catering.share,
        residence_status=(
            None
            if status is None
            else (("asylum_seeker", status.asylum_seeker), ("permit_holder", status.permit_holder))
        ),
        exemption_weeks=None if weeks is None else _bands(weeks.bands),
        assets=None if table.assets is None else _bands(table.assets.bands),
        allowance_share=None if table.allowance is None else table.allowance.share,
    )
