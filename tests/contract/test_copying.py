"""A copy is the same ledger: from any store to any other, stopped and started again at will."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from reba import HouseholdMonth, Ledger, audit, load_policy, open_ledger
from reba.canonical import text_digest
from reba.errors import LedgerError
from reba.ledger import copying
from reba.ledger.copying import copy_ledger
from reba.ledger.merkle import root_from
from reba.ledger.stores import MemoryStore, Store, open_store
from reba.testing.stores import sealed, sealed_destruction
from servers import drop, fresh_address, psql, schema_of, superuser, uri_of

ROOT = Path(__file__).parents[2]
CASE = json.loads((ROOT / "examples/cases/net-400-in-2015.json").read_text(encoding="utf-8"))
POLICY = ROOT / "examples/policies/vng-half.toml"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path])}
KINDS = ("memory", "sqlite", "postgresql")

NewStore = Callable[[str], Store]


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[NewStore]:
    """Return what opens a new store of a kind, all with the same origin."""
    with ExitStack() as stores:

        def open_new(kind: str) -> Store:
            place = {
                "memory": ":memory:",
                "sqlite": str(tmp_path / f"{len(list(tmp_path.iterdir()))}.reba"),
                "postgresql": "",
            }[kind]
            if not place:
                place = fresh_address()
                stores.callback(drop, place)
            store = open_store(place, create=True, read_only=False, new_origin=lambda: "same")
            stores.callback(store.close)
            return store

        yield open_new


def same(one: Store, two: Store) -> None:
    assert list(one.read()) == list(two.read())
    assert one.origin() == two.origin()
    assert root_from(one.subtree, one.size()) == root_from(two.subtree, two.size())
    assert sorted(one.documents()) == sorted(two.documents())
    for kind, digest in one.documents():
        assert one.get_document(kind, digest) == two.get_document(kind, digest)


def grow(store: Store, names: Sequence[str]) -> None:
    """Append an entry for each name, as the next of its account."""
    held = store.read_accounts(sorted(set(names)))
    versions = {account: len(entries) for account, entries in held.items()}
    size = store.size()
    store.append(sealed(names, first_seq=size, versions=versions), expected_size=size)


def destroy(store: Store, account: str) -> None:
    size, version = store.size(), len(store.read_accounts([account])[account]) + 1
    entry = sealed_destruction(account, seq=size, version=version)
    store.erase(entry, expected_size=size)


def bodies_of(store: Store, account: str) -> list[bool]:
    return [entry.body_json is not None for entry in store.read_accounts([account])[account]]


# ── between stores ───────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("E2")
@pytest.mark.parametrize("target_kind", KINDS)
@pytest.mark.parametrize("source_kind", KINDS)
def test_a_copy_is_the_same_ledger(
    new_store: NewStore, source_kind: str, target_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries, root, origin and documents; of destroyed accounts too; and it goes on."""
    monkeypatch.setattr(copying, "BATCH_ENTRIES", 100)
    source, target = new_store(source_kind), new_store(target_kind)
    for text in ('{"law":1}', '{"policy":2}'):
        source.put_document("law", text_digest(text), text)
    grow(source, [f"A{number % 40}" for number in range(330)])
    destroy(source, "A7")
    grow(source, ["A8", "B1", "B1"])
    told: list[int] = []
    copied = copy_ledger(source, target, progress=told.append)
    same(source, target)
    assert (copied.entries, copied.documents) == (334, 2)
    assert copied.checkpoint.root == root_from(source.subtree, 334)
    assert told == [100, 200, 300, 330, 334]
    again = copy_ledger(source, target)
    assert (again.entries, again.documents) == (0, 0)

    grow(source, ["C1", "A9"])
    destroy(source, "A9")  # which the target holds with its bodies
    purged: list[str] = []
    monkeypatch.setattr(target, "purge", lambda: purged.append(target.place))
    assert any(bodies_of(target, "A9"))
    assert copy_ledger(source, target).entries == 3
    same(source, target)
    assert not any(bodies_of(target, "A9")[:-1])
    assert len(purged) == 1


def test_a_copy_has_nothing_to_purge_where_nothing_was_there(new_store: NewStore) -> None:
    source, target = new_store("memory"), new_store("sqlite")
    grow(source, ["A", "B", "A"])
    destroy(source, "A")
    file = Path(target.place)
    before = file.stat().st_ino
    copy_ledger(source, target)
    assert file.stat().st_ino == before
    assert bodies_of(target, "A") == [False, False, True]


