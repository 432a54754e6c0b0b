"""Split one month: plain integers in, plain integers out; called for every household of a run.

1. The base is what came from earnings, from all income, or the whole contribution.
2. `full = min(share * base, monthly maximum)`, exact; it is rounded half up once, at the end.
3. Funded on assessment, the contribution is split; funded on collection, what came in.
4. Part payments: `pro_rata` takes the same part of the reserve as came in of the contribution;
   `remit_first` fills what is remitted first; `reserve_first` fills the reserve first.
5. The balance never grows above its maximum.
6. `reserved + remitted == split`, to the cent: the remainder is remitted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from reba.money import half_up

__all__ = ["Base", "FundedOn", "PartialCollection", "ReserveRule", "Split"]

Base: TypeAlias = Literal["earnings", "income", "contribution"]
FundedOn: TypeAlias = Literal["collection", "assessment"]
PartialCollection: TypeAlias = Literal["pro_rata", "remit_first", "reserve_first"]
Limit: TypeAlias = Literal["monthly_max", "balance_max"]


class Split(NamedTuple):
    """How an amount is split, in cents; `exact` is the reserve before it was rounded."""

    split_cents: int
    reserved_cents: int
    remitted_cents: int
    exact: tuple[int, int]
    limited_by: Limit | None


class ReserveRule(NamedTuple):
    """How much of a contribution is set aside (te reserveren deel).

    >>> rule = ReserveRule("earnings", Fraction(1, 2), 15000, None, "collection", "pro_rata")
    >>> rule.split(40000, 20000, collected_cents=40000, balance_cents=0)[:3]
    (40000, 10000, 30000)
    """

    base: Base
    share: Fraction
    monthly_max_cents: int | None
    balance_max_cents: int | None
    funded_on: FundedOn
    partial_collection: PartialCollection

    def split(
        self,
        contribution_cents: int,
        base_cents: int,
        *,
        collected_cents: int,
        balance_cents: int,
    ) -> Split:
        """Split what was assessed or what came in.

        Args:
            contribution_cents: the contribution of the month.
            base_cents: the part of it that the share is taken of.
            collected_cents: what came in; not used where savings are funded on assessment.
            balance_cents: what is saved so far; not used without a maximum of the balance.
        """
        limited_by: Limit | None = None
        numerator = self.share.numerator * base_cents
        denominator = self.share.denominator
        maximum = self.monthly_max_cents
        if maximum is not None and numerator > maximum * denominator:
            numerator, denominator = maximum, 1
            limited_by = "monthly_max"
        split_cents = contribution_cents
        part_came_in = False
        if self.funded_on == "collection":
            split_cents = collected_cents
            part_came_in = collected_cents < contribution_cents
        if part_came_in and self.partial_collection == "pro_rata":
            numerator *= collected_cents
            denominator *= contribution_cents
        reserved = half_up(numerator, denominator)
        if part_came_in and self.partial_collection == "remit_first":
            reserved = max(0, collected_cents - (contribution_cents - reserved))
        # Never more than came in: the rule of "reserve_first", and a bound of the others.
        reserved = min(reserved, split_cents)
        if self.balance_max_cents is not None:
            room = max(0, self.balance_max_cents - balance_cents)
            if reserved > room:
                reserved, limited_by = room, "balance_max"
        return Split(
            split_cents, reserved, split_cents - reserved, (numerator, denominator), limited_by
        )
