"""The RooO in fractions, from the published tables. Each amount is typed in beside its source.

"RooO" is the Regeling opvang ontheemden Oekraine. Its own contribution began on 1 July 2024; no
amounts of 2026 are known. Before October 2025 the floor alone decides: the leefgeld is left.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NamedTuple

from reba.testing.oracle._amounts import (
    Case,
    NoValueError,
    Owed,
    cents,
    euros,
    first_day,
    is_adult,
    rules_on,
)


class Period(NamedTuple):
    """Euros a month; food in households of 1-2, 3, and 4 or more (art. 10(2)(a))."""

    since: str
    until: str
    adult: tuple[str, str, str]
    child: tuple[str, str, str]
    clothing: str
    contribution: str  # gas, water and electricity, later "exploitatiekosten": per adult
    rate: str  # of both thresholds


FOOD_2024: Final = (("242.48", "193.98", "169.74"), ("200.65", "160.64", "140.34"))
FOOD_2025: Final = (("252.18", "214.29", "189.13"), ("210.05", "178.53", "157.61"))
PERIODS: Final = (
    Period("2024-07-01", "2024-12-31", *FOOD_2024, "62.66", "105.00", "1.00"),  # Stcrt. 2024, 20260
    Period("2025-01-01", "2025-09-30", *FOOD_2025, "62.66", "105.00", "1.00"),  # Stcrt. 2024, 37579
    Period("2025-10-01", "2025-12-31", *FOOD_2025, "62.66", "244.22", "1.15"),  # 4 July 2025
)
ADULTS_MOST: Final = 2  # "maximaal twee volwassenen", for each component
WAGES: Final = ("earnings", "holiday_pay")


class ChoicesNeededError(Exception):
    """The municipality must choose, and its choice was not given."""


class Thresholds(NamedTuple):
    """The leefgeld of a family, and the income from which things turn, in cents a month."""

    leefgeld_cents: int
    leefgeld_withdrawn_from_cents: int
    contribution_due_from_cents: int


def _period(first: str) -> Period:
    for period in PERIODS:
        if period.since <= first <= period.until:
            return period
    raise NoValueError("rooo_contribution", first)


def _leefgeld(month: str, adults: int, children: int, *, catering: bool) -> Fraction:
    """Art. 10: food and clothing of a family; where meals are served, clothing alone."""
    period = _period(first_day(month))
    people = adults + children
    clothing = people * Fraction(period.clothing)
    if catering:
        return clothing
    tier = max(2, min(people, 4)) - 2
    if not adults:  # an unaccompanied minor stands in the row of a single person
        return clothing + children * Fraction(period.adult[0])
    food = adults * Fraction(period.adult[tier]) + children * Fraction(period.child[tier])
    return clothing + food


def _full(month: str, adults: int, *, catering: bool) -> Fraction:
    period = _period(first_day(month))
    each = Fraction(period.contribution)
    if catering:  # whatever the family, the food of an adult in a household of 1-2
        each += Fraction(period.adult[0])
    return each * min(adults, ADULTS_MOST)


def full_contribution_cents(month: str, adults: int, *, catering: bool) -> int:
    """Return the contribution of a family that owes all of it, in cents.

    Args:
        month: the month, as "2025-10".
        adults: members of eighteen and older; two at most are counted.
        catering: whether meals are served.

    Raises:
        NoValueError: there was no contribution in that month, or its amount is not known.

    >>> full_contribution_cents("2025-10", 3, catering=True)
    99280
    """
    return cents(_full(month, adults, catering=catering))


def thresholds(month: str, adults: int, children: int, *, catering: bool) -> Thresholds:
    """Return the leefgeld of a family and its two thresholds, each rounded once as a whole.

    Args:
        month: the month, as "2025-10".
        adults: members of eighteen and older.
        children: younger members.
        catering: whether meals are served.

    Raises:
        NoValueError: there was no contribution in that month, or its amount is not known.

    >>> tuple(thresholds("2025-10", 1, 2, catering=False))  # as Hilversum published them
    (75933, 87323, 115408)
    """
    rate = Fraction(_period(first_day(month)).rate)
    leefgeld = _leefgeld(month, adults, children, catering=catering)
    full = _full(month, adults, catering=catering)
    return Thresholds(cents(leefgeld), cents(rate * leefgeld), cents(rate * (leefgeld + full)))


def _rules(choices: Case | None, month: str) -> Case | None:
    if choices is None or "below_first" in choices:
        return choices
    return rules_on(choices, "choices", "rules", first_day(month))


def deciding_month(month: str, choices: Case | None = None) -> str:
    """Return the month whose income decides a month: the one before, or that of a fixed date.

    Args:
        month: the month that is decided, as "2025-10".
        choices: what the municipality chose, as the JSON object of its file, or the rules in it.

    >>> rules = {"reference_period": "fixed_dates", "reference_dates": ["01-01", "07-01"],
    ...          "income_proof": "measured", "below_first": "full", "between": "full"}
    >>> deciding_month("2025-01"), deciding_month("2025-07", rules)
    ('2024-12', '2025-01')
    """
    rules = _rules(choices, month)
    wanted = set(range(1, 13))
    if rules is not None and rules["reference_period"] == "fixed_dates":
        wanted = {int(day[:2]) for day in rules["reference_dates"]}
    number = int(month[:4]) * 12 + int(month[5:]) - 2
    while number % 12 + 1 not in wanted:
        number -= 1
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


class _Income(NamedTuple):
    earned: int
    benefits: int
    reported: bool


def _income(case: Case, rules: Case | None) -> _Income:
    """Wages and benefits of adults in the month that decides, and whether any was reported."""
    first, decides = first_day(case["month"]), deciding_month(case["month"], rules)
    items = [
        item
        for member in case["members"]
        if is_adult(member["born"], first)
        for item in member.get("income", ())
        if item.get("earned_in", decides) == decides and item["kind"] in (*WAGES, "benefit")
    ]
    earned = sum(cents(euros(item["net"])) for item in items if item["kind"] in WAGES)
    benefits = sum(cents(euros(item["net"])) for item in items if item["kind"] == "benefit")
    return _Income(earned, benefits, bool(items))


def _charged(income: int, found: Thresholds, full: int, rules: Case | None) -> int:
    """What an income owes: nothing, all, or between the thresholds what the municipality chose."""
    first, second = found.leefgeld_withdrawn_from_cents, found.contribution_due_from_cents
    if income < first:
        return 0
    if income >= second:
        return full
    if rules is None:
        raise ChoicesNeededError
    most = min(full, income - found.leefgeld_cents)  # the leefgeld is left to everyone
    part = cents(Fraction(full * (income - first), (second - first) * 100))
    return {"nothing": 0, "pro_rata": min(part, most), "full": most}[rules["between"]]


def leefgeld_withdrawn_cents(income_cents: int, found: Thresholds, choices: Case) -> int:
    """Return how much of the leefgeld an income takes away, in cents.

    Args:
        income_cents: the countable income of the family.
        found: its leefgeld and thresholds.
        choices: the rules that the municipality chose.

    >>> found = thresholds("2025-10", 1, 0, catering=False)
    >>> leefgeld_withdrawn_cents(18104, found, {"below_first": "pro_rata"})
    15742
    """
    leefgeld, first = found.leefgeld_cents, found.leefgeld_withdrawn_from_cents
    if income_cents >= first:
        return leefgeld
    part = cents(Fraction(leefgeld * income_cents, first * 100))
    return {"nothing": 0, "pro_rata": part, "full": min(leefgeld, income_cents)}[
        choices["below_first"]
    ]


def contribution(case: Case, choices: Case | None = None) -> Owed:
    """What a family owes in municipal reception, from the income of the month that decides."""
    month, catering = case["month"], case["provisions"]["catering"]
    grown = [member for member in case["members"] if is_adult(member["born"], first_day(month))]
    adults = len(grown)
    found = thresholds(month, adults, len(case["members"]) - adults, catering=catering)
    rules = _rules(choices, month)
    income = _income(case, rules)
    total = income.earned + income.benefits
    inside = bool(case["provisions"]["shelter"])
    if not inside or not grown:
        due = 0
    elif rules is not None and rules["income_proof"] == "presumption" and not income.reported:
        without = [member for member in grown if not member.get("receives_allowance", True)]
        due = full_contribution_cents(month, len(without), catering=catering)
    else:
        full = full_contribution_cents(month, adults, catering=catering)
        due = _charged(total, found, full, rules)
    from_earned = cents(Fraction(due * income.earned, total * 100)) if income.earned else 0
    return Owed(
        contribution_cents=due,
        countable_income_cents=total,
        exemption_cents=0,
        from_earnings_cents=from_earned,
        from_other_income_cents=due - from_earned,
        from_assets_cents=0,
        leefgeld_cents=found.leefgeld_cents if inside else None,
        leefgeld_withdrawn_from_cents=(
            found.leefgeld_withdrawn_from_cents if inside and grown else None
        ),
        contribution_due_from_cents=found.contribution_due_from_cents if inside and grown else None,
    )
