"""Proofs and receipts: what they show, what they cost, and on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from by_hand import HandLedger, digested
from reba import RebaError
from reba.canonical import canonical_text
from reba.cli.app import run
from reba.cli.receipt_words import KINDS_TOLD, receipt_lines
from reba.errors import LedgerError, ReceiptError
from reba.ledger.entries import KINDS, Draft
from reba.ledger.merkle import EMPTY_ROOT, Checkpoint
from reba.ledger.proofs import (
    ConsistencyProof,
    InclusionProof,
    checkpoint_at,
    prove,
    prove_consistency,
)
from reba.ledger.receipt_checks import verify
from reba.ledger.receipts import Receipt, make_receipt
from reba.ledger.sealing import seal
from reba.ledger.stores import MemoryStore, SqliteStore
from reba.testing.stores import sealed
from unit.test_ledger import drop_triggers
from unit.test_office import POLICY, Office, opened_office
from verdicts import alone_says


@pytest.fixture
def store() -> MemoryStore:
    """Nine entries of three accounts."""
    made = MemoryStore("example.nl/receipts")
    made.append(sealed(["H-1", "H-2", "7"] * 3), expected_size=0)
    return made


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened


# ── proofs ───────────────────────────────────────────────────────────────────────────────────


@given(st.integers(1, 600), st.data())
def test_each_entry_is_proven_at_each_size(size: int, data: st.DataObject) -> None:
    store = MemoryStore("example.nl/proofs")
    store.append(sealed(["A"] * size), expected_size=0)
    at = data.draw(st.integers(1, size))
    seq = data.draw(st.integers(0, at - 1))
    proof = prove(store, seq, at)
    assert proof.holds
    assert (proof.size, len(proof.hashes)) == (at, len(prove(store, seq, at).hashes))
    assert not proof._replace(leaf_hash=bytes(32)).holds
    earlier = checkpoint_at(store, data.draw(st.integers(1, at)))
    later = prove_consistency(store, earlier, at)
    assert later.holds
    assert ConsistencyProof.parse(later.to_text()) == later
    assert not later._replace(first=earlier._replace(origin="example.nl/other")).holds
    wrong = earlier._replace(root=bytes(32))
    assert not later._replace(first=wrong).holds


def test_a_proof_says_where_it_stands(store: MemoryStore) -> None:
    proof = prove(store, 4)
    assert isinstance(proof, InclusionProof)
    record = proof.to_record()
    assert (record["seq"], record["size"], record["format"]) == (4, 9, "reba-inclusion/1")
    assert record["leaf_hash"] == next(store.read(4)).leaf_hash.hex()
    assert Checkpoint.parse(str(record["checkpoint"])) == checkpoint_at(store)
    for seq, size in ((9, None), (-1, None), (4, 4), (0, 10), (0, -1)):
        with pytest.raises(LedgerError) as raised:
            prove(store, seq, size)
        assert raised.value.code == "ledger.unknown_entry"


def test_what_is_no_earlier_checkpoint_is_refused(store: MemoryStore) -> None:
    own = checkpoint_at(store, 4)
    for other in (
        own._replace(origin="example.nl/other"),
        own._replace(root=bytes(32)),
        own._replace(size=10),
        Checkpoint(own.origin, 0, EMPTY_ROOT),
    ):
        with pytest.raises(ReceiptError) as raised:
            prove_consistency(store, other)
        assert raised.value.code == "receipt.checkpoint"


@pytest.mark.parametrize(
    "text", ["", "{}", "{}\n", "[]\n", '{"a":1.0}\n', "\n", "x" * 9, "[" * 9999 + "\n"]
)
def test_what_is_no_consistency_proof_is_refused(text: str, store: MemoryStore) -> None:
    with pytest.raises(ReceiptError) as raised:
        ConsistencyProof.parse(text)
    assert raised.value.code == "receipt.proof"
    record = prove_consistency(store, checkpoint_at(store, 4)).to_record()
    for key, value in (("proof", ["x"]), ("proof", None), ("first", "x"), ("format", "x")):
        with pytest.raises(ReceiptError):
            ConsistencyProof.parse(canonical_text({**record, key: value}) + "\n")


@pytest.mark.parametrize("account", [None, "H-77"])
def test_a_proof_reads_few_hashes_of_a_big_ledger(account: str | None, tmp_path: Path) -> None:
    """A receipt of an account reads its own entries; a proof reads no entry, but for the edge."""
    count = 70_000
    path = tmp_path / "big.reba"
    store = SqliteStore(path, create=True, read_only=False, new_origin=lambda: "example.nl/big")
    drafts = [
        Draft(f"H-{seq % 20_000}", "account.opened", "2015-03", "x", f"c/{seq}", None, "{}")
        for seq in range(count)
    ]
    entries = seal(
        drafts, first_seq=0, versions={}, salts=bytes(16 * count),
        recorded_at="2015-04-01T08:00:00.000000Z",
    )  # fmt: skip
    store.append(entries, expected_size=0)
    store.close()
    store = SqliteStore(path, create=False, read_only=True, new_origin=str)
    store.subtree(0, 0)  # opening reads the edge of the tree once
    asked: list[str] = []
    store._connection.set_trace_callback(asked.append)
    hashes: list[tuple[int, int]] = []
    subtree = store.subtree

    def counted(level: int, index: int) -> bytes:
        hashes.append((level, index))
        return subtree(level, index)

    store.subtree = counted  # type: ignore[method-assign]
    levels = count.bit_length()
    if account is None:
        earlier = Checkpoint("example.nl/big", 60_001, checkpoint_at(store, 60_001).root)
        hashes.clear()
        asked.clear()
        assert prove(store, 12_345).holds
        assert len(hashes) <= 3 * levels  # the root, the leaf and the path
        assert prove_consistency(store, earlier).holds
        assert len(hashes) <= 9 * levels  # both roots, and the proof
        tiles = [sql for sql in asked if "FROM tiles" in sql]
        assert len(tiles) <= len(hashes)
        assert not [sql for sql in asked if "FROM entries WHERE seq" in sql]
    else:
        receipt = make_receipt(store, account=account)
        assert len(receipt.entries) == 4
        assert len(hashes) <= 6 * levels
        rows = [sql for sql in asked if "FROM entries" in sql and "max(seq)" not in sql]
        assert len(rows) == 1  # the account's own, by its index
    store.close()


# ── receipts ─────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_holds_what_the_account_had(store: MemoryStore) -> None:
    for size, versions in ((9, [1, 2, 3]), (7, [1, 2, 3]), (6, [1, 2]), (1, [1])):
        text = checkpoint_at(store, size).to_text()
        receipt = make_receipt(store, account="H-1", checkpoint=text)
        assert [item.entry.version for item in receipt.entries] == versions
        assert Receipt.parse(receipt.to_text()) == receipt
        report = verify(receipt)
        assert report.holds
        had = f"Account H-1 had these {len(versions)} entries in the ledger example.nl/receipts"
        assert report.shown == (f"{had} when it held {size} entries.",)
        later = f"That the account got no entry after version {len(versions)}."
        assert report.not_shown[0] == later
        assert alone_says(receipt.to_text().encode()) == []


def test_a_receipt_of_one_entry(store: MemoryStore) -> None:
    for seq in range(9):
        receipt = make_receipt(store, seq=seq)
        assert (receipt.subject, receipt.seq) == (f"seq:{seq}", seq)
        assert [item.entry.seq for item in receipt.entries] == [seq]
        assert verify(receipt).holds
        assert alone_says(receipt.to_text().encode()) == []


def test_against_what_was_kept_elsewhere(store: MemoryStore) -> None:
    early, now = checkpoint_at(store, 5), checkpoint_at(store)
    receipt = make_receipt(store, account="H-1", checkpoint=early.to_text())
    tie = prove_consistency(store, early)
    empty = Checkpoint(now.origin, 0, EMPTY_ROOT)
    assert verify(receipt, against=[early, empty]).holds
    assert verify(receipt, against=[now], consistency=[tie]).holds
    shown = verify(receipt, against=[early, now], consistency=[tie]).shown
    assert shown[1:] == (
        "A checkpoint that was handed over is the one of the receipt.",
        "A checkpoint that was handed over is of the same ledger, at another size.",
    )
    broken = tie._replace(hashes=tie.hashes[:-1])
    for against, consistency, found in (
        ([now], [], "checkpoint.untied"),
        ([now], [broken], "checkpoint.untied"),
        ([now._replace(root=bytes(32))], [tie], "checkpoint.untied"),
        ([early._replace(root=bytes(32))], [tie], "checkpoint.root"),
        ([early._replace(origin="example.nl/other")], [], "checkpoint.origin"),
    ):
        report = verify(receipt, against=against, consistency=consistency)
        assert [each.id for each in report.findings] == [found]
        assert report.shown == ()


def test_what_cannot_be_handed_out_is_refused(store: MemoryStore) -> None:
    def refused(code: str, account: str | None = None, **options: object) -> None:
        with pytest.raises(RebaError) as raised:
            make_receipt(store, account=account, **options)  # type: ignore[arg-type]
        assert raised.value.code == code

    own = checkpoint_at(store, 4)
    refused("ledger.unknown_account", "H-9")
    refused("ledger.unknown_account", "7", checkpoint=checkpoint_at(store, 2).to_text())
    refused("ledger.unknown_entry", seq=9)
    refused("ledger.unknown_entry", seq=-1)
    refused("ledger.unknown_entry", seq=4, checkpoint=own.to_text())
    refused("ledger.checkpoint", "H-1", checkpoint="x")
    refused("receipt.checkpoint", "H-1", checkpoint=own._replace(root=bytes(32)).to_text())
    refused("receipt.checkpoint", "H-1", checkpoint=own._replace(size=99).to_text())
    refused("receipt.checkpoint", "H-1", checkpoint=own._replace(origin="x").to_text())
    for options in ({}, {"account": "H-1", "seq": 0}):
        with pytest.raises(TypeError):
            make_receipt(store, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("actor = 'x'", "ledger.damaged"),
        ("body = '{}'", "ledger.damaged"),
        ("body = NULL, salt = NULL", "receipt.body_missing"),
    ],
)
def test_no_receipt_is_made_of_what_was_changed(change: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "l.reba"
    store = SqliteStore(path, create=True, read_only=False, new_origin=lambda: "example.nl/l")
    store.append(sealed(["H-1", "H-2", "H-1"]), expected_size=0)
    drop_triggers(store._connection)
    store._connection.execute(f"UPDATE entries SET {change} WHERE seq = 2")
    for asked in ({"account": "H-1"}, {"seq": 2}):
        with pytest.raises(RebaError) as raised:
            make_receipt(store, **asked)
        assert raised.value.code == code
    assert verify(make_receipt(store, account="H-2")).holds
    assert verify(make_receipt(store, seq=0)).holds
    store.close()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"more": 1}, "not of the form"),
        ({"format": "reba-receipt/2"}, "not of the form"),
        ({"subject": 1}, "are texts"),
        ({"entries": []}, "no entries"),
        ({"entries": {}}, "no entries"),
        ({"entries": [1]}, "nothing else"),
        ({"checkpoint": "x"}, "not a checkpoint: it does not end with a newline."),
    ],
)
def test_what_is_no_receipt_is_refused(change: dict[str, object], reason: str) -> None:
    hand = HandLedger()
    hand.add("H-1", "account.opened", {"scheme": "rooo"})
    with pytest.raises(ReceiptError) as raised:
        Receipt.parse(digested({**hand.receipt("H-1"), **change}))
    assert raised.value.code == "receipt.format"
    assert reason in str(raised.value)


@pytest.mark.parametrize("text", ["", "\n", "{}", "{}\n", "null\n", "[" * 99_999 + "\n", "1.0\n"])
def test_noise_is_no_receipt(text: str) -> None:
    with pytest.raises(ReceiptError):
        Receipt.parse(text)


@pytest.mark.invariant("H3")
def test_a_destroyed_account_has_a_receipt_that_says_so(office: Office) -> None:
    office.save(30000)
    office.end()
    office.today("2015-07-01")
    state = office.ledger.close("H-1", case="granted", policy=POLICY, legal_basis="left")
    office.pay(office.approve(state.releases[0].release), batch="B-1")
    before = office.ledger.receipt("H-1")
    office.today("2030-01-01")
    office.ledger.destroy("H-1", legal_basis="selection list 2015, category 7", term="P7Y")
    receipt = office.ledger.receipt("H-1")
    assert [item.entry.body_json is None for item in receipt.entries[:-1]] == [True] * len(
        before.entries
    )
    report = verify(receipt)
    assert report.holds
    assert "What the entries said whose bodies are gone." in report.not_shown
    assert alone_says(receipt.to_text().encode()) == []
    # What was handed out before still holds, and is tied to the ledger of now.
    assert verify(before).holds
    tie = prove_consistency(office.ledger.store, before.checkpoint)
    assert verify(before, against=[office.ledger.checkpoint()], consistency=[tie]).holds
    # At the earlier size nothing says that it was destroyed: no such receipt is made.
    with pytest.raises(ReceiptError) as raised:
        office.ledger.receipt("H-1", checkpoint=before.checkpoint_text)
    assert raised.value.code == "receipt.body_missing"
    assert verify(office.ledger.receipt(seq=0)).holds
    told = list(receipt_lines(receipt, dutch=True))
    assert any("gegevens vernietigd" in line for line in told)
    assert sum("wat hier stond, is er niet meer" in line for line in told) == len(before.entries)
    for name, finding in (
        ("one body is left", "destroyed.incomplete"),
        ("an entry follows", "destroyed.last"),
    ):
        entries = list(receipt.entries)
        if name == "one body is left":
            entries[0] = before.entries[0]
        else:
            entries.insert(0, entries.pop())
        found = {each.id for each in verify(receipt._replace(entries=tuple(entries))).findings}
        assert finding in found, name


def test_the_ledger_makes_proofs_and_receipts(office: Office) -> None:
    office.save(30000)
    ledger = office.ledger
    assert ledger.prove(1).holds
    assert ledger.prove(1, size=2).size == 2
    assert verify(ledger.receipt("H-1"), against=[ledger.checkpoint()]).holds
    assert verify(ledger.receipt(seq=1)).holds


# ── for people ───────────────────────────────────────────────────────────────────────────────


def test_every_kind_is_told_in_both_languages() -> None:
    assert set(KINDS_TOLD) == KINDS
    assert all(dutch and english for dutch, english in KINDS_TOLD.values())


_SAID = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(["amounts", "totals", "facts", "members", "income", "purpose", "net",
                         "contribution_cents", "amount_cents", "id", "month"]), inner,
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["amounts", "totals", "facts", "purpose", "month"]), _SAID))
def test_whatever_a_body_says_is_told(body: dict[str, object]) -> None:
    hand = HandLedger()
    hand.add("H-1", "contribution.assessed", body)
    receipt = Receipt.parse(digested(hand.receipt("H-1")))
    for dutch in (True, False):
        lines = list(receipt_lines(receipt, dutch=dutch))
        assert len(lines) >= 2
        assert all(line.isprintable() for line in lines)


@pytest.fixture
def said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Give a command in a folder that holds a ledger; return what it said."""
    place = tmp_path / "l.reba"
    store = SqliteStore(place, create=True, read_only=False, new_origin=lambda: "example.nl/cli")
    store.append(sealed(["H-1", "H-2", "H-1", "5"]), expected_size=0)
    (tmp_path / "early.txt").write_text(checkpoint_at(store, 2).to_text(), encoding="utf-8")
    (tmp_path / "now.txt").write_text(checkpoint_at(store).to_text(), encoding="utf-8")
    store.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)  # the test run keeps its own Ctrl-C

    def give(*arguments: str, status: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["reba", *arguments])
        found = run()
        printed = capsys.readouterr()
        assert found == status, printed
        assert "Traceback" not in printed.err
        return printed.out if status in {0, 1} else printed.err

    return give


