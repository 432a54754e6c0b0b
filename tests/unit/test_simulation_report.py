"""The report of a simulation: every number is a measure, in both languages, and it is whole."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Final, NamedTuple
from unittest.mock import patch

import pytest

from reba import Month, SavingsPolicy, load_law
from reba.errors import SimulationError, UsageError
from reba.law.choices import parse_choices
from reba.money import half_up
from reba.simulation.assumptions import parse_assumptions
from reba.simulation.budget_lines import BudgetLine, budget_lines, household_types
from reba.simulation.charts import BoxChart, LineChart, StackChart
from reba.simulation.figures import ParameterRuns, Run, figures_of, sensitivity
from reba.simulation.measures import ALL, WORKING
from reba.simulation.report import write_report
from reba.simulation.report_budget import budget_chart, by_household
from reba.simulation.report_charts import balances_chart, covered_chart, months_chart
from reba.simulation.report_outcomes import endings_chart, even_chart, sensitivity_chart
from reba.simulation.report_page import report_html
from reba.simulation.report_plots import draw
from reba.simulation.report_shown import Drawn, Shown, shown_of
from reba.simulation.report_tables import tables_of
from reba.simulation.report_words import REPORT_TEXTS, Language, ReportWords
from reba.simulation.results import Refusal, Simulation
from simulated_by_hand import (
    ASSUMPTIONS,
    HOUSEHOLDS,
    Household,
    assumptions,
    simulation,
    variant,
)

TAKEN: Final = assumptions()
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
_VOID: Final = {"meta", "br", "path", "rect", "use", "line", "circle"}
_ROOO_CHOICES: Final = """
[choices]
id = "example"
municipality = "Voorbeeldstad"
source = "made for a test"
valid_from = 2025-10-01
[rules]
income_proof = "measured"
reference_period = "month"
below_first = "nothing"
between = "nothing"
"""


class _Page(HTMLParser):
    """Reads a page: its tables, its texts, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.tags: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.texts: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.ids.extend(value or "" for name, value in attrs if name == "id")
        self.refers.extend(found[name] or "" for name in ("src", "href") if name in found)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in {"th", "td"}:
            self.tables[-1][-1].append("")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"style", "title"} & set(self.open):
            return
        self.texts.append(data)
        if {"th", "td"} & set(self.open):
            self.tables[-1][-1][-1] += data

    def table(self, first_cell: str) -> list[list[str]]:
        return next(found for found in self.tables if found[0][0] == first_cell)


class Report(NamedTuple):
    """A report in both languages, of what, and the pages read back."""

    about: Simulation
    shown: tuple[Shown, ...]
    html: dict[Language, str]
    pages: dict[Language, _Page]


def _lines() -> tuple[BudgetLine, ...]:
    month, law = Month(2025, 10), load_law()
    record = simulation().variants[0].policy_record
    policy = SavingsPolicy.from_record(
        {**record, "policy": {**record["policy"], "schemes": ["rooo"]}}  # type: ignore[dict-item]
    )
    households = household_types("rooo", month)
    choices = parse_choices(_ROOO_CHOICES, file="choices.toml")
    asked = {"policies": (policy,), "maximum_cents": 80_000, "step_cents": 2_000}
    chosen = budget_lines(households[0].facts, law, choices=choices, **asked)  # type: ignore[arg-type]
    return (*chosen, *budget_lines(households[1].facts, law, **asked))  # type: ignore[arg-type]


LINES: Final = _lines()


@pytest.fixture(scope="module")
def report() -> Report:
    about = simulation()
    low, high = variant("", "0.4"), variant("", "0.6")
    base = about.variants[0]
    runs = [
        ParameterRuns(
            "reserve.share", Run("0.40", low, TAKEN), Run("0.50", base, TAKEN),
            Run("0.60", high, TAKEN),
        ),
        ParameterRuns("made.up", *[Run("7", base, TAKEN)] * 3),
    ]  # fmt: skip
    html: dict[Language, str] = {
        "nl": report_html(about, (), "nl", runs=runs, files=("months.csv",)),
        "en": _html(about, "en", runs=runs),
    }
    return Report(about, shown_of(about), html, {k: _Page(v) for k, v in html.items()})


