"""`reba account`, `reba audit`, `reba checkpoint`: look into a ledger."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from reba.cli.console import AsJson, Lang, Language, LedgerPath, out, print_json, progress_bar
from reba.error_codes import EXIT_FINDINGS
from reba.errors import RunError
from reba.ledger.accounts import AccountState
from reba.ledger.audit import AuditReport, audit
from reba.ledger.ledger import open_ledger
from reba.ledger.merkle import Checkpoint
from reba.money import format_euros

__all__ = ["account_command", "audit_command", "checkpoint_command", "print_audit"]

_AMOUNTS = {
    "assessed_cents": ("vastgesteld", "assessed"),
    "collected_cents": ("ontvangen", "collected"),
    "receivable_cents": ("nog te ontvangen", "receivable"),
    "reserved_cents": ("gespaard", "reserved"),
    "remitted_cents": ("afgedragen", "remitted"),
    "released_cents": ("vrijgegeven", "released"),
    "on_hold_cents": ("vastgehouden", "on hold"),
    "balance_cents": ("spaartegoed", "balance"),
    "available_cents": ("beschikbaar", "available"),
    "overpaid_cents": ("te veel vrijgegeven", "overpaid"),
}


def _print_account(state: AccountState, lang: Lang) -> None:
    dutch = lang is Lang.nl
    out.print(
        f"{'Rekening' if dutch else 'Account'} {state.account} ({state.scheme})", markup=False
    )
    for name, (nl, en) in _AMOUNTS.items():
        amount = format_euros(getattr(state, name))
        out.print(f"  {nl if dutch else en:<22}{amount:>14}")
    table = Table(show_edge=False)
    headings = (
        ("maand", "eigen bijdrage", "ontvangen", "gespaard", "afgedragen")
        if dutch
        else ("month", "contribution", "collected", "reserved", "remitted")
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading == headings[0] else "right")
    for month in state.months:
        table.add_row(
            month.month,
            format_euros(month.contribution_cents),
            format_euros(month.collected_cents),
            format_euros(month.reserved_cents),
            format_euros(month.remitted_cents),
        )
    out.print(table)


def account_command(
    account: Annotated[str, typer.Argument(help="The household id.")],
    ledger: LedgerPath,
    *,
    as_json: AsJson = False,
    lang: Language = Lang.en,
) -> None:
    """Show what is owed, saved, released and left for one household.

    Example: reba account H-0001 --ledger coa.reba --json
    """
    with open_ledger(ledger, create=False, read_only=True) as opened:
        state = opened.account(account)
    if as_json:
        print_json(state.to_record())
    else:
        _print_account(state, lang)


def print_audit(report: AuditReport) -> None:
    """Print what an audit found, for people; the last line counts the findings."""
    checked = report.checked
    out.print(
        f"checked {checked['entries']} entries of {checked['accounts']} accounts, "
        f"{checked['assessments']} assessments and {checked['splits']} splits computed again"
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
