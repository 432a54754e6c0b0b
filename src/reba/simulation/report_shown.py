"""A variant as the report shows it, and a chart with what is said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from reba.money import half_up
from reba.simulation.charts import Chart
from reba.simulation.measures import ALL, WORKING, Group, Measures, groups_of, measure
from reba.simulation.report_words import ReportWords
from reba.simulation.results import Simulation, VariantResult
from reba.statements.blocks import Column, Table

__all__ = [
    "MARK",
    "VARIANTS_MAX",
    "Drawn",
    "Shown",
    "columns_of",
    "hundredths",
    "of_main",
    "shown_of",
]

VARIANTS_MAX: Final = 5
"""More variants than this cannot be told apart in one chart."""

MARK: Final = " *"
"""What stands behind each figure that is provisional."""

_LETTERS: Final = "ABCDE"


class Shown(NamedTuple):
    """A variant as the report shows it: its letter and style, and all that was measured."""

    letter: str
    style: int
    name: str
    variant: VariantResult
    groups: Mapping[str, Group]
    measures: Mapping[str, Measures]

    @property
    def mark(self) -> str:
        """What stands behind each figure of a variant that is provisional."""
        return MARK if self.variant.provisional else ""

    @property
    def title(self) -> str:
        """Letter and name, with the mark."""
        return f"{self.letter}. {self.name}{self.mark}"

    @property
    def short(self) -> str:
        """The letter alone, with the mark; the same in both languages."""
        return f"Variant {self.letter}{self.mark}"

    @property
    def main(self) -> str:
        """The group that the summary is about: those that work, or all where nobody does."""
        return WORKING if WORKING in self.groups else ALL


def _title(variant: VariantResult) -> str:
    return f"{variant.policy_title} | {variant.reform}" if variant.reform else variant.policy_title


def shown_of(simulation: Simulation) -> tuple[Shown, ...]:
    """Measure every variant, and give each a letter and a style (varianten)."""
    found: list[Shown] = []
    titles = Counter(_title(variant) for variant in simulation.variants)
    for number, variant in enumerate(simulation.variants):
        groups = groups_of(variant)
        measures = {key: measure(group, simulation.assumptions) for key, group in groups.items()}
        letter = _LETTERS[number % VARIANTS_MAX]
        title = _title(variant)
        name = title if titles[title] == 1 else variant.name
        found.append(Shown(letter, number + 1, name, variant, groups, measures))
    return tuple(found)


class Drawn(NamedTuple):
    """A chart with what is said of it (grafiek): its caption, and its numbers as tables.

    Where there is nothing to draw the text says so, and the chart is None.
    """

    name: str
    title: str
    text: str
    chart: Chart | None
    tables: tuple[Table, ...]
    file: str
    notes: tuple[str, ...] = ()


def of_main(words: ReportWords, key: str, shown: Sequence[Shown]) -> str:
    """Return a text for the group that the summary is about."""
    return words.say(key if shown[0].main == WORKING else f"{key}.all")


def columns_of(first: str, names: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of a table of numbers."""
    return (Column(first), *(Column(name, amount=True) for name in names))


def hundredths(share: Fraction) -> int:
    """Return a share in hundredths of a percent, half up.

    >>> hundredths(Fraction(1, 3)), hundredths(Fraction(1))
    (3333, 10000)
    """
    return half_up(share.numerator * 10_000, share.denominator)
