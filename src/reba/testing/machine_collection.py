"""The rules of the state machine that collect what is due: invoice, remind, write off."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from reba.months import Month
from reba.testing.machine_checks import expect
from reba.testing.machine_months import MonthsMachine, index, months

__all__ = ["CollectionMachine"]


class CollectionMachine(MonthsMachine):
    """What `MonthsMachine` does, and the collection of what is due."""

    @precondition(lambda self: any(s.months for s in self.sheets.values()))
    @rule(month=months, days=st.sampled_from([0, 14]))
    def invoice(self, month: int, days: int) -> None:
        """Invoice a month on every account: what is due, and not what was invoiced before."""
        text = self._month(month)
        day = self.today
        expected: list[tuple[str, int]] = []
        for name in sorted(self.sheets):
            sheet = self.sheets[name]
            due = sheet.due_cents(text) if text in sheet.months else 0
            owed = sheet.contributions()[text][0] if due else 0
            if due and (text not in sheet.due_on or sheet.due_on[text][1] != owed):
                expected.append((name, due))
                sheet.due_on[text] = day + timedelta(days=days), owed
        found = self._do(
            "C4", None,
            lambda: list(
                self.ledger.invoice_month(Month.parse(text), due_on=day + timedelta(days=days))
            ),
        )  # fmt: skip
        expect("C4", "what is invoiced", expected, [(i.account, i.amount_cents) for i in found])

    @precondition(lambda self: any(s.due_on for s in self.sheets.values()))
    @rule(number=index, month=months)
    def remind(self, number: int, month: int) -> None:
        """Remind of what is due, once the day to pay has come."""
        sheet = self._sheet(number)
        text = self._known_month(sheet, month)
        expected = None
        if text not in sheet.months:
            expected = "ledger.not_assessed"
        elif not sheet.due_cents(text):
            expected = "account.nothing_due"
        elif text not in sheet.due_on:
            expected = "account.not_invoiced"
        elif self.today < sheet.due_on[text][0]:
            expected = "ledger.too_early"
        self._do(
            "C4", expected,
            lambda: self.ledger.remind(
                sheet.account, month=Month.parse(text), command_id=self._id()
            ),
        )  # fmt: skip

    @precondition(lambda self: any(s.months for s in self.sheets.values()))
    @rule(number=index, month=months, cents=st.sampled_from([1, 5000, 20000]))
    def write_off(self, number: int, month: int, cents: int) -> None:
        """Write off what is due, or a part; what is paid after all was not written off."""
        sheet = self._sheet(number)
        text = self._known_month(sheet, month)
        expected = None
        if text not in sheet.months:
            expected = "ledger.not_assessed"
        elif not sheet.due_cents(text):
            expected = "account.nothing_due"
        elif cents > sheet.due_cents(text):
            expected = "account.above_receivable"
        self._do(
            "C4", expected,
            lambda: self.ledger.write_off(
                sheet.account, month=Month.parse(text), amount_cents=cents, because="hardship",
                legal_basis="decision", command_id=self._id(),
            ),
        )  # fmt: skip
        if expected is None:
            sheet.given_up[text] = sheet.given_up.get(text, 0) + cents
