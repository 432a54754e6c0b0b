"""The tree of RFC 6962, against vectors that are not ours, and its proofs against themselves.

The eight leaves and roots are those of the reference tests of Certificate Transparency
(google/certificate-transparency, merkletree/merkle_tree_test.cc).
"""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba.errors import LedgerError
from reba.ledger.merkle import (
    EMPTY_ROOT,
    Checkpoint,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_from,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOT_TEXT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def _tree(leaves: list[bytes]) -> list[list[bytes]]:
    levels = [leaves]
    while len(levels[-1]) > 1:
        last = levels[-1]
        levels.append(
            [node_hash(last[i], last[i + 1]) for i in range(0, len(last) - len(last) % 2, 2)]
        )
    return levels


def _plain_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, written as it stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_plain_root(leaves[:split]), _plain_root(leaves[split:]))


def test_the_published_roots() -> None:
    assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()
    for size in range(1, 9):
        hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]
        assert root_of(hashes).hex() == ROOTS[size - 1]


@given(st.integers(1, 70), st.data())
def test_an_inclusion_proof_holds_and_no_other_leaf_passes(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    levels = _tree(leaves)
    root = _plain_root(leaves)
    assert root_from(lambda level, index: levels[level][index], size) == root
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(lambda level, index: levels[level][index], index, size)
    assert len(proof) <= (size - 1).bit_length()
    assert verify_inclusion(leaves[index], index, size, proof, root)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, root)
    other = data.draw(st.integers(0, size))
    if other != index:
        assert not verify_inclusion(leaves[index], other, size, proof, root)
    if proof:
        damaged = [*proof[:-1], bytes(32)]
        assert not verify_inclusion(leaves[index], index, size, damaged, root)
        assert not verify_inclusion(leaves[index], index, size, proof[:-1], root)


@given(st.integers(1, 70), st.data())
def test_a_consistency_proof_holds_and_shows_a_rewritten_past(
    second: int, data: st.DataObject
) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(second)]
    levels = _tree(leaves)
    first = data.draw(st.integers(1, second))
    proof = consistency_proof(lambda level, index: levels[level][index], first, second)
    old, new = _plain_root(leaves[:first]), _plain_root(leaves)
    assert verify_consistency(first, second, old, new, proof)
    rewritten = [leaf_hash(b"rewritten"), *leaves[1:]]
    assert not verify_consistency(first, second, _plain_root(rewritten[:first]), new, proof)
    assert not verify_consistency(first, second, old, _plain_root(rewritten), proof)


@given(st.lists(st.binary(max_size=4), max_size=40), st.integers(0, 40))
def test_the_frontier_goes_on_where_it_was(leaves: list[bytes], cut: int) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    frontier = Frontier()
    for leaf in hashes[:cut]:
        frontier.add(leaf)
    again = Frontier(frontier.size, frontier._peaks)
    for leaf in hashes[cut:]:
        again.add(leaf)
    assert again.root() == _plain_root(hashes)


def test_a_checkpoint_reads_what_it_writes() -> None:
    checkpoint = Checkpoint("reba-ledger/x", 7, leaf_hash(b"x"))
    assert Checkpoint.parse(checkpoint.to_text()) == checkpoint
    assert Checkpoint.parse(checkpoint.to_text() + "\n") == checkpoint
    assert Checkpoint.parse(checkpoint.to_text() + "\n— name AAAAAHNpZw==\n") == checkpoint
    assert Checkpoint.parse(checkpoint.to_text() + "more\n") == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n7\n",
        f"origin\n07\n{ROOT_TEXT}\n",
        f"origin\n-1\n{ROOT_TEXT}\n",
        f"origin\n+1\n{ROOT_TEXT}\n",
        f"origin\n1_0\n{ROOT_TEXT}\n",
        f"origin\n٧\n{ROOT_TEXT}\n",
        f"origin\n9007199254740992\n{ROOT_TEXT}\n",
        f"origin\n{'9' * 5000}\n{ROOT_TEXT}\n",
        f"\n1\n{ROOT_TEXT}\n",
        "origin\n1\n!\n",
        "origin\n1\nAAAA\n",
        f"origin\n1\n{ROOT_TEXT[:-2]}V=\n",
        f"origin\n1\n{ROOT_TEXT}",
        f"origin\r\n1\r\n{ROOT_TEXT}\r\n",
        f"origin\n1\n{ROOT_TEXT}\n\nnot a signature\n",
        f"origin\n1\n{ROOT_TEXT}\n\nmore\n\n— name AAAAAHNpZw==\n",
        f"\ufefforigin\x00\n1\n{ROOT_TEXT}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LedgerError) as raised:
        Checkpoint.parse(text)
    assert raised.value.code == "ledger.checkpoint"


def test_proofs_of_what_is_not_there_are_refused() -> None:
    for first, second in ((0, 3), (4, 3)):
        with pytest.raises(LedgerError):
            consistency_proof(lambda _level, _index: b"", first, second)
    with pytest.raises(LedgerError):
        inclusion_proof(lambda _level, _index: b"", 3, 3)
