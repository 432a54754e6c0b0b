"""`reba events`: tell registers and data warehouses what was booked."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer

from reba.cli.console import LedgerPlace, out
from reba.errors import UsageError
from reba.exports.events import SOURCE_EXAMPLE, check_source, events, events_as_lines
from reba.exports.marks import place_export, write_export
from reba.exports.parquet import write_events
from reba.ledger.ledger import open_ledger

__all__ = ["events_command"]


class Form(StrEnum):
    """The forms of events."""

    json = "json"
    parquet = "parquet"


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
    form: Annotated[
        Form, typer.Option("--format", help="json (a line an event), or parquet.")
    ] = Form.json,
    file: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write, not there yet; parquet needs one."),
    ] = None,
) -> None:
    """Tell of each entry in an event, as CloudEvents, without personal data.

    Go on where you stopped: the next --since is the `sequence` of the last event, and one. The same
    entry always gives the same event.

    Example: reba events coa.reba --source urn:nld:oin:00000001234567890000:systeem:reba --since 120

    Example: reba events coa.reba --source urn:nld:oin:00000001234567890000:systeem:reba
    --format parquet --out events.parquet
    """
    if form is Form.parquet and file is None:
        raise UsageError("usage.option", reason="--format parquet needs --out")
    check_source(source)
    with open_ledger(ledger, create=False, read_only=True) as opened:
        until = opened.size()
        entries, origin = opened.entries(since, until), opened.store.origin()

        def write(opened_file: IO[bytes]) -> None:
            if form is Form.parquet:
                write_events(opened_file, events(entries, source=source, origin=origin))
                return
            for line in events_as_lines(entries, source=source, origin=origin):
                opened_file.write(line.encode())

        if file is None:
            for line in events_as_lines(entries, source=source, origin=origin):
                sys.stdout.write(line)
            return
        write_export(file, write)
        place_export(file)
        out.print(
            f"{file}: entries from {since} up to {until}, which is not included", markup=False
        )
