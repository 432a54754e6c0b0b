"""The file of a payment batch: read by its owner alone, and put in its place after the booking.

1. It is written beside its place under the id of its message, which is random: commands that come
   together do not touch each other's files, and a command that was killed finds its own again.
2. It never takes the place of another file.
"""

from __future__ import annotations

from collections.abc import Collection
from glob import escape
from pathlib import Path

from reba.errors import PaymentError, RunError
from reba.files import OWNER_ONLY, put_in_place, remove, write_beside

__all__ = [
    "drop_part",
    "drop_strangers",
    "is_part_of",
    "is_there",
    "parts_of",
    "place",
    "unwritable",
    "write",
]


def _part(out: Path, message_id: str) -> Path:
    return out.with_name(f".{out.name}.{message_id}.part")


def unwritable(out: Path, error: OSError) -> RunError:
    """Return the error of a file that cannot be written or looked at."""
    return RunError("run.output", place=str(out), reason=error.strerror or "the disk refuses")


def parts_of(out: Path) -> dict[str, Path]:
    """Return what stands beside the place of a file, by the id of its message."""
    before, after = len(f".{out.name}."), len(".part")
    found = sorted(out.parent.glob(f".{escape(out.name)}.*.part"))
    return {path.name[before:-after]: path for path in found}


def drop_strangers(out: Path, known: Collection[str]) -> None:
    """Remove what commands left that were killed before they booked: nobody asks for it again.

    A command that is about to book writes its file once more where it is gone (`place`).
    """
    for message_id, path in parts_of(out).items():
        if message_id not in known:
            remove(path)


def write(out: Path, message_id: str, data: bytes) -> None:
    """Write a file whole beside its place.

    Raises:
        RunError: run.output.
    """
    try:
        write_beside(_part(out, message_id), data, mode=OWNER_ONLY)
    except OSError as error:
        raise unwritable(out, error) from error


def place(out: Path, message_id: str, data: bytes) -> None:
    """Give the file that was written beside its place its name.

    Raises:
        PaymentError: payment.file_there.
        RunError: run.output.
    """
    if not is_part_of(out, message_id, data):
        write(out, message_id, data)
    try:
        put_in_place(_part(out, message_id), out)
    except FileExistsError as error:
        raise PaymentError("payment.file_there", file=str(out)) from error
    except OSError as error:
        raise unwritable(out, error) from error


def drop_part(out: Path, message_id: str) -> None:
    """Remove what was written beside its place."""
    remove(_part(out, message_id))


def is_part_of(out: Path, message_id: str, data: bytes) -> bool:
    """Say whether these bytes wait beside the place.

    Raises:
        RunError: run.output.
    """
    try:
        return _part(out, message_id).read_bytes() == data
    except FileNotFoundError:
        return False
    except OSError as error:
        raise unwritable(out, error) from error


def is_there(out: Path, data: bytes | None) -> bool:
    """Say whether these bytes stand in their place already; None for no bytes that could.

    Raises:
        PaymentError: payment.file_there, where other bytes do.
        RunError: run.output.
    """
    try:
        held = out.read_bytes()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise unwritable(out, error) from error
    if held != data:
        raise PaymentError("payment.file_there", file=str(out))
    return True
