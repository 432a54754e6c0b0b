"""Make the facts of a month of a made population: the same seed gives the same bytes.

Nobody in it exists. Compositions, incomes and payments are drawn to reach every branch of the
rules, not to resemble anyone. A few rows are wrong on purpose, as they are in practice.

Run it: python examples/population/make_population.py --month 2015-03 --households 500 > march.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from typing import Any

from reba import HouseholdMonth, Month, RebaError, assess, load_law
from reba.money import format_euros

Facts = dict[str, Any]
COMPOSITIONS = (
    *[(1, 0)] * 8, *[(2, 0)] * 3, (1, 1), (1, 2), (1, 3), (2, 1), (2, 1), (2, 2), (2, 2), (2, 3),
    (2, 4), (2, 5), (2, 6), (2, 8), (3, 0), (3, 2), (0, 1),
)  # fmt: skip
OTHER = ("benefit", "maintenance", "asset_income", "tax_refund")


def _member(draw: random.Random, number: int, *, adult: bool) -> Facts:
    year = draw.randint(1950, 1995) if adult else draw.randint(1998, 2014)
    return {
        "id": f"P-{number}",
        "born": f"{year}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        "residence_status": draw.choice(("asylum_seeker", "asylum_seeker", "permit_holder")),
    }


def _euros(draw: random.Random, least: int, most: int) -> str:
    return format_euros(draw.randint(least * 100, most * 100))


def _income(draw: random.Random, month: Month) -> list[Facts]:
    items: list[Facts] = [{"kind": "earnings", "net": _euros(draw, 40, 1900)}]
    if draw.random() < 0.1:
        items.append({"kind": draw.choice(OTHER), "net": _euros(draw, 10, 400)})
    if draw.random() < 0.05:
        items.append(
            {"kind": "holiday_pay", "net": _euros(draw, 20, 300), "earned_in": str(month - 1)}
        )
    if draw.random() < 0.05:
        items.append(
            {
                "kind": "gift",
                "net": _euros(draw, 10, 100),
                "justified": draw.random() < 0.7,
                "reason": "assessed by the caseworker",
            }
        )
    return items


def _assets(draw: random.Random, month: Month) -> Facts:
    receipts: list[Facts] = []
    if draw.random() < 0.5:
        kind = draw.choice(("penalty_payment", "inheritance", "sale", "savings_from_income"))
        on = (month - draw.randint(0, 5)).first_day.isoformat()
        receipts.append({"on": on, "kind": kind, "amount": _euros(draw, 200, 15_000)})
    return {
        "at_start": _euros(draw, 0, 9000),
        "debts_at_start": _euros(draw, 0, 1500) if draw.random() < 0.3 else "0.00",
        "started_on": (month - draw.randint(6, 20)).first_day.isoformat(),
        "receipts": receipts,
        "charged_before": "0.00",
    }


def _household(draw: random.Random, number: int, month: Month) -> Facts:
    adults, children = draw.choice(COMPOSITIONS)
    members = [_member(draw, n, adult=n < adults) for n in range(adults + children)]
    for member in members:
        grown = member["born"] < f"{month.year - 16}"
        if grown and draw.random() < 0.45:
            member["income"] = _income(draw, month)
            member["obligations"] = _euros(draw, 0, 120) if draw.random() < 0.2 else "0.00"
            member["exemption_weeks_used"] = draw.choice((0, 4, 12, 20, 23, 24, 40))
        elif not grown and draw.random() < 0.3:
            member["child_benefit_since"] = (month - draw.randint(0, 12)).first_day.isoformat()
        if draw.random() < 0.05:
            member["receives_allowance"] = False
    facts: Facts = {
        "scheme": "reba-2008",
        "month": str(month),
        "household": f"H-{number:04d}",
        "members": members,
        "provisions": {"shelter": draw.random() < 0.97, "catering": draw.random() < 0.2},
    }
    if draw.random() < 0.35:
        facts["assets"] = _assets(draw, month)
    return facts


def _collect(draw: random.Random, facts: Facts) -> None:
    """Report what came in: all of it, part of it, nothing, or not yet known."""
    try:
        found = assess(HouseholdMonth.model_validate(facts), load_law()).contribution_cents
    except RebaError:
        return
    halves = draw.choice((2, 2, 2, 2, 1, 0, None))
    if halves is not None:
        facts["collected"] = format_euros(found * halves // 2)


def population(month: Month, households: int, seed: int = 2015) -> Iterator[Facts]:
    """Yield the facts of each household; the members of one stay the same from month to month."""
    for number in range(1, households + 1):
        draw = random.Random(f"{seed}/{number}")  # noqa: S311 (made people need no secrecy)
        facts = _household(draw, number, month)
        _collect(draw, facts)
        if number % 100 == 0:  # what goes wrong in practice: a number where an amount should be
            facts["collected"] = 100.0
        if number % 125 == 0:  # and a forgotten fact
            facts["members"][0].pop("residence_status")
        yield facts


def main() -> None:
    """Write one JSON object a line to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--month", default="2015-03")
    parser.add_argument("--households", type=int, default=500)
    options = parser.parse_args()
    for facts in population(Month.parse(options.month), options.households):
        sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main()
