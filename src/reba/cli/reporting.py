"""The report of an audit as a page, for who must file it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reba.cli.pages import write_page
from reba.errors import LedgerError
from reba.ledger.account_state import AccountState
from reba.ledger.findings import AuditReport
from reba.ledger.ledger import Ledger
from reba.statements.audit_page import Audited, audit_page
from reba.statements.blocks import Language
from reba.statements.movements import ledger_figures

__all__ = ["write_report"]


def _states(ledger: Ledger) -> Iterator[AccountState]:
    for account in ledger.accounts():
        try:
            yield ledger.account(account)
        except LedgerError:  # the findings name the account
            continue


def write_report(path: Path, ledger: Ledger, report: AuditReport, language: Language) -> None:
    """Write the report of an audit: a page where the file ends in .html or .pdf, else plain text.

    Amounts are those of the accounts that can be read; of others the findings tell.

    Raises:
        RunError: run.output.
        UsageError: usage.extra where the extra `pdf` is not installed.
        PageError: page.library, page.layout.
    """
    checked = report.checked
    audited = Audited(
        ledger.store.origin(),
        ledger.today(),
        report,
        ledger_figures(_states(ledger)),
        recomputed=checked["amounts"] != "as recorded",
        since=int(checked["since"]),
    )
    write_page(audit_page(audited, language), None, path)
