"""Where a ledger stands on a PostgreSQL server, and a connection to it that keeps its promises.

An address is what libpq takes, with one parameter more: `schema`, the PostgreSQL schema that is
the ledger. So one database holds the ledgers of several organisations, each with roles of its own.
A password never leaves this module: what people see is `place`.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, Final, LiteralString, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from reba.errors import LedgerError, RebaError, StoreError
from reba.ledger.stores.postgres_schema import APPEND_ONLY_STATE, DEFAULT_SCHEMA, check_name

__all__ = [
    "MINIMUM_VERSION",
    "Address",
    "Connection",
    "connect",
    "is_lost",
    "parse_address",
    "transaction",
    "translate",
]

MINIMUM_VERSION: Final = 14

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

_SCHEMA: Final = "schema="
# A network that is gone would otherwise be waited for a quarter of an hour, and more.
_WHERE_NOT_SAID: Final = {
    "application_name": "reba-ledger",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
_LOCK_TIMEOUT: Final = "10s"


class Address(NamedTuple):
    """A ledger on a server: how to connect, the schema it is, and the address without secrets."""

    parameters: dict[str, Any]
    schema: str
    place: str

    def __repr__(self) -> str:  # shown by whoever shows local variables
        return f"Address({self.place!r})"


def _place(parameters: dict[str, Any], schema: str) -> str:
    """Write the address again from the parts that are no secret."""
    host, port = (str(parameters.get(key) or "") for key in ("host", "port"))
    user, database = (quote(str(parameters.get(key) or ""), safe="") for key in ("user", "dbname"))
    query = f"schema={schema}"
    if "/" in host or "," in host:  # a folder with a socket, or several hosts
        query = f"host={host}&{f'port={port}&' if port else ''}{query}"
        host = port = ""
    elif ":" in host:
        host = f"[{host}]"
    return (
        f"postgresql://{user}{'@' if user else ''}{host}{f':{port}' if port else ''}/"
        f"{database}?{query}"
    )


def parse_address(text: str) -> Address:
    """Read an address; the parameter `schema` is ours, all others are for libpq.

    Raises:
        StoreError: store.url.

    >>> parse_address("postgresql://run:secret@db.example/ledgers?schema=coa_north").place
    'postgresql://run@db.example/ledgers?schema=coa_north'
    >>> parse_address("postgresql:///ledgers").schema
    'reba'
    """
    base, _, query = text.partition("?")
    asked = query.split("&") if query else []
    schemas = [unquote(each.removeprefix(_SCHEMA)) for each in asked if each.startswith(_SCHEMA)]
    others = [each for each in asked if not each.startswith(_SCHEMA)]
    schema = check_name("schema", schemas[-1] if schemas else DEFAULT_SCHEMA)
    try:
        parameters = conninfo_to_dict(f"{base}?{'&'.join(others)}" if others else base)
    except psycopg.Error:
        # What libpq says of an address may quote it, and with it a password.
        raise StoreError(
            "store.url", place="postgresql://…", reason="it cannot be read as an address"
        ) from None
    return Address(parameters, schema, _place(parameters, schema))


def connect(address: Address, *, read_only: bool) -> Connection:
    """Open a connection, set what it must keep, and read that back.

    Raises:
        psycopg.Error: for `translate`.
        StoreError: store.guard.
    """
    parameters = {**_WHERE_NOT_SAID, **address.parameters, "client_encoding": "UTF8"}
    connection: Connection = psycopg.connect(make_conninfo(**parameters), autocommit=True)
    try:
        _configure(connection, address, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: Connection, address: Address, *, read_only: bool) -> None:
    major = connection.info.server_version // 10_000
    if major < MINIMUM_VERSION:
        raise StoreError("store.guard", place=address.place, reason=f"it is PostgreSQL {major}")
    wanted = {
        "search_path": f'"{address.schema}", pg_temp',
        "lock_timeout": _LOCK_TIMEOUT,
        # All we ask goes by a key. Statistics of a table that just grew are wrong: a plan that
        # rests on them sorted the whole ledger for every batch that was read.
        "enable_seqscan": "off",
        "enable_bitmapscan": "off",
        "jit": "off",
        "row_security": "off",  # an error where a policy would hide entries
    }
    if read_only:
        wanted["default_transaction_read_only"] = "on"
    elif _setting(connection, "synchronous_commit") != "remote_apply":  # which waits for more
        wanted["synchronous_commit"] = "on"
    for name, value in wanted.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    wanted["server_encoding"] = "UTF8"
    if not read_only:
        wanted["fsync"] = "on"
    for name, value in wanted.items():
        found = _setting(connection, name)
        if found != value:
            raise StoreError("store.guard", place=address.place, reason=f"{name} is {found}")


def _setting(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return "" if row is None else str(row[0])


@contextmanager
def transaction(
    connection: Connection, lock: int, place: str, *, first: LiteralString = "SELECT NULL"
) -> Generator[Any]:
    """Do all of it or nothing, while nobody else holds the lock; yield what `first` asks under it.

    Raises:
        psycopg.Error: for `translate`.
        StoreError: store.outcome_unknown where the connection was lost during the commit.
    """
    # One message for the three. Each sees what is committed when it starts: `first` is asked
    # under the lock, after those who held it before.
    begin = (
        "BEGIN ISOLATION LEVEL READ COMMITTED; "
        f"SELECT pg_advisory_xact_lock({lock}::bigint); {first}"
    )
    try:
        cursor = connection.execute(begin.encode(), prepare=False)
        while cursor.nextset():
            pass
        row = cursor.fetchone()
        yield None if row is None else row[0]
        _commit(connection, place)
    except BaseException:
        with suppress(psycopg.Error):  # where the connection is gone, the server rolls back
            connection.execute("ROLLBACK")
        raise


def _commit(connection: Connection, place: str) -> None:
    try:
        done = connection.execute("COMMIT").statusmessage
    except psycopg.Error as error:
        if is_lost(error):
            raise StoreError("store.outcome_unknown", place=place) from error
        raise
    if done != "COMMIT":  # a failed transaction is rolled back without an error
        raise StoreError("store.io", place=place, reason="the server rolled back")


# ── errors ───────────────────────────────────────────────────────────────────────────────────

_LOST_STATES: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
_STORE_CODES: Final = {
    "53100": "store.full",
    "55P03": "store.locked",
    "55006": "store.locked",
    "40001": "store.locked",
    "40P01": "store.locked",
    "42501": "store.permission",
    "25006": "store.permission",
}
_DAMAGED_STATES: Final = frozenset({"42P01", "42703", "XX001", "XX002"})


def is_lost(error: psycopg.Error) -> bool:
    """Say whether an error means that the connection is gone."""
    state = error.sqlstate
    if state is None:
        return isinstance(error, psycopg.OperationalError)
    return state.startswith("08") or state in _LOST_STATES


def translate(error: psycopg.Error, place: str) -> RebaError:
    """Return our error for one of PostgreSQL's; nothing else leaves a store."""
    state = error.sqlstate or ""
    # The detail of an error may quote a row; only its first sentence is handed on.
    reason = " ".join((error.diag.message_primary or str(error)).split())
    if state == APPEND_ONLY_STATE:
        return StoreError("store.append_only", place=place)
    if is_lost(error):
        return StoreError("store.connection", place=place, reason=reason)
    if state in _STORE_CODES:
        return StoreError(_STORE_CODES[state], place=place)
    if state.startswith("23"):
        return LedgerError("ledger.not_next", place=place)
    if state in _DAMAGED_STATES:
        return LedgerError("ledger.damaged", place=place, reason=reason)
    return StoreError("store.io", place=place, reason=reason)
