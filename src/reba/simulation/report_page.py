"""The page of the report: what policies would do, for those who must decide (doorrekening).

1. Pure: the same simulation, budget lines and language give the same page.
2. It begins with the few figures that matter, side by side, and ends with what it does not show.
3. A figure that rests on a value that is not verified has a mark beside it, wherever it stands.
4. No id of a household is on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final, cast

from reba.errors import SimulationError
from reba.money import parse_euros, parse_rate
from reba.simulation.budget_lines import BudgetLine
from reba.simulation.figures import (
    HALF_AFTER,
    ParameterRuns,
    change_from,
    figures_of,
    sensitivity,
)
from reba.simulation.measures import ALL, WORKING
from reba.simulation.report_budget import budget_chart, by_household
from reba.simulation.report_charts import balances_chart, covered_chart, months_chart
from reba.simulation.report_html import (
    Card,
    card_html,
    chart_html,
    folded,
    items,
    page_html,
    paragraph,
    section,
    table_html,
)
from reba.simulation.report_kinds import kinds_parts
from reba.simulation.report_outcomes import (
    endings_chart,
    even_chart,
    figure_text,
    sensitivity_chart,
)
from reba.simulation.report_rests import rests, trace_parts
from reba.simulation.report_shown import VARIANTS_MAX, Shown, shown_of
from reba.simulation.report_words import Language, ReportWords
from reba.simulation.results import Simulation
from reba.statements.blocks import Column, Table

__all__ = ["report_html"]

_BUDGETS_OPEN: Final = 3
_CARD_TARGETS: Final = 2
_SENSITIVE: Final = ("saved_cents", "receives_less_cents")


class _Maker:
    """Makes the sections of the page, one a method."""

    def __init__(
        self,
        simulation: Simulation,
        lines: Sequence[BudgetLine],
        runs: Sequence[ParameterRuns],
        language: Language,
        files: Sequence[str],
    ) -> None:
        self.simulation, self.lines, self.runs, self.files = (
            simulation,
            lines,
            runs,
            files,
        )
        self.taken = simulation.assumptions
        self.words = ReportWords(language)
        self.say = self.words.say
        self.shown = shown_of(simulation)
        self.main = self.shown[0].main

    # ── head and summary ─────────────────────────────────────────────────────────────────────

    def title(self) -> str:
        if len(self.shown) == 1:
            return self.say("title")
        return self.say("title.more", count=str(len(self.shown)))

    def intro(self) -> Iterator[str]:
        simulation, count = self.simulation, self.words.count
        yield paragraph(
            self.say(
                "intro",
                households=count(simulation.households),
                persons=count(simulation.persons),
                months=count(simulation.months),
            )
        )
        if simulation.made:
            yield paragraph(self.say("made"), "notable")
        because = sorted({name for each in self.shown for name in each.variant.provisional_because})
        because += sorted(
            {name for line in self.lines for name in line.provisional_because} - set(because)
        )
        if because:
            yield paragraph(self.say("provisional", names=", ".join(because)), "notable")
        examples = [each.letter for each in self.shown
                    if each.variant.policy_status == "illustrative"]  # fmt: skip
        if examples:
            yield paragraph(self.say("illustrative", names=self.words.listed(examples)))
        refused = sum(simulation.refused.values())
        if refused:
            yield paragraph(self.say("refused.head", count=count(refused)))

    def _policy_lines(self, each: Shown) -> Iterator[str]:
        versions = cast("Sequence[Mapping[str, object]]", each.variant.policy_record["version"])
        rules = cast("Mapping[str, str]", versions[0]["reserve"])
        parts = [
            self.say(
                "policy.share",
                share=self.words.percent(parse_rate(rules["share"])),
                base=self.say(f"base.{rules['base']}"),
            )
        ]
        for limit in ("monthly_max", "balance_max"):
            if limit in rules:
                amount = self.words.whole_money(parse_euros(rules[limit]))
                parts.append(self.say(f"policy.{limit}", amount=amount))
        text = ", ".join(" ".join(part.split()) for part in parts)
        yield f"{text[0].upper()}{text[1:]}."
        if len(versions) > 1:
            yield self.say("policy.versions")
        if each.variant.reform:
            yield self.say("reform", reform=each.variant.reform)

    def _months(self, months: int | None) -> str:
        if months is None:
            return self.say("card.half.never", months=self.words.count(self.simulation.months))
        key = "card.half.months.one" if months == 1 else "card.half.months.more"
        return self.say(key, count=self.words.count(months))

    def _card(self, each: Shown) -> Card:
        found, say, mark = each.measures[self.main], self.say, each.mark
        figures = [(self.words.euros(found.expected.balance) + mark, say("card.saved"), "")]
        followed = list(zip(self.taken.targets, found.coverage, strict=True))
        for target, covered in followed[:_CARD_TARGETS]:
            name = self.words.either(target.label_nl, target.label_en)
            means = say("card.half", target=f"{name} ({self.words.whole_money(target.cents)})")
            figures.append((self._months(covered.half_after) + mark, means, ""))
        total = self.words.euros(each.measures[ALL].receives_less_cents) + mark
        count = self.words.count(each.measures[ALL].households)
        figures.append(
            (
                self.words.euros(found.receives_less) + mark,
                say("card.less"),
                say("card.less.total", households=count, amount=total),
            )
        )
        if found.break_even is not None:
            tenths = figures_of(found)["break_even_days_tenths"] or 0
            cost = self.words.money(self.taken.cost_person_day_cents)
            figures.append(
                (
                    self.words.many("days", tenths) + mark,
                    say("card.even"),
                    say("card.even.how", cost=cost),
                )
            )
        return Card(
            each.letter,
            each.style,
            each.name,
            tuple(self._policy_lines(each)),
            tuple(figures),
        )

    def summary(self) -> Iterator[str]:
        count, measures = self.words.count, self.shown[0].measures
        every = count(measures[ALL].households)
        if self.main == WORKING:
            households = count(measures[WORKING].households)
            yield paragraph(self.say("summary.working", households=households, all=every))
        else:
            yield paragraph(self.say("summary.all", all=every))
        cards = "\n".join(card_html(self._card(each)) for each in self.shown)
        yield f'<div class="cards">\n{cards}\n</div>'

    # ── side by side ─────────────────────────────────────────────────────────────────────────

    def _name_of(self, figure: str) -> str:
        if not figure.startswith(f"{HALF_AFTER}."):
            return self.say(figure)
        target = next(t for t in self.taken.targets if t.name == figure.partition(".")[2])
        name = self.words.either(target.label_nl, target.label_en)
        return self.say(HALF_AFTER, target=name, amount=self.words.whole_money(target.cents))

    def _figure(self, name: str, figure: int | None, change: int | None, mark: str) -> str:
        if figure is None:
            text = self.say("none")
            if name.startswith(HALF_AFTER):
                text = self.say("never", months=self.words.count(self.simulation.months))
            return text + mark
        text = figure_text(name, figure, self.words) + mark
        if change is None:
            return text
        if not change:
            return f"{text}\n({self.say('same')})"
        written = figure_text(name, abs(change), self.words)
        return f"{text}\n({self.words.signed(change, written)})"

    def _compared(self, key: str) -> str:
        found = [figures_of(each.measures[key]) for each in self.shown]
        rows: list[tuple[str, ...]] = []
        for name in found[0]:
            if name == "withdrawn_month_cents" and not any(figures[name] for figures in found):
                continue
            cells = [self._figure(name, found[0][name], None, self.shown[0].mark)]
            for each, figures in zip(self.shown[1:], found[1:], strict=True):
                change = change_from(found[0], figures)[name]
                cells.append(self._figure(name, figures[name], change, each.mark))
            rows.append((self._name_of(name), *cells))
        columns = (
            Column(self.say("figure")),
            *(Column(each.short, amount=True) for each in self.shown),
        )
        caption = self.say(f"compare.caption.{key}")
        return table_html(Table(caption, columns, tuple(rows)))

    def compare(self) -> Iterator[str]:
        text = self.say("compare.stay")
        if len(self.shown) > 1:
            text = f"{self.say('compare.how')} {text}"
        yield paragraph(text)
        yield self._compared(self.main)
        if self.main != ALL:
            yield folded(self.say("compare.caption.all"), self._compared(ALL), is_table=True)

    # ── charts ───────────────────────────────────────────────────────────────────────────────

    def budget(self) -> Iterator[str]:
        if not self.lines:
            return
        say = self.say
        yield paragraph(say("budget.text"))
        yield paragraph(say("budget.sudden"))
        drawn = [
            budget_chart(lines, self.shown, self.words, number=number)
            for number, lines in enumerate(by_household(self.lines), start=1)
        ]
        for each in drawn[:_BUDGETS_OPEN]:
            yield f"<h3>{escape(each.title)}</h3>\n{chart_html(each, self.words)}"
        rest = [
            folded(each.title, chart_html(each, self.words, is_folded=True))
            for each in drawn[_BUDGETS_OPEN:]
        ]
        if rest:
            heading = say("budget.other", count=str(len(rest)))
            content = "\n".join(rest)
            yield f'<div class="not-on-paper"><h3>{heading}</h3>\n{content}</div>'

    def months(self) -> Iterator[str]:
        yield chart_html(months_chart(self.shown, self.words), self.words)

    def balances(self) -> Iterator[str]:
        yield chart_html(balances_chart(self.shown, self.taken, self.words), self.words)

    def covered(self) -> Iterator[str]:
        if self.taken.targets:
            yield chart_html(covered_chart(self.shown, self.taken, self.words), self.words)

    def endings(self) -> Iterator[str]:
        yield chart_html(endings_chart(self.shown, self.taken, self.words), self.words)

    def even(self) -> Iterator[str]:
        drawn = even_chart(self.shown, self.taken, self.words)
        yield (paragraph(self.say("even.none")) if drawn is None else chart_html(drawn, self.words))

    def sensitive(self) -> Iterator[str]:
        if not self.runs:
            return
        base = self.shown[0]
        yield paragraph(self.say("sensitive.text", variant=base.title))
        found = sensitivity(self.runs, figures=_SENSITIVE, group=self.main)
        for number, swings in enumerate(found.values(), start=1):
            drawn = sensitivity_chart(swings, base, self.words, number=number)
            heading = f"{drawn.title[0].upper()}{drawn.title[1:]}"
            yield f"<h3>{escape(heading)}</h3>\n{chart_html(drawn, self.words)}"

    # ── kinds of household, and what all of it rests on ──────────────────────────────────────

    def types(self) -> Iterator[str]:
        yield from kinds_parts(self.simulation, self.shown, self.words)

    def rests(self) -> Iterator[str]:
        yield from rests(self.simulation, self.shown, self.words)

    def trace(self) -> Iterator[str]:
        yield from trace_parts(self.simulation, self.files, self.words)

    def limits(self) -> Iterator[str]:
        names = ("behaviour", "independent", "use", "costs", "rights")
        yield items(self.say(f"limit.{name}") for name in names)


def report_html(
    simulation: Simulation,
    budget_lines: Sequence[BudgetLine],
    language: Language,
    *,
    runs: Sequence[ParameterRuns] = (),
    files: Sequence[str] = (),
) -> str:
    """Write the report of a simulation (doorrekening) as one HTML page that needs nothing else.

    Args:
        simulation: what was found, for one to five variants.
        budget_lines: what typical households keep of their earnings, once for each policy.
        language: "nl" or "en".
        runs: results with one parameter lower and higher, of the first variant.
        files: the names of the files that stand beside the page.

    Raises:
        SimulationError: simulation.too_many_to_show.
    """
    if len(simulation.variants) > VARIANTS_MAX:
        count = len(simulation.variants)
        raise SimulationError("simulation.too_many_to_show", count=count, maximum=VARIANTS_MAX)
    maker = _Maker(simulation, budget_lines, runs, language, files)
    parts: dict[str, Iterator[str]] = {
        "summary": maker.summary(),
        "compare": maker.compare(),
        "budget": maker.budget(),
        "months": maker.months(),
        "balances": maker.balances(),
        "covered": maker.covered(),
        "endings": maker.endings(),
        "even": maker.even(),
        "sensitive": maker.sensitive(),
        "types": maker.types(),
        "rests": maker.rests(),
        "trace": maker.trace(),
        "limits": maker.limits(),
    }
    written = {name: tuple(found) for name, found in parts.items()}
    sections = [
        section(number, maker.say(name), found)
        for number, (name, found) in enumerate(written.items(), start=1)
        if found
    ]
    return page_html(maker.words, maker.title(), maker.intro(), sections)
