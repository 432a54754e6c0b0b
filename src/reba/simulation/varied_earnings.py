"""A household of which one adult earns any amount, asked through the real rules.

1. Only the earnings vary: every other fact stays as it was validated.
2. Where the municipality has to choose and did not, the bounds of what it may choose are computed
   by the same rules, under the least and under the most.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from reba.errors import FactsError, LawError
from reba.fact_checks import EARNINGS_KINDS
from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.law.choices import MunicipalChoices, parse_choices
from reba.law.parameters import Law
from reba.law.trace import Step
from reba.months import Month

__all__ = ["Assessed", "Bounds", "Found", "VariedEarnings"]

_CHOICES: Final = """
[choices]
id = "lawful-bound"
municipality = "none: a bound of what may be chosen"
source = "RooO: wholly or partly (geheel of ten dele)"
valid_from = 1900-01-01
[rules]
income_proof = "measured"
reference_period = "month"
below_first = "{part}"
between = "{part}"
"""


_UNDECIDED: Final = ("undecided",)


class Bounds(NamedTuple):
    """What the municipality may lawfully choose between, in cents; it has not chosen."""

    contribution_least_cents: int
    contribution_most_cents: int
    withdrawn_least_cents: int
    withdrawn_most_cents: int
    kept_least_cents: int
    kept_most_cents: int


@lru_cache(maxsize=2)
def _bound(part: str) -> MunicipalChoices:
    """Return the choices of a municipality that takes nothing, or all it lawfully may."""
    return parse_choices(_CHOICES.format(part=part), file="a bound")


class Assessed(NamedTuple):
    """The part of an assessment of which savings are set aside."""

    scheme: str
    month: Month
    contribution_cents: int
    from_earnings_cents: int
    from_other_income_cents: int


class Found(NamedTuple):
    """What holds at some earnings; `rules` names the steps: where they differ, so do the rules.

    Kept is what remains of the earnings after contribution and withdrawn leefgeld. Where the
    municipality did not choose, there are bounds and no amounts.
    """

    earnings_cents: int
    assessed: Assessed | None
    withdrawn_cents: int | None
    kept_cents: int | None
    bounds: Bounds | None
    rules: tuple[str, ...]
    unverified: tuple[str, ...]


def _withdrawn(steps: tuple[Step, ...]) -> int:
    """Return the leefgeld that the trace says is withdrawn; where there is none, none is."""
    for step in steps:
        if step.id == "leefgeld_withdrawn":
            return step.amount_cents or 0
    return 0


class VariedEarnings:
    """A household of which one adult earns any amount; asked once for each."""

    def __init__(
        self,
        facts: HouseholdMonth,
        law: Law,
        choices: MunicipalChoices | None,
    ) -> None:
        self._facts, self._law, self._choices = facts, law, choices
        self._known: dict[int, Found] = {}
        self._rules: dict[tuple[str, ...], tuple[str, ...]] = {}
        places = (
            (member, item)
            for member, each in enumerate(facts.members)
            for item, income in enumerate(each.income)
            if income.kind in EARNINGS_KINDS
        )
        place = next(places, None)
        if place is None:
            raise FactsError("facts.missing", key="income")
        self._member, self._item = place

    def facts_at(self, earnings_cents: int) -> HouseholdMonth:
        """Return the facts with these earnings; every other fact stays as it was validated."""
        member = self._facts.members[self._member]
        income, members = list(member.income), list(self._facts.members)
        income[self._item] = income[self._item].model_copy(update={"net_cents": earnings_cents})
        members[self._member] = member.model_copy(update={"income": tuple(income)})
        return self._facts.model_copy(update={"members": tuple(members)})

    def asked(self) -> tuple[Found, ...]:
        """Return everything that was asked, in the order of the earnings."""
        return tuple(self._known[cents] for cents in sorted(self._known))

    def at(self, earnings_cents: int) -> Found:
        """Return what holds at these earnings."""
        found = self._known.get(earnings_cents)
        if found is None:
            found = self._known[earnings_cents] = self._ask(earnings_cents)
        return found

    def _ask(self, earnings_cents: int) -> Found:
        facts = self.facts_at(earnings_cents)
        try:
            assessment = assess(facts, self._law, self._choices)
        except LawError as error:
            if error.code != "law.choices_missing":
                raise
            return self._undecided(earnings_cents, facts)
        if "choices" in assessment.not_supplied:
            return self._undecided(earnings_cents, facts)
        # The steps are not kept: there are some twenty at every euro, and few are ever told.
        steps = assessment.steps
        rules = tuple([step.id for step in steps])
        withdrawn = _withdrawn(steps)
        return Found(
            earnings_cents,
            Assessed(
                assessment.scheme,
                assessment.month,
                assessment.contribution_cents,
                assessment.from_earnings_cents,
                assessment.from_other_income_cents,
            ),
            withdrawn,
            earnings_cents - assessment.contribution_cents - withdrawn,
            None,
            self._rules.setdefault(rules, rules),
            assessment.provisional_because,
        )

    def steps(self, earnings_cents: int) -> tuple[Step, ...]:
        """Return the trace at earnings for which the municipality has chosen."""
        return assess(self.facts_at(earnings_cents), self._law, self._choices).steps

    def _undecided(self, earnings_cents: int, facts: HouseholdMonth) -> Found:
        least = assess(facts, self._law, _bound("nothing"))
        most = assess(facts, self._law, _bound("full"))
        contributions = least.contribution_cents, most.contribution_cents
        withdrawn = _withdrawn(least.steps), _withdrawn(most.steps)
        bounds = Bounds(
            *contributions,
            *withdrawn,
            kept_least_cents=earnings_cents - contributions[1] - withdrawn[1],
            kept_most_cents=earnings_cents - contributions[0] - withdrawn[0],
        )
        because = tuple(dict.fromkeys((*least.provisional_because, *most.provisional_because)))
        return Found(earnings_cents, None, None, None, bounds, _UNDECIDED, because)
