"""What every store must keep: one suite, for our stores and for yours.

Subclass `StoreContract` in a test module, name the subclass `Test...`, and give it a fixture
`open_store`: a callable that opens the store under test, the same ledger at each call.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def open_store(self, tmp_path):
            return lambda: MyStore(tmp_path / "ledger")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import pytest

from reba.canonical import body_digest, canonical_text, text_digest
from reba.errors import LedgerError
from reba.ledger.entries import Draft, Entry, envelope_json
from reba.ledger.merkle import leaf_hash, root_from, root_of
from reba.ledger.sealing import SALT_BYTES, seal
from reba.ledger.stores.protocol import Store

__all__ = ["OpenStore", "StoreContract", "sealed", "sealed_destruction"]

OpenStore: TypeAlias = Callable[[], Store]

_RECORDED_AT: Final = "2026-01-02T03:04:05.678901Z"
_HARD_TEXTS: Final = (
    "",
    "é ß 漢字 \U0001f600",
    '"\\/\b\f\n\r\t\x00\x1f\x7f',
    "'; DROP TABLE entries",
)


def sealed(
    accounts: Sequence[str], *, first_seq: int = 0, versions: dict[str, int] | None = None
) -> list[Entry]:
    """Return sealed entries, one for each account named, with bodies that are hard to keep."""
    drafts = [
        Draft(
            account,
            "contribution.collected",
            "2015-03",
            f"actor {number} {_HARD_TEXTS[number % len(_HARD_TEXTS)]}",
            f"command {number}",
            None,
            canonical_text(
                {"amount": (-1) ** number * (2**53 - 1), "text": _HARD_TEXTS[number % 4]}
            ),
        )
        for number, account in enumerate(accounts)
    ]
    return seal(
        drafts,
        first_seq=first_seq,
        versions=versions or {},
        recorded_at=_RECORDED_AT,
        salts=bytes(range(SALT_BYTES)) * len(drafts),
    )


def sealed_destruction(account: str, *, seq: int, version: int) -> Entry:
    """Return a sealed `records.destroyed` for an account that has so many entries before it."""
    body = canonical_text({"destroyed_through": version - 1})
    draft = Draft(account, "records.destroyed", "2026-01-02", "a", f"destroy {seq}", None, body)
    (entry,) = seal(
        [draft], first_seq=seq, versions={account: version - 1}, recorded_at=_RECORDED_AT,
        salts=bytes(SALT_BYTES),
    )  # fmt: skip
    return entry


class StoreContract:
    """The promises of `reba.ledger.stores.protocol.Store`, one test each."""

    @pytest.mark.invariant("S4")
    def test_what_is_appended_is_read_back(self, open_store: OpenStore) -> None:
        """Integers of the whole range and all text survive storage, also after reopening."""
        entries = sealed(["A", "B", "A", "C", "B", "A"])
        store = open_store()
        store.append(entries, expected_size=0)
        assert list(store.read()) == entries
        assert list(store.read(2, 4)) == entries[2:4]
        assert store.size() == len(entries)
        for entry in store.read():
            assert entry.salt is not None
            assert entry.body_json is not None
            assert entry.body_digest == body_digest(entry.salt, entry.body_json)
            assert entry.leaf_hash == leaf_hash(envelope_json(entry).encode())

    def test_reopened_it_holds_the_same(self, open_store: OpenStore) -> None:
        """A ledger is the same ledger when it is opened again."""
        store = open_store()
        origin = store.origin()
        entries = sealed(["A", "B", "C"])
        store.append(entries, expected_size=0)
        root = root_from(store.subtree, store.size())
        again = open_store()
        assert again.origin() == origin
        assert list(again.read()) == entries
        assert root_from(again.subtree, again.size()) == root

    @pytest.mark.invariant("S2")
    def test_of_two_writers_exactly_one_wins(self, open_store: OpenStore) -> None:
        """Two writers with the same expected size: one is booked, the other is told."""
        one, two = open_store(), open_store()
        one.append(sealed(["A"]), expected_size=0)
        with pytest.raises(LedgerError) as raised:
            two.append(sealed(["B"]), expected_size=0)
        assert raised.value.code == "ledger.head_moved"
        assert [entry.account for entry in two.read()] == ["A"]
        two.append(sealed(["B"], first_seq=1), expected_size=1)
        assert [entry.account for entry in one.read()] == ["A", "B"]

    @pytest.mark.invariant("S1")
    def test_a_batch_with_a_bad_entry_leaves_nothing(self, open_store: OpenStore) -> None:
        """An append is all or nothing, and the store goes on as if it had not been tried."""
        store = open_store()
        store.append(sealed(["A"]), expected_size=0)
        root = root_from(store.subtree, store.size())
        wrong_version = sealed(["B", "A"], first_seq=1)  # A/1 is there already
        with pytest.raises(LedgerError) as raised:
            store.append(wrong_version, expected_size=1)
        assert raised.value.code == "ledger.not_next"
        wrong_seq = sealed(["B"], first_seq=7)
        with pytest.raises(LedgerError):
            store.append(wrong_seq, expected_size=1)
        assert store.size() == 1
        assert root_from(store.subtree, 1) == root
        store.append(sealed(["B", "A"], first_seq=1, versions={"A": 1}), expected_size=1)
        assert store.size() == 3  # noqa: PLR2004 (one and two)

    def test_accounts_are_apart(self, open_store: OpenStore) -> None:
        """Reading accounts gives their own entries in order of version, and no others."""
        store = open_store()
        names = ["A", "B", "A", "AB", "B", "A"]
        store.append(sealed(names), expected_size=0)
        found = store.read_accounts(["A", "AB", "nobody"])
        assert sorted(found) == ["A", "AB"]
        assert [entry.version for entry in found["A"]] == [1, 2, 3]
        assert list(store.accounts()) == ["A", "AB", "B"]
        assert store.read_accounts([]) == {}

    def test_an_account_that_is_named_twice_is_read_once(self, open_store: OpenStore) -> None:
        """A file may hold a household twice, far apart; its entries are read once."""
        store = open_store()
        entries = sealed(["A", "B", "A"])
        store.append(entries, expected_size=0)
        names = ["A", *(f"nobody-{number}" for number in range(2500)), "A", "B"]
        assert store.read_accounts(names) == {"A": [entries[0], entries[2]], "B": [entries[1]]}

    @pytest.mark.invariant("E2")
    def test_the_kept_tree_is_the_tree_of_the_entries(self, open_store: OpenStore) -> None:
        """Across tile borders, however the entries were batched, the root is that of RFC 6962."""
        store = open_store()
        size = 0
        for batch in (1, 254, 1, 1, 255, 700):
            entries = sealed([f"A{size + number}" for number in range(batch)], first_seq=size)
            store.append(entries, expected_size=size)
            size += batch
            expected = root_of(entry.leaf_hash for entry in store.read())
            assert root_from(store.subtree, size) == expected
            assert root_from(open_store().subtree, size) == expected

    def test_documents_are_kept_by_their_digest(self, open_store: OpenStore) -> None:
        """Law and policies: keeping one twice is nothing, and a wrong digest is refused."""
        store = open_store()
        text = '{"é":1}'
        store.put_document("law", text_digest(text), text)
        store.put_document("law", text_digest(text), text)
        assert store.get_document("law", text_digest(text)) == text
        assert list(store.documents()) == [("law", text_digest(text))]
        with pytest.raises(LedgerError) as raised:
            store.put_document("law", text_digest("other"), text)
        assert raised.value.code == "ledger.document_digest"
        with pytest.raises(LedgerError) as raised:
            store.get_document("policy", text_digest(text))
        assert raised.value.code == "ledger.document_missing"

    @pytest.mark.invariant("H3")
    def test_erasing_takes_bodies_and_salts_of_one_account_only(
        self, open_store: OpenStore
    ) -> None:
        """What is destroyed is gone after reopening; envelopes, tree and others stay."""
        store = open_store()
        entries = sealed(["A", "B", "A", "C"])
        store.append(entries, expected_size=0)
        last = sealed_destruction("A", seq=4, version=3)
        store.erase(last, expected_size=4)
        expected = [
            entry._replace(body_json=None, salt=None) if entry.account == "A" else entry
            for entry in entries
        ] + [last]
        assert list(store.read()) == expected
        assert store.read_accounts(["A"])["A"] == [expected[0], expected[2], last]
        store.purge()
        store.purge()  # again is nothing
        again = open_store()
        assert list(again.read()) == expected
        assert root_from(again.subtree, 5) == root_of(entry.leaf_hash for entry in expected)
        again.append(sealed(["B"], first_seq=5, versions={"B": 1}), expected_size=5)
        assert again.size() == 6  # noqa: PLR2004 (four, one and one)

    @pytest.mark.invariant("S1")
    def test_erasing_where_another_writer_came_first_erases_nothing(
        self, open_store: OpenStore
    ) -> None:
        """A destruction that is not booked destroys nothing."""
        store = open_store()
        entries = sealed(["A", "B"])
        store.append(entries, expected_size=0)
        with pytest.raises(LedgerError) as raised:
            store.erase(sealed_destruction("A", seq=1, version=2), expected_size=1)
        assert raised.value.code == "ledger.head_moved"
        assert list(store.read()) == entries
