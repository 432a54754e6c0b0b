"""A small history that says every kind of thing a ledger says, told the same way each time.

`write_ledger.py` told it once for each set of files in `tests/golden/ledger/`; those are never made
again. The tests tell it to today's code, to see whether what is written changed its shape.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from reba import HouseholdMonth, Law, Ledger, Month
from reba.law.choices import MunicipalChoices
from reba.ledger.stores.protocol import Store
from reba.savings.policy import SavingsPolicy

__all__ = ["LAST_DAY", "Salts", "retell_months", "tell"]

MARCH, APRIL, FEBRUARY, OCTOBER = (
    Month(2015, 3), Month(2015, 4), Month(2015, 2), Month(2025, 10),
)  # fmt: skip
BASIS = "decision of the day"
EVIDENCE = "e" * 64
LAST_DAY = date(2026, 1, 31)
"""The day on which the accounts of the story are looked at."""


class Salts:
    """Bytes that are the same each time: no salt for a real ledger."""

    def __init__(self) -> None:
        self._taken = 0

    def __call__(self, count: int) -> bytes:
        blocks: list[bytes] = []
        while sum(map(len, blocks)) < count:
            blocks.append(hashlib.sha256(f"golden salt {self._taken}".encode()).digest())
            self._taken += 1
        return b"".join(blocks)[:count]


class _Clock:
    """A second passes with each entry; the story says when a new day begins."""

    def __init__(self) -> None:
        self._now = datetime(2015, 4, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def day(self, day: str) -> None:
        self._now = datetime.fromisoformat(f"{day}T08:00:00+00:00")


def _facts(household: str, month: Month, net: str, collected: str | None, **more: Any) -> Any:
    members = more.pop("members", [("P-1", "1990-05-14")])
    people: list[dict[str, Any]] = [
        {"id": name, "born": born, "residence_status": "permit_holder", "obligations": "0.00"}
        for name, born in members
    ]
    people[0]["income"] = [
        {"kind": "earnings", "net": net},
        {"kind": "gift", "net": "25.00", "justified": True, "reason": 'een cadeau: "één" fiets'},
    ]
    facts: dict[str, Any] = {
        "scheme": "reba-2008", "month": str(month), "household": household, "members": people,
        "provisions": {"shelter": True, "catering": False}, **more,
    }  # fmt: skip
    if collected is not None:
        facts["collected"] = collected
    return HouseholdMonth.model_validate(facts)


def _municipal(household: str, net: str, collected: str) -> HouseholdMonth:
    return HouseholdMonth.model_validate(
        {
            "scheme": "rooo", "month": str(OCTOBER), "household": household,
            "members": [
                {
                    "id": "P-1", "born": "1990-05-14", "absent_days_this_year": 3,
                    "income": [
                        {"kind": "earnings", "net": net, "earned_in": "2025-09", "basis": "uwv"}
                    ],
                },
                {"id": "P-2", "born": "2015-06-01"},
            ],
            "provisions": {"shelter": True, "catering": True}, "collected": collected,
        }
    )  # fmt: skip


class _Story:
    def __init__(
        self, ledger: Ledger, clock: _Clock, law: Law, policy: SavingsPolicy,
        choices: MunicipalChoices,
    ) -> None:  # fmt: skip
        self.ledger, self.clock = ledger, clock
        self.law, self.policy, self.choices = law, policy, choices

    def _ended(self, account: str, member: str, type_: str, on: str, **more: Any) -> str:
        day = date.fromisoformat(on)
        asked: dict[str, Any] = {"on": day, "final_on": day, "legal_basis": BASIS, **more}
        return self.ledger.record_procedure(account, member=member, type=type_, **asked)

    def months(self) -> None:
        """account.opened, contribution.assessed, .collected, .revised, savings.reserved, ..."""
        ledger = self.ledger
        under: dict[str, Any] = {"policy": self.policy, "law": self.law}
        couple = [("P-1", "1990-05-14"), ("P-2", "1991-06-15"), ("P-3", "2010-02-03")]
        started = {"at_start": "6290.00", "debts_at_start": "0.00", "started_on": "2014-06-01"}
        sold = {"on": "2015-01-14", "kind": "sale", "amount": "100.00"}
        owned = {**started, "receipts": [sold], "charged_before": "0.00"}
        run = [
            _facts("H-1", MARCH, "900.00", "300.00", members=couple),
            _facts("H-2", MARCH, "150.00", None),
            _facts("H-3", MARCH, "400.00", "200.00", assets=owned),
            _facts("H-4", MARCH, "700.00", "350.00"),
            _facts("H-5", MARCH, "600.00", "300.00"),
        ]
        list(ledger.run_month(run, **under))
        ledger.collect(
            "H-2", month=MARCH, amount_cents=5000, command_id="bank/1", reference="batch 7, line 1",
            policy=self.policy,
        )  # fmt: skip
        ledger.collect("H-2", month=MARCH, amount_cents=-1000, command_id="bank/2")
        self.clock.day("2015-05-04")
        for facts in (
            _facts("H-1", APRIL, "950.00", "400.00", members=couple),
            _facts("H-3", APRIL, "400.00", "200.00", assets=owned),
        ):
            ledger.assess(facts, actor="payroll", **under)
        lower = _facts("H-1", MARCH, "650.00", "280.00", members=couple)
        ledger.revise(lower, because="corrected_facts", law=self.law, command_id="revise/1")
        # A month before those booked: what it charges to the assets changes the later ones.
        ledger.assess(_facts("H-3", FEBRUARY, "400.00", "200.00", assets=owned), **under)

    def receivables(self) -> None:
        """receivable.invoiced, .reminded, .written_off, savings.set_off."""
        ledger = self.ledger
        self.clock.day("2015-05-11")
        list(ledger.invoice_month(MARCH, due_on=date(2015, 6, 1)))
        self.clock.day("2015-06-08")
        ledger.remind("H-4", month=MARCH)
        ledger.write_off(
            "H-4", month=MARCH, amount_cents=5000, because="hardship", legal_basis=BASIS,
            command_id="off/1",
        )  # fmt: skip
        ledger.set_off(
            "H-4", month=MARCH, amount_cents=2500, legal_basis="Awb art. 4:93", command_id="set/1"
        )

    def releases(self) -> None:
        """procedure.recorded, .revoked, release.*, overpaid.recovered."""
        ledger, policy = self.ledger, self.policy
        self.clock.day("2015-06-09")
        self._ended("H-1", "P-1", "granted", "2015-06-01", decided_on=date(2015, 5, 28))
        wrong = self._ended("H-1", "P-2", "rejected", "2015-06-02")
        ledger.decide_outcome("H-1", group="granted", legal_basis=BASIS)
        ledger.revoke_procedure(wrong, because="appeal_upheld", legal_basis=BASIS)
        self._ended("H-1", "P-2", "granted", "2015-06-03", final_on=None)
        self._ended("H-1", "P-2", "granted", "2015-06-03")  # final now: supersedes
        asked: dict[str, Any] = {"policy": policy, "actor": "kees", "evidence": EVIDENCE}
        self.clock.day("2015-06-10")
        first, second, third = (
            ledger.request_release("H-1", purpose=purpose, amount_cents=cents, **asked).release
            for purpose, cents in (("furnishing", 9000), ("deposit", 4000), ("bridging", 1500))
        )
        self.clock.day("2015-06-11")
        ledger.approve_release(first, policy=policy, actor="anna")
        ledger.approve_release(second, policy=policy, actor="anna", amount_cents=3000)
        ledger.reject_release(third, because="not_needed", actor="anna")
        self.clock.day("2015-06-12")
        ledger.pay_release([first, second], batch="2015-06-A", actor="bank")
        self.clock.day("2015-06-15")
        ledger.return_release(
            second, because="account_unknown", reference="return 12", actor="bank"
        )
        less = _facts("H-1", MARCH, "100.00", "75.00", members=[
            ("P-1", "1990-05-14"), ("P-2", "1991-06-15"), ("P-3", "2010-02-03"),
        ])  # fmt: skip
        april = less.model_copy(update={"month": APRIL})
        ledger.revise([less, april], because="late_facts", law=self.law, command_id="revise/2")
        overpaid = ledger.account("H-1").overpaid_cents
        ledger.recover("H-1", amount_cents=overpaid // 2, legal_basis=BASIS, command_id="recover/1")

    def endings(self) -> None:
        """balance.transferred, account.closed, account.reopened."""
        ledger, policy = self.ledger, self.policy
        self.clock.day("2015-07-01")
        ledger.transfer(
            "H-3", "H-6", amount_cents=1000, because="split", legal_basis=BASIS,
            command_id="move/1",
        )  # fmt: skip
        self._ended("H-5", "P-1", "granted", "2015-06-20")
        self._ended("H-4", "P-1", "voluntary_return", "2015-06-20")
        self.clock.day("2015-07-02")
        closing: dict[str, Any] = {"policy": policy, "legal_basis": BASIS, "actor": "kees"}
        ledger.close("H-4", case="voluntary_return", **closing)
        ledger.reopen("H-4", because="recorded_in_error", legal_basis=BASIS)
        self.clock.day("2015-07-03")
        state = ledger.close("H-5", case="granted", evidence=EVIDENCE, **closing)
        left = state.releases[-1].release
        self.clock.day("2015-07-06")
        ledger.approve_release(left, policy=policy, actor="anna")
        self.clock.day("2015-07-07")
        ledger.pay_release(left, batch="2015-07-A", actor="bank")

    def provisional(self) -> None:
        """A month that rests on values nobody verified, with facts that nobody supplied."""
        self.clock.day("2016-02-01")
        seeker = {
            "id": "P-1", "born": "1988-08-08", "residence_status": "asylum_seeker",
            "exemption_weeks_used": 12, "receives_allowance": True,
            "income": [{"kind": "earnings", "net": "333.33", "earned_in": "2016-01"}],
        }  # fmt: skip
        facts = HouseholdMonth.model_validate(
            {
                "scheme": "reba-2008", "month": "2016-01", "household": "H-7", "members": [seeker],
                "provisions": {"shelter": True, "catering": False}, "collected": "50.00",
            }
        )  # fmt: skip
        self.ledger.assess(facts, policy=self.policy, law=self.law, allow_provisional=True)

    def municipality(self) -> None:
        """The RooO: facts of another scheme, and the choices that the body names."""
        self.clock.day("2025-11-03")
        under: dict[str, Any] = {"policy": self.policy, "law": self.law, "choices": self.choices}
        self.ledger.assess(_municipal("G-1", "700.00", "100.00"), **under)
        lower = _municipal("G-1", "650.00", "100.00")
        self.ledger.revise(
            lower, because="objection", law=self.law, choices=self.choices, command_id="revise/1"
        )

    def settlement(self) -> None:
        """An account that owes nothing and is owed nothing, closed."""
        ledger = self.ledger
        self.clock.day("2015-07-08")
        ledger.assess(
            _facts("H-8", Month(2015, 3), "400.00", "300.00"), policy=self.policy, law=self.law
        )
        self._ended("H-8", "P-1", "granted", "2015-07-08")
        state = ledger.close(
            "H-8", case="granted", policy=self.policy, legal_basis=BASIS, actor="kees"
        )
        left = state.releases[-1].release
        ledger.approve_release(left, policy=self.policy, actor="anna")
        ledger.pay_release(left, batch="2015-07-B", actor="bank")

    def destruction(self) -> None:
        """records.destroyed: of that account, once its term has passed."""
        self.clock.day("2025-11-05")
        self.ledger.destroy("H-8", legal_basis="selection list, category 7", term="P10Y")
        self.ledger.purge()


def tell(store: Store, law: Law, policy: SavingsPolicy, choices: MunicipalChoices) -> Ledger:
    """Tell the story to a store; return the ledger."""
    clock = _Clock()
    story = _Story(Ledger(store, clock=clock, entropy=Salts()), clock, law, policy, choices)
    story.months()
    story.receivables()
    story.releases()
    story.endings()
    story.settlement()
    story.provisional()
    story.municipality()
    story.destruction()
    return story.ledger


def retell_months(
    ledger: Ledger, law: Law, policy: SavingsPolicy, choices: MunicipalChoices
) -> None:
    """Give the first commands of the story again, to a ledger to which it was told."""
    _Story(ledger, _Clock(), law, policy, choices).months()
