"""Text files that people write: read whole, within a bound, and TOML that stands in them."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

__all__ = ["parse_toml", "read_bytes", "read_text"]


def read_bytes(path: str | os.PathLike[str], bytes_max: int) -> bytes:
    """Return what a file holds.

    Args:
        path: the file.
        bytes_max: the largest file that is read.

    Raises:
        ValueError: with the reason as people read it, also where the disk says no.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(bytes_max + 1)
    except OSError as error:
        raise ValueError(error.strerror or "unreadable") from error
    if len(data) > bytes_max:
        msg = f"it is longer than {bytes_max} bytes"
        raise ValueError(msg)
    return data


def read_text(path: str | os.PathLike[str], bytes_max: int) -> str:
    """Return the text of a file in UTF-8.

    Args:
        path: the file.
        bytes_max: the largest file that is read.

    Raises:
        ValueError: with the reason as people read it, also where the disk says no.

    >>> read_text("no/such/file.toml", 10)
    Traceback (most recent call last):
        ...
    ValueError: No such file or directory
    """
    return read_bytes(path, bytes_max).decode("utf-8")


def parse_toml(text: str) -> dict[str, object]:
    """Return the tables of a text in TOML.

    Raises:
        ValueError: with the reason, also for brackets and numbers without end.

    >>> parse_toml("a = 1")
    {'a': 1}
    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        msg = "it is nested too deeply"
        raise ValueError(msg) from error
