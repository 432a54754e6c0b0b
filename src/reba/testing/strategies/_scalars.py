"""Amounts, rates, months and days: the values that everything else is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reba.law.parameters import Law
from reba.money import AMOUNT_MAX_CENTS
from reba.months import FIRST_YEAR, LAST_YEAR, Month
from reba.testing.strategies._support import (
    check_between,
    check_bounds,
    chosen,
    from_parameters,
    law_of,
    plainly,
)

__all__ = [
    "FIRST_DAY", "LAST_DAY", "SIMPLEST_MONTH", "cents", "dates", "months", "months_around", "rates",
]  # fmt: skip

_USUAL_CENTS: Final = 300_000
_DECIMALS_MAX: Final = 9
_FIRST, _LAST = Month(FIRST_YEAR, 1), Month(LAST_YEAR, 12)
FIRST_DAY: Final = _FIRST.first_day
LAST_DAY: Final = _LAST.first_day
SIMPLEST_MONTH: Final = Month(2015, 1)
"""The month that examples shrink towards: the first of the last year that is wholly verified."""


@from_parameters
def cents(*, min_value: int = 0, max_value: int = AMOUNT_MAX_CENTS) -> st.SearchStrategy[int]:
    """Amounts in whole cents, from zero to the largest the library accepts.

    Examples shrink towards `min_value`.

    >>> from hypothesis import find
    >>> find(cents(), lambda amount: amount > 99), find(cents(min_value=5), lambda _: True)
    (100, 5)
    """
    check_bounds(min_value, max_value, 0, AMOUNT_MAX_CENTS)
    usual = min(max_value, max(min_value, _USUAL_CENTS))
    edges = st.sampled_from(sorted({min_value, min(min_value + 1, max_value), max_value}))
    return st.one_of(st.integers(min_value, usual), st.integers(min_value, max_value), edges)


@from_parameters
def rates(
    *,
    min_value: Fraction = Fraction(0),
    max_value: Fraction = Fraction(1),
    max_decimals: int = 4,
) -> st.SearchStrategy[Fraction]:
    """Exact rates, each a decimal of at most so many decimals.

    Examples shrink towards `min_value`.

    >>> from hypothesis import find
    >>> find(rates(), lambda rate: rate > Fraction(1, 2))
    Fraction(5001, 10000)
    """
    check_bounds(min_value, max_value, Fraction(0), Fraction(10**6))
    check_between("max_decimals", max_decimals, 0, _DECIMALS_MAX)
    scale = 10**max_decimals
    least, most = -(-min_value * scale // 1), max_value * scale // 1
    if least > most:
        msg = f"no rate of {max_decimals} decimals lies from {min_value} to {max_value}"
        raise InvalidArgument(msg)
    round_ones = (Fraction(part, 4) * scale for part in range(5))
    known = {least, most, *(int(each) for each in round_ones if least <= each <= most)}
    numbers = st.one_of(st.integers(least, most), st.sampled_from(sorted(known)))
    return numbers.map(plainly(lambda number: Fraction(number, scale)))


@from_parameters
def months(*, min_value: Month = _FIRST, max_value: Month = _LAST) -> st.SearchStrategy[Month]:
    """Calendar months that the library handles.

    Examples shrink towards January 2015, or the bound next to it.

    >>> from hypothesis import find
    >>> find(months(), lambda month: month.year > 2020)
    Month(2021, 1)
    """
    check_bounds(min_value, max_value, _FIRST, _LAST)
    near = min(max(SIMPLEST_MONTH, min_value), max_value)
    return st.integers(min_value - near, max_value - near).map(plainly(lambda n: near + n))


@from_parameters
def dates(*, min_value: date = FIRST_DAY, max_value: date = LAST_DAY) -> st.SearchStrategy[date]:
    """Amsterdam calendar dates; first and last days of months often.

    Examples shrink towards 1 January 2015, or the bound next to it.

    >>> from hypothesis import find
    >>> find(dates(), lambda day: True)
    datetime.date(2015, 1, 1)
    """
    check_bounds(min_value, max_value, FIRST_DAY, LAST_DAY)
    near = min(max(SIMPLEST_MONTH.first_day, min_value), max_value)
    span = st.integers((min_value - near).days, (max_value - near).days)
    first, last = Month.of(min_value), Month.of(max_value)
    month = st.integers(first - Month.of(near), last - Month.of(near))

    def clipped(day: date) -> date:
        return min(max(day, min_value), max_value)

    return st.one_of(
        span.map(plainly(lambda n: near + timedelta(days=n))),
        month.map(plainly(lambda n: clipped((Month.of(near) + n).first_day))),
        month.map(plainly(lambda n: clipped((Month.of(near) + n).last_day))),
    )


def _around(law: Law, names: Collection[str]) -> Iterator[Month]:
    for name in names:
        for day in law.boundaries(name):
            month = Month.of(day)
            if _FIRST < month < _LAST:
                yield from (month, month - 1, month + 1)


@from_parameters
def months_around(
    law: Law | None = None, *, names: tuple[str, ...] | None = None
) -> st.SearchStrategy[Month]:
    """Months next to each day on which a parameter of a law gets another value, or none.

    Of each such day: its month, the month before and the month after.

    Args:
        law: the statutory parameters; by default those shipped.
        names: the parameters looked at; by default all of the law.

    >>> from hypothesis import find
    >>> spend_down = months_around(names=("reba.spend_down_factor",))
    >>> find(spend_down, lambda _: True), find(spend_down, lambda month: month.number == 4)
    (Month(2003, 3), Month(2003, 4))
    """
    known = law_of(law)
    found = list(dict.fromkeys(_around(known, chosen("names", names, known.names()))))
    if not found:
        msg = f"names={names!r}: no value of these parameters begins or ends"
        raise InvalidArgument(msg)
    return st.sampled_from(found).map(plainly(lambda month: month))
