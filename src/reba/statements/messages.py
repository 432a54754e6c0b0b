"""Every text that a document for residents needs, under one name, in Dutch and English.

The name of a text is its part and its key: "statement.title". It never changes its meaning:
translations are kept under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from reba.law.input_labels import INPUT_LABELS, VALUE_LABELS
from reba.law.labels import LABELS, Label
from reba.law.parameters import Parameter, load_law
from reba.statements.blocks import Language
from reba.statements.decision_words import DECISION_TEXTS
from reba.statements.words_en import TEXTS_EN
from reba.statements.words_nl import TEXTS_NL

__all__ = ["TEXTS", "Part", "message", "messages", "title_of"]

Part: TypeAlias = Literal["statement", "decision", "step", "input", "value"]

TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {"nl": TEXTS_NL, "en": TEXTS_EN}
"""Every text of a statement by language and key; both languages have the same keys."""


def _of_texts(texts: Mapping[Language, Mapping[str, str]]) -> dict[str, Label]:
    return {key: Label(dutch, texts["en"][key]) for key, dutch in texts["nl"].items()}


_PARTS: Final[Mapping[Part, Mapping[str, Label]]] = {
    "statement": _of_texts(TEXTS),
    "decision": _of_texts(DECISION_TEXTS),
    "step": LABELS,
    "input": INPUT_LABELS,
    "value": VALUE_LABELS,
}


def message(part: Part, key: str) -> Label:
    """Return a text in both languages.

    >>> message("step", "asset_limit")
    Label(nl='Vermogensgrens', en='Asset limit')
    """
    return _PARTS[part][key]


def title_of(parameter: Parameter) -> Label:
    """Return what a value of the law is called in both languages (titel)."""
    return Label(parameter.title_nl, parameter.title_en)


@lru_cache(maxsize=1)
def messages() -> Mapping[str, Label]:
    """Return every text that can be translated, by its name, in a fixed order.

    >>> messages()["parameter.reba.month_factor"].en
    'Factor from week to month'
    """
    law = load_law()
    named = {
        f"{part}.{key}": each for part, all_of in _PARTS.items() for key, each in all_of.items()
    }
    titles = {f"parameter.{name}": title_of(law.parameter(name)) for name in law.names()}
    return named | titles
