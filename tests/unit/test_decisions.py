"""The decisions on a month and on a release, as letters in two languages (invariant X1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from reba import HouseholdMonth, Ledger, RebaError, load_law, load_policy, open_ledger
from reba.law.choices import load_choices
from reba.ledger.release_commands import REJECTION_REASONS
from reba.savings.policy import parse_policy
from reba.statements.blocks import Page, Table
from reba.statements.decision_words import DECISION_TEXTS
from reba.statements.month_decision import (
    MonthDecision,
    find_month_decision,
    month_decision_page,
)
from reba.statements.page import statement_html
from reba.statements.release_decision import (
    ReleaseDecision,
    find_release_decision,
    release_decision_page,
)
from reba.statements.text import statement_text
from reba.statements.trace_table import INSTRUMENTS, article, other_sources
from reba.statements.words import TEXTS, Language, Words
from unit.test_statement import _cents_in, _flat

ROOT = Path(__file__).parents[2]
_POLICY_FILE = ROOT / "examples" / "policies" / "vng-half.toml"
# In force before the oldest case.
POLICY = parse_policy(
    _POLICY_FILE.read_text(encoding="utf-8").replace("2015-01-01", "2008-11-26"), file="p"
)
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
DAY = date(2015, 5, 1)


def _facts(case: str) -> HouseholdMonth:
    text = (ROOT / "examples" / "cases" / f"{case}.json").read_text(encoding="utf-8")
    return HouseholdMonth.from_json(text)


def _with_net(net: str) -> HouseholdMonth:
    record = json.loads(_facts("net-400-in-2015").record_json())
    record["members"][0]["income"][0]["net"] = net
    return HouseholdMonth.model_validate(record)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger(":memory:") as opened:
        opened.assess(_facts("net-400-in-2015"), policy=POLICY)
        yield opened


def _month(ledger: Ledger, account: str = "NET-400", month: str = "2015-03") -> MonthDecision:
    entries = ledger.history(account)
    return find_month_decision(ledger.account(account), entries, month, ledger.documents)


def _end(ledger: Ledger) -> None:
    ledger.record_procedure(
        "NET-400", member="P-1", type="granted", on=DAY, final_on=DAY, legal_basis="file 7"
    )


def _ask(ledger: Ledger, amount_cents: int, purpose: str = "bridging") -> str:
    return ledger.request_release(
        "NET-400", purpose=purpose, amount_cents=amount_cents, policy=POLICY, actor="kees"
    ).release


def _release(ledger: Ledger, release: str) -> ReleaseDecision:
    state, entries = ledger.account("NET-400"), ledger.history("NET-400")
    return find_release_decision(state, entries, release, ledger.documents.policy)


def _with_amounts(body_json: str, amounts: dict[str, int]) -> str:
    body = json.loads(body_json)
    return json.dumps({**body, "amounts": {**body["amounts"], **amounts}})


def _text(page: Page) -> str:
    return _flat(statement_text(page))


def _same_amounts(pages: dict[Language, Page]) -> set[int]:
    rendered = [
        _cents_in(write(page), language)
        for language, page in pages.items()
        for write in (statement_text, statement_html)
    ]
    assert rendered[0] == rendered[1] == rendered[2] == rendered[3]
    return set(rendered[0])


def _numbers(page: Page) -> list[tuple[str, ...]]:
    return [
        tuple(re.findall(r"\d+", row[0])) for section in page.sections for block in section.blocks
        if isinstance(block, Table) for row in block.rows
    ]  # fmt: skip


CASES: Final = ("net-400-in-2015", "march-2022-rvs-2026-142", "april-2009-ljn-bq2914")


@pytest.mark.invariant("X1")
@pytest.mark.parametrize("case", CASES)
def test_both_languages_carry_each_amount_of_the_trace(case: str) -> None:
    facts = _facts(case)
    with open_ledger(":memory:") as opened:
        opened.assess(facts, policy=POLICY, allow_provisional=True)
        decision = _month(opened, facts.household, str(facts.month))
    pages = {language: month_decision_page(decision, language) for language in LANGUAGES}
    shown = _same_amounts(pages)
    assessment = decision.assessment
    wanted = {cents for cents in assessment.amounts().values() if cents is not None}
    wanted |= {step.amount_cents for step in assessment.steps if step.amount_cents is not None}
    given = [each for step in assessment.steps for each in step.inputs]
    wanted |= {int(value) for name, value in given if name.endswith("_cents")}
    assert wanted <= shown
    assert decision.month.receivable_cents in shown
    assert _numbers(pages["nl"]) == _numbers(pages["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_stands_there_with_its_source(ledger: Ledger, language: Language) -> None:
    decision = _month(ledger)
    page = month_decision_page(decision, language)
    said, words = _text(page), Words(language)
    for number, step in enumerate(decision.assessment.steps, start=1):
        label = step.label_nl if language == "nl" else step.label_en
        assert f"{number}. {label}" in said
        assert step.legal
        assert all(article(each, words) in said for each in step.legal)
        for value in step.parameters:
            parameter = decision.law.parameter(value.name)
            assert (parameter.title_nl if language == "nl" else parameter.title_en) in said
    assert "jci1.3" not in said
    assert '<table role="table" class="long">' in statement_html(page)  # it may break over pages
    assert decision.law.digest in said
    assert DECISION_TEXTS[language]["provisional"] not in said
    assert DECISION_TEXTS[language]["incomplete"] not in said


def test_every_instrument_of_the_law_has_a_name() -> None:
    law = load_law()
    references = {v.jci for name in law.names() for v in law.values(name) if v.jci is not None}
    assert references
    cited = {re.findall(r"BWBR\d{7}", reference)[0] for reference in references}
    assert cited <= set(INSTRUMENTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_provisional_or_not_reported_is_said(language: Language) -> None:
    facts, texts = _facts("april-2009-ljn-bq2914"), DECISION_TEXTS[language]
    with open_ledger(":memory:") as opened:
        opened.assess(facts, policy=POLICY, allow_provisional=True)
        decision = _month(opened, facts.household, "2009-04")
    said = _text(month_decision_page(decision, language))
    assert decision.assessment.provisional
    assert texts["provisional.why"] in said
    for name in decision.assessment.provisional_because:
        parameter = decision.law.parameter(name)
        assert (parameter.title_nl if language == "nl" else parameter.title_en) in said
    assert texts["incomplete.why"] in said
    assert texts["supplied.assets"] in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_municipal_decision_names_its_sources_by_number(language: Language) -> None:
    folder = ROOT / "examples" / "municipal"
    line = (folder / "october-2025.jsonl").read_text(encoding="utf-8").splitlines()[3]
    with open_ledger(":memory:") as opened:
        opened.assess(
            HouseholdMonth.from_json(line), policy=load_policy(folder / "policy.toml"),
            choices=load_choices(folder / "choices.toml"), allow_provisional=True,
        )  # fmt: skip
        decision = _month(opened, "G-0004", "2025-10")
    said = _text(month_decision_page(decision, language))
    others = other_sources(decision.assessment.steps)
    assert others
    for number, place in enumerate(others, start=1):
        numbered = DECISION_TEXTS[language]["source.other"].format(number=number, place=place)
        assert said.count(place) == 1
        assert numbered in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_revised_decision_says_what_it_replaces_and_why(
    ledger: Ledger, language: Language
) -> None:
    before = _month(ledger)
    facts = _with_net("360.00")
    ledger.revise(facts, because="corrected_facts")
    said = _text(month_decision_page(_month(ledger), language))
    texts = DECISION_TEXTS[language]
    revised = texts["month.revised"].format(
        entry=before.entry.entry_id, reason=texts["because.corrected_facts"]
    )
    assert revised in said
    assert Words(language).money(27000) in said
    assert revised not in _text(month_decision_page(before, language))


def test_amounts_that_the_facts_do_not_give_are_not_written(ledger: Ledger) -> None:
    entries = ledger.history("NET-400")
    wrong = {"contribution_cents": 1}
    changed = tuple(
        each
        if each.kind != "contribution.assessed"
        else each._replace(seq=-1, body_json=_with_amounts(each.body_json or "", wrong))
        for each in entries
    )
    with pytest.raises(RebaError) as refused:
        find_month_decision(ledger.account("NET-400"), changed, "2015-03", ledger.documents)
    assert refused.value.code == "decision.differs"


def test_a_month_that_was_not_assessed_has_no_decision(ledger: Ledger) -> None:
    with pytest.raises(RebaError) as refused:
        _month(ledger, month="2015-04")
    assert refused.value.code == "ledger.not_assessed"


@pytest.mark.invariant("X1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_release_that_was_approved_and_paid(ledger: Ledger, language: Language) -> None:
    _end(ledger)
    release, texts = _ask(ledger, 12000), DECISION_TEXTS[language]
    with pytest.raises(RebaError) as refused:
        _release(ledger, release)
    assert refused.value.code == "release.wrong_status"
    ledger.approve_release(release, policy=POLICY, actor="anna")
    said = _text(release_decision_page(_release(ledger, release), language))
    assert texts["release.approved"] in said
    assert texts["release.unpaid"] in said
    assert texts["release.four_eyes"] in said
    assert TEXTS[language]["note.assets_of_assistance"] in said
    assert texts["release.refused"] not in said
    assert "kees" not in said
    assert "anna" not in said
    ledger.pay_release([release], batch="b-1")
    decision = _release(ledger, release)
    pages = {each: release_decision_page(decision, each) for each in LANGUAGES}
    assert _same_amounts(pages) == {12000}
    assert texts["release.unpaid"] not in _text(pages[language])
    assert Words(language).day(ledger.today()) in _text(pages[language])
    ledger.return_release(release, because="account_closed")
    told = _text(release_decision_page(_release(ledger, release), language))
    assert TEXTS[language]["returned.account_closed"] in told


@pytest.mark.invariant("X1")
def test_a_part_that_nobody_explained_is_said_to_lack_its_reason(ledger: Ledger) -> None:
    _end(ledger)
    release = _ask(ledger, 12000)
    ledger.approve_release(release, policy=POLICY, amount_cents=10000, actor="anna")
    decision = _release(ledger, release)
    assert decision.reason_missing
    pages = {each: release_decision_page(decision, each) for each in LANGUAGES}
    assert _same_amounts(pages) == {12000, 10000, 2000}
    for language, page in pages.items():
        texts = DECISION_TEXTS[language]
        assert texts["release.part"] in _text(page)
        assert texts["release.less_unknown"] in _text(page)
        told = _text(release_decision_page(decision, language, reason="It was <cheaper>."))
        assert texts["release.less_because"].format(reason="It was <cheaper>.") in told
        assert texts["release.less_unknown"] not in told


@pytest.mark.invariant("X1")
def test_a_part_that_the_rules_explain_says_so(ledger: Ledger) -> None:
    _end(ledger)
    release = _ask(ledger, 15000)
    facts = _with_net("360.00")  # less is saved than was asked
    ledger.revise(facts, because="corrected_facts")
    ledger.approve_release(release, policy=POLICY, amount_cents=13500, actor="anna")
    decision = _release(ledger, release)
    assert decision.limit is not None
    assert decision.limit.most_cents == 13500
    assert not decision.reason_missing
    pages = {each: release_decision_page(decision, each) for each in LANGUAGES}
    assert _same_amounts(pages) == {15000, 13500, 1500}
    for language, page in pages.items():
        reason = TEXTS[language][f"why.{decision.limit.reason}"]
        assert reason in _text(page)
        assert DECISION_TEXTS[language]["release.less_than_most"] not in _text(page)


@pytest.mark.invariant("X1")
def test_the_rules_explain_nothing_below_what_they_allowed(ledger: Ledger) -> None:
    _end(ledger)
    release = _ask(ledger, 15000)
    ledger.revise(_with_net("360.00"), because="corrected_facts")
    ledger.approve_release(release, policy=POLICY, amount_cents=9000, actor="anna")
    decision = _release(ledger, release)
    assert decision.limit is not None
    assert decision.reason_missing
    pages = {each: release_decision_page(decision, each) for each in LANGUAGES}
    assert _same_amounts(pages) == {15000, 9000, 6000, 13500}
    for language, page in pages.items():
        texts, reason = DECISION_TEXTS[language], TEXTS[language][f"why.{decision.limit.reason}"]
        assert reason in _text(page)
        assert texts["release.less_than_most"] in _text(page)
        told = _text(release_decision_page(decision, language, reason="It was cheaper."))
        for because in (reason, "It was cheaper."):
            assert texts["release.less_because"].format(reason=because) in told
        assert texts["release.less_than_most"] not in told


@pytest.mark.parametrize("because", REJECTION_REASONS)
def test_a_rejection_says_its_reason(ledger: Ledger, because: str) -> None:
    _end(ledger)
    release = _ask(ledger, 12000)
    ledger.approve_release(release, policy=POLICY, amount_cents=10000, actor="anna")
    ledger.reject_release(release, because=because)
    decision = _release(ledger, release)
    pages = {each: release_decision_page(decision, each) for each in LANGUAGES}
    assert _same_amounts(pages) == {12000}
    for language, page in pages.items():
        texts = DECISION_TEXTS[language]
        said = _text(page)
        assert (
            texts["release.rejected"].format(reason=TEXTS[language][f"rejected.{because}"]) in said
        )
        assert Words(language).day(ledger.today()) in said
        assert texts["release.less_unknown"] not in said
        assert texts["release.notes"] not in said


def test_an_unknown_release_has_no_decision(ledger: Ledger) -> None:
    with pytest.raises(RebaError) as refused:
        _release(ledger, "NET-400/99")
    assert refused.value.code == "release.unknown"
