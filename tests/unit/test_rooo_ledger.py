"""The municipal scheme through the ledger: run, revise, audit, account and statement (C1, E4)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reba import (
    HouseholdMonth,
    Ledger,
    Month,
    RebaError,
    audit,
    load_choices,
    load_law,
    load_policy,
    open_ledger,
)
from reba.ledger.audit_context import AuditContext
from reba.runs.month import run_month
from reba.statements.statement import make_statement
from reba.statements.text import statement_text

MUNICIPAL = Path(__file__).parents[2] / "examples" / "municipal"
CHOICES = load_choices(MUNICIPAL / "choices.toml")
POLICY = load_policy(MUNICIPAL / "policy.toml")
FACTS = MUNICIPAL / "october-2025.jsonl"
OCTOBER = Month(2025, 10)

WORKER: dict[str, Any] = {
    "scheme": "rooo", "month": "2025-10", "household": "G-1",
    "members": [
        {
            "id": "P-1", "born": "1990-05-14", "absent_days_this_year": 0,
            "income": [
                {"kind": "earnings", "net": "700.00", "earned_in": "2025-09", "basis": "uwv"}
            ],
        }
    ],
    "provisions": {"shelter": True, "catering": False}, "collected": "100.00",
}  # fmt: skip


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger(":memory:", clock=lambda: datetime(2025, 11, 3, 8, tzinfo=UTC)) as opened:
        yield opened


def _facts(net: str = "700.00", **changes: object) -> HouseholdMonth:
    facts = copy.deepcopy(WORKER) | changes
    facts["members"][0]["income"][0]["net"] = net
    return HouseholdMonth.model_validate(facts)


@pytest.mark.invariant("C1")
def test_a_policy_that_does_not_name_the_scheme_reserves_nothing(ledger: Ledger) -> None:
    booking = ledger.assess(_facts(), policy=POLICY, choices=CHOICES)
    assert (booking.contribution_cents, booking.reserved_cents) == (24422, 0)
    assert booking.remitted_cents == 10000
    state = ledger.account("G-1")
    assert (state.scheme, state.receivable_cents, state.balance_cents) == ("rooo", 14422, 0)
    assert audit(ledger).findings == ()
    body = next(ledger.entries(1, 2)).body
    assert body is not None
    assert body["choices"] == CHOICES.digest
    assert ("choices", CHOICES.digest) in set(ledger.store.documents())


def test_between_the_thresholds_nothing_is_computed_without_choices(ledger: Ledger) -> None:
    between = _facts("500.00")
    with pytest.raises(RebaError) as raised:
        ledger.assess(between, policy=POLICY)
    assert raised.value.code == "law.choices_missing"
    assert "0.00" in str(raised.value)
    assert ledger.size() == 0
    booking = ledger.assess(between, policy=POLICY, choices=CHOICES)
    assert 0 < booking.contribution_cents < 24422


@pytest.mark.invariant("E4")
def test_a_revision_takes_the_choices_that_were_recorded(ledger: Ledger) -> None:
    ledger.assess(_facts("600.00"), policy=POLICY, choices=CHOICES)
    ledger.revise(_facts("550.00"), because="corrected_facts")
    with open_ledger(":memory:") as straight:
        straight.assess(_facts("550.00"), policy=POLICY, choices=CHOICES)
        right = straight.account("G-1")
    state = ledger.account("G-1")
    assert state.assessed_cents == right.assessed_cents
    assert (state.remitted_cents, state.receivable_cents) == (
        right.remitted_cents, right.receivable_cents,
    )  # fmt: skip
    assert audit(ledger).findings == ()


def test_the_audit_computes_again_under_the_recorded_choices(ledger: Ledger) -> None:
    ledger.assess(_facts("500.00"), policy=POLICY, choices=CHOICES)
    report = audit(ledger)
    assert (report.checked["assessments"], report.findings) == (1, ())
    entry = next(ledger.entries(1, 2))
    context = AuditContext(lambda _kind, _digest: "{}", recompute=True)
    assert context.choices(entry, CHOICES.digest) is None
    assert [finding.id for finding in context.findings] == ["document.digest"]


@pytest.mark.invariant("A15")
def test_workers_give_the_same_month_to_the_byte(tmp_path: Path) -> None:
    outs, bodies = [], []
    with ProcessPoolExecutor(max_workers=2) as executor:
        for name, workers in (("alone", None), ("workers", executor)):
            with open_ledger(tmp_path / f"{name}.reba") as ledger:
                report = run_month(
                    FACTS, month=OCTOBER, ledger=ledger, policy=POLICY, law=load_law(),
                    choices=CHOICES, out=tmp_path / name, executor=workers,
                )  # fmt: skip
                bodies.append([entry.body_json for entry in ledger.entries()])
                assert audit(ledger).findings == ()
            outs.append({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()})
            assert report.booked + report.rejected == 300
    assert outs[0] == outs[1]
    assert bodies[0] == bodies[1]
    assert json.loads(outs[0]["report.json"])["digests"]["choices"] == CHOICES.digest


def test_a_month_after_coverage_is_refused_with_the_way_out(ledger: Ledger, tmp_path: Path) -> None:
    late = _facts(month="2026-01")
    with pytest.raises(RebaError) as raised:
        ledger.assess(late, policy=POLICY, choices=CHOICES)
    assert raised.value.code == "law.no_value"
    assert "--overlay" in str(raised.value)
    assert "2025-12-31" in str(raised.value)
    assert tmp_path.exists()


def test_the_statement_speaks_of_this_scheme_too(ledger: Ledger) -> None:
    ledger.assess(_facts(), policy=POLICY, choices=CHOICES)
    text = statement_text(make_statement(ledger.account("G-1"), (), None, "en"))
    assert "€244.22" in text
    assert "€144.22" in text
