"""An older entry is read as today's, a newer one is refused; what was written stays (U1)."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from reba import audit, open_ledger
from reba.canonical import body_digest, canonical_text
from reba.errors import LedgerError
from reba.ledger import upcasting
from reba.ledger.accounts import fold
from reba.ledger.entries import SCHEMA, Entry, envelope_json
from reba.ledger.merkle import leaf_hash, root_of
from reba.ledger.stores import MemoryStore, SqliteStore, Store
from reba.ledger.upcasting import Body, Step, is_readable, upcast

ROOT = Path(__file__).parents[2]
BEFORE = SCHEMA - 1
"""A schema that never was: made here, to have an older one."""


def _entry(version: int, kind: str, body: Mapping[str, object], schema: int) -> Entry:
    text = canonical_text(body)
    salt = bytes([version]) * 16
    entry = Entry(
        version - 1, "H-1", version, kind, "2015-03", "2015-04-01T08:00:00.000000Z", "test",
        f"command/{version}", None, text, salt, body_digest(salt, text), bytes(32), schema,
    )  # fmt: skip
    return entry._replace(leaf_hash=leaf_hash(envelope_json(entry).encode()))


def _ledger(schema: int, *, euros: bool) -> list[Entry]:
    """Give a small account, as today's schema has it or with amounts as texts in euros."""
    amount = {"collected": "300.00"} if euros else {"collected_cents": 30000}
    more = {"collected": "12.50"} if euros else {"collected_cents": 1250}
    return [
        _entry(1, "account.opened", {"scheme": "reba-2008"}, schema),
        _entry(2, "contribution.collected", {**amount, "month": "2015-03"}, schema),
        _entry(3, "contribution.collected", {**more, "month": "2015-03"}, schema),
    ]


def _in_cents(kind: str, body: Body) -> Body:
    if kind != "contribution.collected":
        return body
    whole, _, cents = str(body["collected"]).partition(".")
    return {"collected_cents": int(whole) * 100 + int(cents), "month": body["month"]}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = MemoryStore("test/versions")
    if request.param == "sqlite":
        place = tmp_path / "l.reba"
        opened = SqliteStore(place, create=True, read_only=False, new_origin=opened.origin)
    yield opened
    opened.close()


def test_the_steps_are_taken_one_after_the_other() -> None:
    taken: list[tuple[int, str]] = []

    def step(version: int) -> Step:
        def lift(kind: str, body: Body) -> Body:
            taken.append((version, kind))
            return {**body, f"since {version + 1}": True}

        return lift

    steps = {version: step(version) for version in (1, 2, 3)}
    body = upcast("H-1/1", "account.opened", 2, {"scheme": "rooo"}, steps=steps, current=4)
    assert taken == [(2, "account.opened"), (3, "account.opened")]
    assert body == {"scheme": "rooo", "since 3": True, "since 4": True}
    assert upcast("H-1/1", "account.opened", 4, body, steps=steps, current=4) is body


@pytest.mark.invariant("U1")
def test_an_older_ledger_folds_to_the_state_of_today(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = _ledger(BEFORE, euros=True)
    store.append(older, expected_size=0)
    with pytest.raises(LedgerError, match="there never was a schema"):
        fold(store.read())
    monkeypatch.setattr(upcasting, "STEPS", {BEFORE: _in_cents})
    assert is_readable(BEFORE)
    state = fold(store.read())
    assert state == fold(_ledger(SCHEMA, euros=False))
    assert state.collected_cents == 31250


@pytest.mark.invariant("U1")
def test_what_was_written_stays_and_is_what_is_hashed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = _ledger(BEFORE, euros=True)
    store.append(older, expected_size=0)
    monkeypatch.setattr(upcasting, "STEPS", {BEFORE: _in_cents})
    read = list(store.read())
    assert [entry.body for entry in read][1] == {"collected_cents": 30000, "month": "2015-03"}
    assert read == older
    for entry in read:
        assert f'"schema":{BEFORE},' in envelope_json(entry)
        assert leaf_hash(envelope_json(entry).encode()) == entry.leaf_hash
        assert json.loads(entry.body_json or "").keys() & {"scheme", "collected"}
    today = root_of(entry.leaf_hash for entry in _ledger(SCHEMA, euros=False))
    assert root_of(entry.leaf_hash for entry in read) != today


def test_an_entry_of_today_takes_no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(kind: str, body: Body) -> Body:
        raise AssertionError(kind, body)

    monkeypatch.setattr(upcasting, "STEPS", {BEFORE: never, SCHEMA: never})
    assert fold(_ledger(SCHEMA, euros=False)).collected_cents == 31250


@pytest.mark.parametrize("schema", [SCHEMA + 1, SCHEMA + 7])
def test_a_newer_entry_is_refused_and_never_guessed_at(store: Store, schema: int) -> None:
    store.append(_ledger(SCHEMA, euros=False)[:2], expected_size=0)
    newer = _entry(3, "contribution.collected", {"collected_cents": 1, "month": "2015-03"}, schema)
    store.append([newer], expected_size=2)
    assert not is_readable(schema)
    with pytest.raises(LedgerError) as raised:
        fold(store.read())
    assert raised.value.code == "ledger.newer_schema"
    assert raised.value.data == {"place": "entry H-1/3", "schema": schema, "known": SCHEMA}
    assert fold(store.read(0, 2)).collected_cents == 30000
    finding = audit(store).findings[0]
    assert (finding.id, finding.seq) == ("entry.kind", 2)
    assert f"schema {schema}" in finding.actual


@pytest.mark.parametrize("schema", [0, -1])
def test_a_schema_that_never_was_is_damage(schema: int) -> None:
    assert not is_readable(schema)
    with pytest.raises(LedgerError) as raised:
        fold(_ledger(schema, euros=False))
    assert raised.value.code == "ledger.damaged"
    assert f"schema {schema}" in str(raised.value)


def test_the_command_line_says_what_to_do_with_a_newer_ledger(tmp_path: Path) -> None:
    place = tmp_path / "l.reba"
    with open_ledger(place) as ledger:
        ledger.store.append(_ledger(SCHEMA + 1, euros=False), expected_size=0)
    before = hashlib.sha256(place.read_bytes()).hexdigest()
    done = subprocess.run(
        [sys.executable, "-m", "reba", "account", "H-1", "--ledger", str(place)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 4
    assert "[ledger.newer_schema] entry H-1/1" in done.stderr
    assert "Upgrade reba-ledger." in done.stderr
    assert "Traceback" not in done.stderr
    assert hashlib.sha256(place.read_bytes()).hexdigest() == before
