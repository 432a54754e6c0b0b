"""What a caller reports about one household in one month: strict, frozen, and nothing assumed.

1. Unknown keys, wrong types, numbers for money, negative or absurd amounts, impossible dates and
   ids that look like a person's number are refused, each with a code and the path of the field.
2. What is absent stays absent: `None` never becomes zero.
3. Discretion ("as far as justifiable") is an input with a reason, never computed.
4. Fields stand in the order of their names in the file, so that the serializer writes canonical
   bytes (`HouseholdMonth.record_json`) that a ledger can keep and anyone can hash again.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from reba.errors import FactsError, Fault
from reba.fact_checks import cross_faults, identifier_fault
from reba.fact_faults import CROSS_FAULTS, coded, faults_of
from reba.money import format_euros, parse_euros
from reba.months import Month, parse_date

__all__ = [
    "INCOME_ITEMS_MAX",
    "MEMBERS_MAX",
    "RECEIPTS_MAX",
    "SCHEMES",
    "Assets",
    "HouseholdMonth",
    "IncomeBasis",
    "IncomeItem",
    "IncomeKind",
    "Member",
    "Provisions",
    "Receipt",
    "ReceiptKind",
    "ResidenceStatus",
    "Scheme",
]

MEMBERS_MAX: Final = 30
INCOME_ITEMS_MAX: Final = 100
RECEIPTS_MAX: Final = 200
REASON_MAX: Final = 200

Scheme: TypeAlias = Literal["reba-2008", "rooo"]
SCHEMES: Final[tuple[Scheme, ...]] = ("reba-2008", "rooo")

ResidenceStatus: TypeAlias = Literal["asylum_seeker", "permit_holder"]

IncomeKind: TypeAlias = Literal[
    "earnings",
    "holiday_pay",
    "benefit",
    "maintenance",
    "asset_income",
    "tax_refund",
    "child_benefit",
    "rva_allowance",
    "chores",
    "cost_reimbursement",
    "exempt_asset_interest",
    "immaterial_damages",
    "gift",
]
IncomeBasis: TypeAlias = Literal["own_statement", "uwv"]
ReceiptKind: TypeAlias = Literal[
    "penalty_payment",
    "inheritance",
    "gift",
    "immaterial_damages",
    "sale",
    "other",
    "savings_from_income",
]


@lru_cache(maxsize=8192)
def _identifier(value: str) -> str:
    fault = identifier_fault(value)
    if fault is not None:
        raise PydanticCustomError(
            "reba", "{sentence}", {"code": fault.code, "sentence": fault.reason}
        )
    return value


_read_cents: Final = coded(parse_euros)
_read_date: Final = coded(parse_date)
_read_month: Final = coded(Month.parse)

Cents: TypeAlias = Annotated[
    int,
    BeforeValidator(_read_cents),
    PlainSerializer(format_euros, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,15}(\.\d{1,2})?$"}),
]
Day: TypeAlias = Annotated[
    date,
    BeforeValidator(_read_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
MonthField: TypeAlias = Annotated[
    Month,
    PlainValidator(_read_month),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"}),
]
Identifier: TypeAlias = Annotated[
    str,
    AfterValidator(_identifier),
    WithJsonSchema({"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}),
]


class _Reported(BaseModel):
    """Strict, frozen, and closed: what is not known is refused, not ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True, frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class IncomeItem(_Reported):
    """An item of income (inkomensbestanddeel) of one member, net of tax, premiums and pension.

    Reba 2008 art. 5(5)(a)-(c) and 6. `earned_in` is the month to which deferred income belongs
    (art. 6(2)); absent, it is the month reported. Under the RooO it is the month whose income
    decides a later one (`reba.law.rooo`), and `basis` is what the item rests on: the person's own
    statement, or data of UWV (Staatscourant 2024, 37579).
    """

    basis: IncomeBasis | None = None
    earned_in: MonthField | None = None
    justified: bool | None = None
    kind: IncomeKind
    net_cents: Cents = Field(alias="net")
    reason: str | None = Field(default=None, min_length=1, max_length=REASON_MAX)


