"""Bits that flip, pages that are torn, files that end too early: never a wrong entry in silence.

What becomes of a file with one flipped bit is one of four:

- an error of ours, and of no one else;
- a finding of the audit, at the entry where what is read is not what was written;
- no effect: everything that can be read is as it was;
- another origin, which only a checkpoint shows: nothing else in the file says what it was.

In the log (`-wal`) SQLite keeps a sum over each page and what went before. A log that is damaged
ends there: what came after is gone, in whole batches, as if it had never been booked. OUT OF REACH
without a checkpoint; DETECTED against one.
"""

from __future__ import annotations

import random
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from faults.stories import HALF, code_of, row, run_command, said_by, small_ledger, write_facts
from reba import HouseholdMonth, Ledger, audit, open_ledger
from reba.errors import LedgerError, RebaError
from reba.ledger.account_state import AccountState
from reba.ledger.entries import Entry
from reba.ledger.merkle import Checkpoint
from reba.ledger.stores import SqliteStore

_PAGE: Final = 16_384
_FILE_HEADER: Final = 100
_PAGE_HEADER: Final = 12  # and the first of the pointers to its cells
_WAL_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_FRAME: Final = _FRAME_HEADER + _PAGE


class Everything(NamedTuple):
    """All that a reader of a ledger can get from it."""

    origin: str
    size: int
    entries: list[Entry]
    accounts: list[str]
    by_account: dict[str, list[Entry]]
    documents: dict[tuple[str, str], str]
    checkpoint: Checkpoint
    states: list[AccountState]


def _everything(ledger: Ledger) -> Everything:
    store = ledger.store
    accounts = list(store.accounts())
    return Everything(
        store.origin(),
        store.size(),
        list(store.read()),
        accounts,
        store.read_accounts(accounts),
        {key: store.get_document(*key) for key in store.documents()},
        ledger.checkpoint(),
        [ledger.account(account) for account in accounts],
    )


@dataclass
class Sound:
    """A ledger as it was before it was damaged: its bytes, and all that is in it."""

    folder: Path
    file: bytes
    log: bytes
    content: Everything
    batch_ends: frozenset[int] = field(default_factory=frozenset)

    def damaged(self, file: bytes, log: bytes = b"") -> Path:
        """Put damaged bytes in a folder; return the place of the ledger."""
        for path in self.folder.iterdir():
            path.unlink()
        place = self.folder / "l.reba"
        place.write_bytes(file)
        if log:
            Path(f"{place}-wal").write_bytes(log)
        return place


@pytest.fixture
def sound(memory_path: Path) -> Sound:
    """Return a ledger of three households in a file, without a log."""
    place = memory_path / "sound.reba"
    small_ledger(place).close_store()
    return _sound(memory_path, place, place.read_bytes(), b"")


@pytest.fixture
def logged(memory_path: Path) -> Sound:
    """Return a ledger whose three batches all stand in its log, and not in the file yet."""
    place = memory_path / "sound.reba"
    with small_ledger(place):
        return _sound(memory_path, place, place.read_bytes(), Path(f"{place}-wal").read_bytes())


def _sound(memory_path: Path, place: Path, file: bytes, log: bytes) -> Sound:
    with open_ledger(place, create=False, read_only=True) as ledger:
        content = _everything(ledger)
        assert audit(ledger).findings == ()
    folder = memory_path / "damaged"
    folder.mkdir()
    ends = [0, *(len(held) for held in content.by_account.values())]
    return Sound(
        folder,
        file,
        log,
        content,
        frozenset(sum(ends[:count]) for count in range(1, len(ends) + 1)),
    )


# ── what becomes of it ───────────────────────────────────────────────────────────────────────


def _outcome(place: Path, before: Everything) -> str:
    """Audit and read a damaged ledger; say what came of it, and fail where nobody would know."""
    try:
        with open_ledger(place, create=False, read_only=True) as ledger:
            findings = audit(ledger).findings
            found = {finding.seq for finding in findings}
            _hold_located(ledger, before, found)
            if findings:
                return "found"
            after = _everything(ledger)
            if after == before:
                return "no effect"
            assert audit(ledger, against=[before.checkpoint]).findings, "nobody would know"
    except RebaError as error:
        return error.code
    checkpoint = before.checkpoint._replace(origin=after.origin)
    assert after == before._replace(origin=after.origin, checkpoint=checkpoint)
    return "found against a checkpoint"


