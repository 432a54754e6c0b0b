"""Make a year of a made location: households, what happens to them, and their bank accounts.

1. Nobody in it exists. Every bank account is of the bank "TEST", which does not exist either; its
   check digits are right, so that the files around it can be checked.
2. Wages are drawn once for each household, with a fixed seed, and differ a little from month to
   month: the same seed gives the same bytes.
3. What happens in the year is written out below, so that a reader can follow each case.

Run it: python examples/finance/make_location.py --month 2015-03 > march-2015.jsonl
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias, cast

from reba import Month, RebaError
from reba.money import format_euros

Facts: TypeAlias = dict[str, object]

HOUSEHOLDS: Final = 25
SEED: Final = 2015
FIRST: Final = Month(2015, 1)
MONTHS: Final = tuple(FIRST + index for index in range(12))
WEEKS_A_MONTH: Final = 4
WEEKS_MAX: Final = 24


class Ending(NamedTuple):
    """A procedure that ends: whose, in which month of the year, and how."""

    household: int
    month: int
    types: tuple[str, ...]


class Asking(NamedTuple):
    """A release that is asked for; `fate` is "approved", "rejected" or "waits"."""

    household: int
    month: int
    purpose: str
    amount_cents: int
    fate: str = "approved"


class Correction(NamedTuple):
    """A month that was reported wrongly; the next one revises it, by a change of the wage."""

    household: int
    month: int
    change_cents: int


class Closing(NamedTuple):
    """An account that is closed: what is left goes where the policy says."""

    household: int
    month: int
    case: str


RETURN: Final = ("rejected", "voluntary_return")
ENDINGS: Final = (
    Ending(2, 4, ("granted",)),
    Ending(5, 5, ("granted",)),
    Ending(7, 6, RETURN),
    Ending(11, 7, ("granted",)),
    Ending(14, 9, ("granted",)),
    Ending(16, 10, RETURN),
    Ending(20, 11, ("granted",)),
)
ASKINGS: Final = (
    Asking(2, 4, "bridging", 120_00),
    Asking(2, 5, "furnishing", 80_00),
    Asking(5, 5, "furnishing", 250_00),
    Asking(7, 6, "travel", 100_00),
    Asking(11, 7, "deposit", 200_00, "rejected"),
    Asking(11, 8, "deposit", 180_00),
    Asking(14, 9, "bridging", 150_00),  # to a bank account that turns out to be closed
    Asking(14, 10, "bridging", 150_00),  # again, to another one
    Asking(16, 10, "departure", 90_00),
    Asking(20, 11, "rent_advance", 210_00),
    Asking(20, 12, "furnishing", 60_00, "waits"),
)
CORRECTIONS: Final = (Correction(4, 2, 60_00), Correction(25, 6, -60_00))
CLOSINGS: Final = (Closing(7, 8, "voluntary_return"), Closing(2, 9, "granted"))

CLOSED_ACCOUNT: Final = 14
"""The household whose bank account is closed; from the month after, it has another one."""
CLOSED_IN: Final = 9
PAYS_A_CENT_LESS: Final = (6, 4)
"""A household, and the month in which it pays a cent less than is due."""
PAYS_LATE: Final = ((12, 5), (21, 12))
"""Households that pay for a month in the next one."""
NEVER_PAYS: Final = (18, 3)


def number_of(month: Month) -> int:
    """Return which month of its year it is, from 1."""
    return month.first_day.month


def account_of(household: int) -> str:
    """Return the pseudonym of a household.

    >>> account_of(7)
    'H-0007'
    """
    return f"H-{household:04d}"


def made_iban(number: int) -> str:
    """Return a made bank account of the bank "TEST", with check digits that are right.

    >>> made_iban(1)
    'NL69TEST0000000001'
    """
    inner = f"TEST{number:010d}"
    digits = "".join(str(int(each, 36)) for each in f"{inner}NL00")
    return f"NL{98 - int(digits) % 97:02d}{inner}"


LOCATION: Final = made_iban(1)
"""The bank account of the location."""


def iban_of(household: int, month: int) -> str:
    """Return the bank account that a household names in a month of the year."""
    moved = household == CLOSED_ACCOUNT and month > CLOSED_IN
    return made_iban((2000 if moved else 1000) + household)


def payees(month: int) -> str:
    """Return the file of payees (begunstigden) of a month, as `reba pay` takes it."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("account", "name", "iban"))
    for household in range(1, HOUSEHOLDS + 1):
        row = (account_of(household), f"Testpersoon {household}", iban_of(household, month))
        table.writerow(row)
    return text.getvalue()


def _is_gone(household: int, month: int) -> bool:
    return any(ending.household == household and month >= ending.month for ending in ENDINGS)


def facts_of(household: int, month: Month, *, change_cents: int = 0, seed: int = SEED) -> Facts:
    """Return what is reported of a household for a month; `change_cents` corrects its wage."""
    lasting = random.Random(f"{seed}/{household}")  # noqa: S311 (made people need no secrecy)
    adults = lasting.choice((1, 1, 1, 2))
    wage = lasting.randint(350_00, 1100_00)
    draw = random.Random(f"{seed}/{household}/{month}")  # noqa: S311 (as above)
    members: list[Facts] = []
    for number in range(1, adults + 1):
        member: Facts = {
            "id": f"P-{number}",
            "born": f"{lasting.randint(1960, 1994)}-{lasting.randint(1, 12):02d}-15",
            "residence_status": "asylum_seeker",
        }
        if number == 1:
            net = wage * draw.randint(95, 105) // 100 + change_cents
            member["exemption_weeks_used"] = min(WEEKS_A_MONTH * (month - FIRST), WEEKS_MAX)
            member["income"] = [{"kind": "earnings", "net": format_euros(net)}]
            member["obligations"] = "0.00"
        members.append(member)
    return {
        "scheme": "reba-2008",
        "month": str(month),
        "household": account_of(household),
        "members": members,
        "provisions": {"shelter": True, "catering": False},
    }


def members_of(household: int) -> list[str]:
    """Return the members of a household, as the facts name them."""
    members = cast("list[Facts]", facts_of(household, FIRST)["members"])
    return [str(member["id"]) for member in members]


def location(month: Month, seed: int = SEED) -> Iterator[Facts]:
    """Yield what is reported for a month, of each household whose procedure has not ended."""
    at = number_of(month)
    for household in range(1, HOUSEHOLDS + 1):
        if not _is_gone(household, at):
            yield facts_of(household, month, seed=seed)


def as_lines(month: Month, seed: int = SEED) -> str:
    """Return the households of a month as JSON lines."""
    return "".join(json.dumps(facts) + "\n" for facts in location(month, seed))


def main() -> int:
    """Write the households of a month to standard output, one a line."""
    parser = argparse.ArgumentParser(description="Make the facts of a month, the same each time.")
    parser.add_argument("--month", default="2015-03", help=f"from {MONTHS[0]} to {MONTHS[-1]}")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    try:
        month = Month.parse(options.month)
    except RebaError as error:
        parser.error(str(error))
    if month not in MONTHS:
        parser.error(f"the households live from {MONTHS[0]} to {MONTHS[-1]}")
    sys.stdout.write(as_lines(month, options.seed))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
