"""The stand-alone verifier: vectors that are not ours, and receipts with every bit flipped.

It is run as a stranger would: `python -I -S`, so without any package.
"""

from __future__ import annotations

import ast
import base64
import copy
import hashlib
import json
import math
import random
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from by_hand import HandLedger, digested
from reba import HouseholdMonth, Ledger, load_policy, open_ledger
from reba.canonical import canonical_text, parse_canonical
from reba.errors import CanonicalError
from reba.ledger.bodies import collected_body, opened_body
from reba.ledger.entries import Draft
from reba.ledger.merkle import (
    Checkpoint,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from reba.ledger.notes import VerifierKey, sign
from reba.ledger.receipts import make_receipt
from reba.ledger.sealing import seal
from reba.ledger.stores import MemoryStore
from reba.standalone import reba_verify as alone
from reba.standalone import verifier_source
from verdicts import alone_says, receipt_holds, run_alone

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "reba" / "standalone" / "reba_verify.py"
POLICY = load_policy(ROOT / "examples" / "policies" / "vng-half.toml")


def _vectors(name: str) -> dict[str, Any]:
    loaded = json.loads((Path(__file__).parent / "vectors" / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


MERKLE, JCS = _vectors("merkle.json"), _vectors("rfc8785.json")
ED25519, NOTES = _vectors("rfc8032.json"), _vectors("signed-note.json")


# ── the file itself ──────────────────────────────────────────────────────────────────────────


def test_it_needs_the_standard_library_alone_and_shares_no_code() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
        )
    }
    assert imported <= set(sys.stdlib_module_names)
    assert "importlib" not in imported
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call)
              and isinstance(node.func, ast.Name)}  # fmt: skip
    assert not called & {"__import__", "exec", "eval", "compile"}
    assert len(SOURCE.read_text(encoding="utf-8").splitlines()) < 400


def test_nothing_of_the_library_uses_it() -> None:
    users = {
        path.name
        for path in (ROOT / "src" / "reba").rglob("*.py")
        if "reba_verify" in path.read_text(encoding="utf-8") and path != SOURCE
    }
    # The package hands the file out, and the command's example names it.
    assert users == {"__init__.py", "receipts.py"}
    assert verifier_source() == SOURCE.read_bytes()


# ── vectors that are not ours ────────────────────────────────────────────────────────────────

LEAVES = [leaf_hash(bytes.fromhex(text)) for text in MERKLE["leaves"]]


def _range(start: int, stop: int) -> bytes:
    return alone.root_over(b"".join(LEAVES), start, stop)


def _subtree(level: int, index: int) -> bytes:
    return _range(index << level, (index + 1) << level)


def test_the_published_roots() -> None:
    for size, root in enumerate(MERKLE["roots"]):
        assert _range(0, size).hex() == root == root_of(LEAVES[:size]).hex()


def _inclusion_verdicts(
    leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes
) -> list[bool]:
    try:
        found = alone.root_by_path(leaf, index, size, proof) == root
    except ValueError:
        found = False
    return [found, verify_inclusion(leaf, index, size, proof, root)]


def _consistency_verdicts(
    first: int, second: int, roots: tuple[bytes, bytes], proof: list[bytes]
) -> list[bool]:
    try:
        found = alone.roots_by_proof(first, second, proof, roots[0]) == roots
    except ValueError:
        found = False
    return [found, verify_consistency(first, second, *roots, proof)]


@pytest.mark.parametrize("vector", MERKLE["inclusion"])
def test_the_published_inclusion_proofs(vector: dict[str, Any]) -> None:
    leaf, root = bytes.fromhex(vector["leaf"]), bytes.fromhex(vector["root"])
    proof = [bytes.fromhex(each) for each in vector["proof"]]
    index, size = vector["index"], vector["size"]
    assert _inclusion_verdicts(leaf, index, size, proof, root) == [True, True]
    assert inclusion_proof(_subtree, index, size) == proof
    for wrong in ([*proof, root], [root, *proof], proof[:-1], [bytes(32) for _ in proof]):
        if wrong != proof:
            assert _inclusion_verdicts(leaf, index, size, wrong, root) == [False, False]
    assert _inclusion_verdicts(bytes(32), index, size, proof, root) == [False, False]
    assert _inclusion_verdicts(leaf, index, size, proof, bytes(32)) == [False, False]


