"""RooO, one by one: published rows, ties, the derivation, facts of the scheme, and the overlay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from reba import (
    Assessment,
    HouseholdMonth,
    Law,
    Month,
    RebaError,
    assess,
    asset_position,
    load_law,
)
from reba.law.choices import MunicipalChoices, parse_choices
from reba.law.rooo import thresholds
from reba.law.rooo_month import _CACHE, _CACHE_MAX, rooo_month

Case = dict[str, Any]
LAW = load_law()
OCTOBER = Month(2025, 10)


def _case(*members: Case, month: str = "2025-10", catering: bool = False) -> Case:
    people = [{"id": f"P-{n}", "born": "1985-06-15", **m} for n, m in enumerate(members, 1)]
    provisions = {"shelter": True, "catering": catering}
    return {
        "scheme": "rooo", "month": month, "household": "H-1", "members": people,
        "provisions": provisions,
    }  # fmt: skip


def _earns(net: str, **more: object) -> Case:
    return {"income": [{"kind": "earnings", "net": net, **more}]}


def _assess(case: Case, choices: MunicipalChoices | None = None) -> Assessment:
    return assess(HouseholdMonth.model_validate(case), LAW, choices)


def _choices(**rules: object) -> MunicipalChoices:
    chosen = {
        "income_proof": "measured", "reference_period": "month", "below_first": "nothing",
        "between": "nothing", **rules,
    }  # fmt: skip
    text = "\n".join(f'{key} = "{value}"' for key, value in chosen.items())
    head = '[choices]\nid = "x"\nmunicipality = "y"\nsource = "z"\nvalid_from = 2024-07-01\n'
    return parse_choices(f"{head}[rules]\n{text}", file="test.toml")


@pytest.mark.parametrize(
    ("size", "leefgeld", "first", "second"),
    [
        (1, 31484, 36207, 64292),
        (2, 58755, 67568, 95654),
        (3, 75933, 87323, 115408),
        (7, 157341, 180942, 209027),
    ],
)
def test_the_rows_that_hilversum_published(
    size: int, leefgeld: int, first: int, second: int
) -> None:
    found = thresholds(OCTOBER, 1, size - 1, False, LAW)
    assert (found.month, found.leefgeld_cents) == (OCTOBER, leefgeld)
    assert found.leefgeld_withdrawn_from_cents == first
    assert found.contribution_due_from_cents == second
    assert not found.provisional


@pytest.mark.parametrize(
    ("adults", "children", "exact", "cents"),
    [(1, 7, "2062.7320", 206273), (1, 7, "2343.5850", 234359), (2, 4, "2154.0650", 215407)],
)
def test_exact_ties_go_up(adults: int, children: int, exact: str, cents: int) -> None:
    found = thresholds(OCTOBER, adults, children, False, LAW)
    pairs = [
        (found.leefgeld_withdrawn_from_exact, found.leefgeld_withdrawn_from_cents),
        (found.contribution_due_from_exact, found.contribution_due_from_cents),
    ]
    euros = [(Decimal(n) / d / 100, rounded) for (n, d), rounded in pairs]
    assert (Decimal(exact), cents) in euros
    for value, rounded in euros:
        assert value.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100 == rounded


def test_the_smallest_amounts_in_which_the_formula_ties() -> None:
    tied = {
        (adults, children)
        for adults in (1, 2)
        for children in range(11 - adults)
        for found in [thresholds(OCTOBER, adults, children, False, LAW)]
        for n, d in (found.leefgeld_withdrawn_from_exact, found.contribution_due_from_exact)
        if (2 * n) % d == 0 and n % d
    }
    assert tied == {(1, 7), (2, 4)}


def test_the_derivation_names_its_source_in_two_languages() -> None:
    steps = thresholds(OCTOBER, 2, 1, True, LAW).steps
    names = [step.id for step in steps]
    assert names[-3:] == ["full_contribution", "leefgeld_withdrawn_from", "contribution_due_from"]
    assert "leefgeld_without_food" in names
    assert all(step.legal and step.label_nl and step.label_en for step in steps)
    assert steps[-3].amount_cents == 99280


def test_a_household_without_members_has_no_thresholds() -> None:
    for adults, children in ((0, 0), (-1, 2), (1, -1)):
        with pytest.raises(ValueError, match="a household of"):
            thresholds(OCTOBER, adults, children, False, LAW)


def test_at_the_second_threshold_a_single_adult_keeps_more_than_the_prose_says() -> None:
    found = _assess(_case(_earns("642.92")))
    kept = found.countable_income_cents - found.contribution_cents
    assert kept == 39870  # 126,6 % of the leefgeld; the prose says 115 %, which is 362,07
    assert kept > 36207


def test_the_lawful_bounds_are_named_when_the_municipality_did_not_choose() -> None:
    with pytest.raises(RebaError) as raised:
        _assess(_case(_earns("500.00")))
    error = raised.value
    assert error.code == "law.choices_missing"
    bounds = {"lowest": "0.00", "highest": "185.16", "full": "244.22", "withdrawn_from": "362.07"}
    assert bounds.items() <= error.data.items()


@pytest.mark.parametrize(
    ("part", "withdrawn", "paid"),
    [("nothing", 0, 31484), ("pro_rata", 17391, 14093), ("full", 20000, 11484)],
)
def test_leefgeld_under_the_first_threshold(part: str, withdrawn: int, paid: int) -> None:
    found = _assess(_case(_earns("200.00", basis="uwv")), _choices(below_first=part))
    steps = {step.id: step.amount_cents for step in found.steps}
    assert (steps["leefgeld_withdrawn"], steps["leefgeld_paid"]) == (withdrawn, paid)
    assert found.not_supplied == ()
    assert found.contribution_cents == 0


def test_a_part_of_the_leefgeld_is_told_before_it_was_rounded() -> None:
    found = _assess(_case(_earns("200.00", basis="uwv")), _choices(below_first="pro_rata"))
    step = next(step for step in found.steps if step.id == "leefgeld_withdrawn")
    assert (step.exact, step.amount_cents) == ((31484 * 20000, 36207), 17391)
    assert step.rounding == "half_up_to_cent"


def test_what_a_decision_needs_and_nobody_gave_is_listed() -> None:
    found = _assess(_case({**_earns("200.00"), "absent_days_this_year": 29}))
    assert found.not_supplied == ("choices", "income.basis", "absence_decision")
    assert found.contribution_cents == 0
    on_time = _assess(_case({**_earns("700.00", basis="uwv"), "absent_days_this_year": 28}))
    assert on_time.not_supplied == ()
    assert "absence:P-1" in [step.id for step in on_time.steps]


def test_two_benefits_of_one_member_are_added_up() -> None:
    benefits = [{"kind": "benefit", "net": net, "basis": "uwv"} for net in ("400.00", "300.01")]
    found = _assess(_case({"income": benefits}))
    assert found.countable_income_cents == 70001
    assert (found.contribution_cents, found.from_other_income_cents) == (24422, 24422)


@pytest.mark.parametrize(("catering", "due"), [(False, 24422), (True, 24422 + 25218)])
def test_who_is_presumed_to_earn_owes_meals_where_they_are_served(
    catering: bool, due: int  # noqa: FBT001
) -> None:  # fmt: skip
    found = _assess(
        _case({"receives_allowance": False}, catering=catering),
        _choices(income_proof="presumption"),
    )
    assert found.contribution_cents == due
    assert "presumed" in [step.id for step in found.steps]


def test_the_basis_of_each_income_stands_in_the_trace() -> None:
    found = _assess(_case(_earns("700.00", basis="own_statement")))
    step = next(step for step in found.steps if step.id == "earnings:P-1")
    assert dict(step.inputs) == {"basis": "own_statement"}
    assert "own statement" in found.render("en")
    assert "eigen opgave" in found.render("nl")


def test_the_choices_stand_in_the_assessment() -> None:
    choices = _choices()
    found = _assess(_case(_earns("500.00")), choices)
    assert found.choices_digest == choices.digest == found.to_record()["choices_digest"]
    step = next(step for step in found.steps if step.id == "municipal_choices")
    assert ("digest", choices.digest) in step.inputs


def test_obligations_are_reported_but_not_deducted() -> None:
    found = _assess(_case({**_earns("700.00"), "obligations": "600.00"}))
    assert found.contribution_cents == 24422
    assert "no_deduction:P-1" in [step.id for step in found.steps]


def test_reba_knows_no_choices_and_the_rooo_no_assets() -> None:
    case = _case({"residence_status": "permit_holder"}, month="2015-06")
    case["scheme"] = "reba-2008"
    with pytest.raises(RebaError) as raised:
        _assess(case, _choices())
    assert raised.value.code == "law.choices"
    with pytest.raises(RebaError) as raised:
        asset_position(HouseholdMonth.model_validate(_case({})), LAW)
    assert raised.value.code == "law.scheme"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (lambda m: m.update(absent_days_this_year=3), "facts.not_for_scheme",
         "members.0.absent_days_this_year"),
        (lambda m: m["income"][0].update(basis="uwv"), "facts.not_for_scheme",
         "members.0.income.0.basis"),
        (lambda m: m["income"][0].update(basis="heard"), "facts.unknown_kind",
         "members.0.income.0.basis"),
        (lambda m: m.update(absent_days_this_year=367), "facts.type",
         "members.0.absent_days_this_year"),
    ],
)  # fmt: skip
def test_facts_of_the_rooo_are_refused_for_reba(
    change: Callable[[Case], None], code: str, path: str
) -> None:
    case = _case({**_earns("700.00"), "residence_status": "permit_holder"}, month="2015-06")
    case["scheme"] = "reba-2008"
    HouseholdMonth.model_validate(case)
    change(case["members"][0])
    with pytest.raises(RebaError) as raised:
        HouseholdMonth.model_validate(case)
    assert (code, path) in [(fault.code, fault.path) for fault in raised.value.faults]


NAMES = (
    "food_adult_1_2", "food_adult_3", "food_adult_4_plus", "food_child_2", "food_child_3",
    "food_child_4_plus", "clothing", "contribution", "contribution_catering",
)  # fmt: skip


def test_an_overlay_opens_a_month_that_is_not_covered_and_is_marked_supplied(
    tmp_path: Path,
) -> None:
    case = _case(_earns("2000.00"), month="2026-01")
    with pytest.raises(RebaError) as raised:
        _assess(case)
    assert raised.value.code == "law.no_value"
    assert raised.value.data["nearest_before"] == "2025-12-31"
    text = 'instrument = "BWBR0046503"\ntitle = "official amounts"\n'
    for name in NAMES:
        text += (
            f'[parameter."rooo.{name}"]\ntitle_nl = "-"\ntitle_en = "-"\nunit = "EUR/month"\n'
            f'[[parameter."rooo.{name}".value]]\nis = "300.00"\nvalid_from = 2026-01-01\n'
            'url = "https://example.org/letter"\n'
        )
    path = tmp_path / "overlay.toml"
    path.write_text(text)
    found = assess(HouseholdMonth.model_validate(case), load_law(path))
    assert found.contribution_cents == 30000
    assert (found.leefgeld_cents, found.contribution_due_from_cents) == (60000, 103500)
    assert found.provisional
    assert "rooo.contribution" in found.provisional_because
    after = _case(_earns("2000.00"), month="2027-04")
    with pytest.raises(RebaError) as raised:  # temporary protection ended on 4 March 2027
        assess(HouseholdMonth.model_validate(after), load_law(path))
    assert raised.value.data["nearest_before"] == "2027-03-04"


def test_a_threshold_rests_on_the_article_that_an_organisation_names(tmp_path: Path) -> None:
    """What is shipped was published on a page: it cites the page. An article takes its place."""
    shipped = thresholds(OCTOBER, 1, 0, False, LAW).steps[-1]
    (rate,) = shipped.parameters
    assert shipped.legal == ("jci1.3:c:BWBR0046503", rate.url)
    article = "jci1.3:c:BWBR0046503&artikel=12a"
    path = tmp_path / "overlay.toml"
    path.write_text(
        'instrument = "BWBR0046503"\ntitle = "an article"\n'
        '[parameter."rooo.threshold_rate"]\ntitle_nl = "-"\ntitle_en = "-"\nunit = "ratio"\n'
        '[[parameter."rooo.threshold_rate".value]]\nis = "1.15"\nvalid_from = 2025-10-01\n'
        f'valid_to = 2025-10-31\njci = "{article}"\nurl = "https://example.org/article"\n',
        encoding="utf-8",
    )
    laid_over = thresholds(OCTOBER, 1, 0, False, load_law(path)).steps[-1]
    assert laid_over.legal == (article,)
    assert laid_over.amount_cents == shipped.amount_cents


def test_an_amount_that_is_missing_in_the_first_month_is_not_taken_for_an_earlier_one() -> None:
    """Before July 2024 nothing was due, and a refusal says so; of July itself it must not."""
    later = [
        parameter._replace(values=(parameter.values[0]._replace(valid_from=date(2024, 8, 1)),))
        if parameter.name == "rooo.clothing"
        else parameter
        for parameter in map(LAW.parameter, LAW.names())
    ]
    for month, nearest in (
        ("2024-07", "from 2024-08-01"),
        ("2024-06", "from 2024-07-01; before that day there was no own contribution"),
    ):
        facts = HouseholdMonth.model_validate(_case({}, month=month))
        with pytest.raises(RebaError) as raised:
            assess(facts, Law(later))
        assert (raised.value.data["nearest"], raised.value.faults) == (nearest, ())


def test_a_month_is_looked_up_once_and_months_are_not_kept_without_end() -> None:
    """A run asks for one month a hundred thousand times; a service is asked for many months."""
    found = rooo_month(LAW, OCTOBER)
    assert rooo_month(LAW, OCTOBER) is found
    assert found.thresholds(1, 0, catering=False) is found.thresholds(1, 0, catering=False)
    for number in range(2 * _CACHE_MAX):
        rooo_month(LAW, Month(2024, 7) + number)
        assert len(_CACHE) <= _CACHE_MAX
    assert rooo_month(LAW, OCTOBER) is not found
