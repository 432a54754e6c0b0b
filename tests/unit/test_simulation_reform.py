"""A reform of the law: quickly made, and it cannot leak into the law or into another simulation."""

from __future__ import annotations

import builtins
import copy
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from reba import HouseholdMonth, Month, MunicipalChoices, RebaError, load_law, load_policy
from reba.law import parameter_files, parameters
from reba.law.choices import load_choices
from reba.law.parameters import Law
from reba.law.reba2008_month import month_parameters
from reba.law.rooo_month import rooo_month
from reba.simulation.assumptions import Assumptions, load_assumptions
from reba.simulation.population import make_population
from reba.simulation.reform import Reform, reformed
from reba.simulation.results import CALENDARS, Calendar, Simulation, VariantResult
from reba.simulation.simulating import simulate, variants_of
from reba.simulation.sweep import nudges_of
from simulated import assert_same, live_slowly

LAW = load_law()
EXAMPLES = Path(__file__).parents[2] / "examples" / "policy"
HALF = load_policy(EXAMPLES / "half.toml")
ASSUMED = {
    each: load_assumptions(EXAMPLES / f"assumptions-{each}.toml") for each in ("reba", "rooo")
}
CHOICES = load_choices(EXAMPLES.parent / "municipal" / "choices.toml")
MARCH, OCTOBER = Month(2015, 3), Month(2025, 10)
CHANGES = {"reba.exemption_maximum": "250.00", "reba.exemption_rate": "0.5", "rva.adult_age": "21"}


def made(name: str, households: int, seed: int = 3) -> list[HouseholdMonth]:
    drawn = make_population(ASSUMED[name], households=households, seed=seed)
    return [HouseholdMonth.model_validate(each) for each in drawn]


FACTS = made("reba", 150)


def short(name: str, months: int) -> Assumptions:
    """Return the example assumptions, with stays of so many months."""
    record: Any = ASSUMED[name].to_record()
    record["stay"] = {**record["stay"], "months": [{"months": months, "share": "1"}]}
    return Assumptions.from_record(record)


def lived(law: Law, *reforms: Reform, calendar: Calendar = "standing") -> Simulation:
    # Up to December 2015 the law knows every amount.
    months, assumed = (36, ASSUMED["reba"]) if calendar == "standing" else (9, short("reba", 9))
    return simulate(
        FACTS, variants_of([HALF], law, reforms), assumed, months=months, calendar=calendar
    )


# ── the law as it is shipped ─────────────────────────────────────────────────────────────────


def test_a_reform_is_another_law_and_leaves_the_first_as_it_was() -> None:
    before, digest = copy.deepcopy(LAW.to_record()), LAW.digest
    higher = reformed(LAW, CHANGES, source="a proposal")
    assert higher.digest != LAW.digest
    assert higher != LAW
    assert LAW.to_record() == before
    assert LAW.digest == digest == load_law().digest == Law.from_record(before).digest
    assert Law.from_record(json.loads(json.dumps(higher.to_record()))).digest == higher.digest


def test_only_what_is_named_changes_on_every_day_and_says_who_proposed_it() -> None:
    higher = reformed(LAW, CHANGES, source="a proposal")
    assert higher.names() == LAW.names()
    for name in LAW.names():
        if name not in CHANGES:
            assert higher.parameter(name) is LAW.parameter(name)
            continue
        assert higher.gaps(name) == LAW.gaps(name)
        assert higher.undated(name) == LAW.undated(name)
        for old, new in zip(LAW.values(name), higher.values(name), strict=True):
            assert (new.valid_from, new.valid_to) == (old.valid_from, old.valid_to)
            assert (new.status, new.note, new.jci, new.url) == (
                "supplied", "a proposal", None, None,
            )  # fmt: skip
    on = MARCH.first_day
    assert [higher.value(name, on).value_text for name in CHANGES] == ["250.00", "0.5", "21"]


