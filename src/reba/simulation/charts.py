"""Charts as plain values: what is drawn, in whole numbers, before anything draws it.

A chart holds cents, months, tenths of days, and shares in hundredths of a percent. Who draws it
turns them into places on paper; the table beside a chart is made from the same numbers.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

__all__ = [
    "Axis",
    "Band",
    "Box",
    "BoxChart",
    "BoxPanel",
    "Chart",
    "Level",
    "Line",
    "LineChart",
    "Mark",
    "Panel",
    "Stack",
    "StackChart",
    "StackPanel",
    "Swinging",
    "TornadoChart",
    "Unit",
]

Unit: TypeAlias = Literal["cents", "months", "days_tenths", "share"]
"""What a number is: cents, months, tenths of days, or hundredths of a percent."""


class Axis(NamedTuple):
    """What an axis shows (as): its words, its unit, and the largest value it must hold."""

    label: str
    unit: Unit
    most: int


class Line(NamedTuple):
    """Numbers that follow each other (lijn); `style` says which of the styles it is drawn in.

    Style 0 is what all variants have in common; the others are the variants in their order.
    """

    name: str
    style: int
    points: tuple[tuple[int, int], ...]
    steps: bool = False


class Level(NamedTuple):
    """A number to hold the others against, across the whole chart (peil)."""

    name: str
    style: int
    at: int


class Mark(NamedTuple):
    """A point that is explained beside the chart, by its sign (merkteken).

    One that is upright is a line over all values, because none of them is what happens there.
    """

    sign: str
    x: int
    y: int
    upright: bool = False


class Band(NamedTuple):
    """Between which numbers something lies that nobody has decided (bandbreedte)."""

    name: str
    points: tuple[tuple[int, int, int], ...]


class Panel(NamedTuple):
    """One drawing of a chart of lines (paneel)."""

    title: str
    y: Axis
    lines: tuple[Line, ...]
    levels: tuple[Level, ...] = ()
    marks: tuple[Mark, ...] = ()
    bands: tuple[Band, ...] = ()


class LineChart(NamedTuple):
    """Lines over one axis (lijngrafiek); the panels stand beside or below each other."""

    x: Axis
    panels: tuple[Panel, ...]
    below: bool = False


class Box(NamedTuple):
    """How amounts are spread (spreiding): quartiles and mean, in cents."""

    label: str
    lower: int
    median: int
    upper: int
    mean: int


class BoxPanel(NamedTuple):
    """The spreads of one variant."""

    title: str
    style: int
    boxes: tuple[Box, ...]


class BoxChart(NamedTuple):
    """Spreads beside each other (spreidingsgrafiek); what the parts of a box are called."""

    x: str
    y: Axis
    panels: tuple[BoxPanel, ...]
    levels: tuple[Level, ...]
    names: tuple[str, str, str]


class Stack(NamedTuple):
    """How a whole is divided (verdeling): parts in hundredths of a percent; none if it is empty."""

    label: str
    parts: tuple[int, ...]


class StackPanel(NamedTuple):
    """The divisions of one variant."""

    title: str
    stacks: tuple[Stack, ...]


class StackChart(NamedTuple):
    """Wholes divided into the same parts (gestapelde staven)."""

    x: Axis
    names: tuple[str, ...]
    panels: tuple[StackPanel, ...]
    empty: str


class Swinging(NamedTuple):
    """What a number becomes when one thing is lower or higher (uitslag), with what those are."""

    label: str
    low_text: str
    high_text: str
    low: int
    high: int


class TornadoChart(NamedTuple):
    """How far a number moves, the most sensitive first (tornadografiek)."""

    x: Axis
    base: int
    rows: tuple[Swinging, ...]
    names: tuple[str, str]


Chart: TypeAlias = LineChart | BoxChart | StackChart | TornadoChart
