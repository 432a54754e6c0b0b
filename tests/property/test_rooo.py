"""RooO for all inputs: against the oracle, and what must hold for every household."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reba import Assessment, HouseholdMonth, Month, RebaError, assess, load_law
from reba.law.choices import MunicipalChoices
from reba.law.input_labels import INPUT_LABELS
from reba.law.rooo import thresholds
from reba.money import half_up
from reba.testing import oracle

Case = dict[str, Any]
LAW = load_law()
MONTHS = [str(Month(2024, 7) + n) for n in range(18)]
BEYOND = ["2022-04", "2024-06", "2026-01", "2027-03", "2027-04"]
KINDS = ["earnings", "holiday_pay", "benefit", "maintenance", "child_benefit", "tax_refund"]
PARTS = ["nothing", "pro_rata", "full"]


def _euros(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


@st.composite
def rules(draw: st.DrawFn, proof: tuple[str, ...] = ("measured", "presumption")) -> Case:
    period = draw(st.sampled_from(["month", "fixed_dates"]))
    dates = st.sampled_from([["01-01", "07-01"], ["04-15"], ["01-01", "04-01", "12-31"]])
    return {
        "income_proof": draw(st.sampled_from(proof)),
        "reference_period": period,
        "reference_dates": draw(dates) if period == "fixed_dates" else [],
        "below_first": draw(st.sampled_from(PARTS)),
        "between": draw(st.sampled_from(PARTS)),
    }


def _choices(rules: Case) -> MunicipalChoices:
    version = {"valid_from": "2024-07-01", "source": "a decision", "rules": rules}
    head = {"id": "test", "municipality": "Voorbeeldstad"}
    return MunicipalChoices.from_record({"choices": head, "version": [version]})


@st.composite
def _members(draw: st.DrawFn, month: str, number: int, *, adult: bool, near: list[int]) -> Case:
    year, first = int(month[:4]), int(month[5:])
    if draw(st.integers(0, 3)) == 0:  # on the border: 18 on the first day, or a day too young
        born = f"{year - 18}-{first:02d}-{1 if adult else 2:02d}"
    else:
        born = f"{year - draw(st.integers(19, 70) if adult else st.integers(1, 17))}-05-14"
    items = []
    for _ in range(draw(st.integers(0, 2))):
        amount = draw(st.sampled_from(near) | st.integers(0, 300_000))
        item: Case = {"kind": draw(st.sampled_from(KINDS)), "net": _euros(amount)}
        earned = draw(st.sampled_from([None, oracle.deciding_month(month), month, "2025-01"]))
        basis = draw(st.sampled_from([None, "own_statement", "uwv"]))
        item |= {"earned_in": earned} if earned else {}
        item |= {"basis": basis} if basis else {}
        items.append(item)
    days = draw(st.sampled_from([None, None, 0, 28, 29]))
    return {
        "id": f"P-{number}",
        "born": born,
        "income": items,
        "receives_allowance": draw(st.booleans()),
        **({} if days is None else {"absent_days_this_year": days}),
    }


@st.composite
def families(draw: st.DrawFn, months: list[str] = MONTHS) -> Case:
    month = draw(st.sampled_from(months))
    adults, children = draw(st.integers(0, 4)), draw(st.integers(0, 8))
    if adults == 0:
        children = children or 1
    catering = draw(st.booleans())
    near = [0, 1]
    if month in MONTHS:
        limits = oracle.thresholds(month, adults, children, catering=catering)[1:]
        near = [max(0, limit + more) for limit in limits for more in (-1, 0, 1)]
    people = [
        draw(_members(month, number, adult=number < adults, near=near))
        for number in range(adults + children)
    ]
    provisions = {"shelter": draw(st.integers(0, 9)) > 0, "catering": catering}
    return {
        "scheme": "rooo", "month": month, "household": "H-1", "members": people,
        "provisions": provisions,
    }  # fmt: skip


def _grown(case: Case) -> list[Case]:
    month = case["month"]
    turned = f"{int(month[:4]) - 18}{month[4:]}-01"
    return [member for member in case["members"] if member["born"] <= turned]


def _assess(case: Case, rules: Case | None) -> Assessment:
    choices = None if rules is None else _choices(rules)
    return assess(HouseholdMonth.model_validate(case), LAW, choices)


@settings(max_examples=400)
@given(families(), st.none() | rules())
def test_the_oracle_agrees_on_every_amount(case: Case, rules: Case | None) -> None:
    try:
        expected = oracle.contribution(case, rules).amounts()
    except oracle.ChoicesNeededError:
        with pytest.raises(RebaError) as raised:
            _assess(case, rules)
        assert raised.value.code == "law.choices_missing"
        return
    found = _assess(case, rules)
    assert {key: getattr(found, key) for key in expected} == expected


@given(families(), rules(("measured",)))
def test_the_leefgeld_withdrawn_is_that_of_the_oracle(case: Case, rules: Case) -> None:
    found = _assess(case, rules)
    steps = {step.id: step.amount_cents for step in found.steps}
    if found.leefgeld_cents is None or found.leefgeld_withdrawn_from_cents is None:
        assert "leefgeld_paid" not in steps
        return
    first, income = found.leefgeld_withdrawn_from_cents, found.countable_income_cents
    limits = oracle.Thresholds(found.leefgeld_cents, first, 0)
    expected = oracle.leefgeld_withdrawn_cents(income, limits, rules)
    assert steps["leefgeld_withdrawn"] == expected
    assert steps["leefgeld_paid"] == found.leefgeld_cents - expected
    assert expected <= max(income, 0)


@pytest.mark.invariant("A1")
@pytest.mark.invariant("A3")
@given(families(), rules(("measured",)))
def test_the_contribution_is_at_most_full_and_leaves_the_leefgeld(case: Case, rules: Case) -> None:
    found = _assess(case, rules)
    adults = len(_grown(case))
    catering = case["provisions"]["catering"]
    full = oracle.full_contribution_cents(case["month"], adults, catering=catering)
    assert 0 <= found.contribution_cents <= full
    assert found.from_earnings_cents + found.from_other_income_cents == found.contribution_cents
    assert min(found.from_earnings_cents, found.from_other_income_cents) >= 0
    if found.contribution_cents:
        assert found.leefgeld_cents is not None
        assert found.countable_income_cents - found.contribution_cents >= found.leefgeld_cents


@pytest.mark.invariant("A5")
@given(families(), rules(("measured",)), st.integers(0, 200_000), st.integers(1, 50_000))
def test_more_income_never_lowers_the_contribution(
    case: Case, rules: Case, income: int, more: int
) -> None:
    grown = _grown(case)
    assume(grown)
    due = []
    for amount in (income, income + more):
        grown[0]["income"] = [{"kind": "earnings", "net": _euros(amount)}]
        due.append(_assess(case, rules).contribution_cents)
    assert due[0] <= due[1]


@pytest.mark.invariant("A9")
@pytest.mark.invariant("A10")
@given(families(), rules(), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(case: Case, rules: Case, random: Any) -> None:
    changed = copy.deepcopy(case)
    random.shuffle(changed["members"])
    for number, member in enumerate(changed["members"]):
        member["id"] = f"Q-{number}"
        random.shuffle(member["income"])
    assert _assess(changed, rules).amounts() == _assess(case, rules).amounts()


@pytest.mark.invariant("A13")
@pytest.mark.invariant("A14")
@given(families(), rules())
def test_the_trace_adds_up_and_every_step_has_a_source(case: Case, rules: Case) -> None:
    found = _assess(case, rules)
    last = found.steps[-1]
    assert (last.id, last.amount_cents) == ("contribution", found.contribution_cents)
    assert sum(int(value) for _, value in last.inputs) == found.contribution_cents
    first = Month.parse(case["month"]).first_day
    for step in found.steps:
        assert step.legal
        assert all(source.startswith(("jci1.3:c:BWBR", "https://")) for source in step.legal)
        assert step.label_nl
        assert step.label_en
        assert {name for name, _ in step.inputs} <= set(INPUT_LABELS)
        for value in step.parameters:
            assert value.valid_from <= first
            assert value.valid_to is None or first <= value.valid_to
        assert (step.exact is None) == (step.rounding is None)
        if step.exact is not None:
            assert step.amount_cents == half_up(*step.exact)
    unverified = {v.name for s in found.steps for v in s.parameters if v.status != "verified"}
    assert unverified <= set(found.provisional_because)
    record = found.to_record()
    assert record["choices_digest"] == _choices(rules).digest


@pytest.mark.invariant("X1")
@given(families(), rules())
def test_dutch_and_english_carry_the_same_numbers(case: Case, rules: Case) -> None:
    found = _assess(case, rules)
    dutch, english = (re.findall(r"\d+\.\d\d\b", found.render(lang)) for lang in ("nl", "en"))
    assert dutch == english
    assert _euros(found.contribution_cents) in dutch


@given(families(BEYOND), st.none() | rules(("measured",)))
def test_months_without_published_amounts_are_refused(case: Case, rules: Case | None) -> None:
    with pytest.raises(RebaError) as raised:
        _assess(case, rules)
    assert raised.value.code == "law.no_value"
    says = "no own contribution" if case["month"] < "2024-07" else "--overlay"
    assert says in str(raised.value)


@given(st.sampled_from(MONTHS), st.integers(0, 6), st.integers(0, 12), st.booleans())
def test_thresholds_are_those_of_the_oracle(
    month: str,
    adults: int,
    children: int,
    catering: bool,  # noqa: FBT001 (drawn)
) -> None:
    assume(adults + children)
    found = thresholds(Month.parse(month), adults, children, catering, LAW)
    expected = oracle.thresholds(month, adults, children, catering=catering)
    assert {name: getattr(found, name) for name in expected._fields} == expected._asdict()
    again = thresholds(Month.parse(month), adults, children, catering, load_law())
    assert again == found
