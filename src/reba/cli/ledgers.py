"""`reba audit`, `reba checkpoint`: check a ledger, and keep what it is checked against."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reba.cli.console import AsJson, out, print_json, progress_bar
from reba.error_codes import EXIT_FINDINGS
from reba.errors import RunError
from reba.ledger.audit import AuditReport, audit
from reba.ledger.ledger import open_ledger
from reba.ledger.merkle import Checkpoint

__all__ = ["audit_command", "checkpoint_command", "print_audit"]


def print_audit(report: AuditReport) -> None:
    """Print what an audit found, for people; the last line counts the findings."""
    checked = report.checked
    out.print(
        f"checked {checked['entries']} entries of {checked['accounts']} accounts, "
        f"{checked['assessments']} assessments, {checked['splits']} splits and "
        f"{checked['decisions']} decisions on releases made again"
    )
    for finding in report.findings:
        place = "" if finding.seq is None else f" entry {finding.seq} of {finding.account}:"
        out.print(f"{finding.severity} {finding.id}:{place} {finding.statement}", markup=False)
        out.print(f"    expected {finding.expected}", markup=False)
        out.print(f"    found    {finding.actual}", markup=False)
    count = len(report.findings)
    out.print(f"audit: {count} finding{'' if count == 1 else 's'}")


def _checkpoint(path: Path) -> Checkpoint:
    try:
        return Checkpoint.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RunError("run.file", file=str(path), reason=str(error)) from error


def audit_command(
    ledger: Annotated[Path, typer.Argument(help="The ledger file.")],
    *,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", help="A checkpoint that was kept elsewhere; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every hash and sum, and compute every amount again.

    Exit status 0: nothing found; 1: findings; 4: this is no ledger, or it cannot be read.

    Example: reba audit coa.reba --against checkpoint-2015-03.txt
    """
    checkpoints = [_checkpoint(path) for path in against or ()]
    with open_ledger(ledger, create=False, read_only=True) as opened:
        total = opened.size()
        with progress_bar("Auditing", total) as progress:
            report = audit(
                opened,
                against=checkpoints,
                progress=progress,
            )
    if as_json:
        print_json(report.to_record())
    else:
        print_audit(report)
    if report.findings:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FINDINGS)


def checkpoint_command(ledger: Annotated[Path, typer.Argument(help="The ledger file.")]) -> None:
    """Print the checkpoint: keep it elsewhere, and audit against it later.

    Example: reba checkpoint coa.reba > checkpoint-2015-03.txt
    """
    with open_ledger(ledger, create=False, read_only=True) as opened:
        sys.stdout.write(opened.checkpoint().to_text())