ON = ("--ledger", "l.reba")


def test_a_receipt_on_the_command_line(said: Callable[..., str], tmp_path: Path) -> None:
    receipt = said("receipt", "make", "H-1", *ON)
    (tmp_path / "r.json").write_bytes(receipt.encode())
    verdict = said("receipt", "verify", "r.json", "--against", "now.txt")
    assert verdict.endswith("receipt: 0 findings\n")
    untied = said("receipt", "verify", "r.json", "--against", "early.txt", status=1)
    assert "checkpoint.untied" in untied
    proof = said("prove", "l.reba", "--from", "early.txt")
    (tmp_path / "p.json").write_bytes(proof.encode())
    tied = ("--against", "early.txt", "--consistency", "p.json")
    assert json.loads(said("receipt", "verify", "r.json", *tied, "--json"))["holds"] is True
    for lang, word in (("nl", "Rekening H-1"), ("en", "Account H-1")):
        assert said("receipt", "show", "r.json", "--lang", lang).startswith(word)
    (tmp_path / "r.json").write_bytes(receipt.replace("actor 2", "actor 3").encode())
    assert said("receipt", "show", "r.json", status=1).startswith("Rekening")
    assert "receipt.digest" in said("receipt", "verify", "r.json", status=1)
    assert "[receipt.format]" in said("receipt", "verify", "now.txt", status=3)
    assert "[receipt.format]" in said("receipt", "show", "now.txt", status=3)
    assert "[run.file]" in said("receipt", "verify", "nothing", status=3)


