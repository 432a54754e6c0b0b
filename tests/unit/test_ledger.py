"""The ledger end to end in memory and on disk (invariants C4, E1, E2, E3, H1, H2, A12)."""

from __future__ import annotations

import copy
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from reba import HouseholdMonth, Ledger, audit, load_policy, open_ledger
from reba.errors import LedgerError, RunError
from reba.ledger.accounts import AccountFold, fold
from reba.ledger.bodies import assessed_body
from reba.ledger.merkle import Checkpoint, root_of

POLICY = load_policy(Path(__file__).parents[2] / "examples" / "policies" / "vng-half.toml")

WORKER: dict[str, object] = {
    "scheme": "reba-2008",
    "month": "2015-03",
    "household": "H-1",
    "members": [
        {
            "id": "P-1",
            "born": "1990-05-14",
            "residence_status": "permit_holder",
            "income": [{"kind": "earnings", "net": "400.00"}],
            "obligations": "0.00",
        }
    ],
    "provisions": {"shelter": True, "catering": False},
    "collected": "300.00",
}
OWNER: dict[str, object] = {
    "scheme": "reba-2008",
    "month": "2015-03",
    "household": "H-2",
    "members": [{"id": "P-1", "born": "1980-01-01", "residence_status": "asylum_seeker"}],
    "assets": {
        "at_start": "6645.00",
        "debts_at_start": "0.00",
        "started_on": "2014-06-01",
        "charged_before": "0.00",
    },
    "provisions": {"shelter": True, "catering": False},
    "collected": "100.00",
}


def _facts(base: dict[str, object], **changes: object) -> HouseholdMonth:
    return HouseholdMonth.model_validate({**copy.deepcopy(base), **changes})


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger(":memory:", clock=lambda: datetime(2015, 4, 1, 8, tzinfo=UTC)) as opened:
        yield opened


def test_a_month_is_assessed_split_and_booked(ledger: Ledger) -> None:
    booking = ledger.assess(_facts(WORKER), policy=POLICY)
    assert booking.status == "booked"
    assert [entry.kind for entry in ledger.entries()] == [
        "account.opened", "contribution.assessed", "contribution.collected", "savings.reserved",
    ]  # fmt: skip
    state = ledger.account("H-1")
    assert (state.assessed_cents, state.collected_cents) == (30000, 30000)
    assert (state.reserved_cents, state.remitted_cents) == (15000, 15000)
    assert (state.balance_cents, state.receivable_cents, state.overpaid_cents) == (15000, 0, 0)
    assert state.head == "H-1/4"
    assert audit(ledger).clean


@pytest.mark.invariant("E1")
def test_the_same_command_again_books_nothing(ledger: Ledger) -> None:
    ledger.assess(_facts(WORKER), policy=POLICY)
    size = ledger.size()
    again = ledger.assess(_facts(WORKER), policy=POLICY)
    assert (again.status, again.reserved_cents, ledger.size()) == ("already_booked", 15000, size)
    with pytest.raises(LedgerError) as raised:
        ledger.assess(_facts(WORKER, collected="299.00"), policy=POLICY)
    assert raised.value.code == "ledger.command_conflict"
    with pytest.raises(LedgerError) as raised:
        ledger.assess(_facts(WORKER, collected="299.00"), policy=POLICY, command_id="other")
    assert raised.value.code == "ledger.already_assessed"
    assert ledger.size() == size


@pytest.mark.invariant("E1")
def test_a_household_twice_in_a_run_is_booked_once(ledger: Ledger) -> None:
    facts = [_facts(WORKER), _facts(WORKER), _facts(WORKER, collected="1.00")]
    statuses = [b.status for b in ledger.run_month(facts, policy=POLICY)]
    assert statuses == ["booked", "already_booked", "refused"]
    assert ledger.size() == 4


def test_a_dry_run_decides_all_and_writes_nothing(ledger: Ledger) -> None:
    facts = [_facts(WORKER), _facts(OWNER), _facts(WORKER)]
    bookings = list(ledger.run_month(facts, policy=POLICY, dry_run=True))
    assert [b.status for b in bookings] == ["booked", "booked", "already_booked"]
    assert bookings[0].reserved_cents == 15000
    assert ledger.size() == 0
    assert list(ledger.store.documents()) == []


@pytest.mark.invariant("C4")
def test_assets_are_charged_until_they_are_used_up(ledger: Ledger) -> None:
    # Above the limit of 5.895: 750,00; divided by 1,5: 500,00 in all, at most 445,95 a month.
    charged = []
    for month in ("2015-03", "2015-04", "2015-05"):
        booking = ledger.assess(_facts(OWNER, month=month), policy=POLICY)
        charged.append(booking.contribution_cents)
        assert (booking.reserved_cents, booking.remitted_cents) == (0, 10000)
    assert charged == [44595, 5405, 0]
    state = ledger.account("H-2")
    assert state.assessed_cents == 50000
    # Conservation: what was assessed is saved, remitted or open; here 300,00 came in of 500,00.
    paid_ahead = 10000 - 5405 + 10000
    assert state.receivable_cents == 50000 - 30000 + paid_ahead
    assert audit(ledger).clean


