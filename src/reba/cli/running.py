"""`reba run`: the monthly run."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from reba.cli.console import AsJson, Choices, LedgerPath, Overlay, out, print_json, progress_bar
from reba.error_codes import EXIT_FINDINGS
from reba.errors import LedgerError
from reba.law.choices import load_choices
from reba.law.parameters import load_law
from reba.ledger.ledger import Ledger, open_ledger
from reba.money import format_euros
from reba.months import Month
from reba.runs.month import run_month
from reba.runs.report import RunReport
from reba.runs.rows import count_bytes
from reba.runs.workers import worker_pool
from reba.savings.policy import load_policy

__all__ = ["print_report", "run_command"]


def print_report(report: RunReport) -> None:
    """Print what a run did, for people."""
    verb = "would be booked" if report.dry_run else "booked"
    out.print(
        f"{report.month}: {report.rows} rows, {report.booked} {verb}, "
        f"{report.already_booked} already booked, {report.rejected} rejected"
    )
    for name in ("contribution", "collected", "reserved", "remitted"):
        out.print(f"  {name:<13}{format_euros(getattr(report, f'{name}_cents')):>16}")
    for code, count in sorted(report.rejected_by_code.items()):
        out.print(f"  rejected {count} x {code}", markup=False)
    if report.booked == 0 and report.already_booked:
        out.print("Nothing new was booked.")


def _open(place: str, *, dry_run: bool) -> Ledger:
    """Open the ledger; a dry run makes none where there is none."""
    try:
        return open_ledger(place, create=not dry_run)
    except LedgerError as error:
        if error.code != "ledger.not_found":
            raise
        return open_ledger(":memory:")


def run_command(
    facts: Annotated[Path, typer.Argument(help="Facts: .jsonl, .json or .csv.")],
    month: Annotated[str, typer.Option("--month", help="The month, as 2015-03.")],
    ledger: LedgerPath,
    policy: Annotated[Path, typer.Option("--policy", help="The savings policy file.")],
    *,
    overlay: Overlay = None,
    choices: Choices = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for assessments.csv, rejects.jsonl, report.json."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide all, book nothing.")] = False,
    allow_provisional: Annotated[
        bool,
        typer.Option("--allow-provisional", help="Book results that rest on unverified values."),
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=0, max=64, help="Processes that assess beside this one.")
    ] = 0,
    actor: Annotated[str, typer.Option("--actor", help="Who runs it, as a pseudonym.")] = "run",
    as_json: AsJson = False,
) -> None:
    """Run a month: assess, reserve and book each household exactly once.

    Example: reba run march.jsonl --month 2015-03 --ledger coa.reba --policy policy.toml --out march
    """
    total = count_bytes(facts)
    pool = worker_pool(workers) if workers else nullcontext()
    with (
        _open(ledger, dry_run=dry_run) as opened,
        progress_bar(f"Running {month}", total) as progress,
        pool as executor,
    ):
        report = run_month(
            facts,
            month=Month.parse(month),
            ledger=opened,
            policy=load_policy(policy),
            law=load_law(overlay),
            choices=None if choices is None else load_choices(choices),
            out=out_folder,
            dry_run=dry_run,
            allow_provisional=allow_provisional,
            actor=actor,
            executor=executor,
            progress=progress,
        )
    if as_json:
        print_json(report.to_record())
    else:
        print_report(report)
    if report.rejected:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FINDINGS)