@pytest.mark.parametrize("vector", MERKLE["consistency"])
def test_the_published_consistency_proofs(vector: dict[str, Any]) -> None:
    roots = bytes.fromhex(vector["first_root"]), bytes.fromhex(vector["second_root"])
    proof = [bytes.fromhex(each) for each in vector["proof"]]
    first, second = vector["first"], vector["second"]
    assert _consistency_verdicts(first, second, roots, proof) == [True, True]
    assert consistency_proof(_subtree, first, second) == proof
    for wrong in ([*proof, roots[0]], [roots[1], *proof], proof[:-1], [bytes(32) for _ in proof]):
        if wrong != proof:
            assert _consistency_verdicts(first, second, roots, wrong) == [False, False]
    if roots[0] != roots[1]:
        assert _consistency_verdicts(first, second, roots[::-1], proof) == [False, False]


def test_the_example_tree_of_rfc_6962() -> None:
    example = MERKLE["example"]
    hashes = {name: _range(*each) for name, each in example["names"].items()}
    for index, names in example["inclusion"].items():
        proof = [hashes[name] for name in names]
        assert inclusion_proof(_subtree, int(index), 7) == proof
        verdicts = _inclusion_verdicts(LEAVES[int(index)], int(index), 7, proof, _range(0, 7))
        assert verdicts == [True, True]
    for first, names in example["consistency"].items():
        proof = [hashes[name] for name in names]
        roots = _range(0, int(first)), _range(0, 7)
        assert consistency_proof(_subtree, int(first), 7) == proof
        assert _consistency_verdicts(int(first), 7, roots, proof) == [True, True]


CANONICALS: list[Callable[[str], object]] = [
    alone.canonical, lambda text: parse_canonical(text.encode()),
]  # fmt: skip


@pytest.mark.invariant("H4")
@pytest.mark.parametrize("read", CANONICALS)
@pytest.mark.parametrize("name", JCS["files"])
def test_the_files_of_rfc_8785(name: str, read: Callable[[str], object]) -> None:
    given = JCS["files"][name]["input"]
    wanted = bytes.fromhex(JCS["files"][name]["output_hex"]).decode()
    with pytest.raises((ValueError, CanonicalError)):
        read(given)  # none of them is canonical as it is given
    inside = name in {"arrays", "structures", "unicode"}
    if inside:
        assert read(wanted) == json.loads(given)
    else:  # keys that are not ASCII, numbers that are no integers: outside the subset
        assert name in {"french", "values", "weird"}
        with pytest.raises((ValueError, CanonicalError)):
            read(wanted)


def test_the_string_of_the_example_in_rfc_8785() -> None:
    given = json.loads(JCS["files"]["values"]["input"])
    wanted = bytes.fromhex(JCS["files"]["values"]["output_hex"]).decode()
    for key in ("literals", "string"):
        text = canonical_text(given[key])
        assert alone.write(given[key]) == text
        assert f'"{key}":{text}' in wanted
        assert alone.canonical(text) == given[key]


@pytest.mark.parametrize("read", CANONICALS)
@pytest.mark.parametrize(("bits", "wanted"), JCS["appendix_b"])
def test_the_numbers_of_rfc_8785(bits: str, wanted: str, read: Callable[[str], object]) -> None:
    value = struct.unpack(">d", bytes.fromhex(bits))[0]
    if value == 0 and math.copysign(1, value) > 0:
        assert read(wanted) == 0
    elif wanted == "0":  # minus zero is written as zero, so it is never read
        with pytest.raises((ValueError, CanonicalError)):
            read("-0")
    else:  # none of the others is an integer within 53 bits
        with pytest.raises((ValueError, CanonicalError)):
            read(wanted)


