"""Read a ledger in SQLite by ranges and by shares of the accounts, as several processes do at once.

Each reads all pages, but SQLite passes over the rows of other shares at a tenth of the cost of a
row that is handed out. The index on account and version would give them in another order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from reba.ledger.stores.parts import ReadsInParts, Row, Share
from reba.ledger.tiles import TILE_HASHES

if TYPE_CHECKING:
    from reba.ledger.stores.sqlite import SqliteStore

__all__ = ["COLUMNS", "SqliteParts"]

COLUMNS: Final = (
    "seq, account, version, kind, effective, recorded_at, actor, command_id, supersedes, "
    "body, salt, body_digest, leaf_hash, schema"
)
_SAMPLES: Final = 1024


def _where(share: Share) -> tuple[str, tuple[str, ...]]:
    bounds = (("account >= ?", share.first), ("account < ?", share.end))
    given = [(condition, bound) for condition, bound in bounds if bound is not None]
    sql = "".join(f" AND {condition}" for condition, _ in given)
    return f"FROM entries NOT INDEXED WHERE seq >= ? AND seq < ?{sql}", tuple(b for _, b in given)


class SqliteParts:
    """What makes `SqliteStore` a `ReadsInParts`."""

    _connection: sqlite3.Connection

    def _errors(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def _size(self) -> int:
        raise NotImplementedError

    def _read_tile(self, level: int, index: int) -> bytes:
        raise NotImplementedError

    def _all(self, sql: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        with self._errors():
            return self._connection.execute(sql, values).fetchall()

    def reader(self) -> Callable[[], ReadsInParts]:
        """Return what opens the same ledger for reading, in this process or in another."""
        # As SQLite knows the file: the process may have gone to another folder since.
        path = Path(cast("str", self._all("PRAGMA database_list", ())[0][2]))
        opens = cast("type[SqliteStore]", type(self))
        return partial(opens, path, create=False, read_only=True, new_origin=str)

    @contextmanager
    def snapshot(self) -> Generator[int]:
        """Read the ledger as it is now until the end of the context; gives its size."""
        with self._errors():
            self._connection.execute("BEGIN")
            try:
                size = self._size()
                yield size
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def stream(self, start: int, stop: int) -> Iterator[list[Row]]:
        """Yield entries in order of `seq`, in lists of 256 and a shorter one at the end."""
        sql = f"SELECT {COLUMNS} FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq"  # noqa: S608
        with self._errors():
            cursor = self._connection.execute(sql, (start, stop))
            while rows := cursor.fetchmany(TILE_HASHES):
                yield rows

    def rows(self, start: int, stop: int, share: Share) -> list[Row]:
        """Return the entries of a share from `start` up to but without `stop`, by `seq`."""
        where, bounds = _where(share)
        found = self._all(f"SELECT {COLUMNS} {where} ORDER BY seq", (start, stop, *bounds))
        return cast("list[Row]", found)

    def order(self, start: int, stop: int) -> list[tuple[int, str, bytes]]:
        """Return seq, instant and leaf of the entries from `start` up to but without `stop`."""
        where, _ = _where(Share())
        found = self._all(f"SELECT seq, recorded_at, leaf_hash {where} ORDER BY seq", (start, stop))
        return cast("list[tuple[int, str, bytes]]", found)

    def accounts_of(self, start: int, stop: int, share: Share) -> list[str]:
        """Return the accounts of a share that have entries in a range, sorted."""
        where, bounds = _where(share)
        found = self._all(f"SELECT DISTINCT account {where}", (start, stop, *bounds))
        return sorted(name for (name,) in found if isinstance(name, str))

    def shares(self, count: int, start: int, stop: int) -> list[Share]:
        """Divide all accounts into at most `count` shares, with about as many entries each."""
        sql = "SELECT account FROM entries WHERE seq = ?"
        step = max(1, (stop - start) // _SAMPLES)
        found = [row[0] for seq in range(start, stop, step) for row in self._all(sql, (seq,))]
        sample = sorted(each for each in found if isinstance(each, str))  # a file may be damaged
        cuts = [sample[len(sample) * number // count] for number in range(1, count) if sample]
        bounds = [None, *sorted(set(cuts)), None]
        return [Share(first, end) for first, end in pairwise(bounds)]

    def counted(self) -> int:
        """Return how many entries there are, counted one by one."""
        return cast("int", self._all("SELECT count(*) FROM entries", ())[0][0])

    def erased_since(self, size: int) -> bool:
        """Whether records were destroyed after the ledger had `size` entries."""
        sql = "SELECT 1 FROM entries WHERE seq >= ? AND kind = 'records.destroyed' LIMIT 1"
        return bool(self._all(sql, (size,)))

    def tile(self, level: int, number: int) -> bytes:
        """Return the hashes of a full tile of the tree, joined."""
        with self._errors():
            return self._read_tile(level, number)
