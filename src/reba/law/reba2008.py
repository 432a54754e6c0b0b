"""Reba 2008: the monthly own contribution (eigen bijdrage) to COA, BWBR0024733.

1. The contribution of a month is the means of the household together, up to the economic value of
   what is provided (art. 4): one pool, one ceiling.
2. Income comes before assets. Under the ceiling, earnings and other income share pro rata.
3. Of earnings a quarter is exempt, per earner, up to a maximum; for an asylum seeker in at most 24
   weeks of 52 (art. 5(3)), for a permit holder always (art. 5(4)).
4. Assets count above the limit of the Participatiewet (Rva 2005 art. 20(2)); of that excess, COA
   charges the excess divided by the spend-down factor (interingsnorm), month by month.
5. Rounding is half up to the cent, once, where an amount of its own arises: the allowance value,
   the housing value, the exemption per earner, the share of earnings under the ceiling, the asset
   total. Everything else is sums, differences and minima.
6. Where the text leaves a choice, the choice stands in the trace as a step of its own
   (`choice.*`), and in `docs/legal/open-questions.md`.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from reba.errors import FactsError, LawError
from reba.fact_checks import EARNINGS_KINDS
from reba.facts import Assets, HouseholdMonth, Member
from reba.law.assessment import Assessment, AssetPosition
from reba.law.parameters import DatedValue, Law
from reba.law.reba2008_month import MonthParameters, month_parameters
from reba.law.reba2008_parts import AssetPart, MemberIncome, Working
from reba.law.reba2008_steps import asset_steps, lacks_obligations, steps_of
from reba.law.step_parts import Uncounted
from reba.money import half_up

__all__ = [
    "SCHEME",
    "assess_reba2008",
    "asset_position_reba2008",
    "counted_receipts",
    "sort_income",
]

SCHEME: Final = "reba-2008"

_NEVER_COUNTED: Final = {
    "child_benefit": "art5.2a",
    "cost_reimbursement": "art5.2b",
    "exempt_asset_interest": "art5.2c",
    "rva_allowance": "rva20.2",
    "chores": "rva18.3",
}
_EXEMPTION: Final = ("reba.exemption_rate", "reba.exemption_maximum")
_EXEMPTION_WEEKS: Final = ("reba.exemption_weeks_maximum",)
_JUSTIFIED: Final = {"immaterial_damages": "art5.2d", "gift": "art5.2e"}


def sort_income(member: Member, facts: HouseholdMonth, income: MemberIncome) -> None:
    """Sort income into earnings, other income, and what does not count (art. 5, 6)."""
    uncounted: list[Uncounted] = []
    for item in member.income:
        if item.earned_in is not None and item.earned_in != facts.month:  # art. 6(2)
            uncounted.append(Uncounted(item.kind, item.net_cents, "art6.2", str(item.earned_in)))
        elif item.kind in _NEVER_COUNTED:  # art. 5(2)(a)-(c), Rva 2005 art. 18(3), 20(2)
            uncounted.append(Uncounted(item.kind, item.net_cents, _NEVER_COUNTED[item.kind], ""))
        elif item.justified:  # art. 5(2)(d)-(e): the caseworker decided, with a reason
            uncounted.append(
                Uncounted(item.kind, item.net_cents, _JUSTIFIED[item.kind], item.reason or "")
            )
        elif item.kind in EARNINGS_KINDS:  # art. 6(1)(a): from or connected with work
            income.earnings_cents += item.net_cents
        else:
            income.other_cents += item.net_cents
    if uncounted:
        income.uncounted = tuple(uncounted)


def _exempt(income: MemberIncome, member: Member, month: MonthParameters) -> None:
    """Apply the exemption of art. 5(3) and 5(4), per earner."""
    if income.residence_status == "permit_holder":  # art. 5(4): no limit of weeks
        income.exemption_applies = True
    else:  # art. 5(3): at most 24 weeks within 52
        weeks = member.exemption_weeks_used
        if weeks is None:
            raise FactsError("facts.exemption_weeks_missing", member=member.id)
        income.exempt_weeks_used = weeks
        income.exemption_applies = weeks < month.cents("reba.exemption_weeks_maximum")
    if income.exemption_applies:
        rate = month.value("reba.exemption_rate").value
        income.exemption_exact = (income.earnings_cents * rate.numerator, rate.denominator)
        income.exemption_cents = min(
            half_up(*income.exemption_exact), month.cents("reba.exemption_maximum")
        )


def _member_income(member: Member, facts: HouseholdMonth, month: MonthParameters) -> MemberIncome:
    income = MemberIncome(
        member.id, member.residence_status or "", child=not month.is_adult(member)
    )
    sort_income(member, facts, income)
    if income.earnings_cents:
        _exempt(income, member, month)
    earnings = income.earnings_cents - income.exemption_cents
    other = income.other_cents
    obligations = income.obligations_cents = member.obligations_cents
    if obligations:  # art. 5(5)(d): from earnings first, never below zero, never to a next member
        from_earnings = min(earnings, obligations)
        from_other = min(other, obligations - from_earnings)
        earnings -= from_earnings
        other -= from_other
        income.deducted_cents = from_earnings + from_other
    income.countable_earnings_cents = earnings
    income.countable_other_cents = other
    return income


def counted_receipts(assets: Assets) -> tuple[int, tuple[Uncounted, ...]]:
    """Sum the means received during reception that count as assets (art. 7), and list the rest."""
    counted = 0
    uncounted: list[Uncounted] = []
    for receipt in assets.receipts:
        if receipt.kind == "savings_from_income":  # art. 7(2)(d)
            uncounted.append(
                Uncounted(receipt.kind, receipt.amount_cents, "art7.2d", receipt.on.isoformat())
            )
        elif receipt.justified:  # art. 7(2)(e), 5(2)(e)
            source = "art7.2e" if receipt.kind == "immaterial_damages" else "art5.2e"
            uncounted.append(
                Uncounted(receipt.kind, receipt.amount_cents, source, receipt.reason or "")
            )
        else:  # art. 7(1)(b); a penalty payment is no damages: ECLI:NL:RVS:2026:139
            counted += receipt.amount_cents
    return counted, tuple(uncounted)


def _asset_limit(assets: Assets, month: MonthParameters, *, family: bool) -> DatedValue:
    name = f"participatiewet.asset_limit_{'family' if family else 'single'}"
    if assets.limit_on is not None:
        return month.law.value(name, assets.limit_on)
    return month.value(name)


def _asset_part(
    facts: HouseholdMonth, assets: Assets, month: MonthParameters, *, limit_required: bool
) -> AssetPart:
    """Hold the assets against the limit: art. 7, Rva 2005 art. 20(2), Participatiewet art. 34."""
    family = len(facts.members) > 1  # couples and single parents have the family limit
    net = assets.at_start_cents - assets.debts_at_start_cents  # art. 7(1)(a)
    receipts, uncounted = counted_receipts(assets)
    try:
        limit = _asset_limit(assets, month, family=family)
    except LawError:
        if limit_required or net > 0 or receipts > 0:
            raise
        limit = None  # nothing owned lies above no limit, whatever it is
    part = AssetPart(
        family=family,
        limit=limit,
        limit_cents=None if limit is None else int(limit.value),
        net_at_start_cents=net,
        initial_excess_cents=0,
        room_cents=0,
        receipts_cents=receipts,
        uncounted=uncounted,
        excess_cents=0,
        spend_down=None,
        total_exact=(0, 1),
        total_cents=0,
        charged_before_cents=assets.charged_before_cents,
        remaining_cents=0,
    )
    if limit is None:
        return part
    limit_cents = int(limit.value)
    part.initial_excess_cents = max(0, net - limit_cents)  # art. 7(2)(b)
    part.room_cents = max(0, limit_cents - net)  # art. 7(2)(c): unused room
    part.excess_cents = part.initial_excess_cents + max(0, receipts - part.room_cents)
    if part.excess_cents:
        part.spend_down = month.value("reba.spend_down_factor")
        factor = part.spend_down.value
        part.total_exact = (part.excess_cents * factor.denominator, factor.numerator)
        part.total_cents = half_up(*part.total_exact)
        part.remaining_cents = max(0, part.total_cents - (assets.charged_before_cents or 0))
    return part


def _unverified(working: Working, month: MonthParameters) -> tuple[str, ...]:
    names = dict.fromkeys(month.unverified_ages(working.facts))
    names |= dict.fromkeys(working.economic_value.unverified)
    for value in working.exemption_parameters:
        if value.status != "verified":
            names[value.name] = None
    if working.assets is not None:
        for used in (working.assets.limit, working.assets.spend_down):
            if used is not None and used.status != "verified":
                names[used.name] = None
    return tuple(names)


def _not_supplied(working: Working) -> tuple[str, ...]:
    """List what the decision needs and nobody gave (RBDHA:2021:14536, RBDHA:2022:6662)."""
    missing: list[str] = []
    part = working.assets
    if part is None:
        missing.append("assets")
    elif part.total_cents and part.charged_before_cents is None:
        missing.append("assets.charged_before")
    if any(lacks_obligations(income) for income in working.members):
        missing.append("obligations")
    return tuple(missing)


def _exemption_parameters(
    members: tuple[MemberIncome, ...], month: MonthParameters
) -> tuple[DatedValue, ...]:
    applies = any(income.exemption_applies for income in members)
    counts_weeks = any(income.exempt_weeks_used is not None for income in members)
    names = (*_EXEMPTION * applies, *_EXEMPTION_WEEKS * counts_weeks)
    return tuple([month.value(name) for name in names])


def _work(facts: HouseholdMonth, month: MonthParameters) -> Working:
    economic_value = month.economic_value(month.composition(facts))
    ceiling = economic_value.value_cents
    members = tuple(_member_income(m, facts, month) for m in facts.members if m.income)
    earnings = sum(income.countable_earnings_cents for income in members)
    other = sum(income.countable_other_cents for income in members)
    exact = (earnings, 1)
    from_earnings, from_other = earnings, other
    if earnings + other > ceiling:  # art. 4: up to the economic value
        exact = (ceiling * earnings, earnings + other)
        from_earnings = half_up(*exact)
        from_other = ceiling - from_earnings
    part = None
    if facts.assets is not None:
        part = _asset_part(facts, facts.assets, month, limit_required=False)
    room = ceiling - from_earnings - from_other
    return Working(
        facts=facts,
        economic_value=economic_value,
        members=members,
        exemption_parameters=_exemption_parameters(members, month),
        exemption_cents=sum(income.exemption_cents for income in members),
        countable_earnings_cents=earnings,
        countable_other_cents=other,
        from_earnings_exact=exact,
        from_earnings_cents=from_earnings,
        from_other_cents=from_other,
        assets=part,
        from_assets_cents=0 if part is None else min(room, part.remaining_cents),
    )


def assess_reba2008(facts: HouseholdMonth, law: Law) -> Assessment:
    """Assess the own contribution (vaststelling eigen bijdrage) of a household for one month.

    Args:
        facts: what is reported about the household; amounts net, in cents.
        law: the dated statutory parameters.

    Returns:
        The contribution in cents by origin, with its trace.

    Raises:
        LawError: law.no_value where a parameter has no value on the first day of the month.
        FactsError: facts.exemption_weeks_missing.

    Source: Reba 2008 art. 2-7 (BWBR0024733); Rva 2005 art. 14 and 20(2) (BWBR0017959).
    """
    month = month_parameters(law, facts.month)
    working = _work(facts, month)
    unverified = _unverified(working, month)
    value = working.economic_value
    part = working.assets
    return Assessment(
        scheme=SCHEME,
        household=facts.household,
        month=facts.month,
        contribution_cents=(
            working.from_earnings_cents + working.from_other_cents + working.from_assets_cents
        ),
        economic_value_cents=value.value_cents,
        allowance_value_cents=value.allowance_cents,
        housing_value_cents=value.housing_cents,
        countable_income_cents=working.countable_earnings_cents + working.countable_other_cents,
        exemption_cents=working.exemption_cents,
        from_earnings_cents=working.from_earnings_cents,
        from_other_income_cents=working.from_other_cents,
        from_assets_cents=working.from_assets_cents,
        asset_limit_cents=None if part is None else part.limit_cents,
        asset_excess_cents=None if part is None else part.excess_cents,
        asset_total_cents=None if part is None else part.total_cents,
        provisional=bool(unverified),
        provisional_because=unverified,
        not_supplied=_not_supplied(working),
        law_digest=law.digest,
        explain=partial(steps_of, working),
    )


def asset_position_reba2008(facts: HouseholdMonth, law: Law) -> AssetPosition:
    """Hold the assets of a household against the asset limit (vermogensgrens).

    Works for every month of which the limit is known, also where no economic value is.

    Raises:
        FactsError: facts.missing where no assets were reported.
        LawError: law.no_value where the limit has no value on the reference date.

    Source: Reba 2008 art. 7; Rva 2005 art. 20(2); Participatiewet art. 34(3).
    """
    if facts.assets is None:
        raise FactsError("facts.missing", key="assets")
    month = month_parameters(law, facts.month)
    part = _asset_part(facts, facts.assets, month, limit_required=True)
    used = (part.limit, part.spend_down)
    unverified = tuple(v.name for v in used if v is not None and v.status != "verified")
    return AssetPosition(
        scheme=SCHEME,
        household=facts.household,
        month=facts.month,
        asset_limit_cents=part.limit_cents,
        asset_excess_cents=part.excess_cents,
        asset_total_cents=part.total_cents,
        provisional=bool(unverified),
        provisional_because=unverified,
        not_supplied=(),
        law_digest=law.digest,
        explain=partial(asset_steps, part),
    )
