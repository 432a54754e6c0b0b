"""Export bundles: whole or refused, and audited as the ledger itself (invariants E2 and H5)."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reba import Ledger, audit, open_ledger
from reba.canonical import canonical_text
from reba.errors import BundleError, RebaError, RunError
from reba.exports import bundle as exports_bundle
from reba.exports.bundle import write_bundle
from reba.ledger.bundle_format import (
    LINE_BYTES_MAX,
    FileDigest,
    Manifest,
    entry_line,
    parse_entry,
    parse_manifest,
)
from reba.ledger.copying import copy_ledger
from reba.ledger.entries import Entry
from reba.ledger.merkle import (
    Checkpoint,
    inclusion_proof,
    leaf_hash,
    root_from,
    root_of,
    verify_inclusion,
)
from reba.ledger.stores import BundleStore, MemoryStore, SqliteStore, open_store
from reba.testing.stores import sealed
from servers import drop, fresh_address
from unit.test_cli import reba
from unit.test_ledger import drop_triggers
from unit.test_office import POLICY, Office, opened_office

FILES = ("manifest.json", "entries.jsonl")
DAY = date(2023, 7, 1)


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


def _busy(office: Office) -> Ledger:
    """Save, release, close and destroy in a ledger of more than two tiles of entries."""
    for number in range(60):
        for month in ("2015-03", "2015-04", "2015-05"):
            office.save(30000, account=f"H-{number}", month=month)
    office.end(account="H-1")
    office.today("2015-07-01")
    closed = office.ledger.close("H-1", case="granted", policy=POLICY, legal_basis="left")
    office.pay(office.approve(closed.releases[0].release), batch="B-1")
    office.today("2023-07-01")
    office.ledger.destroy("H-1", legal_basis="selection list, category 7", term="P7Y")
    assert office.ledger.size() > 512
    return office.ledger


def _small(path: Path, entries: Sequence[Entry] | None = None) -> Path:
    """Export a few entries whose bodies are hard to keep, without documents."""
    store = MemoryStore("test/bundle")
    store.append(sealed(["A", "B", "A"]) if entries is None else entries, expected_size=0)
    write_bundle(store, path)
    return path


def _honest(office: Office, *accounts: str) -> list[Entry]:
    """Return entries of which an audit finds nothing, without the law that they rest on."""
    for account in accounts:
        office.save(30000, account=account)
    entries = list(office.ledger.entries())
    assert audit(entries).clean
    return entries


def _refused(call: Callable[[], object]) -> str:
    """Return the reason why a line or a manifest is refused."""
    with pytest.raises(ValueError, match=r"\w") as raised:
        call()
    return str(raised.value)


def _rehashed(folder: Path, **changes: Any) -> None:
    """Write the manifest again over the files as they are, as a forger would."""
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in record["files"]:
        data = (folder / name).read_bytes()
        record["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    text = canonical_text(record | changes) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _code(folder: Path) -> str:
    """Return the code with which a bundle is refused when it is opened or read."""
    with pytest.raises(RebaError) as raised:
        list(BundleStore(folder).read())
    return raised.value.code


# ── the same ledger ──────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("E2")
def test_a_bundle_is_audited_as_its_ledger(office: Office, tmp_path: Path) -> None:
    ledger = _busy(office)
    told: list[int] = []
    assert write_bundle(ledger.store, tmp_path / "b", progress=told.append) == ledger.checkpoint()
    with open_ledger(tmp_path / "b", read_only=True) as bundle:
        report = audit(bundle)
        assert report == audit(ledger)
        assert report.clean
        assert report.checked["assessments"] != 0
        assert bundle.place == str(tmp_path / "b")
        assert bundle.checkpoint() == ledger.checkpoint()
        assert list(bundle.entries()) == list(ledger.entries())
        assert list(bundle.accounts()) == list(ledger.accounts())
        for account in ("H-0", "H-1"):
            assert bundle.history(account) == ledger.history(account)
            assert bundle.account(account, valid_on=DAY) == ledger.account(account, valid_on=DAY)
        older = Checkpoint(ledger.store.origin(), 300, root_from(ledger.store.subtree, 300))
        assert audit(bundle, against=[older]).clean
        forged = older._replace(root=bytes(32))
        (finding,) = audit(bundle, against=[forged]).findings
        assert finding.id == "checkpoint.root"


@pytest.mark.invariant("E2")
def test_every_store_gives_the_same_bytes(office: Office, tmp_path: Path) -> None:
    ledger, address = _busy(office), fresh_address()
    write_bundle(ledger.store, tmp_path / "memory")
    with ExitStack() as opened:
        opened.callback(drop, address)
        for kind, place in (("sqlite", str(tmp_path / "ledger.reba")), ("postgresql", address)):
            store = open_store(place, create=True, read_only=False, new_origin=ledger.store.origin)
            opened.callback(store.close)
            copy_ledger(ledger.store, store)
            write_bundle(store, tmp_path / kind)
            assert _bytes(tmp_path / kind) == _bytes(tmp_path / "memory")
    assert len(_bytes(tmp_path / "memory")) == 4


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


@pytest.mark.invariant("E2")
def test_a_body_that_was_changed_goes_along_and_is_found(office: Office, tmp_path: Path) -> None:
    ledger, place = _busy(office), tmp_path / "ledger.reba"
    with closing(_sqlite(place, ledger.store.origin())) as target:
        copy_ledger(ledger.store, target)
    with closing(sqlite3.connect(place)) as connection, connection:
        drop_triggers(connection)
        connection.execute('UPDATE entries SET body = \'{"month":"2015-03"}\' WHERE seq = 301')
    with open_ledger(place, read_only=True) as damaged:
        write_bundle(damaged.store, tmp_path / "b")
        with open_ledger(tmp_path / "b", read_only=True) as bundle:
            report = audit(bundle)
            assert report == audit(damaged)
        assert (report.findings[0].id, report.findings[0].seq) == ("entry.body", 301)


def _sqlite(place: Path, origin: str) -> SqliteStore:
    return SqliteStore(place, create=True, read_only=False, new_origin=lambda: origin)


def test_every_part_and_every_subtree_is_that_of_the_store(tmp_path: Path) -> None:
    entries = sealed([f"A-{number % 7}" for number in range(1300)])
    store = MemoryStore("test/bundle")
    store.append(entries, expected_size=0)
    write_bundle(store, tmp_path / "b")
    bundle = BundleStore(tmp_path / "b")
    for start in (0, 1, 255, 256, 257, 700, 1299, 1300, 2000):
        assert list(bundle.read(start)) == entries[start:]
        for stop in (0, start, start + 1, start + 300, 1300, 5000):
            assert list(bundle.read(start, stop)) == entries[start:stop]
    for level in range(11):
        for index in range(1300 >> level):
            assert bundle.subtree(level, index) == store.subtree(level, index)
    for seq in (0, 255, 256, 1024, 1299):
        proof = inclusion_proof(bundle.subtree, seq, 1300)
        assert verify_inclusion(entries[seq].leaf_hash, seq, 1300, proof, root_of(_leaves(entries)))
    assert bundle.read_accounts(["A-3", "none"]) == store.read_accounts(["A-3", "none"])
    assert list(bundle.accounts()) == list(store.accounts())


def _leaves(entries: Sequence[Entry]) -> list[bytes]:
    return [entry.leaf_hash for entry in entries]


def test_an_empty_ledger_has_a_bundle_too(tmp_path: Path) -> None:
    folder = _small(tmp_path / "b", [])
    assert sorted(each.name for each in folder.iterdir()) == sorted(FILES)
    with open_ledger(folder, read_only=True) as bundle:
        assert bundle.size() == 0
        assert audit(bundle).clean


def test_documents_are_kept_byte_for_byte(tmp_path: Path) -> None:
    store = MemoryStore("test/bundle")
    texts = {("law", '{"a":"é\\r\\n"}'), ("policy", "{}"), ("choices", "{}")}
    for kind, text in texts:
        store.put_document(kind, hashlib.sha256(text.encode()).hexdigest(), text)
    write_bundle(store, tmp_path / "b")
    bundle = BundleStore(tmp_path / "b")
    assert list(bundle.documents()) == list(store.documents())
    assert {(kind, bundle.get_document(kind, digest)) for kind, digest in bundle.documents()} == (
        texts
    )
    with pytest.raises(RebaError) as raised:
        bundle.get_document("law", "0" * 64)
    assert raised.value.code == "ledger.document_missing"


def test_a_ledger_can_be_made_again_from_its_bundle(office: Office, tmp_path: Path) -> None:
    ledger = _busy(office)
    write_bundle(ledger.store, tmp_path / "b")
    bundle = BundleStore(tmp_path / "b")
    with closing(_sqlite(tmp_path / "again.reba", bundle.origin())) as again:
        assert copy_ledger(bundle, again).checkpoint == ledger.checkpoint()
    with open_ledger(tmp_path / "again.reba", read_only=True) as opened:
        assert audit(opened) == audit(ledger)


# ── nothing is written to it ─────────────────────────────────────────────────────────────────


@pytest.mark.invariant("S3")
def test_nothing_can_be_booked_in_a_bundle(tmp_path: Path) -> None:
    store = BundleStore(_small(tmp_path / "b"))
    entry = next(store.read())
    refused: tuple[Callable[[], object], ...] = (
        lambda: store.append([entry], expected_size=3),
        lambda: store.erase(entry, expected_size=3),
        lambda: store.put_document("law", "0" * 64, ""),
        store.purge,
        lambda: open_ledger(tmp_path / "b"),
    )
    for call in refused:
        with pytest.raises(BundleError) as raised:
            call()
        assert raised.value.code == "bundle.read_only"
    store.close()
    assert BundleStore(tmp_path / "b").size() == 3


def test_the_bundle_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = _small(tmp_path / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


# ── whole or refused ─────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H5")
def test_each_file_missing_changed_or_one_more_is_named(office: Office, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    write_bundle(_busy(office).store, whole)
    names = [str(each.relative_to(whole)) for each in whole.rglob("*") if each.is_file()]
    assert len(names) == 4  # with a law and a policy
    for name in names:
        for damage in ("missing", "longer", "changed", "link"):
            folder = tmp_path / "damaged"
            shutil.copytree(whole, folder)
            file = folder / name
            data = file.read_bytes()
            if damage == "longer":
                file.write_bytes(data + b"\n")
            elif damage == "changed":
                file.write_bytes(data[:-2] + b"  ")
            else:
                file.unlink()
            if damage == "link":
                file.symlink_to(whole / name)
            expected = {"missing": "bundle.file_missing"}.get(damage, "bundle.file_changed")
            if name == "manifest.json" and damage in {"longer", "changed"}:
                expected = "bundle.manifest"
            if name == "manifest.json" and damage == "missing":
                with pytest.raises(RebaError) as raised:
                    open_ledger(folder, read_only=True)
                assert raised.value.code == "store.url"
                expected = "store.io"
            assert _code(folder) == expected, (name, damage)
            shutil.rmtree(folder)
    for name in ("more.txt", "documents/more.json", ".hidden", "entries.jsonl.gz"):
        (whole / name).write_text("more")
        with pytest.raises(BundleError) as raised:
            BundleStore(whole)
        assert raised.value.code == "bundle.file_unknown"
        assert name in str(raised.value)
        (whole / name).unlink()
    assert BundleStore(whole).size() > 512


@pytest.mark.invariant("H5")
def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    folder = _small(tmp_path / "b")
    (folder / "documents").mkdir()  # empty, it says nothing
    assert BundleStore(folder).size() == 3
    (folder / "documents").rmdir()
    (folder / "documents").symlink_to(tmp_path)
    assert _code(folder) == "bundle.file_unknown"
    (folder / "documents").unlink()
    (folder / "entries.jsonl").unlink()
    (folder / "entries.jsonl").mkdir()
    assert _code(folder) == "bundle.file_changed"


@pytest.mark.invariant("H5")
def test_a_flipped_bit_anywhere_refuses_the_bundle(tmp_path: Path) -> None:
    folder, tried = _small(tmp_path / "b"), 0
    codes = {"bundle.manifest", "bundle.file_changed", "bundle.root"}  # the root of the checkpoint
    for name in FILES:
        data = (folder / name).read_bytes()
        for place in range(len(data)):
            damaged = bytearray(data)
            damaged[place] ^= 1 << (place % 8)
            (folder / name).write_bytes(damaged)
            assert _code(folder) in codes, (name, place)
            tried += 1
        (folder / name).write_bytes(data)
    assert tried > 1500
    assert len(list(BundleStore(folder).read())) == 3


@pytest.mark.invariant("H1")
def test_a_flipped_bit_under_a_new_manifest_is_refused_or_found(
    office: Office, tmp_path: Path
) -> None:
    folder = _small(tmp_path / "b", _honest(office, "A")[:1])
    file = folder / "entries.jsonl"
    data = file.read_bytes()
    ends: set[str] = set()
    for place in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[place // 8] ^= 1 << (place % 8)
        file.write_bytes(damaged)
        _rehashed(folder)
        try:
            entries = list(BundleStore(folder).read())
        except BundleError as error:
            ends.add(error.code)
        else:
            found = audit(entries).findings
            assert found, place
            ends.add(found[0].id)  # a body or a salt: the envelope is bound by the root
    assert ends == {"bundle.entry", "bundle.root", "entry.body"}


@pytest.mark.invariant("H2")
def test_a_forged_bundle_shows_against_a_checkpoint_and_not_without_one(
    office: Office, tmp_path: Path
) -> None:
    """Who writes all of it anew is found only with what was kept elsewhere."""
    entries = _honest(office, "A", "B")
    kept = Checkpoint("test/bundle", len(entries), root_of(_leaves(entries)))
    assert BundleStore(_small(tmp_path / "true", entries)).size() == kept.size
    with opened_office() as another:
        rewritten = _honest(another, "A", "C")
    forged = BundleStore(_small(tmp_path / "forged", rewritten))
    assert audit(forged.read()).clean
    assert audit(forged.read(), against=[kept]).findings[0].id == "checkpoint.root"
    cut = BundleStore(_small(tmp_path / "cut", entries[: len(entries) // 2]))
    assert audit(cut.read()).clean
    assert audit(cut.read(), against=[kept]).findings[0].id == "checkpoint.truncated"


# ── the command ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H5")
def test_the_commands_export_a_bundle_and_audit_it(office: Office, tmp_path: Path) -> None:
    with closing(_sqlite(tmp_path / "coa.reba", office.ledger.store.origin())) as target:
        office.save(30000)
        copy_ledger(office.ledger.store, target)
    export = ("export", "coa.reba", "--format", "bundle")
    exported = reba(*export, "--out", "b", cwd=tmp_path)
    assert exported.returncode == 0
    assert exported.stdout == "4 entries in b, with a checkpoint, not signed\n"
    audited = reba("audit", "b", "--against", "b", "--json", cwd=tmp_path)
    assert audited.returncode == 0
    ledger = reba("audit", "coa.reba", "--against", "b", "--json", cwd=tmp_path)
    assert json.loads(audited.stdout) == json.loads(ledger.stdout)
    assert json.loads(audited.stdout)["checked"]["checkpoints"] == 1
    assert reba("checkpoint", "b", cwd=tmp_path).stdout == office.ledger.checkpoint().to_text()
    assert "H-1" in reba("export", "b", "--format", "csv", cwd=tmp_path).stdout
    copied = reba("copy", "b", "again.reba", cwd=tmp_path)
    assert copied.stdout == office.ledger.checkpoint().to_text()
    destroy = ("destroy", "H-1", "--basis", "list", "--term", "P7Y")
    for arguments, status, code in (
        ((*export, "--out", "b"), 3, "bundle.exists"),
        ((*export,), 2, "usage.option"),
        ((*export, "--out", "c", "--since", "1"), 2, "usage.option"),
        (("export", "coa.reba", "--format", "csv", "--sign", "k"), 2, "usage.option"),
        ((*export, "--out", "c", "--name", "a"), 2, "usage.option"),
        ((*destroy, "--ledger", "b"), 3, "bundle.read_only"),
        (("audit", "b", "--key", "k"), 2, "usage.option"),
    ):
        done = reba(*arguments, cwd=tmp_path)
        assert done.returncode == status, arguments
        assert done.stderr.startswith(f"[{code}] "), done.stderr
    (tmp_path / "b" / "entries.jsonl").write_bytes(b"")
    damaged = reba("audit", "b", cwd=tmp_path)
    assert damaged.returncode == 4
    assert damaged.stderr.startswith("[bundle.file_changed] b: entries.jsonl ")


# ── strict lines and manifests ───────────────────────────────────────────────────────────────


def _line() -> bytes:
    return entry_line(sealed(["A", "B"])[1])


def test_a_line_is_read_as_it_is_written() -> None:
    for entry in sealed(["A", "B", "A", "C"]):
        assert parse_entry(entry_line(entry), entry.seq) == entry
        gone = entry._replace(body_json=None, salt=None)
        assert parse_entry(entry_line(gone), entry.seq) == gone
        linked = entry._replace(supersedes="A/1")
        linked = linked._replace(leaf_hash=_leaf(linked))
        assert parse_entry(entry_line(linked), entry.seq) == linked


def _leaf(entry: Entry) -> bytes:
    line = entry_line(entry)
    return leaf_hash(
        line[line.index(b'"envelope":') + len(b'"envelope":') : line.rindex(b',"salt')]
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n", b""),
        (b"\n", b"\r\n"),
        (b'{"body":', b'{ "body":'),
        (b'{"body":{', b'{"body":[],"bodY":{'),
        (b',"salt":"', b',"salt":null,"sale":"'),
        (b',"salt":"00', b',"salt":"0'),
        (b',"salt":"00', b',"salt":"zz'),
        (b',"salt":"00', b',"salt":" 0'),
        (b'"schema":1', b'"schema":true'),
        (b'"schema":1', b'"schema":"1"'),
        (b'"schema":1', b'"schema":1.0'),
        (b'"schema":1,', b""),
        (b'"seq":1', b'"seq":2'),
        (b'"seq":1', b'"seq":01'),
        (b'"supersedes":null', b'"supersedes":0'),
        (b'"supersedes":null', b'"supersedes":[]'),
        (b'"version":1', b'"version":1,"with":0'),
        (b'"entry_id":"B/1"', b'"entry_id":"B/2"'),
        (b'"account":"B"', b'"account":5'),
        (b'"account":"B"', b'"account":"\\u0042"'),
        (b'"command_id":"command 1"', b'"command_id":null'),
        (b'"command_id":"command 1"', b'"command_id":["command 1"]'),
        (b'"body_digest":"', b'"body_digest":"0'),
        (b'"envelope":{', b'"envelope":{},"f":{'),
        (b'{"body":{', b'{"body":1,"c":{'),
        (b"9007199254740991", b"9007199254740992"),
        (b'"amount":', b'"\xc3\xa9":0,"amount":'),
        (b'"amount":', b'"amount":0,"amount":'),
    ],
)
def test_a_line_that_would_be_written_otherwise_is_refused(old: bytes, new: bytes) -> None:
    line = _line()
    assert line.count(old) >= 1, old
    damaged = line.replace(old, new, 1)
    assert damaged != line
    assert _refused(lambda: parse_entry(damaged, 1))


def test_a_line_that_is_no_entry_at_all_is_refused() -> None:
    deep = b'{"body":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b',"envelope":{},"salt":null}\n'
    for line in (b"\n", b"{}\n", b"[]\n", b"null\n", b'"envelope":{,"salt":}\n', deep):
        assert _refused(partial(parse_entry, line, 0))


def test_a_wrong_line_is_named_by_its_number(tmp_path: Path) -> None:
    folder = _small(tmp_path / "b")
    file = folder / "entries.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    for damaged, code in (
        ([lines[0], lines[2], lines[1]], "bundle.root"),
        ([lines[0], b"no entry\n", lines[2]], "bundle.entry"),
        ([lines[0], lines[1].replace(b'{"body":', b'{"body": '), lines[2]], "bundle.entry"),
        ([*lines, lines[2]], "bundle.root"),
        (lines[:2], "bundle.root"),
        ([*lines[:2], lines[2][:-1]], "bundle.entry"),
        ([lines[0] * 2, *lines[1:]], "bundle.root"),
    ):
        file.write_bytes(b"".join(damaged))
        _rehashed(folder)
        with pytest.raises(BundleError) as raised:
            list(BundleStore(folder).read())
        assert raised.value.code == code
        if len(damaged) != 3:
            assert raised.value.data["reason"] == f"there are {len(damaged)}, not 3"
        if code == "bundle.entry":
            assert raised.value.data["line"] == (2 if len(damaged[1]) != len(lines[1]) else 3)


def test_a_line_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    folder = _small(tmp_path / "b")
    with (folder / "entries.jsonl").open("wb") as file:
        file.truncate(3 * LINE_BYTES_MAX)  # a hole: it takes no room
    _rehashed(folder)
    tracemalloc.start()
    try:
        assert _code(folder) == "bundle.entry"
        assert tracemalloc.get_traced_memory()[1] < 6 * LINE_BYTES_MAX
    finally:
        tracemalloc.stop()


def test_a_manifest_is_read_as_it_is_written(tmp_path: Path) -> None:
    data = (_small(tmp_path / "b") / "manifest.json").read_bytes()
    assert parse_manifest(data).to_bytes() == data
    record = json.loads(data)
    assert (record["format"], record["origin"], record["size"]) == (
        "reba-bundle/1",
        "test/bundle",
        3,
    )
    entries = record["files"]["entries.jsonl"]
    digest, law = {"bytes": 1, "sha256": "0" * 64}, f"documents/law-{'0' * 64}.json"
    bad: list[dict[str, object]] = [
        {"format": "reba-bundle/2"},
        {"origin": "other"},
        {"size": 4},
        {"size": "3"},
        {"more": 1},
        {"checkpoint": "test/bundle\n3\n"},
        {"checkpoint": 3},
        {"files": []},
        {"files": {}},
        {"files": {"entries.jsonl": 3}},
        {"files": {"entries.jsonl": {**entries, "bytes": -1}}},
        {"files": {"entries.jsonl": {**entries, "bytes": True}}},
        {"files": {"entries.jsonl": {**entries, "bytes": "1"}}},
        {"files": {"entries.jsonl": {**entries, "sha256": "A" * 64}}},
        {"files": {"entries.jsonl": {**entries, "more": 1}}},
        {"files": {"entries.jsonl": entries, "manifest.json": digest}},
        {"files": {"entries.jsonl": entries, "../law.json": digest}},
        {"files": {"entries.jsonl": entries, "/etc/passwd": digest}},
        {"files": {"entries.jsonl": entries, "documents/law.json": digest}},
        {"files": {"entries.jsonl": entries, law.replace("law-0", "law-1"): digest}},
        {"files": {"entries.jsonl": entries, law + "\n": digest}},
    ]
    for changes in bad:
        text = canonical_text(record | changes).encode() + b"\n"
        assert _refused(partial(parse_manifest, text))
    for text in (
        b"",
        b"{}",
        b"{}\n",
        b"[]\n",
        data[:-1],
        data + b"\n",
        data.replace(b":", b": ", 1),
    ):
        assert _refused(partial(parse_manifest, text))
    named = Manifest(
        record["checkpoint"],
        {"entries.jsonl": FileDigest(0, "0" * 64), law: FileDigest(0, "0" * 64)},
    )
    assert parse_manifest(named.to_bytes()) == named


# ── writing ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("there", ["file", "full", "link"])
def test_what_is_there_is_not_overwritten(tmp_path: Path, there: str) -> None:
    place = tmp_path / "b"
    if there == "file":
        place.write_text("mine")
    elif there == "link":
        (tmp_path / "empty").mkdir()
        place.symlink_to(tmp_path / "empty")
    else:
        place.mkdir()
        (place / "mine").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BundleError) as raised:
        _small(place)
    assert raised.value.code == "bundle.exists"
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_makes_room(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    assert BundleStore(_small(tmp_path / "b")).size() == 3
    with pytest.raises(RunError) as raised:
        _small(tmp_path / "absent" / "b")
    assert raised.value.code == "run.output"


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for call in range(1, 6):
        left = [call]

        def full(handle: int, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            del handle

        monkeypatch.setattr(os, "fsync", full)
        if call > 4:  # entries, manifest, the folder, and the folder that it stands in
            assert BundleStore(_small(tmp_path / "b")).size() == 3
            continue
        with pytest.raises(RunError) as raised:
            _small(tmp_path / "b")
        assert raised.value.code == "run.output"
        assert [each.name for each in tmp_path.iterdir()] == ([] if call < 4 else ["b"])
        shutil.rmtree(tmp_path / "b", ignore_errors=True)


@pytest.mark.parametrize("when", ["entries", "documents", "manifest"])
def test_killed_half_way_there_is_no_bundle(tmp_path: Path, when: str) -> None:
    code = f"""
