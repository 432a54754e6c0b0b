"""What the charts of the report show, and the table beside each: both from the same numbers.

1. A chart and its table are made of the measures, in whole numbers. Nothing is drawn here.
2. A variant has a letter, and with it one colour, marker and dash in every chart.
3. Where a variant is provisional its name carries the mark, so every figure beside it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reba.simulation.assumptions import Assumptions
from reba.simulation.charts import (
    Axis,
    Box,
    BoxChart,
    BoxPanel,
    Level,
    Line,
    LineChart,
    Panel,
)
from reba.simulation.measures import ALL, cents_of
from reba.simulation.report_shown import Drawn, Shown, columns_of, hundredths, of_main
from reba.simulation.report_words import ReportWords
from reba.statements.blocks import Table

__all__ = ["balances_chart", "covered_chart", "months_chart"]

_HALF: Final = 5_000
_WHOLE: Final = 10_000


# ── by month ─────────────────────────────────────────────────────────────────────────────────


def _by_month(amounts_cents: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple(enumerate(amounts_cents, start=1))


def _saved_lines(shown: Sequence[Shown], words: ReportWords) -> tuple[Line, ...]:
    return tuple(
        Line(
            words.say("months.reserved", variant=each.short),
            each.style,
            _by_month(each.groups[ALL].reserved_cents),
        )
        for each in shown
    )


def _due_lines(shown: Sequence[Shown], words: ReportWords) -> tuple[Line, ...]:
    """Return what is due: once where the law is the same for all, and else for each variant."""
    if len({each.variant.law_digest for each in shown}) > 1:
        return tuple(
            Line(
                words.say("months.due", variant=each.short),
                each.style,
                _by_month(each.groups[ALL].contribution_cents),
            )
            for each in shown
        )
    first = shown[0]
    group = first.groups[ALL]
    lines = [
        Line(words.say("months.contribution") + first.mark, 0, _by_month(group.contribution_cents))
    ]
    if group.collected_cents != group.contribution_cents:
        name = words.say("months.collected") + first.mark
        lines.append(Line(name, -1, _by_month(group.collected_cents)))
    return tuple(lines)


def _most(lines: Sequence[Line]) -> int:
    return max(y for line in lines for _, y in line.points)


def months_chart(shown: Sequence[Shown], words: ReportWords) -> Drawn:
    """What is due, what comes in and what is saved of it, by month (per maand).

    Where variants differ in their law, what is due has a drawing of its own.
    """
    say = words.say
    due, saved = _due_lines(shown, words), _saved_lines(shown, words)
    both = (*due, *saved)
    label = say("months.y")
    panels: tuple[Panel, ...] = (Panel("", Axis(label, "cents", _most(both)), both),)
    if due[0].style:
        panels = tuple(
            Panel(say(f"months.panel.{name}"), Axis(label, "cents", _most(lines)), lines)
            for name, lines in (("due", due), ("saved", saved))
        )
    months = len(due[0].points)
    rows = tuple(
        (words.count(month + 1), *(words.money(line.points[month][1]) for line in both))
        for month in range(months)
    )
    table = Table(
        say("months.caption"), columns_of(say("month"), [line.name for line in both]), rows
    )
    chart = LineChart(Axis(say("months.x"), "months", months), panels)
    return Drawn("months", say("months"), say("months.text"), chart, (table,), "months.csv")


# ── balances and targets ─────────────────────────────────────────────────────────────────────


def _targets(shown: Sequence[Shown], taken: Assumptions, words: ReportWords) -> list[Level]:
    return [
        Level(
            words.say(
                "covered.target",
                target=words.either(target.label_nl, target.label_en),
                amount=words.whole_money(target.cents),
            ),
            0,
            target.cents,
        )
        for target in taken.targets
        if shown
    ]


def balances_chart(shown: Sequence[Shown], taken: Assumptions, words: ReportWords) -> Drawn:
    """What has been saved after a stay: quartiles and mean, against the targets (tegoed)."""
    say = words.say
    panels: list[BoxPanel] = []
    tables: list[Table] = []
    heads = ("share", "mean", "lower", "half", "upper")
    columns = columns_of(say("balances.months"), [say(f"balances.{head}") for head in heads])
    for each in shown:
        stays = each.measures[each.main].stays
        euros = [(s.lower_euros * 100, s.median_euros * 100, s.upper_euros * 100) for s in stays]
        panels.append(
            BoxPanel(
                each.short,
                each.style,
                tuple(
                    Box(words.count(stay.months), *quarters, cents_of(stay.mean))
                    for stay, quarters in zip(stays, euros, strict=True)
                ),
            )
        )
        rows = tuple(
            (
                words.count(stay.months),
                words.percent(stay.share),
                words.money(cents_of(stay.mean)) + each.mark,
                *(words.whole_money(cents) + each.mark for cents in quarters),
            )
            for stay, quarters in zip(stays, euros, strict=True)
        )
        tables.append(Table(f"{each.title}. {say('balances.caption')}", columns, rows))
    levels = _targets(shown, taken, words)
    boxes = [box for panel in panels for box in panel.boxes]
    most = max([*(box.upper for box in boxes), *(box.mean for box in boxes)])
    near = [level for level in levels if level.at <= 2 * most]
    chart = BoxChart(
        say("balances.x"),
        Axis(
            say("balances.y"),
            "cents",
            max([most, *(level.at * 11 // 10 for level in near)]),
        ),
        tuple(panels),
        tuple(near),
        (say("balances.spread"), say("balances.median"), say("balances.mean")),
    )
    text = of_main(words, "balances.text", shown)
    return Drawn("balances", say("balances"), text, chart, tuple(tables), "balances.csv")


def covered_chart(shown: Sequence[Shown], taken: Assumptions, words: ReportWords) -> Drawn:
    """The share of households whose savings cover each target, by month (dekking)."""
    say = words.say
    panels: list[Panel] = []
    tables: list[Table] = []
    months = 0
    for number, level in enumerate(_targets(shown, taken, words)):
        shares = [each.measures[each.main].coverage[number].shares for each in shown]
        months = len(shares[0])
        lines = tuple(
            Line(
                each.short,
                each.style,
                _by_month([hundredths(share) for share in found]),
            )
            for each, found in zip(shown, shares, strict=True)
        )
        half = Level(say("covered.half"), 0, _HALF)
        panels.append(Panel(level.name, Axis(say("covered.y"), "share", _WHOLE), lines, (half,)))
        rows = tuple(
            (words.count(month + 1), *(words.percent(found[month]) for found in shares))
            for month in range(months)
        )
        caption = f"{level.name}. {say('covered.caption')}"
        tables.append(
            Table(caption, columns_of(say("month"), [each.short for each in shown]), rows)
        )
    chart = LineChart(Axis(say("covered.x"), "months", months), tuple(panels))
    text = of_main(words, "covered.text", shown)
    return Drawn("covered", say("covered"), text, chart, tuple(tables), "covered.csv")
