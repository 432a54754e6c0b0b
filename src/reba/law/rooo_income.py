"""Which income counts under the RooO, whose it is, and for which month.

1. Income from work, here or abroad, and benefits that replace a wage or supplement one
   (loondervingsuitkering, toeslag) count; nothing else does (Staatscourant 2024, 20260).
2. Only of adults: the leefgeld is withdrawn when an adult, or an adult member of the family, has
   such income.
3. It counts for the month that follows on it: see `rooo.py`, rule 3.
"""

from __future__ import annotations

from typing import Final

from reba.fact_checks import EARNINGS_KINDS
from reba.facts import IncomeItem, Member
from reba.law.rooo_parts import MemberIncome
from reba.law.step_parts import Uncounted
from reba.months import Month

__all__ = ["COUNTED_KINDS", "member_income"]

_OTHER_KINDS: Final = frozenset({"benefit"})

COUNTED_KINDS: Final = EARNINGS_KINDS | _OTHER_KINDS
"""The kinds of income that count under the RooO (Staatscourant 2024, 20260)."""


def _uncounted(item: IncomeItem, reference: Month, *, adult: bool) -> Uncounted | None:
    if item.kind not in COUNTED_KINDS:
        return Uncounted(item.kind, item.net_cents, "rooo_kind", "")
    if not adult:
        return Uncounted(item.kind, item.net_cents, "rooo_minor", "")
    if item.earned_in is not None and item.earned_in != reference:
        return Uncounted(item.kind, item.net_cents, "rooo_month", str(item.earned_in))
    return None


def member_income(member: Member, reference: Month, *, adult: bool) -> MemberIncome:
    """Sort the income of a member into what counts for the month and what does not."""
    income = MemberIncome(member.id)
    uncounted: list[Uncounted] = []
    bases: dict[str, None] = {}
    for item in member.income:
        excluded = _uncounted(item, reference, adult=adult)
        if excluded is not None:
            uncounted.append(excluded)
            continue
        income.reported = True
        income.undated = income.undated or item.earned_in is None
        if item.basis is None:
            income.lacks_basis = True
        else:
            bases[item.basis] = None
        if item.kind in EARNINGS_KINDS:
            income.earnings_cents += item.net_cents
        else:
            income.other_cents += item.net_cents
    income.uncounted = tuple(uncounted)
    income.bases = tuple(sorted(bases))
    return income
