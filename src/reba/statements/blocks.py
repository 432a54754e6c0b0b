"""What a page for people is made of, as values; `page` and `text` lay them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from reba.law.labels import Language

__all__ = [
    "Block",
    "Column",
    "Figure",
    "Figures",
    "Items",
    "Language",
    "Page",
    "Paragraph",
    "Plot",
    "Section",
    "Series",
    "Table",
]


class Figure(NamedTuple):
    """An amount (bedrag) with its name and what it means; `term` is the Dutch term, or empty."""

    name: str
    term: str
    amount: str
    means: str


class Column(NamedTuple):
    """A column (kolom) of a table; amounts are set to the right."""

    label: str
    amount: bool = False


class Paragraph(NamedTuple):
    """A paragraph (alinea); `notable` where nobody should read past it."""

    text: str
    notable: bool = False


class Figures(NamedTuple):
    """Amounts below each other, each with its explanation (bedragen met uitleg)."""

    rows: tuple[Figure, ...]


class Items(NamedTuple):
    """A list of sentences (opsomming)."""

    texts: tuple[str, ...]


class Table(NamedTuple):
    """A table (tabel): the first cell of a row names the row; `total` is a last row, or empty."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


class Series(NamedTuple):
    """Amounts of a plot (reeks), in cents, one for each label; as bars or as a line."""

    name: str
    cents: tuple[int, ...]
    line: bool = False


class Plot(NamedTuple):
    """A plot of amounts over time (grafiek); a table beside it says the same in figures."""

    caption: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]


Block: TypeAlias = Paragraph | Figures | Items | Table | Plot


class Section(NamedTuple):
    """A part of a page (onderdeel) under its own heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page for people (pagina), in one language.

    Args:
        language: the tag of the language, as "nl" or "ar".
        title: its title.
        intro: what it is about.
        sections: its parts.
        footer: what stands below it.
        notice: which text holds, where this one is a translation.
        untranslated: the names of the texts that stand in Dutch, since a catalog lacks them.
    """

    language: str
    title: str
    intro: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    notice: tuple[str, ...] = ()
    untranslated: tuple[str, ...] = ()
