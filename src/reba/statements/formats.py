"""How amounts, days and numbers look in a language, and in which direction it is read.

Digits are those of the Dutch text in every language, so that a household can hold the amounts of a
translation against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from reba.statements.inline import apart

__all__ = ["Formats"]

_LOCALES: Final[Mapping[str, str]] = {"nl": "nl_NL", "en": "en_GB"}


class Formats:
    r"""The ways of writing (notaties) of one language.

    Args:
        language: the tag of a language, as "nl", "ar" or "pt-BR".

    >>> Formats("nl").money(123456), Formats("de").money(123456)  # the spaces do not break
    ('€\xa01.234,56', '1.234,56\xa0€')
    >>> Formats("uk").is_right_to_left, Formats("ar").is_right_to_left
    (False, True)
    """

    __slots__ = ("_locale", "_whole", "is_right_to_left", "language")

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = _LOCALES.get(language, language.replace("-", "_"))
        locale = Locale.parse(self._locale)
        self.is_right_to_left: bool = locale.character_order == "right-to-left"
        # The pattern of amounts without its decimals, "¤\xa0#,##0" in Dutch.
        pattern = locale.currency_formats["standard"].pattern
        self._whole = pattern.partition(";")[0].replace(".00", "")

    def apart(self, text: str) -> str:
        """Return what was put in from outside so that it keeps its own direction."""
        return apart(text) if self.is_right_to_left else text

    def money(self, cents: int) -> str:
        """Return an amount (bedrag) of exact cents as people write it."""
        # Exact cents only: babel would round half to even.
        return self.apart(format_currency(Decimal(cents).scaleb(-2), "EUR", locale=self._locale))

    def whole_money(self, cents: int) -> str:
        r"""Return a round amount (rond bedrag) as short as people write it.

        >>> Formats("en").whole_money(2_500_000), Formats("nl").whole_money(50)
        ('€25,000', '€\xa00,50')
        """
        euros = Decimal(cents).scaleb(-2)
        if cents % 100:
            return self.money(cents)
        return format_currency(
            euros, "EUR", locale=self._locale, currency_digits=False, format=self._whole
        )

    def day(self, day: date | str) -> str:
        """Return a day (dag) in full."""
        value = date.fromisoformat(day) if isinstance(day, str) else day
        return format_date(value, format="long", locale=self._locale)

    def month(self, month: str) -> str:
        """Return a month (maand) in full, from "2015-03"; it does not break over two lines."""
        first = date.fromisoformat(f"{month}-01")
        written = format_skeleton("yMMMM", first, locale=self._locale)
        return written.replace(" ", "\N{NO-BREAK SPACE}")

    def share(self, share: Fraction) -> str:
        """Return a share (deel) as a whole percentage, or else as a fraction.

        >>> Formats("en").share(Fraction(3, 5)), Formats("nl").share(Fraction(1, 3))
        ('60%', '1/3')
        """
        percent = share * 100
        if percent.denominator == 1:
            return format_percent(Decimal(percent.numerator).scaleb(-2), locale=self._locale)
        return f"{share.numerator}/{share.denominator}"

    def about(self, share: Fraction) -> str:
        """Return a small share (deel) rounded up to a tenth of a percent.

        >>> Formats("en").about(Fraction(992, 100_000)), Formats("nl").about(Fraction(0))
        ('1.0%', '0,0%')
        """
        tenths = -(-share.numerator * 1000 // share.denominator)
        return format_percent(Decimal(tenths).scaleb(-3), format="0.0%", locale=self._locale)

    def count(self, number: int) -> str:
        """Return a number (aantal) with its thousands apart.

        >>> Formats("en").count(1234567), Formats("nl").count(1234567)
        ('1,234,567', '1.234.567')
        """
        return format_decimal(number, locale=self._locale)

    def decimal(self, text: str) -> str:
        """Return an exact decimal number (decimaal getal) with all its decimals.

        >>> Formats("nl").decimal("99.9"), Formats("en").decimal("95")
        ('99,9', '95')
        """
        return format_decimal(Decimal(text), decimal_quantization=False, locale=self._locale)

    def listed(self, names: Iterable[str]) -> str:
        """Return names as a list in a sentence (opsomming)."""
        return format_list([self.apart(name) for name in names], locale=self._locale)
