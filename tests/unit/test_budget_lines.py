"""What one keeps of earnings: worked by hand, with every cliff to the cent and its source."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from reba import HouseholdMonth, Month, assess, load_law, load_policy, reserve
from reba.errors import FactsError, LawError
from reba.law.choices import MunicipalChoices, parse_choices
from reba.money import format_euros, parse_euros
from reba.simulation.budget_lines import BudgetLine, budget_line, budget_lines, household_types
from reba.simulation.straight_lines import Kink, Sample, Segment, segments_of
from reba.testing import oracle

LAW = load_law()
HALF = load_policy(Path(__file__).parents[2] / "examples" / "policies" / "vng-half.toml")
REBA = {each.name: each.facts for each in household_types("reba-2008", Month(2015, 3))}
ROOO = {each.name: each.facts for each in household_types("rooo", Month(2025, 10))}
QUARTERS, ALL, NOTHING = Fraction(3, 4), Fraction(1), Fraction(0)


def _choices(below_first: str, between: str) -> MunicipalChoices:
    return parse_choices(
        '[choices]\nid = "test"\nmunicipality = "Voorbeelddam"\nsource = "made"\n'
        'valid_from = 2024-07-01\n[rules]\nincome_proof = "measured"\n'
        f'reference_period = "month"\nbelow_first = "{below_first}"\nbetween = "{between}"\n',
        file="test",
    )


NO_PART, PRO_RATA, FULL = (_choices(part, part) for part in ("nothing", "pro_rata", "full"))


def _rooo(name: str, choices: MunicipalChoices | None, step_cents: int = 100) -> BudgetLine:
    return budget_line(
        ROOO[name], LAW, maximum_cents=1200_00, step_cents=step_cents, choices=choices
    )


# ── Reba 2008 ────────────────────────────────────────────────────────────────────────────────


def test_a_single_permit_holder_of_2015_pays_three_quarters_up_to_the_economic_value() -> None:
    """445.95 is reached at 594.60, before a quarter of the earnings is more than 183 euros."""
    line = budget_line(REBA["single.permit_holder"], LAW, maximum_cents=2000_00)
    assert line.kinks == (Kink(594_60, QUARTERS, NOTHING),)
    assert (line.cliffs, line.undecided, line.provisional) == ((), (), False)
    found = {point.earnings_cents: point for point in line.points}
    assert [found[cents].kept_cents for cents in (0, 400_00, 594_00, 595_00, 1000_00)] == [
        0, 100_00, 148_50, 149_05, 554_05,
    ]  # fmt: skip
    assert found[0].rate is None
    assert found[595_00].rate == Fraction(45, 100)
    assert found[596_00].rate == NOTHING
    assert found[400_00].reserved_cents is found[400_00].kept_with_savings_cents is None


def test_above_the_maximum_of_the_exemption_every_euro_goes_until_the_economic_value() -> None:
    """2015, two adults and two children: 733.94 + 392.95 = 1126.89 is reached at 1309.89."""
    line = budget_line(REBA["couple_2.permit_holder"], LAW, maximum_cents=2000_00)
    assert line.segments == (
        Segment(0, 732_00, QUARTERS), Segment(732_00, 1309_89, ALL),
        Segment(1309_89, 2000_00, NOTHING),
    )  # fmt: skip
    assert line.points[1000].kept_cents == 183_00


def test_past_the_weeks_of_the_exemption_nothing_is_kept_below_the_economic_value() -> None:
    line = budget_line(REBA["single.asylum_seeker_past"], LAW, maximum_cents=1000_00)
    assert line.kinks == (Kink(445_95, ALL, NOTHING),)
    exempt = budget_line(REBA["single.asylum_seeker_exempt"], LAW, maximum_cents=1000_00)
    assert exempt.kinks == (Kink(594_60, QUARTERS, NOTHING),)


def test_savings_halve_the_rate_until_the_maximum_of_the_month() -> None:
    facts = REBA["single.permit_holder"]
    with_policy, without = budget_lines(facts, LAW, policies=[HALF, None], maximum_cents=1000_00)
    assert with_policy.kinks_with_savings == (
        Kink(400_00, Fraction(3, 8), QUARTERS), Kink(594_60, QUARTERS, NOTHING),
    )  # fmt: skip
    assert with_policy.kinks == without.kinks
    assert (with_policy.policy_digest, without.policy_digest) == (HALF.digest, None)
    assert without.segments_with_savings == ()
    point = with_policy.points[500]
    assert (point.contribution_cents, point.reserved_cents) == (375_00, 150_00)
    assert point.kept_with_savings_cents == 275_00
    full = budget_line(facts, LAW, maximum_cents=1000_00, policy=HALF, balance_cents=6000_00)
    assert all(point.reserved_cents == 0 for point in full.points)


def test_a_line_that_rests_on_an_unverified_value_says_so() -> None:
    (single, *_) = household_types("reba-2008", Month(2022, 3))
    line = budget_line(single.facts, LAW, maximum_cents=1000_00)
    assert line.provisional
    assert set(line.provisional_because) <= set(LAW.names())


# ── RooO ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("A6")
@pytest.mark.parametrize("step_cents", [100, 500_00])
@pytest.mark.parametrize(
    ("name", "choices", "cliffs"),
    [
        # One cent brings the income to 362.07: 314.84 of leefgeld goes, and 0.01 is earned.
        ("single.without_catering", NO_PART, [(362_07, 314_83), (642_92, 244_21)]),
        # With meals leefgeld is 62.66, and 244.22 + 252.18 is due from 1.15 x (62.66 + 496.40).
        ("single.with_catering", NO_PART, [(72_06, 62_65), (642_92, 496_39)]),
        ("single.without_catering", PRO_RATA, []),
        # All income up to the leefgeld is taken; from the threshold all but the leefgeld too.
        ("single.without_catering", FULL, [(362_07, 47_22)]),
        ("single_parent_2.without_catering", NO_PART, [(873_23, 759_32), (1154_08, 244_21)]),
    ],
)
def test_both_thresholds_are_cliffs_where_the_municipality_takes_all_at_once(
    name: str, choices: MunicipalChoices, cliffs: list[tuple[int, int]], step_cents: int
) -> None:
    line = _rooo(name, choices, step_cents)
    assert [(each.earnings_cents, each.loss_cents) for each in line.cliffs] == cliffs


def test_a_cliff_is_the_same_whatever_the_step_and_wherever_the_line_begins() -> None:
    facts = ROOO["single.without_catering"]
    for first, last, step in ((362_06, 362_07, 1), (350_00, 370_00, 7), (362_00, 642_92, 333)):
        line = budget_line(
            facts, LAW, minimum_cents=first, maximum_cents=last, step_cents=step, choices=NO_PART
        )
        assert (line.cliffs[0].earnings_cents, line.cliffs[0].loss_cents) == (362_07, 314_83)
        assert len(line.cliffs) == 1 + (last == 642_92)
        assert line.points[0].earnings_cents == first
    between = budget_line(facts, LAW, minimum_cents=362_07, maximum_cents=642_91, choices=NO_PART)
    assert between.cliffs == ()


def test_a_cliff_names_its_steps_and_their_sources() -> None:
    first, second = _rooo("single.without_catering", NO_PART).cliffs
    assert [step.id for step in first.causes] == [
        "leefgeld_withdrawn_from", "floor", "between_thresholds", "leefgeld_withdrawn",
        "leefgeld_paid",
    ]  # fmt: skip
    assert [step.id for step in second.causes] == [
        "contribution_due_from", "above_thresholds", "from_earnings", "contribution",
    ]  # fmt: skip
    rate = LAW.value("rooo.threshold_rate", Month(2025, 10).first_day)
    for cliff in (first, second):
        assert rate.url in cliff.legal
        assert cliff.legal[0] == "jci1.3:c:BWBR0046503"
        assert len(set(cliff.legal)) == len(cliff.legal)
        assert cliff.loss_with_savings_cents is None


def test_savings_make_a_cliff_lower() -> None:
    record = HALF.to_record()
    head = {**record["policy"], "schemes": ["rooo"]}  # type: ignore[dict-item]
    policy = type(HALF).from_record({**record, "policy": head})
    line = budget_line(
        ROOO["single.without_catering"], LAW,
        maximum_cents=1500_00, choices=NO_PART, policy=policy,
    )  # fmt: skip
    assert [(each.loss_cents, each.loss_with_savings_cents) for each in line.cliffs] == [
        (314_83, 314_83), (244_21, 122_10),
    ]  # fmt: skip


def test_the_rate_of_a_step_across_a_cliff_is_above_one() -> None:
    line = _rooo("single.without_catering", NO_PART)
    assert line.points[363].rate == 1 + Fraction(313_84, 100)
    assert line.points[362].rate == line.points[364].rate == NOTHING


def test_leefgeld_withdrawn_pro_rata_is_that_of_the_second_implementation() -> None:
    found = oracle.thresholds("2025-10", 1, 0, catering=False)
    rules = {"below_first": "pro_rata"}
    for point in _rooo("single.without_catering", PRO_RATA).points:
        expected = oracle.leefgeld_withdrawn_cents(point.earnings_cents, found, rules)
        assert point.leefgeld_withdrawn_cents == expected


def test_where_the_municipality_did_not_choose_there_are_bounds_and_no_number() -> None:
    line = _rooo("single.without_catering", None)
    assert line.undecided == ((1, 642_91),)
    assert line.cliffs == ()
    assert [(each.from_cents, each.to_cents) for each in line.segments] == [(642_92, 1200_00)]
    found = {point.earnings_cents: point for point in line.points}
    for cents in (1_00, 300_00, 500_00, 642_00):
        assert found[cents][1:8] == (None,) * 7
    assert found[300_00].bounds == (0, 0, 0, 300_00, 0, 300_00)
    assert found[500_00].bounds == (0, 185_16, 314_84, 314_84, 0, 185_16)
    assert found[0].bounds is found[643_00].bounds is None
    assert found[643_00].rate is None  # it is not known what is kept of 642.00
    assert found[644_00].rate == NOTHING


def test_bounds_are_those_that_a_refused_assessment_names() -> None:
    line = _rooo("couple_2.with_catering", None)
    found = {point.earnings_cents: point for point in line.points}
    facts = ROOO["couple_2.with_catering"].model_dump(mode="json", by_alias=True, exclude_none=True)
    facts["members"][0]["income"][0]["net"] = "900.00"
    with pytest.raises(LawError) as raised:
        assess(HouseholdMonth.model_validate(facts), LAW)
    bounds = found[900_00].bounds
    assert bounds is not None
    assert bounds.contribution_least_cents == parse_euros(raised.value.data["lowest"])
    assert bounds.contribution_most_cents == parse_euros(raised.value.data["highest"])


# ── what the line is made of ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("facts", [*REBA.values(), *ROOO.values()])
def test_every_point_is_what_the_rules_say(facts: HouseholdMonth) -> None:
    choices = PRO_RATA if facts.scheme == "rooo" else None
    stretches = [
        budget_line(
            facts, LAW, choices=choices, policy=HALF,
            minimum_cents=first, maximum_cents=first + 40_00, step_cents=13_33,
        )
        for first in (0, 350_00, 620_00, 1130_00)
    ]  # fmt: skip
    record = facts.model_dump(mode="json", by_alias=True, exclude_none=True)
    for point in (point for line in stretches for point in line.points):
        record["members"][0]["income"][0]["net"] = format_euros(point.earnings_cents)
        found = assess(HouseholdMonth.model_validate(record), LAW, choices)
        assert found.not_supplied == ()
        saved = reserve(
            found, HALF, collected_cents=found.contribution_cents, balance_cents=0
        ).reserved_cents
        withdrawn = sum(s.amount_cents or 0 for s in found.steps if s.id == "leefgeld_withdrawn")
        kept = point.earnings_cents - found.contribution_cents - withdrawn
        assert point[1:6] == (found.contribution_cents, withdrawn, saved, kept, kept + saved)


def test_typical_households_have_names_of_their_own_in_two_languages() -> None:
    for scheme, month, count in (("reba-2008", Month(2015, 3), 15), ("rooo", Month(2025, 10), 10)):
        types = household_types(scheme, month)  # type: ignore[arg-type]
        assert len(types) == count
        for names in zip(*[(t.name, t.label_nl, t.label_en) for t in types], strict=True):
            assert len(set(names)) == count
    statuses = {m.residence_status for facts in REBA.values() for m in facts.members}
    assert statuses == {"asylum_seeker", "permit_holder"}
    assert {facts.provisions.catering for facts in ROOO.values()} == {True, False}


def test_what_makes_no_line_is_refused() -> None:
    facts = ROOO["single.without_catering"]
    for maximum, step in ((0, 1), (100, 0), (100, 101), (10**10, 100), (1_000_000_00, 1)):
        with pytest.raises(ValueError, match=r"a line from|a budget line has"):
            budget_line(facts, LAW, maximum_cents=maximum, step_cents=step)
    without = facts.model_copy(
        update={"members": (facts.members[0].model_copy(update={"income": ()}),)}
    )
    with pytest.raises(FactsError) as raised:
        budget_line(without, LAW, maximum_cents=100_00)
    assert raised.value.code == "facts.missing"
    with pytest.raises(LawError) as refused:
        budget_line(REBA["single.permit_holder"], LAW, maximum_cents=100_00, choices=FULL)
    assert refused.value.code == "law.choices"


# ── straight lines ───────────────────────────────────────────────────────────────────────────


def _rounded(*bends: tuple[int, Fraction], until: int) -> list[Sample]:
    """Samples of a line that keeps another part of each cent from each bend on, rounded."""
    samples = []
    for cents in range(0, until + 1, 100):
        kept = Fraction(0)
        for (start, part), end in zip(bends, [*(b[0] for b in bends[1:]), until], strict=True):
            kept += part * max(0, min(cents, end) - start)
        samples.append(Sample(cents, int(kept + Fraction(1, 2))))
    return samples


def test_a_rounded_line_is_one_segment_with_its_own_rate() -> None:
    for part in (Fraction(1, 3), Fraction(5, 8), Fraction(13, 100), NOTHING, ALL):
        samples = _rounded((0, part), until=200_000)
        assert segments_of([samples], rounding_cents=1) == (Segment(0, 200_000, 1 - part),)


def test_a_bend_is_found_within_a_cent() -> None:
    for bend in (50_000, 50_001, 50_050, 50_099):
        samples = _rounded((0, Fraction(1, 4)), (bend, Fraction(1)), until=200_000)
        first, second = segments_of([samples], rounding_cents=1)
        assert (first.rate, second.rate) == (QUARTERS, NOTHING)
        assert first.to_cents == second.from_cents
        assert abs(first.to_cents - bend) <= 1


def test_pieces_are_not_joined_and_a_single_sample_is_no_segment() -> None:
    pieces = [
        [Sample(0, 0), Sample(100, 100)],
        [Sample(200, 50)],
        [Sample(300, 60), Sample(400, 160)],
    ]
    assert segments_of(pieces, rounding_cents=1) == (
        Segment(0, 100, NOTHING), Segment(300, 400, NOTHING),
    )  # fmt: skip
    falling = [Sample(0, 300), Sample(100, 200), Sample(200, 100)]
    assert segments_of([falling], rounding_cents=1) == (Segment(0, 200, Fraction(2)),)
