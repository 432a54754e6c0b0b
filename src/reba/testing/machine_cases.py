"""The households and policies of the state machine: small, and at every limit."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Final

from reba.savings.policy import SavingsPolicy, parse_policy
from reba.testing.spreadsheet import Rules, Sheet

__all__ = [
    "ACTORS",
    "ADULTS",
    "CHILDREN",
    "HOUSEHOLDS",
    "POLICIES",
    "PURPOSES",
    "facts_of",
    "first_day_of",
]

HOUSEHOLDS: Final = ("H-1", "H-2", "H-3")
ADULTS: Final = {"H-1": ["P-1", "P-2"], "H-2": ["P-1"], "H-3": ["P-1"]}
CHILDREN: Final = {"H-1": ["P-3"], "H-2": [], "H-3": []}
ACTORS: Final = ("anna", "kees")
PURPOSES: Final = ("furnishing", "bridging", "deposit", "travel", "departure")


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def facts_of(household: str, month: str, wage_cents: int, came_in: int | None) -> dict[str, Any]:
    """Return the facts of a month: H-1 is a couple with a child, H-2 owns assets, H-3 works."""
    income = [{"kind": "earnings", "net": _euros(wage_cents)}] if wage_cents else []
    members: list[dict[str, Any]] = [
        {
            "id": name, "born": "1985-02-01", "residence_status": "permit_holder",
            "income": income if name == "P-1" else [], "obligations": "0.00",
        }
        for name in ADULTS[household]
    ]  # fmt: skip
    members += [
        {"id": name, "born": "2010-05-05", "residence_status": "permit_holder"}
        for name in CHILDREN[household]
    ]
    facts: dict[str, Any] = {
        "scheme": "reba-2008", "month": month, "household": household, "members": members,
        "provisions": {"shelter": True, "catering": False},
    }  # fmt: skip
    if household == "H-2":
        owned = 589500 + 60000 + wage_cents  # above the limit for one person, of 5.895
        facts["assets"] = {
            "at_start": _euros(owned), "debts_at_start": "0.00", "started_on": "2014-06-01",
            "charged_before": "0.00",
        }  # fmt: skip
    if came_in is not None:
        facts["collected"] = _euros(came_in)
    return facts


def first_day_of(sheet: Sheet, opened: str) -> date:
    """Return the first day of an account."""
    return date.fromisoformat(f"{min((opened, *sheet.months))}-01")


_TEXT: Final = """
[policy]
id = "machine"
title = "A policy at every limit"
status = "illustrative"
source = "made for tests"
valid_from = 2014-01-01
schemes = ["reba-2008"]
[reserve]
base = "{base}"
share = "{share}"
{maxima}
funded_on = "{funded_on}"
partial_collection = "{partial}"
[release]
four_eyes = {four_eyes}
[release.granted]
balance_share = "1.00"
[release.granted.purposes]
furnishing = {{ max = "120.00", evidence = true }}
bridging = {{ max = "900.00", evidence = false }}
[release.return]
balance_share = "0.35"
[release.return.purposes]
travel = {{ max = "70.00", evidence = false }}
departure = {{ max = "600.00", evidence = true }}
[closing]
granted = "{granted}"
voluntary_return = "remit"
forced_return = "remit"
departed_unknown = "hold"
dublin_transfer = "hold"
died = "estate"
"""

_GROUPS: Final = {
    "granted": (Fraction(1), {"furnishing": (12000, True), "bridging": (90000, False)}),
    "return": (Fraction(7, 20), {"travel": (7000, False), "departure": (60000, True)}),
}


def _policy(
    base: str, share: str, monthly_max: int | None, balance_max: int | None, funded_on: str,
    partial: str, granted: str, *, four_eyes: bool,
) -> tuple[SavingsPolicy, Rules]:  # fmt: skip
    maxima = ""
    if monthly_max is not None:
        maxima += f'monthly_max = "{_euros(monthly_max)}"\n'
    if balance_max is not None:
        maxima += f'balance_max = "{_euros(balance_max)}"\n'
    text = _TEXT.format(
        base=base, share=share, maxima=maxima, funded_on=funded_on, partial=partial,
        four_eyes=str(four_eyes).lower(), granted=granted,
    )  # fmt: skip
    closing = {
        "granted": granted, "voluntary_return": "remit", "departed_unknown": "hold",
        "died": "estate",
    }  # fmt: skip
    rules = Rules(
        base, Fraction(share), monthly_max, balance_max, funded_on, partial, four_eyes, _GROUPS,
        closing,
    )  # fmt: skip
    return parse_policy(text, file="machine"), rules


POLICIES: Final = (
    _policy("contribution", "0.50", None, 40000, "collection", "pro_rata", "pay_out",
            four_eyes=True),
    _policy("earnings", "0.333", 15000, None, "collection", "remit_first", "remit",
            four_eyes=True),
    _policy("contribution", "0.75", 25000, 60000, "assessment", "pro_rata", "hold",
            four_eyes=False),
    _policy("income", "0.50", None, None, "collection", "reserve_first", "pay_out",
            four_eyes=False),
)  # fmt: skip