import os, signal
from pathlib import Path
from reba.exports import bundle
from reba.ledger.stores import MemoryStore
from reba.testing.stores import sealed
store = MemoryStore("test/bundle")
store.append(sealed(["A"] * 600), expected_size=0)
written = getattr(bundle._Export, "write_{when}")
def dying(self, *given):
    result = written(self, *given)
    os.kill(os.getpid(), signal.SIGKILL)
bundle._Export.write_{when} = dying
bundle.write_bundle(store, Path({str(tmp_path / "b")!r}))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(exports_bundle.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".b.")
    assert left.name.endswith(".partial")
    assert BundleStore(_small(tmp_path / "b")).size() == 3  # it stands in nobody's way


def _relabelled(entry: Entry) -> Entry:
    """Change an entry and its leaf, but not the tree that is kept."""
    changed = entry._replace(actor="someone else")
    return changed._replace(leaf_hash=_leaf(changed))


class _Damaged(MemoryStore):
    """A store that hands out what a test makes of its entries."""

    def __init__(self, change: Callable[[Entry], Entry | None]) -> None:
        super().__init__("test/bundle")
        self.append(sealed(["A", "B", "A"]), expected_size=0)
        self._change = change

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        for entry in super().read(start, stop):
            changed = self._change(entry)
            if changed is not None:
                yield changed


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry._replace(kind="account.opened"),
        lambda entry: entry._replace(leaf_hash=bytes(32)),
        lambda entry: entry._replace(salt=None),
        lambda entry: entry._replace(body_json=None),
        lambda entry: entry._replace(body_json="{ }"),
        lambda entry: entry._replace(body_json="5"),
        lambda entry: entry if entry.seq != 1 else None,
        lambda entry: entry if entry.seq != 2 else None,
        _relabelled,
    ],
)
def test_what_no_reader_could_take_is_not_exported(
    tmp_path: Path, change: Callable[[Entry], Entry | None]
) -> None:
    with pytest.raises(BundleError) as raised:
        write_bundle(_Damaged(change), tmp_path / "b")
    assert raised.value.code == "bundle.ledger_damaged"
    assert list(tmp_path.iterdir()) == []


