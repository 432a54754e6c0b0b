"""Letters about what seldom happens: what was left, what was settled, what was destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from typer.main import get_command

from reba import Month, RebaError, open_ledger
from reba.cli.app import app
from reba.ledger.collection_commands import WRITE_OFF_REASONS
from reba.statements.blocks import Page
from reba.statements.decision_words import DECISION_TEXTS
from reba.statements.month_decision import find_month_decision, month_decision_page
from reba.statements.release_decision import (
    ReleaseDecision,
    find_release_decision,
    release_decision_page,
)
from reba.statements.statement import make_statement
from reba.statements.words import TEXTS, Language, Words
from unit.test_decisions import LANGUAGES, _same_amounts, _text
from unit.test_office import BASIS, EVIDENCE, POLICY, Office, opened_office

ENDS: Final = (("granted", "remainder"), ("died", "estate"))


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


def _left(office: Office, case: str, cents: int = 10001) -> str:
    """Close an account on which so much is left; return the release that pays it out."""
    office.save(cents)
    office.end(case)
    closed = office.ledger.close(
        "H-1", case=case, policy=POLICY, legal_basis=BASIS, evidence=EVIDENCE, actor="kees"
    )
    return closed.releases[0].release


def _release(office: Office, release: str) -> ReleaseDecision:
    state, entries = office.ledger.account("H-1"), office.ledger.history("H-1")
    return find_release_decision(state, entries, release, office.ledger.documents.policy)


def _pages(decision: ReleaseDecision) -> dict[Language, Page]:
    return {language: release_decision_page(decision, language) for language in LANGUAGES}


# ── what was left when an account was closed ─────────────────────────────────────────────────


@pytest.mark.invariant("X1")
@pytest.mark.parametrize(("case", "purpose"), ENDS)
def test_a_letter_about_what_was_left_does_not_say_that_anyone_asked(
    office: Office, case: str, purpose: str
) -> None:
    release = office.approve(_left(office, case))
    decision = _release(office, release)
    pages = _pages(decision)
    assert _same_amounts(pages) == {10001}
    for language, page in pages.items():
        texts, said = DECISION_TEXTS[language], _text(page)
        assert texts["release.left.approved"] in said
        assert texts["release.left_over"] in said
        assert texts["release.left.four_eyes"] in said
        assert texts["release.unpaid"] in said
        assert texts["closed"] in said
        assert TEXTS[language][f"purpose.{purpose}"] in said
        for asked in ("asked", "release.approved", "release.asked.means", "release.four_eyes"):
            assert texts[asked] not in said, asked
    office.pay(release)
    for language, page in _pages(_release(office, release)).items():
        paid = DECISION_TEXTS[language]["release.paid"]
        assert paid.format(day=Words(language).day(office.ledger.today())) in _text(page)


@pytest.mark.parametrize(("case", "purpose"), ENDS)
def test_what_was_left_and_came_back_needs_no_new_request(
    office: Office, case: str, purpose: str
) -> None:
    release = office.approve(_left(office, case))
    office.pay(release)
    office.ledger.return_release(release, because="account_closed")
    for language, page in _pages(_release(office, release)).items():
        day = Words(language).day(office.ledger.today())
        reason = TEXTS[language]["returned.account_closed"]
        told = DECISION_TEXTS[language]["release.left.returned"]
        assert told.format(paid=day, day=day, reason=reason) in _text(page)
        assert TEXTS[language][f"purpose.{purpose}"] in _text(page)


@pytest.mark.invariant("X1")
def test_what_was_left_and_is_not_paid_out_stays_on_the_account(office: Office) -> None:
    release = office.approve(_left(office, "granted"))
    office.ledger.reject_release(release, because="recorded_in_error")
    pages = _pages(_release(office, release))
    assert _same_amounts(pages) == {10001}
    for language, page in pages.items():
        texts, said = DECISION_TEXTS[language], _text(page)
        reason = TEXTS[language]["rejected.recorded_in_error"]
        assert texts["release.left.rejected"].format(reason=reason) in said
        day = Words(language).day(office.ledger.today())
        assert texts["release.left.withdrawn_approval"].format(day=day) in said
        assert texts["release.left.refused.means"] in said
        assert texts["release.left.granted.means"] not in said
    assert office.ledger.account("H-1").balance_cents == 10001


@pytest.mark.invariant("X1")
def test_a_part_of_what_was_left_asks_for_a_reason(office: Office) -> None:
    release = office.approve(_left(office, "died"), amount_cents=4000)
    decision = _release(office, release)
    assert decision.reason_missing
    pages = _pages(decision)
    assert _same_amounts(pages) == {10001, 4000, 6001}
    for language, page in pages.items():
        assert DECISION_TEXTS[language]["release.left.part"] in _text(page)
        assert DECISION_TEXTS[language]["release.less_unknown"] in _text(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_does_not_say_that_anyone_asked_for_what_was_left(
    office: Office, language: Language
) -> None:
    release = _left(office, "granted")
    texts = TEXTS[language]
    day = Words(language).day(office.ledger.today())

    def said() -> str:
        return _text(make_statement(office.ledger.account("H-1"), (), POLICY, language))

    assert texts["closing.undecided"] in said()
    office.approve(release)
    assert texts["closing.undecided"] not in said()
    assert texts["closing.step"].format(day=day) in said()
    assert texts["step.requested"].format(day=day) not in said()


# ── what settled a month without a payment ───────────────────────────────────────────────────


def _month(office: Office, language: Language, month: str = "2015-04") -> str:
    state, entries = office.ledger.account("H-1"), office.ledger.history("H-1")
    decision = find_month_decision(state, entries, month, office.ledger.documents)
    return _text(month_decision_page(decision, language))


def _settle(office: Office) -> None:
    office.save(20000)
    office.save(5000, month="2015-04")
    office.ledger.set_off(
        "H-1", month=Month(2015, 4), amount_cents=7000, legal_basis="act 1, article 2",
        command_id="set-off",
    )  # fmt: skip


@pytest.mark.invariant("X1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_set_off_is_told_with_its_basis(office: Office, language: Language) -> None:
    _settle(office)
    texts, words = DECISION_TEXTS[language], Words(language)
    told = texts["month.set_off"].format(
        day=words.day(office.ledger.today()), basis="act 1, article 2"
    )
    said = _month(office, language)
    assert told in said
    assert TEXTS[language]["set_off.means"] in said
    for cents in (30000, 5000, 7000, 18000):  # due, collected, set off, still to be collected
        assert words.money(cents) in said
    other = _month(office, language, "2015-03")
    assert told not in other
    assert TEXTS[language]["set_off.means"] not in other


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("because", WRITE_OFF_REASONS)
def test_a_write_off_is_told_with_its_reason(
    office: Office, language: Language, because: str
) -> None:
    _settle(office)
    office.ledger.write_off(
        "H-1", month=Month(2015, 4), amount_cents=18000, because=because,
        legal_basis="rule 3", command_id="off",
    )  # fmt: skip
    said, words, texts = _month(office, language), Words(language), DECISION_TEXTS[language]
    told = texts["month.written_off"].format(
        day=words.day(office.ledger.today()), reason=texts[f"off.{because}"], basis="rule 3"
    )
    assert told in said
    assert TEXTS[language]["written_off.means"] in said
    assert words.money(18000) in said
    # Paid after all: nothing was written off, and no letter says so any more.
    office.ledger.collect(
        "H-1", month=Month(2015, 4), amount_cents=18000, command_id="late", policy=POLICY
    )
    later = _month(office, language)
    assert told not in later
    assert TEXTS[language]["written_off.means"] not in later


# ── an account whose records were destroyed ──────────────────────────────────────────────────


def test_a_destroyed_account_gets_no_letter_and_is_told_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, office = tmp_path / "coa.reba", Office()
    office.ledger.close_store()
    with open_ledger(place, clock=lambda: office.now[0]) as office.ledger:
        release = _left(office, "granted", 30000)
        office.pay(office.approve(release))
        office.save(20000, account="H-2")
        office.today("2035-01-01")
        office.ledger.destroy("H-1", legal_basis="selection list", term="P7Y")
    command, ledger = get_command(app), ["--ledger", str(place)]
    for arguments in (
        ["statement", "H-1"], ["decision", "H-1", "--month", "2015-03"],
        ["release", "decision", release],
    ):  # fmt: skip
        with pytest.raises(RebaError) as refused:
            command.main([*arguments, *ledger], standalone_mode=False)
        assert refused.value.code == "ledger.destroyed"
        assert "selection list" in str(refused.value)
        assert "`reba account`" in str(refused.value)
    assert capsys.readouterr().out == ""
    command.main(["statement", "H-2", *ledger], standalone_mode=False)
    assert "H-2" in capsys.readouterr().out


# ── what a statement shows only where there is any ───────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_much_was_collected_only_where_it_was(office: Office, language: Language) -> None:
    office.save(30000)
    means = TEXTS[language]["overcollected.means"]
    paid = make_statement(office.ledger.account("H-1"), (), POLICY, language)
    assert means not in _text(paid)
    office.ledger.collect(
        "H-1", month=Month(2015, 3), amount_cents=1, command_id="more", policy=POLICY
    )
    more = make_statement(office.ledger.account("H-1"), (), POLICY, language)
    assert means in _text(more)
    assert Words(language).money(1) in _text(more)
