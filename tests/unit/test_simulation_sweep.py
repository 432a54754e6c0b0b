"""Sweeps and variants: every combination once, each valid, and called by what differs."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba import Month, RebaError, SavingsPolicy, load_law, load_policy
from reba.errors import PolicyError, SimulationError
from reba.money import half_up, parse_euros, parse_rate
from reba.simulation.reform import Reform, reformed
from reba.simulation.simulating import variants_of
from reba.simulation.sweep import VARIANTS_MAX, grid, nudges_of, with_value

EXAMPLES = Path(__file__).parents[2] / "examples" / "policy"
LAW = load_law()
QUARTER, HALF, MOST = (
    load_policy(EXAMPLES / f"{each}.toml") for each in ("quarter", "half", "most")
)
MARCH, OCTOBER = Month(2015, 3), Month(2025, 10)
SHARES, MAXIMA = ["0.10", "0.50", "1.00"], ["50.00", "none"]


def two_versions() -> SavingsPolicy:
    record: Any = HALF.to_record()
    (first,) = record["version"]
    second = {**first, "valid_from": "2016-01-01", "reserve": {**first["reserve"], "share": "0.25"}}
    return SavingsPolicy.from_record({**record, "version": [first, second]})


# ── a grid ───────────────────────────────────────────────────────────────────────────────────


def test_a_grid_of_a_policy_has_every_combination_once() -> None:
    before = deepcopy(HALF.to_record())
    found = grid(HALF, LAW, {"reserve.share": SHARES, "reserve.monthly_max": MAXIMA})
    rules = [each.policy.versions[0].reserve for each in found]
    assert [(each.share, each.monthly_max_cents) for each in rules] == [
        (Fraction(share), None if maximum == "none" else parse_euros(maximum))
        for share, maximum in product(SHARES, MAXIMA)
    ]
    assert {each.law.digest for each in found} == {LAW.digest}
    assert {each.reform for each in found} == {None}
    names = [each.name for each in found]
    assert names[:2] == ["share-0.10.monthly_max-50.00", "share-0.10.monthly_max-none"]
    assert len(set(names)) == len({each.policy.digest for each in found}) == 6
    assert {each.policy.status for each in found} == {"illustrative"}
    assert [each.policy.id for each in found] == names
    assert HALF.to_record() == before


def test_what_a_grid_does_not_name_stays_as_it_was() -> None:
    (found,) = grid(HALF, LAW, {"reserve.share": ["0.10"]})
    expected: Any = deepcopy(HALF.to_record())
    expected["version"][0]["reserve"]["share"] = "0.10"
    expected["policy"] |= {"id": "share-0.10", "status": "illustrative"}
    record: Any = deepcopy(found.policy.to_record())
    assert {**record, "version": None} == {**expected, "version": None}
    (version,), (wanted,) = record["version"], expected["version"]
    assert parse_rate(version["reserve"].pop("share")) == parse_rate(wanted["reserve"].pop("share"))
    assert version == wanted


def test_a_grid_of_the_law_reforms_the_law_and_keeps_the_policy() -> None:
    axes = {"reba.exemption_maximum": ["183.00", "250.00"], "reba.exemption_rate": ["0.25", "1"]}
    found = grid(HALF, LAW, axes)
    day = MARCH.first_day
    assert [tuple(each.law.value(name, day).value_text for name in axes) for each in found] == list(
        product(*axes.values())
    )
    assert {each.policy.digest for each in found} == {HALF.digest}
    assert [each.reform for each in found] == [
        f"reba.exemption_maximum = {maximum}, reba.exemption_rate = {rate}"
        for maximum, rate in product(*axes.values())
    ]
    assert [each.name for each in found] == [f"vng-half | {each.reform}" for each in found]


def test_a_grid_of_both_has_each_policy_under_each_law() -> None:
    found = grid(
        HALF, LAW, {"reba.exemption_rate": ["0", "1"], "release.granted.balance_share": SHARES}
    )
    assert [each.name for each in found] == [
        f"balance_share-{share} | reba.exemption_rate = {rate}"
        for share in SHARES
        for rate in ("0", "1")
    ]
    shares = [each.policy.versions[0].release.granted.balance_share for each in found]
    assert shares == [Fraction(share) for share in SHARES for _ in range(2)]
    # The same law is one law: it is applied once for all policies.
    assert len({id(each.law) for each in found}) == 2


def test_without_axes_there_is_the_policy_itself() -> None:
    (found,) = grid(HALF, LAW, {})
    assert (found.name, found.policy, found.law, found.reform) == ("vng-half", HALF, LAW, None)
    assert grid(HALF, LAW, {"reserve.share": []}) == ()


@pytest.mark.parametrize("maximum", ["monthly_max", "balance_max"])
def test_a_maximum_is_left_out_by_none_also_where_there_was_none(maximum: str) -> None:
    for policy in (QUARTER, HALF):
        (found,) = grid(policy, LAW, {f"reserve.{maximum}": ["none"]})
        reserve = found.policy.versions[0].reserve
        assert getattr(reserve, f"{maximum}_cents") is None
        other = {"monthly_max": "balance_max_cents", "balance_max": "monthly_max_cents"}[maximum]
        assert getattr(reserve, other) == getattr(policy.versions[0].reserve, other)


def test_a_value_is_set_in_every_version() -> None:
    changed = with_value(two_versions(), "reserve.share", "0.75", name="all")
    assert [each.reserve.share for each in changed.versions] == [Fraction(3, 4)] * 2


@pytest.mark.parametrize(
    ("axis", "value", "code"),
    [
        ("reserve.shar", "0.10", "policy.invalid"),
        ("reserve.shar", "none", "simulation.axis"),
        ("reserve.monthly_mx", "none", "simulation.axis"),
        ("reba.exemption_maximun", "250.00", "simulation.axis"),
        ("release.granted.purposes.car.max", "1.00", "simulation.axis"),
        ("reserve.share.more", "0.10", "simulation.axis"),
        ("policy.title", "x", "simulation.axis"),
        ("", "0.10", "policy.invalid"),
        ("reserve", "0.10", "policy.invalid"),
        ("reserve.share", "none", "policy.invalid"),
        ("reserve.share", "1.01", "policy.invalid"),
        ("reserve.share", "half", "policy.invalid"),
        ("reserve.share", "", "policy.invalid"),
        ("reserve.monthly_max", "-1.00", "policy.invalid"),
        ("reserve.base", "wealth", "policy.invalid"),
        ("reba.exemption_rate", "none", "money.rate"),
        ("reba.exemption_maximum", "1.001", "money.format"),
        ("rva.adult_age", "none", "law.file"),
    ],
)
def test_what_is_no_axis_or_no_value_of_one_is_refused(axis: str, value: str, code: str) -> None:
    with pytest.raises(RebaError) as refused:
        grid(HALF, LAW, {axis: [value]})
    assert refused.value.code == code


def test_a_grid_of_more_than_a_sweep_holds_is_refused_before_anything_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cents = [f"{number}.00" for number in range(1, 11)]
    most = {
        "reserve.monthly_max": cents,
        "reserve.balance_max": cents,
        "reba.exemption_rate": cents,
    }
    assert len(cents) ** 3 == VARIANTS_MAX

    def refuse(*_arguments: object, **_named: object) -> Any:
        pytest.fail("a variant was made")

    monkeypatch.setattr("reba.simulation.sweep.reformed", refuse)
    monkeypatch.setattr("reba.simulation.sweep.with_value", refuse)
    with pytest.raises(SimulationError) as refused:
        grid(HALF, LAW, {**most, "reserve.share": ["0.1", "0.2"]})
    assert refused.value.code == "simulation.too_many"
    assert refused.value.data == {"count": 2000, "maximum": VARIANTS_MAX}


def test_as_many_as_a_sweep_holds_are_made() -> None:
    values = [str(number) for number in range(10)]
    found = grid(
        HALF, LAW,
        {"reba.exemption_maximum": values, "rooo.clothing": [*values, *map(str, range(10, 100))]},
    )  # fmt: skip
    assert len(found) == VARIANTS_MAX == len({each.law.digest for each in found})


def test_a_value_that_stands_twice_is_refused() -> None:
    with pytest.raises(SimulationError) as refused:
        grid(HALF, LAW, {"reserve.share": ["0.5", "0.25", "0.5"]})
    assert refused.value.code == "simulation.same_name"
    assert refused.value.data == {"name": "reserve.share = 0.5"}


# ── variants ─────────────────────────────────────────────────────────────────────────────────


def test_variants_are_each_policy_as_it_is_and_under_each_reform() -> None:
    reforms = [
        Reform(rate, reformed(LAW, {"reba.exemption_rate": rate}, source="-")) for rate in "01"
    ]
    found = variants_of([QUARTER, HALF], LAW, reforms)
    assert [each.name for each in found] == [
        "vng-quarter", "vng-half", "vng-quarter | 0", "vng-half | 0", "vng-quarter | 1",
        "vng-half | 1",
    ]  # fmt: skip
    assert [each.reform for each in found] == [None, None, "0", "0", "1", "1"]
    assert [each.law for each in found[2:]] == [reforms[0].law] * 2 + [reforms[1].law] * 2
    assert [each.policy for each in found] == [QUARTER, HALF] * 3


def test_two_variants_of_one_name_and_none_at_all_are_refused() -> None:
    with pytest.raises(SimulationError) as refused:
        variants_of([], LAW, [Reform("same", LAW)])
    assert refused.value.code == "simulation.no_policy"
    for policies, reforms, name in (
        ([HALF, QUARTER, HALF], [], "vng-half"),
        ([HALF], [Reform("x", LAW), Reform("x", LAW)], "vng-half | x"),
    ):
        with pytest.raises(SimulationError) as refused:
            variants_of(policies, LAW, reforms)
        assert refused.value.code == "simulation.same_name"
        assert refused.value.data == {"name": name}


# ── sensitivity ──────────────────────────────────────────────────────────────────────────────

OF_REBA = {
    name
    for name in LAW.names()
    if name.startswith(("reba.", "rva.", "participatiewet."))
    and (LAW.parameter(name).unit.startswith("EUR") or LAW.parameter(name).unit == "ratio")
}
OF_ROOO = {
    name
    for name in LAW.names()
    if name.startswith("rooo.")
    and (LAW.parameter(name).unit.startswith("EUR") or LAW.parameter(name).unit == "ratio")
}


def _has_value(name: str, month: Month) -> bool:
    try:
        return LAW.value(name, month.first_day).value != 0
    except RebaError:
        return False


@pytest.mark.parametrize(
    ("schemes", "month", "names"),
    [(("reba-2008",), MARCH, OF_REBA), (("rooo",), OCTOBER, OF_ROOO),
     (("rooo", "reba-2008"), MARCH, OF_REBA | OF_ROOO)],
)  # fmt: skip
def test_every_amount_and_rate_of_the_month_is_moved_once(
    schemes: tuple[str, ...], month: Month, names: set[str]
) -> None:
    nudges = nudges_of(HALF, LAW, schemes, month)
    moved = [each.axis for each in nudges if not each.axis.startswith("reserve.")]
    expected = {name for name in names if _has_value(name, month)}
    assert len(expected) >= 9
    assert sorted(moved) == sorted(expected)
    assert [each.axis for each in nudges][: len(nudges) - len(moved)] == [
        "reserve.share", "reserve.monthly_max", "reserve.balance_max",
    ]  # fmt: skip
    day = month.first_day
    for each in nudges:
        if each.axis not in expected:
            continue
        base = LAW.value(each.axis, day).value
        low, high = (one.law.value(each.axis, day).value for one in (each.low, each.high))
        if LAW.parameter(each.axis).unit == "ratio":
            assert (low, high) == (base * Fraction(9, 10), base * Fraction(11, 10))
        else:  # to the cent
            assert -5 <= low * 10 - base * 9 <= 5
            assert -5 <= high * 10 - base * 11 <= 5
            assert low < base < high
        for one, text in ((each.low, each.low_text), (each.high, each.high_text)):
            assert one.policy is HALF
            assert one.reform == f"{each.axis} = {text}" == one.name
            others = set(LAW.names()) - {each.axis}
            assert all(one.law.parameter(name) is LAW.parameter(name) for name in others)


def test_numbers_of_a_policy_are_moved_and_a_missing_maximum_is_not() -> None:
    nudges = {each.axis: each for each in nudges_of(QUARTER, LAW, ("rooo",), OCTOBER)}
    assert "reserve.monthly_max" not in nudges  # it has none
    share, maximum = nudges["reserve.share"], nudges["reserve.balance_max"]
    texts = [(each.low_text, each.base_text, each.high_text) for each in (share, maximum)]
    assert texts == [("0.225", "0.25", "0.275"), ("3600.00", "4000.00", "4400.00")]
    reserves = [each.policy.versions[0].reserve for each in (share.low, share.high, maximum.low)]
    assert [each.share for each in reserves[:2]] == [Fraction(9, 40), Fraction(11, 40)]
    assert reserves[2].balance_max_cents == 360000
    for each in (share.low, share.high, maximum.low, maximum.high):
        assert (each.law, each.reform) == (LAW, None)


@given(st.integers(1, 1000), st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(1)]))
def test_a_share_stays_within_the_whole(thousandths: int, part: Fraction) -> None:
    policy = with_value(HALF, "reserve.share", str(thousandths / 1000), name="any")
    nudge = nudges_of(policy, LAW, (), MARCH, part=part)[0]
    low, high = (each.policy.versions[0].reserve.share for each in (nudge.low, nudge.high))
    base = Fraction(thousandths, 1000)
    assert low == base * (1 - part)
    assert high == min(Fraction(1), base * (1 + part))


def test_a_parameter_without_a_value_in_the_month_moves_nothing() -> None:
    before = Month(2004, 1)
    known = {name for name in OF_REBA if _has_value(name, before)}
    with pytest.raises(PolicyError) as refused:
        nudges_of(HALF, LAW, ("reba-2008",), before)
    assert refused.value.code == "policy.no_version"
    old = with_value(HALF, "valid_from", "1990-01-01", name="old")
    nudges = nudges_of(old, LAW, ("reba-2008",), before)
    assert {each.axis for each in nudges if not each.axis.startswith("reserve.")} == known
    assert known < OF_REBA


def test_where_a_number_has_several_values_in_time_each_is_moved_by_itself() -> None:
    """Else a nudge would also take away what the versions, or the years, do to one another."""
    policy = two_versions()
    nudges = {each.axis: each for each in nudges_of(policy, LAW, ("reba-2008",), MARCH)}
    share = nudges["reserve.share"]
    assert (share.low_text, share.base_text, share.high_text) == ("0.45", "0.5", "0.55")
    for one, factor in ((share.low, Fraction(9, 10)), (share.high, Fraction(11, 10))):
        shares = [each.reserve.share for each in one.policy.versions]
        assert shares == [factor / 2, factor / 4]
    later = {each.axis: each for each in nudges_of(policy, LAW, ("reba-2008",), Month(2016, 1))}
    assert later["reserve.share"].base_text == "0.25"
    assert later["reserve.share"].low.policy.digest == share.low.policy.digest
    assert share.low.policy.status == "illustrative"
    food = nudges["rva.food_adult_1_2"]
    before = [int(each.value) for each in LAW.values("rva.food_adult_1_2")]
    assert len(set(before)) > 2
    for one, tenths in ((food.low, 9), (food.high, 11)):
        values = one.law.values("rva.food_adult_1_2")
        assert [each.value for each in values] == [half_up(each * tenths, 10) for each in before]
        assert {each.status for each in values} == {"supplied"}


def test_a_variant_is_validated_as_any_file_is() -> None:
    with pytest.raises(PolicyError) as refused:
        with_value(two_versions(), "valid_from", "2015-01-01", name="same-day")
    assert refused.value.code == "policy.overlap"
