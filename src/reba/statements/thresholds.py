"""The page of thresholds (drempelbedragen) that a municipality publishes, for one month. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from reba.law.labels import Label
from reba.law.parameters import DatedValue, Law
from reba.law.rooo import thresholds
from reba.law.rooo_parts import Thresholds
from reba.law.trace import render_steps, step_record
from reba.money import format_euros
from reba.months import Month
from reba.statements.blocks import Column, Items, Page, Paragraph, Section, Table
from reba.statements.messages import title_of
from reba.statements.words import Language, Words

__all__ = [
    "ADULTS_MAX",
    "PERSONS_MAX",
    "ThresholdTable",
    "Unverified",
    "explain_thresholds",
    "household_record",
    "make_threshold_table",
    "threshold_csv",
    "threshold_record",
    "threshold_statement",
]

ADULTS_MAX: Final = 2
PERSONS_MAX: Final = 10

_INSTRUMENT: Final = "jci1.3:c:BWBR0046503"
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
        "children.one": "1\u00a0kind",
        "children.more": "{count}\u00a0kinderen",
        "persons": "Personen",
        "leefgeld": "Leefgeld",
        "withdrawn": "Leefgeld vervalt geheel vanaf inkomen",
        "due": "Volledige eigen bijdrage vanaf inkomen",
        "contribution": "Volledige eigen bijdrage",
        "how": "Hoe de bedragen zijn berekend",
        "how.rate": "De eerste drempel is het leefgeld plus {rate}. De tweede is het leefgeld en "
        "de volledige eigen bijdrage samen, plus {rate}. Elke drempel is één keer afgerond op de "
        "cent, een halve cent naar boven.",
        "how.plain": "De eerste drempel is het leefgeld. De tweede is het leefgeld en de volledige "
        "eigen bijdrage samen.",
        "below": "Onder de eerste drempel is geen eigen bijdrage verschuldigd. De gemeente beslist "
        "of het leefgeld voor een deel vervalt.",
        "between": "Onder en tussen de drempels",
        "between.text": "Vanaf de eerste drempel en onder de tweede vervalt het leefgeld geheel, "
        "en beslist de gemeente welk deel van de eigen bijdrage wordt gevraagd.",
        "sources": "Bronnen",
        "regulation": "Regeling opvang ontheemden Oekraïne",
        "artikel": "artikel",
        "lid": "lid",
        "provisional": "Deze bedragen zijn voorlopig",
        "provisional.text": "Wat hieronder staat is niet nagegaan. De bedragen kunnen nog "
        "veranderen.",
        "derived": "afgeleid, zo niet gepubliceerd",
        "reported": "bericht door anderen, de officiële tekst is niet gezien",
        "supplied": "aangeleverd door de organisatie",
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
        "children.one": "1\u00a0child",
        "children.more": "{count}\u00a0children",
        "persons": "Persons",
        "leefgeld": "Leefgeld (allowance)",
        "withdrawn": "Leefgeld fully withdrawn from income of",
        "due": "Full contribution due from income of",
        "contribution": "Full own contribution (eigen bijdrage)",
        "how": "How the amounts are computed",
        "how.rate": "The first threshold is the leefgeld plus {rate}. The second is the leefgeld "
        "and the full contribution together, plus {rate}. Each threshold is rounded once to the "
        "cent, half a cent upward.",
        "how.plain": "The first threshold is the leefgeld. The second is the leefgeld and the full "
        "contribution together.",
        "below": "Below the first threshold no contribution is due. The municipality decides "
        "whether part of the leefgeld is withdrawn.",
        "between": "Below and between the thresholds",
        "between.text": "From the first threshold and below the second the leefgeld is fully "
        "withdrawn, and the municipality decides which part of the contribution is asked.",
        "sources": "Sources",
        "regulation": "Regeling opvang ontheemden Oekraïne",
        "artikel": "article",
        "lid": "paragraph",
        "provisional": "These amounts are provisional",
        "provisional.text": "What stands below is not verified. The amounts may still change.",
        "derived": "derived, not published as such",
        "reported": "reported by others, the official text was not seen",
        "supplied": "supplied by the organisation",
        "footer": "Computed with the rules of the decision itself. If you disagree with a "
        "decision, you can object with the municipality.",
    },
}


class Unverified(NamedTuple):
    """A value that makes the table provisional (voorlopig), with its title in both languages."""

    value: DatedValue
    title: Label


class ThresholdTable(NamedTuple):
    """The thresholds (drempelbedragen) of every household up to ten persons, for a month."""

    month: Month
    catering: bool
    rows: tuple[Thresholds, ...]
    unverified: tuple[Unverified, ...] = ()


def _values(rows: Iterable[Thresholds]) -> tuple[DatedValue, ...]:
    """List each dated value that the rows used, once, by name."""
    used = {value for row in rows for step in row.steps for value in step.parameters}
    return tuple(sorted(used, key=lambda value: value.name))


def _unverified(value: DatedValue, law: Law) -> Unverified:
    return Unverified(value, title_of(law.parameter(value.name)))


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
    rows = tuple(
        thresholds(month, adults, children, catering, law)
        for adults in range(1, ADULTS_MAX + 1)
        for children in range(PERSONS_MAX - adults + 1)
    )
    unverified = tuple(
        _unverified(value, law) for value in _values(rows) if value.status != "verified"
    )
    return ThresholdTable(month, catering, rows, unverified)


def explain_thresholds(row: Thresholds, language: Language) -> str:
    """Tell how the amounts of one household came about (afleiding), with their sources."""
    return render_steps(row.steps, language)


def household_record(row: Thresholds) -> dict[str, object]:
    """Return the thresholds of one household (drempelbedragen), with their derivation."""
    return {
        "adults": row.adults,
        "children": row.children,
        "persons": row.adults + row.children,
        **{name: getattr(row, name) for name in _AMOUNTS},
        "provisional": row.provisional,
        "provisional_because": list(row.provisional_because),
        "steps": [step_record(step) for step in row.steps],
    }


def threshold_record(table: ThresholdTable) -> dict[str, object]:
    """Return the table (tabel) as the JSON object of `reba thresholds --format json`."""
    return {
        "month": str(table.month),
        "catering": table.catering,
        "rows": [household_record(row) for row in table.rows],
    }


def threshold_csv(table: ThresholdTable) -> str:
    """Return the table (tabel) as CSV text, amounts in euros."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    amounts = [name.removesuffix("_cents") for name in _AMOUNTS]
    writer.writerow(["month", "catering", "adults", "children", "persons", *amounts])
    for row in table.rows:
        euros = [format_euros(getattr(row, name)) for name in _AMOUNTS]
        about = [str(table.month), str(table.catering).lower()]
        persons = [row.adults, row.children, row.adults + row.children]
        writer.writerow([*about, *persons, *euros])
    return text.getvalue()


