"""Invariant H1: the quick checks of an audit find what the plain ones find, neither more nor less.

Here the plain audit is the same with every short cut taken out: each entry is looked at by itself,
each body is parsed and written again, each leaf is added to the tree alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.test_ledger_versions import _documents, _entries
from reba import AuditReport, audit, load_policy, open_ledger
from reba.canonical import body_digest
from reba.ledger import audit_entries, audit_order
from reba.ledger.audit_entries import EntriesCheck
from reba.ledger.entries import SCHEMA, Draft, Entry, envelope_json
from reba.ledger.merkle import Checkpoint, leaf_hash, root_of
from reba.ledger.sealing import SALT_BYTES, seal
from reba.ledger.stores import MemoryStore
from unit.test_ledger import OWNER, WORKER, _facts, _flips

POLICY = load_policy(Path(__file__).parents[2] / "examples" / "policies" / "vng-half.toml")
Audit = Callable[[Sequence[Entry]], AuditReport]


def _entry_by_entry(
    self: EntriesCheck, rows: Sequence[Any], first: int | None, trusted: Any = None
) -> None:
    for offset, row in enumerate(rows):
        entry = Entry._make(row)
        position = entry.seq if first is None else first + offset
        self._check(entry, position, trusted, right=False)


@pytest.fixture
def plainly() -> Audit:
    """Give the audit without any short cut, of entries alone."""

    def plain(entries: Sequence[Entry], **options: Any) -> AuditReport:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(EntriesCheck, "take", _entry_by_entry)
            patch.setattr(audit_entries, "plainly_canonical", lambda _text: None)
            patch.setattr(audit_order, "stretch_of", lambda *_: None)
            return audit(entries, **options)

    return plain


def _resealed(entry: Entry, **changes: Any) -> Entry:
    """Change an entry and hash it again, as who may write to the database can."""
    changed = entry._replace(**changes)
    if changed.salt is not None and changed.body_json is not None:
        changed = changed._replace(body_digest=body_digest(changed.salt, changed.body_json))
    return changed._replace(leaf_hash=leaf_hash(envelope_json(changed).encode()))


@pytest.fixture
def run() -> list[Entry]:
    """Return what two runs book: the entries that the quick checks are for."""
    clock = lambda: datetime(2015, 5, 1, 8, tzinfo=UTC)  # noqa: E731
    with open_ledger(":memory:", clock=clock) as ledger:
        for month in ("2015-03", "2015-04"):
            facts = [_facts(WORKER, month=month), _facts(OWNER, month=month)]
            list(ledger.run_month(facts, policy=POLICY))
        return list(ledger.entries())


def test_what_a_run_books_is_checked_quickly(
    run: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    closely = EntriesCheck._check

    def counted(self: EntriesCheck, entry: Entry, *args: Any, **options: Any) -> None:
        looked_at.append(entry.kind)
        closely(self, entry, *args, **options)

    monkeypatch.setattr(EntriesCheck, "_check", counted)
    assert audit(run).clean
    # A policy is met for the first time in a split, and entries alone bring none.
    assert set(looked_at) == {"savings.reserved"}


@pytest.mark.invariant("H1")
def test_every_flipped_bit_is_found_alike(run: list[Entry], plainly: Audit) -> None:
    compared = 0
    for seq, entry in enumerate(run[:8]):
        for field, value in entry._asdict().items():
            for flipped in list(_flips(value))[:: 1 if len(str(value)) < 100 else 9]:
                damaged = [*run[:seq], entry._replace(**{field: flipped}), *run[seq + 1 :]]
                assert audit(damaged) == plainly(damaged), (field, flipped)
                compared += 1
    assert compared > 5000


@pytest.mark.invariant("H1")
def test_every_letter_of_a_body_that_was_hashed_again_is_judged_alike(
    run: list[Entry], plainly: Audit
) -> None:
    drawn = random.Random(5)  # noqa: S311 (the same places each time; no secret)
    found = 0
    for seq, entry in enumerate(run[:8]):
        body = entry.body_json or ""
        for place in range(0, len(body), 1 if len(body) < 200 else 5):
            letter = drawn.choice('0159-.eE ,:"{}[]\\nué')
            changed = _resealed(entry, body_json=body[:place] + letter + body[place + 1 :])
            damaged = [*run[:seq], changed, *run[seq + 1 :]]
            report = audit(damaged)
            assert report == plainly(damaged), changed.body_json
            found += not report.clean
    assert found > 300


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("recompute", [True, False])
def test_every_kind_of_entry_is_judged_alike(plainly: Audit, *, recompute: bool) -> None:
    entries = _entries("v1")
    store = MemoryStore("o")
    store.append(entries, expected_size=0)
    for document in _documents("v1"):
        store.put_document(document.kind, document.digest, document.text)
    drawn = random.Random(6)  # noqa: S311 (the same places each time; no secret)
    for _ in range(150):
        damaged = list(entries)
        seq = drawn.randrange(len(entries))
        entry = entries[seq]
        body: dict[str, Any] = json.loads(entry.body_json or "")
        key = drawn.choice(list(body))
        body[key] = drawn.choice([None, 7, -(10**14), "2015-03", [], {}, body[key]])
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        damaged[seq] = drawn.choice(
            [
                _resealed(entry, body_json=text),
                _resealed(entry, kind=drawn.choice(entries).kind),
                _resealed(entry, supersedes=drawn.choice(entries).entry_id),
                _resealed(entry, schema=SCHEMA + 1),
                _resealed(entry, effective="2039-01-01"),
                entry._replace(body_json=None, salt=None),
                entry._replace(account=drawn.choice(entries).account),
            ]
        )
        store._entries = damaged
        report = audit(store, recompute=recompute)
        assert report == plainly(store, recompute=recompute)  # type: ignore[arg-type,call-arg]


@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_categories=["Cs"]), max_size=6)] * 3),
        min_size=1,
        max_size=5,
    )
)
def test_the_envelope_of_the_loop_is_the_envelope_of_the_ledger(
    texts: list[tuple[str, str, str]],
) -> None:
    drafts = [
        Draft("A", "account.opened", "2015-03", actor, command, supersedes or None, "{}")
        for actor, command, supersedes in texts
    ]
    entries = seal(
        drafts, first_seq=0, versions={}, recorded_at="2015-04-01T08:00:00.000000Z",
        salts=bytes(SALT_BYTES * len(drafts)),
    )  # fmt: skip
    assert [leaf_hash(envelope_json(entry).encode()) for entry in entries] == [
        entry.leaf_hash for entry in entries
    ]
    found = {finding.id for finding in audit(entries).findings}
    assert found == {"account.fold"}  # an empty body; nothing is wrong with the bytes


# ── order, clock and tree ────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def opened() -> list[Entry]:
    """Return the opening of 1,100 accounts, in four stretches and a part of one."""
    drafts = [
        Draft(f"A{n}", "account.opened", "2015-03", "run", f"c/{n}", None, '{"scheme":"rooo"}')
        for n in range(1100)
    ]
    salts = bytes(SALT_BYTES * len(drafts))
    at = "2015-04-01T08:00:00.000000Z"
    return seal(drafts, first_seq=0, versions={}, recorded_at=at, salts=salts)


@pytest.mark.invariant("H2")
def test_checkpoints_of_any_size_are_held_against_the_tree(
    opened: list[Entry], plainly: Audit
) -> None:
    leaves = [entry.leaf_hash for entry in opened]
    sizes = (0, 1, 255, 256, 257, 511, 512, 513, 768, 1023, 1024, 1025, 1099, 1100)
    right = [Checkpoint("o", size, root_of(leaves[:size])) for size in sizes]
    assert audit(opened, against=right).clean
    for checkpoint in right:
        wrong = checkpoint._replace(root=bytes(32))
        report = audit(opened, against=[*right, wrong])
        assert [finding.id for finding in report.findings] == ["checkpoint.root"]
        assert report == plainly(opened, against=[*right, wrong])  # type: ignore[call-arg]
    longer = Checkpoint("o", 1101, bytes(32))
    found = audit(opened, against=[longer]).findings
    assert [finding.id for finding in found] == ["checkpoint.truncated"]


def _sealed_at(entry: Entry, second: int) -> Entry:
    return _resealed(entry, recorded_at=f"2015-04-01T08:00:{second:02d}.000000Z")


@pytest.mark.invariant("H1")
@pytest.mark.parametrize(
    "damage",
    [
        lambda own: [*own[:300], *own[301:]],
        lambda own: own[1:],
        lambda own: [*own[:300], own[299], *own[300:]],
        lambda own: [*own[:256], own[700], *own[257:700], own[256], *own[701:]],
        lambda own: [*own[:511], own[511]._replace(leaf_hash=bytes(32)), *own[512:]],
        lambda own: [*own[:511], own[511]._replace(leaf_hash=bytes(31)), *own[512:]],
        lambda own: [_sealed_at(each, 59 - n // 20) for n, each in enumerate(own)],
        lambda own: [_sealed_at(each, 30 if n == 512 else 20) for n, each in enumerate(own)],
        lambda own: [_sealed_at(each, n // 256) for n, each in enumerate(own)],
        lambda own: [_sealed_at(each, n // 30) for n, each in enumerate(own)],
    ],
)
def test_order_and_clock_are_judged_alike(
    opened: list[Entry], plainly: Audit, damage: Callable[[list[Entry]], list[Entry]]
) -> None:
    damaged = damage(opened)
    assert audit(damaged) == plainly(damaged)


def test_a_clock_that_goes_on_is_no_finding(opened: list[Entry]) -> None:
    assert audit([_sealed_at(each, n // 30) for n, each in enumerate(opened)]).clean
    back = [_sealed_at(each, 20 if n == 513 else 30) for n, each in enumerate(opened)]
    found = audit(back).findings
    assert [(each.id, each.severity, each.seq) for each in found] == [
        ("entry.clock", "warning", 513)
    ]
