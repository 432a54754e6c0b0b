"""Reba 2008 a second time: in fractions, from the text, importing nothing of ours.

Input is the JSON object of a household-month, output the amounts in cents. Amounts are typed in
here again from the published tables, so that a typing error in the shipped files shows. Known here:
August 2011 to December 2015, and in part April 2009 and March and April 2022. Asked for anything
else it raises `NoValueError`; it never falls back to the amounts of another time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

Case = dict[str, Any]

# First month in which the table counts, then: food per week for adults and for children in
# households of 1-2, 3, 4 and more; clothing. All in euros (Rva 2005 art. 14(2) and (4)).
FOOD = [
    ("2011-08-01", ("43.68", "34.86", "31.08"), ("33.39", "26.67", "23.80"), "12.95"),
    ("2013-01-01", ("43.89", "35.00", "31.22"), ("34.65", "27.65", "24.64"), "12.95"),
    ("2014-02-01", ("42.56", "35.35", "31.57"), ("33.25", "27.51", "24.57"), "12.95"),
    ("2015-01-01", ("44.66", "37.07", "33.05"), ("34.86", "28.93", "25.80"), "12.95"),
    ("2022-03-01", ("46.97", "37.59", "32.90"), ("38.92", "31.15", "27.23"), "12.95"),
]
# Participatiewet art. 34(3): single; a family has twice that. Years without a source are absent.
LIMIT = {2011: 5555, 2012: 5685, 2013: 5795, 2014: 5850, 2015: 5895, 2017: 5940, 2019: 6120}
LIMIT |= {2020: 6225, 2021: 6295, 2022: 6505, 2023: 7605, 2024: 7575, 2026: 8000}


class NoValueError(Exception):
    """An amount that no published text gives for this household in this month."""


def cents(value: Fraction) -> int:
    """Half up, once."""
    return int((value * 100 + Fraction(1, 2)) // 1)


def years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, day.day)


def three_months_before(day: date) -> date:
    months = day.year * 12 + day.month - 1 - 3
    return date(months // 12, months % 12 + 1, day.day)


def day_of(text: str) -> date:
    return date.fromisoformat(text)


def weekly_allowance(case: Case, first: date) -> Fraction:
    """Art. 3(a): food and clothing of those who receive an allowance, in a week."""
    size = len(case["members"])
    adults = [m for m in case["members"] if day_of(m["born"]) <= years_before(first, 18)]
    week = Fraction(0)
    for member in case["members"]:
        adult = member in adults
        since = member.get("child_benefit_since")
        asks = not adult and since is not None and member.get("receives_allowance", True)
        if asks and case["month"] < "2011-04":
            raise NoValueError(first, "months of child benefit")
        ended = not adult and since is not None and day_of(since) <= three_months_before(first)
        if not member.get("receives_allowance", True) or ended:
            continue
        if adult and len(adults) == 1 < size and case["month"] <= "2014-01":
            raise NoValueError(first, "supplement")
        if case["month"] == "2009-04":
            if not adult:
                raise NoValueError(first, "child")
            week += Fraction("55.16")
            continue
        _, grown, small, clothing = [row for row in FOOD if day_of(row[0]) <= first][-1]
        tier = 0 if size <= 2 else min(size, 4) - 2
        alone = not adults and size <= 2  # an unaccompanied minor has the amount of an adult
        week += Fraction((grown if adult or alone else small)[tier]) + Fraction(clothing)
    return week


def economic_value(case: Case, first: date) -> tuple[int, int]:
    """Art. 3: what the allowance and the housing are worth in a month."""
    month, size = case["month"], len(case["members"])
    if not "2011-08" <= month <= "2015-12" and month not in {"2009-04", "2022-03", "2022-04"}:
        raise NoValueError(month)
    allowance_cents = cents(weekly_allowance(case, first) * Fraction("4.33"))
    if not case["provisions"]["shelter"]:
        return allowance_cents, 0
    if first.year == 2022 and size > 1:
        raise NoValueError(first, "housing")
    first_member = Fraction(50) if first.year == 2022 else Fraction("45.38")
    housing = first_member + Fraction("22.69") * (size > 1) + Fraction("11.34") * max(0, size - 2)
    return allowance_cents, min(cents(housing * Fraction("4.33")), 39343)


def euros(items: Iterable[Case], key: str) -> Fraction:
    return sum((Fraction(item[key]) for item in items), Fraction(0))


def income(case: Case, first: date) -> tuple[int, int, int]:
    """Art. 5 and 6: exempt, countable earnings, countable other income, in cents."""
    exempt = earned = other = 0
    maximum = 18500 if first.year == 2022 else 18300
    for member in case["members"]:
        items = [
            i
            for i in member.get("income", [])
            if i.get("earned_in", case["month"]) == case["month"]
        ]
        wages = euros((i for i in items if i["kind"] in ("earnings", "holiday_pay")), "net")
        rest = euros(
            (
                i
                for i in items
                if i["kind"] in ("benefit", "maintenance", "asset_income", "tax_refund")
                or (i["kind"] in ("gift", "immaterial_damages") and not i["justified"])
            ),
            "net",
        )
        free = 0
        permitted = member["residence_status"] == "permit_holder"
        if wages and (permitted or member["exemption_weeks_used"] < 24):
            free = min(cents(wages / 4), maximum)
        owed = cents(Fraction(member.get("obligations") or 0))
        wages_left = cents(wages) - free
        exempt += free
        earned += max(0, wages_left - owed)
        other += max(0, cents(rest) - max(0, owed - wages_left))
    return exempt, earned, other


def asset_amounts(case: Case) -> dict[str, int | None]:
    """Art. 7: the limit, what lies above it, and what of that will ever be charged."""
    owned = case.get("assets")
    if owned is None:
        return dict.fromkeys(("asset_limit_cents", "asset_excess_cents", "asset_total_cents"))
    limit_on = day_of(owned.get("limit_on") or case["month"] + "-01")
    if limit_on.year not in LIMIT:
        raise NoValueError(limit_on)
    limit = Fraction(LIMIT[limit_on.year]) * (2 if len(case["members"]) > 1 else 1)
    net = Fraction(owned["at_start"]) - Fraction(owned["debts_at_start"])
    received = euros(
        (
            r
            for r in owned.get("receipts", [])
            if r["kind"] != "savings_from_income" and not r.get("justified", False)
        ),
        "amount",
    )
    excess = max(Fraction(0), net - limit) + max(
        Fraction(0), received - max(Fraction(0), limit - net)
    )
    return {
        "asset_limit_cents": cents(limit),
        "asset_excess_cents": cents(excess),
        "asset_total_cents": cents(excess / Fraction("1.5")),
    }


def assess(case: Case) -> dict[str, int | None]:
    """Art. 4: the means of the household together, up to the economic value."""
    first = day_of(case["month"] + "-01")
    allowance, housing = economic_value(case, first)
    ceiling = allowance + housing
    exempt, earned, other = income(case, first)
    from_earned, from_other = earned, other
    if earned + other > ceiling:
        from_earned = cents(Fraction(ceiling * earned, (earned + other) * 100))
        from_other = ceiling - from_earned
    owned = asset_amounts(case)
    total = owned["asset_total_cents"] or 0
    before = cents(Fraction((case.get("assets") or {}).get("charged_before") or 0))
    from_assets = min(ceiling - from_earned - from_other, max(0, total - before))
    return {
        "contribution_cents": from_earned + from_other + from_assets,
        "economic_value_cents": ceiling,
        "allowance_value_cents": allowance,
        "housing_value_cents": housing,
        "countable_income_cents": earned + other,
        "exemption_cents": exempt,
        "from_earnings_cents": from_earned,
        "from_other_income_cents": from_other,
        "from_assets_cents": from_assets,
        **owned,
    }
