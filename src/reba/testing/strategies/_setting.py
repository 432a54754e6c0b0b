"""One month of one scheme under one law, with the strategies that every draw of it shares.

Drawing must be cheap: what depends on the month alone is made once and kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from hypothesis import strategies as st

from reba.errors import LawError
from reba.facts import Scheme
from reba.law.parameters import Law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.law.reba2008_month import month_parameters
from reba.law.reba2008_parts import Composition
from reba.law.rooo import thresholds
from reba.months import FIRST_YEAR, Month, add_months, add_years
from reba.testing.strategies._coverage import AGE_MAX, MonthCover, month_cover

__all__ = ["INCOME_KINDS", "Setting", "income_borders", "setting_of"]

INCOME_KINDS: Final = (
    "earnings", "benefit", "holiday_pay", "maintenance", "asset_income", "tax_refund",
    "child_benefit", "rva_allowance", "chores", "cost_reimbursement", "exempt_asset_interest",
    "immaterial_damages", "gift",
)  # fmt: skip
"""Every kind of income, the plainest first."""

_LIMITS: Final = ("participatiewet.asset_limit_single", "participatiewet.asset_limit_family")
_AGES: Final = {REBA_2008: "rva.adult_age"}
_DAY: Final = timedelta(days=1)


def _days(first: date, last: date, plain: date) -> st.SearchStrategy[str]:
    """Return a strategy of days as files write them; it shrinks towards the plain one."""
    plain = min(max(plain, first), last)
    span = st.integers((first - plain).days, (last - plain).days)
    return span.map(lambda n: (plain + timedelta(days=n)).isoformat())


class Setting:
    """What a draw of facts needs to know of its month."""

    __slots__ = (
        "adult_age", "adults_born", "benefit_since", "children_born", "cover", "earned",
        "first_day", "kinds", "last_day", "limits_on", "month", "scheme",
    )  # fmt: skip

    def __init__(self, scheme: Scheme, cover: MonthCover) -> None:
        self.scheme = scheme
        self.cover = cover
        self.month = month = cover.month
        self.first_day, self.last_day = month.first_day, month.last_day
        self.adult_age = cover.adult_age(_AGES.get(scheme, "rooo.adult_age"))
        self.adults_born = self.born(self.adult_age, AGE_MAX)
        self.children_born = self.born(0, self.adult_age - 1)
        back = 1 if scheme == REBA_2008 else 6
        back = min(back, month - Month(FIRST_YEAR, 1))
        others = [str(month - n) for n in range(back + 1)]
        usual = [None] * 6 if scheme == REBA_2008 else [None, *others[1:2]] * 5
        self.earned: st.SearchStrategy[str | None] = st.sampled_from([*usual, *others])
        often = ["earnings"] * 4 if scheme == REBA_2008 else ["earnings", "benefit"] * 3
        self.kinds = st.sampled_from([*often, *INCOME_KINDS])
        since = [day.isoformat() for day in self._benefit_days()]
        self.benefit_since = st.sampled_from([None, None, *since])
        days = self._limit_days()
        self.limits_on = st.sampled_from([*[None] * (5 * len(days) + 1), *days])

    def born(self, min_age: int, max_age: int) -> st.SearchStrategy[str]:
        """Return a strategy of days of birth, for ages in whole years on the first day."""
        first = add_years(self.first_day, -max_age - 1) + _DAY
        last = add_years(self.first_day, -min_age) if min_age else self.last_day
        plain = date(self.month.year - (30 if max_age > self.adult_age else 8), 1, 1)
        edges = [first, last, self.first_day, self.last_day]
        # The ages on which an amount may turn, on the first day of the month or just not.
        turns = [add_years(self.first_day, -age) for age in (self.adult_age, 12)]
        edges += [day for turn in turns for day in (turn, turn + _DAY)]
        known = sorted({day.isoformat() for day in edges if first <= day <= last})
        return st.one_of(_days(first, last, plain), st.sampled_from(known))

    def _benefit_days(self) -> Iterator[date]:
        ends = add_months(self.first_day, -3)
        return (day for day in (self.first_day, ends, ends + _DAY, self.last_day))

    def _limit_days(self) -> tuple[str, ...]:
        days: dict[str, None] = {}
        for name in _LIMITS:
            if name not in self.cover.law.names():
                return ()
            for value in self.cover.law.values(name):
                usable = self.cover.allow_provisional or value.status == "verified"
                if usable and value.valid_to is not None:
                    days[value.valid_to.isoformat()] = None
                    days[value.valid_from.isoformat()] = None
        return tuple(days)

    def limit_cents(self, *, family: bool) -> int | None:
        """Return the asset limit on the first day of the month, where one is known."""
        try:
            return int(self.cover.law.value(_LIMITS[family], self.first_day).value)
        except LawError:
            return None


@lru_cache(maxsize=2048)
def income_borders(
    setting: Setting,
    adults: int,
    children: int,
    shelter: bool,  # noqa: FBT001 (as a cache keys them)
    catering: bool,  # noqa: FBT001
) -> tuple[int, ...]:
    """Return amounts of income at which something turns for a household, in cents.

    They are asked of our engine: a hint where to look, and never what to expect.
    """
    law, month = setting.cover.law, setting.month
    try:
        if setting.scheme != REBA_2008:
            norms = thresholds(month, adults, children, catering, law)
            first, second = norms.leefgeld_withdrawn_from_cents, norms.contribution_due_from_cents
            return first, second, (first + second) // 2, norms.leefgeld_cents
        covered = setting.cover.household(adults, children)
        parameters = month_parameters(law, month)
        composition = Composition(
            adults, children, adults * covered.adults, children * covered.children, 0, shelter
        )
        ceiling = parameters.economic_value(composition).value_cents
        rate = parameters.value("reba.exemption_rate").value
        most = parameters.cents("reba.exemption_maximum")
    except LawError:
        return ()
    found = [ceiling, ceiling + most]
    if 0 < rate < 1:
        found += [int(most / rate), int(ceiling / (1 - rate))]
    return tuple(found)


@lru_cache(maxsize=1024)
def setting_of(
    scheme: Scheme,
    law: Law,
    month: Month,
    *,
    allow_provisional: bool = True,
    anything: bool = False,
) -> Setting:
    """Return the setting of a month; the same is asked for every draw."""
    cover = month_cover(law, month, allow_provisional=allow_provisional, anything=anything)
    return Setting(scheme, cover)
