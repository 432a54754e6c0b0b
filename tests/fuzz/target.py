"""A target of fuzzing, and what targets share.

A target makes a document from a program (`mutations.py`) and reads it as the library does. What
escapes is a fault of ours: any exception that is no `RebaError`, and any promise that is not kept
of what was accepted (`promise`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from fuzz.mutations import mutate
from reba import Ledger, RebaError
from reba import open_ledger as opened

__all__ = ["EXAMPLES", "LEDGER", "Target", "file_of", "golden", "of", "promise"]

_ROOT: Final = Path(__file__).parents[2]
EXAMPLES: Final = _ROOT / "examples"
LEDGER: Final = _ROOT / "tests" / "golden" / "ledger" / "v1.reba"


class Target(NamedTuple):
    """A reader: `make` makes a document from a program; `read` says whether it was accepted."""

    name: str
    make: Callable[[bytes], bytes]
    read: Callable[[bytes], bool]

    def try_program(self, program: bytes) -> bool:
        """Read what a program makes; say whether it was accepted. Anything else is raised."""
        return self.try_document(self.make(program))

    def try_document(self, document: bytes) -> bool:
        """Read a document; say whether it was accepted. Anything else is raised."""
        try:
            return self.read(document)
        except RebaError as error:
            promise(str(error).strip() and error.exit_status > 0, "an error says what to do")
            return False


def promise(kept: object, what: str) -> None:
    if not kept:
        raise AssertionError(what)


@contextmanager
def file_of(document: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / name
        path.write_bytes(document)
        yield path


@contextmanager
def golden() -> Iterator[Ledger]:
    # A copy: SQLite puts its log beside a file that it only reads, too.
    with (
        file_of(LEDGER.read_bytes(), "l.reba") as path,
        opened(path, read_only=True, create=False) as ledger,
    ):
        yield ledger


def of(documents: Callable[[], tuple[bytes, ...]]) -> Callable[[bytes], bytes]:
    """Return what changes one of some documents as a program says."""
    return lambda program: mutate(program, documents())