def _html(
    about: Simulation,
    language: Language,
    lines: Sequence[BudgetLine] = (),
    runs: Sequence[ParameterRuns] = (),
) -> str:
    """Write a page without drawing its charts, which takes most of the time."""

    def told(*_: object, name: str, kinds: Sequence[str], **__: object) -> str:
        return f"({name}: {', '.join(kinds)})"

    with patch("reba.simulation.report_html.draw", told):
        return report_html(about, lines, language, runs=runs)


def _number(text: str, language: Language) -> Fraction | None:
    """Read a number as people write it in a language; None where there is none."""
    found = re.search(r"[\u2212-]?€?\s?[\u2212-]?[\d.,]*\d", text)
    if found is None:
        return None
    digits = re.sub(r"[^\d.,\u2212-]", "", found[0]).replace("\N{MINUS SIGN}", "-")
    point, apart = (",", ".") if language == "nl" else (".", ",")
    return Fraction(digits.replace(apart, "").replace(point, "."))


# ── numbers ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("X1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_shows_the_figures_and_their_differences(
    report: Report, language: Language
) -> None:
    words = ReportWords(language)
    first = words.say("figure")
    tables = [t for t in report.pages[language].tables if t[0][0] == first]
    assert len(tables) == 2
    for key, table in zip((WORKING, ALL), tables, strict=True):
        found = [figures_of(each.measures[key]) for each in report.shown]
        names = [name for name in found[0] if name != "withdrawn_month_cents"]
        assert len(table) == len(names) + 1
        for name, row in zip(names, table[1:], strict=True):
            unit = 100 if name.endswith("_cents") else 10 if name.endswith("_tenths") else 1
            for place, (cell, figures) in enumerate(zip(row[1:], found, strict=True)):
                figure, base = figures[name], found[0][name]
                if figure is None:
                    assert cell.removesuffix(" *") == words.say("never", months="36")
                    continue
                shown, _, change = cell.partition("(")
                assert _number(shown, language) == Fraction(figure, unit), name
                if place and base is not None:
                    same = change == f"{words.say('same')})"
                    assert same == (figure == base)
                    assert same or _number(change, language) == Fraction(figure - base, unit)


