"""Invariant S3: no statement changes or removes what was booked. The traps, each on its path."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from reba.errors import LedgerError, RebaError, StoreError
from reba.ledger.ledger import open_ledger
from reba.ledger.stores import SqliteStore
from reba.testing.stores import sealed, sealed_destruction


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "ledger.reba"


@pytest.fixture
def store(place: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(place, create=True, read_only=False, new_origin=lambda: "test/guards")
    store.append(sealed(["A", "B", "A"]), expected_size=0)
    yield store
    store.close()


_COPY = (
    "SELECT {seq}, account, {version}, kind, effective, recorded_at, actor, command_id, "
    "supersedes, '{{}}', salt, body_digest, leaf_hash, schema FROM entries WHERE seq = 0"
)


@pytest.mark.invariant("S3")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = '{}' WHERE seq = 0",
        "DELETE FROM entries WHERE seq = 2",
        "INSERT OR REPLACE INTO entries " + _COPY.format(seq=0, version=1),
        "INSERT OR REPLACE INTO entries " + _COPY.format(seq=3, version=1),
        "INSERT INTO entries "
        + _COPY.format(seq=0, version=1)
        + " ON CONFLICT (seq) DO UPDATE SET body = excluded.body",
        "UPDATE tiles SET hashes = x'00'",
        "DELETE FROM tiles",
        "UPDATE documents SET text = ''",
        "UPDATE ledger SET value = 'other'",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger VALUES ('origin', 'other')",
    ],
)
def test_what_was_booked_stays(store: SqliteStore, statement: str) -> None:
    entries, origin = list(store.read()), store.origin()
    store.put_document(
        "law", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "{}"
    )
    store._connection.execute("INSERT INTO tiles VALUES (9, 9, x'00')")
    with pytest.raises(sqlite3.IntegrityError):
        store._connection.execute(statement)
    assert list(store.read()) == entries
    assert store.origin() == origin


ERASE = "UPDATE entries SET body = NULL, salt = NULL"


def test_bodies_and_salts_may_go_once_the_account_is_destroyed(store: SqliteStore) -> None:
    before = list(store.read())
    with pytest.raises(sqlite3.IntegrityError):
        store._connection.execute(f"{ERASE} WHERE account = 'A'")
    assert list(store.read()) == before
    last = sealed_destruction("A", seq=3, version=3)
    store.append([last], expected_size=3)  # the entry alone: nothing is erased yet
    store._connection.execute(f"{ERASE} WHERE account = 'A' AND version < 3")
    assert [entry.body_json is None for entry in store.read()] == [True, False, True, False]


@pytest.mark.invariant("S3")
@pytest.mark.parametrize(
    "statement",
    [
        f"{ERASE} WHERE account = 'B'",
        f"{ERASE} WHERE kind = 'records.destroyed'",
        "UPDATE entries SET body = '{}', salt = NULL WHERE seq = 0",
        "UPDATE entries SET body = NULL WHERE seq = 0",
        *(
            f"{ERASE}, {column} = {value} WHERE seq = 0"
            for column, value in {
                "seq": "99", "account": "'Z'", "version": "9", "kind": "'other'",
                "effective": "'2000-01'", "recorded_at": "''", "actor": "''", "command_id": "''",
                "supersedes": "'A/1'", "body_digest": "x'00'", "leaf_hash": "x'00'", "schema": "9",
            }.items()
        ),
    ],
)  # fmt: skip
def test_nothing_else_of_a_destroyed_account_may_change(store: SqliteStore, statement: str) -> None:
    store.append([sealed_destruction("A", seq=3, version=3)], expected_size=3)
    before = list(store.read())
    with pytest.raises(sqlite3.IntegrityError):
        store._connection.execute(statement)
    assert list(store.read()) == before


def test_strict_tables_take_no_other_type(store: SqliteStore) -> None:
    for value in ("1.5", "'abc'"):
        statement = "INSERT INTO entries " + _COPY.format(seq=value, version=4)
        with pytest.raises(sqlite3.IntegrityError):
            store._connection.execute(statement)


def test_each_connection_keeps_its_pragmas(store: SqliteStore) -> None:
    for name, value in {"recursive_triggers": 1, "synchronous": 2}.items():
        assert store._connection.execute(f"PRAGMA {name}").fetchone()[0] == value
    assert store._connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def _code(place: Path, *, create: bool = False, read_only: bool = True) -> str:
    with pytest.raises(RebaError) as raised:
        open_ledger(place, create=create, read_only=read_only)
    return raised.value.code


def test_what_is_no_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no ledger at all, and long enough to be read as a header of a database file")
    assert _code(text) == "ledger.not_a_ledger"
    assert _code(text, create=True, read_only=False) == "ledger.not_a_ledger"
    assert text.read_text().startswith("no ledger")
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    assert _code(other, create=True, read_only=False) == "ledger.not_a_ledger"
    assert _code(tmp_path / "absent.reba") == "ledger.not_found"
    assert _code(tmp_path) == "store.url"


def test_a_newer_schema_is_refused(store: SqliteStore, place: Path) -> None:
    store._connection.execute("PRAGMA user_version = 99")
    store.close()
    assert _code(place) == "ledger.newer_schema"


def test_a_locked_ledger_says_so(store: SqliteStore, place: Path) -> None:
    other = SqliteStore(place, create=False, read_only=False, new_origin=lambda: "")
    other._connection.execute("PRAGMA busy_timeout = 10")
    store._connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as raised:
        other.append(sealed(["C"], first_seq=3), expected_size=3)
    assert raised.value.code == "store.locked"
    store._connection.execute("ROLLBACK")
    other.close()


def test_a_full_disk_books_nothing_of_the_batch(store: SqliteStore) -> None:
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError) as raised:
        store.append(sealed([f"C{i}" for i in range(2000)], first_seq=3), expected_size=3)
    assert raised.value.code == "store.full"
    assert store.size() == 3
    store._connection.execute("PRAGMA max_page_count = 1000000")
    store.append(sealed(["C"], first_seq=3), expected_size=3)
    assert store.size() == 4


def test_a_truncated_file_is_damaged(store: SqliteStore, place: Path) -> None:
    store.append(sealed([f"C{i}" for i in range(500)], first_seq=3), expected_size=3)
    store.close()
    data = place.read_bytes()
    place.write_bytes(data[: len(data) // 2])
    with (
        pytest.raises((LedgerError, StoreError)) as raised,
        open_ledger(place, create=False, read_only=True) as ledger,
    ):
        list(ledger.entries())
    assert raised.value.code in {"ledger.damaged", "store.io"}


def test_reading_works_from_a_folder_that_cannot_be_written(
    store: SqliteStore, place: Path
) -> None:
    store.close()
    before = place.read_bytes()
    place.chmod(stat.S_IRUSR)
    place.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with open_ledger(place, create=False, read_only=True) as ledger:
            assert ledger.size() == 3
        if os.geteuid() != 0:  # root may write anywhere
            assert _code(place, read_only=False) == "store.permission"
    finally:
        place.parent.chmod(stat.S_IRWXU)
    assert place.read_bytes() == before
