"""Random histories of every command (M1), and the faults that they must find by name.

More of them: `pytest tests/property/test_machine.py --hypothesis-profile=reba-nightly`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from reba import Ledger, open_ledger
from reba.ledger import (
    accounts,
    bodies,
    bookings,
    drafting,
    procedure_fold,
    rebuilding,
    release_commands,
    release_fold,
    shell,
)
from reba.ledger.account_state import AccountState, MonthState
from reba.ledger.accounts import AccountFold
from reba.money import half_up
from reba.savings import procedure, release, split
from reba.testing.machine import LedgerViolation, run_ledger_machine

STEPS = 40
Patch = Callable[[pytest.MonkeyPatch], None]


def in_memory(place: str, *, clock: Callable[[], datetime]) -> Ledger:
    """Open a ledger that lives with the process; a place means nothing to it."""
    assert place
    return open_ledger(":memory:", clock=clock)


@pytest.mark.invariant("M1")
def test_random_histories_in_memory() -> None:
    run_ledger_machine(
        in_memory, reopens=False, settings=settings(stateful_step_count=STEPS, deadline=None)
    )


@pytest.mark.invariant("M1")
@pytest.mark.invariant("E2")
def test_random_histories_on_disk() -> None:
    examples = settings.default.max_examples if settings.default else 100
    run_ledger_machine(
        open_ledger,
        settings=settings(
            max_examples=max(10, examples // 5), stateful_step_count=STEPS, deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip


# ── planted faults ───────────────────────────────────────────────────────────────────────────

BOOKING = ("assess", "revise", "collect", "time_passes")
ENDING = ("assess", "the_procedure_ends", "record_event", "revoke_event", "time_passes")
RELEASING = ("assess", "the_procedure_ends", "request", "approve")
PAYING = (*RELEASING, "release_in_one_go", "pay", "pay_after_the_end_was_revoked", "sent_back")
OVERPAYING = (*PAYING, "all_turns_out_to_be_nothing", "revise", "recover")
CLOSING = (*RELEASING, "close_the_account", "reopen_the_account", "revise")
MOVING = ("assess", "collect", "transfer", "set_off")

PLANTED: dict[str, tuple[str, tuple[str, ...], Patch]] = {}


def planted(name: str, invariant: str, focus: tuple[str, ...]) -> Callable[[Patch], Patch]:
    """List a fault, the invariant that must find it, and the rules that meet it."""

    def keep(patch: Patch) -> Patch:
        PLANTED[name] = invariant, focus, patch
        return patch

    return keep


@planted("the reserve is rounded down", "E4", BOOKING)
def _rounded_down(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(split, "half_up", lambda numerator, denominator: numerator // denominator)


@planted("both portions are rounded", "C1", BOOKING)
def _both_rounded(patch: pytest.MonkeyPatch) -> None:
    before = split.ReserveRule.split

    def both(self: Any, *amounts: int, **more: int) -> Any:
        found = before(self, *amounts, **more)
        rest = max(Fraction(0), found.split_cents - Fraction(*found.exact))
        remitted = half_up(rest.numerator, rest.denominator)
        return found if found.limited_by else found._replace(remitted_cents=remitted)

    patch.setattr(split.ReserveRule, "split", both)


@planted("a split is added to the one before", "C1", BOOKING)
def _splits_add_up(patch: pytest.MonkeyPatch) -> None:
    def added(self: AccountFold, entry: Any, body: Any) -> None:
        more = body["reserved_cents"] + self.month(body["month"]).reserved_cents
        self.month_fold.split(entry, {**body, "reserved_cents": more})

    _handler(patch, "savings.adjusted", added)


def _handler(patch: pytest.MonkeyPatch, kind: str, handler: Any) -> None:
    patch.setitem(accounts._HANDLERS, kind, handler)


@planted("a revision leaves the later months as they were", "E4", BOOKING)
def _no_cascade(patch: pytest.MonkeyPatch) -> None:
    again = rebuilding._assess_again
    patch.setattr(
        rebuilding, "_assess_again",
        lambda drafting, month, change, terms: change and again(drafting, month, change, terms),
    )  # fmt: skip


@planted("assets are charged as if no month came before", "E4", BOOKING)
def _charged_again(patch: pytest.MonkeyPatch) -> None:
    for module in (rebuilding, bookings):
        patch.setattr(module, "charged_before", lambda _fold, _month, reported: reported)


@planted("a corrected payment is added whole", "C4", BOOKING)
def _collected_whole(patch: pytest.MonkeyPatch) -> None:
    before = bodies.collected_body
    standing: list[int] = []

    class Whole:
        def __call__(self, month: str, more: int) -> str:
            return before(month, more + (standing[-1] if standing else 0))

    again = rebuilding._collect_again

    def collect(drafting: Any, month: str, change: Any) -> None:
        standing.append(drafting.fold.month(month).collected_cents)
        again(drafting, month, change)

    patch.setattr("reba.ledger.rebuilding.collected_body", Whole())
    patch.setattr(rebuilding, "_collect_again", collect)


@planted("a repeated command is booked again", "E1", BOOKING)
def _booked_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(drafting.Drafting, "repeated", lambda _self: ())


@planted("what is known later changes what was known before", "E7", (*BOOKING, "remember"))
def _known_later(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shell, "known_until", lambda _known_on: "9999-12-31T00:00:00.000000Z")


@planted("an event is final by its type", "R2", ENDING)
def _final_by_type(patch: pytest.MonkeyPatch) -> None:
    before = procedure._last_final
    patch.setattr(
        procedure, "_last_final",
        lambda events, day: before([e._replace(final_on=e.final_on or e.on) for e in events], day),
    )  # fmt: skip


@planted("a revocation is not seen", "R2", ENDING)
def _not_revoked(patch: pytest.MonkeyPatch) -> None:
    _handler(patch, "procedure.revoked", lambda *_: None)


@planted("one member's end ends the procedure of all", "R2", ENDING)
def _one_ends_all(patch: pytest.MonkeyPatch) -> None:
    before = procedure._who_counts
    patch.setattr(procedure, "_who_counts", lambda parties, day: before(parties, day)[:1])


@planted("mixed outcomes take the first", "R2", ENDING)
def _first_of_mixed(patch: pytest.MonkeyPatch) -> None:
    before = procedure.procedure_state

    def first(*known: Any) -> Any:
        found = before(*known)
        return found._replace(outcome="granted") if found.outcome == "mixed" else found

    patch.setattr(procedure_fold, "procedure_state", first)


@planted("who asked may approve", "R5", RELEASING)
def _two_eyes(patch: pytest.MonkeyPatch) -> None:
    before = release_commands.approve_release

    def alone(desk: Any, *known: Any, **more: Any) -> Any:
        asked = desk.asked
        desk.asked = asked._replace(actor="somebody-else")
        try:
            return before(desk, *known, **more)
        finally:
            desk.asked = asked

    patch.setattr(release_commands, "approve_release", alone)


@planted("a payment is not asked about again", "R1", PAYING)
def _paid_blindly(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(release_commands, "_check_payment", lambda *_: None)


@planted("what is on hold may be promised twice", "R5", RELEASING)
def _promised_twice(patch: pytest.MonkeyPatch) -> None:
    before = release_commands.standing_of

    def unheld(fold: AccountFold, day: Any, *, but: str | None = None) -> Any:
        found = before(fold, day, but=but)
        return found._replace(available_cents=max(0, fold.net_cents()))

    patch.setattr(release_commands, "standing_of", unheld)


@planted("the maximum of a purpose is one of each request", "R5", PAYING)
def _maximum_each_time(patch: pytest.MonkeyPatch) -> None:
    before = release._room

    def room(purpose: str, rule: Any, standing: Any, rules: Any) -> dict[str, int]:
        return before(purpose, rule, standing._replace(used_cents={}), rules)

    patch.setattr(release, "_room", room)


@planted("refusals come in another order", "R5", RELEASING)
def _other_order(patch: pytest.MonkeyPatch) -> None:
    before = release._room
    patch.setattr(release, "_room", lambda *known: dict(reversed(before(*known).items())))


@planted("a rejected release stays on hold", "R1", (*RELEASING, "reject"))
def _held_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(release_fold.ReleaseFold, "rejected", lambda *_: None)


@planted("what the bank sends back is lost", "R1", PAYING)
def _lost_at_the_bank(patch: pytest.MonkeyPatch) -> None:
    _handler(
        patch, "release.returned", lambda self, entry, body: self.releases.returned(entry, body)
    )


@planted("a balance goes below zero", "R3", OVERPAYING)
def _below_zero(patch: pytest.MonkeyPatch) -> None:
    before = AccountFold.state

    def state(self: AccountFold, on: Any = None) -> AccountState:
        return replace(before(self, on), balance_cents=self.net_cents(), overpaid_cents=0)

    patch.setattr(AccountFold, "state", state)


@planted("overpaid is taken from the savings twice", "R3", OVERPAYING)
def _taken_twice(patch: pytest.MonkeyPatch) -> None:
    before = AccountFold.net_cents

    def net(self: AccountFold) -> int:
        found = before(self)
        return found - 1 if found < 0 else found

    patch.setattr(AccountFold, "net_cents", net)


@planted("a transfer gives a cent more than it takes", "C4", MOVING)
def _cent_from_nowhere(patch: pytest.MonkeyPatch) -> None:
    before = AccountFold.transferred

    def given(self: AccountFold, entry: Any, body: Any) -> None:
        more = 1 if body["amount_cents"] > 0 else 0
        before(self, entry, {**body, "amount_cents": body["amount_cents"] + more})

    _handler(patch, "balance.transferred", given)


@planted("a set-off leaves the debt as it was", "C4", MOVING)
def _debt_stays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        MonthState, "receivable_cents",
        property(lambda self: max(0, self.contribution_cents - self.collected_cents)),
    )  # fmt: skip


@planted("a closing leaves behind what it should remit", "C4", CLOSING)
def _left_behind(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AccountFold, "_settled", lambda _self, _counts: 0)


@planted("a closed account takes new months", "E1", CLOSING)
def _never_closed(patch: pytest.MonkeyPatch) -> None:
    before = bookings._fold_of

    def open_still(*known: Any) -> AccountFold:
        fold = before(*known)
        fold._closings.clear()
        return fold

    patch.setattr(bookings, "_fold_of", open_still)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    invariant, focus, plant = PLANTED[name]
    plant(monkeypatch)
    with pytest.raises(LedgerViolation) as raised:
        run_ledger_machine(
            in_memory, reopens=False, audits=False, focus=focus,
            settings=settings(
                max_examples=1000, stateful_step_count=STEPS, deadline=None, derandomize=True,
                database=None, phases=[Phase.generate], report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck), print_blob=False,
            ),
        )  # fmt: skip
    assert raised.value.invariant == invariant
