"""Say codes, amounts and days in the words of a language: Dutch, English, or that of a catalog.

1. A text that a catalog lacks stands in Dutch, marked as Dutch, and its name is remembered; or it
   is refused. It is never left out, and never shown in a third language.
2. What is put into the blanks of a text keeps its own direction.
"""

from __future__ import annotations

from collections.abc import Mapping

from reba.law.labels import Label
from reba.law.parameters import Parameter
from reba.law.trace import Step
from reba.statements.blocks import Language
from reba.statements.catalog import Catalog
from reba.statements.formats import Formats
from reba.statements.inline import in_dutch
from reba.statements.messages import TEXTS, Part, message, title_of

__all__ = ["TEXTS", "Language", "Words"]


class Words(Formats):
    r"""The words (bewoordingen) of one language: texts by key, and how amounts and days look.

    Args:
        language: "nl" or "en", or the catalog of another language.

    >>> words = Words("nl")
    >>> words.say("status.paid"), words.day("2015-03-01")
    ('betaald', '1 maart 2015')
    >>> words.month("2015-03"), words.money(123456)  # the spaces do not break
    ('maart\xa02015', '€\xa01.234,56')
    """

    __slots__ = ("_spoken", "_untranslated")

    def __init__(self, language: Language | Catalog) -> None:
        self._spoken: Language | Catalog = language
        self._untranslated: dict[str, None] = {}
        super().__init__(language.language if isinstance(language, Catalog) else language)

    def say(self, key: str, **values: str) -> str:
        """Return a text of a statement by its key, with its blanks filled in."""
        return self.tell("statement", key, **values)

    def tell(self, part: Part, key: str, **values: str) -> str:
        """Return a text of a part of the documents, with its blanks filled in.

        Raises:
            CatalogError: catalog.incomplete where the catalog may lack nothing.

        >>> Words("en").tell("decision", "footer.law", digest="ab12")
        'Fingerprint of the statutory amounts used: ab12.'
        """
        return self._filled(f"{part}.{key}", message(part, key), values)

    def title(self, parameter: Parameter) -> str:
        """Return what a value of the law is called (titel)."""
        return self._filled(f"parameter.{parameter.name}", title_of(parameter), {})

    def step(self, step: Step) -> str:
        """Return what a step of a trace is called (stap), with the member it is about."""
        name, _, member = step.id.partition(":")
        label = self.tell("step", name)
        return f"{label} ({self.apart(member)})" if member else label

    def term(self, part: Part, key: str) -> str:
        """Return the Dutch term that stands beside a translated one; in Dutch nothing.

        >>> Words("en").term("statement", "balance"), Words("nl").term("statement", "balance")
        ('spaartegoed', '')
        """
        return "" if self.language == "nl" else message(part, key).nl.lower()

    def within(self, text: str) -> str:
        """Return a text as it is written inside a sentence: only in nl and en as we know it."""
        return text if isinstance(self._spoken, Catalog) else text.lower()

    def notice(self) -> tuple[str, ...]:
        """Return that this is a translation and which text holds, in the language and in Dutch.

        >>> Words("en").notice()  # what we write ourselves
        ()
        """
        if not isinstance(self._spoken, Catalog):
            return ()
        return self.say("translation"), in_dutch(message("statement", "translation").nl)

    @property
    def untranslated(self) -> tuple[str, ...]:
        """The names of the texts that were said in Dutch, since the catalog lacks them."""
        return tuple(self._untranslated)

    def _filled(self, name: str, text: Label, values: Mapping[str, str]) -> str:
        if not isinstance(self._spoken, Catalog):
            return text.say(self._spoken).format(**values)
        found = self._spoken.text(name)
        kept = {blank: self.apart(value) for blank, value in values.items()}
        if found is not None:
            return _with_one_point(found, values).format(**kept)
        self._untranslated[name] = None
        return in_dutch(text.nl.format(**kept))


def _with_one_point(text: str, values: Mapping[str, str]) -> str:
    """Let the point of a value that ends in one, as a Ukrainian day does, end the sentence too."""
    for blank, value in values.items():
        if value.endswith("."):
            text = text.replace(f"{{{blank}}}.", f"{{{blank}}}")
    return text
