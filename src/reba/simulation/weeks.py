"""The weeks of the earnings exemption, carried on month by month (Reba 2008 art. 5(3)).

1. The regulation exempts earnings in at most 24 weeks within 52. Facts say how many weeks were used
   before a month; a simulation has to say it for the months after.
2. A year of twelve months has fifty-two weeks: month number k of them covers the weeks from
   52k/12 up to 52(k+1)/12, rounded down. Somebody who earns, earns in each week of the month.
3. In a month to which the exemption applies all its weeks are used; they leave the count when they
   lie further back than the window.
4. Of weeks used before the first month it is not known when: they are taken as the last ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reba.errors import LawError
from reba.law.parameters import Law
from reba.months import Month

__all__ = ["WEEKS_STATES", "first_week", "limits_of", "weeks_used_ahead"]

WEEKS_STATES = 53
"""A report names 0 to 52 weeks."""

_WEEKS_A_YEAR = 52
_MONTHS_A_YEAR = 12


def first_week(month_index: int) -> int:
    """Return the number of weeks before a month, counted from the first one.

    >>> [first_week(index) for index in (0, 1, 2, 3, 12)]
    [0, 4, 8, 13, 52]
    """
    return _WEEKS_A_YEAR * month_index // _MONTHS_A_YEAR


def limits_of(law: Law, months: Iterable[Month]) -> tuple[tuple[int, int], ...] | None:
    """Return window and maximum of each month, in weeks; None where the law has no value of one.

    Whoever needs the value is refused by the rules.
    """
    try:
        return tuple(
            (
                int(law.value("reba.exemption_weeks_window", month.first_day).value),
                int(law.value("reba.exemption_weeks_maximum", month.first_day).value),
            )
            for month in months
        )
    except LawError:
        return None


def weeks_used_ahead(used: int, limits: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the exempt weeks used before each month, for somebody who earns in all of them.

    Args:
        used: the weeks used before the first month, 0 to 52.
        limits: for each month, the window in weeks and the most weeks in it.

    Source: Reba 2008 art. 5(3).

    >>> weeks_used_ahead(0, [(52, 24)] * 14)
    (0, 4, 8, 13, 17, 21, 26, 26, 26, 26, 26, 26, 26, 22)
    """
    taken = [-back for back in range(1, used + 1)]
    before: list[int] = []
    for index, (window, maximum) in enumerate(limits):
        first, following = first_week(index), first_week(index + 1)
        count = sum(week >= first - window for week in taken)
        before.append(count)
        if count < maximum:
            taken.extend(range(first, following))
    return tuple(before)
