"""The PostgreSQL store against the one contract suite, on the oldest and newest server we have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from reba.ledger.stores.postgres import PostgresStore
from reba.testing.stores import OpenStore, StoreContract
from servers import NEWEST, OLDEST, drop, fresh_address, opened


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
class TestPostgresStore(StoreContract):
    @pytest.fixture
    def open_store(self, version: int) -> Iterator[OpenStore]:
        address = fresh_address(version)
        with ExitStack() as stores:

            def open_one() -> PostgresStore:
                store = opened(address)
                stores.callback(store.close)
                return store

            yield open_one
        drop(address, version)