def _children(count: int, text: Mapping[str, str]) -> str:
    # In words: on a telephone this cell stands alone above its row.
    return text["children.one" if count == 1 else "children.more"].format(count=count)


def _table(rows: Iterable[Thresholds], words: Words, text: Mapping[str, str]) -> Table:
    labels = ("children", "persons", "leefgeld", "withdrawn", "due", "contribution")
    return Table(
        text["caption"],
        tuple(Column(text[label], label not in {"children", "persons"}) for label in labels),
        tuple(
            (
                _children(row.children, text),
                str(row.adults + row.children),
                *(words.money(getattr(row, name)) for name in _AMOUNTS),
            )
            for row in rows
        ),
    )


def _cite(source: str, text: Mapping[str, str]) -> str:
    """Write a JCI reference to the regulation for people; a web address stays as it is."""
    if not source.startswith(_INSTRUMENT):
        return source
    places = (part.partition("=") for part in source.split("&")[1:])
    words = [f"{text.get(name, name)} {number}" for name, _, number in places]
    return f"{', '.join([text['regulation'], *words])} ({source})"


def _sources(table: ThresholdTable, text: Mapping[str, str]) -> tuple[str, ...]:
    """List every source once: the regulation first, then where the amounts were published."""
    used = {source for value in _values(table.rows) for source in (value.jci, value.url) if source}
    cited = {source for row in table.rows for step in row.steps for source in step.legal}
    ordered = sorted(used | cited, key=lambda source: (not source.startswith("jci"), source))
    return tuple(_cite(source, text) for source in ordered)


def _provisional(table: ThresholdTable, language: Language) -> Section:
    text = _TEXT[language]
    lines = [f"{each.title.say(language)}: {text[each.value.status]}" for each in table.unverified]
    warning = Paragraph(text["provisional.text"], notable=True)
    return Section(text["provisional"], (warning, Items(tuple(lines))))


def _how(table: ThresholdTable, words: Words, text: Mapping[str, str]) -> Section:
    above = Fraction(table.rows[0].rate.value) - 1
    sentence = text["how.rate"].format(rate=words.share(above)) if above else text["how.plain"]
    return Section(text["how"], (Paragraph(sentence),))


def threshold_statement(table: ThresholdTable, language: Language) -> Page:
    """Make the page of thresholds that a municipality publishes, in one language."""
    words, text = Words(language), _TEXT[language]
    sections = [_provisional(table, language)] if table.unverified else []
    sections += [
        Section(
            text[name],
            (_table([row for row in table.rows if row.adults == adults], words, text),),
        )
        for name, adults in (("one", 1), ("two", ADULTS_MAX))
    ]
    sections += [
        Section(text["between"], (Paragraph(text["below"]), Paragraph(text["between.text"]))),
        _how(table, words, text),
        Section(text["sources"], (Items(_sources(table, text)),)),
    ]
    about = text["with" if table.catering else "without"]
    return Page(
        language=language,
        title=text["title"].format(month=words.month(str(table.month))),
        intro=f"{text['intro']} {about}",
        sections=tuple(sections),
        footer=(text["footer"],),
    )