class Member(_Reported):
    """A member of the household (gezinslid), under a pseudonym.

    `child_benefit_since` is the day on which the right to child benefit (kinderbijslag) for this
    child arose: three months later the allowance ends (Rva 2005 art. 14(6)). `obligations` are
    the other obligations borne by the member in the month (Reba 2008 art. 5(5)(d)).
    `absent_days_this_year` are the days of absence in the calendar year up to and including the
    month (RooO art. 7(1)(b)).
    """

    absent_days_this_year: int | None = Field(default=None, ge=0, le=366)
    born: Day
    child_benefit_since: Day | None = None
    exemption_weeks_used: int | None = Field(default=None, ge=0, le=52)
    id: Identifier
    income: tuple[IncomeItem, ...] = Field(default=(), strict=False, max_length=INCOME_ITEMS_MAX)
    obligations_cents: Cents | None = Field(default=None, alias="obligations")
    receives_allowance: bool = True
    residence_status: ResidenceStatus | None = None


class Receipt(_Reported):
    """A means received during reception that is not income (Reba 2008 art. 7(1)(b))."""

    amount_cents: Cents = Field(alias="amount")
    justified: bool | None = None
    kind: ReceiptKind
    on: Day
    reason: str | None = Field(default=None, min_length=1, max_length=REASON_MAX)


class Assets(_Reported):
    """The assets (vermogen) of the household: at the start of reception, and received since.

    Reba 2008 art. 7. `charged_before` is what earlier months already charged against the assets;
    in a ledger run the ledger supplies it. `limit_on` names the day whose asset limit applies;
    absent, it is the first day of the month reported (the regulation does not say; see
    `docs/legal/open-questions.md`).
    """

    at_start_cents: Cents = Field(alias="at_start")
    charged_before_cents: Cents | None = Field(default=None, alias="charged_before")
    debts_at_start_cents: Cents = Field(alias="debts_at_start")
    limit_on: Day | None = None
    receipts: tuple[Receipt, ...] = Field(default=(), strict=False, max_length=RECEIPTS_MAX)
    started_on: Day


class Provisions(_Reported):
    """What is actually provided (feitelijk geboden verstrekkingen), Reba 2008 art. 2."""

    catering: bool
    shelter: bool


class HouseholdMonth(_Reported):
    """The facts of one household (gezin) for one calendar month, as a caller reports them.

    Raises:
        FactsError: facts.invalid, with every fault found, from `model_validate`,
            `model_validate_json` and `from_json`.

    >>> facts = HouseholdMonth.model_validate({
    ...     "scheme": "reba-2008", "month": "2015-03", "household": "H-0001",
    ...     "members": [{"id": "P-1", "born": "1990-05-14", "residence_status": "permit_holder",
    ...                  "income": [{"kind": "earnings", "net": "400.00"}],
    ...                  "obligations": "0.00"}],
    ...     "provisions": {"shelter": True, "catering": False}})
    >>> facts.month, facts.members[0].income[0].net_cents, facts.collected_cents
    (Month(2015, 3), 40000, None)
    """

    assets: Assets | None = None
    collected_cents: Cents | None = Field(default=None, alias="collected")
    household: Identifier
    members: tuple[Member, ...] = Field(strict=False, min_length=1, max_length=MEMBERS_MAX)
    month: MonthField
    provisions: Provisions
    scheme: Scheme

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        faults = cross_faults(self)
        if faults:
            raise PydanticCustomError(
                CROSS_FAULTS, "facts do not hold together", {"faults": faults}
            )
        return self

    @classmethod
    def model_validate(cls, obj: object, **options: object) -> Self:
        """Validate a plain dictionary with the keys of the file format."""
        try:
            return super().model_validate(obj, **options)  # type: ignore[arg-type]
        except ValidationError as error:
            raise _facts_error(error) from None

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: object) -> Self:
        """Validate one JSON object."""
        try:
            return super().model_validate_json(json_data, **options)  # type: ignore[arg-type]
        except ValidationError as error:
            raise _facts_error(error) from None

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read one household-month from one JSON object."""
        return cls.model_validate_json(text)

    def record_json(self) -> str:
        """Write the facts as the canonical JSON text that a ledger keeps.

        >>> HouseholdMonth.from_json(
        ...     '{"scheme": "rooo", "month": "2025-10", "household": "H-1",'
        ...     ' "members": [{"id": "P-1", "born": "1990-05-14"}],'
        ...     ' "provisions": {"shelter": true, "catering": false}}').record_json()[:47]
        '{"household":"H-1","members":[{"born":"1990-05-'
        """
        return self.__pydantic_serializer__.to_json(self, by_alias=True, exclude_none=True).decode()


def _facts_error(error: ValidationError) -> FactsError:
    faults = faults_of(error.errors(include_url=False, include_input=False))
    first: Fault = faults[0]
    return FactsError(
        "facts.invalid",
        faults=faults,
        count=len(faults),
        first=f"{first.path}: {first.reason}" if first.path else first.reason,
    )
