"""Processes that work for another: they begin and end with it, and look for garbage seldom."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest

from reba import audit, open_ledger
from reba.ledger.audit_workers import in_processes
from reba.processes import seldom_collecting, start


def test_garbage_is_looked_for_as_before_also_after_an_error() -> None:
    before = gc.get_threshold()
    with seldom_collecting():
        assert gc.get_threshold()[0] > 10 * before[0]
    assert gc.get_threshold() == before
    with pytest.raises(KeyError), seldom_collecting():
        raise KeyError
    assert gc.get_threshold() == before


def test_an_audit_leaves_the_process_as_it_was() -> None:
    before = gc.get_threshold()
    with open_ledger(":memory:") as ledger:
        assert audit(ledger).clean
    assert gc.get_threshold() == before


def _repeat(home: Connection, word: str) -> None:
    home.send([word, home.recv()])


def _sleep(_home: Connection) -> None:
    time.sleep(600)


def test_a_process_is_talked_to_through_a_pipe_of_its_own() -> None:
    started = start(_repeat, "heard:", both_ways=True)
    with started.home as home:
        home.send("hello")
        assert home.recv() == ["heard:", "hello"]
        with pytest.raises(EOFError):  # it left, and its end of the pipe is closed
            home.recv()
    started.end()
    assert started.process.exitcode == 0


def test_a_process_that_does_not_leave_is_made_to() -> None:
    started = start(_sleep, both_ways=False)
    with started.home:
        started.end(within_seconds=0)
    assert not started.process.is_alive()


def test_a_process_that_cannot_begin_closes_its_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for it hears that at once; an audit then goes on alone."""

    def refuse(_process: BaseProcess) -> None:
        raise BlockingIOError

    monkeypatch.setattr(BaseProcess, "start", refuse)
    started = start(_sleep, both_ways=False)
    with started.home as home, pytest.raises(EOFError):
        home.recv()
    started.end()
    assert in_processes(_count, [1, 2], None) is None


def _count(task: int, tell: Callable[[int], bool]) -> int:
    tell(task)
    return task
