"""Corrections after a release: what is then too much, and what is then too little (R1, R3, R4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from reba import AccountState
from unit.test_office import BASIS, POLICY, Office, opened_office


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


@pytest.fixture
def overpaid(office: Office) -> Office:
    """A household with a permit that used 120.00, and turns out to have saved only 50.00."""
    office.save(30000)
    office.end()
    office.use("bridging", 12000)
    office.revise(5000)
    return office


def _amounts(office: Office) -> tuple[int, int]:
    """Give the balance and what was released too much, which add up as the books say (R3)."""
    state = office.ledger.account("H-1")
    assert state.balance_cents - state.overpaid_cents == (
        state.reserved_cents + state.transferred_cents - state.released_cents
        - state.set_off_cents - state.settled_cents
    )  # fmt: skip
    assert not (state.balance_cents and state.overpaid_cents)
    assert state.available_cents <= state.balance_cents
    return state.balance_cents, state.overpaid_cents


def _recover(office: Office, cents: int, **options: Any) -> AccountState:
    given = {"legal_basis": BASIS, "command_id": "c-1", **options}
    return office.ledger.recover("H-1", amount_cents=cents, **given)


# ── too much ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R3")
@pytest.mark.parametrize(
    ("corrected", "left"),
    [(30000, (18000, 0)), (12001, (1, 0)), (12000, (0, 0)), (11999, (0, 1)), (0, (0, 12000))],
)
def test_what_was_released_too_much_is_never_a_negative_balance(
    office: Office, corrected: int, left: tuple[int, int]
) -> None:
    office.save(30000)
    office.end()
    release = office.use("bridging", 12000)
    office.revise(corrected)
    assert _amounts(office) == left
    assert office.release(release).status == "paid"


@pytest.mark.invariant("R3")
def test_later_savings_first_settle_what_was_released_too_much(overpaid: Office) -> None:
    assert _amounts(overpaid) == (0, 7000)
    overpaid.save(4000, month="2015-04")
    assert _amounts(overpaid) == (0, 3000)
    overpaid.save(10000, month="2015-05")
    assert _amounts(overpaid) == (7000, 0)
    overpaid.use("deposit", 7000)
    assert _amounts(overpaid) == (0, 0)


@pytest.mark.invariant("R1")
def test_nothing_more_is_released_while_too_much_was(overpaid: Office) -> None:
    with overpaid.refuses("release.insufficient_balance", most_cents=0):
        overpaid.ask("deposit", 1)
    options = overpaid.ledger.release_options("H-1", policy=POLICY)
    assert {option.most_cents for option in options} == {0}
    with overpaid.refuses("account.above_available"):
        overpaid.ledger.transfer(
            "H-1", "H-2", amount_cents=1, because="split", legal_basis=BASIS, command_id="c-9"
        )


def test_what_the_bank_returns_settles_it_as_well(overpaid: Office) -> None:
    release = overpaid.ledger.account("H-1").releases[0].release
    overpaid.ledger.return_release(release, because="account_closed")
    assert _amounts(overpaid) == (5000, 0)


@pytest.mark.invariant("R6")
def test_an_account_that_is_overpaid_closes_with_nothing_left(overpaid: Office) -> None:
    state = overpaid.ledger.close("H-1", case="granted", policy=POLICY, legal_basis=BASIS)
    assert (state.closing and state.closing.amount_cents, len(state.releases)) == (0, 1)
    assert _amounts(overpaid) == (0, 7000)
    _recover(overpaid, 7000)  # also after closing
    assert _amounts(overpaid) == (0, 0)


# ── paid back ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R3")
def test_what_is_paid_back_settles_what_was_released_too_much(overpaid: Office) -> None:
    state = _recover(overpaid, 3000)
    assert (state.recovered_cents, state.released_cents, state.overpaid_cents) == (
        3000, 9000, 4000,
    )  # fmt: skip
    _recover(overpaid, 4000, command_id="c-2")
    assert _amounts(overpaid) == (0, 0)
    overpaid.save(1000, month="2015-04")
    assert _amounts(overpaid) == (1000, 0)


@pytest.mark.invariant("R1")
def test_what_is_paid_back_is_no_longer_used_of_the_share(office: Office) -> None:
    office.save(30000)
    office.end("voluntary_return")
    office.use("reintegration", 18000)
    office.revise(10000)
    _recover(office, 8000)
    office.save(10000, month="2015-04")  # 60% of 200.00, of which 100.00 is used
    with office.refuses("release.share_exceeded", most_cents=2000):
        office.ask("travel", 2001)
    office.use("travel", 2000)
    assert _amounts(office) == (8000, 0)


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("account.above_overpaid", {"cents": 7001}),
        ("account.amount", {"cents": 0}),
        ("account.amount", {"cents": -1}),
        ("ledger.in_future", {"on": date(2015, 6, 11)}),
        ("ledger.text", {"legal_basis": ""}),
        ("ledger.text", {"legal_basis": "paid from NL91ABNA0417164300"}),
    ],
)
def test_a_recovery_that_cannot_be_is_refused(
    overpaid: Office, code: str, asked: dict[str, Any]
) -> None:
    with overpaid.refuses(code):
        _recover(overpaid, **{"cents": 100, **asked})


def test_nothing_is_paid_back_where_nothing_was_too_much(office: Office) -> None:
    office.save(10000)
    with office.refuses("account.above_overpaid"):
        _recover(office, 1)


@pytest.mark.invariant("E1")
def test_the_same_recovery_again_is_one_entry(overpaid: Office) -> None:
    first, size = _recover(overpaid, 100), overpaid.ledger.size()
    assert (_recover(overpaid, 100), overpaid.ledger.size()) == (first, size)
    with overpaid.refuses("ledger.command_conflict"):
        _recover(overpaid, 101)


# ── too little ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R4")
def test_a_correction_upward_gives_a_supplement_and_no_second_release(office: Office) -> None:
    office.save(10000)
    office.end()
    office.use("bridging", 10000)
    assert _amounts(office) == (0, 0)
    office.revise(15000)
    assert _amounts(office) == (5000, 0)
    office.today("2015-06-11")
    with office.refuses("release.purpose_max_exceeded", most_cents=2000):
        office.ask("bridging", 10000)
    with office.refuses("release.insufficient_balance", most_cents=5000):
        office.ask("deposit", 5001)
    office.use("bridging", 2000)
    office.use("deposit", 3000)
    assert _amounts(office) == (0, 0)


@pytest.mark.invariant("R4")
def test_the_share_of_a_supplement_counts_what_was_released(office: Office) -> None:
    office.save(10000)
    office.end("voluntary_return")
    office.use("reintegration", 6000)
    office.revise(15001)
    with office.refuses("release.share_exceeded", most_cents=3001):  # 60% of 150.01 is 90.01
        office.ask("reintegration", 3002)
    office.use("reintegration", 3001)
    assert _amounts(office) == (6000, 0)


@pytest.mark.invariant("R4")
def test_closing_again_after_a_correction_pays_out_the_supplement_alone(office: Office) -> None:
    office.save(10000)
    office.end()
    for expected in (10000, 2500):
        state = office.ledger.close(
            "H-1", case="granted", policy=POLICY, legal_basis=BASIS, actor="kees"
        )
        rest = state.releases[-1]
        assert rest.amount_cents == expected
        office.approve(rest.release)
        office.pay(rest.release, batch=f"B-{expected}")
        office.revise(12500)
        office.ledger.reopen("H-1", because="recorded_in_error", legal_basis=BASIS)
    assert _amounts(office) == (0, 0)
