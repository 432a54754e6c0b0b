"""The rules of the state machine about records whose term has passed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from reba.months import Month
from reba.testing.machine_checks import expect, outcome_of
from reba.testing.machine_months import index
from reba.testing.machine_outcomes import OutcomesMachine
from reba.testing.spreadsheet import Sheet

__all__ = ["DestructionMachine"]

_IDLE_DAYS: Final = 32
_LAST_DAY: Final = date(2015, 10, 30)


def _overcollected_cents(sheet: Sheet) -> int:
    paid = {m: sheet.collected.get(m, 0) + sheet.set_off.get(m, 0) for m in sheet.months}
    due = sheet.contributions()
    return sum(max(0, cents - due[month][0]) for month, cents in paid.items())


class DestructionMachine(OutcomesMachine):
    """Everything before, and the destruction of records in between."""

    def _is_settled(self, sheet: Sheet) -> bool:
        due = sum(sheet.due_cents(month) for month in sheet.months)
        return not (
            due or _overcollected_cents(sheet) or sheet.net_cents() or sheet.on_hold_cents()
        )

    def _destroy(self, sheet: Sheet, term: str, *, term_is_over: bool) -> None:
        expected = None
        if not sheet.closed:
            expected = "account.not_closed"
        elif not self._is_settled(sheet):
            expected = "account.unsettled"
        elif not term_is_over:
            expected = "account.term_not_over"
        account, totals = sheet.account, sheet.totals()
        self._do(
            "H3", expected,
            lambda: self.ledger.destroy(
                account, legal_basis="selection list", term=term, command_id=self._id()
            ),
        )  # fmt: skip
        if expected is None:
            self._is_destroyed(account, totals)

    def _is_destroyed(self, account: str, totals: dict[str, int]) -> None:
        self.ledger.purge()
        self.destroyed[account] = totals
        del self.sheets[account]
        *before, last = self.ledger.history(account)
        expect("H3", "no body is left", {None}, {entry.body_json for entry in before})
        expect("H3", "no salt is left", {None}, {entry.salt for entry in before})
        expect("H3", "the destruction stands", "records.destroyed", last.kind)
        for asked, valid_on, known_on, _ in self.snapshots:
            if asked == account:  # what was known then can no longer be told
                asking = partial(self.ledger.account, account, valid_on=valid_on, known_on=known_on)
                expect("H3", "what was known then", "ledger.destroyed", outcome_of(asking)[0])
        self.snapshots = [each for each in self.snapshots if each[0] != account]

    @precondition(lambda self: self.sheets)
    @rule(number=index)
    def destroy_too_early(self, number: int) -> None:
        """Try to destroy records before their term has passed (H3)."""
        self._destroy(self._sheet(number), "P200Y", term_is_over=False)

    @precondition(
        lambda self: self.today < _LAST_DAY and any(s.closed for s in self.sheets.values())
    )
    @rule(number=index)
    def destroy_after_the_term(self, number: int) -> None:
        """Let the term pass, and destroy the records of what is settled (H3)."""
        closed = [sheet for sheet in self.sheets.values() if sheet.closed]
        self.now += timedelta(days=_IDLE_DAYS)
        self._destroy(closed[number % len(closed)], "P1M", term_is_over=True)

    @precondition(
        lambda self: self.today < _LAST_DAY and any(self._outcome(name) for name in self.sheets)
    )
    @rule(number=index, case=st.sampled_from(["granted", "died"]))
    def settle_close_and_destroy(self, number: int, case: str) -> None:
        """Settle all that is due of a household, close its account, and destroy its records."""
        sheet = self._sheet(number)
        if sheet.closed or self._outcome(sheet.account) is None:
            return
        for month in sorted(sheet.months):
            self._settle(sheet, month)
        for release in list(sheet.releases.values()):
            if release.status == "approved":
                self._pay(sheet, release)
        self.close_the_account(number, case, fits=True)
        for release in list(sheet.releases.values()):
            if release.status == "requested":
                self._approve(sheet, release, release.amount_cents, "anna")
            if release.status == "approved":
                self._pay(sheet, release)
        self._destroy(sheet, "P200Y", term_is_over=False)
        self.now += timedelta(days=_IDLE_DAYS)
        self._destroy(sheet, "P1M", term_is_over=True)

    def _settle(self, sheet: Sheet, month: str) -> None:
        """Collect what is due for a month."""
        due = sheet.due_cents(month)
        if not due:
            return
        self._do(
            "C4", None,
            lambda: self.ledger.collect(
                sheet.account, month=Month.parse(month), amount_cents=due, policy=self.policy,
                command_id=self._id(),
            ),
        )  # fmt: skip
        sheet.collected[month] = sheet.collected.get(month, 0) + due
