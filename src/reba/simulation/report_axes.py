"""The sheet that a chart is drawn on, its axes and its legend, for every kind of chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator, MultipleLocator

from reba.simulation.charts import Axis, Unit
from reba.simulation.report_svg import SOFT
from reba.simulation.report_words import unit_text
from reba.statements.formats import Formats

__all__ = [
    "TICKS",
    "Axes",
    "Sheet",
    "columns_of_sheet",
    "heading",
    "legend",
    "locator",
    "places",
    "scale_x",
    "scale_y",
    "writer",
]

Axes: TypeAlias = Any
"""Axes of matplotlib, whose own types are known in part."""

TICKS: Final = 5
_HALF_YEAR: Final = 6
_BESIDE: Final = 3


class Sheet(NamedTuple):
    """What is drawn on: `width` in the pixels of the page, and how things look in the language."""

    figure: Any
    width: int
    narrow: bool
    formats: Formats


def writer(unit: Unit, formats: Formats) -> FuncFormatter:
    """Return what writes the numbers along an axis."""

    def written(value: float, _place: float) -> str:
        return unit_text(round(value), unit, formats)

    return FuncFormatter(written)


def locator(axis: Axis, ticks: int) -> Locator:
    """Return where the numbers along an axis stand: at round ones, months by half years."""
    if axis.unit == "months" and axis.most >= _HALF_YEAR * 2:
        return MultipleLocator(_HALF_YEAR * -(-axis.most // (_HALF_YEAR * max(ticks, 6))))
    return MaxNLocator(ticks, integer=True, steps=[1, 2, 5, 10])


def scale_x(axes: Axes, axis: Axis, sheet: Sheet) -> None:
    """Draw the axis below a chart, from nothing to the most it holds."""
    axes.set_xlim(0, max(1, axis.most))
    ticks = TICKS if sheet.narrow or sheet.width < 400 else 2 * TICKS  # noqa: PLR2004 (pixels)
    axes.xaxis.set_major_locator(locator(axis, ticks))
    axes.xaxis.set_major_formatter(writer(axis.unit, sheet.formats))
    axes.set_xlabel(axis.label)


def scale_y(axes: Axes, axis: Axis, sheet: Sheet) -> None:
    """Draw the axis beside a chart, from nothing to the most it holds."""
    axes.set_ylim(0, max(1, axis.most * 105 // 100))
    axes.yaxis.set_major_locator(locator(axis, TICKS))
    axes.yaxis.set_major_formatter(writer(axis.unit, sheet.formats))
    axes.tick_params(axis="y", length=0)
    # Above the axis, and not along it: nobody has to turn the head.
    axes.text(
        0, 1, axis.label, transform=axes.transAxes, ha="left", va="bottom", color=SOFT,
        fontsize=11,
    )  # fmt: skip


def heading(axes: Axes, title: str) -> None:
    """Write the title of one of several drawings."""
    if title:
        axes.set_title(title, pad=22)


def legend(sheet: Sheet, handles: Sequence[Any], columns: int) -> None:
    """Name what is drawn, above the drawing."""
    found = {str(handle.get_label()): handle for handle in handles}
    sheet.figure.legend(
        handles=list(found.values()),
        loc="outside upper left",
        ncols=1 if sheet.narrow else columns,
        handlelength=3,
        borderaxespad=0,
        columnspacing=2,
    )


def columns_of_sheet(count: int, *, below: bool) -> int:
    """Return how many drawings stand beside each other: three at most, and rows as full as can be.

    >>> [columns_of_sheet(count, below=False) for count in (1, 2, 3, 4, 5)]
    [1, 2, 3, 2, 3]
    """
    if below:
        return 1
    rows = -(-count // _BESIDE)
    return -(-count // rows)


def places(sheet: Sheet, count: int, *, below: bool) -> list[Axes]:
    """Return the axes of drawings beside each other, or below each other where there is no room."""
    columns = columns_of_sheet(count, below=below or sheet.narrow)
    rows = -(-count // columns)
    return [sheet.figure.add_subplot(rows, columns, number + 1) for number in range(count)]
