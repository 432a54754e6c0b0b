"""Find the ledger in a schema, make it, bring it to this version, and check that it is guarded.

The advisory lock of a ledger is a number of 64 bits: the letters REBA, and the oid of the schema.
A ledger that is being made has no oid yet; the number with oid 0 stands for that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import psycopg

from reba.errors import LedgerError, StoreError
from reba.ledger.stores import postgres_schema
from reba.ledger.stores.postgres_connection import Address, Connection, transaction
from reba.ledger.stores.postgres_schema import GUARDS, TABLES

__all__ = ["open_schema"]

_MAKING: Final = 0x52454241 << 32  # "REBA"


def open_schema(
    connection: Connection,
    where: Address,
    *,
    create: bool,
    read_only: bool,
    new_origin: Callable[[], str],
) -> int:
    """Open the ledger in a schema; return the number of its lock.

    Raises:
        psycopg.Error: for `postgres_connection.translate`.
        LedgerError: ledger.not_found, ledger.not_a_ledger, ledger.newer_schema.
        StoreError: store.guard, store.owner, store.permission.
    """
    tables = _tables(connection, where.schema)
    if not tables and create and not read_only:
        with transaction(connection, _MAKING, where.place):
            if not _tables(connection, where.schema):  # another process may have come first
                _make(connection, where.schema, new_origin())
        tables = _tables(connection, where.schema)
    if not tables:
        raise LedgerError("ledger.not_found", place=where.place)
    if not tables.issuperset(TABLES):
        reason = "the schema holds other tables"
        raise LedgerError("ledger.not_a_ledger", place=where.place, reason=reason)
    lock = _MAKING | _oid(connection, where.schema)
    if not _may_use(connection, where.schema):  # names would then be unknown, not forbidden
        raise StoreError("store.permission", place=where.place)
    version, known = _version(connection), len(postgres_schema.STEPS)
    if version > known:
        raise LedgerError("ledger.newer_schema", place=where.place, schema=version, known=known)
    if not read_only:
        if version < known:
            _migrate(connection, where.place, lock)
        _check_guards(connection, where)
    return lock


def _tables(connection: Connection, schema: str) -> set[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname = %s AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')",
        (schema,),
    )
    return {str(row[0]) for row in rows}


def _oid(connection: Connection, schema: str) -> int:
    row = connection.execute(
        "SELECT oid FROM pg_namespace WHERE nspname = %s", (schema,)
    ).fetchone()
    return 0 if row is None else int(row[0])


def _may_use(connection: Connection, schema: str) -> bool:
    row = connection.execute("SELECT has_schema_privilege(%s, 'USAGE')", (schema,)).fetchone()
    return row == (True,)


def _make(connection: Connection, schema: str, origin: str) -> None:
    if not _oid(connection, schema):
        connection.execute(f'CREATE SCHEMA "{schema}"'.encode())
    _take_steps(connection, 1)
    connection.execute("INSERT INTO ledger VALUES ('origin', %s)", (origin,))


def _version(connection: Connection) -> int:
    row = connection.execute("SELECT coalesce(max(version), 0) FROM migrations").fetchone()
    return 0 if row is None else int(row[0])


def _take_steps(connection: Connection, first: int) -> None:
    for number, step in enumerate(postgres_schema.STEPS, 1):
        if number >= first:
            connection.execute(step)
            connection.execute("INSERT INTO migrations (version) VALUES (%s)", (number,))


def _migrate(connection: Connection, place: str, lock: int) -> None:
    """Bring the tables of an older version to this one; entries stay as they are."""
    try:
        with transaction(connection, lock, place):
            # Another process may have done it while this one waited for the lock.
            _take_steps(connection, _version(connection) + 1)
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError("store.owner", place=place, task="bring them to this version") from error


def _check_guards(connection: Connection, where: Address) -> None:
    rows = connection.execute(
        "SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
        "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s AND tgenabled = 'A'",
        (where.schema,),
    )
    missing = sorted(GUARDS - {str(row[0]) for row in rows})
    if missing:
        reason = f"trigger {', '.join(missing)} is not on"
        raise StoreError("store.guard", place=where.place, reason=reason)