def test_a_changed_document_is_not_exported(tmp_path: Path) -> None:
    store = MemoryStore("test/bundle")
    store.put_document("law", hashlib.sha256(b"{}").hexdigest(), "{}")
    store._documents = dict.fromkeys(store._documents, "{ }")
    with pytest.raises(BundleError) as raised:
        write_bundle(store, tmp_path / "b")
    assert raised.value.code == "bundle.ledger_damaged"


def test_records_destroyed_meanwhile_stop_the_export(tmp_path: Path) -> None:
    (entry,) = sealed(["A"], first_seq=3, versions={"A": 2})
    entry = entry._replace(kind="records.destroyed")
    entry = entry._replace(leaf_hash=_leaf(entry))

    class Destroying(MemoryStore):
        """A store in which another process destroys records while the documents are read."""

        def documents(self) -> Iterator[tuple[str, str]]:
            self.append([entry], expected_size=3)
            yield from super().documents()

    store = Destroying("test/bundle")
    store.append(sealed(["A", "B", "A"]), expected_size=0)
    with pytest.raises(BundleError) as raised:
        write_bundle(store, tmp_path / "b")
    assert raised.value.code == "bundle.destroyed_meanwhile"
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_ledger(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        place = tmp_path / f"{count}.reba"
        with closing(_sqlite(place, "test/bundle")) as store:
            store.append(sealed([f"A-{number}" for number in range(count)]), expected_size=0)
        with open_ledger(place, read_only=True) as ledger:
            write_bundle(ledger.store, tmp_path / f"warm-{count}")
            tracemalloc.start()
            try:
                write_bundle(ledger.store, tmp_path / f"b-{count}")
                bundle = BundleStore(tmp_path / f"b-{count}")
                assert sum(1 for _ in bundle.read()) == count
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    small, large = peak(1000), peak(5000)
    assert large < 1.2 * small, (small, large)
