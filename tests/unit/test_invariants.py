"""The catalogue of invariants is whole and means what it says; a result tells what was seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from made_parameters import overlay_file
from reba import Assessment, HouseholdMonth, Ledger, assess, load_law, load_policy
from reba.canonical import canonical_text
from reba.ledger.entries import Draft
from reba.ledger.sealing import SALT_BYTES, seal
from reba.ledger.stores import MemoryStore
from reba.savings.policy import SavingsPolicy
from reba.testing.invariants import (
    ALL,
    COUNTEREXAMPLES,
    ELSEWHERE,
    Case,
    Evidence,
    NotApplicableError,
    Words,
    _cases,
    by_id,
    by_tag,
    check,
    check_all,
    check_ledger,
)
from reba.testing.strategies import MovingClock, memory_ledger

ROOT = Path(__file__).parents[2]
NOTHING = "months at all"


DESIGNED = (
    *(f"A{number}" for number in range(1, 16)),
    *(f"T{number}" for number in range(1, 7)),
    *("C1", "C2", "C3", "C4", "R1", "R2", "R3", "R4", "R5", "R6"),
    *("E1", "E2", "E3", "E4", "E5", "E6", "E7", "H1", "H2", "H3", "H4", "H5"),
    *("S1", "S2", "S3", "S4", "M1", "U1", "X1"),
)
"""The ids of the design, each of which is checked from somewhere, or is said not to be."""

NOT_IN_THE_CATALOGUE = {"T5", "U1"}
"""Art. 9 needs amounts that apply to no month; frozen files say something of our releases only."""


# ── the catalogue ────────────────────────────────────────────────────────────────────────────


def test_ids_are_unique_and_each_is_found_by_its_own() -> None:
    ids = [each.id for each in ALL]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & ELSEWHERE.keys()
    assert [by_id(name) for name in ids] == list(ALL)


def test_every_id_of_the_design_is_checked_or_named_as_not_checked() -> None:
    known = {each.id for each in ALL} | ELSEWHERE.keys()
    assert set(DESIGNED) - known == NOT_IN_THE_CATALOGUE
    assert known - set(DESIGNED) == {"O1", "O2", "O3"}  # beside the second implementation
    for page in ("en/3-invariants.md", "nl/3-invarianten.md"):
        text = (ROOT / "docs" / "audit" / page).read_text(encoding="utf-8")
        assert all(f"- **{name}**, " in text for name in NOT_IN_THE_CATALOGUE), page


def _sentences() -> Iterator[tuple[str, Words]]:
    for each in ALL:
        yield each.id, each.statement
        if each.nearly is not None:
            yield f"{each.id}, nearly", each.nearly.wording
    for name, (words, _) in ELSEWHERE.items():
        yield name, words


@pytest.mark.parametrize(
    "words", [pytest.param(words, id=name) for name, words in _sentences()]
)  # fmt: skip
def test_a_statement_is_a_sentence_in_both_languages(words: Words) -> None:
    for text in words:
        assert re.fullmatch(r"[A-ZÉ].*[^.]\.", text), text
    assert words.nl != words.en
    assert (words.say("nl"), words.say("en")) == words


def test_each_nearly_true_sentence_has_its_counterexample_and_none_is_left_over() -> None:
    named = [each.nearly.counterexample for each in ALL if each.nearly is not None]
    assert sorted(named) == sorted(COUNTEREXAMPLES)


@pytest.mark.parametrize("name", COUNTEREXAMPLES)
def test_a_counterexample_tells_the_same_numbers_in_both_languages(name: str) -> None:
    found = COUNTEREXAMPLES[name]()
    numbers = [re.findall(r"\d[\d.]*", text.rstrip(".")) for text in found]
    assert numbers[0]
    assert numbers[0] == numbers[1]


def test_sources_are_articles_that_the_law_files_or_the_trace_cite() -> None:
    cited = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("src/reba/law", "tests/traces", "tests/cases")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".toml", ".txt"}
    )
    articles = (ROOT / "docs" / "legal" / "articles.md").read_text(encoding="utf-8")
    for each in ALL:
        for source in each.legal:
            parts = re.fullmatch(r"jci1\.3:c:(BWBR\d{7})&artikel=(\w+)(?:&lid=(\w+))?", source)
            assert parts, source
            assert parts[1] in cited, source
            paragraph = f"({parts[3]})" if parts[3] else ""
            assert re.search(rf"Reba 2008 art\. {parts[2]}{re.escape(paragraph)}", articles), source


def test_parameters_and_attributes_that_are_named_exist() -> None:
    parameters = set(load_law().names())
    for each in ALL:
        assert set(each.depends_on) <= parameters, each.id
        assert all(hasattr(Assessment, name) for name in each.needs), each.id


def test_what_checks_the_others_is_there() -> None:
    from importlib import import_module

    for _, where in ELSEWHERE.values():
        if where.startswith(("docs/", "tests/")):
            assert (ROOT / where).is_file()
        else:
            module, _, name = where.rpartition(".")
            assert hasattr(import_module(module), name), where


def test_tags_gather() -> None:
    assert [each.id for each in by_tag("savings")] == ["O3", "C1", "C2", "C3", "C4"]
    assert by_tag("nothing bears this") == ()
    with pytest.raises(KeyError):
        by_id("Z9")


# ── results ──────────────────────────────────────────────────────────────────────────────────


class Owed(NamedTuple):
    contribution_cents: int


def _facts() -> str:
    return (ROOT / "examples" / "cases" / "net-400-in-2015.json").read_text(encoding="utf-8")


def _one_cent(*_given: object) -> Owed:
    return Owed(1)


def _covers_nothing(*_given: object) -> Owed:
    raise NotApplicableError(NOTHING)


def _found(engine: Any, *only: str) -> Evidence:
    return check_all(engine=engine, only=only, settings=settings(max_examples=5), seed=2026)


def test_a_selection_that_nothing_bears_is_refused() -> None:
    with pytest.raises(ValueError, match="no invariants, and no tags of any: Z9, savngs"):
        check_all(only=["A1", "savngs", "Z9"])


def test_only_what_is_about_the_subject_is_checked() -> None:
    found = _found(_one_cent, "A1", "C1")
    assert [result.invariant.id for result in found.results] == ["A1"]


def test_an_engine_that_says_no_trace_is_told_what_it_does_not_say() -> None:
    case = Case(json.loads(_facts()))
    with pytest.raises(NotApplicableError, match="steps"):
        by_id("A14").check(_one_cent, case)
    assert by_id("A14").check(assess, case)


def test_an_engine_to_which_nothing_applies_is_not_said_to_hold() -> None:
    result = _found(_covers_nothing, "T2").of("T2")
    assert (result.outcome, result.examples) == ("not applicable", 0)
    assert result.counterexample == "it does not say months at all"
    assert result.render("nl").startswith("T2   niet van toepassing (0 gevallen)")


def test_an_engine_that_breaks_down_violates() -> None:
    def broken(*_given: object) -> Owed:
        return Owed(1 // 0)

    result = _found(broken, "A1").of("A1")
    assert result.outcome == "violated"
    assert result.counterexample.endswith("ZeroDivisionError: integer division or modulo by zero")


def test_a_violation_is_told_filed_and_raised() -> None:
    found = _found(_one_cent, "A1", "A4")
    assert [result.invariant.id for result in found.violated] == ["A4"]
    result = found.of("A4")
    assert result.counterexample.endswith(
        "the contribution of who has nothing:\n  expected 0\n  found    1"
    )
    assert result.render("nl").startswith(f"A4   GESCHONDEN ({result.examples} gevallen)\n")
    assert f"A4   VIOLATED ({result.examples} cases)\n" in found.render("en")
    assert by_id("A4").statement.nl in found.render("nl")
    with pytest.raises(AssertionError, match="Who has no means pays nothing"):
        found.raise_if_violated()
    _found(_one_cent, "A1").raise_if_violated()
    with pytest.raises(KeyError):
        found.of("C1")


def test_the_record_holds_what_an_auditor_files() -> None:
    found = _found(_one_cent, "A4", "A1")
    record = found.to_record()
    assert record["format"] == "reba-evidence/1"
    assert record["seed"] == 2026
    assert record["versions"].keys() == {
        "reba-ledger", "python", "hypothesis", "pydantic", "law_digest"
    }  # fmt: skip
    assert record["versions"]["law_digest"] == load_law().digest
    one, four = record["invariants"]
    assert (one["id"], one["outcome"], one["counterexample"]) == ("A1", "held", "")
    assert four == {
        "id": "A4",
        "statement_nl": "Wie geen middelen heeft, betaalt niets.",
        "statement_en": "Who has no means pays nothing.",
        "legal": ["jci1.3:c:BWBR0024733&artikel=4"],
        "depends_on": [],
        "outcome": "violated",
        "examples": found.of("A4").examples,
        "branches": dict(found.of("A4").branches),
        "counterexample": found.of("A4").counterexample,
    }


def test_a_branch_that_no_case_took_is_counted_and_named() -> None:
    result = check(by_id("A1"), _one_cent, settings=settings(max_examples=1))
    missed = [name for name, count in result.branches.items() if count == 0]
    assert "rooo: between the thresholds" in missed
    assert f"not reached: {', '.join(missed)}" in result.render("en")
    assert f"niet bereikt: {', '.join(missed)}" in result.render("nl")


def test_the_same_seed_finds_the_same() -> None:
    assert _found(_one_cent, "A4").to_record() == _found(_one_cent, "A4").to_record()


# ── the books of a ledger that is there ──────────────────────────────────────────────────────


def _policy() -> SavingsPolicy:
    return load_policy(ROOT / "examples" / "policies" / "vng-half.toml")


def _ledger() -> Ledger:
    """Return a ledger in memory: H-1 saved 150.00, and 100.00 of it was released."""
    ledger = memory_ledger(clock=MovingClock(datetime(2015, 6, 1, 12, tzinfo=UTC)))
    facts = HouseholdMonth.from_json(_facts()).model_copy(update={"collected_cents": 30000})
    account = facts.household
    ledger.assess(facts, policy=_policy())
    end = date(2015, 5, 1)
    ledger.record_procedure(
        account, member=facts.members[0].id, type="granted", on=end, final_on=end,
        legal_basis="made", command_id="end",
    )  # fmt: skip
    asked = ledger.request_release(
        account, purpose="bridging", amount_cents=10000, policy=_policy(), actor="kees",
        on=date(2015, 6, 1), command_id="ask",
    )  # fmt: skip
    ledger.approve_release(
        asked.release, policy=_policy(), actor="anna", on=date(2015, 6, 1), command_id="yes"
    )
    ledger.pay_release(asked.release, batch="made", on=date(2015, 6, 1), command_id="pay")
    return ledger


def test_books_that_add_up_are_read_and_the_branches_counted() -> None:
    found = check_ledger(_ledger())
    assert {result.invariant.id: result.outcome for result in found.results} == dict.fromkeys(
        ("C4", "R1", "R2", "R3", "R6", "E2", "E3"), "held"
    )
    branches = found.of("R1").branches
    assert branches["booked: a release"] == 1
    assert branches["booked: a transfer"] == 0


def _written_anew(kind: str, **changes: object) -> Ledger:
    """Return the ledger as a forger writes it: one entry says something else, all hashes fit."""
    entries = []
    for entry in _ledger().entries():
        body = {**(entry.body or {}), **(changes if entry.kind == kind else {})}
        draft = Draft(
            entry.account, entry.kind, entry.effective, entry.actor, entry.command_id,
            entry.supersedes, canonical_text(body),
        )  # fmt: skip
        entries += seal(
            [draft], first_seq=entry.seq, versions={entry.account: entry.version - 1},
            recorded_at=entry.recorded_at, salts=bytes(SALT_BYTES),
        )  # fmt: skip
    store = MemoryStore("test/written-anew")
    store.append(entries, expected_size=0)
    return Ledger(store, clock=lambda: datetime(2015, 6, 1, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("violated", "kind", "changes", "said"),
    [
        pytest.param(
            ["R1"], "savings.reserved", {"reserved_cents": 5000, "remitted_cents": 25000},
            "expected 5000 or less\n  found    10000", id="less was saved than is promised",
        ),
        pytest.param(
            ["R2"], "procedure.recorded", {"final_on": None},
            "expected ended\n  found    open", id="the procedure had not ended",
        ),
    ],
)  # fmt: skip
def test_books_that_were_written_anew_with_all_hashes_are_found_by_name(
    violated: list[str], kind: str, changes: dict[str, Any], said: str
) -> None:
    found = check_ledger(_written_anew(kind, **changes))
    assert [result.invariant.id for result in found.violated] == violated
    (result,) = found.violated
    assert result.counterexample.endswith(said)
    assert result.render("nl").startswith(f"{result.invariant.id}   GESCHONDEN (1 gevallen)")


def test_written_anew_without_a_change_the_books_add_up() -> None:
    assert check_ledger(_written_anew("savings.reserved")).violated == ()


@pytest.mark.parametrize(
    ("net", "exempt"), [("500.00", "some"), ("732.00", "some"), ("800.00", "its maximum")]
)
def test_the_maximum_of_an_exemption_is_that_of_the_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, net: str, exempt: str
) -> None:
    """A quarter of 732.00 is 183.00, the maximum of 2015; of an organisation it is 190.00."""
    law = load_law(
        overlay_file(
            tmp_path / "overlay.toml", [("190.00", "2015-01-01", None)],
            name="reba.exemption_maximum", unit="EUR/month",
        )
    )  # fmt: skip
    facts = json.loads((ROOT / "examples/cases/net-400-in-2015.json").read_text(encoding="utf-8"))
    facts["members"][0]["residence_status"] = "asylum_seeker"
    facts["members"][0]["exemption_weeks_used"] = 0
    facts["members"][0]["income"][0]["net"] = net
    monkeypatch.setattr(_cases, "published", lambda: law)
    assert f"exemption: {exempt}" in _cases.branches_of(Case(facts))
