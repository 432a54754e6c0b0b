"""What an error code is: a sentence that says what is wrong, and one that says what to do."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["EXIT_BAD_INPUT", "EXIT_FINDINGS", "EXIT_INTEGRITY", "EXIT_USAGE", "ErrorCode"]

EXIT_FINDINGS: Final = 1
EXIT_USAGE: Final = 2
EXIT_BAD_INPUT: Final = 3
EXIT_INTEGRITY: Final = 4


class ErrorCode(NamedTuple):
    """A sentence that says what is wrong, a sentence that says what to do, and the exit status."""

    says: str
    remedy: str
    exit_status: int = EXIT_BAD_INPUT
