"""From what pydantic says to the closed list of fact codes, with the path of the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, NotRequired, TypedDict, TypeVar, cast

from pydantic_core import PydanticCustomError

from reba.error_codes import CODES
from reba.errors import Fault, RebaError

__all__ = [
    "CROSS_FAULTS",
    "PydanticFault",
    "coded",
    "dotted_path",
    "faults_of",
    "without_false_absences",
]

_T = TypeVar("_T")

CROSS_FAULTS: Final = "reba_cross_faults"


class PydanticFault(TypedDict):
    """The part of pydantic's error details that we read."""

    type: str
    loc: tuple[int | str, ...]
    msg: str
    ctx: NotRequired[Mapping[str, object]]


def coded(parse: Callable[[object], _T]) -> Callable[[object], _T]:
    """Let pydantic collect our own coded errors beside its own.

    The same months, dates and amounts come back in every row of a run, so texts are read once.
    """
    parse_text = lru_cache(maxsize=8192)(parse)

    def read(value: object) -> _T:
        try:
            return parse_text(value) if type(value) is str else parse(value)
        except RebaError as error:
            raise PydanticCustomError(
                "reba", "{sentence}", {"code": error.code, "sentence": str(error)}
            ) from error

    return read


def dotted_path(place: Iterable[int | str]) -> str:
    """Write a place in the facts as the CSV columns are named: joined by dots.

    >>> dotted_path(("members", 0, "income", 1, "net"))
    'members.0.income.1.net'
    """
    return ".".join(str(part) for part in place)


def _says(code: str, **data: object) -> str:
    entry = CODES[code]
    return f"{entry.says.format_map(data)} {entry.remedy.format_map(data)}"


def _translate(detail: PydanticFault) -> tuple[Fault, ...]:
    place = detail["loc"]
    path = dotted_path(place)
    kind = detail["type"]
    context = detail.get("ctx", {})
    key = str(place[-1]) if place else ""
    match kind:
        case "reba":
            return (Fault(str(context["code"]), path, str(context["sentence"])),)
        case _ if kind == CROSS_FAULTS:
            return cast("tuple[Fault, ...]", context["faults"])
        case "missing":
            code, reason = "facts.missing", _says("facts.missing", key=key)
        case "extra_forbidden":
            code, reason = "facts.unknown_key", _says("facts.unknown_key", key=key)
        case "literal_error":
            allowed = str(context["expected"])
            code = "facts.unknown_kind"
            reason = _says(code, key=key, allowed=allowed)
        case "json_invalid":
            code, reason = "facts.json", _says("facts.json", reason=str(context["error"]))
        case "too_long":
            code = "facts.too_many"
            reason = _says(code, maximum=context["max_length"], what=key)
        case "too_short":
            code, reason = "facts.no_members", _says("facts.no_members")
        case _:
            code, reason = "facts.type", _says("facts.type", reason=detail["msg"])
    return (Fault(code, path, reason),)


def without_false_absences(details: Iterable[object]) -> list[PydanticFault]:
    """Return what pydantic found, less "too few" of items that are there and faulty themselves."""
    found = [cast("PydanticFault", detail) for detail in details]
    holds_faults = {detail["loc"][:end] for detail in found for end in range(len(detail["loc"]))}
    return [
        detail
        for detail in found
        if detail["type"] != "too_short" or detail["loc"] not in holds_faults
    ]


def faults_of(details: Iterable[object]) -> tuple[Fault, ...]:
    """Return every fault of a failed validation, in the order of the fields."""
    return tuple(
        fault for detail in without_false_absences(details) for fault in _translate(detail)
    )
