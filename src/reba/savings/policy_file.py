"""The policy file as it is written: strict models, and every fault with its code and place."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, TypeAlias, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
)

from reba.errors import Fault, PolicyError
from reba.fact_faults import coded, dotted_path
from reba.facts import Scheme
from reba.money import exact_decimal, format_euros, parse_euros, parse_rate
from reba.months import parse_date
from reba.savings.split import Base, FundedOn, PartialCollection

__all__ = [
    "ClosingTable",
    "GrantedTable",
    "PolicyFile",
    "PolicyTable",
    "PurposeTable",
    "ReleaseTable",
    "ReserveTable",
    "ReturnTable",
    "VersionTable",
    "faults_of_policy",
]


def _share(value: object) -> Fraction:
    share = parse_rate(value)
    if share > 1:
        raise PolicyError("policy.share", value=str(value))
    return share


Cents: TypeAlias = Annotated[
    int, BeforeValidator(coded(parse_euros)), PlainSerializer(format_euros, return_type=str)
]
Share: TypeAlias = Annotated[
    Fraction, PlainValidator(coded(_share)), PlainSerializer(exact_decimal, return_type=str)
]
Day: TypeAlias = Annotated[
    date,
    BeforeValidator(coded(parse_date)),
    PlainSerializer(lambda day: day.isoformat(), return_type=str),
]


class _Table(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True, frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class ReserveTable(_Table):
    """[reserve]: how much is set aside."""

    base: Base
    share: Share
    monthly_max_cents: Cents | None = Field(default=None, alias="monthly_max")
    balance_max_cents: Cents | None = Field(default=None, alias="balance_max")
    funded_on: FundedOn
    partial_collection: PartialCollection


class PurposeTable(_Table):
    """One purpose: its maximum over the life of the account, and whether evidence is needed."""

    max_cents: Cents = Field(alias="max")
    evidence: bool


class _GrantedPurposes(_Table):
    furnishing: PurposeTable | None = None
    bridging: PurposeTable | None = None
    deposit: PurposeTable | None = None
    rent_advance: PurposeTable | None = None


class _ReturnPurposes(_Table):
    travel: PurposeTable | None = None
    reintegration: PurposeTable | None = None
    departure: PurposeTable | None = None


class GrantedTable(_Table):
    """[release.granted]: a residence permit was granted."""

    balance_share: Share
    purposes: _GrantedPurposes


class ReturnTable(_Table):
    """[release.return]: no permit, and the person returns voluntarily."""

    balance_share: Share
    purposes: _ReturnPurposes


class ReleaseTable(_Table):
    """[release]: what the balance may be used for."""

    four_eyes: bool
    granted: GrantedTable
    return_: ReturnTable = Field(alias="return")


Rest: TypeAlias = Literal["pay_out", "remit", "hold"]


class ClosingTable(_Table):
    """[closing]: what happens to what is left. Every case is named."""

    granted: Rest
    voluntary_return: Rest
    forced_return: Rest
    departed_unknown: Rest
    dublin_transfer: Rest
    died: Literal["estate", "hold"]


class _Rules(_Table):
    reserve: ReserveTable
    release: ReleaseTable
    closing: ClosingTable


class VersionTable(_Rules):
    """[[version]]: the rules from a first day on."""

    valid_from: Day
    valid_to: Day | None = None


class PolicyTable(_Table):
    """[policy]: what it is called, where it comes from, and what it covers."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    title: str = Field(min_length=1)
    status: Literal["illustrative", "adopted"]
    source: str = Field(min_length=1)
    schemes: tuple[Scheme, ...] = Field(strict=False, min_length=1)


class PolicyFile(_Table):
    """A policy file in its one stored shape: a head, and its versions in order."""

    policy: PolicyTable
    version: tuple[VersionTable, ...] = Field(strict=False, min_length=1)


def faults_of_policy(error: ValidationError) -> tuple[Fault, ...]:
    """Return every fault of a policy file, with its code and its place."""
    faults: list[Fault] = []
    codes = {
        "missing": "policy.missing",
        "extra_forbidden": "policy.unknown_key",
        "literal_error": "policy.unknown_value",
    }
    details = error.errors(include_url=False, include_input=False)
    for detail in details:
        if detail["type"] == "too_short" and len(details) > 1:
            continue  # the items are there and faulty, which is said of each
        path = dotted_path(detail["loc"])
        if detail["type"] == "reba":
            context = cast("dict[str, str]", detail.get("ctx", {}))
            faults.append(Fault(context["code"], path, context["sentence"]))
            continue
        code = codes.get(detail["type"], "policy.type")
        key = str(detail["loc"][-1]) if detail["loc"] else ""
        faults.append(PolicyError(code, key=key, reason=detail["msg"]).as_fault(path))
    return tuple(faults)
