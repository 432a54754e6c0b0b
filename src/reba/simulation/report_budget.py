"""The charts of budget lines: what is kept of earnings, and where one more cent costs more.

1. The line is drawn through the points at which something changes; between them it is straight.
2. Each cliff has a sign in the chart and a sentence beside it, with its cause and its article.
3. Where the municipality has to choose and did not, a band shows what it may choose, and no line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from reba.facts import Scheme
from reba.money import half_up
from reba.months import Month
from reba.simulation.budget_lines import BudgetLine, BudgetPoint, Cliff, household_types
from reba.simulation.charts import Axis, Band, Line, LineChart, Mark, Panel
from reba.simulation.report_shown import MARK, Drawn, Shown
from reba.simulation.report_words import ReportWords
from reba.statements.blocks import Column, Table

__all__ = ["budget_chart", "by_household", "household_label"]

_WHOLE: Final = 10_000
_RATE_MOST: Final = 12_000
_BAND_POINTS: Final = 40


def by_household(lines: Sequence[BudgetLine]) -> tuple[list[BudgetLine], ...]:
    """Put the lines of one household under one law together: they differ in their policy."""
    found: dict[tuple[str, str, str], list[BudgetLine]] = {}
    for line in lines:
        found.setdefault((line.law_digest, line.scheme, line.household), []).append(line)
    return tuple(found.values())


def household_label(line: BudgetLine, words: ReportWords) -> str:
    """Return what a typical household is called (voorbeeldhuishouden); another by its name."""
    scheme: Scheme = line.scheme  # type: ignore[assignment]
    for each in household_types(scheme, Month.parse(line.month)):
        if each.name == line.household:
            return words.either(each.label_nl, each.label_en)
    return line.household


def _turning(line: BudgetLine) -> list[BudgetPoint]:
    """Return the points at which something changes, and those before and after."""
    places = {cliff.earnings_cents for cliff in line.cliffs}
    for segment in (*line.segments, *line.segments_with_savings):
        places |= {segment.from_cents, segment.to_cents}
    for ends in line.undecided:
        places |= set(ends)
    ordered, points, kept = (
        sorted(places),
        line.points,
        set[int]([0, len(line.points) - 1]),
    )
    at = 0
    for place in ordered:
        while at < len(points) - 1 and points[at].earnings_cents < place:
            at += 1
        kept |= {max(0, at - 1), at}
        if points[at].earnings_cents == place:
            kept.add(min(len(points) - 1, at + 1))
    return [points[index] for index in sorted(kept)]


def _runs(points: Sequence[BudgetPoint], *, saved: bool) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield what is kept, in pieces without an undecided point."""
    run: list[tuple[int, int]] = []
    for point in points:
        kept = point.kept_with_savings_cents if saved else point.kept_cents
        if kept is not None:
            run.append((point.earnings_cents, kept))
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _bands(line: BudgetLine, name: str) -> Iterator[Band]:
    for first, last in line.undecided:
        inside = [
            (
                point.earnings_cents,
                point.bounds.kept_least_cents,
                point.bounds.kept_most_cents,
            )
            for point in line.points
            if point.bounds is not None and first <= point.earnings_cents <= last
        ]
        every = max(1, len(inside) // _BAND_POINTS)
        if inside:
            yield Band(name, (*inside[:-1:every], inside[-1]))


def _rates(line: BudgetLine, *, saved: bool) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield the marginal rate as flat stretches, those that touch together."""
    run: list[tuple[int, int]] = []
    for segment in line.segments_with_savings if saved else line.segments:
        rate = min(_RATE_MOST, max(0, half_up_share(segment.rate)))
        if run and run[-1][0] != segment.from_cents:
            yield tuple(run)
            run = []
        run += [(segment.from_cents, rate), (segment.to_cents, rate)]
    if run:
        yield tuple(run)


def half_up_share(share: Fraction) -> int:
    """Return a share in hundredths of a percent; one below zero as zero."""
    return half_up(max(0, share.numerator) * _WHOLE, share.denominator)


def _marks(line: BudgetLine) -> tuple[Mark, ...]:
    found: list[Mark] = []
    for number, cliff in enumerate(line.cliffs, start=1):
        after = next(
            (p for p in line.points if p.earnings_cents >= cliff.earnings_cents),
            line.points[-1],
        )
        if after.kept_cents is not None:
            found.append(Mark(str(number), cliff.earnings_cents, after.kept_cents))
    return tuple(found)


def _cause(cliff: Cliff, words: ReportWords) -> str:
    """Return the step that explains a cliff: the threshold it reaches, or what moved first."""
    if not cliff.causes:
        return "–"
    return words.either(cliff.causes[0].label_nl, cliff.causes[0].label_en)


def _notes(line: BudgetLine, mark: str, words: ReportWords) -> tuple[str, ...]:
    if not line.cliffs:
        return () if line.undecided else (words.say("budget.no_cliff"),)
    return tuple(
        words.say(
            "budget.cliff",
            sign=str(number),
            earnings=words.money(cliff.earnings_cents),
            loss=words.money(cliff.loss_cents) + mark,
            cause=_cause(cliff, words),
            legal=", ".join(cliff.legal),
        )
        for number, cliff in enumerate(line.cliffs, start=1)
    )


def _cell(cents: int | None, bounds: tuple[int, int] | None, mark: str, words: ReportWords) -> str:
    if cents is not None:
        return words.money(cents) + mark
    if bounds is None:
        return "–"
    least, most = words.money(bounds[0]), words.money(bounds[1])
    return words.say("budget.between", least=least, most=most) + mark


def _rate_after(line: BudgetLine, earnings_cents: int, words: ReportWords) -> str:
    for segment in line.segments:
        if segment.from_cents <= earnings_cents < segment.to_cents:
            return words.percent(max(Fraction(0), segment.rate))
    return "–"


def _table(
    lines: Sequence[BudgetLine],
    letters: Sequence[str],
    who: str,
    mark: str,
    words: ReportWords,
) -> Table:
    say, line = words.say, lines[0]
    with_leefgeld = any(point.leefgeld_withdrawn_cents or point.bounds for point in line.points)
    heads = [say("budget.contribution")]
    heads += [say("budget.withdrawn")] if with_leefgeld else []
    heads += [say("budget.left"), say("budget.not_kept")]
    heads += [say("budget.reserved", letter=letter) for letter in letters]
    rows: list[tuple[str, ...]] = []
    saved = [{p.earnings_cents: p.reserved_cents for p in each.points} for each in lines]
    for point in _turning(line):
        bounds = point.bounds
        spans = (None, None, None) if bounds is None else (bounds[0:2], bounds[2:4], bounds[4:6])
        cells = [_cell(point.contribution_cents, spans[0], mark, words)]
        if with_leefgeld:
            cells.append(_cell(point.leefgeld_withdrawn_cents, spans[1], mark, words))
        cells.append(_cell(point.kept_cents, spans[2], mark, words))
        cells.append(_rate_after(line, point.earnings_cents, words) + mark)
        cells += [
            _cell(found.get(point.earnings_cents), None, mark, words)
            for found, _ in zip(saved, letters, strict=False)
        ]
        rows.append((words.money(point.earnings_cents), *cells))
    columns = (Column(say("budget.earnings"), amount=True),
               *(Column(head, amount=True) for head in heads))  # fmt: skip
    return Table(say("budget.caption", who=who), columns, tuple(rows))


def budget_chart(
    lines: Sequence[BudgetLine],
    shown: Sequence[Shown],
    words: ReportWords,
    *,
    number: int,
) -> Drawn:
    """Draw what one household keeps of its earnings (budgetlijn), with and without savings.

    Args:
        lines: the line of one household, once for each policy.
        shown: the variants, for their letters and styles.
        words: the words of the page.
        number: which household of the page this is.
    """
    say, line = words.say, lines[0]
    mark = MARK if any(each.provisional for each in lines) else ""
    who = household_label(line, words)
    reforms = {each.variant.law_digest: each.variant.reform for each in shown}
    reform = reforms.get(line.law_digest)
    if reform is not None:
        who = f"{who} ({reform})"
    by_policy = {each.variant.policy_digest: each for each in reversed(shown)}
    of_policy = [by_policy.get(each.policy_digest or "") for each in lines]
    letters = [found.letter for found in of_policy if found is not None]
    most = line.points[-1].earnings_cents
    everything = Line(say("budget.all"), -1, ((0, 0), (most, most)))
    kept = [everything, *(Line(say("budget.kept") + mark, 0, run)
                          for run in _runs(_turning(line), saved=False))]  # fmt: skip
    rates = [Line(say("budget.kept") + mark, 0, run) for run in _rates(line, saved=False)]
    for each, found in zip(lines, of_policy, strict=True):
        if found is None:
            continue
        name = say("budget.saved", letter=found.letter) + mark
        kept += [Line(name, found.style, run) for run in _runs(_turning(each), saved=True)]
        rates += [Line(name, found.style, run) for run in _rates(each, saved=True)]
    marks = _marks(line)
    rate_most = max([_WHOLE, *(y for each in rates for _, y in each.points)])
    chart = LineChart(
        Axis(say("budget.x"), "cents", most),
        (
            Panel(
                "", Axis(say("budget.kept.axis"), "cents", most), tuple(kept), (), marks,
                tuple(_bands(line, say("budget.unknown"))),
            ),
            Panel(
                "", Axis(say("budget.rate.axis"), "share", rate_most), tuple(rates), (),
                tuple(each._replace(y=rate_most * 3 // 4, upright=True) for each in marks),
            ),
        ),
        below=True,
    )  # fmt: skip
    table = _table(lines, letters, who + mark, mark, words)
    title = say("budget.title", who=who)
    notes = _notes(line, mark, words)
    return Drawn(f"budget-{number}", title, "", chart, (table,), "budget-lines.csv", notes)
