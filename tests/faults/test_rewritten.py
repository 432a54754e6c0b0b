"""Someone with the tools of the database, and with ours: moving, cutting, growing again, rewriting.

Whoever may write the file may drop the triggers, do what he likes, and put them back. What does
not fit the hashes is DETECTED by the audit. What is made anew, hashes and tiles and all, is OUT OF
REACH of any look at the ledger alone, and DETECTED against a checkpoint that was kept elsewhere.
Both are shown: clean without it, found with it.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

import pytest

from faults.stories import HALF, MARKED, closed_long_ago, row, small_ledger
from reba import HouseholdMonth, Ledger, audit, open_ledger
from reba.errors import LedgerError, StoreError
from reba.ledger.entries import Draft, Entry
from reba.ledger.merkle import Checkpoint
from reba.ledger.notes import sign, verifier_key, verify
from reba.ledger.sealing import SALT_BYTES, seal
from reba.ledger.signing_keys import new_private_key
from reba.ledger.stores import MemoryStore, SqliteStore

_VICTIM: Final = 18  # 225.38 came in
_HOUSEHOLDS: Final = 70  # 278 entries: a full tile, and some more


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("original") / "original.reba"
    small_ledger(place, _HOUSEHOLDS).close_store()
    return place


@pytest.fixture
def place(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(original, tmp_path / "l.reba"))


def _checkpoint(place: Path) -> Checkpoint:
    with open_ledger(place, create=False, read_only=True) as ledger:
        return ledger.checkpoint()


def _found(place: Path, *against: Checkpoint) -> set[str]:
    with open_ledger(place, create=False, read_only=True) as ledger:
        return {finding.id for finding in audit(ledger, against=against).findings}


def _seqs(place: Path) -> set[int | None]:
    with open_ledger(place, create=False, read_only=True) as ledger:
        return {finding.seq for finding in audit(ledger, recompute=False).findings}


def _with_tools(place: Path, *statements: str) -> None:
    """Drop the triggers, run statements, and put the triggers back as they were."""
    with closing(sqlite3.connect(place)) as connection, connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount
        for _, sql in guards:
            connection.execute(sql)


# ── entries moved, doubled, dropped, replaced, inserted ──────────────────────────────────────

_NEXT: Final = 4 * _HOUSEHOLDS - 2
_COPY: Final = (
    "INSERT INTO entries SELECT {seq}, {account}, {version}, kind, effective, recorded_at, actor, "
    "command_id, supersedes, body, salt, body_digest, leaf_hash, schema FROM entries WHERE seq = 7"
)
_REPLACE: Final = (
    "UPDATE entries SET (body, salt, body_digest) = (SELECT body, salt, body_digest FROM entries "
    "WHERE seq = 12) WHERE seq = 8"
)
CHANGES: Final = {
    "reordered": (
        "UPDATE entries SET seq = -1 WHERE seq = 6",
        "UPDATE entries SET seq = 6 WHERE seq = 10",
        "UPDATE entries SET seq = 10 WHERE seq = -1",
    ),
    "reordered within an account": (
        "UPDATE entries SET seq = -1, version = 0 WHERE seq = 7",
        "UPDATE entries SET seq = 7, version = 2 WHERE seq = 8",
        "UPDATE entries SET seq = 8, version = 3 WHERE seq = -1",
    ),
    "doubled": (_COPY.format(seq=_NEXT, account="account", version=5),),
    "doubled for another account": (_COPY.format(seq=_NEXT, account="'H-99'", version=1),),
    "dropped": ("DELETE FROM entries WHERE seq = 9",),
    "dropped, and what follows moved up": (
        "DELETE FROM entries WHERE seq = 9",
        "UPDATE entries SET seq = seq - 1 WHERE seq > 9",
    ),
    "replaced": (_REPLACE,),
    "inserted, and what follows moved down": (
        "UPDATE entries SET seq = -seq - 1 WHERE seq > 9",
        "UPDATE entries SET seq = -seq WHERE seq < 0",
        _COPY.format(seq=10, account="account", version=5),
    ),
}


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("change", CHANGES)
def test_entries_that_are_not_where_they_were_written_are_found(place: Path, change: str) -> None:
    """DETECTED, without any checkpoint, and located: number and account are in every leaf."""
    _with_tools(place, *CHANGES[change])
    assert {"entry.envelope", "entry.body", "entry.order"} & _found(place)
    assert _seqs(place) & {6, 7, 8, 9, 10, _NEXT}


@pytest.mark.parametrize("gone", ["seq = 270", "seq IN (257, 258, 259)", "seq > 255 AND seq < 277"])
def test_a_ledger_that_lacks_entries_gives_no_checkpoint_and_books_nothing(
    place: Path, gone: str
) -> None:
    """PREVENTED: nobody signs a tree that does not fit, and no entry is added to it."""
    _with_tools(place, f"DELETE FROM entries WHERE {gone}")
    facts = HouseholdMonth.model_validate(row(900))
    with open_ledger(place, create=False) as ledger:
        for ask in (ledger.checkpoint, lambda: ledger.assess(facts, policy=HALF)):
            with pytest.raises(LedgerError) as raised:
                ask()
            assert raised.value.code == "ledger.damaged"
    assert "entry.order" in _found(place)


def test_a_law_that_was_changed_is_not_decided_on(place: Path) -> None:
    """PREVENTED: a kept law has its digest or is not used. DETECTED: by the audit too."""
    _with_tools(place, "UPDATE documents SET text = replace(text, '.00', '.01') WHERE kind = 'law'")
    with open_ledger(place, create=False) as ledger:
        digest = next(digest for kind, digest in ledger.store.documents() if kind == "law")
        with pytest.raises(LedgerError) as raised:
            ledger.documents.law(digest)
        assert raised.value.code == "ledger.document_digest"
    assert "document.digest" in _found(place)


def test_without_its_triggers_a_ledger_is_read_and_not_written(place: Path) -> None:
    """DETECTED when it is next opened to write; whoever puts them back is not."""
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("DROP TRIGGER entries_no_delete")
    with pytest.raises(StoreError) as raised:
        open_ledger(place)
    assert raised.value.code == "store.guard"
    assert "entries_no_delete" in str(raised.value)
    assert _found(place) == set()


@pytest.mark.invariant("H1")
def test_an_entry_of_a_newer_schema_is_found_and_not_guessed_at(place: Path) -> None:
    """DETECTED: an entry that says it has schema 99 is not what was written, and is not read."""
    _with_tools(place, "UPDATE entries SET schema = 99 WHERE seq = 7")
    assert {"entry.kind", "entry.envelope"} <= _found(place)
    with open_ledger(place, read_only=True) as ledger:
        entry = next(iter(ledger.entries(7, 8)))
        with pytest.raises(Exception, match="schema 99") as raised:
            assert entry.body
    assert getattr(raised.value, "code", "") == "ledger.newer_schema"


# ── the tail ─────────────────────────────────────────────────────────────────────────────────


def _cut(place: Path, size: int) -> None:
    """Cut off all entries from `size` on, with the tiles that hold them; leave no trace."""
    tiles = () if size >= 256 else ("DELETE FROM tiles",)
    _with_tools(place, f"DELETE FROM entries WHERE seq >= {size}", *tiles)


@pytest.mark.invariant("H2")
@pytest.mark.parametrize("size", [262, 250, 14])
def test_a_cut_tail_is_found_against_a_checkpoint_only(place: Path, size: int) -> None:
    """OUT OF REACH without a checkpoint, DETECTED against a later one."""
    before = _checkpoint(place)
    _cut(place, size)
    assert _found(place) == set()
    assert _found(place, _checkpoint(place)) == set()
    assert "checkpoint.truncated" in _found(place, before)


@pytest.mark.invariant("H2")
@pytest.mark.parametrize("size", [262, 250, 14])
def test_a_tail_that_was_cut_and_grown_again_is_found_against_a_checkpoint_only(
    place: Path, size: int
) -> None:
    """OUT OF REACH without a checkpoint, DETECTED against one: as many entries, another root."""
    before = _checkpoint(place)
    _cut(place, size)
    with open_ledger(
        place, create=False, clock=lambda: datetime(2015, 4, 1, 8, tzinfo=UTC)
    ) as ledger:
        number = 500
        while ledger.size() < before.size:
            ledger.assess(HouseholdMonth.model_validate(row(number)), policy=HALF)
            number += 1
    assert _found(place) == set()
    assert _found(place, before) == {"checkpoint.root"}


# ── a rewritten history ──────────────────────────────────────────────────────────────────────


def _other_bodies(number: int) -> dict[tuple[int, str], str]:
    """Say what the ledger would hold of a household of which 100.00 less had come in."""
    facts = row(number)
    euros, _, cents = str(facts["collected"]).partition(".")
    facts["collected"] = f"{int(euros) - 100}.{cents}"
    with open_ledger(":memory:") as ledger:
        ledger.assess(HouseholdMonth.model_validate(facts), policy=HALF)
        return {(e.version, e.account): e.body_json or "" for e in ledger.entries()}


def rewrite(place: Path, target: Path, bodies: dict[tuple[int, str], str]) -> None:
    """Write a ledger again with other bodies here and there: every hash, every tile, same origin.

    This is what an insider can do who has the library: instants, salts and batches stay, so that
    nothing but the bodies and what hangs on them differs.
    """
    with (
        open_ledger(place, create=False, read_only=True) as source,
        closing(
            SqliteStore(target, create=True, read_only=False, new_origin=source.store.origin)
        ) as store,
    ):
        for kind, digest in source.store.documents():
            store.put_document(kind, digest, source.store.get_document(kind, digest))
        versions: dict[str, int] = {}
        for recorded_at, batch in groupby(source.entries(), lambda entry: entry.recorded_at):
            entries = list(batch)
            store.append(
                _resealed(entries, bodies, versions, recorded_at), expected_size=entries[0].seq
            )
            versions.update({entry.account: entry.version for entry in entries})


def _resealed(
    entries: list[Entry],
    bodies: dict[tuple[int, str], str],
    versions: dict[str, int],
    recorded_at: str,
) -> list[Entry]:
    drafts = [
        Draft(e.account, e.kind, e.effective, e.actor, e.command_id, e.supersedes,
              bodies.get((e.version, e.account), e.body_json or ""))
        for e in entries
    ]  # fmt: skip
    salts = b"".join(entry.salt or bytes(SALT_BYTES) for entry in entries)
    return seal(
        drafts, first_seq=entries[0].seq, versions=versions, recorded_at=recorded_at, salts=salts
    )


def _differing(one: Path, other: Path) -> list[int]:
    with open_ledger(one, read_only=True) as ours, open_ledger(other, read_only=True) as theirs:
        pairs = zip(ours.entries(), theirs.entries(), strict=True)
        return [left.seq for left, right in pairs if left != right]


@pytest.mark.invariant("H2")
def test_a_history_rewritten_without_a_change_is_the_same_history(
    place: Path, tmp_path: Path
) -> None:
    """OUT OF REACH: an attacker who is good at it; what he does not change comes out to the bit."""
    target = tmp_path / "rewritten.reba"
    rewrite(place, target, {})
    assert _differing(place, target) == []
    assert _checkpoint(place) == _checkpoint(target)


@pytest.mark.invariant("H2")
def test_a_rewritten_history_is_found_against_a_checkpoint_only(
    place: Path, tmp_path: Path
) -> None:
    """OUT OF REACH without a checkpoint: hashes and amounts all agree. DETECTED against one."""
    target = tmp_path / "rewritten.reba"
    rewrite(place, target, _other_bodies(_VICTIM))
    with open_ledger(place) as ours, open_ledger(target) as theirs:
        taken = ours.account(f"H-{_VICTIM}").collected_cents
        assert theirs.account(f"H-{_VICTIM}").collected_cents == taken - 10000
        assert theirs.store.subtree(8, 0) != ours.store.subtree(8, 0)  # the full tile too
    assert len(_differing(place, target)) == 3
    assert _found(target) == set()
    assert _found(target, _checkpoint(place)) == {"checkpoint.root"}


@pytest.mark.invariant("H2")
def test_a_checkpoint_says_nothing_of_what_came_after_it(place: Path, tmp_path: Path) -> None:
    """OUT OF REACH of an earlier checkpoint; DETECTED by each that was taken after the entry."""
    changed, target = tmp_path / "changed.reba", tmp_path / "rewritten.reba"
    rewrite(place, target, _other_bodies(_VICTIM))
    first = _differing(place, target)[0]
    for size in (0, 1, first, first + 1, 256, 278):
        shutil.copy(place, changed)
        _cut(changed, size) if size < 278 else None
        taken_at_size = _checkpoint(changed)
        assert taken_at_size.size == size
        found = _found(target, taken_at_size)
        assert found == ({"checkpoint.root"} if size > first else set())


# ── whole ledgers in place of others, keys and witnesses ─────────────────────────────────────


@pytest.mark.invariant("H2")
def test_an_old_backup_put_back_is_found_against_a_later_checkpoint_only(
    place: Path, tmp_path: Path
) -> None:
    """OUT OF REACH without a checkpoint, DETECTED against one that is later than the backup."""
    backup = Path(shutil.copy(place, tmp_path / "backup.reba"))
    early = _checkpoint(backup)
    with open_ledger(place, create=False) as ledger:
        ledger.assess(HouseholdMonth.model_validate(row(900)), policy=HALF)
        late = ledger.checkpoint()
    backup.replace(place)
    assert _found(place) == set()
    assert _found(place, early) == set()
    assert _found(place, late) == {"checkpoint.truncated"}


@pytest.mark.invariant("H2")
def test_two_views_of_one_ledger_are_found_by_whoever_sees_both_checkpoints(
    place: Path, tmp_path: Path
) -> None:
    """OUT OF REACH for each reader alone; DETECTED once checkpoints are published or compared."""
    shown = tmp_path / "shown.reba"
    rewrite(place, shown, _other_bodies(_VICTIM))
    one, other = _checkpoint(place), _checkpoint(shown)
    assert (one.origin, one.size) == (other.origin, other.size)
    assert _found(place, one) == _found(shown, other) == set()
    assert _found(place, other) == _found(shown, one) == {"checkpoint.root"}


@pytest.mark.invariant("H2")
def test_a_witness_who_colludes_hands_over_a_checkpoint_that_fits(
    place: Path, tmp_path: Path
) -> None:
    """OUT OF REACH where every kept checkpoint was replaced; DETECTED by one that was not."""
    target = tmp_path / "rewritten.reba"
    honest = _checkpoint(place)
    rewrite(place, target, _other_bodies(_VICTIM))
    colluding = _checkpoint(target)
    assert _found(target, colluding) == set()
    assert _found(target, colluding, honest) == {"checkpoint.root"}


@pytest.mark.invariant("H2")
def test_a_stolen_key_signs_a_rewritten_history_and_no_older_checkpoint(
    place: Path, tmp_path: Path
) -> None:
    """OUT OF REACH: the signature is right. DETECTED by a checkpoint signed before the theft."""
    target, key = tmp_path / "rewritten.reba", new_private_key()
    public = verifier_key(key, "coa.example")
    before = sign(_checkpoint(place).to_text(), name="coa.example", private_key=key)
    rewrite(place, target, _other_bodies(_VICTIM))
    forged = sign(_checkpoint(target).to_text(), name="coa.example", private_key=key)
    for note in (before, forged):
        assert verify(note, [public])
    assert _found(target, Checkpoint.parse(forged)) == set()
    assert _found(target, Checkpoint.parse(before)) == {"checkpoint.root"}


# ── destruction used as cover ────────────────────────────────────────────────────────────────

_DESTROYED: Final = "H-0"


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Return a ledger of accounts that were closed and settled in 2015."""
    place = tmp_path / "closed.reba"
    closed_long_ago(place, 2)
    return place


