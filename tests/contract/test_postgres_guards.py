"""Append-only in PostgreSQL: by trigger for everybody, by right for each role (S3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from reba.errors import LedgerError, RebaError, StoreError
from reba.ledger.entries import Entry
from reba.ledger.stores import open_store
from reba.ledger.stores.postgres import PostgresStore
from reba.ledger.stores.postgres_schema import GUARDS, TABLES, roles_script, script
from reba.testing.stores import sealed
from servers import (
    NEWEST,
    OLDEST,
    drop,
    fresh_address,
    opened,
    past_the_store,
    schema_of,
    superuser,
)

CHANGES = {
    "a field": "UPDATE entries SET actor = '\"someone\"'",
    "a body": "UPDATE entries SET body = '{}'",
    "a body away": "UPDATE entries SET body = NULL, salt = NULL",
    "a row away": "DELETE FROM entries",
    "all rows away": "TRUNCATE entries",
    "all rows away, and what hangs on them": "TRUNCATE entries, tiles CASCADE",
    "insert or update": (
        "INSERT INTO entries SELECT * FROM entries ON CONFLICT (seq) DO UPDATE SET body = '{}'"
    ),
    "merge": (
        "MERGE INTO entries e USING entries f ON e.seq = f.seq "
        "WHEN MATCHED THEN UPDATE SET body = '{}'"
    ),
    "merge away": (
        "MERGE INTO entries e USING entries f ON e.seq = f.seq WHEN MATCHED THEN DELETE"
    ),
    "a tile": "UPDATE tiles SET hashes = ''",
    "a document": "DELETE FROM documents",
    "the origin": "UPDATE ledger SET value = 'another'",
    "the origin away": "DELETE FROM ledger",
    "the version": "DELETE FROM migrations",
}


def destroyed(account: str, *, seq: int, version: int) -> Entry:
    (entry,) = sealed([account], first_seq=seq, versions={account: version - 1})
    return entry._replace(kind="records.destroyed")


@pytest.fixture
def filled(address: str) -> str:
    """Return a ledger with three entries, two of them of account A."""
    with closing(opened(address)) as store:
        store.append(sealed(["A", "B", "A"]), expected_size=0)
    return address


@pytest.mark.invariant("S3")
@pytest.mark.parametrize("mode", ["origin", "replica"])
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_or_removes_a_row(filled: str, change: str, mode: str) -> None:
    """Not even a superuser, nor a session that plays back another server's changes."""
    with past_the_store(filled) as connection:
        connection.execute(f"SET session_replication_role = {mode}".encode())
        with pytest.raises(psycopg.Error) as raised:
            connection.execute(CHANGES[change].encode())
    assert raised.value.sqlstate == "RB001"
    with closing(opened(filled, read_only=True)) as store:
        assert list(store.read()) == sealed(["A", "B", "A"])
        assert store.origin() == "test"


@pytest.mark.invariant("S3")
def test_only_body_and_salt_of_a_destroyed_account_may_go(filled: str) -> None:
    with past_the_store(filled) as connection:
        copy = (
            "INSERT INTO entries SELECT 3, account, 3, 'records.destroyed', effective, "
            "recorded_at, actor, command_id, supersedes, body, salt, body_digest, leaf_hash, "
            "schema FROM entries WHERE seq = 2"
        )
        connection.execute(copy.encode())
        for refused in (
            "UPDATE entries SET body = NULL, salt = NULL WHERE account = 'B'",
            "UPDATE entries SET body = NULL, salt = NULL WHERE seq = 3",  # itself
            "UPDATE entries SET body = NULL WHERE seq = 0",  # the salt would stay
            "UPDATE entries SET salt = NULL WHERE seq = 0",
            "UPDATE entries SET body = '{}', salt = NULL WHERE seq = 0",
            "UPDATE entries SET body = NULL, salt = NULL, version = 9 WHERE seq = 0",
        ):
            with pytest.raises(psycopg.Error) as raised:
                connection.execute(refused.encode())
            assert raised.value.sqlstate == "RB001", refused
        done = connection.execute(
            b"UPDATE entries SET body = NULL, salt = NULL WHERE account = 'A' AND seq < 3"
        )
        assert done.rowcount == 2