def test_a_source_that_grows_meanwhile(new_store: NewStore) -> None:
    """What comes while it is copied comes along, with the documents that it rests on."""
    source, target = new_store("sqlite"), new_store("postgresql")
    grow(source, ["A", "B"] * 3000)
    text = '{"law":1}'

    def growing(size: int) -> None:
        if size == copying.BATCH_ENTRIES:
            source.put_document("law", text_digest(text), text)
            grow(source, ["C"])

    copied = copy_ledger(source, target, progress=growing)
    assert copied.documents == 1
    assert copied.checkpoint.size in {6000, 6001}  # whether a read sees it is up to the store
    copy_ledger(source, target)
    same(source, target)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_an_earlier_part_is_refused(new_store: NewStore, kind: str) -> None:
    """Another ledger, a longer one, and one that took another turn: nothing is written."""
    source = new_store("memory")
    grow(source, ["A"] * 300)
    longer, forked = new_store(kind), new_store(kind)
    grow(longer, ["A"] * 301)
    grow(forked, ["A"] * 299 + ["B"])
    other = MemoryStore("another")
    for target, words in (
        (longer, "301 entries, more than 300"),
        (forked, "roots over the first 300 entries differ"),
        (other, "the ledger another, not same"),
    ):
        size = target.size()
        with pytest.raises(LedgerError) as raised:
            copy_ledger(source, target)
        assert raised.value.code == "ledger.not_a_prefix"
        assert words in str(raised.value)
        assert target.size() == size


