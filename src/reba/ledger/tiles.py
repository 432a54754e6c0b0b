"""Tiles: the complete subtrees of the tree, kept so that proofs need not reread the ledger.

A tile of level L holds 256 hashes, each the root of a complete subtree of 256**L leaves (as in
C2SP tlog-tiles). A full tile never changes; what is not full yet is at most 255 hashes a level,
kept in memory and made again from the entries when a ledger is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from reba.ledger.merkle import HASH_BYTES, root_from

__all__ = ["TILE_HASHES", "ReadTile", "Tile", "TileEdge", "leaf_tile_start"]

TILE_HASHES: Final = 256
_TILE_LEVELS: Final = 8

ReadTile: TypeAlias = Callable[[int, int], bytes]
"""Return the hashes of the full tile at (level, index), joined."""


class Tile(NamedTuple):
    """A full tile, ready to be kept."""

    level: int
    number: int
    hashes: bytes


def leaf_tile_start(size: int) -> int:
    """Return the first leaf that no full tile holds, for a tree of `size` leaves."""
    return size - size % TILE_HASHES


def _fold(hashes: Sequence[bytes]) -> bytes:
    sha256 = hashlib.sha256  # `merkle.node_hash`, spelled out: one of these for every entry
    level = list(hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return level[0]


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[i : i + HASH_BYTES] for i in range(0, len(tile), HASH_BYTES)]


class TileEdge:
    """The hashes that no full tile holds yet, level by level, and the size of the tree."""

    __slots__ = ("_pending", "_read_tile", "size")

    def __init__(self, read_tile: ReadTile) -> None:
        self._read_tile = read_tile
        self._pending: list[list[bytes]] = [[]]
        self.size = 0

    @classmethod
    def restore(cls, size: int, tail_leaves: Iterable[bytes], read_tile: ReadTile) -> TileEdge:
        """Make the edge of a tree again from its full tiles and its last leaves.

        Args:
            size: the number of leaves of the tree.
            tail_leaves: the hashes of the leaves from `leaf_tile_start(size)` on.
            read_tile: reads a full tile.
        """
        edge = cls(read_tile)
        edge.size = size
        edge._pending[0] = list(tail_leaves)
        full = size // TILE_HASHES
        level = 0
        while full:
            start = full - full % TILE_HASHES
            roots = [_fold(_hashes(read_tile(level, index))) for index in range(start, full)]
            edge._pending.append(roots)
            full //= TILE_HASHES
            level += 1
        return edge

    def add(self, leaves: Iterable[bytes]) -> list[Tile]:
        """Add the hashes of the next leaves; return the tiles that became full."""
        full: list[Tile] = []
        bottom = self._pending[0]
        source = iter(leaves)
        while part := list(islice(source, TILE_HASHES - len(bottom))):
            bottom.extend(part)
            self.size += len(part)
            if len(bottom) == TILE_HASHES:
                self._carry(full)
        return full

    def _carry(self, full: list[Tile]) -> None:
        level = 0
        count = self.size
        while len(self._pending[level]) == TILE_HASHES:
            hashes = self._pending[level]
            count //= TILE_HASHES
            full.append(Tile(level, count - 1, b"".join(hashes)))
            root = _fold(hashes)
            hashes.clear()
            level += 1
            if level == len(self._pending):
                self._pending.append([])
            self._pending[level].append(root)

    def subtree(self, level: int, index: int) -> bytes:
        """Return the root of the complete subtree at a level of the tree."""
        tile_level, height = divmod(level, _TILE_LEVELS)
        first = index << height
        tile_index, offset = divmod(first, TILE_HASHES)
        count = self.size >> (_TILE_LEVELS * tile_level)
        if tile_index == count // TILE_HASHES:
            hashes = self._pending[tile_level]
        else:
            hashes = _hashes(self._read_tile(tile_level, tile_index))
        return _fold(hashes[offset : offset + (1 << height)])

    def root(self) -> bytes:
        """Return the root over the whole tree."""
        return root_from(self.subtree, self.size)
