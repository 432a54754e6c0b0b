"""A disk that is full, or that may not be written; files that go while they are used.

PREVENTED: what does not fit is not booked, nothing of a batch is left, and the same command goes on
once there is room. DETECTED: a ledger that was moved, replaced or removed while it was open is not
booked in.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from faults.killing import HAS_SIGKILL, NO_SIGKILL, in_clean_process
from faults.stories import (
    HALF,
    MONTH,
    ROOT,
    assert_as_undisturbed,
    row,
    small_ledger,
    write_facts,
)
from reba import HouseholdMonth, Law, Ledger, Month, audit, load_law, open_ledger
from reba.errors import LedgerError, RebaError, StoreError
from reba.runs.month import run_month

_NOBODY: Final = 65534
_OWN_DISKS: Final = ("unshare", "--user", "--map-root-user", "--mount")


# ── a real disk in memory ────────────────────────────────────────────────────────────────────


@cache
def _why_no_disk() -> str:
    """Say why no disk can be mounted here, or "" where one can."""
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        return "no unshare, or no mount"
    with tempfile.TemporaryDirectory() as folder:
        command = [*_OWN_DISKS, "mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder]
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"no disk may be mounted: {tried.stderr.strip()}"


@pytest.fixture(scope="module")
def disks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what was seen on small disks, or skip with the reason why none can be mounted."""
    reason = _why_no_disk()
    if reason:
        pytest.skip(reason)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [*_OWN_DISKS, sys.executable, "-m", "faults.small_disk", tmp_path_factory.mktemp("disk")],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.invariant("S1")
def test_a_disk_that_is_full_at_any_point_books_whole_batches(disks: dict[str, Any]) -> None:
    """PREVENTED: on disks of all sizes; with more room the same command completes the ledger."""
    codes = disks["codes"]
    assert codes.pop("") == 1
    assert set(codes) <= {"store.full", "store.io"}
    assert codes["store.full"] > 5


def test_output_files_that_do_not_fit_are_not_there_and_come_when_there_is_room(
    disks: dict[str, Any],
) -> None:
    """PREVENTED: no half file stands under the name that a script reads."""
    assert disks["files"] == {
        "first": [3, "run.output"], "left": [], "again": 1,
        "there": ["assessments.csv", "rejects.jsonl", "report.json"],
    }  # fmt: skip


def test_a_disk_that_may_only_be_read_is_audited_and_not_booked_on(disks: dict[str, Any]) -> None:
    """PREVENTED: by the system; said in one sentence, and the file stays as it is."""
    refused = [4, "store.permission"]
    assert disks["read_only"] == {"booking": refused, "new": refused, "reading": 0}


# ── limits that every system has ─────────────────────────────────────────────────────────────


