"""The page of thresholds (drempelbedragen) that a municipality publishes, for one month. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from reba.law.parameters import Law
from reba.law.rooo import thresholds
from reba.law.rooo_parts import Thresholds
from reba.law.trace import render_steps, step_record
from reba.money import format_euros
from reba.months import Month
from reba.statements.statement import Column, Items, Paragraph, Section, Statement, Table
from reba.statements.words import Language, Words

__all__ = [
    "ADULTS_MAX",
    "PERSONS_MAX",
    "ThresholdTable",
    "explain_thresholds",
    "make_threshold_table",
    "threshold_csv",
    "threshold_record",
    "threshold_statement",
]

ADULTS_MAX: Final = 2
PERSONS_MAX: Final = 10

_AMOUNTS: Final = (
    "leefgeld_cents", "leefgeld_withdrawn_from_cents", "contribution_due_from_cents",
    "full_contribution_cents",
)  # fmt: skip

_TEXT: Final[Mapping[Language, Mapping[str, str]]] = {
    "nl": {
        "title": "Leefgeld en eigen bijdrage: drempelbedragen {month}",
        "intro": "Voor ontheemden uit Oekraïne in de gemeentelijke opvang. De bedragen zijn per "
        "gezin en per maand.",
        "with": "De gemeente zorgt voor maaltijden. Daarom is er geen eetgeld, en telt de bijdrage "
        "voor maaltijden mee.",
        "without": "De gemeente zorgt niet voor maaltijden.",
        "one": "Eén volwassene",
        "two": "Twee volwassenen",
        "caption": "Per aantal kinderen",
        "children": "Kinderen",
        "persons": "Personen",
        "leefgeld": "Leefgeld",
        "withdrawn": "Leefgeld vervalt vanaf inkomen",
        "due": "Volledige eigen bijdrage vanaf inkomen",
        "contribution": "Volledige eigen bijdrage",
        "between": "Tussen de twee drempels",
        "between.text": "Ligt het inkomen tussen de twee bedragen, dan beslist de gemeente welk "
        "deel van de eigen bijdrage wordt gevraagd.",
        "sources": "Bronnen",
        "provisional": "Deze bedragen zijn voorlopig: niet vastgesteld is {names}.",
        "footer": "Berekend met dezelfde regels als de beschikking. Bent u het niet eens met een "
        "beschikking, dan kunt u bezwaar maken bij de gemeente.",
    },
    "en": {
        "title": "Leefgeld and own contribution: thresholds of {month}",
        "intro": "For displaced persons from Ukraine in municipal reception. Amounts are for a "
        "household and a month.",
        "with": "The municipality provides meals. So there is no food allowance, and the "
        "contribution for meals counts.",
        "without": "The municipality does not provide meals.",
        "one": "One adult",
        "two": "Two adults",
        "caption": "By number of children",
        "children": "Children",
        "persons": "Persons",
        "leefgeld": "Leefgeld (allowance)",
        "withdrawn": "Leefgeld withdrawn from income of",
        "due": "Full contribution due from income of",
        "contribution": "Full own contribution (eigen bijdrage)",
        "between": "Between the two thresholds",
        "between.text": "If the income lies between the two amounts, the municipality decides "
        "which part of the contribution is asked.",
        "sources": "Sources",
        "provisional": "These amounts are provisional: not verified is {names}.",
        "footer": "Computed with the rules of the decision itself. If you disagree with a "
        "decision, you can object with the municipality.",
    },
}


class ThresholdTable(NamedTuple):
    """The thresholds (drempelbedragen) of every household up to ten persons, for a month."""

    month: Month
    catering: bool
    rows: tuple[Thresholds, ...]


def make_threshold_table(month: Month, law: Law, *, catering: bool = False) -> ThresholdTable:
    """Compute the thresholds (drempelbedragen) of one and two adults, up to ten persons.

    Args:
        month: amounts are those of its first day.
        law: the dated statutory parameters.
        catering: whether meals are served.

    Raises:
        LawError: law.no_value.

    >>> from reba import Month, load_law
    >>> table = make_threshold_table(Month(2025, 10), load_law())
    >>> len(table.rows), table.rows[0].leefgeld_withdrawn_from_cents
    (19, 36207)
    """
    return ThresholdTable(
        month,
        catering,
        tuple(
            thresholds(month, adults, children, catering, law)
            for adults in range(1, ADULTS_MAX + 1)
            for children in range(PERSONS_MAX - adults + 1)
        ),
    )


def explain_thresholds(row: Thresholds, language: Language) -> str:
    """Tell how the amounts of one household came about (afleiding), with their sources."""
    return render_steps(row.steps, language)


def threshold_record(table: ThresholdTable) -> dict[str, object]:
    """Return the table as the JSON object of `reba thresholds --format json`."""
    return {
        "month": str(table.month),
        "catering": table.catering,
        "rows": [
            {
                "adults": row.adults,
                "children": row.children,
                **{name: getattr(row, name) for name in _AMOUNTS},
                "provisional": row.provisional,
                "provisional_because": list(row.provisional_because),
                "steps": [step_record(step) for step in row.steps],
            }
            for row in table.rows
        ],
    }


def threshold_csv(table: ThresholdTable) -> str:
    """Return the table as CSV text, amounts in euros."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    amounts = [name.removesuffix("_cents") for name in _AMOUNTS]
    writer.writerow(["month", "catering", "adults", "children", *amounts])
    for row in table.rows:
        euros = [format_euros(getattr(row, name)) for name in _AMOUNTS]
        about = [str(table.month), str(table.catering).lower(), row.adults, row.children]
        writer.writerow([*about, *euros])
    return text.getvalue()


def _table(rows: Iterable[Thresholds], words: Words, text: Mapping[str, str]) -> Table:
    labels = ("children", "persons", "leefgeld", "withdrawn", "due", "contribution")
    return Table(
        text["caption"],
        tuple(Column(text[label], label not in {"children", "persons"}) for label in labels),
        tuple(
            (
                str(row.children),
                str(row.adults + row.children),
                *(words.money(getattr(row, name)) for name in _AMOUNTS),
            )
            for row in rows
        ),
    )


def _sources(table: ThresholdTable) -> tuple[str, ...]:
    used = {
        (value.jci or value.url or "")
        for row in table.rows
        for step in row.steps
        for value in step.parameters
    }
    cited = {source for row in table.rows for step in row.steps for source in step.legal}
    return tuple(sorted(source for source in used | cited if source))


def threshold_statement(table: ThresholdTable, language: Language) -> Statement:
    """Make the page of thresholds that a municipality publishes, in one language."""
    words, text = Words(language), _TEXT[language]
    sections = [
        Section(
            text[name],
            (_table([row for row in table.rows if row.adults == adults], words, text),),
        )
        for name, adults in (("one", 1), ("two", ADULTS_MAX))
    ]
    sections += [
        Section(text["between"], (Paragraph(text["between.text"]),)),
        Section(text["sources"], (Items(_sources(table)),)),
    ]
    because = sorted({name for row in table.rows for name in row.provisional_because})
    if because:
        warning = Paragraph(text["provisional"].format(names=", ".join(because)), notable=True)
        sections[0] = Section(sections[0].heading, (warning, *sections[0].blocks))
    about = text["with" if table.catering else "without"]
    return Statement(
        language=language,
        account="",
        on=table.month.first_day,
        title=text["title"].format(month=words.month(str(table.month))),
        intro=f"{text['intro']} {about}",
        sections=tuple(sections),
        footer=(text["footer"],),
    )
