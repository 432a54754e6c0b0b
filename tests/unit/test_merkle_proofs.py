"""Proofs of small trees, all of them: what is shown holds, and nothing near it passes (H1, H2)."""

from __future__ import annotations

import pytest

from reba.canonical import INTEGER_MAX
from reba.errors import LedgerError, SignatureError
from reba.ledger.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
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

SIZES = range(1, 35)
LEAVES = [leaf_hash(str(number).encode()) for number in range(SIZES.stop)]
ROOTS = [root_of(LEAVES[:size]) for size in range(SIZES.stop)]
STRANGER = leaf_hash(b"a stranger")


def _subtree(level: int, index: int) -> bytes:
    """The hash of a complete subtree, by the definition: never more than what is complete."""
    width = 2**level
    leaves = LEAVES[index * width : (index + 1) * width]
    assert len(leaves) == width
    while len(leaves) > 1:
        leaves = [node_hash(one, two) for one, two in zip(leaves[::2], leaves[1::2], strict=True)]
    return leaves[0]


def test_roots_from_subtrees_are_those_of_the_leaves() -> None:
    assert root_from(_subtree, 0) == EMPTY_ROOT == ROOTS[0]
    for size in SIZES:
        assert root_from(_subtree, size) == ROOTS[size]


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_holds_and_none_longer_or_shorter_does(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(_subtree, index, size)
        leaf, root = LEAVES[index], ROOTS[size]
        assert verify_inclusion(leaf, index, size, proof, root)
        assert not verify_inclusion(leaf, index, size, [*proof, STRANGER], root)
        assert not verify_inclusion(leaf, index, size, [*proof, root], root)
        assert not verify_inclusion(leaf, index, size, proof, STRANGER)
        assert not verify_inclusion(leaf, index, size, proof[:-1], root) or not proof
        assert not verify_inclusion(leaf, index + size, size, proof, root)
        assert not verify_inclusion(leaf, -1 - index, size, proof, root)
        for place in range(len(proof)):
            assert not verify_inclusion(leaf, index, size, _with(proof, place, STRANGER), root)


@pytest.mark.invariant("H1")
@pytest.mark.parametrize("second", SIZES)
def test_every_consistency_proof_holds_and_none_longer_or_shorter_does(second: int) -> None:
    new = ROOTS[second]
    for first in range(1, second + 1):
        old, proof = ROOTS[first], consistency_proof(_subtree, first, second)
        assert verify_consistency(first, second, old, new, proof)
        assert not verify_consistency(first, second, old, new, [*proof, STRANGER])
        assert not verify_consistency(first, second, old, new, [*proof, new])
        assert not verify_consistency(first, second, STRANGER, new, proof)
        assert not verify_consistency(first, second, old, STRANGER, proof)
        assert not verify_consistency(first, second, old, new, proof[:-1]) or not proof
        for place in range(len(proof)):
            changed = _with(proof, place, STRANGER)
            assert not verify_consistency(first, second, old, new, changed)


def _with(proof: list[bytes], place: int, other: bytes) -> list[bytes]:
    return [*proof[:place], other, *proof[place + 1 :]]


@pytest.mark.invariant("H2")
def test_a_later_root_that_is_smaller_or_rests_on_nothing_shows_nothing() -> None:
    """A log that shrank, or a checkpoint of nothing, must not pass as a past that was kept."""
    assert not verify_consistency(4, 3, ROOTS[4], ROOTS[3], [])
    assert not verify_consistency(0, 3, EMPTY_ROOT, ROOTS[3], [])
    assert not verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(-1, 3, EMPTY_ROOT, ROOTS[3], [])
    assert not verify_consistency(3, 4, ROOTS[3], ROOTS[4], [])
    assert not verify_consistency(2, 2, ROOTS[2], ROOTS[2], [STRANGER])
    assert not verify_consistency(2, 2, ROOTS[2], ROOTS[1], [])


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 0)])
def test_no_proof_is_made_of_an_entry_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(LedgerError) as raised:
        inclusion_proof(_subtree, index, size)
    assert raised.value.code == "ledger.unknown_entry"
    assert raised.value.data == {"seq": index, "size": size}


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_no_proof_is_made_from_a_size_that_was_not(first: int, second: int) -> None:
    with pytest.raises(LedgerError) as raised:
        consistency_proof(_subtree, first, second)
    assert raised.value.code == "ledger.unknown_entry"
    assert raised.value.data == {"seq": first, "size": second}


def test_a_frontier_is_refused_that_does_not_fit_its_size() -> None:
    assert Frontier().root() == EMPTY_ROOT
    with pytest.raises(ValueError, match=r"^6 leaves have 2 complete subtrees$"):
        Frontier(6, [STRANGER])


def test_a_frontier_counts_its_leaves_also_where_subtrees_are_added_whole() -> None:
    """A checkpoint says this size; a store that keeps subtrees adds them whole."""
    one_by_one, by_subtree = Frontier(), Frontier()
    for size in SIZES:
        one_by_one.add(LEAVES[size - 1])
        assert (one_by_one.size, one_by_one.root()) == (size, ROOTS[size])
    for level, index in ((4, 0), (3, 2), (3, 3), (1, 16)):
        by_subtree.add_subtree(_subtree(level, index), level)
        size = (index + 1) << level
        assert (by_subtree.size, by_subtree.root()) == (size, ROOTS[size])


# ── checkpoints ──────────────────────────────────────────────────────────────────────────────

ROOT_TEXT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_checkpoint_may_be_as_large_as_an_integer() -> None:
    found = Checkpoint.parse(f"origin\n{INTEGER_MAX}\n{ROOT_TEXT}\n")
    assert found == Checkpoint("origin", INTEGER_MAX, EMPTY_ROOT)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("origin\n7\n", "it is origin, size and root, a line each"),
        (f"\n7\n{ROOT_TEXT}\n", "it is origin, size and root, a line each"),
        (f"origin\n07\n{ROOT_TEXT}\n", "the size is not a number of entries"),
        (f"origin\n{INTEGER_MAX + 1}\n{ROOT_TEXT}\n", "the size is not a number of entries"),
        ("origin\n1\n!\n", f"the root is not {HASH_BYTES} bytes in base64"),
        ("origin\n1\nAAAA\n", f"the root is not {HASH_BYTES} bytes in base64"),
    ],
)
def test_a_refused_checkpoint_says_why(text: str, reason: str) -> None:
    with pytest.raises(LedgerError) as raised:
        Checkpoint.parse(text)
    assert (raised.value.code, raised.value.data) == ("ledger.checkpoint", {"reason": reason})


def test_a_checkpoint_that_is_no_note_is_refused_for_the_reason_of_the_note() -> None:
    with pytest.raises(LedgerError) as raised:
        Checkpoint.parse("no newline")
    cause = raised.value.__cause__
    assert isinstance(cause, SignatureError)
    assert raised.value.data == {"reason": cause.data["reason"]}
    assert cause.data["reason"]
