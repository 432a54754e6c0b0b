"""Read a parameter file: TOML in, checked parameters out; every fault is a load error.

A file names its instrument once, and then each parameter with its values, its declared gaps and
its undated amounts. Amounts are euro strings and ratios decimal strings; floats are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final, NoReturn, cast

from reba.errors import LawError, RebaError
from reba.law.parameter_values import (
    UNITS,
    DatedValue,
    Gap,
    Parameter,
    Status,
    UndatedValue,
    unusable,
)
from reba.money import parse_euros, parse_rate

__all__ = ["check_parameter", "parse_parameters"]

_JCI: Final = re.compile(r"jci1\.3:c:BWBR\d{7}(&[a-z]+=[0-9A-Za-z.\-]+)*")
_URL: Final = re.compile(r"https?://\S+")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_STATUSES: Final = ("verified", "derived", "reported")
_DAY: Final = timedelta(days=1)

_FILE_KEYS: Final = {"instrument", "title", "consulted", "parameter"}
_PARAMETER_KEYS: Final = {"title_nl", "title_en", "unit", "value", "gap", "undated"}
_VALUE_KEYS: Final = {"is", "valid_from", "valid_to", "status", "jci", "url", "note"}
_GAP_KEYS: Final = {"from", "to", "reason"}
_UNDATED_KEYS: Final = {"is", "said_of", "url", "note"}

Table = Mapping[str, object]


class _Reader:
    """Read the tables of one file; `file` names it in every error."""

    def __init__(self, file: str, *, overlay: bool) -> None:
        self.file = file
        self.overlay = overlay

    def fail(self, reason: str) -> NoReturn:
        raise LawError("law.file", file=self.file, reason=reason)

    def table(self, value: object, place: str, keys: set[str]) -> Table:
        if not isinstance(value, dict):
            self.fail(f"{place} is not a table")
        unknown = sorted(set(cast("Table", value)) - keys)
        if unknown:
            self.fail(f"{place} has the unknown key {unknown[0]!r}")
        return cast("Table", value)

    def tables(self, value: object, place: str, keys: set[str]) -> list[Table]:
        if not isinstance(value, list):
            self.fail(f"{place} is not a list of tables")
        return [self.table(item, place, keys) for item in cast("list[object]", value)]

    def text(self, table: Table, key: str, place: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(f"{place} has no {key}")
        return value

    def day(self, table: Table, key: str, place: str) -> date:
        value = table.get(key)
        if type(value) is not date:
            self.fail(f"{place} has no date in {key}")
        if value == date.max:  # no day follows it
            self.fail(f"{place} has {value} in {key}: leave out a last day that nobody set")
        return value

    def amount(self, table: Table, unit: str, place: str) -> int | Fraction:
        value = table.get("is")
        try:
            if unit.startswith("EUR"):
                return parse_euros(value)
            if unit == "ratio":
                return parse_rate(value)
        except (RebaError, ValueError) as error:  # a hexadecimal number may have no end
            self.fail(f"{place}: {error}")
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fail(f"{place} is not a count")
        return value

    def value(self, table: Table, name: str, unit: str) -> DatedValue:
        place = f"a value of {name}"
        first = self.day(table, "valid_from", place)
        place = f"the value of {name} from {first}"
        last = self.day(table, "valid_to", place) if "valid_to" in table else None
        if last is not None and last < first:
            self.fail(f"{place} ends before it starts")
        jci, url = table.get("jci"), table.get("url")
        if jci is None and url is None:
            raise LawError(
                "law.source_missing", file=self.file, parameter=name, date=first.isoformat()
            )
        if jci is not None and not (isinstance(jci, str) and _JCI.fullmatch(jci)):
            self.fail(f"{place}: {jci!r} is not a JCI reference")
        if url is not None and not (isinstance(url, str) and _URL.fullmatch(url)):
            self.fail(f"{place}: {url!r} is not an address")
        status = "supplied" if self.overlay else self.text(table, "status", place)
        if not self.overlay and status not in _STATUSES:
            self.fail(f"{place}: status {status!r} is not one of {', '.join(_STATUSES)}")
        note = self.text(table, "note", place) if "note" in table else None
        amount = self.amount(table, unit, place)
        reason = unusable(name, unit, amount)
        if reason is not None:
            self.fail(f"{place}: {reason}")
        return DatedValue(
            name, unit, amount, first, last,
            cast("Status", status), jci, url, note,
        )  # fmt: skip

    def parameter(self, name: str, value: object, instrument: str) -> Parameter:
        place = f"parameter {name}"
        if _NAME.fullmatch(name) is None:
            self.fail(f"{place} is not named instrument.name")
        table = self.table(value, place, _PARAMETER_KEYS)
        unit = self.text(table, "unit", place)
        if unit not in UNITS:
            self.fail(f"{place} has the unknown unit {unit!r}")
        values = [
            self.value(item, name, unit)
            for item in self.tables(table.get("value", []), place, _VALUE_KEYS)
        ]
        gaps = [
            Gap(self.day(gap, "from", place), self.day(gap, "to", place),
                self.text(gap, "reason", place))
            for gap in self.tables(table.get("gap", []), place, _GAP_KEYS)
        ]  # fmt: skip
        undated = [
            UndatedValue(
                name, unit, self.amount(item, unit, place), self.text(item, "said_of", place),
                self.text(item, "url", place),
                self.text(item, "note", place) if "note" in item else None,
            )
            for item in self.tables(table.get("undated", []), place, _UNDATED_KEYS)
        ]  # fmt: skip
        return Parameter(
            name,
            instrument,
            self.text(table, "title_nl", place),
            self.text(table, "title_en", place),
            unit,
            tuple(sorted(values, key=lambda item: item.valid_from)),
            tuple(sorted(gaps)),
            tuple(undated),
        )


def check_parameter(parameter: Parameter, file: str) -> None:
    """Refuse two values on one day, and a gap between values that nobody declared.

    Raises:
        LawError: law.overlap, law.gap_unmarked, law.file.
    """
    spans = [(value.valid_from, value.valid_to) for value in parameter.values]
    for gap in parameter.gaps:
        if gap.last < gap.first:
            raise LawError("law.file", file=file, reason=f"a gap of {parameter.name} is reversed")
        spans.append((gap.first, gap.last))
    spans.sort(key=lambda span: span[0])
    for (_, last), (following, _) in pairwise(spans):
        if last is None or following <= last:
            raise LawError(
                "law.overlap", file=file, parameter=parameter.name, date=following.isoformat()
            )
        if following != last + _DAY:
            raise LawError(
                "law.gap_unmarked",
                file=file,
                parameter=parameter.name,
                first=(last + _DAY).isoformat(),
                last=(following - _DAY).isoformat(),
            )


def parse_parameters(text: str, file: str, *, overlay: bool = False) -> tuple[Parameter, ...]:
    """Read the parameters of one file.

    Args:
        text: the TOML text.
        file: its name, for errors.
        overlay: whether an organisation supplies the values; their status is then `supplied`.

    Raises:
        LawError: law.file, law.source_missing, law.overlap, law.gap_unmarked.
    """
    import tomllib  # noqa: PLC0415 (loaded with the first law, not with the library)

    reader = _Reader(file, overlay=overlay)
    try:
        document = reader.table(tomllib.loads(text), "the file", _FILE_KEYS)
    except (ValueError, RecursionError) as error:  # also numbers and brackets without end
        reader.fail(str(error))
    instrument = reader.text(document, "instrument", "the file")
    parameters = document.get("parameter")
    if not isinstance(parameters, dict):
        reader.fail("it has no parameters")
    found = tuple(
        reader.parameter(name, value, instrument)
        for name, value in cast("dict[str, object]", parameters).items()
    )
    for parameter in found:
        # An overlay states what it knows; gaps are judged after it is laid over the shipped set.
        if not overlay:
            check_parameter(parameter, file)
    return found
