"""What a witness sees to before it signs a checkpoint: that nothing was rewritten or taken back.

1. It signs only what is of the same ledger, and not smaller, than what it signed last.
2. It signs only what holds everything the last one held, in the same order: that takes a proof of
   consistency, which shows nothing of what the entries say.
3. What it signed last is the largest of what it kept; each of those continued the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reba.errors import SignatureError
from reba.ledger.merkle import Checkpoint
from reba.ledger.proofs import ConsistencyProof

__all__ = ["check_continues"]


def _fault(
    checkpoint: Checkpoint, last: Checkpoint, proofs: Iterable[ConsistencyProof]
) -> str | None:
    """Say why a checkpoint may not follow the last one, or return None."""
    if checkpoint.origin != last.origin:
        return f"it is of {checkpoint.origin}, and that is of {last.origin}"
    if checkpoint.size < last.size:
        return f"it has {checkpoint.size} entries, and that has {last.size}"
    if checkpoint.size == last.size:
        return None if checkpoint == last else "it has as many entries, and another root"
    if last.size == 0:
        return None  # whatever is there continues nothing
    fitting = [proof for proof in proofs if (proof.first, proof.second) == (last, checkpoint)]
    if not fitting:
        return f"there is no proof from {last.size} to {checkpoint.size} entries"
    return None if fitting[0].holds else "the proof does not hold"


def check_continues(
    checkpoint: Checkpoint, kept: Sequence[Checkpoint], proofs: Sequence[ConsistencyProof]
) -> None:
    """Refuse a checkpoint that is not seen to continue what was signed before.

    Args:
        checkpoint: what is to be signed.
        kept: what the witness signed of this ledger before.
        proofs: proofs of consistency, one of them from the largest of those to the checkpoint.

    Raises:
        SignatureError: signature.not_continued.

    >>> one, two = Checkpoint("example/1", 1, bytes(32)), Checkpoint("example/1", 2, bytes(32))
    >>> check_continues(one, [one], [])
    >>> check_continues(one, [two], [])
    Traceback (most recent call last):
    ...
    reba.errors.SignatureError: This checkpoint is not seen to continue ...
    """
    size_max = max((each.size for each in kept), default=0)
    for last in (each for each in kept if each.size == size_max):
        reason = _fault(checkpoint, last, proofs)
        if reason is not None:
            raise SignatureError("signature.not_continued", size=last.size, reason=reason)
