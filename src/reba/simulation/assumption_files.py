"""The file of assumptions as it is written: strict tables, and every fault with code and place.

1. A number is a string of euros, a string of a share, or an integer. Nothing is a float.
2. Each table says what kind of numbers it holds (`status`) and where they come from (`source`).
3. What one field alone cannot fail is checked in `assumption_checks.py`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, PlainSerializer, PlainValidator, StringConstraints

from reba.dated_files import Cents, DatedFile, Day, Table, exact_share
from reba.errors import AssumptionsError
from reba.fact_faults import coded
from reba.facts import MEMBERS_MAX, Scheme
from reba.money import exact_decimal
from reba.months import Month

__all__ = [
    "ASSUMPTION_FILE",
    "MONTHS_MAX",
    "WEEKS_MAX",
    "AfterRow",
    "AssumptionsFile",
    "CompositionsTable",
    "CountBandTable",
    "MoneyBandTable",
    "PopulationTable",
    "SourcedTable",
    "Status",
]

MONTHS_MAX: Final = 600
YEARS_MAX: Final = 120
WEEKS_MAX: Final = 52
WEIGHT_MAX: Final = 1_000_000
ROWS_MAX: Final = 200

Status: TypeAlias = Literal["made", "published", "supplied"]
"""Where a number comes from: made up for the purpose, published by the source, or supplied by an
organisation from its own figures."""


def _share(value: object) -> Fraction:
    return exact_share(value, AssumptionsError, "assumptions.share")


Share: TypeAlias = Annotated[
    Fraction, PlainValidator(coded(_share)), PlainSerializer(exact_decimal, return_type=str)
]
_Month: TypeAlias = Annotated[
    Month, PlainValidator(coded(Month.parse)), PlainSerializer(str, return_type=str)
]
_Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Months: TypeAlias = Annotated[int, Field(ge=1, le=MONTHS_MAX)]
_Weight: TypeAlias = Annotated[int, Field(ge=1, le=WEIGHT_MAX)]


class SourcedTable(Table):
    """A table of assumptions: of what kind they are, and where they come from."""

    status: Status
    source: _Text


class _HeadTable(SourcedTable):
    """[assumptions]: what they are called, of which day they are, and whose."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    title: _Text
    dated: Day


class _StayRow(Table):
    months: _Months
    share: Share


class StayTable(SourcedTable):
    """[stay]: how long households stay."""

    months: tuple[_StayRow, ...] = Field(strict=False, min_length=1, max_length=ROWS_MAX)


class OutcomesTable(SourcedTable):
    """[outcomes]: how stays end, in the six cases in which a policy closes an account."""

    granted: Share
    voluntary_return: Share
    forced_return: Share
    departed_unknown: Share
    dublin_transfer: Share
    died: Share


class CollectionTable(SourcedTable):
    """[collection]: the part of what is due that comes in."""

    share: Share


class CostTable(SourcedTable):
    """[cost]: what a day of reception costs for a person."""

    person_day_cents: Cents = Field(alias="person_day")


class TargetTable(SourcedTable):
    """[targets.NAME]: an amount of which it is followed how soon savings cover it."""

    amount_cents: Cents = Field(alias="amount")
    label_nl: _Text
    label_en: _Text


# ── the made population ──────────────────────────────────────────────────────────────────────


class MoneyBandTable(Table):
    """A band of amounts; the first and the last belong to it."""

    first: Cents = Field(alias="from")
    last: Cents = Field(alias="to")
    weight: _Weight


class CountBandTable(Table):
    """A band of whole years or weeks; the first and the last belong to it."""

    first: int = Field(alias="from", ge=0, le=YEARS_MAX)
    last: int = Field(alias="to", ge=0, le=YEARS_MAX)
    weight: _Weight


_MoneyBands: TypeAlias = Annotated[
    tuple[MoneyBandTable, ...], Field(strict=False, min_length=1, max_length=ROWS_MAX)
]
_CountBands: TypeAlias = Annotated[
    tuple[CountBandTable, ...], Field(strict=False, min_length=1, max_length=ROWS_MAX)
]


class CompositionRow(Table):
    """A composition of households, and how often it occurs."""

    adults: int = Field(ge=0, le=MEMBERS_MAX)
    children: int = Field(ge=0, le=MEMBERS_MAX)
    weight: _Weight


class CompositionsTable(SourcedTable):
    """[population.compositions]: who lives together."""

    rows: tuple[CompositionRow, ...] = Field(strict=False, min_length=1, max_length=ROWS_MAX)


class AgesTable(SourcedTable):
    """[population.ages]: ages on the first day of the month."""

    adults: _CountBands
    children: _CountBands


class AfterRow(Table):
    """A share of whom something changes so many months after the first."""

    after: _Months
    share: Share


class WorkTable(SourcedTable):
    """[population.work]: which adults work in the first month, and who starts or stops later."""

    share: Share
    starts: tuple[AfterRow, ...] = Field(default=(), strict=False, max_length=ROWS_MAX)
    stops: tuple[AfterRow, ...] = Field(default=(), strict=False, max_length=ROWS_MAX)


class EarningsTable(SourcedTable):
    """[population.earnings]: net earnings a month of who works."""

    bands: _MoneyBands


class BenefitsTable(SourcedTable):
    """[population.benefits]: adults with a benefit, and how much."""

    share: Share
    bands: _MoneyBands


class ResidenceTable(SourcedTable):
    """[population.residence_status]: the status of a household, by weight."""

    asylum_seeker: int = Field(ge=0, le=WEIGHT_MAX)
    permit_holder: int = Field(ge=0, le=WEIGHT_MAX)


class ExemptionWeeksTable(SourcedTable):
    """[population.exemption_weeks]: weeks of the exemption that were used before."""

    bands: _CountBands


class AssetsTable(SourcedTable):
    """[population.assets]: what a household owned at the start, net of debts."""

    bands: _MoneyBands


class ShareTable(SourcedTable):
    """A share alone: [population.catering], [population.allowance]."""

    share: Share


class PopulationTable(Table):
    """[population]: of whom the made households consist. Only the generator reads it."""

    scheme: Scheme
    month: _Month
    compositions: CompositionsTable
    ages: AgesTable
    work: WorkTable
    earnings: EarningsTable
    benefits: BenefitsTable
    catering: ShareTable
    residence_status: ResidenceTable | None = None
    exemption_weeks: ExemptionWeeksTable | None = None
    assets: AssetsTable | None = None
    allowance: ShareTable | None = None


class AssumptionsFile(Table):
    """A file of assumptions, in its one shape."""

    assumptions: _HeadTable
    stay: StayTable
    outcomes: OutcomesTable
    collection: CollectionTable
    cost: CostTable
    targets: dict[_Name, TargetTable] = Field(default_factory=dict)
    population: PopulationTable | None = None


ASSUMPTION_FILE: Final = DatedFile(
    "",  # there are no versions: other assumptions are another file, with a digest of its own
    (),
    (),
    AssumptionsError,
    unreadable="assumptions.file",
    invalid="assumptions.invalid",
    missing="assumptions.missing",
    unknown_key="assumptions.unknown_key",
    unknown_value="assumptions.unknown_value",
    wrong_type="assumptions.type",
)