def _book_below(place: Path, facts: Path, bytes_max: int) -> str:
    """Book a month while no file may grow beyond so many bytes; return the code of the error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, hard))
    try:
        _book(place, facts)
    except RebaError as error:
        return error.code
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    return ""


def _book(place: Path, facts: Path) -> None:
    with open_ledger(place) as ledger:
        run_month(facts, month=Month.parse(MONTH), ledger=ledger, policy=HALF, law=load_law())


@pytest.mark.invariant("S1")
@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
def test_a_file_that_may_not_grow_books_whole_batches(tmp_path: Path) -> None:
    """PREVENTED: wherever the limit falls, also where no small disk can be mounted."""
    facts = write_facts(tmp_path / "facts.jsonl", 300)
    undisturbed = tmp_path / "undisturbed.reba"
    _book(undisturbed, facts)
    codes = []
    for number, bytes_max in enumerate((10_000, 150_000, 400_000, 60_000_000)):
        place = tmp_path / f"{number}.reba"
        codes.append(in_clean_process(_book_below, place, facts, bytes_max))
        with open_ledger(place) as ledger:
            assert audit(ledger, recompute=False).findings == ()
        _book(place, facts)
        assert_as_undisturbed(place, undisturbed, recompute=False)
    assert codes[-1] == ""
    assert set(codes[:-1]) <= {"store.full", "store.io"}


def _all_loaded() -> tuple[HouseholdMonth, Law]:
    """Book once elsewhere: from then on nothing of Python or of ours is read from a disk."""
    facts, law = HouseholdMonth.model_validate(row(7)), load_law()
    with tempfile.TemporaryDirectory() as folder:
        assert _code_of(Path(folder) / "elsewhere.reba", facts, law) == ""
        assert _code_of(Path(folder) / "no folder" / "l.reba", facts, law) == "store.permission"
    return facts, law


def _code_of(place: Path, facts: HouseholdMonth, law: Law) -> str:
    """Book a month of one household; return the code of the error, or ""."""
    try:
        with open_ledger(place) as ledger:
            ledger.assess(facts, policy=HALF, law=law)
    except RebaError as error:
        return error.code
    return ""


def _open_without_files(place: Path, free: int) -> str:
    """Open a ledger where a process may open only so many files more; return what was said."""
    facts, law = _all_loaded()
    next_file = os.open(os.devnull, os.O_RDONLY) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_file + free, hard))
    return _code_of(place, facts, law)


@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
def test_a_process_that_may_open_no_more_files_says_so(tmp_path: Path) -> None:
    """PREVENTED: one of our errors, and nothing booked."""
    place = tmp_path / "l.reba"
    small_ledger(place).close_store()
    codes = [in_clean_process(_open_without_files, place, free) for free in range(8)]
    assert set(codes) <= {"", "store.permission", "store.io"}
    assert "store.permission" in codes
    assert codes[-1] == ""
    with open_ledger(place, create=False, read_only=True) as ledger:
        assert len(ledger.history("H-7")) == 4
        assert audit(ledger).findings == ()


def _code_for_nobody(place: Path) -> str:
    """Try to book as somebody who may not write the file; return the code of the error."""
    facts, law = _all_loaded()
    if os.geteuid() == 0:
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    return _code_of(place, facts, law)


@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
@pytest.mark.parametrize("folder_too", [False, True])
def test_a_file_or_folder_that_may_not_be_written_is_left_alone(folder_too: bool) -> None:  # noqa: FBT001
    """PREVENTED: by the system, also where only the file is read-only and its folder is not."""
    folder = Path(tempfile.mkdtemp())
    place = folder / "l.reba"
    try:
        small_ledger(place).close_store()
        before = place.read_bytes()
        place.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        folder.chmod(0o555 if folder_too else 0o777)
        assert in_clean_process(_code_for_nobody, place) == "store.permission"
        assert place.read_bytes() == before
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


# ── files that go while they are used ────────────────────────────────────────────────────────


def _replaced(place: Path) -> None:
    """Put a copy in its place, as restoring a backup does."""
    copy = place.with_name("copy")
    shutil.copy(place, copy)
    copy.replace(place)


GOES: Final[dict[str, Callable[[Path], object]]] = {
    "removed": lambda place: place.unlink(),
    "moved": lambda place: place.rename(place.with_name("elsewhere")),
    "replaced": _replaced,
    "its log removed": lambda place: Path(f"{place}-wal").unlink(),
    "its index of the log removed": lambda place: Path(f"{place}-shm").unlink(),
}


def _assess(ledger: Ledger, number: int) -> None:
    ledger.assess(HouseholdMonth.model_validate(row(number)), policy=HALF)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no file that is open")
@pytest.mark.parametrize("what", GOES)
def test_a_ledger_that_goes_while_it_is_open_is_not_booked_in(what: str, tmp_path: Path) -> None:
    """DETECTED: an entry in a file that has no name any more would be lost without a word."""
    place = tmp_path / "l.reba"
    with small_ledger(place) as ledger:
        size = ledger.size()
        GOES[what](place)
        with pytest.raises(StoreError) as raised:
            _assess(ledger, 7)
        assert raised.value.code == "store.io"
        assert "moved or removed" in str(raised.value)
        assert ledger.size() == size


def test_a_ledger_that_is_gone_is_not_made_anew_by_a_command_that_needs_one(
    tmp_path: Path,
) -> None:
    """DETECTED: `create=False`, as every command but a run has it, makes no ledger."""
    place = tmp_path / "l.reba"
    small_ledger(place).close_store()
    place.unlink()
    with pytest.raises(LedgerError) as raised:
        open_ledger(place, create=False)
    assert raised.value.code == "ledger.not_found"
    assert not place.exists()


def test_where_a_process_goes_meanwhile_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PREVENTED: a file that is where it was is not taken for one that is gone."""
    monkeypatch.chdir(tmp_path)
    with small_ledger(Path("l.reba")) as ledger:
        monkeypatch.chdir(ROOT)
        _assess(ledger, 7)
        assert len(ledger.history("H-7")) == 4
