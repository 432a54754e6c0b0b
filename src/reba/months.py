"""Calendar months and the few date rules the regulations need; Amsterdam calendar dates throughout.

A `Month` is a group: adding and taking away months is exact and reversible, which is false for
dates (31 January plus a month, 29 February plus a year). Only this module uses `dateutil`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self, overload

from reba.errors import MonthError

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

__all__ = ["FIRST_YEAR", "LAST_YEAR", "Month", "add_months", "add_years", "parse_date"]

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True, init=False, repr=False)
class Month:
    """A calendar month (kalendermaand), the period that a contribution is about.

    Args:
        year: 1900 to 2199.
        month: 1 to 12.

    Raises:
        MonthError: month.range.

    >>> Month(2015, 12) + 1, Month.parse("2016-01") - Month(2015, 11), str(Month(2015, 3))
    (Month(2016, 1), 2, '2015-03')
    """

    ordinal: int

    def __init__(self, year: int, month: int) -> None:
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):  # noqa: PLR2004 (a year has 12)
            raise MonthError(
                "month.range", value=f"{year}-{month}", first=FIRST_YEAR, last=LAST_YEAR
            )
        object.__setattr__(self, "ordinal", year * 12 + month - 1)

    @classmethod
    def parse(cls, value: object) -> Month:
        """Read "2015-03"; a `Month` is returned as it is.

        Raises:
            MonthError: month.format, month.range.
        """
        if isinstance(value, Month):
            return value
        match = _MONTH.fullmatch(value) if isinstance(value, str) else None
        if match is None or not 1 <= int(match[2]) <= 12:  # noqa: PLR2004 (a year has 12 months)
            raise MonthError("month.format", value=str(value)[:40])
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month in which a day lies."""
        return cls(day.year, day.month)

    @property
    def year(self) -> int:
        """The year."""
        return self.ordinal // 12

    @property
    def number(self) -> int:
        """The number of the month in its year, 1 to 12."""
        return self.ordinal % 12 + 1

    @property
    def first_day(self) -> date:
        """The first day: the reference date (peildatum) for ages and for amounts."""
        return _first_day(self.ordinal)

    @property
    def last_day(self) -> date:
        """The last day."""
        return _last_day(self.ordinal)

    def __add__(self, months: int) -> Month:
        """Return the month so many months later."""
        year, index = divmod(self.ordinal + months, 12)
        return Month(year, index + 1)

    @overload
    def __sub__(self, other: Month) -> int: ...
    @overload
    def __sub__(self, other: int) -> Month: ...
    def __sub__(self, other: Month | int) -> Month | int:
        """Return the number of months between two months, or the month so many months earlier."""
        if isinstance(other, Month):
            return self.ordinal - other.ordinal
        return self + -other

    def __str__(self) -> str:
        return _month_text(self.ordinal)

    def __repr__(self) -> str:
        return f"Month({self.year}, {self.number})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[type[Month], tuple[int, int]]:
        return Month, (self.year, self.number)


@lru_cache(maxsize=4096)
def _first_day(ordinal: int) -> date:
    return date(ordinal // 12, ordinal % 12 + 1, 1)


@lru_cache(maxsize=4096)
def _last_day(ordinal: int) -> date:
    return _first_day(ordinal + 1) - timedelta(days=1)


@lru_cache(maxsize=4096)
def _month_text(ordinal: int) -> str:
    return f"{ordinal // 12}-{ordinal % 12 + 1:02d}"


def parse_date(value: object) -> date:
    """Read an Amsterdam calendar date, "2015-03-14"; a `date` is returned as it is.

    Raises:
        MonthError: month.date_format, month.range.

    >>> parse_date("2015-03-14")
    datetime.date(2015, 3, 14)
    """
    if type(value) is date:
        day = value
    else:
        if not isinstance(value, str) or _DATE.fullmatch(value) is None:
            raise MonthError("month.date_format", value=str(value)[:40])
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise MonthError("month.date_format", value=value) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise MonthError("month.range", value=day.isoformat(), first=FIRST_YEAR, last=LAST_YEAR)
    return day


@lru_cache(maxsize=1)
def _relativedelta() -> type[relativedelta]:
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415 (costly, and seldom needed)

    return relativedelta


def add_months(day: date, months: int) -> date:
    """Return the day so many months later; a day that does not exist becomes the month's last.

    >>> add_months(date(2015, 11, 30), 3)
    datetime.date(2016, 2, 29)
    """
    return day + _relativedelta()(months=months)


def add_years(day: date, years: int) -> date:
    """Return the day so many years later; 29 February becomes 28 February in a common year.

    >>> add_years(date(2004, 2, 29), 18)
    datetime.date(2022, 2, 28)
    """
    return day + _relativedelta()(years=years)
