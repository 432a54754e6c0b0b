"""The table of kinds of household (soorten gezinnen) in the report.

No household can be recognised: unless all are made up, kinds of which there are few stand together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reba.simulation.assumptions import Assumptions
from reba.simulation.figures import figures_of
from reba.simulation.measures import ALL, Measures, group_of, measure
from reba.simulation.report_html import folded, paragraph, table_html
from reba.simulation.report_outcomes import figure_text
from reba.simulation.report_shown import Shown
from reba.simulation.report_words import ReportWords
from reba.simulation.results import Simulation, TypeResult
from reba.statements.blocks import Column, Table

__all__ = ["SMALL_GROUP", "kinds_parts"]

SMALL_GROUP: Final = 10
"""Kinds of household with fewer than this stand together, unless they are made up."""

_AMOUNTS: Final = ("contribution_month_cents", "saved_cents", "receives_less_cents")


def _small(
    types: Sequence[TypeResult], *, made: bool
) -> tuple[tuple[TypeResult, ...], tuple[TypeResult, ...]]:
    """Return the kinds that stand apart, and those of which there are too few to.

    One small kind alone would follow from the total: the smallest others join it until together
    they are enough.
    """
    if made:
        return tuple(types), ()
    by_size = sorted(types, key=lambda each: each.households)
    together: list[TypeResult] = []
    for each in by_size:
        held = sum(one.households for one in together)
        if each.households >= SMALL_GROUP and (not together or held >= SMALL_GROUP):
            break
        together.append(each)
    return tuple(each for each in types if each not in together), tuple(together)


def _kinds(
    each: Shown, taken: Assumptions, words: ReportWords, *, made: bool
) -> Iterator[tuple[str, Measures]]:
    """Yield the kinds of household, with those put together of which there are too few."""
    apart, together = _small(each.variant.types, made=made)
    for found in apart:
        kind = found.type
        work = words.say("working.yes" if kind.working else "working.no")
        name = f"{words.say(f'composition.{kind.composition}')}, {work}"
        yield name, each.measures[kind.key]
    if together:
        yield words.say("types.other"), measure(group_of("other", together), taken)


def _row(name: str, found: Measures, mark: str, words: ReportWords) -> tuple[str, ...]:
    figures = figures_of(found)
    contribution, saved, less = (words.money(figures[amount] or 0) for amount in _AMOUNTS)
    used = words.money((figures["released_cents"] or 0) + (figures["paid_out_cents"] or 0))
    days = figure_text("break_even_days_tenths", figures["break_even_days_tenths"], words)
    cells = (contribution, saved, used, less, days)
    return (name, words.count(found.households), *(cell + mark for cell in cells))


def kinds_parts(
    simulation: Simulation, shown: Sequence[Shown], words: ReportWords
) -> Iterator[str]:
    """Yield a table for each variant: what it does for each kind of household (per soort gezin).

    Args:
        simulation: what was found.
        shown: its variants with what was measured.
        words: the words of the page.
    """
    say = words.say
    yield paragraph(say("types.text"))
    if not simulation.made:
        yield paragraph(say("types.small", count=str(SMALL_GROUP)))
    heads = ("households", "contribution", "saved", "used", "less", "days")
    columns = (
        Column(say("types.type")),
        *(Column(say(f"types.{head}"), amount=True) for head in heads),
    )
    for each in shown:
        kinds = _kinds(each, simulation.assumptions, words, made=simulation.made)
        rows = [_row(*kind, each.mark, words) for kind in kinds]
        total = _row(say("types.all"), each.measures[ALL], each.mark, words)
        table = table_html(Table(each.title, columns, tuple(rows), total))
        yield folded(each.title, table, is_open=each is shown[0], is_table=True)
