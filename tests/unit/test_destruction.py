"""Invariant H3: records whose term has passed can be destroyed, and proofs and books still hold."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from reba import Ledger, Month, RebaError, audit, open_ledger
from reba.exports.journal import balances, journal, trial_balance
from reba.ledger.desk import Desk
from reba.ledger.destruction import term_months
from reba.ledger.entries import envelope_json
from reba.ledger.merkle import inclusion_proof, verify_inclusion
from reba.ledger.stores import SqliteStore
from reba.statements.statement import make_statement
from unit.test_ledger import drop_triggers
from unit.test_office import POLICY, Office, opened_office

BASIS = "selection list 2015, category 7"


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


def _close(office: Office, account: str = "H-1") -> None:
    """Let a household pay all it owes, save all of it, get all of it, and leave in July 2015."""
    office.save(30000, account=account)
    office.end(account=account)
    office.today("2015-07-01")
    state = office.ledger.close(account, case="granted", policy=POLICY, legal_basis="left")
    release = office.approve(state.releases[0].release)
    office.pay(release, batch=f"B-{account}")


def _destroy(office: Office, account: str = "H-1", term: str = "P7Y") -> None:
    office.ledger.destroy(account, legal_basis=BASIS, term=term)


# ── when it may ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("term", "months"), [("P7Y", 84), ("P18M", 18), ("P1Y6M", 18), ("P1M", 1), ("P200Y", 2400)]
)
def test_a_term_is_years_and_months(term: str, months: int) -> None:
    assert term_months(term) == months


@pytest.mark.parametrize(
    "term",
    ["", "P", "7", "7Y", "P0Y", "P0M", "P7D", "P-7Y", "P7Y ", "P201Y", "PT7M", "P7.5Y", "P٧Y"],
)
def test_anything_else_is_no_term(term: str) -> None:
    with pytest.raises(RebaError) as raised:
        term_months(term)
    assert raised.value.code == "account.term"


def test_only_a_closed_account_is_destroyed(office: Office) -> None:
    office.save(30000)
    office.today("2035-01-01")
    with office.refuses("account.not_closed"):
        _destroy(office)
    with office.refuses("ledger.unknown_account"):
        _destroy(office, "H-9")


def test_a_reopened_account_is_not_closed(office: Office) -> None:
    _close(office)
    office.ledger.reopen("H-1", because="came_back", legal_basis="report")
    office.today("2035-01-01")
    with office.refuses("account.not_closed"):
        _destroy(office)


def test_only_after_the_last_day_of_the_term(office: Office) -> None:
    _close(office)
    office.today("2022-07-01")
    with office.refuses("account.term_not_over", ends="2022-07-01", counted_from="2015-07-01"):
        _destroy(office)
    office.today("2022-07-02")
    _destroy(office)
    assert office.ledger.account("H-1").destruction is not None


def test_the_term_counts_from_the_last_entry_where_that_came_after_the_closing(
    office: Office,
) -> None:
    _close(office)
    office.today("2016-03-15")
    office.ledger.collect("H-1", month=Month(2015, 3), amount_cents=100, command_id="late")
    office.ledger.collect("H-1", month=Month(2015, 3), amount_cents=-100, command_id="back")
    office.today("2022-12-31")
    with office.refuses("account.term_not_over", counted_from="2016-03-15", ends="2023-03-15"):
        _destroy(office)


def test_not_while_something_is_owed_on_either_side(office: Office) -> None:
    office.save(29900)
    office.end()
    office.today("2015-07-01")
    state = office.ledger.close("H-1", case="granted", policy=POLICY, legal_basis="left")
    office.today("2035-01-01")
    with office.refuses("account.unsettled"):  # 1.00 due, 299.00 on hold
        _destroy(office)
    office.pay(office.approve(state.releases[0].release))
    with office.refuses("account.unsettled", open="receivable 1.00"):
        _destroy(office)


def test_a_dry_run_destroys_nothing(office: Office) -> None:
    _close(office)
    office.today("2035-01-01")
    size, before = office.ledger.size(), list(office.ledger.entries())
    state = office.ledger.destroy("H-1", legal_basis=BASIS, term="P7Y", dry_run=True)
    assert state.destruction is not None
    assert (office.ledger.size(), list(office.ledger.entries())) == (size, before)


# ── what goes and what stays ─────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H3")
def test_bodies_go_and_envelopes_proofs_totals_and_books_stay(office: Office) -> None:
    ledger = office.ledger
    _close(office)
    office.save(20000, account="H-2", month="2015-04")
    checkpoint = ledger.checkpoint()
    envelopes = [envelope_json(entry) for entry in ledger.entries()]
    before, books = ledger.account("H-1"), trial_balance(journal(ledger.entries()))
    office.today("2035-01-01")
    _destroy(office)
    ledger.purge()
    after = ledger.account("H-1")
    assert after.totals() == before.totals()
    assert balances(after) == balances(before)
    assert trial_balance(journal(ledger.entries())) == books
    *gone, last = ledger.history("H-1")
    assert gone
    assert all(entry.body_json is None and entry.salt is None for entry in gone)
    assert last.kind == "records.destroyed"
    entries = list(ledger.entries())
    assert [envelope_json(entry) for entry in entries[:-1]] == envelopes
    for entry in entries:
        proof = inclusion_proof(ledger.store.subtree, entry.seq, ledger.size())
        root = ledger.checkpoint().root
        assert verify_inclusion(entry.leaf_hash, entry.seq, ledger.size(), proof, root)
    report = audit(ledger, against=[checkpoint])
    assert report.findings == ()
    assert report.checked["destroyed"] == 1
    assert ledger.account("H-2").reserved_cents == 20000


def test_the_entry_says_on_what_basis_and_holds_no_facts(office: Office) -> None:
    _close(office)
    office.today("2035-01-01")
    _destroy(office)
    last = office.ledger.history("H-1")[-1]
    assert last.body is not None
    assert {key: last.body[key] for key in ("legal_basis", "term", "term_ended_on")} == {
        "legal_basis": BASIS, "term": "P7Y", "term_ended_on": "2022-07-01",
    }  # fmt: skip
    assert sorted(last.body) == [
        "closed_on", "command_digest", "counted_from", "destroyed_through", "legal_basis",
        "scheme", "term", "term_ended_on", "totals",
    ]  # fmt: skip


def test_the_same_command_again_destroys_nothing_more(office: Office) -> None:
    _close(office)
    office.today("2035-01-01")
    office.ledger.destroy("H-1", legal_basis=BASIS, term="P7Y", command_id="d-1")
    size = office.ledger.size()
    office.ledger.destroy("H-1", legal_basis=BASIS, term="P7Y", command_id="d-1")
    assert office.ledger.size() == size
    with office.refuses("ledger.command_conflict"):
        office.ledger.destroy("H-1", legal_basis=BASIS, term="P8Y", command_id="d-1")
    with office.refuses("ledger.destroyed"):
        office.ledger.destroy("H-1", legal_basis=BASIS, term="P7Y", command_id="d-2")


def test_a_destroyed_account_says_so_everywhere(office: Office) -> None:
    ledger = office.ledger
    _close(office)
    office.save(1000, account="H-2")
    office.today("2035-01-01")
    _destroy(office)
    state = ledger.account("H-1")
    assert state.to_record()["destroyed"] == {
        "on": "2035-01-01", "legal_basis": BASIS, "term": "P7Y", "term_ended_on": "2022-07-01",
        "closed_on": "2015-07-01",
    }  # fmt: skip
    with office.refuses("ledger.destroyed"):
        ledger.account("H-1", valid_on=date(2015, 4, 1))
    with office.refuses("ledger.destroyed"):
        ledger.account("H-1", known_on="2020-01-01")
    with office.refuses("ledger.destroyed"):
        make_statement(state, (), POLICY, "nl")
    with office.refuses("ledger.destroyed"):
        ledger.release_options("H-1", policy=POLICY)
    with office.refuses("ledger.destroyed"):
        office.save(100, month="2015-05")
    with office.refuses("ledger.destroyed"):
        office.revise(100)
    with office.refuses("ledger.destroyed"):
        ledger.reopen("H-1", because="came_back", legal_basis="report")
    with office.refuses("ledger.destroyed"):
        ledger.transfer(
            "H-2", "H-1", amount_cents=1, because="split", legal_basis="x", command_id="t"
        )
    with office.refuses("ledger.destroyed"):
        office.end()
    assert [each.account for each in ledger.receivables()] == ["H-2"]
    invoices = ledger.invoice_month(Month(2015, 3), due_on=date(2035, 2, 1))
    assert [each.account for each in invoices] == ["H-2"]


@pytest.mark.invariant("C4")
def test_transfers_with_a_destroyed_account_still_conserve_cents(office: Office) -> None:
    ledger = office.ledger
    office.save(30000)
    office.save(10000, account="H-2")
    ledger.transfer(
        "H-2", "H-1", amount_cents=4000, because="merge", legal_basis="x", command_id="t-1"
    )
    office.end()
    office.today("2015-07-01")
    state = ledger.close("H-1", case="granted", policy=POLICY, legal_basis="left")
    office.pay(office.approve(state.releases[0].release))
    office.today("2035-01-01")
    _destroy(office)
    assert audit(ledger).findings == ()
    both = (ledger.account(name).transferred_cents for name in ("H-1", "H-2"))
    assert sum(both) == 0


# ── exports ──────────────────────────────────────────────────────────────────────────────────


def test_a_journal_goes_on_after_an_account_was_destroyed(office: Office) -> None:
    ledger = office.ledger
    _close(office)
    before = ledger.size()
    first = list(journal(ledger.entries()))
    office.today("2035-01-01")
    _destroy(office)
    office.save(700, account="H-2")
    later = list(journal(ledger.entries(), since=before))
    whole = list(journal(ledger.entries()))
    assert {posting.household for posting in later} == {"H-2"}
    assert trial_balance([*first, *later]) == trial_balance(whole)
    with pytest.raises(RebaError) as raised:  # a part of its postings was exported before
        list(journal(ledger.entries(), since=2))
    assert raised.value.code == "ledger.destroyed"


# ── the file ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def on_disk(tmp_path: Path) -> tuple[Path, Office]:
    office, place = Office(), tmp_path / "ledger.reba"
    office.ledger = open_ledger(place, clock=lambda: office.now[0])
    members = (("P-secret", "1990-05-14"),)
    office.save(30000, members=members)
    office.end(member="P-secret")
    office.today("2015-07-01")
    state = office.ledger.close("H-1", case="granted", policy=POLICY, legal_basis="left")
    office.pay(office.approve(state.releases[0].release))
    office.save(20000, account="H-2", members=(("P-other", "1991-06-15"),))
    return place, office


def _bytes_of(place: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(place.parent.glob("ledger.reba*")))


@pytest.mark.invariant("H3")
def test_nothing_of_a_destroyed_body_is_left_in_the_files(on_disk: tuple[Path, Office]) -> None:
    place, office = on_disk
    ledger = office.ledger
    salts = [entry.salt for entry in ledger.history("H-1")]
    bodies = [entry.body_json for entry in ledger.history("H-1")]
    kept = {entry.body_json for entry in ledger.history("H-2")}
    assert len(kept.intersection(bodies)) == 1  # both opened under the same scheme
    before = _bytes_of(place)
    assert b"P-secret" in before
    assert b"1990-05-14" in before
    office.today("2035-01-01")
    _destroy(office)
    ledger.purge()
    for open_now in (True, False):
        if not open_now:
            ledger.close_store()
        after = _bytes_of(place)
        assert b"P-secret" not in after
        assert b"1990-05-14" not in after
        for salt, body in zip(salts, bodies, strict=True):
            assert salt is not None
            assert salt not in after
            assert body is not None
            assert body in kept or body.encode() not in after
        assert b"P-other" in after


def test_a_reader_that_stays_is_told_of(on_disk: tuple[Path, Office]) -> None:
    place, office = on_disk
    office.today("2035-01-01")
    _destroy(office)
    store = cast("SqliteStore", office.ledger.store)
    store._connection.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(place)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()  # its snapshot stays as it is
        office.save(1, account="H-3")
        with pytest.raises(RebaError) as raised:
            office.ledger.purge()
        assert raised.value.code == "store.locked"
    office.ledger.purge()
    office.ledger.close_store()
    assert b"P-secret" not in _bytes_of(place)


def test_an_older_ledger_is_migrated_when_it_is_opened_to_write(
    on_disk: tuple[Path, Office],
) -> None:
    place, office = on_disk
    office.ledger.close_store()
    with closing(sqlite3.connect(place)) as connection, connection:
        fresh = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
        connection.execute("DROP TRIGGER entries_erase_only")
        connection.execute(
            "CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries "
            "BEGIN SELECT RAISE(ABORT, 'reba: append-only'); END"
        )
        connection.execute("PRAGMA user_version = 1")
    with open_ledger(place, read_only=True) as ledger:
        assert audit(ledger).clean
    assert _user_version(place) == 1
    with open_ledger(place) as ledger:
        assert audit(ledger).clean
    assert _user_version(place) == 2
    with closing(sqlite3.connect(place)) as connection:
        after = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    assert after == fresh


def _user_version(place: Path) -> int:
    with closing(sqlite3.connect(place)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


# ── what an audit finds ──────────────────────────────────────────────────────────────────────


def _ids(ledger: Ledger) -> set[str]:
    return {finding.id for finding in audit(ledger).findings}


def _damaged(place: Path, statement: str, *values: object) -> set[str]:
    with closing(sqlite3.connect(place)) as connection, connection:
        drop_triggers(connection)
        assert connection.execute(statement, values).rowcount > 0
    with open_ledger(place, read_only=True) as ledger:
        return _ids(ledger)


def test_a_body_that_is_gone_without_a_destruction_is_found(on_disk: tuple[Path, Office]) -> None:
    place, office = on_disk
    office.ledger.close_store()
    gone = "UPDATE entries SET body = NULL, salt = NULL WHERE account = 'H-1'"
    assert _damaged(place, gone) == {"entry.body_missing"}
    with open_ledger(place, read_only=True) as ledger, pytest.raises(RebaError) as raised:
        ledger.account("H-1")
    assert raised.value.code == "ledger.damaged"
    with open_ledger(place, read_only=True) as ledger, pytest.raises(RebaError) as raised:
        list(journal(ledger.entries()))
    assert raised.value.code == "ledger.damaged"


def test_a_body_that_came_back_after_the_destruction_is_found(
    on_disk: tuple[Path, Office],
) -> None:
    place, office = on_disk
    first = office.ledger.history("H-1")[1]
    office.today("2035-01-01")
    _destroy(office)
    office.ledger.close_store()
    back = "UPDATE entries SET body = ?, salt = ? WHERE account = 'H-1' AND version = 2"
    assert _damaged(place, back, first.body_json, first.salt) & {
        "destroyed.incomplete", "account.fold",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"term": "P9Y"}, "destroyed.term"),
        ({"counted_from": "2012-07-01", "term_ended_on": "2019-07-01"}, "destroyed.term"),
        ({"term": "P40Y", "term_ended_on": "2055-07-01"}, "destroyed.term"),
        ({"closed_on": "2014-07-01"}, "destroyed.closed"),
        ({"destroyed_through": 3}, "destroyed.incomplete"),
        ({"totals": {"reserved_cents": 30001}}, "destroyed.totals"),
        ({"totals": {"balance_cents": 1, "released_cents": 29999}}, "destroyed.settled"),
        ({"totals": {"transferred_cents": 5, "reserved_cents": 29995}}, "books.transfer"),
    ],
)
def test_a_destruction_that_was_booked_wrongly_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], found: str
) -> None:
    say = Desk.say

    def wrong(self: Desk, drafting: Any, kind: str, on: Any, fields: Any, *more: Any) -> str:
        fields = json.loads(json.dumps(fields))
        for key, value in changes.items():
            if isinstance(value, dict):
                fields[key].update(value)
            else:
                fields[key] = value
        return say(self, drafting, kind, on, fields, *more)

    _close(office)
    office.today("2035-01-01")
    office.ledger, kept = open_ledger(":memory:", clock=lambda: office.now[0]), office.ledger
    with office.ledger as ledger:
        ledger.store.append(list(kept.entries()), expected_size=0)
        for kind, digest in kept.store.documents():
            ledger.store.put_document(kind, digest, kept.store.get_document(kind, digest))
        monkeypatch.setattr(Desk, "say", wrong)
        _destroy(office)
        assert found in _ids(ledger)
    office.ledger = kept


# ── the command line ─────────────────────────────────────────────────────────────────────────


def _reba(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reba", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_on_the_command_line(on_disk: tuple[Path, Office]) -> None:
    place, office = on_disk
    office.ledger.close_store()
    asked = ("--basis", BASIS, "--term", "P7Y", "--ledger", str(place))
    dry = _reba("destroy", "H-1", "H-2", *asked, "--dry-run")
    assert dry.returncode == 1
    assert "H-1: the records of 8 entries would be destroyed" in dry.stdout
    assert "account.not_closed" in dry.stderr
    done = _reba("destroy", "H-1", *asked)
    assert done.returncode == 0, done.stderr
    assert "rewritten" in done.stdout
    assert "backups" in done.stderr
    dutch = _reba("account", "H-1", "--ledger", str(place), "--lang", "nl")
    assert "vernietigd op" in dutch.stdout
    story = _reba("history", "H-1", "--ledger", str(place))
    assert story.stdout.count("(destroyed)") == 8
    refused = _reba("statement", "H-1", "--ledger", str(place))
    assert refused.returncode != 0
    assert "ledger.destroyed" in refused.stderr
    assert _reba("audit", str(place)).returncode == 0
    assert b"P-secret" not in _bytes_of(place)
