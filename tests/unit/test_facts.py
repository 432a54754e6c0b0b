"""Bad input, one by one: each has its code and the path of the field, and none is repaired."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest

from reba import HouseholdMonth, RebaError
from reba.canonical import canonical_text
from reba.errors import FactsError
from reba.runs.rows import duplicate_key

Facts = dict[str, object]

CASE: Facts = {
    "scheme": "reba-2008",
    "month": "2015-03",
    "household": "H-0001",
    "members": [
        {
            "id": "P-1",
            "born": "1990-05-14",
            "residence_status": "asylum_seeker",
            "exemption_weeks_used": 10,
            "receives_allowance": True,
            "income": [
                {"kind": "earnings", "net": "1000.00", "earned_in": "2015-03"},
                {"kind": "gift", "net": "50.00", "justified": True, "reason": "a winter coat: é"},
            ],
            "obligations": "0.00",
        }
    ],
    "assets": {
        "at_start": "0.00",
        "debts_at_start": "0.00",
        "started_on": "2014-06-01",
        "receipts": [{"on": "2015-01-14", "kind": "penalty_payment", "amount": "15000.00"}],
        "charged_before": "0.00",
    },
    "provisions": {"shelter": True, "catering": False},
    "collected": "445.95",
}

REMOVED = object()


def _changed(path: str, value: object) -> Facts:
    facts = copy.deepcopy(CASE)
    place: object = facts
    *parents, last = path.split(".")
    for key in parents:
        place = place[int(key)] if isinstance(place, list) else place[key]  # type: ignore[index]
    assert isinstance(place, dict)
    if value is REMOVED:
        del place[last]
    else:
        place[last] = value
    return facts


def test_the_case_of_the_contract_is_read_and_kept_canonically() -> None:
    facts = HouseholdMonth.model_validate(CASE)
    assert facts == HouseholdMonth.from_json(json.dumps(CASE))
    record = facts.record_json()
    assert record == canonical_text(json.loads(record))
    assert HouseholdMonth.from_json(record) == facts


BAD: list[tuple[str, object, str, str]] = [
    ("collected", 445.95, "money.float", "collected"),
    ("collected", 445, "money.float", "collected"),
    ("collected", True, "money.format", "collected"),
    ("collected", "445.955", "money.format", "collected"),
    ("collected", "445,95", "money.format", "collected"),
    ("collected", " 445.95", "money.format", "collected"),
    ("collected", "-1.00", "money.negative", "collected"),
    ("collected", "99999999999.00", "money.too_large", "collected"),
    ("month", "2015-13", "month.format", "month"),
    ("month", "2015-3", "month.format", "month"),
    ("month", 201503, "month.format", "month"),
    ("month", "1066-10", "month.range", "month"),
    ("scheme", "reba-2009", "facts.unknown_kind", "scheme"),
    ("household", "", "facts.identifier", "household"),
    ("household", "H 1", "facts.identifier", "household"),
    ("household", "999993653", "facts.identifier_personal", "household"),
    ("household", "NL91ABNA0417164300", "facts.identifier_personal", "household"),
    ("household", "1234567890", "facts.identifier_personal", "household"),
    ("household", 7, "facts.type", "household"),
    ("members", [], "facts.no_members", "members"),
    ("members", "P-1", "facts.type", "members"),
    ("members.0.born", "2015-04-01", "facts.born_after_month", "members.0.born"),
    ("members.0.born", "1990-02-30", "month.date_format", "members.0.born"),
    ("members.0.born", "1990-05-14T00:00:00", "month.date_format", "members.0.born"),
    ("members.0.born", 0, "month.date_format", "members.0.born"),
    ("members.0.exemption_weeks_used", -1, "facts.type", "members.0.exemption_weeks_used"),
    ("members.0.exemption_weeks_used", "10", "facts.type", "members.0.exemption_weeks_used"),
    ("members.0.exemption_weeks_used", 10.0, "facts.type", "members.0.exemption_weeks_used"),
    ("members.0.receives_allowance", "yes", "facts.type", "members.0.receives_allowance"),
    ("members.0.receives_allowance", 1, "facts.type", "members.0.receives_allowance"),
    ("members.0.nationality", "x", "facts.unknown_key", "members.0.nationality"),
    ("members.0.income.0.kind", "wages", "facts.unknown_kind", "members.0.income.0.kind"),
    ("members.0.income.0.net", REMOVED, "facts.missing", "members.0.income.0.net"),
    ("members.0.income.1.reason", REMOVED, "facts.reason_missing", "members.0.income.1.justified"),
    ("members.0.income.0.justified", True, "facts.reason_not_allowed",
     "members.0.income.0.justified"),
    ("members.0.residence_status", REMOVED, "facts.required_for_scheme",
     "members.0.residence_status"),
    ("members.0.exemption_weeks_used", REMOVED, "facts.exemption_weeks_missing",
     "members.0.exemption_weeks_used"),
    ("members.0.child_benefit_since", "2015-04-01", "facts.date_after_month",
     "members.0.child_benefit_since"),
    ("provisions", REMOVED, "facts.missing", "provisions"),
    ("provisions.shelter", REMOVED, "facts.missing", "provisions.shelter"),
    ("assets.started_on", "2015-04-01", "facts.date_after_month", "assets.started_on"),
    ("assets.receipts.0.on", "2015-04-01", "facts.date_after_month", "assets.receipts.0.on"),
    ("assets.receipts.0.on", "2014-05-31", "facts.receipt_before_start", "assets.receipts.0.on"),
    ("assets.receipts.0.kind", "lottery", "facts.unknown_kind", "assets.receipts.0.kind"),
    ("scheme", "rooo", "facts.not_for_scheme", "members.0.residence_status"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "code", "place"), BAD)
def test_a_bad_field_is_refused_with_its_code_and_place(
    path: str, value: object, code: str, place: str
) -> None:
    facts = _changed(path, value)
    for read in (HouseholdMonth.model_validate, _through_json):
        with pytest.raises(FactsError) as raised:
            read(facts)
        assert (code, place) in [(fault.code, fault.path) for fault in raised.value.faults]
        assert str(raised.value).count("\n") == 0


def _through_json(facts: Facts) -> HouseholdMonth:
    return HouseholdMonth.from_json(json.dumps(facts))


def test_every_fault_is_reported_at_once() -> None:
    facts = _changed("collected", 1.5)
    facts["month"] = "March"
    facts["extra"] = None
    with pytest.raises(FactsError) as raised:
        HouseholdMonth.model_validate(facts)
    assert {fault.code for fault in raised.value.faults} == {
        "money.float", "month.format", "facts.unknown_key",
    }  # fmt: skip


def test_a_member_twice_is_refused() -> None:
    facts = copy.deepcopy(CASE)
    assert isinstance(facts["members"], list)
    facts["members"] = facts["members"] * 2
    with pytest.raises(FactsError) as raised:
        HouseholdMonth.model_validate(facts)
    assert raised.value.faults[0].code == "facts.duplicate_member"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a":1}x', "NaN"])
def test_malformed_json_is_refused(text: str) -> None:
    with pytest.raises(RebaError):
        HouseholdMonth.from_json(text)


def test_a_key_that_stands_twice_is_found() -> None:
    assert duplicate_key('{"a": 1, "b": {"c": 2, "c": 3}}') == "c"
    assert duplicate_key(json.dumps(CASE)) is None


def test_facts_are_frozen() -> None:
    facts = HouseholdMonth.model_validate(CASE)
    setters: list[Callable[[], None]] = [
        lambda: setattr(facts, "month", None),
        lambda: setattr(facts.members[0], "born", None),
    ]
    for change in setters:
        with pytest.raises(ValueError, match="frozen"):
            change()


def test_a_faulty_member_is_not_a_missing_one() -> None:
    with pytest.raises(RebaError) as raised:
        HouseholdMonth.model_validate(_changed("members.0.born", REMOVED))
    assert [fault.code for fault in raised.value.faults] == ["facts.missing"]
    nobody = {**_changed("provisions", REMOVED), "members": []}
    with pytest.raises(RebaError) as raised:
        HouseholdMonth.model_validate(nobody)
    found = {fault.code for fault in raised.value.faults}
    assert found == {"facts.no_members", "facts.missing"}
