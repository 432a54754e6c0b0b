"""Files that hold a key or a passphrase: written once, and read by their owner alone.

A key never enters a ledger. It stands in a file of mode 0600; where the system knows such modes, a
file that others may read is refused, since a key that others may have read protects nothing.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from reba.errors import KeyFileError
from reba.files import OWNER_ONLY, write_new

__all__ = [
    "KEY_FILE_BYTES_MAX",
    "PASSPHRASE_BYTES_MAX",
    "read_key_file",
    "read_passphrase",
    "write_key_file",
]

KEY_FILE_BYTES_MAX: Final = 16_384
PASSPHRASE_BYTES_MAX: Final = 1023  # more is not taken for a PEM file
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def _unusable(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError("key.file", file=str(path), reason=error.strerror or str(error))


def write_key_file(path: Path, data: bytes) -> None:
    """Write a key to a new file that its owner alone may read; never over another file.

    Raises:
        KeyFileError: key.exists, key.file.
    """
    try:
        write_new(path, data, mode=OWNER_ONLY)
    except FileExistsError as error:
        raise KeyFileError("key.exists", file=str(path)) from error
    except OSError as error:
        raise _unusable(path, error) from error


def read_key_file(path: Path) -> bytes:
    """Read a file that its owner alone may read.

    Raises:
        KeyFileError: key.file, key.open_to_others.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & _OTHERS:
                raise KeyFileError("key.open_to_others", file=str(path), mode=f"{mode:04o}")
            data = file.read(KEY_FILE_BYTES_MAX + 1)
    except OSError as error:
        raise _unusable(path, error) from error
    if len(data) > KEY_FILE_BYTES_MAX:
        raise KeyFileError("key.file", file=str(path), reason="it is too long to be a key")
    return data


def read_passphrase(path: Path) -> bytes:
    """Read the passphrase (wachtzin) in a file: its first line, and nothing may follow.

    Raises:
        KeyFileError: key.file, key.open_to_others.
    """
    line, _, rest = read_key_file(path).partition(b"\n")
    passphrase = line.removesuffix(b"\r")
    if not 0 < len(passphrase) <= PASSPHRASE_BYTES_MAX or rest:
        reason = f"a passphrase is one line of 1 to {PASSPHRASE_BYTES_MAX} bytes"
        raise KeyFileError("key.file", file=str(path), reason=reason)
    return passphrase
