"""Receipts (ontvangstbewijzen): entries with what proves that they stand in a ledger.

1. A receipt of an account holds every entry that the account had at the checkpoint's size, versions
   1 to n; a receipt of one entry holds that entry. Bodies and salts go along, so it holds facts
   about a household: it is for that household, and for whoever judges its case.
2. The subject of a receipt is the id of an account, or "seq:" and the number of an entry: an id
   never has a colon, so the two cannot be mistaken for each other.
3. The file is one line of canonical JSON; nothing else is read. Its digest makes any damage show.
   It is no signature: who forges a receipt computes it anew.
4. What would not verify is not handed out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple, cast

from reba.canonical import Json, body_digest, canonical_text, parse_canonical, text_digest
from reba.errors import CanonicalError, LedgerError, ReceiptError
from reba.ledger.bundle_format import entry_line, parse_entry
from reba.ledger.entries import KINDS, Entry, envelope_json
from reba.ledger.merkle import HASH_BYTES, Checkpoint, inclusion_proof, leaf_hash, verify_inclusion
from reba.ledger.proofs import Hashes, hashes_of, own_checkpoint
from reba.ledger.sealing import SALT_BYTES
from reba.ledger.stores.protocol import Store
from reba.ledger.upcasting import is_readable

__all__ = ["DESTROYED", "Receipt", "ReceiptEntry", "make_receipt", "not_destroyed", "seq_subject"]

DESTROYED: Final = "records.destroyed"

_FORMAT: Final = "reba-receipt/1"
_KEYS: Final = frozenset({"checkpoint", "digest", "entries", "format", "subject"})
_ENTRY_KEYS: Final = frozenset({"body", "envelope", "proof", "salt"})
_SEQ: Final = re.compile(r"seq:(0|[1-9]\d{0,15})", re.ASCII)
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_EFFECTIVE: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-[0-3]\d)?", re.ASCII)
_RECORDED_AT: Final = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{6}Z", re.ASCII
)


class ReceiptEntry(NamedTuple):
    """An entry of a receipt, and the path from its leaf to the root."""

    entry: Entry
    proof: Hashes


class Receipt(NamedTuple):
    """A receipt (ontvangstbewijs) as it is read or made; `receipt_checks.verify` judges it.

    `checkpoint_text` is the whole text of the checkpoint, with any signatures; `digest` is the
    SHA-256 that the file names, in hex.
    """

    subject: str
    checkpoint_text: str
    entries: tuple[ReceiptEntry, ...]
    digest: str

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint; who signed it is for `notes.verify`."""
        return Checkpoint.parse(self.checkpoint_text)

    @property
    def seq(self) -> int | None:
        """The number of the entry, in a receipt of one entry."""
        return seq_subject(self.subject)

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of the file."""
        return {**_undigested(self), "digest": self.digest}

    def to_text(self) -> str:
        """Write the file: one canonical line."""
        return canonical_text(self.to_record()) + "\n"

    def computed_digest(self) -> str:
        """Return the digest that the file should name."""
        return text_digest(canonical_text(_undigested(self)))

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read the file of a receipt; whether it holds is another question.

        Raises:
            ReceiptError: receipt.format.
        """
        if not text.endswith("\n"):
            raise ReceiptError("receipt.format", reason="it does not end with a newline")
        try:
            record = parse_canonical(text[:-1].encode())
            return _read(record)
        except (CanonicalError, LedgerError) as error:
            raise ReceiptError("receipt.format", reason=error.reason.rstrip(".")) from error
        except ValueError as error:
            raise ReceiptError("receipt.format", reason=str(error)) from error


def seq_subject(subject: str) -> int | None:
    """Return the number of the entry that a subject names, or None for an account.

    >>> seq_subject("seq:12"), seq_subject("12")
    (12, None)
    """
    found = _SEQ.fullmatch(subject)
    return None if found is None else int(found[1])


def _undigested(receipt: Receipt) -> dict[str, object]:
    return {
        "checkpoint": receipt.checkpoint_text,
        "entries": [
            {
                **cast("dict[str, Json]", parse_canonical(entry_line(item.entry)[:-1])),
                "proof": [each.hex() for each in item.proof],
            }
            for item in receipt.entries
        ],
        "format": _FORMAT,
        "subject": receipt.subject,
    }


# ── reading ──────────────────────────────────────────────────────────────────────────────────


def _refuse_unless(holds: object, reason: str) -> None:
    if not holds:
        raise ValueError(reason)


def _read(record: Json) -> Receipt:
    _refuse_unless(isinstance(record, dict), "it is no object")
    fields = cast("dict[str, Json]", record)
    _refuse_unless(
        fields.keys() == _KEYS and fields["format"] == _FORMAT, f"it is not of the form {_FORMAT}"
    )
    subject, text, items, digest = (
        fields[key] for key in ("subject", "checkpoint", "entries", "digest")
    )
    _refuse_unless(
        isinstance(subject, str) and isinstance(text, str) and isinstance(digest, str),
        "subject, checkpoint and digest are texts",
    )
    _refuse_unless(isinstance(items, list) and items, "it holds no entries")
    Checkpoint.parse(cast("str", text))
    entries = tuple(_read_entry(item) for item in cast("list[Json]", items))
    return Receipt(cast("str", subject), cast("str", text), entries, cast("str", digest))