@pytest.mark.parametrize("vector", ED25519["vectors"], ids=lambda vector: vector["name"])
def test_the_signatures_of_rfc_8032(vector: dict[str, str]) -> None:
    public, message, signature = (
        bytes.fromhex(vector[key]) for key in ("public", "message", "signature")
    )
    assert alone.is_signed(public, message, signature)
    assert not alone.is_signed(public, message + b"x", signature)
    for bit in range(0, 512, 7):
        other = bytearray(signature)
        other[bit // 8] ^= 1 << bit % 8
        assert not alone.is_signed(public, message, bytes(other))
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["secret"]))
    assert private.public_key().public_bytes_raw() == public


def _cryptography_says(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _alone_says(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        return alone.is_signed(public, message, signature)
    except ValueError:  # the key is no point
        return False


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.data())
def test_signatures_are_judged_as_cryptography_judges_them(
    secret: bytes, message: bytes, data: st.DataObject
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert alone.is_signed(public, message, signature)
    for part, length in ((public, 256), (signature, 512)):
        bit = data.draw(st.integers(0, length - 1))
        other = bytearray(part)
        other[bit // 8] ^= 1 << bit % 8
        key, sig = (bytes(other), signature) if part is public else (public, bytes(other))
        assert _alone_says(key, message, sig) == _cryptography_says(key, message, sig)
    s = int.from_bytes(signature[32:], "little") + alone.L  # the same point, written otherwise
    if s < 2**256:
        malleable = signature[:32] + s.to_bytes(32, "little")
        assert not _alone_says(public, message, malleable)
        assert not _cryptography_says(public, message, malleable)


def _encoded(y: int, sign: int) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


@pytest.mark.parametrize(
    "public", [_encoded(2, 0), _encoded(1, 1), _encoded(alone.P + 1, 0), _encoded(alone.P - 1, 1)]
)
def test_what_is_no_point_is_no_key(public: bytes) -> None:
    """No point of the curve; x = 0 with a sign; y not below p; and again x = 0 with a sign."""
    with pytest.raises(ValueError, match="no point of the curve"):
        alone.is_signed(public, b"", bytes(64))


def test_a_verifier_key_is_read_strictly() -> None:
    name, _, encoded = NOTES["key"].split("+", 2)
    assert alone.key_of(NOTES["key"])[0] == name
    with pytest.raises(ValueError, match="not the id of this key"):
        alone.key_of(f"{name}+530d903b+{encoded}")
    other = b"\x04" + base64.b64decode(encoded)[1:]  # a cosignature key, which is not judged here
    key_id = alone.sha256(name.encode() + b"\n" + other)[:4].hex()
    with pytest.raises(ValueError, match="not an Ed25519 verifier key"):
        alone.key_of(f"{name}+{key_id}+{base64.b64encode(other).decode()}")


def test_a_key_that_stands_twice_is_said() -> None:
    with pytest.raises(ValueError, match="a key stands twice"):
        alone.canonical('{"a":1,"a":1}')


def test_the_signed_note_of_c2sp() -> None:
    name, key_id, public = alone.key_of(NOTES["key"])
    text, _, line = NOTES["note"].rpartition("\n\n")
    signer, encoded = line.removeprefix("— ").split()
    signature = base64.b64decode(encoded)
    assert (signer, signature[:4]) == (name, key_id)
    assert alone.is_signed(public, (text + "\n").encode(), signature[4:])
    assert not alone.is_signed(public, text.encode(), signature[4:])


def test_the_checkpoint_of_c2sp() -> None:
    checkpoint = alone.checkpoint_of(NOTES["checkpoint"])
    assert checkpoint[:2] == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint[:3] == tuple(Checkpoint.parse(NOTES["checkpoint"]))
    assert [len(signature) for _, signature in checkpoint.signatures] == [68]


# ── receipts ─────────────────────────────────────────────────────────────────────────────────

WORKER: dict[str, Any] = {
    "scheme": "reba-2008",
    "month": "2015-03",
    "household": "H-1",
    "members": [
        {
            "id": "P-1",
            "born": "1990-05-14",
            "residence_status": "permit_holder",
            "income": [{"kind": "earnings", "net": "400.00"}],
            "obligations": "0.00",
        }
    ],
    "provisions": {"shelter": True, "catering": False},
    "collected": "300.00",
}


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    with open_ledger(":memory:", clock=lambda: datetime(2015, 4, 1, 8, tzinfo=UTC)) as opened:
        for month in ("2015-03", "2015-04"):
            for household in ("H-0", "H-1", "H-2"):
                facts = {**copy.deepcopy(WORKER), "household": household, "month": month}
                opened.assess(HouseholdMonth.model_validate(facts), policy=POLICY)
        yield opened


@pytest.fixture(scope="module")
def receipt() -> bytes:
    """A receipt of three entries: small, since each of its bits is flipped."""
    bodies = {
        "account.opened": opened_body("rooo"),
        "contribution.collected": collected_body("2025-10", 30000),
        "receivable.reminded": '{"amount_cents":-1,"month":"2025-10"}',
    }
    drafts = [
        Draft(account, kind, "2025-10", "run", f"assess/{number}", None, body)
        for account in ("H-1", "H-2")
        for number, (kind, body) in enumerate(bodies.items())
    ]
    store = MemoryStore("reba-ledger/flips")
    entries = seal(
        drafts, first_seq=0, versions={}, recorded_at="2025-11-01T08:00:00.000000Z",
        salts=bytes(range(16 * len(drafts))),
    )  # fmt: skip
    store.append(entries, expected_size=0)
    return make_receipt(store, account="H-1").to_text().encode()


def _as_a_stranger(kind: str, place: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the file elsewhere: no packages, no environment."""
    copied = place.parent / "reba_verify.py"
    copied.write_bytes(verifier_source())
    return subprocess.run(
        [sys.executable, "-I", "-S", str(copied), kind, str(place), *options],
        capture_output=True, text=True, check=False, env={}, cwd=place.parent,
    )  # fmt: skip


def test_a_receipt_verifies_without_any_package(ledger: Ledger, tmp_path: Path) -> None:
    receipt = ledger.receipt("H-1").to_text().encode()
    place, kept = tmp_path / "receipt.json", tmp_path / "checkpoint.txt"
    place.write_bytes(receipt)
    kept.write_text(ledger.checkpoint().to_text(), encoding="utf-8")
    done = _as_a_stranger("receipt", place, "--against", str(kept))
    assert (done.returncode, done.stderr) == (0, "")
    assert "receipt of H-1" in done.stdout
    assert done.stdout.endswith("verified\n")
    rng = random.Random(5)  # noqa: S311 (which bits are flipped is no secret)
    for _ in range(8):
        damaged = bytearray(receipt)
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        place.write_bytes(damaged)
        done = _as_a_stranger("receipt", place)
        assert (done.returncode, done.stderr) == (1, "")
        assert "FAILED: " in done.stdout


@pytest.mark.invariant("H1")
def test_any_flipped_bit_of_a_receipt_fails(receipt: bytes) -> None:
    """Exhaustive: every bit of every byte, for both verifiers."""
    assert alone_says(receipt) == []
    assert receipt_holds(receipt)
    for place in range(len(receipt)):
        for bit in range(8):
            damaged = bytearray(receipt)
            damaged[place] ^= 1 << bit
            assert alone_says(bytes(damaged)), (place, bit)
            assert not receipt_holds(bytes(damaged)), (place, bit)


def _flips(value: Any) -> Iterator[Any]:
    """Yield a value with each one thing in it changed, the changed thing still of its type."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield {name: each for name, each in value.items() if name != key}
            yield from ({**value, key: other} for other in _flips(item))
        yield {**value, "one_more": None}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield [*value[:index], *value[index + 1 :]]
            yield from ([*value[:index], other, *value[index + 1 :]] for other in _flips(item))
        yield [*value, value[-1] if value else None]
    elif isinstance(value, bool) or value is None:
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value - 1, str(value))
    else:
        yield None
        yield value + "x"
        for index, char in enumerate(value):
            yield value[:index] + chr(ord(char) ^ 1 << index % 7) + value[index + 1 :]


@pytest.mark.invariant("H1")
def test_a_field_that_is_changed_fails_also_with_another_digest(receipt: bytes) -> None:
    """A forger computes the digest anew. What then passes is what no receipt can show.

    Those are the origin and size of a checkpoint that nobody signed, which fail against one that
    was kept elsewhere; and that the last entry of the account was left out.
    """
    record = json.loads(receipt)
    whole = {key: value for key, value in record.items() if key != "digest"}
    origin, size, root = record["checkpoint"].splitlines()
    own = Checkpoint.parse(record["checkpoint"])
    passing, left_out = [], []
    for other in _flips(whole):
        forged = digested(other).encode()
        verdict = not alone_says(forged)
        assert receipt_holds(forged) == verdict
        if verdict and other == {**whole, "entries": whole["entries"][:-1]}:
            left_out.append(other)
        elif verdict:
            assert {**other, "checkpoint": whole["checkpoint"]} == whole
            passing.append(other["checkpoint"].split("\n"))
            assert not receipt_holds(forged, against=[own])
    assert len(left_out) == 1
    assert {lines[2] for lines in passing} == {root}
    assert any(lines[0] != origin for lines in passing)
    assert all((lines[0] == origin) + (lines[1] == size) == 1 for lines in passing)


def test_a_signed_receipt_fails_for_every_changed_field(ledger: Ledger) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    note = sign(ledger.checkpoint().to_text(), name="example.nl/key", private_key=private)
    key = VerifierKey("example.nl/key", private.public_key().public_bytes_raw()).to_text()
    text = ledger.receipt("H-1", checkpoint=note).to_text()
    assert alone_says(text.encode(), key=key) == []
    assert receipt_holds(text.encode(), key=key)
    record = json.loads(text)
    for changed in _flips(record["checkpoint"]):
        forged = digested({**record, "checkpoint": changed}).encode()
        assert alone_says(forged, key=key), changed
        assert not receipt_holds(forged, key=key), changed


@given(st.data())
def test_both_verifiers_agree_on_what_was_changed(data: st.DataObject) -> None:
    hand = _hand()
    text = digested(hand.receipt(data.draw(st.sampled_from(["H-1", "H-2", "12"]))))
    changed = bytearray(text.encode())
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(changed) - 1))
        kind = data.draw(st.sampled_from(["set", "drop", "double"]))
        if kind == "set":
            changed[place] = data.draw(st.integers(0, 255))
        elif kind == "drop":
            del changed[place]
        else:
            changed.insert(place, changed[place])
    record: Any
    try:
        record = json.loads(changed)
        again = digested(record).encode()  # so that the digest does not hide what else is wrong
    except (ValueError, AttributeError, RecursionError):
        again = bytes(changed)
    for version in (bytes(changed), again):
        assert receipt_holds(version) == (not alone_says(version))


def _hand() -> HandLedger:
    hand = HandLedger()
    for account in ("H-1", "H-2", "12"):
        hand.add(account, "account.opened", {"scheme": "rooo"})
    hand.add("H-1", "procedure.recorded", {"text": 'é "\\\n😀', "none": None, "yes": True})
    hand.add("H-1", "procedure.revoked", {"because": "came_back"}, supersedes="H-1/2")
    hand.add("12", "account.closed", {"amount_cents": -5})
    hand.destroy("12")
    return hand


def test_what_was_written_by_hand_from_the_format_page_verifies(tmp_path: Path) -> None:
    hand = _hand()
    receipts = [hand.receipt(account=account) for account in ("H-1", "H-2", "12")]
    receipts += [hand.receipt(seq=seq) for seq in range(len(hand.entries))]
    receipts += [hand.receipt("H-1", size=size) for size in range(1, 7)]
    for each in receipts:
        text = digested(each)
        assert alone_says(text.encode()) == []
        assert receipt_holds(text.encode())
    place = tmp_path / "receipt.json"
    place.write_text(digested(hand.receipt("H-1", size=5)), encoding="utf-8")
    for size in range(7):
        kept, proof = tmp_path / f"{size}.txt", tmp_path / f"{size}.json"
        kept.write_text(hand.checkpoint(size), encoding="utf-8")
        if size:
            proof.write_text(hand.consistency(min(5, size), max(5, size)), encoding="utf-8")
        status = run_alone("receipt", place, "--against", kept).status
        assert status == (0 if size in {0, 5} else 1)  # another size needs a proof
        if size:
            tied = run_alone("receipt", place, "--against", kept, "--consistency", proof)
            assert tied.status == 0, tied.text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda items: items[0].update(body=None, salt=None), "is missing, and was not destroyed"),
        (lambda items: items[0].update(body=None), "the body is no object"),
        (lambda items: items[0].update(salt="00" * 16), "body_digest is of another"),
        (lambda items: items.pop(1), "version 3 follows version 1"),
        (lambda items: items.insert(0, items.pop()), "version 3 follows version 0"),
        (lambda items: items.append(items[-1]), "out of order"),
        (lambda items: items.pop(0), "version 2 follows version 0"),
        (lambda items: items[2]["proof"].reverse(), "not under the root"),
        (lambda items: items[2]["proof"].append("00" * 32), "another length"),
        (lambda items: items[0]["envelope"].update(account="H-3"), "not well formed"),
        (lambda items: items[0]["envelope"].update(schema=2), "schema that is not known"),
        (lambda items: items[0]["envelope"].update(kind="account.made"), "not well formed"),
        (lambda items: items[2]["envelope"].update(supersedes="H-1/3"), "no earlier entry"),
        (lambda items: items[2]["envelope"].update(supersedes="H-2/1"), "not well formed"),
        (lambda items: items.clear(), "does not hold what it says"),
    ],
)
def test_what_is_wrong_is_said(change: Callable[[list[Any]], object], says: str) -> None:
    record = _hand().receipt("H-1")
    change(record["entries"])
    forged = digested(record).encode()
    found = alone_says(forged)
    assert says in " ".join(found)
    assert not receipt_holds(forged)


