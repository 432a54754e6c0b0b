"""The office in which the tests of procedures, releases and closings play.

A ledger in memory with a clock that the test moves, households that saved to the cent what the test
says, and a policy in small amounts. The tests of this file show that the office keeps its word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest

from reba import HouseholdMonth, Ledger, RebaError, audit, open_ledger
from reba.ledger.account_state import ReleaseState
from reba.savings.policy import SavingsPolicy, parse_policy

POLICY_TEXT = """
[policy]
id = "small"
title = "All that comes in is saved, and used for small purposes"
status = "illustrative"
source = "a test"
schemes = ["reba-2008", "rooo"]

[[version]]
valid_from = 2015-01-01
[version.reserve]
base = "contribution"
share = "1.00"
funded_on = "collection"
partial_collection = "pro_rata"
[version.release]
four_eyes = true
[version.release.granted]
balance_share = "1.00"
[version.release.granted.purposes]
furnishing = { max = "200.00", evidence = true }
bridging = { max = "120.00", evidence = false }
deposit = { max = "240.00", evidence = true }
rent_advance = { max = "110.00", evidence = true }
[version.release.return]
balance_share = "0.60"
[version.release.return.purposes]
travel = { max = "90.00", evidence = true }
reintegration = { max = "200.00", evidence = false }
departure = { max = "40.00", evidence = true }
[version.closing]
granted = "pay_out"
voluntary_return = "remit"
forced_return = "remit"
departed_unknown = "hold"
dublin_transfer = "hold"
died = "estate"
"""


def small_policy(*changes: tuple[str, str], more: str = "") -> SavingsPolicy:
    """Make the policy with some of its lines written otherwise, and perhaps with more versions."""
    text = POLICY_TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return parse_policy(text + more, file="policy.toml")


def two_versions(since: str, *changes: tuple[str, str]) -> SavingsPolicy:
    """Make the policy with a second version from a day on, some lines of which are otherwise."""
    later = POLICY_TEXT[POLICY_TEXT.index("[[version]]") :]
    for old, new in (("valid_from = 2015-01-01", f"valid_from = {since}"), *changes):
        assert old in later, old
        later = later.replace(old, new)
    return small_policy(more=later)


POLICY = small_policy()
EVIDENCE = "e" * 64
BASIS = "decision of the day"
Members = Sequence[tuple[str, str]]
ALONE: Members = (("P-1", "1990-05-14"),)
COUPLE: Members = (("P-1", "1990-05-14"), ("P-2", "1991-06-15"))


class Office:
    """A ledger with a clock that the test moves, and short words for what is done in it."""

    def __init__(self) -> None:
        self.now = [datetime(2015, 6, 10, 8, tzinfo=UTC)]
        self.ledger: Ledger = open_ledger(":memory:", clock=lambda: self.now[0])

    def today(self, day: str) -> None:
        self.now[0] = datetime.fromisoformat(f"{day}T08:00:00+00:00")

    def facts(
        self, cents: int, *, account: str = "H-1", month: str = "2015-03", members: Members = ALONE
    ) -> HouseholdMonth:
        """Give facts of a household that owes 300.00, of which so many cents came in."""
        people: list[dict[str, object]] = [
            {"id": name, "born": born, "residence_status": "permit_holder", "obligations": "0.00"}
            for name, born in members
        ]
        people[0]["income"] = [{"kind": "earnings", "net": "400.00"}]
        return HouseholdMonth.model_validate(
            {
                "scheme": "reba-2008", "month": month, "household": account, "members": people,
                "provisions": {"shelter": True, "catering": False},
                "collected": f"{cents // 100}.{cents % 100:02d}",
            }
        )  # fmt: skip

    def save(
        self,
        cents: int,
        *,
        account: str = "H-1",
        month: str = "2015-03",
        members: Members = ALONE,
        policy: SavingsPolicy = POLICY,
    ) -> None:
        """Book a month in which so many cents came in, all of which are saved."""
        self.ledger.assess(
            self.facts(cents, account=account, month=month, members=members), policy=policy
        )

    def revise(self, cents: int, *, account: str = "H-1", members: Members = ALONE) -> None:
        """Correct what came in for the first month."""
        facts = self.facts(cents, account=account, members=members)
        self.ledger.revise(facts, because="corrected_facts")

    def end(
        self,
        type: str = "granted",  # noqa: A002
        on: str = "2015-06-01",
        *,
        account: str = "H-1",
        member: str = "P-1",
        final: bool = True,
        **options: Any,
    ) -> str:
        """Record an event, final on its own day unless told otherwise."""
        day = date.fromisoformat(on)
        final_on = day if final else None
        return self.ledger.record_procedure(
            account, member=member, type=type, on=day,
            **{"final_on": final_on, "legal_basis": BASIS, **options},
        )  # fmt: skip

    def ask(self, purpose: str, cents: int, *, account: str = "H-1", **options: Any) -> str:
        """Ask for a release with evidence; return its id."""
        given = {"policy": POLICY, "evidence": EVIDENCE, "actor": "kees", **options}
        return self.ledger.request_release(
            account, purpose=purpose, amount_cents=cents, **given
        ).release

    def approve(self, release: str, **options: Any) -> str:
        """Approve a release as another actor."""
        given = {"policy": POLICY, "actor": "anna", **options}
        return self.ledger.approve_release(release, **given).release

    def pay(self, *releases: str, batch: str = "B-1") -> None:
        self.ledger.pay_release(releases, batch=batch, actor="bank")

    def use(self, purpose: str, cents: int, **options: Any) -> str:
        """Ask, approve and pay; return the release."""
        release = self.approve(self.ask(purpose, cents, **options))
        self.pay(release, batch=f"B-{release.rpartition('/')[2]}")
        return release

    def release(self, release: str) -> ReleaseState:
        account = release.rpartition("/")[0]
        return next(r for r in self.ledger.account(account).releases if r.release == release)

    @contextmanager
    def refuses(self, code: str, **data: object) -> Iterator[None]:
        """Expect a refusal with this code (and these data), and that nothing was written."""
        size = self.ledger.size()
        with pytest.raises(RebaError) as raised:
            yield
        assert raised.value.code == code
        assert {key: raised.value.data[key] for key in data} == data
        assert self.ledger.size() == size


@contextmanager
def opened_office() -> Iterator[Office]:
    """Open an office, and audit it when the scenario is over."""
    opened = Office()
    with opened.ledger:
        yield opened
        assert audit(opened.ledger).clean


def test_all_that_comes_in_is_saved() -> None:
    with opened_office() as office:
        office.save(10001)
        office.save(30000, month="2015-04")
        state = office.ledger.account("H-1")
        assert (state.balance_cents, state.remitted_cents) == (40001, 0)
        assert (state.assessed_cents, state.receivable_cents) == (60000, 19999)
        office.revise(5000)
        assert office.ledger.account("H-1").balance_cents == 35000


def test_a_change_of_the_policy_that_changes_nothing_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        small_policy(("four_eyes = maybe", ""))
