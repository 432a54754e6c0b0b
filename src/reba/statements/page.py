"""The account statement (rekeningoverzicht) as one self-contained HTML page.

It needs no network and no script, reads on a telephone and prints on A4. On a narrow screen each
row of a table becomes a block in which every cell is named; the roles keep it a table for a screen
reader. Where a language is read from right to left, all but the amounts changes sides: their digits
are read from left to right everywhere, so that decimals stand below each other only to the right.
"""

from __future__ import annotations

from html import escape
from typing import Final, assert_never

from reba.statements.blocks import (
    Block,
    Column,
    Figure,
    Figures,
    Items,
    Page,
    Paragraph,
    Plot,
    Table,
)
from reba.statements.formats import Formats
from reba.statements.inline import as_attribute, as_html
from reba.statements.svg import plot_svg

__all__ = ["statement_html"]

_STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; padding: 2.5rem 1.25rem 3rem; background: #fff; color: #1b2730;
  font: 1.0625rem/1.6 "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans",
    sans-serif;
  overflow-wrap: break-word;
}
main, header, footer { max-width: 46rem; margin: 0 auto; }
header { border-bottom: 3px solid #14506b; padding-bottom: 1rem; }
h1 { margin: 0 0 .5rem; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.01em; }
[dir="rtl"] h1 { letter-spacing: normal; }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.25rem; line-height: 1.3; color: #14506b; }
p { margin: 0 0 .75rem; max-width: 40rem; }
p.notable { border-inline-start: 4px solid #14506b; background: #eef4f7; padding: .6rem .9rem; }
ul { margin: 0 0 .75rem; padding-inline-start: 1.2rem; max-width: 40rem; }
li { margin-bottom: .5rem; }
dl { margin: 0 0 1rem; border-top: 1px solid #c8d3da; }
dl > div {
  display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .6rem 0;
  border-bottom: 1px solid #c8d3da; break-inside: avoid;
}
dt { font-weight: 600; }
dt i { font-weight: 400; color: #43535e; }
dd { margin: 0; }
dd.amount { min-inline-size: 6.5rem; text-align: right; font-weight: 600; }
dd.means { grid-column: 1 / -1; max-width: 34rem; color: #43535e; font-size: .9375rem; }
.amount { font-variant-numeric: tabular-nums; white-space: nowrap; }
table { width: 100%; margin: 0 0 1rem; border-collapse: collapse; font-size: .9375rem; }
caption { padding: 0 0 .4rem; text-align: start; color: #43535e; }
th, td { padding: .5rem .5rem; text-align: start; vertical-align: top; line-height: 1.45; }
td.unbroken { overflow-wrap: anywhere; }
th.id { white-space: nowrap; }
th:first-child, td:first-child { padding-inline-start: 0; }
th:last-child, td:last-child { padding-inline-end: 0; }
thead th { border-bottom: 2px solid #14506b; vertical-align: bottom; }
tbody th, tbody td { border-bottom: 1px solid #c8d3da; }
tbody th { font-weight: 600; }
tfoot th, tfoot td { border-top: 2px solid #14506b; font-weight: 600; }
th.amount, td.amount { text-align: right; }
thead th.amount { white-space: normal; }
tr { break-inside: avoid; }
figure { margin: 0 0 1rem; break-inside: avoid; overflow-x: auto; }
figcaption { padding-bottom: .4rem; color: #43535e; font-size: .9375rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11px; fill: #1b2730; font-variant-numeric: tabular-nums; }
svg .grid { stroke: #d9e1e6; stroke-width: .75; }
svg .zero { stroke: #43535e; stroke-width: 1; }
svg .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
footer {
  margin-top: 2.5rem; border-top: 1px solid #c8d3da; padding-top: .75rem; color: #43535e;
  font-size: .9375rem;
}
@media screen and (max-width: 40rem) {
  body { padding: 1.5rem 1rem 2rem; }
  h1 { font-size: 1.5rem; }
  table, caption, tbody, tfoot, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding: .5rem 0; border-bottom: 1px solid #c8d3da; }
  tfoot tr { border-bottom: 0; border-top: 2px solid #14506b; }
  tbody tr:first-child { border-top: 2px solid #14506b; }
  tbody th, tbody td, tfoot th, tfoot td { border: 0; padding: .15rem 0; }
  td::before { content: attr(data-label) ": "; color: #43535e; }
  svg { min-width: 34rem; }
  td.amount { display: flex; gap: .3rem; }
  td.amount::before { margin-inline-end: auto; padding-inline-end: .7rem; }
}
@page { size: A4; margin: 18mm; }
@media print {
  body { padding: 0; font-size: 10.5pt; line-height: 1.45; }
  main, header, footer, p, ul { max-width: none; }
  h1 { font-size: 20pt; }
  h2 { margin-top: 16pt; font-size: 13pt; break-after: avoid; }
  dl > div { padding: .35rem 0; }
  th, td { padding-top: .3rem; padding-bottom: .3rem; }
  table { break-inside: avoid; }
  table.long { break-inside: auto; }
  table, dd.means, footer { font-size: 9.5pt; }
  p.notable { background: none; break-inside: avoid; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
}
"""

_ROWS_TOGETHER: Final = 12
_LETTERS_TOGETHER: Final = 1000
"""Tables of at most so many rows and letters are printed on one page: they surely fit on it."""
_WORD_FITS: Final = 24
"""Words up to this many letters are never broken; a hash, in one column of five, must be."""


def _figure(figure: Figure, formats: Formats) -> str:
    # A translated name carries the Dutch term, marked as Dutch for a screen reader.
    dutch = as_html(formats.apart(f"({figure.term})"))
    term = f' <i lang="nl">{dutch}</i>' if figure.term else ""
    return (
        f"<div><dt>{as_html(figure.name)}{term}</dt>"
        f'<dd class="amount">{as_html(figure.amount)}</dd>'
        f'<dd class="means">{as_html(figure.means)}</dd></div>'
    )


def _kind(column: Column) -> str:
    return ' class="amount"' if column.amount else ""


def _cell_kind(column: Column, cell: str) -> str:
    breaks = not column.amount and any(len(word) > _WORD_FITS for word in cell.split())
    return ' class="unbroken"' if breaks else _kind(column)


def _row(table: Table, cells: tuple[str, ...]) -> str:
    # What has no blanks is an id, which must not be broken at its hyphen.
    is_id = len(cells[0].split()) == 1 and len(cells[0]) <= _WORD_FITS
    kind = ' class="id"' if is_id else ""
    first = f'<th role="rowheader" scope="row"{kind}>{as_html(cells[0])}</th>'
    rest = [
        f'<td role="cell"{_cell_kind(column, cell)} data-label="{as_attribute(column.label)}">'
        f"{as_html(cell)}</td>"
        for column, cell in zip(table.columns[1:], cells[1:], strict=True)
    ]
    return f'<tr role="row">{first}{"".join(rest)}</tr>'


def _group(tag: str, rows: list[str]) -> list[str]:
    return [f'<{tag} role="rowgroup">', *rows, f"</{tag}>"] if rows else []


def _is_long(table: Table) -> bool:
    letters = sum(len(cell) for row in table.rows for cell in row)
    return len(table.rows) > _ROWS_TOGETHER or letters > _LETTERS_TOGETHER


def _table(table: Table) -> list[str]:
    head = [
        f'<th role="columnheader" scope="col"{_kind(column)}>{as_html(column.label)}</th>'
        for column in table.columns
    ]
    # A table longer than a page would leave the page before it empty.
    kind = ' class="long"' if _is_long(table) else ""
    return [
        f'<table role="table"{kind}>',
        f"<caption>{as_html(table.caption)}</caption>",
        *_group("thead", [f'<tr role="row">{"".join(head)}</tr>']),
        *_group("tbody", [_row(table, cells) for cells in table.rows]),
        *_group("tfoot", [_row(table, table.total)] if table.total else []),
        "</table>",
    ]


def _block(block: Block, formats: Formats) -> list[str]:
    match block:
        case Paragraph():
            kind = ' class="notable"' if block.notable else ""
            return [f"<p{kind}>{as_html(block.text)}</p>"]
        case Figures():
            return ["<dl>", *(_figure(row, formats) for row in block.rows), "</dl>"]
        case Items():
            return ["<ul>", *(f"<li>{as_html(text)}</li>" for text in block.texts), "</ul>"]
        case Table():
            return _table(block)
        case Plot():
            caption = f"<figcaption>{escape(block.caption)}</figcaption>"
            return [f"<figure>{caption}{plot_svg(block, formats)}</figure>"]
        case _:  # pragma: no cover
            assert_never(block)


def statement_html(statement: Page) -> str:
    """Write the account statement (rekeningoverzicht) as one HTML page that needs nothing else.

    >>> from datetime import date
    >>> from reba.ledger.accounts import AccountFold
    >>> from reba.statements.statement import make_statement
    >>> state = AccountFold("H-1").state(date(2015, 5, 1))
    >>> statement_html(make_statement(state, (), None, "nl")).splitlines()[1]
    '<html lang="nl">'
    """
    formats = Formats(statement.language)
    direction = ' dir="rtl"' if formats.is_right_to_left else ""
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{statement.language}"{direction}>',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{as_attribute(statement.title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        "<header>",
        f"<h1>{as_html(statement.title)}</h1>",
        f"<p>{as_html(statement.intro)}</p>",
        *(f'<p class="notable">{as_html(text)}</p>' for text in statement.notice),
        "</header>",
        "<main>",
    ]
    for number, section in enumerate(statement.sections, start=1):
        lines.append(f'<section aria-labelledby="h{number}">')
        lines.append(f'<h2 id="h{number}">{as_html(section.heading)}</h2>')
        lines.extend(line for block in section.blocks for line in _block(block, formats))
        lines.append("</section>")
    lines += ["</main>", "<footer>"]
    lines.extend(f"<p>{as_html(text)}</p>" for text in statement.footer)
    lines += ["</footer>", "</body>", "</html>"]
    return "\n".join(lines) + "\n"
