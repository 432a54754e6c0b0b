"""The account statement (rekeningoverzicht) as plain text, for a terminal or a letter."""

from __future__ import annotations

import textwrap
from typing import Final, assert_never

from reba.statements.blocks import Block, Column, Figures, Items, Page, Paragraph, Plot, Table

__all__ = ["statement_text"]

_WIDTH: Final = 78
_TABLE_WIDTH: Final = 84
"""What fits on A4 in ten points; wider tables become a list."""
_GAP: Final = "  "


def _wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _figures(figures: Figures) -> list[str]:
    names = [f"{row.name} ({row.term})" if row.term else row.name for row in figures.rows]
    name_width = max(len(name) for name in names)
    amount_width = max(len(row.amount) for row in figures.rows)
    lines: list[str] = []
    for name, row in zip(names, figures.rows, strict=True):
        lines.append(f"{name.ljust(name_width)}{_GAP}{row.amount.rjust(amount_width)}")
        lines.extend(_wrapped(row.means, "    "))
    return lines


def _records(columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """Write each row as a block of named lines: for tables too wide for a page."""
    lines: list[str] = []
    for row in rows:
        lines.extend(_wrapped(f"{columns[0].label}: {row[0]}", "    ", "- "))
        for column, cell in zip(columns[1:], row[1:], strict=True):
            lines.extend(_wrapped(f"{column.label}: {cell}", "    ", "  "))
    return lines


def _table(table: Table) -> list[str]:
    rows = (*table.rows, table.total) if table.total else table.rows
    # Headings of amounts may take several lines, words do not.
    labels = tuple(c.label.split(" ") if c.amount else [c.label] for c in table.columns)
    words = tuple(max(label, key=len) for label in labels)
    widths = [max(len(cell) for cell in cells) for cells in zip(words, *rows, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > _TABLE_WIDTH:
        return [*_wrapped(f"{table.caption}:"), *_records(table.columns, rows)]

    def line(cells: tuple[str, ...]) -> str:
        placed = [
            cell.rjust(width) if column.amount else cell.ljust(width)
            for cell, width, column in zip(cells, widths, table.columns, strict=True)
        ]
        return _GAP.join(placed).rstrip()

    rule = _GAP.join("-" * width for width in widths)
    high = max(len(label) for label in labels)
    heads = zip(*([""] * (high - len(label)) + label for label in labels), strict=True)
    lines = [*_wrapped(f"{table.caption}:"), *map(line, heads), rule, *map(line, table.rows)]
    return [*lines, rule, line(table.total)] if table.total else lines


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph():
            return _wrapped(block.text)
        case Figures():
            return _figures(block)
        case Items():
            return [line for text in block.texts for line in _wrapped(text, "  ", "- ")]
        case Table():
            return _table(block)
        case Plot():
            return []  # the table beside it says the same
        case _:  # pragma: no cover
            assert_never(block)


def statement_text(statement: Page) -> str:
    """Write the account statement (rekeningoverzicht) as plain text of at most 84 columns.

    >>> from datetime import date
    >>> from reba.ledger.accounts import AccountFold
    >>> from reba.statements.statement import make_statement
    >>> state = AccountFold("H-1").state(date(2015, 5, 1))
    >>> statement_text(make_statement(state, (), None, "en")).splitlines()[0]
    'Account statement H-1'
    """
    lines = [statement.title, "=" * len(statement.title), "", *_wrapped(statement.intro)]
    for section in statement.sections:
        lines += ["", section.heading, "-" * len(section.heading)]
        for number, block in enumerate(section.blocks):
            lines += [""] if number else []
            lines += _block(block)
    lines.append("")
    for text in statement.footer:
        lines.extend(_wrapped(text))
    return "\n".join(lines) + "\n"
