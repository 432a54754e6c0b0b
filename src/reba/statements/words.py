"""Say codes, amounts and days in plain Dutch or English, for the account statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from reba.statements.blocks import Language
from reba.statements.words_en import TEXTS_EN
from reba.statements.words_nl import TEXTS_NL

__all__ = ["TEXTS", "Language", "Words"]

TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {"nl": TEXTS_NL, "en": TEXTS_EN}
"""Every text by language and key; both languages have the same keys."""

_LOCALES: Final[Mapping[Language, str]] = {"nl": "nl_NL", "en": "en_GB"}


class Words:
    r"""The words (bewoordingen) of one language: texts by key, and how amounts and days look.

    >>> words = Words("nl")
    >>> words.say("status.paid"), words.day("2015-03-01")
    ('betaald', '1 maart 2015')
    >>> words.month("2015-03"), words.money(123456)  # the spaces do not break
    ('maart\xa02015', '€\xa01.234,56')
    """

    __slots__ = ("_locale", "_texts", "_whole", "language")

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._texts = TEXTS[language]
        self._locale = _LOCALES[language]
        # The pattern of amounts without its decimals, "¤\xa0#,##0" in Dutch.
        pattern = Locale.parse(self._locale).currency_formats["standard"].pattern
        self._whole = pattern.partition(";")[0].replace(".00", "")

    def say(self, key: str, **values: str) -> str:
        """Return the text of a key, with its values filled in."""
        return self._texts[key].format(**values)

    def money(self, cents: int) -> str:
        """Return an amount (bedrag) of exact cents as people write it."""
        # Exact cents only: babel would round half to even.
        return format_currency(Decimal(cents).scaleb(-2), "EUR", locale=self._locale)

    def whole_money(self, cents: int) -> str:
        r"""Return a round amount (rond bedrag) as short as people write it.

        >>> Words("en").whole_money(2_500_000), Words("nl").whole_money(50)
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
        return format_date(first, format="LLLL\N{NO-BREAK SPACE}y", locale=self._locale)

    def share(self, share: Fraction) -> str:
        """Return a share (deel) as a whole percentage, or else as a fraction.

        >>> Words("en").share(Fraction(3, 5)), Words("nl").share(Fraction(1, 3))
        ('60%', '1/3')
        """
        percent = share * 100
        if percent.denominator == 1:
            return format_percent(Decimal(percent.numerator).scaleb(-2), locale=self._locale)
        return f"{share.numerator}/{share.denominator}"

    def about(self, share: Fraction) -> str:
        """Return a small share (deel) rounded up to a tenth of a percent.

        >>> Words("en").about(Fraction(992, 100_000)), Words("nl").about(Fraction(0))
        ('1.0%', '0,0%')
        """
        tenths = -(-share.numerator * 1000 // share.denominator)
        return format_percent(Decimal(tenths).scaleb(-3), format="0.0%", locale=self._locale)

    def count(self, number: int) -> str:
        """Return a number (aantal) with its thousands apart.

        >>> Words("en").count(1234567), Words("nl").count(1234567)
        ('1,234,567', '1.234.567')
        """
        return format_decimal(number, locale=self._locale)

    def decimal(self, text: str) -> str:
        """Return an exact decimal number (decimaal getal) with all its decimals.

        >>> Words("nl").decimal("99.9"), Words("en").decimal("95")
        ('99,9', '95')
        """
        return format_decimal(Decimal(text), decimal_quantization=False, locale=self._locale)

    def listed(self, names: Iterable[str]) -> str:
        """Return names as a list in a sentence (opsomming)."""
        return format_list(list(names), locale=self._locale)
