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

__all__ = ["COLUMNS", "CsvHousehold", "cut_csv", "read_csv_household"]

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
_DIGITS_MAX: Final = 9
_LINE_MAX_BYTES: Final = 1_000_000

Cells = dict[str, str]


class CsvHousehold(NamedTuple):
    """The rows of one household that stand together, as cells, with the faults of rows.

    `line` is the first line, counted from 1; `bytes_read` says how far the reader is.
    """

    line: int
    header: list[str]
    rows: list[list[str]]
    faults: tuple[Fault, ...]
    bytes_read: int

    @property
    def text(self) -> str:
        """The rows as text, for the rejects."""
        return "\n".join(",".join(cells) for cells in self.rows)


def _convert(column: str, cell: str) -> object:
    # A cell that cannot be converted stays text: the facts model then says what is wrong with it.
    if column in _BOOLEANS and cell in {"true", "false"}:
        return cell == "true"
    if column in _INTEGERS and len(cell) <= _DIGITS_MAX and cell.isascii() and cell.isdecimal():
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
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise FactsError("facts.csv_header", reason=str(error)) from error
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


def _row_fault(reason: str) -> Fault:
    return FactsError("facts.csv_row", reason=reason).as_fault()


class _Cutting:
    """The household that is being cut: its rows so far."""

    def __init__(self, header: list[str]) -> None:
        self._header = header
        self._key_columns = header.index("household"), header.index("month")
        self._start = 0
        self._key: list[str] = []
        self._rows: list[list[str]] = []
        self._faults: list[Fault] = []

    def _key_of(self, cells: list[str]) -> list[str]:
        return [cells[column] if column < len(cells) else "" for column in self._key_columns]

    def ends_before(self, cells: list[str]) -> bool:
        """Whether this row is of another household, or of more rows than any household has."""
        return self._key_of(cells) != self._key or len(self._rows) >= _ROWS_MAX

    def add(self, line: int, cells: list[str]) -> None:
        """Take in a row."""
        if not self._rows:
            self._start, self._key = line, self._key_of(cells)
        self._rows.append(cells)
        if len(cells) != len(self._header):
            has = f"line {line} has {len(cells)} cells, the header {len(self._header)}"
            self._faults.append(_row_fault(has))

    def done(self, bytes_read: int) -> Iterator[CsvHousehold]:
        """Yield the household, if there is one, and begin another."""
        if self._rows:
            faults = tuple(self._faults)
            yield CsvHousehold(self._start, self._header, self._rows, faults, bytes_read)
        self._rows, self._faults = [], []


def cut_csv(file: BinaryIO) -> Iterator[CsvHousehold]:
    """Cut a CSV file with a header into households, without reading what they say.

    Raises:
        FactsError: facts.csv_header.
    """
    counter = _Lines(file)
    reader = csv.reader(counter, strict=True)
    header = _header(reader)
    cutting = _Cutting(header)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield from cutting.done(counter.count)
            yield CsvHousehold(line, header, [], (_row_fault(str(error)),), counter.count)
            continue
        if cells is None:
            break
        if not any(cells):
            continue
        if cutting.ends_before(cells):
            yield from cutting.done(counter.count)
        cutting.add(line, cells)
    yield from cutting.done(counter.count)


def read_csv_household(cut: CsvHousehold) -> tuple[dict[str, object], tuple[Fault, ...]]:
    """Read the rows of a household as a plain dictionary, or return their faults."""
    if cut.faults:
        return {}, cut.faults
    return _household([dict(zip(cut.header, cells, strict=True)) for cells in cut.rows])
