"""What the RooO leaves to the municipality: choices in a dated file, and never in code.

1. There is no default: a municipality that charges says how. Who proves income, on which months,
   and what is withdrawn or charged where the regulation says "wholly or partly" (geheel of ten
   dele) are all named, each version with its source.
2. The whole file is validated, and every fault is reported with its code and place.
3. Versions follow one another; that of the first day of the month applies. After its last day no
   older version takes over.
4. The digest covers all versions, so that an assessment names the choices it was made under.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from pydantic import Field

from reba.canonical import canonical_text, text_digest
from reba.dated_files import DatedFile, Day, Table, overlap_of, version_on
from reba.errors import ChoicesError, Fault
from reba.months import Month

__all__ = [
    "ChoicesVersion",
    "IncomeProof",
    "MunicipalChoices",
    "Part",
    "ReferencePeriod",
    "load_choices",
    "parse_choices",
]

IncomeProof: TypeAlias = Literal["measured", "presumption"]
"""Income is measured, or presumed of an adult who receives no leefgeld, unless reported."""

ReferencePeriod: TypeAlias = Literal["month", "fixed_dates"]
"""The income of the month before decides a month, or that of the month of the last fixed date."""

Part: TypeAlias = Literal["nothing", "pro_rata", "full"]
"""What is withdrawn or charged: nothing; a part by where the income lies; as much as is lawful."""

VERSIONS_MAX: Final = 100
DATES_MAX: Final = 12

_DATE: Final = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_LEAP_YEAR: Final = 2000


class _RulesTable(Table):
    """[rules]: the choices themselves."""

    income_proof: IncomeProof
    reference_period: ReferencePeriod
    reference_dates: tuple[str, ...] = Field(default=(), strict=False, max_length=DATES_MAX)
    below_first: Part
    between: Part


class _VersionTable(Table):
    """[[version]]: the choices from a first day on, and the decision they rest on."""

    valid_from: Day
    valid_to: Day | None = None
    source: str = Field(min_length=1)
    rules: _RulesTable


class _HeadTable(Table):
    """[choices]: what they are called, and whose they are."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    municipality: str = Field(min_length=1)


class _ChoicesFile(Table):
    choices: _HeadTable
    version: tuple[_VersionTable, ...] = Field(strict=False, min_length=1, max_length=VERSIONS_MAX)


class ChoicesVersion(NamedTuple):
    """The choices of a municipality from a first day on. Both days inclusive."""

    number: int
    valid_from: date
    valid_to: date | None
    source: str
    income_proof: IncomeProof
    reference_period: ReferencePeriod
    reference_dates: tuple[tuple[int, int], ...]
    below_first: Part
    between: Part

    def reference_month(self, month: Month) -> Month:
        """Return the month whose income decides a month.

        The regulation withdraws from the first day of the following month; so a fixed date decides
        from the month after it to the month of the next one.

        >>> version = ChoicesVersion(1, date(2025, 1, 1), None, "x", "measured", "fixed_dates",
        ...                          ((1, 1), (7, 1)), "nothing", "nothing")
        >>> version.reference_month(Month(2025, 7)), version.reference_month(Month(2025, 8))
        (Month(2025, 1), Month(2025, 7))
        """
        if self.reference_period == "month":
            return month - 1
        numbers = {number for number, _ in self.reference_dates}
        return next(month - back for back in range(1, 13) if (month - back).number in numbers)


class MunicipalChoices:
    """The choices of one municipality with all their versions. Immutable."""

    __slots__ = ("_record", "digest", "id", "municipality", "versions")

    def __init__(self, file: _ChoicesFile) -> None:
        self.id = file.choices.id
        self.municipality = file.choices.municipality
        self.versions = tuple(
            _version(number, table) for number, table in enumerate(file.version, start=1)
        )
        self._record = file.model_dump(mode="json", exclude_none=True)
        self.digest: str = text_digest(canonical_text(self._record))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MunicipalChoices) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<MunicipalChoices {self.id} with {len(self.versions)} version(s)>"

    def on(self, day: date) -> ChoicesVersion:
        """Return the version in force on a day.

        Raises:
            ChoicesError: choices.no_version.
        """
        version = version_on(self.versions, day)
        if version is not None:
            return version
        raise ChoicesError(
            "choices.no_version",
            choices=self.id,
            date=day.isoformat(),
            first=self.versions[0].valid_from.isoformat(),
        )

    def to_record(self) -> dict[str, object]:
        """Return the choices as plain data, as a ledger can keep them."""
        return dict(self._record)

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> MunicipalChoices:
        """Make the choices again from what was kept; the digest is the same."""
        return _validated(dict(record), "the choices kept in the ledger")


