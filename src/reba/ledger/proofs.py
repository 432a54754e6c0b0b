"""Proofs as values and as files: an entry is under a root; a later root continues an earlier one.

1. A proof is made from O(log n) hashes that the store keeps; no entry is read.
2. As a file a proof is one line of canonical JSON (`docs/reference/events-and-format.md`, 12).
3. An inclusion proof holds the hash of an envelope, and nothing of what the entry says.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias, cast

from reba.canonical import canonical_text, parse_canonical
from reba.errors import CanonicalError, LedgerError, ReceiptError
from reba.ledger.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Checkpoint,
    consistency_proof,
    inclusion_proof,
    root_from,
    verify_consistency,
    verify_inclusion,
)
from reba.ledger.stores.protocol import Store

__all__ = [
    "ConsistencyProof",
    "InclusionProof",
    "checkpoint_at",
    "hashes_of",
    "own_checkpoint",
    "prove",
    "prove_consistency",
]

Hashes: TypeAlias = tuple[bytes, ...]

_INCLUSION: Final = "reba-inclusion/1"
_CONSISTENCY: Final = "reba-consistency/1"
_CONSISTENCY_KEYS: Final = frozenset({"first", "format", "proof", "second"})
_HASH: Final = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}", re.ASCII)


class InclusionProof(NamedTuple):
    """That an entry stands in a ledger (bewijs van opname): its place, its leaf and the path.

    `hashes` are the siblings from the leaf to the root, of 32 bytes each (RFC 9162 2.1.3).
    """

    seq: int
    leaf_hash: bytes
    hashes: Hashes
    checkpoint: Checkpoint

    @property
    def size(self) -> int:
        """The number of entries of the checkpoint."""
        return self.checkpoint.size

    @property
    def holds(self) -> bool:
        """Whether the path leads from the leaf to the root of the checkpoint."""
        return verify_inclusion(
            self.leaf_hash, self.seq, self.size, self.hashes, self.checkpoint.root
        )

    def to_record(self) -> dict[str, object]:
        """Return the JSON object that `reba prove` prints."""
        return {
            "checkpoint": self.checkpoint.to_text(),
            "format": _INCLUSION,
            "leaf_hash": self.leaf_hash.hex(),
            "proof": [each.hex() for each in self.hashes],
            "seq": self.seq,
            "size": self.size,
        }


class ConsistencyProof(NamedTuple):
    """That a later checkpoint holds all an earlier one held, in the same order (RFC 9162 2.1.4)."""

    first: Checkpoint
    second: Checkpoint
    hashes: Hashes

    @property
    def holds(self) -> bool:
        """Whether the hashes lead to both roots, of one ledger."""
        first, second = self.first, self.second
        same = first.origin == second.origin
        return same and verify_consistency(
            first.size, second.size, first.root, second.root, self.hashes
        )

    def to_record(self) -> dict[str, object]:
        """Return the JSON object that `reba prove --from` prints."""
        return {
            "first": self.first.to_text(),
            "format": _CONSISTENCY,
            "proof": [each.hex() for each in self.hashes],
            "second": self.second.to_text(),
        }

    def to_text(self) -> str:
        """Write the proof as a file: one canonical line."""
        return canonical_text(self.to_record()) + "\n"

    @classmethod
    def parse(cls, text: str) -> ConsistencyProof:
        """Read the file of a proof; whether it holds is another question.

        Raises:
            ReceiptError: receipt.proof.
        """
        try:
            record = parse_canonical(text.removesuffix("\n").encode())
            if not text.endswith("\n") or not isinstance(record, dict):
                raise ReceiptError("receipt.proof", reason="it is not one object on one line")
            if record.keys() != _CONSISTENCY_KEYS or record["format"] != _CONSISTENCY:
                raise ReceiptError("receipt.proof", reason=f"it is not of the form {_CONSISTENCY}")
            ends = [Checkpoint.parse(str(record[key])) for key in ("first", "second")]
            return cls(ends[0], ends[1], hashes_of(record["proof"]))
        except (CanonicalError, LedgerError) as error:
            raise ReceiptError("receipt.proof", reason=error.reason.rstrip(".")) from error
        except ValueError as error:
            raise ReceiptError("receipt.proof", reason=str(error)) from error


def hashes_of(value: object) -> Hashes:
    """Read the hashes of a proof from JSON.

    Raises:
        ValueError: with the reason.
    """
    texts = cast("list[object]", value) if isinstance(value, list) else [None]
    if not all(isinstance(each, str) and _HASH.fullmatch(each) for each in texts):
        msg = f"a proof is a list of hashes of {HASH_BYTES} bytes in lower-case hex"
        raise ValueError(msg)
    return tuple(bytes.fromhex(cast("str", each)) for each in texts)


def checkpoint_at(store: Store, size: int | None = None) -> Checkpoint:
    """Return the checkpoint of a ledger as it stands, or as it was at an earlier size.

    Raises:
        LedgerError: ledger.unknown_entry where it never had so many entries.
    """
    held = store.size()
    if size is None:
        size = held
    if not 0 <= size <= held:
        raise LedgerError("ledger.unknown_entry", seq=size - 1, size=held)
    return Checkpoint(store.origin(), size, root_from(store.subtree, size))


def own_checkpoint(store: Store, text: str | None) -> tuple[str, Checkpoint]:
    """Return the text of a checkpoint and what it says, once it is seen to be of this ledger.

    Args:
        store: the store of the ledger.
        text: a checkpoint, signed or not; None for the present one, unsigned.

    Raises:
        LedgerError: ledger.checkpoint.
        ReceiptError: receipt.checkpoint.
    """
    if text is None:
        own = checkpoint_at(store)
        return own.to_text(), own
    given = Checkpoint.parse(text)
    held, origin = store.size(), store.origin()
    reason = None
    if given.origin != origin:
        reason = f"it is of {given.origin}, and this is {origin}"
    elif given.size > held:
        reason = f"the ledger holds no more than {held}"
    elif checkpoint_at(store, given.size).root != given.root:
        reason = "the ledger has another root there"
    if reason is not None:
        raise ReceiptError("receipt.checkpoint", size=given.size, reason=reason)
    return text, given


def prove(store: Store, seq: int, size: int | None = None) -> InclusionProof:
    """Prove that an entry stands in a ledger (bewijzen).

    Args:
        store: the store of the ledger.
        seq: the number of the entry.
        size: the size of the ledger at which it is proven; by default the present one.

    Raises:
        LedgerError: ledger.unknown_entry.
    """
    checkpoint = checkpoint_at(store, size)
    path = inclusion_proof(store.subtree, seq, checkpoint.size)
    return InclusionProof(seq, store.subtree(0, seq), tuple(path), checkpoint)


def prove_consistency(
    store: Store, earlier: Checkpoint, size: int | None = None
) -> ConsistencyProof:
    """Prove that a ledger still holds all that it held at an earlier checkpoint.

    Args:
        store: the store of the ledger.
        earlier: a checkpoint that was kept.
        size: the size of the later checkpoint; by default the present one.

    Raises:
        LedgerError: ledger.unknown_entry.
        ReceiptError: receipt.checkpoint where the earlier one is not of this ledger, or is of no
            entries, which needs no proof.
    """
    own_checkpoint(store, earlier.to_text())
    if earlier.root == EMPTY_ROOT:
        reason = "one of no entries is continued by every other, without a proof"
        raise ReceiptError("receipt.checkpoint", size=earlier.size, reason=reason)
    later = checkpoint_at(store, size)
    path = consistency_proof(store.subtree, earlier.size, later.size)
    return ConsistencyProof(earlier, later, tuple(path))
