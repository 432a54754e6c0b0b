"""Verify a receipt (controleren), and say what it shows and what it does not.

1. The digest, each body against its envelope, each envelope against the root of the checkpoint.
2. A receipt of an account: its versions run from 1 without a gap, and a body is missing only where
   `records.destroyed` follows; then none before it is there.
3. A checkpoint that was kept elsewhere must be the receipt's own, or a consistency proof must tie
   the two together. A key must have signed the receipt's own checkpoint.
4. Where anything fails, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reba.canonical import body_digest
from reba.errors import SignatureError
from reba.ledger.entries import Entry, envelope_json
from reba.ledger.findings import Finding
from reba.ledger.merkle import EMPTY_ROOT, Checkpoint, leaf_hash, verify_inclusion
from reba.ledger.notes import VerifierKey
from reba.ledger.notes import verify as verify_note
from reba.ledger.proofs import ConsistencyProof
from reba.ledger.receipts import DESTROYED, Receipt, not_destroyed

__all__ = ["ReceiptReport", "verify"]


class ReceiptReport(NamedTuple):
    """What a receipt shows, what it does not show, and what was found wrong with it."""

    findings: tuple[Finding, ...]
    shown: tuple[str, ...]
    not_shown: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `reba receipt verify --json`."""
        return {
            "holds": self.holds,
            "findings": [finding.to_record() for finding in self.findings],
            "shown": list(self.shown),
            "not_shown": list(self.not_shown),
        }


def _finding(
    finding_id: str, entry: Entry | None, statement: str, expected: object, actual: object
) -> Finding:
    account, seq = (None, None) if entry is None else (entry.account, entry.seq)
    return Finding(finding_id, "error", account, seq, statement, str(expected), str(actual))


def _whole(receipt: Receipt) -> Iterator[Finding]:
    """Check what the file says of itself."""
    computed = receipt.computed_digest()
    if computed != receipt.digest:
        yield _finding(
            "receipt.digest", None, "the file is as it was made", receipt.digest, computed
        )
    seqs = [item.entry.seq for item in receipt.entries]
    if seqs != sorted(set(seqs)):
        yield _finding("receipt.order", None, "entries follow each other", sorted(set(seqs)), seqs)
    asked = receipt.seq
    if asked is not None and seqs != [asked]:
        yield _finding("receipt.subject", None, "it holds the entry it is about", [asked], seqs)


def _entry(receipt: Receipt) -> Iterator[Finding]:
    """Check each entry by itself: its body, and that it is under the root."""
    checkpoint = receipt.checkpoint
    for entry, proof in receipt.entries:
        leaf = leaf_hash(envelope_json(entry).encode())
        if not verify_inclusion(leaf, entry.seq, checkpoint.size, proof, checkpoint.root):
            yield _finding(
                "receipt.proof", entry, "the entry is under the root of the checkpoint",
                checkpoint.root.hex(), "a proof that does not lead there",
            )  # fmt: skip
        if entry.salt is not None and entry.body_json is not None:
            digest = body_digest(entry.salt, entry.body_json)
            if digest != entry.body_digest:
                yield _finding(
                    "entry.body", entry, "the body is as it was written",
                    entry.body_digest.hex(), digest.hex(),
                )  # fmt: skip


def _account(receipt: Receipt) -> Iterator[Finding]:
    """Check that entries are those of one account, from its first on (§ 4 of the format page)."""
    entries = [item.entry for item in receipt.entries]
    for number, entry in enumerate(entries, 1):
        if entry.account != receipt.subject:
            yield _finding(
                "receipt.subject", entry, "every entry is of the account it is about",
                receipt.subject, entry.account,
            )  # fmt: skip
        if entry.version != number:
            yield _finding(
                "account.version", entry, "the versions of the account have no gap", number,
                entry.version,
            )  # fmt: skip
    gone = not_destroyed(entries)
    if gone is not None:
        yield _finding(
            "entry.body_missing", gone, "the body is there, or was destroyed",
            "a body and salt, or a later records.destroyed", "none",
        )  # fmt: skip
    ends = [number for number, entry in enumerate(entries) if entry.kind == DESTROYED]
    if ends and any(entry.body_json is not None for entry in entries[: ends[0]]):
        yield _finding(
            "destroyed.incomplete", entries[ends[0]], "every body before it is gone", "none",
            "a body",
        )  # fmt: skip
    if ends and ends[0] != len(entries) - 1:
        yield _finding(
            "destroyed.last", entries[ends[0]], "nothing follows the destruction of an account",
            0, len(entries) - 1 - ends[0],
        )  # fmt: skip


