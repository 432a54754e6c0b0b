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
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal, NamedTuple, TypeAlias, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
)

from reba.canonical import canonical_text, text_digest
from reba.errors import ChoicesError, Fault
from reba.fact_faults import coded, dotted_path
from reba.months import Month, parse_date

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

Day: TypeAlias = Annotated[
    date,
    BeforeValidator(coded(parse_date)),
    PlainSerializer(lambda day: day.isoformat(), return_type=str),
]


class _Table(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True, frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class _RulesTable(_Table):
    """[rules]: the choices themselves."""

    income_proof: IncomeProof
    reference_period: ReferencePeriod
    reference_dates: tuple[str, ...] = Field(default=(), strict=False, max_length=DATES_MAX)
    below_first: Part
    between: Part


class _VersionTable(_Table):
    """[[version]]: the choices from a first day on, and the decision they rest on."""

    valid_from: Day
    valid_to: Day | None = None
    source: str = Field(min_length=1)
    rules: _RulesTable


class _HeadTable(_Table):
    """[choices]: what they are called, and whose they are."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    municipality: str = Field(min_length=1)


class _ChoicesFile(_Table):
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
        for version in reversed(self.versions):
            if version.valid_from <= day:
                if version.valid_to is None or day <= version.valid_to:
                    return version
                break
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


def _faults_of(error: ValidationError) -> tuple[Fault, ...]:
    codes = {
        "missing": "choices.missing",
        "extra_forbidden": "choices.unknown_key",
        "literal_error": "choices.unknown_value",
    }
    faults: list[Fault] = []
    details = error.errors(include_url=False, include_input=False)
    for detail in details:
        if detail["type"] == "too_short" and len(details) > 1:
            continue  # the items are there and faulty, which is said of each
        path = dotted_path(detail["loc"])
        if detail["type"] == "reba":
            context = cast("dict[str, str]", detail.get("ctx", {}))
            faults.append(Fault(context["code"], path, context["sentence"]))
            continue
        code = codes.get(detail["type"], "choices.type")
        key = str(detail["loc"][-1]) if detail["loc"] else ""
        faults.append(ChoicesError(code, key=key, reason=detail["msg"]).as_fault(path))
    return tuple(faults)


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


def _invalid(file: str, faults: tuple[Fault, ...]) -> ChoicesError:
    first = f"{faults[0].path}: {faults[0].reason}"
    return ChoicesError("choices.invalid", faults=faults, file=file, count=len(faults), first=first)


def _validated(document: dict[str, object], file: str) -> MunicipalChoices:
    try:
        parsed = _ChoicesFile.model_validate(document)
    except ValidationError as error:
        raise _invalid(file, _faults_of(error)) from None
    faults = _date_faults(parsed)
    if faults:
        raise _invalid(file, faults)
    choices = MunicipalChoices(parsed)
    earlier: ChoicesVersion | None = None
    for version in choices.versions:
        reversed_days = version.valid_to is not None and version.valid_to < version.valid_from
        overlaps = earlier is not None and version.valid_from <= (
            earlier.valid_to or earlier.valid_from
        )
        if reversed_days or overlaps:
            raise ChoicesError(
                "choices.overlap", choices=choices.id, date=version.valid_from.isoformat()
            )
        earlier = version
    return choices


_HEAD_OF_VERSION: Final = ("valid_from", "valid_to", "source")


def _one_shape(document: dict[str, object]) -> dict[str, object]:
    """Turn a file with one unnumbered version into the shape with a list of versions."""
    head = document.get("choices")
    if "version" in document or not isinstance(head, dict):
        return document
    head = dict(cast("dict[str, object]", head))
    version: dict[str, object] = {key: head.pop(key) for key in _HEAD_OF_VERSION if key in head}
    if "rules" in document:
        version["rules"] = document["rules"]
    rest = {key: value for key, value in document.items() if key not in {"choices", "rules"}}
    return {**rest, "choices": head, "version": [version]}


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
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ChoicesError("choices.file", file=file, reason=str(error)) from error
    shaped = _one_shape(document)
    try:
        return _validated(shaped, file)
    except ChoicesError as error:
        if shaped is document or not error.faults:
            raise
        # The file has no [[version]]: name the places as they are written.
        faults = tuple(_as_written(fault) for fault in error.faults)
        raise _invalid(file, faults) from None


def _as_written(fault: Fault) -> Fault:
    place = fault.path.removeprefix("version.0.")
    in_head = place != fault.path and place.partition(".")[0] in _HEAD_OF_VERSION
    return fault._replace(path=f"choices.{place}" if in_head else place)


def load_choices(path: str | os.PathLike[str]) -> MunicipalChoices:
    """Load the choices of a municipality from a file. There are no default choices.

    Raises:
        ChoicesError: choices.file, choices.invalid with every fault, choices.overlap.
    """
    file = os.fspath(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ChoicesError("choices.file", file=file, reason=str(error)) from error
    return parse_choices(text, file=file)
