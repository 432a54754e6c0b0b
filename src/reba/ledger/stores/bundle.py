"""An export bundle: a whole ledger in a folder of plain files, read without any database.

1. `manifest.json` names every other file with its length and SHA-256, and holds a checkpoint;
   `entries.jsonl` has a line an entry; `documents` has the laws and policies, byte for byte.
2. Opening it reads every file: none may be missing, changed or added, and the envelopes must hash
   to the root of the checkpoint. Memory does not grow with the entries, but for a hash in 256.
3. Each line is read strictly. Whether a body is what its envelope says is for the audit, as it is
   for every other store.
4. Nothing can be booked in it. To find an account, all of it is read.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from reba.canonical import text_digest
from reba.errors import BundleError, LedgerError, StoreError
from reba.ledger.bundle_format import (
    DOCUMENTS,
    ENTRIES,
    LINE_BYTES_MAX,
    MANIFEST,
    MANIFEST_BYTES_MAX,
    Manifest,
    document_name,
    leaf_of,
    parse_entry,
    parse_manifest,
)
from reba.ledger.entries import Entry
from reba.ledger.tiles import TILE_HASHES, TileEdge

__all__ = ["BundleStore", "is_bundle", "read_manifest"]

_CHUNK_BYTES: Final = 2**20


def is_bundle(path: Path) -> bool:
    """Say whether a path is a folder with a manifest."""
    return (path / MANIFEST).is_file()


@contextmanager
def _io_errors(place: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError("store.io", place=place, reason=error.strerror or str(error)) from error


def read_manifest(path: Path) -> Manifest:
    """Read the manifest of a bundle, and nothing else of it.

    Raises:
        BundleError: bundle.manifest.
        StoreError: store.io.
    """
    with _io_errors(str(path)), (path / MANIFEST).open("rb") as file:
        data = file.read(MANIFEST_BYTES_MAX)
    try:
        return parse_manifest(data)
    except ValueError as error:
        raise BundleError("bundle.manifest", place=str(path), reason=str(error)) from error


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines; one that is too long comes in parts, of which none is an entry."""
    return iter(partial(file.readline, LINE_BYTES_MAX), b"")


