"""What one statutory parameter holds: dated values, declared gaps, and amounts without a period."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final, Literal, NamedTuple, TypeAlias

from reba.money import exact_decimal, format_euros

__all__ = [
    "COUNT_MAX",
    "UNITS",
    "DatedValue",
    "Gap",
    "Parameter",
    "Status",
    "UndatedValue",
    "Unit",
    "unusable",
]

Status: TypeAlias = Literal["verified", "derived", "reported", "supplied"]
Unit: TypeAlias = Literal[
    "EUR", "EUR/week", "EUR/month", "ratio", "days", "weeks", "months", "years", "persons"
]

UNITS: Final[frozenset[str]] = frozenset(
    {"EUR", "EUR/week", "EUR/month", "ratio", "days", "weeks", "months", "years", "persons"}
)


COUNT_MAX: Final = {"weeks": 52, "days": 366}
"""A report names no more weeks of an exemption, and a year has no more days."""
_COUNT_MAX_OTHER: Final = 120
_DIVISORS: Final = frozenset({"reba.spend_down_factor"})


def unusable(name: str, unit: str, value: int | Fraction) -> str | None:
    """Say why a value can be no value of a parameter, or return None.

    >>> unusable("rva.adult_age", "years", 999)
    'it is more than 120 years'
    """
    if unit == "ratio":
        divides_by_nothing = name in _DIVISORS and value == 0
        return "assets are divided by it, so it cannot be zero" if divides_by_nothing else None
    maximum = COUNT_MAX.get(unit, _COUNT_MAX_OTHER)
    if not unit.startswith("EUR") and value > maximum:
        return f"it is more than {maximum} {unit}"
    return None


def _value_text(unit: str, value: int | Fraction) -> str:
    if unit.startswith("EUR"):
        return format_euros(int(value))
    return exact_decimal(Fraction(value))


class DatedValue(NamedTuple):
    """One value of one parameter, and where it is laid down.

    `value` is cents for units in EUR, an exact fraction for ratios, a count for the rest.
    `valid_from` and `valid_to` are Amsterdam calendar dates, both inclusive.

    >>> DatedValue("reba.month_factor", "ratio", Fraction("4.33"), date(2008, 11, 26), None,
    ...            "verified", "jci1.3:c:BWBR0024733&artikel=3", None, None).value_text
    '4.33'
    """

    name: str
    unit: str
    value: int | Fraction
    valid_from: date
    valid_to: date | None
    status: Status
    jci: str | None
    url: str | None
    note: str | None

    @property
    def value_text(self) -> str:
        """The value as the files write it: euros, a decimal, or a count."""
        return _value_text(self.unit, self.value)


class Gap(NamedTuple):
    """A period of which the value is not known, and why. Both days inclusive."""

    first: date
    last: date
    reason: str


class UndatedValue(NamedTuple):
    """An amount that a source names for a period we do not know. Shown, never used."""

    name: str
    unit: str
    value: int | Fraction
    said_of: str
    url: str
    note: str | None

    @property
    def value_text(self) -> str:
        """The value as the files write it."""
        return _value_text(self.unit, self.value)


class Parameter(NamedTuple):
    """A statutory parameter: its name, its meaning, and all that is known of it."""

    name: str
    instrument: str
    title_nl: str
    title_en: str
    unit: str
    values: tuple[DatedValue, ...]
    gaps: tuple[Gap, ...]
    undated: tuple[UndatedValue, ...]
