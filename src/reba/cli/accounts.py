"""`reba account`, `reba history`, `reba statement`: look into one account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer
from rich.table import Table

from reba.cli.catalogs import AllowIncomplete, CatalogFile, language_of, tell_untranslated
from reba.cli.console import Account, AsJson, Lang, Language, LedgerPath, out, print_json
from reba.cli.pages import Form, Out, write_page
from reba.cli.words import AMOUNTS, PURPOSES, STATUSES, day_of, words
from reba.ledger.account_state import AccountState, Destruction
from reba.ledger.entries import Entry
from reba.ledger.ledger import Ledger, open_ledger
from reba.money import format_euros
from reba.savings.policy import SavingsPolicy, load_policy
from reba.statements.statement import make_statement

__all__ = ["account_command", "history_command", "print_account", "statement_command"]

ValidOn = Annotated[
    str | None,
    typer.Option("--valid-on", help="The day asked about; what takes effect later is left out."),
]
KnownOn = Annotated[
    str | None,
    typer.Option("--known-on", help="A date or instant; what was recorded later is left out."),
]

_ALWAYS_SHOWN = frozenset(
    {
        "assessed_cents", "collected_cents", "receivable_cents", "reserved_cents",
        "remitted_cents", "released_cents", "on_hold_cents", "balance_cents", "available_cents",
        "overpaid_cents",
    }
)  # fmt: skip


def _print_releases(state: AccountState, *, dutch: bool) -> None:
    if not state.releases:
        return
    table = Table(show_edge=False)
    headings = (
        ("vrijgave", "doel", "bedrag", "status")
        if dutch
        else ("release", "purpose", "amount", "status")
    )
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index == len(headings) // 2 else "left")
    for release in state.releases:
        table.add_row(
            release.release,
            words(PURPOSES[release.purpose], dutch=dutch),
            format_euros(release.amount_cents),
            words(STATUSES[release.status], dutch=dutch),
        )
    out.print(table)


def _print_procedure(state: AccountState, *, dutch: bool) -> None:
    status = {"open": ("loopt", "open"), "ended": ("afgelopen", "ended")}[state.procedure]
    line = f"  {'procedure':<22}{words(status, dutch=dutch):>14}"
    if state.outcome is not None:
        line += f" ({state.outcome})"
    out.print(line, markup=False)
    if state.closing is not None:
        label = "gesloten" if dutch else "closed"
        out.print(f"  {label:<22}{state.closing.on:>14} ({state.closing.case})", markup=False)


def _print_destruction(destruction: Destruction, *, dutch: bool) -> None:
    if dutch:
        happened = f"De gegevens van deze rekening zijn vernietigd op {destruction.on}"
        term = f"bewaartermijn {destruction.term}, voorbij op {destruction.term_ended_on}"
        left = "wat rest zijn de totalen"
    else:
        happened = f"The records of this account were destroyed on {destruction.on}"
        term = f"retention term {destruction.term}, over on {destruction.term_ended_on}"
        left = "what is left are the totals"
    out.print(f"  {happened}: {destruction.legal_basis} ({term}); {left}.", markup=False)


def print_account(state: AccountState, lang: Lang) -> None:
    """Print what is owed, saved, released and left for one household."""
    dutch = lang is Lang.nl
    head = "Rekening" if dutch else "Account"
    out.print(f"{head} {state.account} ({state.scheme}), {state.on.isoformat()}", markup=False)
    for name, pair in AMOUNTS.items():
        cents = cast("int", getattr(state, name))
        if cents or name in _ALWAYS_SHOWN:
            out.print(f"  {words(pair, dutch=dutch):<22}{format_euros(cents):>14}")
    if state.destruction is not None:
        _print_destruction(state.destruction, dutch=dutch)
        return
    _print_procedure(state, dutch=dutch)
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
    _print_releases(state, dutch=dutch)


def account_command(
    account: Account,
    ledger: LedgerPath,
    *,
    valid_on: ValidOn = None,
    known_on: KnownOn = None,
    as_json: AsJson = False,
    lang: Language = Lang.en,
) -> None:
    """Show what is owed, saved, released and left for one household.

    What was known on one day about another: --known-on and --valid-on.

    Example: reba account H-0001 --ledger coa.reba --valid-on 2015-03-31 --known-on 2015-04-15
    """
    with open_ledger(ledger, create=False, read_only=True) as opened:
        state = opened.account(account, valid_on=day_of(valid_on), known_on=known_on)
    if as_json:
        print_json(state.to_record())
    else:
        print_account(state, lang)


_TOLD = (
    "contribution_cents", "collected_cents", "reserved_cents", "remitted_cents", "amount_cents",
)  # fmt: skip
_NAMED = ("because", "member", "type", "final_on", "group", "purpose", "release", "batch", "case",
          "disposition", "counterpart", "legal_basis", "reference", "term",
          "term_ended_on")  # fmt: skip


def _story(entry: Entry) -> str:
    body = entry.body
    if body is None:
        return "(destroyed)"
    amounts = cast("dict[str, object]", body.get("amounts", {}))
    parts = [
        f"{name.removesuffix('_cents')} {format_euros(cast('int', value))}"
        for name in _TOLD
        if (value := body.get(name, amounts.get(name))) is not None
    ]
    parts += [f"{name} {value}" for name in _NAMED if (value := body.get(name)) is not None]
    return ", ".join(parts)


def history_command(
    account: Account,
    ledger: LedgerPath,
    *,
    known_on: KnownOn = None,
    as_json: AsJson = False,
) -> None:
    """Tell the story of an account in order of recording, with what superseded what.

    Example: reba history H-0001 --ledger coa.reba
    """
    with open_ledger(ledger, create=False, read_only=True) as opened:
        entries = opened.history(account, known_on=known_on)
    superseded = {entry.supersedes: entry.entry_id for entry in entries if entry.supersedes}
    if as_json:
        records = [
            {
                "seq": entry.seq,
                "entry_id": entry.entry_id,
                "kind": entry.kind,
                "effective": entry.effective,
                "recorded_at": entry.recorded_at,
                "actor": entry.actor,
                "command_id": entry.command_id,
                "supersedes": entry.supersedes,
                "superseded_by": superseded.get(entry.entry_id),
                "body": entry.body,
            }
            for entry in entries
        ]
        print_json({"account": account, "entries": records})
        return
    for entry in entries:
        links = ""
        if entry.supersedes is not None:
            links += f"  supersedes {entry.supersedes}"
        if entry.entry_id in superseded:
            links += f"  (superseded by {superseded[entry.entry_id]})"
        out.print(
            f"{entry.recorded_at[:16].replace('T', ' ')}  {entry.entry_id}  {entry.kind}  "
            f"{entry.effective}  by {entry.actor}{links}",
            markup=False,
        )
        out.print(f"    {_story(entry)}", markup=False)


def _recorded_policy(ledger: Ledger, account: str, known_on: str | None) -> SavingsPolicy | None:
    """Return the policy the account was last split or released under."""
    for entry in reversed(ledger.history(account, known_on=known_on)):
        digest = (entry.body or {}).get("policy")
        if isinstance(digest, str):
            return ledger.documents.policy(digest)
    return None


def statement_command(
    account: Account,
    ledger: LedgerPath,
    *,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="The policy to tell about; by default the one recorded."),
    ] = None,
    valid_on: ValidOn = None,
    known_on: KnownOn = None,
    lang: Language = Lang.nl,
    catalog: CatalogFile = None,
    allow_incomplete: AllowIncomplete = False,
    form: Form = None,
    file: Out = None,
) -> None:
    """Write what a resident and a caseworker read: what came in, was saved, and may be used.

    Example: reba statement H-0001 --ledger coa.reba --lang en --format html > statement.html

    Example: reba statement H-0001 --ledger coa.reba --out statement.pdf
    """
    language = language_of(lang, catalog, may_lack=allow_incomplete)
    with open_ledger(ledger, create=False, read_only=True) as opened:
        state = opened.account(account, valid_on=day_of(valid_on), known_on=known_on)
        told = (
            _recorded_policy(opened, account, known_on) if policy is None else load_policy(policy)
        )
        options = (
            ()
            if told is None
            else opened.release_options(
                account, policy=told, on=state.on, valid_on=day_of(valid_on), known_on=known_on
            )
        )
    statement = make_statement(state, options, told, language)
    write_page(statement, form, file)
    tell_untranslated(statement)
