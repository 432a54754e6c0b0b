"""What goes wrong between us and a server: each time one code, and all or nothing (S1)."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from select import select

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from reba import audit
from reba.canonical import text_digest
from reba.errors import LedgerError, RebaError, StoreError, UsageError
from reba.ledger.entries import Entry
from reba.ledger.stores import open_store, postgres_schema
from reba.ledger.stores.postgres import PostgresStore
from reba.ledger.stores.postgres_connection import parse_address
from reba.testing.stores import sealed
from servers import (
    drop,
    folder_of,
    fresh_address,
    opened,
    past_the_store,
    schema_of,
    superuser,
    uri_of,
)

# ── a connection that is cut ─────────────────────────────────────────────────────────────────


class Wire:
    """A socket before the server that cuts the connection where it is told to.

    `cut_at` is the number of the client's next message that is not passed on as usual, from 1;
    `delivered` says whether the server still gets it, so that only its answer is lost.
    """

    def __init__(self, folder: Path) -> None:
        host = str(conninfo_to_dict(uri_of())["host"])
        self.server_socket = f"{host}/.s.PGSQL.5432"
        self.folder = folder
        self.cut_at = 0
        self.delivered = False
        self.word = b""
        self.messages = 0
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(folder / ".s.PGSQL.5432"))
        self.listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def address(self, address: str) -> str:
        """Return the address of a ledger, by way of this wire."""
        return f"postgresql://postgres@/postgres?host={self.folder}&schema={schema_of(address)}"

    def cut(self, at: int = 0, *, word: bytes = b"", delivered: bool) -> None:
        self.messages, self.cut_at, self.word, self.delivered = 0, at, word, delivered

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _is_cut(self, data: bytes) -> bool:
        self.messages += 1
        return self.messages == self.cut_at or bool(self.word and self.word in data)

    def _relay(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self.server_socket)
            while True:
                for each in select([client, server], [], [])[0]:
                    data = each.recv(1 << 20)
                    if not data:
                        return
                    if each is client and self._is_cut(data):
                        if self.delivered:
                            server.sendall(data)
                            # A commit is always answered; rows alone are not.
                            select([server], [], [], 10 if b"COMMIT\0" in data else 0.2)
                        return
                    (server if each is client else client).sendall(data)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    made = Wire(tmp_path)
    yield made
    made.listening.close()


@pytest.mark.invariant("S1")
@pytest.mark.parametrize("delivered", [False, True])
def test_a_connection_lost_during_the_commit(address: str, wire: Wire, *, delivered: bool) -> None:
    """The batch is there as a whole or not at all, the code says so, and repeating it is safe."""
    entries = sealed(["A", "B", "A"])
    with closing(opened(wire.address(address))) as store:
        wire.cut(word=b"COMMIT\0", delivered=delivered)
        with pytest.raises(StoreError) as raised:
            store.append(entries, expected_size=0)
        assert raised.value.code == "store.outcome_unknown"
        wire.cut(delivered=False)
        with pytest.raises(StoreError) as raised:
            store.size()  # it does not connect again by itself
        assert raised.value.code == "store.connection"
    with closing(opened(wire.address(address))) as store:
        assert list(store.read()) == (entries if delivered else [])
        if delivered:
            with pytest.raises(LedgerError) as moved:
                store.append(entries, expected_size=0)
            assert moved.value.code == "ledger.head_moved"
        else:
            store.append(entries, expected_size=0)
        assert list(store.read()) == entries


@pytest.mark.invariant("S1")
@pytest.mark.parametrize("delivered", [False, True])
@pytest.mark.parametrize("erasing", [False, True])
def test_a_connection_lost_at_any_message(wire: Wire, *, erasing: bool, delivered: bool) -> None:
    """Wherever an append or an erasing is cut, all of it is there or nothing."""
    before = sealed(["A", "B"] * 150)
    (last,) = sealed(["A"], first_seq=300, versions={"A": 150})
    last = last._replace(kind="records.destroyed")
    more = [last] if erasing else sealed(["A", "C"] * 150, first_seq=300, versions={"A": 150})
    cuts = 0
    while True:
        place = fresh_address()
        with closing(opened(wire.address(place))) as store:
            store.append(before, expected_size=0)
            wire.cut(cuts + 1, delivered=delivered)
            code = ""
            try:
                if erasing:
                    store.erase(last, expected_size=300)
                else:
                    store.append(more, expected_size=300)
            except StoreError as error:
                code = error.code
            wire.cut(delivered=False)
        with closing(opened(place)) as store:
            kept = list(store.read())
            whole = len(kept) == 300 + len(more)
            assert whole or kept == before
            if whole and erasing:
                gone = [entry.account for entry in kept if entry.body_json is None]
                assert gone == ["A"] * 150
        drop(place)
        if not code:
            break
        assert code in {"store.connection", "store.outcome_unknown"}
        cuts += 1
    assert whole
    assert cuts >= 5  # begin, lock, size, rows, tiles or erasing, commit


@pytest.mark.invariant("S1")
def test_a_connection_that_the_server_ends(address: str) -> None:
    with closing(opened(address)) as store:
        store.append(sealed(["A"]), expected_size=0)
        with superuser() as connection:
            pid = store._connection.info.backend_pid
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        with pytest.raises(StoreError) as raised:
            store.append(sealed(["A"], first_seq=1, versions={"A": 1}), expected_size=1)
        assert raised.value.code == "store.connection"
    with closing(opened(address)) as store:
        assert store.size() == 1


def test_a_lock_is_gone_with_its_connection(address: str) -> None:
    """A writer that dies while it keeps the others out keeps them out no longer."""
    with closing(opened(address)) as one, closing(opened(address)) as two:
        with one.alone():
            pid = one._connection.info.backend_pid
            two._connection.execute("SET lock_timeout = '100ms'")
            with pytest.raises(StoreError) as raised:
                two.append(sealed(["A"]), expected_size=0)
            assert raised.value.code == "store.locked"
            with superuser() as connection:
                connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            two.append(sealed(["A"]), expected_size=0)
        assert two.size() == 1


# ── what the server refuses ──────────────────────────────────────────────────────────────────


@pytest.mark.invariant("S1")
@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "store.full"),
        ("55P03", "store.locked"),
        ("40P01", "store.locked"),
        ("42501", "store.permission"),
        ("23514", "ledger.not_next"),
        ("XX001", "ledger.damaged"),
        ("57P01", "store.connection"),
        ("08006", "store.connection"),
        ("57014", "store.io"),
        ("53200", "store.io"),
    ],
)
def test_what_the_server_refuses_has_a_code_and_leaves_nothing(
    address: str, state: str, code: str
) -> None:
    """A full disk and others, as a server says them, in the middle of a batch."""
    with closing(opened(address)) as store, past_the_store(address) as connection:
        connection.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '{state}'; END $$;"
            "CREATE TRIGGER fail BEFORE INSERT ON entries FOR EACH ROW WHEN (NEW.seq = 2) "
            "EXECUTE FUNCTION fail()".encode()
        )
        with pytest.raises(RebaError) as raised:
            store.append(sealed(["A", "B", "C"]), expected_size=0)
        assert raised.value.code == code
        connection.execute("DROP TRIGGER fail ON entries")
        assert store.size() == 0
        store.append(sealed(["A", "B", "C"]), expected_size=0)
        assert store.size() == 3


def test_no_error_quotes_a_row(address: str) -> None:
    """Not ours, and not what the server writes to its log: bodies are nobody's business there."""
    secret = sealed(["A"])[0]._replace(body_json='{"text":"a fact about someone"}', seq=1)
    with closing(opened(address)) as store:
        store.append(sealed(["A"]), expected_size=0)
        with pytest.raises(LedgerError) as raised:
            store.append([secret], expected_size=1)
        cause = raised.value.__cause__
        assert isinstance(cause, psycopg.Error)
        said = f"{raised.value} {cause} {cause.diag.message_detail} {cause.diag.context}"
    assert raised.value.code == "ledger.not_next"
    assert "fact about" not in said
    log = (folder_of() / "log").read_text(encoding="utf-8", errors="replace")
    assert "duplicate key" in log
    assert "fact about" not in log


