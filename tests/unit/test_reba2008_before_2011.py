"""Reba 2008 before 2011: one all-in amount a person. Those of children come with an overlay.

The amounts of children of 2008 to 2011 are not published, so nothing computes with them until an
organisation brings them; that it then computes right is shown here, by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reba import Assessment, HouseholdMonth, Law, RebaError, assess, asset_position, load_law

Case = dict[str, Any]
AMOUNTS = {
    "rva.all_in_child_0_11": ("EUR/week", '"35.00"'),
    "rva.all_in_child_12_17": ("EUR/week", '"42.00"'),
    "rva.all_in_unaccompanied_minor": ("EUR/week", '"51.00"'),
    "rva.single_parent_supplement": ("EUR/week", '"28.00"'),
    "rva.child_band_age": ("years", "12"),
    "rva.child_benefit_months": ("months", "3"),
}
ADULT = "1970-05-05"
YOUNG, OLDER = "1997-04-02", "1997-04-01"  # twelve on the second, and on the first, of April 2009


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    text = 'instrument = "BWBR0017959"\ntitle = "official amounts"\n'
    for name, (unit, amount) in AMOUNTS.items():
        text += (
            f'[parameter."{name}"]\ntitle_nl = "-"\ntitle_en = "-"\nunit = "{unit}"\n'
            f'[[parameter."{name}".value]]\nis = {amount}\nvalid_from = 2009-04-01\n'
            'valid_to = 2009-04-30\nurl = "https://example.org/letter"\n'
        )
    path: Path = tmp_path_factory.mktemp("overlay") / "amounts.toml"
    path.write_text(text, encoding="utf-8")
    return load_law(path)


def _assess(law: Law, *born: str, **of_first: object) -> Assessment:
    members = [
        {"id": f"P-{number}", "born": day, "residence_status": "asylum_seeker"}
        for number, day in enumerate(born, start=1)
    ]
    members[0].update(of_first)  # type: ignore[arg-type]
    case: Case = {
        "scheme": "reba-2008", "month": "2009-04", "household": "H-1", "members": members,
        "provisions": {"shelter": False, "catering": False},
    }  # fmt: skip
    return assess(HouseholdMonth.model_validate(case), law)


@pytest.mark.invariant("T2")
@pytest.mark.parametrize(
    ("born", "week_cents", "value_cents", "counted"),
    [
        ((ADULT,), 5516, 23884, [("adult", 1)]),
        ((ADULT, ADULT, YOUNG), 14532, 62924, [("adult", 2), ("child", 1)]),
        ((ADULT, ADULT, OLDER), 15232, 65955, [("adult", 2), ("child", 1)]),
        ((ADULT, ADULT, YOUNG, YOUNG), 18032, 78079, [("adult", 2), ("child", 2)]),
        ((ADULT, ADULT, YOUNG, OLDER), 18732, 81110, [("adult", 2), ("child", 1), ("child", 1)]),
        ((ADULT, YOUNG), 11816, 51163, [("adult", 1), ("child", 1), ("single_parent", 1)]),
        ((YOUNG, OLDER), 10200, 44166, [("child", 2)]),
    ],
)
def test_a_household_is_valued_at_one_amount_a_person(
    law: Law, born: tuple[str, ...], week_cents: int, value_cents: int, counted: list[object]
) -> None:
    found = _assess(law, *born)
    assert found.allowance_value_cents == found.economic_value_cents == value_cents
    value = next(step for step in found.steps if step.id == "allowance_value")
    assert dict(value.inputs) == {"week_cents": week_cents}
    lines = [dict(step.inputs) for step in found.steps if step.id == "allowance_line"]
    assert [(line["for"], line["count"]) for line in lines] == counted
    assert sum(s.amount_cents or 0 for s in found.steps if s.id == "allowance_line") == week_cents


def test_without_the_amounts_of_children_a_household_with_a_child_is_refused() -> None:
    with pytest.raises(RebaError) as raised:
        _assess(load_law(), ADULT, ADULT, YOUNG)
    assert raised.value.code == "law.no_value"
    assert raised.value.data["parameter"] in AMOUNTS


def test_who_receives_no_allowance_is_not_valued(law: Law) -> None:
    found = _assess(law, ADULT, ADULT, YOUNG, receives_allowance=False)
    assert found.allowance_value_cents == 39039  # (55.16 + 35.00) x 4.33 = 390.3928


@pytest.mark.parametrize(
    ("since", "value_cents"), [("2009-01-01", 23884), ("2009-01-02", 39039), (None, 39039)]
)
def test_three_months_after_child_benefit_the_allowance_of_a_child_ends(
    law: Law, since: str | None, value_cents: int
) -> None:
    """Rva 2005 art. 14(6); the single parent is spared here by a second adult without allowance."""
    members: list[Case] = [
        {"id": "P-1", "born": ADULT, "residence_status": "asylum_seeker"},
        {"id": "P-2", "born": ADULT, "residence_status": "asylum_seeker",
         "receives_allowance": False},
        {"id": "P-3", "born": YOUNG, "residence_status": "asylum_seeker"},
    ]  # fmt: skip
    if since is not None:
        members[2]["child_benefit_since"] = since
    case = {
        "scheme": "reba-2008", "month": "2009-04", "household": "H-1", "members": members,
        "provisions": {"shelter": False, "catering": False},
    }  # fmt: skip
    found = assess(HouseholdMonth.model_validate(case), law)
    assert found.allowance_value_cents == value_cents


def _with_assets(at_start: str, *receipts: str) -> HouseholdMonth:
    return HouseholdMonth.model_validate({
        "scheme": "reba-2008", "month": "2009-04", "household": "H-1",
        "members": [{"id": "P-1", "born": ADULT, "residence_status": "asylum_seeker"}],
        "assets": {
            "at_start": at_start, "debts_at_start": "0.00", "started_on": "2009-04-01",
            "receipts": [{"on": "2009-04-02", "kind": "sale", "amount": amount}
                         for amount in receipts],
            "charged_before": "0.00",
        },
        "provisions": {"shelter": True, "catering": False},
    })  # fmt: skip


def test_assets_are_not_held_against_a_limit_that_is_unknown_even_where_nothing_is_owned() -> None:
    """An assessment can do without: nothing lies above no limit. A statement of assets cannot."""
    facts = _with_assets("0.00")
    assert assess(facts, load_law()).asset_limit_cents is None
    with pytest.raises(RebaError) as raised:
        asset_position(facts, load_law())
    assert raised.value.code == "law.no_value"
    assert raised.value.data["parameter"] == "participatiewet.asset_limit_single"


@pytest.mark.parametrize(("at_start", "receipts"), [("0.01", ()), ("0.00", ("0.01",))])
def test_a_cent_that_is_owned_or_received_needs_the_limit(
    at_start: str, receipts: tuple[str, ...]
) -> None:
    with pytest.raises(RebaError) as raised:
        assess(_with_assets(at_start, *receipts), load_law())
    assert raised.value.code == "law.no_value"
    assert raised.value.data["parameter"] == "participatiewet.asset_limit_single"


AGES = {"rva.adult_age", "rva.child_band_age", "rva.child_benefit_months"}


@pytest.mark.invariant("T2")
@pytest.mark.parametrize(
    ("month", "born", "of_last", "named"),
    [
        ("2009-04", (ADULT,), {}, {"rva.adult_age"}),
        ("2009-04", (ADULT, ADULT, YOUNG), {}, {"rva.adult_age", "rva.child_band_age"}),
        ("2009-04", (ADULT, ADULT, YOUNG), {"receives_allowance": False}, {"rva.adult_age"}),
        ("2009-04", (ADULT, ADULT, YOUNG), {"child_benefit_since": "2009-03-01"}, AGES),
        ("2015-06", (ADULT, ADULT, "2010-01-01"), {}, {"rva.adult_age"}),
        ("2015-06", (ADULT, ADULT, "2010-01-01"), {"child_benefit_since": "2015-05-01"},
         AGES - {"rva.child_band_age"}),
    ],
)  # fmt: skip
def test_an_age_that_is_not_verified_is_named_where_it_decided_and_nowhere_else(
    tmp_path: Path, month: str, born: tuple[str, ...], of_last: Case, named: set[str]
) -> None:
    amounts = AMOUNTS | {"rva.adult_age": ("years", "18")}
    text = 'instrument = "BWBR0017959"\ntitle = "official amounts"\n'
    for name, (unit, amount) in amounts.items():
        until = "2009-04-30" if unit == "EUR/week" else "2015-12-31"
        text += (
            f'[parameter."{name}"]\ntitle_nl = "-"\ntitle_en = "-"\nunit = "{unit}"\n'
            f'[[parameter."{name}".value]]\nis = {amount}\nvalid_from = 2009-04-01\n'
            f'valid_to = {until}\nurl = "https://example.org/letter"\n'
        )
    path = tmp_path / "amounts.toml"
    path.write_text(text, encoding="utf-8")
    law = load_law(path)
    members: list[Case] = [
        {"id": f"P-{number}", "born": day, "residence_status": "asylum_seeker"}
        for number, day in enumerate(born, start=1)
    ]
    members[-1].update(of_last)
    case = {
        "scheme": "reba-2008", "month": month, "household": "H-1", "members": members,
        "provisions": {"shelter": False, "catering": False},
    }  # fmt: skip
    facts = HouseholdMonth.model_validate(case)
    for _ in range(2):  # what was found for a month is kept
        found = assess(facts, law)
        assert AGES & set(found.provisional_because) == named
        assert found.provisional
    assert found.provisional_because[: len(named)] == tuple(sorted(named))
