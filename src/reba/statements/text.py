"""The account statement (rekeningoverzicht) as plain text, for a terminal or a letter.

Where a language is read from right to left, each line says so itself, and each cell is a part of
its own, so that no cell changes places with another. Digits are read from left to right there too:
so amounts are filled up on the other side, and decimals stay below each other.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final, assert_never

from reba.statements.blocks import Block, Column, Figures, Items, Page, Paragraph, Plot, Table
from reba.statements.formats import Formats
from reba.statements.inline import as_plain, balanced_lines, right_to_left, width

__all__ = ["statement_text"]

_WIDTH: Final = 78
_TABLE_WIDTH: Final = 84
"""What fits on A4 in ten points; wider tables become a list."""
_GAP: Final = "  "


def _wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        as_plain(text),
        _WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _records(columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """Write each row as a block of named lines: for tables too wide for a page."""
    lines: list[str] = []
    for row in rows:
        lines.extend(_wrapped(f"{columns[0].label}: {row[0]}", "    ", "- "))
        for column, cell in zip(columns[1:], row[1:], strict=True):
            lines.extend(_wrapped(f"{column.label}: {cell}", "    ", "  "))
    return lines


class _Writer:
    """Writes blocks for one direction of reading."""

    def __init__(self, formats: Formats) -> None:
        self.formats = formats

    def cell(self, text: str, columns: int, *, amount: bool) -> str:
        """Fill a cell up to its width, so that amounts stand below each other."""
        space = " " * (columns - width(text))
        before = amount and not self.formats.is_right_to_left
        return space + text if before else self.formats.apart(text) + space

    def figures(self, figures: Figures) -> list[str]:
        terms = [self.formats.apart(f"({row.term})") if row.term else "" for row in figures.rows]
        names = [
            as_plain(f"{row.name} {term}".rstrip())
            for row, term in zip(figures.rows, terms, strict=True)
        ]
        name_width = max(map(width, names))
        amount_width = max(width(row.amount) for row in figures.rows)  # never in Dutch
        lines: list[str] = []
        for name, row in zip(names, figures.rows, strict=True):
            amount = self.cell(row.amount, amount_width, amount=True)
            lines.append(f"{self.cell(name, name_width, amount=False)}{_GAP}{amount}".rstrip())
            lines.extend(_wrapped(row.means, "    "))
        return lines

    def table(self, table: Table) -> list[str]:
        total = (table.total,) if table.total else ()
        rows = tuple(tuple(map(as_plain, cells)) for cells in (*table.rows, *total))
        # Headings of amounts may take several lines, words do not.
        named = [(as_plain(column.label), column.amount) for column in table.columns]
        labels = [list(map(as_plain, n.split(" "))) if amount else [n] for n, amount in named]
        words = [max(label, key=width) for label in labels]
        widths = [max(map(width, cells)) for cells in zip(words, *rows, strict=True)]
        if sum(widths) + len(_GAP) * (len(widths) - 1) > _TABLE_WIDTH:
            return [*_wrapped(f"{table.caption}:"), *_records(table.columns, rows)]

        def line(cells: Sequence[str]) -> str:
            placed = [
                self.cell(cell, columns, amount=column.amount)
                for cell, columns, column in zip(cells, widths, table.columns, strict=True)
            ]
            return _GAP.join(placed).rstrip()

        rule = _GAP.join("-" * columns for columns in widths)
        high = max(len(label) for label in labels)
        heads = zip(*([""] * (high - len(label)) + label for label in labels), strict=True)
        lines = [*_wrapped(f"{table.caption}:"), *map(line, heads), rule, *map(line, rows)]
        return [*lines[:-1], rule, lines[-1]] if total else lines

    def block(self, block: Block) -> list[str]:
        match block:
            case Paragraph():
                return _wrapped(block.text)
            case Figures():
                return self.figures(block)
            case Items():
                return [line for text in block.texts for line in _wrapped(text, "  ", "- ")]
            case Table():
                return self.table(block)
            case Plot():
                return []  # the table beside it says the same
            case _:  # pragma: no cover
                assert_never(block)

    def whole(self, lines: Iterable[str]) -> str:
        """Put lines together; each says its direction where that is not the usual one."""
        turned = self.formats.is_right_to_left
        closed = balanced_lines(lines)
        return "".join(f"{right_to_left(line) if line and turned else line}\n" for line in closed)


def _underlined(text: str, rule: str) -> list[str]:
    plain = as_plain(text)
    return [plain, rule * width(plain)]


def statement_text(statement: Page) -> str:
    """Write the account statement (rekeningoverzicht) as plain text of at most 84 columns.

    >>> from datetime import date
    >>> from reba.ledger.accounts import AccountFold
    >>> from reba.statements.statement import make_statement
    >>> state = AccountFold("H-1").state(date(2015, 5, 1))
    >>> statement_text(make_statement(state, (), None, "en")).splitlines()[0]
    'Account statement H-1'
    """
    writer = _Writer(Formats(statement.language))
    lines = [*_underlined(statement.title, "="), "", *_wrapped(statement.intro)]
    for text in statement.notice:
        lines += ["", *_wrapped(text)]
    for section in statement.sections:
        lines += ["", *_underlined(section.heading, "-")]
        for number, block in enumerate(section.blocks):
            lines += [""] if number else []
            lines += writer.block(block)
    lines.append("")
    for text in statement.footer:
        lines.extend(_wrapped(text))
    return writer.whole(lines)
