"""A release from request to payment, and perhaps back (D7, invariants R1, R2, R5, E1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from reba.ledger.release_commands import REJECTION_REASONS, RETURN_REASONS
from unit.test_office import BASIS, EVIDENCE, POLICY, Office, opened_office, small_policy

PURPOSES = [
    *(("granted", purpose) for purpose in ("furnishing", "bridging", "deposit", "rent_advance")),
    *(("voluntary_return", purpose) for purpose in ("travel", "reintegration", "departure")),
]
TWO_EYES = small_policy(("four_eyes = true", "four_eyes = false"))


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


@pytest.fixture
def granted(office: Office) -> Office:
    """A household of one with 300.00 and a permit."""
    office.save(30000)
    office.end("granted")
    return office


def _amounts(office: Office, account: str = "H-1") -> tuple[int, int, int, int]:
    state = office.ledger.account(account)
    return state.balance_cents, state.on_hold_cents, state.available_cents, state.released_cents


# ── the two phases ───────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R1")
@pytest.mark.parametrize(("event", "purpose"), PURPOSES)
def test_every_purpose_goes_from_request_to_payment(
    office: Office, event: str, purpose: str
) -> None:
    office.save(30000)
    office.end(event)
    assert _amounts(office) == (30000, 0, 30000, 0)
    release = office.ask(purpose, 2500)
    assert _amounts(office) == (30000, 2500, 27500, 0)
    assert office.release(release).status == "requested"
    office.approve(release)
    assert _amounts(office) == (30000, 2500, 27500, 0)
    office.today("2015-06-12")
    office.pay(release, batch="2015-06.B")
    assert _amounts(office) == (27500, 0, 27500, 2500)
    state = office.release(release)
    assert (state.status, state.purpose, state.amount_cents) == ("paid", purpose, 2500)
    assert (state.requested_by, state.approved_by, state.evidence) == ("kees", "anna", EVIDENCE)
    assert (state.requested_on, state.paid_on) == ("2015-06-10", "2015-06-12")
    assert (state.batch, state.policy, state.policy_version) == ("2015-06.B", POLICY.digest, 1)


@pytest.mark.parametrize(("event", "purpose"), PURPOSES)
def test_a_purpose_of_the_other_outcome_is_not_allowed(
    office: Office, event: str, purpose: str
) -> None:
    office.save(30000)
    office.end("granted" if event == "voluntary_return" else "voluntary_return")
    with office.refuses("release.purpose_not_allowed"):
        office.ask(purpose, 100)


def test_several_releases_hold_their_amounts_side_by_side(granted: Office) -> None:
    bridging, deposit = granted.ask("bridging", 10000), granted.ask("deposit", 15000)
    assert _amounts(granted) == (30000, 25000, 5000, 0)
    with granted.refuses("release.insufficient_balance", most_cents=5000):
        granted.ask("furnishing", 5001)
    granted.approve(deposit)
    granted.pay(deposit)
    granted.ledger.reject_release(bridging, because="withdrawn")
    assert _amounts(granted) == (15000, 0, 15000, 15000)


def test_a_part_may_be_approved_and_the_rest_is_free_again(granted: Office) -> None:
    release = granted.ask("bridging", 10000)
    with granted.refuses("release.above_request"):
        granted.approve(release, amount_cents=10001)
    for nothing in (0, -1):
        with granted.refuses("release.amount"):
            granted.approve(release, amount_cents=nothing)
    granted.approve(release, amount_cents=6000)
    assert _amounts(granted) == (30000, 6000, 24000, 0)
    granted.pay(release)
    assert _amounts(granted) == (24000, 0, 24000, 6000)
    granted.ask("bridging", 6000)  # of the maximum of 120.00 only 60.00 was used


def test_who_asks_does_not_approve(granted: Office) -> None:
    release = granted.ask("bridging", 1000)
    with granted.refuses("release.same_actor", missing="kees"):
        granted.approve(release, actor="kees")
    granted.approve(release, actor="anna")


def test_a_policy_may_do_with_two_eyes(granted: Office) -> None:
    release = granted.ask("bridging", 1000, policy=TWO_EYES)
    with granted.refuses("release.same_actor"):
        granted.approve(release, actor="kees", policy=POLICY)
    granted.approve(release, actor="kees", policy=TWO_EYES)
    assert granted.release(release).approved_by == "kees"


@pytest.mark.parametrize(("purpose", "needed"), [("furnishing", True), ("bridging", False)])
def test_evidence_is_asked_where_the_policy_says(
    granted: Office, purpose: str, *, needed: bool
) -> None:
    if needed:
        with granted.refuses("release.evidence_missing"):
            granted.ask(purpose, 1000, evidence=None)
    else:
        granted.ask(purpose, 1000, evidence=None)
    for no_digest in ("", "a letter", "E" * 64, "e" * 63, "e" * 65, "999993653"):
        with granted.refuses("release.evidence_digest"):
            granted.ask(purpose, 1000, evidence=no_digest)


@pytest.mark.invariant("R5")
@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("release.unknown_purpose", {"purpose": "car"}),
        ("release.unknown_purpose", {"purpose": "remainder"}),
        ("release.amount", {"cents": 0}),
        ("release.amount", {"cents": -100}),
        ("ledger.in_future", {"on": date(2015, 6, 11)}),
        ("ledger.unknown_account", {"account": "H-9"}),
        ("release.procedure_open", {"on": date(2015, 5, 31)}),
        ("ledger.too_early", {"on": date(2014, 12, 31)}),
        ("facts.invalid", {"actor": "999993653"}),
    ],
)
def test_a_request_that_cannot_be_is_refused_and_not_written(
    granted: Office, code: str, asked: dict[str, Any]
) -> None:
    with granted.refuses(code):
        granted.ask(**{"purpose": "bridging", "cents": 1000, **asked})


# ── steps that do not follow ─────────────────────────────────────────────────────────────────


def _step(office: Office, step: str, release: str, command_id: str | None = None) -> None:
    match step:
        case "approve":
            office.approve(release, command_id=command_id)
        case "pay":
            office.ledger.pay_release(release, batch="B-9", command_id=command_id)
        case "reject":
            office.ledger.reject_release(release, because="withdrawn", command_id=command_id)
        case _:
            office.ledger.return_release(release, because="other", command_id=command_id)


@pytest.mark.parametrize(
    ("before", "refused"),
    [
        ((), ("pay", "return")),
        (("approve",), ("approve", "return")),
        (("reject",), ("approve", "pay", "reject", "return")),
        (("approve", "reject"), ("approve", "pay", "reject", "return")),
        (("approve", "pay"), ("approve", "pay", "reject")),
        (("approve", "pay", "return"), ("approve", "pay", "reject", "return")),
    ],
)
def test_each_step_follows_on_the_one_before(
    granted: Office, before: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    release = granted.ask("bridging", 1000)
    for step in before:
        _step(granted, step, release)
    for step in refused:
        with granted.refuses("release.wrong_status", status=granted.release(release).status):
            _step(granted, step, release, command_id="not the same command again")


@pytest.mark.parametrize("step", ["approve", "pay", "reject", "return"])
@pytest.mark.parametrize(
    ("release", "code"),
    [
        ("H-1/2", "release.unknown"),
        ("H-1/99", "release.unknown"),
        ("H-9/5", "ledger.unknown_account"),
        ("nonsense", "ledger.entry_id"),
    ],
)
def test_a_step_takes_a_release_that_is_one(
    granted: Office, step: str, release: str, code: str
) -> None:
    with granted.refuses(code):
        _step(granted, step, release)


def test_no_step_is_dated_before_the_one_it_follows_on_nor_after_today(granted: Office) -> None:
    ledger, tenth, eleventh = granted.ledger, date(2015, 6, 10), date(2015, 6, 11)
    release = granted.ask("bridging", 1000)
    for day, code in ((date(2015, 6, 9), "ledger.too_early"), (eleventh, "ledger.in_future")):
        with granted.refuses(code):
            granted.approve(release, on=day)
        with granted.refuses(code):
            ledger.reject_release(release, because="withdrawn", on=day)
    granted.today("2015-06-11")
    granted.approve(release)
    for code, day in (("ledger.too_early", tenth), ("ledger.in_future", date(2015, 6, 12))):
        with granted.refuses(code):
            ledger.pay_release(release, batch="B-1", on=day)
    granted.pay(release)
    with granted.refuses("ledger.too_early"):
        ledger.return_release(release, because="other", on=tenth)


@pytest.mark.parametrize("because", REJECTION_REASONS)
@pytest.mark.parametrize("approved", [False, True])
def test_a_rejection_frees_what_was_held(granted: Office, because: str, *, approved: bool) -> None:
    release = granted.ask("bridging", 12000)
    if approved:
        granted.approve(release)
    granted.ledger.reject_release(release, because=because)
    assert _amounts(granted) == (30000, 0, 30000, 0)
    assert (granted.release(release).status, granted.release(release).because) == (
        "rejected", because,
    )  # fmt: skip
    again = granted.ask("bridging", 12000)  # and what was rejected uses nothing of the maximum
    assert again != release
    with granted.refuses("ledger.unknown_reason"):
        granted.ledger.reject_release(again, because="no reason")


# ── payment ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_households(granted: Office) -> tuple[str, str]:
    granted.save(20000, account="H-2")
    granted.end("granted", account="H-2")
    return granted.approve(granted.ask("bridging", 1000)), granted.ask(
        "bridging", 2000, account="H-2"
    )


def test_a_batch_over_two_accounts_is_paid_whole(
    granted: Office, two_households: tuple[str, str]
) -> None:
    first, second = two_households
    with granted.refuses("release.wrong_status", release=second):
        granted.pay(first, second)
    assert granted.release(first).status == "approved"
    granted.approve(second)
    paid = granted.ledger.pay_release([first, second], batch="B-1")
    assert [(each.release, each.status, each.batch) for each in paid] == [
        (first, "paid", "B-1"),
        (second, "paid", "B-1"),
    ]
    assert len({entry.command_id for entry in list(granted.ledger.entries())[-2:]}) == 1


@pytest.mark.invariant("R2")
def test_a_batch_with_one_procedure_open_again_pays_nobody(
    granted: Office, two_households: tuple[str, str]
) -> None:
    first, second = two_households
    granted.approve(second)
    event = granted.ledger.account("H-2").events[0].event
    granted.ledger.revoke_procedure(event, because="new_application", legal_basis=BASIS)
    with granted.refuses("release.procedure_open", missing="P-1"):
        granted.pay(first, second)
    assert granted.release(first).status == "approved"


def test_a_batch_names_each_release_once_and_has_a_usable_name(granted: Office) -> None:
    release = granted.approve(granted.ask("bridging", 1000))
    with granted.refuses("release.twice"):
        granted.pay(release, release)
    for name in ("", "a batch", "-B", "B" * 36, "É", "B/1"):
        with granted.refuses("release.batch"):
            granted.pay(release, batch=name)
    granted.pay(release, batch="B" * 35)


@pytest.mark.invariant("R2")
def test_another_outcome_since_the_approval_stops_the_payment(granted: Office) -> None:
    release = granted.approve(granted.ask("bridging", 1000))
    granted.end("voluntary_return", "2015-06-05")
    with granted.refuses("release.outcome_changed", outcome="granted", now="return"):
        granted.pay(release)
    granted.ledger.reject_release(release, because="recorded_in_error")
    granted.use("reintegration", 1000)


@pytest.mark.invariant("R1")
def test_a_revision_that_leaves_too_little_stops_the_payment(granted: Office) -> None:
    release = granted.approve(granted.ask("bridging", 12000))
    granted.revise(5000)
    assert _amounts(granted) == (5000, 12000, 0, 0)
    with granted.refuses("release.insufficient_balance", most_cents=5000):
        granted.pay(release)
    asked = granted.ledger.account("H-1")
    assert (asked.overpaid_cents, asked.balance_cents) == (0, 5000)
    granted.ledger.reject_release(release, because="not_needed")
    granted.use("bridging", 5000)
    assert _amounts(granted) == (0, 0, 0, 5000)


@pytest.mark.invariant("R1")
def test_an_approval_is_decided_anew_after_a_revision(granted: Office) -> None:
    release = granted.ask("bridging", 12000)
    granted.revise(5000)
    with granted.refuses("release.insufficient_balance", most_cents=5000):
        granted.approve(release)
    granted.approve(release, amount_cents=5000)
    granted.pay(release)
    assert _amounts(granted) == (0, 0, 0, 5000)


@pytest.mark.parametrize("because", RETURN_REASONS)
def test_what_the_bank_returns_is_savings_again_and_asked_anew(
    granted: Office, because: str
) -> None:
    release = granted.use("bridging", 12000)
    with granted.refuses("release.purpose_max_exceeded", most_cents=0):
        granted.ask("bridging", 1)
    with granted.refuses("ledger.unknown_reason"):
        granted.ledger.return_release(release, because="unknown")
    with granted.refuses("ledger.text"):
        granted.ledger.return_release(release, because=because, reference="NL91ABNA0417164300")
    granted.ledger.return_release(release, because=because, reference="bank statement 7")
    assert granted.release(release).status == "returned"
    assert _amounts(granted) == (30000, 0, 30000, 0)
    again = granted.use("bridging", 12000)
    assert again != release
    assert _amounts(granted) == (18000, 0, 18000, 12000)


# ── commands ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("E1")
@pytest.mark.parametrize("own_id", [True, False])
def test_the_same_command_again_is_one_entry(granted: Office, *, own_id: bool) -> None:
    release = granted.ask("bridging", 1000)
    for step in ("approve", "pay", "return"):
        command_id = step if own_id else None
        _step(granted, step, release, command_id)
        size = granted.ledger.size()
        _step(granted, step, release, command_id)
        assert granted.ledger.size() == size, step
    assert granted.release(release).status == "returned"


@pytest.mark.invariant("E1")
def test_the_same_id_with_other_content_is_refused(granted: Office) -> None:
    ledger = granted.ledger
    release = granted.ask("bridging", 1000, command_id="c-1")
    with granted.refuses("ledger.command_conflict", command_id="c-1"):
        granted.ask("bridging", 1001, command_id="c-1")
    with granted.refuses("ledger.command_conflict"):
        granted.approve(release, command_id="c-1")
    granted.approve(release, command_id="c-2")
    with granted.refuses("ledger.command_conflict"):
        granted.approve(release, amount_cents=500, command_id="c-2")
    ledger.pay_release(release, batch="B-1", command_id="c-3")
    with granted.refuses("ledger.command_conflict"):
        ledger.pay_release(release, batch="B-2", command_id="c-3")


@pytest.mark.invariant("E1")
def test_without_an_id_the_same_request_is_one_a_day(granted: Office) -> None:
    first, size = granted.ask("bridging", 1000), granted.ledger.size()
    assert (granted.ask("bridging", 1000), granted.ledger.size()) == (first, size)
    granted.today("2015-06-11")
    assert granted.ask("bridging", 1000) != first
