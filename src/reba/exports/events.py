"""Tell others what was booked: events in the envelope of CloudEvents 1.0, without personal data.

1. One event for each entry, in order of `seq`; the same entry always gives the same event, to the
   byte, also after its body was destroyed: an event holds nothing of a body.
2. No account, no amount, no actor: who may know those asks the ledger. An event says what kind of
   thing was booked, about which month, and with which hash it stands in the ledger.
3. `source` is a URN of the organisation and its system, and `id` a UUID, as the Dutch profile of
   CloudEvents asks; origin and `seq` make the id, so that who gets an event twice can see it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from reba.errors import ExportError
from reba.ledger.entries import Entry

__all__ = ["SOURCE_EXAMPLE", "TYPE_PREFIX", "check_source", "events", "events_as_lines"]

TYPE_PREFIX: Final = "nl.reba-ledger."
SOURCE_EXAMPLE: Final = "urn:nld:oin:00000001234567890000:systeem:reba"

_SOURCE: Final = re.compile(r"urn:nld(?::[A-Za-z0-9._-]+){2,}", re.ASCII)
_SEQ_DIGITS: Final = 16  # in the order of texts, as the extension `sequence` asks
_MONTH_LENGTH: Final = len("2015-03")


def check_source(source: str) -> None:
    """Refuse a source that names no Dutch organisation and system.

    Raises:
        ExportError: export.source.

    >>> check_source(SOURCE_EXAMPLE)
    """
    if not _SOURCE.fullmatch(source):
        raise ExportError("export.source", source=source, example=SOURCE_EXAMPLE)


def events(entries: Iterable[Entry], *, source: str, origin: str) -> Iterator[dict[str, object]]:
    """Yield an event (gebeurtenis) for each entry, as plain data.

    Args:
        entries: in order of `seq`.
        source: a URN of the organisation and its system, such as
            `urn:nld:oin:00000001234567890000:systeem:reba`.
        origin: that of the ledger: entries of two ledgers never share an id.

    Raises:
        ExportError: export.source.

    >>> from reba import open_ledger
    >>> with open_ledger(":memory:") as ledger:
    ...     list(events(ledger.entries(), source=SOURCE_EXAMPLE, origin="reba-ledger/1"))
    []
    """
    check_source(source)
    for entry in entries:
        yield {
            "specversion": "1.0",
            "id": str(uuid5(NAMESPACE_URL, f"{origin}#{entry.seq}")),
            "source": source,
            "type": f"{TYPE_PREFIX}{entry.kind}",
            "subject": f"seq:{entry.seq}",
            "time": entry.recorded_at,
            "sequence": f"{entry.seq:0{_SEQ_DIGITS}d}",
            "datacontenttype": "application/json",
            "data": {
                "kind": entry.kind,
                "month": entry.effective[:_MONTH_LENGTH],
                "leaf_hash": entry.leaf_hash.hex(),
                "schema": entry.schema,
            },
        }


def events_as_lines(entries: Iterable[Entry], *, source: str, origin: str) -> Iterator[str]:
    """Yield the events as JSON, a line each.

    Raises:
        ExportError: export.source.
    """
    for event in events(entries, source=source, origin=origin):
        yield json.dumps(event, separators=(",", ":")) + "\n"
