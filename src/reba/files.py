"""Files that are written once: whole under their name, or not there.

1. What is written goes beside its place first, and to the disk for good; then it gets its name.
2. After a failure, also Ctrl-C, nothing of it is left. After a kill the part is left, and whoever
   writes next begins it anew.
3. Where a name counts, the folder is flushed too: a name is kept in the folder, not in the file.
4. A fault is an `OSError`: whoever writes says in an error of its own which file it was.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

__all__ = [
    "OWNER_ONLY",
    "flush_file",
    "flush_folder",
    "new_file",
    "open_new",
    "part_of",
    "put_in_place",
    "remove",
    "write_beside",
    "write_new",
]

OWNER_ONLY: Final = 0o600
"""The mode of a file that nobody but its owner may read."""

_AS_USUAL: Final = 0o666  # less what the process leaves out of every new file


def part_of(out: Path, *, hidden: bool = False) -> Path:
    """Return where a file is written before it gets its name.

    >>> part_of(Path("books/2015.xaf")).name, part_of(Path("pay.xml"), hidden=True).name
    ('2015.xaf.part', '.pay.xml.part')
    """
    return out.with_name(f"{'.' if hidden else ''}{out.name}.part")


def remove(path: Path) -> None:
    """Remove a file that nobody needs any more; where it cannot be, it stays."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def open_new(path: Path, *, mode: int = _AS_USUAL) -> IO[bytes]:
    """Open a file that is not there yet, for writing bytes.

    Args:
        path: the file.
        mode: who may do what with it.

    Raises:
        FileExistsError: where anything has that name.
    """
    # pathlib opens no file with a mode of its own.
    return open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))


def flush_file(file: IO[bytes] | IO[str]) -> None:
    """Bring what was written to a file to the disk."""
    file.flush()
    os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, on systems where a folder can be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def new_file(path: Path, *, mode: int = _AS_USUAL) -> Generator[IO[bytes]]:
    """Write a file that is not there yet: on the disk for good at the end, gone after a failure.

    Raises:
        FileExistsError: where anything has that name.
    """
    file = open_new(path, mode=mode)
    try:
        with file:
            yield file
            flush_file(file)
    except BaseException:
        remove(path)
        raise


def write_new(path: Path, data: bytes, *, mode: int = _AS_USUAL) -> None:
    """Write bytes to a file that is not there yet; the name is flushed with them.

    Raises:
        FileExistsError: where anything has that name.
    """
    with new_file(path, mode=mode) as file:
        file.write(data)
    flush_folder(path.parent)


def write_beside(part: Path, data: bytes, *, mode: int = _AS_USUAL) -> None:
    """Write bytes beside their place; what a killed process left there is begun anew."""
    part.unlink(missing_ok=True)
    write_new(part, data, mode=mode)


def put_in_place(part: Path, out: Path, *, replace: bool = False) -> None:
    """Give a file that was written beside its place its name.

    Args:
        part: where it stands.
        out: its name, in the same folder.
        replace: whether another file of that name makes room.

    Raises:
        FileExistsError: where anything has that name, unless it is replaced.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     out = Path(folder) / "pay.xml"
    ...     write_beside(part_of(out), b"<Document/>")
    ...     put_in_place(part_of(out), out)
    ...     out.read_bytes(), part_of(out).exists()
    (b'<Document/>', False)
    """
    if replace or not _linked(part, out):
        part.replace(out)
    flush_folder(out.parent)


def _linked(part: Path, out: Path) -> bool:
    """Give a file a name that is free, and take its old one; say whether the disk knows how.

    Of two that come together one gets the name, which no look beforehand can promise.

    Raises:
        FileExistsError: where anything has that name.
    """
    try:
        os.link(part, out, follow_symlinks=False)
    except FileExistsError:
        raise
    except (AttributeError, NotImplementedError, OSError):
        if os.path.lexists(out):
            raise FileExistsError(None, "another file has its name", str(out)) from None
        return False
    remove(part)
    return True
