"""The trace of an assessment as a table: each step, its amount, what it rests on, and its source.

1. No step, input, value of the law or article is left out; amounts stand in cells (X1).
2. A reference to an article is written as people cite it; one that is not understood is written as
   it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reba.law.input_labels import INPUT_LABELS, VALUE_LABELS
from reba.law.labels import Label
from reba.law.parameters import DatedValue, Law
from reba.law.trace import Step
from reba.money import exact_euros
from reba.statements.blocks import Column, Table
from reba.statements.decision_words import DECISION_TEXTS
from reba.statements.words import Words

__all__ = ["INSTRUMENTS", "article", "other_sources", "trace_table", "values_table"]

INSTRUMENTS: Final[Mapping[str, str]] = {
    "BWBR0002656": "Burgerlijk Wetboek Boek 1",
    "BWBR0015703": "Participatiewet",
    "BWBR0017959": "Rva 2005",
    "BWBR0024733": "Reba 2008",
    "BWBR0046503": "RooO",
}
"""The short names by which people cite the instruments of the law."""

_JCI: Final = re.compile(
    r"jci1\.3:c:(BWBR\d{7})(?:&artikel=([^&]+)(?:&lid=([^&]+))?)?(?:&g=(\d{4}-\d{2}-\d{2}))?"
)
_MONEY: Final = "_cents"


def article(reference: str, words: Words) -> str:
    """Return a reference to the law as people cite it (wetsartikel).

    >>> article("jci1.3:c:BWBR0017959&artikel=20&lid=2", Words("nl"))
    'Rva 2005 art. 20 lid 2'
    >>> article("https://example.org/letter", Words("nl"))
    'https://example.org/letter'
    """
    found = _JCI.fullmatch(reference)
    if found is None or found[1] not in INSTRUMENTS:
        return reference
    texts = DECISION_TEXTS[words.language]
    cited = INSTRUMENTS[found[1]]
    if found[2] is not None:
        key = "article" if found[3] is None else "article.paragraph"
        cited = texts[key].format(law=cited, article=found[2], paragraph=found[3])
    return cited if found[4] is None else f"{cited}, {texts['text_of']} {words.day(found[4])}"


def other_sources(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return the sources of a trace that are no article, each once: their place is their number."""
    named = [
        each
        for step in steps
        for each in (*step.legal, *(value.jci or value.url or "" for value in step.parameters))
    ]
    return tuple(dict.fromkeys(each for each in named if _JCI.fullmatch(each) is None))


class _Cells:
    """Writes the cells of a step in one language."""

    def __init__(self, steps: Sequence[Step], words: Words, law: Law) -> None:
        self.others = other_sources(steps)
        self.words = words
        self.law = law
        self.texts = DECISION_TEXTS[words.language]

    def named(self, label: Label) -> str:
        return label.nl if self.words.language == "nl" else label.en

    def source(self, reference: str) -> str:
        if reference not in self.others:
            return article(reference, self.words)
        return self.texts["source"].format(number=self.others.index(reference) + 1)

    def given(self, name: str, value: str | int) -> str:
        if isinstance(value, int):
            text = self.words.money(value) if name.endswith(_MONEY) else self.words.count(value)
        else:
            text = self.named(VALUE_LABELS[value]) if value in VALUE_LABELS else value
        return f"{self.named(INPUT_LABELS[name])} {text}"

    def value(self, value: DatedValue) -> str:
        parameter = self.law.parameter(value.name)
        return parameter.title_nl if self.words.language == "nl" else parameter.title_en

    def in_force(self, value: DatedValue) -> str:
        first = f"{self.texts['since']} {self.words.day(value.valid_from)}"
        if value.valid_to is None:
            return first
        return f"{first} {self.texts['until']} {self.words.day(value.valid_to)}"

    def value_row(self, value: DatedValue) -> tuple[str, ...]:
        source = self.source(value.jci or value.url or "")
        status = self.texts[f"value.{value.status}"]
        return self.value(value), self.size(value), self.in_force(value), status, source

    def size(self, value: DatedValue) -> str:
        if value.unit.startswith("EUR") and isinstance(value.value, int):
            return f"{self.words.money(value.value)}{self.texts[f'unit.{value.unit}']}"
        return f"{self.words.decimal(value.value_text)}{self.texts[f'unit.{value.unit}']}"

    def grounds(self, step: Step) -> Iterator[str]:
        yield from (self.given(*each) for each in step.inputs)
        yield from (f"{self.value(each)} {self.size(each)}" for each in step.parameters)
        if step.exact and step.rounding:
            exact = exact_euros(*step.exact)
            exact = exact if "/" in exact else self.words.decimal(exact)
            yield self.texts["unrounded"].format(exact=exact)

    def row(self, number: int, step: Step) -> tuple[str, ...]:
        label = step.label_nl if self.words.language == "nl" else step.label_en
        amount = "–" if step.amount_cents is None else self.words.money(step.amount_cents)
        grounds = "; ".join(self.grounds(step)) or "–"
        legal = "; ".join(self.source(each) for each in step.legal)
        return f"{number}. {label}", amount, grounds, legal


def values_table(steps: Sequence[Step], law: Law, words: Words) -> Table:
    """Write the values of the law that a trace uses (wettelijke bedragen), each once.

    Args:
        steps: the steps of the assessment.
        law: the law they were computed with, for the names of its values.
        words: the language.
    """
    cells, texts = _Cells(steps, words, law), DECISION_TEXTS[words.language]
    used = dict.fromkeys(value for step in steps for value in step.parameters)
    return Table(
        texts["values.caption"],
        (
            Column(texts["values.what"]),
            Column(texts["values.value"], amount=True),
            Column(texts["values.in_force"]),
            Column(texts["values.status"]),
            Column(texts["values.source"]),
        ),
        tuple(cells.value_row(value) for value in used),
    )


def trace_table(steps: Sequence[Step], law: Law, words: Words) -> Table:
    """Write the trace of an amount (motivering) as a table, a row a step.

    Args:
        steps: the steps of the assessment.
        law: the law they were computed with, for the names of its values.
        words: the language.
    """
    cells, texts = _Cells(steps, words, law), DECISION_TEXTS[words.language]
    return Table(
        texts["trace.caption"],
        (
            Column(texts["trace.step"]),
            Column(texts["trace.amount"], amount=True),
            Column(texts["trace.grounds"]),
            Column(texts["trace.legal"]),
        ),
        tuple(cells.row(number, step) for number, step in enumerate(steps, start=1)),
    )
