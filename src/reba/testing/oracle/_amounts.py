"""What both schemes need: exact amounts, the one rounding, days as text, and the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, TypeAlias

Case: TypeAlias = Mapping[str, Any]
"""A JSON object: the facts of a household-month, or a file of a policy or of choices."""


class NoValueError(Exception):
    """An amount that no published text gives for this household on this day.

    >>> error = NoValueError("weekly_housing", "2022-05-01")
    >>> str(error), error.what, error.on
    ('no value of weekly_housing on 2022-05-01', 'weekly_housing', '2022-05-01')
    """

    def __init__(self, what: str, on: str) -> None:
        super().__init__(what, on)
        self.what = what
        self.on = on

    def __str__(self) -> str:
        return f"no value of {self.what} on {self.on}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a household owes for a month, in cents; the names are those of `reba.Assessment`.

    None is what the scheme does not have, or what nobody reported.
    """

    contribution_cents: int
    countable_income_cents: int
    exemption_cents: int
    from_earnings_cents: int
    from_other_income_cents: int
    from_assets_cents: int
    economic_value_cents: int | None = None
    allowance_value_cents: int | None = None
    housing_value_cents: int | None = None
    asset_limit_cents: int | None = None
    asset_excess_cents: int | None = None
    asset_total_cents: int | None = None
    leefgeld_cents: int | None = None
    leefgeld_withdrawn_from_cents: int | None = None
    contribution_due_from_cents: int | None = None

    def amounts(self) -> dict[str, int | None]:
        """Return every amount by its name.

        >>> Owed(contribution_cents=5, countable_income_cents=5, exemption_cents=0,
        ...      from_earnings_cents=5, from_other_income_cents=0, from_assets_cents=0
        ...      ).amounts()["from_earnings_cents"]
        5
        """
        return asdict(self)


def cents(euros: Fraction) -> int:
    """Round an amount in euros to cents, half up: once, where an amount of its own arises."""
    return int((euros * 100 + Fraction(1, 2)) // 1)


def euros(text: str | None) -> Fraction:
    """Read an amount as files have it; what is absent adds nothing."""
    return Fraction(text or 0)


def first_day(month: str) -> str:
    """Return the first day of a month: the day that decides ages, amounts and limits."""
    return f"{month}-01"


def is_adult(born: str, first: str) -> bool:
    """Whether someone is eighteen on a first day of a month. Days as text sort as days do."""
    return born <= f"{int(first[:4]) - 18:04d}{first[4:]}"


def rules_on(document: Case, head: str, part: str, first: str) -> Case | None:
    """Return the part of a dated file that counts on a day, or None where no version does."""
    versions: Sequence[Case] = document.get("version") or [{**document, **document[head]}]
    begun = [version for version in versions if str(version["valid_from"]) <= first]
    if not begun:
        return None
    last = max(begun, key=lambda version: str(version["valid_from"]))
    until = last.get("valid_to")
    found: Case = last[part]
    return found if until is None or first <= str(until) else None
