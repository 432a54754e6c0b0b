"""The working of one RooO calculation: plain values, filled once, read by the trace.

The numbers are computed in `rooo.py` and its month; `rooo_steps.py` tells their story without
computing again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from reba.facts import HouseholdMonth
from reba.law.choices import ChoicesVersion, MunicipalChoices
from reba.law.parameters import DatedValue
from reba.law.step_parts import Uncounted
from reba.law.trace import Step
from reba.months import Month

__all__ = ["Absence", "Line", "MemberIncome", "Regime", "Thresholds", "Working"]

Regime: TypeAlias = Literal["no_reception", "no_adults", "presumed", "below", "between", "above"]


class Line(NamedTuple):
    """An amount of the table, for whom, and how often it counts."""

    label: str
    times: int
    value: DatedValue

    @property
    def cents(self) -> int:
        """The amount, as often as it counts."""
        return self.times * int(self.value.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The leefgeld of a household for a month, the full contribution, and the two thresholds.

    From `leefgeld_withdrawn_from_cents` of income the leefgeld is withdrawn whole; from
    `contribution_due_from_cents` the full contribution (`full_contribution_cents`) is due. The
    exact values are numerator and denominator in cents before the one rounding. `steps` is the
    derivation; `provisional_because` names what is not verified.
    """

    month: Month
    adults: int
    children: int
    catering: bool
    leefgeld_lines: tuple[Line, ...]
    leefgeld_cents: int
    contribution_lines: tuple[Line, ...]
    full_contribution_cents: int
    adults_maximum: DatedValue
    rate: DatedValue
    leefgeld_withdrawn_from_exact: tuple[int, int]
    leefgeld_withdrawn_from_cents: int
    contribution_due_from_exact: tuple[int, int]
    contribution_due_from_cents: int
    provisional_because: tuple[str, ...]
    explain: Callable[[Thresholds], tuple[Step, ...]] = field(repr=False, compare=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The derivation of every amount, step by step."""
        return self.explain(self)

    @property
    def provisional(self) -> bool:
        """Whether a value that is not verified was used."""
        return bool(self.provisional_because)


@dataclass(slots=True)
class MemberIncome:
    """The income of one member: what counts, and what does not."""

    member: str
    earnings_cents: int = 0
    other_cents: int = 0
    reported: bool = False
    undated: bool = False
    lacks_basis: bool = False
    bases: tuple[str, ...] = ()
    uncounted: tuple[Uncounted, ...] = ()


class Absence(NamedTuple):
    """The days that a member was absent in the calendar year."""

    member: str
    days: int
    maximum: DatedValue

    @property
    def too_long(self) -> bool:
        """Whether they are more than the regulation allows."""
        return self.days > int(self.maximum.value)


@dataclass(slots=True)
class Working:
    """Everything one assessment came from."""

    facts: HouseholdMonth
    thresholds: Thresholds | None
    adults: int
    choices: MunicipalChoices | None
    version: ChoicesVersion | None
    reference: Month
    members: tuple[MemberIncome, ...]
    absences: tuple[Absence, ...]
    earnings_cents: int
    other_cents: int
    regime: Regime
    presumed_adults: int = 0
    contribution_cents: int = 0
    charge_exact: tuple[int, int] | None = None
    withdrawn_cents: int | None = None
    withdrawn_exact: tuple[int, int] | None = None
    from_earnings_exact: tuple[int, int] | None = None
    from_earnings_cents: int = 0
    from_other_cents: int = 0

    @property
    def income_cents(self) -> int:
        """The countable income of the adults of the household together."""
        return self.earnings_cents + self.other_cents
