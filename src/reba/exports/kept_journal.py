"""A journal that is read from the ledger once, and told again from a temporary file.

1. Books open with what stood before, so that they read the journal twice. To fold every account
   twice takes twice as long, and what is destroyed in between would tell two stories.
2. Memory does not grow with the journal. The temporary file has no name, or loses it with the
   process; the owner alone may read it.
"""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, Final, Self

from reba.errors import ExportError
from reba.exports.booking import Journal
from reba.exports.journal import Posting

__all__ = ["KeptJournal"]

_BATCH: Final = 1000
_LENGTH_BYTES: Final = 8


class KeptJournal:
    """A journal (dagboek) to be read more than once; a context manager that lets go of its file.

    Args:
        read: reads the postings from the ledger.

    Raises:
        ExportError: export.write where there is no room for the file.

    >>> posting = Posting(0, "H-1/1", "2015-04-01", "2015-03", "k", "H-1", "bank", 100)
    >>> told = iter([[(posting, True)]])
    >>> with KeptJournal(lambda: next(told)) as journal:
    ...     list(journal()) == list(journal()) == [(posting, True)]
    True
    """

    def __init__(self, read: Journal) -> None:
        self._read = read
        self._file: IO[bytes] | None = None
        self._whole = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def __call__(self) -> Iterator[tuple[Posting, bool]]:
        """Yield all postings, and of each whether it is in the range."""
        if not self._whole:
            self._keep()
        yield from self._again()

    def _keep(self) -> None:
        postings = iter(self._read())
        try:
            # It stays open for as long as this object is used.
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
            while batch := list(islice(postings, _BATCH)):
                # Only this process reads it back: `marshal` fits, and is the quickest there is.
                data = marshal.dumps([(*posting, is_new) for posting, is_new in batch])
                self._file.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
            self._file.flush()
        except OSError as error:
            reason = error.strerror or str(error)
            raise ExportError("export.write", file=tempfile.gettempdir(), reason=reason) from error
        self._whole = True

    def _again(self) -> Iterator[tuple[Posting, bool]]:
        if self._file is None:
            return
        self._file.seek(0)
        while length := self._file.read(_LENGTH_BYTES):
            data = self._file.read(int.from_bytes(length, "big"))
            for posting in marshal.loads(data):  # noqa: S302 (written above)
                yield Posting._make(posting[:-1]), posting[-1]
