"""The policy file and the split of a month (invariants C1, C2, C3)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reba import Month, SavingsPolicy, load_policy, reserve
from reba.errors import PolicyError, SavingsError
from reba.savings.describe import describe_policy
from reba.savings.policy import parse_policy
from reba.savings.split import ReserveRule

POLICIES = Path(__file__).parents[2] / "examples" / "policies"
HALF = (POLICIES / "vng-half.toml").read_text(encoding="utf-8")

_cents = st.integers(0, 200_000)
_rules = st.builds(
    ReserveRule,
    st.just("earnings"),
    st.fractions(0, 1, max_denominator=1000),
    st.none() | _cents,
    st.none() | _cents,
    st.sampled_from(["collection", "assessment"]),
    st.sampled_from(["pro_rata", "remit_first", "reserve_first"]),
)


class _Month(NamedTuple):
    scheme: str = "reba-2008"
    month: Month = Month(2015, 3)
    contribution_cents: int = 40000
    from_earnings_cents: int = 20000
    from_other_income_cents: int = 10000


@pytest.mark.invariant("C1")
@pytest.mark.invariant("C2")
@given(_rules, _cents, st.data())
def test_what_is_saved_and_remitted_is_what_was_split(
    rule: ReserveRule, contribution: int, data: st.DataObject
) -> None:
    base = data.draw(st.integers(0, contribution))
    collected = data.draw(st.integers(0, contribution + 5000))
    balance = data.draw(_cents)
    split = rule.split(contribution, base, collected_cents=collected, balance_cents=balance)
    source = collected if rule.funded_on == "collection" else contribution
    assert split.reserved_cents + split.remitted_cents == split.split_cents == source
    assert 0 <= split.reserved_cents <= min(contribution, source)
    assert split.remitted_cents >= 0
    if rule.balance_max_cents is not None and split.reserved_cents:
        assert balance + split.reserved_cents <= rule.balance_max_cents
    if rule.monthly_max_cents is not None:
        assert split.reserved_cents <= rule.monthly_max_cents


@pytest.mark.invariant("C2")
@given(_rules, _cents, _cents)
def test_more_contribution_never_saves_less(rule: ReserveRule, one: int, two: int) -> None:
    low, high = sorted((one, two))
    saved = [
        rule.split(amount, amount, collected_cents=amount, balance_cents=0).reserved_cents
        for amount in (low, high)
    ]
    assert saved[0] <= saved[1]


@pytest.mark.invariant("C3")
@given(st.fractions(0, 1, max_denominator=100), st.lists(_cents, min_size=1, max_size=12))
def test_splitting_months_differs_from_splitting_their_sum_by_a_cent_a_month_at_most(
    share: Fraction, months: list[int]
) -> None:
    rule = ReserveRule("earnings", share, None, None, "assessment", "pro_rata")

    def saved(amount: int) -> int:
        return rule.split(amount, amount, collected_cents=0, balance_cents=0).reserved_cents

    assert abs(sum(map(saved, months)) - saved(sum(months))) <= len(months)


@pytest.mark.invariant("C3")
def test_it_is_nearly_true_that_months_add_up_and_here_it_is_not() -> None:
    rule = ReserveRule("earnings", Fraction(1, 2), None, None, "assessment", "pro_rata")
    one = rule.split(1, 1, collected_cents=0, balance_cents=0).reserved_cents
    two = rule.split(2, 2, collected_cents=0, balance_cents=0).reserved_cents
    assert (one + one, two) == (2, 1)


@pytest.mark.parametrize(
    ("mode", "collected", "reserved"),
    [
        ("pro_rata", 40000, 10000),
        ("pro_rata", 20000, 5000),
        ("pro_rata", 1, 0),
        ("pro_rata", 2, 1),
        ("remit_first", 30000, 0),
        ("remit_first", 30001, 1),
        ("remit_first", 40000, 10000),
        ("reserve_first", 9000, 9000),
        ("reserve_first", 10001, 10000),
        ("pro_rata", 45000, 10000),
        ("reserve_first", 0, 0),
    ],
)
def test_part_payments_by_hand(mode: str, collected: int, reserved: int) -> None:
    policy = parse_policy(HALF.replace('"pro_rata" ', f'"{mode}" '), file="p.toml")
    found = reserve(_Month(), policy, collected_cents=collected, balance_cents=0)
    assert (found.reserved_cents, found.remitted_cents) == (reserved, collected - reserved)


@pytest.mark.parametrize(
    ("base", "reserved"), [("earnings", 10000), ("income", 15000), ("contribution", 15000)]
)
def test_the_base_and_the_monthly_maximum(base: str, reserved: int) -> None:
    policy = parse_policy(HALF.replace('base = "earnings"', f'base = "{base}"'), file="p.toml")
    found = reserve(_Month(), policy, collected_cents=40000, balance_cents=0)
    assert found.reserved_cents == reserved
    assert found.limited_by == ("monthly_max" if base == "contribution" else None)


def test_the_balance_stops_growing_at_its_maximum() -> None:
    policy = load_policy(POLICIES / "vng-half.toml")
    found = reserve(_Month(), policy, collected_cents=40000, balance_cents=595000)
    assert (found.reserved_cents, found.limited_by) == (5000, "balance_max")
    over = reserve(_Month(), policy, collected_cents=40000, balance_cents=700000)
    assert over.reserved_cents == 0
    with pytest.raises(SavingsError) as raised:
        reserve(_Month(), policy, collected_cents=40000)
    assert raised.value.code == "savings.balance_missing"


def test_what_came_in_is_never_assumed() -> None:
    policy = load_policy(POLICIES / "vng-half.toml")
    with pytest.raises(SavingsError) as raised:
        reserve(_Month(), policy, balance_cents=0)
    assert raised.value.code == "savings.collected_missing"


def test_a_scheme_the_policy_does_not_name_saves_nothing() -> None:
    policy = load_policy(POLICIES / "vng-half.toml")
    found = reserve(_Month(scheme="rooo"), policy, collected_cents=40000, balance_cents=0)
    assert (found.reserved_cents, found.remitted_cents, found.limited_by) == (0, 40000, "scheme")


def test_the_version_of_the_day_applies() -> None:
    policy = load_policy(POLICIES / "two-versions.toml")
    assert policy.on(date(2023, 12, 31)).number == 1
    assert policy.on(date(2024, 1, 1)).number == 2
    with pytest.raises(PolicyError) as raised:
        policy.on(date(2014, 12, 31))
    assert raised.value.code == "policy.no_version"
    assert SavingsPolicy.from_record(policy.to_record()) == policy


BAD: list[tuple[str, str, str, str]] = [
    ('share = "0.50"', "share = 0.5", "money.rate", "reserve.share"),
    ('share = "0.50"', 'share = "1.01"', "policy.share", "reserve.share"),
    ('share = "0.50"', "", "policy.missing", "reserve.share"),
    ('"150.00"', "150.00", "money.float", "reserve.monthly_max"),
    ('base = "earnings"', 'base = "gross"', "policy.unknown_value", "reserve.base"),
    ("four_eyes = true", "four_eyes = 1", "policy.type", "release.four_eyes"),
    ("furnishing ", "furniture ", "policy.unknown_key", "release.granted.purposes.furniture"),
    ('max = "3531.00"', 'max = "-1.00"', "money.negative",
     "release.granted.purposes.furnishing.max"),
    ('died = "estate"', "", "policy.missing", "closing.died"),
    ('died = "estate"', 'died = "remit"', "policy.unknown_value", "closing.died"),
    ("valid_from = 2015-01-01", "", "policy.missing", "policy.valid_from"),
    ("valid_from = 2015-01-01", 'valid_from = "soon"', "month.date_format", "policy.valid_from"),
    ('status = "illustrative"', 'status = "final"', "policy.unknown_value", "policy.status"),
    ('schemes = ["reba-2008"]', "schemes = []", "policy.type", "policy.schemes"),
    ('schemes = ["reba-2008"]', 'schemes = ["wmo"]', "policy.unknown_value", "policy.schemes.0"),
    ('source = "VNG', 'sauce = "VNG', "policy.unknown_key", "policy.sauce"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "path"), BAD)
def test_a_faulty_policy_is_refused_with_code_and_place(
    old: str, new: str, code: str, path: str
) -> None:
    assert old in HALF
    with pytest.raises(PolicyError) as raised:
        parse_policy(HALF.replace(old, new), file="p.toml")
    assert (code, path) in [(fault.code, fault.path) for fault in raised.value.faults]


def test_versions_must_follow_each_other() -> None:
    text = (POLICIES / "two-versions.toml").read_text(encoding="utf-8")
    for first in ("2015-01-01", "2014-01-01"):
        with pytest.raises(PolicyError) as raised:
            parse_policy(text.replace("2024-01-01", first), file="p.toml")
        assert raised.value.code == "policy.overlap"
    with pytest.raises(PolicyError) as raised:
        parse_policy("[policy", file="p.toml")
    assert raised.value.code == "policy.file"


@given(st.sampled_from(["nl", "en"]))
def test_the_description_names_every_amount_of_the_file(language: str) -> None:
    assume(language in {"nl", "en"})
    text = describe_policy(load_policy(POLICIES / "vng-half.toml"), language)  # type: ignore[arg-type]
    amounts = ["150", "6.000" if language == "nl" else "6,000", "3.531", "900", "400"]
    for amount in amounts:
        assert amount in text or amount.replace(".", ",") in text
    assert "50" in text
    assert "60" in text