def test_a_receipt_with_a_key_on_the_command_line(said: Callable[..., str], tmp_path: Path) -> None:
    said("key", "new", "--out", "k.pem")
    key = said("key", "show", "k.pem", "--name", "example.nl/key").strip()
    signed = said("checkpoint", "l.reba", "--sign", "k.pem", "--name", "example.nl/key")
    (tmp_path / "signed.txt").write_bytes(signed.encode())
    receipt = said("receipt", "make", "H-1", "--checkpoint", "signed.txt", *ON)
    (tmp_path / "r.json").write_bytes(receipt.encode())
    assert "signed by example.nl/key" in said("receipt", "verify", "r.json", "--key", key)
    said("receipt", "verify", "r.json", "--key", key, "--against", "signed.txt")
    plain = ("--key", key, "--against", "now.txt")
    assert "[signature.note]" in said("receipt", "verify", "r.json", *plain, status=3)
    (tmp_path / "r.json").write_bytes(said("receipt", "make", "H-1", *ON).encode())
    assert "signature.note" in said("receipt", "verify", "r.json", "--key", key, status=1)
    said("receipt", "verify", "r.json", "--key", key, "--against", "signed.txt")


def test_what_a_receipt_is_made_of_on_the_command_line(said: Callable[..., str]) -> None:
    early = said("receipt", "make", "H-1", "--checkpoint", "early.txt", *ON)
    assert len(Receipt.parse(early).entries) == 1
    # A number is taken for an entry only where no account can be meant.
    assert Receipt.parse(said("receipt", "make", "1", *ON)).subject == "seq:1"
    assert Receipt.parse(said("receipt", "make", "--seq", "3", *ON)).subject == "seq:3"
    assert Receipt.parse(said("receipt", "make", "--account", "5", *ON)).subject == "5"
    for meant in (["5"], ["3"], [], ["H-1", "--seq", "0"]):
        assert "[usage.option]" in said("receipt", "make", *meant, *ON, status=2)
    for unknown in ("9" * 30, "٣"):
        assert "[ledger.unknown_account]" in said("receipt", "make", unknown, *ON, status=3)
    assert "[ledger.unknown_entry]" in said("receipt", "make", "77", *ON, status=3)
    proof = json.loads(said("prove", "l.reba", "2", "--size", "3"))
    assert (proof["seq"], proof["size"]) == (2, 3)
    assert "[usage.option]" in said("prove", "l.reba", status=2)
    assert "[ledger.unknown_entry]" in said("prove", "l.reba", "4", status=3)


def test_the_verifier_is_printed_byte_for_byte(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "src" / "reba" / "standalone" / "reba_verify.py"
    done = subprocess.run(
        [sys.executable, "-m", "reba", "receipt", "verifier"], capture_output=True, check=True,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(source.parents[2])},
    )  # fmt: skip
    assert done.stdout == source.read_bytes()
