"""Random histories of every command on PostgreSQL (M1, E2), opened again at any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, settings

from reba import Ledger, open_ledger
from reba.testing.machine import run_ledger_machine
from servers import drop, fresh_address


@pytest.fixture
def places() -> Iterator[dict[str, str]]:
    """Return the addresses that stand for places, filled as they are asked for."""
    made: dict[str, str] = {}
    yield made
    for address in made.values():
        drop(address)


def on_a_server(place: str, *, clock: Callable[[], datetime], places: dict[str, str]) -> Ledger:
    return open_ledger(places.setdefault(place, fresh_address()), clock=clock)


@pytest.mark.invariant("M1")
@pytest.mark.invariant("E2")
def test_random_histories_on_a_server(places: dict[str, str]) -> None:
    examples = settings.default.max_examples if settings.default else 100
    run_ledger_machine(
        partial(on_a_server, places=places),
        settings=settings(
            max_examples=max(10, examples // 10), stateful_step_count=40, deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip
