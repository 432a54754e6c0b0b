"""Copy a ledger from one store to another: the same entries, the same tree, the same identity.

1. The target is new, or an earlier part of the same ledger: its origin and the root over its
   entries must be those of the source. So every checkpoint and receipt stays good.
2. Documents come first, then entries in order, a batch at a time: stopped at any instant and
   started again, it goes on where it was.
3. Each entry is checked against its hashes as it passes: a copy does not launder damage.
4. A `records.destroyed` destroys in the target too what an earlier copy brought there; then the
   target is purged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from reba.canonical import body_digest
from reba.errors import LedgerError
from reba.ledger.destroyed_fold import DESTROYED
from reba.ledger.entries import Entry, envelope_json
from reba.ledger.merkle import Checkpoint, leaf_hash, root_from
from reba.ledger.stores.protocol import Store

__all__ = ["BATCH_ENTRIES", "Copied", "copy_ledger"]

BATCH_ENTRIES: Final = 5000

Progress: TypeAlias = Callable[[int], None]


class Copied(NamedTuple):
    """What a copy did: what it added, and the checkpoint that source and target share."""

    entries: int
    documents: int
    checkpoint: Checkpoint


def _difference(source: Store, target: Store) -> str | None:
    """Return why the target is no earlier part of the source, or None where it is."""
    if source.origin() != target.origin():
        return f"it is the ledger {target.origin()}, not {source.origin()}"
    size = target.size()
    if size > source.size():
        return f"it holds {size} entries, more than {source.size()}"
    if root_from(target.subtree, size) != root_from(source.subtree, size):
        return f"the roots over the first {size} entries differ"
    return None


def _shared_root(source: Store, target: Store) -> bytes:
    """Return the root over what the target holds; refuse where it is not that of the source.

    Raises:
        LedgerError: ledger.not_a_prefix.
    """
    reason = _difference(source, target)
    if reason is not None:
        raise LedgerError(
            "ledger.not_a_prefix", place=target.place, source=source.place, reason=reason
        )
    return root_from(target.subtree, target.size())


def _checked(source: Store, start: int) -> Iterator[Entry]:
    """Yield the entries of the source, each held against its hashes."""
    for seq, entry in enumerate(source.read(start), start):
        sound = entry.seq == seq and leaf_hash(envelope_json(entry).encode()) == entry.leaf_hash
        if sound and entry.body_json is not None and entry.salt is not None:
            sound = body_digest(entry.salt, entry.body_json) == entry.body_digest
        if not sound:
            reason = f"entry {seq} is not what was written"
            raise LedgerError("ledger.damaged", place=source.place, reason=reason)
        yield entry


def _copy_documents(source: Store, target: Store) -> int:
    there = set(target.documents())
    missing = [each for each in source.documents() if each not in there]
    for kind, digest in missing:
        target.put_document(kind, digest, source.get_document(kind, digest))
    return len(missing)


def _copy_entries(source: Store, target: Store, start: int, progress: Progress | None) -> bool:
    """Add what the target lacks; return whether bodies were erased there."""
    batch: list[Entry] = []
    size, erased = start, False

    def flush() -> None:
        nonlocal size
        if batch:
            target.append(batch, expected_size=size)
            size += len(batch)
            batch.clear()
            if progress is not None:
                progress(size)

    for entry in _checked(source, start):
        if entry.kind == DESTROYED:
            flush()
            held = target.read_accounts([entry.account]).get(entry.account, [])
            erased = erased or any(each.body_json is not None for each in held)
            target.erase(entry, expected_size=size)
            size += 1
            continue
        batch.append(entry)
        if len(batch) == BATCH_ENTRIES:
            flush()
    flush()
    return erased


def copy_ledger(source: Store, target: Store, *, progress: Progress | None = None) -> Copied:
    """Copy a ledger (kopiëren) into a new one of the same origin, or go on with a copy.

    Args:
        source: the ledger; it may grow meanwhile.
        target: a ledger of the same origin that holds nothing yet, or its first entries.
        progress: called with the number of entries the target holds.

    Raises:
        LedgerError: ledger.not_a_prefix; ledger.damaged where the source is; ledger.head_moved
            where someone else writes to the target.
        StoreError: of either store; store.owner, store.purge_incomplete, where bodies had to be
            erased in the target and could not be purged: all entries are there then.

    >>> from reba.ledger.stores import MemoryStore
    >>> copy_ledger(MemoryStore("example/1"), MemoryStore("example/1")).entries
    0
    """
    _shared_root(source, target)
    start = target.size()
    documents = _copy_documents(source, target)
    erased = _copy_entries(source, target, start, progress)
    documents += _copy_documents(source, target)  # of entries that came meanwhile
    root = _shared_root(source, target)
    if erased:
        target.purge()
    size = target.size()
    return Copied(size - start, documents, Checkpoint(target.origin(), size, root))
