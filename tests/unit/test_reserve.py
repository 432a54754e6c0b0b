"""The reserve of a month as a value: what it names, what it is before rounding, and its limits."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from reba.months import Month
from reba.savings.policy import SavingsPolicy, parse_policy
from reba.savings.reserve import Reserve, reserve
from reba.savings.split import ReserveRule, Split

POLICIES = Path(__file__).parents[2] / "examples" / "policies"
HALF = (POLICIES / "vng-half.toml").read_text(encoding="utf-8")


class _Month(NamedTuple):
    scheme: str = "reba-2008"
    month: Month = Month(2015, 3)
    contribution_cents: int = 40001
    from_earnings_cents: int = 20001
    from_other_income_cents: int = 9999


def _policy(*changes: tuple[str, str]) -> SavingsPolicy:
    text = HALF
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_policy(text, file="p.toml")


ON_ASSESSMENT = ('funded_on = "collection"', 'funded_on = "assessment"')
NO_BALANCE_MAX = ('balance_max = "6000.00"', "")


@pytest.mark.invariant("C1")
@pytest.mark.invariant("A13")
def test_a_reserve_names_its_policy_its_base_and_its_exact_value() -> None:
    found = reserve(_Month(), _policy(), collected_cents=40001, balance_cents=0)
    assert found == Reserve(
        policy_id="example-half",
        policy_version=1,
        split_cents=40001,
        reserved_cents=10001,  # 10000.5, half up
        remitted_cents=30000,
        base_cents=20001,
        exact=(20001, 2),
        limited_by=None,
    )


@pytest.mark.invariant("C1")
def test_what_the_policy_does_not_cover_is_remitted_whole() -> None:
    found = reserve(_Month(scheme="rooo"), _policy(), collected_cents=123, balance_cents=0)
    assert found == Reserve("example-half", 1, 123, 0, 123, 0, (0, 1), "scheme")
    on_assessment = reserve(_Month(scheme="rooo"), _policy(ON_ASSESSMENT), balance_cents=0)
    assert on_assessment == Reserve("example-half", 1, 40001, 0, 40001, 0, (0, 1), "scheme")


@pytest.mark.invariant("C1")
def test_funded_on_assessment_the_contribution_is_split_whatever_came_in() -> None:
    for collected in (None, 0, 7):
        found = reserve(
            _Month(), _policy(ON_ASSESSMENT), collected_cents=collected, balance_cents=0
        )
        assert (found.split_cents, found.reserved_cents, found.remitted_cents) == (
            40001, 10001, 30000,
        )  # fmt: skip


def test_without_a_maximum_of_the_balance_nobody_need_know_the_balance() -> None:
    policy = _policy(NO_BALANCE_MAX)
    found = reserve(_Month(), policy, collected_cents=40001)
    assert found == reserve(_Month(), policy, collected_cents=40001, balance_cents=10**9)


@pytest.mark.invariant("C2")
@pytest.mark.parametrize(
    ("balance", "reserved", "limited_by"),
    [
        (589999, 10001, None),
        (590000, 10000, "balance_max"),
        (599999, 1, "balance_max"),
        (600000, 0, "balance_max"),
        (600001, 0, "balance_max"),
    ],
)
def test_a_balance_grows_to_its_maximum_and_not_a_cent_above(
    balance: int, reserved: int, limited_by: str | None
) -> None:
    found = reserve(_Month(), _policy(), collected_cents=40001, balance_cents=balance)
    assert (found.reserved_cents, found.limited_by) == (reserved, limited_by)
    assert found.exact == (20001, 2)


@pytest.mark.invariant("C2")
def test_who_saved_nothing_yet_saves_up_to_the_maximum_in_one_month() -> None:
    policy = _policy(('balance_max = "6000.00"', 'balance_max = "100.00"'))
    found = reserve(_Month(), policy, collected_cents=40001, balance_cents=0)
    assert (found.reserved_cents, found.limited_by) == (10000, "balance_max")


@pytest.mark.parametrize(
    ("maximum", "reserved", "exact", "limited_by"),
    [
        (10001, 10001, (20001, 2), None),  # 10000.5 is not above 10001
        (10000, 10000, (10000, 1), "monthly_max"),
        (0, 0, (0, 1), "monthly_max"),
    ],
)
def test_a_monthly_maximum_limits_only_what_is_above_it(
    maximum: int, reserved: int, exact: tuple[int, int], limited_by: str | None
) -> None:
    rule = ReserveRule("earnings", Fraction(1, 2), maximum, None, "assessment", "pro_rata")
    found = rule.split(40001, 20001, collected_cents=0, balance_cents=0)
    assert found == Split(40001, reserved, 40001 - reserved, exact, limited_by)  # type: ignore[arg-type]


@pytest.mark.invariant("A13")
def test_a_share_that_meets_its_maximum_exactly_is_not_called_limited() -> None:
    rule = ReserveRule("earnings", Fraction(1, 2), 10000, 10000, "assessment", "pro_rata")
    found = rule.split(40000, 20000, collected_cents=0, balance_cents=0)
    assert found == Split(40000, 10000, 30000, (20000, 2), None)


@pytest.mark.invariant("C1")
@pytest.mark.parametrize(
    ("mode", "collected", "expected"),
    [
        # full reserve 30/2 = 15 of a contribution of 40
        ("pro_rata", 13, Split(13, 5, 8, (30 * 13, 2 * 40), None)),  # 4.875
        ("remit_first", 13, Split(13, 0, 13, (30, 2), None)),
        ("remit_first", 25, Split(25, 0, 25, (30, 2), None)),
        ("remit_first", 26, Split(26, 1, 25, (30, 2), None)),
        ("reserve_first", 13, Split(13, 13, 0, (30, 2), None)),
        ("reserve_first", 16, Split(16, 15, 1, (30, 2), None)),
        ("pro_rata", 40, Split(40, 15, 25, (30, 2), None)),
        ("remit_first", 41, Split(41, 15, 26, (30, 2), None)),
    ],
)
def test_who_goes_first_when_part_came_in(mode: str, collected: int, expected: Split) -> None:
    rule = ReserveRule("earnings", Fraction(1, 2), None, None, "collection", mode)  # type: ignore[arg-type]
    assert rule.split(40, 30, collected_cents=collected, balance_cents=0) == expected
