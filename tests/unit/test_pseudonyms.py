"""Pseudonyms: the same from the same, another from anything else, and always usable as an id."""

from __future__ import annotations

import hashlib
import hmac
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba import HouseholdMonth
from reba.errors import PseudonymError
from reba.fact_checks import identifier_fault
from reba.ledger.desk import usable_text
from reba.pseudonyms import DIGITS_MAX, KEY_BYTES_MIN, pseudonym
from unit.test_cli import ROOT, reba

KEY = bytes(range(32))
BSN = "999993653"
_keys = st.binary(min_size=KEY_BYTES_MIN, max_size=64)
_prefixes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=16)
_numbers = st.text("0123456789", min_size=1, max_size=DIGITS_MAX).filter(
    lambda text: text.strip("0")
)
_between = st.lists(st.sampled_from(" .-\t\u00a0\u2009\u2010\u2011\u2013\u202f"), max_size=3)


def _code(error: pytest.ExceptionInfo[PseudonymError]) -> str:
    return error.value.code


# ── what a pseudonym is ──────────────────────────────────────────────────────────────────────


def test_it_is_the_start_of_an_hmac_written_in_consonants() -> None:
    """Written out, so that another program can make the same ones."""
    digest = hmac.new(KEY, b"reba-pseudonym/1\nH\n" + BSN.encode(), hashlib.sha256).hexdigest()
    letters = "".join("BCDFGHJKLMNPRSTV"[int(digit, 16)] for digit in digest[:25])
    expected = "-".join(["H", *re.findall(".{5}", letters)])
    assert pseudonym(KEY, BSN, prefix="H") == expected == "H-VFLFN-TPLLJ-JTDTF-DLKBH-VFRTJ"


@given(_keys, _numbers, _prefixes)
def test_it_always_passes_as_an_id_and_never_as_a_number(
    key: bytes, number: str, prefix: str
) -> None:
    made = pseudonym(key, number, prefix=prefix)
    assert identifier_fault(made) is None
    assert not any(char.isdigit() for char in made)
    assert usable_text("a reference", f"{made}, {made}")  # nor does it look like one in a text
    letters = re.sub(r"[^A-Z]", "", made.removeprefix(prefix))
    assert re.fullmatch("[BCDFGHJKLMNPRSTV]{25}", letters)
    assert number not in made


@given(_keys, _numbers, _prefixes, st.data())
def test_it_is_the_same_however_the_number_is_spaced(
    key: bytes, number: str, prefix: str, data: st.DataObject
) -> None:
    spaced = "".join("".join(data.draw(_between)) + digit for digit in number)
    spaced += "".join(data.draw(_between))
    assert pseudonym(key, spaced, prefix=prefix) == pseudonym(key, number, prefix=prefix)


@given(
    st.lists(st.tuples(_keys, _prefixes, _numbers), min_size=2, max_size=20, unique=True),
)
def test_another_key_prefix_or_number_gives_another(asked: list[tuple[bytes, str, str]]) -> None:
    # HMAC takes a short key as the same key with zeros behind it.
    distinct = {(key.ljust(64, b"\0"), prefix, number) for key, prefix, number in asked}
    made = {pseudonym(key, number, prefix=prefix) for key, prefix, number in asked}
    assert len(made) == len(distinct)


@given(_numbers, st.integers(1, DIGITS_MAX))
def test_a_dropped_zero_is_put_back_where_the_digits_are_said(number: str, digits: int) -> None:
    plain = number.lstrip("0")
    if len(number) > digits:
        with pytest.raises(PseudonymError) as raised:
            pseudonym(KEY, number, prefix="H", digits=digits)
        assert _code(raised) == "pseudonym.number"
        return
    made = pseudonym(KEY, number, prefix="H", digits=digits)
    assert made == pseudonym(KEY, plain, prefix="H", digits=digits)
    assert made == pseudonym(KEY, plain.zfill(digits), prefix="H")
    if len(plain) < digits:
        assert made != pseudonym(KEY, plain, prefix="H")  # unsaid, a zero counts


