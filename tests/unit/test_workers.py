"""The pool of processes: it does what an executor does, and never keeps anyone waiting."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from reba.errors import MonthError
from reba.months import Month
from reba.runs.workers import WorkerPool, worker_pool


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with worker_pool(1) as made:
        yield made


def test_results_and_errors_come_home(pool: WorkerPool) -> None:
    assert pool.submit(os.getpid).result() != os.getpid()
    assert list(pool.map(abs, [-1, -2, 3])) == [1, 2, 3]
    assert pool.submit(int, "11", base=2).result() == 3
    with pytest.raises(MonthError) as raised:
        pool.submit(Month.parse, "2015-13").result()
    assert raised.value.data == {"value": "2015-13"}


def test_what_cannot_be_sent_is_an_error_and_the_pool_goes_on(pool: WorkerPool) -> None:
    with pytest.raises((AttributeError, TypeError, ValueError)):
        pool.submit(lambda: 1)
    with pytest.raises(TypeError, match="a result cannot be sent"):
        pool.submit(threading.Lock).result()
    with pytest.raises(ModuleNotFoundError):
        pool.submit(__import__, "no_such_module").result()
    assert pool.submit(abs, -3).result() == 3


def test_a_worker_that_leaves_breaks_the_pool_for_all_who_wait(pool: WorkerPool) -> None:
    asked: list[Future[Any]] = [pool.submit(os._exit, 3)]
    asked += [pool.submit(abs, -number) for number in range(3)]
    for future in asked:
        with pytest.raises(BrokenExecutor, match="a worker of the pool died"):
            future.result(timeout=60)
    with pytest.raises(BrokenExecutor):
        pool.submit(abs, -3)


def test_a_worker_that_cannot_begin_breaks_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_process: BaseProcess) -> None:
        raise BlockingIOError

    monkeypatch.setattr(BaseProcess, "start", refuse)
    with worker_pool(2) as pool, pytest.raises(BrokenExecutor):
        pool.submit(abs, -3).result(timeout=60)


def test_large_messages_pass_both_ways(pool: WorkerPool) -> None:
    large = bytes(range(256)) * 20_000
    assert pool.submit(bytes, large).result() == large


@pytest.mark.parametrize("cancel", ["waits", "cancels"])
def test_shut_down_it_ends_what_was_begun_and_takes_nothing_more(cancel: str) -> None:
    pool = worker_pool(1)
    begun = pool.submit(time.sleep, 0.2)
    while not begun.running():
        time.sleep(0.01)
    waiting = [pool.submit(abs, -number) for number in range(3)]
    pool.shutdown(cancel_futures=cancel == "cancels")
    assert begun.result() is None
    if cancel == "cancels":
        assert all(future.cancelled() for future in waiting)
    else:
        assert [future.result() for future in waiting] == [0, 1, 2]
    with pytest.raises(RuntimeError):
        pool.submit(abs, -3)
    pool.shutdown()
    assert not any(process.is_alive() for process in pool._processes)


def test_what_was_cancelled_is_not_done(pool: WorkerPool, tmp_path: Path) -> None:
    begun = pool.submit(time.sleep, 0.2)
    waiting = pool.submit(Path.touch, tmp_path / "done")
    assert waiting.cancel()
    assert begun.result() is None
    assert pool.submit(abs, -3).result() == 3
    assert not (tmp_path / "done").exists()


def test_workers_begin_when_there_is_work_and_no_more_than_asked() -> None:
    with worker_pool(2) as pool:
        assert pool._processes == []
        found = {future.result() for future in [pool.submit(os.getpid) for _ in range(9)]}
        assert os.getpid() not in found
        assert 1 <= len(found) <= len(pool._processes) <= 2
