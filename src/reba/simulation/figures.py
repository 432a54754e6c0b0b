"""Figures: measures as they are shown, each a whole number, and what changes them.

1. A name says the unit: `..._cents` is cents, `..._days_tenths` tenths of days, and
   `half_after...` months. None is a target that half of the households do not reach, or a cost
   of nothing a day.
2. Every file and every page shows these figures and no others, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from reba.simulation.assumptions import Assumptions
from reba.simulation.measures import (
    WORKING,
    Measures,
    cents_of,
    group_of,
    measure,
    tenths_up,
)
from reba.simulation.results import VariantResult

__all__ = [
    "HALF_AFTER",
    "Figure",
    "ParameterRuns",
    "Run",
    "Swing",
    "change_from",
    "figures_of",
    "sensitivity",
]

Figure: TypeAlias = int | None

HALF_AFTER: Final = "half_after"
"""The figures named `half_after.TARGET`: months until half of the households are covered."""


def figures_of(measures: Measures) -> dict[str, Figure]:
    """Return the key figures of a group (kerncijfers), rounded for the one and only time.

    Amounts are those of one household, but for the total that the reception receives less.
    """
    expected, even = measures.expected, measures.break_even
    figures: dict[str, Figure] = {
        "contribution_month_cents": cents_of(measures.contribution_month),
        "withdrawn_month_cents": cents_of(measures.withdrawn_month),
        "reserved_month_cents": cents_of(measures.reserved_month),
        "collected_cents": cents_of(measures.collected),
        "saved_cents": cents_of(expected.balance),
        "released_cents": cents_of(expected.released),
        "paid_out_cents": cents_of(expected.paid_out),
        "remitted_cents": cents_of(expected.remitted),
        "held_cents": cents_of(expected.held),
        "estate_cents": cents_of(expected.estate),
        "receives_less_cents": cents_of(measures.receives_less),
        "receives_less_total_cents": cents_of(measures.receives_less_cents),
        "break_even_days_tenths": None if even is None else tenths_up(even.days),
        "break_even_weeks_tenths": None if even is None else tenths_up(even.weeks),
        "break_even_person_days_tenths": None if even is None else tenths_up(even.person_days),
    }
    for target in measures.coverage:
        figures[f"{HALF_AFTER}.{target.target}"] = target.half_after
    return figures


def change_from(first: Mapping[str, Figure], other: Mapping[str, Figure]) -> dict[str, Figure]:
    """Return what other figures are more than the first ones (verschil); None where one is None.

    >>> change_from({"saved_cents": 100, "half_after.deposit": None},
    ...             {"saved_cents": 250, "half_after.deposit": 9})
    {'saved_cents': 150, 'half_after.deposit': None}
    """
    return {name: _less(other[name], figure) for name, figure in first.items()}


def _less(one: Figure, two: Figure) -> Figure:
    return None if one is None or two is None else one - two


class Run(NamedTuple):
    """One variant with one value of a parameter (doorrekening), and what it took for granted."""

    value: str
    variant: VariantResult
    assumptions: Assumptions


class ParameterRuns(NamedTuple):
    """A parameter with a low, its own and a high value (parameter); all else is equal.

    The parameter is named by its path in the file, as "reserve.share".
    """

    parameter: str
    low: Run
    base: Run
    high: Run


class Swing(NamedTuple):
    """What a figure becomes when one parameter is lower or higher (gevoeligheid)."""

    parameter: str
    figure: str
    values: tuple[str, str, str]
    low: Figure
    base: Figure
    high: Figure

    @property
    def width(self) -> int:
        """How far the figure moves from end to end; 0 where an end is not known."""
        known = [each for each in (self.low, self.base, self.high) if each is not None]
        return max(known) - min(known) if known else 0


def _figures(run: Run, group: str) -> dict[str, Figure]:
    types = run.variant.types
    working = [each for each in types if each.type.working]
    chosen = working if group == WORKING and working else types
    return figures_of(measure(group_of(group, chosen), run.assumptions))


def sensitivity(
    runs: Iterable[ParameterRuns], *, figures: Sequence[str], group: str = WORKING
) -> dict[str, tuple[Swing, ...]]:
    """Return what each parameter does to some figures, the one that does most first (gevoeligheid).

    Args:
        runs: results with a low, the own and a high value of one parameter each.
        figures: names of `figures_of`.
        group: "all", or "working": those in which somebody works, or all where nobody does.
    """
    known: dict[tuple[int, int], dict[str, Figure]] = {}  # the own value is the same run each time
    found: dict[str, list[Swing]] = {name: [] for name in figures}
    for each in runs:
        parts = (each.low, each.base, each.high)
        for part in parts:
            key = (id(part.variant), id(part.assumptions))
            if key not in known:
                known[key] = _figures(part, group)
        low, base, high = (known[id(p.variant), id(p.assumptions)] for p in parts)
        values = (each.low.value, each.base.value, each.high.value)
        for name, swings in found.items():
            swings.append(Swing(each.parameter, name, values, low[name], base[name], high[name]))
    return {
        name: tuple(sorted(swings, key=lambda swing: (-swing.width, swing.parameter)))
        for name, swings in found.items()
    }
