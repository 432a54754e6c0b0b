"""Random histories of every command, in two files that beancount reads as one (C4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Balance, Transaction
from hypothesis import settings

from reba import Ledger, open_ledger
from reba.exports.booking import Journal
from reba.exports.journal import journal, trial_balance, whole_journal
from reba.exports.kept_journal import KeptJournal
from reba.exports.mapping import load_mapping
from reba.exports.plain_text import as_beancount
from reba.exports.span import Span, find_span
from reba.testing.machine import LedgerMachine
from reba.testing.machine_checks import expect

MAPPING = load_mapping(Path(__file__).parents[2] / "examples" / "finance" / "mapping.toml")
_LINES_SEEN = [0]
_OF_MONTHS = {
    "assessed_cents": "contribution_cents",
    **{
        name: name
        for name in (
            "collected_cents", "receivable_cents", "overcollected_cents", "written_off_cents",
            "reserved_cents", "remitted_cents",
        )
    },
}  # fmt: skip


class BooksMachine(LedgerMachine):
    """Random histories, exported in two parts: one that was made at half of it, and the rest."""

    reopens = False

    def _part(self, since: int, until: int, *, tomorrow: bool) -> str:
        entries = list(self.ledger.entries(0, until))
        today = self.ledger.today() + timedelta(days=1 if tomorrow else 0)
        if not tomorrow and until < self.ledger.size():
            today = find_span(entries, today=today).last_day or today  # the day may have gone on
        span = find_span(entries, today=today, since=since)
        read = lambda: whole_journal(entries, since=since, until=until)  # noqa: E731
        text = "".join(as_beancount(read, MAPPING, span))
        with KeptJournal(read) as kept:
            expect("E2", "read once, it says the same", text, _joined(kept, span))
        return text

    def _check_totals(self) -> None:
        """Hold the totals, which are added up in one go, against the months one by one."""
        for account in self.ledger.accounts():
            state = self.ledger.account(account)
            if state.destruction is None:
                for total, of_month in _OF_MONTHS.items():
                    expected = sum(getattr(month, of_month) for month in state.months)
                    expect("C4", f"{total} of {account}", expected, getattr(state, total))

    def teardown(self) -> None:
        self._check_totals()
        size = self.ledger.size()
        # What was exported before a destruction can only be exported again with it.
        half = 0 if self.destroyed else size // 2
        text = self._part(0, half, tomorrow=False) + self._part(half, size, tomorrow=True)
        entries, errors, _ = loader.load_string(text)
        expect("C4", "beancount finds no fault", [], [error.message for error in errors])
        books = dict.fromkeys((MAPPING.account(name, "2015-01-01").number for name in _NAMES), 0)
        for entry in entries:
            if isinstance(entry, Transaction):
                for posting in entry.postings:
                    assert posting.units is not None
                    number = posting.account.split(":")[1]
                    books[number] += int((posting.units.number or 0) * 100)
            _LINES_SEEN[0] += isinstance(entry, Balance)
        ours = trial_balance(journal(self.ledger.entries()))
        for name, cents in ours.items():
            number = MAPPING.account(name, "2015-01-01").number
            expect("C4", f"the balance of {name}", cents, books[number])
        super().teardown()


def _joined(journal: Journal, span: Span) -> str:
    return "".join(as_beancount(journal, MAPPING, span))


_NAMES = tuple(trial_balance([]))


def _in_memory(place: str, *, clock: Callable[[], datetime]) -> Ledger:
    assert place
    return open_ledger(":memory:", clock=clock)


BooksMachine.open_ledger = staticmethod(_in_memory)


@pytest.mark.invariant("C4")
def test_beancount_adds_up_what_random_histories_say() -> None:
    histories = BooksMachine.TestCase
    histories.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
    histories("runTest").runTest()
    assert _LINES_SEEN[0] > 0  # without balances the histories would have shown nothing
