"""Our stores against the one contract suite."""

from __future__ import annotations

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
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: SqliteStore(
            tmp_path / "ledger.reba", create=True, read_only=False, new_origin=lambda: "test/sqlite"
        )
