"""`reba reconcile`: what the bank says, held against the ledger."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from reba.bank.matching import Matched
from reba.bank.reconciling import Reconciliation, reconcile
from reba.cli.console import Actor, AsJson, LedgerPlace, out, print_json
from reba.error_codes import EXIT_FINDINGS
from reba.errors import RunError
from reba.files import part_of, put_in_place, write_beside
from reba.ledger.ledger import open_ledger
from reba.money import format_euros
from reba.savings.policy import load_policy

__all__ = ["reconcile_command"]

_COLUMNS: Final = (
    "place", "what", "status", "amount", "on", "account", "release", "month", "reason", "code",
    "says",
)  # fmt: skip
_SHOWN_MAX: Final = 40


def _signed(row: Matched) -> str:
    return format_euros(row.amount_cents if row.came_in else -row.amount_cents)


def _cells(row: Matched) -> list[str]:
    return [_signed(row) if name == "amount" else str(getattr(row, name)) for name in _COLUMNS]


def _write(path: Path, rows: Sequence[Matched]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    part = part_of(path, hidden=True)
    try:
        write_beside(part, text.getvalue().encode())
        put_in_place(part, path, replace=True)
    except OSError as error:
        reason = error.strerror or "the disk refuses"
        raise RunError("run.output", place=str(path), reason=reason) from error


def _print(found: Reconciliation, *, applied: bool) -> None:
    out.print(f"{len(found.rows)} transactions")
    for what, count in found.counts().items():
        out.print(f"  {what.replace('_', ' ')}: {count}")
    proposed = sum(row.status == "proposed" for row in found.rows)
    if proposed and not applied:
        out.print(f"{proposed} can be booked: give the same command with --apply.")
    for row in found.listed[:_SHOWN_MAX]:
        out.print(f"{row.place}: {_signed(row)} [{row.code}] {row.says}", markup=False)
    if len(found.listed) > _SHOWN_MAX:
        out.print(f"... and {len(found.listed) - _SHOWN_MAX} more; --out writes them all")
    if found.unseen:
        shown = ", ".join(found.unseen[:_SHOWN_MAX])
        out.print(f"Paid, and not in these statements ({len(found.unseen)}): {shown}", markup=False)
    _print_unconfirmed(found)


def _print_unconfirmed(found: Reconciliation) -> None:
    if not found.unconfirmed:
        return
    out.print(f"Batches with payments that no statement here confirms, as of {found.until}:")
    for batch in found.unconfirmed[:_SHOWN_MAX]:
        of = f"{batch.payments} of {batch.batch_payments} payments"
        age = f"booked on {batch.booked_on}, {batch.age_days} days before"
        may = "; it may stand in an earlier statement" if batch.earlier else ""
        amount = format_euros(batch.amount_cents)
        out.print(f"  {batch.name}: {of}, {amount}, {age}{may}", markup=False)
    if len(found.unconfirmed) > _SHOWN_MAX:
        out.print(f"... and {len(found.unconfirmed) - _SHOWN_MAX} more; --json has them all")


def reconcile_command(
    ledger: LedgerPlace,
    statements: Annotated[list[Path], typer.Argument(help="Bank statements, camt.053 in XML.")],
    *,
    account: Annotated[str, typer.Option("--account", help="The IBAN the statements are of.")],
    apply: Annotated[bool, typer.Option("--apply", help="Book what matches.")] = False,
    table: Annotated[
        Path | None, typer.Option("--out", help="Write every transaction to a CSV file.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="For months that were never split.")
    ] = None,
    actor: Actor = "cli",
    as_json: AsJson = False,
) -> None:
    """Hold bank statements against the ledger: paid, returned, and contributions that came in.

    What matches to the cent is proposed, and booked with --apply. What does not is listed with
    its code and place, and makes the exit status 1. A statement read again books nothing.

    Example: reba reconcile coa.reba may.xml --account NL91ABNA0417164300 --out may.csv --apply
    """
    with open_ledger(ledger, create=False, read_only=not apply) as opened:
        found = reconcile(
            opened,
            statements,
            iban=account,
            apply=apply,
            policy=None if policy is None else load_policy(policy),
            actor=actor,
        )
    if table is not None:
        _write(table, found.rows)
    if as_json:
        print_json(found.to_record())
    else:
        _print(found, applied=apply)
    if found.listed:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FINDINGS)
