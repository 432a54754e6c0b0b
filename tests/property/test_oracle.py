"""Engine and oracle, written apart from one text: every amount, and every refusal, is the same."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reba import (
    HouseholdMonth,
    Month,
    MunicipalChoices,
    RebaError,
    SavingsPolicy,
    assess,
    asset_position,
    load_law,
    reserve,
)
from reba.testing import oracle
from reba.testing.oracle import _reba2008, _rooo
from reba.testing.strategies import cents, choices, facts, policies

Case = dict[str, Any]
Outcome = dict[str, int | None] | str
LAW = load_law()
MANY = settings(max_examples=max(600, settings().max_examples))
SOME = settings(max_examples=max(300, settings().max_examples))
SCHEMES = ("reba-2008", "rooo")
MONTHS = [str(Month(2008, 10) + n) for n in range(220)]  # to January 2027


def _by_the_engine(case: Case, chosen: MunicipalChoices | None) -> tuple[Outcome, str | None]:
    try:
        found = assess(HouseholdMonth.model_validate(case), LAW, chosen)
    except RebaError as error:
        return error.code, str(error.data.get("parameter"))
    return {name: getattr(found, name) for name in oracle.Owed.__annotations__}, None


def _by_the_oracle(case: Case, chosen: MunicipalChoices | None) -> Outcome:
    try:
        found = oracle.contribution(case, None if chosen is None else chosen.to_record())
    except oracle.NoValueError:
        return "law.no_value"
    except oracle.ChoicesNeededError:
        return "law.choices_missing"
    return found.amounts()


def _check(case: Case, chosen: MunicipalChoices | None = None) -> Outcome:
    engine, parameter = _by_the_engine(case, chosen)
    ours = _by_the_oracle(case, chosen)
    assert engine == ours, (case, parameter)
    return engine


@MANY
@given(st.sampled_from([True, False]).flatmap(lambda gaps: facts(allow_no_value=gaps)))
def test_engine_and_oracle_agree_under_reba_2008(case: Case) -> None:
    _check(case)


@MANY
@given(
    st.sampled_from([True, False]).flatmap(lambda gaps: facts(scheme="rooo", allow_no_value=gaps)),
    st.none() | choices(),
)
def test_engine_and_oracle_agree_under_the_rooo(
    case: Case, chosen: MunicipalChoices | None
) -> None:
    _check(case, chosen)


def _household(scheme: str, month: str, adults: int, children: int, **provided: bool) -> Case:
    year = int(month[:4])
    born = [f"{year - 40}-05-14"] * adults + [f"{year - 8}-05-14"] * children
    people: list[Case] = [
        {"id": f"P-{n}", "born": day, "receives_allowance": provided["allowance"]}
        for n, day in enumerate(born)
    ]
    for person in people if scheme == "reba-2008" else ():
        person["residence_status"] = "permit_holder"
    people[0]["income"] = [{"kind": "earnings", "net": "5000.00"}]
    return {
        "scheme": scheme,
        "month": month,
        "household": "H-1",
        "members": people,
        "provisions": {"shelter": provided["shelter"], "catering": False},
    }


COMPOSITIONS = [(1, 0), (2, 0), (3, 0), (1, 2), (2, 1), (2, 3), (0, 1), (0, 3)]
"""Every row and tier of the tables, single parents, and minors alone."""


def _months_compared(scheme: str) -> set[str]:
    """Compare every composition in every month, and return the months that have an amount."""
    return {
        month
        for month in MONTHS
        for adults, children in COMPOSITIONS
        for allowance, shelter in ((True, True), (True, False), (False, True))
        if isinstance(
            _check(
                _household(scheme, month, adults, children, allowance=allowance, shelter=shelter)
            ),
            dict,
        )
    }


@pytest.mark.invariant("T2")
@pytest.mark.parametrize(("scheme", "months_with_amounts"), [("reba-2008", 61), ("rooo", 18)])
def test_engine_and_oracle_know_the_same_months(scheme: str, months_with_amounts: int) -> None:
    assert len(_months_compared(scheme)) == months_with_amounts


@pytest.mark.invariant("T2")
@pytest.mark.parametrize("size", [1, 2])
def test_engine_and_oracle_know_the_same_asset_limits(size: int) -> None:
    known = set()
    for month in MONTHS:
        case = _household("reba-2008", month, size, 0, allowance=True, shelter=True)
        case["assets"] = {
            "at_start": "20000.00", "debts_at_start": "0.01", "started_on": f"{month}-01",
        }  # fmt: skip
        try:
            ours = oracle.asset_position(case)
        except oracle.NoValueError:
            with pytest.raises(RebaError) as raised:
                asset_position(HouseholdMonth.model_validate(case), LAW)
            assert raised.value.code == "law.no_value"
            continue
        found = asset_position(HouseholdMonth.model_validate(case), LAW)
        assert {name: getattr(found, name) for name in ours._fields} == ours._asdict()
        known.add(month[:4])
    assert len(known) == 13


@st.composite
def _owed(draw: st.DrawFn) -> oracle.Owed:
    earned, other, assets = (draw(cents(max_value=100_000)) for _ in range(3))
    return oracle.Owed(
        contribution_cents=earned + other + assets,
        countable_income_cents=earned + other,
        exemption_cents=0,
        from_earnings_cents=earned,
        from_other_income_cents=other,
        from_assets_cents=assets,
    )


class _Assessed:
    """As much of an assessment as `reserve` reads."""

    def __init__(self, case: Case, owed: oracle.Owed) -> None:
        self.scheme = case["scheme"]
        self.month = Month.parse(case["month"])
        self.contribution_cents = owed.contribution_cents
        self.from_earnings_cents = owed.from_earnings_cents
        self.from_other_income_cents = owed.from_other_income_cents


@pytest.mark.invariant("C1")
@pytest.mark.invariant("C2")
@SOME
@given(
    policies(), st.sampled_from(MONTHS), st.sampled_from(SCHEMES), _owed(),
    cents(max_value=300_000), cents(max_value=700_000),
)  # fmt: skip
def test_engine_and_oracle_split_alike(
    policy: SavingsPolicy,
    month: str,
    scheme: str,
    owed: oracle.Owed,
    collected: int,
    balance: int,
) -> None:
    case = {"scheme": scheme, "month": month}
    amounts = {"collected_cents": collected, "balance_cents": balance}
    try:
        ours = oracle.split(case, owed, policy.to_record(), **amounts)
    except oracle.NoValueError:
        with pytest.raises(RebaError) as raised:
            reserve(_Assessed(case, owed), policy, **amounts)
        assert raised.value.code == "policy.no_version"
        return
    found = reserve(_Assessed(case, owed), policy, **amounts)
    assert (found.split_cents, found.reserved_cents, found.remitted_cents) == ours


@pytest.mark.parametrize(
    ("module", "name", "wrong", "scheme"),
    [
        (_reba2008, "WEEKS", Fraction("4.34"), "reba-2008"),
        (_reba2008, "CLOTHING", Fraction("12.96"), "reba-2008"),
        (_reba2008, "SUPPLEMENT_UNTIL", "2013-12-31", "reba-2008"),
        (_reba2008, "FOUR_OR_MORE_SINCE", "2011-06-28", "reba-2008"),
        (_reba2008, "FOOD", _reba2008.FOOD[:-1], "reba-2008"),
        (_reba2008, "EXEMPT_MOST", (("2008-11-26", 18300),), "reba-2008"),
        (_rooo, "ADULTS_MOST", 3, "rooo"),
        (_rooo, "PERIODS", (*_rooo.PERIODS[:2], _rooo.PERIODS[2]._replace(rate="1.16")), "rooo"),
        (_rooo, "PERIODS", _rooo.PERIODS[:2], "rooo"),
    ],
)
def test_a_mistake_in_a_table_is_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: object, scheme: str
) -> None:
    monkeypatch.setattr(module, name, wrong)
    with pytest.raises(AssertionError):
        _months_compared(scheme)


@pytest.mark.parametrize(
    ("child", "parameter"),
    [
        ({"receives_allowance": False}, "rva.single_parent_supplement"),
        ({"child_benefit_since": "2015-01-01"}, "rva.child_benefit_months"),
    ],
)
def test_a_text_that_was_not_read_gives_nothing_in_january_2016(
    child: Case, parameter: str
) -> None:
    # Found by comparing a million households: the oracle took the text of 2015 to hold on.
    case = {
        "scheme": "reba-2008", "month": "2016-01", "household": "H-1",
        "members": [
            {"id": "P-1", "born": "1984-07-03", "residence_status": "permit_holder"},
            {"id": "P-2", "born": "2001-03-22", "residence_status": "permit_holder", **child},
        ],
        "provisions": {"shelter": False, "catering": False},
    }  # fmt: skip
    assert _check(case) == "law.no_value"
    assert _by_the_engine(case, None)[1] == parameter
