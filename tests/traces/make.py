"""Write the traces again: PYTHONPATH=tests python tests/traces/make.py. Then read the diff.

Each worked case below is told step by step, with everything that a step holds: what went in, the
exact value before rounding, the dated parameters, and the articles. Together the cases reach every
kind of step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cases.test_cases import _cases, _choices, _facts
from reba import Assessment, AssetPosition, HouseholdMonth, assess, asset_position, load_law
from reba.law.choices import MunicipalChoices
from reba.law.trace import Language, Step, step_record

Case = dict[str, Any]
HERE = Path(__file__).parent

TOLD = {
    "reba-2008": (
        "income comes first, assets fill up to the ceiling",
        "earnings of a child count, with an exemption of its own",
        "obligations do not reduce the income of another member",
        "what is no means: child benefit, Rva allowance, chores, reimbursed costs",
        "compensation for immaterial damage that is justified is no assets",
        "asylum seeker with 24 weeks used before: no exemption",
        "under the ceiling earnings and other income share pro rata",
        "no allowance is provided: only the housing",
        "no shelter is provided: only the allowance",
        "holiday pay of an earlier month does not count now",
        "single parent in February 2014: the supplement is gone",
        "a gift that is justified is no means",
        "couple with two children: 169,50 x 4,33 = 733,935, an exact tie, goes up",
        "couple with three children: housing at its maximum",
        "savings from income are exempt",
        "unaccompanied minor: the amount of an adult",
        "April 2009, one adult: 435,34",
        "2011, two persons: twice that, 11110",
    ),
    "rooo": (
        "half way between the thresholds, pro rata",
        "an adult family member's income decides too: earnings and benefit share pro rata",
        "eighteen on the second: an unaccompanied minor, in the row of a single person",
        "tie: 1 adult and 7 children",
        "two adults, meals served, July 2024: 694,96",
        "no municipal reception, no contribution",
        "presumption: no leefgeld is paid, no income is reported",
        "half way between the thresholds, nothing",
        "half way between the thresholds, as much as is lawful: the household keeps its leefgeld",
        "one cent under the first threshold: nothing is due",
        "maintenance is no income under the RooO",
        "Hilversum, household of 3: at the second threshold",
        "income of the month itself decides the next",
        "fixed dates: income of July decides October",
    ),
}
"""Titles of worked cases of `tests/cases`, by scheme."""

OWN: dict[str, tuple[tuple[str, Case], ...]] = {
    "reba-2008": (
        (
            "a month of which no asset limit is known, and nothing is owned",
            {
                "scheme": "reba-2008", "month": "2009-04", "household": "H-1",
                "members": [{
                    "id": "P-1", "born": "1985-06-15", "residence_status": "asylum_seeker",
                }],
                "assets": {
                    "at_start": "0.00", "debts_at_start": "0.00", "started_on": "2009-04-01",
                    "receipts": [], "charged_before": "0.00",
                },
                "provisions": {"shelter": True, "catering": False},
            },
        ),
        (
            "assets of which nobody said what was charged before, and nobody said what is owed",
            {
                "scheme": "reba-2008", "month": "2015-06", "household": "H-1",
                "members": [{
                    "id": "P-1", "born": "1985-06-15", "residence_status": "permit_holder",
                    "income": [
                        {"kind": "benefit", "net": "100.00"},
                        {"kind": "immaterial_damages", "net": "50.00", "justified": True,
                         "reason": "a fall"},
                    ],
                }],
                "assets": {
                    "at_start": "6045.00", "debts_at_start": "0.00", "started_on": "2015-01-01",
                    "receipts": [{"on": "2015-05-01", "kind": "gift", "amount": "10.00",
                                  "justified": True, "reason": "a birthday"}],
                },
                "provisions": {"shelter": True, "catering": False},
            },
        ),
    ),
    "rooo": (
        (
            "what a decision needs and nobody gave; debts, which change nothing",
            {
                "scheme": "rooo", "month": "2025-10", "household": "H-1",
                "members": [
                    {"id": "P-1", "born": "1985-06-15", "absent_days_this_year": 29,
                     "obligations": "10.00", "income": [
                         {"kind": "earnings", "net": "200.00"},
                         {"kind": "gift", "net": "5.00", "justified": True, "reason": "a birthday"},
                     ]},
                    {"id": "P-2", "born": "1986-06-15", "absent_days_this_year": 28},
                    {"id": "P-3", "born": "2010-01-01",
                     "income": [{"kind": "earnings", "net": "7.00"}]},
                ],
                "provisions": {"shelter": True, "catering": False},
            },
        ),
        (
            "one member with wages from two sources of knowledge",
            {
                "scheme": "rooo", "month": "2025-11", "household": "H-1",
                "members": [{"id": "P-1", "born": "1985-06-15", "income": [
                    {"kind": "earnings", "net": "400.00", "basis": "uwv", "earned_in": "2025-10"},
                    {"kind": "earnings", "net": "600.00", "basis": "own_statement",
                     "earned_in": "2025-10"},
                    {"kind": "earnings", "net": "9.00", "earned_in": "2025-11"},
                ]}],
                "provisions": {"shelter": True, "catering": True},
            },
        ),
    ),
}  # fmt: skip
"""Cases that no worked case reaches."""

Told = Assessment | AssetPosition


def _worked(title: str) -> Told:
    case = next(p.values[0] for p in _cases() if p.values[0]["title"] == title)
    household = HouseholdMonth.from_json(json.dumps(_facts(case)))
    if case.get("assets_only"):
        return asset_position(household, load_law())
    choices: MunicipalChoices | None = _choices(case)
    return assess(household, load_law(), choices)


def assessments(scheme: str) -> Iterator[tuple[str, Told]]:
    """Give the cases of a scheme with their titles."""
    for title in TOLD[scheme]:
        yield title, _worked(title)
    for title, facts in OWN[scheme]:
        yield title, assess(HouseholdMonth.model_validate(facts), load_law())


def _told(step: Step) -> Iterator[str]:
    record: dict[str, Any] = step_record(step)
    amount = "-" if record["amount_cents"] is None else record["amount_cents"]
    yield f"{record['id']}  {amount}"
    if record["unrounded"] is not None:
        yield f"    exact {record['unrounded']}, {record['rounding']}"
    for name, value in record["inputs"].items():
        yield f"    in {name} = {value}"
    for value in record["parameters"]:
        until = value["valid_to"] or "now"
        yield (
            f"    law {value['name']} = {value['value']} {value['unit']}, {value['valid_from']} to "
            f"{until}, {value['status']}, {value['jci']}, {value['url']}"
        )
    yield f"    by {', '.join(record['legal'])}"


def page(scheme: str) -> str:
    """Tell all cases of a scheme, and say what each step means in two languages."""
    told, labels = [], {}
    for title, found in assessments(scheme):
        told += [f"=== {title}", *(line for step in found.steps for line in _told(step)), ""]
        for step in found.steps:
            labels[step.id] = f"{step.id}: {step.label_nl} / {step.label_en}"
    return "\n".join([*told, "=== what the steps mean", *sorted(labels.values()), ""])


def rendering(scheme: str, language: Language) -> str:
    """Write the first case of a scheme as a caseworker reads it."""
    _, found = next(assessments(scheme))
    return found.render(language) + "\n"


def files() -> dict[Path, str]:
    """Return every file of this folder with what should stand in it."""
    found = {HERE / f"{scheme}.txt": page(scheme) for scheme in TOLD}
    for scheme in TOLD:
        found[HERE / f"{scheme}-nl.txt"] = rendering(scheme, "nl")
        found[HERE / f"{scheme}-en.txt"] = rendering(scheme, "en")
    return found


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
