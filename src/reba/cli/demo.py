"""`reba demo`: the main job on shipped input, in a temporary folder, from facts to audit."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from importlib import resources
from pathlib import Path

from reba.cli.console import out
from reba.cli.ledgers import print_audit
from reba.cli.running import print_report
from reba.law.parameters import load_law
from reba.ledger.audit import audit
from reba.ledger.ledger import Ledger, open_ledger
from reba.money import format_euros
from reba.months import Month
from reba.runs.month import run_month
from reba.savings.policy import load_policy

__all__ = ["demo"]

_MONTH = Month(2015, 3)


def _say(command: str) -> None:
    out.print(f"\n$ {command}", markup=False)


def _run(folder: Path, ledger: Ledger) -> None:
    report = run_month(
        folder / "facts.jsonl",
        month=_MONTH,
        ledger=ledger,
        policy=load_policy(folder / "policy.toml"),
        law=load_law(),
        out=folder / "out",
    )
    print_report(report)


def _damage(ledger: Path, copy: Path) -> None:
    """Change one amount in a copy, as someone with the database tools could."""
    shutil.copy(ledger, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute(
            "UPDATE entries SET body = replace(body, '\"reserved_cents\":', "
            "'\"reserved_cents\":9') WHERE seq = "
            "(SELECT min(seq) FROM entries WHERE kind = 'savings.reserved')"
        )


def demo() -> None:
    """Run the main job on shipped input: a month, the same again, an account, an audit.

    Everything happens in a temporary folder, which is removed afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="reba-demo-") as name:
        folder = Path(name)
        for file in ("facts.jsonl", "policy.toml"):
            source = resources.files("reba.cli") / "demo_data" / file
            (folder / file).write_bytes(source.read_bytes())
        place = folder / "ledger.reba"
        with open_ledger(place) as ledger:
            _say("reba run facts.jsonl --month 2015-03 --ledger ledger.reba --policy policy.toml")
            _run(folder, ledger)
            _say("reba run facts.jsonl ...        (the same again)")
            _run(folder, ledger)
            _say("reba account H-0001 --ledger ledger.reba")
            state = ledger.account("H-0001")
            out.print(
                f"assessed {format_euros(state.assessed_cents)}, "
                f"saved {format_euros(state.reserved_cents)}, "
                f"remitted {format_euros(state.remitted_cents)}"
            )
            _say("reba audit ledger.reba")
            print_audit(audit(ledger))
        _damage(place, folder / "copy.reba")
        _say("reba audit copy.reba            (a copy in which one amount was changed)")
        with open_ledger(folder / "copy.reba", create=False, read_only=True) as ledger:
            print_audit(audit(ledger))
