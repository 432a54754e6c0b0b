"""How a payroll system imports the library: its own export in, contributions and errors out.

Run it: python examples/payroll_import.py examples/payroll/export-2015-03.csv

The export has a row a person. The law pools what a family earns under one ceiling, so the rows of
one household become one assessment. What cannot be mapped is handed over as it stands: the library
then says what is wrong with it, and nothing is guessed here.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from reba import Assessment, HouseholdMonth, RebaError, assess, load_law
from reba.money import format_euros

HEADER: Final = "period;household;person;birth_date;permit;net_wage;exempt_weeks"
STATUS: Final = {"Y": "permit_holder", "N": "asylum_seeker"}
CENTRE: Final = {"shelter": True, "catering": False}  # the same for all who live there


class Result(NamedTuple):
    """What became of one household of the export, and the line on which it starts."""

    line: int
    household: str
    outcome: Assessment | RebaError


def member(row: dict[str, str]) -> dict[str, object]:
    """Map one row of the export to the facts of one person."""
    facts: dict[str, object] = {
        "id": row["person"],
        "born": row["birth_date"],
        "residence_status": STATUS.get(row["permit"], row["permit"]),
    }
    if row["net_wage"]:
        facts["income"] = [{"kind": "earnings", "net": row["net_wage"].replace(",", ".")}]
    if weeks := row["exempt_weeks"]:  # absent stays absent: the library says when it is needed
        facts["exemption_weeks_used"] = int(weeks) if weeks.isdecimal() else weeks
    return facts


def household_months(export: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Gather the rows of each household, with the line on which it starts."""
    found: dict[tuple[str, str], tuple[int, list[dict[str, object]]]] = {}
    with export.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, delimiter=";", restval="")
        if ";".join(table.fieldnames or ()) != HEADER:
            message = f"{export}: the first line must be {HEADER}"
            raise SystemExit(message)
        for row in table:
            key = (row["period"], row["household"])
            found.setdefault(key, (table.line_num, []))[1].append(member(row))
    for (month, household), (line, members) in found.items():
        about = {"scheme": "reba-2008", "month": month, "household": household}
        yield line, {**about, "members": members, "provisions": CENTRE}


def contributions(export: Path) -> Iterator[Result]:
    """Assess each household; an unusable one becomes its error, and the rest goes on."""
    law = load_law()
    for line, facts in household_months(export):
        try:
            outcome: Assessment | RebaError = assess(HouseholdMonth.model_validate(facts), law)
        except RebaError as error:
            outcome = error
        yield Result(line, str(facts["household"]), outcome)


def report(result: Result) -> Iterator[str]:
    """Say what a household owes, or each fault that keeps it from being assessed."""
    line, household, outcome = result
    if isinstance(outcome, RebaError):
        for fault in outcome.faults or (outcome.as_fault(),):
            yield f"line {line}, {household} {fault.path}: [{fault.code}] {fault.reason}\n"
        return
    missing = f" (not supplied: {', '.join(outcome.not_supplied)})" if outcome.not_supplied else ""
    yield f"{household} {outcome.month}: {format_euros(outcome.contribution_cents)}{missing}\n"


def main(export: Path) -> int:
    """Print what became of each household; return 1 where one could not be used."""
    results = list(contributions(export))
    for result in results:
        sys.stdout.writelines(report(result))
    return 1 if any(isinstance(result.outcome, RebaError) for result in results) else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
