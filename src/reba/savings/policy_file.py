"""The policy file as it is written: strict models, and every fault with its code and place."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, PlainSerializer, PlainValidator

from reba.dated_files import Cents, DatedFile, Day, Table, exact_share
from reba.errors import PolicyError
from reba.fact_faults import coded
from reba.facts import Scheme
from reba.money import exact_decimal
from reba.savings.split import Base, FundedOn, PartialCollection

__all__ = [
    "POLICY_FILE",
    "ClosingTable",
    "GrantedTable",
    "PolicyFile",
    "PolicyTable",
    "PurposeTable",
    "ReleaseTable",
    "ReserveTable",
    "ReturnTable",
    "VersionTable",
]


def _share(value: object) -> Fraction:
    return exact_share(value, PolicyError, "policy.share")


Share: TypeAlias = Annotated[
    Fraction, PlainValidator(coded(_share)), PlainSerializer(exact_decimal, return_type=str)
]


class ReserveTable(Table):
    """[reserve]: how much is set aside."""

    base: Base
    share: Share
    monthly_max_cents: Cents | None = Field(default=None, alias="monthly_max")
    balance_max_cents: Cents | None = Field(default=None, alias="balance_max")
    funded_on: FundedOn
    partial_collection: PartialCollection


class PurposeTable(Table):
    """One purpose: its maximum over the life of the account, and whether evidence is needed."""

    max_cents: Cents = Field(alias="max")
    evidence: bool


class _GrantedPurposes(Table):
    furnishing: PurposeTable | None = None
    bridging: PurposeTable | None = None
    deposit: PurposeTable | None = None
    rent_advance: PurposeTable | None = None


class _ReturnPurposes(Table):
    travel: PurposeTable | None = None
    reintegration: PurposeTable | None = None
    departure: PurposeTable | None = None


class GrantedTable(Table):
    """[release.granted]: a residence permit was granted."""

    balance_share: Share
    purposes: _GrantedPurposes


class ReturnTable(Table):
    """[release.return]: no permit, and the person returns voluntarily."""

    balance_share: Share
    purposes: _ReturnPurposes


class ReleaseTable(Table):
    """[release]: what the balance may be used for."""

    four_eyes: bool
    granted: GrantedTable
    return_: ReturnTable = Field(alias="return")


Rest: TypeAlias = Literal["pay_out", "remit", "hold"]


class ClosingTable(Table):
    """[closing]: what happens to what is left. Every case is named."""

    granted: Rest
    voluntary_return: Rest
    forced_return: Rest
    departed_unknown: Rest
    dublin_transfer: Rest
    died: Literal["estate", "hold"]


class _Rules(Table):
    reserve: ReserveTable
    release: ReleaseTable
    closing: ClosingTable


class VersionTable(_Rules):
    """[[version]]: the rules from a first day on."""

    valid_from: Day
    valid_to: Day | None = None


class PolicyTable(Table):
    """[policy]: what it is called, where it comes from, and what it covers."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    title: str = Field(min_length=1)
    status: Literal["illustrative", "adopted"]
    source: str = Field(min_length=1)
    schemes: tuple[Scheme, ...] = Field(strict=False, min_length=1)


class PolicyFile(Table):
    """A policy file in its one stored shape: a head, and its versions in order."""

    policy: PolicyTable
    version: tuple[VersionTable, ...] = Field(strict=False, min_length=1)


POLICY_FILE: Final = DatedFile(
    "policy",
    ("valid_from", "valid_to"),
    ("reserve", "release", "closing"),
    PolicyError,
    unreadable="policy.file",
    invalid="policy.invalid",
    missing="policy.missing",
    unknown_key="policy.unknown_key",
    unknown_value="policy.unknown_value",
    wrong_type="policy.type",
)
