"""`reba pseudonym`: make pseudonyms of numbers, outside the ledger and before it.

Numbers come in on standard input and never as an argument: arguments are seen by other users of the
machine, and stay in the history of the shell. Nothing is written unless all numbers can be used.
"""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from reba.cli.console import err
from reba.errors import Fault, PseudonymError, UsageError
from reba.key_files import read_key_file, write_key_file
from reba.pseudonyms import BSN_DIGITS, DIGITS_MAX, KEY_BYTES_MIN, pseudonym

__all__ = ["pseudonym_app"]

_HEX: Final = re.compile(rb"((?:[0-9a-f]{2})+)\n?")

Row: TypeAlias = list[str]
Make: TypeAlias = Callable[[str], str]

pseudonym_app = typer.Typer()


# ── the key ──────────────────────────────────────────────────────────────────────────────────


def _read_key(path: Path) -> bytes:
    found = _HEX.fullmatch(read_key_file(path))
    key = b"" if found is None else bytes.fromhex(found[1].decode())
    if len(key) < KEY_BYTES_MIN:
        reason = f"it is one line of at least {2 * KEY_BYTES_MIN} small hexadecimal digits"
        raise PseudonymError("pseudonym.key", what=str(path), reason=reason)
    return key


@pseudonym_app.command("new-key")
def new_key_command(
    *,
    out: Annotated[Path, typer.Option("--out", help="The file to write; it may not exist yet.")],
) -> None:
    """Make a key for pseudonyms, in a file that you alone may read.

    Keep a copy where it cannot be lost, and none beside the ledger: without it no number leads to
    its account any more.

    Example: reba pseudonym new-key --out pseudonyms.key
    """
    write_key_file(out, os.urandom(KEY_BYTES_MIN).hex().encode() + b"\n")
    err.print(f"Wrote the key to {out}. Who has it can tell whose an account is.", markup=False)


# ── the numbers ──────────────────────────────────────────────────────────────────────────────


def _input() -> io.TextIOWrapper:
    if sys.stdin.isatty():
        err.print("Reading numbers, one a line; end with Ctrl-D.")
    return io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")


def _column_of(header: Row, column: str) -> int:
    if header.count(column) != 1:
        count = header.count(column) or "no"
        reason = f"its header has {count} column {column!r}, but: {', '.join(header)[:200]}"
        raise PseudonymError("pseudonym.input", reason=reason)
    return header.index(column)


def _replaced(rows: Iterator[tuple[int, Row]], place: int, make: Make) -> Iterator[Row]:
    """Yield the rows with a pseudonym in one place; raise once for all that cannot be."""
    faults: list[Fault] = []
    for line, row in rows:
        number = row[place] if place < len(row) else ""
        try:
            yield [*row[:place], make(number), *row[place + 1 :]]
        except PseudonymError as error:
            if error.code != "pseudonym.number":
                raise
            faults.append(Fault(error.code, f"line {line}", error.reason))
    if faults:
        first = f"{faults[0].path}: {faults[0].reason}"
        raise PseudonymError(
            "pseudonym.invalid", faults=tuple(faults), count=len(faults), first=first
        )


def _lines(make: Make) -> Iterator[Row]:
    numbered = ((line, [text.rstrip("\r\n")]) for line, text in enumerate(_input(), 1))
    return _replaced(numbered, 0, make)


def _table(column: str, delimiter: str, make: Make) -> Iterator[Row]:
    reader = csv.reader(_input(), delimiter=delimiter, strict=True)
    empty: Row = []
    header = next(reader, empty)
    place = _column_of(header, column)
    yield header
    yield from _replaced(((reader.line_num, row) for row in reader if row), place, make)


def _written(rows: Sequence[Row], column: str | None, delimiter: str) -> str:
    if column is None:
        return "".join(f"{row[0]}\n" for row in rows)
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


@pseudonym_app.callback(invoke_without_command=True)
def pseudonym_command(
    context: typer.Context,
    *,
    key: Annotated[Path | None, typer.Option("--key", help="The file with the key.")] = None,
    prefix: Annotated[
        str | None,
        typer.Option("--prefix", help="Capitals that each begins with: H for households, say."),
    ] = None,
    digits: Annotated[
        int | None,
        typer.Option(
            "--digits",
            min=1,
            max=DIGITS_MAX,
            help="How many digits a number has: zeros that are missing in front are put back.",
        ),
    ] = None,
    bsn: Annotated[
        bool,
        typer.Option("--bsn", help=f"They are BSNs: {BSN_DIGITS} digits, with the eleven-test."),
    ] = False,
    column: Annotated[
        str | None,
        typer.Option("--column", help="Read CSV with a header, and replace this column."),
    ] = None,
    delimiter: Annotated[
        str, typer.Option("--delimiter", help="What stands between the columns.")
    ] = ",",
) -> None:
    """Replace numbers from standard input by pseudonyms, on standard output.

    One number a line; or with --column a CSV, of which the other columns stay as they are. Nothing
    is written unless all numbers can be used.

    Who has the key can tell whose an account is: keep it away from the ledger.

    Example: reba pseudonym --key pseudonyms.key --prefix H --bsn < numbers.txt

    Example: reba pseudonym --key pseudonyms.key --prefix H --digits 10 --column household < in.csv
    """
    if context.invoked_subcommand is not None:
        return
    if key is None or prefix is None:
        raise UsageError("usage.option", reason="--key and --prefix are both needed")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise UsageError("usage.option", reason="--delimiter is one character")
    if bsn and digits is not None:
        raise UsageError("usage.option", reason="--bsn says the digits already")
    secret = _read_key(key)

    def make(number: str) -> str:
        return pseudonym(secret, number, prefix=prefix, digits=digits, bsn=bsn)

    try:
        rows = list(_lines(make) if column is None else _table(column, delimiter, make))
    except (UnicodeDecodeError, csv.Error) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise PseudonymError("pseudonym.input", reason=reason) from error
    sys.stdout.write(_written(rows, column, delimiter))
