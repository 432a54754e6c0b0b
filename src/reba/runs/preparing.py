"""Read, validate and assess the rows of a run, here or on the workers of an executor.

1. The same function prepares a row wherever it runs, so the outcome is the same to the byte.
2. Outcomes come back in the order of the file, with a bounded number under way, so that memory
   stays constant however long the file is.
3. Only the ledger is never touched by a worker: one process books.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from reba.canonical import canonical_text
from reba.errors import Fault, RunError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.prepared import Prepared, prepare
from reba.months import Month
from reba.runs.rows import Line, Row, read_line, read_lines, read_rows

__all__ = ["PreparedRow", "prepared_rows"]

_CHUNK_LINES: Final = 1000
_CHUNKS_UNDER_WAY: Final = 8


class PreparedRow(NamedTuple):
    """One row of a run: assessed, or the faults that make it unusable. `text` is for rejects."""

    line: int
    text: str
    household: str
    prepared: Prepared | None
    faults: tuple[Fault, ...]
    bytes_read: int


def _prepare_row(row: Row, law: Law, month: Month, choices: MunicipalChoices | None) -> PreparedRow:
    facts = row.facts
    if facts is None:
        return PreparedRow(row.line, row.text, "", None, row.faults, row.bytes_read)
    if facts.month != month:
        error = RunError("run.other_month", month=str(facts.month), run_month=str(month))
        faults = (error.as_fault("month"),)
        return PreparedRow(row.line, row.text, facts.household, None, faults, row.bytes_read)
    prepared = prepare(facts, law, choices)
    return PreparedRow(row.line, row.text, facts.household, prepared, (), row.bytes_read)


@lru_cache(maxsize=4)
def _law(text: str) -> Law:
    return Law.from_record(json.loads(text))


@lru_cache(maxsize=4)
def _choices(text: str) -> MunicipalChoices | None:
    return MunicipalChoices.from_record(json.loads(text)) if text else None


def _prepare_chunk(
    chunk: list[Line], law_text: str, month: Month, choices_text: str
) -> list[PreparedRow]:
    """Prepare lines on a worker. Texts stay at home: they are needed for rejects only."""
    law, choices = _law(law_text), _choices(choices_text)
    return [_prepare_row(read_line(line)._replace(text=""), law, month, choices) for line in chunk]


def _on_workers(
    path: Path, law: Law, month: Month, executor: Executor, choices: MunicipalChoices | None
) -> Iterator[PreparedRow]:
    law_text = canonical_text(law.to_record())
    choices_text = "" if choices is None else canonical_text(choices.to_record())
    under_way: deque[tuple[list[Line], Future[list[PreparedRow]]]] = deque()

    def first_done() -> Iterator[PreparedRow]:
        chunk, future = under_way.popleft()
        for line, row in zip(chunk, future.result(), strict=True):
            yield row._replace(text=line.raw.decode(errors="backslashreplace"))

    try:
        with path.open("rb") as file:
            lines = read_lines(file)
            while chunk := list(islice(lines, _CHUNK_LINES)):
                asked = (chunk, law_text, month, choices_text)
                under_way.append((chunk, executor.submit(_prepare_chunk, *asked)))
                if len(under_way) >= _CHUNKS_UNDER_WAY:
                    yield from first_done()
        while under_way:
            yield from first_done()
    except OSError as error:
        raise RunError("run.file", file=str(path), reason=error.strerror or "unreadable") from error


def prepared_rows(
    path: Path,
    law: Law,
    month: Month,
    executor: Executor | None,
    choices: MunicipalChoices | None = None,
) -> Iterator[PreparedRow]:
    """Yield the rows of a file, assessed, in order.

    Raises:
        RunError: run.file, run.file_kind.
        FactsError: facts.csv_header.
    """
    # The rows of a CSV file hang together, so a file of them is not cut for workers.
    if executor is not None and path.suffix.lower() == ".jsonl":
        yield from _on_workers(path, law, month, executor, choices)
        return
    for row in read_rows(path):
        yield _prepare_row(row, law, month, choices)
