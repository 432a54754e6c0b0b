"""The ledger in a PostgreSQL schema: durable at each commit, append-only by trigger and by right.

1. One writer at a time: who appends holds an advisory lock of the ledger until its commit, so
   that what others see is always the first entries without a gap. Whoever appends past the lock
   meets the primary key.
2. Reading is one statement after the other, each going on where the last one ended. Entries are
   only added, so that gives what one long transaction would give, and holds up nobody: a body
   that is missing has its `records.destroyed` later in the same read, where it goes to the end.
   An audit, which stops at a size, reads in a snapshot (`postgres_parts.py`).
3. A lost connection is an error, and the store stays closed: nothing is sent twice in silence.
   Where it was lost while a batch was being committed, the batch is there whole or not at all.
   Appending again is safe: it is compare-and-set, and commands are booked once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, LiteralString

import psycopg

from reba.canonical import text_digest
from reba.errors import LedgerError, StoreError
from reba.ledger.entries import Entry, quote
from reba.ledger.merkle import HASH_BYTES
from reba.ledger.stores.postgres_connection import (
    Address,
    Connection,
    connect,
    parse_address,
    transaction,
    translate,
)
from reba.ledger.stores.postgres_opening import open_schema
from reba.ledger.stores.postgres_parts import COLUMNS, READ, SIZE, PostgresParts, as_entry
from reba.ledger.tiles import TILE_HASHES, TileEdge, leaf_tile_start

__all__ = ["PostgresStore"]

_ROWS: Final = 2000
_ACCOUNTS_MAX: Final = 1000
_NO_END: Final = 2**62
_CATCH_UP_MAX: Final = TILE_HASHES * TILE_HASHES

_TYPES: Final = (
    "int8", "text", "int4", "text", "text", "text", "text", "text", "text",
    "text", "bytea", "bytea", "bytea", "int4",
)  # fmt: skip
# The binary form is also the one of which the server never quotes a row in its log.
_COPY: Final = f"COPY entries ({COLUMNS}) FROM STDIN (FORMAT binary)"
_READ_ACCOUNTS: Final = (
    f"SELECT {COLUMNS} FROM entries WHERE account = ANY(%s::text[]) "  # noqa: S608
    "ORDER BY account, version"
)
_ACCOUNTS: Final = (
    "SELECT account FROM entries WHERE version = 1 AND account > %s ORDER BY account LIMIT %s"
)


def _row(entry: Entry) -> tuple[object, ...]:
    return (*entry[:6], quote(entry.actor), quote(entry.command_id), *entry[8:])


class PostgresStore(PostgresParts):
    """A ledger in a schema of a PostgreSQL database. See `protocol.Store`.

    Args:
        address: as libpq takes it, with `schema=` among its parameters; by default `reba`. Or one
            that was read before.
        create: make the ledger where there is none.
        read_only: never write; for audits.
        new_origin: gives the identity of a new ledger.
    """

    def __init__(
        self,
        address: str | Address,
        *,
        create: bool,
        read_only: bool,
        new_origin: Callable[[], str],
    ) -> None:
        where = parse_address(address) if isinstance(address, str) else address
        self._where = where
        self._place = where.place
        self._read_only = read_only
        self._edge: TileEdge | None = None
        self._ahead: dict[tuple[int, int], bytes] = {}
        with self._errors():
            self._connection: Connection = connect(where, read_only=read_only)
            try:
                self._lock = open_schema(
                    self._connection, where, create=create, read_only=read_only,
                    new_origin=new_origin,
                )  # fmt: skip
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise translate(error, self._place) from error

    def _value(self, query: LiteralString, *given: object) -> Any:  # noqa: ANN401
        row = self._connection.execute(query, given).fetchone()
        return None if row is None else row[0]

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep other writers out, so that what is decided inside still holds when appended.

        Raises:
            StoreError: store.locked where they do not let go in time.
        """
        with self._errors():
            self._connection.execute("SELECT pg_advisory_lock(%s::bigint)", (self._lock,))
        try:
            yield
        finally:
            with suppress(psycopg.Error):  # a connection that is gone holds no lock
                self._connection.execute("SELECT pg_advisory_unlock(%s::bigint)", (self._lock,))

    def append(self, entries: Sequence[Entry], *, expected_size: int) -> None:
        """Add entries at the end, all or none."""
        with self._errors():
            with self._appending(expected_size):
                edge = self._insert(entries, expected_size)
            self._edge = edge

    def erase(self, entry: Entry, *, expected_size: int) -> None:
        """Append a `records.destroyed`, and remove what its account held before, all or none."""
        with self._errors():
            with self._appending(expected_size):
                edge = self._insert([entry], expected_size)
                self._connection.execute(
                    "UPDATE entries SET body = NULL, salt = NULL WHERE account = %s "
                    "AND version < %s AND (body IS NOT NULL OR salt IS NOT NULL)",
                    (entry.account, entry.version),
                )
            self._edge = edge

    @contextmanager
    def _appending(self, expected_size: int) -> Generator[None]:
        with transaction(self._connection, self._lock, self._place, first=SIZE) as actual:
            if actual != expected_size:
                raise LedgerError("ledger.head_moved", expected=expected_size, actual=actual)
            yield

    def _insert(self, entries: Sequence[Entry], expected_size: int) -> TileEdge:
        """Insert; return the edge of the tree, to be kept once all of it is committed."""
        if any(entry.seq != seq for seq, entry in enumerate(entries, expected_size)):
            raise LedgerError("ledger.not_next", place=self.place)
        edge = self._edge_at(expected_size)
        self._edge = None
        with self._connection.cursor() as cursor:
            with cursor.copy(_COPY) as rows:
                rows.set_types(_TYPES)
                for entry in entries:
                    rows.write_row(_row(entry))
            tiles = edge.add(entry.leaf_hash for entry in entries)
            if tiles:
                cursor.executemany("INSERT INTO tiles VALUES (%s, %s, %s)", tiles)
        return edge

    def purge(self) -> None:
        """Rewrite the entries, so that the files of the table hold nothing of what was erased.

        Raises:
            StoreError: store.permission, store.owner, store.locked, store.full;
                store.purge_incomplete where something open elsewhere still looks back at what was
                erased.
        """
        if self._read_only:  # the server would let it pass, since it changes no row
            raise StoreError("store.permission", place=self.place)
        said: list[str] = []

        def listen(notice: psycopg.errors.Diagnostic) -> None:
            found = re.match(r"\D*(\d+)", notice.message_detail or "")
            if notice.severity_nonlocalized == "INFO" and found:
                said.append(found[1])  # "3 dead row versions cannot be removed yet"

        with self._errors():
            before = self._value("SELECT pg_relation_filenode('entries'::regclass)")
            self._connection.add_notice_handler(listen)
            try:
                self._connection.execute("VACUUM (FULL, VERBOSE) entries")
            finally:
                self._connection.remove_notice_handler(listen)
            # Without the right to, VACUUM warns, and does nothing.
            if self._value("SELECT pg_relation_filenode('entries'::regclass)") == before:
                raise StoreError("store.owner", place=self.place, task="rewrite them")
        if not said or any(count != "0" for count in said):
            count = ", ".join(said) or "an unknown number of"
            raise StoreError("store.purge_incomplete", place=self.place, count=count)

    # ── the tree ─────────────────────────────────────────────────────────────────────────────

    def _edge_at(self, size: int) -> TileEdge:
        edge = self._edge
        if edge is not None and 0 < size - edge.size <= _CATCH_UP_MAX:
            # Another writer added leaves, and has kept the tiles that they filled.
            edge.add(self._leaves(edge.size, size))
        if edge is None or edge.size != size:
            edge = self._restored(size)
        self._edge = edge
        return edge

    def _restored(self, size: int) -> TileEdge:
        full, level = size // TILE_HASHES, 0
        while full:  # at most 255 tiles a level, in one answer each
            rows = self._connection.execute(
                "SELECT tile, hashes FROM tiles WHERE level = %s AND tile >= %s AND tile < %s",
                (level, full - full % TILE_HASHES, full),
                binary=True,
            )
            self._ahead.update(
                {(level, tile): self._whole(level, tile, hashes) for tile, hashes in rows}
            )
            full, level = full // TILE_HASHES, level + 1
        try:
            leaves = self._leaves(leaf_tile_start(size), size)
            return TileEdge.restore(size, leaves, self._read_tile)
        finally:
            self._ahead.clear()

    def _leaves(self, start: int, stop: int) -> list[bytes]:
        rows = self._connection.execute(
            "SELECT leaf_hash FROM entries WHERE seq >= %s AND seq < %s ORDER BY seq",
            (start, stop),
            binary=True,
        )
        leaves = [bytes(row[0]) for row in rows]
        if len(leaves) != stop - start:
            reason = f"of the entries from {start} on, {stop - start - len(leaves)} are missing"
            raise LedgerError("ledger.damaged", place=self.place, reason=reason)
        return leaves

    def _whole(self, level: int, index: int, hashes: bytes) -> bytes:
        """Return the hashes of a tile; refuse one that somebody cut short."""
        if len(hashes) != TILE_HASHES * HASH_BYTES:
            reason = f"tile {level}/{index} is not whole"
            raise LedgerError("ledger.damaged", place=self.place, reason=reason)
        return bytes(hashes)

    def _read_tile(self, level: int, index: int) -> bytes:
        ready = self._ahead.get((level, index))
        if ready is not None:
            return ready
        row = self._connection.execute(
            "SELECT hashes FROM tiles WHERE level = %s AND tile = %s", (level, index), binary=True
        ).fetchone()
        if row is None:
            raise LedgerError(
                "ledger.damaged", place=self.place, reason=f"tile {level}/{index} is missing"
            )
        return self._whole(level, index, row[0])

    def subtree(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree of the tree."""
        with self._errors():
            return self._edge_at(self._size()).subtree(level, index)

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    @property
    def place(self) -> str:
        """The address, without a password."""
        return self._place

    def origin(self) -> str:
        """Return the identity of the ledger."""
        with self._errors():
            found = self._value("SELECT value FROM ledger WHERE key = 'origin'")
        if found is None:
            raise LedgerError("ledger.damaged", place=self.place, reason="it has no origin")
        return str(found)

    def size(self) -> int:
        """Return the number of entries."""
        with self._errors():
            return self._size()

    def _size(self) -> int:
        return int(self._value(SIZE))

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield entries in order of `seq`; without `stop`, also what is appended meanwhile."""
        end = _NO_END if stop is None else stop
        with self._errors():
            while start < end:
                rows = self._connection.execute(READ, (start, end, _ROWS), binary=True).fetchall()
                yield from map(as_entry, rows)
                if len(rows) < _ROWS:
                    return
                start = rows[-1][0] + 1

    def read_accounts(self, accounts: Sequence[str]) -> dict[str, list[Entry]]:
        """Return the entries of accounts in order of version."""
        found: dict[str, list[Entry]] = {}
        names = list(dict.fromkeys(accounts))  # one named in two parts would be read twice
        with self._errors():
            for start in range(0, len(names), _ACCOUNTS_MAX):
                part = names[start : start + _ACCOUNTS_MAX]
                for row in self._connection.execute(_READ_ACCOUNTS, (part,), binary=True):
                    found.setdefault(row[1], []).append(as_entry(row))
        return found

    def accounts(self) -> Iterator[str]:
        """Yield the ids of the accounts, sorted."""
        last, more = "", True
        with self._errors():
            while more:
                rows = self._connection.execute(_ACCOUNTS, (last, _ROWS)).fetchall()
                yield from (str(row[0]) for row in rows)
                more = len(rows) == _ROWS
                last = str(rows[-1][0]) if rows else last

    # ── documents ────────────────────────────────────────────────────────────────────────────

    def put_document(self, kind: str, digest: str, text: str) -> None:
        """Keep a document under the SHA-256 of its text."""
        if text_digest(text) != digest:
            raise LedgerError("ledger.document_digest", kind=kind, digest=digest)
        sql: LiteralString = "SELECT 1 FROM documents WHERE kind = %s AND digest = %s"
        with self._errors():
            if self._value(sql, kind, digest) is None:
                self._connection.execute(
                    "INSERT INTO documents VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                    (kind, digest, text.encode()),
                )

    def get_document(self, kind: str, digest: str) -> str:
        """Return a document."""
        with self._errors():
            text = self._value(
                "SELECT text FROM documents WHERE kind = %s AND digest = %s", kind, digest
            )
        if text is None:
            raise LedgerError("ledger.document_missing", kind=kind, digest=digest)
        try:
            return bytes(text).decode()
        except UnicodeDecodeError as error:
            reason = f"{kind} {digest} is no text"
            raise LedgerError("ledger.damaged", place=self.place, reason=reason) from error

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield the kind and digest of each document."""
        with self._errors():
            sql: LiteralString = "SELECT kind, digest FROM documents ORDER BY kind, digest"
            for kind, digest in self._connection.execute(sql):
                yield str(kind), str(digest)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
