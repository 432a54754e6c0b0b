"""The words of the report in one language: texts by key, and how numbers look."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from reba.money import half_up
from reba.simulation.charts import Unit
from reba.simulation.report_words_en import TEXTS_EN
from reba.simulation.report_words_nl import TEXTS_NL
from reba.statements.blocks import Language
from reba.statements.formats import Formats

__all__ = ["REPORT_TEXTS", "Language", "ReportWords", "unit_text"]

REPORT_TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {
    "nl": TEXTS_NL,
    "en": TEXTS_EN,
}
"""Every text by language and key; both languages have the same keys."""

_MINUS: Final = "\N{MINUS SIGN}"
_TENTHS: Final = 10


def unit_text(value: int, unit: Unit, formats: Formats) -> str:
    r"""Write a whole number as people read it in its unit (eenheid).

    >>> english = Formats("en")
    >>> unit_text(123456, "cents", english), unit_text(1250, "share", english)
    ('€1,234.56', '12.5%')
    >>> unit_text(36, "months", english), unit_text(125, "days_tenths", Formats("nl"))
    ('36', '12,5')
    """
    if unit == "cents":
        return formats.whole_money(value)
    if unit == "months":
        return formats.count(value)
    parts = 10 if unit == "days_tenths" else 100
    whole, rest = divmod(value, parts)
    digits = str(rest).rjust(len(str(parts)) - 1, "0").rstrip("0")
    number = formats.decimal(f"{whole}.{digits}" if rest else str(whole))
    return f"{number}%" if unit == "share" else number


class ReportWords(Formats):
    r"""The words (bewoordingen) of a report in one language.

    >>> words = ReportWords("nl")
    >>> words.say("outcome.granted"), words.percent(Fraction(1, 3))
    ('verblijfsvergunning', '33,3%')
    >>> words.many("days", 10), words.many("days", 157), words.signed(-5, "-0,05")
    ('1 dag', '15,7 dagen', '−0,05')
    """

    __slots__ = ("_texts",)

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._texts = REPORT_TEXTS[language]

    def say(self, key: str, **values: str) -> str:
        """Return a text by its key, with its blanks filled in."""
        return self._texts[key].format(**values)

    def knows(self, key: str) -> bool:
        """Whether there is a text of this key."""
        return key in self._texts

    def either(self, dutch: str, english: str) -> str:
        """Return the one of two texts that is in this language."""
        return dutch if self.language == "nl" else english

    def percent(self, share: Fraction) -> str:
        """Return a share (deel) as a percentage, half up to a tenth."""
        tenths = half_up(share.numerator * 1000, share.denominator)
        return unit_text(tenths * 10, "share", self)

    def tenths(self, tenths: int) -> str:
        """Return a number of tenths with one decimal, if it has one."""
        return unit_text(tenths, "days_tenths", self)

    def many(self, key: str, tenths: int) -> str:
        """Return so many tenths of a thing, in words."""
        one = "one" if tenths == _TENTHS else "more"
        return self.say(f"{key}.{one}", count=self.tenths(tenths))

    def euros(self, cents: Fraction) -> str:
        """Return an exact amount in whole euros, half up (hele euro's)."""
        return self.whole_money(half_up(cents.numerator, cents.denominator * 100) * 100)

    def signed(self, number: int, written: str) -> str:
        """Return a difference (verschil) with its sign in front."""
        digits = written.replace("-", "").replace(_MINUS, "")
        return f"{'+' if number > 0 else _MINUS if number < 0 else ''}{digits}"
