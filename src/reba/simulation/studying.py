"""A study (doorrekening): all that a report needs, from one reading of the facts.

1. The policies, the reforms and the sensitivity of the first policy are lived through together, so
   that they are about the same households.
2. Budget lines are drawn of typical households, not of those of the population.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from itertools import chain
from typing import Final, NamedTuple

from reba.errors import LawError
from reba.facts import SCHEMES, HouseholdMonth
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.simulation.assumptions import Assumptions
from reba.simulation.budget_lines import BudgetLine, budget_lines, household_types
from reba.simulation.figures import ParameterRuns, Run
from reba.simulation.report_shown import VARIANTS_MAX
from reba.simulation.results import Calendar, Simulation, VariantResult
from reba.simulation.run import Variant
from reba.simulation.simulating import simulate
from reba.simulation.sweep import Nudge, nudges_of

__all__ = ["Study", "lines_of", "study"]

LINE_MAXIMUM_CENTS: Final = 250_000
"""Budget lines go from nothing to this net wage a month."""
LINE_STEP_CENTS: Final = 500
_DRAWN: Final = ("single", "single_parent_1", "couple_2")


class Study(NamedTuple):
    """A simulation, the budget lines beside it, and what moves the first policy."""

    simulation: Simulation
    lines: tuple[BudgetLine, ...]
    runs: tuple[ParameterRuns, ...]


def _runs(
    base: VariantResult,
    moved: Sequence[VariantResult],
    nudges: Sequence[Nudge],
    assumptions: Assumptions,
) -> tuple[ParameterRuns, ...]:
    found: list[ParameterRuns] = []
    for number, nudge in enumerate(nudges):
        low, high = moved[2 * number], moved[2 * number + 1]
        found.append(
            ParameterRuns(
                nudge.axis,
                Run(nudge.low_text, low, assumptions),
                Run(nudge.base_text, base, assumptions),
                Run(nudge.high_text, high, assumptions),
            )
        )
    return tuple(found)


def lines_of(
    schemes: Sequence[str],
    month: Month,
    policies: Sequence[SavingsPolicy],
    law: Law,
    choices: MunicipalChoices | None,
) -> tuple[BudgetLine, ...]:
    """Draw the budget lines of typical households, where the law has the amounts of the month.

    A household of which the law does not know the amounts has no line.
    """
    found: list[BudgetLine] = []
    for scheme in SCHEMES:
        if scheme not in schemes:
            continue
        covering = [policy for policy in policies if scheme in policy.schemes]
        for household in household_types(scheme, month):
            if household.name.partition(".")[0] not in _DRAWN:
                continue
            try:
                found.extend(
                    budget_lines(
                        household.facts,
                        law,
                        policies=covering or [None],
                        maximum_cents=LINE_MAXIMUM_CENTS,
                        step_cents=LINE_STEP_CENTS,
                        choices=choices if scheme == SCHEMES[1] else None,
                    )
                )
            except LawError as error:
                if error.code != "law.no_value":
                    raise
    return tuple(found)


def study(
    facts: Iterable[HouseholdMonth],
    variants: Sequence[Variant],
    assumptions: Assumptions,
    *,
    months: int,
    calendar: Calendar = "standing",
    choices: MunicipalChoices | None = None,
    sensitivity: bool = False,
    lines: bool = True,
    executor: Executor | None = None,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Study:
    """Simulate, and draw all that a report of it needs (doorrekening).

    Args:
        facts: reports, of a household one after the other.
        variants: policies under sets of statutory parameters, from `variants_of` or `grid`.
        assumptions: how long people stay, how stays end, what comes in, and what is followed.
        months: 1 to 600, and no fewer than the longest stay.
        calendar: "standing" keeps the law and ages of the first month, "running" carries them on.
        choices: what the municipality chose, for the RooO.
        sensitivity: whether every number of the first variant is moved down and up by a tenth; of
            the law, those of the scheme and the month of the first report.
        lines: whether budget lines are drawn, of at most as many policies as a page shows.
        executor: who lives through chunks; this process does where there is none.
        workers: how many chunks the executor has at once.
        progress: told how many households were lived through.

    Raises:
        SimulationError, PolicyError: as `simulate`.
    """
    reports = iter(facts)
    head = next(reports, None)
    nudges: tuple[Nudge, ...] = ()
    if sensitivity and head is not None and variants:
        base = variants[0]
        nudges = nudges_of(base.policy, base.law, (head.scheme,), head.month)
    moved = [variant for nudge in nudges for variant in (nudge.low, nudge.high)]
    simulation = simulate(
        reports if head is None else chain((head,), reports),
        (*variants, *moved),
        assumptions,
        months=months,
        calendar=calendar,
        choices=choices,
        executor=executor,
        workers=workers,
        progress=progress,
    )
    results = simulation.variants
    shown, others = results[: len(variants)], results[len(variants) :]
    policies = list({variant.policy.digest: variant.policy for variant in variants}.values())
    month = Month.parse(simulation.first_months[0])
    drawn = lines and len(policies) <= VARIANTS_MAX
    return Study(
        replace(simulation, variants=shown),
        lines_of(simulation.schemes, month, policies, variants[0].law, choices) if drawn else (),
        _runs(shown[0], others, nudges, assumptions),
    )
