"""An audit that computes a sample again: everything else is checked, and the report says what."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from faults.stories import HALF, Said, code_of, row, said_by
from reba import AuditReport, HouseholdMonth, Sample, audit, open_ledger
from reba.canonical import canonical_text
from reba.cli.app import run
from reba.ledger.entries import Entry
from reba.ledger.merkle import Checkpoint, root_of
from reba.ledger.sampling import draw
from reba.ledger.stores import MemoryStore, SqliteStore
from reba.ledger.stores.protocol import Store
from unit.test_audit_quick import _resealed

HOUSEHOLDS = 40
PLANTED = "H-17"
Change = Callable[[dict[str, Any]], None]


@cache
def _booked() -> tuple[tuple[Entry, ...], tuple[tuple[str, str, str], ...]]:
    """Return the entries and documents of a month of 40 households, one assessment each."""
    clock = lambda: datetime(2015, 4, 1, 8, tzinfo=UTC)  # noqa: E731
    facts = [HouseholdMonth.model_validate(row(number)) for number in range(HOUSEHOLDS)]
    with open_ledger(":memory:", clock=clock) as ledger:
        list(ledger.run_month(facts, policy=HALF))
        keys = ledger.store.documents()
        documents = tuple((*key, ledger.store.get_document(*key)) for key in keys)
        return tuple(ledger.entries()), documents


def _entry(kind: str) -> Entry:
    return next(each for each in _booked()[0] if (each.account, each.kind) == (PLANTED, kind))


def _with(kind: str, change: Change) -> list[Entry]:
    """Change one body of the household, and hash it again, as who may write to the file can."""
    entry = _entry(kind)
    body: dict[str, Any] = json.loads(entry.body_json or "")
    change(body)
    entries = list(_booked()[0])
    entries[entry.seq] = _resealed(entry, body_json=canonical_text(body))
    return entries


def _owes_a_cent_more(body: dict[str, Any]) -> None:
    body["amounts"]["contribution_cents"] += 1
    body["amounts"]["from_earnings_cents"] += 1


def _saves_a_cent_more(body: dict[str, Any]) -> None:
    body["reserved_cents"] += 1
    body["remitted_cents"] -= 1


def _filled(store: Store, entries: Sequence[Entry]) -> Store:
    store.append(list(entries), expected_size=0)
    for kind, digest, text in _booked()[1]:
        store.put_document(kind, digest, text)
    return store


def _in_memory(entries: Sequence[Entry]) -> MemoryStore:
    store = MemoryStore("example.nl/sample")
    _filled(store, entries)
    return store


def _in_file(place: Path, entries: Sequence[Entry]) -> Path:
    store = SqliteStore(place, create=True, read_only=False, new_origin=lambda: "example.nl/sample")
    _filled(store, entries)
    store.close()
    return place


def _drawn(entries: Sequence[Entry], sample: Sample) -> bool:
    """Say whether the assessment of the household is drawn: from the definition alone."""
    of_kind = [(each.seq, each.entry_id) for each in entries if each.kind.endswith(".assessed")]
    root = root_of(each.leaf_hash for each in entries).hex()
    return _entry("contribution.assessed").entry_id in draw(of_kind, sample, root).entries


def _said(report: AuditReport) -> tuple[int, int, int]:
    assert report.sample is not None
    return report.sample.population, report.sample.size, report.sample.wrong


# ── what is found ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "change", "finding"),
    [
        ("contribution.assessed", _owes_a_cent_more, "recompute.amount"),
        ("savings.reserved", _saves_a_cent_more, "recompute.reserve"),
    ],
)
def test_a_wrong_cent_is_found_when_it_is_drawn_and_not_otherwise(
    kind: str, change: Change, finding: str
) -> None:
    entries = _with(kind, change)
    store = _in_memory(entries)
    assert finding in {each.id for each in audit(store).findings}
    size, seeds = 10, [f"seed {number}" for number in range(160)]
    found = 0
    for seed in seeds:
        report = audit(store, sample=Sample(size, seed))
        drawn = _drawn(entries, Sample(size, seed))
        assert (finding in {each.id for each in report.findings}) == drawn
        assert report.clean == (not drawn)
        assert _said(report) == (HOUSEHOLDS, size, int(drawn))
        found += drawn
    # One wrong of 40 is in a sample of 10 with a chance of a quarter: 40 of 160, give or take 16.
    share = size / HOUSEHOLDS
    assert abs(found - len(seeds) * share) < 3 * sqrt(len(seeds) * share * (1 - share))


@pytest.mark.invariant("H1")
def test_what_is_no_amount_is_found_whatever_is_drawn() -> None:
    entries = list(_booked()[0])
    wrong = _entry("contribution.collected")
    entries[wrong.seq] = wrong._replace(actor="someone-else")
    store = _in_memory(entries)
    asked = [Sample(1, str(number)) for number in range(8)]
    assert all("entry.envelope" in {f.id for f in audit(store, sample=s).findings} for s in asked)
    unwitnessed = Checkpoint("example.nl/sample", 3, bytes(32))
    report = audit(_in_memory(_booked()[0]), sample=Sample(1, "x"), against=[unwitnessed])
    assert [each.id for each in report.findings] == ["checkpoint.root"]


def test_a_sample_of_all_is_the_whole_audit() -> None:
    store = _in_memory(_with("contribution.assessed", _owes_a_cent_more))
    whole, sampled = audit(store), audit(store, sample=Sample(1000, "x"))
    assert sampled.findings == whole.findings
    assert sampled.checked == {**whole.checked, "amounts": "computed again for a sample"}
    assert sampled.sample is not None
    assert (sampled.sample.size, sampled.sample.wrong, sampled.sample.most_wrong) == (40, 1, 1)


def test_what_cannot_be_computed_again_is_not_right() -> None:
    """A body that was damaged, a document that is gone: drawn, and nobody can say it is right."""
    entries = list(_booked()[0])
    damaged = _entry("contribution.assessed")
    entries[damaged.seq] = damaged._replace(body_json="{}")
    assert _said(audit(_in_memory(entries), sample=Sample(1000, "x"))) == (40, 40, 1)
    store = MemoryStore("example.nl/sample")
    store.append(list(_booked()[0]), expected_size=0)
    assert _said(audit(store, sample=Sample(5, "x"))) == (40, 5, 5)
    late = _with("savings.reserved", lambda body: body.update(reserved_cents="x"))
    assert _said(audit(_in_memory(late), sample=Sample(1000, "x"))) == (40, 40, 1)


def test_a_body_that_is_gone_is_not_among_those_that_may_be_drawn() -> None:
    entries = list(_booked()[0])
    gone = _entry("contribution.assessed")
    entries[gone.seq] = gone._replace(body_json=None, salt=None)
    report = audit(_in_memory(entries), sample=Sample(1000, "x"))
    assert not report.clean
    assert _said(report) == (39, 39, 0)


def test_an_empty_ledger_has_an_empty_sample() -> None:
    with open_ledger(":memory:") as ledger:
        report = audit(ledger, sample=Sample(5, "x"))
    assert report.clean
    assert _said(report) == (0, 0, 0)


def test_the_report_is_the_same_from_any_store_and_any_number_of_processes(tmp_path: Path) -> None:
    entries = _with("contribution.assessed", _owes_a_cent_more)
    seed = next(str(n) for n in range(100) if _drawn(entries, Sample(9, str(n))))
    asked = Sample(9, seed)
    place = _in_file(tmp_path / "l.reba", entries)
    with open_ledger(place, read_only=True) as ledger:
        reports = [audit(ledger, sample=asked, workers=workers) for workers in (1, 2)]
    reports.append(audit(_in_memory(entries), sample=asked))
    said = {json.dumps(report.to_record()) for report in reports}
    assert len(said) == 1
    assert _said(reports[0]) == (40, 9, 1)


def test_what_does_not_go_together_is_refused() -> None:
    store, asked = _in_memory(_booked()[0]), Sample(5, "x")
    with pytest.raises(ValueError, match="recompute=False"):
        audit(store, sample=asked, recompute=False)
    with pytest.raises(ValueError, match="since"):
        audit(store, sample=asked, since=Checkpoint("o", 1, bytes(32)))
    with pytest.raises(ValueError, match="entries alone"):
        audit(_booked()[0], sample=asked)


# ── the command ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return _in_file(tmp_path / "l.reba", _with("contribution.assessed", _owes_a_cent_more))


def _printed(monkeypatch: pytest.MonkeyPatch, *command: str) -> tuple[int, str]:
    printed = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["reba", *command])
    with contextlib.redirect_stdout(printed):
        return run(), " ".join(printed.getvalue().split())


def test_the_command_says_what_the_sample_shows(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("audit", str(place), "--sample", "39", "--seed", "2026", "--confidence", "0.99")
    status, text = _printed(monkeypatch, *command)
    with open_ledger(place, read_only=True) as ledger:
        root = ledger.checkpoint().root.hex()
    assert "sample: 39 of 40 assessments, drawn with seed '2026' and root" in text
    assert root in text
    assert f"{int(status != 0)} wrong" in text
    assert f"with 99 % confidence at most {1 + status} of the 40 assessments are wrong" in text
    status, text = _printed(monkeypatch, "audit", str(place), "--sample", "40", "--seed", "x")
    assert status == 1
    assert "the sample holds every assessment: that number is exact" in text


def test_the_json_holds_the_sample(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ("audit", str(place), "--sample", "5", "--seed", "x", "--json")
    _, text = _printed(monkeypatch, *command)
    sample = json.loads(text)["sample"]
    assert {key: sample[key] for key in ("population", "size", "seed", "confidence")} == {
        "population": 40, "size": 5, "seed": "x", "confidence": "0.95",
    }  # fmt: skip
    assert type(sample["most_wrong"]) is int
    _, text = _printed(monkeypatch, "audit", str(place), "--recompute", "--json")
    assert "sample" not in json.loads(text)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nl", "steekproef van 5 van de 40 vaststellingen"),
        ("nl", "Met 99,5% zekerheid zijn hoogstens"),
        ("en", "a sample of 5 of the 40 assessments"),
        ("en", "With 99.5% confidence at most"),
    ],
)
@pytest.mark.parametrize("suffix", ["html", "txt"])
def test_the_page_says_it_in_both_languages(
    place: Path, tmp_path: Path, lang: str, said: str, suffix: str
) -> None:
    out = tmp_path / f"report.{suffix}"
    options = ("--sample", "5", "--seed", "keuze van 2 mei", "--confidence", "0.995")
    found = said_by("audit", str(place), *options, "--report", str(out), "--lang", lang)
    assert found.errors == ""
    text = " ".join(out.read_text(encoding="utf-8").split())
    assert said in text
    assert "keuze van 2 mei" in text


@pytest.mark.parametrize(
    "options",
    [
        ("--sample", "5"),
        ("--seed", "x"),
        ("--confidence", "0.9"),
        ("--sample", "5", "--seed", ""),
        ("--sample", "5", "--seed", "x", "--replay"),
        ("--sample", "5", "--seed", "x", "--recompute"),
        ("--sample", "5", "--seed", "x", "--since", "march.txt"),
        ("--sample", "5", "--seed", "x", "--confidence", "95"),
        ("--sample", "5", "--seed", "x", "--confidence", "much"),
    ],
)
def test_options_that_do_not_fit_are_refused(place: Path, options: tuple[str, ...]) -> None:
    said: Said = said_by("audit", str(place), *options)
    assert said.status == 2
    assert code_of(said) == "usage.option"