def test_a_value_that_stays_as_it_is_keeps_its_source_and_its_status() -> None:
    same = {
        name: LAW.value(name, MARCH.first_day).value_text
        for name in ("reba.exemption_rate", "reba.month_factor", "rva.adult_age")
    }
    assert reformed(LAW, same, source="a proposal").digest == LAW.digest
    assert reformed(LAW, {}, source="a proposal") == LAW
    # Only the days on which the number differs become a proposal.
    name, on = "rva.food_adult_1_2", MARCH.first_day
    of_march = LAW.value(name, on)
    mixed = reformed(LAW, {name: of_march.value_text}, source="a proposal")
    assert mixed.value(name, on) is of_march
    assert {each.value for each in mixed.values(name)} == {of_march.value}
    pairs = list(zip(LAW.values(name), mixed.values(name), strict=True))
    kept = [new is old for old, new in pairs]
    assert kept == [old.value == of_march.value for old, _ in pairs]
    assert {new.status for old, new in pairs if new is not old} == {"supplied"}


def test_a_reform_of_a_reform_starts_from_the_first_one() -> None:
    one = reformed(LAW, {"reba.exemption_rate": "0.5"}, source="one")
    two = reformed(one, {"reba.exemption_maximum": "250.00"}, source="two")
    both = {"reba.exemption_rate": "0.5", "reba.exemption_maximum": "250.00"}
    for name, text in both.items():
        assert two.value(name, MARCH.first_day).value_text == text
    back = reformed(two, {name: LAW.value(name, MARCH.first_day).value_text for name in both},
                    source="three")  # fmt: skip
    assert back.digest != LAW.digest  # the numbers are those of the law, their source is not


def test_making_one_reads_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> Any:
        pytest.fail("a reform is made of what was loaded before")

    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_text", refuse)
    monkeypatch.setattr(parameter_files, "parse_parameters", refuse)
    monkeypatch.setattr(parameters, "parse_parameters", refuse)
    higher = reformed(LAW, CHANGES, source="a proposal")
    assert higher.value("rva.adult_age", MARCH.first_day).value == 21


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("reba.exemption_maximun", "250.00", "law.unknown_parameter"),
        ("reba", "250.00", "law.unknown_parameter"),
        ("reba.exemption_maximum", "250.001", "money.format"),
        ("reba.exemption_maximum", "", "money.format"),
        ("reba.exemption_maximum", "-1", "money.negative"),
        ("reba.exemption_maximum", "1e3", "money.format"),
        ("reba.exemption_maximum", "99999999999.00", "money.too_large"),
        ("reba.exemption_rate", "half", "money.rate"),
        ("reba.exemption_rate", "-0.5", "money.rate"),
        ("reba.exemption_rate", "1/3", "money.rate"),
        ("reba.spend_down_factor", "0.00", "law.file"),
        ("rva.adult_age", "18.0", "law.file"),
        ("rva.adult_age", "-18", "law.file"),
        ("rva.adult_age", "٢١", "law.file"),
        ("rva.adult_age", "²", "law.file"),
        ("rva.adult_age", "121", "law.file"),
        ("rva.adult_age", "9" * 5000, "law.file"),
        ("reba.exemption_weeks_window", "53", "law.file"),
        ("rooo.absence_days_maximum", "367", "law.file"),
    ],
)
def test_what_cannot_be_a_value_is_refused(name: str, text: str, code: str) -> None:
    with pytest.raises(RebaError) as refused:
        reformed(LAW, {name: text}, source="a proposal")
    assert refused.value.code == code
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("name", "largest"),
    [("rva.adult_age", "120"), ("reba.exemption_weeks_window", "52"),
     ("rooo.absence_days_maximum", "366"), ("reba.spend_down_factor", "0.000000001")],
)  # fmt: skip
def test_the_furthest_values_are_taken_and_can_be_lived_through(name: str, largest: str) -> None:
    law = reformed(LAW, {name: largest}, source="a proposal")
    assert law.value(name, OCTOBER.first_day if name.startswith("rooo") else MARCH.first_day)
    assert lived(law).households == len({each.household for each in FACTS})


