"""Statutory parameters: dated values, each with its unit, status and legal source.

1. A value is valid from a first day to a last day, both inclusive. After the last day there is no
   fall-back to anything: asking is an error that names the parameter, the day and what is known.
2. No two values of a parameter are valid on one day. A gap between two values is declared with its
   reason, or the file does not load.
3. A value without a source or a unit does not load. A value that is not `verified` makes every
   result that uses it provisional.
4. An amount of which the period is not known is kept as `undated`: shown, and never used.
5. An overlay makes a new set of parameters; the shipped set is never touched.
"""

from __future__ import annotations

import hashlib
import json
import os
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple, cast

from reba.errors import LawError
from reba.law.parameter_files import check_parameter, parse_parameters
from reba.law.parameter_records import parameter_from_record, parameter_record
from reba.law.parameter_values import DatedValue, Gap, Parameter, Status, UndatedValue

__all__ = [
    "DatedValue",
    "Gap",
    "Law",
    "Parameter",
    "Remark",
    "Status",
    "UndatedValue",
    "check_law",
    "load_law",
]

_DAY: Final = timedelta(days=1)
_FILES: Final = ("reba-2008.toml", "rva-2005.toml", "participatiewet.toml", "rooo.toml")


class Law:
    """A set of statutory parameters. Immutable; two sets with the same content are equal.

    Args:
        parameters: at most one of each name.
    """

    __slots__ = ("_by_name", "_starts", "digest")

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        by_name = {parameter.name: parameter for parameter in parameters}
        self._by_name: Mapping[str, Parameter] = dict(sorted(by_name.items()))
        self._starts = {
            name: [value.valid_from for value in parameter.values]
            for name, parameter in self._by_name.items()
        }
        text = json.dumps(
            self.to_record(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        self.digest: str = hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Law) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<Law {self.digest[:12]} with {len(self._by_name)} parameters>"

    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters, sorted."""
        return tuple(self._by_name)

    def parameter(self, name: str) -> Parameter:
        """Return all that is known of a parameter.

        Raises:
            LawError: law.unknown_parameter.
        """
        found = self._by_name.get(name)
        if found is None:
            raise LawError("law.unknown_parameter", parameter=name)
        return found

    def values(self, name: str) -> tuple[DatedValue, ...]:
        """Return the values of a parameter in order of time."""
        return self.parameter(name).values

    def gaps(self, name: str) -> tuple[Gap, ...]:
        """Return the declared gaps of a parameter."""
        return self.parameter(name).gaps

    def undated(self, name: str) -> tuple[UndatedValue, ...]:
        """Return the amounts that a source names for a period we do not know."""
        return self.parameter(name).undated

    def value(self, name: str, on: date) -> DatedValue:
        """Return the value in force on a day.

        Raises:
            LawError: law.no_value, law.unknown_parameter.

        >>> load_law().value("reba.exemption_maximum", date(2015, 3, 1)).value_text
        '183.00'
        """
        values = self.parameter(name).values
        index = bisect_right(self._starts[name], on) - 1
        if index >= 0:
            found = values[index]
            if found.valid_to is None or on <= found.valid_to:
                return found
        before = values[index] if index >= 0 else None
        after = values[index + 1] if index + 1 < len(values) else None
        raise _no_value(name, on, before, after)

    def boundaries(self, name: str | None = None) -> tuple[date, ...]:
        """Return each first day of a value, and each first day after one."""
        names = self.names() if name is None else (name,)
        days: set[date] = set()
        for each in names:
            for value in self.values(each):
                days.add(value.valid_from)
                if value.valid_to is not None:
                    days.add(value.valid_to + _DAY)
        return tuple(sorted(days))

    def to_record(self) -> dict[str, object]:
        """Return the whole set as plain data, as a ledger keeps it."""
        return {name: parameter_record(each) for name, each in self._by_name.items()}

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> Law:
        """Make the set again from what a ledger kept; the digest is the same."""
        return cls(
            parameter_from_record(name, cast("Mapping[str, object]", each))
            for name, each in record.items()
        )

    def with_overlay(self, path: str | os.PathLike[str]) -> Law:
        """Return a new set in which an organisation's file replaces and adds values.

        On the days that an overlay value covers it takes the place of shipped values and gaps;
        elsewhere nothing changes. Its status is `supplied`, so results stay provisional.

        Raises:
            LawError: law.file, law.unknown_parameter, law.source_missing, law.overlap,
                law.gap_unmarked.
        """
        file = os.fspath(path)
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LawError("law.file", file=file, reason=str(error)) from error
        changed = dict(self._by_name)
        for parameter in parse_parameters(text, file, overlay=True):
            changed[parameter.name] = _overlaid(self.parameter(parameter.name), parameter, file)
        return Law(changed.values())


def _no_value(name: str, on: date, before: DatedValue | None, after: DatedValue | None) -> LawError:
    known: list[str] = []
    last = None if before is None or before.valid_to is None else before.valid_to
    if last is not None:
        known.append(f"up to {last}")
    if after is not None:
        known.append(f"again from {after.valid_from}" if last else f"from {after.valid_from}")
    return LawError(
        "law.no_value",
        parameter=name,
        date=on.isoformat(),
        nearest=", ".join(known) or "none at all",
        nearest_before=last.isoformat() if last else None,
        nearest_after=after.valid_from.isoformat() if after else None,
    )


def _cut(value: DatedValue, first: date, last: date | None) -> list[DatedValue]:
    """Return what is left of a value outside the days first..last."""
    left: list[DatedValue] = []
    if value.valid_from < first:
        end = first - _DAY
        kept = end if value.valid_to is None else min(end, value.valid_to)
        left.append(value._replace(valid_to=kept))
    if last is not None and (value.valid_to is None or value.valid_to > last):
        left.append(value._replace(valid_from=max(value.valid_from, last + _DAY)))
    return left


def _cut_gap(gap: Gap, first: date, last: date | None) -> list[Gap]:
    left: list[Gap] = []
    if gap.first < first:
        left.append(gap._replace(last=min(gap.last, first - _DAY)))
    if last is not None and gap.last > last:
        left.append(gap._replace(first=max(gap.first, last + _DAY)))
    return left


def _fill_gaps(values: list[DatedValue], gaps: list[Gap]) -> list[Gap]:
    """Declare what lies between values that an overlay set apart from the rest."""
    spans = sorted(
        [(value.valid_from, value.valid_to) for value in values]
        + [(gap.first, gap.last) for gap in gaps],
        key=lambda span: span[0],
    )
    filled = list(gaps)
    for (_, last), (following, _) in pairwise(spans):
        if last is not None and following > last + _DAY:
            filled.append(Gap(last + _DAY, following - _DAY, "not supplied by the overlay"))
    return sorted(filled)


def _overlaid(shipped: Parameter, overlay: Parameter, file: str) -> Parameter:
    if overlay.unit != shipped.unit:
        raise LawError(
            "law.file", file=file, reason=f"{shipped.name} is in {shipped.unit}, not {overlay.unit}"
        )
    values, gaps = list(shipped.values), list(shipped.gaps)
    for new in overlay.values:
        values = [rest for old in values for rest in _cut(old, new.valid_from, new.valid_to)]
        gaps = [rest for old in gaps for rest in _cut_gap(old, new.valid_from, new.valid_to)]
        values.append(new)
    values.sort(key=lambda value: value.valid_from)
    result = shipped._replace(values=tuple(values), gaps=tuple(_fill_gaps(values, gaps)))
    own = overlay.values
    for one, two in pairwise(own):
        if one.valid_to is None or two.valid_from <= one.valid_to:
            raise LawError(
                "law.overlap", file=file, parameter=shipped.name, date=two.valid_from.isoformat()
            )
    check_parameter(result, file)
    return result


@lru_cache(maxsize=1)
def _shipped() -> Law:
    # Loaded with the first law: whoever imports the library need not wait for it.
    from importlib import resources  # noqa: PLC0415

    folder = resources.files("reba.law") / "data"
    found: list[Parameter] = []
    for file in _FILES:
        found.extend(parse_parameters((folder / file).read_text(encoding="utf-8"), file))
    return Law(found)


def load_law(overlay: str | os.PathLike[str] | None = None) -> Law:
    """Load the statutory parameters, with an organisation's own amounts laid over them.

    Args:
        overlay: a file in the same format with official amounts that are not published.

    Raises:
        LawError: law.file, law.unknown_parameter, law.source_missing, law.overlap,
            law.gap_unmarked.

    >>> load_law().value("reba.housing_first_member", date(2015, 3, 1)).jci
    'jci1.3:c:BWBR0024733&artikel=3&g=2008-11-26'
    """
    law = _shipped()
    return law if overlay is None else law.with_overlay(overlay)


class Remark(NamedTuple):
    """Something about a parameter that who relies on it must know."""

    parameter: str
    kind: str
    first: date | None
    last: date | None
    text: str


def check_law(law: Law) -> tuple[Remark, ...]:
    """List the gaps, the ends, the values that are not verified and the undated amounts."""
    remarks: list[Remark] = []
    for name in law.names():
        parameter = law.parameter(name)
        remarks.extend(
            Remark(name, "gap", gap.first, gap.last, gap.reason) for gap in parameter.gaps
        )
        remarks.extend(
            Remark(name, value.status, value.valid_from, value.valid_to, value.note or "")
            for value in parameter.values
            if value.status != "verified"
        )
        if parameter.values and parameter.values[-1].valid_to is not None:
            last = parameter.values[-1].valid_to
            remarks.append(Remark(name, "ends", last, None, f"nothing is known after {last}"))
        remarks.extend(
            Remark(name, "undated", None, None, f"{item.value_text} {item.unit}: {item.said_of}")
            for item in parameter.undated
        )
    return tuple(remarks)
