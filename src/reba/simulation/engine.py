"""The rules of the law over a chunk of households, month after month.

1. Of most households a month repeats itself: only the exemption is there, or is not. Both faces of
   their months are computed once; after that, only who changes from one to the other is touched.
2. Of interlocked households every month is computed anew, with what was charged before and with
   the exemption of each earner.
3. A row is refused in the month in which it would stand; its household is left out of everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from reba.errors import LawError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.simulation.amounts import Amounts, Refused
from reba.simulation.chunks import Chunk, Part, month_of
from reba.simulation.exact import Bools, Ints
from reba.simulation.exemption_weeks import NOBODY, ExemptionWeeks
from reba.simulation.reba2008_columns import Reba2008Month
from reba.simulation.reba2008_rows import NOT_REPORTED, Reba2008Rows
from reba.simulation.results import Calendar
from reba.simulation.rooo_columns import RoooMonthColumns
from reba.simulation.split_columns import Due, collected_of

__all__ = ["LawRun", "LeftOut", "RefusedRows", "quiet_households"]

_EXEMPTION: Final = ("reba.exemption_rate", "reba.exemption_maximum")


class RefusedRows(NamedTuple):
    """Rows of a part that a rule refused: whose they are, and from which month they stand."""

    households: Ints
    month_indices: Ints
    rows: Ints
    refused: Refused


class LeftOut(Exception):  # noqa: N818 (no error of anyone: the chunk is run again without them)
    """Households that the law refuses, and why."""

    def __init__(self, found: Sequence[RefusedRows]) -> None:
        super().__init__()
        self.found = tuple(found)


def quiet_households(chunk: Chunk, law: Law) -> Bools:
    """Say whose months repeat themselves, where the law stands still.

    Nothing will be charged against their assets, and at most one earner is limited in weeks.
    """
    loud: Bools = np.zeros(chunk.size, dtype=np.bool_)
    for part in chunk.parts:
        if isinstance(part.rows, Reba2008Rows):
            rows = part.rows
            everyone = np.ones(rows.size, dtype=np.bool_)
            rules = Reba2008Month(rows, law, part.month, everyone)
            limited = np.bincount(rows.earner_row[rows.limited], minlength=rows.size)
            of_row = (rules.asset_total_cents > 0) | (limited > 1)
            loud[chunk.household_of[part.place[of_row]]] = True
    return ~loud


class LawRun:
    """The months of a chunk under one set of statutory parameters.

    Args:
        chunk: the households.
        law: the dated statutory parameters.
        choices: what the municipality chose, or None.
        months: how many months are lived through.
        calendar: whether the law and ages of the first month stand still, or run on.
        collection_share: the part of what is due that comes in where nothing was reported.
    """

    def __init__(
        self,
        chunk: Chunk,
        law: Law,
        choices: MunicipalChoices | None,
        *,
        months: int,
        calendar: Calendar,
        collection_share: tuple[int, int],
    ) -> None:
        self._chunk, self._law, self._choices = chunk, law, choices
        self._calendar: Calendar = calendar
        self._months, self._share = months, collection_share
        self._each_month = chunk.interlocked or calendar == "running"
        self._rules: dict[int, Reba2008Month] = {}  # of each part, where its month stands still
        self.due = Due.nothing(chunk.size)
        self._rows: tuple[Due, Due | None] | None = None
        self._applies: Bools | None = None
        self._charged: Ints = np.zeros(chunk.size, dtype=np.int64)
        self._active = chunk.active.copy()
        self.unverified: set[str] = set()
        self.not_supplied: dict[str, int] = {}
        self._counted = False
        self._charged_reported: Ints = np.full(chunk.row_count, NOT_REPORTED, dtype=np.int64)
        for part in chunk.parts:
            if isinstance(part.rows, Reba2008Rows):
                self._charged_reported[part.place] = part.rows.charged_before_cents
        self._report_charged(chunk.active, np.arange(chunk.size))
        self._weeks = ExemptionWeeks(chunk, law, months, calendar)

    # ── the amounts of all rows ──────────────────────────────────────────────────────────────

    def _reba(self, number: int, index: int) -> Reba2008Month:
        """Return the rules of a part for a month; a month that stands still is computed once."""
        found = self._rules.get(number)
        if found is None:
            part = self._chunk.parts[number]
            assert isinstance(part.rows, Reba2008Rows)  # noqa: S101 (only such parts are asked)
            month = month_of(part, index, self._calendar)
            standing = self._calendar == "standing"
            everyone = np.ones(part.place.size, dtype=np.bool_)
            of_rows = everyone if standing else self._standing(part)
            found = Reba2008Month(part.rows, self._law, month, of_rows)
            if standing:
                self._rules[number] = found
        return found

    def _amounts(self, number: int, index: int, applies: Bools | None) -> Amounts:
        part = self._chunk.parts[number]
        if isinstance(part.rows, Reba2008Rows):
            charged = self._charged[self._chunk.household_of[part.place]]
            exempt = ~part.rows.limited if applies is None else applies
            return self._reba(number, index).amounts(exempt, charged, self._standing(part))
        month = month_of(part, index, self._calendar)
        standing = self._standing(part)
        return RoooMonthColumns(part.rows, self._law, month, self._choices, standing).amounts()

    def _standing(self, part: Part) -> Bools:
        """Return which rows of a part stand now; where months repeat themselves, each does once."""
        if not self._each_month:
            return np.ones(part.place.size, dtype=np.bool_)
        stands: Bools = self._active[self._chunk.household_of[part.place]] == part.place
        return stands

    def _due_of_rows(self, index: int, applies: Mapping[int, Bools] | None) -> tuple[Due, Ints]:
        """Return what is due for every row of the chunk, and what of it is from assets."""
        chunk = self._chunk
        columns: list[Ints] = [np.zeros(chunk.row_count, dtype=np.int64) for _ in range(6)]
        for number, part in enumerate(chunk.parts):
            of_part = None if applies is None else applies.get(number)
            amounts = self._amounts(number, index, of_part)
            self._left_out(part, amounts, index)
            self.unverified |= amounts.unverified
            if not self._counted:
                self._count_not_supplied(part, amounts)
            collected = collected_of(
                amounts.contribution_cents, part.rows.collected_cents, self._share
            )
            due = Due.from_amounts(amounts, collected)
            for column, of_rows in zip(columns, (*due, amounts.from_assets_cents), strict=True):
                column[part.place] = of_rows
        self._counted = True
        return Due(*columns[:5]), columns[5]

    def _left_out(self, part: Part, amounts: Amounts, index: int) -> None:
        """Raise where a row is refused that stands now, or will where months repeat themselves."""
        chunk = self._chunk
        found: list[RefusedRows] = []
        for refused in amounts.refused:
            rows = np.flatnonzero(refused.rows)
            if self._each_month:
                places = part.place[rows]
                rows = rows[self._active[chunk.household_of[places]] == places]
            if rows.size:
                places = part.place[rows]
                months = np.maximum(index, chunk.start[places])
                found.append(RefusedRows(chunk.household_of[places], months, rows, refused))
        if found:
            raise LeftOut(found)

    def _count_not_supplied(self, part: Part, amounts: Amounts) -> None:
        first = self._chunk.start[part.place] == 0
        for fact, rows in amounts.not_supplied.items():
            count = int((rows & first).sum())
            if count:
                self.not_supplied[fact] = self.not_supplied.get(fact, 0) + count

    def part_of_household(self) -> Ints:
        """Return the number of the part in which the row of each household stands now."""
        of_row: Ints = np.zeros(self._chunk.row_count, dtype=np.int64)
        for number, part in enumerate(self._chunk.parts):
            of_row[part.place] = number
        return of_row[self._active]

    # ── month after month ────────────────────────────────────────────────────────────────────

    def _report_charged(self, rows: Ints, households: Ints) -> None:
        """Take over what was reported as charged before, where a row says so."""
        said = self._charged_reported[rows]
        self._charged[households] = np.where(said == NOT_REPORTED, self._charged[households], said)

    def _needs_each_month(self, index: int) -> bool:
        """Whether months must be computed one by one: interlocked, or a rule without a value."""
        if self._each_month or index:
            return self._each_month
        for part in self._chunk.parts:
            if isinstance(part.rows, Reba2008Rows) and part.rows.limited.any():
                try:
                    for name in _EXEMPTION:
                        self._law.value(name, part.month.first_day)
                except LawError:
                    self._each_month = True
        return self._each_month

    def month(self, index: int) -> Ints | None:
        """Go on to a month; return the households for which something changed, None for all.

        Months are asked for in their order. What is due then stands in `due`.

        Raises:
            LeftOut: for households that the law refuses.
        """
        changed = self._chunk.changes.get(index)
        if changed is not None:
            self._active[changed[0]] = changed[1]
            self._weeks.report(self._active)
            self._report_charged(changed[1], changed[0])
        if self._needs_each_month(index):
            self._month_by_itself(index)
            return None
        if self._rows is None:
            with_exemption, _ = self._due_of_rows(index, self._weeks.ever())
            without = self._due_of_rows(index, None)[0] if self._weeks.limited else None
            self._rows = with_exemption, without
            self._set_all(index)
            return None
        return self._change_some(index, None if changed is None else changed[0])

    def _set_all(self, index: int) -> None:
        """Take the month of every household: with the exemption, or without it."""
        assert self._rows is not None  # noqa: S101 (they were just computed)
        with_exemption, without = self._rows
        active = self._active
        self.due = with_exemption.of(active)
        if without is None:
            return
        self._applies = self._weeks.of_households(index)
        other = np.flatnonzero(~self._applies)
        self.due.put(other, without.of(active[other]))

    def _change_some(self, index: int, reported: Ints | None) -> Ints:
        """Take the month of whom a new report stands, or whose exemption ends or begins."""
        assert self._rows is not None  # noqa: S101 (the first month computed them)
        with_exemption, without = self._rows
        active = self._active
        if without is None or self._applies is None:
            who = NOBODY if reported is None else reported
            self.due.put(who, with_exemption.of(active[who]))
            return who
        weeks, applied = self._weeks, self._applies
        who = (
            weeks.flipped(index)
            if reported is None
            else weeks.flipped_with_reports(index, reported, applied)
        )
        if not who.size:
            return who
        applies = self._weeks.of_some(who, index)
        self._applies[who] = applies
        for rows, some in ((with_exemption, who[applies]), (without, who[~applies])):
            self.due.put(some, rows.of(active[some]))
        return who

    def _month_by_itself(self, index: int) -> None:
        applies = {
            number: self._weeks.of_earners(number, index)
            for number, part in enumerate(self._chunk.parts)
            if isinstance(part.rows, Reba2008Rows)
        }
        due, from_assets = self._due_of_rows(index, applies)
        self._charged += from_assets[self._active]
        self.due = due.of(self._active)