def _hold_located(ledger: Ledger, before: Everything, found: set[int | None]) -> None:
    """Where an entry that can be read is not the one that was written, a finding says so."""
    try:
        after = list(ledger.entries())
    except RebaError:
        return
    wrong = {one.seq for one, other in zip(before.entries, after, strict=False) if one != other} | {
        one.seq for one in before.entries[len(after) :]
    }
    assert wrong <= found or None in found or not wrong, (wrong, found)


def _reads(place: Path) -> None:
    """Read all of a damaged ledger, as people do who did not audit it: an error of ours at most."""
    try:
        with open_ledger(place, create=False, read_only=True) as ledger:
            _everything(ledger)
    except RebaError:
        return


def _flipped(data: bytes, place: int, bit: int) -> bytes:
    flipped = bytearray(data)
    flipped[place] ^= 1 << bit
    return bytes(flipped)


def _outcomes(sound: Sound, places: list[tuple[int, int]]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for place, bit in places:
        damaged = sound.damaged(_flipped(sound.file, place, bit))
        outcomes[_outcome(damaged, sound.content)] += 1
    return outcomes


# ── flipped bits in the file ─────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H1")
def test_every_flipped_bit_of_the_file_header_is_found_or_has_no_effect(sound: Sound) -> None:
    """DETECTED, by SQLite, by our numbers in the header, and by the audit."""
    places = [(place, bit) for place in range(_FILE_HEADER) for bit in range(8)]
    outcomes = _outcomes(sound, places)
    assert set(outcomes) <= {
        "no effect", "found", "ledger.not_a_ledger", "ledger.damaged", "ledger.newer_schema",
        "store.io",
    }  # fmt: skip
    assert outcomes["ledger.not_a_ledger"] >= 16 * 8
    assert outcomes["ledger.newer_schema"] >= 8


@pytest.mark.invariant("H1")
def test_every_flipped_bit_of_the_page_headers_is_found_or_has_no_effect(sound: Sound) -> None:
    """DETECTED: pages of tables by the audit, pages of indexes by SQLite's own check in it."""
    starts = range(0, len(sound.file), _PAGE)
    places = [
        (start + (0 if start else _FILE_HEADER) + place, bit)
        for start in starts
        for place in range(_PAGE_HEADER)
        for bit in range(8)
    ]
    outcomes = _outcomes(sound, places)
    assert outcomes["found"] > 100
    assert outcomes["no effect"] < 500


@pytest.mark.invariant("H1")
def test_flipped_bits_anywhere_are_found_or_have_no_effect(sound: Sound) -> None:
    """DETECTED: nobody reads a wrong entry, account, amount or law without a finding."""
    drawn = random.Random(21)  # noqa: S311 (the same places each time; no secret)
    used = [place for place, byte in enumerate(sound.file) if byte and place >= _FILE_HEADER]
    places = [(drawn.choice(used), drawn.randrange(8)) for _ in range(300)]
    for place, bit in places:
        _reads(sound.damaged(_flipped(sound.file, place, bit)))
    outcomes = _outcomes(sound, places)
    assert outcomes["found"] > 150


@pytest.mark.invariant("H1")
def test_a_body_that_was_damaged_is_never_read(sound: Sound) -> None:
    """PREVENTED: no state is told and no command decided on a body that has not its digest."""
    body = sound.content.by_account["H-1"][1].body_json
    assert body is not None
    start = sound.file.index(body.encode())
    drawn = random.Random(23)  # noqa: S311 (the same places each time; no secret)
    facts = HouseholdMonth.model_validate(row(1, month="2015-04"))
    for _ in range(60):
        place, bit = start + drawn.randrange(len(body)), drawn.randrange(7)
        damaged = sound.damaged(_flipped(sound.file, place, bit))
        with open_ledger(damaged, create=False) as ledger:
            for ask in (lambda: ledger.account("H-1"), lambda: ledger.assess(facts, policy=HALF)):
                with pytest.raises(LedgerError) as raised:
                    ask()
                assert raised.value.code == "ledger.damaged"
            assert ledger.account("H-2").assessed_cents == 30000
            assert ledger.size() == sound.content.size


def test_commands_on_a_damaged_file_say_what_is_wrong_and_nothing_else(
    sound: Sound, tmp_path: Path
) -> None:
    """DETECTED: whatever is damaged, a command does it, or says one of our codes; never a fault."""
    drawn = random.Random(24)  # noqa: S311 (the same places each time; no secret)
    used = [place for place, byte in enumerate(sound.file) if byte and place >= _FILE_HEADER]
    of_entries = [place for place in used if place // _PAGE in {0, 2, 3}]
    facts = write_facts(tmp_path / "facts.jsonl", 3)
    codes: Counter[str] = Counter()
    for number in range(16):
        flipped = _flipped(
            sound.file, drawn.choice(of_entries if number % 4 else used), drawn.randrange(8)
        )
        place = str(sound.damaged(flipped))
        for command in (
            ["audit", place],
            ["account", "H-1", "--ledger", place],
            run_command(facts, place),
        ):
            said = said_by(*command)
            codes[code_of(said)] += 1
            assert said.status in {0, 1, 4}
    assert codes["ledger.damaged"] > 2


# ── the log ──────────────────────────────────────────────────────────────────────────────────


def _shorter(place: Path, sound: Sound) -> int:
    """Hold a ledger whose log is damaged: whole batches from the beginning; how many entries."""
    before = sound.content
    with open_ledger(place, create=False, read_only=True) as ledger:
        after = list(ledger.entries())
        assert after == before.entries[: len(after)]
        assert len(after) in sound.batch_ends
        assert ledger.store.origin() == before.origin
        assert audit(ledger).findings == ()
        findings = audit(ledger, against=[before.checkpoint]).findings
        assert bool(findings) == (len(after) < len(before.entries))
    return len(after)


def _lost(sound: Sound, logs: Iterator[bytes]) -> Counter[int]:
    return Counter(_shorter(sound.damaged(sound.file, log), sound) for log in logs)


@pytest.mark.invariant("H2")
def test_a_flipped_bit_of_the_log_loses_whole_batches_and_shows_against_a_checkpoint(
    logged: Sound,
) -> None:
    """OUT OF REACH without a checkpoint, DETECTED against one: the log ends where it is damaged."""
    drawn = random.Random(22)  # noqa: S311 (the same places each time; no secret)
    frames = range(_WAL_HEADER, len(logged.log), _FRAME)
    places = [(place, bit) for place in range(_WAL_HEADER) for bit in range(8)]
    places += [(start + drawn.randrange(_FRAME_HEADER), drawn.randrange(8)) for start in frames]
    places += [(drawn.randrange(len(logged.log)), drawn.randrange(8)) for _ in range(100)]
    lost = _lost(logged, (_flipped(logged.log, place, bit) for place, bit in places))
    assert lost[0] > 100
    assert len(lost) > 2


@pytest.mark.invariant("H2")
def test_a_log_that_is_cut_short_or_lost_is_whole_batches_of_the_same_ledger(
    logged: Sound,
) -> None:
    """OUT OF REACH without a checkpoint, DETECTED against one; never another ledger."""
    ends = [
        end
        for start in range(_WAL_HEADER, len(logged.log) + 1, _FRAME)
        for end in (start, start + 1, start + _FRAME_HEADER, start + _FRAME // 2)
    ]
    lost = _lost(logged, (logged.log[:end] for end in [0, 1, _WAL_HEADER - 1, *ends]))
    assert set(lost) == set(logged.batch_ends)
    place = logged.damaged(logged.file)
    checkpoint = logged.content.checkpoint
    with open_ledger(place) as ledger:  # as a run opens it, which makes a ledger where none is
        assert ledger.store.origin() == checkpoint.origin
        found = {finding.id for finding in audit(ledger, against=[checkpoint]).findings}
    assert found == {"checkpoint.truncated"}


@pytest.mark.invariant("H1")
def test_an_old_file_put_back_under_a_newer_log_is_found(memory_path: Path) -> None:
    """DETECTED: where a backup of the file is put back, and the log beside it is left there."""
    place = memory_path / "l.reba"
    backups: list[bytes] = []
    for number in (0, 30, 60):
        _book(place, range(number, number + 30)).close_store()
        backups.append(place.read_bytes())
    with _book(place, range(90, 95)) as ledger:
        log, content = Path(f"{place}-wal").read_bytes(), _everything(ledger)
    folder = memory_path / "mixed"
    folder.mkdir()
    outcomes = [
        _outcome(Sound(folder, b"", b"", content).damaged(backup, log), content)
        for backup in backups
    ]
    assert set(outcomes[:-1]) <= {"found", "ledger.damaged"}
    assert outcomes[-1] == "no effect"  # the file is the one that the log goes on from


def _book(place: Path, numbers: range) -> Ledger:
    ledger = open_ledger(place)
    for number in numbers:
        ledger.assess(HouseholdMonth.model_validate(row(number)), policy=HALF)
    return ledger


# ── torn pages ───────────────────────────────────────────────────────────────────────────────


def _halves(new: bytes, old: bytes, page: int) -> Iterator[bytes]:
    """Yield a file in which one page is half new and half old, either way round."""
    start = page * _PAGE
    middle, end = start + _PAGE // 2, start + _PAGE
    padded = old.ljust(len(new), b"\0")
    yield padded[:start] + new[start:middle] + padded[middle:end] + padded[end:]
    yield padded[:start] + padded[start:middle] + new[middle:end] + padded[end:]


def test_a_page_that_is_torn_while_the_log_is_written_back_has_no_effect(logged: Sound) -> None:
    """PREVENTED: the log is let go of only when all of it stands in the file."""
    place = logged.damaged(logged.file, logged.log)
    with closing(SqliteStore(place, create=False, read_only=False, new_origin=str)):
        pass  # writes the log back
    new = place.read_bytes()
    assert new != logged.file
    torn = 0
    for page in range(len(new) // _PAGE):
        for half in _halves(new, logged.file, page):
            torn += 1
            assert _outcome(logged.damaged(half, logged.log), logged.content) == "no effect"
    assert torn > 10


@pytest.mark.invariant("H1")
def test_a_page_that_is_torn_afterwards_is_found(logged: Sound) -> None:
    """DETECTED: a disk that said it had written, and had not."""
    place = logged.damaged(logged.file, logged.log)
    with closing(SqliteStore(place, create=False, read_only=False, new_origin=str)):
        pass
    new = place.read_bytes()
    outcomes: Counter[str] = Counter()
    for page in range(len(new) // _PAGE):
        start = page * _PAGE
        old = logged.file[start : start + _PAGE].ljust(_PAGE, b"\0")
        for half in (new[start : start + _PAGE // 2] + old[_PAGE // 2 :],
                     old[: _PAGE // 2] + new[start + _PAGE // 2 : start + _PAGE]):  # fmt: skip
            if half != new[start : start + _PAGE]:
                damaged = logged.damaged(new[:start] + half + new[start + _PAGE :])
                outcomes[_outcome(damaged, logged.content)] += 1
    assert outcomes.total() > 8
    assert outcomes["no effect"] <= 2  # where the half that is old was never written to


# ── truncated files ──────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H1")
def test_a_file_that_ends_too_early_is_damaged(sound: Sound) -> None:
    """DETECTED, at every border of a page, and in the middle of pages."""
    (pages,) = struct.unpack(">I", sound.file[28:32])
    assert pages * _PAGE == len(sound.file)
    ends = [
        page * _PAGE + more for page in range(pages) for more in (0, 1, 100, _PAGE // 2, _PAGE - 1)
    ]
    for end in ends:
        outcome = _outcome(sound.damaged(sound.file[:end]), sound.content)
        assert outcome in {"ledger.damaged", "ledger.not_a_ledger", "found"}, (end, outcome)


def test_a_file_that_was_emptied_is_a_new_place_and_shows_against_a_checkpoint(
    sound: Sound,
) -> None:
    """OUT OF REACH without a checkpoint: a file of no bytes is a place where a ledger may begin."""
    place = sound.damaged(b"")
    assert _outcome(place, sound.content) == "ledger.not_a_ledger"
    with open_ledger(place) as ledger:
        assert audit(ledger).findings == ()
        found = {
            finding.id for finding in audit(ledger, against=[sound.content.checkpoint]).findings
        }
    assert found == {"checkpoint.origin", "checkpoint.truncated"}
