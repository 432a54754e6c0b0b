"""Auditing since a trusted checkpoint: what it finds, and what it cannot see (H1, H2)."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reba import AuditReport, audit, open_ledger
from reba.errors import LedgerError
from reba.ledger.audit_trust import TrustedTree
from reba.ledger.entries import Entry
from reba.ledger.merkle import EMPTY_ROOT, Checkpoint, root_from, root_of
from reba.ledger.stores import MemoryStore, SqliteStore
from unit.test_audit_quick import _resealed, opened
from unit.test_audit_scale import SET, Large, audited, in_turn, large
from unit.test_cli import reba

__all__ = ["in_turn", "large", "opened"]  # fixtures

FULL = 883
OLD = 815
"""The size of the large ledger, and of its last checkpoint."""


def _ids(report: AuditReport) -> list[tuple[str, int | None]]:
    return [(finding.id, finding.seq) for finding in report.findings]


@pytest.fixture(params=[1, 2])
def workers(request: pytest.FixtureRequest, in_turn: None) -> int:
    del in_turn
    return int(request.param)


# ── nothing is wrong ─────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H2")
@pytest.mark.parametrize("number", range(4))
def test_the_report_says_what_was_taken_on_trust(large: Large, number: int, workers: int) -> None:
    since = large.checkpoints[number]
    report = audited(large.place, since=since, workers=workers)
    assert report.findings == ()
    checked, whole = report.checked, audited(large.place).checked
    assert (checked["since"], checked["entries"]) == (since.size, FULL - since.size)
    assert checked["root"] == whole["root"]
    assert checked["checkpoints"] == 1
    with open_ledger(large.place, create=False, read_only=True) as ledger:
        touched = {entry.account for entry in ledger.entries(since.size)}
        proven = [entry for entry in ledger.entries(0, since.size) if entry.account in touched]
    assert (checked["accounts"], checked["proven"]) == (len(touched), len(proven))
    assert int(checked["assessments"]) < int(whole["assessments"])


def test_since_nothing_is_the_whole(large: Large, workers: int) -> None:
    since = large.checkpoints[0]._replace(size=0, root=EMPTY_ROOT)
    report = audited(large.place, since=since, workers=workers)
    assert report == audited(large.place, against=[since])
    assert (report.checked["since"], report.checked["entries"]) == (0, FULL)


def test_since_now_nothing_is_left_to_check(large: Large, workers: int) -> None:
    with open_ledger(large.place, create=False, read_only=True) as ledger:
        since = ledger.checkpoint()
        report = audit(ledger, since=since, workers=workers)
    assert report.findings == ()
    assert (report.checked["since"], report.checked["entries"]) == (FULL, 0)
    assert report.checked["root"] == since.root.hex()


def test_any_store_can_be_audited_since_a_checkpoint(large: Large) -> None:
    with open_ledger(large.place, create=False, read_only=True) as ledger:
        memory = MemoryStore(ledger.store.origin())
        for kind, digest in ledger.store.documents():
            memory.put_document(kind, digest, ledger.store.get_document(kind, digest))
        memory.append(list(ledger.entries()), expected_size=0)
        for since in large.checkpoints:
            assert audit(memory, since=since) == audit(ledger, since=since)


def test_entries_alone_have_nothing_that_leads_to_a_checkpoint(large: Large) -> None:
    with (
        open_ledger(large.place, create=False, read_only=True) as ledger,
        pytest.raises(ValueError, match="hand over the ledger"),
    ):
        audit(ledger.entries(), since=large.checkpoints[0])


# ── what came after ──────────────────────────────────────────────────────────────────────────

AFTER = {
    "a body": f"{SET} body = replace(body, '0', '1') WHERE seq = 830",
    "an envelope": f"{SET} actor = 'x' WHERE seq = 850",
    "a leaf": f"{SET} leaf_hash = zeroblob(32) WHERE seq = {OLD}",
    "a body that is gone": f"{SET} salt = NULL, body = NULL WHERE seq = 840",
    "an account": f"{SET} account = 'H-0' WHERE seq = 850",
    "the clock": f"{SET} recorded_at = '2015-03-31T08:00:00.000000Z' WHERE seq = 820",
    "one side of a transfer": f"{SET} body = replace(body, '1500', '1501') "
    f"WHERE kind = 'balance.transferred' AND account = 'H-031' AND seq > {OLD}",
    "the law": "DELETE FROM documents WHERE kind = 'law'",
}


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("damage", AFTER)
def test_damage_after_the_checkpoint_is_found_as_by_a_full_audit(
    large: Large, tmp_path: Path, damage: str, workers: int
) -> None:
    place = large.damaged(tmp_path, AFTER[damage])
    since = large.checkpoints[-1]
    report, full = audited(place, since=since, workers=workers), audited(place)
    assert report.checked["since"] == OLD
    new = tuple(each for each in full.findings if each.seq is None or each.seq >= OLD)
    assert report.findings == new != ()
    assert report.checked["root"] == full.checked["root"]


@pytest.mark.invariant("H2")
def test_a_cut_end_is_found_against_the_checkpoint(
    large: Large, tmp_path: Path, workers: int
) -> None:
    place = large.damaged(tmp_path, f"DELETE FROM entries WHERE seq >= {OLD - 1}")
    report = audited(place, since=large.checkpoints[-1], workers=workers)
    assert ("checkpoint.truncated", None) in _ids(report)
    assert (report.checked["since"], report.checked["entries"]) == (0, OLD - 1)


# ── what came before ─────────────────────────────────────────────────────────────────────────


def _old_entry(large: Large, account: str, kind: str) -> int:
    with closing(sqlite3.connect(large.place)) as connection:
        sql = "SELECT min(seq) FROM entries WHERE account = ? AND kind = ?"
        (seq,) = connection.execute(sql, (account, kind)).fetchone()
    assert seq < OLD
    return int(seq)


BEFORE = {
    "a body": ("body = replace(body, '400.00', '401.00')", "entry.body"),
    "a salt": ("salt = zeroblob(16)", "entry.body"),
    "an envelope": ("actor = 'x'", "entry.envelope"),
    "a leaf": ("leaf_hash = zeroblob(32)", "since.entry"),
    "a body that is gone": ("body = NULL, salt = NULL", "entry.body_missing"),
}


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("damage", BEFORE)
def test_damage_before_shows_in_accounts_that_go_on_and_in_no_others(
    large: Large, tmp_path: Path, damage: str, workers: int
) -> None:
    change, finding = BEFORE[damage]
    since = large.checkpoints[-1]
    for account, goes_on in (("H-025", True), ("H-045", False)):
        seq = _old_entry(large, account, "contribution.assessed")
        place = large.damaged(tmp_path, f"{SET} {change} WHERE seq = {seq}")
        found = _ids(audited(place, since=since, workers=workers))
        assert ((finding, seq) in found) == goes_on
        assert bool(found) == goes_on  # of what nobody goes on with, nothing is seen
        assert audited(place).findings != ()


@pytest.mark.invariant("H1")
@pytest.mark.parametrize(
    ("change", "accounts"),
    [
        ("DELETE FROM entries WHERE seq = {seq}", {"H-025"}),
        (SET + " account = 'H-045', version = 99 WHERE seq = {seq}", {"H-025"}),
        (SET + " account = 'H-025', version = 99 WHERE seq = {other}", {"H-025"}),
        (SET + " seq = 5000 WHERE seq = {seq}", {"H-025"}),
    ],
)
def test_an_old_entry_that_was_removed_or_moved_shows_in_an_account_that_goes_on(
    large: Large, tmp_path: Path, change: str, accounts: set[str], workers: int
) -> None:
    seq = _old_entry(large, "H-025", "contribution.collected")
    other = _old_entry(large, "H-045", "contribution.collected")
    place = large.damaged(tmp_path, change.format(seq=seq, other=other))
    report = audited(place, since=large.checkpoints[-1], workers=workers)
    assert accounts <= {finding.account for finding in report.findings}


@pytest.mark.invariant("H1")
def test_an_entry_that_was_hashed_again_is_not_the_one_that_is_trusted(
    large: Large, tmp_path: Path, workers: int
) -> None:
    seq = _old_entry(large, "H-025", "contribution.collected")
    place = large.damaged(tmp_path)
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute("SELECT * FROM entries WHERE seq = ?", (seq,)).fetchone()
        forged = _resealed(Entry(*row), body_json='{"collected_cents":1,"month":"2015-03"}')
        sql = "UPDATE entries SET body = ?, body_digest = ?, leaf_hash = ? WHERE seq = ?"
        values = (forged.body_json, forged.body_digest, forged.leaf_hash, seq)
        connection.execute(sql, values)
        since = large.checkpoints[-1]
        connection.commit()
        assert _ids(audited(place, since=since, workers=workers)) == [("since.entry", seq)]
        # With the lowest kept hashes changed too, these no longer lead to the checkpoint.
        sql = "SELECT hashes FROM tiles WHERE level = 0 AND tile = ?"
        (tile,) = connection.execute(sql, (seq // 256,)).fetchone()
        at = seq % 256 * 32
        changed = tile[:at] + forged.leaf_hash + tile[at + 32 :]
        sql = "UPDATE tiles SET hashes = ? WHERE level = 0 AND tile = ?"
        connection.execute(sql, (changed, seq // 256))
    report = audited(place, since=since, workers=workers)
    assert {"since.tree", "checkpoint.root"} <= {finding.id for finding in report.findings}
    assert (report.checked["since"], report.checked["entries"]) == (0, FULL)


@pytest.mark.invariant("H2")
def test_a_rewritten_history_is_found_and_nothing_is_trusted(
    large: Large, tmp_path: Path, workers: int
) -> None:
    """Every hash was made again, and the whole tree: without the checkpoint nobody would know."""
    seq = _old_entry(large, "H-045", "contribution.assessed")
    place = tmp_path / "rewritten.reba"
    with open_ledger(large.place, create=False, read_only=True) as ledger:
        origin = ledger.store.origin()
        entries = list(ledger.entries())
        entries[seq] = _resealed(entries[seq], actor="somebody-else")
        with closing(
            SqliteStore(place, create=True, read_only=False, new_origin=lambda: origin)
        ) as store:
            for kind, digest in ledger.store.documents():
                store.put_document(kind, digest, ledger.store.get_document(kind, digest))
            store.append(entries, expected_size=0)
    assert audited(place).findings == ()
    report = audited(place, since=large.checkpoints[-1], workers=workers)
    assert _ids(report) == [("checkpoint.root", None), ("since.tree", None)]
    assert (report.checked["since"], report.checked["entries"]) == (0, FULL)


# ── a checkpoint that cannot be trusted ──────────────────────────────────────────────────────


@pytest.mark.invariant("H2")
@pytest.mark.parametrize(
    ("change", "findings"),
    [
        ({"root": bytes(32)}, [("checkpoint.root", None), ("since.tree", None)]),
        ({"size": OLD - 1}, [("checkpoint.root", None), ("since.tree", None)]),
        ({"origin": "elsewhere"}, [("checkpoint.origin", None)]),
        ({"size": FULL + 1}, [("checkpoint.truncated", None)]),
        ({"size": 0}, [("checkpoint.root", None)]),
    ],
)
def test_since_another_checkpoint_everything_is_checked(
    large: Large, change: dict[str, Any], findings: list[tuple[str, int | None]], workers: int
) -> None:
    since = large.checkpoints[-1]._replace(**change)
    report = audited(large.place, since=since, workers=workers)
    assert _ids(report) == findings
    whole = audited(large.place, against=[since])
    assert report.checked == whole.checked
    assert report.checked["entries"] == FULL


@pytest.mark.invariant("H2")
def test_earlier_checkpoints_are_held_against_the_trusted_one(large: Large, workers: int) -> None:
    since = large.checkpoints[-1]
    report = audited(large.place, against=large.checkpoints, since=since, workers=workers)
    assert report.findings == ()
    assert report.checked["checkpoints"] == 5
    wrong = [each._replace(root=bytes(32)) for each in large.checkpoints]
    report = audited(large.place, against=wrong, since=since, workers=workers)
    assert _ids(report) == [("checkpoint.root", None)] * 4
    assert report.checked["since"] == OLD


@pytest.mark.invariant("H1")
@pytest.mark.parametrize(
    ("damage", "findings"),
    [
        ("DELETE FROM tiles", {"since.tree", "store.damaged"}),
        ("UPDATE tiles SET hashes = zeroblob(8192) WHERE tile = 2", {"since.tree", "tree.root"}),
        ("UPDATE tiles SET hashes = x'00' WHERE tile = 0", {"since.tree"}),
        (f"{SET} recorded_at = '2015-01-01' WHERE seq = {OLD - 1}", {"since.tree"}),
        (f"DELETE FROM entries WHERE seq = {OLD - 1}", {"since.tree", "entry.order"}),
        ("DELETE FROM entries WHERE seq = 850", {"since.tree", "entry.order"}),
        ("DELETE FROM ledger", {"since.tree", "store.damaged"}),
    ],
)
def test_where_the_kept_tree_is_damaged_everything_is_checked(
    large: Large, tmp_path: Path, damage: str, findings: set[str], workers: int
) -> None:
    place = large.damaged(tmp_path, damage)
    since = large.checkpoints[-1]
    report, full = audited(place, since=since, workers=workers), audited(place, against=[since])
    assert findings <= {finding.id for finding in report.findings}
    assert [each for each in report.findings if each.id != "since.tree"] == list(full.findings)
    assert report.checked == full.checked
    assert report.checked["since"] == 0


# ── the trusted tree ─────────────────────────────────────────────────────────────────────────


def _memory(entries: list[Entry]) -> MemoryStore:
    store = MemoryStore("o")
    store.append(entries, expected_size=0)
    return store


@pytest.mark.invariant("H2")
def test_every_hash_is_proven_at_every_size(opened: list[Entry]) -> None:
    store, leaves = _memory(opened), [entry.leaf_hash for entry in opened]
    for size in (1, 2, 3, 255, 256, 257, 300, 511, 512, 640, 769, 1024, 1100):
        root = root_of(leaves[:size])
        tree = TrustedTree(store, Checkpoint("o", size, root))
        assert [tree.leaf(seq) for seq in range(size)] == leaves[:size]
        assert [tree.leaf(seq) for seq in (-1, size, size + 1, 2**40)] == [b""] * 4
        assert tree.last_recorded == opened[size - 1].recorded_at
        for part in {*range(1, size, 97), size}:
            assert root_from(tree.subtree, part) == root_of(leaves[:part])
        with pytest.raises(LedgerError) as raised:
            TrustedTree(store, Checkpoint("o", size, bytes(32)))
        assert raised.value.code == "ledger.damaged"


def test_a_kept_hash_that_was_changed_is_never_believed(opened: list[Entry]) -> None:
    checkpoint = Checkpoint("o", 1000, root_of(entry.leaf_hash for entry in opened[:1000]))
    for number in range(3):
        store = _memory(opened)
        kept = store._tiles[0, number]
        store._tiles[0, number] = bytes(32) + kept[32:]
        tree, first = TrustedTree(store, checkpoint), number * 256
        for seq in (first, first + 100):
            with pytest.raises(LedgerError) as raised:
                tree.leaf(seq)
            assert raised.value.code == "ledger.damaged"
        other = (first + 256) % 768
        assert tree.leaf(other) == opened[other].leaf_hash


# ── the command ──────────────────────────────────────────────────────────────────────────────


def test_the_command_says_what_was_left_out(large: Large, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.txt"
    file.write_text(large.checkpoints[-1].to_text())
    since = ("audit", str(large.place), "--since", str(file))
    done = reba(*since, "--replay", "--workers", "1")
    assert done.returncode == 0
    assert f"taken on trust: the first {OLD} entries, of which 231 were held" in done.stdout
    assert "no amount was computed again" in done.stdout
    assert done.stdout.endswith("audit: 0 findings\n")
    checked = json.loads(reba(*since, "--workers", "2", "--json").stdout)["checked"]
    assert (checked["since"], checked["amounts"]) == (OLD, "computed again")
    whole = reba("audit", str(large.place)).stdout
    assert "trust" not in whole
    assert "replayed" not in whole


def test_the_command_takes_one_trusted_checkpoint(large: Large, tmp_path: Path) -> None:
    for number, checkpoint in enumerate(large.checkpoints):
        (tmp_path / f"{number}.txt").write_text(checkpoint.to_text())
    since = ("audit", str(large.place), "--since")
    many, missing = reba(*since, str(tmp_path)), reba(*since, str(tmp_path / "x"))
    assert (many.returncode, missing.returncode) == (2, 3)
    assert "--since takes one checkpoint" in many.stderr
    assert "[run.file]" in missing.stderr
