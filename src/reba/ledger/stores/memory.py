"""The ledger in memory: the plain store that the others are held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reba.canonical import text_digest
from reba.errors import LedgerError
from reba.ledger.entries import Entry
from reba.ledger.tiles import TileEdge

__all__ = ["MemoryStore"]


class MemoryStore:
    """A store that lives as long as the process. See `protocol.Store`."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._entries: list[Entry] = []
        self._by_account: dict[str, list[Entry]] = {}
        self._documents: dict[tuple[str, str], str] = {}
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._edge = TileEdge(lambda level, index: self._tiles[level, index])

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return ":memory:"

    def origin(self) -> str:
        """Return the identity of the ledger."""
        return self._origin

    def size(self) -> int:
        """Return the number of entries."""
        return len(self._entries)

    def append(self, entries: Sequence[Entry], *, expected_size: int) -> None:
        """Add entries at the end, all or none."""
        if expected_size != len(self._entries):
            raise LedgerError(
                "ledger.head_moved", expected=expected_size, actual=len(self._entries)
            )
        self._check(entries)
        self._entries.extend(entries)
        for entry in entries:
            self._by_account.setdefault(entry.account, []).append(entry)
        for tile in self._edge.add(entry.leaf_hash for entry in entries):
            self._tiles[tile.level, tile.number] = tile.hashes

    def erase(self, entry: Entry, *, expected_size: int) -> None:
        """Append a `records.destroyed`, and remove what its account held before, all or none."""
        self.append([entry], expected_size=expected_size)
        own = self._by_account[entry.account]
        own[:-1] = [each._replace(body_json=None, salt=None) for each in own[:-1]]
        for each in own[:-1]:
            self._entries[each.seq] = each

    def purge(self) -> None:
        """Nothing to rewrite: what was erased is left to the memory of the process."""

    def _check(self, entries: Sequence[Entry]) -> None:
        last: dict[str, int] = {}
        for offset, entry in enumerate(entries):
            own = self._by_account.get(entry.account, ())
            version = last.get(entry.account, len(own)) + 1
            if entry.seq != len(self._entries) + offset or entry.version != version:
                raise LedgerError("ledger.not_next", place=self.place)
            last[entry.account] = version

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield entries in order of `seq`."""
        yield from self._entries[start:stop]

    def read_accounts(self, accounts: Sequence[str]) -> dict[str, list[Entry]]:
        """Return the entries of accounts in order of version."""
        found = ((account, self._by_account.get(account)) for account in accounts)
        return {account: list(entries) for account, entries in found if entries}

    def accounts(self) -> Iterator[str]:
        """Yield the ids of the accounts, sorted."""
        yield from sorted(self._by_account)

    def subtree(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree of the tree."""
        return self._edge.subtree(level, index)

    def put_document(self, kind: str, digest: str, text: str) -> None:
        """Keep a document under the SHA-256 of its text."""
        if text_digest(text) != digest:
            raise LedgerError("ledger.document_digest", kind=kind, digest=digest)
        self._documents[kind, digest] = text

    def get_document(self, kind: str, digest: str) -> str:
        """Return a document."""
        text = self._documents.get((kind, digest))
        if text is None:
            raise LedgerError("ledger.document_missing", kind=kind, digest=digest)
        return text

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield the kind and digest of each document."""
        yield from sorted(self._documents)

    def close(self) -> None:
        """Nothing to let go of: what is in memory stays until the store is dropped."""