def _dates(texts: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for text in texts:
        match = _DATE.fullmatch(text)
        if match is None:
            raise ChoicesError("choices.reference_dates", reason=f"{text!r} is no day of a year")
        day = (int(match[1]), int(match[2]))
        try:
            date(_LEAP_YEAR, *day)
        except ValueError:
            raise ChoicesError(
                "choices.reference_dates", reason=f"{text!r} is no day of a year"
            ) from None
        if found and day[0] <= found[-1][0]:
            raise ChoicesError(
                "choices.reference_dates", reason=f"{text!r} is not in a later month than the last"
            )
        found.append(day)
    return tuple(found)


def _version(number: int, table: _VersionTable) -> ChoicesVersion:
    rules = table.rules
    return ChoicesVersion(
        number,
        table.valid_from,
        table.valid_to,
        table.source,
        rules.income_proof,
        rules.reference_period,
        _dates(rules.reference_dates),
        rules.below_first,
        rules.between,
    )


def _date_faults(file: _ChoicesFile) -> tuple[Fault, ...]:
    """Return what is wrong with reference dates: they go with fixed dates, and with those only."""
    faults: list[Fault] = []
    for number, version in enumerate(file.version):
        rules, error = version.rules, None
        if rules.reference_period == "fixed_dates" and not rules.reference_dates:
            error = ChoicesError("choices.reference_dates", reason="none is named")
        elif rules.reference_period != "fixed_dates" and rules.reference_dates:
            error = ChoicesError("choices.reference_dates", reason="every month is its own")
        else:
            try:
                _dates(rules.reference_dates)
            except ChoicesError as found:
                error = found
        if error is not None:
            faults.append(error.as_fault(f"version.{number}.rules.reference_dates"))
    return tuple(faults)


_FILE: Final = DatedFile(
    "choices",
    ("valid_from", "valid_to", "source"),
    ("rules",),
    ChoicesError,
    unreadable="choices.file",
    invalid="choices.invalid",
    missing="choices.missing",
    unknown_key="choices.unknown_key",
    unknown_value="choices.unknown_value",
    wrong_type="choices.type",
)


def _validated(document: dict[str, object], file: str) -> MunicipalChoices:
    parsed = _FILE.check(_ChoicesFile, document, file)
    faults = _date_faults(parsed)
    if faults:
        raise _FILE.refusal(file, faults)
    choices = MunicipalChoices(parsed)
    overlap = overlap_of(choices.versions)
    if overlap is not None:
        raise ChoicesError("choices.overlap", choices=choices.id, date=overlap.isoformat())
    return choices


def parse_choices(text: str, *, file: str) -> MunicipalChoices:
    """Read the choices of a municipality from the text of a file.

    Raises:
        ChoicesError: choices.file, choices.invalid with every fault, choices.overlap.

    >>> choices = parse_choices('''
    ... [choices]
    ... id = "example"
    ... municipality = "Voorbeeldstad"
    ... source = "a decision of the council"
    ... valid_from = 2025-10-01
    ... [rules]
    ... income_proof = "measured"
    ... reference_period = "month"
    ... below_first = "nothing"
    ... between = "pro_rata"
    ... ''', file="example.toml")
    >>> choices.on(date(2025, 10, 1)).between
    'pro_rata'
    """
    return _FILE.parse(text, file, _validated)


def load_choices(path: str | os.PathLike[str]) -> MunicipalChoices:
    """Load the choices of a municipality from a file. There are no default choices.

    Raises:
        ChoicesError: choices.file, choices.invalid with every fault, choices.overlap.
    """
    return parse_choices(_FILE.text_of(path), file=os.fspath(path))
