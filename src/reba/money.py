"""Money is whole cents; rates are exact; this module is the only place that rounds.

1. An amount is an `int` number of euro cents, in names that end in `_cents`.
2. An amount enters as a string of euros with at most two decimals, never as a float.
3. A rate is a `fractions.Fraction`, read from a decimal string.
4. Rounding is half up to the cent (rekenkundig), and happens once, where an amount of its own
   arises. The regulations name no rounding rule; HR 15 May 2009, ECLI:NL:HR:2009:BI1980 takes
   half up as the default in Dutch law, and every published amount fits it.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from reba.errors import MoneyError

__all__ = [
    "AMOUNT_MAX_CENTS",
    "HALF_UP",
    "Rounding",
    "exact_decimal",
    "exact_euros",
    "format_euros",
    "half_up",
    "parse_euros",
    "parse_rate",
]

AMOUNT_MAX_CENTS: Final = 10_000_000_00
"""Ten million euros: above it an amount is taken for a typing error, and refused."""

_EUROS: Final = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)
_DECIMALS_MAX: Final = 12
_RATE: Final = re.compile(r"\d{1,6}(?:\.\d{1,9})?", re.ASCII)


class Rounding(NamedTuple):
    """A rounding rule with its name, its date and where it is laid down."""

    name: str
    since: date
    source: str


HALF_UP: Final = Rounding("half_up_to_cent", date(2009, 5, 15), "ECLI:NL:HR:2009:BI1980")


def parse_euros(value: object) -> int:
    """Read an amount of euros as cents.

    Args:
        value: a string such as "1000", "1000.5" or "1000.00".

    Returns:
        The amount in cents.

    Raises:
        MoneyError: money.float, money.format, money.negative, money.too_large.

    >>> parse_euros("1000.00"), parse_euros("0.5")
    (100000, 50)
    """
    if not isinstance(value, str):
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise MoneyError("money.float", value=str(value))
        raise MoneyError("money.format", value=str(value)[:40])
    match = _EUROS.fullmatch(value)
    if match is None:
        raise MoneyError("money.format", value=value[:40])
    sign, euros, decimals = match.groups()
    if sign:
        raise MoneyError("money.negative", value=value)
    cents = int(euros) * 100 + (int(decimals.ljust(2, "0")) if decimals else 0)
    if cents > AMOUNT_MAX_CENTS:
        raise MoneyError("money.too_large", value=value, maximum=format_euros(AMOUNT_MAX_CENTS))
    return cents


def format_euros(cents: int) -> str:
    """Write cents as the euro string that files carry.

    >>> format_euros(47595), format_euros(-5)
    ('475.95', '-0.05')
    """
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}.{rest:02d}"


def parse_rate(value: object) -> Fraction:
    """Read a rate as an exact fraction.

    Raises:
        MoneyError: money.rate.

    >>> parse_rate("4.33")
    Fraction(433, 100)
    """
    if not isinstance(value, str) or _RATE.fullmatch(value) is None:
        raise MoneyError("money.rate", value=str(value)[:40])
    return Fraction(value)


def half_up(numerator: int, denominator: int) -> int:
    """Round an exact quotient of cents half up to the cent (ECLI:NL:HR:2009:BI1980).

    Args:
        numerator: zero or more; amounts in this library are never negative before rounding.
        denominator: one or more.

    >>> half_up(2594536, 100), half_up(1, 2), half_up(849500 * 2, 3)
    (25945, 1, 566333)
    """
    if numerator < 0 or denominator <= 0:
        msg = f"half_up rounds amounts of zero or more, not {numerator}/{denominator}"
        raise ValueError(msg)
    return (2 * numerator + denominator) // (2 * denominator)


def exact_decimal(value: Fraction) -> str:
    """Write an exact rate as a decimal; only for rates that were read from one.

    >>> exact_decimal(Fraction(1, 2)), exact_decimal(Fraction(3))
    ('0.5', '3')
    """
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
        if scale > _DECIMALS_MAX:
            msg = f"{value} is no finite decimal"
            raise ValueError(msg)
    digits = str((value * 10**scale).numerator).rjust(scale + 1, "0")
    return f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits


def exact_euros(numerator: int, denominator: int = 1) -> str:
    """Write an exact number of cents in euros, unrounded, as the trace shows it.

    A decimal where one exists; a fraction of euros in lowest terms where none does.

    >>> exact_euros(2594536, 100), exact_euros(30000), exact_euros(849500 * 2, 3)
    ('259.4536', '300.00', '16990/3')
    """
    value = Fraction(numerator, denominator * 100)
    scale = 2
    while scale <= _DECIMALS_MAX:
        scaled = value * 10**scale
        if scaled.denominator == 1:
            whole, rest = divmod(abs(scaled.numerator), 10**scale)
            return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{scale}d}"
        scale += 1
    return f"{value.numerator}/{value.denominator}"
