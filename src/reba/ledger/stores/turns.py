"""Whose turn it is to write, where several processes write to one ledger.

Appending is compare-and-set: who comes second decides again. Where others write all the time, one
writer could come second for ever. A store that can keep others out says so with a method `alone`,
and who came second once then waits for its turn. With any other store it waits a little longer
each time.
"""

from __future__ import annotations

import random
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol, runtime_checkable

from reba.ledger.stores.protocol import Store

__all__ = ["KeepsOthersOut", "turn"]

_PAUSE_MS: Final = 2
_PAUSE_MS_MAX: Final = 500


@runtime_checkable
class KeepsOthersOut(Protocol):
    """A store that can let one writer decide and append while the others wait in line."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep other writers out, so that what is decided inside still holds when appended.

        Raises:
            StoreError: store.locked where they do not let go in time.
        """
        ...


def turn(store: Store, lost: int) -> AbstractContextManager[None]:
    """Return what to decide and append in, for a writer that came second `lost` times.

    >>> from reba.ledger.stores import MemoryStore
    >>> with turn(MemoryStore("example"), 0):
    ...     pass
    """
    if lost == 0:
        return nullcontext()
    if isinstance(store, KeepsOthersOut):
        return store.alone()
    longest = min(_PAUSE_MS * 2**lost, _PAUSE_MS_MAX)
    time.sleep(random.randint(1, longest) / 1000)  # noqa: S311 (to part the writers; no secret)
    return nullcontext()
