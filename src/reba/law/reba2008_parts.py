"""The working of one Reba 2008 calculation: plain values, filled once, read by the trace.

The numbers are computed in `reba2008.py`; `reba2008_steps.py` tells their story without computing
again. Slots and no freezing, since a run makes one for each household; nothing hands them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from reba.facts import HouseholdMonth
from reba.law.parameters import DatedValue
from reba.law.step_parts import Uncounted

__all__ = ["AssetPart", "Composition", "EconomicValue", "MemberIncome", "Working"]


class Composition(NamedTuple):
    """Who is in the household on the reference date, as far as the economic value depends on it.

    The counts of members with an allowance (toelage) are at most the counts of members.
    """

    adults: int
    children: int
    adults_with_allowance: int
    children_with_allowance: int
    young_children_with_allowance: int
    shelter: bool

    @property
    def size(self) -> int:
        """The number of members."""
        return self.adults + self.children

    @property
    def single_parent(self) -> bool:
        """One adult with at least one child (alleenstaande ouder, Rva 2005 art. 1)."""
        return self.adults == 1 and self.children > 0


@dataclass(slots=True)
class EconomicValue:
    """The economic value (economische waarde) of one month and composition, Reba 2008 art. 3."""

    composition: Composition
    allowance_week_cents: int
    allowance_lines: tuple[tuple[str, int, DatedValue], ...]
    allowance_exact: tuple[int, int]
    allowance_cents: int
    housing_week_cents: int
    housing_exact: tuple[int, int]
    housing_uncapped_cents: int
    housing_cents: int
    value_cents: int
    allowance_parameters: tuple[DatedValue, ...]
    housing_parameters: tuple[DatedValue, ...]
    unverified: tuple[str, ...]


@dataclass(slots=True)
class MemberIncome:
    """The income of one member: what counts, what is exempt, what is deducted."""

    member: str
    residence_status: str
    child: bool
    earnings_cents: int = 0
    other_cents: int = 0
    exempt_weeks_used: int | None = None
    exemption_applies: bool = False
    exemption_exact: tuple[int, int] = (0, 1)
    exemption_cents: int = 0
    obligations_cents: int | None = None
    deducted_cents: int = 0
    countable_earnings_cents: int = 0
    countable_other_cents: int = 0
    uncounted: tuple[Uncounted, ...] = ()


@dataclass(slots=True)
class AssetPart:
    """The assets of the household against the limit, Reba 2008 art. 7 and Rva 2005 art. 20(2)."""

    family: bool
    limit: DatedValue | None
    limit_cents: int | None
    net_at_start_cents: int
    initial_excess_cents: int
    room_cents: int
    receipts_cents: int
    uncounted: tuple[Uncounted, ...]
    excess_cents: int
    spend_down: DatedValue | None
    total_exact: tuple[int, int]
    total_cents: int
    charged_before_cents: int | None
    remaining_cents: int


@dataclass(slots=True)
class Working:
    """Everything one assessment came from."""

    facts: HouseholdMonth
    economic_value: EconomicValue
    members: tuple[MemberIncome, ...]
    exemption_parameters: tuple[DatedValue, ...]
    exemption_cents: int
    countable_earnings_cents: int
    countable_other_cents: int
    from_earnings_exact: tuple[int, int]
    from_earnings_cents: int
    from_other_cents: int
    assets: AssetPart | None
    from_assets_cents: int
