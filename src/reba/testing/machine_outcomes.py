"""The rules of the state machine about outcomes that differ, and that change after a decision."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from reba.testing.machine_cases import ADULTS, PURPOSES
from reba.testing.machine_money import MoneyMachine
from reba.testing.machine_months import index

__all__ = ["OutcomesMachine"]

_BOTH = ("granted", "voluntary_return")


class OutcomesMachine(MoneyMachine):
    """Everything before, and members whose procedures end differently or anew."""

    @precondition(lambda self: any(len(ADULTS[name]) > 1 for name in self.sheets))
    @rule(number=index)
    def members_end_differently(self, number: int) -> None:
        """Let one adult stay and the other leave, and ask for a release: somebody must decide."""
        names = [name for name in sorted(self.sheets) if len(ADULTS[name]) > 1]
        sheet = self.sheets[names[number % len(names)]]
        place = sorted(self.sheets).index(sheet.account)
        for member, kind in enumerate(_BOTH):
            self.record_event(place, member, kind, final=True, back=0)
        self._request(sheet, PURPOSES[0], 1, evidence=True, actor="anna")

    @precondition(lambda self: any(s.pick(("approved",)) for s in self.sheets.values()))
    @rule(number=index, kind=st.sampled_from(_BOTH))
    def the_outcome_changes(self, number: int, kind: str) -> None:
        """Revoke how a procedure ended, let it end anew, and try to pay what was approved (R2)."""
        sheet, release = self._release(number + 1, "approved")
        for event in list(sheet.events):
            self._revoke(sheet, event)
        place = sorted(self.sheets).index(sheet.account)
        for member in range(len(ADULTS[sheet.account])):
            self.record_event(place, member, kind, final=True, back=0)
        self._pay(sheet, release)
