"""What an organisation supplies for its letters, their words, and the commands that write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reba import Ledger, RebaError, open_ledger
from reba.ledger.rebuilding import REVISION_REASONS
from reba.statements.decision_words import DECISION_TEXTS
from reba.statements.month_decision import month_decision_page
from reba.statements.page import statement_html
from reba.statements.passages import OBJECTION_KEYS, Passages, load_passages
from reba.statements.words import Language
from unit.test_cli import reba
from unit.test_decisions import LANGUAGES, POLICY, ROOT, _ask, _end, _facts, _month, _text
from unit.test_statement import _Page

PASSAGES = """
[sender]
name = "Example town"
address = ["Market 1", "1234 AB Example"]
"""


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger(":memory:") as opened:
        opened.assess(_facts("net-400-in-2015"), policy=POLICY)
        yield opened


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_supplied_is_visibly_missing(ledger: Ledger, language: Language) -> None:
    said = _text(month_decision_page(_month(ledger), language))
    mark = {"nl": "ONTBREEKT", "en": "MISSING"}[language]
    missing = Passages().missing("month", language)
    assert len(missing) == 1 + len(OBJECTION_KEYS) == said.count(mark)
    assert all(f"“{key}”" in said for key in missing)


def test_what_is_supplied_stands_there_and_nothing_else(ledger: Ledger, tmp_path: Path) -> None:
    path, evil = tmp_path / "letters.toml", "<script>{0}</script>"
    texts = "".join(f"{key} = '{evil} {key}'\n" for key in OBJECTION_KEYS)
    path.write_text(f"{PASSAGES}[month.nl]\n{texts}", encoding="utf-8")
    passages = load_passages(path)
    assert passages.missing("month", "nl") == ()
    assert len(passages.missing("month", "en")) == len(OBJECTION_KEYS)
    assert len(passages.missing("release", "nl")) == len(OBJECTION_KEYS)
    page = month_decision_page(_month(ledger), "nl", passages)
    said, rendered = _text(page), statement_html(page)
    assert "ONTBREEKT" not in said
    assert "Market 1, 1234 AB Example" in said
    assert all(f"{evil} {key}" in said for key in OBJECTION_KEYS)
    assert "<script" not in rendered
    whole = _Page()
    whole.feed(rendered)
    assert whole.open == []
    other = _text(month_decision_page(_month(ledger), "en", passages))
    assert evil not in other
    assert other.count("MISSING") == len(OBJECTION_KEYS)


@pytest.mark.parametrize(
    "text",
    [
        "[sender", "[sender]\nname = 'a'", "[sender]\nname = 'a'\naddress = []",
        "[month.nl]\nwhen = 'a'", "[month.French]\nhow = 'a'", "[month.nl]\nhow = ' '",
        "[month.nl]\nhow = 'a\\u0007'".replace("'", '"'), "[month.nl]\nhow = 6",
        "#" * 100_001, "a = " + "[" * 5000,
    ],
)  # fmt: skip
def test_a_file_of_texts_that_cannot_be_used_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "letters.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RebaError) as refused:
        load_passages(path)
    assert refused.value.code == "decision.passages"
    with pytest.raises(RebaError) as absent:
        load_passages(tmp_path / "none.toml")
    assert absent.value.code == "decision.passages"


def test_both_languages_have_the_same_keys_and_blanks_and_no_term_of_law() -> None:
    assert list(DECISION_TEXTS["nl"]) == list(DECISION_TEXTS["en"])
    for key, dutch in DECISION_TEXTS["nl"].items():
        english = DECISION_TEXTS["en"][key]
        blanks = [sorted(re.findall(r"\{(\w+)\}", text)) for text in (dutch, english)]
        assert blanks[0] == blanks[1], key
        assert not re.search(r"€|\bweken om\b|zes weken|six weeks", dutch + english)
    laws = (ROOT / "src" / "reba" / "law").glob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in laws)
    asked = set(re.findall(r'missing\.append\("([^"]+)"\)', source))
    assert "assets" in asked
    assert {f"supplied.{name}" for name in asked} <= set(DECISION_TEXTS["nl"])
    for reason in REVISION_REASONS:
        assert DECISION_TEXTS["nl"][f"because.{reason}"]


def test_the_commands_write_both_letters(tmp_path: Path) -> None:
    place = str(tmp_path / "l.reba")
    with open_ledger(place) as opened:
        opened.assess(_facts("net-400-in-2015"), policy=POLICY)
        _end(opened)
        release = _ask(opened, 12000)
        opened.approve_release(release, policy=POLICY, amount_cents=10000, actor="anna")
    page = tmp_path / "d.html"
    done = reba(
        "decision", "NET-400", "--month", "2015-03", "--ledger", place, "--format", "html",
        "--out", str(page),
    )  # fmt: skip
    assert done.returncode == 0
    assert "missing: sender, month.nl.who" in done.stderr
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    done = reba("release", "decision", release, "--ledger", place, "--lang", "en")
    assert done.stdout.startswith("Decision on release NET-400/")
    assert "--reason" in done.stderr
    none = str(tmp_path / "none" / "d.txt")
    done = reba("release", "decision", release, "--ledger", place, "--out", none)
    assert (done.returncode, "[run.output]" in done.stderr) == (3, True)
    before = ("--known-on", "2015-01-01")
    done = reba("decision", "NET-400", "--month", "2015-03", "--ledger", place, *before)
    assert "[ledger.unknown_account]" in done.stderr
    done = reba("decision", "NET-400", "--month", "2014-01", "--ledger", place)
    assert "[ledger.not_assessed]" in done.stderr
