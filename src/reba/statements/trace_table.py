"""The trace of an assessment as a table: each step, its amount, what it rests on, and its source.

1. No step, input, value of the law or article is left out; amounts stand in cells (X1).
2. A reference to an article is written as people cite it; one that is not understood is written as
   it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reba.law.input_labels import VALUE_LABELS
from reba.law.parameters import DatedValue, Law
from reba.law.trace import Step
from reba.money import exact_euros
from reba.statements.blocks import Column, Table
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
_AMOUNTS: Final = ("values.value", "trace.amount")
_WITHOUT_UNIT: Final = ("EUR", "ratio")


def article(reference: str, words: Words) -> str:
    r"""Return a reference to the law as people cite it (wetsartikel).

    >>> article("jci1.3:c:BWBR0017959&artikel=20&lid=2", Words("nl"))
    'Rva 2005 art.\xa020 lid\xa02'
    >>> article("https://example.org/letter", Words("nl"))
    'https://example.org/letter'
    """
    found = _JCI.fullmatch(reference)
    if found is None or found[1] not in INSTRUMENTS:
        return words.apart(reference)
    law, number, paragraph, day = INSTRUMENTS[found[1]], found[2], found[3], found[4]
    if number is None:
        cited = words.apart(law)
    elif paragraph is None:
        cited = words.tell("decision", "article", law=law, article=number)
    else:
        cited = words.tell(
            "decision", "article.paragraph", law=law, article=number, paragraph=paragraph
        )
    if day is None:
        return cited
    return words.tell("decision", "article.text", article=cited, day=words.day(day))


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

    def say(self, key: str, **values: str) -> str:
        return self.words.tell("decision", key, **values)

    def heads(self, *keys: str) -> tuple[Column, ...]:
        return tuple(Column(self.say(key), amount=key in _AMOUNTS) for key in keys)

    def source(self, reference: str) -> str:
        if reference not in self.others:
            return article(reference, self.words)
        return self.say("source", number=str(self.others.index(reference) + 1))

    def given(self, name: str, value: str | int) -> str:
        words = self.words
        if isinstance(value, int):
            text = words.money(value) if name.endswith(_MONEY) else words.count(value)
        elif value in VALUE_LABELS:
            text = words.tell("value", value)
        else:
            text = words.apart(value)
        return f"{words.tell('input', name)} {text}"

    def value(self, value: DatedValue) -> str:
        return self.words.title(self.law.parameter(value.name))

    def in_force(self, value: DatedValue) -> str:
        first = self.words.day(value.valid_from)
        if value.valid_to is None:
            return self.say("in_force", first=first)
        return self.say("in_force.until", first=first, last=self.words.day(value.valid_to))

    def value_row(self, value: DatedValue) -> tuple[str, ...]:
        source = self.source(value.jci or value.url or "")
        status = self.say(f"value.{value.status}")
        return self.value(value), self.size(value), self.in_force(value), status, source

    def size(self, value: DatedValue) -> str:
        words = self.words
        amount = value.unit.startswith("EUR") and isinstance(value.value, int)
        size = words.money(int(value.value)) if amount else words.decimal(value.value_text)
        return size if value.unit in _WITHOUT_UNIT else self.say(f"unit.{value.unit}", size=size)

    def grounds(self, step: Step) -> Iterator[str]:
        yield from (self.given(*each) for each in step.inputs)
        yield from (f"{self.value(each)} {self.size(each)}" for each in step.parameters)
        if step.exact and step.rounding:
            exact = exact_euros(*step.exact)
            yield self.say("unrounded", exact=exact if "/" in exact else self.words.decimal(exact))

    def row(self, number: int, step: Step) -> tuple[str, ...]:
        amount = "–" if step.amount_cents is None else self.words.money(step.amount_cents)
        grounds = "; ".join(self.grounds(step)) or "–"
        legal = "; ".join(self.source(each) for each in step.legal)
        return f"{number}. {self.words.step(step)}", amount, grounds, legal


def values_table(steps: Sequence[Step], law: Law, words: Words) -> Table:
    """Write the values of the law that a trace uses (wettelijke bedragen), each once.

    Args:
        steps: the steps of the assessment.
        law: the law they were computed with, for the names of its values.
        words: the language.
    """
    cells = _Cells(steps, words, law)
    used = dict.fromkeys(value for step in steps for value in step.parameters)
    heads = ("values.what", "values.value", "values.in_force", "values.status", "values.source")
    rows = tuple(cells.value_row(value) for value in used)
    return Table(cells.say("values.caption"), cells.heads(*heads), rows)


def trace_table(steps: Sequence[Step], law: Law, words: Words) -> Table:
    """Write the trace of an amount (motivering) as a table, a row a step.

    Args:
        steps: the steps of the assessment.
        law: the law they were computed with, for the names of its values.
        words: the language.
    """
    cells = _Cells(steps, words, law)
    heads = ("trace.step", "trace.amount", "trace.grounds", "trace.legal")
    rows = tuple(cells.row(number, step) for number, step in enumerate(steps, start=1))
    return Table(cells.say("trace.caption"), cells.heads(*heads), rows)
