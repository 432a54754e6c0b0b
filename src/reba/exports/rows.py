"""The journal as rows: CSV for whoever imports it, JSON lines for machines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Final

from reba.exports.booking import Journal
from reba.exports.journal import CHART, Posting
from reba.exports.mapping import BooksMapping
from reba.money import format_euros

__all__ = ["BOOKS_COLUMNS", "as_csv", "as_json_lines", "posting_records"]

_COLUMNS: Final = (
    "seq", "entry_id", "recorded_on", "effective", "kind", "household", "account", "name", "debit",
    "credit",
)  # fmt: skip
BOOKS_COLUMNS: Final = ("books_number", "books_name", "rgs", "cost_centre")
"""The columns that a mapping adds: where an account stands in the books."""


class _Echo:
    """What `csv` writes a row to, so that the row comes back."""

    def write(self, text: str) -> str:
        return text


def _in_the_books(posting: Posting, mapping: BooksMapping | None) -> dict[str, str | None]:
    if mapping is None:
        return {}
    account = mapping.account(posting.account, posting.recorded_on)
    found = (account.number, account.name, account.rgs, account.cost_centre)
    return dict(zip(BOOKS_COLUMNS, found, strict=True))


def as_csv(journal: Journal, mapping: BooksMapping | None, *, dutch: bool) -> Iterator[str]:
    """Yield the rows of a range of the journal (dagboek) as CSV, debit and credit in euros.

    Args:
        journal: reads the postings.
        mapping: where the accounts stand in the books; columns are added where it is given.
        dutch: name the accounts of the chart in Dutch.

    Raises:
        ExportError: export.no_version.

    >>> print(next(as_csv(lambda: (), None, dutch=False))[:36])
    seq,entry_id,recorded_on,effective,k
    """
    writer = csv.writer(_Echo(), lineterminator="\n")
    yield str(writer.writerow((*_COLUMNS, *(BOOKS_COLUMNS if mapping is not None else ()))))
    for posting, is_new in journal():
        if not is_new:
            continue
        debit = format_euros(posting.amount_cents) if posting.amount_cents > 0 else ""
        credit = format_euros(-posting.amount_cents) if posting.amount_cents < 0 else ""
        name = CHART[posting.account][0 if dutch else 1]
        books = (text or "" for text in _in_the_books(posting, mapping).values())
        yield str(writer.writerow((*posting[:7], name, debit, credit, *books)))


def posting_records(
    journal: Journal, mapping: BooksMapping | None
) -> Iterator[dict[str, str | int | None]]:
    """Yield the postings of a range of the journal (dagboek) as plain data, in cents.

    Args:
        journal: reads the postings.
        mapping: where the accounts stand in the books; keys are added where it is given.

    Raises:
        ExportError: export.no_version.

    >>> list(posting_records(lambda: (), None))
    []
    """
    for posting, is_new in journal():
        if is_new:
            yield {**posting._asdict(), **_in_the_books(posting, mapping)}


def as_json_lines(journal: Journal, mapping: BooksMapping | None) -> Iterator[str]:
    """Yield the postings of a range of the journal (dagboek), a JSON object a line, in cents.

    Raises:
        ExportError: export.no_version.

    >>> list(as_json_lines(lambda: (), None))
    []
    """
    for record in posting_records(journal, mapping):
        yield json.dumps(record) + "\n"