def _against(
    own: Checkpoint, against: Sequence[Checkpoint], consistency: Sequence[ConsistencyProof]
) -> Iterator[Finding]:
    """Hold the checkpoint against those that were kept elsewhere."""
    ties = [{proof.first, proof.second} for proof in consistency if proof.holds]
    for kept in against:
        if kept == Checkpoint(own.origin, 0, EMPTY_ROOT):
            continue  # a ledger without entries is continued by every other
        if kept.origin != own.origin:
            yield _finding(
                "checkpoint.origin", None, "the checkpoint is of the same ledger", kept.origin,
                own.origin,
            )  # fmt: skip
        elif kept.size == own.size and kept.root != own.root:
            yield _finding(
                "checkpoint.root", None, f"the root at {kept.size} entries is the one kept",
                kept.root.hex(), own.root.hex(),
            )  # fmt: skip
        elif kept != own and not any({kept, own} <= tie for tie in ties):
            yield _finding(
                "checkpoint.untied", None,
                f"a proof ties the checkpoint of {kept.size} entries to that of the receipt",
                f"a consistency proof of {kept.size} and {own.size}", "none that holds",
            )  # fmt: skip


def _signed(receipt: Receipt, keys: Sequence[VerifierKey]) -> tuple[list[Finding], list[str]]:
    try:
        names = [key.name for key in verify_note(receipt.checkpoint_text, keys).signed_by]
    except SignatureError as error:
        known = ", ".join(key.name for key in keys)
        statement = "the checkpoint is signed with a key that was handed over"
        return [_finding(error.code, None, statement, known, error.reason)], []
    return [], names


def _shown(receipt: Receipt, against: Sequence[Checkpoint], names: Sequence[str]) -> Iterator[str]:
    own, count = receipt.checkpoint, len(receipt.entries)
    what = f"Entry {receipt.seq}" if receipt.seq is not None else f"Account {receipt.subject}"
    has = "stood" if receipt.seq is not None else f"had these {count} entries"
    yield f"{what} {has} in the ledger {own.origin} when it held {own.size} entries."
    if any(kept == own for kept in against):
        yield "A checkpoint that was handed over is the one of the receipt."
    if any(kept != own for kept in against):
        yield "A checkpoint that was handed over is of the same ledger, at another size."
    if names:
        yield f"The checkpoint is signed by {', '.join(names)}."


def _not_shown(
    receipt: Receipt, against: Sequence[Checkpoint], names: Sequence[str]
) -> Iterator[str]:
    if receipt.seq is None:
        yield f"That the account got no entry after version {len(receipt.entries)}."
    else:
        yield "Which other entries the account has."
    if not against and not names:
        yield (
            "That others are shown the same ledger: no checkpoint that was kept elsewhere and no "
            "key was handed over."
        )
    if any(item.entry.body_json is None for item in receipt.entries):
        yield "What the entries said whose bodies are gone."
    yield "That the amounts are right: `reba audit` computes them again."


def verify(
    receipt: Receipt,
    *,
    against: Sequence[Checkpoint] = (),
    consistency: Sequence[ConsistencyProof] = (),
    keys: Sequence[VerifierKey] = (),
) -> ReceiptReport:
    """Verify a receipt (ontvangstbewijs controleren).

    Args:
        receipt: the receipt, as `Receipt.parse` reads it.
        against: checkpoints that were kept elsewhere; the receipt must agree with each.
        consistency: proofs that tie checkpoints of other sizes to that of the receipt.
        keys: keys of which one at least must have signed the checkpoint of the receipt.

    Raises:
        UsageError: usage.extra, where keys are given and the extra `sign` is not installed.

    >>> from reba.ledger.receipts import make_receipt
    >>> from reba.ledger.stores import MemoryStore
    >>> from reba.testing.stores import sealed
    >>> store = MemoryStore("example")
    >>> store.append(sealed(["H-1", "H-2", "H-1"]), expected_size=0)
    >>> report = verify(make_receipt(store, account="H-1"))
    >>> report.holds, report.shown
    (True, ('Account H-1 had these 2 entries in the ledger example when it held 3 entries.',))
    """
    findings = [*_whole(receipt), *_entry(receipt)]
    if receipt.seq is None:
        findings += _account(receipt)
    findings += _against(receipt.checkpoint, against, consistency)
    names: list[str] = []
    if keys:
        wrong, names = _signed(receipt, keys)
        findings += wrong
    shown = () if findings else tuple(_shown(receipt, against, names))
    return ReceiptReport(tuple(findings), shown, tuple(_not_shown(receipt, against, names)))
