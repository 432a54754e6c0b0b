"""What an earlier audit is trusted for: the tree at the size of its checkpoint, hash by hash.

1. The complete subtrees that a store keeps give a root; unless it is the trusted one, nothing is
   trusted.
2. A kept hash is used only once it is shown to be under that root: the block it stands in is
   hashed, and held against the hash above it, which was shown before.
3. So a kept tree that was changed later, together with the entries or without, is never believed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reba.errors import LedgerError
from reba.ledger.audit_bytes import envelope_leaf
from reba.ledger.audit_entries import EntriesCheck
from reba.ledger.audit_order import block_root
from reba.ledger.merkle import HASH_BYTES, Checkpoint, Frontier
from reba.ledger.stores.parts import ReadsInParts, Share
from reba.ledger.stores.protocol import Store
from reba.ledger.tiles import TILE_HASHES

__all__ = ["TrustedTree", "replay"]

_TILE_LEVELS: Final = 8
_BLOCKS_MAX: Final = 4096
_ACCOUNTS_AT_ONCE: Final = 500
_ALL: Final = Share()


class TrustedTree:
    """The first entries of a ledger, as a trusted checkpoint proves their leaves.

    Args:
        store: where the ledger is kept.
        checkpoint: the trusted checkpoint, of at least one entry.

    Raises:
        LedgerError: ledger.damaged where the kept tree does not lead to the checkpoint.
    """

    def __init__(self, store: Store, checkpoint: Checkpoint) -> None:
        self._store = store
        self.size = checkpoint.size
        self._blocks: dict[tuple[int, int], bytes] = {}
        self._leaves: dict[tuple[int, int], bytes] = {}
        self._peaks: list[tuple[int, int, bytes]] = []
        start = 0
        for level in reversed(range(self.size.bit_length())):
            if self.size >> level & 1:
                self._peaks.append((start, level, store.subtree(level, start >> level)))
                start += 1 << level
        if Frontier(self.size, self.peaks()).root() != checkpoint.root:
            raise self._broken("tree")
        self.last_recorded = self._last_recorded()

    def _last_recorded(self) -> str:
        """Return the instant of the last entry that is trusted: the clock goes on from there."""
        last = self.size - 1
        for entry in self._store.read(last, self.size):
            if envelope_leaf(entry) == self.leaf(last):
                return entry.recorded_at
        raise self._broken("entry")

    def peaks(self) -> list[bytes]:
        """Return the roots of the complete subtrees, largest first."""
        return [root for _, _, root in self._peaks]

    def _broken(self, what: str) -> LedgerError:
        reason = f"the kept {what} is not what the checkpoint of {self.size} entries covers"
        return LedgerError("ledger.damaged", place=self._store.place, reason=reason)

    def leaf(self, seq: int) -> bytes:
        """Return the proven leaf of an entry, or b"" where the checkpoint does not cover it.

        Raises:
            LedgerError: ledger.damaged where the kept hashes are not those of the checkpoint.
        """
        if not 0 <= seq < self.size:
            return b""
        place = seq % TILE_HASHES
        block = self._leaves.get((0, seq - place), b"")
        at = place * HASH_BYTES
        return block[at : at + HASH_BYTES] or self.subtree(0, seq)

    def subtree(self, level: int, index: int) -> bytes:
        """Return the proven root of a complete subtree that the checkpoint covers.

        Raises:
            LedgerError: ledger.damaged where the kept hashes are not those of the checkpoint.
        """
        base = level - level % _TILE_LEVELS
        block, first = self._block(base, index << level - base)
        at = ((index << level - base) - first) * HASH_BYTES
        return block_root(block[at : at + (HASH_BYTES << level - base)])

    def _block(self, level: int, index: int) -> tuple[bytes, int]:
        """Return the proven hashes of the block at a level that an index is in, and its first."""
        peak = next(each for each in reversed(self._peaks) if each[0] <= index << level)
        top = min(level + _TILE_LEVELS, peak[1])
        first = index >> top - level << top - level
        if top == level:
            return peak[2], first
        known = self._blocks if level else self._leaves
        block = known.get((level, first))
        if block is None:
            count = 1 << top - level
            block = self._read(level, first, count)
            above = peak[2] if top == peak[1] else self.subtree(top, index >> top - level)
            if len(block) != count * HASH_BYTES or block_root(block) != above:
                raise self._broken("hashes")
            if len(known) == _BLOCKS_MAX and not level:
                del known[next(iter(known))]  # the one that was read first
            known[level, first] = block
        return block, first

    def _read(self, level: int, first: int, count: int) -> bytes:
        if count == TILE_HASHES and isinstance(self._store, ReadsInParts):
            return self._store.tile(level // _TILE_LEVELS, first // TILE_HASHES)
        hashes = range(first, first + count)
        return b"".join([self._store.subtree(level, index) for index in hashes])


def replay(
    entries: EntriesCheck, store: Store, trusted: TrustedTree, size: int, share: Share = _ALL
) -> Iterator[int]:
    """Take in what the checkpoint covers of the accounts that go on; yield how many entries.

    Args:
        entries: where they are checked.
        store: the ledger.
        trusted: the tree of the checkpoint.
        size: the number of entries of the ledger.
        share: some accounts only.

    Raises:
        LedgerError: ledger.damaged where the kept hashes are not those of the checkpoint.
    """
    done = 0
    if isinstance(store, ReadsInParts):
        accounts = store.accounts_of(trusted.size, size, share)
    else:
        accounts = sorted({entry.account for entry in store.read(trusted.size, size)})
    for start in range(0, len(accounts), _ACCOUNTS_AT_ONCE):
        held = store.read_accounts(accounts[start : start + _ACCOUNTS_AT_ONCE])
        for _, own in sorted(held.items()):
            before = [entry for entry in own if entry.seq < trusted.size]
            entries.take(before, None, trusted.leaf)
            done += len(before)
        yield done
