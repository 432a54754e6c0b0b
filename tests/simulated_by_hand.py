"""A small simulation made by hand, for tests of what is told about one: no rule of law is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from reba.law.parameters import DatedValue
from reba.savings.policy import SavingsPolicy, parse_policy
from reba.simulation.assumptions import Assumptions, parse_assumptions
from reba.simulation.results import (
    OUTCOMES,
    Composition,
    Ending,
    HouseholdType,
    Simulation,
    TypeResult,
    UsedValue,
    VariantResult,
)

ASSUMPTIONS = """
[assumptions]
id = "by-hand"
title = "Assumptions of a test"
dated = 2026-11-21
status = "made"
source = "made for a test"
[stay]
status = "made"
source = "made for a test"
months = [
    { months = 6, share = "0.20" },
    { months = 18, share = "0.50" },
    { months = 30, share = "0.30" },
]
[outcomes]
status = "made"
source = "made for a test"
granted = "0.60"
voluntary_return = "0.10"
forced_return = "0.05"
departed_unknown = "0.15"
dublin_transfer = "0.09"
died = "0.01"
[collection]
status = "made"
source = "made for a test"
share = "0.90"
[cost]
status = "published"
source = "VNG, Van wachtstand naar werkstand (2025)"
person_day = "71.00"
[targets.furnishing]
status = "published"
source = "the example policy of the contract"
amount = "3531.00"
label_nl = "inrichting van een woning"
label_en = "furnishing a home"
[targets.deposit]
status = "made"
source = "made for a test"
amount = "2400.00"
label_nl = "waarborgsom"
label_en = "deposit"
"""


class Household(NamedTuple):
    """Who lives in it, and what is due of its earnings each month."""

    composition: Composition
    working: bool
    persons: int
    due_cents: int
    starts: int = 0


HOUSEHOLDS = (
    *(Household("single", True, 1, 12_345 + 1_730 * number, number % 7) for number in range(36)),
    *(Household("single", False, 1, 0) for _ in range(40)),
    *(Household("single_parent", True, 3, 9_000 + 2_111 * number) for number in range(8)),
    *(Household("couple", True, 2, 20_000 + 997 * number, number % 3) for number in range(15)),
    *(Household("couple_with_children", True, 4, 25_000 + 577 * n) for n in range(21)),
    *(Household("couple_with_children", False, 5, 0) for _ in range(30)),
)


def assumptions(changes: Mapping[str, str] | None = None) -> Assumptions:
    """Read the assumptions above, with texts replaced."""
    text = ASSUMPTIONS
    for old, new in (changes or {}).items():
        assert old in text
        text = text.replace(old, new)
    return parse_assumptions(text, file="by-hand.toml")


def _policy(share: str, monthly_max: str | None) -> SavingsPolicy:
    text = (Path(__file__).parents[1] / "examples/policies/vng-half.toml").read_text("utf-8")
    limit = f'monthly_max = "{monthly_max}"' if monthly_max else ""
    text = text.replace('share = "0.50"', f'share = "{share}"')
    return parse_policy(text.replace('monthly_max = "150.00"', limit), file="by-hand.toml")


def _end(outcome: str, balance_cents: int) -> Ending:
    released = min(balance_cents, 353_100)
    rest = balance_cents - released
    used = balance_cents * 3 // 5
    return {
        "granted": Ending(balance_cents, released, rest, 0, 0, 0),
        "voluntary_return": Ending(balance_cents, used, 0, balance_cents - used, 0, 0),
        "forced_return": Ending(balance_cents, 0, 0, balance_cents, 0, 0),
        "departed_unknown": Ending(balance_cents, 0, 0, 0, balance_cents, 0),
        "dublin_transfer": Ending(balance_cents, 0, 0, 0, balance_cents, 0),
        "died": Ending(balance_cents, 0, 0, 0, 0, balance_cents),
    }[outcome]


def _summed(endings: Sequence[Ending]) -> Ending:
    return Ending(*(sum(column) for column in zip(*endings, strict=True)))


def _type(
    kind: HouseholdType,
    households: Sequence[Household],
    taken: Assumptions,
    months: int,
    share: Fraction,
    cap: int,
) -> TypeResult:
    due = [[h.due_cents if m >= h.starts else 0 for m in range(months)] for h in households]
    came_in = [[int(cents * taken.collection_share) for cents in row] for row in due]
    saved = [[min(cap, int(cents * share)) for cents in row] for row in came_in]
    balances = [[sum(row[: month + 1]) for month in range(months)] for row in saved]
    stays = [stay for stay, _ in taken.stays]
    return TypeResult(
        type=kind,
        households=len(households),
        persons=sum(h.persons for h in households),
        contribution_cents=tuple(map(sum, zip(*due, strict=True))),
        withdrawn_cents=(0,) * months,
        collected_cents=tuple(map(sum, zip(*came_in, strict=True))),
        reserved_cents=tuple(map(sum, zip(*saved, strict=True))),
        balance_cents=tuple(map(sum, zip(*balances, strict=True))),
        covered={
            target.name: tuple(
                sum(row[month] >= target.cents for row in balances) for month in range(months)
            )
            for target in taken.targets
        },
        endings={
            (stay, outcome): _summed([_end(outcome, row[stay - 1]) for row in balances])
            for stay in stays
            for outcome in OUTCOMES
        },
        balances={
            stay: dict(sorted(Counter(row[stay - 1] // 100 for row in balances).items()))
            for stay in stays
        },
    )


def variant(
    name: str,
    share: str,
    *,
    monthly_max_cents: int = 10**9,
    months: int = 36,
    taken: Assumptions | None = None,
    households: Sequence[Household] = HOUSEHOLDS,
    provisional: bool = False,
) -> VariantResult:
    """Return what would be found if this share of what comes in were saved."""
    kinds = dict.fromkeys(HouseholdType(h.composition, h.working) for h in households)
    maximum = None if monthly_max_cents == 10**9 else f"{monthly_max_cents // 100}.00"
    source = "jci1.3:c:BWBR0024733&artikel=3"
    value = DatedValue(
        "reba.housing_first_member", "EUR/month", 19_300, date(2008, 11, 26), None,
        "reported" if provisional else "verified", source, None, None,
    )  # fmt: skip
    policy = _policy(share, maximum)
    return VariantResult(
        name=name,
        policy_id=policy.id,
        policy_title=f"A policy with share {share}",
        policy_status=policy.status,
        policy_source=policy.source,
        policy_digest=policy.digest,
        policy_record=policy.to_record(),
        law_digest="cd" * 32,
        reform=None,
        provisional_because=("reba.housing_first_member",) if provisional else (),
        types=tuple(
            _type(
                kind,
                [h for h in households if (h.composition, h.working) == kind],
                taken or assumptions(),
                months,
                Fraction(share),
                monthly_max_cents,
            )
            for kind in kinds
        ),
        law_values=(UsedValue(value, "Onderdak, eerste gezinslid", "Housing, first member"),),
    )


def simulation(
    *variants: VariantResult, made: bool = True, households: Sequence[Household] = HOUSEHOLDS
) -> Simulation:
    """Return a simulation of variants over 36 months: three of them if none is given."""
    found = variants or (
        variant("Half", "0.5"),
        variant("Half, ten a day", "0.5", monthly_max_cents=15_000),
        variant("A quarter", "0.25", provisional=True),
    )
    return Simulation(
        months=36,
        calendar="standing",
        first_months=("2015-03", "2015-03"),
        households=len(households),
        persons=sum(h.persons for h in households),
        rows=len(households),
        made=made,
        schemes=("reba-2008",),
        assumptions=assumptions(),
        refused={"facts.exemption_weeks": 2},
        refusals=(),
        not_supplied={"obligations": 17},
        choices_digest=None,
        engine_version="0.1.0",
        variants=found,
    )