@pytest.mark.invariant("X1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_shows_the_measures_in_whole_euros(report: Report, language: Language) -> None:
    cards = report.html[language].split('<article class="card"')[1:]
    assert len(cards) == 3
    for card, each in zip(cards, report.shown, strict=True):
        shown = re.findall(r'<dd class="amount">(.*?)</dd>', card.partition("</article>")[0])
        found = each.measures[WORKING]
        saved, less = found.expected.balance, found.receives_less
        assert all(text.endswith(" *") == each.variant.provisional for text in shown)
        numbers = [_number(text, language) for text in shown]
        assert numbers[0] == half_up(saved.numerator, saved.denominator * 100)
        assert numbers[1:3] == [c.half_after or 36 for c in found.coverage]
        assert numbers[3] == half_up(less.numerator, less.denominator * 100)
        assert numbers[4] == Fraction(figures_of(found)["break_even_days_tenths"] or 0, 10)


@pytest.mark.invariant("X1")
def test_both_languages_show_the_same_numbers(report: Report) -> None:
    dutch, english = (report.pages[language].tables for language in LANGUAGES)
    assert len(dutch) == len(english) > 10
    counted = 0
    for one, two in zip(dutch, english, strict=True):
        assert [len(row) for row in one] == [len(row) for row in two]
        for nl, en in zip(one[1:], two[1:], strict=True):
            for a, b in zip(nl[1:], en[1:], strict=True):
                if re.match(r"^[\u2212+(€\s]*\d", a) and "jci" not in a and len(a) < 40:
                    assert _number(a, "nl") == _number(b, "en"), (a, b)
                    counted += 1
    assert counted > 500


@pytest.mark.invariant("X1")
def test_tables_beside_charts_are_made_of_the_drawn_numbers() -> None:
    about = simulation()
    shown, words = shown_of(about), ReportWords("en")
    months = months_chart(shown, words)
    assert isinstance(months.chart, LineChart)
    assert [line.style for line in months.chart.panels[0].lines] == [0, -1, 1, 2, 3]
    for place, line in enumerate(months.chart.panels[0].lines):
        cells = [row[place + 1] for row in months.tables[0].rows]
        assert [_number(cell, "en") for cell in cells] == [
            Fraction(cents, 100) for _, cents in line.points
        ]
    boxes = balances_chart(shown, TAKEN, words)
    assert isinstance(boxes.chart, BoxChart)
    for spread, table in zip(boxes.chart.panels, boxes.tables, strict=True):
        for box, row in zip(spread.boxes, table.rows, strict=True):
            numbers = [_number(cell, "en") for cell in row[2:]]
            assert numbers == [Fraction(cents, 100) for cents in (box.mean, *box[1:4])]
    covered = covered_chart(shown, TAKEN, words)
    assert isinstance(covered.chart, LineChart)
    for panel, table in zip(covered.chart.panels, covered.tables, strict=True):
        for place, line in enumerate(panel.lines):
            for row, (_, hundredths) in zip(table.rows, line.points, strict=True):
                share = _number(row[place + 1], "en")
                assert share is not None
                assert abs(share - Fraction(hundredths, 100)) <= Fraction(1, 20)
    endings = endings_chart(shown, TAKEN, words)
    assert isinstance(endings.chart, StackChart)
    for stack in (s for panel in endings.chart.panels for s in panel.stacks):
        assert abs(sum(stack.parts) - 10_000) <= 2  # five parts, each rounded


def test_every_chart_has_units_and_a_table() -> None:
    about = simulation()
    shown, words = shown_of(about), ReportWords("nl")
    even = even_chart(shown, TAKEN, words)
    assert even is not None
    charts: list[Drawn] = [
        months_chart(shown, words), covered_chart(shown, TAKEN, words), even,
        balances_chart(shown, TAKEN, words), endings_chart(shown, TAKEN, words),
        *(budget_chart([line], shown, words, number=1) for line in LINES),
    ]  # fmt: skip
    for drawn in charts:
        assert drawn.title
        assert drawn.tables
        assert drawn.file.endswith(".csv")
        if isinstance(drawn.chart, LineChart):
            assert drawn.chart.x.label
            assert all(panel.y.label for panel in drawn.chart.panels)
    free = assumptions({'person_day = "71.00"': 'person_day = "0.00"'})
    without = replace(about, assumptions=free)
    assert even_chart(shown_of(without), free, words) is None
    assert words.say("even.none") in _html(without, "nl")


# ── budget lines ─────────────────────────────────────────────────────────────────────────────


def test_each_cliff_has_a_sign_a_loss_and_its_article() -> None:
    shown, words = shown_of(simulation()), ReportWords("nl")
    line = LINES[0]
    assert len(line.cliffs) == 2
    drawn = budget_chart([line], shown, words, number=1)
    assert isinstance(drawn.chart, LineChart)
    kept, rate = drawn.chart.panels
    for place, cliff in enumerate(line.cliffs):
        assert [panel.marks[place].x for panel in (kept, rate)] == [cliff.earnings_cents] * 2
        note = drawn.notes[place]
        assert words.money(cliff.loss_cents) in note
        assert words.money(cliff.earnings_cents) in note
        assert all(source in note for source in cliff.legal)
    by_earnings = {words.money(p.earnings_cents): p for p in line.points}
    assert len(drawn.tables[0].rows) > 4
    for row in drawn.tables[0].rows:
        point = by_earnings[row[0]]
        assert point.contribution_cents is not None
        assert row[1] == words.money(point.contribution_cents)
        assert row[3] == words.money(point.kept_cents or 0)


def test_what_the_municipality_did_not_choose_is_a_band_and_no_line() -> None:
    shown, words = shown_of(simulation()), ReportWords("en")
    line = LINES[-1]
    assert line.undecided
    drawn = budget_chart([line], shown, words, number=1)
    assert isinstance(drawn.chart, LineChart)
    kept = drawn.chart.panels[0]
    (band,) = kept.bands
    first, last = line.undecided[0]
    assert first <= band.points[0][0] < band.points[-1][0] <= last
    drawn_at = {x for each in kept.lines if each.style == 0 for x, _ in each.points}
    assert not {x for x in drawn_at if first <= x <= last}
    assert any(" to " in cell for row in drawn.tables[0].rows for cell in row)
    assert drawn.notes == ()


def test_savings_follow_the_letter_of_their_policy() -> None:
    about = simulation()
    line = LINES[0]
    digest = about.variants[1].policy_digest
    lines = [replace(line, policy_digest=about.variants[0].policy_digest),
             replace(line, policy_digest=digest), replace(line, policy_digest=None)]  # fmt: skip
    drawn = budget_chart(lines, shown_of(about), ReportWords("en"), number=1)
    assert [column.label for column in drawn.tables[0].columns[-2:]] == [
        "Saved under A", "Saved under B",
    ]  # fmt: skip


def test_lines_of_a_reform_stand_apart_and_say_so() -> None:
    first, second = variant("Half", "0.5"), variant("Half", "0.5")
    reform = replace(second, name="Half | more", reform="more exemption", law_digest="12" * 32)
    line = replace(LINES[0], policy_digest=first.policy_digest, law_digest=first.law_digest)
    changed = replace(line, law_digest=reform.law_digest)
    groups = by_household((line, changed, line))
    assert [len(group) for group in groups] == [2, 1]
    shown = shown_of(simulation(first, reform))
    titles = [budget_chart(group, shown, ReportWords("en"), number=1).title for group in groups]
    assert ["more exemption" in title for title in titles] == [False, True]


def test_lines_stand_on_the_page_the_first_open_and_the_rest_folded() -> None:
    lines = [replace(LINES[0], household=f"H{number}") for number in range(5)]
    html = _html(simulation(variant("Half", "0.5")), "en", lines)
    _Page(html)
    places = [html.index(f"(budget-{n}: wide, narrow)") for n in (1, 2, 3)]
    places += [html.index(f"(budget-{n}: any)") for n in (4, 5)]
    assert places == sorted(places)
    assert "2 more kinds of household" in html


# ── what it says beside the numbers ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_provisional_variant_has_its_mark_beside_every_figure(
    report: Report, language: Language
) -> None:
    words, page = ReportWords(language), report.pages[language]
    assert "reba.housing_first_member" in "".join(page.texts)
    for table in page.tables:
        if table[0][0] != words.say("figure"):
            continue
        for row in table:
            cells = [cell.partition("(")[0] for cell in row[1:]]
            assert [cell.endswith("*") for cell in cells] == [False, False, True]
    marked = [t for t in page.tables if any("*" in cell for row in t[1:] for cell in row)]
    assert len(marked) >= 5  # comparison of two groups, balances, endings, break-even, types
    plain = _html(simulation(variant("Half", "0.5")), language)
    assert "*" not in "".join(_Page(plain).texts)


