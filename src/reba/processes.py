"""Other processes that work for this one: each a new Python, and gone when this one is gone."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

__all__ = ["begin_work", "seldom_collected", "seldom_collecting"]

_SELDOM: Final = (100_000, 20, 100)


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
