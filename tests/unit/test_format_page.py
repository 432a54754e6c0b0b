"""The format page and the code say the same: vectors, kinds, keys, reasons, alphabets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reba.ledger.account_commands import REOPENING_REASONS, TRANSFER_REASONS
from reba.ledger.collection_commands import WRITE_OFF_REASONS
from reba.ledger.entries import KINDS, SCHEMA, Draft, envelope_json
from reba.ledger.merkle import consistency_proof, inclusion_proof, node_hash, root_from
from reba.ledger.notes import VerifierKey, sign
from reba.ledger.proofs import checkpoint_at, prove_consistency
from reba.ledger.rebuilding import REVISION_REASONS
from reba.ledger.receipts import make_receipt
from reba.ledger.release_commands import CLOSING_CASES, REJECTION_REASONS, RETURN_REASONS
from reba.ledger.sealing import seal
from reba.ledger.stores import MemoryStore
from reba.ledger.stores.sqlite_schema import APPLICATION_ID, USER_VERSION
from reba.savings.procedure import GROUPS, REVOCATION_REASONS, event_types
from reba.savings.release import PURPOSES
from reba.standalone import reba_verify as alone
from verdicts import alone_says, receipt_holds

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "events-and-format.md").read_text(encoding="utf-8")
_VECTOR = re.compile(r"<!-- vector: ([a-z-]+) -->\n```\w+\n(.*?)```", re.DOTALL)
VECTORS = dict(_VECTOR.findall(PAGE))
SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"  # noqa: S105 (RFC 8032)


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    """The ledger of the page."""
    said = [
        ("H-1", "account.opened", '{"scheme":"rooo"}'),
        ("H-2", "account.opened", '{"scheme":"rooo"}'),
        ("H-1", "contribution.collected", '{"collected_cents":1250,"month":"2025-10"}'),
    ]
    drafts = [
        Draft(account, kind, "2025-10", "run", "assess/2025-10", None, body)
        for account, kind, body in said
    ]
    entries = seal(
        drafts, first_seq=0, versions={}, recorded_at="2025-11-03T09:30:00.000000Z",
        salts=bytes(range(48)),
    )  # fmt: skip
    made = MemoryStore("example.nl/ledger")
    made.append(entries, expected_size=0)
    return made


def _hexes(*hashes: bytes) -> str:
    return "".join(each.hex() + "\n" for each in hashes)


def test_the_vectors_are_what_the_library_writes(store: MemoryStore) -> None:
    entries = list(store.read())
    first, leaves = entries[0], [entry.leaf_hash for entry in entries]
    checkpoint = checkpoint_at(store).to_text()
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET))
    salt, body = first.salt or b"", first.body_json or ""
    written = {
        "envelope": envelope_json(first) + "\n",
        "leaf": _hexes(first.leaf_hash),
        "body": f"{salt.hex()}\n{body}\n" + _hexes(salt + body.encode(), first.body_digest),
        "tree": _hexes(*leaves, node_hash(*leaves[:2]), root_from(store.subtree, 3)),
        "inclusion": _hexes(*inclusion_proof(store.subtree, 1, 3)),
        "consistency": _hexes(*consistency_proof(store.subtree, 1, 3)),
        "signed": sign(checkpoint, name="example.nl/key", private_key=key),
        "key": VerifierKey("example.nl/key", key.public_key().public_bytes_raw()).to_text() + "\n",
        "receipt": make_receipt(store, account="H-1").to_text(),
        "proof": prove_consistency(store, checkpoint_at(store, 2)).to_text(),
    }
    hexed = VECTORS["leaf-input"].replace("\n", "")
    assert bytes.fromhex(hexed) == b"\x00" + envelope_json(first).encode()
    assert {name: text for name, text in VECTORS.items() if name != "leaf-input"} == written


def test_the_vectors_are_what_the_stand_alone_verifier_reads() -> None:
    receipt = VECTORS["receipt"].encode()
    assert alone_says(receipt) == []
    assert receipt_holds(receipt)
    name, key_id, public = alone.key_of(VECTORS["key"])
    signed = alone.checkpoint_of(VECTORS["signed"])
    ((signer, data),) = signed.signatures
    assert (signer, data[:4]) == (name, key_id)
    assert alone.is_signed(public, signed.text.encode(), data[4:])
    leaves = b"".join(bytes.fromhex(line) for line in VECTORS["tree"].splitlines()[:3])
    assert alone.root_over(leaves, 0, 3) == signed.root
    path = [bytes.fromhex(line) for line in VECTORS["inclusion"].splitlines()]
    assert alone.root_by_path(leaves[32:64], 1, 3, path) == signed.root
    proof = [bytes.fromhex(line) for line in VECTORS["consistency"].splitlines()]
    roots = alone.root_over(leaves, 0, 1), signed.root
    assert alone.roots_by_proof(1, 3, proof, roots[0]) == roots


# ── the tables ───────────────────────────────────────────────────────────────────────────────


def _rows(heading: str) -> Iterator[tuple[str, str]]:
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    yield from re.findall(r"^\| `([a-z_.]+)`[^|]* \| (.+) \|$", section, re.MULTILINE)


def _codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


BODIES = {kind: text for kind, text in _rows("13. Bodies") if "." in kind}


def _keys(kind: str) -> list[tuple[set[str], set[str]]]:
    """Return the keys that a body must have, and those it may have; two forms for an event."""
    text = BODIES[kind]
    required: set[str] = set()
    optional: set[str] = {"command_digest"}
    if text.startswith("as `"):
        like, _, text = text.partition("`, and ")
        ((required, optional),) = _keys(_codes(like + "`")[0])
    forms = []
    for form in text.split("; a decision: "):
        brackets = set(re.findall(r"\[`([^`]+)`\]", form))
        found = {code for code in _codes(form) if code not in KINDS}
        forms.append((required | found - brackets, optional | brackets))
    return forms


def test_every_kind_has_its_keys_on_the_page() -> None:
    assert set(BODIES) == KINDS


def test_the_bodies_of_the_golden_ledger_are_those_of_the_page() -> None:
    path = ROOT / "tests" / "golden" / "ledger" / "v1-entries.jsonl"
    seen: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        kind = json.loads(record["envelope"])["kind"]
        keys = set(json.loads(record["body"]))
        seen.add(kind)
        forms = _keys(kind)
        assert any(must <= keys <= must | may for must, may in forms), (kind, keys)
    assert seen | {"records.destroyed"} >= KINDS


def test_the_envelope_has_the_keys_of_the_page() -> None:
    assert [name for name, _ in _rows("3. The envelope")] == list(json.loads(VECTORS["envelope"]))


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("contribution.revised", REVISION_REASONS),
        ("receivable.written_off", WRITE_OFF_REASONS),
        ("procedure.revoked", REVOCATION_REASONS),
        ("release.rejected", REJECTION_REASONS),
        ("release.returned", RETURN_REASONS),
        ("balance.transferred", TRANSFER_REASONS),
        ("account.reopened", REOPENING_REASONS),
    ],
)
def test_the_reasons_are_those_of_the_page(kind: str, known: tuple[str, ...]) -> None:
    assert tuple(_codes(dict(_rows("14. Reasons"))[kind])) == known


def test_closed_lists_are_those_of_the_page() -> None:
    values: Mapping[str, Any] = dict(_rows("13. Bodies"))
    purposes = [name for names in PURPOSES.values() for name in names]
    assert _codes(values["purpose"]) == purposes
    assert _codes(values["outcome"]) == ["granted", "return", "voluntary_return",
                                         *list(CLOSING_CASES.values())[2:]]  # fmt: skip
    section = PAGE.split("\n## 13. Bodies\n")[1].split("\n## ")[0]
    of_event = re.search(r"^\| `type` of an event \| (.+) \|$", section, re.MULTILINE)
    assert of_event is not None
    assert _codes(of_event[1]) == [each.type for each in event_types()]
    of_decision = re.search(r"^\| `type` of a decision \| (.+) \|$", section, re.MULTILINE)
    assert of_decision is not None
    assert _codes(of_decision[1]) == ["outcome_decided", "group", *GROUPS, "rests_on"]


def test_the_numbers_are_those_of_the_page() -> None:
    assert f"`application_id` is `{APPLICATION_ID:#010x}`; `user_version` is 1 or 2." in PAGE
    assert USER_VERSION == 2
    assert SCHEMA == 1
    assert "| `schema` | 1: the form of the body |" in PAGE