def test_made_households_refusals_and_gaps_are_told(report: Report) -> None:
    dutch = "".join(report.pages["nl"].texts)
    assert "De gezinnen zijn bedacht" in dutch
    assert "Voor 2 gezinnen geeft een regel geen uitkomst" in dutch
    assert "facts.exemption_weeks" in dutch
    assert "Niet opgegeven voor 17 gezinnen: de onderhoudsplicht" in dutch
    assert "--trace HOUSEHOLD --month-index" in dutch
    real = _html(replace(report.about, made=False, refused={}, not_supplied={}), "nl")
    assert "bedacht. Het zijn geen echte mensen" not in real
    assert "Alle gezinnen zijn meegeteld" in real


def test_every_assumption_policy_and_value_stands_with_status_and_source(report: Report) -> None:
    words, page = ReportWords("en"), report.pages["en"]
    heads = [words.say(f"column.{name}") for name in ("what", "value", "status", "source")]
    (table,) = [found for found in page.tables if found[0] == heads]
    assert [(row[0], row[2], row[3]) for row in table[1:]] == [
        (line.label_en, words.say(f"status.{line.status}"), line.source) for line in TAKEN.lines
    ]
    law = [found for found in page.tables if words.say("column.valid") in found[0]]
    assert law[0][1][:4] == ["Housing, first member", "€193.00 a month",
                             "from 26 November 2008", "verified"]  # fmt: skip
    texts = "".join(page.texts)
    for each in report.about.variants:
        assert each.policy_title in texts
    assert "What is left over when the account closes" in texts or "account" in texts
    bare = replace(report.about, variants=(replace(report.about.variants[0], law_values=()),),
                   choices_digest="ef" * 32, choices_record={"a": {"b": ["x"]}})  # fmt: skip
    page = _Page(_html(bare, "en"))
    assert "cd" * 32 in "".join(page.texts)
    assert "reba assess case.json --choices CHOICES --explain" in "".join(page.texts)
    assert ["a.b.0", "x"] in [row for found in page.tables for row in found]


