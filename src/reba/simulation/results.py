"""What a simulation found: whole numbers, by policy, household type and month.

1. Amounts are cents, summed over the households of a type; nothing is averaged or rounded here.
2. Months are counted from the first month of each household: index 0 is the first.
3. What became of the savings is told for each length of stay and each outcome by itself. How
   often an outcome occurs is an assumption, and is weighed in `measures.py`, not here.
4. Results of parts of a population are added up; the order of the parts does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from reba.law.parameters import DatedValue
from reba.simulation.assumptions import Assumptions

__all__ = [
    "CALENDARS",
    "COMPOSITIONS",
    "OUTCOMES",
    "Calendar",
    "Composition",
    "Ending",
    "HouseholdType",
    "Refusal",
    "Simulation",
    "TypeResult",
    "UsedValue",
    "VariantResult",
]

Calendar: TypeAlias = Literal["standing", "running"]
"""Standing: the law stands still, and so do ages: every month is the first one of the household
again, with the facts of later ones. Running: months follow one another, with their own amounts."""

CALENDARS: Final[tuple[Calendar, ...]] = ("standing", "running")

Composition: TypeAlias = Literal[
    "single", "single_parent", "couple", "couple_with_children", "more_adults", "minors"
]
COMPOSITIONS: Final[tuple[Composition, ...]] = (
    "single",
    "single_parent",
    "couple",
    "couple_with_children",
    "more_adults",
    "minors",
)

OUTCOMES: Final = (
    "granted",
    "voluntary_return",
    "forced_return",
    "departed_unknown",
    "dublin_transfer",
    "died",
)
"""How a procedure may end: the cases that the closing rules of every policy name."""


class HouseholdType(NamedTuple):
    """A kind of household (huishoudtype): who lives in it, and whether anyone has earnings.

    Told by the first month reported; `working` looks at every month reported.
    """

    composition: Composition
    working: bool

    @property
    def key(self) -> str:
        """The name in files: "single.working"."""
        return f"{self.composition}.{'working' if self.working else 'without_work'}"


class Ending(NamedTuple):
    """What became of the savings of all households of a type together, in cents.

    `balance_cents` is what they had saved; the other amounts add up to it. Released is what the
    purposes of the policy allow when everything allowed is asked for; what is left is paid out,
    remitted, held or kept for the estate, as the closing rules of the policy say.
    """

    balance_cents: int = 0
    released_cents: int = 0
    paid_out_cents: int = 0
    remitted_cents: int = 0
    held_cents: int = 0
    estate_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeResult:
    """What a policy does for the households of one type together.

    Tuples have one number for each simulated month. `withdrawn_cents` is the leefgeld withdrawn
    (RooO). `balance_cents` is saved at the end of the month. `covered` counts, by target, the
    households whose savings cover it at the end of the month. `endings` are by length of stay in
    months and outcome; `balances` are, by length of stay, how many households have so many whole
    euros.
    """

    type: HouseholdType
    households: int
    persons: int
    contribution_cents: tuple[int, ...]
    withdrawn_cents: tuple[int, ...]
    collected_cents: tuple[int, ...]
    reserved_cents: tuple[int, ...]
    balance_cents: tuple[int, ...]
    covered: Mapping[str, tuple[int, ...]]
    endings: Mapping[tuple[int, str], Ending]
    balances: Mapping[int, Mapping[int, int]]


class UsedValue(NamedTuple):
    """A statutory value in force in the simulated months (waarde), titled in both languages."""

    value: DatedValue
    title_nl: str
    title_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantResult:
    """What one policy under one set of statutory parameters does (beleidsvariant).

    `reform` names what was laid over the law, or is None for the law as it is shipped.
    `provisional_because` names the parameters used that are not verified; `provisional` says
    whether there are any. `types` holds the types that occur, in the order of COMPOSITIONS.
    `law_values` are the statutory values in force in its months, from `values_in_force`; they are
    for whoever reads the report.
    """

    name: str
    policy_id: str
    policy_title: str
    policy_status: str
    policy_source: str
    policy_digest: str
    policy_record: Mapping[str, object]
    law_digest: str
    reform: str | None
    provisional_because: tuple[str, ...]
    types: tuple[TypeResult, ...]
    law_values: tuple[UsedValue, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether a value that is not verified was used."""
        return bool(self.provisional_because)


class Refusal(NamedTuple):
    """A household that is not in the results, and why: the first month in which a rule refused.

    `variant` is the first variant under which it was refused; it is left out of all of them, so
    that they are about the same households.
    """

    household: str
    variant: str
    month_index: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A population lived through under several variants (simulatie).

    `refused` counts by code the households left out, and `refusals` tells of the first of them.
    `not_supplied` counts, by fact, the households of which the rules did not get it: they were
    computed without. `made` is true for a population of our making, as far as its ids say.
    `choices_record` is the file of municipal choices as plain data, where there was one.
    """

    months: int
    calendar: Calendar
    first_months: tuple[str, str]
    households: int
    persons: int
    rows: int
    made: bool
    schemes: tuple[str, ...]
    assumptions: Assumptions
    refused: Mapping[str, int]
    refusals: tuple[Refusal, ...]
    not_supplied: Mapping[str, int]
    choices_digest: str | None
    engine_version: str
    variants: tuple[VariantResult, ...]
    choices_record: Mapping[str, object] | None = None
