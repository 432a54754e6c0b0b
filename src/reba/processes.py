"""Other processes that work for this one: each a new Python, and gone when this one is gone.

1. Each has a pipe of its own. When it dies, also in the middle of a message, its end of the pipe is
   closed, and that is seen at once. Where processes share a pipe or a lock, one that is killed
   while it holds it keeps everyone waiting.
2. Ctrl-C in a terminal reaches every process; only the one that started the others listens to it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from typing import Final, NamedTuple, cast

__all__ = [
    "Started",
    "begin_work",
    "new_processes",
    "seldom_collected",
    "seldom_collecting",
    "start",
]

_SELDOM: Final = (100_000, 20, 100)


class Started(NamedTuple):
    """A process that works for this one, and this one's end of the pipe between them."""

    home: Connection
    process: BaseProcess

    def end(self, *, within_seconds: int | None = None) -> None:
        """Wait until it has left; after some time it is made to leave."""
        if self.process.pid is None:
            return  # it could not begin
        self.process.join(within_seconds)
        if within_seconds is not None:
            self.process.kill()
            self.process.join()


def new_processes() -> SpawnContext:
    """Return how processes are made here: each is a new Python, and no copy of this one.

    Not what Python chooses by itself: that differs between versions and systems.
    """
    return multiprocessing.get_context("spawn")


@contextmanager
def _deaf_to_ctrl_c() -> Generator[None]:
    """Start processes that Ctrl-C does not reach, from their birth: it is for this one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start(work: Callable[..., None], *given: object, both_ways: bool) -> Started:
    """Start a process with a pipe of its own; where it cannot begin, the pipe is found closed.

    Args:
        work: a function of a module, which a new process can import; it is called with its end of
            the pipe, and with what is given.
        given: more for it.
        both_ways: whether it is told things through the pipe, too.
    """
    context = new_processes()
    home, there = context.Pipe(duplex=both_ways)
    process = context.Process(target=work, args=(there, *given), daemon=True)
    with there, suppress(OSError), _deaf_to_ctrl_c():
        process.start()
    return Started(cast("Connection", cast("object", home)), process)  # on Windows another class


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def begin_work() -> None:
    """Begin a process that works for another: it leaves with that, and Ctrl-C is not for it."""
    # Ctrl-C reaches every process of a terminal; the one that was started says what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A pool notices when a worker dies, not when the process that owns the pool is killed.
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def seldom_collected() -> None:
    """Look for garbage seldom from now on: what an audit keeps are many objects that stay."""
    gc.set_threshold(*_SELDOM)


@contextmanager
def seldom_collecting() -> Generator[None]:
    """Look for garbage seldom meanwhile, and then as before."""
    before = gc.get_threshold()
    seldom_collected()
    try:
        yield
    finally:
        gc.set_threshold(*before)