def test_reading_only_writes_nothing(address: str) -> None:
    with pytest.raises(LedgerError) as raised:
        opened(address, read_only=True)
    assert raised.value.code == "ledger.not_found"
    opened(address).close()
    with closing(opened(address, read_only=True)) as store:
        writes: tuple[Callable[[], None], ...] = (
            lambda: store.append(sealed(["A"]), expected_size=0),
            lambda: store.put_document("law", text_digest("{}"), "{}"),
            store.purge,
        )
        for write in writes:
            with pytest.raises(StoreError) as refused:
                write()
            assert refused.value.code == "store.permission"


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("synchronous_commit", "off", "on"),
        ("synchronous_commit", "local", "on"),
        ("synchronous_commit", "remote_apply", "remote_apply"),  # which waits for more
        ("default_transaction_isolation", "serializable", "serializable"),
        ("search_path", "public", "{schema}, pg_temp"),
        ("row_security", "on", "off"),
    ],
)
def test_the_settings_of_a_role_do_not_weaken_a_connection(
    address: str, name: str, given: str, kept: str
) -> None:
    opened(address).close()
    with superuser() as connection:
        connection.execute(f"ALTER ROLE postgres SET {name} = {given}".encode())
        try:
            with closing(opened(address)) as store, closing(opened(address)) as other:
                found = store._connection.execute(f"SHOW {name}".encode()).fetchone()
                assert found == (kept.format(schema=f'"{schema_of(address)}"'),)
                store.append(sealed(["A"]), expected_size=0)
                with pytest.raises(LedgerError) as raised:
                    other.append(sealed(["A"]), expected_size=0)
                assert raised.value.code == "ledger.head_moved"
        finally:
            connection.execute("ALTER ROLE postgres RESET ALL")


