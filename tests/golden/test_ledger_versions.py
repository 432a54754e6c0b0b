"""What was once written can be read for ever: the same bytes, hashes, states; a clean audit (U1).

The files in `ledger/` were written once by the code of the commit named, and are never made again.
A set that is added later gets a line in `KEPT`, and stays there.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from golden.ledger_story import LAST_DAY, retell_months, tell
from golden.write_ledger import write
from reba import Ledger, Month, audit, open_ledger
from reba.canonical import body_digest, canonical_text, text_digest
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger import upcasting
from reba.ledger.accounts import fold
from reba.ledger.entries import KINDS, SCHEMA, Entry, envelope_json
from reba.ledger.merkle import Checkpoint, leaf_hash, root_from, root_of
from reba.ledger.stores import MemoryStore
from reba.ledger.stores.sqlite_schema import USER_VERSION
from reba.ledger.upcasting import Body
from reba.savings.policy import SavingsPolicy

FOLDER = Path(__file__).parent / "ledger"
KEPT = {
    # written by f3ef1e2: entries of schema 1, in tables of user_version 1
    "v1.reba": "cab638661836e85952ac451fa445fbd2e4a0af20cea05abd9c2e376185c2fc18",
    "v1-entries.jsonl": "d328cab968d2f0c1d8b59c8654cf4d4a613029cc5bc2d444bf68af253f40c2b0",
    "v1-documents.jsonl": "f2a26cdb45925adb440e2f5bb1eebf3e0df1ee77fdb1838c2bc06074b9745620",
    "v1-accounts.json": "545af047d96ebe4ee5f71852b66d0835a74e1fcb891b3200e19b153e8d4fdeab",
    # entries of schema 1, in tables of user_version 2; the first with a destroyed account
    "v1b.reba": "2538c5ec61763e4bbfbdced9568fad71052501d9f443a89db53489a414e4cdba",
    "v1b-entries.jsonl": "caafe917e24d6fb056af4bfcd7e48af6aba47a92c2e952cbe403a0d56aba27eb",
    "v1b-documents.jsonl": "f2a26cdb45925adb440e2f5bb1eebf3e0df1ee77fdb1838c2bc06074b9745620",
    "v1b-accounts.json": "ab31056419ba948a9b66b3a73fce57359be24de772ae4ee281aa3d70387618a1",
}
SETS = {"v1": 1, "v1b": 2}
"""The sets, oldest first, with the version of the tables in SQLite of each."""
LAST = list(SETS)[-1]


class Document(NamedTuple):
    kind: str
    digest: str
    text: str


def _lines(name: str) -> list[dict[str, Any]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _entries(name: str) -> list[Entry]:
    """Read entries from the texts that were hashed, with none of our writing code."""
    entries: list[Entry] = []
    for line in _lines(f"{name}-entries.jsonl"):
        envelope = json.loads(line["envelope"])
        assert envelope["body_digest"] == line["body_digest"]
        assert envelope["entry_id"] == f"{envelope['account']}/{envelope['version']}"
        entries.append(
            Entry(
                body_json=line["body"],
                salt=None if line["salt"] is None else bytes.fromhex(line["salt"]),
                body_digest=bytes.fromhex(line["body_digest"]),
                leaf_hash=bytes.fromhex(line["leaf_hash"]),
                **{key: envelope[key] for key in envelope.keys() - {"body_digest", "entry_id"}},
            )
        )
    return entries


def _documents(name: str) -> list[Document]:
    return [Document(**line) for line in _lines(f"{name}-documents.jsonl")]


def _kept_accounts(name: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}-accounts.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def _store(name: str) -> MemoryStore:
    store = MemoryStore(_kept_accounts(name)["origin"])
    store.append(_entries(name), expected_size=0)
    for document in _documents(name):
        store.put_document(document.kind, document.digest, document.text)
    return store


def _copy(name: str, folder: Path) -> Path:
    """Copy a kept SQLite file: opening the kept one would put files beside it."""
    path = folder / f"{name}.reba"
    path.write_bytes((FOLDER / f"{name}.reba").read_bytes())
    return path


def _agrees(kept: object, today: object, place: str) -> None:
    """Today says what was said then; what it says more of, it says nothing about."""
    if isinstance(kept, dict):
        assert isinstance(today, dict), place
        for key, value in kept.items():
            _agrees(value, today[key], f"{place}.{key}")
        news = {key: today[key] for key in today.keys() - kept.keys()}
        assert not any(news.values()), (place, news)
    elif isinstance(kept, list):
        assert isinstance(today, list), place
        assert len(today) == len(kept), place
        for index, (value, now) in enumerate(zip(kept, today, strict=True)):
            _agrees(value, now, f"{place}.{index}")
    else:
        assert today == kept, place


def _states_agree(name: str, ledger: Ledger) -> None:
    kept = _kept_accounts(name)["accounts"]
    assert list(ledger.accounts()) == sorted(kept)
    for account, state in kept.items():
        entries = ledger.store.read_accounts([account])[account]
        _agrees(state, json.loads(json.dumps(fold(entries, on=LAST_DAY).to_record())), account)


def test_the_files_are_those_that_were_first_written() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.iterdir()
        if path.name != ".gitattributes"
    }
    assert found == KEPT


def test_a_set_is_written_once_and_never_again() -> None:
    for name in SETS:
        with pytest.raises(SystemExit, match="never written again"):
            write(name)


def test_a_new_set_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("golden.write_ledger.FOLDER", tmp_path)
    written = {path.name for path in write("new")}
    assert written == {path.name for path in tmp_path.iterdir()}
    assert written == {"new.reba", "new-entries.jsonl", "new-documents.jsonl", "new-accounts.json"}
    with open_ledger(tmp_path / "new.reba", create=False, read_only=True) as ledger:
        assert ledger.size() == len(_entries(LAST))
        assert audit(ledger).findings == ()
    (tmp_path / "other-accounts.json").touch()
    with pytest.raises(SystemExit, match="other-accounts"):
        write("other")
    assert not (tmp_path / "other.reba").exists()


def test_there_is_an_entry_of_every_kind() -> None:
    kinds = {entry.kind for name in SETS for entry in _entries(name)}
    assert kinds == KINDS


@pytest.mark.invariant("U1")
@pytest.mark.parametrize("name", SETS)
def test_the_hashes_over_what_was_written_are_those_that_were_written(name: str) -> None:
    entries, kept = _entries(name), _kept_accounts(name)
    for line, entry in zip(_lines(f"{name}-entries.jsonl"), entries, strict=True):
        assert envelope_json(entry) == line["envelope"]
        assert canonical_text(json.loads(line["envelope"])) == line["envelope"]
        assert entry.leaf_hash == leaf_hash(line["envelope"].encode())
        if entry.salt is not None:
            assert canonical_text(json.loads(line["body"])) == line["body"]
            assert entry.body_digest == body_digest(entry.salt, line["body"])
    assert sum(entry.salt is not None for entry in entries) > 80
    assert len(entries) == kept["size"]
    assert root_of(entry.leaf_hash for entry in entries).hex() == kept["root"]
    for document in _documents(name):
        assert document.digest == text_digest(document.text)


@pytest.mark.invariant("U1")
@pytest.mark.parametrize("name", SETS)
def test_the_accounts_fold_to_the_states_of_then(name: str) -> None:
    store, kept = _store(name), _kept_accounts(name)
    assert root_from(store.subtree, store.size()).hex() == kept["root"]
    assert len(kept["accounts"]) >= 8
    _states_agree(name, Ledger(store))


@pytest.mark.invariant("U1")
@pytest.mark.parametrize("name", SETS)
def test_the_audit_of_then_is_clean_and_computes_all_again(name: str) -> None:
    store, kept = _store(name), _kept_accounts(name)
    then = Checkpoint(kept["origin"], kept["size"], bytes.fromhex(kept["root"]))
    report = audit(store, against=[then])
    assert report.findings == ()
    kinds = {"contribution.assessed", "contribution.revised"}
    assessed = [e for e in store.read() if e.kind in kinds and e.body_json is not None]
    assert report.checked["assessments"] == len(assessed) > 0
    assert report.checked["root"] == kept["root"]


@pytest.mark.invariant("U1")
@pytest.mark.parametrize("name", SETS)
def test_a_sqlite_file_of_then_is_read_as_it_is(name: str, tmp_path: Path) -> None:
    path = _copy(name, tmp_path)
    with open_ledger(path, create=False, read_only=True) as ledger:
        assert list(ledger.entries()) == _entries(name)
        assert set(ledger.store.documents()) == {(d.kind, d.digest) for d in _documents(name)}
        assert ledger.checkpoint().root.hex() == _kept_accounts(name)["root"]
        _states_agree(name, ledger)
        report = audit(ledger)
        assert report.findings == ()
        assert report.checked["assessments"]
        assert _user_version(ledger) == SETS[name]  # reading changes nothing
    assert hashlib.sha256(path.read_bytes()).hexdigest() == KEPT[f"{name}.reba"]


@pytest.mark.invariant("U1")
@pytest.mark.parametrize("name", SETS)
def test_a_sqlite_file_of_then_is_written_on_by_the_code_of_today(
    name: str, tmp_path: Path
) -> None:
    path, kept = _copy(name, tmp_path), _kept_accounts(name)
    with open_ledger(path, create=False) as ledger:
        assert _user_version(ledger) == USER_VERSION
        assert list(ledger.entries()) == _entries(name)
        then = ledger.checkpoint()
        assert (then.origin, then.size) == (kept["origin"], kept["size"])
        assert then.root.hex() == kept["root"]
        _states_agree(name, ledger)
        due = ledger.account("H-2").receivable_cents
        after = ledger.collect(
            "H-2", month=Month(2015, 3), amount_cents=due, command_id="bank/after"
        )
        assert after.receivable_cents == 0
        assert ledger.size() > kept["size"]
    with open_ledger(path, create=False, read_only=True) as ledger:
        assert list(ledger.entries(0, kept["size"])) == _entries(name)
        report = audit(ledger, against=[then])
        assert report.findings == ()
        assert report.checked["entries"] > kept["size"]


def _user_version(ledger: Ledger) -> int:
    connection = ledger.store._connection  # type: ignore[attr-defined]
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.invariant("E1")
@pytest.mark.parametrize("name", SETS)
def test_commands_of_then_given_again_are_recognised(name: str, tmp_path: Path) -> None:
    with open_ledger(_copy(name, tmp_path), create=False) as ledger:
        retell_months(ledger, *_terms(name))
        assert list(ledger.entries()) == _entries(name)


# ── a whole ledger of an older schema, made up ───────────────────────────────────────────────

BEFORE = SCHEMA - 1


def _older(entry: Entry) -> Entry:
    """Write an entry as a schema that never was would have: a month under another name."""
    older = entry._replace(schema=BEFORE)
    if entry.body_json is not None:
        body = json.loads(entry.body_json)
        if "month" in body:
            body["maand"] = body.pop("month")
        text, salt = canonical_text(body), entry.salt or b""
        older = older._replace(body_json=text, body_digest=body_digest(salt, text))
    return older._replace(leaf_hash=leaf_hash(envelope_json(older).encode()))


def _renamed(_kind: str, body: Body) -> Body:
    if "maand" not in body:
        return body
    return {**{key: value for key, value in body.items() if key != "maand"}, "month": body["maand"]}


@pytest.mark.invariant("U1")
def test_a_whole_ledger_of_an_older_schema_is_read_audited_and_written_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = LAST
    store = MemoryStore(_kept_accounts(name)["origin"])
    older = [_older(entry) for entry in _entries(name)]
    store.append(older, expected_size=0)
    for document in _documents(name):
        store.put_document(document.kind, document.digest, document.text)
    assert {finding.id for finding in audit(store).findings} >= {"entry.kind"}
    monkeypatch.setattr(upcasting, "STEPS", {BEFORE: _renamed})
    ledger = Ledger(store)
    _states_agree(name, ledger)
    report = audit(store)
    assert report.findings == ()
    assert report.checked["root"] != _kept_accounts(name)["root"]  # over what was written
    ledger.collect("H-2", month=Month(2015, 3), amount_cents=100, command_id="bank/after")
    added = list(ledger.entries(len(older)))
    assert {entry.schema for entry in added} == {SCHEMA}
    assert all("maand" not in (entry.body_json or "") for entry in added)
    assert list(ledger.entries(0, len(older))) == older
    assert audit(store).findings == ()


# ── what is written today ────────────────────────────────────────────────────────────────────


def _terms(name: str) -> tuple[Law, SavingsPolicy, MunicipalChoices]:
    texts = {document.kind: json.loads(document.text) for document in _documents(name)}
    law, policy = Law.from_record(texts["law"]), SavingsPolicy.from_record(texts["policy"])
    return law, policy, MunicipalChoices.from_record(texts["choices"])


def _shape(value: object, path: str = "") -> set[str]:
    """Return the paths of a body with the types that stand there."""
    if isinstance(value, dict):
        return {line for key, item in value.items() for line in _shape(item, f"{path}.{key}")}
    if isinstance(value, list):
        return {line for item in value for line in _shape(item, f"{path}[]")} or {f"{path}[]"}
    return {f"{path}: {type(value).__name__}"}


def _shapes(entries: list[Entry]) -> dict[tuple[str, int], set[frozenset[str]]]:
    shapes: dict[tuple[str, int], set[frozenset[str]]] = {}
    for entry in entries:
        if entry.body_json is not None:
            shape = frozenset(_shape(json.loads(entry.body_json)))
            shapes.setdefault((entry.kind, entry.schema), set()).add(shape)
    return shapes


def test_what_is_written_today_has_a_shape_that_is_kept() -> None:
    """A changed body is a decision: docs/decisions/0018-schema-evolution.md says which, and how."""
    ledger = tell(MemoryStore("golden.example/today"), *_terms(LAST))
    kept = _shapes([entry for name in SETS for entry in _entries(name)])
    for (kind, schema), shapes in _shapes(list(ledger.entries())).items():
        assert shapes <= kept[kind, schema], kind


def test_what_is_asked_today_has_the_digest_of_then() -> None:
    """Else a command given again after an upgrade would be booked twice."""
    ledger = tell(MemoryStore("golden.example/today"), *_terms(LAST))

    def asked(entries: list[Entry]) -> list[tuple[str, str, object]]:
        return [(e.entry_id, e.command_id, (e.body or {}).get("command_digest")) for e in entries]

    assert asked(list(ledger.entries())) == asked(_entries(LAST))
