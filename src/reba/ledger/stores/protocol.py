"""What a store promises, whichever database keeps it; `reba.testing.StoreContract` checks it.

1. `append` is atomic and durable, and compare-and-set on the size of the ledger.
2. Entries are never changed or removed through a store. The one thing that goes is the body and
   salt of an account whose records are destroyed: `erase`, which itself is an entry.
3. Reading streams; the state of an account costs its own entries and no others.
4. Documents (law, policies) are kept by the SHA-256 of their text; keeping one twice is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from reba.ledger.entries import Entry

__all__ = ["Store"]


class Store(Protocol):
    """A place where a ledger is kept."""

    @property
    def place(self) -> str:
        """Where it is, for people: a path or an address without a password."""
        ...

    def origin(self) -> str:
        """Return the identity of the ledger, fixed when it was made."""
        ...

    def size(self) -> int:
        """Return the number of entries."""
        ...

    def append(self, entries: Sequence[Entry], *, expected_size: int) -> None:
        """Add entries at the end, all or none.

        Raises:
            LedgerError: ledger.head_moved where the ledger does not hold `expected_size` entries.
            StoreError: store.locked, store.full, store.permission, store.io.
        """
        ...

    def erase(self, entry: Entry, *, expected_size: int) -> None:
        """Append a `records.destroyed`, and remove body and salt of what its account held before.

        All of it or none, as `append`. Envelopes stay, and so does the body of the entry itself.

        Raises:
            LedgerError, StoreError: as `append`.
        """
        ...

    def purge(self) -> None:
        """Rewrite what is kept, so that what was erased cannot be read back; repeat it at will.

        How far that reaches differs by database: `docs/explanation/destruction.md` says it.

        Raises:
            StoreError: store.locked, store.full, store.permission, store.io.
        """
        ...

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield entries in order of `seq`, from `start` up to but without `stop`."""
        ...

    def read_accounts(self, accounts: Sequence[str]) -> dict[str, list[Entry]]:
        """Return the entries of accounts in order of version; unknown accounts are absent."""
        ...

    def accounts(self) -> Iterator[str]:
        """Yield the ids of the accounts, sorted."""
        ...

    def subtree(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree of the tree, for proofs."""
        ...

    def put_document(self, kind: str, digest: str, text: str) -> None:
        """Keep a document under the SHA-256 of its text."""
        ...

    def get_document(self, kind: str, digest: str) -> str:
        """Return a document.

        Raises:
            LedgerError: ledger.document_missing.
        """
        ...

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield the kind and digest of each document."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