def _destroy(ledger: Ledger) -> None:
    ledger.destroy(_DESTROYED, legal_basis="list 7", term="P7Y", actor="archivist")


def _open_on(place: Path, day: date) -> Ledger:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return open_ledger(place, create=False, clock=lambda: noon)


@pytest.mark.invariant("H3")
def test_destruction_does_not_hide_who_destroyed_what_nor_the_totals(closed: Path) -> None:
    """DETECTED: who, when, on what basis, every envelope, and the totals stay, under every root."""
    before = _checkpoint(closed)
    with _open_on(closed, date(2035, 1, 1)) as ledger:
        total = ledger.account(_DESTROYED).totals()
        _destroy(ledger)
        assert ledger.account(_DESTROYED).totals() == total
        envelopes = ledger.history(_DESTROYED)
        assert [entry.kind for entry in envelopes][-1] == "records.destroyed"
        assert envelopes[-1].actor == "archivist"
        assert all(entry.actor and entry.recorded_at for entry in envelopes)
        assert MARKED not in str(envelopes)
        report = audit(ledger, against=[before])
    assert report.findings == ()
    assert report.checked["destroyed"] == 1


@pytest.mark.invariant("H3")
def test_bodies_taken_away_without_a_destruction_are_found(closed: Path) -> None:
    """DETECTED: an erased body of an account that says nothing of it is damage."""
    _with_tools(closed, "UPDATE entries SET body = NULL, salt = NULL WHERE account = 'H-0'")
    assert _found(closed) == {"entry.body_missing"}


