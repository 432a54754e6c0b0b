"""Our stores against the one contract suite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from reba.ledger.stores import MemoryStore, SqliteStore
from reba.testing.stores import OpenStore, StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def open_store(self) -> OpenStore:
        store = MemoryStore("test/memory")
        return lambda: store


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> Iterator[OpenStore]:
        with ExitStack() as opened:

            def open_one() -> SqliteStore:
                place = tmp_path / "ledger.reba"
                store = SqliteStore(place, create=True, read_only=False, new_origin=lambda: "test")
                opened.callback(store.close)
                return store

            yield open_one
