"""How a payroll system imports the library: its own export in, contributions and errors out.

Run it: python examples/payroll_import.py examples/payroll/export-2015-03.csv
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from reba import Assessment, HouseholdMonth, RebaError, assess, load_law
from reba.money import format_euros

LAW = load_law()


def household_months(export: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Map each row of the export to the facts of one single worker, as plain data."""
    with export.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file, delimiter=";"), start=2):
            member: dict[str, object] = {
                "id": "P-1",
                "born": row["birth_date"],
                "residence_status": "permit_holder" if row["permit"] == "Y" else "asylum_seeker",
                "income": [{"kind": "earnings", "net": row["net_wage"].replace(",", ".")}],
            }
            if row["exempt_weeks"]:  # absent stays absent: the library says when it is needed
                member["exemption_weeks_used"] = int(row["exempt_weeks"])
            yield (
                line,
                {
                    "scheme": "reba-2008",
                    "month": row["period"],
                    "household": row["pseudonym"],
                    "members": [member],
                    "provisions": {"shelter": True, "catering": row["meals"] == "Y"},
                },
            )


def contributions(export: Path) -> Iterator[tuple[int, Assessment | RebaError]]:
    """Assess each row; an unusable one becomes its error, and the rest goes on."""
    for line, facts in household_months(export):
        try:
            yield line, assess(HouseholdMonth.model_validate(facts), LAW)
        except RebaError as error:
            yield line, error


def main(export: Path) -> int:
    """Print a line for each row; return 1 where a row could not be used."""
    failed = 0
    for line, result in contributions(export):
        if isinstance(result, RebaError):
            failed += 1
            sys.stdout.write(f"line {line}: [{result.code}] {result}\n")
            continue
        amount = format_euros(result.contribution_cents)
        missing = (
            f" (not supplied: {', '.join(result.not_supplied)})" if result.not_supplied else ""
        )
        sys.stdout.write(f"{result.household} {result.month}: {amount}{missing}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
