"""The budget line (budgetlijn): what one keeps of earnings, cent by cent, and where that breaks.

1. Every amount comes from `reba.assess` and `reba.reserve`, with the earnings of one adult varied.
   No rule is written here again.
2. Kept is what remains of the earnings after the contribution and after leefgeld that is
   withdrawn. Kept with savings counts what is set aside as kept.
3. A cliff is where one more cent costs more than a cent; it is exact (`budget_cliffs.py`).
4. Between cliffs the line is straight but for rounding (`straight_lines.py`): each segment has one
   rate. The rate of a point is exactly what was not kept of the step up to it, rounding included.
5. Where the municipality has to choose and did not, there is no number: the point has the bounds
   of what may lawfully be chosen.
6. Savings are those of a month in which all that is due comes in, on top of the balance given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from reba.facts import HouseholdMonth
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.law.trace import Step
from reba.money import AMOUNT_MAX_CENTS
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.savings.reserve import reserve
from reba.simulation.budget_cliffs import Break, look
from reba.simulation.household_types import TypicalHousehold, household_types
from reba.simulation.straight_lines import Kink, Sample, Segment, kinks_of, segments_of
from reba.simulation.varied_earnings import Bounds, Found, VariedEarnings

__all__ = [
    "Bounds",
    "BudgetLine",
    "BudgetPoint",
    "Cliff",
    "Kink",
    "Segment",
    "TypicalHousehold",
    "budget_line",
    "budget_lines",
    "household_types",
]

POINTS_MAX: Final = 200_000
_EURO: Final = 100

_Kept: TypeAlias = Callable[[Found], int | None]


class BudgetPoint(NamedTuple):
    """What is kept of earnings (netto over), in cents; None where the municipality did not choose.

    `reserved_cents` and what rests on it are None without a policy. `rate` is the effective
    marginal rate (marginale druk) from the point before: the part of what was earned more that is
    not kept. It is above one across a cliff.
    """

    earnings_cents: int
    contribution_cents: int | None
    leefgeld_withdrawn_cents: int | None
    reserved_cents: int | None
    kept_cents: int | None
    kept_with_savings_cents: int | None
    rate: Fraction | None
    rate_with_savings: Fraction | None
    bounds: Bounds | None


class Cliff(NamedTuple):
    """A place where one more cent costs more than a cent (inkomensval).

    `earnings_cents` are the earnings with that cent. `loss_cents` is by how much less is kept than
    a cent earlier; with savings it can be smaller, or below zero. `causes` are the steps of the
    trace that the cent brought in or moved.
    """

    earnings_cents: int
    loss_cents: int
    loss_with_savings_cents: int | None
    causes: tuple[Step, ...]

    @property
    def legal(self) -> tuple[str, ...]:
        """The articles and publications that the causes cite."""
        return tuple(dict.fromkeys(source for step in self.causes for source in step.legal))


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """What one adult of a household keeps of earnings (budgetlijn), and where that breaks.

    `undecided` are ranges of earnings, both ends included, in which the municipality has to choose
    and did not. `segments` are the straight stretches; `kinks` the places where one passes into
    another with another rate.
    """

    scheme: str
    month: Month
    household: str
    law_digest: str
    choices_digest: str | None
    policy_digest: str | None
    provisional_because: tuple[str, ...]
    points: tuple[BudgetPoint, ...]
    cliffs: tuple[Cliff, ...]
    undecided: tuple[tuple[int, int], ...]
    segments: tuple[Segment, ...]
    segments_with_savings: tuple[Segment, ...]

    @property
    def provisional(self) -> bool:
        """Whether a value of the law that is not verified was used anywhere on the line."""
        return bool(self.provisional_because)

    @property
    def kinks(self) -> tuple[Kink, ...]:
        """Where the marginal rate changes."""
        return kinks_of(self.segments)

    @property
    def kinks_with_savings(self) -> tuple[Kink, ...]:
        """Where the marginal rate changes, when what is set aside counts as kept."""
        return kinks_of(self.segments_with_savings)


class _Saving:
    """What is set aside of each contribution found, under one policy or none; asked once each."""

    def __init__(self, policy: SavingsPolicy | None, balance_cents: int) -> None:
        self._policy, self._balance_cents = policy, balance_cents
        self._known: dict[int, int | None] = {}

    def reserved(self, found: Found) -> int | None:
        """Return what is set aside in a month in which all that is due comes in."""
        if found.earnings_cents not in self._known:
            self._known[found.earnings_cents] = self._reserve(found)
        return self._known[found.earnings_cents]

    def _reserve(self, found: Found) -> int | None:
        if self._policy is None or found.assessed is None:
            return None
        return reserve(
            found.assessed,
            self._policy,
            collected_cents=found.assessed.contribution_cents,
            balance_cents=self._balance_cents,
        ).reserved_cents

    def kept(self, found: Found) -> int | None:
        """Return what is kept and what is set aside together."""
        kept, reserved = found.kept_cents, self.reserved(found)
        return None if kept is None or reserved is None else kept + reserved


def _without_savings(found: Found) -> int | None:
    return found.kept_cents


def _cliff(broken: Break, saving: _Saving) -> Cliff:
    before, after = broken.before, broken.after
    kept, then = before.kept_cents or 0, after.kept_cents or 0
    saved, saved_then = saving.kept(before), saving.kept(after)
    with_savings = None if saved is None or saved_then is None else saved - saved_then
    return Cliff(after.earnings_cents, kept - then, with_savings, broken.causes)


def _rate(found: Found, before: Found | None, kept: _Kept) -> Fraction | None:
    if before is None:
        return None
    earlier, now = kept(before), kept(found)
    if earlier is None or now is None:
        return None
    earned = found.earnings_cents - before.earnings_cents
    return Fraction(earned - (now - earlier), earned)


def _points(shown: Sequence[Found], saving: _Saving) -> tuple[BudgetPoint, ...]:
    return tuple(
        BudgetPoint(
            found.earnings_cents,
            None if found.assessed is None else found.assessed.contribution_cents,
            found.withdrawn_cents,
            saving.reserved(found),
            found.kept_cents,
            saving.kept(found),
            _rate(found, before, _without_savings),
            _rate(found, before, saving.kept),
            found.bounds,
        )
        for found, before in zip(shown, [None, *shown], strict=False)
    )


def _segments(
    pieces: Iterable[Iterable[Found]], kept: _Kept, rounding_cents: int
) -> tuple[Segment, ...]:
    samples = [
        [
            Sample(found.earnings_cents, amount)
            for found in piece
            if (amount := kept(found)) is not None
        ]
        for piece in pieces
    ]
    return segments_of(samples, rounding_cents=rounding_cents)


def budget_lines(
    facts: HouseholdMonth,
    law: Law,
    *,
    policies: Sequence[SavingsPolicy | None],
    maximum_cents: int,
    minimum_cents: int = 0,
    step_cents: int = _EURO,
    choices: MunicipalChoices | None = None,
    balance_cents: int = 0,
) -> tuple[BudgetLine, ...]:
    """Draw the budget line (budgetlijn) under several policies; every amount is assessed once.

    Args:
        facts: the household; the first earnings in it are those that vary.
        law: the dated statutory parameters.
        policies: the savings policies; None stands for no savings.
        maximum_cents: the line ends at these earnings.
        minimum_cents: the line begins at these earnings.
        step_cents: between two points; cliffs are found to the cent whatever it is.
        choices: the municipal policy, for schemes that leave choices to municipalities.
        balance_cents: what the household saved before this month.

    Raises:
        FactsError: facts.missing where nobody in the household has earnings, not even of nothing;
            facts.exemption_weeks_missing.
        LawError: law.no_value, law.choices.
        ChoicesError: choices.no_version.
        PolicyError: policy.no_version.
        ValueError: for a maximum or a step that makes no line, or more points than a line has.
    """
    length_cents = maximum_cents - minimum_cents
    if minimum_cents < 0 or maximum_cents > AMOUNT_MAX_CENTS or not 0 < step_cents <= length_cents:
        msg = f"a line from {minimum_cents} to {maximum_cents} cents in steps of {step_cents}"
        raise ValueError(msg)
    points = length_cents // min(step_cents, _EURO)
    if points > POINTS_MAX:
        msg = f"{points} points; a budget line has at most {POINTS_MAX}"
        raise ValueError(msg)
    household = VariedEarnings(facts, law, choices)
    looked = look(household, minimum_cents, maximum_cents, step_cents)
    earnings = range(minimum_cents, maximum_cents + 1, step_cents)
    shown = [household.at(cents) for cents in earnings]
    because = tuple(dict.fromkeys(name for each in household.asked() for name in each.unverified))

    def line(policy: SavingsPolicy | None) -> BudgetLine:
        saving = _Saving(policy, balance_cents)
        return BudgetLine(
            scheme=facts.scheme,
            month=facts.month,
            household=facts.household,
            law_digest=law.digest,
            choices_digest=None if choices is None else choices.digest,
            policy_digest=None if policy is None else policy.digest,
            provisional_because=because,
            points=_points(shown, saving),
            cliffs=tuple(_cliff(each, saving) for each in looked.cliffs),
            undecided=looked.undecided,
            segments=_segments(looked.pieces, _without_savings, rounding_cents=1),
            segments_with_savings=_segments(looked.pieces, saving.kept, rounding_cents=2),
        )

    return tuple(line(policy) for policy in policies)


def budget_line(
    facts: HouseholdMonth,
    law: Law,
    *,
    maximum_cents: int,
    minimum_cents: int = 0,
    step_cents: int = _EURO,
    policy: SavingsPolicy | None = None,
    choices: MunicipalChoices | None = None,
    balance_cents: int = 0,
) -> BudgetLine:
    """Draw the budget line (budgetlijn) of a household: what is kept of the earnings of one adult.

    Args:
        facts: the household; the first earnings in it are those that vary.
        law: the dated statutory parameters.
        maximum_cents: the line ends at these earnings.
        minimum_cents: the line begins at these earnings.
        step_cents: between two points; cliffs are found to the cent whatever it is.
        policy: the savings policy, where savings are to be shown.
        choices: the municipal policy, for schemes that leave choices to municipalities.
        balance_cents: what the household saved before this month.

    Raises:
        FactsError: facts.missing where nobody in the household has earnings, not even of nothing;
            facts.exemption_weeks_missing.
        LawError: law.no_value, law.choices.
        ChoicesError: choices.no_version.
        PolicyError: policy.no_version.
        ValueError: for a maximum or a step that makes no line, or more points than a line has.

    Source: that of `reba.assess` and `reba.reserve`, which say every amount.

    >>> from reba import Month, load_law
    >>> single = household_types("reba-2008", Month(2015, 3))[2]
    >>> line = budget_line(single.facts, load_law(), maximum_cents=1000_00)
    >>> line.points[400].contribution_cents, line.points[400].kept_cents, line.points[400].rate
    (30000, 10000, Fraction(3, 4))
    >>> line.kinks, line.cliffs
    ((Kink(earnings_cents=59460, rate_before=Fraction(3, 4), rate_after=Fraction(0, 1)),), ())
    """
    (line,) = budget_lines(
        facts,
        law,
        policies=[policy],
        maximum_cents=maximum_cents,
        minimum_cents=minimum_cents,
        step_cents=step_cents,
        choices=choices,
        balance_cents=balance_cents,
    )
    return line
