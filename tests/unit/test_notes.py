"""Signed notes and keys: against vectors that are not ours, and against every way to go wrong.

The names, keys, texts and signatures of PeterNeumann and EnochRoot are those of the tests of the Go
package `golang.org/x/mod/sumdb/note` (sumdb/note/note_test.go). The checkpoint of the Go checksum
database is one that it published, as the tests of `transparency-dev/witness` quote it; its key is
in the Go command (src/cmd/go/internal/modfetch/key.go). The note in Italian and the cosigned
checkpoint stand in the specifications, C2SP signed-note and tlog-cosignature.
"""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from reba.errors import KeyFileError, RebaError, SignatureError, UsageError
from reba.key_files import KEY_FILE_BYTES_MAX, PASSPHRASE_BYTES_MAX, read_passphrase
from reba.ledger.merkle import Checkpoint, root_of
from reba.ledger.notes import (
    NOTE_LENGTH_MAX,
    SIGNATURES_MAX,
    VerifierKey,
    cosign,
    note_text,
    read_note,
    sign,
    verifier_key,
    verify,
)
from reba.ledger.proofs import checkpoint_at, prove_consistency
from reba.ledger.signing_keys import new_private_key, read_private_key, write_private_key
from reba.ledger.stores import MemoryStore, SqliteStore
from reba.ledger.witness import check_continues
from reba.testing.stores import sealed
from unit.test_cli import reba

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETER_PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox3"
    "3WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}"
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_CHECKPOINT = """\
go.sum database tree
6476701
mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=

— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvi\
mWEPWL+o3GeoWwOoAw=
"""
ITALIAN = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMou\
FSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
COSIGNED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc\
yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX\
3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""


def _code(error: pytest.ExceptionInfo[RebaError]) -> str:
    return error.value.code


def _own_key(seed: int = 7) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


# ── what others signed ───────────────────────────────────────────────────────────────────────


def test_the_signatures_of_the_go_package_hold() -> None:
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    assert verify(NOTE, [peter, enoch]) == (TEXT, (peter, enoch), 0)
    assert verify(NOTE, [peter]) == (TEXT, (peter,), 1)
    assert verify(NOTE, [enoch, enoch]) == (TEXT, (enoch,), 1)


def test_the_go_package_would_have_signed_the_same_bytes() -> None:
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(PETER_PRIVATE)[1:])
    assert verifier_key(private, "PeterNeumann").to_text() == PETER
    assert sign(TEXT, name="PeterNeumann", private_key=private) == f"{TEXT}\n{PETER_LINE}"
    added = cosign(f"{TEXT}\n{ENOCH_LINE}", name="PeterNeumann", private_key=private)
    assert added == f"{TEXT}\n{ENOCH_LINE}{PETER_LINE}"
    assert cosign(added, name="PeterNeumann", private_key=private) == added


def test_a_checkpoint_of_the_go_checksum_database_holds() -> None:
    key = VerifierKey.parse(GO_KEY)
    verified = verify(GO_CHECKPOINT, [key])
    assert verified.signed_by == (key,)
    checkpoint = Checkpoint.parse(GO_CHECKPOINT)
    assert (checkpoint.origin, checkpoint.size) == ("go.sum database tree", 6476701)
    assert checkpoint.to_text() == verified.text
    with pytest.raises(SignatureError) as raised:
        verify(GO_CHECKPOINT.replace("6476701", "6476702"), [key])
    assert _code(raised) == "signature.invalid"


def test_notes_of_the_specifications_are_read_and_written_back() -> None:
    assert read_note(ITALIAN).text.count("\n\n") == 1
    assert len(read_note(COSIGNED).signatures[1].signature) == 8 + 64  # timestamped: not judged
    for note in (ITALIAN, COSIGNED, NOTE, GO_CHECKPOINT):
        assert read_note(note).to_text() == note
        with pytest.raises(SignatureError) as raised:
            verify(note, [verifier_key(_own_key(), "somebody.else")])
        assert _code(raised) == "signature.missing"
    assert Checkpoint.parse(COSIGNED).size == 20852163


# ── signatures that do not hold ──────────────────────────────────────────────────────────────


