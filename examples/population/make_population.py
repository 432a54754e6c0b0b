"""Make the facts of a month of a made population: the same options give the same bytes.

1. Nobody in it exists. Compositions, incomes and payments are drawn to reach every branch of the
   rules, not to resemble anyone.
2. Who lives in a household, and what it owned at the start, is drawn once: the next month shows
   the same people, a month older. Only wages and payments differ.
3. What was collected follows from the contribution, which the library computes.
4. A few households are reported wrongly on purpose, as happens in practice.

Run it: python examples/population/make_population.py --month 2015-04 > april-2015.jsonl
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import Final, NamedTuple, TextIO, TypeAlias, cast

from reba import HouseholdMonth, Law, Month, RebaError, assess, load_law
from reba.money import format_euros
from reba.runs.csv_rows import COLUMNS

Facts: TypeAlias = dict[str, object]

FIRST: Final = Month(2015, 1)
LAST: Final = Month(2015, 12)
WEEKS_COUNTED_IN: Final = Month(2015, 3)
EXEMPT_WEEKS_MAX: Final = 24
COMPOSITIONS: Final = (
    *[(1, 0)] * 12, *[(2, 0)] * 4, *[(0, 1)] * 2, (0, 2), (3, 0), (3, 2), (1, 1),
    *[(1, children) for children in range(1, 9)], *[(2, children) for children in range(1, 9)],
)  # fmt: skip
COUNTED: Final = ("maintenance", "asset_income", "tax_refund")
UNCOUNTED: Final = (
    "child_benefit", "rva_allowance", "chores", "cost_reimbursement", "exempt_asset_interest",
)  # fmt: skip
DISCRETIONARY: Final = ("gift", "immaterial_damages")
RECEIPTS: Final = ("penalty_payment", "penalty_payment", "inheritance", "sale", "other")


class Person(NamedTuple):
    """A member of a household. `weeks_used` is the state at the start of WEEKS_COUNTED_IN."""

    id: str
    born: date
    residence_status: str
    wage_cents: int
    benefit_cents: int
    weeks_used: int
    tells_obligations: bool
    receives_allowance: bool
    child_benefit_since: date | None


class Household(NamedTuple):
    """A household as it stays from month to month. `owned` is None where nobody asked."""

    id: str
    persons: tuple[Person, ...]
    arrived: date
    owned: tuple[int, int] | None
    receipts: tuple[Facts, ...]
    shelter: bool
    catering: bool


def _chance(draw: random.Random, percent: int) -> bool:
    return draw.randrange(100) < percent


def _day(draw: random.Random, first: date, last: date) -> date:
    return date.fromordinal(draw.randint(first.toordinal(), last.toordinal()))


def _decision(draw: random.Random, kind: str) -> Facts:
    if kind not in DISCRETIONARY:
        return {}
    return {"justified": _chance(draw, 70), "reason": "decided by the caseworker"}


def _person(draw: random.Random, number: int, status: str, born: date, *, adult: bool) -> Person:
    works = _chance(draw, 50 if adult else 10) and born.year < 1999
    child_benefit = not adult and _chance(draw, 40)
    return Person(
        id=f"P-{number}",
        born=born,
        residence_status=status,
        wage_cents=draw.randint(40_00, 1900_00) if works else 0,
        benefit_cents=draw.randint(100_00, 900_00) if adult and _chance(draw, 10) else 0,
        weeks_used=draw.choice((0, 4, 12, 20, 23, 24)),
        tells_obligations=_chance(draw, 80),
        receives_allowance=_chance(draw, 96),
        child_benefit_since=(Month(2014, 7) + draw.choice((0, 3, 6, 9, 12))).first_day
        if child_benefit
        else None,
    )


def _receipt(draw: random.Random, arrived: date) -> Facts:
    kind = draw.choice((*RECEIPTS, *DISCRETIONARY, "savings_from_income"))
    return {
        "on": _day(draw, arrived, LAST.last_day).isoformat(),
        "kind": kind,
        "amount": format_euros(draw.randint(200_00, 15_000_00)),
        **_decision(draw, kind),
    }


def make_household(number: int, seed: int) -> Household:
    """Draw who lives in a household, and what it owned when reception started."""
    draw = random.Random(f"{seed}/{number}")  # noqa: S311 (made people need no secrecy)
    adults, children = draw.choice(COMPOSITIONS)
    family_status = draw.choice(("asylum_seeker", "asylum_seeker", "permit_holder"))
    youngest = date(2001, 12, 31) if adults == 0 else date(2014, 12, 31)
    persons: list[Person] = []
    for index in range(adults + children):
        adult = index < adults
        born = (
            _day(draw, date(1950, 1, 1), date(1996, 12, 31))
            if adult
            else _day(draw, date(1997, 2, 1), youngest)
        )
        status = "permit_holder" if _chance(draw, 8) else family_status
        persons.append(_person(draw, index + 1, status, born, adult=adult))
    arrived = _day(draw, date(2013, 1, 1), date(2014, 12, 31))
    owned = None
    receipts: tuple[Facts, ...] = ()
    if _chance(draw, 60):
        most = draw.choice((500_00, 3000_00, 9000_00, 25_000_00))
        owned = (draw.randint(0, most), draw.randint(0, 1500_00) if _chance(draw, 30) else 0)
        receipts = tuple(_receipt(draw, arrived) for _ in range(draw.choice((0, 0, 1, 1, 2))))
    return Household(
        id=f"H-{number:04d}",
        persons=tuple(persons),
        arrived=arrived,
        owned=owned,
        receipts=receipts,
        shelter=_chance(draw, 97),
        catering=_chance(draw, 25),
    )


def _income(draw: random.Random, person: Person, month: Month) -> list[Facts]:
    items: list[Facts] = []

    def report(kind: str, cents: int, **more: object) -> None:
        items.append({"kind": kind, "net": format_euros(cents), **more})

    if person.wage_cents:
        report("earnings", person.wage_cents * draw.randint(90, 110) // 100)
        if _chance(draw, 10):
            earned_in = month - draw.choice((0, 0, 1, 2))
            report("holiday_pay", person.wage_cents * 8 // 100, earned_in=str(earned_in))
    if person.benefit_cents:
        report("benefit", person.benefit_cents)
    for kinds, percent, most in ((COUNTED, 5, 400_00), (UNCOUNTED, 12, 56_00)):
        if _chance(draw, percent):
            report(draw.choice(kinds), draw.randint(5_00, most))
    if _chance(draw, 4):
        kind = draw.choice(DISCRETIONARY)
        report(kind, draw.randint(10_00, 300_00), **_decision(draw, kind))
    return items


def _member(draw: random.Random, person: Person, month: Month) -> Facts:
    member: Facts = {
        "id": person.id,
        "born": person.born.isoformat(),
        "residence_status": person.residence_status,
    }
    if person.wage_cents and person.residence_status == "asylum_seeker":
        weeks = person.weeks_used + 4 * (month - WEEKS_COUNTED_IN)
        member["exemption_weeks_used"] = min(max(weeks, 0), EXEMPT_WEEKS_MAX)
    if not person.receives_allowance:
        member["receives_allowance"] = False
    since = person.child_benefit_since
    if since is not None and person.born <= since <= month.last_day:
        member["child_benefit_since"] = since.isoformat()
    if income := _income(draw, person, month):
        member["income"] = income
        if person.tells_obligations:
            cents = draw.randint(5_00, 150_00) if _chance(draw, 20) else 0
            member["obligations"] = format_euros(cents)
    return member


def _facts(household: Household, month: Month, charged_cents: int, draw: random.Random) -> Facts:
    facts: Facts = {
        "scheme": "reba-2008",
        "month": str(month),
        "household": household.id,
        "members": [_member(draw, person, month) for person in household.persons],
        "provisions": {"shelter": household.shelter, "catering": household.catering},
    }
    if household.owned is not None:
        at_start, debts = household.owned
        last_day = month.last_day.isoformat()
        facts["assets"] = {
            "at_start": format_euros(at_start),
            "debts_at_start": format_euros(debts),
            "started_on": household.arrived.isoformat(),
            "receipts": [r for r in household.receipts if cast("str", r["on"]) <= last_day],
            "charged_before": format_euros(charged_cents),
        }
    return facts


def _collected_cents(draw: random.Random, contribution_cents: int) -> int | None:
    """Draw what came in: mostly all of it, else a part, nothing, or not yet known."""
    came_in = draw.choice(("all", "all", "all", "all", "all", "all", "part", "part", "nothing", ""))
    if came_in == "part":
        return draw.randint(0, contribution_cents)
    return {"all": contribution_cents, "nothing": 0}.get(came_in)


def _report_wrongly(number: int, facts: Facts) -> None:
    if number % 100 == 0:  # a decimal comma
        facts["collected"] = "100,00"
    if number % 125 == 0:  # a forgotten fact
        del cast("list[Facts]", facts["members"])[0]["residence_status"]


def population(month: Month, households: int, law: Law, seed: int = 2015) -> Iterator[Facts]:
    """Yield the facts of each household for a month, as plain data for a JSON line.

    Args:
        month: a month of 2015, of which every amount of the law is verified.
        households: how many; the first ones are the same however many there are.
        law: the statutory parameters, from which it follows what there was to collect.
        seed: another seed makes other people.

    Raises:
        RebaError: what `assess` raises, where the law lacks an amount.
    """
    for number in range(1, households + 1):
        household = make_household(number, seed)
        charged_cents = 0
        start = month if household.owned is None else FIRST
        for at in (start + index for index in range(month - start + 1)):
            draw = random.Random(f"{seed}/{number}/{at}")  # noqa: S311 (as above)
            facts = _facts(household, at, charged_cents, draw)
            assessment = assess(HouseholdMonth.model_validate(facts), law)
            if at == month:
                collected = _collected_cents(draw, assessment.contribution_cents)
                if collected is not None:
                    facts["collected"] = format_euros(collected)
                _report_wrongly(number, facts)
                yield facts
            charged_cents += assessment.from_assets_cents


def _cells(part: Facts, prefix: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in part.items():
        if isinstance(value, dict):
            cells |= _cells(cast("Facts", value), f"{prefix}{key}.")
        elif not isinstance(value, list):
            text = value if isinstance(value, str) else json.dumps(value)
            cells[prefix + key] = text
    return cells


def flat_rows(facts: Facts) -> Iterator[dict[str, str]]:
    """Lay one household out as rows of the flat file: one a member-income, as columns to cells."""
    members = cast("list[Facts]", facts["members"])
    items = [
        _cells(member, "members.") | _cells(item, "members.income.")
        for member in members
        for item in cast("list[Facts]", member.get("income", [{}]))
    ]
    assets = cast("Facts", facts.get("assets", {}))
    receipts = [
        _cells(receipt, "assets.receipts.")
        for receipt in cast("list[Facts]", assets.get("receipts", []))
    ]
    without_income = _cells(members[-1], "members.")  # carries receipts beyond the last item
    for item, receipt in zip_longest(items, receipts):
        yield _cells(facts) | (item or without_income) | (receipt or {})


def write(people: Iterator[Facts], file: TextIO, kind: str) -> None:
    """Write households to a text file as JSON lines (`jsonl`) or flat rows (`csv`)."""
    if kind == "jsonl":
        file.writelines(json.dumps(facts) + "\n" for facts in people)
        return
    table = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for facts in people:
        table.writerows(flat_rows(facts))


def main() -> int:
    """Write the population to standard output."""
    parser = argparse.ArgumentParser(description="Make the facts of a month, the same each time.")
    parser.add_argument("--month", default="2015-03", help=f"from {FIRST} to {LAST}")
    parser.add_argument("--households", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2015)
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    options = parser.parse_args()
    try:
        month = Month.parse(options.month)
    except RebaError as error:
        parser.error(str(error))
    if not FIRST <= month <= LAST:
        parser.error(f"the households live from {FIRST} to {LAST}")
    write(
        population(month, options.households, load_law(), options.seed), sys.stdout, options.format
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
