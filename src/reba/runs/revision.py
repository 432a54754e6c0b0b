"""Revise many households from a file of facts, or a range of months under another law.

1. A row that cannot be used is rejected with its place and reason, and the rest goes on.
2. What changes is written month by month, household by household, before it is booked (dry run)
   and after. Given again, nothing more is booked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reba.errors import Fault
from reba.facts import HouseholdMonth
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.ledger import Ledger
from reba.ledger.revisions import Revision
from reba.money import format_euros
from reba.months import Month
from reba.runs.outputs import RunOutputs
from reba.runs.rows import Row, read_rows
from reba.savings.policy import SavingsPolicy

__all__ = ["REVISION_COLUMNS", "RevisionReport", "revise_file", "revise_range"]

REVISION_COLUMNS: Final = (
    "household", "month", "because", "contribution_before", "contribution", "collected_before",
    "collected", "reserved_before", "reserved", "balance_before", "balance", "overpaid_before",
    "overpaid", "status",
)  # fmt: skip


@dataclass(slots=True)
class RevisionReport:
    """The outcome of a revision of many households (herziening); amounts in cents.

    `households == revised + unchanged + already_booked + refused`. The differences are of what
    would stand afterwards with what stood before.
    """

    dry_run: bool
    households: int = 0
    revised: int = 0
    unchanged: int = 0
    already_booked: int = 0
    refused: int = 0
    rejected_rows: int = 0
    months: int = 0
    contribution_difference_cents: int = 0
    reserved_difference_cents: int = 0
    overpaid_difference_cents: int = 0
    refused_by_code: dict[str, int] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)

    def count(self, revision: Revision) -> None:
        """Count what became of one household."""
        self.households += 1
        setattr(self, revision.status, getattr(self, revision.status) + 1)
        if revision.error is not None:
            code = revision.error.code
            self.refused_by_code[code] = self.refused_by_code.get(code, 0) + 1
        for month in revision.months:
            self.months += 1
            self.contribution_difference_cents += (
                month.contribution_cents - month.contribution_before_cents
            )
            self.reserved_difference_cents += month.reserved_cents - month.reserved_before_cents
        self.overpaid_difference_cents += revision.overpaid_cents - revision.overpaid_before_cents
        if revision.status == "revised":
            self.revisions.append(revision)

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `report.json`, keys in a fixed order."""
        return {
            "dry_run": self.dry_run,
            "counts": {
                "households": self.households,
                "revised": self.revised,
                "unchanged": self.unchanged,
                "already_booked": self.already_booked,
                "refused": self.refused,
                "rejected_rows": self.rejected_rows,
                "months": self.months,
                "refused_by_code": dict(sorted(self.refused_by_code.items())),
            },
            "differences": {
                "contribution_cents": self.contribution_difference_cents,
                "reserved_cents": self.reserved_difference_cents,
                "overpaid_cents": self.overpaid_difference_cents,
            },
            "revisions": [
                {
                    **revision._asdict(),
                    "error": None,
                    "months": [month._asdict() for month in revision.months],
                }
                for revision in self.revisions
            ],
        }


def _write(outputs: RunOutputs, revision: Revision) -> None:
    about = (
        format_euros(revision.balance_before_cents),
        format_euros(revision.balance_cents),
        format_euros(revision.overpaid_before_cents),
        format_euros(revision.overpaid_cents),
        revision.status,
    )
    for month in revision.months:
        amounts = (
            month.contribution_before_cents, month.contribution_cents,
            month.collected_before_cents, month.collected_cents,
            month.reserved_before_cents, month.reserved_cents,
        )  # fmt: skip
        cells = (revision.account, month.month, month.because, *map(format_euros, amounts), *about)
        outputs.row(cells)


def _settle(
    revisions: Iterable[Revision],
    report: RevisionReport,
    outputs: RunOutputs,
    places: dict[str, list[Row]],
) -> None:
    for revision in revisions:
        report.count(revision)
        _write(outputs, revision)
        if revision.error is None:
            continue
        faults: tuple[Fault, ...] = revision.error.faults or (revision.error.as_fault(),)
        for row in places.get(revision.account) or [Row(0, None, (), "", 0)]:
            outputs.reject(row.line, row.text, revision.account, faults)


def revise_file(
    path: Path,
    *,
    ledger: Ledger,
    because: str,
    law: Law,
    choices: MunicipalChoices | None = None,
    policy: SavingsPolicy | None = None,
    out: Path | None = None,
    actor: str = "revise",
    command_id: str | None = None,
    allow_provisional: bool = False,
    dry_run: bool = False,
) -> RevisionReport:
    """Revise the household-months of a file with late or corrected facts.

    Args:
        path: facts as `.jsonl`, `.json` or `.csv`; of one month or of many.
        ledger: where it is booked.
        because: why; see `revisions.GIVEN_REASONS`.
        law: the statutory parameters.
        choices: the choices of a municipality; by default those recorded for each month.
        policy: the policy for months that were never split.
        out: the folder for revisions.csv, rejects.jsonl and report.json.
        actor: who asks.
        command_id: the idempotency key within each account.
        allow_provisional: book results that rest on values that are not verified.
        dry_run: decide everything and book nothing.

    Raises:
        RunError: run.file, run.file_kind, run.output.
        StoreError, LedgerError: where the ledger cannot go on; what was booked stays booked.
    """
    report = RevisionReport(dry_run)
    usable: list[HouseholdMonth] = []
    places: dict[str, list[Row]] = {}
    with RunOutputs(out, path.name, table="revisions.csv", columns=REVISION_COLUMNS) as outputs:
        for row in read_rows(path):
            if row.facts is None:
                report.rejected_rows += 1
                outputs.reject(row.line, row.text, "", row.faults)
            else:
                usable.append(row.facts)
                places.setdefault(row.facts.household, []).append(row)
        revisions = ledger.revise_all(
            usable, because=because, policy=policy, law=law, choices=choices, actor=actor,
            command_id=command_id,
            allow_provisional=allow_provisional, dry_run=dry_run,
        )  # fmt: skip
        _settle(revisions, report, outputs, places)
        outputs.finish(report)
    return report


def revise_range(
    *,
    first: Month,
    last: Month,
    ledger: Ledger,
    because: str,
    law: Law | None,
    choices: MunicipalChoices | None = None,
    out: Path | None = None,
    actor: str = "revise",
    allow_provisional: bool = False,
    dry_run: bool = False,
) -> RevisionReport:
    """Revise a range of months of every account on the recorded facts, under another law.

    Args:
        first: the first month.
        last: the last month.
        ledger: where it is booked.
        because: law; or recomputed, with the recorded law.
        law: the law that turned out to apply; None for the recorded one.
        choices: the choices that turned out to apply; None for the recorded ones.
        out: the folder for revisions.csv, rejects.jsonl and report.json.
        actor: who asks.
        allow_provisional: book results that rest on values that are not verified.
        dry_run: decide everything and book nothing.

    Raises:
        RunError: run.output.
        StoreError, LedgerError: where the ledger cannot go on; what was booked stays booked.
    """
    report = RevisionReport(dry_run)
    with RunOutputs(out, "", table="revisions.csv", columns=REVISION_COLUMNS) as outputs:
        revisions = ledger.revise_months(
            first, last, because=because, law=law, choices=choices, actor=actor,
            allow_provisional=allow_provisional, dry_run=dry_run,
        )  # fmt: skip
        _settle(revisions, report, outputs, {})
        outputs.finish(report)
    return report
