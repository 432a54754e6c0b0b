"""`reba invoice`, `remind`, `write-off`, `receivables`: collect what is due."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from rich.table import Table

from reba.cli.console import Account, Actor, AsJson, CommandId, LedgerPath, out
from reba.cli.words import Day, day_of
from reba.errors import RunError
from reba.ledger.collection_desk import Invoice, Receivable
from reba.ledger.ledger import open_ledger
from reba.money import format_euros, parse_euros
from reba.months import Month, parse_date

__all__ = ["invoice_command", "receivables_command", "remind_command", "write_off_command"]

MonthOption = Annotated[str, typer.Option("--month", help="The month that is due, as 2025-10.")]
_SHOWN_MAX: Final = 40
_AGES: Final = (30, 60, 90)


class Form(StrEnum):
    """The forms of a list."""

    text = "text"
    csv = "csv"
    json = "json"


FormOption = Annotated[Form, typer.Option("--format", help="text, csv or json.")]


def _cells(row: NamedTuple, fields: Sequence[str]) -> list[str]:
    cells: list[str] = []
    for name in fields:
        value = getattr(row, name)
        if name.endswith("_cents"):
            cells.append(format_euros(value))
        else:
            cells.append("" if value is None else str(value))
    return cells


def _print_rows(rows: Sequence[NamedTuple], fields: Sequence[str], form: Form) -> None:
    headings = [name.removesuffix("_cents") for name in fields]
    if form is Form.json:
        records = [row._asdict() for row in rows]
        sys.stdout.write(json.dumps(records, ensure_ascii=False, indent=2) + "\n")
    elif form is Form.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(_cells(row, fields) for row in rows)
    else:
        table = Table(show_edge=False)
        for name in fields:
            right = name.endswith("_cents") or name.startswith("days") or name == "reminders"
            heading = name.removesuffix("_cents").replace("_", " ")
            table.add_column(heading, justify="right" if right else "left")
        for row in rows[:_SHOWN_MAX]:
            table.add_row(*_cells(row, fields))
        out.print(table)
        if len(rows) > _SHOWN_MAX:
            out.print(f"... and {len(rows) - _SHOWN_MAX} more; --format csv prints them all")


def _write_invoices(path: Path, invoices: Iterable[Invoice]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([name.removesuffix("_cents") for name in Invoice._fields])
            writer.writerows(_cells(invoice, Invoice._fields) for invoice in invoices)
    except OSError as error:
        reason = error.strerror or "the disk refuses"
        raise RunError("run.output", place=str(path), reason=reason) from error


def invoice_command(
    *,
    ledger: LedgerPath,
    month: MonthOption,
    due_on: Annotated[str, typer.Option("--due-on", help="The last day to pay, as 2025-12-01.")],
    on: Day = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Write the invoices to a CSV file.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List all, book nothing.")] = False,
    form: FormOption = Form.text,
    actor: Actor = "cli",
) -> None:
    """Invoice what is due for a month on every account; what was invoiced before is left out.

    Example: reba invoice --month 2025-10 --due-on 2025-12-01 --ledger gemeente.reba --out inv.csv
    """
    with open_ledger(ledger, create=False, read_only=dry_run) as opened:
        invoices = list(
            opened.invoice_month(
                Month.parse(month), due_on=parse_date(due_on), on=day_of(on), actor=actor,
                dry_run=dry_run,
            )
        )  # fmt: skip
    if out_file is not None:
        _write_invoices(out_file, invoices)
    if form is not Form.text:
        _print_rows(invoices, Invoice._fields, form)
        return
    verb = "would be invoiced" if dry_run else "invoiced"
    total = sum(invoice.amount_cents for invoice in invoices)
    out.print(f"{month}: {len(invoices)} {verb}, {format_euros(total)}")


def remind_command(
    account: Account,
    *,
    ledger: LedgerPath,
    month: MonthOption,
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
) -> None:
    """Record that a household was reminded of what is due.

    Example: reba remind G-0001 --month 2025-10 --ledger gemeente.reba
    """
    with open_ledger(ledger, create=False) as opened:
        state = opened.remind(
            account, month=Month.parse(month), on=day_of(on), actor=actor, command_id=command_id
        )
    found = next(each for each in state.months if each.month == month)
    out.print(f"{account} {month}: reminder {found.reminders}, "
              f"{format_euros(found.receivable_cents)} due", markup=False)  # fmt: skip


def write_off_command(
    account: Account,
    *,
    ledger: LedgerPath,
    month: MonthOption,
    amount: Annotated[str, typer.Option("--amount", help="Euros, as 20.00.")],
    because: Annotated[
        str,
        typer.Option(
            "--because", help="uncollectable, hardship, departed, died, time_barred, too_small."
        ),
    ],
    basis: Annotated[str, typer.Option("--basis", help="The decision; no personal data.")],
    command_id: Annotated[str, typer.Option("--id", help="Idempotency key.")],
    on: Day = None,
    actor: Actor = "cli",
) -> None:
    """Write off what is due for a month, or part of it.

    Example: reba write-off G-0001 --month 2025-10 --amount 20.00 --because hardship
    --basis "decision of 3 March" --id W-1 --ledger gemeente.reba
    """
    with open_ledger(ledger, create=False) as opened:
        state = opened.write_off(
            account, month=Month.parse(month), amount_cents=parse_euros(amount), because=because,
            legal_basis=basis, command_id=command_id, on=day_of(on), actor=actor,
        )  # fmt: skip
    out.print(f"{account}: written off {format_euros(state.written_off_cents)}, "
              f"still due {format_euros(state.receivable_cents)}", markup=False)  # fmt: skip


def _print_ages(rows: Sequence[Receivable]) -> None:
    bounds = [0, *_AGES]
    for low, high in zip(bounds, [*_AGES, None], strict=True):
        cents = sum(
            row.receivable_cents
            for row in rows
            if row.days_overdue > low and (high is None or row.days_overdue <= high)
        )
        label = f"more than {low} days" if high is None else f"{low + 1} to {high} days"
        out.print(f"  overdue {label:<18}{format_euros(cents):>14}")
    waiting = sum(row.receivable_cents for row in rows if not row.days_overdue)
    total = sum(row.receivable_cents for row in rows)
    out.print(f"  {'not overdue':<26}{format_euros(waiting):>14}")
    out.print(f"  {'total':<26}{format_euros(total):>14}")


def receivables_command(
    *,
    ledger: LedgerPath,
    on: Day = None,
    form: FormOption = Form.text,
    as_json: AsJson = False,
) -> None:
    """List who owes what for how long.

    Example: reba receivables --ledger gemeente.reba --on 2026-01-31 --format csv > open.csv
    """
    with open_ledger(ledger, create=False, read_only=True) as opened:
        rows = list(opened.receivables(on=day_of(on)))
    fields: Sequence[str] = Receivable._fields
    if form is Form.text and not as_json:
        fields = ("account", "month", "receivable_cents", "collection", "due_on", "days_overdue")
    _print_rows(rows, fields, Form.json if as_json else form)
    if form is Form.text and not as_json:
        _print_ages(rows)