def test_a_reform_and_its_own_values_are_told() -> None:
    first, second = variant("Half", "0.5"), variant("Half", "0.5")
    reform = replace(second, name="Half | more", reform="more exemption", law_digest="12" * 32)
    page = _Page(_html(simulation(first, reform), "en"))
    texts = "".join(page.texts)
    assert "The law was changed: more exemption." in texts
    assert "Used for A. A policy with share 0.5" in texts
    chart = months_chart(shown_of(simulation(first, reform)), ReportWords("en")).chart
    assert isinstance(chart, LineChart)
    assert [[line.style for line in panel.lines] for panel in chart.panels] == [[1, 2], [1, 2]]
    draw(chart, ReportWords("en"), name="x", title="y", kinds=("any",))


def test_no_household_can_be_recognised_unless_all_are_made_up() -> None:
    few = (*HOUSEHOLDS, Household("minors", False, 1, 0), Household("more_adults", True, 3, 9_999))
    variants = [variant("Half", "0.5", households=few)]
    words = ReportWords("en")
    known = "H-4711"
    refusal = Refusal(known, "Half", 0, "facts.missing", f"{known} lacks something.")
    for made in (True, False):
        about = replace(simulation(*variants, made=made, households=few), refusals=(refusal,))
        html = _html(about, "en")
        assert known not in html
        table = _Page(html).table(words.say("types.type"))
        names = [row[0] for row in table[1:]]
        assert ("minors alone, without work" in names) == made
        assert (words.say("types.other") in names) != made
        if not made:
            # Two alone would be told by the total: the smallest other kind stands with them.
            (row,) = [row for row in table if row[0] == words.say("types.other")]
            assert int(row[1]) >= 10
            assert "single parent, working" not in names
        assert sum(int(row[1]) for row in table[1:-1]) == int(table[-1][1])


