"""What a store offers that several processes can read at once, each a part of the accounts.

A ledger is then audited on more than one core. Each process opens the store for itself: handing
entries from one process to another costs more than reading them twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from reba.ledger.stores.protocol import Store

__all__ = ["ReadsInParts", "Row", "Share"]

Row: TypeAlias = tuple[
    int, str, int, str, str, str, str, str, str | None, str | None, bytes | None, bytes, bytes, int
]
"""The fields of an `Entry`, in its order; an entry is one."""


class Share(NamedTuple):
    """The accounts from `first` up to but without `end`; None where there is no bound."""

    first: str | None = None
    end: str | None = None


@runtime_checkable
class ReadsInParts(Store, Protocol):
    """A store that can be opened again, for reading, and read by ranges and by shares."""

    def reader(self) -> Callable[[], ReadsInParts]:
        """Return what opens the same ledger for reading, in this process or in another."""
        ...

    def snapshot(self) -> AbstractContextManager[int]:
        """Read the ledger as it is now until the end of the context; gives the number of entries.

        Raises:
            StoreError, LedgerError: as reading.
        """
        ...

    def stream(self, start: int, stop: int) -> Iterator[list[Row]]:
        """Yield entries in order of `seq`, in lists of 256 and a shorter one at the end."""
        ...

    def rows(self, start: int, stop: int, share: Share) -> list[Row]:
        """Return the entries of a share from `start` up to but without `stop`, by `seq`."""
        ...

    def order(self, start: int, stop: int) -> list[tuple[int, str, bytes]]:
        """Return seq, instant and leaf of the entries from `start` up to but without `stop`."""
        ...

    def accounts_of(self, start: int, stop: int, share: Share) -> list[str]:
        """Return the accounts of a share that have entries in a range, sorted."""
        ...

    def shares(self, count: int, start: int, stop: int) -> list[Share]:
        """Divide all accounts into at most `count` shares, with about as many entries each."""
        ...

    def counted(self) -> int:
        """Return how many entries there are, counted one by one."""
        ...

    def erased_since(self, size: int) -> bool:
        """Whether records were destroyed after the ledger had `size` entries."""
        ...

    def faults(self) -> list[str]:
        """Return what the database itself finds wrong, in pages, indexes and types."""
        ...

    def tile(self, level: int, number: int) -> bytes:
        """Return the hashes of a full tile of the tree, joined.

        Raises:
            LedgerError: ledger.damaged where there is none.
        """
        ...
