"""Sets of statutory parameters: the published ones, made ones, and overlays of an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple, cast

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reba.errors import LawError
from reba.law.parameter_files import check_parameter
from reba.law.parameter_values import DatedValue, Gap, Parameter, Status
from reba.law.parameters import Law, load_law
from reba.money import exact_decimal, format_euros
from reba.testing.strategies._scalars import dates
from reba.testing.strategies._support import (
    check_between,
    check_flags,
    chosen,
    draws,
    from_parameters,
    plainly,
    shown_as,
)
from reba.testing.strategies._toml import toml_text

__all__ = ["Change", "made_law", "overlays", "parameter_sets", "published_parameters"]

_FIRST: Final = date(2000, 1, 1)
_LAST: Final = date(2029, 12, 31)
_DAY: Final = timedelta(days=1)
_TAKEN_ON: Final = (date(2015, 6, 1), date(2025, 11, 1), date(2007, 6, 1))
_SOURCE: Final = "https://example.org/made-for-tests"
_ALL_IN: Final = ("rva.all_in_", "rva.child_band_age")
_CHANGES_MAX: Final = 50
_STATUSES: Final = st.sampled_from(["verified", "derived", "reported", "supplied"])
_BY_UNIT: Final = {
    "EUR": (0, 2_000_000), "EUR/week": (0, 10_000), "EUR/month": (0, 60_000), "days": (0, 366),
    "weeks": (0, 52), "months": (0, 12), "years": (16, 21), "persons": (1, 4),
}  # fmt: skip
# Ratios, in ten-thousandths, within what the regulations could mean by them.
_RATIOS: Final = {
    "reba.exemption_rate": (0, 10_000), "reba.month_factor": (40_000, 50_000),
    "reba.spend_down_factor": (10_000, 30_000), "rooo.threshold_rate": (10_000, 20_000),
}  # fmt: skip
_SCALE: Final = 10_000


class Change(NamedTuple):
    """A value that a parameter has from a day on: the text of a file, or None for a declared gap.

    >>> Change("reba.exemption_maximum", date(2014, 1, 1), "100.00").status
    'verified'
    """

    name: str
    valid_from: date
    value: str | None
    status: str = "verified"


@lru_cache(maxsize=1)
def _shipped() -> dict[str, DatedValue]:
    """Return one published value of each parameter: of 2015, else of 2025, else of 2007."""
    law = load_law()
    found: dict[str, DatedValue] = {}
    for name in law.names():
        for day in _TAKEN_ON:
            try:
                found.setdefault(name, law.value(name, day))
            except LawError:
                continue
    return found


def _usable_names(*, all_in: bool) -> list[str]:
    return [name for name in _shipped() if all_in or not name.startswith(_ALL_IN)]


def _read(unit: str, text: str) -> int | Fraction:
    if unit.startswith("EUR"):
        return int(Fraction(text) * 100)
    return Fraction(text) if unit == "ratio" else int(text)


def _made_parameter(name: str, changes: Sequence[Change]) -> Parameter:
    shipped, title = _shipped()[name], load_law().parameter(name)
    by_day = {_FIRST: Change(name, _FIRST, shipped.value_text)}
    by_day |= {change.valid_from: change for change in changes}
    days = sorted(by_day)
    values: list[DatedValue] = []
    gaps: list[Gap] = []
    for day, following in zip(days, [*days[1:], None], strict=True):
        last = None if following is None else following - _DAY
        change = by_day[day]
        if change.value is not None:
            status = cast("Status", change.status)
            value = _read(shipped.unit, change.value)
            values.append(
                DatedValue(name, shipped.unit, value, day, last, status, None, _SOURCE, None)
            )
        elif last is not None:
            gaps.append(Gap(day, last, "made for tests"))
    made = title._replace(values=tuple(values), gaps=tuple(gaps), undated=())
    check_parameter(made, "made for tests")
    return made


def made_law(*changes: Change, all_in: bool = False) -> Law:
    """Make a law for tests: one published value of each parameter from 2000 on, and changes to it.

    Args:
        changes: values from a day on, each until the next change of the same parameter.
        all_in: whether the allowance is one amount a person, as in the Rva before 2011.

    >>> law = made_law(Change("reba.exemption_maximum", date(2014, 1, 1), "100.00"))
    >>> [value.value_text for value in law.values("reba.exemption_maximum")]
    ['183.00', '100.00']
    """
    usable = set(_usable_names(all_in=all_in))
    return Law(
        _made_parameter(name, [change for change in changes if change.name == name])
        if name in usable
        else load_law().parameter(name)._replace(values=(), gaps=(), undated=())
        for name in _shipped()
    )


def _is_count(unit: str) -> bool:
    return unit != "ratio" and not unit.startswith("EUR")


def _bounds(name: str, unit: str) -> tuple[int, int]:
    return _RATIOS.get(name, (0, _SCALE)) if unit == "ratio" else _BY_UNIT[unit]


@lru_cache(maxsize=256)
def _texts_of(name: str) -> st.SearchStrategy[str]:
    """Return a strategy of values of a parameter, as a file writes them."""
    unit = _shipped()[name].unit
    numbers = st.integers(*_bounds(name, unit))
    if unit.startswith("EUR"):
        return numbers.map(format_euros)
    if unit == "ratio":
        return numbers.map(lambda number: exact_decimal(Fraction(number, _SCALE)))
    return numbers.map(str)


_DAYS: Final = dates(min_value=_FIRST + _DAY, max_value=_LAST)
_GAPS: Final = st.sampled_from([False, False, False, False, True])


def _draw_change(
    draw: st.DrawFn,
    names: tuple[str, ...],
    statuses: st.SearchStrategy[str],
    allow_gaps: bool,  # noqa: FBT001 (as asked)
) -> Change:
    name = draw(st.sampled_from(names))
    day = draw(_DAYS)
    value = None if allow_gaps and draw(_GAPS) else draw(_texts_of(name))
    return Change(name, day, value, draw(statuses))


_change = draws(_draw_change)


def _draw_law(
    draw: st.DrawFn, changes: st.SearchStrategy[list[Change]], names: tuple[str, ...] | None
) -> Law:
    found = draw(changes)
    all_in = names is None and draw(_GAPS)
    usable = set(_usable_names(all_in=all_in))
    kept = [change for change in found if change.name in usable]
    return draw(st.builds(made_law, *map(st.just, kept), all_in=st.just(all_in)))


_laws = draws(_draw_law)


def _known(names: tuple[str, ...] | None) -> tuple[str, ...]:
    return chosen("names", names, tuple(_shipped()))


@from_parameters
def parameter_sets(
    *,
    names: tuple[str, ...] | None = None,
    min_changes: int = 0,
    max_changes: int = 8,
    allow_gaps: bool = False,
    allow_provisional: bool = True,
) -> st.SearchStrategy[Law]:
    """Made laws: a value of every parameter from 2000 on, some of which change on some day.

    Amounts lie within what the regulations could mean by them, and need not go together: the
    ceiling of a made law may fall when a member is added.

    Args:
        names: the parameters that may change; by default all of them.
        min_changes: at least so many changes are drawn.
        max_changes: at most so many changes.
        allow_gaps: whether a parameter may have no value for a time, or from a day on.
        allow_provisional: whether values may be other than verified.

    >>> from hypothesis import find
    >>> law = find(parameter_sets(), lambda law: len(law.values("reba.exemption_rate")) > 1)
    >>> [(str(value.valid_from), value.value_text) for value in law.values("reba.exemption_rate")]
    [('2000-01-01', '0.25'), ('2015-01-01', '0')]
    """
    check_between("min_changes", min_changes, 0, _CHANGES_MAX)
    check_between("max_changes", max_changes, 0, _CHANGES_MAX)
    if min_changes > max_changes:
        msg = f"Cannot have max_changes={max_changes!r} < min_changes={min_changes!r}"
        raise InvalidArgument(msg)
    check_flags(allow_gaps=allow_gaps, allow_provisional=allow_provisional)
    statuses = _STATUSES if allow_provisional else st.just("verified")
    change = _change(_known(names), statuses, allow_gaps)
    return _laws(st.lists(change, min_size=min_changes, max_size=max_changes), names)


@from_parameters
def published_parameters(*, names: tuple[str, ...] | None = None) -> st.SearchStrategy[Parameter]:
    """The parameters that ship with the library, each with all its dated values.

    Args:
        names: the parameters drawn from; by default all of them.

    >>> from hypothesis import find
    >>> find(published_parameters(), lambda found: found.unit == "weeks").name
    'reba.exemption_weeks_maximum'
    """
    return st.sampled_from(_known(names)).map(
        shown_as("load_law().parameter", load_law().parameter)
    )


def _draw_overlay(draw: st.DrawFn, names: tuple[str, ...], most: int) -> str:
    parameters: dict[str, object] = {}
    for name in sorted(draw(st.sets(st.sampled_from(names), min_size=1, max_size=most))):
        first = draw(_DAYS)
        last = draw(st.none() | dates(min_value=first, max_value=_LAST))
        text = draw(_texts_of(name))
        amount = int(text) if _is_count(_shipped()[name].unit) else text
        value: dict[str, object] = {"is": amount, "valid_from": first, "url": _SOURCE}
        if last is not None:
            value["valid_to"] = last
        shipped = load_law().parameter(name)
        parameters[name] = {
            "title_nl": shipped.title_nl,
            "title_en": shipped.title_en,
            "unit": shipped.unit,
            "value": [value],
        }
    return toml_text({"instrument": "an organisation", "parameter": parameters})


_overlays = draws(_draw_overlay)


@from_parameters
def overlays(
    *, names: tuple[str, ...] | None = None, max_parameters: int = 3
) -> st.SearchStrategy[str]:
    """Texts of overlay files that `load_law(overlay=...)` accepts over the shipped law.

    Args:
        names: the parameters that may be supplied; by default all of them.
        max_parameters: at most so many parameters in one file.

    >>> from hypothesis import find
    >>> text = find(overlays(names=("reba.exemption_maximum",)), lambda text: True)
    >>> print(text[text.index("[[") :], end="")
    [[parameter."reba.exemption_maximum".value]]
    is = "0.00"
    valid_from = 2015-01-01
    url = "https://example.org/made-for-tests"
    """
    check_between("max_parameters", max_parameters, 1, 20)
    return _overlays(_known(names), max_parameters).map(plainly(str))