@pytest.mark.invariant("E6")
def test_months_booked_out_of_order_give_the_same_account(ledger: Ledger) -> None:
    months = ("2015-03", "2015-04", "2015-05")
    with open_ledger(":memory:", clock=lambda: datetime(2015, 4, 1, 8, tzinfo=UTC)) as straight:
        for month in months:
            straight.assess(_facts(OWNER, month=month), policy=POLICY)
        for month in ("2015-05", "2015-03", "2015-04"):
            booking = ledger.assess(_facts(OWNER, month=month), policy=POLICY)
        assert booking.contribution_cents == 5405
        states = [opened.account("H-2") for opened in (straight, ledger)]
    assert states[0].months != ()
    amounts = [
        [month._replace(assessed_by=None, split_by=None) for month in state.months]
        for state in states
    ]
    assert amounts[0] == amounts[1]
    assert audit(ledger).clean


def test_a_provisional_result_is_booked_only_when_accepted(ledger: Ledger) -> None:
    facts = _facts(WORKER, month="2022-03")
    with pytest.raises(RunError) as raised:
        ledger.assess(facts, policy=POLICY)
    assert raised.value.code == "run.provisional"
    assert ledger.size() == 0
    assert ledger.assess(facts, policy=POLICY, allow_provisional=True).status == "booked"
    assert audit(ledger).clean


def test_what_did_not_come_in_is_a_receivable_and_not_split(ledger: Ledger) -> None:
    facts = copy.deepcopy(WORKER)
    del facts["collected"]
    ledger.assess(HouseholdMonth.model_validate(facts), policy=POLICY)
    state = ledger.account("H-1")
    assert (state.receivable_cents, state.reserved_cents, state.remitted_cents) == (30000, 0, 0)


def test_an_unknown_account_is_named(ledger: Ledger) -> None:
    with pytest.raises(LedgerError) as raised:
        ledger.account("H-9")
    assert raised.value.code == "ledger.unknown_account"


@pytest.mark.invariant("E3")
def test_folding_a_part_and_going_on_equals_folding_the_whole(ledger: Ledger) -> None:
    for month in ("2015-03", "2015-04"):
        ledger.assess(_facts(WORKER, month=month), policy=POLICY)
    entries = list(ledger.entries())
    whole = fold(entries)
    for cut in range(len(entries) + 1):
        folding = AccountFold("H-1")
        for entry in entries[:cut]:
            folding.apply(entry)
        for entry in entries[cut:]:
            folding.apply(entry)
        assert folding.state() == whole
    with pytest.raises(LedgerError):
        fold(entries[1:])
    with pytest.raises(LedgerError):
        fold([*entries[:2], *entries[3:]])


@pytest.mark.invariant("E2")
def test_memory_and_sqlite_hold_the_same(ledger: Ledger, tmp_path: Path) -> None:
    clock = lambda: datetime(2015, 4, 1, 8, tzinfo=UTC)  # noqa: E731
    with open_ledger(tmp_path / "l.reba", clock=clock) as disk:
        for opened in (ledger, disk):
            list(opened.run_month([_facts(WORKER), _facts(OWNER)], policy=POLICY))
        assert [e.body_json for e in disk.entries()] == [e.body_json for e in ledger.entries()]
        for account in ("H-1", "H-2"):
            assert disk.account(account) == ledger.account(account)
        assert disk.checkpoint().root == root_of(e.leaf_hash for e in disk.entries())


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "ledger.reba"
    with open_ledger(place) as opened:
        for month in ("2015-03", "2015-04"):
            facts = [_facts(WORKER, month=month), _facts(OWNER, month=month)]
            list(opened.run_month(facts, policy=POLICY))
    return place