class BundleStore:
    """A ledger in an export bundle, for reading alone. See `protocol.Store`.

    Args:
        path: the folder.

    Raises:
        BundleError: bundle.manifest, bundle.file_missing, bundle.file_unknown, bundle.file_changed,
            bundle.entry, bundle.root.
        StoreError: store.io.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._manifest = read_manifest(path)
        self._checkpoint = self._manifest.checkpoint
        self._starts = array("q")  # where each tile of entries starts in the file
        self._tiles: dict[tuple[int, int], bytes] = {}  # all tiles but those of the leaves
        self._edge = TileEdge(self._read_tile)
        with _io_errors(self.place):
            self._check_names()
            self._check_documents()
            self._check_entries()

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return str(self._path)

    # ── opening: is it whole? ────────────────────────────────────────────────────────────────

    def _check_names(self) -> None:
        named = {MANIFEST, *self._manifest.files}
        there = {each.name for each in self._path.iterdir()}
        documents = self._path / DOCUMENTS
        if documents.is_dir() and not documents.is_symlink():
            there.remove(DOCUMENTS)
            there |= {f"{DOCUMENTS}/{each.name}" for each in documents.iterdir()}
        for name in sorted(named - there):
            raise BundleError("bundle.file_missing", place=self.place, name=name)
        for name in sorted(there - named):
            raise BundleError("bundle.file_unknown", place=self.place, name=name)
        for name in sorted(named):
            if (self._path / name).is_symlink() or not (self._path / name).is_file():
                self._changed(name, "it is no plain file")

    def _changed(self, name: str, reason: str) -> NoReturn:
        raise BundleError("bundle.file_changed", place=self.place, name=name, reason=reason)

    def _compare(self, name: str, length: int, sha256: str) -> None:
        expected = self._manifest.files[name]
        if length != expected.length:
            self._changed(name, f"its length is not {expected.length} bytes")
        if sha256 != expected.sha256:
            self._changed(name, f"its SHA-256 is {sha256}")

    def _check_documents(self) -> None:
        for name in sorted(self._manifest.files.keys() - {ENTRIES}):
            length, digest = 0, hashlib.sha256()
            with (self._path / name).open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    length += len(chunk)
                    digest.update(chunk)
            self._compare(name, length, digest.hexdigest())

    def _check_entries(self) -> None:
        length, digest = 0, hashlib.sha256()
        length_max = self._manifest.files[ENTRIES].length
        fault: BundleError | None = None
        with (self._path / ENTRIES).open("rb") as file:
            source = _lines(file)
            while length <= length_max and (lines := list(islice(source, TILE_HASHES))):
                self._starts.append(length)
                for line in lines:
                    length += len(line)
                    digest.update(line)
                try:
                    self._add_leaves([] if fault else lines)
                except BundleError as error:
                    fault = error  # said only of the file that the manifest names
        self._compare(ENTRIES, length, digest.hexdigest())
        if fault is not None:
            raise fault
        if self._edge.size != self._checkpoint.size:
            reason = f"there are {self._edge.size}, not {self._checkpoint.size}"
            raise BundleError("bundle.root", place=self.place, reason=reason)
        if self._edge.root() != self._checkpoint.root:
            raise BundleError("bundle.root", place=self.place, reason="their root is another")

    def _add_leaves(self, lines: Sequence[bytes]) -> None:
        first = self._edge.size
        leaves = [self._leaf(line, seq) for seq, line in enumerate(lines, first)]
        for tile in self._edge.add(leaves):
            if tile.level:
                self._tiles[tile.level, tile.number] = tile.hashes

    def _leaf(self, line: bytes, seq: int) -> bytes:
        try:
            return leaf_of(line)
        except ValueError as error:
            raise self._no_entry(seq, error) from error

    def _no_entry(self, seq: int, error: ValueError) -> BundleError:
        return BundleError("bundle.entry", place=self.place, line=seq + 1, reason=str(error))

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def origin(self) -> str:
        """Return the identity of the ledger that was exported."""
        return self._checkpoint.origin

    def size(self) -> int:
        """Return the number of entries."""
        return self._checkpoint.size

    def _lines_between(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        tile = start // TILE_HASHES
        if start >= stop:
            return
        with _io_errors(self.place), (self._path / ENTRIES).open("rb") as file:
            file.seek(self._starts[tile])
            numbered = enumerate(_lines(file), tile * TILE_HASHES)
            yield from islice(numbered, start % TILE_HASHES, stop - tile * TILE_HASHES)

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield entries in order of `seq`.

        Raises:
            BundleError: bundle.entry.
        """
        last = self.size() if stop is None else min(stop, self.size())
        for seq, line in self._lines_between(start, last):
            try:
                entry = parse_entry(line, seq)
            except ValueError as error:
                raise self._no_entry(seq, error) from error
            yield entry

    def read_accounts(self, accounts: Sequence[str]) -> dict[str, list[Entry]]:
        """Return the entries of accounts in order of version."""
        wanted = set(accounts)
        found: dict[str, list[Entry]] = {}
        for entry in self.read():
            if entry.account in wanted:
                found.setdefault(entry.account, []).append(entry)
        return found

    def accounts(self) -> Iterator[str]:
        """Yield the ids of the accounts, sorted."""
        yield from sorted({entry.account for entry in self.read()})

    def _read_tile(self, level: int, number: int) -> bytes:
        if level:
            return self._tiles[level, number]
        first = number * TILE_HASHES
        lines = self._lines_between(first, first + TILE_HASHES)
        return b"".join([self._leaf(line, seq) for seq, line in lines])

    def subtree(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree of the tree."""
        return self._edge.subtree(level, index)

    def get_document(self, kind: str, digest: str) -> str:
        """Return a document."""
        name = document_name(kind, digest)
        if name not in self._manifest.files:
            raise LedgerError("ledger.document_missing", kind=kind, digest=digest)
        with _io_errors(self.place):
            data = (self._path / name).read_bytes()
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self._changed(name, "it is no UTF-8 text")
        if text_digest(text) != digest:
            self._changed(name, "it was changed since the bundle was opened")
        return text

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield the kind and digest of each document."""
        for name in sorted(self._manifest.files.keys() - {ENTRIES}):
            kind, _, rest = name.removeprefix(f"{DOCUMENTS}/").rpartition("-")
            yield kind, rest.removesuffix(".json")

    # ── writing: refused ─────────────────────────────────────────────────────────────────────

    def _refuse(self) -> NoReturn:
        raise BundleError("bundle.read_only", place=self.place)

    def append(self, entries: Sequence[Entry], *, expected_size: int) -> None:
        """Refuse: an export stays what it is."""
        del entries, expected_size
        self._refuse()

    def erase(self, entry: Entry, *, expected_size: int) -> None:
        """Refuse: of an export the whole folder is destroyed."""
        del entry, expected_size
        self._refuse()

    def purge(self) -> None:
        """Refuse: of an export the whole folder is destroyed."""
        self._refuse()

    def put_document(self, kind: str, digest: str, text: str) -> None:
        """Refuse: an export stays what it is."""
        del kind, digest, text
        self._refuse()

    def close(self) -> None:
        """Nothing to let go of: files are open only while they are read."""