@pytest.mark.invariant("S3")
def test_the_guard_looks_up_no_name_where_its_caller_says(filled: str) -> None:
    """Someone who may make functions cannot put an equality of their own before PostgreSQL's."""
    with past_the_store(filled) as connection:
        connection.execute(
            b"CREATE FUNCTION yes(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
            b"CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = yes);"
        )
        path = f'SET search_path = "{schema_of(filled)}", pg_catalog'
        connection.execute(path.encode())
        assert connection.execute(b"SELECT 'a'::text = 'b'::text").fetchone() == (True,)
        with pytest.raises(psycopg.Error) as raised:
            connection.execute(b"UPDATE entries SET body = NULL, salt = NULL")
    assert raised.value.sqlstate == "RB001"


@pytest.mark.parametrize("trigger", sorted(GUARDS))
def test_a_ledger_without_a_guard_is_read_and_not_written(filled: str, trigger: str) -> None:
    table = trigger.partition("_")[0]
    with past_the_store(filled) as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}".encode())
    with pytest.raises(StoreError) as raised:
        opened(filled)
    assert raised.value.code == "store.guard"
    assert trigger in str(raised.value)
    with closing(opened(filled, read_only=True)) as store:
        assert store.size() == 3


def test_a_server_that_does_not_flush_is_not_written_to(filled: str) -> None:
    with superuser() as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        try:
            code = ""
            while not code:  # the server takes a moment to read its settings again
                try:
                    opened(filled).close()
                except StoreError as error:
                    code, text = error.code, str(error)
        finally:
            connection.execute("ALTER SYSTEM RESET fsync")
            connection.execute("SELECT pg_reload_conf()")
            while connection.execute("SHOW fsync").fetchone() != ("on",):
                pass
    assert code == "store.guard"
    assert "fsync is off" in text


@pytest.mark.invariant("S3")
def test_no_statistics_keep_what_was_in_a_body(filled: str) -> None:
    with past_the_store(filled) as connection:
        connection.execute("ANALYZE entries")
        gathered = {
            str(row[0])
            for row in connection.execute(
                "SELECT attname FROM pg_stats WHERE schemaname = %s AND tablename = 'entries'",
                (schema_of(filled),),
            )
        }
    assert "account" in gathered
    assert not gathered & {"body", "salt"}


# ── roles ────────────────────────────────────────────────────────────────────────────────────

ROLES = ("owner", "writer", "reader", "archivist")


