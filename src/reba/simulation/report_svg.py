"""How drawings look, and how one becomes part of a page: its colours are those of the page.

1. A colour is a name that the page gives a value, so that a dark screen and paper have their own.
   Variants differ in marker and dash too, parts of a bar in hatching: it reads without colour.
2. A drawing is no document of its own: no namespace, no style, and no name that another one has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final

__all__ = [
    "DASHES",
    "GRID",
    "INK",
    "MARKERS",
    "PAPER",
    "PARTS",
    "SETTINGS",
    "SOFT",
    "STYLES",
    "inline",
]

INK: Final = "#1b2730"
SOFT: Final = "#43535e"
GRID: Final = "#d9e1e6"
PAPER: Final = "#fefefe"
STYLES: Final = (
    "#1b2731",
    "#0072b2",
    "#c04f00",
    "#00805d",
    "#9b3f7c",
    "#7a5c00",
    "#5a5a5a",
)
DASHES: Final = ("-", "-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS: Final = ("", "o", "s", "^", "D", "v", "")
"""Style 0 is what all variants share, the last what others are held against; between are they."""
PARTS: Final = (
    ("#0a5c8f", "", "#fffffe"),
    ("#9fd0ee", "", "#1a1a1a"),
    ("#b84f00", "//", "#fffffe"),
    ("#c9ced3", "\\\\", "#1a1a1a"),
    ("#f2d98d", "x", "#1a1a1a"),
)
"""For each part of a bar: its colour, its hatching, and the colour of a number in it."""

# Names of the colours that the page may change; what stands in a bar keeps its own.
_NAMES: Final[Mapping[str, str]] = {
    INK: "ink", SOFT: "soft", GRID: "grid", PAPER: "paper",
    **{colour: f"s{number}" for number, colour in enumerate(STYLES)},
}  # fmt: skip

SETTINGS: Final[Mapping[str, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "reba",
    "font.family": "DejaVu Sans",  # it comes with matplotlib: places are the same everywhere
    "font.size": 12,
    "text.parse_math": False,  # a title is what somebody wrote
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.facecolor": "none",
    "axes.labelcolor": SOFT,
    "axes.titlesize": 13,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": GRID,
    "xtick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.color": SOFT,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "hatch.linewidth": 1,
}

_CUT: Final = (
    (re.compile(r"<style.*?</style>|<metadata>.*?</metadata>", re.DOTALL), ""),
    (re.compile(r"font-size: (\d+)px; font-family: [^;\"]*"), r"font-size: \1px"),
    (re.compile(r'(<g) id="[^"]*"'), r"\1"),
    (re.compile(r' transform="rotate\(-?0 [^"]*"'), ""),
    (re.compile(r"xlink:href"), "href"),
    (re.compile(r">\s+<"), "><"),
    (re.compile(r" *\n"), " "),
)


_TAG: Final = re.compile(r"<[^>]*>")
_PLACE: Final = re.compile(r"(\d\.\d\d)\d+")


def inline(svg: str, *, name: str, title: str, kind: str) -> str:
    """Return a drawing as part of a page (tekening): no document of its own.

    Args:
        svg: the drawing as it was written.
        name: what the names within it begin with.
        title: what it shows, for who does not see it.
        kind: the class under which the page shows it, "wide" or "narrow".
    """
    body = svg[svg.index("<svg") :]
    body = body[body.index(">") + 1 :].rstrip()
    for pattern, text in _CUT:
        body = pattern.sub(text, body)
    # A hundredth of a pixel is enough for a place; what is said between tags stays whole.
    body = _TAG.sub(lambda tag: _PLACE.sub(r"\1", tag[0]), body)
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = re.sub(r'(href="|url\()#', rf"\1#{name}-", body)
    for colour, variable in _NAMES.items():
        body = body.replace(colour, f"var(--{variable}, {colour})")
    box = re.search(r'viewBox="([^"]*)"', svg)
    view = box[1] if box else ""
    return (
        f'<svg class="{kind}" viewBox="{view}" role="img" aria-labelledby="{name}-title">'
        f'<title id="{name}-title">{escape(title)}</title>{body}'
    )
