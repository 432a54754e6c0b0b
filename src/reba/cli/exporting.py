"""`reba export`: the ledger in a form that bookkeeping takes."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reba.cli.console import Lang, Language
from reba.exports.journal import CHART, Posting, journal
from reba.ledger.ledger import open_ledger
from reba.money import format_euros

__all__ = ["export_command"]

_COLUMNS = (
    "seq", "entry_id", "recorded_on", "effective", "kind", "household", "account", "name", "debit",
    "credit",
)  # fmt: skip


class Form(StrEnum):
    """The forms of an export."""

    csv = "csv"
    json = "json"


def _csv_row(posting: Posting, *, dutch: bool) -> tuple[object, ...]:
    debit = format_euros(posting.amount_cents) if posting.amount_cents > 0 else ""
    credit = format_euros(-posting.amount_cents) if posting.amount_cents < 0 else ""
    name = CHART[posting.account][0 if dutch else 1]
    return (*posting[:7], name, debit, credit)


def export_command(
    ledger: Annotated[Path, typer.Argument(help="The ledger file.")],
    *,
    form: Annotated[Form, typer.Option("--format", help="csv or json (a line a posting).")],
    since: Annotated[
        int, typer.Option("--since", min=0, help="The first entry that was not exported yet.")
    ] = 0,
    lang: Language = Lang.nl,
) -> None:
    """Print the journal: each entry as postings, debit and credit, that add up.

    Keep the number of entries (`reba checkpoint`) with each export; the next starts --since it.

    Example: reba export gemeente.reba --format csv > journal-2025-10.csv
    """
    dutch = lang is Lang.nl
    with open_ledger(ledger, create=False, read_only=True) as opened:
        postings = journal(opened.entries(), since=since)
        if form is Form.json:
            for posting in postings:
                sys.stdout.write(json.dumps(posting._asdict()) + "\n")
            return
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_csv_row(posting, dutch=dutch) for posting in postings)
