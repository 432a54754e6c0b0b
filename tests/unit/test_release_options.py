"""What a household may use, and why a release is refused, as pure functions (R1, R2, R5)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from reba.savings.policy import OutcomeRules, PurposeRule, ReleaseRules
from reba.savings.procedure import ProcedureState
from reba.savings.release import (
    Allowed,
    Option,
    Refused,
    Request,
    Standing,
    decide_release,
    release_options,
)

DAY = date(2015, 6, 1)
RULES = ReleaseRules(
    four_eyes=True,
    granted=OutcomeRules(
        Fraction(1),
        {"furnishing": PurposeRule(20000, evidence=True), "deposit": PurposeRule(9000, False)},
    ),
    voluntary_return=OutcomeRules(Fraction(1, 2), {"travel": PurposeRule(8000, evidence=False)}),
)
OPEN = ProcedureState("open", None, ("P-1", "P-2"), None, None, ())
GRANTED = ProcedureState("ended", "granted", (), None, DAY, ("H-1/5",))
RETURNED = GRANTED._replace(outcome="return")
ASSISTANCE = ("assets_of_assistance", "special_assistance")


def _standing(procedure: ProcedureState, saved: int = 10000, **used: int) -> Standing:
    return Standing(procedure, saved, saved - sum(used.values()), used, sum(used.values()))


def _ask(standing: Standing, purpose: str, cents: int, evidence: str | None = None) -> object:
    return decide_release(Request(purpose, cents, DAY, evidence), standing, RULES)


@pytest.mark.invariant("R2")
@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        (OPEN, Refused("procedure_open", ("P-1", "P-2"))),
        (GRANTED._replace(outcome="mixed"), Refused("mixed_outcomes", ("H-1/5",))),
        (GRANTED._replace(outcome="without_permit"), Refused("return_not_confirmed")),
        (GRANTED._replace(outcome="died"), Refused("outcome_without_release", ("died",))),
    ],
)
def test_a_refusal_names_what_stands_in_the_way(
    procedure: ProcedureState, expected: Refused
) -> None:
    assert _ask(_standing(procedure), "deposit", 1) == expected


def test_a_purpose_of_the_other_outcome_is_refused_with_those_that_are_allowed() -> None:
    refused = Refused("purpose_not_allowed", ("furnishing", "deposit"))
    assert _ask(_standing(GRANTED), "travel", 1) == refused


@pytest.mark.invariant("R1")
@pytest.mark.invariant("R5")
@pytest.mark.parametrize(
    ("procedure", "purpose", "cents", "evidence", "expected"),
    [
        (GRANTED, "deposit", 9000, None, Allowed((*ASSISTANCE, "deposit_maximum"))),
        (GRANTED, "deposit", 9001, None, Refused("purpose_max_exceeded", (), 9000)),
        (GRANTED, "furnishing", 10000, "digest", Allowed(ASSISTANCE)),
        (GRANTED, "furnishing", 10000, None, Refused("evidence_missing")),
        (GRANTED, "furnishing", 10001, None, Refused("insufficient_balance", (), 10000)),
        (RETURNED, "travel", 5000, None, Allowed(("return_aid",))),
        (RETURNED, "travel", 5001, None, Refused("share_exceeded", (), 5000)),
    ],
)
def test_the_last_cent_is_allowed_and_the_next_refused(
    procedure: ProcedureState,
    purpose: str,
    cents: int,
    evidence: str | None,
    expected: Allowed | Refused,
) -> None:
    assert _ask(_standing(procedure), purpose, cents, evidence) == expected


def test_the_options_of_an_open_procedure_are_nothing_yet_and_say_why() -> None:
    found = release_options(_standing(OPEN), RULES)
    assert found == (
        Option("furnishing", 0, "procedure_open", 20000, 0, True, ASSISTANCE),
        Option("deposit", 0, "procedure_open", 9000, 0, False, (*ASSISTANCE, "deposit_maximum")),
        Option("travel", 0, "procedure_open", 8000, 0, False, ("return_aid",)),
    )
    assert release_options(_standing(OPEN), RULES, expected="granted") == found[:2]
    assert release_options(_standing(OPEN), RULES, expected="return") == found[2:]


@pytest.mark.invariant("R1")
def test_the_options_of_an_ended_procedure_say_how_much_and_what_limits_it() -> None:
    standing = _standing(GRANTED, deposit=2500)
    assert release_options(standing, RULES) == (
        Option("furnishing", 7500, None, 20000, 0, True, ASSISTANCE),
        Option(
            "deposit", 6500, "purpose_max_exceeded", 9000, 2500, False,
            (*ASSISTANCE, "deposit_maximum"),
        ),
    )  # fmt: skip
    (travel,) = release_options(_standing(RETURNED, travel=500), RULES, expected="granted")
    assert travel == Option("travel", 4500, "share_exceeded", 8000, 500, False, ("return_aid",))


@pytest.mark.invariant("R5")
def test_of_two_limits_that_leave_the_same_the_first_is_named() -> None:
    rules = RULES._replace(
        voluntary_return=OutcomeRules(Fraction(4, 5), {"travel": PurposeRule(8000, evidence=False)})
    )
    (travel,) = release_options(_standing(RETURNED), rules)
    assert (travel.most_cents, travel.limited_by) == (8000, "share_exceeded")
