"""What a second reader found wrong, each as a test of its own (R1, R2, R3, C4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reba import audit
from unit.test_office import BASIS, COUPLE, POLICY, Office, opened_office


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened
        assert audit(opened.ledger).findings == ()


def _close(office: Office, case: str, **options: object) -> str:
    state = office.ledger.close("H-1", case=case, policy=POLICY, legal_basis=BASIS, actor="kees",
                                **options)  # type: ignore[arg-type]  # fmt: skip
    return state.releases[-1].release if state.releases else ""


@pytest.mark.invariant("R2")
def test_what_was_left_is_not_paid_once_the_end_was_revoked(office: Office) -> None:
    office.save(10000)
    event = office.end()
    left = _close(office, "granted")
    office.approve(left)
    office.ledger.revoke_procedure(event, because="appeal_upheld", legal_basis=BASIS)
    with office.refuses("release.procedure_open"):
        office.pay(left)


def test_the_group_is_decided_again_after_its_decision_was_revoked(office: Office) -> None:
    office.save(10000, members=COUPLE)
    office.end()
    office.end("voluntary_return", member="P-2")
    first = office.ledger.decide_outcome("H-1", group="granted", legal_basis=BASIS)
    office.ledger.revoke_procedure(first, because="recorded_in_error", legal_basis=BASIS)
    assert office.ledger.account("H-1").outcome == "mixed"
    second = office.ledger.decide_outcome("H-1", group="granted", legal_basis=BASIS)
    assert second != first
    assert office.ledger.account("H-1").outcome == "granted"


@pytest.mark.invariant("R3")
def test_what_was_remitted_makes_nobody_owe_and_swallows_no_later_savings(office: Office) -> None:
    office.save(10000)
    office.end("forced_return")
    _close(office, "forced_return")
    office.revise(4000)
    state = office.ledger.account("H-1")
    assert (state.settled_cents, state.balance_cents, state.overpaid_cents) == (4000, 0, 0)
    office.today("2015-07-10")
    office.ledger.reopen("H-1", because="came_back", legal_basis=BASIS)
    office.save(5000, month="2015-07")
    state = office.ledger.account("H-1")
    assert (state.settled_cents, state.balance_cents) == (4000, 5000)


def test_a_closed_account_has_no_options(office: Office) -> None:
    office.save(10000)
    office.end()
    _close(office, "granted")
    options = office.ledger.release_options("H-1", policy=POLICY)
    assert {(o.most_cents, o.limited_by) for o in options} == {(0, "account_closed")}


@pytest.mark.parametrize(
    "text",
    [
        "999993653", "BSN999993653", "999 993 653", "9999.93.653", "NL91ABNA0417164300",
        "NL91 ABNA 0417 1643 00", "nl91abna0417164300",
    ],
)  # fmt: skip
def test_no_text_holds_a_personal_number(office: Office, text: str) -> None:
    office.save(10000)
    with office.refuses("ledger.text"):
        office.end(legal_basis=f"decision about {text}")


@pytest.mark.parametrize("text", ["decision of 20.05.2015", "AWB 15/12345", "ECLI:NL:RVS:2026:142"])
def test_a_citation_is_no_personal_number(office: Office, text: str) -> None:
    office.save(10000)
    assert office.end(legal_basis=text)
