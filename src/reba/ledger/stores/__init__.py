"""Where ledgers are kept: in memory, a SQLite file or a PostgreSQL schema; to read, a bundle."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reba.errors import BundleError, StoreError, UsageError
from reba.ledger.stores.bundle import BundleStore, is_bundle
from reba.ledger.stores.memory import MemoryStore
from reba.ledger.stores.protocol import Store
from reba.ledger.stores.sqlite import SqliteStore

__all__ = ["BundleStore", "MemoryStore", "SqliteStore", "Store", "open_store"]

_POSTGRES: Final = ("postgresql", "postgres")


def open_store(
    place: str | os.PathLike[str],
    *,
    create: bool,
    read_only: bool,
    new_origin: Callable[[], str],
) -> Store:
    """Open a place where a ledger is kept.

    Args:
        place: the path of a SQLite file; the folder of an export bundle, to read; ":memory:"; or
            the address of a PostgreSQL server, as libpq takes it, with `schema=` among its
            parameters: the schema that is the ledger.
        create: make a ledger where there is none.
        read_only: never write.
        new_origin: gives the identity of a new ledger.

    Raises:
        StoreError: store.url, store.permission, store.locked, store.guard, store.io; and of a
            server store.connection, store.owner.
        LedgerError: ledger.not_found, ledger.not_a_ledger, ledger.newer_schema, ledger.damaged.
        BundleError: bundle.read_only; and where a bundle is not whole.
        UsageError: usage.extra, where the driver of the server is not installed.
    """
    text = os.fspath(place)
    if text == ":memory:":
        return MemoryStore(new_origin())
    if "://" in text:
        return _open_server(text, create=create, read_only=read_only, new_origin=new_origin)
    path = Path(text)
    if is_bundle(path):
        if not read_only:
            raise BundleError("bundle.read_only", place=text)
        return BundleStore(path)
    if path.is_dir():
        raise StoreError("store.url", place=text, reason="it is a folder, and no export bundle")
    return SqliteStore(path, create=create, read_only=read_only, new_origin=new_origin)


def _open_server(
    address: str, *, create: bool, read_only: bool, new_origin: Callable[[], str]
) -> Store:
    scheme = address.partition("://")[0]
    if scheme not in _POSTGRES:
        reason = "a ledger is kept in a SQLite file, or at a postgresql:// address"
        raise StoreError("store.url", place=f"{scheme}://…", reason=reason)
    try:
        from reba.ledger.stores.postgres import PostgresStore  # noqa: PLC0415 (an extra)
    except ImportError as error:  # the driver, or the library of PostgreSQL that it needs
        if not (error.name or "psycopg").startswith("psycopg"):
            raise
        raise UsageError("usage.extra", extra="postgres") from error
    return PostgresStore(address, create=create, read_only=read_only, new_origin=new_origin)
