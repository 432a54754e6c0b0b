"""The key figures of a simulation for a terminal: a row for each variant, and notes on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reba.simulation.figures import figures_of
from reba.simulation.measures import ALL, WORKING
from reba.simulation.report_outcomes import figure_text
from reba.simulation.report_shown import Shown
from reba.simulation.report_words import Language, ReportWords
from reba.simulation.results import Simulation

__all__ = ["terminal_rows"]

_FIGURES: Final = {
    "contribution_month_cents": ("bijdrage per maand", "contribution a month"),
    "reserved_month_cents": ("daarvan gespaard", "of which saved"),
    "saved_cents": ("gespaard aan het eind", "saved at the end"),
    "released_cents": ("waarvan voor doelen", "of which for purposes"),
    "receives_less_cents": ("opvang ontvangt minder", "reception receives less"),
    "break_even_days_tenths": ("dagen eerder weg", "days sooner to leave"),
}
_GROUPS: Final = {
    WORKING: ("gezinnen waarin iemand werkt", "households in which somebody works"),
    ALL: ("alle gezinnen", "all households"),
}
_TEXTS: Final = {
    "about": (
        "{households} gezinnen ({persons} personen), {months} maanden. Per gezin: {group}.",
        "{households} households ({persons} persons), {months} months. Per household: {group}.",
    ),
    "made": (
        "De gezinnen zijn verzonnen: dit voorspelt niets.",
        "The households are made up: this predicts nothing.",
    ),
    "provisional": (
        "* voorlopig: rust op bedragen die niet zijn geverifieerd ({names}).",
        "* provisional: rests on amounts that are not verified ({names}).",
    ),
    "refused": (
        "Niet doorgerekend: {count} gezinnen met {code}.",
        "Left out: {count} households with {code}.",
    ),
    "not_supplied": (
        "Niet opgegeven bij {count} gezinnen, en dus niet meegerekend: {fact}.",
        "Not supplied for {count} households, and so not counted: {fact}.",
    ),
    "assumptions": (
        "Aannames: {title} ({id}, {digest}).",
        "Assumptions: {title} ({id}, {digest}).",
    ),
}


def terminal_rows(
    simulation: Simulation, shown: Sequence[Shown], language: Language
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the head of a table, its rows, and the sentences below it.

    Args:
        simulation: what was found.
        shown: its variants with what was measured.
        language: "nl" or "en".
    """
    words = ReportWords(language)

    def say(key: str, **values: str) -> str:
        return words.either(*_TEXTS[key]).format(**values)

    head = (words.say("variant"), *(words.either(*texts) for texts in _FIGURES.values()))
    rows: list[tuple[str, ...]] = []
    names: set[str] = set()
    for each in shown:
        figures = figures_of(each.measures[each.main])
        cells = (figure_text(name, figures[name], words) for name in _FIGURES)
        rows.append((f"{each.variant.name}{each.mark}", *cells))
        names.update(each.variant.provisional_because)
    notes = [
        say(
            "about",
            households=words.count(simulation.households),
            persons=words.count(simulation.persons),
            months=str(simulation.months),
            group=words.either(*_GROUPS[shown[0].main]),
        )
    ]
    if simulation.made:
        notes.append(say("made"))
    if names:
        notes.append(say("provisional", names=", ".join(sorted(names))))
    for code, count in simulation.refused.items():
        notes.append(say("refused", count=words.count(count), code=code))
    for fact, count in simulation.not_supplied.items():
        notes.append(say("not_supplied", count=words.count(count), fact=fact))
    assumed = simulation.assumptions
    notes.append(say("assumptions", title=assumed.title, id=assumed.id, digest=assumed.digest[:12]))
    return head, tuple(rows), tuple(notes)