@pytest.mark.invariant("H3")
def test_a_destruction_under_a_clock_set_forward_shows_with_the_next_entry(closed: Path) -> None:
    """DETECTED, as a warning, once an entry follows under the right clock; before it is not."""
    with _open_on(closed, date(2035, 1, 1)) as ledger:
        _destroy(ledger)
        assert audit(ledger).findings == ()
    with _open_on(closed, date(2016, 1, 1)) as ledger:
        ledger.assess(HouseholdMonth.model_validate(row(5)), policy=HALF)
        findings = audit(ledger).findings
    assert {(finding.id, finding.severity) for finding in findings} == {("entry.clock", "warning")}


@pytest.mark.invariant("H3")
def test_false_totals_in_a_destruction_are_found_only_by_who_audited_before(
    closed: Path,
) -> None:
    """OUT OF REACH of an audit afterwards: the bodies that would contradict them are gone.

    Who destroys may write totals that agree with each other and with nothing else. An audit from
    before the destruction has the true ones.
    """
    with _open_on(closed, date(2035, 1, 1)) as ledger:
        true = ledger.account(_DESTROYED).totals()
        _destroy(ledger)
        last = ledger.history(_DESTROYED)[-1]
    lie = json.loads(last.body_json or "")
    for name in ("assessed_cents", "collected_cents"):
        lie["totals"][name] += 100
    store = MemoryStore("lied/1")
    entries = [*_entries(closed)[:-1], _with_body(last, lie)]
    store.append(entries, expected_size=0)
    with Ledger(store) as lied:
        assert audit(entries).findings == ()
        assert lied.account(_DESTROYED).totals() != true


def _entries(place: Path) -> list[Entry]:
    with open_ledger(place, create=False, read_only=True) as ledger:
        return list(ledger.entries())


def _with_body(entry: Entry, body: object) -> Entry:
    text = json.dumps(body, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    draft = Draft(entry.account, entry.kind, entry.effective, entry.actor, entry.command_id,
                  entry.supersedes, text)  # fmt: skip
    (sealed,) = seal(
        [draft], first_seq=entry.seq, versions={entry.account: entry.version - 1},
        recorded_at=entry.recorded_at, salts=entry.salt or bytes(SALT_BYTES),
    )  # fmt: skip
    return sealed
