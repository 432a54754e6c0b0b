"""The command line: every command is one call into the library. Needs the extra `cli`."""

from __future__ import annotations

import sys

from reba.error_codes import EXIT_USAGE
from reba.errors import UsageError

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        from reba.cli.app import run  # noqa: PLC0415 (an extra: without it one sentence)
    except ModuleNotFoundError as error:
        if error.name not in {"rich", "typer"}:
            raise
        sys.stderr.write(f"{UsageError('usage.extra', extra='cli')}\n")
        raise SystemExit(EXIT_USAGE) from None
    raise SystemExit(run())
