"""A simulation the slow way: sums of `reba.assess`, `reba.reserve` and `decide_release`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from reba import HouseholdMonth, RebaError, SavingsPolicy
from reba.savings.policy import OutcomeRules, PolicyVersion, ReleaseRules
from reba.savings.procedure import ProcedureState
from reba.savings.release import Request, Standing, decide_release, release_options
from reba.simulation.chunks import Reports, household_type, reports_of
from reba.simulation.one_by_one import SimulatedMonth, lived_months
from reba.simulation.results import OUTCOMES, Ending, HouseholdType, Simulation, TypeResult
from reba.simulation.run import Variant

RELEASED = {"granted": "granted", "voluntary_return": "return"}
RESTS = ("pay_out", "remit", "hold", "estate")


@dataclass
class SlowSums:
    """What the households of one type come to, under one variant."""

    households: int = 0
    persons: int = 0
    months: dict[str, list[int]] = field(default_factory=dict)
    covered: dict[str, list[int]] = field(default_factory=dict)
    endings: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    balances: dict[int, dict[int, int]] = field(default_factory=dict)


def released_one_by_one(balance_cents: int, version: PolicyVersion, outcome: str, on: date) -> int:
    """Ask for all that each purpose allows, one request after the other."""
    if outcome not in RELEASED:
        return 0
    group = RELEASED[outcome]
    rules: ReleaseRules = version.release
    of_outcome: OutcomeRules = getattr(rules, outcome)
    ended = ProcedureState("ended", group, (), None, on, ("H/1",))  # type: ignore[arg-type]
    used: dict[str, int] = {}
    for purpose in of_outcome.purposes:
        total = sum(used.values())
        standing = Standing(ended, balance_cents, balance_cents - total, used, total)
        most = {each.purpose: each.most_cents for each in release_options(standing, rules)}[purpose]
        if most:
            request = Request(purpose, most, on, "a" * 64)
            assert type(decide_release(request, standing, rules)).__name__ == "Allowed"
            more = decide_release(request._replace(amount_cents=most + 1), standing, rules)
            assert type(more).__name__ == "Refused"
            used[purpose] = most
    return sum(used.values())


class Lives(NamedTuple):
    """Sums by variant and type, who was refused, names not verified, facts not supplied."""

    sums: list[dict[HouseholdType, SlowSums]]
    refused: dict[str, str]
    unverified: list[set[str]]
    missing: dict[str, set[str]]


def _add(sums: SlowSums, lived: Sequence[SimulatedMonth], policy: SavingsPolicy,
         simulation: Simulation, *, rooo: bool) -> None:  # fmt: skip
    columns = {
        "contribution_cents": [each.assessment.contribution_cents for each in lived],
        "withdrawn_cents": [each.withdrawn_cents if rooo else 0 for each in lived],
        "collected_cents": [each.collected_cents for each in lived],
        "reserved_cents": [each.reserve.reserved_cents for each in lived],
        "balance_cents": [each.balance_cents for each in lived],
    }
    for name, column in columns.items():
        old = sums.months.setdefault(name, [0] * len(lived))
        sums.months[name] = [one + two for one, two in zip(old, column, strict=True)]
    for target in simulation.assumptions.targets:
        old = sums.covered.setdefault(target.name, [0] * len(lived))
        new = [each.balance_cents >= target.cents for each in lived]
        sums.covered[target.name] = [one + two for one, two in zip(old, new, strict=True)]
    for stay, _ in simulation.assumptions.stays:
        month = lived[stay - 1]
        balance = month.balance_cents
        counts = sums.balances.setdefault(stay, {})
        counts[balance // 100] = counts.get(balance // 100, 0) + 1
        day = month.facts.month.first_day
        version = policy.on(day)
        for outcome in OUTCOMES:
            released = released_one_by_one(balance, version, outcome, day)
            left = [0, 0, 0, 0]
            left[RESTS.index(getattr(version.closing, outcome))] = balance - released
            old_ending = sums.endings.setdefault((stay, outcome), [0] * 6)
            new_ending = [balance, released, *left]
            sums.endings[stay, outcome] = [
                one + two for one, two in zip(old_ending, new_ending, strict=True)
            ]


def live_slowly(
    facts: Sequence[HouseholdMonth], variants: Sequence[Variant], simulation: Simulation,
    choices: object,
) -> Lives:  # fmt: skip
    """Live every household through every variant, one month after the other."""
    share = simulation.assumptions.collection_share
    refused: dict[str, str] = {}
    lives: list[list[tuple[Reports, tuple[SimulatedMonth, ...]]]] = [[] for _ in variants]
    for reports in reports_of(facts):
        assert isinstance(reports, Reports)
        for number, variant in enumerate(variants):
            try:
                lived = lived_months(
                    reports, variant.policy, variant.law, months=simulation.months,
                    calendar=simulation.calendar, choices=choices,  # type: ignore[arg-type]
                    collection_share=(share.numerator, share.denominator),
                )  # fmt: skip
            except RebaError as error:
                refused.setdefault(reports.household, error.code)
                continue
            lives[number].append((reports, lived))
    sums: list[dict[HouseholdType, SlowSums]] = []
    names: list[set[str]] = []
    missing: dict[str, set[str]] = {}
    for variant, of_variant in zip(variants, lives, strict=True):
        by_type: dict[HouseholdType, SlowSums] = {}
        unverified: set[str] = set()
        for reports, lived in of_variant:
            if reports.household in refused:
                continue
            of_type = by_type.setdefault(household_type(reports), SlowSums())
            of_type.households += 1
            of_type.persons += len(reports.rows[0].members)
            _add(of_type, lived, variant.policy, simulation, rooo=reports.rows[0].scheme == "rooo")
            for month in lived:
                unverified.update(month.assessment.provisional_because)
            for fact in lived[0].assessment.not_supplied:
                missing.setdefault(fact, set()).add(reports.household)
        sums.append(by_type)
        names.append(unverified)
    return Lives(sums, refused, names, missing)


def assert_same(slow: SlowSums, fast: TypeResult) -> None:
    """Hold the sums of a type against those of the columns, cent by cent."""
    assert (slow.households, slow.persons) == (fast.households, fast.persons)
    for name, column in slow.months.items():
        assert list(getattr(fast, name)) == column, name
    assert {name: list(counts) for name, counts in fast.covered.items()} == slow.covered
    assert dict(fast.balances) == slow.balances
    assert fast.endings == {key: Ending(*cents) for key, cents in slow.endings.items()}
