"""Facts as a flat CSV file: one row a member-income, columns named as the JSON paths.

1. Rows of one household stand together; the columns of the household, and of a member, are
   repeated unchanged on each of its rows.
2. A member without income has one row with the income columns empty. A receipt of assets stands
   on a row of its household, on any of its rows.
3. An empty cell is absent, never zero.
"""

from __future__ import annotations

import csv
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
    "members.absent_days_this_year",
    "members.obligations",
)
_INCOME: Final = (
    "members.income.kind",
    "members.income.net",
    "members.income.earned_in",
    "members.income.justified",
    "members.income.reason",
    "members.income.basis",
)
_RECEIPT: Final = (
    "assets.receipts.on",
    "assets.receipts.kind",
    "assets.receipts.amount",
    "assets.receipts.justified",
    "assets.receipts.reason",
)
COLUMNS: Final[tuple[str, ...]] = (*_HOUSEHOLD, *_MEMBER, *_INCOME, *_RECEIPT)
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
_INTEGERS: Final = frozenset({"members.exemption_weeks_used", "members.absent_days_this_year"})
_ROWS_MAX: Final = 4000
_LINE_MAX_BYTES: Final = 1_000_000

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


class _Lines:
    """The lines of a file as text, with a count of the bytes that went by."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._first = True
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        while raw := self._file.readline(_LINE_MAX_BYTES):
            self.count += len(raw)
            yield raw.decode("utf-8-sig" if self._first else "utf-8", errors="backslashreplace")
            self._first = False


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


class _Group:
    """The rows of one household that stand together."""

    def __init__(self, start: int, key: tuple[str, str]) -> None:
        self.start = start
        self.key = key
        self._rows: list[Cells] = []
        self._texts: list[str] = []
        self._faults: list[Fault] = []

    @property
    def is_full(self) -> bool:
        """Whether it holds more rows than any household has."""
        return len(self._rows) >= _ROWS_MAX

    def add(self, line: int, header: list[str], cells: list[str]) -> None:
        """Take in a row."""
        self._rows.append(dict(zip(header, cells, strict=False)))
        self._texts.append(",".join(cells))
        if len(cells) != len(header):
            reason = f"line {line} has {len(cells)} cells, the header {len(header)}"
            self._faults.append(FactsError("facts.csv_row", reason=reason).as_fault())

    def finished(self, bytes_read: int) -> CsvRow:
        """Return the household, or its faults."""
        value: dict[str, object] = {}
        faults = tuple(self._faults)
        if not faults:
            value, faults = _household(self._rows)
        return CsvRow(self.start, value, faults, "\n".join(self._texts), bytes_read)


def read_csv(file: BinaryIO) -> Iterator[CsvRow]:
    """Read the households of a CSV file with a header.

    Raises:
        FactsError: facts.csv_header.
    """
    counter = _Lines(file)
    reader = csv.reader(counter, strict=True)
    header = _header(reader)
    group: _Group | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if group is not None:
                yield group.finished(counter.count)
                group = None
            fault = FactsError("facts.csv_row", reason=str(error)).as_fault()
            yield CsvRow(line, {}, (fault,), "", counter.count)
            continue
        if cells is None:
            break
        if not any(cells):
            continue
        row = dict(zip(header, cells, strict=False))
        key = (row.get("household", ""), row.get("month", ""))
        if group is None or group.key != key or group.is_full:
            if group is not None:
                yield group.finished(counter.count)
            group = _Group(line, key)
        group.add(line, header, cells)
    if group is not None:
        yield group.finished(counter.count)
