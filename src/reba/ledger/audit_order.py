"""Check that the entries follow each other, and build the tree over them again.

1. `seq` counts from 0 without a gap, and the clock did not go back.
2. The tree over the leaves has, at the size of each checkpoint, the root of that checkpoint.
3. A stretch is 256 entries that begin at a multiple of 256: one tile of the tree. Where nothing is
   wrong in it, it is summed up in three values, by whichever process read it, and taken in as a
   whole. Any other is looked at entry by entry, and only that makes findings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, cast

from reba.ledger.audit_context import AuditContext, Check
from reba.ledger.entries import Entry
from reba.ledger.merkle import EMPTY_ROOT, HASH_BYTES, Checkpoint, Frontier, root_from
from reba.ledger.stores.parts import Row
from reba.ledger.tiles import TILE_HASHES

__all__ = ["OrderCheck", "Stretch", "Trusted", "block_root", "stretch_of"]

_LEVEL: Final = TILE_HASHES.bit_length() - 1


class Trusted(Protocol):
    """What is taken on trust of the first entries: see `audit_trust.TrustedTree`."""

    size: int
    last_recorded: str

    def peaks(self) -> list[bytes]:
        """Return the roots of the complete subtrees over them, largest first."""
        ...

    def subtree(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree of them."""
        ...


class Stretch(NamedTuple):
    """256 entries that follow each other: the root over them, and their first and last instant."""

    root: bytes
    first_recorded: str
    last_recorded: str


def block_root(hashes: bytes) -> bytes:
    """Return the root over 2**n hashes, joined: `merkle.root_of`, for whole blocks."""
    sha256 = hashlib.sha256
    while len(hashes) > HASH_BYTES:
        nodes = range(0, len(hashes), 2 * HASH_BYTES)
        hashes = b"".join(
            [sha256(b"\x01" + hashes[at : at + 2 * HASH_BYTES]).digest() for at in nodes]
        )
    return hashes


def stretch_of(
    first: int, seqs: list[int], instants: list[str], leaves: list[bytes]
) -> Stretch | None:
    """Sum up a stretch that begins at `first`; None where it must be looked at entry by entry."""
    try:
        if seqs != list(range(first, first + TILE_HASHES)) or sorted(instants) != instants:
            return None
        joined = b"".join(leaves)
    except TypeError:  # a damaged file may give another type
        return None
    if set(map(len, leaves)) != {HASH_BYTES}:
        return None
    return Stretch(block_root(joined), instants[0], instants[-1])


class OrderCheck:
    """The order of the entries and the tree over them, as far as they were read.

    Args:
        context: where findings go.
        against: checkpoints that were kept elsewhere.
        trusted: the entries that are not read, since a checkpoint is trusted for them.
    """

    def __init__(
        self,
        context: AuditContext,
        against: Sequence[Checkpoint],
        trusted: Trusted | None = None,
    ) -> None:
        self.context = context
        self.against = against
        self.position = 0 if trusted is None else trusted.size
        self.frontier = Frontier(self.position, () if trusted is None else trusted.peaks())
        self.last_recorded = "" if trusted is None else trusted.last_recorded
        self._trusted = trusted
        self._cut = {each.size // TILE_HASHES for each in against if each.size % TILE_HASHES}

    def take(self, rows: Sequence[Row]) -> None:
        """Check the next entries: at most a stretch, and no more than is left of one."""
        stretch = None
        if len(rows) == TILE_HASHES and not self.position % TILE_HASHES:
            stretch = stretch_of(
                self.position, [r[0] for r in rows], [r[5] for r in rows], [r[12] for r in rows]
            )
        if stretch is None or not self.take_stretch(stretch):
            for row in rows:
                self._check(row)

    def take_stretch(self, stretch: Stretch) -> bool:
        """Take in the next stretch as a whole; say no where it must be looked at."""
        if stretch.first_recorded < self.last_recorded or self.position // TILE_HASHES in self._cut:
            return False
        self.frontier.add_subtree(stretch.root, _LEVEL)
        self.last_recorded = stretch.last_recorded
        self.position += TILE_HASHES
        self._compare_root()
        return True

    def _check(self, row: Row) -> None:
        context, position = self.context, self.position
        seq, instant, kept = cast("tuple[object, object, object]", (row[0], row[5], row[12]))
        # What is of another type is found with the bytes of the entry.
        recorded_at = instant if isinstance(instant, str) else self.last_recorded
        leaf = kept if isinstance(kept, bytes) else b""
        if seq != position:
            context.at(position, Check.ORDER)
            context.find(
                "entry.order", Entry._make(row), "entries follow each other", position, seq
            )
        self.position += 1
        self.frontier.add(leaf)
        self._compare_root()
        if recorded_at < self.last_recorded:
            context.at(position, Check.CLOCK)
            context.find(
                "entry.clock", Entry._make(row), "the clock did not go back",
                f">= {self.last_recorded}", recorded_at, severity="warning",
            )  # fmt: skip
        self.last_recorded = max(self.last_recorded, recorded_at)

    def _compare_root(self) -> None:
        for checkpoint in self.against:
            if checkpoint.size == self.position:
                self.context.at(self.position - 1, Check.CHECKPOINT)
                self._consistent(checkpoint, self.frontier.root())

    def _consistent(self, checkpoint: Checkpoint, root: bytes) -> None:
        if checkpoint.root != root:
            self.context.find(
                "checkpoint.root", None,
                f"the first {checkpoint.size} entries are those of the checkpoint",
                checkpoint.root.hex(), root.hex(),
            )  # fmt: skip

    def compare(self, origin: str | None) -> None:
        """Hold the whole against the checkpoints: the identity, the size, and what was not read.

        Args:
            origin: the identity of the ledger; None where it is not known.
        """
        context = self.context
        context.at_end(Check.COMPARED)
        for checkpoint in self.against:
            if origin is not None and checkpoint.origin != origin:
                context.find(
                    "checkpoint.origin", None, "the checkpoint is of this ledger",
                    checkpoint.origin, origin,
                )  # fmt: skip
            if checkpoint.size > self.position:
                context.find(
                    "checkpoint.truncated", None, "nothing was removed from the end",
                    f"at least {checkpoint.size} entries", f"{self.position} entries",
                )  # fmt: skip
            if checkpoint.size == 0:
                self._consistent(checkpoint, EMPTY_ROOT)
            elif self._trusted is not None and checkpoint.size <= self._trusted.size:
                self._consistent(checkpoint, root_from(self._trusted.subtree, checkpoint.size))
