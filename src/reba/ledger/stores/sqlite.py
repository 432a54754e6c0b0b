"""The ledger in one SQLite file: WAL, durable at each commit, append-only by trigger.

One writer at a time; readers never wait for it. A batch is one transaction: it is there or it is
not, also when the process dies between two statements.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from types import NoneType
from typing import Any, Final

from reba.canonical import INTEGER_MAX, text_digest
from reba.errors import LedgerError, StoreError
from reba.ledger.entries import Entry
from reba.ledger.merkle import HASH_BYTES
from reba.ledger.stores.sqlite_parts import COLUMNS, SqliteParts
from reba.ledger.stores.sqlite_schema import (
    APPLICATION_ID,
    DDL,
    MIGRATIONS,
    USER_VERSION,
    check_guards,
    configure,
    statements,
    translate,
)
from reba.ledger.tiles import TILE_HASHES, TileEdge, leaf_tile_start

__all__ = ["SqliteStore"]

_INSERT: Final = f"INSERT INTO entries ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
_IN_MAX: Final = 500
_ROWS: Final = 1000
_FAULTS_MAX: Final = 20
_SHAPES: Final = frozenset(
    (int, str, int, str, str, str, str, str, supersedes, body, salt, bytes, bytes, int)
    for supersedes, body, salt in product((str, NoneType), (str, NoneType), (bytes, NoneType))
)
_ENDINGS: Final = ("", "-wal", "-shm")


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    place = path.resolve().as_uri()
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{place}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    if read_only:
        try:
            connection.execute("PRAGMA schema_version").fetchone()
        except sqlite3.Error as error:
            connection.close()
            primary = getattr(error, "sqlite_errorcode", -1) & 0xFF
            helped = primary in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
            if not helped or Path(f"{path}-wal").exists():
                raise
            # A folder that cannot be written holds no place for WAL's helper files; without a
            # log beside it the file is all there is.
            connection = sqlite3.connect(
                f"{place}?mode=ro&immutable=1", uri=True, isolation_level=None
            )
    return connection


class SqliteStore(SqliteParts):
    """A ledger in one SQLite file. See `protocol.Store`, and `parts.ReadsInParts`.

    Args:
        path: the file.
        create: make the ledger where there is none.
        read_only: never write; for audits.
        new_origin: gives the identity of a new ledger.
    """

    def __init__(
        self, path: Path, *, create: bool, read_only: bool, new_origin: Callable[[], str]
    ) -> None:
        self._path = path
        self._file = path.resolve()  # the process may go to another folder meanwhile
        self._files: tuple[tuple[int, int], ...] = ()
        if not path.exists() and (read_only or not create):
            raise LedgerError("ledger.not_found", place=str(path))
        with self._errors():
            self._connection = _connect(path, read_only=read_only)
            try:
                configure(self._connection, self.place, read_only=read_only)
                self._open(create=create and not read_only, new_origin=new_origin)
                if not read_only:
                    self._migrate()
                    check_guards(self._connection, self.place)
                    self._files = self._files_there()
            except BaseException:
                self._connection.close()
                raise
        self._edge: TileEdge | None = None

    @contextmanager
    def _errors(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translate(error, self.place) from error
        except UnicodeDecodeError as error:  # of a message that quotes what is damaged
            reason = "a text in it is no UTF-8"
            raise LedgerError("ledger.damaged", place=self.place, reason=reason) from error

    def _files_there(self) -> tuple[tuple[int, int], ...]:
        """Say which files stand under the name of the ledger, and beside it."""
        try:
            found = [os.stat(f"{self._file}{ending}") for ending in _ENDINGS]  # noqa: PTH116
        except OSError:
            return ()
        return tuple((each.st_dev, each.st_ino) for each in found)

    def _check_in_place(self) -> None:
        """Refuse to book in files that nobody will find again."""
        if self._files and self._files_there() != self._files:
            reason = "it, or a file beside it, was moved or removed while it was open"
            raise StoreError("store.io", place=self.place, reason=reason)

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    def _open(self, *, create: bool, new_origin: Callable[[], str]) -> None:
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if application == 0 and version == 0 and create and self._is_empty():
            with self._transaction():
                if self._is_empty():
                    for statement in statements(DDL):
                        self._connection.execute(statement)
                    self._connection.execute(
                        "INSERT INTO ledger VALUES ('origin', ?)", (new_origin(),)
                    )
            # From here on the file itself says which ledger it is: whoever loses the log loses
            # entries, and does not begin another ledger in its place.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            application, version = self._pragma("application_id"), self._pragma("user_version")
        if application != APPLICATION_ID:
            raise LedgerError(
                "ledger.not_a_ledger", place=self.place, reason="it is another kind of database"
            )
        if version > USER_VERSION:
            raise LedgerError(
                "ledger.newer_schema", place=self.place, schema=version, known=USER_VERSION
            )
        if version < 1:
            reason = f"its tables cannot have version {version}"
            raise LedgerError("ledger.damaged", place=self.place, reason=reason)

    def _migrate(self) -> None:
        """Bring the tables of an older version to this one; entries stay as they are."""
        while self._pragma("user_version") < USER_VERSION:
            with self._transaction():
                # Another process may have done it while this one waited for the lock.
                for statement in statements(MIGRATIONS.get(self._pragma("user_version"), "")):
                    self._connection.execute(statement)

    def _is_empty(self) -> bool:
        count = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        return int(count) == 0

    @contextmanager
    def _transaction(self) -> Generator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._check_in_place()
            self._connection.execute("COMMIT")
        except BaseException:
            # SQLite may have rolled back by itself, as it does on a full disk. A COMMIT that failed
            # leaves the transaction open, and this connection would read what was never kept.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return str(self._path)

    def origin(self) -> str:
        """Return the identity of the ledger."""
        with self._errors():
            row = self._connection.execute(
                "SELECT value FROM ledger WHERE key = 'origin'"
            ).fetchone()
        if row is None:
            raise LedgerError("ledger.damaged", place=self.place, reason="it has no origin")
        return str(row[0])

    def size(self) -> int:
        """Return the number of entries."""
        with self._errors():
            return self._size()

    def _size(self) -> int:
        sql = "SELECT coalesce(max(seq), -1) + 1 FROM entries"
        size = int(self._connection.execute(sql).fetchone()[0])
        if size > INTEGER_MAX:
            reason = "an entry has a number that no entry can have"
            raise LedgerError("ledger.damaged", place=self.place, reason=reason)
        return size

    def append(self, entries: Sequence[Entry], *, expected_size: int) -> None:
        """Add entries at the end, all or none."""
        with self._appending():
            self._insert(entries, expected_size)

    def erase(self, entry: Entry, *, expected_size: int) -> None:
        """Append a `records.destroyed`, and remove what its account held before, all or none."""
        with self._appending():
            self._insert([entry], expected_size)
            self._connection.execute(
                "UPDATE entries SET body = NULL, salt = NULL WHERE account = ? AND version < ?",
                (entry.account, entry.version),
            )

    def purge(self) -> None:
        """Rewrite the file and empty its log: neither holds what was erased after this."""
        with self._errors():
            self._empty_log()
            self._connection.execute("VACUUM")
            self._empty_log()

    def faults(self) -> list[str]:
        """Return what SQLite itself finds wrong, in pages, indexes and types.

        Accounts are found by an index, and an audit goes by the table: where the two differ, people
        would read something else than what was audited.
        """
        with self._errors():
            rows = self._connection.execute(f"PRAGMA integrity_check({_FAULTS_MAX})").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def _empty_log(self) -> None:
        busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:  # somebody still reads the ledger as it was
            raise StoreError("store.locked", place=self.place)

    @contextmanager
    def _appending(self) -> Generator[None]:
        with self._errors():
            try:
                with self._transaction():
                    yield
            except BaseException:
                self._edge = None  # it may be ahead of what was kept
                raise

    def _insert(self, entries: Sequence[Entry], expected_size: int) -> None:
        self._check_order(entries, expected_size)
        edge = self._edge_at(expected_size)
        self._connection.executemany(_INSERT, entries)
        self._connection.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?)", edge.add(entry.leaf_hash for entry in entries)
        )

    def _check_order(self, entries: Sequence[Entry], expected_size: int) -> None:
        actual = self._size()
        if actual != expected_size:
            raise LedgerError("ledger.head_moved", expected=expected_size, actual=actual)
        if any(entry.seq != seq for seq, entry in enumerate(entries, actual)):
            raise LedgerError("ledger.not_next", place=self.place)

    def _edge_at(self, size: int) -> TileEdge:
        edge = self._edge
        if edge is None or edge.size != size:
            start = leaf_tile_start(size)
            tail = [entry.leaf_hash for entry in self._select(start, size)]
            if len(tail) != size - start:
                reason = f"of the entries from {start} on, {size - start - len(tail)} are missing"
                raise LedgerError("ledger.damaged", place=self.place, reason=reason)
            edge = self._edge = TileEdge.restore(size, tail, self._read_tile)
        return edge

    def _read_tile(self, level: int, index: int) -> bytes:
        row = self._connection.execute(
            "SELECT hashes FROM tiles WHERE level = ? AND tile = ?", (level, index)
        ).fetchone()
        if row is None:
            raise LedgerError(
                "ledger.damaged", place=self.place, reason=f"tile {level}/{index} is missing"
            )
        if not isinstance(row[0], bytes) or len(row[0]) != TILE_HASHES * HASH_BYTES:
            reason = f"tile {level}/{index} is not whole"
            raise LedgerError("ledger.damaged", place=self.place, reason=reason)
        return row[0]

    def _select(self, start: int, stop: int) -> Iterator[Entry]:
        cursor = self._connection.execute(
            f"SELECT {COLUMNS} FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq",  # noqa: S608
            (start, stop),
        )
        while rows := cursor.fetchmany(_ROWS):
            yield from self._entries(rows)

    def _entries(self, rows: list[tuple[Any, ...]]) -> Iterator[Entry]:
        """Make entries of rows; a damaged page may hold anything in place of a text or number."""
        if not _SHAPES.issuperset(tuple(map(type, row)) for row in rows):
            wrong = next(row[0] for row in rows if tuple(map(type, row)) not in _SHAPES)
            reason = f"a field of entry {wrong} is not stored as what it is"
            raise LedgerError("ledger.damaged", place=self.place, reason=reason)
        return map(Entry._make, rows)

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield entries in order of `seq`."""
        with self._errors():
            yield from self._select(start, 2**62 if stop is None else stop)

    def read_accounts(self, accounts: Sequence[str]) -> dict[str, list[Entry]]:
        """Return the entries of accounts in order of version."""
        found: dict[str, list[Entry]] = {}
        names = list(dict.fromkeys(accounts))  # one named twice must not be read in two parts
        with self._errors():
            for start in range(0, len(names), _IN_MAX):
                part = names[start : start + _IN_MAX]
                marks = ",".join("?" * len(part))
                cursor = self._connection.execute(
                    f"SELECT {COLUMNS} FROM entries WHERE account IN ({marks}) "  # noqa: S608
                    "ORDER BY account, version",
                    part,
                )
                for entry in self._entries(cursor.fetchall()):
                    found.setdefault(entry.account, []).append(entry)
        return found

    def accounts(self) -> Iterator[str]:
        """Yield the ids of the accounts, sorted."""
        with self._errors():
            sql = "SELECT account FROM entries WHERE version = 1 ORDER BY account"
            for row in self._connection.execute(sql):
                yield str(row[0])

    def subtree(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree of the tree."""
        with self._errors():
            return self._edge_at(self._size()).subtree(level, index)

    def put_document(self, kind: str, digest: str, text: str) -> None:
        """Keep a document under the SHA-256 of its text."""
        if text_digest(text) != digest:
            raise LedgerError("ledger.document_digest", kind=kind, digest=digest)
        sql = "SELECT 1 FROM documents WHERE kind = ? AND digest = ?"
        with self._errors():
            if self._connection.execute(sql, (kind, digest)).fetchone() is not None:
                return
            with self._transaction():
                if self._connection.execute(sql, (kind, digest)).fetchone() is None:
                    self._connection.execute(
                        "INSERT INTO documents VALUES (?, ?, ?)", (kind, digest, text)
                    )

    def get_document(self, kind: str, digest: str) -> str:
        """Return a document."""
        with self._errors():
            row = self._connection.execute(
                "SELECT text FROM documents WHERE kind = ? AND digest = ?", (kind, digest)
            ).fetchone()
        if row is None:
            raise LedgerError("ledger.document_missing", kind=kind, digest=digest)
        return str(row[0])

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield the kind and digest of each document."""
        with self._errors():
            sql = "SELECT kind, digest FROM documents ORDER BY kind, digest"
            for kind, digest in self._connection.execute(sql):
                yield str(kind), str(digest)

    def close(self) -> None:
        """Let go of the file."""
        with self._errors():
            self._connection.close()
