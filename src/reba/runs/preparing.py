"""Read, validate and assess the rows of a run, here or on the workers of an executor.

1. The same function prepares a row wherever it runs, so the outcome is the same to the byte; a
   worker with another version of the library is refused.
2. Outcomes come back in the order of the file, with a bounded number under way, so that memory
   stays constant however long the file is.
3. Only the ledger is never touched by a worker: one process books.
4. What goes to a worker and comes home is bytes: an executor that looks into what it carries, as
   Dask does, need not walk through thousands of rows.
5. Whatever an executor fails with is one error, `run.workers`; what was not begun is cancelled.
"""

from __future__ import annotations

import json
import pickle
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from reba.canonical import canonical_text
from reba.errors import Fault, RebaError, RunError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.prepared import Prepared, prepare
from reba.months import Month
from reba.runs.rows import Piece, cut, read_piece
from reba.version import __version__

__all__ = ["PreparedRow", "prepared_rows"]

_CHUNK_PIECES: Final = 1000
_CHUNK_BYTES: Final = 2 << 20
_CHUNKS_UNDER_WAY: Final = 8


class PreparedRow(NamedTuple):
    """One row of a run: assessed, or the faults that make it unusable. `text` is for rejects."""

    line: int
    text: str
    household: str
    prepared: Prepared | None
    faults: tuple[Fault, ...]
    bytes_read: int


class _Sent(NamedTuple):
    """What a worker needs beside the pieces: nothing of it is on the worker's own disk."""

    law: str
    choices: str
    month: Month
    engine: str


def _prepare(piece: Piece, law: Law, month: Month, choices: MunicipalChoices | None) -> PreparedRow:
    row = read_piece(piece)
    facts = row.facts
    if facts is None:
        return PreparedRow(row.line, row.text, "", None, row.faults, row.bytes_read)
    if facts.month != month:
        error = RunError("run.other_month", month=str(facts.month), run_month=str(month))
        faults = (error.as_fault("month"),)
        return PreparedRow(row.line, row.text, facts.household, None, faults, row.bytes_read)
    prepared = prepare(facts, law, choices)
    return PreparedRow(row.line, row.text, facts.household, prepared, (), row.bytes_read)


# ── on a worker ──────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4)
def _law(text: str) -> Law:
    return Law.from_record(json.loads(text))


@lru_cache(maxsize=4)
def _choices(text: str) -> MunicipalChoices | None:
    return MunicipalChoices.from_record(json.loads(text)) if text else None


def _prepare_chunk(asked: bytes) -> bytes:
    """Prepare pieces on a worker. Texts stay at home: they are needed for rejects only."""
    chunk: list[Piece]
    sent: _Sent
    chunk, sent = pickle.loads(asked)  # noqa: S301 (from the process that books)
    if sent.engine != __version__:
        reason = f"a worker has reba-ledger {__version__}, this process {sent.engine}"
        raise RunError("run.workers", reason=reason)
    law, choices = _law(sent.law), _choices(sent.choices)
    rows = [_prepare(piece, law, sent.month, choices)._replace(text="") for piece in chunk]
    return pickle.dumps(rows, pickle.HIGHEST_PROTOCOL)


# ── at home ──────────────────────────────────────────────────────────────────────────────────

_UnderWay: TypeAlias = tuple[list[Piece], Future[bytes]]


def _chunks(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Take so many pieces together, or fewer where they are large."""
    chunk: list[Piece] = []
    start = 0
    for piece in pieces:
        chunk.append(piece)
        if len(chunk) >= _CHUNK_PIECES or piece.bytes_read - start >= _CHUNK_BYTES:
            yield chunk
            chunk, start = [], piece.bytes_read
    if chunk:
        yield chunk


def _failed(error: Exception) -> RebaError:
    """Return our error for whatever an executor raised; its own text may name anything."""
    if isinstance(error, RebaError):
        return error
    reason = type(error).__name__
    if isinstance(error, BrokenExecutor):
        reason = "one of them died"
    elif isinstance(error, CancelledError):
        reason = "what they were asked was cancelled"
    return RunError("run.workers", reason=reason)


def _submitted(executor: Executor, chunk: list[Piece], sent: _Sent) -> _UnderWay:
    asked = pickle.dumps((chunk, sent), pickle.HIGHEST_PROTOCOL)
    try:
        return chunk, executor.submit(_prepare_chunk, asked)
    except Exception as error:
        raise _failed(error) from error


def _outcome(under_way: _UnderWay) -> Iterator[PreparedRow]:
    chunk, future = under_way
    try:
        rows: list[PreparedRow] = pickle.loads(future.result())  # noqa: S301 (our own workers)
    except Exception as error:
        raise _failed(error) from error
    for piece, row in zip(chunk, rows, strict=True):
        yield row._replace(text=piece.text)


def _on_workers(pieces: Iterator[Piece], executor: Executor, sent: _Sent) -> Generator[PreparedRow]:
    under_way: deque[_UnderWay] = deque()
    try:
        for chunk in _chunks(pieces):
            under_way.append(_submitted(executor, chunk, sent))
            if len(under_way) >= _CHUNKS_UNDER_WAY:
                yield from _outcome(under_way.popleft())
        while under_way:
            yield from _outcome(under_way.popleft())
    finally:
        for _, future in under_way:
            future.cancel()


def prepared_rows(
    path: Path,
    law: Law,
    month: Month,
    executor: Executor | None,
    choices: MunicipalChoices | None = None,
) -> Generator[PreparedRow]:
    """Yield the rows of a file, assessed, in order. Close it to cancel what is not needed.

    Raises:
        RunError: run.file, run.file_kind, run.workers.
        FactsError: facts.csv_header.
    """
    pieces = cut(path)
    if executor is None:
        for piece in pieces:
            yield _prepare(piece, law, month, choices)
        return
    choices_text = "" if choices is None else canonical_text(choices.to_record())
    sent = _Sent(canonical_text(law.to_record()), choices_text, month, __version__)
    yield from _on_workers(pieces, executor, sent)
