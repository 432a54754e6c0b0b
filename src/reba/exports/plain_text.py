"""The journal for beancount and hledger: plain text that these programs check on their own.

1. A file goes on where the file of the entries before it ended. They are read together, each once.
   An account is opened in the first file that uses it.
2. What stands at the end is written as assertions: a program that adds the postings up and finds
   another balance, by a cent, says so.
3. beancount holds an assertion at the start of a day, and so against all that was recorded before
   it. Where the last day may still go on, what stood at its start is asserted instead.
4. Where the clock of the ledger went back over midnight, days do not follow entries and nothing is
   asserted: the program still checks that each entry adds up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from reba.exports.booking import Before, Journal, Line, add_up, booked_entries
from reba.exports.mapping import BooksAccount, BooksMapping
from reba.exports.span import Span
from reba.money import format_euros

__all__ = ["as_beancount", "as_hledger"]

_NOT_ASSERTED: Final = "; no balances: an entry was recorded on a day before the one it follows\n"


def _head(span: Span) -> str:
    return f"; entries from {span.first} up to {span.until}, which is not included\n"


def _first_used(lines: list[Line], in_use: set[str]) -> Iterator[BooksAccount]:
    for _, account in lines:
        if account.number not in in_use:
            in_use.add(account.number)
            yield account


def _add(standing: dict[str, int], lines: list[Line]) -> None:
    for posting, account in lines:
        standing[account.number] = standing.get(account.number, 0) + posting.amount_cents


# ── beancount ────────────────────────────────────────────────────────────────────────────────


def _bean_name(account: BooksAccount) -> str:
    return f"{account.side.capitalize()}:{account.number.replace('.', '-')}"


def _bean_entry(lines: list[Line]) -> Iterator[str]:
    first = lines[0].posting
    yield f'{first.recorded_on} * "{first.household}" "{first.kind} {first.effective}"\n'
    yield f'  entry: "{first.entry_id}"\n  seq: {first.seq}\n'
    for posting, account in lines:
        yield f"  {_bean_name(account)}  {format_euros(posting.amount_cents)} EUR\n"
        if account.cost_centre is not None:
            yield f'    cost_centre: "{account.cost_centre}"\n'
    yield "\n"


def _bean_balances(before: Before, standing: Mapping[str, int], day: date) -> Iterator[str]:
    # Without a tolerance of its own an assertion lets a cent pass.
    for number, cents in sorted(standing.items()):
        name = _bean_name(before.accounts[number])
        yield f"{day.isoformat()} balance {name}  {format_euros(cents)} ~ 0.00 EUR\n"


def as_beancount(journal: Journal, mapping: BooksMapping, span: Span) -> Iterator[str]:
    """Yield the text of a range of the journal (dagboek) for beancount.

    Args:
        journal: reads the postings up to the end of the range.
        mapping: where the accounts stand in the books.
        span: the range.

    Raises:
        ExportError: export.no_version.
    """
    before = add_up(journal, mapping)
    standing, at_start = dict(before.opening_cents), dict(before.opening_cents)
    in_use = set(before.opening_cents)
    since = mapping.versions[0].valid_from.isoformat()
    last_day = "" if span.last_day is None else span.last_day.isoformat()
    yield _head(span)
    if span.first == 0:
        yield f'option "title" "{mapping.title}"\noption "operating_currency" "EUR"\n\n'
    for lines in booked_entries(journal, mapping):
        for account in _first_used(lines, in_use):
            rgs = "" if account.rgs is None else f'  rgs: "{account.rgs}"\n'
            yield f'{since} open {_bean_name(account)} EUR\n  name: "{account.name}"\n{rgs}'
        yield from _bean_entry(lines)
        _add(standing, lines)
        if lines[0].posting.recorded_on < last_day:
            _add(at_start, lines)
    if span.last_day is None:
        return
    if span.settled:
        yield from _bean_balances(before, standing, span.last_day + timedelta(days=1))
    elif span.ordered:
        yield f"; {last_day} may go on: these are the balances at its start\n"
        yield from _bean_balances(before, at_start, span.last_day)
    else:
        yield _NOT_ASSERTED


# ── hledger ──────────────────────────────────────────────────────────────────────────────────


def _hledger_name(account: BooksAccount) -> str:
    return f"{account.side}:{account.number}"


def _hledger_entry(lines: list[Line]) -> Iterator[str]:
    first = lines[0].posting
    yield f"{first.recorded_on} * {first.household} | {first.kind} {first.effective}"
    yield f"  ; entry:{first.entry_id}, seq:{first.seq}\n"
    for posting, account in lines:
        cost = "" if account.cost_centre is None else f"  ; cost_centre:{account.cost_centre}"
        yield f"    {_hledger_name(account)}  {format_euros(posting.amount_cents)} EUR{cost}\n"
    yield "\n"


def as_hledger(journal: Journal, mapping: BooksMapping, span: Span) -> Iterator[str]:
    """Yield the text of a range of the journal (dagboek) for hledger.

    Args:
        journal: reads the postings up to the end of the range.
        mapping: where the accounts stand in the books.
        span: the range.

    Raises:
        ExportError: export.no_version.
    """
    before = add_up(journal, mapping)
    standing = dict(before.opening_cents)
    in_use = set(before.opening_cents)
    yield _head(span)
    if span.first == 0:
        yield "commodity 1000.00 EUR\n\n"
    for lines in booked_entries(journal, mapping):
        for account in _first_used(lines, in_use):
            rgs = "" if account.rgs is None else f", rgs:{account.rgs}"
            yield f"account {_hledger_name(account)}  ; name:{account.name}{rgs}\n"
        yield from _hledger_entry(lines)
        _add(standing, lines)
    if span.last_day is None or not standing:
        return
    if not span.ordered:
        yield _NOT_ASSERTED
        return
    yield f"{span.last_day.isoformat()} * balances after entry {span.until - 1}\n"
    for number, cents in sorted(standing.items()):
        name = _hledger_name(before.accounts[number])
        yield f"    {name}  0.00 EUR = {format_euros(cents)} EUR\n"