def test_five_variants_and_no_targets_can_be_drawn() -> None:
    """matplotlib warns where a drawing has no room, and a warning fails the test."""
    about, words = simulation(*(variant(f"V{n}", f"0.{n}") for n in range(1, 6))), ReportWords("en")
    chart = balances_chart(shown_of(about), TAKEN, words).chart
    assert chart is not None
    drawing = draw(chart, words, name="x", title="y", kinds=("wide",))
    assert all(f">Variant {letter}</text>" in drawing for letter in "ABCDE")
    bare = parse_assumptions(ASSUMPTIONS.partition("[targets.furnishing]")[0], file="bare.toml")
    one = replace(simulation(variant("Half", "0.5", taken=bare)), assumptions=bare)
    assert "(covered:" not in _html(one, "nl")


def test_where_nobody_works_the_summary_is_about_all() -> None:
    idle = [each for each in HOUSEHOLDS if not each.working]
    about = simulation(variant("Half", "0.5", households=idle), households=idle)
    words = ReportWords("en")
    html = _html(about, "en")
    assert "In no household somebody works." in html
    stacks = endings_chart(shown_of(about), TAKEN, words).chart
    assert isinstance(stacks, StackChart)
    assert {stack.parts for panel in stacks.panels for stack in panel.stacks} == {()}
    drawing = draw(stacks, words, name="x", title="y", kinds=("any",))
    assert drawing.count(">nothing saved</text>") == 7
    assert "not within 36 months" in html


# ── the page itself ──────────────────────────────────────────────────────────────────────────


def test_the_page_needs_nothing_else(report: Report) -> None:
    html, page = report.html["nl"], report.pages["nl"]
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    assert all(place.startswith("#") for place in page.refers)
    assert not re.search(r"@import|url\((?!#)|xmlns|<!ENTITY", html)
    assert len(page.ids) == len(set(page.ids))
    referred = set(re.findall(r"url\(#([^)]*)\)", html)) | {each[1:] for each in page.refers}
    assert referred <= set(page.ids)
    assert html.count("<svg") == 2 * html.count("<figure")
    assert html.count("<figure") == 7
    assert '<html lang="nl">' in html


def test_titles_of_others_are_escaped_and_are_no_formulas() -> None:
    nasty = '<b>$x^2$</b> & "more" ' + "long " * 20
    found = replace(variant("Half", "0.5"), policy_title=nasty, policy_source=nasty)
    html = _html(simulation(found), "nl")
    words = ReportWords("nl")
    chart = months_chart(shown_of(simulation(found)), words).chart
    assert chart is not None
    html += draw(chart, words, name="months", title=nasty, kinds=("wide",))
    _Page(html)
    assert "<b>" not in html
    assert "A. &lt;b&gt;$x^2$&lt;/b&gt; &amp; " in html
    assert "&lt;b&gt;$x^2$&lt;/b&gt;" in html.partition("<svg")[2]


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    assert list(REPORT_TEXTS["nl"]) == list(REPORT_TEXTS["en"])
    for key, text in REPORT_TEXTS["nl"].items():
        blanks = [
            {name for _, name, _, _ in Formatter().parse(each)}
            for each in (text, REPORT_TEXTS["en"][key])
        ]
        assert blanks[0] == blanks[1], key


def test_the_same_chart_gives_the_same_bytes_whatever_is_set() -> None:
    code = (
        "import sys, hashlib, matplotlib; sys.path[:0] = sys.argv[1:];"
        "matplotlib.rcParams['font.size'] = 30; matplotlib.rcParams['svg.fonttype'] = 'path';"
        "from simulated_by_hand import simulation;"
        "from reba.simulation.report_shown import shown_of;"
        "from reba.simulation.report_charts import months_chart;"
        "from reba.simulation.report_plots import draw;"
        "from reba.simulation.report_words import ReportWords;"
        "words = ReportWords('nl'); drawn = months_chart(shown_of(simulation()), words);"
        "print(hashlib.sha256(draw(drawn.chart, words, name='x', title='y').encode()).hexdigest())"
    )
    root, words = Path(__file__).parents[2], ReportWords("nl")
    done = subprocess.run(
        [sys.executable, "-c", code, str(root / "src"), str(root / "tests")],
        capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )  # fmt: skip
    chart = months_chart(shown_of(simulation()), words).chart
    assert chart is not None
    drawn = draw(chart, words, name="x", title="y").encode()
    assert done.stdout.strip() == sha256(drawn).hexdigest()


