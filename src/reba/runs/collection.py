"""Pause the cyclic garbage collector while a run makes and drops very many small values.

What a run makes is freed by reference counting; the collector would only look at it again and
again, and takes a fifth of the time. Nothing of it holds a cycle: an error that is kept is kept
without its traceback, whose frames would hold it in turn.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["paused_collection"]


@contextmanager
def paused_collection() -> Generator[None]:
    """Switch automatic collection off within the block, if it was on."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
