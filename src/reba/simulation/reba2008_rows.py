"""Reports under Reba 2008 as columns: a row for each household-month, stretches for its members.

Read once from facts; which income counts is decided where the law decides it (`reba2008.py`).
Members stand in the order of their rows, and so do earners: the members with counted income.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from reba.facts import HouseholdMonth, Member
from reba.law.reba2008 import counted_receipts, sort_income
from reba.law.reba2008_parts import MemberIncome
from reba.simulation.exact import Bools, Ints

__all__ = ["NEVER", "NOT_REPORTED", "Reba2008Reader", "Reba2008Rows"]

NOT_REPORTED = -1
NEVER = 2**40
"""Later than any day: the right to child benefit that never arose."""


@dataclass(slots=True)
class Reba2008Rows:
    """The reports of many household-months.

    Days are proleptic ordinals. `limited` are earners whose exemption is limited in weeks (asylum
    seekers), with the weeks reported. `net_at_start_cents` may be below zero. Amounts that were
    not reported are `NOT_REPORTED`; so is the day of a limit that is that of the month.
    """

    member_count: Ints
    shelter: Bools
    has_assets: Bools
    net_at_start_cents: Ints
    receipts_cents: Ints
    limit_on: Ints
    charged_before_cents: Ints
    collected_cents: Ints
    lacks_obligations: Bools
    member_row: Ints
    born: Ints
    allowance: Bools
    child_benefit_since: Ints
    earner_row: Ints
    earnings_cents: Ints
    other_cents: Ints
    obligations_cents: Ints
    limited: Bools
    weeks_used: Ints

    @property
    def size(self) -> int:
        """The number of rows."""
        return int(self.member_count.size)

    def take(self, keep: Bools) -> Reba2008Rows:
        """Return the rows that are kept, in their order."""
        number = np.cumsum(keep, dtype=np.int64) - 1
        of_member, of_earner = keep[self.member_row], keep[self.earner_row]
        kept: dict[str, Any] = {}
        for each in fields(self):
            column = getattr(self, each.name)
            mask = {_MEMBER: of_member, _EARNER: of_earner}.get(_KIND.get(each.name, ""), keep)
            kept[each.name] = column[mask]
        rows = replace(self, **kept)
        rows.member_row = number[rows.member_row]
        rows.earner_row = number[rows.earner_row]
        return rows


_MEMBER, _EARNER = "member", "earner"
_KIND = {
    **dict.fromkeys(("member_row", "born", "allowance", "child_benefit_since"), _MEMBER),
    **dict.fromkeys(
        (
            "earner_row",
            "earnings_cents",
            "other_cents",
            "obligations_cents",
            "limited",
            "weeks_used",
        ),
        _EARNER,
    ),
}


class Reba2008Reader:
    """Turns facts into columns, one household-month after the other."""

    def __init__(self) -> None:
        self._numbers = {each.name: array("q") for each in fields(Reba2008Rows)}
        self._rows = 0

    def add(self, facts: HouseholdMonth) -> None:
        """Add the report of a household for a month."""
        column = self._numbers
        lacks_obligations = False
        for member in facts.members:
            column["member_row"].append(self._rows)
            column["born"].append(member.born.toordinal())
            column["allowance"].append(member.receives_allowance)
            since = member.child_benefit_since
            column["child_benefit_since"].append(NEVER if since is None else since.toordinal())
            if member.income:
                lacks_obligations |= self._add_income(member, facts)
        column["member_count"].append(len(facts.members))
        column["shelter"].append(facts.provisions.shelter)
        column["collected_cents"].append(_or_none(facts.collected_cents))
        column["lacks_obligations"].append(lacks_obligations)
        self._add_assets(facts)
        self._rows += 1

    def _add_income(self, member: Member, facts: HouseholdMonth) -> bool:
        """Add an earner; return whether nobody reported his obligations."""
        income = MemberIncome(member.id, member.residence_status or "", child=False)
        sort_income(member, facts, income)
        if not income.earnings_cents and not income.other_cents:
            return False
        column = self._numbers
        column["earner_row"].append(self._rows)
        column["earnings_cents"].append(income.earnings_cents)
        column["other_cents"].append(income.other_cents)
        column["obligations_cents"].append(member.obligations_cents or 0)
        limited = bool(income.earnings_cents) and member.residence_status == "asylum_seeker"
        column["limited"].append(limited)
        column["weeks_used"].append((member.exemption_weeks_used or 0) if limited else 0)
        return member.obligations_cents is None

    def _add_assets(self, facts: HouseholdMonth) -> None:
        column, assets = self._numbers, facts.assets
        column["has_assets"].append(assets is not None)
        column["net_at_start_cents"].append(
            0 if assets is None else assets.at_start_cents - assets.debts_at_start_cents
        )
        column["receipts_cents"].append(0 if assets is None else counted_receipts(assets)[0])
        day = None if assets is None else assets.limit_on
        column["limit_on"].append(NOT_REPORTED if day is None else day.toordinal())
        before = None if assets is None else assets.charged_before_cents
        column["charged_before_cents"].append(_or_none(before))

    def rows(self) -> Reba2008Rows:
        """Return what was added, as columns."""
        columns: dict[str, Any] = {
            name: np.array(values, dtype=np.bool_ if name in _BOOLS else np.int64)
            for name, values in self._numbers.items()
        }
        return Reba2008Rows(**columns)


_BOOLS = frozenset({"shelter", "has_assets", "lacks_obligations", "allowance", "limited"})


def _or_none(cents: int | None) -> int:
    return NOT_REPORTED if cents is None else cents
