"""The files of a run: a table, rejects.jsonl, report.json. Whole, or not there.

Each is written beside its place and moved there when the run is done, so that a run which was
killed leaves no half file under the name that a script reads.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self, TextIO

from reba.errors import Fault, RunError
from reba.files import flush_file, open_new, part_of, put_in_place, remove
from reba.ledger.bookings import Booking
from reba.money import format_euros

__all__ = ["ASSESSMENT_COLUMNS", "Report", "RunOutputs", "reject_record"]

ASSESSMENT_COLUMNS: Final = (
    "household",
    "month",
    "contribution",
    "collected",
    "reserved",
    "remitted",
    "status",
    "provisional",
)


class Report(Protocol):
    """What a run says of itself."""

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `report.json`."""
        ...


def _text_file(part: Path) -> TextIO:
    part.unlink(missing_ok=True)  # what a run left that was killed
    return io.TextIOWrapper(open_new(part), encoding="utf-8", newline="")


def reject_record(
    source: str, line: int, text: str, household: str, faults: tuple[Fault, ...]
) -> dict[str, object]:
    """Return a line of `rejects.jsonl`: where the row stands, what is wrong, and the row itself."""
    first = faults[0]
    return {
        "file": source,
        "line": line,
        "household": household,
        "field": first.path,
        "code": first.code,
        "reason": first.reason,
        "faults": [fault._asdict() for fault in faults],
        "row": text,
    }


class RunOutputs:
    """The output folder of a run; a context manager. Without a folder it writes nothing.

    Args:
        folder: where the files go; made where there is none.
        source: the name of the input file, for the rejects.
        table: the name of the CSV file.
        columns: its first line.
    """

    def __init__(
        self,
        folder: Path | None,
        source: str,
        *,
        table: str = "assessments.csv",
        columns: Sequence[str] = ASSESSMENT_COLUMNS,
    ) -> None:
        self._folder = folder
        self._source = source
        self._table = table
        self._columns = columns
        self._files: dict[str, TextIO] = {}

    def __enter__(self) -> Self:
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                for name in (self._table, "rejects.jsonl", "report.json"):
                    self._files[name] = _text_file(self._part(name))
            except OSError as error:
                self._drop()
                raise self._error(error) from error
            self._csv = csv.writer(self._files[self._table], lineterminator="\n")
            self._csv.writerow(self._columns)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._drop()

    def _part(self, name: str) -> Path:
        if self._folder is None:
            msg = "no folder"
            raise ValueError(msg)
        return part_of(self._folder / name, hidden=True)

    def _error(self, error: OSError) -> RunError:
        return RunError(
            "run.output", place=str(self._folder), reason=error.strerror or "the disk refuses"
        )

    def _drop(self) -> None:
        for name, file in self._files.items():
            # On a full disk what is still to be written cannot be, and nobody needs it any more.
            with suppress(OSError):
                file.close()
            remove(self._part(name))
        self._files.clear()

    def assessment(self, month: str, booking: Booking) -> None:
        """Write one household that stands in the ledger."""
        if self._folder is not None:
            self.row(
                (
                    booking.household,
                    month,
                    format_euros(booking.contribution_cents),
                    format_euros(booking.collected_cents),
                    format_euros(booking.reserved_cents),
                    format_euros(booking.remitted_cents),
                    booking.status,
                    str(booking.provisional).lower(),
                )
            )

    def row(self, cells: Sequence[str]) -> None:
        """Write one line of the table."""
        if self._folder is None:
            return
        try:
            self._csv.writerow(cells)
        except OSError as error:
            raise self._error(error) from error

    def reject(self, line: int, text: str, household: str, faults: tuple[Fault, ...]) -> None:
        """Write one row that was not booked, with its text, so that it can be mended and rerun."""
        if self._folder is None:
            return
        record = reject_record(self._source, line, text, household, faults)
        try:
            self._files["rejects.jsonl"].write(json.dumps(record, ensure_ascii=False) + "\n")
        except OSError as error:
            raise self._error(error) from error

    def finish(self, report: Report) -> None:
        """Write the report, and put the files in their places."""
        if self._folder is None:
            return
        try:
            self._files["report.json"].write(json.dumps(report.to_record(), indent=2) + "\n")
            for file in self._files.values():  # all of them, before the first is moved
                flush_file(file)
                file.close()
            for name in self._files:
                put_in_place(self._part(name), self._folder / name, replace=True)
        except OSError as error:
            self._drop()
            raise self._error(error) from error
        self._files.clear()
