"""A part of a population, as columns: households sorted by type, with their reports in order.

1. A household has one report, or several that follow one another; each stands until the next.
2. Households of one scheme and one first month are a part of the chunk: the rules of a month are
   applied to all of its rows at once.
3. Households whose months depend on one another, through assets or through several earners with a
   limited exemption, are kept apart: of the others a month repeats itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, groupby, pairwise
from typing import Final, NamedTuple, TypeAlias, cast

import numpy as np

from reba.errors import SimulationError
from reba.facts import HouseholdMonth
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.months import Month, add_years
from reba.simulation.exact import Bools, Ints, ints
from reba.simulation.reba2008_rows import Reba2008Reader, Reba2008Rows
from reba.simulation.results import COMPOSITIONS, Calendar, Composition, HouseholdType
from reba.simulation.rooo_rows import RoooReader, RoooRows

__all__ = ["Chunk", "Part", "Reports", "chunk_of", "household_type", "month_of", "reports_of"]

ADULT_YEARS: Final = 18
"""For naming the type of a household only; the rules ask the law."""
_COUPLE: Final = 2

Rows: TypeAlias = Reba2008Rows | RoooRows


class Reports(NamedTuple):
    """The reports of one household, in the order of their months."""

    household: str
    rows: tuple[HouseholdMonth, ...]

    @property
    def interlocked(self) -> bool:
        """Whether its months depend on one another, or its earners on each other."""
        return any(_interlocked(facts) for facts in self.rows)


def _interlocked(facts: HouseholdMonth) -> bool:
    if facts.assets is not None and (facts.assets.at_start_cents or facts.assets.receipts):
        return True
    limited = (
        member.residence_status == "asylum_seeker" and bool(member.income)
        for member in facts.members
    )
    return sum(limited) > 1


def reports_of(facts: Iterable[HouseholdMonth]) -> Iterable[Reports | SimulationError]:
    """Put the reports of each household together; they stand one after the other in a file.

    Yields an error in place of a household whose reports do not follow one another.
    """
    for household, rows in groupby(facts, key=lambda each: each.household):
        reports = tuple(rows)
        months = [each.month for each in reports]
        if any(two <= one for one, two in pairwise(months)):
            yield SimulationError("simulation.months_out_of_order", household=household)
        elif len({each.scheme for each in reports}) > 1:
            yield SimulationError("simulation.scheme_changed", household=household)
        else:
            yield Reports(household, reports)


def household_type(reports: Reports) -> HouseholdType:
    """Name the type of a household: who lives in it at first, and whether anyone ever earns."""
    first = reports.rows[0]
    born_until = add_years(first.month.first_day, -ADULT_YEARS)
    adults = sum(member.born <= born_until for member in first.members)
    children = len(first.members) - adults
    composition: Composition
    if adults == 0:
        composition = "minors"
    elif adults == 1:
        composition = "single_parent" if children else "single"
    elif adults == _COUPLE:
        composition = "couple_with_children" if children else "couple"
    else:
        composition = "more_adults"
    working = any(
        item.kind == "earnings" and item.net_cents > 0
        for facts in reports.rows
        for member in facts.members
        for item in member.income
    )
    return HouseholdType(composition, working)


@dataclass(slots=True)
class Part:
    """Rows of one scheme whose households have the same first month.

    `place` says where they stand among the rows of the chunk.
    """

    scheme: str
    month: Month
    rows: Rows
    place: Ints


def month_of(part: Part, index: int, calendar: Calendar) -> Month:
    """Return the month whose amounts and ages a part has in a simulated month."""
    return part.month if calendar == "standing" else part.month + index


@dataclass(slots=True)
class Chunk:
    """Households sorted by type, and their rows.

    `starts` is where each type begins. `start` is the index of the month from which a row stands;
    `active` is the row of each household in its first month, and `changes` are the households and
    their next rows by the index of the month in which these begin.
    """

    households: tuple[str, ...]
    types: tuple[HouseholdType, ...]
    starts: Ints
    persons: Ints
    parts: tuple[Part, ...]
    start: Ints
    household_of: Ints
    active: Ints
    changes: Mapping[int, tuple[Ints, Ints]]
    interlocked: bool
    first_months: tuple[Month, Month]
    _type_of: Ints | None = None

    @property
    def size(self) -> int:
        """The number of households."""
        return len(self.households)

    @property
    def type_of(self) -> Ints:
        """The number of the type of each household."""
        if self._type_of is None:
            counts = np.diff(np.append(self.starts, self.size))
            self._type_of = np.repeat(np.arange(len(self.types), dtype=np.int64), counts)
        return self._type_of

    @property
    def row_count(self) -> int:
        """The number of rows."""
        return int(self.start.size)

    def only(self, keep: Bools, *, interlocked: bool | None = None) -> Chunk | None:
        """Return some households of the chunk, or None where they are none."""
        if not keep.any():
            return None
        keep_row = keep[self.household_of]
        row_number = np.cumsum(keep_row, dtype=np.int64) - 1
        number = np.cumsum(keep, dtype=np.int64) - 1
        parts = tuple(
            Part(part.scheme, part.month, part.rows.take(mask), row_number[part.place[mask]])
            for part in self.parts
            for mask in (keep_row[part.place],)
            if mask.any()
        )
        changes = {
            index: (number[who[kept]], row_number[rows[kept]])
            for index, (who, rows) in self.changes.items()
            for kept in (keep[who],)
            if kept.any()
        }
        present, starts = np.unique(self.type_of[keep], return_index=True)
        return Chunk(
            households=tuple(compress(self.households, cast("list[bool]", keep.tolist()))),
            types=tuple(self.types[each] for each in cast("list[int]", present.tolist())),
            starts=starts.astype(np.int64),
            persons=self.persons[keep],
            parts=parts,
            start=self.start[keep_row],
            household_of=number[self.household_of[keep_row]],
            active=row_number[self.active[keep]],
            changes=changes,
            interlocked=self.interlocked if interlocked is None else interlocked,
            first_months=self.first_months,
        )


def _type_order(kind: HouseholdType) -> tuple[int, bool]:
    return COMPOSITIONS.index(kind.composition), not kind.working


def chunk_of(reports: Sequence[Reports], *, months: int) -> Chunk:
    """Turn the reports of some households into columns; reports of later months are left out.

    Args:
        reports: one household or more.
        months: how many months are simulated.
    """
    typed = sorted(
        ((household_type(each), each) for each in reports), key=lambda pair: _type_order(pair[0])
    )
    readers: dict[tuple[str, Month], Reba2008Reader | RoooReader] = {}
    places: dict[tuple[str, Month], list[int]] = {}
    start: list[int] = []
    household_of: list[int] = []
    active: list[int] = []
    changes: dict[int, list[tuple[int, int]]] = {}
    for number, (_, each) in enumerate(typed):
        first = each.rows[0].month
        for facts in each.rows:
            since = facts.month - first
            if since >= months:
                break
            key = (facts.scheme, first)
            reader = readers.get(key)
            if reader is None:
                reader = Reba2008Reader() if facts.scheme == REBA_2008 else RoooReader()
                readers[key] = reader
                places[key] = []
            reader.add(facts)
            row = len(start)
            places[key].append(row)
            start.append(since)
            household_of.append(number)
            if since:
                changes.setdefault(since, []).append((number, row))
            else:
                active.append(row)
    kinds = [kind for kind, _ in typed]
    firsts = [index for index, kind in enumerate(kinds) if index == 0 or kind != kinds[index - 1]]
    first_months = sorted(each.rows[0].month for _, each in typed)
    return Chunk(
        households=tuple(each.household for _, each in typed),
        types=tuple(kinds[index] for index in firsts),
        starts=ints(firsts),
        persons=ints([len(each.rows[0].members) for _, each in typed]),
        parts=tuple(
            Part(scheme, month, reader.rows(), ints(places[scheme, month]))
            for (scheme, month), reader in readers.items()
        ),
        start=ints(start),
        household_of=ints(household_of),
        active=ints(active),
        changes={
            index: (ints([who for who, _ in pairs]), ints([row for _, row in pairs]))
            for index, pairs in sorted(changes.items())
        },
        interlocked=any(each.interlocked for _, each in typed),
        first_months=(first_months[0], first_months[-1]),
    )