def test_one_bad_signature_of_a_known_key_refuses_the_note() -> None:
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    with pytest.raises(SignatureError) as raised:
        verify(NOTE.replace("answer", "Answer"), [peter, enoch])
    assert _code(raised) == "signature.invalid"
    swapped = NOTE.replace(ENOCH_LINE, ENOCH_LINE.replace("5n2tiOHp", "5n2tiOHq"))
    assert verify(swapped, [peter]).unknown == 1
    with pytest.raises(SignatureError) as raised:
        verify(swapped, [peter, enoch])
    assert _code(raised) == "signature.invalid"


def test_any_flipped_bit_of_a_signed_checkpoint_is_refused() -> None:
    private = _own_key()
    key = verifier_key(private, "example.nl/ledger")
    note = sign(
        Checkpoint("example.nl/ledger", 12, bytes(range(32))).to_text(),
        name=key.name,
        private_key=private,
    ).encode()
    refused = 0
    for place in range(len(note)):
        for bit in range(8):
            damaged = bytearray(note)
            damaged[place] ^= 1 << bit
            try:
                text = damaged.decode()
            except UnicodeDecodeError:
                continue  # it is no text any more, and a reader of files says so
            with pytest.raises(RebaError):
                verify(text, [key])
            refused += 1
    assert refused > len(note) * 6


def test_a_signature_of_another_length_does_not_hold() -> None:
    key = verifier_key(_own_key(), "example.nl/a")
    for length in (1, 32, 63, 65, 72):
        line = base64.b64encode(key.key_id + bytes(length)).decode()
        with pytest.raises(SignatureError) as raised:
            verify(f"text\n\n— example.nl/a {line}\n", [key])
        assert _code(raised) == "signature.invalid"


def test_the_same_name_with_another_key_is_another_key() -> None:
    mine, other = _own_key(1), _own_key(2)
    note = sign("text\n", name="example.nl/a", private_key=mine)
    with pytest.raises(SignatureError) as raised:
        verify(note, [verifier_key(other, "example.nl/a")])
    assert _code(raised) == "signature.missing"
    with pytest.raises(SignatureError) as raised:
        verify(note, [verifier_key(mine, "example.nl/b")])
    assert _code(raised) == "signature.missing"
    # rotation: old and new key side by side, under one name
    both = cosign(note, name="example.nl/a", private_key=other)
    keys = [verifier_key(each, "example.nl/a") for each in (mine, other)]
    assert verify(both, keys).signed_by == tuple(keys)


# ── the form ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        TEXT + "\n",
        f"{TEXT}\n{PETER_LINE}"[:-1],
        f"\x01{TEXT}\n{PETER_LINE}",
        f"\ud800{TEXT}\n{PETER_LINE}",
        f"{TEXT}\n{PETER_LINE}".replace("\n", "\r\n"),
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad+Name')}",
        f"{TEXT}\n{PETER_LINE}".replace("PeterNeumann", "Bad\u2003Name"),
        f"{TEXT}\n{PETER_LINE.replace('— PeterNeumann', '—  PeterNeumann')}",
        f"{TEXT}\n{PETER_LINE.replace('—', '--')}",
        f"{TEXT}\n{PETER_LINE.replace('—', '–')}",
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETER_LINE}\n",
        f"{TEXT}\n{PETER_LINE}".replace("JnAM=", "JnAN="),
        f"{TEXT}\n{PETER_LINE}".replace("JnAM=", "JnAM"),
        f"{TEXT}\n{PETER_LINE}".replace("JnAM=", "JnA-="),
        f"{TEXT}\n{PETER_LINE}".replace("JnAM=", "JnAM= "),
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n" + PETER_LINE * (SIGNATURES_MAX + 1),
        "a" * NOTE_LENGTH_MAX + f"\n\n{PETER_LINE}",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    for read in (read_note, lambda text: verify(text, [VerifierKey.parse(PETER)])):
        with pytest.raises(SignatureError) as raised:
            read(note)
        assert _code(raised) == "signature.note"


def test_as_many_signatures_as_the_limit_are_read() -> None:
    note = f"{TEXT}\n" + PETER_LINE * SIGNATURES_MAX
    assert verify(note, [VerifierKey.parse(PETER)]).signed_by == (VerifierKey.parse(PETER),)


def test_an_unsigned_text_is_its_own_text() -> None:
    assert note_text(TEXT) == note_text(TEXT + "\n") == note_text(f"{TEXT}\n{PETER_LINE}") == TEXT
    for bad in (TEXT + "\n\n", f"a\n\n{TEXT}", TEXT[:-1], ""):
        with pytest.raises(SignatureError):
            note_text(bad)


