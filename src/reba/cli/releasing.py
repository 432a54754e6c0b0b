"""`reba procedure`, `reba release`: how the procedure ended, and what is paid out of savings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from reba.cli.console import (
    Account,
    Actor,
    AsJson,
    CommandId,
    Lang,
    Language,
    LedgerPath,
    LegalBasis,
    evidence_digest,
    out,
    print_json,
)
from reba.cli.words import LIMITS, PURPOSES, STATUSES, Day, day_of, words
from reba.ledger.account_state import ReleaseState
from reba.ledger.ledger import open_ledger
from reba.money import format_euros, parse_euros
from reba.savings.policy import load_policy
from reba.savings.release import Option

__all__ = ["print_options", "print_release", "procedure_app", "release_app"]

procedure_app = typer.Typer(no_args_is_help=True, help="Record how the asylum procedure goes.")
release_app = typer.Typer(no_args_is_help=True, help="Ask for, approve and pay releases.")

PolicyPath = Annotated[Path, typer.Option("--policy", help="The savings policy file.")]
Release = Annotated[str, typer.Argument(help="The id of the release, as H-0001/12.")]


# ── procedure ────────────────────────────────────────────────────────────────────────────────


@procedure_app.command("record")
def record(
    account: Account,
    *,
    ledger: LedgerPath,
    member: Annotated[str, typer.Option("--member", help="The member, as in the facts.")],
    event: Annotated[
        str, typer.Option("--type", help="granted, rejected, withdrawn, voluntary_return, ...")
    ],
    basis: LegalBasis,
    on: Day = None,
    final_on: Annotated[
        str | None, typer.Option("--final-on", help="Since when it is final; leave out if not.")
    ] = None,
    decided_on: Annotated[
        str | None, typer.Option("--decided-on", help="The decision's day, before the account's.")
    ] = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
) -> None:
    """Record an event of one member. Whether it is final is said, never inferred.

    Example: reba procedure record H-0001 --member P-1 --type granted --on 2015-05-20
    --final-on 2015-05-20 --basis "decision of 20 May 2015" --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        event_id = opened.record_procedure(
            account, member=member, type=event, on=day_of(on), final_on=day_of(final_on),
            decided_on=day_of(decided_on), legal_basis=basis, actor=actor, command_id=command_id,
        )  # fmt: skip
        state = opened.account(account)
    out.print(f"recorded {event_id}: the procedure is {state.procedure}", markup=False)
    if state.outcome is not None:
        out.print(f"outcome: {state.outcome}")
    elif state.procedure_state.waiting_for:
        out.print(f"waiting for: {', '.join(state.procedure_state.waiting_for)}", markup=False)


@procedure_app.command("revoke")
def revoke(
    event: Annotated[str, typer.Argument(help="The id of the event, as H-0001/11.")],
    *,
    ledger: LedgerPath,
    because: Annotated[
        str,
        typer.Option(
            "--because",
            help="appeal_upheld, new_application, permit_withdrawn, came_back, recorded_in_error.",
        ),
    ],
    basis: LegalBasis,
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
) -> None:
    """Revoke an event: releases stop, and what was paid stays paid.

    Example: reba procedure revoke H-0001/11 --because appeal_upheld --basis "AWB 15/1"
    --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        revocation = opened.revoke_procedure(
            event, because=because, on=day_of(on), legal_basis=basis, actor=actor,
            command_id=command_id,
        )  # fmt: skip
    out.print(f"revoked {event} by {revocation}", markup=False)


@procedure_app.command("decide")
def decide(
    account: Account,
    *,
    ledger: LedgerPath,
    group: Annotated[str, typer.Option("--group", help="granted or return.")],
    basis: LegalBasis,
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
) -> None:
    """Decide which group applies to a household whose members have different outcomes.

    Example: reba procedure decide H-0001 --group granted --basis "decision of 1 June 2015"
    --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        decision = opened.decide_outcome(
            account, group=group, on=day_of(on), legal_basis=basis, actor=actor,
            command_id=command_id,
        )  # fmt: skip
    out.print(f"decided {decision}: {group}", markup=False)


# ── release ──────────────────────────────────────────────────────────────────────────────────


def print_release(state: ReleaseState, lang: Lang = Lang.en) -> None:
    """Print one release, for people."""
    dutch = lang is Lang.nl
    purpose = words(PURPOSES[state.purpose], dutch=dutch)
    status = words(STATUSES[state.status], dutch=dutch)
    out.print(f"{state.release}: {purpose} {format_euros(state.amount_cents)}, {status}",
              markup=False)  # fmt: skip


def _show(state: ReleaseState, *, as_json: bool) -> None:
    if as_json:
        print_json(state.to_record())
    else:
        print_release(state)


