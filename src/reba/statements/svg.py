"""Draw a plot as SVG in the page itself: it needs no script and no network, and prints in grey.

Positions are whole hundredths of a unit, reckoned in integers: no float touches an amount. How it
looks stands in the drawing as well: not every renderer lets the style of the page into it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from reba.statements.blocks import Plot, Series
from reba.statements.formats import Formats

__all__ = ["plot_svg"]

_WIDTH: Final = 72_000
_HEIGHT: Final = 26_000
_LEFT: Final = 9_000
_RIGHT: Final = 71_000
_TOP: Final = 3_600
_BOTTOM: Final = 22_600
_COLOURS: Final = ("#14506b", "#d98324", "#7a9e3c", "#8a4b7d")
_LABELS_MAX: Final = 12
_GRID_LINES: Final = 4
_FONT: Final = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
_STROKES: Final = {
    "zero": 'stroke="#43535e" stroke-width="1"',
    "grid": 'stroke="#d9e1e6" stroke-width="0.75"',
    "line": 'fill="none" stroke-width="2.25" stroke-linejoin="round"',
}


def _at(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _step(most: int) -> int:
    """Return a round distance between the lines of the grid: 1, 2 or 5 times a power of ten."""
    step = 1
    while step * _GRID_LINES < most:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return step


class _Scale:
    """Where amounts and labels stand on the drawing."""

    def __init__(self, plot: Plot) -> None:
        cents = [value for series in plot.series for value in series.cents]
        self.step = _step(max([*cents, -min([*cents, 0]), 1]))
        self.most = max(-(-max([*cents, 0]) // self.step) * self.step, self.step)
        self.least = min([*cents, 0]) // self.step * self.step
        self.slot = (_RIGHT - _LEFT) // max(1, len(plot.labels))

    def y(self, cents: int) -> int:
        return _BOTTOM - (cents - self.least) * (_BOTTOM - _TOP) // (self.most - self.least)

    def middle(self, index: int) -> int:
        return _LEFT + index * self.slot + self.slot // 2


def _grid(scale: _Scale, formats: Formats) -> Iterator[str]:
    for cents in range(scale.least, scale.most + 1, scale.step):
        y = _at(scale.y(cents))
        kind = "zero" if cents == 0 else "grid"
        yield f'<path class="{kind}" {_STROKES[kind]} d="M{_at(_LEFT)} {y}H{_at(_RIGHT)}"/>'
        label = escape(formats.whole_money(cents))
        yield f'<text x="{_at(_LEFT - 800)}" y="{y}" dy=".32em" text-anchor="end">{label}</text>'


def _labels(scale: _Scale, plot: Plot) -> Iterator[str]:
    every = -(-len(plot.labels) // _LABELS_MAX)
    for index, label in enumerate(plot.labels):
        if index % every == 0:
            x, y = _at(scale.middle(index)), _at(_BOTTOM + 1_700)
            yield f'<text x="{x}" y="{y}" text-anchor="middle">{escape(label)}</text>'


def _bars(scale: _Scale, series: Series, place: int, of: int, colour: str) -> Iterator[str]:
    width = max(60, scale.slot * 7 // 10 // of)
    zero = scale.y(0)
    for index, cents in enumerate(series.cents):
        if cents == 0:
            continue
        x = scale.middle(index) - width * of // 2 + width * place
        top, bottom = sorted((zero, scale.y(cents)))
        height = max(30, bottom - top)
        yield (
            f'<rect x="{_at(x)}" y="{_at(top)}" width="{_at(width)}" height="{_at(height)}" '
            f'fill="{colour}"/>'
        )


def _line(scale: _Scale, series: Series, colour: str) -> Iterator[str]:
    points = [f"{_at(scale.middle(i))} {_at(scale.y(c))}" for i, c in enumerate(series.cents)]
    yield f'<path class="line" {_STROKES["line"]} stroke="{colour}" d="M{"L".join(points)}"/>'


def _legend(plot: Plot) -> Iterator[str]:
    x = _LEFT
    for number, series in enumerate(plot.series):
        colour = _COLOURS[number % len(_COLOURS)]
        yield f'<rect x="{_at(x)}" y="6" width="10" height="10" fill="{colour}"/>'
        yield f'<text x="{_at(x + 1_500)}" y="15">{escape(series.name)}</text>'
        x += 3_600 + 760 * len(series.name)


def plot_svg(plot: Plot, formats: Formats) -> str:
    """Draw a plot (grafiek) of amounts: bars beside each other, lines over them.

    >>> plot = Plot("Saved", ("2015-03",), (Series("saved", (12345,)),))
    >>> plot_svg(plot, Formats("en")).count("<rect")  # the bar, and its place in the legend
    2
    """
    scale = _Scale(plot)
    bars = [number for number, series in enumerate(plot.series) if not series.line]
    parts = [*_grid(scale, formats), *_labels(scale, plot)]
    for number, series in enumerate(plot.series):
        colour = _COLOURS[number % len(_COLOURS)]
        if series.line:
            parts.extend(_line(scale, series, colour))
        else:
            parts.extend(_bars(scale, series, bars.index(number), len(bars), colour))
    parts.extend(_legend(plot))
    box = f"0 0 {_at(_WIDTH)} {_at(_HEIGHT)}"
    label = escape(plot.caption)
    look = f'font-family="{_FONT}" font-size="11" fill="#1b2730"'
    # The title is its alternative text where there is no page around it, as in a PDF.
    return (
        f'<svg viewBox="{box}" role="img" aria-label="{label}" {look}><title>{label}</title>'
        f"{''.join(parts)}</svg>"
    )