def test_a_verifier_key_is_read_whole_or_not_at_all() -> None:
    assert VerifierKey.parse(PETER).to_text() == PETER
    for start in range(len(PETER)):
        for stop in range(start + 1, len(PETER) + 1):
            if (start, stop) != (0, len(PETER)):
                with pytest.raises(SignatureError):
                    VerifierKey.parse(PETER[start:stop])
    for place, char in enumerate(PETER):
        with pytest.raises(SignatureError) as raised:
            VerifierKey.parse(PETER[:place] + chr(ord(char) + 1) + PETER[place + 1 :])
        assert _code(raised) == "signature.verifier_key"


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",  # too long
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # no known type
        PETER.upper(),
        PETER.replace("c74f20a3", "C74F20A3"),
        f" {PETER}",
        f"{PETER}\n",
        f"Peter {PETER}",
        "",
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(SignatureError) as raised:
        VerifierKey.parse(text)
    assert _code(raised) == "signature.verifier_key"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x00b", "a\ud800"])
def test_a_name_with_a_space_or_a_plus_signs_nothing(name: str) -> None:
    for call in (
        lambda: sign("text\n", name=name, private_key=_own_key()),
        lambda: verifier_key(_own_key(), name),
    ):
        with pytest.raises(SignatureError) as raised:
            call()
        assert _code(raised) == "signature.name"


@pytest.mark.parametrize("text", ["", "abc", "a\tb\n", "a\r\n"])
def test_what_may_not_stand_in_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(SignatureError) as raised:
        sign(text, name="example.nl/a", private_key=_own_key())
    assert _code(raised) == "signature.note"


_lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.lists(_lines, min_size=1, max_size=5), st.binary(min_size=32, max_size=32))
def test_what_is_signed_holds_and_no_other_text_does(lines: list[str], seed: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    text = "\n".join(lines) + "\n"
    note = sign(text, name="example.nl/é", private_key=private)
    key = VerifierKey.parse(verifier_key(private, "example.nl/é").to_text())
    assert verify(note, [key]) == (text, (key,), 0)
    with pytest.raises(SignatureError) as raised:
        verify("x" + note, [key])
    assert _code(raised) == "signature.invalid"


# ── key files ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "passphrase", [None, "één zin om te onthouden".encode(), b"a" * PASSPHRASE_BYTES_MAX]
)
def test_a_private_key_is_read_back_from_a_file_for_its_owner_alone(
    tmp_path: Path, passphrase: bytes | None
) -> None:
    path, private = tmp_path / "ledger.key", new_private_key()
    before = os.umask(0)
    try:
        write_private_key(path, private, passphrase=passphrase)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (b"ENCRYPTED" in path.read_bytes()) == (passphrase is not None)
    again = read_private_key(path, passphrase=passphrase)
    assert verifier_key(again, "a") == verifier_key(private, "a")
    with pytest.raises(KeyFileError) as raised:
        write_private_key(path, new_private_key())
    assert _code(raised) == "key.exists"
    assert verifier_key(read_private_key(path, passphrase=passphrase), "a").public_key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "ledger.key"
    write_private_key(path, new_private_key())
    path.chmod(mode)
    with pytest.raises(KeyFileError) as raised:
        read_private_key(path)
    assert _code(raised) == "key.open_to_others"
    assert f"chmod 600 {path}" in str(raised.value)


def test_a_wrong_or_missing_passphrase_is_said(tmp_path: Path) -> None:
    plain, locked = tmp_path / "plain.key", tmp_path / "locked.key"
    write_private_key(plain, new_private_key())
    write_private_key(locked, new_private_key(), passphrase=b"right")
    for path, passphrase in ((plain, b"any"), (locked, None), (locked, b"wrong")):
        with pytest.raises(KeyFileError) as raised:
            read_private_key(path, passphrase=passphrase)
        assert _code(raised) == "key.passphrase"


