"""What three variants of the VNG idea would do: a study, cell by cell.

Run it whole (python examples/policy/study.py --out study), or open it where cells (`# %%`) can be
run one by one. The households are made: nobody in them exists, and nothing here is a prediction.
Every number that was taken for granted stands in assumptions-reba.toml.
"""

# %% What is asked, and of whom
from __future__ import annotations

import argparse
import time
from pathlib import Path

from reba import HouseholdMonth, load_law, load_policy
from reba.money import format_euros
from reba.simulation import (
    Reform,
    grid,
    load_assumptions,
    make_population,
    population_of,
    reformed,
    simulate,
    study,
    variants_of,
    write_report,
)
from reba.simulation.chunks import Reports, household_type, reports_of
from reba.simulation.figures import figures_of
from reba.simulation.measures import WORKING, groups_of, measure
from reba.simulation.one_by_one import lived_months

HERE = Path(__file__).parent
MONTHS = 36


def main() -> None:
    """Make the households, live them through, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--out", type=Path, default=Path("study"))
    parser.add_argument("--households", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    law = load_law()
    assumptions = load_assumptions(HERE / "assumptions-reba.toml")
    policies = [load_policy(HERE / f"{name}.toml") for name in ("quarter", "half", "most")]
    facts = [
        HouseholdMonth.model_validate(each)
        for each in make_population(assumptions, households=options.households, seed=options.seed)
    ]
    print(f"{options.households} made households, {len(facts)} reports")

    # %% Three variants, and what moves the second one
    found = study(facts, variants_of(policies, law), assumptions, months=MONTHS, sensitivity=True)
    for variant in found.simulation.variants:
        figures = figures_of(measure(groups_of(variant)[WORKING], assumptions))
        print(
            f"{variant.name:12} saved {format_euros(figures['saved_cents'] or 0):>9} a household, "
            f"reception receives {format_euros(figures['receives_less_cents'] or 0):>9} less"
        )
    files = write_report(found.simulation, found.lines, options.out, runs=found.runs)
    print(f"{len(files)} files in {options.out}: open report-nl.html or report-en.html")

    # %% A reform of the law beside it: a higher exemption
    half = policies[1]
    start = time.perf_counter()
    higher = reformed(law, {"reba.exemption_maximum": "250.00"}, source="a question of this study")
    milliseconds = round((time.perf_counter() - start) * 1000)
    population = population_of(facts, months=MONTHS)
    reform = Reform("exemption up to 250 euros", higher)
    both = simulate(population, variants_of([half], law, [reform]), assumptions, months=MONTHS)
    before, after = (sum(groups_of(each)["all"].contribution_cents) for each in both.variants)
    print(f"reform made in {milliseconds} ms: contributions {format_euros(after - before)} euros")

    # %% A sweep: twenty-five variants in one call
    axes = {
        "reserve.share": ["0.10", "0.25", "0.50", "0.75", "1.00"],
        "reserve.monthly_max": ["50.00", "100.00", "150.00", "200.00", "none"],
    }
    swept = simulate(population, grid(half, law, axes), assumptions, months=MONTHS)
    best = max(swept.variants, key=lambda each: groups_of(each)["all"].balance_cents[-1])
    print(f"of {len(swept.variants)} variants, {best.name} saves most")

    # %% Any number can be traced: one household, one month, one `reba assess`
    share = assumptions.collection_share
    traced = next(
        each
        for each in reports_of(facts)
        if isinstance(each, Reports) and household_type(each).working
    )
    month = lived_months(
        traced,
        half,
        law,
        months=MONTHS,
        calendar="standing",
        collection_share=(share.numerator, share.denominator),
    )[11]
    file = options.out / "traced.json"
    file.write_text(month.facts.record_json() + "\n", encoding="utf-8")
    print(
        f"{traced.household} in month 12 owes {format_euros(month.assessment.contribution_cents)} "
        f"and saves {format_euros(month.reserve.reserved_cents)}: try reba assess {file}"
    )
    for step in month.assessment.steps[-3:]:
        print(f"  {step.label_en}: {format_euros(step.amount_cents or 0)} ({step.legal[0]})")


if __name__ == "__main__":
    main()
