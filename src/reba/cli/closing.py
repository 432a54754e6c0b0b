"""`reba close`, `reopen`, `transfer`, `set-off`, `recover`: commands on whole accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reba.cli.console import Account, Actor, CommandId, LedgerPath, LegalBasis, evidence_digest, out
from reba.cli.words import Day, day_of
from reba.ledger.account_state import AccountState
from reba.ledger.ledger import open_ledger
from reba.money import format_euros, parse_euros
from reba.months import Month
from reba.savings.policy import load_policy

__all__ = [
    "close_command",
    "recover_command",
    "reopen_command",
    "set_off_command",
    "transfer_command",
]

Amount = Annotated[str, typer.Option("--amount", help="Euros, as 250.00.")]
Key = Annotated[str, typer.Option("--id", help="Idempotency key: the same one is booked once.")]


def _say(state: AccountState) -> None:
    out.print(
        f"{state.account}: balance {format_euros(state.balance_cents)}, "
        f"on hold {format_euros(state.on_hold_cents)}, "
        f"still due {format_euros(state.receivable_cents)}, "
        f"released too much {format_euros(state.overpaid_cents)}",
        markup=False,
    )


def close_command(
    account: Account,
    *,
    ledger: LedgerPath,
    case: Annotated[
        str,
        typer.Option(
            "--case",
            help="granted, voluntary_return, forced_return, departed_unknown, dublin_transfer, "
            "died.",
        ),
    ],
    policy: Annotated[Path, typer.Option("--policy", help="The savings policy file.")],
    basis: LegalBasis,
    on: Day = None,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="Proof of heirship; only its digest is kept.")
    ] = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
) -> None:
    """Close an account: what is left goes where the policy says for the case.

    Example: reba close H-0001 --case granted --basis "left reception" --policy policy.toml
    --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        state = opened.close(
            account, case=case, policy=load_policy(policy), legal_basis=basis, on=day_of(on),
            evidence=evidence_digest(evidence), actor=actor, command_id=command_id,
        )  # fmt: skip
    closing = state.closing
    if closing is not None:
        left = format_euros(closing.amount_cents)
        out.print(f"{account}: closed, {left} left: {closing.disposition}", markup=False)
    for release in state.releases:
        if release.status == "requested":
            out.print(f"to be approved by another actor: {release.release}", markup=False)


def reopen_command(
    account: Account,
    *,
    ledger: LedgerPath,
    because: Annotated[
        str, typer.Option("--because", help="came_back, procedure_revoked, recorded_in_error.")
    ],
    basis: LegalBasis,
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
) -> None:
    """Reopen a closed account, as after a return from an unknown destination.

    Example: reba reopen H-0001 --because came_back --basis "registered again" --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        _say(
            opened.reopen(
                account, because=because, legal_basis=basis, on=day_of(on), actor=actor,
                command_id=command_id,
            )
        )  # fmt: skip


def transfer_command(
    source: Annotated[str, typer.Argument(help="The household that gives.")],
    target: Annotated[str, typer.Argument(help="The household that receives.")],
    *,
    ledger: LedgerPath,
    amount: Amount,
    because: Annotated[str, typer.Option("--because", help="split, merge, recorded_in_error.")],
    basis: LegalBasis,
    command_id: Key,
    on: Day = None,
    actor: Actor = "cli",
) -> None:
    """Move savings between accounts when a household splits or merges.

    Example: reba transfer H-0001 H-0009 --amount 75.00 --because split --basis "divorce"
    --id T-1 --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        for state in opened.transfer(
            source, target, amount_cents=parse_euros(amount), because=because,
            legal_basis=basis, command_id=command_id, on=day_of(on), actor=actor,
        ):  # fmt: skip
            _say(state)


def set_off_command(
    account: Account,
    *,
    ledger: LedgerPath,
    month: Annotated[str, typer.Option("--month", help="The month that is due, as 2015-03.")],
    amount: Amount,
    basis: LegalBasis,
    command_id: Key,
    on: Day = None,
    actor: Actor = "cli",
) -> None:
    """Settle what is due for a month with savings; only on a cited legal basis.

    Example: reba set-off H-0001 --month 2015-03 --amount 20.00 --basis "..." --id S-1
    --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        _say(
            opened.set_off(
                account, month=Month.parse(month), amount_cents=parse_euros(amount),
                legal_basis=basis, command_id=command_id, on=day_of(on), actor=actor,
            )
        )  # fmt: skip


def recover_command(
    account: Account,
    *,
    ledger: LedgerPath,
    amount: Amount,
    basis: LegalBasis,
    command_id: Key,
    on: Day = None,
    actor: Actor = "cli",
) -> None:
    """Book that a household paid back what was released too much.

    Example: reba recover H-0001 --amount 50.00 --basis "decision" --id R-1 --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        _say(
            opened.recover(
                account, amount_cents=parse_euros(amount), legal_basis=basis,
                command_id=command_id, on=day_of(on), actor=actor,
            )
        )  # fmt: skip