def test_it_is_the_same_in_another_process() -> None:
    code = f"from reba.pseudonyms import pseudonym; print(pseudonym({KEY!r}, '{BSN}', prefix='H'))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "7", "LC_ALL": "tr_TR.UTF-8"},
    )  # fmt: skip
    assert done.stdout.strip() == pseudonym(KEY, BSN, prefix="H")


def test_facts_take_it_for_households_and_members() -> None:
    template = reba("facts", "template", "--json").stdout
    text = template.replace("H-0001", pseudonym(KEY, BSN, prefix="H"))
    assert text != template
    facts = HouseholdMonth.from_json(text)
    assert facts.household == pseudonym(KEY, BSN, prefix="H")


# ── what is refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "number",
    [
        "",
        " ",
        "-",
        "0",
        "000000000",
        "12a",
        "V123",
        "１２３",
        "٣",
        "1/2",
        "1,2",
        "1" * 33,
        "1\n2",
        "+1",
    ],
)
def test_what_is_no_number_is_refused_and_not_repeated(number: str) -> None:
    with pytest.raises(PseudonymError) as raised:
        pseudonym(KEY, number, prefix="H")
    assert _code(raised) == "pseudonym.number"
    assert set(raised.value.data) == {"reason"}
    assert len(number.strip()) < 3 or number not in str(raised.value)


@pytest.mark.parametrize("number", ["999993654", "99999366", "9999936530", "123456789", "0"])
def test_a_bsn_that_fails_the_eleven_test_is_refused(number: str) -> None:
    with pytest.raises(PseudonymError) as raised:
        pseudonym(KEY, number, prefix="H", bsn=True)
    assert _code(raised) == "pseudonym.number"
    assert number not in str(raised.value) or number == "0"


def test_a_bsn_is_a_number_of_nine_digits() -> None:
    assert pseudonym(KEY, BSN, prefix="H", bsn=True) == pseudonym(KEY, BSN, prefix="H")
    short = "10000008"  # 010000008: 8 - 8 = 0
    made = pseudonym(KEY, short, prefix="H", bsn=True)
    assert made == pseudonym(KEY, "0" + short, prefix="H") != pseudonym(KEY, short, prefix="H")


@pytest.mark.parametrize("prefix", ["", "h", "H1", "H-", "É", "A" * 17, "H\n"])
def test_a_prefix_is_a_few_capitals(prefix: str) -> None:
    with pytest.raises(PseudonymError) as raised:
        pseudonym(KEY, BSN, prefix=prefix)
    assert _code(raised) == "pseudonym.prefix"


def test_a_short_key_is_refused() -> None:
    for key in (b"", b"secret", bytes(KEY_BYTES_MIN - 1)):
        with pytest.raises(PseudonymError) as raised:
            pseudonym(key, BSN, prefix="H")
        assert _code(raised) == "pseudonym.key"


# ── the command ──────────────────────────────────────────────────────────────────────────────


def _piped(text: bytes, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "reba", "pseudonym", *arguments],
        input=text, capture_output=True, cwd=cwd, check=False,
        env={"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", "NO_COLOR": "1"},
    )  # fmt: skip


def _key_file(folder: Path, text: str = KEY.hex() + "\n") -> tuple[str, ...]:
    path = folder / "p.key"
    path.touch(0o600)
    path.write_text(text, encoding="ascii")
    return ("--key", "p.key", "--prefix", "H")


def test_a_new_key_is_for_its_owner_alone_and_never_over_another(tmp_path: Path) -> None:
    assert reba("pseudonym", "new-key", "--out", "p.key", cwd=tmp_path).returncode == 0
    data = (tmp_path / "p.key").read_text(encoding="ascii")
    assert re.fullmatch(r"[0-9a-f]{64}\n", data)
    assert stat.S_IMODE((tmp_path / "p.key").stat().st_mode) == 0o600
    again = reba("pseudonym", "new-key", "--out", "p.key", cwd=tmp_path)
    assert again.stderr.startswith("[key.exists] ")
    made = _piped(BSN.encode(), "--key", "p.key", "--prefix", "H", cwd=tmp_path)
    assert made.stdout.decode().strip() == pseudonym(bytes.fromhex(data), BSN, prefix="H")