def _read_entry(item: Json) -> ReceiptEntry:
    _refuse_unless(
        isinstance(item, dict) and item.keys() == _ENTRY_KEYS,
        "an entry has body, envelope, proof and salt, and nothing else",
    )
    fields = dict(cast("dict[str, Json]", item))
    proof = hashes_of(fields.pop("proof"))
    envelope = fields["envelope"]
    seq = envelope.get("seq") if isinstance(envelope, dict) else None
    _refuse_unless(type(seq) is int, "an envelope is an object with a seq")
    entry = parse_entry(canonical_text(fields).encode() + b"\n", cast("int", seq))
    fault = _fault_of(entry)
    _refuse_unless(fault is None, f"entry {entry.seq}: {fault}")
    return ReceiptEntry(entry, proof)


def _fault_of(entry: Entry) -> str | None:
    """Say which field of an entry is not of its alphabet, or return None."""
    faults = {
        "account": _ACCOUNT.fullmatch(entry.account) is None,
        "version": entry.version < 1,
        "seq": entry.seq < 0,
        "kind": entry.kind not in KINDS,
        "schema": entry.schema < 1 or not is_readable(entry.schema),
        "effective": _EFFECTIVE.fullmatch(entry.effective) is None,
        "recorded_at": _RECORDED_AT.fullmatch(entry.recorded_at) is None,
        "supersedes": not _is_earlier(entry),
        "body_digest": len(entry.body_digest) != HASH_BYTES,
        "salt": entry.salt is not None and len(entry.salt) != SALT_BYTES,
    }
    wrong = [name for name, is_wrong in faults.items() if is_wrong]
    return f"its {wrong[0]} is not well formed, or not known" if wrong else None


def _is_earlier(entry: Entry) -> bool:
    """Say whether what an entry supersedes can be an earlier entry of its account."""
    if entry.supersedes is None:
        return True
    account, _, version = entry.supersedes.rpartition("/")
    written = version.isascii() and version.isdecimal() and str(int(version)) == version
    return account == entry.account and written and 0 < int(version) < entry.version


# ── making ───────────────────────────────────────────────────────────────────────────────────


def not_destroyed(entries: Sequence[Entry]) -> Entry | None:
    """Return the first entry of an account whose body is gone and was not destroyed, or None."""
    through = max((each.version for each in entries if each.kind == DESTROYED), default=0)
    gone = (each for each in entries if each.body_json is None and each.version >= through)
    return next(gone, None)


def _check_whole(place: str, item: ReceiptEntry, checkpoint: Checkpoint) -> None:
    entry = item.entry
    leaf = leaf_hash(envelope_json(entry).encode())
    under = verify_inclusion(leaf, entry.seq, checkpoint.size, item.proof, checkpoint.root)
    if not under:
        reason = f"entry {entry.seq} is not under its root"
        raise LedgerError("ledger.damaged", place=place, reason=reason)
    if entry.salt is not None and entry.body_json is not None:
        if body_digest(entry.salt, entry.body_json) == entry.body_digest:
            return
        reason = f"the body of entry {entry.seq} is not as it was written"
        raise LedgerError("ledger.damaged", place=place, reason=reason)


def _chosen(store: Store, account: str | None, seq: int | None, size: int) -> list[Entry]:
    """Return the entries that a receipt is of; their bodies are there, or were destroyed."""
    if account is not None and seq is None:
        held = store.read_accounts([account]).get(account, [])
        chosen = known = [entry for entry in held if entry.seq < size]
        if not chosen:
            raise LedgerError("ledger.unknown_account", account=account)
    elif account is None and seq is not None:
        if not 0 <= seq < size:
            raise LedgerError("ledger.unknown_entry", seq=seq, size=size)
        name = next(store.read(seq, seq + 1)).account
        known = store.read_accounts([name]).get(name, [])
        chosen = [entry for entry in known if entry.seq == seq]
    else:
        msg = "a receipt is of an account or of one entry"
        raise TypeError(msg)
    gone = not_destroyed(known)
    if gone is not None and gone in chosen:
        raise ReceiptError("receipt.body_missing", entry=gone.entry_id, size=size)
    return chosen


def make_receipt(
    store: Store,
    *,
    account: str | None = None,
    seq: int | None = None,
    checkpoint: str | None = None,
) -> Receipt:
    """Make the receipt of an account, or of one entry.

    Args:
        store: the store of the ledger.
        account: the household id.
        seq: the number of the entry; either this or the account.
        checkpoint: the text of a checkpoint of this ledger, signed or not, of the present or an
            earlier size; by default the present one, unsigned.

    Raises:
        LedgerError: ledger.unknown_account, ledger.unknown_entry, ledger.checkpoint,
            ledger.damaged.
        ReceiptError: receipt.checkpoint, receipt.body_missing.
    """
    text, held = own_checkpoint(store, checkpoint)
    chosen = _chosen(store, account, seq, held.size)
    entries = tuple(
        ReceiptEntry(each, tuple(inclusion_proof(store.subtree, each.seq, held.size)))
        for each in chosen
    )
    for item in entries:
        _check_whole(store.place, item, held)
    subject = f"seq:{seq}" if account is None else account
    receipt = Receipt(subject, text, entries, "")
    return receipt._replace(digest=receipt.computed_digest())
