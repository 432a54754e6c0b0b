"""Reba 2008 and time: which month has which amounts (invariants T1, T2, T4 and T6)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.strategies import MONTHS, households
from reba import Assessment, HouseholdMonth, Law, Month, RebaError, assess, load_law

Case = dict[str, Any]
LAW = load_law()
# Months between which no published amount changes: those of Rva 2005, and of the asset limit.
UNCHANGED = [
    [month for month in MONTHS if first <= month <= last]
    for first, last in (
        ("2011-08", "2011-12"),
        ("2012-01", "2012-12"),
        ("2013-01", "2013-12"),
        ("2014-02", "2014-12"),
        ("2015-01", "2015-12"),
    )
]


def _value_cents(month: str, members: int, law: Law = LAW) -> int | None:
    case: Case = {
        "scheme": "reba-2008", "month": month, "household": "H-1",
        "members": [
            {"id": f"P-{number}", "born": "1980-01-01", "residence_status": "asylum_seeker"}
            for number in range(members)
        ],
        "provisions": {"shelter": True, "catering": False},
    }  # fmt: skip
    return assess(HouseholdMonth.model_validate(case), law).economic_value_cents


@st.composite
def _twice(draw: st.DrawFn) -> tuple[Case, str]:
    months = draw(st.sampled_from(UNCHANGED))
    case = draw(households(months=[months[0]]))
    for member in case["members"]:
        member.pop("child_benefit_since", None)
        member["income"] = [item for item in member["income"] if "earned_in" not in item]
    return case, draw(st.sampled_from(months))


def _moved(case: Case, month: str) -> Case:
    """Move a case to a later month, and the births with it: ages stay."""
    later = Month.parse(month) - Month.parse(case["month"])
    members = []
    for member in case["members"]:
        born = Month.parse(member["born"][:7]) + later
        day = min(int(member["born"][8:]), born.last_day.day)
        members.append({**member, "born": f"{born}-{day:02d}"})
    return {**case, "month": month, "members": members}


@pytest.mark.invariant("T1")
@given(_twice())
def test_inside_one_validity_the_month_does_not_matter(twice: tuple[Case, str]) -> None:
    case, month = twice
    before = assess(HouseholdMonth.model_validate(case), LAW).amounts()
    assert assess(HouseholdMonth.model_validate(_moved(case, month)), LAW).amounts() == before


@pytest.mark.invariant("T2")
@pytest.mark.parametrize(
    ("last", "first", "members", "old_cents", "new_cents"),
    [
        ("2012-12", "2013-01", 1, 44171, 44262),
        ("2012-12", "2013-01", 3, 96490, 96672),
        ("2014-01", "2014-02", 1, 44262, 43686),
        ("2014-01", "2014-02", 3, 96672, 97127),
        ("2014-01", "2014-02", 4, 115797, 116404),
        ("2014-12", "2015-01", 1, 43686, 44595),
        ("2014-12", "2015-01", 5, 135729, 138933),
    ],
)
def test_the_last_month_has_the_old_amounts_and_the_next_the_new(
    last: str, first: str, members: int, old_cents: int, new_cents: int
) -> None:
    assert Month.parse(first) - Month.parse(last) == 1
    assert [_value_cents(last, members), _value_cents(first, members)] == [old_cents, new_cents]


@pytest.mark.invariant("T2")
@pytest.mark.parametrize(
    ("members", "known", "unknown"),
    [
        (1, "2011-04", "2011-03"),
        (5, "2011-08", "2011-07"),  # "4 or more" only from 28 July 2011
        (1, "2009-04", "2009-03"),
        (1, "2009-04", "2009-05"),
        (2, "2015-12", "2016-01"),
        (1, "2022-03", "2022-02"),
        (1, "2022-04", "2022-05"),
    ],
)
def test_the_month_next_to_what_is_known_is_refused(members: int, known: str, unknown: str) -> None:
    assert abs(Month.parse(known) - Month.parse(unknown)) == 1
    assert _value_cents(known, members) is not None
    with pytest.raises(RebaError) as raised:
        _value_cents(unknown, members)
    assert raised.value.code == "law.no_value"


OVERLAY = """
instrument = "BWBR0024733"
title = "Later amounts"
[parameter."reba.housing_first_member"]
title_nl = "-"
title_en = "-"
unit = "EUR/week"
[[parameter."reba.housing_first_member".value]]
is = "60.00"
valid_from = {month}-01
url = "https://example.org/letter"
"""


def _values(found: Assessment) -> list[tuple[str, object, date]]:
    """The values a trace names, without their last day, which a later value does move."""
    return [(p.name, p.value, p.valid_from) for step in found.steps for p in step.parameters]


@pytest.mark.invariant("T4")
@given(households(), st.sampled_from(MONTHS))
def test_a_value_that_starts_later_changes_no_earlier_month(
    tmp_path_factory: pytest.TempPathFactory, case: Case, starts: str
) -> None:
    path: Path = tmp_path_factory.mktemp("overlay") / "later.toml"
    path.write_text(OVERLAY.format(month=starts), encoding="utf-8")
    facts = HouseholdMonth.model_validate(case)
    before, after = (assess(facts, law) for law in (LAW, load_law(path)))
    if case["month"] < starts:
        assert after.amounts() == before.amounts()
        assert _values(after) == _values(before)
    elif case["provisions"]["shelter"] and before.housing_value_cents != 39343:
        assert (after.housing_value_cents or 0) > (before.housing_value_cents or 0)
        assert after.provisional


@pytest.mark.invariant("T6")
@given(st.sampled_from(MONTHS), st.integers(-600, 600), st.integers(-600, 600))
def test_months_are_a_group(text: str, one: int, two: int) -> None:
    month = Month.parse(text)
    assert (month + one) + two == month + (one + two)
    assert month + one - one == month
    assert (month + one) - month == one
