"""Mixed outcomes, decisions, revocations, and what cannot be recorded (D6, R2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from reba.savings.procedure import (
    REVOCATION_REASONS,
    GroupDecision,
    Party,
    ProcedureEvent,
    procedure_state,
)
from unit.test_office import BASIS, COUPLE, Office, opened_office


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


DAY = date(2015, 6, 1)


# ── mixed outcomes ───────────────────────────────────────────────────────────────────────────


def _mixed(office: Office) -> tuple[str, str]:
    office.save(10000, members=COUPLE)
    return office.end(member="P-1"), office.end("voluntary_return", member="P-2")


@pytest.mark.parametrize("group", ["granted", "return"])
def test_mixed_outcomes_wait_for_a_decision_on_the_group(office: Office, group: str) -> None:
    rests_on = _mixed(office)
    assert office.ledger.account("H-1").outcome == "mixed"
    office.ledger.decide_outcome("H-1", group=group, legal_basis=BASIS)
    state = office.ledger.account("H-1").procedure_state
    assert (state.outcome, state.rests_on) == (group, rests_on)


def test_the_last_decision_counts_and_none_before_its_day() -> None:
    parties = [Party(name, date(1990, 5, 14)) for name in ("P-1", "P-2")]
    events = [
        ProcedureEvent("H-1/5", "P-1", "granted", DAY, DAY, BASIS),
        ProcedureEvent("H-1/6", "P-2", "rejected", DAY, DAY, BASIS),
    ]
    decisions = [
        GroupDecision("H-1/7", "granted", DAY, ("H-1/5", "H-1/6")),
        GroupDecision("H-1/8", "return", date(2015, 6, 9), ("H-1/5", "H-1/6")),
    ]
    days = (date(2015, 6, 8), date(2015, 6, 9))
    outcomes = [procedure_state(parties, events, decisions, day).outcome for day in days]
    assert outcomes == ["granted", "return"]
    assert procedure_state(parties, events, decisions[1:], days[0]).outcome == "mixed"


def test_a_decision_lapses_with_the_first_event_that_changes(office: Office) -> None:
    _mixed(office)
    office.ledger.decide_outcome("H-1", group="granted", legal_basis=BASIS)
    office.end("withdrawn", "2015-06-05", member="P-2")
    assert office.ledger.account("H-1").outcome == "mixed"
    office.ledger.decide_outcome("H-1", group="granted", legal_basis=BASIS)
    assert office.ledger.account("H-1").outcome == "granted"


def test_a_decision_is_no_longer_needed_once_the_outcomes_agree(office: Office) -> None:
    _mixed(office)
    office.end("granted", "2015-06-05", member="P-2")
    assert office.ledger.account("H-1").outcome == "granted"
    with office.refuses("procedure.not_mixed", outcome="granted"):
        office.ledger.decide_outcome("H-1", group="return", legal_basis=BASIS)


# ── revocation ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R2")
@pytest.mark.parametrize("reason", REVOCATION_REASONS)
def test_a_revocation_opens_the_procedure_and_stops_releases(office: Office, reason: str) -> None:
    office.save(30000)
    event = office.end()
    paid = office.use("bridging", 4000)
    approved = office.approve(office.ask("bridging", 3000))
    asked = office.ask("bridging", 2000)
    office.ledger.revoke_procedure(event, because=reason, legal_basis=BASIS)
    assert office.ledger.history("H-1")[-1].supersedes == event
    state = office.ledger.account("H-1")
    assert (state.procedure, state.outcome, state.events) == ("open", None, ())
    with office.refuses("release.procedure_open"):
        office.pay(approved)
    with office.refuses("release.procedure_open"):
        office.approve(asked)
    with office.refuses("release.procedure_open"):
        office.ask("bridging", 1000)
    assert (office.release(paid).status, state.released_cents) == ("paid", 4000)
    for release in (approved, asked):
        office.ledger.reject_release(release, because="procedure_revoked")
    assert office.ledger.account("H-1").available_cents == 26000


def test_a_revocation_counts_from_its_day_on(office: Office) -> None:
    office.save(10000)
    event = office.end()
    office.ledger.revoke_procedure(
        event, because="came_back", legal_basis=BASIS, on=date(2015, 6, 5)
    )
    statuses = [
        office.ledger.account("H-1", valid_on=date(2015, 6, day)).procedure for day in (4, 5)
    ]
    assert statuses == ["ended", "open"]


def test_what_was_revoked_may_be_recorded_again(office: Office) -> None:
    office.save(10000)
    first = office.end()
    office.ledger.revoke_procedure(first, because="recorded_in_error", legal_basis=BASIS)
    again = office.end()
    assert again != first
    assert office.ledger.account("H-1").outcome == "granted"


def test_a_revoked_decision_leaves_the_outcomes_mixed(office: Office) -> None:
    _mixed(office)
    decision = office.ledger.decide_outcome("H-1", group="granted", legal_basis=BASIS)
    office.ledger.revoke_procedure(decision, because="recorded_in_error", legal_basis=BASIS)
    assert office.ledger.account("H-1").outcome == "mixed"
    office.ledger.decide_outcome("H-1", group="return", legal_basis=BASIS)
    assert office.ledger.account("H-1").outcome == "return"


# ── what cannot be recorded ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("procedure.unknown_member", {"member": "P-9"}),
        ("procedure.unknown_type", {"type": "pardoned"}),
        ("procedure.unknown_type", {"type": "outcome_decided"}),
        ("ledger.unknown_account", {"account": "H-9"}),
        ("procedure.in_future", {"on": "2015-06-11"}),
        ("procedure.in_future", {"final_on": date(2015, 6, 11)}),
        ("procedure.in_future", {"decided_on": date(2015, 6, 11)}),
        ("procedure.before_account", {"on": "2015-02-28"}),
        ("procedure.final_before_event", {"final_on": date(2015, 5, 31)}),
        ("ledger.text", {"legal_basis": ""}),
        ("ledger.text", {"legal_basis": " "}),
        ("ledger.text", {"legal_basis": "two\nlines"}),
        ("ledger.text", {"legal_basis": "x" * 301}),
    ],
)
def test_an_event_that_cannot_be_is_refused_and_not_written(
    office: Office, code: str, asked: dict[str, Any]
) -> None:
    office.save(10000)
    with office.refuses(code):
        office.end(**asked)


@pytest.mark.parametrize(
    "text",
    [
        "decision on 999993653", "BSN: 999993653.", "paid to NL91ABNA0417164300",
        "the person with 0123456789",
    ],
)  # fmt: skip
def test_personal_numbers_enter_no_text(office: Office, text: str) -> None:
    office.save(10000, members=COUPLE)
    with office.refuses("ledger.text"):
        office.end(legal_basis=text)
    event = office.end()
    with office.refuses("ledger.text"):
        office.ledger.revoke_procedure(event, because="came_back", legal_basis=text)
    office.end("rejected", member="P-2")
    with office.refuses("ledger.text"):
        office.ledger.decide_outcome("H-1", group="granted", legal_basis=text)


def test_the_first_day_of_the_account_and_today_are_days_to_record(office: Office) -> None:
    office.save(10000)
    office.end("rejected", "2015-03-01", decided_on=date(2015, 2, 1))
    office.end("voluntary_return", "2015-06-10")
    assert office.ledger.account("H-1").outcome == "return"


@pytest.mark.parametrize("final", [True, False])
def test_an_event_that_stands_is_not_recorded_again(office: Office, *, final: bool) -> None:
    office.save(10000)
    event = office.end()
    with office.refuses("procedure.already_recorded", event=event):
        office.end(final=final, legal_basis="another decision")
    other_day = office.end(on="2015-06-02")
    assert other_day != event


def test_an_event_without_a_final_day_is_not_recorded_again_without_one(office: Office) -> None:
    office.save(10000)
    event = office.end(final=False)
    with office.refuses("procedure.already_recorded", event=event):
        office.end(final=False, legal_basis="another decision")


@pytest.mark.invariant("E1")
def test_the_same_event_again_is_one_entry(office: Office) -> None:
    office.save(10000)
    event, size = office.end(command_id="c-1"), office.ledger.size()
    assert office.end(command_id="c-1") == event
    assert office.ledger.size() == size
    with office.refuses("ledger.command_conflict"):
        office.end("rejected", command_id="c-1")


@pytest.mark.parametrize(
    ("code", "event", "changes"),
    [
        ("procedure.unknown_event", "H-1/2", {}),
        ("procedure.unknown_event", "H-1/99", {}),
        ("ledger.unknown_account", "H-9/1", {}),
        ("ledger.entry_id", "H-1", {}),
        ("ledger.entry_id", "H-1/x", {}),
        ("ledger.unknown_reason", "", {"because": "regret"}),
        ("ledger.in_future", "", {"on": date(2015, 6, 11)}),
        ("ledger.too_early", "", {"on": date(2015, 5, 31)}),
    ],
)
def test_a_revocation_that_cannot_be_is_refused(
    office: Office, code: str, event: str, changes: dict[str, Any]
) -> None:
    office.save(10000)
    granted = office.end()
    asked = {"because": "came_back", "legal_basis": BASIS, **changes}
    with office.refuses(code):
        office.ledger.revoke_procedure(event or granted, **asked)


def test_what_was_revoked_or_superseded_cannot_be_revoked(office: Office) -> None:
    office.save(10000)
    superseded = office.end(final=False)
    event = office.end()
    office.ledger.revoke_procedure(event, because="appeal_upheld", legal_basis=BASIS)
    for gone in (superseded, event):
        with office.refuses("procedure.unknown_event"):
            office.ledger.revoke_procedure(gone, because="came_back", legal_basis=BASIS)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("procedure.unknown_group", {"group": "mixed"}),
        ("procedure.not_mixed", {"on": date(2015, 5, 31)}),
        ("ledger.in_future", {"on": date(2015, 6, 11)}),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    office: Office, code: str, changes: dict[str, Any]
) -> None:
    _mixed(office)
    with office.refuses(code):
        office.ledger.decide_outcome("H-1", **{"group": "granted", "legal_basis": BASIS, **changes})
