"""Facts as a flat CSV file: one row a member-income, columns named as the JSON paths.

1. Rows of one household stand together; the columns of the household, and of a member, are
   repeated unchanged on each of its rows.
2. A member without income has one row with the income columns empty. A receipt of assets stands
   on a row of its household, on any of its rows.
3. An empty cell is absent, never zero.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, NamedTuple

from reba.errors import FactsError, Fault

__all__ = ["COLUMNS", "CsvRow", "read_csv"]

_HOUSEHOLD: Final = (
    "scheme",
    "month",
    "household",
    "provisions.shelter",
    "provisions.catering",
    "collected",
    "assets.at_start",
    "assets.debts_at_start",
    "assets.started_on",
    "assets.charged_before",
    "assets.limit_on",
)
_MEMBER: Final = (
    "members.id",
    "members.born",
    "members.residence_status",
    "members.exemption_weeks_used",
    "members.receives_allowance",
    "members.child_benefit_since",
    "members.obligations",
)
_INCOME: Final = (
    "members.income.kind",
    "members.income.net",
    "members.income.earned_in",
    "members.income.justified",
    "members.income.reason",
)
_RECEIPT: Final = (
    "assets.receipts.on",
    "assets.receipts.kind",
    "assets.receipts.amount",
    "assets.receipts.justified",
    "assets.receipts.reason",
)
COLUMNS: Final = (*_HOUSEHOLD, *_MEMBER, *_INCOME, *_RECEIPT)
_REQUIRED: Final = ("scheme", "month", "household", "members.id", "members.born")
_BOOLEANS: Final = frozenset(
    {
        "provisions.shelter",
        "provisions.catering",
        "members.receives_allowance",
        "members.income.justified",
        "assets.receipts.justified",
    }
)
_INTEGERS: Final = frozenset({"members.exemption_weeks_used"})
_ROWS_MAX: Final = 4000

Cells = dict[str, str]


class CsvRow(NamedTuple):
    """One household of a CSV file as a plain dictionary, or its faults."""

    line: int
    value: dict[str, object]
    faults: tuple[Fault, ...]
    text: str
    bytes_read: int


def _convert(column: str, cell: str) -> object:
    # A cell that cannot be converted stays text: the facts model then says what is wrong with it.
    if column in _BOOLEANS and cell in {"true", "false"}:
        return cell == "true"
    if column in _INTEGERS and cell.isascii() and cell.isdecimal():
        return int(cell)
    return cell


def _part(cells: Cells, columns: Iterable[str]) -> dict[str, object]:
    return {
        column.rpartition(".")[2]: _convert(column, cells[column])
        for column in columns
        if cells.get(column)
    }


def _conflicts(rows: list[Cells], columns: Iterable[str]) -> tuple[Fault, ...]:
    first = rows[0]
    return tuple(
        FactsError("facts.csv_conflict", column=column).as_fault(column)
        for column in columns
        if any(row.get(column, "") != first.get(column, "") for row in rows[1:])
    )


def _household(rows: list[Cells]) -> tuple[dict[str, object], tuple[Fault, ...]]:
    faults = list(_conflicts(rows, _HOUSEHOLD))
    first = rows[0]
    value = _part(first, ("scheme", "month", "household", "collected"))
    value["provisions"] = _part(first, ("provisions.shelter", "provisions.catering"))
    by_member: dict[str, list[Cells]] = {}
    for row in rows:
        by_member.setdefault(row.get("members.id", ""), []).append(row)
    members: list[dict[str, object]] = []
    for own in by_member.values():
        faults.extend(_conflicts(own, _MEMBER))
        member = _part(own[0], _MEMBER)
        member["income"] = [item for row in own if (item := _part(row, _INCOME))]
        members.append(member)
    value["members"] = members
    assets = _part(first, _HOUSEHOLD[6:])
    receipts = [item for row in rows if (item := _part(row, _RECEIPT))]
    if assets or receipts:
        value["assets"] = {**assets, "receipts": receipts}
    return value, tuple(faults)


class _Counter(io.RawIOBase):
    """Count the bytes that went through, for a progress bar."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


def _header(reader: Iterator[list[str]]) -> list[str]:
    header = next(reader, None)
    if not header:
        raise FactsError("facts.csv_header", reason="the file is empty")
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        raise FactsError("facts.csv_header", reason=f"column {unknown[0]!r} is not known")
    missing = [name for name in _REQUIRED if name not in header]
    if missing:
        raise FactsError("facts.csv_header", reason=f"column {missing[0]!r} is missing")
    if len(set(header)) != len(header):
        raise FactsError("facts.csv_header", reason="a column stands in it twice")
    return header


def read_csv(file: BinaryIO) -> Iterator[CsvRow]:
    """Read the households of a CSV file with a header.

    Raises:
        FactsError: facts.csv_header.
    """
    counter = _Counter(file)
    text = io.TextIOWrapper(
        io.BufferedReader(counter), encoding="utf-8-sig", errors="backslashreplace", newline=""
    )
    reader = csv.reader(text, strict=True)
    header = _header(reader)
    group: list[Cells] = []
    texts: list[str] = []
    faults: list[Fault] = []
    start = 0
    key: tuple[str, str] | None = None

    def finished() -> CsvRow:
        value, conflicts = _household(group) if group and not faults else ({}, ())
        return CsvRow(
            start, value, (*faults, *conflicts), "\n".join(texts), counter.count
        )

    while True:
        before = reader.line_num  # type: ignore[attr-defined]
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells = None
            if group or faults:
                yield finished()
            fault = FactsError("facts.csv_row", reason=str(error)).as_fault()
            yield CsvRow(before + 1, {}, (fault,), "", counter.count)
            group, texts, faults, key = [], [], [], None
            continue
        if cells is None:
            break
        if not any(cells):
            continue
        row = dict(zip(header, cells, strict=False))
        row_key = (row.get("household", ""), row.get("month", ""))
        if row_key != key or len(group) >= _ROWS_MAX:
            if group or faults:
                yield finished()
            group, texts, faults, key, start = [], [], [], row_key, before + 1
        group.append(row)
        texts.append(",".join(cells))
        if len(cells) != len(header):
            reason = f"line {before + 1} has {len(cells)} cells, the header {len(header)}"
            faults.append(FactsError("facts.csv_row", reason=reason).as_fault())
    if group or faults:
        yield finished()
