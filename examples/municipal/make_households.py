"""Make the facts of a month of a made municipality under the RooO: same options, same bytes.

1. Nobody in it exists, and neither does the municipality. Households and incomes are drawn to
   reach every branch of the rules, not to resemble anyone.
2. Who lives in a household, and how its income lies to the thresholds, is drawn once. Amounts
   differ a little from month to month.
3. A month reports the income of the month before, which decides it.
4. Hardly anything is `collected`: the municipality invoices afterwards. Where something was paid at
   the counter, it follows from the contribution, which the library computes under choices.toml.
5. A few households are reported wrongly on purpose, as happens in practice.

Run it: python examples/municipal/make_households.py --month 2025-11 > november-2025.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from reba import HouseholdMonth, Law, Month, RebaError, assess, load_law
from reba.law.choices import MunicipalChoices, load_choices
from reba.law.rooo import Thresholds, thresholds
from reba.money import format_euros

Facts: TypeAlias = dict[str, object]
Situation: TypeAlias = Literal[
    "none", "silent", "below", "between", "above",
    "last_below", "first_between", "last_between", "first_above",
]  # fmt: skip
"""How income lies to the thresholds; `silent` reports none, and leefgeld is not paid either."""

CHOICES: Final = Path(__file__).with_name("choices.toml")
FIRST: Final = Month(2025, 10)
LAST: Final = Month(2025, 12)
COMPOSITIONS: Final = (
    *[(1, 0)] * 14, *[(2, 0)] * 6, *[(0, 1)] * 2, (0, 2), *[(3, 0)] * 4, *[(3, 2)] * 3,
    *[(1, 1)] * 4, *[(1, 2)] * 3, *[(2, 1)] * 3, *[(2, 2)] * 3,
    *[(1, children) for children in range(3, 9)], *[(2, children) for children in range(3, 9)],
)  # fmt: skip
WEIGHTS: Final[dict[Situation, int]] = {
    "none": 5, "silent": 2, "below": 4, "between": 5, "above": 7,
    "last_below": 1, "first_between": 1, "last_between": 1, "first_above": 1,
}  # fmt: skip
SITUATIONS: Final = tuple(each for each, weight in WEIGHTS.items() for _ in range(weight))
UNCOUNTED: Final = ("child_benefit", "maintenance", "tax_refund", "cost_reimbursement", "gift")
FAULT_EVERY: Final = 60


class Person(NamedTuple):
    """A member of a household. `absent_days` is None where nobody counted."""

    id: str
    born: date
    adult: bool
    kind: str
    receives_allowance: bool
    absent_days: int | None


class Household(NamedTuple):
    """A household as it stays from month to month. `percent` says how far within its situation."""

    id: str
    persons: tuple[Person, ...]
    situation: Situation
    percent: int
    share: int
    shelter: bool
    catering: bool


def _chance(draw: random.Random, percent: int) -> bool:
    return draw.randrange(100) < percent


def _day(draw: random.Random, first: date, last: date) -> date:
    return date.fromordinal(draw.randint(first.toordinal(), last.toordinal()))


def _born(draw: random.Random, *, adult: bool, alone: bool) -> date:
    if adult:
        return _day(draw, date(1948, 1, 1), date(2006, 12, 31))
    return _day(draw, date(2008, 1, 1), date(2011, 12, 31) if alone else date(2025, 8, 31))


def make_household(number: int, seed: int) -> Household:
    """Draw who lives in a household, and how its income lies to the thresholds."""
    draw = random.Random(f"{seed}/{number}")  # noqa: S311 (made people need no secrecy)
    adults, children = draw.choice(COMPOSITIONS)
    situation = draw.choice(SITUATIONS)
    persons: list[Person] = []
    for index in range(adults + children):
        adult = index < adults
        unpaid = situation in {"silent", "above"} and (index == 0 or _chance(draw, 50))
        persons.append(
            Person(
                id=f"P-{index + 1}",
                born=_born(draw, adult=adult, alone=adults == 0),
                adult=adult,
                kind=draw.choice(("earnings", "earnings", "earnings", "benefit")),
                receives_allowance=not (adult and unpaid),
                absent_days=draw.choice((0, 3, 14, 28, 29, 40)) if _chance(draw, 8) else None,
            )
        )
    return Household(
        id=f"G-{number:04d}",
        persons=tuple(persons),
        situation=situation,
        percent=draw.randint(1, 99),
        share=draw.choice((100, 100, 60, 35)),
        shelter=_chance(draw, 97),
        catering=_chance(draw, 25),
    )


def _total_cents(household: Household, norms: Thresholds, draw: random.Random) -> int:
    """Draw the income of the adults together: within its situation, or just at its edge."""
    first, second = norms.leefgeld_withdrawn_from_cents, norms.contribution_due_from_cents
    percent = min(max(household.percent + draw.randint(-2, 2), 1), 99)
    return {
        "none": 0,
        "silent": 0,
        "below": first * percent // 100,
        "between": first + (second - first) * percent // 100,
        "above": second + 1400_00 * percent // 100,
        "last_below": first - 1,
        "first_between": first,
        "last_between": second - 1,
        "first_above": second,
    }[household.situation]


def _item(draw: random.Random, kind: str, cents: int, month: Month) -> Facts:
    item: Facts = {"kind": kind, "net": format_euros(cents)}
    if not _chance(draw, 8):  # without it, it is taken as the income that decides the month
        item["earned_in"] = str(month - 1)
    rests_on = draw.choice((*["uwv"] * 6, *["own_statement"] * 3, None))
    if rests_on is not None:
        item["basis"] = rests_on
    return item


def _counted(draw: random.Random, person: Person, cents: int, month: Month) -> list[Facts]:
    """Report the income of an adult, some of it as both a wage and a benefit."""
    if not cents:
        return []
    if cents < 2 or not _chance(draw, 15):
        return [_item(draw, person.kind, cents, month)]
    wage = cents * draw.randint(30, 90) // 100
    return [
        _item(draw, "earnings", wage, month),
        _item(draw, "benefit", cents - wage, month),
    ]


def _uncounted(draw: random.Random, person: Person, month: Month) -> list[Facts]:
    """Report what does not count: other kinds, the wage of a minor, that of another month."""
    items: list[Facts] = []
    if _chance(draw, 10):
        kind = draw.choice(UNCOUNTED)
        item: Facts = {"kind": kind, "net": format_euros(draw.randint(5_00, 400_00))}
        if kind == "gift":
            item |= {"justified": _chance(draw, 70), "reason": "decided by the caseworker"}
        items.append(item)
    working_age = person.born.year <= 2009
    if not person.adult and working_age and _chance(draw, 30):
        items.append(_item(draw, "earnings", draw.randint(40_00, 600_00), month))
    if person.adult and _chance(draw, 5):  # it decides next month
        wage = _item(draw, "earnings", draw.randint(100_00, 2000_00), month)
        items.append(wage | {"earned_in": str(month)})
    return items


def _facts(household: Household, month: Month, law: Law, draw: random.Random) -> Facts:
    adults = sum(person.adult for person in household.persons)
    children = len(household.persons) - adults
    norms = thresholds(month, adults, children, household.catering, law)
    total = _total_cents(household, norms, draw) if adults else 0
    first = total * household.share // 100 if adults > 1 else total
    cents = dict(zip(("P-1", "P-2"), (first, total - first), strict=True))
    members: list[Facts] = []
    for person in household.persons:
        member: Facts = {"id": person.id, "born": person.born.isoformat()}
        if not person.receives_allowance:
            member["receives_allowance"] = False
        if person.absent_days is not None:
            member["absent_days_this_year"] = person.absent_days
        income = _counted(draw, person, cents.get(person.id, 0) if person.adult else 0, month)
        income += _uncounted(draw, person, month)
        if income:
            member["income"] = income
        members.append(member)
    return {
        "scheme": "rooo",
        "month": str(month),
        "household": household.id,
        "members": members,
        "provisions": {"shelter": household.shelter, "catering": household.catering},
    }


def _report_wrongly(number: int, month: Month, facts: Facts) -> None:
    """Spoil a row as a spreadsheet, another system or a hurried hand would."""
    if number % FAULT_EVERY:
        return
    member = cast("list[Facts]", facts["members"])[0]
    match number // FAULT_EVERY % 5:
        case 1:  # a decimal comma
            member["income"] = [{"kind": "earnings", "net": "812,50"}]
        case 2:  # a fact of another scheme
            member["residence_status"] = "permit_holder"
        case 3:  # the same person twice
            cast("list[Facts]", facts["members"]).append(dict(member))
        case 4:  # the row of another month
            facts["month"] = str(month - 1)
        case _:  # a child that is expected
            member["born"] = (month.last_day + timedelta(days=40)).isoformat()


def households(
    month: Month, count: int, law: Law, choices: MunicipalChoices, seed: int = 2025
) -> Iterator[Facts]:
    """Yield the facts of each household for a month, as plain data for a JSON line.

    Args:
        month: a month from October to December 2025, of which every amount is known.
        count: how many; the first ones are the same however many there are.
        law: the statutory parameters, from which the thresholds follow.
        choices: those of the municipality, from which it follows what there was to pay.
        seed: another seed makes other people.

    Raises:
        RebaError: what `assess` raises, where the law lacks an amount.
    """
    for number in range(1, count + 1):
        draw = random.Random(f"{seed}/{number}/{month}")  # noqa: S311 (as above)
        facts = _facts(make_household(number, seed), month, law, draw)
        due = assess(HouseholdMonth.model_validate(facts), law, choices).contribution_cents
        if due and _chance(draw, 4):  # paid at the counter, all of it or a part
            facts["collected"] = format_euros(draw.choice((due, draw.randint(1, due))))
        _report_wrongly(number, month, facts)
        yield facts


def main() -> int:
    """Write the households to standard output, one a line."""
    parser = argparse.ArgumentParser(description="Make the facts of a month, the same each time.")
    parser.add_argument("--month", default="2025-10", help=f"from {FIRST} to {LAST}")
    parser.add_argument("--households", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2025)
    options = parser.parse_args()
    try:
        month = Month.parse(options.month)
    except RebaError as error:
        parser.error(str(error))
    if not FIRST <= month <= LAST:
        parser.error(f"the households live from {FIRST} to {LAST}")
    made = households(month, options.households, load_law(), load_choices(CHOICES), options.seed)
    sys.stdout.writelines(json.dumps(facts) + "\n" for facts in made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
