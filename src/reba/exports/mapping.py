"""The mapping (koppeltabel): where each account of our chart stands in the books of others.

1. There is no default: each account of the chart is given a number and a name, and may be given an
   RGS code (Referentie Grootboekschema) and a cost centre (kostenplaats).
2. The whole file is validated, and every fault is reported with its code and place.
3. Versions follow one another; that of the day of recording applies. A balance that stands under
   an old number stays there: who renumbers moves it with a booking of their own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Final, Literal, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Field

from reba.dated_files import DatedFile, Day, Table, overlap_of, version_on
from reba.errors import ExportError, Fault
from reba.exports.journal import CHART
from reba.fact_faults import coded

__all__ = [
    "SIDES",
    "AuditFileHead",
    "BooksAccount",
    "BooksMapping",
    "MappingVersion",
    "Side",
    "load_mapping",
    "parse_mapping",
]

Side: TypeAlias = Literal["assets", "liabilities", "income", "expenses"]

SIDES: Final[Mapping[str, Side]] = {
    "receivable": "assets",
    "written_off": "expenses",
    "bank": "assets",
    "revenue": "income",
    "savings": "liabilities",
    "held": "liabilities",
    "overpaid": "assets",
    "transfers": "assets",
}
"""On which side of the books (activa, passiva, baten, lasten) each account of the chart stands."""

TEXT_MAX: Final = 100
VERSIONS_MAX: Final = 100

_NUMBER: Final = re.compile(r"[A-Z0-9][A-Za-z0-9.-]{0,34}", re.ASCII)
_RGS: Final = re.compile(r"[BW](?:[A-Z][A-Za-z0-9]{2}){1,4}(?:\.[A-Za-z0-9]{1,10})?", re.ASCII)


def _number(value: object) -> str:
    if not isinstance(value, str) or _NUMBER.fullmatch(value) is None:
        raise ExportError("export.number", value=str(value)[:40])
    return value


def _rgs(value: object) -> str:
    if not isinstance(value, str) or _RGS.fullmatch(value) is None:
        raise ExportError("export.rgs", value=str(value)[:40])
    return value


def _text(value: object) -> str:
    usable = isinstance(value, str) and len(value.strip()) > 0 and len(value) <= TEXT_MAX
    if not usable or not str(value).isprintable() or set(str(value)) & set('"\\'):
        raise ExportError("export.text", value=str(value)[:40])
    return str(value)


_Number: TypeAlias = Annotated[str, BeforeValidator(coded(_number))]
_Rgs: TypeAlias = Annotated[str, BeforeValidator(coded(_rgs))]
_Text: TypeAlias = Annotated[str, BeforeValidator(coded(_text))]


class _EarlierYearsTable(Table):
    number: _Number
    name: _Text
    rgs: _Rgs | None = None


class _AccountTable(_EarlierYearsTable):
    cost_centre: _Text | None = None


class _AccountsTable(Table):
    receivable: _AccountTable
    written_off: _AccountTable
    bank: _AccountTable
    revenue: _AccountTable
    savings: _AccountTable
    held: _AccountTable
    overpaid: _AccountTable
    transfers: _AccountTable


class _VersionTable(Table):
    valid_from: Day
    valid_to: Day | None = None
    accounts: _AccountsTable


class _AuditFileTable(Table):
    organisation: _Text
    tax_number: Annotated[_Text, Field(max_length=30)]
    commerce_number: _Text | None = None
    rgs_version: Annotated[_Text | None, Field(max_length=20)] = None
    earlier_years: _EarlierYearsTable


class _HeadTable(Table):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    title: _Text


class _MappingFile(Table):
    mapping: _HeadTable
    audit_file: _AuditFileTable | None = None
    version: tuple[_VersionTable, ...] = Field(strict=False, min_length=1, max_length=VERSIONS_MAX)


class BooksAccount(NamedTuple):
    """An account (grootboekrekening) in the books of the organisation."""

    number: str
    name: str
    side: Side
    rgs: str | None
    cost_centre: str | None


class MappingVersion(NamedTuple):
    """The accounts from a first day on, by account of the chart. Both days inclusive."""

    valid_from: date
    valid_to: date | None
    accounts: Mapping[str, BooksAccount]


class AuditFileHead(NamedTuple):
    """Who an audit file (auditfile) is of; the result of earlier years stands on an own account."""

    organisation: str
    tax_number: str
    commerce_number: str | None
    rgs_version: str | None
    earlier_years: BooksAccount


class BooksMapping:
    """The mapping (koppeltabel) of one organisation with all its versions. Immutable."""

    __slots__ = ("_on", "audit_file", "id", "title", "versions")

    def __init__(self, file: _MappingFile) -> None:
        self.id = file.mapping.id
        self.title = file.mapping.title
        self.versions = tuple(
            MappingVersion(table.valid_from, table.valid_to, _accounts(table.accounts))
            for table in file.version
        )
        self.audit_file = None if file.audit_file is None else _head(file.audit_file)
        self._on = lru_cache(maxsize=64)(self._version_on)

    def __repr__(self) -> str:
        return f"<BooksMapping {self.id} with {len(self.versions)} version(s)>"

    def account(self, name: str, recorded_on: str) -> BooksAccount:
        """Return where an account of the chart stands in the books on the day of recording.

        Raises:
            ExportError: export.no_version.
        """
        return self._on(recorded_on).accounts[name]

    def _version_on(self, recorded_on: str) -> MappingVersion:
        version = version_on(self.versions, date.fromisoformat(recorded_on))
        if version is None:
            first = self.versions[0].valid_from.isoformat()
            raise ExportError("export.no_version", mapping=self.id, date=recorded_on, first=first)
        return version


def _accounts(table: _AccountsTable) -> dict[str, BooksAccount]:
    found: dict[str, BooksAccount] = {}
    for name in CHART:
        account: _AccountTable = getattr(table, name)
        found[name] = BooksAccount(
            account.number, account.name, SIDES[name], account.rgs, account.cost_centre
        )
    return found


def _head(table: _AuditFileTable) -> AuditFileHead:
    account = table.earlier_years
    return AuditFileHead(
        table.organisation, table.tax_number, table.commerce_number, table.rgs_version,
        BooksAccount(account.number, account.name, "liabilities", account.rgs, None),
    )  # fmt: skip


def _shared_numbers(mapping: BooksMapping) -> tuple[Fault, ...]:
    """Return where one number stands for two accounts, as it is or as beancount writes it."""
    faults: list[Fault] = []
    over_time: dict[str, tuple[str, Side]] = {}
    if mapping.audit_file is not None:
        last = mapping.audit_file.earlier_years
        over_time[last.number.replace(".", "-")] = last.number, last.side
    for index, version in enumerate(mapping.versions):
        here: dict[str, BooksAccount] = {}
        for name, account in version.accounts.items():
            key = account.number.replace(".", "-")
            same = (account.number, account.side) == over_time.setdefault(
                key, (account.number, account.side)
            )
            first = here.setdefault(key, account)
            if not same or (account.name, account.rgs) != (first.name, first.rgs):
                error = ExportError("export.number_twice", number=account.number)
                faults.append(error.as_fault(f"version.{index}.accounts.{name}.number"))
    return tuple(faults)


_FILE: Final = DatedFile(
    "mapping",
    ("valid_from", "valid_to"),
    ("accounts",),
    ExportError,
    unreadable="export.mapping",
    invalid="export.mapping_invalid",
    missing="export.missing",
    unknown_key="export.unknown_key",
    unknown_value="export.value",
    wrong_type="export.value",
)


def _validated(document: dict[str, object], file: str) -> BooksMapping:
    mapping = BooksMapping(_FILE.check(_MappingFile, document, file))
    faults = _shared_numbers(mapping)
    if faults:
        raise _FILE.refusal(file, faults)
    overlap = overlap_of(mapping.versions)
    if overlap is not None:
        raise ExportError("export.overlap", mapping=mapping.id, date=overlap.isoformat())
    return mapping


def parse_mapping(text: str, *, file: str) -> BooksMapping:
    """Read a mapping (koppeltabel) from the text of a file.

    Raises:
        ExportError: export.mapping, export.mapping_invalid with every fault, export.overlap.

    >>> try:
    ...     parse_mapping("[accounts]", file="mine.toml")
    ... except ExportError as error:
    ...     print(error.faults[0][:2])
    ('export.missing', 'mapping')
    """
    return _FILE.parse(text, file, _validated)


def load_mapping(path: str | os.PathLike[str]) -> BooksMapping:
    """Load a mapping (koppeltabel) from a file. There is no default mapping.

    Raises:
        ExportError: export.mapping, export.mapping_invalid with every fault, export.overlap.
    """
    return parse_mapping(_FILE.text_of(path), file=os.fspath(path))
