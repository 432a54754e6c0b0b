"""Which months, and which households in them, a law has all amounts for.

Read from the values of the law alone, and not asked of the engine that the facts will test.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from reba.errors import LawError
from reba.facts import Scheme
from reba.law.parameters import Law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.months import FIRST_YEAR, Month

__all__ = ["AGE_MAX", "EARLIEST_MONTH", "Covered", "MonthCover", "covered_months", "month_cover"]

AGE_MAX: Final = 90
"""The highest age drawn unless asked."""

EARLIEST_MONTH: Final = Month(FIRST_YEAR + AGE_MAX + 1, 1)
"""The first month in which who is as old as that has a day of birth that facts may hold."""

_TIERS: Final = ("1_2", "1_2", "3", "4")
_EXEMPTION: Final = (
    "reba.exemption_rate", "reba.exemption_maximum", "reba.exemption_weeks_maximum",
)  # fmt: skip
_LIMITS: Final = ("participatiewet.asset_limit_single", "participatiewet.asset_limit_family")
_SCAN: Final = (EARLIEST_MONTH, Month(2030, 12), Month(2049, 12))


class Covered(NamedTuple):
    """What may be provided to a household, so that every amount of it is known."""

    adults: bool
    children: bool
    shelter: bool


class MonthCover:
    """What a law knows of one month. With `anything` nothing is asked: the facts are free."""

    __slots__ = ("_known", "allow_provisional", "anything", "law", "month")

    def __init__(self, law: Law, month: Month, *, allow_provisional: bool, anything: bool) -> None:
        self.law = law
        self.month = month
        self.allow_provisional = allow_provisional
        self.anything = anything
        self._known: dict[str, bool] = {}

    def _knows(self, name: str) -> bool:
        try:
            value = self.law.value(name, self.month.first_day)
        except LawError:  # no value that day, or no such parameter
            return False
        return self.allow_provisional or value.status == "verified"

    def has(self, *names: str) -> bool:
        """Say whether every one of these parameters has a usable value."""
        if self.anything:
            return True
        for name in names:
            known = self._known.get(name)
            if known is None:
                known = self._known[name] = self._knows(name)
            if not known:
                return False
        return True

    def adult_age(self, name: str) -> int:
        """Return the age from which a person is an adult; 18 where the law does not say."""
        try:
            return int(self.law.value(name, self.month.first_day).value)
        except LawError:
            return 18

    @property
    def exemption(self) -> bool:
        """Whether the exemption of earnings is known."""
        return self.has(*_EXEMPTION)

    @property
    def asset_limits(self) -> bool:
        """Whether both asset limits are known."""
        return self.has(*_LIMITS, "reba.spend_down_factor")

    def household(self, adults: int, children: int) -> Covered:
        """Say what may be provided to a household of so many members (Reba 2008 art. 3)."""
        size = adults + children
        housing = ["reba.month_factor", "reba.housing_first_member"]
        if size > 1:
            housing += ["reba.housing_second_member", "reba.housing_maximum"]
        if size > 2:  # noqa: PLR2004 (the members after the second)
            housing.append("reba.housing_further_member")
        all_in = not self.anything and self.has("rva.all_in_adult")
        names = self._all_in(adults) if all_in else self._tiers(adults, size)
        adult, child = (self.has("reba.month_factor", *each) for each in names)
        if adults == 1 and children:
            adult = adult and self.has("rva.single_parent_supplement")
        return Covered(adult, child, self.has(*housing))

    @staticmethod
    def _all_in(adults: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if adults == 0:
            return (), ("rva.child_band_age", "rva.all_in_unaccompanied_minor")
        bands = ("rva.child_band_age", "rva.all_in_child_0_11", "rva.all_in_child_12_17")
        return ("rva.all_in_adult",), bands

    @staticmethod
    def _tiers(adults: int, size: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        tier = _TIERS[size - 1] if size <= len(_TIERS) else "5_plus"
        child = f"rva.food_child_{tier}"
        if adults == 0 and tier == "1_2":
            child = "rva.food_unaccompanied_minor"
        return (f"rva.food_adult_{tier}", "rva.clothing"), (child, "rva.clothing")

    @property
    def usable(self) -> bool:
        """Whether some household with earnings can be assessed in the month (Reba 2008)."""
        if not self.has("rva.adult_age") or not self.exemption:
            return False
        single = self.household(1, 0)
        return single.adults and single.shelter


@lru_cache(maxsize=4096)
def month_cover(law: Law, month: Month, *, allow_provisional: bool, anything: bool) -> MonthCover:
    """Return what a law knows of a month; the same is asked again and again."""
    return MonthCover(law, month, allow_provisional=allow_provisional, anything=anything)


def _is_covered(scheme: Scheme, cover: MonthCover) -> bool:
    if scheme == REBA_2008:
        return cover.usable
    return cover.has(*(name for name in cover.law.names() if name.startswith("rooo.")))


@lru_cache(maxsize=64)
def covered_months(scheme: Scheme, law: Law, *, allow_provisional: bool) -> tuple[Month, ...]:
    """Return the months with amounts for a scheme, the simplest first: January 2015, then near it.

    For the RooO the simplest is October 2025, the first month of its present thresholds.
    """
    boundaries = [Month.of(day) for day in law.boundaries()]
    first = max(_SCAN[0], min(boundaries, default=_SCAN[0]))
    last = min(_SCAN[2], max([_SCAN[1], *boundaries]))
    simplest = Month(2015, 1) if scheme == REBA_2008 else Month(2025, 10)
    every = (first + n for n in range(last - first + 1))
    found = [
        month
        for month in every
        if _is_covered(
            scheme, month_cover(law, month, allow_provisional=allow_provisional, anything=False)
        )
    ]
    return tuple(sorted(found, key=lambda month: (abs(month - simplest), month < simplest)))
