"""`reba revise`, `reba collect`: what turned out otherwise, and what came in later."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from reba.cli.console import (
    Account,
    Actor,
    AsJson,
    Choices,
    CommandId,
    LedgerPath,
    Overlay,
    out,
    print_json,
)
from reba.error_codes import EXIT_FINDINGS
from reba.errors import UsageError
from reba.law.choices import MunicipalChoices, load_choices
from reba.law.parameters import load_law
from reba.ledger.ledger import Ledger, open_ledger
from reba.money import format_euros, parse_euros
from reba.months import Month
from reba.runs.revision import RevisionReport, revise_file, revise_range
from reba.savings.policy import SavingsPolicy, load_policy

__all__ = ["collect_command", "print_revisions", "revise_command"]

_SHOWN_MAX = 20

PolicyPath = Annotated[
    Path | None,
    typer.Option("--policy", help="The policy of months that were never split."),
]


def _signed(cents: int) -> str:
    return f"{'+' if cents > 0 else ''}{format_euros(cents)}" if cents else "0.00"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def print_revisions(report: RevisionReport) -> None:
    """Print what a revision changed, for people."""
    verb = "would be revised" if report.dry_run else "revised"
    out.print(
        f"{_count(report.households, 'household')}: {report.revised} {verb}, "
        f"{report.unchanged} unchanged, {report.already_booked} already booked, "
        f"{report.refused} refused; "
        f"{_count(report.rejected_rows, 'row')} rejected"
    )
    table = Table(show_edge=False)
    for heading in ("household", "month", "because", "contribution", "was", "saved", "was"):
        table.add_column(heading, justify="left" if heading[0] in "hmb" else "right")
    shown = [(r, month) for r in report.revisions for month in r.months]
    for revision, month in shown[:_SHOWN_MAX]:
        table.add_row(
            revision.account,
            month.month,
            month.because,
            format_euros(month.contribution_cents),
            format_euros(month.contribution_before_cents),
            format_euros(month.reserved_cents),
            format_euros(month.reserved_before_cents),
        )
    if shown:
        out.print(table)
    if len(shown) > _SHOWN_MAX:
        out.print(f"... and {len(shown) - _SHOWN_MAX} more; --out FOLDER writes them all")
    out.print(
        f"contribution {_signed(report.contribution_difference_cents)}, "
        f"saved {_signed(report.reserved_difference_cents)}, "
        f"released too much {_signed(report.overpaid_difference_cents)}"
    )
    for code, count in sorted(report.refused_by_code.items()):
        out.print(f"  refused {count} x {code}", markup=False)


def _policy(path: Path | None) -> SavingsPolicy | None:
    return None if path is None else load_policy(path)


def _load(path: Path | None) -> MunicipalChoices | None:
    return None if path is None else load_choices(path)


def _range(first: str | None, last: str | None, facts: Path | None) -> tuple[Month, Month] | None:
    if facts is not None and first is None and last is None:
        return None
    if facts is None and first is not None and last is not None:
        return Month.parse(first), Month.parse(last)
    raise UsageError("usage.option", reason="give a file of facts, or --from and --to")


def revise_command(
    facts: Annotated[
        Path | None, typer.Argument(help="Late or corrected facts: .jsonl, .json or .csv.")
    ] = None,
    *,
    ledger: LedgerPath,
    because: Annotated[
        str,
        typer.Option(
            "--because", help="late_facts, corrected_facts, law, objection, court, recomputed."
        ),
    ],
    first: Annotated[str | None, typer.Option("--from", help="First month, without facts.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month, without facts.")] = None,
    policy: PolicyPath = None,
    overlay: Overlay = None,
    choices: Choices = None,
    out_folder: Annotated[
        Path | None, typer.Option("--out", help="Folder for revisions.csv, rejects, report.json.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show all, book nothing.")] = False,
    allow_provisional: Annotated[
        bool,
        typer.Option("--allow-provisional", help="Book results that rest on unverified values."),
    ] = False,
    actor: Actor = "cli",
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Revise what was assessed: with other facts, or a range of months under another law.

    What stood stays in the ledger; the new entries name it. Later months that rest on a revised
    one are made right too.

    Examples: reba revise corrected.jsonl --because corrected_facts --ledger coa.reba --dry-run;
    reba revise --from 2015-01 --to 2015-06 --because law --overlay new.toml --ledger coa.reba
    """
    months = _range(first, last, facts)
    with open_ledger(ledger, create=False, read_only=dry_run) as opened:
        if facts is not None:
            report = revise_file(
                facts, ledger=opened, because=because, law=load_law(overlay),
                choices=_load(choices),
                policy=_policy(policy), out=out_folder, actor=actor, command_id=command_id,
                allow_provisional=allow_provisional, dry_run=dry_run,
            )  # fmt: skip
        else:
            report = _revise_months(
                opened,
                months,
                because,
                overlay,
                choices,
                out_folder,
                actor,
                allow_provisional,
                dry_run,
            )
    if as_json:
        print_json(report.to_record())
    else:
        print_revisions(report)
    if report.refused or report.rejected_rows:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FINDINGS)


def _revise_months(
    ledger: Ledger, months: tuple[Month, Month] | None, because: str, overlay: Path | None,
    choices: Path | None,
    out_folder: Path | None, actor: str, allow_provisional: bool, dry_run: bool,  # noqa: FBT001
) -> RevisionReport:  # fmt: skip
    if months is None:
        raise UsageError("usage.option", reason="give a file of facts, or --from and --to")
    law = None if because == "recomputed" else load_law(overlay)
    return revise_range(
        first=months[0], last=months[1], ledger=ledger, because=because, law=law,
        choices=_load(choices), out=out_folder,
        actor=actor, allow_provisional=allow_provisional, dry_run=dry_run,
    )  # fmt: skip


def collect_command(
    account: Account,
    *,
    ledger: LedgerPath,
    month: Annotated[str, typer.Option("--month", help="The month it is for, as 2015-03.")],
    amount: Annotated[str, typer.Option("--amount", help="Euros that came in, as 50.00.")],
    command_id: Annotated[
        str, typer.Option("--id", help="The bank's reference: the same one is booked once.")
    ],
    paid_back: Annotated[
        bool, typer.Option("--paid-back", help="The amount was paid back to the household.")
    ] = False,
    reference: Annotated[
        str | None, typer.Option("--reference", help="A reference for people; no bank account.")
    ] = None,
    policy: PolicyPath = None,
    actor: Actor = "cli",
    as_json: AsJson = False,
) -> None:
    """Book what came in for a month after its run, and split it.

    Example: reba collect H-0001 --month 2015-03 --amount 50.00 --id BANK-17 --ledger coa.reba
    """
    cents = parse_euros(amount)
    with open_ledger(ledger, create=False) as opened:
        state = opened.collect(
            account,
            month=Month.parse(month),
            amount_cents=-cents if paid_back else cents,
            command_id=command_id,
            policy=_policy(policy),
            reference=reference,
            actor=actor,
        )
    if as_json:
        print_json(state.to_record())
    else:
        out.print(
            f"{account}: collected {format_euros(state.collected_cents)}, "
            f"saved {format_euros(state.reserved_cents)}, "
            f"still due {format_euros(state.receivable_cents)}",
            markup=False,
        )
