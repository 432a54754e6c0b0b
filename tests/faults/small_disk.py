"""A disk that is full, or may not be written, for real: python -m faults.small_disk FOLDER.

It must be started in a mount namespace of its own (`unshare --mount`), where it mounts a disk in
memory of so many kilobytes, books a month on it until it is full, makes room, gives the same
command again, and holds the ledger against one that nobody disturbed. What it saw, it prints as
JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from faults.stories import (
    assert_as_undisturbed,
    batch_ends,
    code_of,
    run_command,
    said_by,
    write_facts,
)
from reba import audit, open_ledger
from reba.ledger import ledger as ledgers

_HOUSEHOLDS: Final = 90
_BATCH: Final = 30
_STEP_KIB: Final = 80
_ROOMY: Final = "size=64m"
_BOOKED: Final = 1  # one row is rejected


def _mount(disk: Path, options: str, *, again: bool = False) -> None:
    given = f"remount,{options}" if again else options
    subprocess.run(["mount", "-t", "tmpfs", "-o", given, "tmpfs", disk], check=True)


def _unmount(disk: Path) -> None:
    subprocess.run(["umount", disk], check=True)


def _fill(disk: Path, facts: Path, undisturbed: Path, ends: frozenset[int], size_kib: int) -> str:
    """Book on a small disk; return "" where all went on it, else the code of the error."""
    _mount(disk, f"size={size_kib}k")
    try:
        place, out = disk / "l.reba", disk / "out"
        command = run_command(facts, place, "--out", str(out))
        said = said_by(*command)
        if said.status == _BOOKED:
            return ""
        code = code_of(said)
        assert not list(out.glob("*")), "no half file may be left"
        _mount(disk, _ROOMY, again=True)
        _look(place, ends)
        again = said_by(*command)
        assert again.status == _BOOKED, again.errors
        assert_as_undisturbed(place, undisturbed, recompute=False)
        assert (out / "report.json").exists()
        return code
    finally:
        _unmount(disk)


def _look(place: Path, ends: frozenset[int]) -> None:
    """Nothing of a batch that did not fit is there."""
    if not place.exists() or not place.stat().st_size:
        return
    with open_ledger(place) as ledger:
        assert ledger.size() in ends, ledger.size()
        assert audit(ledger, recompute=False).findings == ()


def _read_only(disk: Path, facts: Path) -> dict[str, object]:
    """Give commands on a ledger on a disk that may only be read."""
    _mount(disk, _ROOMY)
    try:
        place = disk / "l.reba"
        assert said_by(*run_command(facts, place)).status == _BOOKED
        before = place.read_bytes()
        _mount(disk, "ro", again=True)
        booking = said_by(*run_command(facts, place))
        new = said_by(*run_command(facts, disk / "new.reba"))
        reading = said_by("audit", str(place))
        assert place.read_bytes() == before
        return {
            "booking": [booking.status, code_of(booking)],
            "new": [new.status, code_of(new)],
            "reading": reading.status,
        }
    finally:
        _unmount(disk)


def _no_room_for_files(disk: Path, facts: Path, folder: Path) -> dict[str, object]:
    """Book on a disk with room, while the files of the run go to one that is full."""
    _mount(disk, "size=8k")
    try:
        command = run_command(facts, folder / "l.reba", "--out", str(disk / "out"))
        said = said_by(*command)
        left = [path.name for path in (disk / "out").iterdir()]
        _mount(disk, _ROOMY, again=True)
        again = said_by(*command)
        there = sorted(path.name for path in (disk / "out").iterdir())
        return {"first": [said.status, code_of(said)], "left": left, "again": again.status,
                "there": there}  # fmt: skip
    finally:
        _unmount(disk)


def main() -> None:
    """Try disks of all sizes, and one that may only be read."""
    folder = Path(sys.argv[1])
    disk = folder / "disk"
    disk.mkdir()
    ledgers.BATCH_HOUSEHOLDS = _BATCH  # type: ignore[misc]
    facts = write_facts(folder / "facts.jsonl", _HOUSEHOLDS)
    undisturbed = folder / "undisturbed.reba"
    assert said_by(*run_command(facts, undisturbed)).status == _BOOKED
    with open_ledger(undisturbed, create=False, read_only=True) as ledger:
        ends = batch_ends(list(ledger.entries()))
    codes: Counter[str] = Counter()
    size_kib = 16
    while not codes[""]:
        codes[_fill(disk, facts, undisturbed, ends, size_kib)] += 1
        size_kib += _STEP_KIB
    found = {
        "codes": codes,
        "files": _no_room_for_files(disk, facts, folder),
        "read_only": _read_only(disk, facts),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
