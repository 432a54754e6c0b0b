"""A household lived through the slow way: `reba.assess` and `reba.reserve`, month by month.

It is what the columns are held against, and what a number of a report is traced to.
"""

from __future__ import annotations

from typing import NamedTuple

from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.law.assessment import Assessment
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.money import half_up
from reba.savings.policy import SavingsPolicy
from reba.savings.reserve import Reserve, reserve
from reba.simulation.carried import carried_facts, report_of
from reba.simulation.chunks import Reports
from reba.simulation.results import Calendar

__all__ = ["SimulatedMonth", "lived_months"]


class SimulatedMonth(NamedTuple):
    """A month of one household under one variant, in cents.

    `facts` are what `reba assess` takes; `balance_cents` is saved at the end of the month.
    """

    month_index: int
    facts: HouseholdMonth
    assessment: Assessment
    collected_cents: int
    reserve: Reserve
    balance_cents: int

    @property
    def withdrawn_cents(self) -> int:
        """The leefgeld withdrawn (RooO), as the trace says; zero where it says nothing."""
        return sum(
            step.amount_cents or 0
            for step in self.assessment.steps
            if step.id == "leefgeld_withdrawn"
        )


def lived_months(
    reports: Reports,
    policy: SavingsPolicy,
    law: Law,
    *,
    months: int,
    calendar: Calendar,
    collection_share: tuple[int, int],
    choices: MunicipalChoices | None = None,
) -> tuple[SimulatedMonth, ...]:
    """Live a household through all months, one `assess` and one `reserve` after the other.

    Raises:
        LawError, FactsError, ChoicesError: where the law refuses a month.
        PolicyError: policy.no_version.
    """
    first = reports.rows[0].month
    lived: list[SimulatedMonth] = []
    balance = 0
    row = reports.rows[0]
    charged = None if row.assets is None else row.assets.charged_before_cents
    for index in range(months):
        standing = report_of(reports, index)
        if standing is not row:
            row = standing
            reported = None if row.assets is None else row.assets.charged_before_cents
            charged = charged if reported is None else reported
        since = row.month - first
        as_months = [
            first if calendar == "standing" else first + each for each in range(since, index + 1)
        ]
        facts = carried_facts(row, law, as_months, charged_before_cents=charged)
        assessment = assess(facts, law, None if facts.scheme == REBA_2008 else choices)
        charged = (charged or 0) + assessment.from_assets_cents
        contribution = assessment.contribution_cents
        collected = facts.collected_cents
        if collected is None:
            collected = half_up(contribution * collection_share[0], collection_share[1])
        split = reserve(assessment, policy, collected_cents=collected, balance_cents=balance)
        balance += split.reserved_cents
        lived.append(SimulatedMonth(index, facts, assessment, collected, split, balance))
    return tuple(lived)
