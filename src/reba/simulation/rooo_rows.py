"""Reports under the RooO as columns: a row for each household-month, stretches for its members.

Income stands in lines: of one member, of one month. Which month decides a household-month depends
on the choices of the municipality, so a line keeps how many months it lies before the month
reported, or that nobody said (`UNDATED`). A line of nothing still tells that income was reported.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from reba.fact_checks import EARNINGS_KINDS
from reba.facts import HouseholdMonth, Member
from reba.law.rooo_income import COUNTED_KINDS
from reba.simulation.exact import Bools, Ints
from reba.simulation.reba2008_rows import NOT_REPORTED

__all__ = ["UNDATED", "RoooReader", "RoooRows"]

UNDATED = 2**40
"""Further back than any month: an item without a month."""


@dataclass(slots=True)
class RoooRows:
    """The reports of many household-months; days are proleptic ordinals, amounts cents."""

    member_count: Ints
    shelter: Bools
    catering: Bools
    collected_cents: Ints
    member_row: Ints
    born: Ints
    allowance: Bools
    absent_days: Ints
    line_member: Ints
    lag: Ints
    earnings_cents: Ints
    other_cents: Ints
    lacks_basis: Bools

    @property
    def size(self) -> int:
        """The number of rows."""
        return int(self.member_count.size)

    def take(self, keep: Bools) -> RoooRows:
        """Return the rows that are kept, in their order."""
        of_member = keep[self.member_row]
        of_line = of_member[self.line_member]
        kept: dict[str, Any] = {}
        for each in fields(self):
            column = getattr(self, each.name)
            mask = of_line if each.name in _LINES else of_member if each.name in _MEMBERS else keep
            kept[each.name] = column[mask]
        rows = replace(self, **kept)
        rows.member_row = (np.cumsum(keep, dtype=np.int64) - 1)[rows.member_row]
        rows.line_member = (np.cumsum(of_member, dtype=np.int64) - 1)[rows.line_member]
        return rows


_MEMBERS = frozenset({"member_row", "born", "allowance", "absent_days"})
_LINES = frozenset({"line_member", "lag", "earnings_cents", "other_cents", "lacks_basis"})
_BOOLS = frozenset({"shelter", "catering", "allowance", "lacks_basis"})


class RoooReader:
    """Turns facts into columns, one household-month after the other."""

    def __init__(self) -> None:
        self._numbers = {each.name: array("q") for each in fields(RoooRows)}
        self._rows = self._members = 0

    def add(self, facts: HouseholdMonth) -> None:
        """Add the report of a household for a month."""
        column = self._numbers
        for member in facts.members:
            column["member_row"].append(self._rows)
            column["born"].append(member.born.toordinal())
            column["allowance"].append(member.receives_allowance)
            days = member.absent_days_this_year
            column["absent_days"].append(NOT_REPORTED if days is None else days)
            if member.income:
                self._add_income(member, facts)
            self._members += 1
        collected = facts.collected_cents
        column["member_count"].append(len(facts.members))
        column["shelter"].append(facts.provisions.shelter)
        column["catering"].append(facts.provisions.catering)
        column["collected_cents"].append(NOT_REPORTED if collected is None else collected)
        self._rows += 1

    def _add_income(self, member: Member, facts: HouseholdMonth) -> None:
        """Add the items that count if their month is the one that decides."""
        lines: dict[tuple[int, bool], list[int]] = {}
        for item in member.income:
            if item.kind not in COUNTED_KINDS:
                continue
            lag = UNDATED if item.earned_in is None else facts.month - item.earned_in
            sums = lines.setdefault((lag, item.basis is None), [0, 0])
            sums[item.kind not in EARNINGS_KINDS] += item.net_cents
        column = self._numbers
        for (lag, lacks_basis), (earnings, other) in lines.items():
            column["line_member"].append(self._members)
            column["lag"].append(lag)
            column["earnings_cents"].append(earnings)
            column["other_cents"].append(other)
            column["lacks_basis"].append(lacks_basis)

    def rows(self) -> RoooRows:
        """Return what was added, as columns."""
        columns: dict[str, Any] = {
            name: np.array(values, dtype=np.bool_ if name in _BOOLS else np.int64)
            for name, values in self._numbers.items()
        }
        return RoooRows(**columns)
