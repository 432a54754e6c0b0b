"""Files that people write and date: a head, and versions that follow one another.

1. A file of one version may leave out `[[version]]`: its days then stand in the head, its rules
   beside it. It is read as the same file written out.
2. The whole file is validated, and every fault is reported with its code, where it is written.
3. The version of a day is the last that began by then; after its last day no older one takes over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, ClassVar, Final, NamedTuple, Protocol, TypeAlias, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from reba.errors import Fault, RebaError
from reba.fact_faults import coded, dotted_path, without_false_absences
from reba.money import format_euros, parse_euros, parse_rate
from reba.months import parse_date
from reba.text_files import parse_toml, read_text

__all__ = ["Cents", "DatedFile", "Day", "Table", "exact_share", "overlap_of", "version_on"]

_FILE_BYTES_MAX: Final = 1_000_000

Day: TypeAlias = Annotated[
    date,
    BeforeValidator(coded(parse_date)),
    PlainSerializer(lambda day: day.isoformat(), return_type=str),
]


Cents: TypeAlias = Annotated[
    int, BeforeValidator(coded(parse_euros)), PlainSerializer(format_euros, return_type=str)
]
"""An amount that a file writes in euros, as "150.00"."""


def exact_share(value: object, error: type[RebaError], code: str) -> Fraction:
    """Read a share (deel), exactly; one of more than the whole is refused in the file's own words.

    Raises:
        MoneyError: money.rate.
        RebaError: with the code that is given.
    """
    share = parse_rate(value)
    if share > 1:
        raise error(code, value=str(value))
    return share


class Table(BaseModel):
    """A table of a file: every key known, every value of its own type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True, frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class _Version(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


_V = TypeVar("_V", bound=_Version)
_T = TypeVar("_T")
_M = TypeVar("_M", bound=BaseModel)


def version_on(versions: Sequence[_V], day: date) -> _V | None:
    """Return the version in force on a day, or None; versions stand in order."""
    begun = [version for version in versions if version.valid_from <= day]
    if not begun or (begun[-1].valid_to is not None and begun[-1].valid_to < day):
        return None
    return begun[-1]


def overlap_of(versions: Sequence[_Version]) -> date | None:
    """Return the first day of a version that ends before it, or begins in the one before; or None.

    A version without a last day stands until the next one begins.
    """
    earlier: _Version | None = None
    for version in versions:
        ends_first = version.valid_to is not None and version.valid_to < version.valid_from
        last = None if earlier is None else earlier.valid_to or earlier.valid_from
        if ends_first or (last is not None and version.valid_from <= last):
            return version.valid_from
        earlier = version
    return None


class DatedFile(NamedTuple):
    """A kind of file: the name of its head, its keys, and the codes of what may be wrong.

    `of_version` are the keys of the head that belong to the version where a file has only one;
    `rules` are the tables of a version.
    """

    head: str
    of_version: tuple[str, ...]
    rules: tuple[str, ...]
    error: type[RebaError]
    unreadable: str
    invalid: str
    missing: str
    unknown_key: str
    unknown_value: str
    wrong_type: str

    def check(self, model: type[_M], document: Mapping[str, object], file: str) -> _M:
        """Validate a document of the shape with versions; raise with every fault."""
        try:
            return model.model_validate(document)
        except ValidationError as error:
            raise self.refusal(file, self._faults(error)) from None

    def refusal(self, file: str, faults: tuple[Fault, ...]) -> RebaError:
        """Return the error of a file with these faults."""
        first = f"{faults[0].path}: {faults[0].reason}"
        return self.error(self.invalid, faults=faults, file=file, count=len(faults), first=first)

    def _faults(self, error: ValidationError) -> tuple[Fault, ...]:
        codes = {
            "missing": self.missing,
            "extra_forbidden": self.unknown_key,
            "literal_error": self.unknown_value,
        }
        faults: list[Fault] = []
        for detail in without_false_absences(error.errors(include_url=False, include_input=False)):
            path = dotted_path(detail["loc"])
            if detail["type"] == "reba":
                context = cast("dict[str, str]", detail.get("ctx", {}))
                faults.append(Fault(context["code"], path, context["sentence"]))
                continue
            code = codes.get(detail["type"], self.wrong_type)
            key = str(detail["loc"][-1]) if detail["loc"] else ""
            faults.append(self.error(code, key=key, reason=detail["msg"]).as_fault(path))
        return tuple(faults)

    def _one_shape(self, document: dict[str, object]) -> dict[str, object]:
        """Turn a file with one unnumbered version into the shape with a list of versions."""
        head = document.get(self.head)
        if "version" in document or not isinstance(head, dict):
            return document
        head = dict(cast("dict[str, object]", head))
        version = {key: head.pop(key) for key in self.of_version if key in head}
        version |= {key: document[key] for key in self.rules if key in document}
        moved = {self.head, *self.rules}
        rest = {key: value for key, value in document.items() if key not in moved}
        return {**rest, self.head: head, "version": [version]}

    def _as_written(self, fault: Fault) -> Fault:
        place = fault.path.removeprefix("version.0.")
        in_head = place != fault.path and place.partition(".")[0] in self.of_version
        return fault._replace(path=f"{self.head}.{place}" if in_head else place)

    def parse(self, text: str, file: str, make: Callable[[dict[str, object], str], _T]) -> _T:
        """Read the text of a file, and make of it what it says.

        Raises:
            RebaError: of this kind of file, with every fault where it is written.
        """
        try:
            document = parse_toml(text)
        except ValueError as error:
            raise self.error(self.unreadable, file=file, reason=str(error)) from error
        shaped = self._one_shape(document)
        try:
            return make(shaped, file)
        except self.error as error:
            if shaped is document or not error.faults:
                raise
            faults = tuple(self._as_written(fault) for fault in error.faults)
            raise self.refusal(file, faults) from None

    def text_of(self, path: str | os.PathLike[str]) -> str:
        """Return the text of a file.

        Raises:
            RebaError: of this kind of file, where it cannot be read.
        """
        try:
            return read_text(path, _FILE_BYTES_MAX)
        except ValueError as error:
            raise self.error(self.unreadable, file=os.fspath(path), reason=str(error)) from error