# ── versions of the tables ───────────────────────────────────────────────────────────────────


def versions(address: str) -> list[object]:
    with past_the_store(address) as connection:
        return [row[0] for row in connection.execute("SELECT version FROM migrations ORDER BY 1")]


def test_the_tables_of_an_earlier_version_are_brought_to_this_one(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = sealed(["A", "B"])
    with closing(opened(address)) as store:
        store.append(entries, expected_size=0)
    later = ("ALTER TABLE entries ADD COLUMN note text", "CREATE TABLE remarks (text text)")
    monkeypatch.setattr(postgres_schema, "STEPS", (*postgres_schema.STEPS, *later))
    with closing(opened(address, read_only=True)) as store:  # which brings nothing anywhere
        assert list(store.read()) == entries
    assert versions(address) == [1]
    with closing(opened(address)) as one, closing(opened(address)) as two:
        one.append(sealed(["C"], first_seq=2), expected_size=2)
        assert list(two.read())[:2] == entries
    assert versions(address) == [1, 2, 3]


def test_a_step_that_fails_changes_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(address).close()
    wrong = ("CREATE TABLE remarks (text text)", "ALTER TABLE nothing ADD COLUMN note text")
    monkeypatch.setattr(postgres_schema, "STEPS", (*postgres_schema.STEPS, *wrong))
    with pytest.raises(RebaError):
        opened(address)
    assert versions(address) == [1]
    monkeypatch.undo()
    opened(address).close()


def test_only_the_owner_changes_the_tables(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(address).close()
    schema = schema_of(address)
    writer = address.replace("postgres:@", f"{schema}_1@", 1)
    later = "ALTER TABLE entries ADD COLUMN note text"
    monkeypatch.setattr(postgres_schema, "STEPS", (*postgres_schema.STEPS, later))
    with superuser() as connection:
        connection.execute(postgres_schema.roles_script(schema, schema).encode())
        connection.execute(
            f"CREATE ROLE {schema}_1 LOGIN; GRANT {schema}_writer TO {schema}_1".encode()
        )
        try:
            with pytest.raises(StoreError) as raised:
                opened(writer)
        finally:
            drop(address)
            roles = ", ".join(
                f"{schema}_{role}" for role in ("1", "owner", "writer", "reader", "archivist")
            )
            connection.execute(f"DROP ROLE {roles}".encode())
    assert raised.value.code == "store.owner"


def test_a_newer_version_is_refused(address: str) -> None:
    opened(address).close()
    with past_the_store(address) as connection:
        connection.execute("INSERT INTO migrations (version) VALUES (2)")
    for read_only in (False, True):
        with pytest.raises(LedgerError) as raised:
            opened(address, read_only=read_only)
        assert raised.value.code == "ledger.newer_schema"


# ── damage ───────────────────────────────────────────────────────────────────────────────────

DAMAGE = {
    "an actor without quotes": "actor = 'run'",
    "an actor written otherwise": "actor = '\"\\u0072un\"'",
    "an actor that is no JSON": "actor = '\"\\x\"'",
    "an actor that is no text": "actor = '[1,\"\\n\"]'",
    "an actor without end": "actor = repeat('[', 100000)",
    "a digest": "body_digest = 'x'",
    "a leaf": "leaf_hash = sha256('x')",
    "a kind": "kind = 'x'",
    "a body": "body = '{}'",
    "a salt": "salt = 'x'",
    "a body away": "body = NULL",
}


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("damage", DAMAGE)
def test_what_someone_changed_in_the_database_shows(address: str, damage: str) -> None:
    with closing(opened(address)) as store:
        store.append([entry._replace(actor="run") for entry in sealed(["A"])], expected_size=0)
    with past_the_store(address) as connection:
        before = only_entry(address)
        connection.execute("ALTER TABLE entries DISABLE TRIGGER ALL")
        connection.execute(f"UPDATE entries SET {DAMAGE[damage]}".encode())
    assert only_entry(address) != before


def only_entry(address: str) -> Entry:
    with closing(opened(address, read_only=True)) as store:
        (entry,) = store.read()
        assert audit([entry], recompute=False).checked["entries"] == 1  # it is read without fail
        return entry


def test_a_missing_tile_is_named(address: str) -> None:
    with closing(opened(address)) as store:
        store.append(sealed([f"A{number}" for number in range(300)]), expected_size=0)
    with past_the_store(address) as connection:
        connection.execute("ALTER TABLE tiles DISABLE TRIGGER ALL")
        connection.execute("DELETE FROM tiles")
    with closing(opened(address, read_only=True)) as store:
        with pytest.raises(LedgerError) as raised:
            store.subtree(8, 0)
        assert raised.value.code == "ledger.damaged"


# ── addresses ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("postgresql://u:hush@h/d?schema=s", "postgresql://u@h/d?schema=s"),
        ("postgres://u@h:5433/d", "postgresql://u@h:5433/d?schema=reba"),
        ("postgresql://u@h/d?password=hush&schema=s", "postgresql://u@h/d?schema=s"),
        ("postgresql://[::1]/d?schema=s&sslmode=require", "postgresql://[::1]/d?schema=s"),
        ("postgresql:///d?host=/run/pg&schema=s", "postgresql:///d?host=/run/pg&schema=s"),
        (
            "postgresql://u:hush@a:1,b:2/d?schema=s",
            "postgresql://u@/d?host=a,b&port=1,2&schema=s",
        ),
    ],
)
def test_a_place_is_an_address_without_a_password(address: str, place: str) -> None:
    parsed = parse_address(address)
    assert parsed.place == place
    assert "hush" not in repr(parsed)
    again = parse_address(place)
    assert again.schema == parsed.schema
    secrets = {"password", "sslmode"}
    assert again.parameters == {
        key: value for key, value in parsed.parameters.items() if key not in secrets
    }


