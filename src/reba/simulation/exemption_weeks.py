"""The weeks of the exemption for a chunk: to whom it applies in which month (art. 5(3)).

1. What may apply stands in one table: for each month, and each number of weeks used before it all.
   An earner has a place in it, and goes on by one stretch of it each month.
2. Who is not limited in weeks stands at its beginning, where the exemption always applies.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np

from reba.law.parameters import Law
from reba.simulation.chunks import Chunk, month_of
from reba.simulation.exact import Bools, Ints
from reba.simulation.reba2008_rows import Reba2008Rows
from reba.simulation.results import Calendar
from reba.simulation.weeks import WEEKS_STATES, limits_of, weeks_used_ahead

__all__ = ["NOBODY", "ExemptionWeeks"]

NOBODY: Final[Ints] = np.zeros(0, dtype=np.int64)


@lru_cache(maxsize=512)
def _applies_table(limits: tuple[tuple[int, int], ...]) -> Bools:
    """Return, for each month and each number of weeks used before the first, if it applies."""
    ahead = [weeks_used_ahead(used, limits) for used in range(WEEKS_STATES)]
    return np.array(
        [
            [ahead[used][index] < maximum for used in range(WEEKS_STATES)]
            for index, (_, maximum) in enumerate(limits)
        ],
        dtype=np.bool_,
    ).reshape(-1)


class ExemptionWeeks:
    """To whom the exemption applies, month after month (vrijlating, 24 van 52 weken).

    `limited` says whether there is anyone whose exemption is limited in weeks.

    Args:
        chunk: the households.
        law: the dated statutory parameters.
        months: how many months are lived through.
        calendar: whether the law and ages of the first month stand still, or run on.
    """

    def __init__(self, chunk: Chunk, law: Law, months: int, calendar: Calendar) -> None:
        self._chunk, self._law, self._months = chunk, law, months
        self._calendar: Calendar = calendar
        self._table, self._places = self._tables()
        self.limited = self._table.size > WEEKS_STATES * months
        self._of_rows = self._places_of_rows()
        self._now = self._of_rows[chunk.active]
        self._sharing: tuple[Ints, list[Ints]] | None = None

    def report(self, active: Ints) -> None:
        """Go on from the rows that stand now, after reports came in."""
        self._now = self._of_rows[active]
        self._sharing = None

    def of_some(self, who: Ints, index: int) -> Bools:
        """Return for some households whether the exemption applies in a month."""
        applies: Bools = self._table[self._now[who] + WEEKS_STATES * index]
        return applies

    def _tables(self) -> tuple[Bools, dict[int, Ints]]:
        """Return one table of all that may apply, and for each part where its earners stand in it.

        Who is not limited stands at the beginning, where the exemption always applies.
        """
        chunk = self._chunk
        tables: list[Bools] = [np.ones(WEEKS_STATES * self._months, dtype=np.bool_)]
        size = tables[0].size
        places: dict[int, Ints] = {}
        for number, part in enumerate(chunk.parts):
            if not isinstance(part.rows, Reba2008Rows):
                continue
            rows = part.rows
            place: Ints = np.zeros(rows.earner_row.size, dtype=np.int64)
            starts = chunk.start[part.place][rows.earner_row]
            for start in np.unique(starts[rows.limited]):
                indices = range(int(start), self._months)
                months = (month_of(part, index, self._calendar) for index in indices)
                limits = limits_of(self._law, months)
                if limits is None:
                    continue
                table = _applies_table(limits)
                who = rows.limited & (starts == start)
                place[who] = size + rows.weeks_used[who]
                tables.append(table)
                size += table.size
            places[number] = place
        return np.concatenate(tables), places

    def of_earners(self, number: int, index: int) -> Bools:
        """Return for each earner of a part whether the exemption applies in a month."""
        part = self._chunk.parts[number]
        rows = part.rows
        assert isinstance(rows, Reba2008Rows)  # noqa: S101 (only such parts are asked)
        since = np.maximum(0, index - self._chunk.start[part.place][rows.earner_row])
        place = self._places[number] + WEEKS_STATES * since * rows.limited
        applies: Bools = self._table[place]
        return applies

    def _places_of_rows(self) -> Ints:
        """Return for each row where its one limited earner stands in the table of weeks."""
        chunk, places = self._chunk, self._places
        of_row: Ints = np.zeros(chunk.row_count, dtype=np.int64)
        for number, place in places.items():
            part = chunk.parts[number]
            assert isinstance(part.rows, Reba2008Rows)  # noqa: S101 (only such parts have places)
            limited = part.rows.limited
            of_row[part.place[part.rows.earner_row[limited]]] = place[limited]
        places_at_start: Ints = of_row - WEEKS_STATES * np.where(of_row > 0, chunk.start, 0)
        return places_at_start

    def of_households(self, index: int) -> Bools:
        """Return for each household whether the exemption of its one limited earner applies."""
        applies: Bools = self._table[self._now + WEEKS_STATES * index]
        return applies

    def flipped_with_reports(self, index: int, reported: Ints, applied: Bools) -> Ints:
        """Look at everyone: reports came in, so that others share a place in the tables now."""
        flipped: Bools = self.of_households(index) != applied
        flipped[reported] = True
        return np.flatnonzero(flipped)

    def flipped(self, index: int) -> Ints:
        """Return whose exemption ends or begins: all who share a place in the tables do at once."""
        if self._sharing is None:
            order = np.argsort(self._now, kind="stable")
            places, firsts = np.unique(self._now[order], return_index=True)
            self._sharing = places, np.split(order, firsts[1:])
        places, households = self._sharing
        table = self._table
        now, before = (table[places + WEEKS_STATES * each] for each in (index, index - 1))
        some = [households[each] for each in np.flatnonzero(now != before)]
        return np.concatenate(some) if some else NOBODY

    def ever(self) -> Mapping[int, Bools]:
        """Say of each earner whether the exemption applies in any month of his report."""
        chunk = self._chunk
        end: Ints = np.full(chunk.row_count, self._months, dtype=np.int64)
        row_now = chunk.active.copy()
        for index, (who, rows) in chunk.changes.items():
            end[row_now[who]] = index
            row_now[who] = rows
        found: dict[int, Bools] = {}
        for number, part in enumerate(chunk.parts):
            if not isinstance(part.rows, Reba2008Rows):
                continue
            place = part.place[part.rows.earner_row]
            ever = ~part.rows.limited
            for index in range(self._months if part.rows.limited.any() else 0):
                stands = (chunk.start[place] <= index) & (index < end[place])
                ever |= stands & self.of_earners(number, index)
                if ever.all():
                    break
            found[number] = ever
        return found
