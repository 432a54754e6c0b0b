"""Several processes that write to one PostgreSQL ledger lose nothing and fork nothing (S2)."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from faults.four_writers import check, write_together
from reba import HouseholdMonth, audit, load_policy, open_ledger
from reba.errors import LedgerError, StoreError
from reba.ledger import shell
from reba.ledger.stores import MemoryStore, postgres
from reba.ledger.stores.turns import KeepsOthersOut, turn
from reba.testing.stores import sealed
from servers import opened


@pytest.mark.invariant("S2")
@pytest.mark.invariant("C4")
def test_four_processes_on_one_ledger(address: str) -> None:
    """A thousand appends, single and in batches; `four_writers.py` does a hundred thousand."""
    written = write_together(address, processes=4, appends=1000)
    assert written.appends == 1000
    assert written.households > 1000
    assert len({checkpoint.size for checkpoint in written.checkpoints}) > 1
    assert check(address, written) >= written.households


@pytest.mark.invariant("S2")
def test_who_keeps_the_others_out_is_not_moved(address: str) -> None:
    """Between looking and appending nobody comes first, and the others go on afterwards."""
    with closing(opened(address)) as one, closing(opened(address)) as two:
        assert isinstance(one, KeepsOthersOut)
        appended = threading.Event()

        def append() -> None:
            two.append(sealed(["B"]), expected_size=0)
            appended.set()

        other = threading.Thread(target=lambda: _moved(append), daemon=True)
        with one.alone():
            size = one.size()
            other.start()
            assert not appended.wait(0.2)
            one.append(sealed(["A"]), expected_size=size)
            one.append(sealed(["A"], first_seq=1, versions={"A": 1}), expected_size=1)
        other.join(10)
        assert not appended.is_set()  # it was told, and did not append on what it had not seen
        two.append(sealed(["B"], first_seq=2), expected_size=2)
        assert [entry.account for entry in one.read()] == ["A", "A", "B"]


def _moved(append: object) -> None:
    assert callable(append)
    with pytest.raises(LedgerError) as raised:
        append()
    assert raised.value.code == "ledger.head_moved"


@pytest.mark.invariant("E2")
def test_the_tree_goes_on_where_another_writer_left_it(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Across the borders of tiles, two stores in turn build one tree, and a third finds it."""
    monkeypatch.setattr(postgres, "_CATCH_UP_MAX", 600)  # further behind it is made anew
    with closing(opened(address)) as one, closing(opened(address)) as two:
        size = 0
        for turn, batch in enumerate((1, 255, 1, 300, 211, 256, 700, 3, 1)):
            store = two if turn % 2 else one
            names = [f"A{size + number}" for number in range(batch)]
            store.append(sealed(names, first_seq=size), expected_size=size)
            size += batch
        with closing(opened(address, read_only=True)) as third:
            for level in range(9):
                for index in {0, (size >> level) - 1}:
                    expected = third.subtree(level, index)
                    assert one.subtree(level, index) == expected
                    assert two.subtree(level, index) == expected


# ── whose turn it is ─────────────────────────────────────────────────────────────────────────

ROOT = Path(__file__).parents[2]
CASE = json.loads((ROOT / "examples/cases/net-400-in-2015.json").read_text(encoding="utf-8"))
POLICY = load_policy(ROOT / "examples/policies/vng-half.toml")


def facts(household: str) -> HouseholdMonth:
    return HouseholdMonth.model_validate({**CASE, "household": household})


def book_among_busy_writers(address: str) -> list[bool]:
    """Book while, each time between deciding and appending, somebody else wants to append.

    Returns for each time whether the other came first.
    """
    came_first: list[bool] = []
    threads: list[threading.Thread] = []
    with open_ledger(address) as other:

        def entropy(length: int) -> bytes:
            number = len(came_first)
            threads.append(
                threading.Thread(
                    target=lambda: other.assess(facts(f"B-{number}"), policy=POLICY), daemon=True
                )
            )
            threads[-1].start()
            threads[-1].join(0.5)
            came_first.append(not threads[-1].is_alive())
            return os.urandom(length)

        with open_ledger(address, entropy=entropy) as ledger:
            try:
                ledger.assess(facts("A"), policy=POLICY)
            finally:
                for thread in threads:
                    thread.join(10)
            assert audit(ledger).clean
            assert sorted(ledger.accounts()) == ["A", *(f"B-{n}" for n in range(len(came_first)))]
    return came_first


@pytest.mark.invariant("S2")
def test_who_came_second_once_is_not_overtaken_again(address: str) -> None:
    assert book_among_busy_writers(address) == [True, False]


def test_without_turns_a_writer_among_busy_ones_never_books(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above is about: trying again and again is not enough."""
    monkeypatch.setattr(shell, "turn", lambda _store, _lost: nullcontext())
    with pytest.raises(StoreError) as raised:
        book_among_busy_writers(address)
    assert raised.value.code == "store.locked"


def test_a_store_without_turns_is_waited_for_longer_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    monkeypatch.setattr(random, "randint", lambda _least, most: most)
    for lost in range(12):
        with turn(MemoryStore("test"), lost):
            pass
    assert waited == sorted(waited)
    assert waited[:3] == [0.004, 0.008, 0.016]
    assert waited[-1] == 0.5
