"""The columns of a simulation against the rules one by one: zero cents of difference, ever."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reba import HouseholdMonth, Month, MunicipalChoices, SavingsPolicy, load_law
from reba.errors import SimulationError
from reba.simulation.assumptions import Assumptions, load_assumptions
from reba.simulation.chunks import Reports, reports_of
from reba.simulation.results import Calendar
from reba.simulation.simulating import simulate, variants_of
from reba.simulation.summing import REFUSALS_TOLD
from reba.testing.strategies import choices, facts, policies
from simulated import assert_same, live_slowly

LAW = load_law()
RECORD = load_assumptions("examples/policy/assumptions-reba.toml").to_record()
SOME = settings(max_examples=max(100, settings().max_examples))
CALENDARS: tuple[Calendar, ...] = ("standing", "running")
TOGETHER = {
    "reba-2008": [Month(2015, 3), Month(2008, 11), Month(2013, 12)],
    "rooo": [Month(2025, 10), Month(2025, 6)],
}


def assumed(stays: Sequence[int], share: str, targets: Sequence[str]) -> Assumptions:
    record: dict[str, Any] = dict(RECORD)
    record["stay"] = {
        **record["stay"],
        "months": [
            {"months": stay, "share": "0" if number else "1"} for number, stay in enumerate(stays)
        ],
    }
    record["collection"] = {**record["collection"], "share": share}
    example = next(iter(record["targets"].values()))
    record["targets"] = {
        f"target_{number}": {**example, "amount": euros} for number, euros in enumerate(targets)
    }
    return Assumptions.from_record(record)


@st.composite
def reports(
    draw: st.DrawFn, scheme: Any, number: int, months: int, first_month: Month | None
) -> list[HouseholdMonth]:
    """One household: a report, or several that follow one another."""
    ids = st.just(f"H-{number}")
    begins: Any = {} if first_month is None else {"months": st.just(first_month)}
    first = draw(facts(scheme=scheme, ids=ids, max_members=4, **begins))
    found = [first]
    month = Month.parse(first["month"])
    for later in sorted(draw(st.sets(st.integers(1, months), max_size=2))):
        row = draw(
            facts(
                scheme=scheme, ids=ids, months=st.just(month + later), max_members=4,
                allow_no_value=True,
            )
        )  # fmt: skip
        found.append(row)
    return [HouseholdMonth.model_validate(each) for each in found]


@st.composite
def populations(draw: st.DrawFn, scheme: Any, months: int) -> list[HouseholdMonth]:
    count = draw(st.integers(1, 4))
    # Those of one first month are rows of the same columns: by chance alone few would be.
    together = draw(st.none() | st.sampled_from(TOGETHER[scheme]))
    return [
        row for number in range(count) for row in draw(reports(scheme, number, months, together))
    ]


def check(
    population: Sequence[HouseholdMonth], own: Sequence[SavingsPolicy], assumptions: Assumptions,
    months: int, calendar: Calendar, chosen: MunicipalChoices | None,
) -> None:  # fmt: skip
    variants = variants_of(own, LAW)
    options: Any = {"months": months, "calendar": calendar, "choices": chosen}
    asked: Any = SimpleNamespace(assumptions=assumptions, months=months, calendar=calendar)
    sums, refused, names, missing = live_slowly(population, variants, asked, chosen)
    if set(refused) == {each.household for each in population}:
        with pytest.raises(SimulationError, match="no household"):
            simulate(population, variants, assumptions, chunk_households=3, **options)
        return
    found = simulate(population, variants, assumptions, chunk_households=3, **options)
    assert {each.household for each in found.refusals} == set(refused)
    assert sum(found.refused.values()) == len(refused)
    assert dict(found.not_supplied) == {fact: len(who) for fact, who in missing.items()}
    for variant, by_type, unverified in zip(found.variants, sums, names, strict=True):
        assert set(variant.provisional_because) == unverified
        assert {each.type for each in variant.types} == set(by_type)
        for each in variant.types:
            assert_same(by_type[each.type], each)


@pytest.mark.invariant("P8")
@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize("scheme", ["reba-2008", "rooo"])
def test_no_cent_differs(scheme: str, calendar: Calendar) -> None:
    @SOME
    @given(st.data())
    def run(data: st.DataObject) -> None:
        months = data.draw(st.integers(1, 16))
        population = data.draw(populations(scheme, months))
        own = [
            SavingsPolicy.from_record({**each.to_record(), "policy": {
                **each.to_record()["policy"], "id": f"policy-{number}"}})  # type: ignore[dict-item]
            for number, each in enumerate(data.draw(st.lists(policies(), min_size=1, max_size=2)))
        ]  # fmt: skip
        chosen = None
        if scheme == "rooo":
            chosen = data.draw(st.none() | choices())
        stays = data.draw(st.sets(st.integers(1, months), min_size=1, max_size=2))
        share = data.draw(st.sampled_from(["1", "0.9", "0"]))
        targets = data.draw(st.lists(st.sampled_from(["1.00", "100.00", "900.50"]), unique=True))
        check(population, own, assumed(sorted(stays), share, targets), months, calendar, chosen)

    run()


@pytest.mark.invariant("P10")
@settings(max_examples=30)
@given(st.data())
def test_neither_chunks_nor_order_matter(data: st.DataObject) -> None:
    population = data.draw(populations("reba-2008", 6)) + [
        each.model_copy(update={"household": f"R-{each.household}"})
        for each in data.draw(populations("rooo", 6))
    ]
    own = [data.draw(policies())]
    assumptions = assumed([6], "1", ["100.00"])
    whole: list[Reports] = [each for each in reports_of(population) if isinstance(each, Reports)]
    shuffled = [row for each in data.draw(st.permutations(whole)) for row in each.rows]
    results: list[Any] = []
    for rows, size in ((population, 10), (population, 1), (shuffled, 2)):
        try:
            found = simulate(
                rows, variants_of(own, LAW), assumptions, months=6, chunk_households=size
            )
        except SimulationError as error:
            results.append(error.code)
        else:
            results.append((found.variants, found.refused, found.not_supplied, found.households))
    assert results[0] == results[1] == results[2]


def test_a_household_in_two_places_is_refused() -> None:
    rows = [
        HouseholdMonth.model_validate(
            {
                "scheme": "reba-2008", "month": "2015-03", "household": name,
                "members": [{"id": "P", "born": "1990-01-01", "residence_status": "permit_holder"}],
                "provisions": {"shelter": True, "catering": False},
            }
        )
        for name in ("H-1", "H-2", "H-1")
    ]  # fmt: skip
    own = [SavingsPolicy.from_record(load_policy_record())]
    for size in (1, 2, 3):
        with pytest.raises(SimulationError) as refused:
            simulate(
                rows, variants_of(own, LAW), assumed([1], "1", []), months=1,
                chunk_households=size,
            )  # fmt: skip
        assert refused.value.code == "simulation.household_twice"
        assert refused.value.data["household"] == "H-1"


def load_policy_record() -> dict[str, object]:
    from reba import load_policy

    return load_policy("examples/policies/vng-half.toml").to_record()


def test_only_the_first_refusals_are_told_and_all_are_counted() -> None:
    rows = [
        HouseholdMonth.model_validate(
            {
                "scheme": "reba-2008", "month": "2015-03" if number == 0 else "2030-01",
                "household": f"H-{number}",
                "members": [{"id": "P", "born": "1990-01-01", "residence_status": "permit_holder"}],
                "provisions": {"shelter": True, "catering": False},
            }
        )
        for number in range(REFUSALS_TOLD + 5)
    ]  # fmt: skip
    own = [SavingsPolicy.from_record(load_policy_record())]
    found = simulate(rows, variants_of(own, LAW), assumed([1], "1", []), months=1)
    assert found.households == 1
    assert found.refused == {"law.no_value": REFUSALS_TOLD + 4}
    assert len(found.refusals) == REFUSALS_TOLD
