"""Facts of household-months: JSON objects and `HouseholdMonth`, and the assets in them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reba.fact_checks import DISCRETIONARY_KINDS
from reba.facts import MEMBERS_MAX, HouseholdMonth, Scheme
from reba.law.parameters import Law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.money import format_euros
from reba.months import Month, add_months
from reba.testing.strategies._coverage import EARLIEST_MONTH, Covered, covered_months
from reba.testing.strategies._people import draw_member
from reba.testing.strategies._scalars import FIRST_DAY, LAST_DAY, SIMPLEST_MONTH, months_around
from reba.testing.strategies._setting import Setting, income_borders, setting_of
from reba.testing.strategies._support import (
    Amounts,
    Case,
    amounts_near,
    check_between,
    check_bounds,
    check_flags,
    check_scheme,
    check_strategy,
    check_type,
    draws,
    from_parameters,
    law_of,
    shown_as,
)

__all__ = ["RECEIPT_KINDS", "asset_items", "assets", "facts", "households"]

RECEIPT_KINDS: Final = (
    "other", "penalty_payment", "inheritance", "sale", "savings_from_income", "gift",
    "immaterial_damages",
)  # fmt: skip
"""Every kind of receipt, the plainest first."""

_REASON: Final = "decided by the caseworker"
_OWNED_CENTS: Final = 2_000_000
_RECEIPT_KINDS: Final = st.sampled_from(RECEIPT_KINDS)
_EXEMPT_ONLY: Final = st.just("savings_from_income")
_RECEIPT_AMOUNTS: Final[st.SearchStrategy[str]] = amounts_near((), _OWNED_CENTS)
_RECEIPTS: Final = st.sampled_from([0, 0, 1, 1, 2, 3])
_DEBTS: Final[st.SearchStrategy[str]] = st.just("0.00") | amounts_near((), 500_000)
_CHARGED: Final[st.SearchStrategy[str | None]] = st.none() | amounts_near((44_595,), 600_000)
_BOOLEANS: Final = st.booleans()
_MINORS_ALONE: Final = st.sampled_from([False, False, False, False, True])
_PROVISIONS: Final = st.sampled_from(
    [(True, False)] * 5 + [(True, True)] * 2 + [(False, False), (False, True)]
)
_NO_SHELTER: Final = st.sampled_from([(False, False), (False, True)])


# ── assets ───────────────────────────────────────────────────────────────────────────────────────


def _draw_receipt(
    draw: st.DrawFn, days: st.SearchStrategy[str], kinds: st.SearchStrategy[str],
    amounts: st.SearchStrategy[str],
) -> Case:  # fmt: skip
    kind = draw(kinds)
    receipt: Case = {"on": draw(days), "kind": kind, "amount": draw(amounts)}
    if kind in DISCRETIONARY_KINDS:
        receipt |= {"justified": draw(_BOOLEANS), "reason": _REASON}
    return receipt


def _draw_assets(draw: st.DrawFn, setting: Setting, family: bool) -> Case:  # noqa: FBT001 (a cache key)
    limit = setting.limit_cents(family=family)
    limit_on = draw(setting.limits_on)
    free = setting.cover.anything or setting.cover.asset_limits or limit_on is not None
    started = draw(st.sampled_from([add_months(setting.first_day, -6), setting.first_day]))
    borders = () if limit is None else (limit, limit + 60_000)
    at_start = draw(amounts_near(borders, _OWNED_CENTS)) if free else "0.00"
    found: Case = {
        "at_start": at_start,
        "debts_at_start": draw(_DEBTS),
        "started_on": started.isoformat(),
    }
    number = draw(_RECEIPTS)
    if number:
        days = st.sampled_from([d.isoformat() for d in (started, setting.last_day)])
        kinds = _RECEIPT_KINDS if free else _EXEMPT_ONLY
        found["receipts"] = [
            _draw_receipt(draw, days, kinds, _RECEIPT_AMOUNTS) for _ in range(number)
        ]
    charged = draw(_CHARGED)
    if charged is not None:
        found["charged_before"] = charged
    if limit_on is not None:
        found["limit_on"] = limit_on
    return found


_receipts = draws(_draw_receipt)
_assets = draws(_draw_assets)


@from_parameters
def asset_items(
    *,
    min_value: date = date(2014, 7, 1),
    max_value: date = date(2015, 1, 31),
    kinds: st.SearchStrategy[str] | None = None,
    amounts: st.SearchStrategy[int] | None = None,
) -> st.SearchStrategy[Case]:
    """Means received during reception that are not income, as JSON objects of a file of facts.

    Args:
        min_value: the first day on which one may be received.
        max_value: the last day.
        kinds: a strategy of kinds; by default every kind.
        amounts: a strategy of amounts in cents; by default up to 20,000 euros, and edges.

    >>> from hypothesis import find
    >>> find(asset_items(), lambda item: True)
    {'on': '2014-07-01', 'kind': 'other', 'amount': '0.00'}
    """
    check_bounds(min_value, max_value, FIRST_DAY, LAST_DAY)
    kinds = _RECEIPT_KINDS if kinds is None else kinds
    check_strategy("kinds", kinds)
    span = st.integers(0, (max_value - min_value).days)
    days = span.map(lambda n: (min_value + timedelta(days=n)).isoformat())
    euros = _RECEIPT_AMOUNTS if amounts is None else _euro_texts(amounts)
    return _receipts(days, kinds, euros)


@from_parameters
def assets(
    *, month: Month = SIMPLEST_MONTH, law: Law | None = None, family: bool = False
) -> st.SearchStrategy[Case]:
    """The assets of a household in one month under Reba 2008, as JSON objects.

    Args:
        month: the month reported.
        law: the statutory parameters; by default those shipped. In a month for which it knows no
            asset limit nothing is owned, so that the month can be assessed.
        family: whether amounts lie near the limit of a family, or that of a single person.

    >>> from hypothesis import find
    >>> find(assets(), lambda owned: True)
    {'at_start': '0.00', 'debts_at_start': '0.00', 'started_on': '2014-07-01'}
    """
    check_type("month", month, Month)
    check_flags(family=family)
    return _assets(setting_of(REBA_2008, law_of(law), month), family)


# ── households ───────────────────────────────────────────────────────────────────────────────────


class _Asked(NamedTuple):
    """What was asked of the facts: one for each strategy."""

    scheme: Scheme
    law: Law
    min_members: int
    max_members: int
    allow_assets: bool
    allow_provisional: bool
    anything: bool
    amounts: Amounts | None

    def setting(self, month: Month) -> Setting:
        return setting_of(
            self.scheme, self.law, month,
            allow_provisional=self.allow_provisional, anything=self.anything,
        )  # fmt: skip


_members = draws(draw_member)


@lru_cache(maxsize=4096)
def _member_of(setting: Setting, adult: bool, amounts: Amounts) -> st.SearchStrategy[Case]:  # noqa: FBT001 (a cache key)
    return _members(setting, adult=adult, amounts=amounts)


@lru_cache(maxsize=1024)
def _numbers(least: int, most: int) -> st.SearchStrategy[int]:
    """Return a strategy of numbers of people: often few."""
    often = [0] * 10 + [1] * 8 + [2] * 3
    few = [number for number in often if least <= number <= most]
    return st.sampled_from(sorted([*few, *range(least, most + 1)]))


def _draw_people(draw: st.DrawFn, asked: _Asked, setting: Setting) -> tuple[list[Case], bool, bool]:
    """Draw the members, and what is provided to them: only where its amount is known.

    A number is drawn first, and then so many members: any one of them can then be left out.
    """
    least, most = asked.min_members, asked.max_members
    adults = draw(_numbers(1, most)) * (not draw(_MINORS_ALONE))
    children = draw(_numbers(max(0 if adults else 1, least - adults), most - adults))
    covered = setting.cover.household(adults, children)
    if setting.scheme != REBA_2008:
        covered = Covered(adults=True, children=True, shelter=True)
    shelter, catering = draw(_PROVISIONS if covered.shelter else _NO_SHELTER)
    amounts = asked.amounts
    if amounts is None:
        amounts = amounts_near(income_borders(setting, adults, children, shelter, catering))
    people: list[Case] = []
    for number in range(adults + children):
        adult = number < adults
        member = draw(_member_of(setting, adult, amounts))
        if not (covered.adults if adult else covered.children):
            member["receives_allowance"] = False
        people.append({"id": f"P-{number + 1}", **member})
    return people, shelter, catering


def _draw_facts(
    draw: st.DrawFn, asked: _Asked, months: st.SearchStrategy[Month],
    ids: st.SearchStrategy[str], collected: st.SearchStrategy[Any],
) -> Case:  # fmt: skip
    month = draw(months)
    setting = asked.setting(month)
    people, shelter, catering = _draw_people(draw, asked, setting)
    case: Case = {
        "scheme": setting.scheme,
        "month": str(month),
        "household": draw(ids),
        "members": people,
    }
    if asked.allow_assets and draw(_BOOLEANS):
        case["assets"] = _draw_assets(draw, setting, len(people) > 1)
    case["provisions"] = {"shelter": shelter, "catering": catering}
    came_in = draw(collected)
    if came_in is not None:
        case["collected"] = came_in if isinstance(came_in, str) else format_euros(came_in)
    return case


_facts = draws(_draw_facts)
_COLLECTED: Final[st.SearchStrategy[str | None]] = st.none() | amounts_near((44_595,), 100_000)
_ONE_ID: Final = st.just("H-1")


def _euro_texts(amounts: st.SearchStrategy[int]) -> Amounts:
    check_strategy("amounts", amounts)
    return amounts.map(format_euros)


def _months_of(asked: _Asked, months: st.SearchStrategy[Month] | None) -> st.SearchStrategy[Month]:
    if months is not None:
        check_strategy("months", months)
    known = covered_months(asked.scheme, asked.law, allow_provisional=asked.allow_provisional)
    if asked.anything:
        found = months_around(asked.law) if months is None else months
        return found.filter(EARLIEST_MONTH.__le__)
    if not known:
        msg = f"{asked.law!r} has no month with every amount of {asked.scheme}"
        raise InvalidArgument(msg)
    return st.sampled_from(known) if months is None else months.filter(set(known).__contains__)


@from_parameters
def facts(
    *,
    scheme: Scheme = REBA_2008,
    months: st.SearchStrategy[Month] | None = None,
    law: Law | None = None,
    min_members: int = 1,
    max_members: int = 6,
    ids: st.SearchStrategy[str] | None = None,
    amounts: st.SearchStrategy[int] | None = None,
    collected: st.SearchStrategy[int | None] | None = None,
    allow_assets: bool = True,
    allow_provisional: bool = True,
    allow_no_value: bool = False,
) -> st.SearchStrategy[Case]:
    """Facts of household-months, as JSON objects that a file of facts may hold.

    By default the law has every amount that the month needs, so that an assessment gives an
    amount. Under the RooO hand `choices()` to it as well: where income lies between the two
    thresholds the municipality must have chosen.

    Args:
        scheme: "reba-2008" or "rooo".
        months: a strategy of months; by default all that the law has amounts for. Of a strategy
            given, months without amounts are left out.
        law: the statutory parameters; by default those shipped.
        min_members: at least so many members.
        max_members: at most so many members.
        ids: a strategy of household ids; by default "H-1".
        amounts: a strategy of net amounts of income in cents; by default up to 3,000 euros, often
            next to those at which something turns for the household, and seldom huge.
        collected: a strategy of what came in, in cents, or None where nobody said.
        allow_assets: whether assets may be reported (Reba 2008 only).
        allow_provisional: whether amounts may be used that are not verified.
        allow_no_value: whether months from 1991 on, and households in them, may be drawn that the
            law has no amount for; an assessment then refuses some with law.no_value.

    >>> from hypothesis import find
    >>> case = find(facts(), lambda case: "income" in case["members"][0])
    >>> case["month"], case["members"][0]["income"], case["provisions"]
    ('2015-01', [{'kind': 'earnings', 'net': '0.00'}], {'shelter': True, 'catering': False})
    """
    check_scheme(scheme)
    check_between("min_members", min_members, 1, MEMBERS_MAX)
    check_between("max_members", max_members, 1, MEMBERS_MAX)
    if min_members > max_members:
        msg = f"Cannot have max_members={max_members!r} < min_members={min_members!r}"
        raise InvalidArgument(msg)
    check_flags(
        allow_assets=allow_assets, allow_provisional=allow_provisional,
        allow_no_value=allow_no_value,
    )  # fmt: skip
    ids = _ONE_ID if ids is None else ids
    came_in = _COLLECTED if collected is None else collected
    check_strategy("ids", ids)
    check_strategy("collected", came_in)
    euros = None if amounts is None else _euro_texts(amounts)
    asked = _Asked(
        scheme, law_of(law), min_members, max_members,
        allow_assets and scheme == REBA_2008, allow_provisional, allow_no_value, euros,
    )  # fmt: skip
    return _facts(asked, _months_of(asked, months), ids, came_in)


_household = shown_as("HouseholdMonth.model_validate", HouseholdMonth.model_validate)


@from_parameters
def households(
    *,
    scheme: Scheme = REBA_2008,
    months: st.SearchStrategy[Month] | None = None,
    law: Law | None = None,
    min_members: int = 1,
    max_members: int = 6,
    ids: st.SearchStrategy[str] | None = None,
    amounts: st.SearchStrategy[int] | None = None,
    collected: st.SearchStrategy[int | None] | None = None,
    allow_assets: bool = True,
    allow_provisional: bool = True,
    allow_no_value: bool = False,
) -> st.SearchStrategy[HouseholdMonth]:
    """Facts of household-months as `HouseholdMonth`: those of `facts()`, validated.

    Args:
        scheme: "reba-2008" or "rooo".
        months: a strategy of months; by default all that the law has amounts for.
        law: the statutory parameters; by default those shipped.
        min_members: at least so many members.
        max_members: at most so many members.
        ids: a strategy of household ids; by default "H-1".
        amounts: a strategy of net amounts of income in cents; by default up to 3,000 euros, often
            next to those at which something turns for the household, and seldom huge.
        collected: a strategy of what came in, in cents, or None where nobody said.
        allow_assets: whether assets may be reported (Reba 2008 only).
        allow_provisional: whether amounts may be used that are not verified.
        allow_no_value: whether an assessment may be refused with law.no_value.

    >>> from hypothesis import find
    >>> found = find(households(min_members=2), lambda facts: True)
    >>> str(found.month), len(found.members), found.collected_cents
    ('2015-01', 2, None)
    """
    return facts(
        scheme=scheme, months=months, law=law, min_members=min_members, max_members=max_members,
        ids=ids, amounts=amounts, collected=collected, allow_assets=allow_assets,
        allow_provisional=allow_provisional, allow_no_value=allow_no_value,
    ).map(_household)  # fmt: skip