def test_a_file_without_an_ed25519_key_is_refused(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for number, data in enumerate((b"", b"no key\n", other)):
        path = tmp_path / f"{number}.key"
        path.touch(0o600)
        path.write_bytes(data)
        with pytest.raises(KeyFileError) as raised:
            read_private_key(path)
        assert _code(raised) == "key.private"
    for path in (tmp_path / "absent.key", tmp_path):
        with pytest.raises(KeyFileError) as raised:
            read_private_key(path)
        assert _code(raised) == "key.file"
    long = tmp_path / "long.key"
    long.touch(0o600)
    long.write_bytes(bytes(KEY_FILE_BYTES_MAX + 1))
    with pytest.raises(KeyFileError) as raised:
        read_private_key(long)
    assert _code(raised) == "key.file"
    with pytest.raises(KeyFileError) as raised:
        write_private_key(tmp_path / "no" / "folder.key", new_private_key())
    assert _code(raised) == "key.file"


@pytest.mark.parametrize(
    ("data", "passphrase"),
    [(b"zin", b"zin"), (b"een zin\n", b"een zin"), (b"zin\r\n", b"zin"), (b" zin \n", b" zin ")],
)
def test_a_passphrase_is_one_line(tmp_path: Path, data: bytes, passphrase: bytes) -> None:
    path = tmp_path / "passphrase"
    path.touch(0o600)
    path.write_bytes(data)
    assert read_passphrase(path) == passphrase
    for bad in (b"", b"\n", b"two\nlines\n", b"a" * (PASSPHRASE_BYTES_MAX + 1)):
        path.write_bytes(bad)
        with pytest.raises(KeyFileError) as raised:
            read_passphrase(path)
        assert _code(raised) == "key.file"
    path.write_bytes(data)
    path.chmod(0o644)
    with pytest.raises(KeyFileError) as raised:
        read_passphrase(path)
    assert _code(raised) == "key.open_to_others"


def test_without_the_extra_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.key"
    write_private_key(path, new_private_key())
    for name in [name for name in sys.modules if name.startswith("cryptography")]:
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    for call in (
        lambda: verify(NOTE, [VerifierKey.parse(PETER)]),
        lambda: read_private_key(path),
        new_private_key,
    ):
        with pytest.raises(UsageError) as raised:
            call()
        assert _code(raised) == "usage.extra"
        assert "reba-ledger[sign]" in str(raised.value)
    assert read_note(NOTE).to_text() == NOTE  # reading needs no package


# ── the commands ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger of three entries and the keys of its operator and of a witness, in one folder."""
    store = SqliteStore(
        tmp_path / "coa.reba", create=True, read_only=False, new_origin=lambda: "reba-ledger/test"
    )
    store.append(sealed(["A", "B", "A"]), expected_size=0)
    store.close()
    for name, seed in (("operator", 1), ("witness", 2)):
        write_private_key(tmp_path / f"{name}.key", _own_key(seed))
    return tmp_path


def test_a_checkpoint_is_signed_witnessed_and_verified(ledger: Path) -> None:
    plain = reba("checkpoint", "coa.reba", cwd=ledger)
    signed = reba("checkpoint", "coa.reba", "--sign", "operator.key", cwd=ledger)
    assert signed.stdout.startswith(plain.stdout + "\n— reba-ledger/test ")
    (ledger / "c.txt").write_text(signed.stdout, encoding="utf-8")
    witnessing = ("checkpoint", "coa.reba", "--sign", "witness.key", "--name", "audit.example/w")
    both = reba(*witnessing, "--onto", "c.txt", cwd=ledger)
    assert both.stdout.startswith(signed.stdout + "— audit.example/w ")
    (ledger / "both.txt").write_text(both.stdout, encoding="utf-8")
    keys = [
        reba("key", "show", f"{file}.key", "--name", name, cwd=ledger).stdout.strip()
        for file, name in (("operator", "reba-ledger/test"), ("witness", "audit.example/w"))
    ]
    assert keys == [
        verifier_key(_own_key(1), "reba-ledger/test").to_text(),
        verifier_key(_own_key(2), "audit.example/w").to_text(),
    ]
    people = reba("checkpoint", "verify", "both.txt", "--key", keys[1], cwd=ledger)
    assert people.stdout == (
        "checkpoint of reba-ledger/test at 3 entries\n"
        f"signed by audit.example/w (key {VerifierKey.parse(keys[1]).key_id.hex()})\n"
        "and 1 signature(s) of keys that were not given: not judged\n"
    )
    options = ("--key", keys[0], "--key", keys[1], "--json")
    machine = json.loads(reba("checkpoint", "verify", "both.txt", *options, cwd=ledger).stdout)
    assert (machine["signed_by"], machine["unknown"], machine["size"]) == (keys, 0, 3)
    (ledger / "forged.txt").write_text(both.stdout.replace("\n3\n", "\n2\n"), encoding="utf-8")
    for arguments, status, code in (
        (("checkpoint", "verify", "c.txt", "--key", keys[1]), 3, "signature.missing"),
        (("checkpoint", "verify", "forged.txt", "--key", keys[1]), 3, "signature.invalid"),
        (("checkpoint", "verify", "c.txt", "--key", keys[0][:-1]), 3, "signature.verifier_key"),
        (("checkpoint", "verify", "c.txt"), 2, "usage.option"),
        (("checkpoint", "verify", "operator.key", "--key", keys[0]), 3, "ledger.checkpoint"),
        ((*witnessing, "--onto", "forged.txt"), 4, "receipt.checkpoint"),
        (("checkpoint", "coa.reba", "--onto", "c.txt"), 2, "usage.option"),
        (("checkpoint", "coa.reba", "--name", "example.nl/a"), 2, "usage.option"),
        (("checkpoint", "coa.reba", "--sign", "c.txt"), 3, "key.open_to_others"),
        (("checkpoint", "coa.reba", "--sign", "none.key"), 3, "key.file"),
        (
            ("checkpoint", "coa.reba", "--sign", "operator.key", "--name", "a b"),
            3,
            "signature.name",
        ),
    ):
        done = reba(*arguments, cwd=ledger)
        assert done.returncode == status, (arguments, done.stderr)
        assert done.stderr.startswith(f"[{code}] "), done.stderr
        assert done.stdout == ""


def test_a_witness_signs_what_continues_what_it_signed(ledger: Path) -> None:
    key = verifier_key(_own_key(1), "reba-ledger/test").to_text()
    entries = sealed([f"A-{number}" for number in range(9)])
    leaves = [entry.leaf_hash for entry in entries]
    store = MemoryStore("reba-ledger/test")
    store.append(entries, expected_size=0)
    for size in (5, 9):
        text = Checkpoint("reba-ledger/test", size, root_of(leaves[:size])).to_text()
        note = sign(text, name="reba-ledger/test", private_key=_own_key(1))
        (ledger / f"{size}.txt").write_text(note, encoding="utf-8")
    proof = prove_consistency(store, Checkpoint.parse((ledger / "5.txt").read_text("utf-8")))
    (ledger / "since.json").write_text(proof.to_text(), encoding="utf-8")
    witness = ("--key", key, "--sign", "witness.key", "--name", "audit.example/w")

    def cosign_of(file: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return reba("checkpoint", "cosign", file, *witness, *arguments, cwd=ledger)

    (ledger / "kept").mkdir()
    first = cosign_of("5.txt", "--first").stdout
    assert first.startswith((ledger / "5.txt").read_text("utf-8") + "— audit.example/w ")
    (ledger / "kept" / "5.txt").write_text(first, encoding="utf-8")
    assert cosign_of("5.txt", "--against", "kept").stdout == first
    proven = cosign_of("9.txt", "--against", "kept", "--consistency", "since.json")
    assert verify(proven.stdout, [verifier_key(_own_key(2), "audit.example/w")]).unknown == 1
    (ledger / "kept" / "9.txt").write_text(proven.stdout, encoding="utf-8")
    assert proof.second == Checkpoint("reba-ledger/test", 9, root_of(leaves))
    (ledger / "plain.txt").write_text(proof.second.to_text(), encoding="utf-8")
    for file, arguments, status, code in (
        ("5.txt", ("--against", "kept"), 4, "signature.not_continued"),
        ("9.txt", ("--against", "5.txt"), 4, "signature.not_continued"),
        ("plain.txt", ("--first",), 3, "signature.note"),
        ("5.txt", (), 2, "usage.option"),
        ("5.txt", ("--first", "--against", "kept"), 2, "usage.option"),
        ("9.txt", ("--against", "5.txt", "--consistency", "9.txt"), 3, "receipt.proof"),
        ("kept", ("--first",), 3, "run.file"),
    ):
        done = cosign_of(file, *arguments)
        assert (done.returncode, done.stdout) == (status, ""), (file, arguments)
        assert done.stderr.startswith(f"[{code}] "), done.stderr


def test_nothing_is_signed_that_is_not_seen_to_continue() -> None:
    entries = sealed([f"A-{number}" for number in range(20)])
    store = MemoryStore("reba-ledger/test")
    store.append(entries, expected_size=0)
    own = [checkpoint_at(store, size) for size in range(21)]
    proofs = [prove_consistency(store, own[size]) for size in range(1, 21)]
    for kept in own:
        check_continues(own[20], [kept], proofs)
        check_continues(own[20], [own[1], kept, own[0]], proofs)
    check_continues(own[20], [], [])
    check_continues(own[20], [own[0]], [])
    other, root = "reba-ledger/other", bytes(32)
    broken = proofs[6]._replace(hashes=(root, *proofs[6].hashes[1:]))
    with pytest.raises(SignatureError) as raised:
        check_continues(own[7], [own[20]], proofs)
    assert raised.value.data["reason"] == "it has 7 entries, and that has 20"
    for checkpoint, kept, handed in (
        (own[20], own[7], []),
        (own[20], own[7], [*proofs[:6], *proofs[7:]]),
        (own[20], own[7], [broken]),
        (own[20]._replace(root=root), own[7], proofs),
        (own[20]._replace(root=root), own[20], proofs),
        (own[20]._replace(origin=other), own[7], proofs),
        (own[20]._replace(origin=other), own[0], proofs),
        (own[7], own[20], proofs),
        (own[0], own[1], proofs),
        (own[20], own[7]._replace(root=root), proofs),
    ):
        with pytest.raises(SignatureError) as raised:
            check_continues(checkpoint, [own[1], kept], handed)
        assert _code(raised) == "signature.not_continued"


def test_an_audit_takes_many_signed_checkpoints_and_names_the_one_that_is_none(
    ledger: Path,
) -> None:
    key = verifier_key(_own_key(1), "reba-ledger/test").to_text()
    kept = ledger / "kept"
    kept.mkdir()
    leaves = [entry.leaf_hash for entry in sealed(["A", "B", "A"])]
    for size in range(4):
        text = Checkpoint("reba-ledger/test", size, root_of(leaves[:size])).to_text()
        note = sign(text, name="reba-ledger/test", private_key=_own_key(1))
        (kept / f"{size}.txt").write_text(note, encoding="utf-8")
    (kept / "readme.md").write_text("not read", encoding="utf-8")
    audited = ("audit", "coa.reba", "--against", "kept", "--json")
    report = json.loads(reba(*audited, "--key", key, cwd=ledger).stdout)
    assert report["checked"]["checkpoints"] == 4
    assert not [each for each in report["findings"] if each["id"].startswith("checkpoint")]
    (kept / "2.txt").write_text(
        Checkpoint("reba-ledger/test", 2, bytes(32)).to_text(), encoding="utf-8"
    )
    unsigned = reba(*audited, "--key", key, cwd=ledger)
    assert unsigned.returncode == 3
    assert unsigned.stderr.startswith("[signature.note] ")
    assert unsigned.stderr.endswith(f"  In {Path('kept') / '2.txt'}.\n")
    without = json.loads(reba(*audited, cwd=ledger).stdout)
    assert "checkpoint.root" in {each["id"] for each in without["findings"]}
    (ledger / "none").mkdir()
    empty = reba("audit", "coa.reba", "--against", "none", cwd=ledger)
    assert empty.returncode == 3
    assert empty.stderr.startswith("[run.file] ")


def test_a_key_is_made_once_and_shown(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.touch(0o600)
    secret.write_text("een zin\n", encoding="utf-8")
    options = ("--name", "example.nl/a", "--passphrase-file", "passphrase")
    made = reba("key", "new", "--out", "a.key", *options, cwd=tmp_path)
    assert made.returncode == 0
    shown = reba("key", "show", "a.key", *options, cwd=tmp_path)
    assert VerifierKey.parse(made.stdout.strip()).name == "example.nl/a"
    assert shown.stdout == made.stdout
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600
    data = (tmp_path / "a.key").read_bytes()
    again = reba("key", "new", "--out", "a.key", cwd=tmp_path)
    assert again.returncode == 3
    assert again.stderr.startswith("[key.exists] ")
    assert (tmp_path / "a.key").read_bytes() == data
    locked = reba("key", "show", "a.key", "--name", "a", cwd=tmp_path)
    assert locked.stderr.startswith("[key.passphrase] ")
