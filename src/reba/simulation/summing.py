"""What the chunks of a simulation come to, added up, and told as results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from reba.months import Month
from reba.simulation.law_values import values_in_force
from reba.simulation.results import (
    COMPOSITIONS,
    OUTCOMES,
    Ending,
    HouseholdType,
    Refusal,
    TypeResult,
    VariantResult,
)
from reba.simulation.run import ChunkResult, Totals, Variant

__all__ = ["REFUSALS_TOLD", "Sum", "variant_result"]

REFUSALS_TOLD: Final = 100
"""Of more households that were refused only the number is told."""


class Sum:
    """The sum of all chunks."""

    def __init__(self, variants: int) -> None:
        self.households: dict[HouseholdType, list[int]] = {}
        self.totals: list[dict[HouseholdType, Totals]] = [{} for _ in range(variants)]
        self.unverified: list[set[str]] = [set() for _ in range(variants)]
        self.not_supplied: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self.refusals: list[Refusal] = []

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Count who was left out, and tell of the first."""
        for refusal in refusals:
            self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
            if len(self.refusals) < REFUSALS_TOLD:
                self.refusals.append(refusal)

    def add(self, result: ChunkResult) -> None:
        """Add a chunk."""
        self.refuse(result.refusals)
        for kind, (households, persons) in result.households.items():
            sums = self.households.setdefault(kind, [0, 0])
            sums[0] += households
            sums[1] += persons
        for fact, count in result.not_supplied.items():
            self.not_supplied[fact] = self.not_supplied.get(fact, 0) + count
        for number, of_variant in enumerate(result.totals):
            self.unverified[number] |= result.unverified[number]
            for kind, totals in of_variant.items():
                mine = self.totals[number].get(kind)
                if mine is None:
                    self.totals[number][kind] = totals
                else:
                    mine.add(totals)


def _balances(reserved: Sequence[int]) -> tuple[int, ...]:
    balance = 0
    found: list[int] = []
    for cents in reserved:
        balance += cents
        found.append(balance)
    return tuple(found)


def _type_result(kind: HouseholdType, counted: Sequence[int], totals: Totals) -> TypeResult:
    return TypeResult(
        type=kind,
        households=counted[0],
        persons=counted[1],
        contribution_cents=tuple(totals.contribution_cents),
        withdrawn_cents=tuple(totals.withdrawn_cents),
        collected_cents=tuple(totals.collected_cents),
        reserved_cents=tuple(totals.reserved_cents),
        balance_cents=_balances(totals.reserved_cents),
        covered={name: tuple(counts) for name, counts in totals.covered.items()},
        endings={
            (stay, outcome): Ending(*(int(cents) for cents in amounts[number]))
            for stay, amounts in sorted(totals.endings.items())
            for number, outcome in enumerate(OUTCOMES)
        },
        balances={
            stay: {int(euros): int(counts[euros]) for euros in np.flatnonzero(counts)}
            for stay, counts in sorted(totals.balances.items())
        },
    )


def variant_result(
    number: int, variant: Variant, found: Sum, first: Month, last: Month
) -> VariantResult:
    """Return what a variant came to; the months are those whose amounts were used."""
    policy = variant.policy
    kinds = sorted(
        found.totals[number],
        key=lambda kind: (COMPOSITIONS.index(kind.composition), not kind.working),
    )
    return VariantResult(
        name=variant.name,
        policy_id=policy.id,
        policy_title=policy.title,
        policy_status=policy.status,
        policy_source=policy.source,
        policy_digest=policy.digest,
        policy_record=policy.to_record(),
        law_digest=variant.law.digest,
        law_values=values_in_force(variant.law, first, last),
        reform=variant.reform,
        provisional_because=tuple(sorted(found.unverified[number])),
        types=tuple(
            _type_result(kind, found.households[kind], found.totals[number][kind]) for kind in kinds
        ),
    )
