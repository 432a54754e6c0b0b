"""The account statement in two languages, as text and as a page (invariant X1)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba import load_policy
from reba.ledger.account_commands import CLOSING_CASES
from reba.ledger.account_state import AccountState, Closing, MonthState, ReleaseState, ReleaseStatus
from reba.ledger.accounts import AccountFold
from reba.ledger.release_commands import LEFT_OVER, REJECTION_REASONS, RETURN_REASONS
from reba.savings.policy import Rest, SavingsPolicy, parse_policy
from reba.savings.procedure import OUTCOMES, Outcome, ProcedureEvent, ProcedureState, event_types
from reba.savings.release import NOTES, PURPOSES, REASONS, Option, Standing, release_options
from reba.statements import blocks as parts
from reba.statements.page import statement_html
from reba.statements.statement import make_statement
from reba.statements.text import statement_text
from reba.statements.words import TEXTS, Language, Words

POLICY_FILE = Path(__file__).parents[2] / "examples" / "policies" / "vng-half.toml"
POLICY = load_policy(POLICY_FILE)
DAY = date(2015, 6, 1)
RULES = POLICY.on(DAY)
EMPTY = AccountFold("H-1").state(DAY)
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
AMOUNTS = [name for name in AccountState.__slots__ if name.endswith("_cents")]
PURPOSE_NAMES = [name for names in PURPOSES.values() for name in names]
WITHOUT_RELEASE = ("forced_return", "departed_unknown", "dublin_transfer", "died")

OPEN = ProcedureState("open", None, ("P-1", "P-2"), None, None, ())
MONTH = MonthState("2015-03", 30000, collected_cents=28000, reserved_cents=14000)
REQUESTED = ReleaseState(
    "H-1/9", "furnishing", "granted", "requested", 10000, "2015-05-21", "kees", None,
    ("assets_of_assistance", "special_assistance"), POLICY.digest, 1,
)  # fmt: skip


def _ended(outcome: Outcome) -> ProcedureState:
    return ProcedureState("ended", outcome, (), None, date(2015, 5, 20), ("H-1/5",))


def _options(state: AccountState) -> tuple[Option, ...]:
    standing = Standing(
        procedure=state.procedure_state,
        saved_cents=state.balance_cents + max(0, state.released_cents),
        available_cents=state.available_cents,
        used_cents={},
        used_in_all_cents=0,
    )
    return release_options(standing, RULES.release)


def _with(amounts: dict[str, Any], state: AccountState = EMPTY) -> AccountState:
    return replace(state, **amounts)


def _flat(text: str) -> str:
    return re.sub(r"[ \n]+", " ", text)  # not the spaces that do not break


def _text(
    state: AccountState, language: Language = "en", policy: SavingsPolicy | None = POLICY
) -> str:
    options = () if policy is None else _options(state)
    return _flat(statement_text(make_statement(state, options, policy, language)))


def _cents_in(rendered: str, language: Language) -> list[int]:
    """Parse every amount back, strictly as each language writes it."""
    if language == "nl":
        assert rendered.count("€") == len(re.findall("€\N{NO-BREAK SPACE}-?[0-9]", rendered))
        pattern, thousands = r"€\xa0(-?)(\d{1,3}(?:\.\d{3})*),(\d{2})(?![\d.,])", "."
    else:
        pattern, thousands = r"(-?)€(\d{1,3}(?:,\d{3})*)\.(\d{2})(?!\d)", ","
    found = re.findall(pattern, rendered)
    assert len(found) == rendered.count("€")
    return [
        (-1 if sign else 1) * (int(euros.replace(thousands, "")) * 100 + int(cents))
        for sign, euros, cents in found
    ]


_cents = st.integers(0, 99_999_999) | st.sampled_from([0, 1, 5, 99, 100, 100_000, 123_456_789])
_months = st.builds(
    MonthState,
    st.sampled_from(["2015-03", "2015-04", "2016-12"]),
    contribution_cents=_cents, collected_cents=_cents, reserved_cents=_cents,
    remitted_cents=_cents, set_off_cents=_cents, given_up_cents=_cents,
)  # fmt: skip
_releases = _cents.map(lambda cents: REQUESTED._replace(amount_cents=cents))
_procedures = st.sampled_from([OPEN, *map(_ended, OUTCOMES)])
_closings = st.none() | st.builds(
    Closing, st.sampled_from(list(CLOSING_CASES)), st.sampled_from(get_args(Rest)), _cents,
    st.just("2015-05-30"),
)  # fmt: skip


@st.composite
def _states(draw: st.DrawFn) -> AccountState:
    amounts = {name: draw(_cents) for name in AMOUNTS}
    amounts["transferred_cents"] *= draw(st.sampled_from([1, -1]))
    return replace(
        _with(amounts),
        procedure_state=draw(_procedures),
        months=tuple(draw(st.lists(_months, max_size=3))),
        releases=tuple(draw(st.lists(_releases, max_size=2))),
        closing=draw(_closings),
    )


@pytest.mark.invariant("X1")
@given(_states())
def test_both_languages_carry_the_same_amounts_and_none_is_left_out(state: AccountState) -> None:
    rendered: list[list[int]] = []
    for language in LANGUAGES:
        statement = make_statement(state, _options(state), POLICY, language)
        rendered.append(_cents_in(statement_text(statement), language))
        rendered.append(_cents_in(statement_html(statement), language))
    assert rendered[0] == rendered[1] == rendered[2] == rendered[3]
    shown = set(rendered[0])
    assert {getattr(state, name) for name in AMOUNTS} - {0} <= shown
    for month in state.months:
        keys = ("contribution", "collected", "reserved", "remitted", "set_off", "receivable")
        each = {getattr(month, f"{key}_cents") for key in (*keys, "overcollected")}
        assert each - {0} <= shown
    assert {release.amount_cents for release in state.releases} <= shown
    assert state.closing is None or state.closing.amount_cents in shown


@pytest.mark.invariant("X1")
@given(st.integers(-(10**12), 10**12))
def test_an_amount_reads_back_to_the_cent(cents: int) -> None:
    for language in LANGUAGES:
        assert _cents_in(Words(language).money(cents), language) == [cents]


def test_both_languages_have_the_same_keys_and_the_same_blanks() -> None:
    assert list(TEXTS["nl"]) == list(TEXTS["en"])
    for key, dutch in TEXTS["nl"].items():
        blanks = [sorted(re.findall(r"\{(\w+)\}", text)) for text in (dutch, TEXTS["en"][key])]
        assert blanks[0] == blanks[1], key
        assert "€" not in dutch + TEXTS["en"][key]


CODES: Final = {
    "status": get_args(ReleaseStatus),
    "step": get_args(ReleaseStatus),
    "rejected": REJECTION_REASONS,
    "returned": RETURN_REASONS,
    "case": tuple(CLOSING_CASES),
    "rest": get_args(Rest),
    "left": (*get_args(Rest), "nothing"),
    "event": tuple(event.type for event in event_types()),
    "outcome": OUTCOMES,
    "purpose": (*PURPOSE_NAMES, *LEFT_OVER),
    "why": (*REASONS, "account_closed", "all", "empty"),
    "note": NOTES,
    "policy": ("illustrative", "adopted", "none", "named", "not_today"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_each_closed_list_has_words_and_no_words_are_of_no_code(
    language: Language,
) -> None:
    texts = TEXTS[language]
    for family, codes in CODES.items():
        written = {key.partition(".")[2] for key in texts if key.startswith(f"{family}.")}
        assert written == set(codes), family
        assert all(texts[f"{family}.{code}"].strip() for code in codes)
    for name in AMOUNTS:
        assert texts[name.removesuffix("_cents")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_release_says_its_status_its_days_and_its_reason(language: Language) -> None:
    texts = TEXTS[language]
    rejected = [
        REQUESTED._replace(status="rejected", rejected_on="2015-05-22", because=because)
        for because in REJECTION_REASONS
    ]
    approved = REQUESTED._replace(status="approved", approved_on="2015-05-23")
    paid = approved._replace(status="paid", paid_on="2015-05-24")
    returned = [
        paid._replace(status="returned", returned_on="2015-05-25", because=because)
        for because in RETURN_REASONS
    ]
    left = [REQUESTED._replace(purpose=purpose) for purpose in LEFT_OVER]
    releases = (REQUESTED, approved, paid, *rejected, *returned, *left)
    said = _text(replace(EMPTY, releases=releases), language)
    assert all(texts[f"rejected.{code}"] in said for code in REJECTION_REASONS)
    assert all(texts[f"returned.{code}"] in said for code in RETURN_REASONS)
    assert all(texts[f"status.{status}"] in said for status in get_args(ReleaseStatus))
    assert all(texts[f"purpose.{purpose}"] in said for purpose in LEFT_OVER)
    for day in ("2015-05-21", "2015-05-22", "2015-05-23", "2015-05-24", "2015-05-25"):
        assert Words(language).day(day) in said
    assert "H-1/9" in said
    assert "kees" not in said  # the names of staff are nothing for a statement


def test_overpaid_is_explained_only_where_there_is_any() -> None:
    assert "negative balance" not in _text(EMPTY)
    state = replace(EMPTY, overpaid_cents=2500)
    english, dutch = _text(state), _text(state, "nl")
    assert "Released too much (te veel vrijgegeven) €25.00" in english
    assert "Nobody has a negative balance. What is saved later settles this" in english
    assert "Te veel vrijgegeven €\N{NO-BREAK SPACE}25,00" in dutch
    assert "Niemand heeft een negatief spaartegoed. Wat later wordt gespaard" in dutch


def test_rare_movements_are_shown_only_where_there_are_any() -> None:
    names = ("transferred", "set_off", "recovered", "settled")
    assert not any(f"{TEXTS['en'][name]} (" in _text(EMPTY) for name in names)
    for name in names:
        said = _text(_with({f"{name}_cents": 700}))
        assert f"{TEXTS['en'][name]} ({TEXTS['nl'][name].lower()}) €7.00" in said
    out = replace(EMPTY, transferred_cents=-700)
    assert "-€7.00 This went from your savings" in _text(out)
    assert "€\N{NO-BREAK SPACE}-7,00 Dit ging van uw spaartegoed" in _text(out, "nl")


def test_while_the_procedure_is_open_nothing_is_promised() -> None:
    event = ProcedureEvent("H-1/5", "P-3", "rejected", date(2015, 5, 1), None, "basis")
    held = replace(EMPTY, balance_cents=5000, available_cents=5000, events=(event,))
    said = _text(replace(held, procedure_state=OPEN))
    before = "Nothing can be paid out before the asylum procedure has ended of: P-1 and P-2."
    assert before in said
    assert "not final yet" in said
    assert "furnishing a home €3,531.00 needed" in said
    assert "travel €900.00 needed" in said
    assert "60% of what was saved" in said
    assert TEXTS["en"]["most"] not in said
    nobody = OPEN._replace(waiting_for=())
    assert "before the asylum procedure has ended." in _text(replace(held, procedure_state=nobody))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_is_said_in_words(outcome: Outcome, language: Language) -> None:
    texts = TEXTS[language]
    saved = replace(EMPTY, balance_cents=5000, available_cents=5000)
    said = _text(replace(saved, procedure_state=_ended(outcome)), language)
    assert texts[f"outcome.{outcome}"] in said
    assert Words(language).day("2015-05-20") in said
    assert (texts["most"] in said) == (outcome in PURPOSES)
    assert (texts["use.caption_granted"] in said) == (outcome in {"granted", "mixed"})
    returning = {"return", "without_permit", "mixed"}
    assert (texts["use.caption_return"] in said) == (outcome in returning)
    assert (texts["why.outcome_without_release"] in said) == (outcome in WITHOUT_RELEASE)
    assert (texts["note.return_aid"] in said) == (outcome == "return")
    assert (texts["note.deposit_maximum"] in said) == (outcome == "granted")
    case = {needs: case for case, needs in CLOSING_CASES.items()}.get(outcome)
    rests = [rest for rest in get_args(Rest) if texts[f"rest.{rest}"] in said]
    assert rests == ([getattr(RULES.closing, case)] if case else [])


def test_why_not_more_is_said_for_each_purpose() -> None:
    state = replace(EMPTY, procedure_state=_ended("granted"))
    for reason in (*REASONS, None):
        option = Option("deposit", 100, reason, 200, 0, True, ())
        for language in LANGUAGES:
            statement = make_statement(state, (option,), POLICY, language)
            words = TEXTS[language][f"why.{reason or 'all'}"]
            assert words in _flat(statement_text(statement))
    nothing = Option("deposit", 0, None, 200, 0, True, ())
    said = statement_text(make_statement(state, (nothing,), POLICY, "en"))
    assert TEXTS["en"]["why.empty"] in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("disposition", get_args(Rest))
@pytest.mark.parametrize("case", CLOSING_CASES)
def test_a_closed_account_says_how_and_what_became_of_the_rest(
    case: str, disposition: str, language: Language
) -> None:
    texts = TEXTS[language]
    closing = Closing(case, disposition, 1234, "2015-05-30")
    state = replace(EMPTY, closing=closing, procedure_state=_ended("granted"))
    said = _text(state, language)
    for key in (f"case.{case}", f"left.{disposition}", "use.closed"):
        assert texts[key] in said
    assert texts["use.caption_granted"] not in said
    nothing = closing._replace(amount_cents=0)
    assert texts["left.nothing"] in _text(replace(state, closing=nothing), language)


def test_the_policy_is_named_and_an_example_is_called_one() -> None:
    assert "No savings policy is recorded with this statement." in _text(EMPTY, policy=None)
    assert "This policy is an example." in _text(EMPTY)
    adopted = parse_policy(
        POLICY_FILE.read_text(encoding="utf-8").replace('"illustrative"', '"adopted"', 1), file="p"
    )
    said = statement_text(make_statement(EMPTY, (), adopted, "en"))
    assert "This policy has been adopted." in said
    assert "example." not in said
    assert "names no purposes for this outcome" in said
    early = replace(EMPTY, on=date(1999, 1, 1))
    assert "has no rules for this day" in statement_text(make_statement(early, (), POLICY, "en"))


FULL = replace(
    _with(dict.fromkeys(AMOUNTS, 123456)),
    months=(MONTH, MONTH._replace(month="2015-04")),
    procedure_state=_ended("granted"),
    events=(ProcedureEvent("H-1/5", "P-1", "granted", date(2015, 5, 1), date(2015, 5, 1), "x"),),
    releases=(REQUESTED,),
    head="H-1/9",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_input_gives_the_same_bytes(language: Language) -> None:
    once, again = (make_statement(FULL, _options(FULL), POLICY, language) for _ in range(2))
    assert statement_text(once) == statement_text(again)
    assert statement_html(once) == statement_html(again)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_fits_the_page_and_names_the_last_entry(language: Language) -> None:
    lines = statement_text(make_statement(FULL, _options(FULL), POLICY, language)).splitlines()
    assert max(map(len, lines)) <= 84
    assert all(line == line.rstrip() for line in lines)
    assert lines[-1].endswith("H-1/9.")
    assert Words(language).day(DAY) in " ".join(lines)


class _Page(HTMLParser):
    """Collects what a page consists of, and refuses tags that do not close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open += [] if tag == "meta" else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.data.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_accessible_and_needs_nothing_else(language: Language) -> None:
    rendered = statement_html(make_statement(FULL, _options(FULL), POLICY, language))
    page = _Page()
    page.feed(rendered)
    assert page.open == []
    names = [tag for tag, _ in page.tags]
    assert rendered.startswith("<!DOCTYPE html>")
    assert page.tags[0] == ("html", {"lang": language})
    assert [names.count(tag) for tag in ("title", "h1", "main")] == [1, 1, 1]
    assert names.count("caption") == names.count("table") == 4
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")
    assert all("data-label" in attrs for tag, attrs in page.tags if tag == "td")
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    named = [attrs["aria-labelledby"] for tag, attrs in page.tags if tag == "section"]
    assert ids == named
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert not re.search(r"https?:|url\(|@import|javascript", rendered)
    assert "@page { size: A4; margin: 18mm; }" in rendered
    # Dutch terms in an English page are marked as Dutch.
    assert (names.count("i") > 0) == (language == "en")


def test_whatever_comes_from_outside_is_escaped() -> None:
    evil = "<script>alert('\"&')</script>{x}"
    events = (FULL.events[0]._replace(member=evil),)
    waiting = OPEN._replace(waiting_for=(evil,))
    state = replace(FULL, account=evil, head=evil, events=events, procedure_state=waiting)
    statement = make_statement(state, _options(state), POLICY, "en")
    columns = (parts.Column(evil), parts.Column(evil, amount=True))
    table = parts.Table(evil, columns, ((evil, evil),), (evil, evil))
    figures = parts.Figures((parts.Figure(evil, evil, evil, evil),))
    added = parts.Section(evil, (parts.Paragraph(evil), parts.Items((evil,)), figures, table))
    rendered = statement_html(replace(statement, sections=(*statement.sections, added)))
    page = _Page()
    page.feed(rendered)
    assert page.open == []
    assert "<script" not in rendered
    # In the two titles, the introduction, three times about the procedure, and in the footer.
    assert "".join(page.data).count(evil) == 7 + 14
    assert evil in statement_text(statement)
