"""A reform (hervorming): the law with some of its values replaced, for asking what it would do.

1. A reform is a new set of parameters; the set it is made of is never touched, and shares nothing
   with it that could change. Whatever is computed for one law is kept under its digest.
2. A replaced value has the status `supplied`: every result that uses it is provisional.
3. A value can be replaced, not invented for days without one: what the law does not know on a day
   stays unknown. Overlays (`Law.with_overlay`) add values, with their source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from reba.errors import LawError
from reba.law.parameter_values import unusable
from reba.law.parameters import DatedValue, Law
from reba.money import parse_euros, parse_rate

__all__ = ["Reform", "moved_law", "reformed"]


_DIGITS_MAX: Final = 6


class Reform(NamedTuple):
    """A set of statutory parameters to compare with, and what it is called."""

    name: str
    law: Law


def _parsed(name: str, unit: str, text: str) -> int | Fraction:
    if unit.startswith("EUR"):
        return parse_euros(text)
    if unit == "ratio":
        value: int | Fraction = parse_rate(text)
    elif text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX:
        value = int(text)
    else:
        raise _unusable(name, f"{text[:40]!r} is no number of {unit}")
    reason = unusable(name, unit, value)
    if reason is not None:
        raise _unusable(name, f"{text}: {reason}")
    return value


def _unusable(name: str, reason: str) -> LawError:
    return LawError("law.file", file=f"reform of {name}", reason=reason)


def _replaced(value: DatedValue, amount: int | Fraction, source: str) -> DatedValue:
    if amount == value.value:  # what stays as it is keeps its source, and its status
        return value
    return value._replace(value=amount, status="supplied", jci=None, url=None, note=source)


def reformed(law: Law, changes: Mapping[str, str], *, source: str) -> Law:
    """Return the law with the values of some parameters replaced, on every day they have one.

    Args:
        law: the dated statutory parameters; left as they are.
        changes: by parameter, the new value as files write it: euros, a decimal, or a count.
        source: who proposes it, for the trace.

    Raises:
        LawError: law.unknown_parameter, law.file.
        MoneyError: money.format, money.rate and their like.

    >>> from datetime import date
    >>> from reba import load_law
    >>> law = load_law()
    >>> higher = reformed(law, {"reba.exemption_maximum": "250.00"}, source="a proposal")
    >>> day = date(2015, 3, 1)
    >>> [one.value("reba.exemption_maximum", day).value_text for one in (law, higher)]
    ['183.00', '250.00']
    """
    parameters = {name: law.parameter(name) for name in law.names()}
    for name, text in changes.items():
        parameter = law.parameter(name)
        amount = _parsed(name, parameter.unit, text)
        values = tuple(_replaced(value, amount, source) for value in parameter.values)
        parameters[name] = parameter._replace(values=values)
    return Law(parameters.values())


def moved_law(law: Law, name: str, moved: Callable[[str], str], *, source: str) -> Law:
    """Return the law with each value of a parameter moved by itself, so that indexation stays.

    Args:
        law: the dated statutory parameters; left as they are.
        name: the parameter.
        moved: gives the new value of a value, both as files write them.
        source: who proposes it, for the trace.

    Raises:
        LawError: law.unknown_parameter, law.file.
        MoneyError: money.format, money.rate and their like.
    """
    parameter = law.parameter(name)
    values = tuple(
        _replaced(value, _parsed(name, parameter.unit, moved(value.value_text)), source)
        for value in parameter.values
    )
    changed = {each: law.parameter(each) for each in law.names()}
    changed[name] = parameter._replace(values=values)
    return Law(changed.values())
