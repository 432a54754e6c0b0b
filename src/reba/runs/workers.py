"""Processes that assess beside the one that books, and leave when it is gone.

1. Each worker has a pipe of its own (`reba.processes`), and not one for all of them as in the pool
   that comes with Python: when a worker dies, the pool is broken at once.
2. A worker whose home is gone finds its pipe closed, and leaves.
"""

from __future__ import annotations

import pickle
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from reba.processes import start

__all__ = ["WorkerPool", "worker_pool"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_BROKEN: Final = "a worker of the pool died"


class _Task(NamedTuple):
    future: Future[Any]
    message: bytes


def _packed(outcome: tuple[bool, object]) -> bytes:
    try:
        return pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 (whatever refuses to be packed)
        return pickle.dumps((False, TypeError(f"a result cannot be sent: {type(error).__name__}")))


def _work(home: Connection) -> None:
    """Do what comes through the pipe, one after the other, until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            message = home.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            function, args, kwargs = pickle.loads(message)  # noqa: S301 (from our own process)
            outcome = True, function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 (it is raised again at home)
            outcome = False, error
        try:
            home.send_bytes(_packed(outcome))
        except OSError:
            return


class WorkerPool(Executor):
    """An executor of processes, each with a pipe of its own; begun when there is work for them.

    Args:
        workers: how many at most.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._keepers: list[threading.Thread] = []
        self._processes: list[BaseProcess] = []
        self._broken = self._closed = False

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Ask for a call on a worker.

        Raises:
            BrokenExecutor: where a worker died before.
            RuntimeError: after `shutdown`.
        """
        message = pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL)
        future: Future[_T] = Future()
        with self._lock:
            if self._broken:
                raise BrokenExecutor(_BROKEN)
            if self._closed:
                msg = "the pool is shut down"
                raise RuntimeError(msg)
            self._tasks.put(_Task(future, message))
            if len(self._keepers) < self._workers:
                keeper = threading.Thread(target=self._keep, daemon=True)
                self._keepers.append(keeper)
                keeper.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 (as in Executor)
        """Take in nothing more; what was asked is done, or cancelled where it was not begun."""
        self._closed = True
        if cancel_futures:
            self._cancel_waiting()
        self._end(broken=False)
        if wait:
            for keeper in self._keepers:
                keeper.join()

    def _cancel_waiting(self) -> None:
        with suppress(Empty):
            while True:
                task = self._tasks.get_nowait()
                if task is not None:
                    task.future.cancel()

    def _end(self, *, broken: bool) -> None:
        """Let every keeper end once what was asked before is dealt with."""
        with self._lock:
            self._broken = self._broken or broken
            for _ in self._keepers:
                self._tasks.put(None)

    def _keep(self) -> None:
        """Keep one worker: hand it tasks, and hand on what becomes of them. One thread each."""
        worker = start(_work, both_ways=True)
        self._processes.append(worker.process)
        with worker.home as pipe:
            while (task := self._tasks.get()) is not None:
                self._hand_over(task, pipe)
        worker.end()

    def _hand_over(self, task: _Task, pipe: Connection) -> None:
        future, message = task
        if not future.set_running_or_notify_cancel():
            return
        if self._broken:
            future.set_exception(BrokenExecutor(_BROKEN))
            return
        try:
            pipe.send_bytes(message)
            done, result = pickle.loads(pipe.recv_bytes())  # noqa: S301 (from our own worker)
        except (EOFError, OSError):
            self._end(broken=True)
            done, result = False, BrokenExecutor(_BROKEN)
        except Exception as error:  # noqa: BLE001 (it is raised again by `result`)
            done, result = False, error
        if done:
            future.set_result(result)
        else:
            future.set_exception(result)


def worker_pool(workers: int) -> WorkerPool:
    """Return a pool of processes for `run_month(executor=)`; they leave when this process does.

    Each is a new Python, and no copy of this one with its threads and open files: a script that
    makes a pool needs `if __name__ == "__main__":`, as everywhere with processes.
    """
    return WorkerPool(workers)
