"""`reba export`: the ledger as bookkeeping takes it, or whole, for others to verify."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reba.cli.console import Lang, Language, LedgerPlace, out, progress_bar
from reba.cli.keys import KeyName, PassphraseFile, Signing, SignWith, signing_with
from reba.errors import UsageError
from reba.exports.bundle import write_bundle
from reba.exports.journal import CHART, Posting, journal
from reba.ledger.ledger import Ledger, open_ledger
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
    bundle = "bundle"


def _csv_row(posting: Posting, *, dutch: bool) -> tuple[object, ...]:
    debit = format_euros(posting.amount_cents) if posting.amount_cents > 0 else ""
    credit = format_euros(-posting.amount_cents) if posting.amount_cents < 0 else ""
    name = CHART[posting.account][0 if dutch else 1]
    return (*posting[:7], name, debit, credit)


def _print_journal(ledger: Ledger, form: Form, *, since: int, dutch: bool) -> None:
    postings = journal(ledger.entries(), since=since)
    if form is Form.json:
        for posting in postings:
            sys.stdout.write(json.dumps(posting._asdict()) + "\n")
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_csv_row(posting, dutch=dutch) for posting in postings)


def _export_bundle(place: str, folder: Path, signing: Signing | None) -> None:
    with (
        open_ledger(place, create=False, read_only=True) as opened,
        progress_bar("Exporting", opened.size()) as progress,
    ):
        checkpoint = write_bundle(opened.store, folder, signing=signing, progress=progress)
    signed = "not signed" if signing is None else "signed"
    out.print(f"{checkpoint.size} entries in {folder}, with a checkpoint, {signed}", markup=False)


def export_command(
    ledger: LedgerPlace,
    *,
    form: Annotated[
        Form,
        typer.Option("--format", help="csv or json (a line a posting), or bundle (the ledger)."),
    ],
    since: Annotated[
        int, typer.Option("--since", min=0, help="The first entry that was not exported yet.")
    ] = 0,
    lang: Language = Lang.nl,
    folder: Annotated[
        Path | None, typer.Option("--out", help="bundle: the folder to make; not there yet.")
    ] = None,
    sign: SignWith = None,
    name: KeyName = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print the journal, or write the whole ledger as a bundle that anyone can verify.

    The journal has each entry as postings, debit and credit, that add up. Keep the number of
    entries (`reba checkpoint`) with each export; the next starts --since it.

    A bundle is a folder of plain files with every entry, law and policy, and a checkpoint, signed
    or not. It holds what the ledger holds: guard it as the ledger.

    Example: reba export gemeente.reba --format csv > journal-2025-10.csv

    Example: reba export gemeente.reba --format bundle --out gemeente-2025 --sign ledger.key
    """
    if form is Form.bundle:
        if folder is None or since:
            raise UsageError(
                "usage.option", reason="a bundle is whole: with --out, without --since"
            )
        _export_bundle(ledger, folder, signing_with(sign, name, passphrase_file))
        return
    if folder is not None or sign is not None:
        raise UsageError("usage.option", reason="--out and --sign go with --format bundle")
    with open_ledger(ledger, create=False, read_only=True) as opened:
        _print_journal(opened, form, since=since, dutch=lang is Lang.nl)
