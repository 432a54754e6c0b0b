"""Read facts row by row, from JSON lines or CSV, in constant memory.

A file is cut into pieces, one a household-month, in the order in which they stand; each piece is
then read by itself, here or elsewhere.

1. A row is either facts or faults with their place; a bad row never stops the next one.
2. What cannot be read keeps its text, so that the rejects file can be corrected and run again.
3. Nothing is guessed: a duplicate key, a byte that is not UTF-8, a line without end is a fault.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from pydantic import ValidationError

from reba.errors import FactsError, Fault, RunError
from reba.fact_faults import faults_of
from reba.facts import HouseholdMonth
from reba.runs.csv_rows import CsvHousehold, cut_csv, read_csv_household

__all__ = [
    "LINE_MAX_BYTES",
    "Line",
    "Piece",
    "Row",
    "count_bytes",
    "cut",
    "duplicate_key",
    "read_case",
    "read_piece",
    "read_rows",
]

LINE_MAX_BYTES: Final = 1_000_000
_BOM: Final = b"\xef\xbb\xbf"


@lru_cache(maxsize=1)
def _validator() -> Callable[[str], HouseholdMonth]:
    # The models are built when they are first needed, which is not when they are imported.
    HouseholdMonth.model_rebuild()
    return HouseholdMonth.__pydantic_validator__.validate_json


class Row(NamedTuple):
    """One household-month of an input file: facts, or the faults that make it unusable.

    `line` is the first line of the row, counted from 1; `bytes_read` says how far the reader is.
    """

    line: int
    facts: HouseholdMonth | None
    faults: tuple[Fault, ...]
    text: str
    bytes_read: int


class _DuplicateKeyError(ValueError):
    pass


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKeyError(next(key for key in keys if keys.count(key) > 1))
    return found


def duplicate_key(text: str) -> str | None:
    """Return a key that stands twice in one JSON object, where the parser would drop one.

    >>> duplicate_key('{"a": 1, "b": {"c": 2, "c": 3}}')
    'c'
    """
    try:
        json.loads(text, object_pairs_hook=_pairs)
    except _DuplicateKeyError as error:
        return str(error)
    return None


def _key_count(facts: HouseholdMonth) -> int:
    # The slot behind `model_fields_set`, three times as fast; this runs for every row.
    count = len(facts.__pydantic_fields_set__) + len(facts.provisions.__pydantic_fields_set__)
    for member in facts.members:
        count += len(member.__pydantic_fields_set__)
        for item in member.income:
            count += len(item.__pydantic_fields_set__)
    if facts.assets is not None:
        count += len(facts.assets.__pydantic_fields_set__)
        for receipt in facts.assets.receipts:
            count += len(receipt.__pydantic_fields_set__)
    return count


def _read_object(line: int, raw: bytes, bytes_read: int) -> Row:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        fault = FactsError("facts.encoding").as_fault()
        return Row(line, None, (fault,), raw.decode(errors="backslashreplace"), bytes_read)
    try:
        facts = _validator()(text)
    except ValidationError as error:
        faults = faults_of(error.errors(include_url=False, include_input=False))
        return Row(line, None, faults, text, bytes_read)
    # A key written twice shows as more colons than keys; only then is the text read once more.
    if text.count('":') != _key_count(facts):
        key = duplicate_key(text)
        if key is not None:
            fault = FactsError("facts.duplicate_key", key=key).as_fault(key)
            return Row(line, None, (fault,), text, bytes_read)
    return Row(line, facts, (), text, bytes_read)


class Line(NamedTuple):
    """One line of a file as it stands there, or the fault of a line without end."""

    number: int
    raw: bytes
    fault: Fault | None
    bytes_read: int

    @property
    def text(self) -> str:
        """The line as text, for the rejects."""
        return self.raw.decode(errors="backslashreplace")


Piece: TypeAlias = Line | CsvHousehold
"""What a file says of one household-month, not read yet: `text`, and how far the reader is."""


def _cut_lines(file: BinaryIO) -> Iterator[Line]:
    """Yield the lines of a file that hold anything, in constant memory."""
    number = 0
    bytes_read = 0
    while raw := file.readline(LINE_MAX_BYTES + 1):
        number += 1
        bytes_read += len(raw)
        if len(raw) > LINE_MAX_BYTES:
            kept = raw[:200]
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(LINE_MAX_BYTES)
                bytes_read += len(raw)
            fault = FactsError("facts.line_too_long", maximum=LINE_MAX_BYTES).as_fault()
            yield Line(number, kept, fault, bytes_read)
            continue
        if number == 1:
            raw = raw.removeprefix(_BOM)
        stripped = raw.strip()
        if stripped:
            yield Line(number, stripped, None, bytes_read)


def _read_line(line: Line) -> Row:
    if line.fault is not None:
        return Row(line.number, None, (line.fault,), line.text, line.bytes_read)
    return _read_object(line.number, line.raw, line.bytes_read)


def _read_csv(piece: CsvHousehold) -> Row:
    value, faults = read_csv_household(piece)
    if not faults:
        try:
            facts = HouseholdMonth.model_validate(value)
            return Row(piece.line, facts, (), piece.text, piece.bytes_read)
        except FactsError as error:
            faults = error.faults
    return Row(piece.line, None, faults, piece.text, piece.bytes_read)


def read_piece(piece: Piece) -> Row:
    """Read one piece of a file as a household-month; it needs nothing of the others."""
    return _read_line(piece) if isinstance(piece, Line) else _read_csv(piece)


def read_case(path: Path) -> HouseholdMonth:
    """Read one household-month from a JSON file.

    Raises:
        RunError: run.file.
        FactsError: facts.invalid with every fault, facts.encoding, facts.duplicate_key.
    """
    try:
        raw = path.read_bytes().removeprefix(_BOM).strip()
    except OSError as error:
        raise RunError("run.file", file=str(path), reason=error.strerror or "unreadable") from error
    row = _read_object(1, raw, len(raw))
    if row.facts is None:
        first = row.faults[0]
        raise FactsError(
            "facts.invalid",
            faults=row.faults,
            count=len(row.faults),
            first=f"{first.path}: {first.reason}" if first.path else first.reason,
        )
    return row.facts


def count_bytes(path: Path) -> int:
    """Return the size of the input, for a progress bar.

    Raises:
        RunError: run.file.
    """
    try:
        return path.stat().st_size
    except OSError as error:
        raise RunError("run.file", file=str(path), reason=error.strerror or "unreadable") from error


def cut(path: Path) -> Iterator[Piece]:
    """Cut a `.jsonl`, `.json` or `.csv` file into pieces, one a household-month, in their order.

    Raises:
        RunError: run.file, run.file_kind.
        FactsError: facts.csv_header.
    """
    suffix = path.suffix.lower()
    if suffix not in {".jsonl", ".json", ".csv"}:
        raise RunError("run.file_kind", file=str(path))
    try:
        with path.open("rb") as file:
            if suffix == ".jsonl":
                yield from _cut_lines(file)
            elif suffix == ".csv":
                yield from cut_csv(file)
            else:
                raw = file.read().removeprefix(_BOM)
                yield Line(1, raw.strip(), None, len(raw))
    except OSError as error:
        raise RunError("run.file", file=str(path), reason=error.strerror or "unreadable") from error


def read_rows(path: Path) -> Iterator[Row]:
    """Read the rows of a `.jsonl`, `.json` or `.csv` file.

    Raises:
        RunError: run.file, run.file_kind.
        FactsError: facts.csv_header.
    """
    return map(read_piece, cut(path))