@pytest.mark.parametrize(
    "fields",
    [
        {"account": "a b", "entry_id": "a b/1"},
        {"account": "", "entry_id": "/1"},
        {"account": "x" * 65, "entry_id": "x" * 65 + "/1"},
        {"account": "é", "entry_id": "é/1"},
        {"actor": 1},
        {"actor": None},
        {"body_digest": "00" * 31},
        {"body_digest": "0G" * 32},
        {"body_digest": "AB" * 32},
        {"command_id": None},
        {"effective": "2015-13"},
        {"effective": "2015"},
        {"effective": "2015-03-41"},
        {"effective": "2015-03-01T00:00"},
        {"effective": None},
        {"entry_id": "H-1/2"},
        {"kind": "account.made"},
        {"kind": "accountxopened"},
        {"recorded_at": "2015-04-01T08:00:00Z"},
        {"recorded_at": "2015-04-01T08:00:00.000000"},
        {"recorded_at": "2015-04-01 08:00:00.000000Z"},
        {"schema": 0},
        {"schema": 2},
        {"schema": "1"},
        {"schema": True},
        {"seq": "0"},
        {"seq": False},
        {"seq": -1},
        {"supersedes": "H-1/1"},
        {"supersedes": "H-2/0"},
        {"supersedes": ""},
        {"supersedes": 1},
        {"version": 0, "entry_id": "H-1/0"},
        {"version": "1"},
        {"version": -1, "entry_id": "H-1/-1"},
        {"more": 1},
    ],
    ids=str,
)
def test_an_envelope_is_read_strictly_also_where_every_hash_fits(fields: dict[str, object]) -> None:
    hand = HandLedger()
    hand.add("H-1", "account.opened", {})
    hand.entries[0].update(body=None, salt=None)
    receipt = digested(hand.receipt(seq=0))
    assert alone_says(receipt.encode()) == []
    assert receipt_holds(receipt.encode())
    hand.entries[0]["envelope"].update(fields)
    record = {**hand.receipt("H-1"), "subject": "seq:0"}
    record["entries"] = [{**hand.entries[0], "proof": []}]
    forged = digested(record).encode()
    assert alone_says(forged)
    assert not receipt_holds(forged)


