"""Auditing a ledger in PostgreSQL: in several processes, and as it was when the audit began."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reba import HouseholdMonth, audit, load_policy, open_ledger
from reba.errors import StoreError
from reba.ledger import audit as audit_module
from reba.ledger.copying import copy_ledger
from reba.ledger.stores import SqliteStore, Store, open_store
from reba.ledger.stores.parts import ReadsInParts, Share
from reba.testing.stores import sealed, sealed_destruction
from servers import opened, past_the_store

ROOT = Path(__file__).parents[2]
CASE = json.loads((ROOT / "examples/cases/net-400-in-2015.json").read_text(encoding="utf-8"))
POLICY = load_policy(ROOT / "examples/policies/vng-half.toml")
HOUSEHOLDS = 400


@pytest.fixture
def books(tmp_path: Path, address: str) -> tuple[str, str]:
    """Return a ledger of some thousands of entries in a file, and its copy on a server."""
    file = str(tmp_path / "coa.reba")
    with open_ledger(file) as ledger:
        for month in ("2015-03", "2015-04"):
            facts = [
                HouseholdMonth.model_validate({**CASE, "household": f"H-{n}", "month": month})
                for n in range(HOUSEHOLDS)
            ]
            assert all(booking.error is None for booking in ledger.run_month(facts, policy=POLICY))
        theirs = open_store(address, create=True, read_only=False, new_origin=ledger.store.origin)
        with closing(theirs):
            copy_ledger(ledger.store, theirs)
    return file, address


def audited(place: str, workers: int) -> tuple[object, object]:
    with open_ledger(place, create=False, read_only=True) as ledger:
        report = audit(ledger, workers=workers)
        return report.findings, report.checked


@pytest.fixture
def done_in_shares(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that says of each audit whether it was done in several processes."""
    told: list[bool] = []
    in_shares: Callable[..., object] = vars(audit_module)["in_shares"]

    def telling(*given: Any, **named: Any) -> object:
        parts = in_shares(*given, **named)
        told.append(parts is not None)
        return parts

    monkeypatch.setattr(audit_module, "in_shares", telling)
    return told


@pytest.mark.invariant("E2")
def test_several_processes_find_what_one_finds_and_what_is_found_in_a_file(
    books: tuple[str, str], done_in_shares: list[bool]
) -> None:
    file, address = books
    expected = audited(file, 1)
    assert expected[0] == ()
    assert audited(address, 1) == expected
    assert audited(address, 2) == expected
    assert done_in_shares == [True]


@pytest.mark.invariant("H1")
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entries SET body = body || ' ' WHERE seq = 700",
        "UPDATE entries SET actor = 'someone' WHERE seq = 700",
        "UPDATE entries SET body = NULL, salt = NULL WHERE account = 'H-7'",
        "UPDATE entries SET leaf_hash = sha256('x') WHERE seq = 1000",
        "DELETE FROM entries WHERE seq = 1500",
        "UPDATE tiles SET hashes = sha256('x') || substr(hashes, 33) WHERE level = 0 AND tile = 2",
    ],
)
def test_damage_is_found_by_one_process_and_by_several(books: tuple[str, str], damage: str) -> None:
    _, address = books
    with past_the_store(address) as connection:
        connection.execute(b"ALTER TABLE entries DISABLE TRIGGER ALL")
        connection.execute(b"ALTER TABLE tiles DISABLE TRIGGER ALL")
        connection.execute(damage.encode())
    alone = audited(address, 1)
    assert alone[0] != ()
    assert audited(address, 2)[0] == alone[0]


