"""`reba export`: the ledger as bookkeeping takes it, or whole, for others to verify."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Final, NamedTuple

import typer

from reba.cli.console import Lang, Language, LedgerPlace, out, progress_bar
from reba.cli.keys import KeyName, PassphraseFile, Signing, SignWith, signing_with
from reba.errors import ExportError, UsageError
from reba.exports.audit_file import write_audit_file
from reba.exports.booking import Journal
from reba.exports.bundle import write_bundle
from reba.exports.journal import Posting, whole_journal
from reba.exports.kept_journal import KeptJournal
from reba.exports.mapping import BooksMapping, load_mapping
from reba.exports.marks import Marks, place_export, write_export
from reba.exports.parquet import write_postings
from reba.exports.plain_text import as_beancount, as_hledger
from reba.exports.rows import as_csv, as_json_lines
from reba.exports.span import Days, Span, find_span
from reba.ledger.ledger import Ledger, open_ledger
from reba.months import Month

__all__ = ["export_command"]

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199


class Form(StrEnum):
    """The forms of an export."""

    csv = "csv"
    json = "json"
    parquet = "parquet"
    beancount = "beancount"
    hledger = "hledger"
    xaf = "xaf"
    bundle = "bundle"


class _Asked(NamedTuple):
    """What is asked of an export to the books."""

    form: Form
    since: int | None
    until: int | None
    month: str | None
    year: int | None
    mapping: Path | None
    marks: Path | None
    file: Path | None
    dutch: bool

    @property
    def days(self) -> Days | None:
        """The days that are asked for."""
        if self.month is not None:
            month = Month.parse(self.month)
            return Days(month.first_day, month.last_day)
        if self.year is not None:
            return Days(date(self.year, 1, 1), date(self.year, 12, 31))
        return None

    @property
    def files_year(self) -> int | None:
        """The year of an audit file, where it is asked for."""
        days = self.days
        return None if days is None else days.first.year

    def check(self) -> None:
        """Refuse options that do not fit together."""
        by_seq = self.since is not None or self.until is not None
        reason = None
        if self.form in {Form.beancount, Form.hledger, Form.xaf} and self.mapping is None:
            reason = f"--format {self.form} needs --mapping"
        elif self.form in {Form.xaf, Form.parquet} and self.file is None:
            reason = f"--format {self.form} needs --out"
        elif self.month is not None and self.year is not None:
            reason = "give --month or --year"
        elif by_seq and self.days is not None:
            reason = "--since and --until do not go with --month and --year"
        elif self.marks is not None and by_seq:
            reason = "with --marks it goes on where the last export ended"
        elif self.marks is not None and self.file is None:
            reason = "--marks needs --out"
        if reason is not None:
            raise UsageError("usage.option", reason=reason)


def _parts(
    asked: _Asked, journal: Journal, mapping: BooksMapping | None, span: Span
) -> Iterator[str]:
    if asked.form is Form.json:
        return as_json_lines(journal, mapping)
    if asked.form is Form.csv or mapping is None:
        return as_csv(journal, mapping, dutch=asked.dutch)
    write = as_beancount if asked.form is Form.beancount else as_hledger
    return write(journal, mapping, span)


def _span(ledger: Ledger, asked: _Asked, marks: Marks | None) -> Span:
    """Return what to export; with marks never what is in the books, and nothing left out."""
    since = asked.since or 0 if marks is None else marks.until
    found = find_span(
        ledger.entries(), today=ledger.today(), since=since, until=asked.until, days=asked.days
    )
    if marks is None or asked.days is None or found.until <= marks.until:
        return found
    if found.first > marks.until:
        raise ExportError("export.gap", until=marks.until, since=found.first)
    if found.first < marks.until:
        raise ExportError("export.exported", since=found.first, until=found.until)
    return found


def _open_marks(ledger: Ledger, path: Path | None) -> Marks | None:
    if path is None:
        return None
    marks = Marks(path)
    marks.check(ledger.store)
    finished = marks.finish_last()
    if finished is not None:
        out.print(f"Finished an export that was stopped: {finished}", markup=False)
    return marks


def _export_books(ledger: Ledger, asked: _Asked) -> None:
    mapping = None if asked.mapping is None else load_mapping(asked.mapping)
    marks = _open_marks(ledger, asked.marks)
    span = _span(ledger, asked, marks)
    if marks is not None and span.until <= marks.until:
        out.print(f"Nothing new: the books hold the entries up to {marks.until}.", markup=False)
        return

    def read() -> Iterator[tuple[Posting, bool]]:
        return whole_journal(ledger.entries(), since=span.first, until=span.until)

    if asked.form in {Form.csv, Form.json}:
        _write_books(ledger, asked, read, mapping, span, marks)
    else:
        with KeptJournal(read) as journal:
            _write_books(ledger, asked, journal, mapping, span, marks)


def _write_books(
    ledger: Ledger,
    asked: _Asked,
    journal: Journal,
    mapping: BooksMapping | None,
    span: Span,
    marks: Marks | None,
) -> None:
    if asked.file is None:
        for part in _parts(asked, journal, mapping, span):
            sys.stdout.write(part)
        return
    digest = write_export(asked.file, _writer(asked, journal, mapping, span, ledger.today()))
    if marks is None:
        place_export(asked.file)
    else:
        marks.add(ledger.store, span.first, span.until, asked.file, digest)
    what = f"entries from {span.first} up to {span.until}, which is not included"
    out.print(f"{asked.file}: {what}", markup=False)


def _writer(
    asked: _Asked, journal: Journal, mapping: BooksMapping | None, span: Span, today: date
) -> Callable[[IO[bytes]], None]:
    def write(file: IO[bytes]) -> None:
        if asked.form is Form.xaf and mapping is not None:
            write_audit_file(file, journal, mapping, span, created=today, year=asked.files_year)
            return
        if asked.form is Form.parquet:
            write_postings(file, journal, mapping)
            return
        for part in _parts(asked, journal, mapping, span):
            file.write(part.encode())

    return write


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
        typer.Option(
            "--format",
            help="csv, json or parquet (a row a posting), beancount, hledger, xaf (XML Auditfile "
            "Financieel 4.0), or bundle (the ledger).",
        ),
    ],
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="Where our accounts stand in your books (TOML)."),
    ] = None,
    since: Annotated[
        int | None, typer.Option("--since", min=0, help="The first entry to export.")
    ] = None,
    until: Annotated[
        int | None, typer.Option("--until", min=0, help="The first entry to leave out.")
    ] = None,
    month: Annotated[
        str | None, typer.Option("--month", help='What was recorded in a month: "2015-03".')
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(
            "--year", min=_FIRST_YEAR, max=_LAST_YEAR, help="What was recorded in a year."
        ),
    ] = None,
    marks: Annotated[
        Path | None,
        typer.Option("--marks", help="Remember here what was exported; export nothing twice."),
    ] = None,
    lang: Language = Lang.nl,
    file: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write, or the folder of a bundle; not there yet."),
    ] = None,
    sign: SignWith = None,
    name: KeyName = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write the journal for the books, or the whole ledger as a bundle that anyone can verify.

    The journal has each entry as postings, debit and credit, that add up. With --marks the next
    export goes on where this one ended; docs/how-to/export-to-the-books.md tells more.

    A bundle is a folder of plain files with every entry, law and policy, and a checkpoint, signed
    or not. It holds what the ledger holds: guard it as the ledger.

    Example: reba export gemeente.reba --format csv > journal-2025-10.csv

    Example: reba export coa.reba --format xaf --mapping mapping.toml --year 2025 --out 2025.xaf

    Example: reba export gemeente.reba --format bundle --out gemeente-2025 --sign ledger.key
    """
    asked = _Asked(form, since, until, month, year, mapping, marks, file, lang is Lang.nl)
    if form is Form.bundle:
        ranged = (since, until, month, year, mapping, marks)
        if file is None or any(each is not None for each in ranged):
            raise UsageError(
                "usage.option", reason="a bundle is whole: with --out, without --since and the like"
            )
        _export_bundle(ledger, file, signing_with(sign, name, passphrase_file))
        return
    if any(each is not None for each in (sign, name, passphrase_file)):
        raise UsageError("usage.option", reason="--sign goes with --format bundle")
    asked.check()
    with open_ledger(ledger, create=False, read_only=True) as opened:
        _export_books(opened, asked)
