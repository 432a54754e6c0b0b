"""The tables of a ledger in SQLite, the guards that keep them append-only, and what errors mean.

1. STRICT tables: SQLite would otherwise take 1.5 and 'abc' for an integer.
2. Triggers refuse every change and removal. `INSERT OR REPLACE` removes rows without firing them
   unless `recursive_triggers` is on, which is off by default: it is set for each connection, and
   read back. A trigger on insertion would guard the order too, and double the cost of a row;
   `append` checks the order instead, and the audit checks it again.
3. The one change that is let through removes body and salt of an account that has a later
   `records.destroyed`; every other column must stay as it is.
4. They are looked at whenever a ledger is opened to write: without all of them it is only read.
5. They stop accidents. Whoever may change the schema can drop them: only a checkpoint kept
   elsewhere shows intent (`docs/threat-model.md`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from typing import Final

from reba.errors import LedgerError, RebaError, StoreError

__all__ = [
    "APPLICATION_ID",
    "DDL",
    "MIGRATIONS",
    "SQLITE_MINIMUM",
    "USER_VERSION",
    "check_guards",
    "configure",
    "statements",
    "translate",
]

APPLICATION_ID: Final = 0x52454241  # "REBA"
USER_VERSION: Final = 2
SQLITE_MINIMUM: Final = (3, 37, 0)

_APPEND_ONLY: Final = "reba: append-only"


_REFUSE: Final = f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END;"
_KEPT_COLUMNS: Final = (
    "seq", "account", "version", "kind", "effective", "recorded_at", "actor", "command_id",
    "supersedes", "body_digest", "leaf_hash", "schema",
)  # fmt: skip


def _guards(table: str, *verbs: str) -> str:
    return "".join(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {_REFUSE}\n"
        for verb in verbs or ("UPDATE", "DELETE")
    )


_ERASE_ONLY: Final = f"""CREATE TRIGGER entries_erase_only BEFORE UPDATE ON entries
WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL
OR {" OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _KEPT_COLUMNS)}
OR NOT EXISTS (
    SELECT 1 FROM entries later WHERE later.account = OLD.account
    AND later.version > OLD.version AND later.kind = 'records.destroyed'
) {_REFUSE}
"""  # noqa: S608 (constants of this module only)


DDL: Final = f"""
CREATE TABLE ledger (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    effective TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    command_id TEXT NOT NULL,
    supersedes TEXT,
    body TEXT,
    salt BLOB,
    body_digest BLOB NOT NULL,
    leaf_hash BLOB NOT NULL,
    schema INTEGER NOT NULL,
    UNIQUE (account, version)
) STRICT;
CREATE TABLE tiles (
    level INTEGER NOT NULL,
    tile INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, tile)
) STRICT, WITHOUT ROWID;
CREATE TABLE documents (
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (kind, digest)
) STRICT;
CREATE TRIGGER tiles_once BEFORE INSERT ON tiles
WHEN EXISTS (SELECT 1 FROM tiles WHERE level = NEW.level AND tile = NEW.tile)
{_REFUSE}
CREATE TRIGGER documents_once BEFORE INSERT ON documents
WHEN EXISTS (SELECT 1 FROM documents WHERE kind = NEW.kind AND digest = NEW.digest)
{_REFUSE}
CREATE TRIGGER ledger_once BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE key = NEW.key)
{_REFUSE}
{_ERASE_ONLY}{_guards("entries", "DELETE")}
{_guards("tiles")}{_guards("documents")}{_guards("ledger")}
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {USER_VERSION};
"""  # noqa: S608 (constants of this module only)

MIGRATIONS: Final = {
    1: f"DROP TRIGGER entries_no_update;\n{_ERASE_ONLY}\nPRAGMA user_version = 2;",
}
"""What turns the tables of a version into those of the next; done on opening to write."""

_GUARDS_THERE: Final = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"


@cache
def _guards_of_today() -> frozenset[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        for statement in statements(DDL):
            fresh.execute(statement)
        return frozenset(fresh.execute(_GUARDS_THERE).fetchall())


def check_guards(connection: sqlite3.Connection, place: str) -> None:
    """Refuse to write to a ledger whose guards are not all there, as they were made.

    Raises:
        StoreError: store.guard.
    """
    found = set(connection.execute(_GUARDS_THERE).fetchall())
    missing = sorted(name for name, _ in _guards_of_today() - found)
    if missing:
        reason = f"trigger {', '.join(missing)} is missing or changed"
        raise StoreError("store.guard", place=place, reason=reason)


_STORE_CODES: Final = {
    sqlite3.SQLITE_BUSY: "store.locked",
    sqlite3.SQLITE_LOCKED: "store.locked",
    sqlite3.SQLITE_FULL: "store.full",
    sqlite3.SQLITE_READONLY: "store.permission",
    sqlite3.SQLITE_CANTOPEN: "store.permission",
    sqlite3.SQLITE_PERM: "store.permission",
    sqlite3.SQLITE_AUTH: "store.permission",
}
_LEDGER_CODES: Final = {
    sqlite3.SQLITE_CORRUPT: "ledger.damaged",
    sqlite3.SQLITE_FORMAT: "ledger.damaged",
    sqlite3.SQLITE_NOTADB: "ledger.not_a_ledger",
    sqlite3.SQLITE_CONSTRAINT: "ledger.not_next",
}


def translate(error: sqlite3.Error, place: str) -> RebaError:
    """Return our error for one of SQLite's; nothing else leaves a store."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = -1 if code is None else code & 0xFF  # the rest is detail
    text = str(error)
    if primary == sqlite3.SQLITE_CONSTRAINT and _APPEND_ONLY in text:
        return StoreError("store.append_only", place=place)
    if primary in _STORE_CODES:
        return StoreError(_STORE_CODES[primary], place=place)
    if primary in _LEDGER_CODES:
        return LedgerError(_LEDGER_CODES[primary], place=place, reason=text)
    return StoreError("store.io", place=place, reason=text)


def statements(script: str) -> Iterator[str]:
    """Split a script into statements; `executescript` would commit the transaction first."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def configure(connection: sqlite3.Connection, place: str, *, read_only: bool) -> None:
    """Set what a connection must keep, and read it back.

    Raises:
        StoreError: store.guard.
    """
    if sqlite3.sqlite_version_info < SQLITE_MINIMUM:
        found = sqlite3.sqlite_version
        raise StoreError("store.guard", place=place, reason=f"SQLite {found} has no STRICT tables")
    wanted = {"recursive_triggers": 1, "busy_timeout": 10_000}
    if not read_only:
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA journal_mode = WAL")
        wanted |= {
            "synchronous": 2, "wal_autocheckpoint": 4000, "cache_size": -16384, "secure_delete": 1,
        }  # fmt: skip
    for name, value in wanted.items():
        connection.execute(f"PRAGMA {name} = {value}")
        found_value = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found_value != value:
            raise StoreError("store.guard", place=place, reason=f"{name} is {found_value}")
