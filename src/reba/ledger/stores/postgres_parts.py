"""Read a ledger in PostgreSQL as it is at one moment, by ranges and by shares of the accounts.

An audit reads in one snapshot: a body that is missing and the entry that says why belong together.
Everything else is read without one (`postgres.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from itertools import pairwise
from typing import Any, Final, LiteralString, cast

import psycopg

from reba.ledger.entries import Entry, quote
from reba.ledger.stores.parts import ReadsInParts, Row, Share
from reba.ledger.stores.postgres_connection import Address, Connection
from reba.ledger.tiles import TILE_HASHES

__all__ = ["COLUMNS", "READ", "SIZE", "PostgresParts", "as_entry"]

COLUMNS: Final = (
    "seq, account, version, kind, effective, recorded_at, actor, command_id, supersedes, "
    "body, salt, body_digest, leaf_hash, schema"
)
SIZE: Final = "SELECT coalesce(max(seq), -1) + 1 FROM entries"
READ: Final = (
    f"SELECT {COLUMNS} FROM entries WHERE seq >= %s AND seq < %s "  # noqa: S608
    "ORDER BY seq LIMIT %s"
)
_AT_ONCE: Final = 8 * TILE_HASHES
_SAMPLES: Final = 1024
# Joined to nothing, the account is no column of an index: the range of `seq` leads the way.
_SHARE: Final = (
    "FROM entries WHERE seq >= %s AND seq < %s AND (%s::text IS NULL OR account || '' >= %s) "
    "AND (%s::text IS NULL OR account || '' < %s)"
)


def _unquoted(text: str) -> str:
    """Read a JSON string as `quote` writes it; anything else is marked, and the audit finds it."""
    if quote(text[1:-1]) == text:
        return text[1:-1]
    plain: object = None
    with suppress(ValueError, RecursionError):
        plain = json.loads(text)
    return plain if isinstance(plain, str) and quote(plain) == text else f"\ufffd{text}"


def as_entry(row: tuple[Any, ...]) -> Entry:
    """Return the entry that a row holds."""
    return Entry._make((*row[:6], _unquoted(row[6]), _unquoted(row[7]), *row[8:]))


class PostgresParts:
    """What makes `PostgresStore` a `ReadsInParts`."""

    _connection: Connection
    _where: Address

    def _errors(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def _read_tile(self, level: int, index: int) -> bytes:
        raise NotImplementedError

    def _all(self, sql: LiteralString, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._errors():
            return self._connection.execute(sql, values, binary=True).fetchall()

    def reader(self) -> Callable[[], ReadsInParts]:
        """Return what opens the same ledger for reading, in this process or in another."""
        opens = cast("Callable[..., ReadsInParts]", type(self))
        return partial(opens, self._where, create=False, read_only=True, new_origin=str)

    @contextmanager
    def snapshot(self) -> Generator[int]:
        """Read the ledger as it is now until the end of the context; gives its size."""
        with self._errors():
            self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield int(self._all(SIZE, ())[0][0])
            finally:
                with suppress(psycopg.Error):  # a connection that is gone has no transaction
                    self._connection.execute("ROLLBACK")

    def stream(self, start: int, stop: int) -> Iterator[list[Row]]:
        """Yield entries in order of `seq`, in lists of 256 and a shorter one at the end."""
        while start < stop:
            rows = self._all(READ, (start, stop, _AT_ONCE))
            for first in range(0, len(rows), TILE_HASHES):
                yield [as_entry(row) for row in rows[first : first + TILE_HASHES]]
            if len(rows) < _AT_ONCE:
                return
            start = rows[-1][0] + 1

    def rows(self, start: int, stop: int, share: Share) -> list[Row]:
        """Return the entries of a share from `start` up to but without `stop`, by `seq`."""
        sql: LiteralString = f"SELECT {COLUMNS} {_SHARE} ORDER BY seq"
        return [as_entry(row) for row in self._all(sql, _of(start, stop, share))]

    def order(self, start: int, stop: int) -> list[tuple[int, str, bytes]]:
        """Return seq, instant and leaf of the entries from `start` up to but without `stop`."""
        sql: LiteralString = f"SELECT seq, recorded_at, leaf_hash {_SHARE} ORDER BY seq"
        found = self._all(sql, _of(start, stop, Share()))
        return cast("list[tuple[int, str, bytes]]", found)

    def accounts_of(self, start: int, stop: int, share: Share) -> list[str]:
        """Return the accounts of a share that have entries in a range, sorted."""
        found = self._all(f"SELECT DISTINCT account {_SHARE}", _of(start, stop, share))
        return sorted(str(row[0]) for row in found)

    def shares(self, count: int, start: int, stop: int) -> list[Share]:
        """Divide all accounts into at most `count` shares, with about as many entries each."""
        step = max(1, (stop - start) // _SAMPLES)
        found = self._all(
            "SELECT account FROM entries WHERE seq = ANY(%s::bigint[])",
            (list(range(start, stop, step)),),
        )
        sample = sorted(str(row[0]) for row in found)
        cuts = [sample[len(sample) * number // count] for number in range(1, count) if sample]
        bounds = [None, *sorted(set(cuts)), None]
        return [Share(first, end) for first, end in pairwise(bounds)]

    def counted(self) -> int:
        """Return how many entries there are, counted one by one."""
        return int(self._all("SELECT count(*) FROM entries", ())[0][0])

    def erased_since(self, size: int) -> bool:
        """Whether records were destroyed after the ledger had `size` entries."""
        sql: LiteralString = (
            "SELECT 1 FROM entries WHERE seq >= %s AND kind = 'records.destroyed' LIMIT 1"
        )
        return bool(self._all(sql, (size,)))

    def faults(self) -> list[str]:
        """Return nothing: a page that fails its checksum is an error as soon as it is read."""
        return []

    def tile(self, level: int, number: int) -> bytes:
        """Return the hashes of a full tile of the tree, joined."""
        with self._errors():
            return self._read_tile(level, number)


def _of(start: int, stop: int, share: Share) -> tuple[object, ...]:
    return start, stop, share.first, share.first, share.end, share.end