@pytest.mark.parametrize(
    "address",
    [
        "mysql://u:hush@h/d",
        "postgresql://u:hush@h/d?schema=Big",
        "postgresql://u:hush@h/d?schema=pg_mine",
        "postgresql://u:hush@h/d?schema=a;b",
        "postgresql://u:hush@h/d?schema=",
        "postgresql://u:hush@h/d?colour=red",
        "postgresql://u:hush%zz@h/d",
        "postgresql://u:hush@[::1/d",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(StoreError) as raised:
        open_store(address, create=True, read_only=False, new_origin=lambda: "test")
    assert raised.value.code == "store.url"
    assert "hush" not in str(raised.value)


def test_a_server_that_is_not_there_is_said_without_a_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listened at
        port = taken.getsockname()[1]
        with pytest.raises(StoreError) as raised:
            opened(f"postgresql://u:hush@127.0.0.1:{port}/d?schema=s")
    assert raised.value.code == "store.connection"
    assert "hush" not in str(raised.value)
    assert f"127.0.0.1:{port}" in str(raised.value)


def test_without_the_driver_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.startswith("reba.ledger.stores.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError) as raised:
        open_store("postgresql://h/d", create=True, read_only=False, new_origin=lambda: "test")
    assert raised.value.code == "usage.extra"
    assert "reba-ledger[postgres]" in str(raised.value)
    assert PostgresStore.__module__ == "reba.ledger.stores.postgres"
