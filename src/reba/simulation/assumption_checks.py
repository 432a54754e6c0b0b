"""What must hold between the numbers of a file of assumptions; each number is valid by itself.

1. Shares are exact, and add up to exactly 1 where they divide a whole.
2. Bands and months stand in ascending order and do not overlap: each case has one place.
3. A population has the tables that the facts of its scheme need, and no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, Protocol

from reba.errors import AssumptionsError, Fault
from reba.facts import MEMBERS_MAX
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.money import exact_decimal
from reba.months import FIRST_YEAR, LAST_YEAR
from reba.simulation.assumption_files import (
    WEEKS_MAX,
    AfterRow,
    AssumptionsFile,
    CompositionsTable,
    PopulationTable,
)

__all__ = ["faults_of_file"]

_RESIDENCE: Final = ("residence_status", "exemption_weeks", "assets")
_ALLOWANCE: Final = ("allowance",)


class _Band(Protocol):
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...


def _ascending(numbers: Sequence[int], path: str) -> Iterator[Fault]:
    for index in range(1, len(numbers)):
        if numbers[index] <= numbers[index - 1]:
            yield AssumptionsError("assumptions.order").as_fault(f"{path}.{index}")


def _bands(bands: Sequence[_Band], path: str) -> Iterator[Fault]:
    for index, band in enumerate(bands):
        if band.first > band.last:
            yield AssumptionsError("assumptions.band").as_fault(f"{path}.{index}")
        elif index and band.first <= bands[index - 1].last:
            yield AssumptionsError("assumptions.order").as_fault(f"{path}.{index}")


def _whole(shares: Sequence[Fraction], path: str) -> Iterator[Fault]:
    total = sum(shares, Fraction(0))
    if total != 1:
        yield AssumptionsError("assumptions.sum", total=exact_decimal(total)).as_fault(path)


def _parts(rows: Sequence[AfterRow], path: str) -> Iterator[Fault]:
    yield from _ascending([row.after for row in rows], path)
    total = sum((row.share for row in rows), Fraction(0))
    if total > 1:
        yield AssumptionsError("assumptions.sum_above", total=exact_decimal(total)).as_fault(path)


def _compositions(table: CompositionsTable) -> Iterator[Fault]:
    seen: set[tuple[int, int]] = set()
    for index, row in enumerate(table.rows):
        path = f"population.compositions.rows.{index}"
        key = row.adults, row.children
        if not 1 <= sum(key) <= MEMBERS_MAX:
            yield AssumptionsError("assumptions.members", maximum=MEMBERS_MAX).as_fault(path)
        elif key in seen:
            yield AssumptionsError("assumptions.twice", what=f"{key[0]}+{key[1]}").as_fault(path)
        seen.add(key)


def _tables_of_scheme(table: PopulationTable) -> Iterator[Fault]:
    """Which facts exist for a scheme stands in section 1 of the contract."""
    with_residence = table.scheme == REBA_2008
    for names, belong in ((_RESIDENCE, with_residence), (_ALLOWANCE, not with_residence)):
        for name in names:
            path = f"population.{name}"
            present = getattr(table, name) is not None
            if belong and not present:
                yield AssumptionsError("assumptions.missing", key=name).as_fault(path)
            elif present and not belong:
                error = AssumptionsError(
                    "assumptions.not_for_scheme", key=name, scheme=table.scheme
                )
                yield error.as_fault(path)


def _residence(table: PopulationTable) -> Iterator[Fault]:
    status, weeks = table.residence_status, table.exemption_weeks
    if status is not None and status.asylum_seeker + status.permit_holder == 0:
        yield AssumptionsError("assumptions.no_weight").as_fault("population.residence_status")
    if weeks is not None:
        path = "population.exemption_weeks.bands"
        yield from _bands(weeks.bands, path)
        if max(band.last for band in weeks.bands) > WEEKS_MAX:
            yield AssumptionsError("assumptions.weeks", maximum=WEEKS_MAX).as_fault(path)
    if table.assets is not None:
        yield from _bands(table.assets.bands, "population.assets.bands")


def _years(table: PopulationTable) -> Iterator[Fault]:
    """Hold the oldest member's birth and the last month against the years of the calendar."""
    oldest = max(band.last for band in (*table.ages.adults, *table.ages.children))
    born = table.month.year - oldest - 1  # up to a year before the last birthday
    later = max((row.after for row in (*table.work.starts, *table.work.stops)), default=0)
    last = (table.month.ordinal + later) // 12
    if born < FIRST_YEAR or last > LAST_YEAR:
        error = AssumptionsError("assumptions.years", first=FIRST_YEAR, last=LAST_YEAR)
        yield error.as_fault("population.month")


def _population(table: PopulationTable) -> Iterator[Fault]:
    yield from _compositions(table.compositions)
    ages, work = table.ages, table.work
    yield from _bands(ages.adults, "population.ages.adults")
    yield from _bands(ages.children, "population.ages.children")
    if max(band.last for band in ages.children) >= min(band.first for band in ages.adults):
        yield AssumptionsError("assumptions.ages").as_fault("population.ages")
    yield from _parts(work.starts, "population.work.starts")
    yield from _parts(work.stops, "population.work.stops")
    yield from _bands(table.earnings.bands, "population.earnings.bands")
    yield from _bands(table.benefits.bands, "population.benefits.bands")
    yield from _years(table)
    yield from _tables_of_scheme(table)
    yield from _residence(table)


def faults_of_file(file: AssumptionsFile) -> tuple[Fault, ...]:
    """Return what does not hold together in a file whose fields are each valid."""
    ends = file.outcomes
    return (
        *_ascending([row.months for row in file.stay.months], "stay.months"),
        *_whole([row.share for row in file.stay.months], "stay.months"),
        *_whole(
            [
                ends.granted,
                ends.voluntary_return,
                ends.forced_return,
                ends.departed_unknown,
                ends.dublin_transfer,
                ends.died,
            ],
            "outcomes",
        ),
        *(() if file.population is None else _population(file.population)),
    )
