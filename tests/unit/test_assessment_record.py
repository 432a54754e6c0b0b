"""What `reba assess --json` and `reba assets --json` print: the keys of the contract, in order."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from reba import HouseholdMonth, Month, RebaError, assess, asset_position, load_law
from reba.errors import LawError
from reba.law.assessment import AMOUNT_KEYS
from reba.law.choices import MunicipalChoices
from reba.law.rooo import assess_rooo

Case = dict[str, Any]
LAW = load_law()
KEYS = (
    "scheme", "household", "month", "contribution_cents", "economic_value_cents",
    "allowance_value_cents", "housing_value_cents", "countable_income_cents", "exemption_cents",
    "from_earnings_cents", "from_other_income_cents", "from_assets_cents", "asset_limit_cents",
    "asset_excess_cents", "asset_total_cents", "leefgeld_cents", "leefgeld_withdrawn_from_cents",
    "contribution_due_from_cents", "provisional", "provisional_because", "not_supplied", "steps",
    "law_digest", "choices_digest",
)  # fmt: skip
ASSET_KEYS = (
    "scheme", "household", "month", "asset_limit_cents", "asset_excess_cents", "asset_total_cents",
    "provisional", "provisional_because", "not_supplied", "steps", "law_digest",
)  # fmt: skip


def _reba(month: str = "2015-06", **more: object) -> Case:
    return {
        "scheme": "reba-2008", "month": month, "household": "H-7",
        "members": [{
            "id": "P-1", "born": "1985-06-15", "residence_status": "asylum_seeker",
            "exemption_weeks_used": 3, "income": [{"kind": "earnings", "net": "400.00"},
                                                  {"kind": "benefit", "net": "100.00"}],
        }],
        "assets": {
            "at_start": "6045.00", "debts_at_start": "0.00", "started_on": "2015-01-01",
            "receipts": [],
        },
        "provisions": {"shelter": True, "catering": False},
        **more,
    }  # fmt: skip


def _rooo(**more: object) -> Case:
    return {
        "scheme": "rooo", "month": "2025-10", "household": "H-8",
        "members": [{"id": "P-1", "born": "1985-06-15",
                     "income": [{"kind": "earnings", "net": "700.00", "basis": "uwv"}]}],
        "provisions": {"shelter": True, "catering": False},
        **more,
    }  # fmt: skip


def _facts(case: Case) -> HouseholdMonth:
    return HouseholdMonth.model_validate(case)


# ── the records ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("A14")
@pytest.mark.parametrize("case", [_reba(), _rooo()], ids=["reba-2008", "rooo"])
def test_an_assessment_is_printed_under_the_keys_of_the_contract(case: Case) -> None:
    found = assess(_facts(case), LAW)
    record = found.to_record()
    assert tuple(record) == KEYS
    assert tuple(found.amounts()) == AMOUNT_KEYS == KEYS[3:18]
    for key in KEYS:
        if key not in {"month", "steps", "provisional_because", "not_supplied"}:
            assert record[key] == getattr(found, key), key
    assert record["month"] == case["month"]
    assert record["provisional_because"] == list(found.provisional_because)
    assert record["not_supplied"] == list(found.not_supplied)
    steps = record["steps"]
    assert isinstance(steps, list)
    assert [step["id"] for step in steps] == [step.id for step in found.steps]


def test_an_assessment_of_reba_holds_its_amounts() -> None:
    found = assess(_facts(_reba()), LAW)
    assert (found.scheme, found.household, found.month) == ("reba-2008", "H-7", Month(2015, 6))
    assert found.amounts() == {
        "contribution_cents": 44595, "economic_value_cents": 44595,
        "allowance_value_cents": 24945, "housing_value_cents": 19650,
        "countable_income_cents": 40000, "exemption_cents": 10000,
        "from_earnings_cents": 30000, "from_other_income_cents": 10000, "from_assets_cents": 4595,
        "asset_limit_cents": 589500, "asset_excess_cents": 15000, "asset_total_cents": 10000,
        "leefgeld_cents": None, "leefgeld_withdrawn_from_cents": None,
        "contribution_due_from_cents": None,
    }  # fmt: skip
    assert (found.provisional, found.provisional_because) == (False, ())
    assert found.not_supplied == ("assets.charged_before", "obligations")
    assert (found.law_digest, found.choices_digest) == (LAW.digest, None)


def test_an_assessment_of_the_rooo_holds_its_amounts() -> None:
    found = assess(_facts(_rooo()), LAW)
    assert (found.scheme, found.household, found.month) == ("rooo", "H-8", Month(2025, 10))
    assert found.amounts() == {
        "contribution_cents": 24422, "economic_value_cents": None, "allowance_value_cents": None,
        "housing_value_cents": None, "countable_income_cents": 70000, "exemption_cents": 0,
        "from_earnings_cents": 24422, "from_other_income_cents": 0, "from_assets_cents": 0,
        "asset_limit_cents": None, "asset_excess_cents": None, "asset_total_cents": None,
        "leefgeld_cents": 31484, "leefgeld_withdrawn_from_cents": 36207,
        "contribution_due_from_cents": 64292,
    }  # fmt: skip
    assert (found.provisional, found.not_supplied) == (False, ())
    assert (found.law_digest, found.choices_digest) == (LAW.digest, None)


@pytest.mark.invariant("A14")
def test_an_asset_position_is_printed_under_the_keys_of_the_contract() -> None:
    found = asset_position(_facts(_reba()), LAW)
    record = found.to_record()
    assert tuple(record) == ASSET_KEYS
    assert {key: record[key] for key in ASSET_KEYS if key not in {"steps", "law_digest"}} == {
        "scheme": "reba-2008", "household": "H-7", "month": "2015-06",
        "asset_limit_cents": 589500, "asset_excess_cents": 15000, "asset_total_cents": 10000,
        "provisional": False, "provisional_because": [], "not_supplied": [],
    }  # fmt: skip
    assert record["law_digest"] == found.law_digest == LAW.digest
    assert (found.month, found.not_supplied) == (Month(2015, 6), ())
    steps = record["steps"]
    assert isinstance(steps, list)
    assert [step["id"] for step in steps] == [step.id for step in found.steps]
    assert found.render("nl").count("\n") > len(steps)
    assert "Vermogensgrens" in found.render("nl")
    assert "Asset limit" in found.render("en")


def test_what_is_assessed_cannot_be_changed() -> None:
    for found in (assess(_facts(_reba()), LAW), asset_position(_facts(_reba()), LAW)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            found.household = "H-9"  # type: ignore[misc]


# ── what is provisional, and why ─────────────────────────────────────────────────────────────


def test_values_that_are_not_verified_make_a_result_provisional_and_are_named() -> None:
    found = assess(_facts(_reba("2022-04")), LAW)
    assert found.provisional
    unverified = {
        value.name
        for step in found.steps
        for value in step.parameters
        if value.status != "verified"
    }
    assert unverified <= set(found.provisional_because)
    assert len(set(found.provisional_because)) == len(found.provisional_because)
    assert {"reba.exemption_rate", "reba.exemption_maximum"} & set(found.provisional_because)


def test_a_reported_asset_limit_makes_a_position_provisional() -> None:
    case = _reba("2026-03")
    position = asset_position(_facts(case), LAW)
    assert position.provisional
    assert "participatiewet.asset_limit_single" in position.provisional_because


# ── refusals ─────────────────────────────────────────────────────────────────────────────────


def test_a_scheme_without_rules_is_refused_with_those_that_have_them() -> None:
    unknown = _facts(_rooo()).model_copy(update={"scheme": "wmo"})
    with pytest.raises(LawError) as raised:
        assess(unknown, LAW)
    assert raised.value.data == {"scheme": "wmo", "known": "reba-2008, rooo"}
    with pytest.raises(LawError) as raised:
        asset_position(_facts(_rooo()), LAW)
    assert raised.value.data == {"scheme": "rooo", "known": "reba-2008"}


def test_choices_where_there_are_none_to_make_are_refused_with_the_scheme() -> None:
    version = {
        "valid_from": "2015-01-01", "source": "x",
        "rules": {"income_proof": "measured", "reference_period": "month",
                  "below_first": "nothing", "between": "nothing"},
    }  # fmt: skip
    head = {"id": "x", "municipality": "y"}
    choices = MunicipalChoices.from_record({"choices": head, "version": [version]})
    with pytest.raises(LawError) as raised:
        assess(_facts(_reba()), LAW, choices)
    assert raised.value.code == "law.choices"
    assert raised.value.data == {"scheme": "reba-2008"}


def test_weeks_and_assets_that_nobody_gave_are_named() -> None:
    case = _reba()
    del case["members"][0]["exemption_weeks_used"]
    with pytest.raises(RebaError) as raised:
        assess(_facts(case), LAW)
    (fault,) = raised.value.faults
    assert fault.code == "facts.exemption_weeks_missing"
    assert fault.path == "members.0.exemption_weeks_used"
    bare = _reba()
    del bare["assets"]
    with pytest.raises(RebaError) as raised:
        asset_position(_facts(bare), LAW)
    assert (raised.value.code, raised.value.data) == ("facts.missing", {"key": "assets"})


def test_weeks_are_asked_for_again_where_facts_were_made_without_their_checks() -> None:
    """`model_copy` skips them; an asylum seeker without weeks would be exempt for ever."""
    facts = _facts(_reba())
    (member,) = facts.members
    without = member.model_copy(update={"exemption_weeks_used": None})
    with pytest.raises(RebaError) as raised:
        assess(facts.model_copy(update={"members": (without,)}), LAW)
    assert raised.value.code == "facts.exemption_weeks_missing"
    assert raised.value.data == {"member": "P-1"}


def test_between_the_thresholds_without_choices_every_bound_is_named() -> None:
    case = _rooo()
    case["members"][0]["income"][0]["net"] = "500.00"
    with pytest.raises(LawError) as raised:
        assess_rooo(_facts(case), LAW)
    assert raised.value.code == "law.choices_missing"
    assert raised.value.data == {
        "month": "2025-10", "income": "500.00", "withdrawn_from": "362.07", "due_from": "642.92",
        "lowest": "0.00", "highest": "185.16", "full": "244.22",
    }  # fmt: skip


def test_a_month_before_the_contribution_began_says_when_it_began() -> None:
    with pytest.raises(LawError) as raised:
        assess(_facts(_rooo(month="2024-06")), LAW)
    error = raised.value
    assert error.code == "law.no_value"
    assert error.data["nearest"] == "from 2024-07-01; before that day there was no own contribution"
    assert error.data["date"] == "2024-06-01"
    assert error.data["nearest_after"] is not None
    assert date.fromisoformat(str(error.data["nearest_after"])) >= date(2024, 7, 1)
