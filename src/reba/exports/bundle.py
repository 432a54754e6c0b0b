"""Export a ledger as a bundle: a folder that anyone can verify without a database.

1. It streams: memory does not grow with the ledger.
2. It is written beside its place, flushed to the disk, and moved there when it is whole. What is
   stopped half way leaves a hidden folder ending in ".partial", and never a bundle.
3. What would not be whole for its reader is refused here: an envelope or a tree that is not as it
   was written. A body that was changed goes along, so that the audit of the bundle finds it.
4. It holds bodies. Where records are destroyed later, destroy the exports that hold them too.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from reba.canonical import parse_canonical, text_digest
from reba.errors import BundleError, CanonicalError, RunError
from reba.files import flush_folder, new_file
from reba.ledger.bundle_format import (
    DOCUMENTS,
    ENTRIES,
    MANIFEST,
    FileDigest,
    Manifest,
    document_name,
    entry_line,
)
from reba.ledger.entries import Entry, envelope_json
from reba.ledger.merkle import Checkpoint, Frontier, leaf_hash, root_from
from reba.ledger.stores.protocol import Store

__all__ = ["write_bundle"]

Signing: TypeAlias = Callable[[str], str]
"""Return the signed note of a text."""

_PROGRESS_EVERY: Final = 2000


def _fault(entry: Entry, seq: int) -> str | None:
    """Say why no reader could take an entry from a bundle, or return None."""
    if entry.seq != seq:
        return f"entry {seq} is not there"
    if leaf_hash(envelope_json(entry).encode()) != entry.leaf_hash:
        return f"the envelope of entry {seq} is not as it was written"
    if entry.body_json is None and entry.salt is None:
        return None  # destroyed, or lost: the audit says which
    try:
        body = parse_canonical((entry.body_json or "").encode())
    except CanonicalError:
        body = None
    if entry.salt is None or not isinstance(body, dict):
        return f"the body of entry {seq} is no canonical JSON object with a salt"
    return None


class _Export:
    """One export in progress: what is read, where it is written, and what was written so far."""

    def __init__(self, store: Store, folder: Path, progress: Callable[[int], None] | None) -> None:
        self._store = store
        self._folder = folder
        self._progress = progress
        self._size = store.size()
        self._files: dict[str, FileDigest] = {}

    def _refuse(self, reason: str) -> NoReturn:
        raise BundleError("bundle.ledger_damaged", place=self._store.place, reason=reason)

    def _write(self, name: str, parts: Iterable[bytes]) -> None:
        length, digest = 0, hashlib.sha256()
        with new_file(self._folder / name) as file:
            for part in parts:
                file.write(part)
                length += len(part)
                digest.update(part)
        self._files[name] = FileDigest(length, digest.hexdigest())

    def _lines(self, frontier: Frontier) -> Iterable[bytes]:
        for seq, entry in enumerate(self._store.read(0, self._size)):
            fault = _fault(entry, seq)
            if fault is not None:
                self._refuse(fault)
            yield entry_line(entry)
            frontier.add(entry.leaf_hash)
            if self._progress is not None and frontier.size % _PROGRESS_EVERY == 0:
                self._progress(frontier.size)

    def write_entries(self) -> Checkpoint:
        """Write the entries; return the checkpoint over them."""
        frontier = Frontier()
        self._write(ENTRIES, self._lines(frontier))
        if frontier.size != self._size:
            self._refuse(f"{frontier.size} of {self._size} entries are there")
        if frontier.root() != root_from(self._store.subtree, self._size):
            self._refuse("the kept tree is not the tree of the entries")
        return Checkpoint(self._store.origin(), self._size, frontier.root())

    def write_documents(self) -> None:
        """Write the laws and policies that entries name."""
        for number, (kind, digest) in enumerate(self._store.documents()):
            if number == 0:
                (self._folder / DOCUMENTS).mkdir()
            text = self._store.get_document(kind, digest)
            if text_digest(text) != digest:
                self._refuse(f"the {kind} {digest} is not as it was kept")
            self._write(document_name(kind, digest), [text.encode()])

    def write_manifest(self, checkpoint_text: str) -> None:
        """Write the manifest, which makes it a bundle: last of all."""
        self._write(MANIFEST, [Manifest(checkpoint_text, dict(self._files)).to_bytes()])

    def check_nothing_destroyed(self) -> None:
        """Refuse an export during which records were destroyed: it may hold half of them."""
        if any(entry.kind == "records.destroyed" for entry in self._store.read(self._size)):
            raise BundleError("bundle.destroyed_meanwhile", place=self._store.place)


def _is_free(out: Path) -> bool:
    if out.is_symlink() or not out.exists():
        return not out.is_symlink()
    return out.is_dir() and not any(out.iterdir())


def _move(partial: Path, out: Path) -> None:
    """Give the whole folder its name; an empty folder of that name makes room."""
    if out.is_dir():
        out.rmdir()
    partial.rename(out)
    flush_folder(out.parent)


def write_bundle(
    store: Store,
    out: Path,
    *,
    signing: Signing | None = None,
    progress: Callable[[int], None] | None = None,
) -> Checkpoint:
    """Export a ledger as a bundle (controleerbundel); return the checkpoint that it holds.

    Args:
        store: the store of the ledger.
        out: the folder; it is made, and may be there already only when it is empty.
        signing: signs the checkpoint in the manifest.
        progress: called with the number of entries written.

    Raises:
        BundleError: bundle.exists, bundle.ledger_damaged, bundle.destroyed_meanwhile.
        RunError: run.output.
        LedgerError, StoreError: where the ledger cannot be read.

    >>> import tempfile
    >>> from reba import open_ledger
    >>> with tempfile.TemporaryDirectory() as folder, open_ledger(":memory:") as ledger:
    ...     checkpoint = write_bundle(ledger.store, Path(folder) / "bundle")
    ...     with open_ledger(Path(folder) / "bundle", read_only=True) as bundle:
    ...         bundle.checkpoint() == checkpoint == ledger.checkpoint()
    True
    """
    place, out = str(out), out.absolute()
    try:
        if not _is_free(out):
            raise BundleError("bundle.exists", place=place)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent))
        try:
            export = _Export(store, partial, progress)
            checkpoint = export.write_entries()
            export.write_documents()
            export.check_nothing_destroyed()
            text = checkpoint.to_text()
            export.write_manifest(text if signing is None else signing(text))
            for folder in (partial / DOCUMENTS, partial):
                if folder.is_dir():
                    flush_folder(folder)
            _move(partial, out)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    except OSError as error:
        raise RunError("run.output", place=place, reason=error.strerror or str(error)) from error
    return checkpoint
