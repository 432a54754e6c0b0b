"""Processes that assess beside the one that books, and leave when it is gone."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Final

__all__ = ["worker_pool"]

_LOOK_EVERY_SECONDS: Final = 1


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_SECONDS)
    os._exit(1)


def _watch(parent: int) -> None:
    # A pool notices when a worker dies, not when the process that owns the pool is killed.
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def worker_pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool of processes for `run_month(executor=)`; they leave when this process does."""
    return ProcessPoolExecutor(workers, initializer=_watch, initargs=(os.getpid(),))
