"""The monthly run: read, validate, assess, reserve, book, report.

1. Rows are read and booked in batches; memory does not grow with the file.
2. A bad row is rejected with its place and reason, and the rest goes on.
3. Each batch is one transaction. Killed at any instant and given again, the run ends as if it had
   never stopped: what was booked is recognised, and counted as booked before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from reba.errors import Fault, RebaError, RunError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.bookings import Booking, Terms
from reba.ledger.ledger import Ledger
from reba.ledger.prepared import Prepared
from reba.months import Month
from reba.runs.collection import paused_collection
from reba.runs.outputs import RunOutputs
from reba.runs.preparing import PreparedRow, prepared_rows
from reba.runs.report import RunReport
from reba.savings.policy import SavingsPolicy
from reba.version import __version__

__all__ = ["Progress", "file_sha256", "run_month"]

Progress: TypeAlias = Callable[[int], None]
"""Called with the number of bytes of the input that are done."""

_CHUNK: Final = 1 << 20


class _Place(NamedTuple):
    line: int
    text: str


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hex.

    Raises:
        RunError: run.file.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise RunError("run.file", file=str(path), reason=error.strerror or "unreadable") from error
    return digest.hexdigest()


class _Run:
    """One run in progress: it knows where each household that is being booked came from."""

    def __init__(self, month: Month, report: RunReport, outputs: RunOutputs) -> None:
        self._month = month
        self._report = report
        self._outputs = outputs
        self._places: list[_Place] = []

    def _reject(self, place: _Place, household: str, faults: tuple[Fault, ...]) -> None:
        self._report.count_reject(faults[0].code)
        self._outputs.reject(place.line, place.text, household, faults)

    def usable(self, rows: Iterator[PreparedRow], progress: Progress | None) -> Iterator[Prepared]:
        """Yield what can be booked; reject the rest."""
        for row in rows:
            place = _Place(row.line, row.text)
            if progress is not None:
                progress(row.bytes_read)
            if row.prepared is None:
                self._reject(place, row.household, row.faults)
            else:
                self._places.append(place)
                yield row.prepared

    def settle(self, bookings: Iterator[Booking]) -> None:
        """Count and write what became of each household, in the order of the file."""
        month = str(self._month)
        done = 0
        for booking in bookings:
            place = self._places[done]
            done += 1
            if done == len(self._places):
                self._places.clear()
                done = 0
            if booking.error is None:
                self._report.count_booking(booking)
                self._outputs.assessment(month, booking)
            else:
                self._reject(place, booking.household, _faults(booking.error))


def _faults(error: RebaError) -> tuple[Fault, ...]:
    return error.faults or (error.as_fault(),)


def run_month(  # noqa: PLR0913 (what a run is made under, each by name)
    path: Path,
    *,
    month: Month,
    ledger: Ledger,
    policy: SavingsPolicy,
    law: Law,
    choices: MunicipalChoices | None = None,
    out: Path | None = None,
    dry_run: bool = False,
    allow_provisional: bool = False,
    actor: str = "run",
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> RunReport:
    """Run a month (maandrun): book each household-month of a file exactly once.

    Args:
        path: facts as `.jsonl`, `.json` or `.csv`.
        month: the month of the run; rows about another month are rejected.
        ledger: where it is booked.
        policy: the savings policy.
        law: the statutory parameters.
        choices: the choices of a municipality, for schemes that leave any.
        out: the folder for assessments.csv, rejects.jsonl and report.json.
        dry_run: decide everything and book nothing.
        allow_provisional: book results that rest on values that are not verified.
        actor: who runs it, as a pseudonym or the name of a system.
        executor: where rows are read and assessed: a pool of processes, or any other. The ledger
            is the same to the byte but for times and salts. It is left open; what it was asked
            and has not begun is cancelled when the run ends early.
        progress: called with the bytes of the input that are done.

    Raises:
        RunError: run.file, run.file_kind, run.output; run.workers where the executor fails.
        PolicyError: policy.no_version.
        StoreError, LedgerError: where the ledger cannot go on; what was booked stays booked.
    """
    policy.on(month.first_day)
    report = RunReport(str(month), dry_run)
    report.facts_sha256 = file_sha256(path)
    report.law_digest, report.policy_digest = law.digest, policy.digest
    report.choices_digest = None if choices is None else choices.digest
    report.engine = __version__
    with (
        RunOutputs(out, path.name) as outputs,
        paused_collection(),
        closing(prepared_rows(path, law, month, executor, choices)) as rows,
    ):
        run = _Run(month, report, outputs)
        run.settle(
            ledger.book(
                run.usable(rows, progress),
                Terms(law, policy, actor, allow_provisional, None, choices),
                dry_run=dry_run,
            )
        )
        outputs.finish(report)
    return report