def drop_triggers(connection: sqlite3.Connection) -> None:
    """Take the guards away, as anyone can who may change the schema."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")


def _tampered(place: Path, statement: str, *values: object) -> Path:
    copied = place.with_name("copy.reba")
    shutil.copy(place, copied)
    with closing(sqlite3.connect(copied)) as connection, connection:
        drop_triggers(connection)
        connection.execute(statement, values)
    return copied


def _findings(place: Path, *against: Checkpoint) -> list[tuple[str, int | None]]:
    with open_ledger(place, create=False, read_only=True) as opened:
        report = audit(opened, against=against)
    return [(finding.id, finding.seq) for finding in report.findings]


COLUMNS = (
    "account", "version", "kind", "effective", "recorded_at", "actor", "command_id", "supersedes",
    "body", "salt", "body_digest", "leaf_hash", "schema",
)  # fmt: skip


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("column", COLUMNS)
def test_any_changed_bit_of_any_field_is_found_and_located(place: Path, column: str) -> None:
    assert _findings(place) == []
    with closing(sqlite3.connect(place)) as connection:
        rows = connection.execute(f"SELECT seq, {column} FROM entries").fetchall()
    for seq, value in rows[:: max(1, len(rows) // 4)]:
        if isinstance(value, int):
            changes: list[object] = [value ^ 1, value + 64]
        elif value is None:
            changes = ["H-1/1"]
        else:
            raw = value if isinstance(value, bytes) else value.encode()
            changes = []
            for place_in_value in {0, len(raw) // 2, len(raw) - 1}:
                flipped = bytearray(raw)
                flipped[place_in_value] ^= 1
                kept = bytes(flipped)
                changes.append(kept if isinstance(value, bytes) else kept.decode())
        for change in changes:
            # A version that another entry has cannot even be written.
            if column in {"version", "account"} and change in [row[1] for row in rows]:
                continue
            damaged = _tampered(
                place, f"UPDATE entries SET {column} = ? WHERE seq = ?", change, seq
            )
            found = _findings(damaged)
            assert found, (column, seq, change)
            assert seq in [place_found for _, place_found in found]


def _flips(value: object) -> Iterator[Any]:
    """Yield a value with each of its bits flipped; texts that are no text any more are left out."""
    if isinstance(value, int):
        yield from (value ^ (1 << bit) for bit in range(16))
    elif isinstance(value, str | bytes):
        raw = value if isinstance(value, bytes) else value.encode()
        for place, bit in product(range(len(raw)), range(8)):
            flipped = bytearray(raw)
            flipped[place] ^= 1 << bit
            if isinstance(value, bytes):
                yield bytes(flipped)
            elif flipped[place] < 128:
                yield flipped.decode(errors="replace")


@pytest.mark.invariant("H1")
def test_every_flipped_bit_of_every_entry_is_found_and_located(ledger: Ledger) -> None:
    list(ledger.run_month([_facts(WORKER), _facts(OWNER)], policy=POLICY))
    entries = list(ledger.entries())
    flips = 0
    for seq, entry in enumerate(entries):
        for field, value in entry._asdict().items():
            for flipped in _flips(value):
                changed = entry._replace(**{field: flipped})
                flips += 1
                found = audit([*entries[:seq], changed, *entries[seq + 1 :]]).findings
                places = {finding.seq for finding in found}
                assert seq in places or changed.seq in places, (field, flipped)
    assert flips > 20_000


@pytest.mark.invariant("H1")
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries WHERE seq = 3",
        "DELETE FROM entries WHERE seq = 0",
        "UPDATE entries SET seq = CASE seq WHEN 2 THEN 1000 ELSE seq END",
        "DELETE FROM documents WHERE kind = 'law'",
        "UPDATE documents SET text = replace(text, '183.00', '193.00') WHERE kind = 'law'",
        "UPDATE documents SET text = replace(text, '0.5', '0.6') WHERE kind = 'policy'",
    ],
)
def test_removed_moved_and_replaced_records_are_found(place: Path, statement: str) -> None:
    assert _findings(_tampered(place, statement))


@pytest.mark.invariant("H1")
def test_entries_alone_are_checked_without_law_or_policy(ledger: Ledger) -> None:
    list(ledger.run_month([_facts(WORKER), _facts(OWNER)], policy=POLICY))
    entries = list(ledger.entries())
    report = audit(entries, against=[ledger.checkpoint()])
    assert report.clean
    assert (report.checked["entries"], report.checked["assessments"]) == (len(entries), 0)
    swapped = [entries[1], entries[0], *entries[2:]]
    assert [f.id for f in audit(swapped).findings][:2] == ["entry.order", "account.fold"]


@pytest.mark.invariant("H2")
def test_a_cut_tail_shows_against_a_checkpoint_and_not_without_one(place: Path) -> None:
    with open_ledger(place, create=False, read_only=True) as opened:
        checkpoint, size = opened.checkpoint(), opened.size()
    cut = _tampered(place, f"DELETE FROM entries WHERE seq >= {size - 3}")
    assert _findings(cut) == []
    assert ("checkpoint.truncated", None) in _findings(cut, checkpoint)
    assert _findings(place, checkpoint) == []
    other = checkpoint._replace(root=bytes(32))
    assert ("checkpoint.root", None) in _findings(place, other)
    assert ("checkpoint.origin", None) in _findings(place, checkpoint._replace(origin="other"))


def test_a_wrong_amount_that_was_sealed_properly_is_found_by_computing_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = assessed_body

    def wrong(*args: object, **options: object) -> str:
        return right(*args, **options).replace(  # type: ignore[arg-type]
            '"contribution_cents":30000', '"contribution_cents":29999'
        )

    monkeypatch.setattr("reba.ledger.prepared.assessed_body", wrong)
    ledger.assess(_facts(WORKER), policy=POLICY)
    found = audit(ledger).findings
    assert found[0][:1] + found[0][3:4] + found[0][5:] == (
        "recompute.amount", 1, "30000", "29999",
    )  # fmt: skip


def test_a_command_id_is_no_personal_number(ledger: Ledger) -> None:
    with pytest.raises(LedgerError) as raised:
        ledger.assess(_facts(WORKER), policy=POLICY, command_id="999993653")
    assert raised.value.code == "ledger.text"
    assert ledger.size() == 0