def test_a_reform_invents_nothing_for_days_that_the_law_does_not_know() -> None:
    name = "reba.housing_maximum"
    day = LAW.values(name)[-1].valid_to
    assert day is not None
    after = Month.of(day) + 1
    law = reformed(LAW, {name: "999.00"}, source="a proposal")
    with pytest.raises(RebaError) as refused:
        law.value(name, after.first_day)
    assert refused.value.code == "law.no_value"


# ── it cannot leak ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("calendar", CALENDARS)
def test_a_simulation_is_the_same_before_and_after_and_beside_a_reform(calendar: Calendar) -> None:
    before = lived(LAW, calendar=calendar).variants
    reform = Reform("higher", reformed(LAW, CHANGES, source="a proposal"))
    beside = lived(LAW, reform, calendar=calendar).variants
    alone = lived(reform.law, calendar=calendar).variants
    after = lived(LAW, calendar=calendar).variants
    assert after == before
    assert beside[:1] == before
    assert beside[1].types == alone[0].types != before[0].types
    assert beside[1].law_digest == alone[0].law_digest == reform.law.digest
    assert beside[1].provisional_because
    assert not set(CHANGES) & set(before[0].provisional_because)


def test_the_order_of_variants_does_not_matter() -> None:
    reforms = [
        Reform(rate, reformed(LAW, {"reba.exemption_rate": rate}, source="a proposal"))
        for rate in ("0", "0.5", "1")
    ]
    shipped, *changed = variants_of([HALF], LAW, reforms)

    def found(*variants: Any) -> dict[str, VariantResult]:
        simulation = simulate(FACTS, variants, ASSUMED["reba"], months=36)
        return {each.name: each for each in simulation.variants}

    assert found(shipped, *changed) == found(*changed[::-1], shipped)


def test_simulations_at_the_same_time_do_not_touch_each_other() -> None:
    laws = [LAW] + [
        reformed(LAW, {"reba.exemption_maximum": euros}, source="a proposal")
        for euros in ("0.00", "100.00", "250.00")
    ]
    alone = [lived(law).variants for law in laws]
    contributions = {tuple(each.contribution_cents for each in found[0].types) for found in alone}
    assert len(contributions) == len(laws)
    begin = Barrier(len(laws))

    def together(law: Law) -> Any:
        begin.wait(timeout=60)
        return lived(law).variants

    with ThreadPoolExecutor(len(laws)) as threads:
        assert list(threads.map(together, laws)) == alone


Resolved = Callable[[Law, Month], Any]


@pytest.mark.parametrize(
    ("resolved", "month", "name"),
    [(month_parameters, MARCH, "reba.exemption_maximum"), (rooo_month, OCTOBER, "rooo.clothing")],
    ids=["reba", "rooo"],
)
def test_what_is_kept_of_a_month_is_kept_under_the_digest_of_its_law(
    resolved: Resolved, month: Month, name: str
) -> None:
    higher = reformed(LAW, {name: "999.00"}, source="a proposal")
    shipped = resolved(LAW, month)
    assert resolved(higher, month).value(name).value == 99900
    assert resolved(LAW, month) is shipped
    assert shipped.value(name) is LAW.value(name, month.first_day)
    # The same content is the same law, whoever made it; another month is not the same month.
    again = reformed(LAW, {name: "999.00"}, source="a proposal")
    assert resolved(again, month) is resolved(higher, month)
    assert resolved(higher, month + 1) is not resolved(higher, month)
    other = reformed(LAW, {name: "999.01"}, source="a proposal")
    assert resolved(other, month).value(name).value == 99901
    assert resolved(higher, month).value(name).value == 99900