def test_numbers_come_in_as_lines_or_as_a_column(tmp_path: Path) -> None:
    options, made = _key_file(tmp_path), pseudonym(KEY, BSN, prefix="H")
    lines = _piped(b"999993653\r\n9999.93.653\n999 993 653", *options, "--bsn", cwd=tmp_path)
    assert lines.stdout.decode() == f"{made}\n" * 3
    column = ("--column", "household")
    table = b'household,note\n999993653,"a, b"\n999.993.653,\n\n'
    csv = _piped(table, *options, *column, cwd=tmp_path)
    assert csv.stdout.decode() == f'household,note\n{made},"a, b"\n{made},\n'
    dutch = b"\xef\xbb\xbfhousehold;note\r\n0999993653;\xc3\xa9\r\n999993653;b\r\n"
    options = (*options, *column, "--delimiter", ";", "--digits", "10")
    ten = pseudonym(KEY, f"0{BSN}", prefix="H")
    csv = _piped(dutch, *options, cwd=tmp_path)
    assert csv.stdout.decode() == f"household;note\n{ten};é\n{ten};b\n"
    assert _piped(b"", *_key_file(tmp_path), cwd=tmp_path).stdout == b""


def test_nothing_is_written_unless_all_can_be(tmp_path: Path) -> None:
    options = _key_file(tmp_path)
    done = _piped(b"999993653\n999993654\n\n", *options, "--bsn", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, b"")
    said = done.stderr.decode()
    assert said.startswith("[pseudonym.invalid] ")
    assert "line 2: [pseudonym.number]" in said
    assert "line 3: [pseudonym.number]" in said
    assert "99999" not in said
    short = _piped(b"a,household\n1,2\n3\n", *options, "--column", "household", cwd=tmp_path)
    assert (short.returncode, short.stdout) == (3, b"")
    assert "first: line 3: " in short.stderr.decode()


@pytest.mark.parametrize(
    ("text", "arguments", "status", "code"),
    [
        (b"a,b\n1,2\n", ("--column", "household"), 3, "pseudonym.input"),
        (b"a,a\n1,2\n", ("--column", "a"), 3, "pseudonym.input"),
        (b'a,b\n"1,2\n', ("--column", "a"), 3, "pseudonym.input"),
        (b"", ("--column", "a"), 3, "pseudonym.input"),
        (b"\xff", (), 3, "pseudonym.input"),
        (b"1\n", ("--bsn", "--digits", "9"), 2, "usage.option"),
        (b"1\n", ("--delimiter", ";;"), 2, "usage.option"),
        (b"1\n", ("--prefix", "h"), 3, "pseudonym.prefix"),
        (b"1\n", ("--key", "none.key"), 3, "key.file"),
    ],
)
def test_a_fault_is_one_sentence(
    tmp_path: Path, text: bytes, arguments: tuple[str, ...], status: int, code: str
) -> None:
    done = _piped(text, *_key_file(tmp_path), *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, b"")
    assert done.stderr.decode().startswith(f"[{code}] "), done.stderr


def test_a_key_that_is_none_or_open_to_others_is_refused(tmp_path: Path) -> None:
    for text in ("", "\n", "00" * 31 + "\n", "AA" * 32 + "\n", "0" * 65, "00" * 32 + "\n\n"):
        options = _key_file(tmp_path, text)
        done = _piped(b"1\n", *options, cwd=tmp_path)
        assert done.stderr.decode().startswith("[pseudonym.key] "), text
    options = _key_file(tmp_path)
    (tmp_path / "p.key").chmod(0o640)
    done = _piped(b"1\n", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.decode().startswith("[key.open_to_others] ")
    without = _piped(b"1\n", cwd=tmp_path)
    assert (without.returncode, without.stdout) == (2, b"")
