"""What the public strategies of ledgers promise: every command is taken, every damage is found."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from reba import Ledger, audit, open_ledger
from reba.ledger.entries import KINDS, Entry
from reba.ledger.merkle import Checkpoint
from reba.savings.policy import SavingsPolicy
from reba.savings.procedure import OUTCOMES, usable_type
from reba.testing import strategies
from reba.testing.strategies import (
    DAMAGES,
    CommandHistory,
    ProcedureHistory,
    Tampered,
    memory_ledger,
)

STILL = settings(
    max_examples=1000, database=None, deadline=None, derandomize=True,
    phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
)  # fmt: skip
LATER = datetime(2031, 1, 1, 12, tzinfo=UTC)
POLICY = SavingsPolicy.from_record(
    {
        "policy": {
            "id": "made", "title": "Made", "status": "illustrative", "source": "made for tests",
            "schemes": ["reba-2008", "rooo"],
        },
        "version": [
            {
                "valid_from": "2008-01-01",
                "reserve": {
                    "base": "contribution", "share": "0.50", "funded_on": "collection",
                    "partial_collection": "pro_rata",
                },
                "release": {
                    "four_eyes": True,
                    "granted": {
                        "balance_share": "1.00",
                        "purposes": {"bridging": {"max": "9000.00", "evidence": False}},
                    },
                    "return": {
                        "balance_share": "1.00",
                        "purposes": {"travel": {"max": "9000.00", "evidence": False}},
                    },
                },
                "closing": {
                    "granted": "pay_out", "voluntary_return": "remit", "forced_return": "remit",
                    "departed_unknown": "hold", "dublin_transfer": "hold", "died": "estate",
                },
            }
        ],
    }
)  # fmt: skip


def _sampled(examples: int) -> settings:
    return settings(STILL, max_examples=examples, phases=[Phase.generate])


# ── histories ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("E2")
@given(strategies.command_histories(max_size=5))
def test_a_history_is_taken_by_any_ledger_whose_clock_stands_later(history: CommandHistory) -> None:
    booked = history.book()
    with open_ledger(":memory:", clock=lambda: LATER) as other:
        history.apply(other)
        ours, theirs = ([entry.body for entry in each.entries()] for each in (booked, other))
    assert ours == theirs


@given(strategies.command_histories(scheme="rooo", max_size=4))
def test_a_history_of_the_rooo_is_taken_too(history: CommandHistory) -> None:
    ledger = history.book()
    assert history.choices is not None
    kept = {digest for kind, digest in ledger.store.documents() if kind == "choices"}
    assert kept == {history.choices.digest}
    assessed = [entry for entry in ledger.entries() if entry.kind == "contribution.assessed"]
    assert assessed
    assert all('"scheme":"rooo"' in (entry.body_json or "") for entry in assessed)
    assert audit(ledger).clean


@pytest.mark.invariant("E2")
@given(strategies.command_histories(allow_destruction=True, max_size=4))
def test_the_same_history_gives_the_same_ledger_to_the_byte(history: CommandHistory) -> None:
    assert list(history.book().entries()) == list(history.book().entries())
    assert history.book().checkpoint() == history.book().checkpoint()


@given(strategies.command_histories(max_size=2))
def test_a_history_is_booked_in_a_file_as_in_memory(
    tmp_path_factory: pytest.TempPathFactory, history: CommandHistory
) -> None:
    place = tmp_path_factory.mktemp("ledger") / "made.reba"
    with history.book(open_ledger, str(place)) as kept:
        found = [entry.body for entry in kept.entries()]
    assert found == [entry.body for entry in history.book().entries()]


@given(
    strategies.ledgers(histories=strategies.command_histories(allow_destruction=True, max_size=6))
)
def test_an_audit_of_a_ledger_finds_nothing(ledger: Ledger) -> None:
    report = audit(ledger, against=[ledger.checkpoint()])
    assert report.findings == ()
    assert report.checked["entries"] == ledger.size() > 0


@given(strategies.entry_logs(histories=strategies.command_histories(max_size=5)))
def test_a_log_is_linked(log: tuple[Entry, ...]) -> None:
    assert [entry.seq for entry in log] == list(range(len(log)))
    assert audit(log).clean


@given(st.data(), strategies.ledgers(histories=strategies.command_histories(max_size=4)))
def test_a_ledger_takes_its_corrections_and_a_log_names_the_same(
    data: st.DataObject, ledger: Ledger
) -> None:
    data.draw(strategies.corrections_of(tuple(ledger.entries())))
    for _ in range(2):
        correction = data.draw(strategies.corrections_of(ledger))
        correction.apply(ledger)
    assert audit(ledger).clean


def test_every_kind_of_entry_is_reached() -> None:
    kinds: Counter[str] = Counter()
    histories = strategies.command_histories(
        policies=st.just(POLICY), max_size=14, max_accounts=2, allow_destruction=True
    )

    def all_are_seen(history: CommandHistory) -> bool:
        kinds.update({entry.kind for entry in history.book().entries()})
        return set(kinds) == KINDS

    find(histories, all_are_seen, settings=_sampled(5_000))  # it ends when all are seen
    assert set(kinds) == KINDS


def test_the_smallest_history_that_ends_a_procedure_has_two_commands() -> None:
    histories = strategies.command_histories(policies=st.just(POLICY), max_accounts=1, max_size=6)

    def ends(history: CommandHistory) -> bool:
        return history.book().account("H-1").procedure == "ended"

    history = find(histories, ends, settings=STILL)
    assert [command.name for command in history.commands] == ["assess", "record_procedure"]
    assert history.commands[1].given["type"] == "granted"


def test_the_smallest_history_that_asks_for_a_release_has_three_commands() -> None:
    histories = strategies.command_histories(policies=st.just(POLICY), max_accounts=1, max_size=6)

    def asks(history: CommandHistory) -> bool:
        return any(command.name == "request_release" for command in history.commands)

    names = [command.name for command in find(histories, asks, settings=STILL).commands]
    assert names == ["assess", "record_procedure", "request_release"]


# ── procedures ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("R2")
@given(strategies.procedure_histories(min_adults=0), st.dates(date(2015, 1, 1), date(2015, 12, 31)))
def test_a_procedure_has_a_state_on_any_day(history: ProcedureHistory, day: date) -> None:
    state = history.state(day)
    assert (state.status == "open") == (state.outcome is None)
    members = {party.member for party in history.parties}
    for event in history.events:
        assert event.member in members
        assert usable_type(event.type, event.on).type == event.type
        assert event.final_on is None or event.on <= event.final_on


def test_every_outcome_is_reached_and_mixed_ones_are_decided() -> None:
    outcomes: Counter[str | None] = Counter()
    decided: Counter[bool] = Counter()

    def all_are_seen(history: ProcedureHistory) -> bool:
        outcomes[history.state(date(2015, 12, 31)).outcome] += 1
        decided[bool(history.decisions)] += 1
        return set(outcomes) == {None, *OUTCOMES} and decided[True] > 0

    find(strategies.procedure_histories(), all_are_seen, settings=_sampled(1500))
    assert set(outcomes) == {None, *OUTCOMES}
    assert decided[True]


# ── damage ───────────────────────────────────────────────────────────────────────────────────────


def _ids(log: tuple[Entry, ...], *against: Checkpoint) -> set[str]:
    return {finding.id for finding in audit(log, against=against).findings}


def _check(found: Tampered) -> None:
    damage = found.damage
    assert found.damaged != found.original
    assert audit(found.original, against=[found.checkpoint()]).clean
    assert _ids(found.damaged, found.checkpoint()) & damage.findings, damage
    if damage.needs_checkpoint:
        assert not _ids(found.damaged), damage
    else:
        named = [each for each in audit(found.damaged).findings if each.id in damage.findings]
        # The first place that is wrong is the entry of a finding, or what was expected there.
        assert any(damage.seq == each.seq or str(damage.seq) == each.expected for each in named)


_LOGS = strategies.entry_logs(
    histories=strategies.command_histories(allow_destruction=True, max_size=6)
)


@pytest.mark.invariant("H1")
@pytest.mark.invariant("H2")
@given(strategies.tampered(_LOGS))
def test_every_damage_is_found_where_it_can_be_and_only_there(found: Tampered) -> None:
    _check(found)


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("kind", DAMAGES)
def test_every_kind_of_damage_is_found(kind: str) -> None:
    seen: list[Tampered] = []

    @_sampled(6)
    @given(strategies.tampered(_LOGS, kinds=(kind,)))
    def spoil(found: Tampered) -> None:
        _check(found)
        seen.append(found)

    spoil()
    assert {found.damage.kind for found in seen} == {kind}
    assert all(str(found.damage.seq) in found.damage.statement or kind == "duplicated"
               for found in seen)  # fmt: skip


@pytest.mark.invariant("H1")
def test_a_bit_of_every_field_is_flipped_and_found() -> None:
    fields: Counter[str] = Counter()
    logs = strategies.entry_logs(
        histories=strategies.command_histories(policies=st.just(POLICY), max_size=8)
    )

    def all_are_seen(found: Tampered) -> bool:
        _check(found)
        pairs = zip(found.original, found.damaged, strict=True)
        (changed,) = [(one, two) for one, two in pairs if one != two]
        one, two = (each._asdict() for each in changed)
        (name,) = [name for name, value in one.items() if value != two[name]]
        fields[name] += 1
        return set(fields) == set(Entry._fields)

    spoilt = strategies.tampered(logs, kinds=("bit_flipped",))
    find(spoilt, all_are_seen, settings=_sampled(600))
    assert set(fields) == set(Entry._fields)


@pytest.mark.invariant("H1")
def test_a_forger_who_has_the_ledger_is_found_by_what_it_keeps() -> None:
    """The cent that entries alone do not show is found where law and policy are at hand."""
    histories = strategies.command_histories(policies=st.just(POLICY), max_size=3)
    spoilt = strategies.tampered(strategies.entry_logs(histories=histories), kinds=("cent_moved",))
    found = find(spoilt, lambda _: True, settings=_sampled(50))
    kept: Any = memory_ledger(clock=lambda: LATER)
    kept.store.append(found.damaged, expected_size=0)
    history = find(histories, lambda _: True, settings=_sampled(1))
    for kind, digest in history.book().store.documents():
        kept.store.put_document(kind, digest, history.book().store.get_document(kind, digest))
    assert "recompute.reserve" in {finding.id for finding in audit(kept).findings}


def test_a_history_can_be_booked_on_disk_and_audited_there(tmp_path: Path) -> None:
    history = find(strategies.command_histories(), lambda _: True, settings=_sampled(1))
    with history.book(open_ledger, str(tmp_path / "made.reba")) as ledger:
        assert audit(ledger).clean
