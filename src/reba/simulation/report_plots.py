"""Draw charts with matplotlib (extra `sim`): SVG that stands in the page, with text as text.

1. The same chart gives the same bytes: no day, no chance, and no settings of whoever draws.
2. Each chart is drawn twice, for a wide and for a narrow page; the page shows the one that fits.
3. Places on paper are floats, as matplotlib takes them. No number on the page comes from here but
   the round ones along an axis.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reba.simulation.charts import (
    BoxChart,
    BoxPanel,
    Chart,
    LineChart,
    Panel,
    StackChart,
    TornadoChart,
)
from reba.simulation.report_axes import (
    Axes,
    Sheet,
    columns_of_sheet,
    heading,
    legend,
    places,
    scale_x,
    scale_y,
)
from reba.simulation.report_bars import stack_chart, tornado_chart
from reba.simulation.report_svg import (
    DASHES,
    GRID,
    INK,
    MARKERS,
    PAPER,
    SETTINGS,
    SOFT,
    STYLES,
    inline,
)
from reba.statements.formats import Formats

__all__ = ["KINDS", "Kind", "draw"]

Kind: TypeAlias = Literal["wide", "narrow", "any"]

KINDS: Final[tuple[Kind, ...]] = ("wide", "narrow")
"""A page shows the drawing that fits."""

_POINTS_AN_INCH: Final = 72


# ── lines ────────────────────────────────────────────────────────────────────────────────────


def _draw_panel(axes: Axes, panel: Panel) -> list[Any]:
    handles: list[Any] = []
    for band in panel.bands:
        xs, lows, highs = zip(*band.points, strict=True)
        handles.append(
            axes.fill_between(
                xs, lows, highs, facecolor=GRID, edgecolor=SOFT, hatch="////", linewidth=0,
                label=band.name,
            )
        )  # fmt: skip
    for line in panel.lines:
        style = line.style
        every = max(1, len(line.points) // 6)  # so that lines upon each other show their markers
        (drawn,) = axes.plot(
            *zip(*line.points, strict=True),
            drawstyle="steps-post" if line.steps else "default",
            color=STYLES[style], linestyle=DASHES[style], marker=MARKERS[style],
            markevery=(max(0, style) * every // len(STYLES), every), label=line.name,
            linewidth=3 if style == 0 else 2,
        )  # fmt: skip
        handles.append(drawn)
    for level in panel.levels:
        if level.style:
            handles.append(
                axes.axhline(
                    level.at, color=STYLES[level.style], linestyle=DASHES[level.style],
                    marker=MARKERS[level.style], markevery=[0], label=level.name,
                )
            )  # fmt: skip
        else:
            _draw_level(axes, level.name, level.at)
    for mark in panel.marks:
        if mark.upright:
            axes.axvline(mark.x, color=INK, linewidth=1, linestyle=DASHES[-1])
        else:
            axes.plot([mark.x], [mark.y], marker="o", markersize=5, color=INK, linestyle="none")
        axes.annotate(
            mark.sign, (mark.x, mark.y), xytext=(-4, 7), textcoords="offset points", ha="right",
            fontweight="bold", fontsize=11, zorder=5,
            bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 3 / 4, "pad": 1},
        )  # fmt: skip
    return handles


def _draw_level(axes: Axes, name: str, at: int) -> None:
    axes.axhline(at, color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
    text = axes.annotate(
        name, (0, at), xycoords=axes.get_yaxis_transform(), xytext=(4, 3),
        textcoords="offset points", ha="left", va="bottom", fontsize=11, color=SOFT,
    )  # fmt: skip
    text.set_in_layout(False)  # a drawing is not made smaller for a long name


def _line_chart(chart: LineChart, sheet: Sheet) -> None:
    handles: list[Any] = []
    beside = columns_of_sheet(len(chart.panels), below=chart.below or sheet.narrow)
    sized = sheet._replace(width=sheet.width // beside)
    for axes, panel in zip(
        places(sheet, len(chart.panels), below=chart.below), chart.panels, strict=True
    ):
        scale_x(axes, chart.x, sized)
        scale_y(axes, panel.y, sized)
        heading(axes, panel.title)
        handles.extend(_draw_panel(axes, panel))
    legend(sheet, handles, 2)


# ── spreads ──────────────────────────────────────────────────────────────────────────────────


def _draw_boxes(axes: Axes, panel: BoxPanel) -> None:
    colour = STYLES[panel.style]
    for place, box in enumerate(panel.boxes):
        axes.bar(
            place, max(1, box.upper - box.lower), bottom=box.lower, width=1 / 2, color=colour,
            alpha=1 / 3, edgecolor=colour, linewidth=1,
        )  # fmt: skip
        axes.plot([place - 1 / 4, place + 1 / 4], [box.median] * 2, color=colour, linewidth=3)
        axes.plot(
            [place], [box.mean], marker="D", color=INK, markerfacecolor=PAPER, markersize=7,
            markeredgewidth=2,
        )  # fmt: skip
    axes.set_xlim(-1 / 2, len(panel.boxes) - 1 / 2)
    axes.set_xticks(range(len(panel.boxes)), [box.label for box in panel.boxes])
    axes.tick_params(axis="x", length=0)


def _box_chart(chart: BoxChart, sheet: Sheet) -> None:
    for number, (axes, panel) in enumerate(
        zip(places(sheet, len(chart.panels), below=False), chart.panels, strict=True)
    ):
        scale_y(axes, chart.y, sheet)
        if number % columns_of_sheet(len(chart.panels), below=sheet.narrow):
            axes.tick_params(axis="y", labelleft=False)
        heading(axes, panel.title)
        for level in chart.levels:
            _draw_level(axes, level.name, level.at)
        _draw_boxes(axes, panel)
        axes.set_xlabel(chart.x)
    spread, median, mean = chart.names
    handles: list[Any] = [
        Patch(facecolor=SOFT, alpha=1 / 3, edgecolor=SOFT, label=spread),
        Line2D([], [], color=SOFT, linewidth=3, label=median),
        Line2D(
            [], [], color=INK, marker="D", markerfacecolor=PAPER, markersize=7,
            markeredgewidth=2, linestyle="none", label=mean,
        ),
    ]  # fmt: skip
    legend(sheet, handles, 3)


# ── the sheet and the page ───────────────────────────────────────────────────────────────────


def _height(chart: Chart, *, narrow: bool) -> int:
    """Return how high a chart is, in the pixels of the page."""
    if isinstance(chart, TornadoChart):
        return 110 + (54 if narrow else 46) * len(chart.rows)
    if isinstance(chart, StackChart):
        rows = sum(len(panel.stacks) for panel in chart.panels)
        row, legend = (48, 80) if narrow else (34, 20)
        return 70 + row * rows + 62 * len(chart.panels) + legend
    below = narrow or (isinstance(chart, LineChart) and chart.below)
    if below:
        return 90 + 270 * len(chart.panels)
    return 400 * -(-len(chart.panels) // columns_of_sheet(len(chart.panels), below=False))


def _drawn(chart: Chart, formats: Formats, *, narrow: bool) -> str:
    width, height = 360 if narrow else 780, _height(chart, narrow=narrow)
    figure: Any = Figure(
        figsize=(width / _POINTS_AN_INCH, height / _POINTS_AN_INCH), dpi=_POINTS_AN_INCH,
        layout="constrained", facecolor="none",
    )  # fmt: skip
    sheet = Sheet(figure, width, narrow, formats)
    if isinstance(chart, LineChart):
        _line_chart(chart, sheet)
    elif isinstance(chart, BoxChart):
        _box_chart(chart, sheet)
    elif isinstance(chart, StackChart):
        stack_chart(chart, sheet)
    else:
        tornado_chart(chart, sheet)
    FigureCanvasSVG(figure)
    engine = figure.get_layout_engine()
    if engine is not None:  # once: a figure that is written lays itself out again
        engine.execute(figure)
        figure.set_layout_engine("none")
    text = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(text, format="svg", metadata=nothing)
    return text.getvalue()


def draw(
    chart: Chart,
    formats: Formats,
    *,
    name: str,
    title: str,
    kinds: Sequence[Kind] = KINDS,
) -> str:
    """Draw a chart (grafiek) as two SVG drawings for a page: a wide one and a narrow one.

    Args:
        chart: what is drawn.
        formats: how numbers look in the language of the page.
        name: the name of the chart, for what is referred to within the drawings.
        title: what the chart shows, for who does not see it.
        kinds: which drawings; "any" is a narrow one that is shown on wide pages too.

    >>> from reba.simulation.charts import Axis, Line
    >>> chart = LineChart(Axis("months", "months", 3), (Panel("", Axis("euros", "cents", 300),
    ...                   (Line("saved", 1, ((1, 100), (2, 300))),)),))
    >>> drawing = draw(chart, Formats("en"), name="saved", title="What is saved")
    >>> drawing.count("<svg"), ">saved</text>" in drawing, "http" in drawing
    (2, True, False)
    """
    drawings: list[str] = []
    library: Any = mpl  # its types list every setting there is, of one version
    with library.rc_context():
        library.rcdefaults()
        library.rcParams.update(SETTINGS)
        for kind in kinds:
            svg = _drawn(chart, formats, narrow=kind != "wide")
            drawings.append(inline(svg, name=f"{name}-{kind}", title=title, kind=kind))
    return "".join(drawings)