def test_a_drawing_keeps_its_texts_and_names_its_colours() -> None:
    words = ReportWords("nl")
    drawn = months_chart(shown_of(simulation()), words)
    assert drawn.chart is not None
    drawing = draw(drawn.chart, words, name="months", title="a <title>", kinds=("any",))
    assert drawing.count("<svg") == 1
    assert re.search(">€\N{NO-BREAK SPACE}\\d\\d\\.000</text>", drawing)
    assert "var(--ink, #1b2730)" in drawing
    assert "a &lt;title&gt;" in drawing
    assert not re.search(r"\d\.\d{3,}[\d\s\"]", drawing)


# ── files ────────────────────────────────────────────────────────────────────────────────────


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("report") / "out"
    base = simulation().variants[0]
    runs = [ParameterRuns("reserve.share", *[Run("0.50", base, TAKEN)] * 3)]
    written = write_report(simulation(), LINES, place, (), runs=runs)
    assert sorted(each.name for each in written) == sorted(each.name for each in place.iterdir())
    return place


def test_files_add_up_to_the_results(folder: Path) -> None:
    about = simulation()
    rows = _read(folder / "months.csv")
    for found in about.variants:
        for kind in found.types:
            of_type = [row for row in rows
                       if (row["variant"], row["type"]) == (found.name, kind.type.key)]  # fmt: skip
            for name in ("contribution", "collected", "reserved", "balance", "withdrawn"):
                assert [int(row[f"{name}_cents"]) for row in of_type] == list(
                    getattr(kind, f"{name}_cents")
                )
            assert [int(row["month_index"]) for row in of_type] == list(range(36))
            assert {row["provisional"] for row in of_type} == {str(found.provisional).lower()}
    for row in _read(folder / "endings.csv"):
        parts = ("released", "paid_out", "remitted", "held", "estate")
        assert int(row["balance_cents"]) == sum(int(row[f"{part}_cents"]) for part in parts)
    by_stay: dict[tuple[str, str, str], int] = {}
    for row in _read(folder / "balances.csv"):
        key = (row["variant"], row["type"], row["stay_months"])
        by_stay[key] = by_stay.get(key, 0) + int(row["households"])
    households = {kind.type.key: kind.households for kind in about.variants[0].types}
    assert all(count == households[key[1]] for key, count in by_stay.items())
    covered = [r for r in _read(folder / "covered.csv") if r["target"] == "deposit"]
    assert all(
        int(one["covered"]) <= int(two["covered"])
        for one, two in pairwise(covered)
        if int(two["month_index"])
    )


def test_files_hold_the_figures_of_the_page(folder: Path) -> None:
    for each in shown_of(simulation()):
        for key, found in each.measures.items():
            rows = [row for row in _read(folder / "measures.csv")
                    if (row["variant"], row["group"]) == (each.variant.name, key)]  # fmt: skip
            assert {row["figure"]: int(row["value"]) if row["value"] else None for row in rows} == (
                figures_of(found)
            )
    lines = _read(folder / "budget-lines.csv")
    assert len(lines) == sum(len(line.points) for line in LINES)
    assert len(_read(folder / "cliffs.csv")) == 2
    assert len(_read(folder / "assumptions.csv")) == len(TAKEN.lines)
    assert _read(folder / "parameters.csv")[0]["value"] == "193.00"
    assert _read(folder / "sensitivity.csv")[0]["parameter"] == "reserve.share"


