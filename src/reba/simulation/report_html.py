"""The parts of which the page of the report is put together: tables, charts, cards, notices.

Everything that comes from a file or from facts is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from reba.simulation.report_plots import KINDS, Kind, draw
from reba.simulation.report_shown import Drawn
from reba.simulation.report_style import STYLE
from reba.simulation.report_words import ReportWords
from reba.statements.blocks import Column, Table

__all__ = [
    "Card",
    "card_html",
    "chart_html",
    "folded",
    "items",
    "page_html",
    "paragraph",
    "section",
    "table_html",
]


class Card(NamedTuple):
    """A variant in the summary (kaart): figures, each with what it means and what goes with it."""

    letter: str
    style: int
    name: str
    lines: tuple[str, ...]
    figures: tuple[tuple[str, str, str], ...]


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph (alinea), escaped.

    >>> paragraph("a < b", "notable")
    '<p class="notable">a &lt; b</p>'
    """
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def items(texts: Iterable[str]) -> str:
    """Return a list of sentences (opsomming), escaped."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def folded(summary: str, content: str, *, is_open: bool = False, is_table: bool = False) -> str:
    """Return a part that is folded until somebody opens it (uitklapblok); on paper it is open.

    Of a table the caption says what it is, so its summary is not printed.
    """
    state = " open" if is_open else ""
    kind = ' class="not-on-paper"' if is_table else ""
    return f"<details{state}><summary{kind}>{escape(summary)}</summary>{content}</details>"


def _kind(column: Column) -> str:
    return ' class="amount"' if column.amount else ""


def _cell(text: str) -> str:
    # A second line is what the first one changed by.
    value, _, change = text.partition("\n")
    small = f'<span class="change">{escape(change)}</span>' if change else ""
    return f"<span>{escape(value)}{small}</span>"


def _row(table: Table, cells: Sequence[str]) -> str:
    columns = table.columns
    first = f'<th role="rowheader" scope="row"{_kind(columns[0])}>{escape(cells[0])}</th>'
    rest = (
        f'<td role="cell"{_kind(column)} data-label="{escape(column.label)}">{_cell(cell)}</td>'
        for column, cell in zip(columns[1:], cells[1:], strict=True)
    )
    return f'<tr role="row">{first}{"".join(rest)}</tr>'


def _group(tag: str, rows: Sequence[str]) -> str:
    return f'<{tag} role="rowgroup">{"".join(rows)}</{tag}>' if rows else ""


def table_html(table: Table) -> str:
    """Return a table (tabel); on a narrow screen each row becomes a block with named cells."""
    head = "".join(
        f'<th role="columnheader" scope="col"{_kind(column)}>{escape(column.label)}</th>'
        for column in table.columns
    )
    return (
        f'<table role="table"><caption>{escape(table.caption)}</caption>'
        + _group("thead", [f'<tr role="row">{head}</tr>'])
        + _group("tbody", [_row(table, cells) for cells in table.rows])
        + _group("tfoot", [_row(table, table.total)] if table.total else [])
        + "</table>"
    )


def chart_html(drawn: Drawn, words: ReportWords, *, is_folded: bool = False) -> str:
    """Return a chart (grafiek) with what it says, and its numbers in tables that can be opened.

    One that is folded away is drawn once, for any page.
    """
    caption = f"<figcaption>{escape(drawn.text)}</figcaption>" if drawn.text else ""
    notes = items(drawn.notes) if len(drawn.notes) > 1 else "".join(map(paragraph, drawn.notes))
    tables = "\n".join(table_html(table) for table in drawn.tables)
    kinds: Sequence[Kind] = ("any",) if is_folded else KINDS
    if drawn.chart is None:
        return f'<figure id="{drawn.name}">{caption}{tables}</figure>'
    drawing = draw(drawn.chart, words, name=drawn.name, title=drawn.title, kinds=kinds)
    return (
        f'<figure id="{drawn.name}">{caption}{drawing}{notes}\n'
        f"{folded(words.say('numbers'), tables)}"
        f"{paragraph(words.say('numbers.print', file=drawn.file), 'soft on-paper')}</figure>"
    )


def card_html(card: Card) -> str:
    """Return a variant in the summary (kaart)."""
    figures = "".join(
        f'<div><dt>{escape(means)}</dt><dd class="amount">{escape(figure)}</dd></div>'
        if not more
        else f'<div><dt>{escape(means)}<br><span class="soft">{escape(more)}</span></dt>'
        f'<dd class="amount">{escape(figure)}</dd></div>'
        for figure, means, more in card.figures
    )
    lines = "".join(paragraph(line, "soft") for line in card.lines)
    return (
        f'<article class="card" style="--style: var(--s{card.style})">'
        f'<h3><span class="letter">{card.letter}</span> <span>{escape(card.name)}</span></h3>'
        f"{lines}<dl>{figures}</dl></article>"
    )


def section(number: int, heading: str, parts: Iterable[str]) -> str:
    """Return a part of the page under its own heading (onderdeel)."""
    content = "\n".join(part for part in parts if part)
    return (
        f'<section aria-labelledby="h{number}">\n<h2 id="h{number}">{escape(heading)}</h2>\n'
        f"{content}\n</section>"
    )


def page_html(words: ReportWords, title: str, intro: Iterable[str], sections: Iterable[str]) -> str:
    """Return the whole page (pagina): it needs no script, no network and no other file."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{words.language}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            f"<header><h1>{escape(title)}</h1>",
            *intro,
            "</header>",
            "<main>",
            *sections,
            "</main>",
            f"<footer>{paragraph(words.say('footer'), 'soft')}</footer>",
            "</body>",
            "</html>",
            "",
        ]
    )
