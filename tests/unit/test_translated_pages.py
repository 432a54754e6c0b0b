"""Statements and decisions in a language of a catalog, read from right to left (invariant X1).

The catalog is made: its letters are exchanged, so that nothing in it comes from the program.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from babel.dates import format_date
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from made_catalog import ARABIC_LETTERS, exchanged, made_catalog
from reba import Ledger, RebaError, load_law, open_ledger
from reba.cli.catalogs import language_of
from reba.cli.console import Lang
from reba.ledger.account_state import AccountState
from reba.statements import inline
from reba.statements.blocks import Language, Page
from reba.statements.catalog import Catalog
from reba.statements.catalog_files import load_catalog
from reba.statements.messages import messages
from reba.statements.month_decision import month_decision_page
from reba.statements.page import statement_html
from reba.statements.passages import OBJECTION_KEYS, load_passages
from reba.statements.pdf import statement_pdf
from reba.statements.release_decision import release_decision_page
from reba.statements.statement import make_statement
from reba.statements.text import statement_text
from reba.statements.words import Words
from unit.test_cli import reba
from unit.test_decisions import POLICY as OLD_POLICY
from unit.test_decisions import _ask, _end, _facts, _month, _release
from unit.test_pdf import renders
from unit.test_statement import FULL, POLICY, _cents_in, _options, _states

_AMOUNT: Final = re.compile(r"\N{RIGHT-TO-LEFT MARK}(-?)([\d,]+)\.(\d\d)\N{NO-BREAK SPACE}€")
_MARKS: Final = "\u2066\u2067\u2068\u2069\ue000"
# The renderer leaves its colour profile for the garbage collector to close.
_LEFT_OPEN: Final = "ignore:.*sRGB2014:pytest.PytestUnraisableExceptionWarning"
_LATIN: Final = re.compile(r"[A-Za-zÀ-ÿ]+")


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    path = tmp_path_factory.mktemp("catalogs") / "ar.po"
    path.write_text(made_catalog(), encoding="utf-8")
    return load_catalog(path)


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    with open_ledger(":memory:") as opened:
        opened.assess(_facts("net-400-in-2015"), policy=OLD_POLICY)
        opened.assess(
            _facts("april-2009-ljn-bq2914"), policy=OLD_POLICY, allow_provisional=True
        )  # what is not verified and not reported is said too
        _end(opened)
        yield opened


@pytest.fixture(scope="module")
def release(ledger: Ledger) -> str:
    asked = _ask(ledger, 12000)
    ledger.approve_release(asked, policy=OLD_POLICY, amount_cents=10000, actor="anna")
    return asked


def _pages(ledger: Ledger, release: str, language: Language | Catalog) -> dict[str, Page]:
    return {
        "statement": make_statement(FULL, _options(FULL), POLICY, language),
        "month": month_decision_page(_month(ledger), language),
        "provisional month": month_decision_page(_month(ledger, "BQ2914", "2009-04"), language),
        "release": release_decision_page(_release(ledger, release), language),
    }


class _Words(HTMLParser):
    """Collects what a reader sees, but for parts of another direction or language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.apart = 0
        self.said: list[str] = []
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.said.append(_without_parts(values.get("data-label") or ""))
        if tag != "meta":
            self.open.append(tag)
            self.apart += tag in {"bdi", "span", "i"}
        if tag == "span":
            assert values == {"lang": "nl", "dir": "ltr"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.apart -= tag in {"bdi", "span", "i"}

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title":
            self.said.append(_without_parts(data))
        elif self.open and self.open[-1] != "style":
            (self.parts if self.apart else self.said).append(data)


def _without_parts(text: str) -> str:
    return re.sub("[\u2066-\u2068].*?\u2069", "", text)


def _read(page: Page) -> _Words:
    words = _Words()
    words.feed(statement_html(page))
    assert words.open == []
    return words


def _arabic_cents(rendered: str) -> list[int]:
    found = _AMOUNT.findall(rendered)
    assert len(found) == rendered.count("€")
    return [
        (-1 if sign else 1) * (int(euros.replace(",", "")) * 100 + int(cents))
        for sign, euros, cents in found
    ]


def test_each_page_says_its_language_and_leaves_nothing_untranslated(
    ledger: Ledger, release: str, arabic: Catalog
) -> None:
    for name, page in _pages(ledger, release, arabic).items():
        assert statement_html(page).startswith('<!DOCTYPE html>\n<html lang="ar" dir="rtl">\n')
        words = _read(page)
        assert not _LATIN.findall("".join(words.said)), name
        assert re.search(f"[{ARABIC_LETTERS}]", "".join(words.said))
        assert page.untranslated == ()
        plain = _without_parts_of_lines(statement_text(page))
        assert not _LATIN.findall(plain), name


def _without_parts_of_lines(text: str) -> str:
    """Leave out the parts within the part that each line is."""
    inner = [line.removeprefix("\u200f\u2067").removesuffix("\u2069") for line in text.splitlines()]
    while any(_without_parts(line) != line for line in inner):
        inner = [re.sub("[\u2066-\u2068][^\u2066-\u2069]*\u2069", "", line) for line in inner]
    return "\n".join(inner)


def test_every_text_keeps_what_is_put_into_its_blanks(arabic: Catalog) -> None:
    words, count = Words(arabic), 0
    for name, text in messages().items():
        part, _, key = name.partition(".")
        blanks = re.findall(r"\{(\w+)\}", text.en)
        values = {blank: f"<{number}>" for number, blank in enumerate(blanks)}
        if part in {"statement", "decision", "step", "input", "value"}:
            said = words.tell(part, key, **values)  # type: ignore[arg-type]
            wanted = exchanged(text.en)
            for blank, value in values.items():
                wanted = wanted.replace(f"{{{blank}}}", f"\u2068{value}\u2069")
            assert said == wanted
            count += len(blanks)
    assert count > 50


@pytest.mark.invariant("X1")
@settings(max_examples=25)
@given(_states())
def test_it_carries_the_same_amounts_as_the_dutch(arabic: Catalog, state: AccountState) -> None:
    dutch = make_statement(state, _options(state), POLICY, "nl")
    wanted = _cents_in(statement_text(dutch), "nl")
    page = make_statement(state, _options(state), POLICY, arabic)
    assert _arabic_cents(statement_text(page)) == wanted
    assert _arabic_cents(statement_html(page)) == wanted


@pytest.mark.invariant("X1")
def test_the_letters_carry_the_same_amounts_as_the_dutch(
    ledger: Ledger, release: str, arabic: Catalog
) -> None:
    dutch = _pages(ledger, release, "nl")
    for name, page in _pages(ledger, release, arabic).items():
        for write in (statement_text, statement_html):
            assert _arabic_cents(write(page)) == _cents_in(write(dutch[name]), "nl"), name


def test_amounts_and_days_are_those_of_babel_and_kept_apart(arabic: Catalog) -> None:
    words = Words(arabic)
    written = format_currency("1234.56", "EUR", locale="ar")
    assert words.money(123456) == f"\u2068{written}\u2069"
    assert words.day("2015-03-01") == format_date(date(2015, 3, 1), "long", locale="ar")
    assert words.month("2015-03") == "مارس\N{NO-BREAK SPACE}2015"
    listed = words.listed(["P-1", "P-2"])
    assert re.findall("\u2068(.*?)\u2069", listed) == ["P-1", "P-2"]
    page = make_statement(FULL, _options(FULL), POLICY, arabic)
    cells = re.findall(r'class="amount"[^>]*>(.*?)</(?:dd|td)>', statement_html(page))
    assert len(cells) > 20
    assert all(re.fullmatch(r"<bdi>\u200f[\d,.]+\xa0€</bdi>", cell) for cell in cells)


def test_each_line_of_the_text_says_its_direction_and_closes_its_parts(
    ledger: Ledger, release: str, arabic: Catalog
) -> None:
    for page in _pages(ledger, release, arabic).values():
        lines = statement_text(page).splitlines()
        assert max(map(inline.width, lines)) <= 84
        for line in filter(None, lines):
            assert line.startswith("\N{RIGHT-TO-LEFT MARK}\N{RIGHT-TO-LEFT ISOLATE}")
            assert len(re.findall("[\u2066-\u2068]", line)) == line.count("\u2069")
            assert "\ue000" not in line


@renders
@pytest.mark.filterwarnings(_LEFT_OPEN)
@pytest.mark.invariant("X1")
def test_a_pdf_says_its_language_and_holds_each_amount_as_text(arabic: Catalog) -> None:
    page = make_statement(FULL, _options(FULL), POLICY, arabic)
    reader = PdfReader(io.BytesIO(statement_pdf(page)))
    assert str(reader.root_object["/Lang"]) == "ar"
    text = "\n".join(each.extract_text() for each in reader.pages)
    amounts = r"[\d,]+\.\d\d"
    assert sorted(re.findall(amounts, text)) == sorted(re.findall(amounts, _shown(page)))
    assert re.search(f"[{ARABIC_LETTERS}]{{3}}", text)


def _shown(page: Page) -> str:
    return "\n".join((words := _read(page)).said + words.parts)


def test_the_cells_of_a_table_stand_below_each_other(arabic: Catalog) -> None:
    text = statement_text(make_statement(FULL, _options(FULL), POLICY, arabic))
    rules = [line for line in text.splitlines() if re.fullmatch("[\u200f\u2067\u2069 -]+", line)]
    bare = [re.sub("[\u200f\u2066-\u2069]", "", line) for line in rules]
    tables = [line for line in bare if "  " in line]
    assert tables
    lines = [re.sub("[\u200f\u2066-\u2069]", "", line) for line in text.splitlines()]
    for rule in tables:
        columns = [found.start() for found in re.finditer("-+", rule)][1:]
        row = lines[lines.index(rule) + 1]
        for start in columns:
            assert row[start - 1 : start + 1].strip(" ") == row[start]  # a space, then a cell


def test_which_text_holds_is_said_in_both_languages(
    ledger: Ledger, release: str, arabic: Catalog
) -> None:
    text = messages()["statement.translation"]
    for page in _pages(ledger, release, arabic).values():
        assert f'<p class="notable">{exchanged(text.en)}</p>' in statement_html(page)
        dutch = f'<p class="notable"><span lang="nl" dir="ltr">{text.nl}</span></p>'
        assert dutch in statement_html(page)
        assert f"\u2066[nl] {text.nl}\u2069" in statement_text(page)
    ours: tuple[Language, ...] = ("nl", "en")
    for language in ours:
        for page in _pages(ledger, release, language).values():
            assert page.notice == ()
            said = statement_text(page)
            assert text.nl not in said
            assert text.en not in said
            assert not set(said) & set(_MARKS)


def test_what_a_catalog_lacks_stands_in_dutch_and_is_named(ledger: Ledger, arabic: Catalog) -> None:
    lacking = {
        "statement.intro", "decision.month.intro", "step.household", "parameter.reba.month_factor",
    }  # fmt: skip
    texts = {name: text for name, text in arabic.texts.items() if name not in lacking}
    partly = replace(arabic, texts=texts, may_lack=True)
    month = month_decision_page(_month(ledger), partly)
    assert set(month.untranslated) == lacking - {"statement.intro"}
    words = _read(month)
    assert not _LATIN.findall("".join(words.said))
    for name in month.untranslated:
        start = messages()[name].nl.partition("{")[0]
        assert f'<span lang="nl" dir="ltr">{start}' in statement_html(month)
        english = messages()[name].en.partition("{")[0]
        assert english not in statement_html(month)
    assert "[nl] Met dit besluit is vastgesteld" in statement_text(month)
    with pytest.raises(RebaError) as refused:
        month_decision_page(_month(ledger), replace(partly, may_lack=False))
    assert refused.value.code == "catalog.incomplete"


def test_a_value_of_the_law_that_no_catalog_knows_is_never_left_out(arabic: Catalog) -> None:
    older = load_law().parameter("reba.month_factor")._replace(name="reba.gone", title_nl="Oud")
    with pytest.raises(RebaError) as refused:
        Words(arabic).title(older)
    assert refused.value.code == "catalog.incomplete"
    words = Words(replace(arabic, may_lack=True))
    assert inline.as_plain(words.title(older)) == "\u2066[nl] Oud\u2069"
    assert words.untranslated == ("parameter.reba.gone",)


def test_a_language_from_left_to_right_has_no_marks(tmp_path: Path) -> None:
    path = tmp_path / "uk.po"
    path.write_text(made_catalog("uk"), encoding="utf-8")
    page = make_statement(FULL, _options(FULL), POLICY, load_catalog(path))
    rendered, said = statement_html(page), statement_text(page)
    assert '<html lang="uk">' in rendered
    assert "<bdi" not in rendered
    assert not (set(said) - set("\u2066\u2069")) & set(_MARKS)
    assert said.count("\u2066") == 1  # the Dutch sentence that says which text holds
    balance = Decimal(FULL.balance_cents).scaleb(-2)
    assert balance
    assert format_currency(balance, "EUR", locale="uk") in said
    assert "2015\N{NARROW NO-BREAK SPACE}р." in said
    assert ".." not in said


@pytest.mark.parametrize(
    "evil", ["\u2069\u2069<b>\u2069", "\u2066\u2067\u2068", "\u2066\ue000\ue000x"]
)
def test_marks_from_outside_reach_no_further_than_their_part(evil: str, arabic: Catalog) -> None:
    events = (FULL.events[0]._replace(member=evil),)
    state = replace(FULL, account=evil, head=evil, events=events)
    languages: tuple[Language | Catalog, ...] = ("nl", arabic)
    for language in languages:
        page = make_statement(state, _options(state), POLICY, language)
        words = _read(page)
        assert words.apart == 0
        assert "<b>" not in statement_html(page)


def test_what_a_translation_says_is_escaped(tmp_path: Path) -> None:
    path, evil = tmp_path / "ar.po", "<b>\"'&{account}</b>"
    changed = {
        "statement.title": evil,
        "statement.assessed": "<b>\"'&</b>",
        "statement.month": evil[:3],
    }
    path.write_text(made_catalog(changed=changed), encoding="utf-8")
    rendered = statement_html(make_statement(FULL, _options(FULL), POLICY, load_catalog(path)))
    assert "<b>" not in rendered
    assert "&lt;b&gt;&quot;&#x27;&amp;<bdi>H-1</bdi>&lt;/b&gt;" in rendered


@given(st.text(st.sampled_from(f"{_MARKS}a <\n"), max_size=30))
def test_tags_always_close_in_order(text: str) -> None:
    words = _Words()
    words.feed(f"<p>{inline.as_html(text)}</p>")
    words.close()
    assert words.open == []
    assert sorted("".join(words.said + words.parts)) == sorted(re.sub(f"[{_MARKS}]", "", text))
    kept = inline.apart(text)
    assert len(re.findall("[\u2066-\u2068]", kept)) == kept.count("\u2069")
    for line in inline.balanced_lines(kept.split("\n")):
        assert len(re.findall("[\u2066-\u2068]", line)) == line.count("\u2069")


def test_how_to_object_is_supplied_in_that_language(
    ledger: Ledger, arabic: Catalog, tmp_path: Path
) -> None:
    path = tmp_path / "letters.toml"
    texts = "".join(f'{key} = "NL {key}"\n' for key in OBJECTION_KEYS)
    path.write_text(f"[month.nl]\n{texts}", encoding="utf-8")
    passages = load_passages(path)
    said = statement_text(month_decision_page(_month(ledger), arabic, passages))
    assert "NL who" not in said  # no text of another language takes its place
    keys = ("sender", *(f"month.ar.{key}" for key in OBJECTION_KEYS))
    assert passages.missing("month", "ar") == keys
    assert all(f"\u2068{key}\u2069" in said for key in keys)
    path.write_text(f"[month.nl]\n{texts}[month.ar]\n{texts.replace('NL', 'ب')}", encoding="utf-8")
    passages = load_passages(path)
    assert passages.missing("month", "ar") == ("sender",)
    said = statement_text(month_decision_page(_month(ledger), arabic, passages))
    assert "\u2068ب who\u2069" in said


def test_what_goes_with_a_catalog_is_not_taken_without_one() -> None:
    assert language_of(Lang.en, None, may_lack=False) == "en"
    with pytest.raises(RebaError) as refused:
        language_of(Lang.nl, None, may_lack=True)
    assert refused.value.code == "usage.option"


def test_the_commands_take_a_catalog(tmp_path: Path) -> None:
    place, catalog = str(tmp_path / "l.reba"), tmp_path / "ar.po"
    with open_ledger(place) as opened:
        opened.assess(_facts("net-400-in-2015"), policy=OLD_POLICY)
        _end(opened)
        release = _ask(opened, 12000)
        opened.approve_release(release, policy=OLD_POLICY, amount_cents=10000, actor="anna")
    catalog.write_text(made_catalog(changed={"statement.intro": None}), encoding="utf-8")
    asked = ("--ledger", place, "--catalog", str(catalog), "--lang", "en")
    done = reba("statement", "NET-400", *asked)
    assert (done.returncode, done.stdout) == (3, "")
    assert "[catalog.incomplete]" in done.stderr
    assert "statement.intro: It is not translated." in done.stderr
    done = reba("statement", "NET-400", *asked, "--allow-incomplete", "--format", "html")
    assert done.returncode == 0
    assert "In Dutch, since the catalog lacks them: statement.intro." in done.stderr
    assert '<html lang="ar" dir="rtl">' in done.stdout
    catalog.write_text(made_catalog(), encoding="utf-8")
    done = reba("decision", "NET-400", "--month", "2015-03", *asked)
    assert done.returncode == 0
    assert "missing: sender, month.ar.who" in done.stderr
    assert "In Dutch" not in done.stderr
    done = reba("release", "decision", release, *asked, "--format", "html")
    assert done.returncode == 0
    assert "release.ar.term, --reason" in done.stderr
    assert '<html lang="ar" dir="rtl">' in done.stdout