def test_more_laws_than_are_kept_do_not_mix_them_up() -> None:
    laws = [
        reformed(LAW, {"reba.exemption_maximum": f"{number}.00"}, source="a proposal")
        for number in range(300)  # more than the 256 months that are kept
    ]
    for number, law in enumerate(laws):
        assert month_parameters(law, MARCH).value("reba.exemption_maximum").value == number * 100
    first = month_parameters(laws[0], MARCH)
    assert first.value("reba.exemption_maximum").value == 0


# ── exact under a reform, too ────────────────────────────────────────────────────────────────


def _slow_and_fast(
    facts: list[HouseholdMonth],
    variants: Any,
    assumed: Assumptions,
    months: int,
    choices: MunicipalChoices | None,
) -> Iterator[VariantResult]:
    found = simulate(facts, variants, assumed, months=months, choices=choices)
    asked: Any = SimpleNamespace(assumptions=assumed, months=months, calendar="standing")
    slow = live_slowly(facts, variants, asked, choices)
    assert {each.household for each in found.refusals} == set(slow.refused)
    for variant, by_type in zip(found.variants, slow.sums, strict=True):
        assert {each.type for each in variant.types} == set(by_type)
        for each in variant.types:
            assert_same(by_type[each.type], each)
        yield variant


@pytest.mark.invariant("P8")
@pytest.mark.parametrize(
    ("name", "month", "choices"),
    [("reba", MARCH, None), ("rooo", OCTOBER, CHOICES), ("rooo", OCTOBER, None)],
    ids=["reba", "rooo", "rooo-without-choices"],
)
def test_no_cent_differs_under_any_nudge_of_the_law(
    name: str, month: Month, choices: MunicipalChoices | None
) -> None:
    """Every amount and rate of the law moved by a quarter, down and up."""
    facts, assumed = made(name, 14, seed=11), short(name, 8)
    nudges = nudges_of(HALF, LAW, (facts[0].scheme,), month, part=Fraction(1, 4))
    variants = [each for nudge in nudges for each in (nudge.low, nudge.high) if each.reform]
    if choices is None and name == "rooo":
        # One at a time: without choices some are refused under each of them.
        compared = [
            each
            for variant in variants
            for each in _slow_and_fast(facts, [variant], assumed, 8, choices)
        ]
    else:
        compared = list(_slow_and_fast(facts, variants, assumed, 8, choices))
    assert len(compared) == len(variants) >= 20
    base = simulate(facts, variants_of([HALF], LAW), assumed, months=8, choices=choices)
    assert any(variant.types != base.variants[0].types for variant in compared)


def test_whom_only_a_reform_refuses_is_left_out_of_every_variant() -> None:
    """With the thresholds far apart an income lies between them, and needs the municipality."""
    rows = [
        HouseholdMonth.model_validate(
            {
                "scheme": "rooo", "month": "2025-10", "household": name,
                "members": [
                    {"id": "P", "born": "1990-01-01",
                     "income": [{"kind": "earnings", "net": euros}]},
                ],
                "provisions": {"shelter": True, "catering": False},
            }
        )
        for name, euros in (("H-1", "100.00"), ("H-2", "900.00"))
    ]  # fmt: skip
    far = reformed(LAW, {"rooo.threshold_rate": "2"}, source="a proposal")
    variants = variants_of([HALF], LAW, [Reform("far", far)])
    assumed = short("rooo", 2)
    alone = simulate(rows, variants[:1], assumed, months=2)
    assert (alone.households, alone.refused) == (2, {})
    both = simulate(rows, variants, assumed, months=2)
    assert (both.households, both.refused) == (1, {"law.choices_missing": 1})
    refusal = both.refusals[0]
    assert (refusal.household, refusal.variant, refusal.month_index) == ("H-2", "vng-half | far", 0)
    assert "900.00" in refusal.sentence
    assert (
        both.variants[0].types
        == simulate(rows[:1], variants[:1], assumed, months=2).variants[0].types
    )
