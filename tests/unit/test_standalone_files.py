"""The stand-alone verifier over whole ledgers, bundles, checkpoints and proofs; and over noise."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from by_hand import HandLedger, digested
from reba.canonical import text_digest
from reba.exports.bundle import write_bundle
from reba.ledger.entries import Draft
from reba.ledger.notes import VerifierKey, cosign, sign
from reba.ledger.proofs import checkpoint_at, prove_consistency
from reba.ledger.sealing import seal
from reba.ledger.stores import SqliteStore
from reba.standalone import reba_verify as alone
from reba.testing.stores import sealed
from unit.test_ledger import drop_triggers
from verdicts import Told, run_alone

ENTRIES = 700
LAW = '{"a":1}'


def _holds(told: Told) -> None:
    assert told.status == 0, told.text
    assert told.text.endswith("verified\n")


def _fails(told: Told, says: str) -> None:
    assert told.status == 1, told.text
    assert says in told.text
    assert "failed: " in told.text


@pytest.fixture(scope="module")
def written() -> Path:
    """A ledger that the library wrote: three accounts, two full tiles, and B is destroyed."""
    path = Path(tempfile.mkdtemp()) / "ledger.reba"
    store = SqliteStore(path, create=True, read_only=False, new_origin=lambda: "example.nl/l")
    store.append(sealed(["A", "B", "A", "C"] * (ENTRIES // 4)), expected_size=0)
    gone = Draft("B", "records.destroyed", "2024-01-01", "x", "destroy", None, '{"totals":{}}')
    (entry,) = seal(
        [gone], first_seq=ENTRIES, versions={"B": ENTRIES // 4}, salts=bytes(16),
        recorded_at="2026-01-02T03:04:05.678901Z",
    )  # fmt: skip
    store.erase(entry, expected_size=ENTRIES)
    store.put_document("law", text_digest(LAW), LAW)
    store.close()
    return path


@pytest.fixture
def place(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path / "ledger.reba"))


# ── a ledger in SQLite ───────────────────────────────────────────────────────────────────────


def _edit(place: Path, *statements: str) -> None:
    """Change a ledger as someone with database tools does."""
    with closing(sqlite3.connect(place)) as database:
        drop_triggers(database)
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_a_ledger_of_the_library_verifies(place: Path) -> None:
    before = place.read_bytes()
    _holds(run_alone("ledger", place))
    assert place.read_bytes() == before
    assert [each.name for each in place.parent.iterdir()] == ["ledger.reba"]


def test_a_ledger_that_is_open_is_read_with_its_log(place: Path) -> None:
    writer = SqliteStore(place, create=False, read_only=False, new_origin=str)
    writer.append(sealed(["D"], first_seq=ENTRIES + 1, versions={}), expected_size=ENTRIES + 1)
    assert place.with_name("ledger.reba-wal").stat().st_size
    told = run_alone("ledger", place)
    _holds(told)
    assert f"at {ENTRIES + 2} entries" in told.text
    writer.close()


def test_an_empty_ledger_verifies(tmp_path: Path) -> None:
    HandLedger().write_sqlite(tmp_path / "l.reba")
    _holds(run_alone("ledger", tmp_path / "l.reba"))


def test_a_ledger_written_by_hand_verifies(tmp_path: Path) -> None:
    hand = HandLedger()
    hand.documents = [("law", LAW), ("policy", '{"b":"é"}')]
    for number in range(520):
        hand.add(f"H-{number % 2}", "contribution.collected", {"collected_cents": number})
    hand.destroy("H-1")
    hand.write_sqlite(tmp_path / "l.reba")
    _holds(run_alone("ledger", tmp_path / "l.reba"))


@pytest.mark.invariant("H1")
@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE entries SET body = '{}' WHERE seq = 6", "entry 6: body_digest is of another"),
        ("UPDATE entries SET salt = zeroblob(16) WHERE seq = 6", "entry 6: body_digest"),
        ("UPDATE entries SET actor = 'x' WHERE seq = 6", "entry 6: the leaf that is kept"),
        ("UPDATE entries SET account = 'X' WHERE seq = 6", "entry 6: version 4 follows version 0"),
        ("UPDATE entries SET leaf_hash = zeroblob(32) WHERE seq = 6", "entry 6: the leaf that"),
        ("UPDATE entries SET seq = 9000 WHERE seq = 700", "entry 700: it says that it is"),
        ("DELETE FROM entries WHERE seq = 4", "entry 4: it says that it is entry 5"),
        ("DELETE FROM entries WHERE seq = 700", "account B: the body of version 1 is missing"),
        ("UPDATE entries SET body = NULL, salt = NULL WHERE seq = 0", "account A: the body of"),
        ("UPDATE entries SET body = NULL WHERE seq = 0", "entry 0: "),
        ("UPDATE entries SET body = '{ }' WHERE seq = 0", "entry 0: not canonical JSON"),
        ("UPDATE entries SET recorded_at = 'x' WHERE seq = 7", "entry 7: the envelope"),
        ("UPDATE tiles SET hashes = zeroblob(8192) WHERE tile = 1", "tile 0/1: it is not"),
        ("DELETE FROM tiles WHERE tile = 0", "tile 0/0: it is not"),
        ("INSERT INTO tiles VALUES (0, 2, zeroblob(8192))", "there are tiles of no entries"),
        ("UPDATE documents SET text = '{}'", "its text has another digest"),
        ("DELETE FROM ledger", "failed: 1 found"),
        ("DROP TABLE tiles", "no such table: tiles"),
        ("PRAGMA user_version = 9", "not a ledger known here"),
        ("PRAGMA application_id = 7", "not a ledger known here"),
    ],
)
def test_what_is_changed_in_a_ledger_is_found(place: Path, statement: str, says: str) -> None:
    _edit(place, statement)
    _fails(run_alone("ledger", place), says)


@pytest.mark.invariant("H3")
def test_a_body_that_was_destroyed_may_not_be_there(written: Path, place: Path) -> None:
    with closing(sqlite3.connect(written)) as database:
        row = database.execute("SELECT version FROM entries WHERE seq = 1").fetchone()
    assert row == (1,)
    entry = sealed(["A", "B"])[1]
    with closing(sqlite3.connect(place)) as database:
        drop_triggers(database)
        database.execute(
            "UPDATE entries SET body = ?, salt = ? WHERE seq = 1", (entry.body_json, entry.salt)
        )
        database.commit()
    _fails(run_alone("ledger", place), "a body that was destroyed is still there")


def _rewrite(place: Path, text: str) -> None:
    """Rewrite an entry and every hash after it: what no ledger shows by itself."""
    store = SqliteStore(place, create=False, read_only=True, new_origin=str)
    drafts, recorded_at = [], ""
    for entry in store.read():
        body = entry.body_json if entry.body_json is not None else "{}"
        drafts.append(Draft(*entry[1:2], *entry[3:5], text if entry.seq == 6 else entry.actor,
                            entry.command_id, entry.supersedes, body))  # fmt: skip
        recorded_at = entry.recorded_at
    store.close()
    place.unlink()
    kept = [draft for draft in drafts if draft.account != "B"]
    store = SqliteStore(place, create=True, read_only=False, new_origin=lambda: "example.nl/l")
    entries = seal(kept, first_seq=0, versions={}, recorded_at=recorded_at,
                   salts=bytes(16 * len(kept)))  # fmt: skip
    store.append(entries, expected_size=0)
    store.close()


@pytest.mark.invariant("H2")
def test_only_a_checkpoint_kept_elsewhere_shows_what_was_rewritten_or_cut(
    place: Path, tmp_path: Path
) -> None:
    store = SqliteStore(place, create=False, read_only=True, new_origin=str)
    kept = {}
    for size in (0, 1, 255, 256, 300, 512, 701):
        kept[size] = tmp_path / f"{size}.txt"
        kept[size].write_text(checkpoint_at(store, size).to_text(), encoding="utf-8")
    store.close()
    options = [each for path in kept.values() for each in ("--against", path)]
    _holds(run_alone("ledger", place, *options))
    _edit(place, "DELETE FROM entries WHERE seq >= 600")
    told = run_alone("ledger", place, "--against", kept[701])
    _fails(told, "701.txt: its 701 entries are others, or nothing ties them to these")
    _rewrite(place, "someone else")
    _holds(run_alone("ledger", place))
    _fails(
        run_alone("ledger", place, "--against", kept[256]), "256.txt: its 256 entries are others"
    )


def test_a_checkpoint_of_another_ledger_is_refused(place: Path, tmp_path: Path) -> None:
    store = SqliteStore(place, create=False, read_only=True, new_origin=str)
    other = checkpoint_at(store)._replace(origin="example.nl/other")
    store.close()
    (tmp_path / "other").write_text(other.to_text(), encoding="utf-8")
    _fails(run_alone("ledger", place, "--against", tmp_path / "other"), "it is of another ledger")


@pytest.mark.invariant("H3")
def test_nothing_follows_the_destruction_of_an_account(tmp_path: Path) -> None:
    hand = HandLedger()
    hand.add("H-1", "account.opened", {"scheme": "rooo"})
    hand.destroy("H-1")
    hand.add("H-1", "account.reopened", {})
    hand.write_bundle(tmp_path / "bundle")
    _fails(run_alone("bundle", tmp_path / "bundle"), "it follows the destruction of its account")


def test_a_folder_a_missing_file_and_noise_are_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"noise" * 999)
    (tmp_path / "empty").write_bytes(b"")
    for name in ("noise", "empty", "nothing", "."):
        assert run_alone("ledger", tmp_path / name).status == 1


@given(st.data())
def test_a_flipped_bit_in_the_file_gives_no_trace(written: Path, data: st.DataObject) -> None:
    damaged = bytearray(written.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "l.reba"
        place.write_bytes(damaged)
        told = run_alone("ledger", place)
    assert told.text.endswith(("verified\n", "found\n"))  # it may hit a page that is not used


# ── a bundle ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bundle(written: Path, tmp_path: Path) -> Path:
    """A bundle that the library exported."""
    store = SqliteStore(written, create=False, read_only=True, new_origin=str)
    write_bundle(store, tmp_path / "bundle")
    store.close()
    return tmp_path / "bundle"


@pytest.mark.invariant("H5")
def test_a_bundle_of_the_library_verifies(bundle: Path, written: Path, tmp_path: Path) -> None:
    _holds(run_alone("bundle", bundle))
    store = SqliteStore(written, create=False, read_only=True, new_origin=str)
    kept = tmp_path / "kept.txt"
    kept.write_text(checkpoint_at(store, 300).to_text(), encoding="utf-8")
    store.close()
    _holds(run_alone("bundle", bundle, "--against", kept))


def test_a_bundle_written_by_hand_verifies(tmp_path: Path) -> None:
    for count in (0, 1, 5):
        hand = HandLedger()
        hand.documents = [("law", LAW)] if count else []
        for number in range(count):
            hand.add("H-1", "contribution.collected", {"collected_cents": number})
        hand.write_bundle(tmp_path / str(count))
        _holds(run_alone("bundle", tmp_path / str(count)))


def _manifest(bundle: Path, change: Callable[[dict[str, Any]], object]) -> None:
    record = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    change(record)
    (bundle / "manifest.json").write_text(alone.write(record) + "\n", encoding="utf-8")


def _entries(bundle: Path, change: Callable[[list[bytes]], object]) -> None:
    """Change the lines of entries, and the manifest with them, as a forger does."""
    lines = (bundle / "entries.jsonl").read_bytes().splitlines(keepends=True)
    change(lines)
    data = b"".join(lines)
    (bundle / "entries.jsonl").write_bytes(data)
    stated = {"bytes": len(data), "sha256": alone.sha256(data).hex()}
    _manifest(bundle, lambda record: record["files"].update({"entries.jsonl": stated}))


def _renamed(lines: list[bytes]) -> None:
    """Name another actor in one entry; its body stays as it was booked."""
    lines[3] = lines[3].replace(b'"actor 3', b'"actor 4')


def _document(bundle: Path) -> Path:
    return next((bundle / "documents").iterdir())


def _rename(bundle: Path, digest: str) -> None:
    """Give a document another name, in the manifest too."""
    document = _document(bundle)
    old, new = f"documents/{document.name}", f"documents/law-{digest}.json"
    document.rename(bundle / new)
    _manifest(bundle, lambda record: record["files"].update({new: record["files"].pop(old)}))


@pytest.mark.invariant("H5")
@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda b: (b / "entries.jsonl").unlink(), "missing, or not named"),
        (lambda b: _document(b).unlink(), "missing, or not named"),
        (lambda b: (b / "one-more.txt").write_text("x"), "missing, or not named"),
        (lambda b: (b / "documents" / "more").mkdir(), None),
        (lambda b: (b / "manifest.json").unlink(), "FileNotFoundError"),
        (lambda b: _document(b).write_text("{}"), "not the file of the manifest"),
        (lambda b: _rename(b, "0" * 64), "it is not named after its digest"),
        (lambda b: _manifest(b, lambda r: r.update(size=700)), "another origin or size"),
        (lambda b: _manifest(b, lambda r: r.update(origin="x")), "another origin or size"),
        (lambda b: _manifest(b, lambda r: r.update(more=1)), "the keys are not"),
        (lambda b: _manifest(b, lambda r: r.update(format="reba-bundle/2")), "format is not known"),
        (lambda b: _entries(b, lambda lines: lines.pop()), "it does not hold 701 entries"),
        (lambda b: _entries(b, lambda lines: lines.reverse()), "it says that it is entry 700"),
        (lambda b: _entries(b, lambda lines: lines.append(b"x")), "not one line"),
        (
            lambda b: _entries(b, lambda lines: lines.insert(3, lines[3])),
            "it says that it is entry 3",
        ),
        (lambda b: _entries(b, _renamed), "its 701 entries are others"),
    ],
)
def test_what_is_changed_in_a_bundle_is_found(
    bundle: Path, damage: Callable[[Path], object], says: str | None
) -> None:
    damage(bundle)
    told = run_alone("bundle", bundle)
    if says is None:  # an empty folder holds nothing
        _holds(told)
    else:
        _fails(told, says)


# ── checkpoints, keys, proofs ────────────────────────────────────────────────────────────────


def _key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def _public(number: int, name: str = "example.nl/key") -> str:
    return VerifierKey(name, _key(number).public_key().public_bytes_raw()).to_text()


def test_a_signature_is_asked_of_what_is_trusted(tmp_path: Path) -> None:
    hand = HandLedger()
    for number in range(5):
        hand.add("H-1", "contribution.collected", {"collected_cents": number})
    plain, signed, own = tmp_path / "plain", tmp_path / "signed", tmp_path / "receipt"
    plain.write_text(hand.checkpoint(), encoding="utf-8")
    note = sign(hand.checkpoint(), name="example.nl/key", private_key=_key(1))
    signed.write_text(note, encoding="utf-8")
    own.write_text(digested(hand.receipt("H-1")), encoding="utf-8")
    _holds(run_alone("checkpoint", plain))
    _holds(run_alone("checkpoint", signed, "--key", _public(1)))
    _fails(run_alone("checkpoint", plain, "--key", _public(1)), "it is not signed with the key")
    _fails(run_alone("checkpoint", signed, "--key", _public(2)), "it is not signed with the key")
    _fails(run_alone("checkpoint", signed, "--key", _public(1, "other")), "not signed")
    _holds(run_alone("checkpoint", signed, "--key", _public(2), "--key", _public(1)))
    # Without a checkpoint of elsewhere, the receipt itself must be signed; else that one.
    _fails(run_alone("receipt", own, "--key", _public(1)), "it is not signed with the key")
    _holds(run_alone("receipt", own, "--key", _public(1), "--against", signed))
    _fails(run_alone("receipt", own, "--key", _public(1), "--against", plain), "not signed")
    # Signatures of others are left alone; a false one of a known key is not.
    both = cosign(note, name="witness.example", private_key=_key(3))
    signed.write_text(both, encoding="utf-8")
    _holds(run_alone("checkpoint", signed, "--key", _public(1)))
    signed.write_text(both.replace("\n5\n", "\n6\n"), encoding="utf-8")
    _fails(run_alone("checkpoint", signed, "--key", _public(1)), "not signed with the key")
    for key in ("", "x", _public(1)[:-2], _public(1).replace("+", "+0", 1), "a+b+c"):
        assert run_alone("checkpoint", plain, "--key", key).status == 1


def test_a_consistency_proof_of_the_library_ties_checkpoints(written: Path, tmp_path: Path) -> None:
    store = SqliteStore(written, create=False, read_only=True, new_origin=str)
    early, late = tmp_path / "early", tmp_path / "late"
    late.write_text(checkpoint_at(store).to_text(), encoding="utf-8")
    for size in (1, 2, 255, 256, 257, 511, 512, 700, 701):
        earlier = checkpoint_at(store, size)
        early.write_text(earlier.to_text(), encoding="utf-8")
        proof = tmp_path / "proof"
        proof.write_text(prove_consistency(store, earlier).to_text(), encoding="utf-8")
        for one, other in ((early, late), (late, early)):
            _holds(run_alone("checkpoint", one, "--against", other, "--consistency", proof))
            if size != ENTRIES + 1:
                _fails(run_alone("checkpoint", one, "--against", other), "nothing ties them")
        record = json.loads(proof.read_text(encoding="utf-8"))
        for changed in (
            {**record, "proof": [*record["proof"], "00" * 32]},
            {**record, "proof": ["00" * 32 for _ in record["proof"]] or ["00" * 32]},
            {**record, "first": record["first"].replace(f"\n{size}\n", f"\n{size + 1}\n")},
            {**record, "format": "reba-consistency/2"},
            {**record, "more": 1},
        ):
            proof.write_text(alone.write(changed) + "\n", encoding="utf-8")
            told = run_alone("checkpoint", early, "--against", late, "--consistency", proof)
            assert told.status == 1, changed
    store.close()


@pytest.mark.parametrize(
    "text",
    [
        "", "o\n1\n", "o\n1\n" + "A" * 43 + "=", "o\n01\n" + "A" * 43 + "=\n",
        "o\n1\n" + "A" * 42 + "B=\n", "\n1\n" + "A" * 43 + "=\n", "o\r\n1\n" + "A" * 43 + "=\n",
        "o\n9007199254740992\n" + "A" * 43 + "=\n", "o\n1\n" + "A" * 43 + "=\n\n- a AAAAAAE=\n",
        "o\n1\n" + "A" * 43 + "=\n\n— a AAAAAAF=\n", "o\n1\n" + "A" * 43 + "=\n\n— a b AAAAAAE=\n",
        "o\n1\n" + "A" * 43 + "=\n\n— a AAAA\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(text.encode())
    assert run_alone("checkpoint", tmp_path / "c").status == 1


# ── noise ────────────────────────────────────────────────────────────────────────────────────

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def _shaped(values: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """Receipts, manifests and proofs with anything for a value."""
    names = [
        "checkpoint digest entries format subject", "checkpoint files format origin size",
        "first format proof second", "body envelope proof salt",
    ]  # fmt: skip
    records = st.one_of(
        [st.fixed_dictionaries(dict.fromkeys(each.split(), values)) for each in names]
    )
    return records.map(lambda record: (json.dumps(record, sort_keys=True) + "\n").encode())


@given(
    st.sampled_from(["receipt", "bundle", "ledger", "checkpoint"]),
    st.binary(max_size=60) | _JSON.map(lambda value: json.dumps(value).encode()) | _shaped(_JSON)
    | st.just(b"[" * 100_000) | st.just(b"9" * 10_000),
)  # fmt: skip
def test_no_input_gives_a_trace(kind: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "given"
        if kind == "bundle":
            place.mkdir()
        (place / "manifest.json" if kind == "bundle" else place).write_bytes(data)
        extra = Path(folder) / "extra"
        extra.write_bytes(data)
        for options in ([], ["--against", extra], ["--consistency", extra], ["--key", "a+b+c"]):
            told = run_alone(kind, place, *options)
            assert told.status == 1
            assert told.text.isascii()
            assert "Traceback" not in told.text


@pytest.mark.parametrize(
    "arguments",
    [[], ["receipt"], ["other", "x"], ["receipt", "x", "--unknown"], ["ledger", "a", "b"]],
)
def test_a_command_that_is_not_usable_is_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        alone.main(arguments)
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_what_a_file_says_does_not_steer_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("o\x1b[31mrigin\n", encoding="utf-8")
    hand = HandLedger("evil\x7f\u202e")
    hand.add("H-1", "account.opened", {})
    (tmp_path / "r").write_text(digested(hand.receipt("H-1")), encoding="utf-8")
    for kind, name in (("checkpoint", "c"), ("receipt", "r")):
        text = run_alone(kind, tmp_path / name).text
        assert all(" " <= char <= "~" or char == "\n" for char in text)
