"""Close an account and reopen it: every case, every disposition, to the last cent (R2, R6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from reba import AccountState, Month
from reba.ledger.account_commands import CLOSING_CASES, REOPENING_REASONS
from reba.savings.policy import SavingsPolicy
from unit.test_office import (
    BASIS,
    COUPLE,
    EVIDENCE,
    POLICY,
    Office,
    opened_office,
    small_policy,
    two_versions,
)

EVENT_OF = {
    "granted": "granted",
    "voluntary_return": "voluntary_return",
    "forced_return": "forced_return",
    "departed_unknown": "departed_unknown",
    "dublin_transfer": "dublin_transfer",
    "died": "died",
}
WRITTEN = {
    "granted": "pay_out",
    "voluntary_return": "remit",
    "forced_return": "remit",
    "departed_unknown": "hold",
    "dublin_transfer": "hold",
    "died": "estate",
}
DISPOSITIONS = [
    (case, disposition)
    for case in WRITTEN
    for disposition in (("estate", "hold") if case == "died" else ("pay_out", "remit", "hold"))
]
LEFT_OVER = {"pay_out": "remainder", "estate": "estate"}


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


def _policy(case: str, disposition: str) -> SavingsPolicy:
    line = f'{case} = "{WRITTEN[case]}"\n'
    return small_policy((line, f'{case} = "{disposition}"\n'))


def _close(office: Office, case: str = "granted", **options: Any) -> AccountState:
    given = {"policy": POLICY, "legal_basis": BASIS, "evidence": EVIDENCE, "actor": "kees"}
    return office.ledger.close("H-1", case=case, **{**given, **options})


def _reopen(office: Office, because: str = "came_back", **options: Any) -> AccountState:
    return office.ledger.reopen("H-1", because=because, **{"legal_basis": BASIS, **options})


# ── every case, every disposition ────────────────────────────────────────────────────────────


@pytest.mark.invariant("R6")
@pytest.mark.parametrize(("case", "disposition"), DISPOSITIONS)
def test_what_is_left_goes_where_the_policy_says(
    office: Office, case: str, disposition: str
) -> None:
    policy = _policy(case, disposition)
    office.save(10001)
    office.end(EVENT_OF[case])
    state = _close(office, case, policy=policy)
    assert state.closing == (case, disposition, 10001, "2015-06-10")
    purpose = LEFT_OVER.get(disposition)
    if purpose is None:
        assert (state.releases, state.on_hold_cents) == ((), 0)
        settled = 10001 if disposition == "remit" else 0
        assert (state.settled_cents, state.balance_cents) == (settled, 10001 - settled)
        return
    (left,) = state.releases
    assert (left.purpose, left.status, left.amount_cents) == (purpose, "requested", 10001)
    assert (left.requested_by, left.evidence, left.outcome) == ("kees", EVIDENCE, case)
    assert (state.balance_cents, state.available_cents) == (10001, 0)
    with office.refuses("release.same_actor"):
        office.approve(left.release, actor="kees", policy=policy)
    with office.refuses("release.wrong_status"):
        office.pay(left.release)
    office.approve(left.release, policy=policy)
    office.pay(left.release)
    paid = office.ledger.account("H-1")
    assert (paid.balance_cents, paid.on_hold_cents, paid.overpaid_cents) == (0, 0, 0)
    assert (paid.released_cents, paid.settled_cents) == (10001, 0)


@pytest.mark.invariant("R6")
@pytest.mark.parametrize("saved", [1, 99, 6001, 10001, 29999])
def test_when_all_is_released_the_balance_is_exactly_nothing(office: Office, saved: int) -> None:
    office.save(saved)
    office.end()
    for purpose, cents in (("bridging", saved // 3), ("deposit", saved // 7)):
        if cents:
            office.use(purpose, cents)
    (left,) = (r for r in _close(office).releases if r.purpose == "remainder")
    assert left.amount_cents == saved - saved // 3 - saved // 7
    office.approve(left.release)
    office.pay(left.release)
    state = office.ledger.account("H-1")
    assert (state.balance_cents, state.available_cents, state.overpaid_cents) == (0, 0, 0)
    assert state.released_cents == state.reserved_cents == saved


@pytest.mark.parametrize("case", ["granted", "died"])
def test_where_nothing_is_left_nothing_is_released_and_no_evidence_needed(
    office: Office, case: str
) -> None:
    office.save(0)
    office.end(EVENT_OF[case])
    state = _close(office, case, evidence=None)
    assert (state.closing and state.closing.amount_cents, state.releases) == (0, ())


def test_a_household_with_mixed_outcomes_closes_under_the_group_decided(office: Office) -> None:
    office.save(10000, members=COUPLE)
    office.end(member="P-1")
    office.end("voluntary_return", member="P-2")
    with office.refuses("account.case_differs", outcome="mixed"):
        _close(office)
    office.ledger.decide_outcome("H-1", group="return", legal_basis=BASIS)
    with office.refuses("account.case_differs", outcome="return"):
        _close(office)
    assert _close(office, "voluntary_return").settled_cents == 10000


@pytest.mark.parametrize(("day", "disposition"), [(8, "hold"), (9, "remit")])
def test_the_version_of_the_day_of_closing_applies(
    office: Office, day: int, disposition: str
) -> None:
    office.save(10000)
    office.end("departed_unknown")
    policy = two_versions("2015-06-09", ('departed_unknown = "hold"', 'departed_unknown = "remit"'))
    state = _close(office, "departed_unknown", policy=policy, on=date(2015, 6, day))
    assert state.closing == ("departed_unknown", disposition, 10000, f"2015-06-0{day}")


# ── what stands in the way ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", CLOSING_CASES)
@pytest.mark.parametrize("event", [None, *EVENT_OF.values(), "rejected"])
def test_the_case_must_agree_with_the_outcome(office: Office, case: str, event: str | None) -> None:
    office.save(10000)
    if event is not None:
        office.end(event)
    if event == EVENT_OF[case]:
        assert _close(office, case).closing is not None
    else:
        with office.refuses("account.case_differs", case=case, needed=CLOSING_CASES[case]):
            _close(office, case)


@pytest.mark.parametrize("approved", [False, True])
def test_what_is_on_hold_must_be_paid_or_rejected_first(office: Office, *, approved: bool) -> None:
    office.save(10000)
    office.end()
    release = office.ask("bridging", 2500)
    if approved:
        office.approve(release)
    with office.refuses("account.releases_open", held="25.00"):
        _close(office)
    office.ledger.reject_release(release, because="not_needed")
    assert _close(office).on_hold_cents == 10000


def test_an_estate_needs_proof_of_heirship(office: Office) -> None:
    office.save(10000)
    office.end("died")
    with office.refuses("account.evidence_missing", case="died"):
        _close(office, "died", evidence=None)
    held = _close(office, "died", evidence=None, policy=_policy("died", "hold"))
    assert held.balance_cents == 10000


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("account.unknown_case", {"case": "return"}),
        ("ledger.in_future", {"on": date(2015, 6, 11)}),
        ("account.case_differs", {"on": date(2015, 5, 31)}),
        ("ledger.text", {"legal_basis": ""}),
        ("ledger.text", {"legal_basis": "file of 999993653"}),
        ("release.evidence_digest", {"evidence": "the heirs of 999993653"}),
    ],
)
def test_a_closing_that_cannot_be_is_refused(
    office: Office, code: str, asked: dict[str, Any]
) -> None:
    office.save(10000)
    office.end()
    with office.refuses(code):
        _close(office, **asked)


def test_nobody_closes_what_does_not_stand_in_the_ledger(office: Office) -> None:
    with office.refuses("ledger.unknown_account"):
        _close(office)


def test_a_closed_account_takes_nothing_new(office: Office) -> None:
    office.save(10000)
    office.save(10000, account="H-2")
    office.end()
    _close(office, policy=_policy("granted", "hold"))
    ledger = office.ledger
    taken: dict[str, Any] = {"amount_cents": 100, "legal_basis": BASIS, "command_id": "c"}
    march = Month.parse("2015-03")
    for refused in (
        lambda: office.save(10000, month="2015-04"),
        lambda: office.ask("bridging", 100),
        lambda: _close(office, command_id="once more"),
        lambda: ledger.set_off("H-1", month=march, **taken),
        lambda: ledger.transfer("H-1", "H-2", because="split", **taken),
        lambda: ledger.transfer("H-2", "H-1", because="merge", **taken),
    ):
        with office.refuses("ledger.account_closed"):
            refused()


def test_a_closed_account_is_still_made_right(office: Office) -> None:
    office.save(10000)
    office.end("forced_return")
    _close(office, "forced_return")
    office.ledger.collect("H-1", month=Month.parse("2015-03"), amount_cents=500, command_id="b-7")
    state = office.ledger.account("H-1")
    assert (state.settled_cents, state.balance_cents) == (10000, 500)
    office.revise(12000)
    assert office.ledger.account("H-1").balance_cents == 2000


# ── the rest that is not paid after all ──────────────────────────────────────────────────────


@pytest.mark.invariant("R6")
@pytest.mark.parametrize("end", ["rejected", "returned", "approved in part"])
def test_a_rest_that_is_not_paid_stays_saved_until_closed_again(office: Office, end: str) -> None:
    office.save(10001)
    office.end()
    rest = _close(office).releases[0].release
    kept = 10001
    if end == "rejected":
        office.ledger.reject_release(rest, because="recorded_in_error")
    else:
        part = 4000 if end == "approved in part" else None
        office.approve(rest, amount_cents=part)
        office.pay(rest)
        kept = 6001
        if end == "returned":
            office.ledger.return_release(rest, because="account_unknown")
            kept = 10001
    assert office.ledger.account("H-1").balance_cents == kept
    _reopen(office, "recorded_in_error")
    again = _close(office).releases[-1]
    assert (again.amount_cents, again.status) == (kept, "requested")
    office.approve(again.release)
    office.pay(again.release, batch="B-2")
    assert office.ledger.account("H-1").balance_cents == 0


@pytest.mark.invariant("R1")
def test_a_revision_that_leaves_too_little_stops_the_rest(office: Office) -> None:
    office.save(10000)
    office.end()
    rest = _close(office).releases[0].release
    office.revise(4000)
    with office.refuses("release.insufficient_balance", most_cents=4000):
        office.approve(rest)
    office.approve(rest, amount_cents=4000)
    office.revise(3000)
    with office.refuses("release.insufficient_balance", most_cents=3000):
        office.pay(rest)


# ── reopening ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("because", REOPENING_REASONS)
def test_a_reopened_account_goes_on(office: Office, because: str) -> None:
    office.save(10000)
    event = office.end("departed_unknown")
    _close(office, "departed_unknown")
    state = _reopen(office, because)
    assert (state.closing, state.balance_cents) == (None, 10000)
    office.ledger.revoke_procedure(event, because="came_back", legal_basis=BASIS)
    office.save(5000, month="2015-04")
    office.end("granted", "2015-06-05")
    office.use("bridging", 12000)
    assert office.ledger.account("H-1").balance_cents == 3000
    assert [r.amount_cents for r in _close(office).releases] == [12000, 3000]


def test_an_account_is_closed_and_reopened_as_often_as_need_be(office: Office) -> None:
    office.save(10000)
    office.end("departed_unknown")
    for _ in range(3):
        assert _close(office, "departed_unknown").closing is not None
        assert _reopen(office).closing is None
    kinds = [entry.kind for entry in office.ledger.history("H-1")]
    assert (kinds.count("account.closed"), kinds.count("account.reopened")) == (3, 3)


@pytest.mark.invariant("E1")
def test_the_same_closing_and_reopening_again_are_one_entry_each(office: Office) -> None:
    office.save(10000)
    office.end("departed_unknown")
    closed, size = _close(office, "departed_unknown"), office.ledger.size()
    assert (_close(office, "departed_unknown"), office.ledger.size()) == (closed, size)
    reopened, size = _reopen(office), office.ledger.size()
    assert (_reopen(office), office.ledger.size()) == (reopened, size)


def test_a_reopening_that_cannot_be_is_refused(office: Office) -> None:
    office.save(10000)
    office.end("departed_unknown")
    with office.refuses("account.not_closed"):
        _reopen(office)
    _close(office, "departed_unknown")
    for code, asked in (
        ("ledger.unknown_reason", {"because": "regret"}),
        ("ledger.too_early", {"on": date(2015, 6, 9)}),
        ("ledger.in_future", {"on": date(2015, 6, 11)}),
        ("ledger.text", {"legal_basis": "NL91ABNA0417164300"}),
    ):
        with office.refuses(code):
            _reopen(office, **asked)
