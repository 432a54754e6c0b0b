"""Draw charts of bars: wholes divided into parts, and how far a number moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.patches import Patch

from reba.simulation.charts import StackChart, StackPanel, TornadoChart
from reba.simulation.report_axes import TICKS, Axes, Sheet, legend, locator, places, scale_x, writer
from reba.simulation.report_svg import INK, PAPER, PARTS, SOFT, STYLES
from reba.simulation.report_words import unit_text

__all__ = ["stack_chart", "tornado_chart"]

_ROOM_FOR_A_NUMBER: Final = 900


def _name_rows(axes: Axes, labels: Sequence[str], sheet: Sheet) -> None:
    """Name the rows of a chart of bars: beside them, or above them where there is no room."""
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(labels) - 1 / 2, -3 / 4 if sheet.narrow else -1 / 2)
    if not sheet.narrow:
        axes.set_yticks(range(len(labels)), labels)
        return
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for place, label in enumerate(labels):
        axes.annotate(
            label, (0, place - 1 / 4), xycoords=axes.get_yaxis_transform(), xytext=(0, 3),
            textcoords="offset points", ha="left", va="bottom",
        )  # fmt: skip


def _draw_stacks(axes: Axes, panel: StackPanel, chart: StackChart, sheet: Sheet) -> None:
    labels = [stack.label for stack in panel.stacks]
    for place, stack in enumerate(panel.stacks):
        start = 0
        for (colour, hatch, ink), part in zip(PARTS, stack.parts, strict=False):
            axes.barh(
                place,
                part,
                left=start,
                height=1 / 2 if sheet.narrow else 2 / 3,
                color=colour,
                hatch=hatch,
                edgecolor=PAPER,
            )
            if part >= _ROOM_FOR_A_NUMBER:
                axes.text(
                    start + part / 2, place, unit_text((part + 50) // 100 * 100, "share",
                    sheet.formats), ha="center", va="center", color=ink, fontsize=11,
                    bbox={"facecolor": colour, "edgecolor": "none", "pad": 1},
                )  # fmt: skip
            start += part
        if not stack.parts:
            axes.text(100, place, chart.empty, va="center", color=SOFT, fontsize=11)
    _name_rows(axes, labels, sheet)
    axes.grid(visible=False)


def stack_chart(chart: StackChart, sheet: Sheet) -> None:
    """Draw wholes divided into parts."""
    sized = sheet._replace(width=0)
    for axes, panel in zip(places(sheet, len(chart.panels), below=True), chart.panels, strict=True):
        scale_x(axes, chart.x, sized)
        if panel.title:
            axes.set_title(panel.title, pad=8)
        _draw_stacks(axes, panel, chart, sheet)
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=PAPER, label=name)
        for (colour, hatch, _), name in zip(PARTS, chart.names, strict=False)
    ]
    legend(sheet, handles, 3)


def tornado_chart(chart: TornadoChart, sheet: Sheet) -> None:
    """Draw how far a number moves to either side."""
    axes = sheet.figure.add_subplot(1, 1, 1)
    ends = [end for row in chart.rows for end in (row.low, row.high)]
    least, most = min([chart.base, *ends]), max([chart.base, *ends])
    room = max(1, (most - least) // 4)
    for place, row in enumerate(chart.rows):
        for end, text, colour, hatch in (
            (row.low, row.low_text, STYLES[2], "//"),
            (row.high, row.high_text, STYLES[1], ""),
        ):
            axes.barh(
                place,
                end - chart.base,
                left=chart.base,
                height=1 / 2,
                color=colour,
                hatch=hatch,
                edgecolor=PAPER,
            )
            right = end > chart.base or (end == chart.base and row.high == end)
            axes.annotate(
                text, (end, place), xytext=(4 if right else -4, 0), textcoords="offset points",
                ha="left" if right else "right", va="center", fontsize=11,
            )  # fmt: skip
    axes.axvline(chart.base, color=INK, linewidth=1)
    axes.set_xlim(least - room, most + room)
    axes.xaxis.set_major_locator(locator(chart.x, TICKS - 1 if sheet.narrow else TICKS + 2))
    axes.xaxis.set_major_formatter(writer(chart.x.unit, sheet.formats))
    axes.set_xlabel(chart.x.label)
    _name_rows(axes, [row.label for row in chart.rows], sheet)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    handles = [
        Patch(facecolor=STYLES[2], hatch="//", edgecolor=PAPER, label=chart.names[0]),
        Patch(facecolor=STYLES[1], edgecolor=PAPER, label=chart.names[1]),
    ]
    legend(sheet, handles, 2)
