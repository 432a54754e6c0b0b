"""`reba events`: tell registers and data warehouses what was booked."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from reba.cli.console import LedgerPlace
from reba.exports.events import SOURCE_EXAMPLE, events_as_lines
from reba.ledger.ledger import open_ledger

__all__ = ["events_command"]


def events_command(
    ledger: LedgerPlace,
    source: Annotated[
        str,
        typer.Option(
            "--source", help=f"Who tells it, as a URN of organisation and system: {SOURCE_EXAMPLE}"
        ),
    ],
    since: Annotated[
        int, typer.Option("--since", min=0, metavar="SEQ", help="The first entry to tell of.")
    ] = 0,
) -> None:
    """Print an event for each entry, as CloudEvents in JSON lines, without personal data.

    Go on where you stopped: the next --since is the `sequence` of the last event, and one. The same
    entry always gives the same event.

    Example: reba events coa.reba --source urn:nld:oin:00000001234567890000:systeem:reba --since 120
    """
    with open_ledger(ledger, create=False, read_only=True) as opened:
        entries = opened.entries(since, opened.size())
        for line in events_as_lines(entries, source=source, origin=opened.store.origin()):
            sys.stdout.write(line)
