"""The command that destroys records whose term has passed."""

from __future__ import annotations

from typing import Annotated

import typer

from reba.cli.console import Actor, CommandId, LedgerPath, err, out, print_error
from reba.cli.words import Day, day_of
from reba.error_codes import EXIT_FINDINGS
from reba.errors import AccountError, LedgerError
from reba.ledger.ledger import Ledger, open_ledger

__all__ = ["destroy_command"]


def destroy_command(
    accounts: Annotated[list[str], typer.Argument(help="The household ids.")],
    *,
    ledger: LedgerPath,
    basis: Annotated[
        str, typer.Option("--basis", help="The selection list and category that say so.")
    ],
    term: Annotated[
        str, typer.Option("--term", help="How long records must be kept: P7Y, P18M, P1Y6M.")
    ],
    on: Day = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be destroyed, and destroy nothing.")
    ] = False,
    actor: Actor = "cli",
    command_id: CommandId = None,
) -> None:
    """Destroy the records of closed accounts whose term has passed; it cannot be undone.

    Facts and amounts go; envelopes and totals stay, so that proofs and books hold. An account that
    may not be destroyed is named with the reason, and the others go on.

    Exit status 0: all destroyed; 1: some may not be.

    Example: reba destroy H-0001 H-0002 --basis "selection list, category 7" --term P7Y
    --ledger coa.reba
    """
    refused = 0
    with open_ledger(ledger, create=False) as opened:
        for account in accounts:
            try:
                state = opened.destroy(
                    account, legal_basis=basis, term=term, on=day_of(on), dry_run=dry_run,
                    actor=actor, command_id=command_id,
                )  # fmt: skip
            except (AccountError, LedgerError) as error:
                refused += 1
                print_error(error)
                continue
            verb = "would be destroyed" if dry_run else "destroyed"
            count = state.version - 1
            out.print(f"{account}: the records of {count} entries {verb}", markup=False)
        if not dry_run and refused < len(accounts):
            _purge(opened)
    if refused:
        raise typer.Exit(EXIT_FINDINGS)


def _purge(opened: Ledger) -> None:
    opened.purge()
    out.print(f"{opened.place}: rewritten; what was destroyed cannot be read back from it")
    err.print(
        "Copies are yours to destroy: backups, exports, receipts, replicas "
        "(docs/explanation/destruction.md)."
    )
