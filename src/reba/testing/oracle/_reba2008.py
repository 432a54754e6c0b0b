"""Reba 2008 in fractions, from the published text. Each amount is typed in beside its article.

"Reba" is the Regeling eigen bijdrage asielzoekers met inkomen en vermogen 2008, "Rva" the Regeling
verstrekkingen asielzoekers 2005. Both were read as they stood until 31 December 2015. Of January
2016 and of March and April 2022 amounts were published, and no text: for these months the rules of
2015 are taken to stand, as far as they need no amount of 2015. Of other months after 2015 nothing
is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
)

KNOWN: Final = (
    ("2008-11-26", "2015-12-31"),  # Reba art. 11; the text read is valid until then
    ("2016-01-01", "2016-01-31"),  # Elsevier and DutchNews, January 2016
    ("2022-03-01", "2022-04-30"),  # ECLI:NL:RVS:2026:142
)
WEEKS: Final = Fraction("4.33")  # weeks in a month, Reba art. 3(a) and (b)


class Food(NamedTuple):
    """Rva art. 14(2): euros a week, full self-catering, in households of 1-2, 3, and 4 or more."""

    since: str
    until: str
    adult: tuple[str | None, str | None, str | None]
    child: tuple[str | None, str | None, str | None]


FOOD: Final = (
    Food("2011-04-01", "2012-12-31", ("43.68", "34.86", "31.08"), ("33.39", "26.67", "23.80")),
    Food("2013-01-01", "2014-01-28", ("43.89", "35.00", "31.22"), ("34.65", "27.65", "24.64")),
    Food("2014-01-29", "2014-12-31", ("42.56", "35.35", "31.57"), ("33.25", "27.51", "24.57")),
    Food("2015-01-01", "2015-12-31", ("44.66", "37.07", "33.05"), ("34.86", "28.93", "25.80")),
    Food("2016-01-01", "2016-01-31", ("44.66", None, None), (None, None, None)),  # 57,61 in total
    Food("2022-03-01", "2022-04-30", ("46.97", "37.59", "32.90"), ("38.92", "31.15", "27.23")),
)
CLOTHING: Final = Fraction("12.95")  # Rva art. 14(4), in every year above
FOUR_OR_MORE_SINCE: Final = "2011-07-28"  # until then the text knows households of up to four
SUPPLEMENT_UNTIL: Final = "2014-01-28"  # of a single parent; its amount was not published
READ_14_6: Final = (  # when the text of Rva art. 14(6) was read, or what is paid shows it
    ("2011-04-01", "2015-12-31"),
    ("2022-03-01", "2022-04-30"),
)
ALL_IN_ADULT: Final = ("2009-04-01", "2009-04-30", Fraction("55.16"))  # LJN BQ2914: 238,84 / 4,33
MINORS_ALONE: Final = ("2011-07-28", "2015-12-31")  # the texts that name them beside the adult
AGES: Final = (  # of which it was read who is a child: "kind tot 18 jaar", Rva art. 14(2)
    ("2009-04-01", "2009-04-30"),
    ("2011-04-01", "2016-01-31"),
    ("2022-03-01", "2022-04-30"),
)

EXEMPT_PART: Final = Fraction(1, 4)  # Reba art. 5(3) and (4)
EXEMPT_MOST: Final = (("2016-01-01", 18500), ("2008-11-26", 18300))
EXEMPT_WEEKS: Final = 24  # in 52, of an asylum seeker: Reba art. 5(3)

# Participatiewet art. 34(3) (before 2015: WWB): a single person; a family has twice that. The
# years that are missing have no source.
LIMITS: Final = {
    2011: 5555, 2012: 5685, 2013: 5795, 2014: 5850, 2015: 5895, 2017: 5940, 2019: 6120, 2020: 6225,
    2021: 6295, 2022: 6505, 2023: 7605, 2024: 7575, 2026: 8000,
}  # fmt: skip
SPEND_DOWN: Final = Fraction("1.5")  # practice of COA, no article: the total is excess / 1,5


# ── the economic value: art. 3 ───────────────────────────────────────────────────────────────────


def _week_of_food(size: int, adults: int, first: str) -> Callable[[bool], Fraction]:
    """Return the allowance of a member in a week, by whether the member is an adult."""
    rows = [row for row in FOOD if row.since <= first <= row.until]
    if not rows:
        raise NoValueError("weekly_allowance", first)
    if size > 4 and first < FOUR_OR_MORE_SINCE:  # noqa: PLR2004 (the households the text knows)
        raise NoValueError("weekly_allowance_of_five_or_more", first)
    tier = max(2, min(size, 4)) - 2
    as_adult = not adults and tier == 0  # an unaccompanied minor has the amount of an adult
    if as_adult and not MINORS_ALONE[0] <= first <= MINORS_ALONE[1]:
        raise NoValueError("weekly_allowance_of_a_minor_alone", first)

    def week(adult: bool) -> Fraction:  # noqa: FBT001 (the one thing that differs)
        amount = (rows[0].adult if adult or as_adult else rows[0].child)[tier]
        if amount is None:
            raise NoValueError("weekly_allowance", first)
        return Fraction(amount) + CLOTHING

    return week


def _before_2011(adult: bool, first: str) -> Fraction:  # noqa: FBT001 (the one thing that differs)
    """Return the all-in amount of a member in a week: food, clothing and personal expenses."""
    since, until, amount = ALL_IN_ADULT
    if not adult or not since <= first <= until:
        raise NoValueError("weekly_allowance", first)
    return amount


def _three_months_before(first: str) -> str:
    months = int(first[:4]) * 12 + int(first[5:7]) - 1 - 3
    return f"{months // 12:04d}-{months % 12 + 1:02d}-01"


def _allowance_value(case: Case, first: str) -> int:
    """Art. 2(a) and 3(a): food and clothing of those to whom an allowance is provided."""
    members = case["members"]
    adults = sum(is_adult(member["born"], first) for member in members)
    single_parent = adults == 1 and len(members) > 1
    week = Fraction(0)
    for member in members:
        adult = is_adult(member["born"], first)
        if not member.get("receives_allowance", True):
            continue  # LJN BQ2914: what is not provided is not owed
        if first < FOOD[0].since:
            if adult and single_parent:
                raise NoValueError("single_parent_supplement", first)
            week += _before_2011(adult, first)
            continue
        read = any(since <= first <= until for since, until in READ_14_6)
        if adult and single_parent and (first <= SUPPLEMENT_UNTIL or not read):
            raise NoValueError("single_parent_supplement", first)
        benefit_since = member.get("child_benefit_since")
        if not adult and benefit_since and not read:
            raise NoValueError("child_benefit_months", first)
        if not adult and benefit_since and benefit_since <= _three_months_before(first):
            continue  # Rva art. 14(6): three months after child benefit the allowance ends
        week += _week_of_food(len(members), adults, first)(adult)
    return cents(week * WEEKS)


def _housing_value(case: Case, first: str) -> int:
    """Art. 2(b) and 3(b): shelter, at most 393,43 euros a month."""
    size = len(case["members"])
    if not case["provisions"]["shelter"]:
        return 0
    if first <= "2015-12-31" or (first == "2016-01-01" and size == 1):
        week = Fraction("45.38") + Fraction("22.69") * (size > 1)
        week += Fraction("11.34") * max(0, size - 2)
        return min(cents(week * WEEKS), 39343)
    if "2022-03-01" <= first <= "2022-04-30" and size == 1:
        return cents(Fraction(50) * WEEKS)  # ECLI:NL:RVS:2026:142: 475,95 - 259,45
    raise NoValueError("weekly_housing", first)


# ── income: art. 5 and 6 ─────────────────────────────────────────────────────────────────────────


class Income(NamedTuple):
    """Exempt earnings, countable earnings and countable other income, in cents."""

    exempt: int
    earned: int
    other: int


WAGES: Final = ("earnings", "holiday_pay")
OTHER: Final = ("benefit", "maintenance", "asset_income", "tax_refund")  # art. 6(1)
JUSTIFIABLE: Final = ("gift", "immaterial_damages")  # art. 5(2)(d) and (e)


def _net(items: Iterable[Case], counts: Callable[[Case], bool]) -> Fraction:
    return sum((euros(item["net"]) for item in items if counts(item)), Fraction(0))


def _exempt(member: Case, wages: Fraction, first: str) -> int:
    """Art. 5(3) and (4): a quarter, up to a maximum; of an asylum seeker in 24 weeks of 52."""
    if not wages:
        return 0
    limited = member["residence_status"] == "asylum_seeker"
    if limited and member["exemption_weeks_used"] >= EXEMPT_WEEKS:
        return 0
    most = next(amount for since, amount in EXEMPT_MOST if since <= first)
    return min(cents(wages * EXEMPT_PART), most)


def _income_of(member: Case, month: str) -> Income:
    """What one member has: obligations reduce earnings first, then other income (art. 5(5)(d))."""
    items = [
        item
        for item in member.get("income", ())
        if item.get("earned_in", month) == month  # art. 6(2)
    ]
    wages = _net(items, lambda item: item["kind"] in WAGES)
    other = _net(
        items,
        lambda item: (
            item["kind"] in OTHER or (item["kind"] in JUSTIFIABLE and not item["justified"])
        ),
    )
    exempt = _exempt(member, wages, first_day(month))
    owed = cents(euros(member.get("obligations")))
    left = cents(wages) - exempt
    return Income(exempt, max(0, left - owed), max(0, cents(other) - max(0, owed - left)))


# ── assets: art. 7 ───────────────────────────────────────────────────────────────────────────────


class Position(NamedTuple):
    """The assets of a household beside the limit, in cents; None where nobody reported them."""

    asset_limit_cents: int | None
    asset_excess_cents: int | None
    asset_total_cents: int | None


def asset_position(case: Case) -> Position:
    """Return the asset limit, what lies above it, and all that will ever be charged of that.

    Args:
        case: the facts of a household-month, as the JSON object of a file.

    Raises:
        NoValueError: no source gives the limit of that year.

    >>> asset_position({
    ...     "month": "2022-03", "members": [{"id": "P-1", "born": "1990-05-14"}],
    ...     "assets": {"at_start": "0.00", "debts_at_start": "0.00", "receipts": [
    ...         {"on": "2022-01-14", "kind": "penalty_payment", "amount": "15000.00"}]}})
    Position(asset_limit_cents=650500, asset_excess_cents=849500, asset_total_cents=566333)
    """
    owned = case.get("assets")
    if owned is None:
        return Position(None, None, None)
    at_start = euros(owned["at_start"]) - euros(owned["debts_at_start"])  # art. 7(1)(a)
    received = sum(
        (
            euros(receipt["amount"])
            for receipt in owned.get("receipts", ())  # art. 7(1)(b)
            if receipt["kind"] != "savings_from_income"  # art. 7(2)(d)
            and not (receipt["kind"] in JUSTIFIABLE and receipt["justified"])  # art. 7(2)(e)
        ),
        Fraction(0),
    )
    day = owned.get("limit_on") or first_day(case["month"])
    if int(day[:4]) not in LIMITS:
        if max(Fraction(0), at_start) + received > 0:
            raise NoValueError("asset_limit", day)
        return Position(None, 0, 0)  # who has nothing is above no limit, whatever it was
    limit = Fraction(LIMITS[int(day[:4])] * (2 if len(case["members"]) > 1 else 1))
    room = max(Fraction(0), limit - at_start)  # art. 7(2)(c)
    excess = max(Fraction(0), at_start - limit) + max(Fraction(0), received - room)
    return Position(cents(limit), cents(excess), cents(excess / SPEND_DOWN))


# ── the contribution: art. 4 ─────────────────────────────────────────────────────────────────────


def contribution(case: Case) -> Owed:
    """Art. 4: the means of the household together, up to the economic value."""
    first = first_day(case["month"])
    if not any(since <= first <= until for since, until in KNOWN):
        raise NoValueError("reba_2008", first)
    if not any(since <= first <= until for since, until in AGES):
        raise NoValueError("adult_age", first)
    allowance, housing = _allowance_value(case, first), _housing_value(case, first)
    ceiling = allowance + housing
    incomes = [_income_of(member, case["month"]) for member in case["members"]]
    earned, other = sum(i.earned for i in incomes), sum(i.other for i in incomes)
    from_earned, from_other = earned, other
    if earned + other > ceiling:
        from_earned = cents(Fraction(ceiling * earned, (earned + other) * 100))
        from_other = ceiling - from_earned
    position = asset_position(case)
    left = 0
    if position.asset_total_cents is not None:
        before = cents(euros(case["assets"].get("charged_before")))
        left = max(0, position.asset_total_cents - before)
    from_assets = min(ceiling - from_earned - from_other, left)
    return Owed(
        contribution_cents=from_earned + from_other + from_assets,
        countable_income_cents=earned + other,
        exemption_cents=sum(i.exempt for i in incomes),
        from_earnings_cents=from_earned,
        from_other_income_cents=from_other,
        from_assets_cents=from_assets,
        economic_value_cents=ceiling,
        allowance_value_cents=allowance,
        housing_value_cents=housing,
        **position._asdict(),
    )
