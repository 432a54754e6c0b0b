"""The journal: every entry adds up to zero, and the books are the accounts (C4, R3)."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from reba import HouseholdMonth, Ledger, Month, load_policy, open_ledger
from reba.exports.journal import CHART, balances, journal, trial_balance
from reba.testing.machine import LedgerMachine
from reba.testing.machine_checks import expect
from unit.test_cli import POLICY, reba
from unit.test_ledger import WORKER


class JournalMachine(LedgerMachine):
    """Random histories of every command, with the books kept beside them."""

    reopens = False

    def teardown(self) -> None:
        by_entry: dict[int, int] = defaultdict(int)
        postings = list(journal(self.ledger.entries()))
        for posting in postings:
            by_entry[posting.seq] += posting.amount_cents
        expect("C4", "each entry adds up to zero", {0}, set(by_entry.values()) or {0})
        books = dict.fromkeys(CHART, 0)
        for account in self.ledger.accounts():
            for name, cents in balances(self.ledger.account(account)).items():
                books[name] += cents
        expect("C4", "the books are the accounts", books, trial_balance(postings))
        expect("C4", "transfers clear", 0, books["transfers"])
        if not self.destroyed:  # what was exported before a destruction is in no later export
            half = self.ledger.size() // 2
            parts = [p for p in postings if p.seq < half]
            parts += journal(self.ledger.entries(), since=half)
            expect("C4", "an export in two parts is the export in one", postings, parts)
        super().teardown()


def _in_memory(place: str, *, clock: Callable[[], datetime]) -> Ledger:
    assert place
    return open_ledger(":memory:", clock=clock)


JournalMachine.open_ledger = staticmethod(_in_memory)
TestTheBooks = JournalMachine.TestCase
TestTheBooks.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


@pytest.mark.invariant("C4")
def test_a_month_a_payment_and_a_write_off_in_the_books() -> None:
    clock = lambda: datetime(2015, 4, 1, 8, tzinfo=UTC)  # noqa: E731
    with open_ledger(":memory:", clock=clock) as ledger:
        facts = {**WORKER, "collected": "200.00"}
        ledger.assess(HouseholdMonth.model_validate(facts), policy=load_policy(POLICY))
        ledger.write_off(
            "H-1", month=Month(2015, 3), amount_cents=4000, because="hardship",
            legal_basis="decision", command_id="W-1",
        )  # fmt: skip
        books = trial_balance(journal(ledger.entries()))
    assert books == {
        "receivable": 6000, "written_off": 4000, "bank": 20000, "revenue": -20000,
        "savings": -10000, "held": 0, "overpaid": 0, "transfers": 0,
    }  # fmt: skip


def test_the_command_prints_postings_that_balance(tmp_path: Path) -> None:
    demo = Path(__file__).parents[2] / "src" / "reba" / "cli" / "demo_data" / "facts.jsonl"
    reba("run", str(demo), "--month", "2015-03", "--ledger", "l.reba", "--policy", POLICY,
         cwd=tmp_path)  # fmt: skip
    printed = reba("export", "l.reba", "--format", "csv", cwd=tmp_path).stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    debit, credit = (
        sum(int(row[side].replace(".", "")) for row in rows if row[side])
        for side in ("debit", "credit")
    )
    assert debit == credit > 0
    assert "Verplichting spaartegoeden" in printed
    lines = reba("export", "l.reba", "--format", "json", "--since", "4", cwd=tmp_path).stdout
    assert {json.loads(line)["seq"] >= 4 for line in lines.splitlines()} == {True}
