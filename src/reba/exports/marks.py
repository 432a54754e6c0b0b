"""Marks (exportmarkeringen): which ranges of entries are in the books, so that none is there twice.

1. A mark is a range of `seq` with the checkpoint at its end, one line of JSON a mark. Marks follow
   one another without a gap: an export goes on where the last one ended.
2. The checkpoint says of which ledger the entries are, and that they are still what they were.
3. An export is written beside its place, marked, and then put in its place. Stopped before the
   mark it never was; stopped after it, the next export puts it in its place first.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, NamedTuple, NoReturn, cast

from reba.errors import ExportError, LedgerError
from reba.files import new_file, part_of, put_in_place, remove, write_beside
from reba.ledger.merkle import Checkpoint
from reba.ledger.proofs import checkpoint_at
from reba.ledger.stores.protocol import Store

__all__ = ["Mark", "Marks", "place_export", "write_export"]

_KEYS: Final = {"checkpoint", "file", "first", "format", "sha256"}
_FORMAT: Final = "reba-export-mark/1"


class Mark(NamedTuple):
    """A range of entries that is in the books: from `first` up to the size of the checkpoint."""

    first: int
    checkpoint: Checkpoint
    file: str
    sha256: str

    @property
    def until(self) -> int:
        """The first entry that is not in the books."""
        return self.checkpoint.size

    def to_line(self) -> str:
        """Write the mark as one line of JSON."""
        record = {
            "checkpoint": self.checkpoint.to_text(),
            "file": self.file,
            "first": self.first,
            "format": _FORMAT,
            "sha256": self.sha256,
        }
        return json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n"


def _failed(path: Path, error: OSError) -> ExportError:
    reason = error.strerror or str(error)
    return ExportError("export.write", file=str(path), reason=reason)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_export(out: Path, write: Callable[[IO[bytes]], None]) -> str:
    """Write an export beside its place, on disk for good; return its SHA-256.

    Raises:
        ExportError: export.exists, export.write; and what `write` raises.
    """
    part = part_of(out)
    if os.path.lexists(out):
        raise ExportError("export.exists", file=str(out))
    try:
        part.unlink(missing_ok=True)
        with new_file(part) as file:
            write(file)
        return _digest(part)
    except OSError as error:
        remove(part)
        raise _failed(out, error) from error


def place_export(out: Path) -> None:
    """Put an export that was written beside its place in it.

    Raises:
        ExportError: export.exists, export.write.
    """
    try:
        put_in_place(part_of(out), out)
    except FileExistsError as error:
        raise ExportError("export.exists", file=str(out)) from error
    except OSError as error:
        raise _failed(out, error) from error


class Marks:
    """The file of marks (exportmarkeringen) of one set of books.

    Args:
        path: the file; it need not be there yet.

    Raises:
        ExportError: export.marks.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text = self._read()
        self.marks = self._parse()

    def _refuse(self, reason: str, cause: Exception | None = None) -> NoReturn:
        raise ExportError("export.marks", file=str(self._path), reason=reason) from cause

    def _read(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(getattr(error, "strerror", None) or str(error), error)

    def _parse(self) -> tuple[Mark, ...]:
        lines = self._text.split("\n")
        if lines.pop():
            self._refuse("its last line was cut off")
        marks: list[Mark] = []
        for number, line in enumerate(lines, start=1):
            mark = self._mark(line, number)
            if mark.first != (marks[-1].until if marks else 0) or mark.until < mark.first:
                self._refuse(f"line {number} does not go on where the one before it ended")
            marks.append(mark)
        return tuple(marks)

    def _mark(self, line: str, number: int) -> Mark:
        try:
            record = cast("dict[str, object]", json.loads(line))
            if set(record) != _KEYS or record["format"] != _FORMAT:
                self._refuse(f"line {number} is not a mark")
            checkpoint = Checkpoint.parse(str(record["checkpoint"]))
        except (ValueError, TypeError, RecursionError, LedgerError) as error:
            self._refuse(f"line {number} is not a mark", error)
        first, file, sha256 = record["first"], record["file"], record["sha256"]
        if type(first) is not int or not isinstance(file, str) or not isinstance(sha256, str):
            self._refuse(f"line {number} is not a mark")
        if not (self._path.parent / file).name:
            self._refuse(f"line {number} names no file")
        return Mark(first, checkpoint, file, sha256)

    @property
    def until(self) -> int:
        """The first entry that is not in the books."""
        return self.marks[-1].until if self.marks else 0

    def check(self, store: Store) -> None:
        """Check that the ledger is the one that was exported, and still says what it said.

        Raises:
            ExportError: export.not_continued.
        """
        if not self.marks:
            return
        last = self.marks[-1].checkpoint
        reason = None
        if last.origin != store.origin():
            reason = f"that was {last.origin}, and this is {store.origin()}"
        elif last.size > store.size():
            reason = f"it holds no more than {store.size()}"
        elif checkpoint_at(store, last.size).root != last.root:
            reason = "it has another root there"
        if reason is not None:
            raise ExportError("export.not_continued", until=last.size, reason=reason)

    def finish_last(self) -> Path | None:
        """Put the last export in its place if it was marked and then stopped; return that place.

        Raises:
            ExportError: export.marks where what is left of it is not what was marked;
                export.write.
        """
        if not self.marks:
            return None
        last = self.marks[-1]
        out = self._path.parent / last.file
        part = part_of(out)
        if not part.exists():
            return None
        try:
            if _digest(part) != last.sha256:
                self._refuse(f"{part} is not the export that was marked")
            is_there = out.exists()
            if is_there and _digest(out) != last.sha256:
                self._refuse(f"{out} stands where the export belongs that waits in {part}")
        except OSError as error:
            raise _failed(out, error) from error
        if is_there:
            remove(part)  # stopped between its two names
            return None
        place_export(out)
        return out

    def add(self, store: Store, first: int, until: int, out: Path, sha256: str) -> None:
        """Mark a range as exported, on disk for good, and put its file in its place.

        Raises:
            ExportError: export.marked_meanwhile, export.write.
        """
        if self._read() != self._text:
            raise ExportError("export.marked_meanwhile", file=str(self._path))
        file = os.path.relpath(out, self._path.parent)
        mark = Mark(first, checkpoint_at(store, until), file, sha256)
        whole = "".join(each.to_line() for each in (*self.marks, mark))
        part = part_of(self._path)
        try:
            write_beside(part, whole.encode())
            put_in_place(part, self._path, replace=True)
        except OSError as error:
            raise _failed(self._path, error) from error
        self._text, self.marks = whole, (*self.marks, mark)
        place_export(out)
