"""Assumptions (aannames): what a simulation takes for granted, as a dated file and never as code.

1. There are no defaults: how long people stay, how stays end, what comes in and what a day costs
   are named by whoever simulates, each with its source and its status.
2. The whole file is validated, and every fault is reported with its code and place.
3. Every number is exact: cents, integers, and shares as fractions that add up to exactly 1.
4. The digest covers all of it, so that a report names exactly the assumptions it rests on.
5. `[population]` is read by the generator of made households alone, and may be left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple, cast

from reba.canonical import canonical_text, text_digest
from reba.simulation.assumption_checks import faults_of_file
from reba.simulation.assumption_files import ASSUMPTION_FILE, AssumptionsFile, Status
from reba.simulation.assumption_lines import AssumptionLine, lines_of, targets_in_order
from reba.simulation.population_assumptions import PopulationAssumptions, population_of

__all__ = [
    "AssumptionLine",
    "Assumptions",
    "PopulationAssumptions",
    "Status",
    "Target",
    "load_assumptions",
    "parse_assumptions",
]


class Target(NamedTuple):
    """An amount (doelbedrag) of which it is followed how soon savings cover it, in cents."""

    name: str
    cents: int
    label_nl: str
    label_en: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assumptions:
    """What a simulation takes for granted (aannames). Immutable; equal where the digest is.

    `stays` are months and the share of households that stay so long, months ascending, shares
    adding up to 1. `outcomes` are the six cases in which an account is closed, by share.
    `collection_share` is the part of what is due that comes in. `lines` tells every number with
    its status and source.
    """

    id: str
    title: str
    dated: date
    status: Status
    source: str
    stays: tuple[tuple[int, Fraction], ...]
    outcomes: Mapping[str, Fraction]
    collection_share: Fraction
    cost_person_day_cents: int
    targets: tuple[Target, ...]
    population: PopulationAssumptions | None
    lines: tuple[AssumptionLine, ...] = field(repr=False)
    digest: str
    canonical: str = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Assumptions) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[object, ...]:
        # Workers of a sweep take them along: a read-only mapping cannot be pickled as it is.
        return Assumptions.from_record, (self.to_record(),)

    def to_record(self) -> dict[str, object]:
        """Return the assumptions as plain data, as a report can keep them."""
        return cast("dict[str, object]", json.loads(self.canonical))

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> Assumptions:
        """Make the assumptions again from what was kept; the digest is the same."""
        return _validated(dict(record), "the assumptions kept")


def _assumptions(file: AssumptionsFile) -> Assumptions:
    head, ends = file.assumptions, file.outcomes
    canonical = canonical_text(file.model_dump(mode="json", by_alias=True, exclude_none=True))
    return Assumptions(
        id=head.id,
        title=head.title,
        dated=head.dated,
        status=head.status,
        source=head.source,
        stays=tuple((row.months, row.share) for row in file.stay.months),
        outcomes=MappingProxyType(
            {
                "granted": ends.granted,
                "voluntary_return": ends.voluntary_return,
                "forced_return": ends.forced_return,
                "departed_unknown": ends.departed_unknown,
                "dublin_transfer": ends.dublin_transfer,
                "died": ends.died,
            }
        ),
        collection_share=file.collection.share,
        cost_person_day_cents=file.cost.person_day_cents,
        targets=tuple(
            Target(name, table.amount_cents, table.label_nl, table.label_en)
            for name, table in targets_in_order(file)
        ),
        population=None if file.population is None else population_of(file.population),
        lines=lines_of(file),
        digest=text_digest(canonical),
        canonical=canonical,
    )


def _validated(document: dict[str, object], file: str) -> Assumptions:
    parsed = ASSUMPTION_FILE.check(AssumptionsFile, document, file)
    faults = faults_of_file(parsed)
    if faults:
        raise ASSUMPTION_FILE.refusal(file, faults)
    return _assumptions(parsed)


def parse_assumptions(text: str, *, file: str) -> Assumptions:
    """Read assumptions (aannames) from the text of a file.

    Raises:
        AssumptionsError: assumptions.file, assumptions.invalid with every fault.

    >>> assumptions = parse_assumptions('''
    ... [assumptions]
    ... id = "example"
    ... title = "An example"
    ... dated = 2026-11-21
    ... status = "made"
    ... source = "made for this example"
    ... [stay]
    ... months = [{ months = 6, share = "0.25" }, { months = 18, share = "0.75" }]
    ... status = "made"
    ... source = "made for this example"
    ... [outcomes]
    ... granted = "0.70"
    ... voluntary_return = "0.10"
    ... forced_return = "0.05"
    ... departed_unknown = "0.10"
    ... dublin_transfer = "0.04"
    ... died = "0.01"
    ... status = "made"
    ... source = "made for this example"
    ... [collection]
    ... share = "1.00"
    ... status = "made"
    ... source = "made for this example"
    ... [cost]
    ... person_day = "71.00"
    ... status = "published"
    ... source = "VNG, Van wachtstand naar werkstand (2025)"
    ... ''', file="example.toml")
    >>> assumptions.stays[1], assumptions.cost_person_day_cents, assumptions.population
    ((18, Fraction(3, 4)), 7100, None)
    >>> assumptions.lines[-1].path, assumptions.lines[-1].value, assumptions.lines[-1].status
    ('cost.person_day', '71.00', 'published')
    """
    return ASSUMPTION_FILE.parse(text, file, _validated)


def load_assumptions(path: str | os.PathLike[str]) -> Assumptions:
    """Load assumptions (aannames) from a file. There are no default assumptions.

    Raises:
        AssumptionsError: assumptions.file, assumptions.invalid with every fault.
    """
    return parse_assumptions(ASSUMPTION_FILE.text_of(path), file=os.fspath(path))