# ── one moment ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H3")
def test_a_snapshot_stays_what_it_was(address: str) -> None:
    """Neither what is appended nor what is erased meanwhile shows; afterwards both do."""
    entries = sealed(["A", "B"] * 1500)
    with closing(opened(address)) as writer:
        writer.append(entries, expected_size=0)
        with closing(opened(address, read_only=True)) as reader:
            with reader.snapshot() as size:
                parts = reader.stream(0, size)
                first = next(parts)
                gone = sealed_destruction("A", seq=3000, version=1501)
                writer.erase(gone, expected_size=3000)
                read = [*first, *(row for part in parts for row in part)]
                assert size == reader.size() == 3000
                assert read == entries
                assert not reader.erased_since(3000)
            assert reader.size() == 3001
            assert reader.erased_since(3000)
            assert sum(entry.body_json is None for entry in reader.read()) == 1500


def test_purging_does_not_pass_by_an_audit(address: str) -> None:
    """Who reads what was erased is waited for, or named: purging is never said to be done."""
    with closing(opened(address)) as writer, closing(opened(address, read_only=True)) as reader:
        writer.append(sealed(["A"]), expected_size=0)
        writer._connection.execute("SET lock_timeout = '100ms'")
        with reader.snapshot():
            writer.erase(sealed_destruction("A", seq=1, version=2), expected_size=1)
            with pytest.raises(StoreError) as raised:
                writer.purge()
            assert raised.value.code == "store.locked"
        writer.purge()


@pytest.mark.invariant("H3")
@pytest.mark.parametrize("workers", [1, 2])
def test_an_audit_of_a_ledger_that_is_written_to(books: tuple[str, str], workers: int) -> None:
    """What is booked while it is audited is no finding."""
    _, address = books
    with open_ledger(address) as writer:
        number = HOUSEHOLDS

        def book(_checked: int) -> None:
            nonlocal number
            facts = HouseholdMonth.model_validate({**CASE, "household": f"H-{number}"})
            writer.assess(facts, policy=POLICY)
            number += 1

        with open_ledger(address, create=False, read_only=True) as ledger:
            size = ledger.size()
            report = audit(ledger, workers=workers, progress=book)
        assert report.findings == ()
        assert report.checked["entries"] == size < writer.size()


# ── parts ────────────────────────────────────────────────────────────────────────────────────


def parts_of(store: Store) -> dict[str, object]:
    """Return what a store says of its parts, in ranges and shares of all kinds."""
    assert isinstance(store, ReadsInParts)
    shares = [Share(), Share("A2"), Share(None, "A2"), Share("A10", "A3"), Share("é"), Share("x")]
    ranges = [(0, 0), (0, 256), (100, 700), (2000, 9000), (2999, 3000), (256, 3000)]
    with store.snapshot() as size:
        return {
            "size": size,
            "counted": store.counted(),
            "stream": [list(store.stream(*each)) for each in ranges],
            "rows": [store.rows(*each, share) for each in ranges for share in shares],
            "order": [store.order(*each) for each in ranges],
            "accounts": [store.accounts_of(*each, share) for each in ranges for share in shares],
            "shares": [store.shares(count, 0, size) for count in (1, 2, 3)],
            "erased": [store.erased_since(each) for each in (0, 2999, 3000)],
            "tiles": [store.tile(0, number) for number in range(11)],
            "faults": store.faults(),
        }


def as_tuples(value: object) -> object:
    if isinstance(value, list | tuple):
        return [as_tuples(each) for each in value]
    return value


@pytest.mark.invariant("E2")
def test_the_parts_are_those_of_a_file(tmp_path: Path, address: str) -> None:
    names = [f"{'é' if number % 11 == 0 else 'A'}{number % 40}" for number in range(2999)]
    entries = sealed(names)
    gone = sealed_destruction("A5", seq=2999, version=names.count("A5") + 1)
    file = SqliteStore(tmp_path / "l.reba", create=True, read_only=False, new_origin=lambda: "t")
    with closing(file), closing(opened(address)) as server:
        for store in (file, server):
            store.append(entries, expected_size=0)
            store.erase(gone, expected_size=2999)
        ours, theirs = parts_of(file), parts_of(server)
        for name, expected in ours.items():
            assert as_tuples(theirs[name]) == as_tuples(expected), name
