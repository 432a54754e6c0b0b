"""Destroyed means gone: what erasing and purging leave in the files of a server, and what not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from reba.canonical import canonical_text
from reba.errors import StoreError
from reba.ledger.entries import Draft, Entry
from reba.ledger.merkle import root_from
from reba.ledger.sealing import SALT_BYTES, seal
from reba.ledger.stores.postgres import PostgresStore
from servers import NEWEST, OLDEST, drop, folder_of, fresh_address, opened, schema_of, superuser

SHORT = "marker-of-a-fact"
LONG = "marker-kept-apart"  # long and incompressible, so that it is kept outside its row


def entry_of(account: str, number: int, versions: dict[str, int], kind: str = "") -> Entry:
    """Return an entry whose body can be looked for in files, one of three kept out of line."""
    noise = "".join(sha256(str(n).encode()).hexdigest() for n in range(number, number + 100))
    text = f"{LONG} {noise}" if number % 3 == 0 else f"{SHORT}-{number}"
    draft = Draft(
        account, kind or "contribution.collected", "2015-03", "run", f"c{number}", None,
        canonical_text({"text": f"{account} {text}"}),
    )  # fmt: skip
    salts = number.to_bytes(SALT_BYTES, "big")
    (entry,) = seal(
        [draft], first_seq=number, versions=versions, recorded_at="2026-01-02T03:04:05.678901Z",
        salts=salts,
    )  # fmt: skip
    return entry


@pytest.fixture(params=[OLDEST, NEWEST])
def version(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def filled(version: int) -> Iterator[PostgresStore]:
    """Return a ledger of two accounts, nine entries each."""
    address = fresh_address(version)
    with closing(opened(address)) as store:
        for number in range(18):
            account = "gone" if number % 2 else "kept"
            entry = entry_of(account, number, {account: number // 2})
            store.append([entry], expected_size=number)
        yield store
    drop(address, version)


def table_files(version: int) -> Iterator[Path]:
    """Yield every file of the tables of the server; its log of changes is apart from them."""
    with superuser(version) as connection:
        connection.execute("CHECKPOINT")  # what is in memory only is written
    yield from (path for path in (folder_of(version) / "base").rglob("*") if path.is_file())


def count(version: int, marker: str) -> int:
    return sum(path.read_bytes().count(marker.encode()) for path in table_files(version))


def found(version: int, marker: str) -> bool:
    return count(version, marker) > 0


def destroying() -> Entry:
    """Return the entry that destroys; its own body, which stays, is one of the long ones."""
    return entry_of("gone", 18, {"gone": 9}, "records.destroyed")


def test_what_is_purged_is_in_no_table_file(filled: PostgresStore, version: int) -> None:
    root = root_from(filled.subtree, 18)
    assert found(version, f"gone {SHORT}")
    assert count(version, f"gone {LONG}") == 3
    filled.erase(destroying(), expected_size=18)
    filled.purge()
    assert not found(version, f"gone {SHORT}")
    assert count(version, f"gone {LONG}") == 1
    assert found(version, f"kept {SHORT}")
    assert root_from(filled.subtree, 18) == root
    bodies = [entry.body_json is not None for entry in filled.read_accounts(["gone"])["gone"]]
    assert bodies == [False] * 9 + [True]


def test_how_far_purging_does_not_reach(filled: PostgresStore, version: int) -> None:
    """The log of changes keeps what was once written, until the server uses the files again."""
    filled.erase(destroying(), expected_size=18)
    assert found(version, f"gone {SHORT}")  # erased, and not purged
    filled.purge()
    assert not found(version, f"gone {SHORT}")
    log = (path for path in (folder_of(version) / "pg_wal").iterdir() if path.is_file())
    assert any(f"gone {SHORT}".encode() in path.read_bytes() for path in log)


def test_purging_says_when_something_still_looks_back(filled: PostgresStore, version: int) -> None:
    with superuser(version) as reader:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1 FROM pg_class LIMIT 1")
        filled.erase(destroying(), expected_size=18)
        with pytest.raises(StoreError) as raised:
            filled.purge()
        assert raised.value.code == "store.purge_incomplete"
        assert raised.value.data["count"] == "9"
        assert found(version, f"gone {SHORT}")
        reader.execute("COMMIT")
    filled.purge()
    assert not found(version, f"gone {SHORT}")


def test_purging_waits_for_nobody_for_ever(filled: PostgresStore, version: int) -> None:
    filled._connection.execute("SET lock_timeout = '100ms'")
    table = f'"{schema_of(filled.place)}".entries'
    with superuser(version) as reader:
        reader.execute("BEGIN")
        reader.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE".encode())
        with pytest.raises(StoreError) as raised:
            filled.purge()
    assert raised.value.code == "store.locked"
