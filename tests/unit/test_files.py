"""Files that are written once: whole under their name, or not there (S1)."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from reba.files import (
    OWNER_ONLY,
    flush_folder,
    new_file,
    part_of,
    put_in_place,
    remove,
    write_beside,
    write_new,
)


def _flushed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Watch what is brought to the disk: "file" or "folder", in order."""
    seen: list[str] = []
    flush = os.fsync

    def watched(handle: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        flush(handle)

    monkeypatch.setattr(os, "fsync", watched)
    return seen


@pytest.mark.invariant("S1")
def test_a_file_is_on_the_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, out = _flushed(monkeypatch), tmp_path / "pay.xml"
    write_beside(part_of(out), b"whole")
    assert (seen, out.exists()) == (["file", "folder"], False)
    put_in_place(part_of(out), out)
    assert seen == ["file", "folder", "folder"]
    assert (out.read_bytes(), part_of(out).exists()) == (b"whole", False)


@pytest.mark.invariant("S1")
@pytest.mark.parametrize("stopped", [OSError, KeyboardInterrupt, ValueError])
def test_after_a_failure_nothing_is_left(tmp_path: Path, stopped: type[BaseException]) -> None:
    def half() -> None:
        with new_file(tmp_path / "half") as file:
            file.write(b"half of it")
            raise stopped

    with pytest.raises(stopped):
        half()
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_at_the_end_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_new(tmp_path / "key", b"k")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("writes", [write_new, lambda path, _: put_in_place(part_of(path), path)])
@pytest.mark.parametrize("there", ["file", "folder", "broken link"])
def test_another_file_is_not_overwritten(
    tmp_path: Path, there: str, writes: Callable[[Path, bytes], None]
) -> None:
    path = tmp_path / "out"
    part_of(path).write_bytes(b"new")
    if there == "file":
        path.write_bytes(b"old")
    elif there == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        writes(path, b"new")
    assert os.path.lexists(path)
    assert part_of(path).read_bytes() == b"new"
    assert not (tmp_path / "nowhere").exists()


def test_another_file_makes_room_where_that_is_asked(tmp_path: Path) -> None:
    out = tmp_path / "marks.jsonl"
    out.write_bytes(b"old")
    write_beside(part_of(out), b"new")
    put_in_place(part_of(out), out, replace=True)
    assert out.read_bytes() == b"new"


@pytest.mark.parametrize("knows_links", [True, False])
def test_a_name_that_is_taken_meanwhile_is_not_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, knows_links: bool
) -> None:
    """Of two who come together one gets the name; also on a disk that knows no second names."""
    if not knows_links:

        def refuse(*_given: object, **_named: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
    out, first, second = (tmp_path / name for name in ("out", "first", "second"))
    write_new(first, b"first")
    write_new(second, b"second")
    put_in_place(first, out)
    with pytest.raises(FileExistsError):
        put_in_place(second, out)
    assert (out.read_bytes(), second.read_bytes(), first.exists()) == (b"first", b"second", False)


def test_what_a_killed_process_left_is_begun_anew(tmp_path: Path) -> None:
    part = part_of(tmp_path / "pay.xml", hidden=True)
    part.write_bytes(b"half of a longer text")
    part.chmod(0o644)
    write_beside(part, b"whole", mode=OWNER_ONLY)
    assert part.read_bytes() == b"whole"
    assert part.stat().st_mode & 0o777 == 0o600


def test_modes_are_those_asked_for_and_never_wider(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_new(tmp_path / "export", b"")
        write_new(tmp_path / "secret", b"", mode=OWNER_ONLY)
    finally:
        os.umask(before)
    assert (tmp_path / "export").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_removing_and_flushing_what_is_not_there_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove(tmp_path / "none")
    remove(tmp_path)  # a folder stays
    assert tmp_path.is_dir()
    monkeypatch.setattr(os, "name", "nt")  # there a folder cannot be opened
    flushed = _flushed(monkeypatch)
    flush_folder(tmp_path)
    assert flushed == []
