"""Which entries an export holds: a range of `seq`, never a choice among them. Pure.

1. A month or a year of the books is the range of entries recorded in it, by the day in Amsterdam.
2. Days follow entries as long as the clock of the ledger never went back over midnight. Where it
   did, a month is no range, and is refused.
3. A range is settled when no entry after it can be of its last day: only then is what stands at
   the end of that day final.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from reba.clock import recorded_day
from reba.errors import ExportError
from reba.ledger.entries import Entry

__all__ = ["Days", "Span", "find_span"]


class Days(NamedTuple):
    """The days of a month or a year of the books (boekingsperiode). Both inclusive."""

    first: date
    last: date


class Span(NamedTuple):
    """The range of entries that an export holds.

    `first` is the `seq` of its first entry, `until` of the first one that it leaves out.
    """

    first: int
    until: int
    first_day: date | None
    last_day: date | None
    ordered: bool
    settled: bool


def find_span(
    entries: Iterable[Entry],
    *,
    today: date,
    since: int = 0,
    until: int | None = None,
    days: Days | None = None,
) -> Span:
    """Return the range of entries of an export (bereik).

    Args:
        entries: all entries of the ledger, from the first on.
        today: the calendar date in Amsterdam.
        since: the first entry to export.
        until: the first entry to leave out; None for none.
        days: export what was recorded on these days, and nothing else.

    Raises:
        ExportError: export.range, export.order.

    >>> find_span([], today=date(2015, 4, 1)).until
    0
    """
    size, begins, ends = 0, None, None
    latest = first_day = last_day = next_day = None
    ordered, back = True, None
    for entry in entries:
        day = recorded_day(entry.recorded_at)
        size = entry.seq + 1
        if latest is not None and day < latest:
            ordered, back = False, back or (entry.seq, day)
        latest = day if latest is None else max(latest, day)
        if days is not None:
            begins = entry.seq if begins is None and day >= days.first else begins
            ends = entry.seq if ends is None and day > days.last else ends
        from_seq = since if days is None else begins
        to_seq = until if days is None else ends
        if to_seq is not None and entry.seq >= to_seq:
            next_day = next_day or day
        elif from_seq is not None and entry.seq >= from_seq:
            first_day, last_day = first_day or day, latest
    if days is not None:
        if back is not None:
            raise ExportError("export.order", seq=back[0], date=back[1].isoformat())
        since, until = size if begins is None else begins, ends
    last = size if until is None else until
    if not 0 <= since <= last <= size:
        raise ExportError("export.range", since=since, until=last, size=size)
    after = next_day or today
    settled = ordered and (last_day is None or after > last_day)
    return Span(since, last, first_day, last_day, ordered, settled)
