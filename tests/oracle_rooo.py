"""The RooO a second time: in fractions, from the published tables, importing nothing of ours.

Input is the JSON object of a household-month and the rules of a municipality as a dictionary;
output the amounts in cents. Known here: July 2024 to December 2025. Asked for anything else it
raises `NoValueError`; where the municipality must choose and did not, `ChoicesNeededError`.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

Case = dict[str, Any]

# Euros a month: adult in a household of 1-2, 3, 4 and more; child in one of 2, 3, 4 and more.
FOOD = {
    "2024": (("242.48", "193.98", "169.74"), ("200.65", "160.64", "140.34")),
    "2025": (("252.18", "214.29", "189.13"), ("210.05", "178.53", "157.61")),
}
CLOTHING = "62.66"


class NoValueError(Exception):
    """An amount that no published text gives for this month."""


class ChoicesNeededError(Exception):
    """Between the thresholds, without the choices of a municipality."""


def cents(value: Fraction) -> int:
    """Half up, once."""
    return int((value * 100 + Fraction(1, 2)) // 1)


def leefgeld(month: str, adults: int, children: int, *, catering: bool) -> Fraction:
    if not "2024-07" <= month <= "2025-12":
        raise NoValueError(month)
    people = adults + children
    total = people * Fraction(CLOTHING)
    if catering:
        return total
    grown, small = FOOD[month[:4]]
    tier = {1: 0, 2: 0, 3: 1}.get(people, 2)
    if adults == 0:
        return total + children * Fraction(grown[0])
    return total + adults * Fraction(grown[tier]) + children * Fraction(small[tier])


def contribution(month: str, adults: int, *, catering: bool) -> Fraction:
    each = Fraction("244.22") if month >= "2025-10" else Fraction(105)
    if catering:
        each += Fraction(FOOD[month[:4]][0][0])
    return each * min(adults, 2)


def limits(month: str, adults: int, children: int, *, catering: bool) -> tuple[int, int]:
    """The two thresholds, in cents."""
    rate = Fraction("1.15") if month >= "2025-10" else Fraction(1)
    base = leefgeld(month, adults, children, catering=catering)
    full = contribution(month, adults, catering=catering)
    return cents(rate * base), cents(rate * (base + full))


def before(month: str, rules: Case | None) -> str:
    """The month whose income decides a month."""
    year, number = int(month[:4]), int(month[5:])
    fixed = rules is not None and rules["reference_period"] == "fixed_dates"
    wanted = {int(day[:2]) for day in rules["reference_dates"]} if rules and fixed else set()
    while True:
        year, number = (year, number - 1) if number > 1 else (year - 1, 12)
        if not fixed or number in wanted:
            return f"{year}-{number:02d}"


def is_adult(member: Case, month: str) -> bool:
    born = date.fromisoformat(member["born"])
    return (born.year + 18, born.month, born.day) <= (int(month[:4]), int(month[5:]), 1)


def charge(income: int, base: int, full: int, first: int, second: int, rules: Case | None) -> int:
    """What an income in cents owes: nothing, all, or as the municipality chose."""
    if income < first:
        return 0
    if income >= second:
        return full
    if rules is None:
        raise ChoicesNeededError
    most = min(full, income - base)
    part = Fraction(full * (income - first), (second - first) * 100)
    return {"nothing": 0, "pro_rata": min(cents(part), most), "full": most}[rules["between"]]


def withdrawn(income: int, base: int, first: int, rules: Case | None) -> int | None:
    """The leefgeld withdrawn; None where the municipality did not say."""
    if income >= first:
        return base
    if income == 0:
        return 0
    if rules is None:
        return None
    part = cents(Fraction(base * income, first * 100))
    return {"nothing": 0, "pro_rata": part, "full": min(base, income)}[rules["below_first"]]


def counted(case: Case, rules: Case | None) -> tuple[int, int, bool]:
    """Earnings and benefits of adults in the month that decides, and whether any was reported."""
    earned = other = 0
    reported = False
    for member in case["members"]:
        for item in member.get("income", []):
            late = "earned_in" in item and item["earned_in"] != before(case["month"], rules)
            kinds = ("earnings", "holiday_pay", "benefit")
            if late or item["kind"] not in kinds or not is_adult(member, case["month"]):
                continue
            reported = True
            amount = cents(Fraction(item["net"]))
            earned += amount if item["kind"] != "benefit" else 0
            other += amount if item["kind"] == "benefit" else 0
    return earned, other, reported


def assess(case: Case, rules: Case | None = None) -> dict[str, int | None]:
    """The amounts of an assessment; `leefgeld_withdrawn` is not among its keys."""
    month, catering = case["month"], case["provisions"]["catering"]
    grown = [member for member in case["members"] if is_adult(member, month)]
    adults, children = len(grown), len(case["members"]) - len(grown)
    base = cents(leefgeld(month, adults, children, catering=catering))
    full = cents(contribution(month, adults, catering=catering))
    first, second = limits(month, adults, children, catering=catering)
    earned, other, reported = counted(case, rules)
    if not case["provisions"]["shelter"] or not grown:
        due = 0
    elif rules is not None and rules["income_proof"] == "presumption" and not reported:
        without = [member for member in grown if not member.get("receives_allowance", True)]
        due = cents(contribution(month, len(without), catering=catering))
    else:
        due = charge(earned + other, base, full, first, second, rules)
    from_earned = 0 if earned == 0 else cents(Fraction(due * earned, (earned + other) * 100))
    inside = case["provisions"]["shelter"]
    return {
        "contribution_cents": due,
        "countable_income_cents": earned + other,
        "exemption_cents": 0,
        "from_earnings_cents": from_earned,
        "from_other_income_cents": due - from_earned,
        "from_assets_cents": 0,
        "leefgeld_cents": base if inside else None,
        "leefgeld_withdrawn_from_cents": first if inside and grown else None,
        "contribution_due_from_cents": second if inside and grown else None,
    }
