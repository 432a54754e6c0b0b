"""Set part of one month's contribution aside (reserveren), under the policy of that month."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from reba.errors import SavingsError
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.savings.split import ReserveRule

__all__ = ["Assessed", "Reserve", "reserve"]


class Assessed(Protocol):
    """What the split needs of an assessment."""

    @property
    def scheme(self) -> str:
        """The scheme."""
        ...

    @property
    def month(self) -> Month:
        """The month."""
        ...

    @property
    def contribution_cents(self) -> int:
        """The contribution."""
        ...

    @property
    def from_earnings_cents(self) -> int:
        """The part from earnings."""
        ...

    @property
    def from_other_income_cents(self) -> int:
        """The part from other income."""
        ...


class Reserve(NamedTuple):
    """What of a month is set aside, and what is remitted, in cents.

    `split_cents` is what was split: what came in, or what was assessed. `exact` is the reserve
    before rounding, as a fraction of cents. `limited_by` names what kept the reserve lower than
    the share: "monthly_max", "balance_max", or "scheme" where the policy does not cover it.
    """

    policy_id: str
    policy_version: int
    split_cents: int
    reserved_cents: int
    remitted_cents: int
    base_cents: int
    exact: tuple[int, int]
    limited_by: str | None


def _base_cents(assessment: Assessed, rule: ReserveRule) -> int:
    if rule.base == "earnings":
        return assessment.from_earnings_cents
    if rule.base == "income":
        return assessment.from_earnings_cents + assessment.from_other_income_cents
    return assessment.contribution_cents


def reserve(
    assessment: Assessed,
    policy: SavingsPolicy,
    *,
    collected_cents: int | None = None,
    balance_cents: int | None = None,
) -> Reserve:
    """Split a month's contribution into what is saved (spaardeel) and what is remitted.

    Args:
        assessment: the assessed contribution of a month.
        policy: the savings policy; its version of the first day of the month applies.
        collected_cents: what came in for the month; needed where savings are funded on collection.
        balance_cents: what the household saved so far; needed where the balance has a maximum.

    Raises:
        SavingsError: savings.collected_missing, savings.balance_missing.
        PolicyError: policy.no_version.

    Source: VNG, Van wachtstand naar werkstand (2025); the policy file names its own source.

    >>> from importlib.resources import files
    >>> from reba import HouseholdMonth, assess, load_law, load_policy
    >>> policy = load_policy(str(files("reba.cli") / "demo_data" / "policy.toml"))
    >>> line = (files("reba.cli") / "demo_data" / "facts.jsonl").read_text().splitlines()[0]
    >>> assessment = assess(HouseholdMonth.from_json(line), load_law())
    >>> found = reserve(assessment, policy, collected_cents=30000, balance_cents=0)
    >>> found.reserved_cents, found.remitted_cents
    (15000, 15000)
    """
    version = policy.on(assessment.month.first_day)
    rule = version.reserve
    if rule.funded_on == "collection":
        if collected_cents is None:
            raise SavingsError("savings.collected_missing")
        split_cents = collected_cents
    else:
        split_cents = assessment.contribution_cents
    if assessment.scheme not in policy.schemes:
        return Reserve(policy.id, version.number, split_cents, 0, split_cents, 0, (0, 1), "scheme")
    if rule.balance_max_cents is not None and balance_cents is None:
        raise SavingsError("savings.balance_missing")
    base_cents = _base_cents(assessment, rule)
    split = rule.split(
        assessment.contribution_cents,
        base_cents,
        collected_cents=split_cents,
        balance_cents=balance_cents or 0,
    )
    return Reserve(
        policy.id,
        version.number,
        split.split_cents,
        split.reserved_cents,
        split.remitted_cents,
        base_cents,
        split.exact,
        split.limited_by,
    )
