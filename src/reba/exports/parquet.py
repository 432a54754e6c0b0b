"""Events and the journal as Parquet, for data warehouses; extra `parquet`.

1. The columns are fixed: those of the JSON lines, with the same names and the same values. Amounts
   are whole cents in 64 bits, instants are UTC to the microsecond, days are days, the rest is text.
2. Rows are written in groups of a fixed size: a ledger of any size takes the memory of one group.
3. The same rows give the same bytes with the same version of the writer: no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from types import ModuleType
from typing import IO, Any, Final, TypeAlias, cast

from reba.errors import UsageError
from reba.exports.booking import Journal
from reba.exports.mapping import BooksMapping
from reba.exports.rows import BOOKS_COLUMNS, posting_records

__all__ = ["EVENT_COLUMNS", "POSTING_COLUMNS", "write_events", "write_postings"]

Columns: TypeAlias = dict[str, "str | Columns"]

EVENT_COLUMNS: Final[Columns] = {
    "specversion": "string",
    "id": "string",
    "source": "string",
    "type": "string",
    "subject": "string",
    "time": "instant",
    "sequence": "string",
    "datacontenttype": "string",
    "data": {"kind": "string", "month": "string", "leaf_hash": "string", "schema": "int32"},
}
"""The columns of events, as in the JSON lines; `data` is a structure."""
POSTING_COLUMNS: Final[Columns] = {
    "seq": "int64",
    "entry_id": "string",
    "recorded_on": "day",
    "effective": "string",
    "kind": "string",
    "household": "string",
    "account": "string",
    "amount_cents": "int64",
}
"""The columns of the journal; with a mapping those of the books come after them, as text."""

_ROWS_A_GROUP: Final = 20_000


def _arrow(name: str = "pyarrow") -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise UsageError("usage.extra", extra="parquet") from error


def _type(arrow: ModuleType, kind: str | Columns) -> object:
    if isinstance(kind, dict):
        return arrow.struct([(name, _type(arrow, each)) for name, each in kind.items()])
    types = {
        "string": arrow.string, "int32": arrow.int32, "int64": arrow.int64, "day": arrow.date32,
        "instant": lambda: arrow.timestamp("us", tz="UTC"),
    }  # fmt: skip
    return types[kind]()


def _column(arrow: ModuleType, rows: list[dict[str, object]], name: str, kind: object) -> object:
    values = [row[name] for row in rows]
    texts = all(isinstance(value, str) for value in values)
    # Instants and days stand in our rows as ISO 8601, which Arrow reads.
    return arrow.array(values).cast(kind) if texts else arrow.array(values, kind)


def _write(file: IO[bytes], columns: Columns, rows: Iterator[dict[str, object]]) -> None:
    arrow, parquet = _arrow(), _arrow("pyarrow.parquet")
    schema: Any = arrow.schema([(name, _type(arrow, kind)) for name, kind in columns.items()])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(rows, _ROWS_A_GROUP)):
            filled = [_column(arrow, group, each.name, each.type) for each in schema]
            writer.write_batch(arrow.record_batch(filled, schema=schema))


def write_events(file: IO[bytes], events: Iterable[dict[str, object]]) -> None:
    """Write events (gebeurtenissen) as Parquet: a row an event.

    Args:
        file: open for writing; it stays open.
        events: from `reba.exports.events.events`, in order.

    Raises:
        UsageError: usage.extra, where the extra `parquet` is not installed.
        ExportError: what making the events raises.

    >>> import io
    >>> file = io.BytesIO()
    >>> write_events(file, [])
    >>> file.getvalue()[:4]
    b'PAR1'
    """
    _write(file, EVENT_COLUMNS, iter(events))


def write_postings(file: IO[bytes], journal: Journal, mapping: BooksMapping | None) -> None:
    """Write the postings of a range of the journal (dagboek) as Parquet: a row a posting, in cents.

    Args:
        file: open for writing; it stays open.
        journal: reads the postings.
        mapping: where the accounts stand in the books; columns are added where it is given.

    Raises:
        UsageError: usage.extra, where the extra `parquet` is not installed.
        ExportError: export.no_version.

    >>> import io
    >>> file = io.BytesIO()
    >>> write_postings(file, lambda: (), None)
    >>> file.getvalue()[-4:]
    b'PAR1'
    """
    more: Columns = {} if mapping is None else dict.fromkeys(BOOKS_COLUMNS, "string")
    records = cast("Iterator[dict[str, object]]", posting_records(journal, mapping))
    _write(file, {**POSTING_COLUMNS, **more}, records)
