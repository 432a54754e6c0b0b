"""Measures of a simulation: exact, rounded once, and the same as counted household by household."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba import HouseholdMonth, load_law, load_policy
from reba.simulation.assumptions import load_assumptions
from reba.simulation.figures import (
    ParameterRuns,
    Run,
    change_from,
    figures_of,
    sensitivity,
)
from reba.simulation.measures import (
    ALL,
    WORKING,
    Measures,
    cents_of,
    group_of,
    groups_of,
    measure,
    quantile,
    tenths_up,
)
from reba.simulation.population import make_population
from reba.simulation.results import VariantResult
from reba.simulation.simulating import simulate, variants_of
from simulated_by_hand import HOUSEHOLDS, Household, assumptions, variant

TAKEN = assumptions()
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def half() -> VariantResult:
    return variant("Half", "0.5")


def _measured(found: VariantResult) -> dict[str, Measures]:
    return {key: measure(group, TAKEN) for key, group in groups_of(found).items()}


def _saved_after(household: Household, months: int) -> int:
    """Return what a household saves of half of the nine tenths that come in, month by month."""
    working_months = max(0, months - household.starts)
    return int(int(household.due_cents * Fraction(9, 10)) * Fraction(1, 2)) * working_months


@pytest.mark.invariant("A13")
@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**4))
def test_an_amount_is_rounded_half_away_from_nothing(amount: Fraction) -> None:
    rounded = cents_of(amount)
    assert abs(rounded - amount) <= Fraction(1, 2)
    assert cents_of(-amount) == -rounded
    if abs(rounded - amount) == Fraction(1, 2):
        assert abs(rounded) > abs(amount)


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=60),
    st.sampled_from([Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1)]),
)
def test_a_quantile_is_that_of_the_sorted_list(numbers: list[int], share: Fraction) -> None:
    histogram = {number: numbers.count(number) for number in numbers}
    place = -(-share.numerator * len(numbers) // share.denominator)
    assert quantile(histogram, share) == sorted(numbers)[place - 1]


@pytest.mark.invariant("C1")
def test_what_the_engine_finds_is_what_measures_expect() -> None:
    """How a stay ends changes where savings go, and not how much there is."""
    taken = load_assumptions(EXAMPLES / "policy" / "assumptions-reba.toml")
    rows = make_population(taken, households=60, seed=3)
    facts = [HouseholdMonth.model_validate(row) for row in rows]
    policy = load_policy(EXAMPLES / "policies" / "vng-half.toml")
    found = simulate(facts, variants_of([policy], load_law()), taken, months=36)
    for group in groups_of(found.variants[0]).values():
        for (stay, _), ending in group.endings.items():
            assert ending.balance_cents == group.balance_cents[stay - 1]
            assert ending.balance_cents == sum(ending[1:])
        for stay, counts in group.balances.items():
            euros = sum(euro * count for euro, count in counts.items())
            cents = group.balance_cents[stay - 1]
            assert 100 * euros <= cents < 100 * (euros + group.households)
        assert measure(group, taken).expected.balance >= 0
    assert groups_of(found.variants[0])[ALL].balance_cents[-1] > 0


def test_groups_are_sums_of_types(half: VariantResult) -> None:
    groups = groups_of(half)
    kinds = [each.type for each in half.types]
    assert list(groups) == [ALL, WORKING, *(kind.key for kind in kinds)]
    assert groups[ALL].households == len(HOUSEHOLDS)
    assert groups[WORKING].persons == sum(h.persons for h in HOUSEHOLDS if h.working)
    for index in (0, 17, 35):
        due = sum(h.due_cents for h in HOUSEHOLDS if index >= h.starts)
        assert groups[ALL].contribution_cents[index] == due
    for stay in (6, 18, 30):
        assert sum(groups[ALL].balances[stay].values()) == len(HOUSEHOLDS)
        saved = sum(_saved_after(h, stay) for h in HOUSEHOLDS)
        assert groups[ALL].endings[stay, "granted"].balance_cents == saved


@pytest.mark.invariant("C1")
def test_what_is_expected_adds_up_and_comes_from_every_stay(half: VariantResult) -> None:
    working = [h for h in HOUSEHOLDS if h.working]
    for found in _measured(half).values():
        for share in (found.expected, *found.by_outcome.values()):
            assert share.balance == sum(share[1:], Fraction(0))
        assert found.receives_less == found.expected.balance - found.expected.remitted
        assert found.receives_less_cents == found.receives_less * found.households
    shares = {6: Fraction(1, 5), 18: Fraction(1, 2), 30: Fraction(3, 10)}
    saved = sum(
        share * sum(_saved_after(h, stay) for h in working) for stay, share in shares.items()
    )
    assert _measured(half)[WORKING].expected.balance == saved / len(working)
    # Of what is saved, all comes back after forced return, and two fifths after voluntary return.
    back = Fraction(5, 100) + Fraction(10, 100) * Fraction(2, 5)
    remitted = _measured(half)[WORKING].expected.remitted
    assert abs(remitted - back * saved / len(working)) < 1


def test_stays_and_targets_are_counted_household_by_household(half: VariantResult) -> None:
    working = [h for h in HOUSEHOLDS if h.working]
    found = _measured(half)[WORKING]
    for stay in found.stays:
        saved = sorted(_saved_after(h, stay.months) for h in working)
        assert stay.mean == Fraction(sum(saved), len(working))
        quarters = (stay.lower_euros, stay.median_euros, stay.upper_euros)
        places = [-(-len(saved) * part // 4) - 1 for part in (1, 2, 3)]
        assert quarters == tuple(saved[place] // 100 for place in places)
    for coverage in found.coverage:
        reached = [
            sum(_saved_after(h, month) >= coverage.cents for h in working) for month in range(1, 37)
        ]
        assert coverage.shares == tuple(Fraction(count, len(working)) for count in reached)
        first = next((n for n, count in enumerate(reached, 1) if 2 * count >= len(working)), None)
        assert coverage.half_after == first
        assert first is not None


def test_a_target_that_half_never_reach_has_no_month() -> None:
    found = _measured(variant("Little", "0.05"))[WORKING]
    assert [coverage.half_after for coverage in found.coverage] == [None, None]
    figures = figures_of(found)
    assert figures["half_after.deposit"] is None
    assert change_from(figures, figures)["half_after.deposit"] is None


def test_the_days_of_the_break_even_just_pay(half: VariantResult) -> None:
    for found in _measured(half).values():
        even = found.break_even
        assert even is not None
        assert even.days * found.persons * 7100 == found.receives_less_cents
        assert even.person_days * 7100 == found.receives_less
        assert even.weeks * 7 == even.days
        tenths = tenths_up(even.days)
        assert Fraction(tenths, 10) * found.persons * 7100 >= found.receives_less_cents
        if tenths:
            assert Fraction(tenths - 1, 10) * found.persons * 7100 < found.receives_less_cents


def test_a_day_that_costs_nothing_has_no_break_even(half: VariantResult) -> None:
    free = assumptions({'person_day = "71.00"': 'person_day = "0.00"'})
    found = measure(groups_of(half)[ALL], free)
    assert found.break_even is None
    assert figures_of(found)["break_even_weeks_tenths"] is None


def test_means_are_over_households_and_months(half: VariantResult) -> None:
    group = groups_of(half)["couple.working"]
    found = measure(group, TAKEN)
    assert found.contribution_month == Fraction(sum(group.contribution_cents), 15 * 36)
    assert found.reserved_month == Fraction(sum(group.reserved_cents), 15 * 36)
    assert found.withdrawn_month == 0
    shares = dict(TAKEN.stays)
    collected = sum(share * sum(group.collected_cents[:stay]) for stay, share in shares.items())
    assert found.collected == collected / 15


def test_one_household_alone_is_a_group(half: VariantResult) -> None:
    alone = group_of("alone", [half.types[0]])
    assert alone[1:] == groups_of(half)[half.types[0].type.key][1:]


def test_differences_are_those_of_the_figures_shown() -> None:
    first, other = ({"saved_cents": cents} for cents in (150, 100))
    assert change_from(first, other) == {"saved_cents": -50}


def test_sensitivity_puts_first_what_moves_most(half: VariantResult) -> None:
    base = Run("0.50", half, TAKEN)
    less_in = assumptions({'[collection]\nstatus = "made"': '[collection]\nstatus = "supplied"'})
    runs = [
        ParameterRuns("collection.share", Run("0.89", half, less_in), base, base),
        ParameterRuns(
            "reserve.share",
            Run("0.40", variant("", "0.4"), TAKEN),
            base,
            Run("0.60", variant("", "0.6"), TAKEN),
        ),
    ]
    figures = ("saved_cents", "receives_less_cents", "half_after.furnishing")
    found = sensitivity(runs, figures=figures)
    assert list(found) == list(figures)
    for name, swings in found.items():
        assert [swing.parameter for swing in swings] == ["reserve.share", "collection.share"], name
        assert swings[1].width == 0
        assert swings[0].values == ("0.40", "0.50", "0.60")
    swing = found["saved_cents"][0]
    for run, figure in zip(runs[1][1:], (swing.low, swing.base, swing.high), strict=True):
        assert isinstance(run, Run)
        assert figures_of(_measured(run.variant)[WORKING])["saved_cents"] == figure
    everyone = sensitivity(runs, figures=("saved_cents",), group=ALL)["saved_cents"][0]
    assert everyone.base == figures_of(_measured(half)[ALL])["saved_cents"]
    nobody = variant("Idle", "0.5", households=[h for h in HOUSEHOLDS if not h.working])
    idle = ParameterRuns("reserve.share", *[Run("0.50", nobody, TAKEN)] * 3)
    assert sensitivity([idle], figures=("saved_cents",))["saved_cents"][0].base == 0
