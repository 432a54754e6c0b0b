"""Postings on the accounts of an organisation: what stood before a range, and the range. Pure.

The journal is read twice (`kept_journal`): what an export opens with must be known before its first
line, also of accounts that were destroyed after they were exported, which the ledger tells last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple, TypeAlias

from reba.exports.journal import Posting
from reba.exports.mapping import BooksAccount, BooksMapping

__all__ = ["Before", "Journal", "Line", "add_up", "booked_entries"]

Journal: TypeAlias = Callable[[], Iterable[tuple[Posting, bool]]]
"""Reads all postings up to the end of a range, and says of each whether it is in the range."""


class Line(NamedTuple):
    """A posting (journaalregel) with its account in the books."""

    posting: Posting
    account: BooksAccount


class Before(NamedTuple):
    """What stands in the books before a range, and what the range adds to it, in cents.

    `opening_cents` is by number of account; `earlier_years_cents` is the part of it that is a
    result of the years before that of the range; `accounts` are all that are in use at its end.
    """

    opening_cents: dict[str, int]
    earlier_years_cents: dict[str, int]
    accounts: dict[str, BooksAccount]
    lines: int
    debit_cents: int
    credit_cents: int


def add_up(journal: Journal, mapping: BooksMapping, *, year: int | None = None) -> Before:
    """Add up what stands before a range (beginbalans), and the postings of the range.

    Args:
        journal: reads the postings.
        mapping: where the accounts stand in the books.
        year: the year of the range, where it is of one year.

    Raises:
        ExportError: export.no_version.
    """
    first_day = "" if year is None else date(year, 1, 1).isoformat()
    opening: dict[str, int] = {}
    earlier: dict[str, int] = {}
    accounts: dict[str, BooksAccount] = {}
    lines = debit = credit = 0
    for posting, is_new in journal():
        account = mapping.account(posting.account, posting.recorded_on)
        number, cents = account.number, posting.amount_cents
        accounts[number] = account
        if is_new:
            lines += 1
            debit += max(cents, 0)
            credit += max(-cents, 0)
            continue
        opening[number] = opening.get(number, 0) + cents
        # Records are kept for years: what was exported and then destroyed is of earlier ones.
        is_earlier = posting.recorded_on < first_day or posting.kind == "records.destroyed"
        if account.side in {"income", "expenses"} and is_earlier:
            earlier[number] = earlier.get(number, 0) + cents
    return Before(opening, earlier, accounts, lines, debit, credit)


def booked_entries(journal: Journal, mapping: BooksMapping) -> Iterator[list[Line]]:
    """Yield the lines of each entry of a range (journaalpost), in order of `seq`.

    Raises:
        ExportError: export.no_version.
    """
    new = (posting for posting, is_new in journal() if is_new)
    for _, postings in groupby(new, key=lambda posting: posting.seq):
        yield [Line(each, mapping.account(each.account, each.recorded_on)) for each in postings]
