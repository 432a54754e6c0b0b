"""Sweeps (doorrekening van varianten): many variants of a policy or of the law in one call.

1. An axis is a key of the policy file, such as `reserve.share`, or the name of a statutory
   parameter, with the values it takes; a grid is every combination.
2. A variant is validated as any file is. It is called by what differs, and its status is
   "illustrative": nobody adopted it.
3. Sensitivity moves one number at a time, down and up by the same part of itself. Where it has
   several values in time, each is moved by that part: what they do to one another stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from itertools import product
from typing import Final, NamedTuple, TypeAlias, cast

from reba.errors import LawError, SimulationError
from reba.law.parameters import DatedValue, Law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.law.rooo import SCHEME as ROOO
from reba.money import exact_decimal, format_euros, half_up, parse_euros, parse_rate
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.simulation.reform import moved_law, reformed
from reba.simulation.run import Variant

__all__ = ["VARIANTS_MAX", "Nudge", "grid", "nudges_of", "with_value"]

VARIANTS_MAX: Final = 1_000
_SOURCE: Final = "a variant of a sweep"
_MAXIMA: Final = ("monthly_max", "balance_max")
"""What a policy may do without, and a variant of it too."""

_Table: TypeAlias = dict[str, object]


def _tables(record: _Table, axis: str) -> Iterator[tuple[_Table, str]]:
    """Yield, for each version of a policy, the table in which a key stands, and its last name."""
    *tables, key = axis.split(".")
    for version in cast("list[_Table]", record["version"]):
        table: _Table | None = version
        for name in tables:
            within = None if table is None else table.get(name)
            table = cast("_Table", within) if isinstance(within, dict) else None
        if table is None:
            raise SimulationError("simulation.axis", axis=axis)
        yield table, key


def with_value(policy: SavingsPolicy, axis: str, value: str, *, name: str) -> SavingsPolicy:
    """Return a policy in which a key has another value, in every version.

    Args:
        policy: the policy; left as it is.
        axis: the key, as "reserve.share" or "release.granted.purposes.furnishing.max".
        value: as the policy file writes it; "none" leaves out a maximum.
        name: the id of the new policy.

    Raises:
        SimulationError: simulation.axis.
        PolicyError: policy.invalid, where the value is no value of the key.

    >>> from importlib.resources import files
    >>> from reba import load_policy
    >>> half = load_policy(str(files("reba.cli") / "demo_data" / "policy.toml"))
    >>> third = with_value(half, "reserve.share", "0.333", name="third")
    >>> third.id, third.versions[0].reserve.share, half.versions[0].reserve.share
    ('third', Fraction(333, 1000), Fraction(1, 2))
    """
    record = deepcopy(policy.to_record())
    for table, key in _tables(record, axis):
        if value == "none":
            if key not in table and key not in _MAXIMA:
                raise SimulationError("simulation.axis", axis=axis)
            table.pop(key, None)
        else:
            table[key] = value
    head = cast("_Table", record["policy"])
    head |= {"id": name, "status": "illustrative"}
    return SavingsPolicy.from_record(record)


def grid(policy: SavingsPolicy, law: Law, axes: Mapping[str, Sequence[str]]) -> tuple[Variant, ...]:
    """Return every combination of the values of some axes, as variants to simulate.

    Args:
        policy: the policy that varies.
        law: the statutory parameters that vary.
        axes: by key of the policy or name of a parameter, the values as files write them.

    Raises:
        SimulationError: simulation.axis, simulation.too_many, simulation.same_name.
        LawError: law.unknown_parameter, law.file.
        PolicyError: policy.invalid.

    >>> from importlib.resources import files
    >>> from reba import load_law, load_policy
    >>> half = load_policy(str(files("reba.cli") / "demo_data" / "policy.toml"))
    >>> axes = {"reserve.share": ["0.25", "0.75"], "reba.exemption_maximum": ["183.00", "250.00"]}
    >>> [variant.name for variant in grid(half, load_law(), axes)][1]
    'share-0.25 | reba.exemption_maximum = 250.00'
    """
    count = 1
    for axis, values in axes.items():
        count *= len(values)
        for value in values:
            if values.count(value) > 1:
                raise SimulationError("simulation.same_name", name=f"{axis} = {value}")
    if count > VARIANTS_MAX:
        raise SimulationError("simulation.too_many", count=count, maximum=VARIANTS_MAX)
    known = set(law.names())
    of_law = [axis for axis in axes if axis in known]
    of_policy = [axis for axis in axes if axis not in known]
    laws = [
        _law_with(law, dict(zip(of_law, values, strict=True)))
        for values in product(*(axes[axis] for axis in of_law))
    ]
    return tuple(
        Variant(varied.id if name is None else f"{varied.id} | {name}", varied, changed, name)
        for values in product(*(axes[axis] for axis in of_policy))
        for varied in (_varied(policy, dict(zip(of_policy, values, strict=True))),)
        for name, changed in laws
    )


def _law_with(law: Law, changes: Mapping[str, str]) -> tuple[str | None, Law]:
    if not changes:
        return None, law
    name = ", ".join(f"{parameter} = {value}" for parameter, value in changes.items())
    return name, reformed(law, changes, source=_SOURCE)


def _varied(policy: SavingsPolicy, changes: Mapping[str, str]) -> SavingsPolicy:
    if not changes:
        return policy
    name = ".".join(f"{axis.rpartition('.')[2]}-{value}" for axis, value in changes.items())
    varied = policy
    for axis, value in changes.items():
        varied = with_value(varied, axis, value, name=name)
    return varied


class Nudge(NamedTuple):
    """One number moved down and up (gevoeligheid): its name, its values, and the two variants."""

    axis: str
    low_text: str
    base_text: str
    high_text: str
    low: Variant
    high: Variant


_NUDGED: Final = ("share", *_MAXIMA)


def _moved(unit: str, text: str, factor: Fraction) -> str:
    """Return a number of a file times a factor, as files write it: euros to the cent.

    >>> _moved("EUR", "150.00", Fraction(11, 10)), _moved("ratio", "0.95", Fraction(11, 10))
    ('165.00', '1.045')
    """
    if unit == "ratio":
        return exact_decimal(parse_rate(text) * factor)
    if unit.startswith("EUR"):
        cents = parse_euros(text) * factor
        return format_euros(half_up(cents.numerator, cents.denominator))
    count = int(text) * factor
    return str(half_up(count.numerator, count.denominator))


def _moved_share(unit: str, text: str, factor: Fraction) -> str:
    moved = _moved(unit, text, factor)
    return "1" if unit == "ratio" and parse_rate(moved) > 1 else moved


def _moved_policy(policy: SavingsPolicy, key: str, unit: str, factor: Fraction) -> SavingsPolicy:
    """Return a policy in which a number of each version is moved by the same part of itself."""
    record = deepcopy(policy.to_record())
    for table, name in _tables(record, f"reserve.{key}"):
        text = table.get(name)
        if isinstance(text, str):
            table[name] = _moved_share(unit, text, factor)
    head = cast("_Table", record["policy"])
    head |= {"status": "illustrative"}
    return SavingsPolicy.from_record(record)


def _nudges_of_policy(
    policy: SavingsPolicy, law: Law, month: Month, part: Fraction
) -> Iterator[Nudge]:
    number = policy.on(month.first_day).number
    version = cast("list[_Table]", policy.to_record()["version"])[number - 1]
    for key in _NUDGED:
        text = cast("_Table", version["reserve"]).get(key)
        if not isinstance(text, str):
            continue
        axis, unit = f"reserve.{key}", "ratio" if key == "share" else "EUR"
        factors = (1 - part, 1 + part)
        texts = [_moved_share(unit, text, factor) for factor in factors]
        low, high = (
            Variant(f"{axis} = {each}", _moved_policy(policy, key, unit, factor), law, None)
            for each, factor in zip(texts, factors, strict=True)
        )
        yield Nudge(axis, texts[0], text, texts[1], low, high)


def _nudge_of_law(policy: SavingsPolicy, law: Law, value: DatedValue, part: Fraction) -> Nudge:
    def variant(factor: Fraction) -> Variant:
        def moved(text: str) -> str:
            return _moved(value.unit, text, factor)

        name = f"{value.name} = {moved(value.value_text)}"
        return Variant(name, policy, moved_law(law, value.name, moved, source=_SOURCE), name)

    texts = [_moved(value.unit, value.value_text, factor) for factor in (1 - part, 1 + part)]
    low, high = variant(1 - part), variant(1 + part)
    return Nudge(value.name, texts[0], value.value_text, texts[1], low, high)


def nudges_of(
    policy: SavingsPolicy,
    law: Law,
    schemes: Sequence[str],
    month: Month,
    *,
    part: Fraction = Fraction(1, 10),
) -> tuple[Nudge, ...]:
    """Return every number that may matter, each moved down and up by the same part of itself.

    Args:
        policy: the policy; a maximum that it does not have is not moved, and a share stays within
            the whole.
        law: the statutory parameters; of these the amounts and rates of a month are moved.
        schemes: whose parameters.
        month: the month of which the values are taken.
        part: by how much of itself.

    Raises:
        PolicyError: policy.no_version, where the policy does not cover the month.
    """
    instruments = {each for scheme in schemes for each in _INSTRUMENTS[scheme]}
    values: list[DatedValue] = []
    for name in law.names():
        if name.partition(".")[0] not in instruments or law.parameter(name).unit not in _MOVED:
            continue
        try:
            values.append(law.value(name, month.first_day))
        except LawError:
            continue  # what has no value in the month moves nothing
    of_law = tuple(_nudge_of_law(policy, law, value, part) for value in values if value.value)
    return (*_nudges_of_policy(policy, law, month, part), *of_law)


_MOVED: Final = frozenset({"EUR", "EUR/week", "EUR/month", "ratio"})
_INSTRUMENTS: Final = {
    REBA_2008: ("reba", "rva", "participatiewet"),
    ROOO: (ROOO,),
}
