"""Where ledgers are kept: in memory, in a SQLite file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from reba.errors import StoreError
from reba.ledger.stores.memory import MemoryStore
from reba.ledger.stores.protocol import Store
from reba.ledger.stores.sqlite import SqliteStore

__all__ = ["MemoryStore", "SqliteStore", "Store", "open_store"]


def open_store(
    place: str | os.PathLike[str],
    *,
    create: bool,
    read_only: bool,
    new_origin: Callable[[], str],
) -> Store:
    """Open a place where a ledger is kept.

    Args:
        place: the path of a SQLite file, or ":memory:".
        create: make a ledger where there is none.
        read_only: never write.
        new_origin: gives the identity of a new ledger.

    Raises:
        StoreError: store.url, store.permission, store.locked, store.guard, store.io.
        LedgerError: ledger.not_found, ledger.not_a_ledger, ledger.newer_schema, ledger.damaged.
    """
    text = os.fspath(place)
    if text == ":memory:":
        return MemoryStore(new_origin())
    if "://" in text:
        scheme = text.partition("://")[0]
        raise StoreError(
            "store.url", place=f"{scheme}://…", reason="only SQLite files are kept yet"
        )
    path = Path(text)
    if path.is_dir():
        raise StoreError("store.url", place=text, reason="it is a folder")
    return SqliteStore(path, create=create, read_only=read_only, new_origin=new_origin)
