"""Another engine for Reba 2008, as an organisation might have written it.

It computes in decimals, for months from August 2011 to December 2015. It takes facts and amounts
from reba, and no rules.

`check_another_engine.py` holds it against every invariant.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import NamedTuple

from reba.facts import HouseholdMonth, Member
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.testing.invariants import NotApplicableError

FIRST, LAST = "2011-08", "2015-12"
SUPPLEMENT_UNTIL = date(2014, 1, 28)
SINGLE_PARENTS = "single parents before 29 January 2014"
OTHERS = "other schemes and months"
WAGES = ("earnings", "holiday_pay")
OTHER_INCOME = ("benefit", "maintenance", "asset_income", "tax_refund")
GIFTS = ("gift", "immaterial_damages")


class Owed(NamedTuple):
    """What a household owes for a month, in cents, and of what that consists."""

    contribution_cents: int
    economic_value_cents: int
    allowance_value_cents: int
    housing_value_cents: int
    countable_income_cents: int
    exemption_cents: int
    from_earnings_cents: int
    from_other_income_cents: int
    from_assets_cents: int


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


class Amounts:
    """The amounts of the law on the first day of a month, in cents."""

    def __init__(self, law: Law, day: date) -> None:
        self.law, self.day = law, day

    def __getitem__(self, name: str) -> Decimal:
        value = self.law.value(name, self.day).value
        return Decimal(value.numerator) / Decimal(value.denominator)


def years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years)


def months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


# ── what is provided ─────────────────────────────────────────────────────────────────────────


def is_adult(member: Member, day: date) -> bool:
    return member.born <= years_before(day, 18)


def has_allowance(member: Member, day: date) -> bool:
    if not member.receives_allowance:
        return False
    if is_adult(member, day) or member.child_benefit_since is None:
        return True
    return member.child_benefit_since > months_before(day, 3)


def allowance(facts: HouseholdMonth, amounts: Amounts) -> int:
    size, day = len(facts.members), amounts.day
    adults = [member for member in facts.members if is_adult(member, day)]
    alone = not adults and size <= 2
    tier = "1_2" if size <= 2 else "3" if size == 3 else "4" if size == 4 else "5_plus"
    week = Decimal(0)
    for member in facts.members:
        if not has_allowance(member, day):
            continue
        if member in adults and len(adults) == 1 and size > 1 and day <= SUPPLEMENT_UNTIL:
            raise NotApplicableError(SINGLE_PARENTS)
        kind = "adult" if member in adults else "child"
        name = "food_unaccompanied_minor" if alone else f"food_{kind}_{tier}"
        week += amounts[f"rva.{name}"] + amounts["rva.clothing"]
    return rounded(week * amounts["reba.month_factor"])


def housing(facts: HouseholdMonth, amounts: Amounts) -> int:
    if not facts.provisions.shelter:
        return 0
    size = len(facts.members)
    week = amounts["reba.housing_first_member"]
    if size > 1:
        week += amounts["reba.housing_second_member"]
    if size > 2:
        week += (size - 2) * amounts["reba.housing_further_member"]
    month = rounded(week * amounts["reba.month_factor"])
    return min(month, int(amounts["reba.housing_maximum"]))


# ── what there is to pay it from ─────────────────────────────────────────────────────────────


class Means(NamedTuple):
    exempt: int
    earned: int
    other: int


def means_of(member: Member, facts: HouseholdMonth, amounts: Amounts) -> Means:
    items = [item for item in member.income if item.earned_in in (None, facts.month)]
    wages = sum(item.net_cents for item in items if item.kind in WAGES)
    other = sum(
        item.net_cents
        for item in items
        if item.kind in OTHER_INCOME or (item.kind in GIFTS and not item.justified)
    )
    exempt = 0
    weeks = member.exemption_weeks_used or 0
    if member.residence_status != "asylum_seeker" or weeks < 24:
        part = rounded(wages * amounts["reba.exemption_rate"])
        exempt = min(part, int(amounts["reba.exemption_maximum"]))
    obligations = member.obligations_cents or 0
    earned = max(0, wages - exempt - obligations)
    left = max(0, obligations - (wages - exempt))
    return Means(exempt, earned, max(0, other - left))


def assets_left(facts: HouseholdMonth, amounts: Amounts) -> int:
    """Return what of the assets may still be charged, in cents."""
    owned = facts.assets
    if owned is None:
        return 0
    received = sum(
        receipt.amount_cents
        for receipt in owned.receipts
        if receipt.kind != "savings_from_income"
        and not (receipt.kind in GIFTS and receipt.justified)
    )
    at_start = owned.at_start_cents - owned.debts_at_start_cents
    if at_start <= 0 and not received:
        return 0
    household = "family" if len(facts.members) > 1 else "single"
    on = Amounts(amounts.law, owned.limit_on or amounts.day)
    limit = int(on[f"participatiewet.asset_limit_{household}"])
    room = max(0, limit - at_start)
    excess = max(0, at_start - limit) + max(0, received - room)
    total = rounded(excess / amounts["reba.spend_down_factor"])
    return max(0, total - (owned.charged_before_cents or 0))


# ── what is owed ─────────────────────────────────────────────────────────────────────────────


def assess(facts: HouseholdMonth, law: Law, choices: MunicipalChoices | None = None) -> Owed:
    """Assess one month, however precise decimals are elsewhere in the program."""
    with localcontext(Context(prec=40)):
        return owed(facts, law)


def owed(facts: HouseholdMonth, law: Law) -> Owed:
    if facts.scheme != "reba-2008" or not FIRST <= str(facts.month) <= LAST:
        raise NotApplicableError(OTHERS)
    amounts = Amounts(law, facts.month.first_day)
    in_kind, shelter = allowance(facts, amounts), housing(facts, amounts)
    ceiling = in_kind + shelter
    means = [means_of(member, facts, amounts) for member in facts.members]
    earned, other = sum(each.earned for each in means), sum(each.other for each in means)
    from_earnings, from_other = earned, other
    if earned + other > ceiling:
        from_earnings = rounded(Decimal(ceiling * earned) / Decimal(earned + other))
        from_other = ceiling - from_earnings
    from_assets = min(ceiling - from_earnings - from_other, assets_left(facts, amounts))
    return Owed(
        contribution_cents=from_earnings + from_other + from_assets,
        economic_value_cents=ceiling,
        allowance_value_cents=in_kind,
        housing_value_cents=shelter,
        countable_income_cents=earned + other,
        exemption_cents=sum(each.exempt for each in means),
        from_earnings_cents=from_earnings,
        from_other_income_cents=from_other,
        from_assets_cents=from_assets,
    )
