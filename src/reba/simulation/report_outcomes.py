"""The charts of what becomes of savings: by outcome, against the cost of reception, and by choice.

As in `report_charts.py`, a chart and its table are made of the same whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from reba.money import parse_euros, parse_rate
from reba.simulation.assumptions import Assumptions
from reba.simulation.charts import (
    Axis,
    Level,
    Line,
    LineChart,
    Mark,
    Panel,
    Stack,
    StackChart,
    StackPanel,
    Swinging,
    TornadoChart,
)
from reba.simulation.figures import Figure, Swing, figures_of
from reba.simulation.measures import Measures, Share, cents_of
from reba.simulation.report_shown import Drawn, Shown, columns_of, hundredths, of_main
from reba.simulation.report_words import ReportWords
from reba.statements.blocks import Table

__all__ = ["endings_chart", "even_chart", "figure_text", "sensitivity_chart"]

_WHOLE: Final = 10_000
_PARTS: Final = ("released", "paid_out", "remitted", "held", "estate")
_DAYS_A_WEEK: Final = 7
_SWINGS_MAX: Final = 10
_EVEN: Final = (
    "receives_less_cents", "break_even_days_tenths", "break_even_weeks_tenths",
    "break_even_person_days_tenths",
)  # fmt: skip
_UNITS: Final = {
    "share": "ratio", "balance_share": "ratio", "monthly_max": "EUR", "balance_max": "EUR",
    "person_day": "EUR",
}  # fmt: skip


def figure_text(name: str, figure: Figure, words: ReportWords) -> str:
    """Write a key figure (kerncijfer) as people read it, by the unit in its name."""
    if figure is None:
        return words.say("none")
    if name.endswith("_cents"):
        return words.money(figure)
    return words.tenths(figure) if name.endswith("_tenths") else words.count(figure)


# ── outcomes ─────────────────────────────────────────────────────────────────────────────────


def _parts(share: Share) -> tuple[int, ...]:
    if not share.balance:
        return ()
    return tuple(hundredths(getattr(share, part) / share.balance) for part in _PARTS)


def _ending_row(
    name: str, often: str, share: Share, mark: str, words: ReportWords
) -> tuple[str, ...]:
    amounts = (share.balance, *(getattr(share, part) for part in _PARTS))
    return (name, often, *(words.money(cents_of(amount)) + mark for amount in amounts))


def endings_chart(shown: Sequence[Shown], taken: Assumptions, words: ReportWords) -> Drawn:
    """What happens to the savings by outcome, and under the mix of outcomes (bestemming)."""
    say = words.say
    panels: list[StackPanel] = []
    tables: list[Table] = []
    often = {name: words.percent(share) for name, share in taken.outcomes.items()}
    names = [name for name, share in taken.outcomes.items() if share]
    heads = ["endings.often", *(f"part.{part}" for part in ("balance", *_PARTS))]
    columns = columns_of(say("endings.outcome"), [say(head) for head in heads])
    for each in shown:
        found = each.measures[each.main]
        stacks = [
            Stack(
                f"{say(f'outcome.{name}')} ({often[name]})",
                _parts(found.by_outcome[name]),
            )
            for name in names
        ]
        stacks.append(Stack(say("endings.mix"), _parts(found.expected)))
        panels.append(StackPanel(each.short, tuple(stacks)))
        rows = [
            _ending_row(
                say(f"outcome.{name}"),
                often[name],
                found.by_outcome[name],
                each.mark,
                words,
            )
            for name in names
        ]
        every = words.percent(Fraction(1))
        total = _ending_row(say("endings.mix"), every, found.expected, each.mark, words)
        caption = say("endings.caption", variant=each.title)
        tables.append(Table(caption, columns, tuple(rows), total))
    chart = StackChart(
        Axis(say("endings.x"), "share", _WHOLE),
        tuple(say(f"part.{part}") for part in _PARTS),
        tuple(panels),
        say("endings.empty"),
    )
    text = of_main(words, "endings.text", shown)
    return Drawn("endings", say("endings"), text, chart, tuple(tables), "endings.csv")


# ── break-even ───────────────────────────────────────────────────────────────────────────────


def even_chart(shown: Sequence[Shown], taken: Assumptions, words: ReportWords) -> Drawn | None:
    """What reception receives less, against days less in it (omslagpunt); None without a cost."""
    found = [each.measures[each.main] for each in shown]
    days = [one.break_even.days for one in found if one.break_even is not None]
    if not days:
        return None
    say = words.say
    last = max(_DAYS_A_WEEK, -(-max(days).numerator * 13 // (max(days).denominator * 10)))
    a_day = Fraction(found[0].persons * taken.cost_person_day_cents, found[0].households)
    points = tuple((10 * day, cents_of(a_day * day)) for day in range(last + 1))
    saves = Line(say("even.saves"), 0, points)
    levels = tuple(
        Level(
            say("even.less", variant=each.short),
            each.style,
            cents_of(one.receives_less),
        )
        for each, one in zip(shown, found, strict=True)
    )
    most = max(points[-1][1], *(level.at for level in levels))
    panel = Panel(
        "",
        Axis(say("even.y"), "cents", most),
        (saves,),
        levels,
        tuple(_crossings(found, words)),
    )
    table = Table(
        of_main(words, "even.caption", shown),
        columns_of(say("variant"), [say(name) for name in _EVEN]),
        tuple(
            (each.title, *(figure_text(name, figures_of(one)[name], words) + each.mark
                           for name in _EVEN))
            for each, one in zip(shown, found, strict=True)
        ),
    )  # fmt: skip
    text = say("even.text", cost=words.money(taken.cost_person_day_cents))
    chart = LineChart(Axis(say("even.x"), "days_tenths", 10 * last), (panel,))
    return Drawn("even", say("even"), text, chart, (table,), "measures.csv")


def _crossings(found: Sequence[Measures], words: ReportWords) -> list[Mark]:
    """Return where the lines cross, each place once."""
    marks: dict[int, Mark] = {}
    for one in found:
        tenths = figures_of(one)["break_even_days_tenths"] or 0
        if tenths:
            sign = words.many("days", tenths)
            marks.setdefault(tenths, Mark(sign, tenths, cents_of(one.receives_less)))
    return list(marks.values())


# ── sensitivity ──────────────────────────────────────────────────────────────────────────────


def _parameter(name: str, base: Shown, words: ReportWords) -> str:
    if words.knows(f"parameter.{name}"):
        return words.say(f"parameter.{name}")
    for used in base.variant.law_values:
        if used.value.name == name:
            return words.either(used.title_nl, used.title_en)
    return name


def _value(name: str, text: str, base: Shown, words: ReportWords) -> str:
    """Write the value of a parameter as people read it, by its unit."""
    units = {used.value.name: used.value.unit for used in base.variant.law_values}
    unit = units.get(name, _UNITS.get(name.rpartition(".")[2], ""))
    if unit.startswith("EUR"):
        return words.whole_money(parse_euros(text))
    if unit == "ratio" and parse_rate(text) <= 1:
        return words.percent(parse_rate(text))
    return words.decimal(text) if text.replace(".", "", 1).isdecimal() else text


def sensitivity_chart(
    swings: Sequence[Swing], base: Shown, words: ReportWords, *, number: int
) -> Drawn:
    """How far a figure moves with each parameter (gevoeligheid); amounts in cents.

    Args:
        swings: what each parameter does to one figure, the one that does most first.
        base: the variant whose parameters were moved.
        words: the words of the page.
        number: which chart of sensitivity this is.
    """
    say, figure = words.say, swings[0].figure
    moving = [swing for swing in swings if swing.width][:_SWINGS_MAX]
    rows = [
        Swinging(
            _parameter(swing.parameter, base, words),
            _value(swing.parameter, swing.values[0], base, words),
            _value(swing.parameter, swing.values[2], base, words),
            swing.low or 0,
            swing.high or 0,
        )
        for swing in moving
    ]
    heads = [say(f"sensitive.column.{end}") for end in ("low", "base", "high")]
    cells = [
        (
            _parameter(swing.parameter, base, words),
            *(
                f"{figure_text(figure, end, words)}{base.mark}\n"
                f"({say('sensitive.at', value=_value(swing.parameter, value, base, words))})"
                for end, value in zip(
                    (swing.low, swing.base, swing.high), swing.values, strict=True
                )
            ),
        )
        for swing in swings
    ]
    title = say(f"sensitive.{figure}")
    table = Table(title, columns_of(say("sensitive.parameter"), heads), tuple(cells))
    if not rows:
        text = say("sensitive.none")
        return Drawn(f"sensitive-{number}", title, text, None, (table,), "sensitivity.csv")
    at = swings[0].base or 0
    chart = TornadoChart(
        Axis(title + base.mark, "cents", max([at, *(row.high for row in rows)])),
        at,
        tuple(rows),
        (say("sensitive.low"), say("sensitive.high")),
    )
    return Drawn(f"sensitive-{number}", title, "", chart, (table,), "sensitivity.csv")