def test_json_and_parquet_hold_the_same_rows(folder: Path) -> None:
    about = simulation()
    record = json.loads((folder / "simulation.json").read_text(encoding="utf-8"))
    assert record["format"] == "reba-simulation/1"
    assert record["assumptions_digest"] == TAKEN.digest
    assert [each["name"] for each in record["variants"]] == [v.name for v in about.variants]
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra `parquet` is not installed")
    for table in tables_of(about, shown_of(about), LINES):
        rows = [list(row) for row in table.rows()]
        assert record["tables"][table.name] == {"columns": list(table.columns), "rows": rows}
        read = parquet.read_table(folder / f"{table.name}.parquet")
        assert read.column_names == list(table.columns)
        assert [list(row.values()) for row in read.to_pylist()] == rows


def test_every_file_and_column_is_documented(folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/simulation-files.md").read_text("utf-8")
    runs = [ParameterRuns("x", *[Run("1", simulation().variants[0], TAKEN)] * 3)]
    for table in tables_of(simulation(), shown_of(simulation()), LINES, runs):
        part = page.partition(f"## `{table.name}.csv`")[2].partition("\n## ")[0]
        rows = re.findall(r"^\| (`[^|]*) \|", part, flags=re.MULTILINE)
        named = [name for row in rows for name in re.findall("`([^`]*)`", row)]
        assert named[: len(table.columns)] == list(table.columns), table.name
    figures = set(figures_of(shown_of(simulation())[0].measures[ALL]))
    figures -= {"half_after.deposit", "half_after.furnishing"}
    part = page.partition("## `measures.csv`")[2].partition("\n## ")[0]
    assert figures | {"half_after.TARGET"} <= set(re.findall("`([^`]*)`", part))
    record = json.loads((folder / "simulation.json").read_text(encoding="utf-8"))
    keys = re.findall("`([a-z_]+)`", page.partition("## `simulation.json`")[2])
    assert set(record) <= set(keys)


def test_the_same_simulation_gives_the_same_files(folder: Path, tmp_path: Path) -> None:
    runs = [ParameterRuns("reserve.share", *[Run("0.50", simulation().variants[0], TAKEN)] * 3)]
    for path in write_report(simulation(), LINES, tmp_path, (), runs=runs):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_what_cannot_be_written_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "months.csv").write_text("as it was", encoding="utf-8")
    with pytest.raises(SimulationError) as refused:
        write_report(simulation(), (), tmp_path / "months.csv", ())
    assert refused.value.code == "simulation.output"

    def full(part: Path, data: bytes) -> None:
        if part.name.startswith(".simulation"):
            raise OSError(28, "No space left on device")
        part.write_bytes(data)

    monkeypatch.setattr("reba.simulation.report.write_beside", full)
    with pytest.raises(SimulationError) as refused:
        write_report(simulation(), (), tmp_path, ())
    assert "No space left" in str(refused.value)
    assert [each.name for each in tmp_path.iterdir()] == ["months.csv"]
    assert (tmp_path / "months.csv").read_text(encoding="utf-8") == "as it was"


def test_more_variants_than_can_be_told_apart_are_refused() -> None:
    many = [variant(f"V{number}", "0.5") for number in range(6)]
    with pytest.raises(SimulationError) as refused:
        report_html(simulation(*many), (), "nl")
    assert refused.value.code == "simulation.too_many_to_show"


def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError) as refused:
        write_report(simulation(), (), tmp_path)
    assert "reba-ledger[sim]" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_parameter_that_moves_nothing_has_a_row_and_no_bar() -> None:
    about = simulation()
    base = shown_of(about)[0]
    runs = [ParameterRuns("reserve.share", *[Run("0.50", about.variants[0], TAKEN)] * 3)]
    swings = sensitivity(runs, figures=("saved_cents",))["saved_cents"]
    drawn = sensitivity_chart(swings, base, ReportWords("en"), number=1)
    assert drawn.tables[0].rows[0][0] == "share that is saved"
    assert "(at 50%)" in drawn.tables[0].rows[0][1]
    assert drawn.chart is None
    assert drawn.text == "None of these changes makes a difference to it."
    assert drawn.text in _html(about, "en", runs=runs)
