"""What tests of the PostgreSQL store share: a ledger that is not there yet, on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servers import drop, fresh_address


@pytest.fixture
def address() -> Iterator[str]:
    """Return the address of a new ledger; it is dropped after the test."""
    place = fresh_address()
    yield place
    drop(place)
