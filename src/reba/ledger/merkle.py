"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1): roots, proofs, checkpoints.

1. A leaf is SHA-256(0x00 || envelope bytes); a node is SHA-256(0x01 || left || right).
2. The tree over n leaves splits at the largest power of two below n.
3. A subtree at `level` and `index` is complete when it covers the leaves from index * 2**level
   to (index + 1) * 2**level; complete subtrees never change, which is what a store can keep.
4. Proofs read O(log n) hashes through a callable, so that nobody rereads a ledger to make one.
5. An inclusion proof shows that an entry is under a root; a consistency proof shows that a later
   root holds everything an earlier one held, in the same order.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from reba.canonical import INTEGER_MAX
from reba.errors import LedgerError, SignatureError
from reba.ledger.notes import exact_base64, note_text

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Checkpoint",
    "Frontier",
    "Subtree",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root_from",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)

Subtree: TypeAlias = Callable[[int, int], bytes]
"""Return the hash of the complete subtree at (level, index)."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first.

    Memory is O(log n); adding leaves costs one node hash a leaf on average.

    >>> frontier = Frontier()
    >>> frontier.add(leaf_hash(b"")) ; frontier.root() == leaf_hash(b"")
    True
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            msg = f"{size} leaves have {size.bit_count()} complete subtrees"
            raise ValueError(msg)

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        self.add_subtree(leaf, 0)

    def add_subtree(self, root: bytes, level: int) -> None:
        """Add the root of the next complete subtree of 2**level leaves, where one can begin."""
        carry = self.size >> level
        self.size += 1 << level
        while carry & 1:
            root = node_hash(self._peaks.pop(), root)
            carry >>= 1
        self._peaks.append(root)

    def root(self) -> bytes:
        """Return the root over all leaves added so far."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over the hashes of all leaves."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def _range_root(subtree: Subtree, start: int, stop: int) -> bytes:
    """Return the root over the leaves start..stop, where start is aligned for its size."""
    size = stop - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtree(level, start >> level)
    middle = start + _split(size)
    return node_hash(_range_root(subtree, start, middle), _range_root(subtree, middle, stop))


def root_from(subtree: Subtree, size: int) -> bytes:
    """Return the root over the first `size` leaves, from complete subtrees."""
    return EMPTY_ROOT if size == 0 else _range_root(subtree, 0, size)


def inclusion_proof(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """Return the proof that leaf `index` is under the root over `size` leaves (RFC 9162 2.1.3).

    Raises:
        LedgerError: ledger.unknown_entry.
    """
    if not 0 <= index < size:
        raise LedgerError("ledger.unknown_entry", seq=index, size=size)

    def path(start: int, stop: int) -> list[bytes]:
        if stop - start == 1:
            return []
        middle = start + _split(stop - start)
        if index < middle:
            return [*path(start, middle), _range_root(subtree, middle, stop)]
        return [*path(middle, stop), _range_root(subtree, start, middle)]

    return path(0, size)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Check an inclusion proof (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            current = node_hash(current, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and current == root


def consistency_proof(subtree: Subtree, first: int, second: int) -> list[bytes]:
    """Return the proof that the first `first` leaves begin the `second` leaves (RFC 9162 2.1.4).

    Raises:
        LedgerError: ledger.unknown_entry.
    """
    if not 0 < first <= second:
        raise LedgerError("ledger.unknown_entry", seq=first, size=second)

    def path(start: int, stop: int, *, whole: bool) -> list[bytes]:
        if stop == first:
            return [] if whole else [_range_root(subtree, start, stop)]
        middle = start + _split(stop - start)
        if first <= middle:
            return [*path(start, middle, whole=whole), _range_root(subtree, middle, stop)]
        return [*path(middle, stop, whole=False), _range_root(subtree, start, middle)]

    return path(0, second, whole=True)


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Check a consistency proof (RFC 9162 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and old == first_root and new == second_root


class Checkpoint(NamedTuple):
    """A checkpoint (ijkpunt): what a witness keeps, in C2SP tlog-checkpoint form.

    >>> print(Checkpoint("reba/example", 0, EMPTY_ROOT).to_text(), end="")
    reba/example
    0
    47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    """

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """Write the three lines of the note's text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a checkpoint, signed or not; its signatures are judged by `notes.verify` alone.

        Lines that a log adds below the root are signed with the rest and say nothing here.

        Raises:
            LedgerError: ledger.checkpoint.
        """
        try:
            return cls._read(text)
        except SignatureError as error:
            raise LedgerError("ledger.checkpoint", reason=error.data["reason"]) from error
        except ValueError as error:
            raise LedgerError("ledger.checkpoint", reason=str(error)) from error

    @classmethod
    def _read(cls, text: str) -> Checkpoint:
        lines = note_text(text).removesuffix("\n").split("\n")
        if len(lines) < len(cls._fields) or "" in lines:
            msg = "it is origin, size and root, a line each"
            raise ValueError(msg)
        origin, size_text, root_text = lines[: len(cls._fields)]
        if _SIZE.fullmatch(size_text) is None or int(size_text) > INTEGER_MAX:
            msg = "the size is not a number of entries"
            raise ValueError(msg)
        try:
            root = exact_base64(root_text)
        except ValueError:
            root = b""
        if len(root) != HASH_BYTES:
            msg = f"the root is not {HASH_BYTES} bytes in base64"
            raise ValueError(msg)
        return cls(origin, int(size_text), root)
