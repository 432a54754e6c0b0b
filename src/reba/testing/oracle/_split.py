"""The split of a month's contribution in fractions: what is saved, and what is remitted."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from reba.testing.oracle._amounts import (
    Case,
    NoValueError,
    Owed,
    cents,
    euros,
    first_day,
    rules_on,
)


class Parts(NamedTuple):
    """What is split, and its two parts, in cents; the names are those of `reba.Reserve`."""

    split_cents: int
    reserved_cents: int
    remitted_cents: int


def _base(owed: Owed, base: str) -> int:
    if base == "earnings":
        return owed.from_earnings_cents
    if base == "income":
        return owed.from_earnings_cents + owed.from_other_income_cents
    return owed.contribution_cents


def _of_part_payment(came_in: int, owed: int, whole: Fraction, mode: str) -> int:
    """What is saved of a payment of less than was owed; `whole` is what all of it would save."""
    if mode == "pro_rata":
        return cents(whole * came_in / owed)
    if mode == "remit_first":
        return max(0, came_in - (owed - cents(whole)))
    return min(came_in, cents(whole))


def split(
    case: Case,
    owed: Owed,
    policy: Case,
    *,
    collected_cents: int = 0,
    balance_cents: int = 0,
) -> Parts:
    """Split what came in, or what is owed, under a savings policy.

    The share is rounded once, half up; the rest is remitted, so that the parts add up.

    Args:
        case: the facts of the household-month: its scheme and its month count here.
        owed: what `contribution` found for them.
        policy: the file of the policy as plain data, with one version or several.
        collected_cents: what came in; it counts where savings are funded on collection.
        balance_cents: what is saved already; it counts where the balance has a maximum.

    Raises:
        NoValueError: no version of the policy counts in that month.

    >>> case = {"scheme": "reba-2008", "month": "2015-03"}
    >>> owed = Owed(contribution_cents=40001, countable_income_cents=40001, exemption_cents=0,
    ...             from_earnings_cents=20001, from_other_income_cents=20000, from_assets_cents=0)
    >>> policy = {"policy": {"schemes": ["reba-2008"], "valid_from": "2015-01-01"},
    ...           "reserve": {"base": "earnings", "share": "0.50", "funded_on": "collection",
    ...                       "partial_collection": "pro_rata"}}
    >>> split(case, owed, policy, collected_cents=40001)
    Parts(split_cents=40001, reserved_cents=10001, remitted_cents=30000)
    """
    rule = rules_on(policy, "policy", "reserve", first_day(case["month"]))
    if rule is None:
        raise NoValueError("savings_policy", first_day(case["month"]))
    on_collection = rule["funded_on"] == "collection"
    total = collected_cents if on_collection else owed.contribution_cents
    if case["scheme"] not in policy["policy"]["schemes"]:
        return Parts(total, 0, total)
    whole = Fraction(_base(owed, rule["base"]), 100) * Fraction(rule["share"])
    if rule.get("monthly_max") is not None:
        whole = min(whole, euros(rule["monthly_max"]))
    if on_collection and collected_cents < owed.contribution_cents:
        mode = rule["partial_collection"]
        saved = _of_part_payment(collected_cents, owed.contribution_cents, whole, mode)
    else:
        saved = cents(whole)
    if rule.get("balance_max") is not None:
        saved = min(saved, max(0, cents(euros(rule["balance_max"])) - balance_cents))
    return Parts(total, saved, total - saved)
