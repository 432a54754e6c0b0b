"""Money: what is read, what is refused and in which words, and the one rounding (A1, A13)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba.errors import MoneyError
from reba.money import (
    AMOUNT_MAX_CENTS,
    HALF_UP,
    Rounding,
    exact_decimal,
    exact_euros,
    format_euros,
    half_up,
    parse_euros,
    parse_rate,
)

# ── amounts ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("7", 700),
        ("1000", 100_000),
        ("0.5", 50),
        ("0.05", 5),
        ("1000.00", 100_000),
        ("007.10", 710),
        ("10000000.00", AMOUNT_MAX_CENTS),
    ],
)
def test_an_amount_has_no_one_or_two_decimals(text: str, cents: int) -> None:
    assert parse_euros(text) == cents


@pytest.mark.parametrize(
    ("value", "code", "data"),
    [
        (12.5, "money.float", {"value": "12.5"}),
        (12, "money.float", {"value": "12"}),
        (True, "money.format", {"value": "True"}),
        (None, "money.format", {"value": "None"}),
        ("-0.01", "money.negative", {"value": "-0.01"}),
        ("", "money.format", {"value": ""}),
        ("12,50", "money.format", {"value": "12,50"}),
        ("12.505", "money.format", {"value": "12.505"}),
        ("٣", "money.format", {"value": "٣"}),
        ("1" * 16, "money.format", {"value": "1" * 16}),
        ("9" * 15, "money.too_large", {"value": "9" * 15, "maximum": "10000000.00"}),
        ("10000000.01", "money.too_large", {"value": "10000000.01", "maximum": "10000000.00"}),
    ],
)
def test_what_is_no_amount_is_refused_and_the_refusal_repeats_it(
    value: object, code: str, data: dict[str, str]
) -> None:
    with pytest.raises(MoneyError) as raised:
        parse_euros(value)
    assert (raised.value.code, raised.value.data) == (code, data)
    assert repr(data["value"]) in str(raised.value)


def test_a_refusal_repeats_forty_characters_at_most() -> None:
    """What somebody put in the wrong field may be a whole letter; it does not go into a log."""
    for read, value, shown in (
        (parse_euros, "x" * 41, "x" * 40),
        (parse_euros, ["y" * 60], "['" + "y" * 38),
        (parse_rate, "z" * 41, "z" * 40),
        (parse_rate, 0.5, "0.5"),
    ):
        with pytest.raises(MoneyError) as raised:
            read(value)
        assert raised.value.data == {"value": shown}


@pytest.mark.invariant("A1")
@given(st.integers(0, AMOUNT_MAX_CENTS))
def test_an_amount_is_read_as_it_was_written(cents: int) -> None:
    text = format_euros(cents)
    assert parse_euros(text) == cents
    assert Decimal(text) == Decimal(cents) / 100
    assert parse_euros(exact_euros(cents)) == cents


# ── the rounding ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("A13")
@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_rounding_is_that_of_arithmetic_books(numerator: int, denominator: int) -> None:
    """Less than half a cent away, or half a cent up; so says `decimal` as well."""
    rounded = half_up(numerator, denominator)
    error = rounded - Fraction(numerator, denominator)
    assert -Fraction(1, 2) < error <= Fraction(1, 2)
    with localcontext(prec=60):
        tenths = Decimal(10 * numerator // denominator)  # what stands after it never moves a cent
        assert (tenths / 10).quantize(Decimal(1), ROUND_HALF_UP) == rounded


@pytest.mark.invariant("A13")
@pytest.mark.parametrize(
    ("numerator", "denominator", "cents"),
    [(0, 1, 0), (0, 7, 0), (1, 2, 1), (3, 2, 2), (1, 3, 0), (2, 3, 1), (9, 1, 9), (49, 100, 0)],
)
def test_half_a_cent_goes_up(numerator: int, denominator: int, cents: int) -> None:
    assert half_up(numerator, denominator) == cents


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 1), (1, 0), (1, -1), (-1, -1)])
def test_there_is_no_rounding_below_zero(numerator: int, denominator: int) -> None:
    """Half up below zero has two meanings; no amount needs either."""
    with pytest.raises(ValueError, match=f"zero or more, not {numerator}/{denominator}$"):
        half_up(numerator, denominator)


# ── rates, and what a trace shows ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("1.15", Fraction(23, 20)),
        ("0.250", Fraction(1, 4)),
        ("999999.999999999", Fraction(999_999_999_999_999, 10**9)),
    ],
)
def test_a_rate_is_exact(text: str, value: Fraction) -> None:
    assert parse_rate(text) == value
    assert Fraction(exact_decimal(value)) == value


@pytest.mark.parametrize("text", ["-0.5", "1000000", "0.0123456789", "1/3", "", "50%", "0,5", "٠"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(MoneyError) as raised:
        parse_rate(text)
    assert (raised.value.code, raised.value.data) == ("money.rate", {"value": text})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(12), "12"),
        (Fraction(1, 2), "0.5"),
        (Fraction(433, 100), "4.33"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(12345, 100), "123.45"),
        (Fraction(1, 10**12), "0.000000000001"),
    ],
)
def test_a_rate_is_shown_with_the_decimals_it_needs(value: Fraction, text: str) -> None:
    assert exact_decimal(value) == text


@pytest.mark.parametrize("value", [Fraction(1, 3), Fraction(1, 10**13)])
def test_a_rate_that_no_file_can_hold_is_not_shown_as_a_decimal(value: Fraction) -> None:
    with pytest.raises(ValueError, match=f"^{value} is no finite decimal$"):
        exact_decimal(value)


@pytest.mark.invariant("A14")
@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (0, 1, "0.00"),
        (30000, 1, "300.00"),
        (1, 2, "0.005"),
        (1, 10, "0.001"),
        (100, 1, "1.00"),
        (99, 1, "0.99"),
        (-5, 1, "-0.05"),
        (-12345, 10, "-12.345"),
        (1, 10**10, "0.000000000001"),
        (1, 10**11, "1/10000000000000"),
        (200, 3, "2/3"),
    ],
)
def test_an_unrounded_amount_is_exact(numerator: int, denominator: int, text: str) -> None:
    assert exact_euros(numerator, denominator) == text
    assert Fraction(text) * 100 == Fraction(numerator, denominator)


def test_the_rounding_says_where_it_is_laid_down() -> None:
    """HR 15 May 2009: half up is the default of Dutch law; a trace names the rule."""
    assert Rounding("half_up_to_cent", date(2009, 5, 15), "ECLI:NL:HR:2009:BI1980") == HALF_UP