@pytest.mark.parametrize("key", list(HandLedger.KEYS))
def test_an_envelope_without_a_key_is_refused(key: str) -> None:
    hand = HandLedger()
    hand.add("H-1", "account.opened", {})
    record = hand.receipt(seq=0)
    del hand.entries[0]["envelope"][key]
    record.update(checkpoint=hand.checkpoint())
    forged = digested(record).encode()
    assert alone_says(forged)
    assert not receipt_holds(forged)


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_salt_has_sixteen_bytes(length: int) -> None:
    hand = HandLedger()
    hand.add("H-1", "account.opened", {"scheme": "rooo"})
    salt = bytes(length)
    digest = hashlib.sha256(salt + b'{"scheme":"rooo"}').hexdigest()
    hand.entries[0]["envelope"]["body_digest"] = digest
    hand.entries[0]["salt"] = salt.hex()
    forged = digested(hand.receipt(seq=0)).encode()
    assert alone_says(forged)
    assert not receipt_holds(forged)


@pytest.mark.parametrize(
    "change",
    [
        str.strip,
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:-1] + "x",
        lambda text: text[:-1] + "\r\n",
        lambda text: "\ufeff" + text,
    ],
)
def test_a_receipt_is_one_line_and_nothing_else(change: Callable[[str], str]) -> None:
    text = change(digested(_hand().receipt("H-1")))
    assert alone_says(text.encode())
    assert not receipt_holds(text.encode())


def test_versions_that_do_not_follow_the_ledger_are_refused() -> None:
    """A ledger that was made wrong: version 2 stands before version 1."""
    hand = HandLedger()
    for version in (2, 1):
        hand.add("H-1", "account.opened", {})
        hand.entries[-1]["envelope"].update(version=version, entry_id=f"H-1/{version}")
    record = hand.receipt("H-1")
    for entries in (record["entries"], record["entries"][::-1]):
        forged = digested({**record, "entries": entries}).encode()
        assert alone_says(forged)
        assert not receipt_holds(forged)


def test_an_account_may_have_a_number_for_an_id() -> None:
    hand = _hand()
    for record in (hand.receipt("12"), hand.receipt(seq=2)):
        assert alone_says(digested(record).encode()) == []
    entry = hand.receipt(seq=2)
    two = {**entry, "entries": hand.receipt("12")["entries"]}
    # The account "2", which it is not; another entry; more than the entry; no number at all.
    for record in (
        {**entry, "subject": "2"}, {**entry, "subject": "seq:1"}, two,
        {**entry, "subject": "seq:02"}, {**entry, "subject": "seq:"},
    ):  # fmt: skip
        wrong = digested(record).encode()
        assert alone_says(wrong)
        assert not receipt_holds(wrong)