class Roles:
    """A ledger made from the printed script, and people who log in as each of its roles."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.superuser_address = fresh_address(version)
        self.schema = schema_of(self.superuser_address)
        with superuser(version) as connection:
            connection.execute(script(self.schema, self.schema, "printed/1").encode())
            for role in ROLES:
                made = (
                    f"CREATE ROLE {self.schema}_{role}_1 LOGIN;"
                    f"GRANT {self.schema}_{role} TO {self.schema}_{role}_1;"
                )
                connection.execute(made.encode())

    def address(self, role: str) -> str:
        return self.superuser_address.replace("postgres:@", f"{self.schema}_{role}_1@", 1)

    def open(self, role: str, *, read_only: bool = False) -> PostgresStore:
        return opened(self.address(role), read_only=read_only)

    def drop(self) -> None:
        drop(self.superuser_address, self.version)
        with superuser(self.version) as connection:
            for role in ROLES:
                connection.execute(
                    f"DROP OWNED BY {self.schema}_{role};"
                    f"DROP ROLE {self.schema}_{role}_1, {self.schema}_{role}".encode()
                )


@pytest.fixture(params=[OLDEST, NEWEST])
def roles(request: pytest.FixtureRequest) -> Iterator[Roles]:
    made = Roles(request.param)
    yield made
    made.drop()


def code_of(store: PostgresStore, *, erasing: bool) -> str:
    """Return the code with which writing one more entry of account A is refused, or ''."""
    size = store.size()
    version = len(store.read_accounts(["A"]).get("A", [])) + 1
    try:
        if erasing:
            store.erase(destroyed("A", seq=size, version=version), expected_size=size)
        else:
            entries = sealed(["A"], first_seq=size, versions={"A": version - 1})
            store.append(entries, expected_size=size)
    except RebaError as error:
        assert store.size() == size
        return error.code
    assert store.size() == size + 1
    return ""


@pytest.mark.invariant("S3")
def test_each_role_does_what_it_is_for_and_no_more(roles: Roles) -> None:
    expected = {
        ("writer", False): "",
        ("writer", True): "store.permission",
        ("reader", False): "store.permission",
        ("reader", True): "store.permission",
        ("archivist", False): "",
        ("archivist", True): "",
        ("owner", False): "",
        ("owner", True): "",
    }
    for (role, erasing), code in expected.items():
        with closing(roles.open(role)) as store:
            assert store.origin() == "printed/1"
            store.put_document("law", EMPTY_DIGEST, "") if role != "reader" else None
            assert code_of(store, erasing=erasing) == code, (role, erasing)
            assert store.get_document("law", EMPTY_DIGEST) == ""


EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.invariant("S3")
@pytest.mark.parametrize("change", CHANGES)
def test_the_rights_of_a_writer_stop_a_change_before_any_trigger(change: str) -> None:
    made = Roles(NEWEST)
    try:
        with closing(made.open("writer")) as store:
            store.append(sealed(["A", "B"]), expected_size=0)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                store._connection.execute(CHANGES[change].encode())
    finally:
        made.drop()


@pytest.mark.invariant("S3")
def test_an_archivist_changes_no_other_column(roles: Roles) -> None:
    with closing(roles.open("archivist")) as store:
        store.append(sealed(["A"]), expected_size=0)
        store.erase(destroyed("A", seq=1, version=2), expected_size=1)
        for change in ("actor = 'x'", "leaf_hash = ''", "kind = 'x'", "seq = 7"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                store._connection.execute(f"UPDATE entries SET {change}".encode())
        with pytest.raises(psycopg.Error) as raised:
            store._connection.execute(b"UPDATE entries SET body = '{}'")
        assert raised.value.sqlstate == "RB001"


def test_who_may_purge(roles: Roles) -> None:
    """The owner always; an archivist from PostgreSQL 17 on, where there is a right for it."""
    archivist = "" if roles.version >= 17 else "store.owner"
    for role, code in {"owner": "", "writer": "store.owner", "archivist": archivist}.items():
        with closing(roles.open(role)) as store:
            try:
                store.purge()
                found = ""
            except StoreError as error:
                found = error.code
        assert found == code, role


def test_roles_can_be_added_to_a_ledger_that_is_there(filled: str) -> None:
    schema = schema_of(filled)
    with superuser() as connection:
        for _ in range(2):  # again is nothing
            connection.execute(roles_script(schema, schema).encode())
        granted = connection.execute(
            "SELECT table_name, privilege_type FROM information_schema.table_privileges "
            "WHERE grantee = %s",
            (f"{schema}_writer",),
        ).fetchall()
        drop(filled)
        for role in ROLES:
            connection.execute(f"DROP ROLE {schema}_{role}".encode())
    assert set(granted) == {(table, "SELECT") for table in TABLES} | {
        (table, "INSERT") for table in ("entries", "tiles", "documents")
    }


def test_a_stranger_sees_nothing(roles: Roles) -> None:
    stranger = f"{roles.schema}_stranger"
    with superuser(roles.version) as connection:
        connection.execute(f"CREATE ROLE {stranger} LOGIN".encode())
        try:
            with pytest.raises(RebaError) as raised:
                opened(roles.superuser_address.replace("postgres:@", f"{stranger}@", 1))
        finally:
            connection.execute(f"DROP ROLE {stranger}".encode())
    assert raised.value.code == "store.permission"


def test_the_script_and_the_store_make_the_same_tables(roles: Roles) -> None:
    """What an administrator runs and what opening a ledger makes have one source."""
    made = fresh_address(roles.version)
    opened(made).close()
    columns = (
        "SELECT table_name, column_name, data_type, collation_name, is_nullable "
        "FROM information_schema.columns WHERE table_schema = %s ORDER BY 1, 2"
    )
    with superuser(roles.version) as connection:
        ours = connection.execute(columns, (schema_of(made),)).fetchall()
        printed = connection.execute(columns, (roles.schema,)).fetchall()
    drop(made, roles.version)
    assert len(ours) == len(printed) > len(TABLES)
    assert ours == printed


def test_a_schema_that_holds_something_else_is_no_ledger(address: str) -> None:
    schema = schema_of(address)
    with superuser() as connection:
        connection.execute(
            f'CREATE SCHEMA "{schema}"; CREATE TABLE "{schema}".entries (a int)'.encode()
        )
    with pytest.raises(LedgerError) as raised:
        open_store(address, create=True, read_only=False, new_origin=lambda: "test")
    assert raised.value.code == "ledger.not_a_ledger"


def test_a_schema_that_an_administrator_made_is_filled(address: str) -> None:
    with superuser() as connection:
        connection.execute(f'CREATE SCHEMA "{schema_of(address)}"'.encode())
    with closing(opened(address)) as store:
        assert store.size() == 0
