"""Members of a household with their income, as a file of facts writes them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reba.fact_checks import DISCRETIONARY_KINDS, EARNINGS_KINDS
from reba.facts import Scheme
from reba.law.parameters import Law, load_law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.money import format_euros
from reba.months import FIRST_YEAR, Month
from reba.testing.strategies._coverage import AGE_MAX
from reba.testing.strategies._scalars import SIMPLEST_MONTH
from reba.testing.strategies._setting import INCOME_KINDS, Setting, setting_of
from reba.testing.strategies._support import (
    Amounts,
    Case,
    amounts_near,
    check_between,
    check_scheme,
    check_strategy,
    check_type,
    draws,
    from_parameters,
    law_of,
)

__all__ = ["draw_member", "income_items", "members"]

_AGE_LIMIT: Final = 120
_REASON: Final = "decided by the caseworker"
_NO_EARNINGS: Final = st.sampled_from([k for k in INCOME_KINDS if k not in EARNINGS_KINDS])
_JUSTIFIED: Final = st.booleans()
_BASES: Final = st.sampled_from(["own_statement", "uwv", None])
_STATUSES: Final = st.sampled_from(
    [
        ("permit_holder", None), ("asylum_seeker", 0), ("asylum_seeker", 23),
        ("asylum_seeker", 24), ("permit_holder", None), ("asylum_seeker", 10),
        ("asylum_seeker", 52), ("permit_holder", 25), ("asylum_seeker", None),
    ]
)  # fmt: skip
_ITEMS_OF_ADULTS: Final = st.sampled_from([0, 1, 1, 1, 2, 3])
_ITEMS_OF_CHILDREN: Final = st.sampled_from([0, 0, 0, 1])
_OWED: Final = st.one_of(st.none(), st.none(), amounts_near((7500, 30000), 20_000))
_ALLOWANCE: Final = st.sampled_from([True, True, True, True, False])
_ABSENT: Final = st.sampled_from([None, None, None, 0, 28, 29, 366])


def _draw_item(
    draw: st.DrawFn, setting: Setting, amounts: Amounts, kinds: st.SearchStrategy[str]
) -> Case:
    kind = draw(kinds)
    item: Case = {"kind": kind, "net": draw(amounts)}
    if kind in DISCRETIONARY_KINDS:
        item |= {"justified": draw(_JUSTIFIED), "reason": _REASON}
    earned_in = draw(setting.earned)
    if earned_in is not None:
        item["earned_in"] = earned_in
    if setting.scheme != REBA_2008:
        basis = draw(_BASES)
        if basis is not None:
            item["basis"] = basis
    return item


_items = draws(_draw_item)


def _draw_reba_status(draw: st.DrawFn, setting: Setting, member: Case) -> bool:
    """Add what Reba 2008 asks of a member; say whether earnings can be assessed."""
    status, weeks = draw(_STATUSES)
    member["residence_status"] = status
    if weeks is not None:
        member["exemption_weeks_used"] = weeks
    return setting.cover.exemption and not (status == "asylum_seeker" and weeks is None)


def _draw_benefit(draw: st.DrawFn, setting: Setting, member: Case, *, adult: bool) -> None:
    """Add since when a child has a right to child benefit, where that may count."""
    since = draw(setting.benefit_since)
    receives = member.get("receives_allowance", True)
    known = not receives or setting.cover.has("rva.child_benefit_months")
    if since is not None and known and not adult:
        member["child_benefit_since"] = since


def draw_member(
    draw: st.DrawFn,
    setting: Setting,
    *,
    adult: bool,
    amounts: Amounts,
    born: st.SearchStrategy[str] | None = None,
) -> Case:
    """Draw a member of a household, without an id.

    As much is drawn for an adult as for a child, so that the one shrinks to the other.

    Args:
        draw: draws from a strategy.
        setting: the month.
        adult: whether an adult.
        amounts: of income.
        born: days of birth; by default of any adult, or any child.
    """
    if born is None:
        born = setting.adults_born if adult else setting.children_born
    member: Case = {"born": draw(born)}
    kinds = setting.kinds
    if setting.scheme == REBA_2008:
        if not _draw_reba_status(draw, setting, member):
            kinds = _NO_EARNINGS
        if not draw(_ALLOWANCE):
            member["receives_allowance"] = False
        _draw_benefit(draw, setting, member, adult=adult)
    else:
        if not draw(_ALLOWANCE):
            member["receives_allowance"] = False
        days = draw(_ABSENT)
        if days is not None:
            member["absent_days_this_year"] = days
    # A number first, and then so many: from such draws any one of them can be left out.
    number = draw(_ITEMS_OF_ADULTS if adult else _ITEMS_OF_CHILDREN)
    if number:
        items = _items_of(setting, amounts, kinds)
        member["income"] = [draw(items) for _ in range(number)]
    owed = draw(_OWED)
    if owed is not None:
        member["obligations"] = owed
    return member


@lru_cache(maxsize=4096)
def _items_of(
    setting: Setting, amounts: Amounts, kinds: st.SearchStrategy[str]
) -> st.SearchStrategy[Case]:
    return _items(setting, amounts, kinds)


# ── strategies of their own ──────────────────────────────────────────────────────────────────────


def _euro_texts(amounts: st.SearchStrategy[int] | None) -> Amounts:
    if amounts is None:
        return amounts_near()
    check_strategy("amounts", amounts)
    return amounts.map(format_euros)


@from_parameters
def income_items(
    *,
    scheme: Scheme = REBA_2008,
    month: Month = SIMPLEST_MONTH,
    kinds: st.SearchStrategy[str] | None = None,
    amounts: st.SearchStrategy[int] | None = None,
) -> st.SearchStrategy[Case]:
    """Items of income of one member, as JSON objects of a file of facts.

    Args:
        scheme: "reba-2008" or "rooo"; only the latter knows what an item rests on.
        month: the month reported.
        kinds: a strategy of kinds; by default every kind, earnings most often.
        amounts: a strategy of net amounts in cents; by default up to 3,000 euros, and edges.

    >>> from hypothesis import find
    >>> from hypothesis.strategies import just
    >>> find(income_items(kinds=just("gift")), lambda item: item["justified"])
    {'kind': 'gift', 'net': '0.00', 'justified': True, 'reason': 'decided by the caseworker'}
    """
    check_scheme(scheme)
    check_type("month", month, Month)
    setting = setting_of(scheme, load_law(), month, anything=True)
    if kinds is None:
        kinds = setting.kinds
    check_strategy("kinds", kinds)
    return _items(setting, _euro_texts(amounts), kinds)


def _draw_of_age(
    draw: st.DrawFn, setting: Setting, min_age: int, max_age: int, amounts: Amounts
) -> Case:
    adult = min_age >= setting.adult_age or (
        max_age >= setting.adult_age and draw(st.sampled_from([True, False]))
    )
    low, high = (setting.adult_age, max_age) if adult else (0, setting.adult_age - 1)
    born = setting.born(max(low, min_age), min(high, max_age))
    member = draw_member(draw, setting, adult=adult, amounts=amounts, born=born)
    return {"id": draw(_IDS), **member}


_of_age = draws(_draw_of_age)
_IDS: Final = st.integers(1, 9).map("P-{}".format)


@from_parameters
def members(
    *,
    scheme: Scheme = REBA_2008,
    month: Month = SIMPLEST_MONTH,
    law: Law | None = None,
    min_age: int = 0,
    max_age: int = AGE_MAX,
    amounts: st.SearchStrategy[int] | None = None,
) -> st.SearchStrategy[Case]:
    """Members of a household in one month, as JSON objects of a file of facts.

    Args:
        scheme: "reba-2008" or "rooo".
        month: the month reported; ages count on its first day.
        law: the statutory parameters; by default those shipped.
        min_age: the least age in whole years.
        max_age: the highest age in whole years; nobody may be born before 1900.
        amounts: a strategy of net amounts of income in cents.

    >>> from hypothesis import find
    >>> find(members(min_age=18), lambda member: True)
    {'id': 'P-1', 'born': '1985-01-01', 'residence_status': 'permit_holder'}
    >>> find(members(max_age=17), lambda member: True)["born"]
    '2007-01-01'
    """
    check_scheme(scheme)
    check_type("month", month, Month)
    check_between("min_age", min_age, 0, _AGE_LIMIT)
    check_between("max_age", max_age, 0, _AGE_LIMIT)
    if min_age > max_age:
        msg = f"Cannot have max_age={max_age!r} < min_age={min_age!r}"
        raise InvalidArgument(msg)
    if month.year - max_age - 1 < FIRST_YEAR:
        msg = f"max_age={max_age!r}: who is so old in {month} was born before {FIRST_YEAR}"
        raise InvalidArgument(msg)
    setting = setting_of(scheme, law_of(law), month, anything=True)
    return _of_age(setting, min_age, max_age, _euro_texts(amounts))
