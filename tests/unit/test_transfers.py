"""Savings between accounts, and savings that settle what is due (invariants C4, E1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from reba import AccountState, Month
from reba.ledger.account_commands import TRANSFER_REASONS
from reba.ledger.bodies import opened_body
from reba.ledger.entries import Draft
from reba.ledger.sealing import SALT_BYTES, seal
from unit.test_office import BASIS, POLICY, Office, opened_office, small_policy

MARCH = Month.parse("2015-03")
HOLD = small_policy(('granted = "pay_out"', 'granted = "hold"'))


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


def _move(
    office: Office, cents: int, source: str = "H-1", target: str = "H-2", **options: Any
) -> tuple[AccountState, AccountState]:
    given = {"because": "split", "legal_basis": BASIS, "command_id": "c-1", **options}
    return office.ledger.transfer(source, target, amount_cents=cents, **given)


def _settle(office: Office, cents: int, **options: Any) -> AccountState:
    given = {"month": MARCH, "legal_basis": "Awb art. 4:93", "command_id": "c-1", **options}
    return office.ledger.set_off("H-1", amount_cents=cents, **given)


# ── transfers ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("C4")
@pytest.mark.parametrize("cents", [1, 3333, 10000, 10001])
@pytest.mark.parametrize("known", [True, False])
def test_a_split_conserves_every_cent(office: Office, cents: int, *, known: bool) -> None:
    office.save(10001)
    if known:
        office.save(50, account="H-2")
    given, received = _move(office, cents)
    assert (given.balance_cents, given.transferred_cents) == (10001 - cents, -cents)
    assert received.balance_cents == cents + (50 if known else 0)
    assert (received.transferred_cents, received.scheme) == (cents, "reba-2008")
    assert (given.overpaid_cents, received.overpaid_cents) == (0, 0)


@pytest.mark.invariant("C4")
def test_what_was_split_merges_again(office: Office) -> None:
    office.save(10001)
    _move(office, 3333)
    _move(office, 3333, "H-2", "H-1", because="merge", command_id="c-2")
    states = [office.ledger.account(account) for account in ("H-1", "H-2")]
    assert [state.balance_cents for state in states] == [10001, 0]
    assert [state.transferred_cents for state in states] == [0, 0]


@pytest.mark.parametrize("because", TRANSFER_REASONS)
def test_both_entries_name_the_other_account_and_the_reason(office: Office, because: str) -> None:
    office.save(10000)
    _move(office, 100, because=because)
    bodies = [e.body for e in office.ledger.entries() if e.kind == "balance.transferred"]
    told = [(b["amount_cents"], b["counterpart"], b["because"]) for b in bodies if b is not None]
    assert told == [(-100, "H-2", because), (100, "H-1", because)]


def test_savings_that_came_over_are_released_like_others(office: Office) -> None:
    office.save(10000)
    office.save(0, account="H-2")
    _move(office, 6000)
    for account in ("H-1", "H-2"):
        office.end("voluntary_return", account=account)
    for account, most in (("H-1", 2400), ("H-2", 3600)):  # 60% of what each now has
        with office.refuses("release.share_exceeded", most_cents=most):
            office.ask("reintegration", most + 1, account=account)
        office.use("reintegration", most, account=account)


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("account.same", {"target": "H-1"}),
        ("account.amount", {"cents": 0}),
        ("account.amount", {"cents": -1}),
        ("account.above_available", {"cents": 7501}),
        ("ledger.unknown_account", {"source": "H-9"}),
        ("ledger.unknown_reason", {"because": "a favour"}),
        ("ledger.in_future", {"on": date(2015, 6, 11)}),
        ("ledger.text", {"legal_basis": "file of 999993653"}),
        ("facts.invalid", {"target": "999993653"}),
        ("facts.invalid", {"target": "NL91ABNA0417164300"}),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(
    office: Office, code: str, asked: dict[str, Any]
) -> None:
    office.save(10000)
    office.end()
    office.ask("bridging", 2500)
    with office.refuses(code):
        _move(office, **{"cents": 100, **asked})


def test_an_account_of_another_scheme_receives_nothing(office: Office) -> None:
    office.save(10000)
    draft = Draft("H-2", "account.opened", "2015-03", "api", "open", None, opened_body("rooo"))
    store, size = office.ledger.store, office.ledger.size()
    store.append(
        seal(
            [draft], first_seq=size, versions={}, recorded_at="2015-06-10T08:00:00.000000Z",
            salts=bytes(SALT_BYTES),
        ),
        expected_size=size,
    )  # fmt: skip
    with office.refuses("ledger.other_scheme", booked="rooo", given="reba-2008"):
        _move(office, 100)


def test_closed_accounts_neither_give_nor_receive(office: Office) -> None:
    office.save(10000)
    office.save(10000, account="H-2")
    office.end()
    office.ledger.close("H-1", case="granted", policy=HOLD, legal_basis=BASIS)
    for source, target in (("H-1", "H-2"), ("H-2", "H-1"), ("H-1", "H-3")):
        with office.refuses("ledger.account_closed", account="H-1"):
            _move(office, 100, source, target)


@pytest.mark.invariant("E1")
def test_the_same_transfer_again_moves_nothing(office: Office) -> None:
    office.save(10000)
    first, size = _move(office, 100), office.ledger.size()
    assert (_move(office, 100), office.ledger.size()) == (first, size)
    for other in ({"cents": 101}, {"cents": 100, "target": "H-3"}):
        with office.refuses("ledger.command_conflict"):
            _move(office, **other)
    _move(office, 100, command_id="c-2")
    assert office.ledger.account("H-1").balance_cents == 9800


# ── set-off ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("C4")
def test_a_set_off_settles_what_is_due_with_savings(office: Office) -> None:
    office.save(10000)
    state = _settle(office, 4000)
    assert (state.balance_cents, state.set_off_cents, state.reserved_cents) == (6000, 4000, 10000)
    assert state.assessed_cents == 30000 == state.collected_cents + 4000 + state.receivable_cents
    state = _settle(office, 6000, command_id="c-2")
    assert (state.balance_cents, state.receivable_cents) == (0, 10000)


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("account.amount", {"cents": 0}),
        ("account.amount", {"cents": -1}),
        ("account.above_receivable", {"cents": 10001}),
        ("account.above_receivable", {"cents": 1, "month": Month.parse("2015-04")}),
        ("account.above_available", {"cents": 8001}),
        ("ledger.text", {"legal_basis": ""}),
        ("ledger.text", {"legal_basis": "file of 999993653"}),
        ("ledger.in_future", {"on": date(2015, 6, 11)}),
    ],
)
def test_a_set_off_is_due_available_and_cites_its_basis(
    office: Office, code: str, asked: dict[str, Any]
) -> None:
    office.save(20000)  # 100.00 is due; 120.00 is on hold, so 80.00 is available
    office.end()
    office.ask("bridging", 12000)
    with office.refuses(code):
        _settle(office, **{"cents": 100, **asked})


def test_a_closed_account_settles_nothing(office: Office) -> None:
    office.save(10000)
    office.end()
    office.ledger.close("H-1", case="granted", policy=HOLD, legal_basis=BASIS)
    with office.refuses("ledger.account_closed"):
        _settle(office, 100)


def test_nothing_due_is_taken_from_savings_in_silence(office: Office) -> None:
    office.save(30000)
    for month in ("2015-04", "2015-05"):
        office.save(0, month=month)
    office.revise(25000)
    office.end()
    office.use("bridging", 5000)
    state = office.ledger.account("H-1")
    assert (state.receivable_cents, state.set_off_cents, state.balance_cents) == (65000, 0, 20000)
    assert not [e for e in office.ledger.entries() if e.kind == "savings.set_off"]


def test_what_comes_in_after_a_set_off_is_collected_too_much(office: Office) -> None:
    office.save(10000)
    _settle(office, 4000)
    office.ledger.collect("H-1", month=MARCH, amount_cents=20000, command_id="b-1", policy=POLICY)
    state = office.ledger.account("H-1")
    assert (state.receivable_cents, state.overcollected_cents) == (0, 4000)
    assert (state.reserved_cents, state.balance_cents) == (30000, 26000)


@pytest.mark.invariant("E1")
def test_the_same_set_off_again_settles_nothing(office: Office) -> None:
    office.save(10000)
    first, size = _settle(office, 100), office.ledger.size()
    assert (_settle(office, 100), office.ledger.size()) == (first, size)
    with office.refuses("ledger.command_conflict"):
        _settle(office, 101)
