"""`reba pay`: the releases that wait for payment, in one file for the bank."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reba.bank.credit_transfer import debtor_of
from reba.bank.empty_batches import place_of_record
from reba.bank.paying import PaidBatch, PayingAsked, pay_approved
from reba.cli.console import Actor, AsJson, LedgerPlace, out, print_json
from reba.cli.words import Day, day_of
from reba.ledger.ledger import open_ledger
from reba.money import format_euros

__all__ = ["pay_command"]


def _print(batch: PaidBatch, file: Path) -> None:
    what = f"{batch.payments} payments, {format_euros(batch.total_cents)}"
    recorded = place_of_record(file, batch.name)
    said = {
        "empty": f"{batch.name}: no release waits for payment. Nothing was written.",
        "empty_before": f"{batch.name} was made on {batch.empty_on} with nothing in it "
        f"({recorded}). Nothing was written or booked.",
        "checked": f"{batch.name}: {what}; they can be paid. Nothing was written or booked.",
        "booked": f"{batch.name}: {what}, in {file}. They are booked as paid.",
        "booked_before": f"{batch.name}: {what}; booked before. Nothing was written or booked.",
        "finished": f"{batch.name}: {what}; booked before, and now in {file}.",
        "written_again": f"{batch.name}: {what}; booked before, and written again in {file}. "
        "Make sure that the bank gets it once.",
    }
    if batch.status == "empty" and batch.empty_on is not None:
        said["empty"] = (
            f"{batch.name}: no release waits for payment. No payment file was written; {recorded} "
            "says so, and the next batch takes another name."
        )
    out.print(said[batch.status], markup=False)
    if batch.status == "booked_before" and not file.exists():
        out.print(f"{file} is not there. If the bank never had it, give --again.", markup=False)
    if batch.waiting:
        out.print(f"{batch.waiting} more wait for payment, in another batch.")


def pay_command(
    ledger: LedgerPlace,
    *,
    payees: Annotated[
        Path, typer.Option("--payees", help="CSV: account,name,iban. It never enters the ledger.")
    ],
    file: Annotated[Path, typer.Option("--out", help="The payment file to write, as pay.xml.")],
    name: Annotated[
        str, typer.Option("--name", help="The batch; the same name is the same batch.")
    ],
    account: Annotated[str, typer.Option("--account", help="The IBAN that pays.")],
    debtor: Annotated[str, typer.Option("--debtor", help="The name of who pays.")],
    bic: Annotated[
        str | None, typer.Option("--bic", help="The BIC of the bank that pays, where it asks it.")
    ] = None,
    on: Day = None,
    execute_on: Annotated[
        str | None, typer.Option("--execute-on", help="The day asked of the bank; by default --on.")
    ] = None,
    text: Annotated[
        str, typer.Option("--text", help="What the payees read on their statement.")
    ] = "Uitbetaling",
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="A release not to pay now; repeat it.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Write the file of a booked batch again; it was lost.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check all, write nothing.")] = False,
    actor: Actor = "cli",
    as_json: AsJson = False,
) -> None:
    """Write approved releases to a SEPA credit transfer (pain.001.001.09), and book them as paid.

    All of them, or none: every payee that is missing and every release that may not be paid any
    more is listed. The same command again books nothing, and completes one that was killed. Where
    nothing waits, that is written to NAME.empty.json beside --out, and the name pays nothing later.

    Example: reba pay coa.reba --payees payees.csv --out pay.xml --name 2015-05-a
    --account NL91ABNA0417164300 --debtor "Example town"
    """
    asked = PayingAsked(
        name,
        debtor_of(debtor, account, bic),
        on=day_of(on),
        execute_on=day_of(execute_on),
        text=text,
        leave_out=tuple(leave_out or ()),
        actor=actor,
        again=again,
        dry_run=dry_run,
    )
    with open_ledger(ledger, create=False, read_only=dry_run) as opened:
        batch = pay_approved(opened, asked, payees=payees, out=file)
    if as_json:
        print_json(batch._asdict())
    else:
        _print(batch, file)