@release_app.command("request")
def request(
    account: Account,
    *,
    ledger: LedgerPath,
    policy: PolicyPath,
    purpose: Annotated[str, typer.Option("--purpose", help="furnishing, deposit, travel, ...")],
    amount: Annotated[str, typer.Option("--amount", help="Euros, as 250.00.")],
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="The document; only its digest enters the ledger."),
    ] = None,
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Ask for a release, and hold the amount.

    Example: reba release request H-0001 --purpose furnishing --amount 250.00
    --evidence quote.pdf --policy policy.toml --ledger coa.reba --actor kees
    """
    with open_ledger(ledger, create=False) as opened:
        state = opened.request_release(
            account, purpose=purpose, amount_cents=parse_euros(amount),
            policy=load_policy(policy), on=day_of(on), evidence=evidence_digest(evidence),
            actor=actor, command_id=command_id,
        )  # fmt: skip
    _show(state, as_json=as_json)


@release_app.command("approve")
def approve(
    release: Release,
    *,
    ledger: LedgerPath,
    policy: PolicyPath,
    amount: Annotated[
        str | None, typer.Option("--amount", help="Euros, to approve a part.")
    ] = None,
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Approve a release, or a part of it; decided again, by another actor.

    Example: reba release approve H-0001/12 --policy policy.toml --ledger coa.reba --actor anna
    """
    with open_ledger(ledger, create=False) as opened:
        state = opened.approve_release(
            release, policy=load_policy(policy),
            amount_cents=None if amount is None else parse_euros(amount), on=day_of(on),
            actor=actor, command_id=command_id,
        )  # fmt: skip
    _show(state, as_json=as_json)


@release_app.command("reject")
def reject(
    release: Release,
    *,
    ledger: LedgerPath,
    because: Annotated[
        str,
        typer.Option(
            "--because",
            help="not_needed, withdrawn, evidence_insufficient, procedure_revoked, "
            "recorded_in_error.",
        ),
    ],
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Reject a release that is not paid: what was held is free again.

    Example: reba release reject H-0001/12 --because withdrawn --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        state = opened.reject_release(
            release, because=because, on=day_of(on), actor=actor, command_id=command_id
        )
    _show(state, as_json=as_json)


@release_app.command("pay")
def pay(
    releases: Annotated[list[str], typer.Argument(help="The ids of the releases of the batch.")],
    *,
    ledger: LedgerPath,
    batch: Annotated[str, typer.Option("--batch", help="The name of the payment batch.")],
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
) -> None:
    """Record that approved releases were paid in a batch: all of them, or none.

    Example: reba release pay H-0001/12 H-0002/9 --batch 2015-06-A --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        states = opened.pay_release(
            releases, batch=batch, on=day_of(on), actor=actor, command_id=command_id
        )
    for state in states:
        print_release(state)


@release_app.command("return")
def return_(
    release: Release,
    *,
    ledger: LedgerPath,
    because: Annotated[
        str,
        typer.Option("--because", help="account_unknown, account_closed, refused_by_bank, other."),
    ],
    reference: Annotated[
        str | None, typer.Option("--reference", help="A reference for people; no bank account.")
    ] = None,
    on: Day = None,
    actor: Actor = "cli",
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Record that the bank sent a payment back: it is savings again.

    Example: reba release return H-0001/12 --because account_unknown --ledger coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        state = opened.return_release(
            release, because=because, reference=reference, on=day_of(on), actor=actor,
            command_id=command_id,
        )  # fmt: skip
    _show(state, as_json=as_json)


def print_options(account: str, options: tuple[Option, ...], lang: Lang) -> None:
    """Print what a household may use how much for, and why not more."""
    dutch = lang is Lang.nl
    head = f"{account}: waarvoor het tegoed mag worden gebruikt" if dutch else (
        f"{account}: what the savings may be used for"
    )  # fmt: skip
    out.print(head, markup=False)
    table = Table(show_edge=False)
    headings = (
        ("doel", "nu", "maximum", "gebruikt", "bewijsstuk", "waarom niet meer")
        if dutch
        else ("purpose", "now", "maximum", "used", "evidence", "why not more")
    )
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if 0 < index < len("now") + 1 else "left")
    evidence = ("ja", "nee") if dutch else ("yes", "no")
    for option in options:
        why = ("dit is het tegoed", "this is the balance")
        if option.limited_by is not None:
            why = LIMITS[option.limited_by]
        table.add_row(
            words(PURPOSES[option.purpose], dutch=dutch),
            format_euros(option.most_cents),
            format_euros(option.max_cents),
            format_euros(option.used_cents),
            evidence[0] if option.evidence else evidence[1],
            words(why, dutch=dutch),
        )
    out.print(table)


@release_app.command("options")
def options(
    account: Account,
    *,
    ledger: LedgerPath,
    policy: PolicyPath,
    on: Day = None,
    lang: Language = Lang.en,
    as_json: AsJson = False,
) -> None:
    """Say what a household may use how much for today, and why not more.

    Example: reba release options H-0001 --policy policy.toml --ledger coa.reba --lang nl
    """
    with open_ledger(ledger, create=False, read_only=True) as opened:
        found = opened.release_options(account, policy=load_policy(policy), on=day_of(on))
    if as_json:
        records = [{**option._asdict(), "notes": list(option.notes)} for option in found]
        print_json({"account": account, "options": records})
    else:
        print_options(account, found, lang)
