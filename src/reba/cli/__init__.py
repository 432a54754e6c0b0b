"""The command line: every command is one call into the library. Needs the extra `cli`."""

from __future__ import annotations

import sys

from reba.error_codes import EXIT_USAGE
from reba.errors import UsageError

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit status."""
    try:
        import rich  # noqa: F401, PLC0415 (an extra: without it one sentence, and no traceback)
        import typer  # noqa: F401, PLC0415
    except ModuleNotFoundError:
        sys.stderr.write(f"{UsageError('usage.extra', extra='cli')}\n")
        raise SystemExit(EXIT_USAGE) from None
    from reba.cli.app import run  # noqa: PLC0415

    raise SystemExit(run())
