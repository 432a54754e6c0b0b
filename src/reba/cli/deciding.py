"""`reba decision`, `reba release decision`: what was decided, as a letter to a household."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from reba.cli.accounts import KnownOn
from reba.cli.catalogs import AllowIncomplete, CatalogFile, language_of, tell_untranslated
from reba.cli.console import Account, Lang, Language, LedgerPath, err
from reba.cli.pages import Form, Out, write_page
from reba.ledger.desk import account_of
from reba.ledger.ledger import open_ledger
from reba.months import Month
from reba.statements.blocks import Page
from reba.statements.month_decision import find_month_decision, month_decision_page
from reba.statements.passages import DecisionKind, Passages, load_passages
from reba.statements.release_decision import find_release_decision, release_decision_page

__all__ = ["decision_command", "release_decision_command"]

_Fixed: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--passages", help="TOML with the sender and how to object; what it lacks is named."
    ),
]


def _passages(path: Path | None) -> Passages:
    return Passages() if path is None else load_passages(path)


def _warn(page: Page, passages: Passages, kind: DecisionKind, *more: str) -> None:
    tell_untranslated(page)
    missing = (*passages.missing(kind, page.language), *more)
    if missing:
        err.print(f"Do not send it yet; missing: {', '.join(missing)}. See --help.",
                  markup=False)  # fmt: skip


def decision_command(
    account: Account,
    *,
    ledger: LedgerPath,
    month: Annotated[str, typer.Option("--month", help="The month, as 2015-03.")],
    known_on: KnownOn = None,
    passages: _Fixed = None,
    lang: Language = Lang.nl,
    catalog: CatalogFile = None,
    allow_incomplete: AllowIncomplete = False,
    form: Form = None,
    out: Out = None,
) -> None:
    """Write the decision on a month as a letter: the amount, each step of it, and its source.

    Example: reba decision H-0001 --month 2015-03 --ledger coa.reba --passages letters.toml
    --out decision.pdf
    """
    wanted, fixed = str(Month.parse(month)), _passages(passages)
    language = language_of(lang, catalog, may_lack=allow_incomplete)
    with open_ledger(ledger, create=False, read_only=True) as opened:
        decision = find_month_decision(
            opened.account(account, known_on=known_on),
            opened.history(account, known_on=known_on),
            wanted,
            opened.documents,
        )
    page = month_decision_page(decision, language, fixed)
    write_page(page, form, out)
    _warn(page, fixed, "month")


def release_decision_command(
    release: Annotated[str, typer.Argument(help="The id of the release, as H-0001/12.")],
    *,
    ledger: LedgerPath,
    known_on: KnownOn = None,
    passages: _Fixed = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="Why less was approved, where the rules do not say so."),
    ] = None,
    lang: Language = Lang.nl,
    catalog: CatalogFile = None,
    allow_incomplete: AllowIncomplete = False,
    form: Form = None,
    out: Out = None,
) -> None:
    """Write the decision on a release as a letter: what was asked and decided, and why.

    Example: reba release decision H-0001/12 --ledger coa.reba --passages letters.toml
    """
    fixed, account = _passages(passages), account_of(release)
    language = language_of(lang, catalog, may_lack=allow_incomplete)
    with open_ledger(ledger, create=False, read_only=True) as opened:
        decision = find_release_decision(
            opened.account(account, known_on=known_on),
            opened.history(account, known_on=known_on),
            release,
            opened.documents.policy,
        )
    page = release_decision_page(decision, language, fixed, reason=reason)
    write_page(page, form, out)
    more = ["--reason"] if decision.reason_missing and reason is None else []
    _warn(page, fixed, "release", *more)
