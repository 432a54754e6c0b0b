"""The savings rules for many households at once: the split of a month, and how savings end.

1. The split is that of `savings/split.py` on columns. The maximum of the balance is held apart: it
   changes from month to month, the rest only when the contribution does.
2. At the end the purposes of the policy allow what the release rules allow to somebody who asks
   for all of them, with the evidence they want; `savings/release.py` decides the same, request by
   request, and a test holds the two equal.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reba.savings.policy import OutcomeRules, PolicyVersion
from reba.savings.split import ReserveRule
from reba.simulation.amounts import Amounts
from reba.simulation.exact import Ints, half_up_column

__all__ = ["Due", "closing_rule", "collected_of", "released_of", "reserved_of"]


class Due(NamedTuple):
    """What is due for a month and what comes in for it, for each household, in cents."""

    contribution_cents: Ints
    from_earnings_cents: Ints
    from_income_cents: Ints
    withdrawn_cents: Ints
    collected_cents: Ints

    def of(self, rows: Ints) -> Due:
        """Return the same for the rows that are asked for."""
        return Due(*(column[rows] for column in self))

    def put(self, rows: Ints, due: Due) -> None:
        """Replace some rows."""
        for column, new in zip(self, due, strict=True):
            column[rows] = new

    @classmethod
    def nothing(cls, size: int) -> Due:
        """Return nothing due."""
        return cls(*(np.zeros(size, dtype=np.int64) for _ in cls._fields))

    @classmethod
    def from_amounts(cls, amounts: Amounts, collected_cents: Ints) -> Due:
        """Take what the split needs of the amounts that the rules gave."""
        return cls(
            amounts.contribution_cents,
            amounts.from_earnings_cents,
            amounts.from_earnings_cents + amounts.from_other_cents,
            amounts.withdrawn_cents,
            collected_cents,
        )


def collected_of(contribution_cents: Ints, reported_cents: Ints, share: tuple[int, int]) -> Ints:
    """Return what comes in: as reported, or else the assumed share, half up to the cent."""
    assumed = half_up_column([contribution_cents, share[0]], [share[1]])
    return np.where(reported_cents < 0, assumed, reported_cents)


def reserved_of(due: Due, rule: ReserveRule) -> Ints:
    """Return what is set aside of a month, before the maximum of the balance."""
    base = {
        "earnings": due.from_earnings_cents,
        "income": due.from_income_cents,
        "contribution": due.contribution_cents,
    }[rule.base]
    rate = rule.share
    by_share = half_up_column([base, rate.numerator], [rate.denominator])
    maximum = rule.monthly_max_cents
    full = by_share if maximum is None else np.minimum(by_share, maximum)
    if rule.funded_on == "assessment":
        return np.minimum(full, due.contribution_cents)
    collected, contribution = due.collected_cents, due.contribution_cents
    part = collected < contribution
    if part.any() and rule.partial_collection == "pro_rata":
        full = full.copy()
        full[part] = _pro_rata(base[part], rule, collected[part], contribution[part])
    elif part.any() and rule.partial_collection == "remit_first":
        after_remitted = np.maximum(0, collected - (contribution - full))
        full = np.where(part, after_remitted, full)
    return np.minimum(full, collected)


def _pro_rata(base: Ints, rule: ReserveRule, collected: Ints, contribution: Ints) -> Ints:
    """Take the same part of the reserve as came in of the contribution; rounded once."""
    rate, maximum = rule.share, rule.monthly_max_cents
    found = half_up_column([base, rate.numerator, collected], [rate.denominator, contribution])
    if maximum is None or not rate:
        return found
    # base * share > maximum, without a product: the base that just reaches it, rounded down.
    limited = base > maximum * rate.denominator // rate.numerator
    if limited.any():
        found[limited] = half_up_column([collected[limited], maximum], [contribution[limited]])
    return found


def released_of(balance_cents: Ints, rules: OutcomeRules) -> Ints:
    """Return what is released to households that ask for all their purposes allow."""
    share = rules.balance_share
    limit = half_up_column([balance_cents, share.numerator], [share.denominator])
    purposes = sum(rule.max_cents for rule in rules.purposes.values())
    return np.minimum(np.minimum(limit, purposes), balance_cents)


def closing_rule(version: PolicyVersion, outcome: str) -> tuple[OutcomeRules | None, str]:
    """Return the release rules of an outcome, if any, and what happens to what is left."""
    rest: str = getattr(version.closing, outcome)
    if outcome == "granted":
        return version.release.granted, rest
    if outcome == "voluntary_return":
        return version.release.voluntary_return, rest
    return None, rest