@pytest.mark.parametrize(
    "damage",
    [
        {"actor": "someone else"},
        {"body_json": "{}"},
        {"body_digest": bytes(32)},
        {"leaf_hash": bytes(32)},
        {"seq": 9},
    ],
    ids=lambda damage: next(iter(damage)),
)
def test_a_copy_does_not_launder_damage(
    new_store: NewStore, damage: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = new_store("memory"), new_store("sqlite")
    grow(source, ["A", "B", "A", "C"])
    entries = list(source.read())
    entries[2] = entries[2]._replace(**damage)  # type: ignore[arg-type]
    monkeypatch.setattr(source, "read", lambda start=0, stop=None: iter(entries[start:stop]))
    with pytest.raises(LedgerError) as raised:
        copy_ledger(source, target)
    assert raised.value.code == "ledger.damaged"
    assert "entry 2" in str(raised.value)
    assert target.size() == 0


# ── killed and started again ─────────────────────────────────────────────────────────────────

CHILD = """
import sys
from reba.ledger import copying
copying.BATCH_ENTRIES = 50
from reba.cli.copying import copy_command
print("ready", flush=True)
copy_command(sys.argv[1], sys.argv[2])
"""


@pytest.mark.invariant("S1")
@pytest.mark.parametrize(("source_kind", "target_kind"), [("sqlite", "pg"), ("pg", "sqlite")])
def test_killed_at_any_instant_and_given_again_the_copy_is_whole(
    tmp_path: Path, address: str, source_kind: str, target_kind: str
) -> None:
    """SIGKILL at random instants: what is there is always an earlier part of the source."""
    places = {"sqlite": str(tmp_path / "ledger.reba"), "pg": address}
    with ExitStack() as stores:
        source = open_store(
            places[source_kind], create=True, read_only=False, new_origin=lambda: "same"
        )
        stores.callback(source.close)
        grow(source, [f"A{number % 97}" for number in range(6000)])
        destroy(source, "A5")
        drawn = random.Random(source_kind)  # noqa: S311 (the same instants each time)
        sizes, done = [0], False
        while not done:
            copying_it = subprocess.Popen(
                [sys.executable, "-c", CHILD, places[source_kind], places[target_kind]],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                env=ENVIRONMENT,
            )  # fmt: skip
            assert copying_it.stdout is not None
            assert copying_it.stdout.readline() == "ready\n"
            if len(sizes) <= KILLS:
                time.sleep(drawn.uniform(0, LONGEST_SECONDS))
                copying_it.send_signal(signal.SIGKILL)
            copying_it.communicate()
            done = copying_it.returncode == 0
            assert done or len(sizes) <= KILLS
            sizes.append(size_at(places[target_kind]))
        assert sizes == sorted(sizes)
        assert sizes[-1] == 6001
        target = open_store(
            places[target_kind], create=False, read_only=True, new_origin=lambda: "never"
        )
        stores.callback(target.close)
        same(source, target)


KILLS = 6
LONGEST_SECONDS = 0.4


def size_at(place: str) -> int:
    try:
        store = open_store(place, create=False, read_only=True, new_origin=lambda: "never")
    except LedgerError as error:
        if error.code not in {"ledger.not_found", "ledger.not_a_ledger"}:  # killed before it was
            raise
        return 0
    size = store.size()
    store.close()
    return size


# ── on the command line ──────────────────────────────────────────────────────────────────────


def reba(*arguments: str, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "reba", *arguments],
        capture_output=True, text=True, check=False,
        env=ENVIRONMENT,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


def facts(number: int) -> HouseholdMonth:
    return HouseholdMonth.model_validate({**CASE, "household": f"H-{number}"})


def test_the_command_moves_a_ledger_to_a_server_and_back(tmp_path: Path, address: str) -> None:
    """The checkpoint that was kept of the file is good for the copy, and the audit is clean."""
    file, back = str(tmp_path / "coa.reba"), str(tmp_path / "back.reba")
    with open_ledger(file) as ledger:
        for number in range(3):
            ledger.assess(facts(number), policy=load_policy(POLICY))
    kept = tmp_path / "kept.txt"
    kept.write_text(reba("checkpoint", file), encoding="utf-8")
    assert reba("copy", file, address) == kept.read_text(encoding="utf-8")
    assert "audit: 0 findings" in reba("audit", address, "--against", str(kept))
    with open_ledger(address, create=False) as ledger:
        ledger.assess(facts(9), policy=load_policy(POLICY))
        assert audit(ledger).clean
    assert reba("copy", address, back) == reba("checkpoint", address)
    assert "audit: 0 findings" in reba("audit", back, "--against", str(kept))
    assert "ledger.not_a_prefix" in reba("copy", file, address, status=4)
    bundle, unpacked = str(tmp_path / "bundle"), str(tmp_path / "unpacked.reba")
    reba("export", address, "--format", "bundle", "--out", bundle)
    assert reba("copy", bundle, unpacked) == reba("checkpoint", address)
    assert "rewritten" in reba("store", "purge", address)


def test_commands_take_an_address_wherever_they_take_a_file(tmp_path: Path, address: str) -> None:
    rows = tmp_path / "march.jsonl"
    rows.write_text(
        "".join(json.dumps({**CASE, "household": f"H-{number}"}) + "\n" for number in range(3)),
        encoding="utf-8",
    )
    run = ("run", str(rows), "--month", "2015-03", "--ledger", address, "--policy", str(POLICY))
    assert "3 would be booked" in reba(*run, "--dry-run")
    assert "ledger.not_found" in reba("checkpoint", address, status=3)
    assert "3 booked" in reba(*run)
    assert "3 already booked" in reba(*run, "--dry-run")
    assert "H-1" in reba("account", "H-1", "--ledger", address)
    assert len(reba("export", address, "--format", "csv").splitlines()) > 3
    with open_ledger(address, create=False, read_only=True) as ledger:
        assert isinstance(ledger, Ledger)
        assert reba("checkpoint", address) == ledger.checkpoint().to_text()


def test_the_steps_of_the_page_run_as_they_stand(tmp_path: Path, address: str) -> None:
    """docs/how-to/move-to-postgresql.md, on a server of ours in place of db.example."""
    page = (ROOT / "docs/how-to/move-to-postgresql.md").read_text(encoding="utf-8")
    steps = page.split("```sh\n")[1].split("```")[0]
    with open_ledger(tmp_path / "coa.reba") as ledger:
        ledger.assess(facts(1), policy=load_policy(POLICY))
    (tmp_path / "policy.toml").write_bytes(POLICY.read_bytes())
    april = {**CASE, "month": "2015-04", "household": "H-1"}
    (tmp_path / "april.jsonl").write_text(json.dumps(april) + "\n", encoding="utf-8")
    name = schema_of(address)
    server = uri_of().partition("@")[2]
    steps = steps.replace("coa_", f"{name}_").replace("schema=coa", f"schema={name}")
    steps = steps.replace("schema coa --roles coa ", f"schema {name} --roles {name} ")
    steps = steps.replace("admin@", "postgres@").replace("db.example/ledgers?", f"{server}&")
    steps = steps.replace("db.example/ledgers", server)
    assert "example" not in steps
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "reba").write_text(
        f'#!/bin/sh\nexec {sys.executable} -m reba "$@"\n', encoding="utf-8"
    )
    (tools / "reba").chmod(0o755)
    (tools / "psql").symlink_to(psql())
    environment = {**ENVIRONMENT, "PATH": f"{tools}:{os.environ['PATH']}", "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            ["sh", "-eu", "-c", steps], cwd=tmp_path, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "audit: 0 findings" in done.stdout
        assert "1 booked" in done.stdout
        assert "ERROR" not in done.stderr
    finally:
        drop(address)
        logins = ("run", "records", "auditor")
        groups = ("owner", "writer", "reader", "archivist")
        with superuser() as connection:
            for role in (*logins, *groups):
                connection.execute(f"DROP ROLE IF EXISTS {name}_{role}".encode())


def test_no_password_is_printed() -> None:
    said = reba("audit", "postgresql://u:hush@127.0.0.1:1/d?schema=s", status=4)
    assert "store.connection" in said
    assert "hush" not in said


def test_the_printed_script_names_the_roles_asked_for() -> None:
    whole = reba("store", "ddl", "--schema", "coa_north", "--roles", "coa")
    assert 'CREATE SCHEMA "coa_north" AUTHORIZATION "coa_owner"' in whole
    part = reba("store", "ddl", "--schema", "coa_north", "--only-roles")
    assert "coa_north_archivist" in part
    assert "CREATE TABLE" not in part
    assert "store.url" in reba("store", "ddl", "--schema", 'x"; DROP', status=3)
