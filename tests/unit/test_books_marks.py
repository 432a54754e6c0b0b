"""Marks: no entry is in the books twice, and none is left out, whatever is stopped when (C4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest

from reba import Month, open_ledger
from reba.errors import ExportError
from reba.exports.mapping import load_mapping
from reba.exports.marks import Marks, write_export
from unit.test_books import MAPPING, balances_of, by_beancount, export, refusal, worker
from unit.test_ledger import POLICY


class _Books:
    """A ledger that grows by a month a call, and its exports with marks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.place = folder, str(folder / "coa.reba")
        self.marks = folder / "marks.jsonl"
        self._number = 0
        self.book()

    def book(self) -> None:
        self._number += 1
        month = Month(2015, self._number)
        clock = lambda: datetime(2015, self._number + 1, 3, 9, tzinfo=UTC)  # noqa: E731
        with open_ledger(self.place, clock=clock) as ledger:
            ledger.assess(worker("H-1", month, 60000), policy=POLICY)

    def export(self, name: str, *more: str) -> str:
        return export(
            self.place, "--format", "beancount", "--mapping", str(MAPPING),
            "--marks", str(self.marks), "--out", str(self.folder / name), *more,
        )  # fmt: skip


@pytest.fixture
def books(tmp_path: Path) -> _Books:
    return _Books(tmp_path)


@pytest.mark.invariant("C4")
def test_no_entry_is_exported_twice(books: _Books) -> None:
    books.export("1.beancount")
    before = {path.name: path.read_bytes() for path in books.folder.iterdir()}
    assert "Nothing new" in books.export("1.beancount")
    assert "Nothing new" in books.export("another.beancount")
    assert {path.name: path.read_bytes() for path in books.folder.iterdir()} == before
    books.book()
    books.export("2.beancount")
    both = "".join((books.folder / f"{n}.beancount").read_text() for n in (1, 2))
    assert by_beancount(both) == (balances_of(books.place, load_mapping(MAPPING)), [])


def test_a_month_follows_the_one_before_or_is_refused(books: _Books) -> None:
    books.book()
    with refusal("export.gap"):
        books.export("march.beancount", "--month", "2015-03")
    books.export("february.beancount", "--month", "2015-02")
    assert "Nothing new" in books.export("again.beancount", "--month", "2015-02")
    with refusal("export.exported"):
        books.export("year.beancount", "--year", "2015")
    books.export("march.beancount", "--month", "2015-03")
    assert "Nothing new" in books.export("rest.beancount")


def test_an_export_that_was_stopped_is_finished_and_not_made_again(books: _Books) -> None:
    books.export("1.beancount")
    out = books.folder / "1.beancount"
    text = out.read_bytes()
    out.rename(books.folder / "1.beancount.part")  # it was stopped between mark and place
    assert "Finished an export" in books.export("2.beancount")
    assert out.read_bytes() == text
    assert not (books.folder / "2.beancount").exists()
    out.rename(books.folder / "1.beancount.part").write_bytes(b"something else")
    with refusal("export.marks"):
        books.export("2.beancount")


def test_an_export_that_was_stopped_between_its_two_names_has_one(books: _Books) -> None:
    books.export("1.beancount")
    out, part = books.folder / "1.beancount", books.folder / "1.beancount.part"
    part.hardlink_to(out)
    assert "Nothing new" in books.export("2.beancount")
    assert (out.exists(), part.exists()) == (True, False)


def test_another_file_in_the_place_of_a_marked_export_is_not_passed_over(books: _Books) -> None:
    books.export("1.beancount")
    out, part = books.folder / "1.beancount", books.folder / "1.beancount.part"
    out.rename(part)
    out.write_text("mine")
    with refusal("export.marks"):
        books.export("2.beancount")
    assert (out.read_text(), part.exists()) == ("mine", True)


def test_what_cannot_be_read_beside_the_marks_is_said(books: _Books) -> None:
    books.export("1.beancount")
    (books.folder / "1.beancount.part").mkdir()
    with refusal("export.write"):
        books.export("2.beancount")


def test_an_export_that_was_stopped_before_its_mark_is_made_again(books: _Books) -> None:
    (books.folder / "1.beancount.part").write_text("half of it")
    books.export("1.beancount")
    assert by_beancount((books.folder / "1.beancount").read_text())[1] == []
    assert not (books.folder / "1.beancount.part").exists()


def test_nothing_is_written_over_and_a_failed_export_leaves_nothing(
    books: _Books, tmp_path: Path
) -> None:
    (books.folder / "1.beancount").write_text("mine")
    with refusal("export.exists"):
        books.export("1.beancount")
    with refusal("export.write"):
        books.export("no/such/folder.beancount")
    late = tmp_path / "late.toml"
    late.write_text(MAPPING.read_text().replace("2008-01-01", "2020-01-01"))
    with refusal("export.no_version"):
        books.export("2.beancount", "--mapping", str(late))
    left = {path.name for path in books.folder.iterdir() if "coa.reba-" not in path.name}
    assert left == {"coa.reba", "late.toml", "1.beancount"}


def test_marks_of_another_ledger_are_refused(books: _Books, tmp_path: Path) -> None:
    books.export("1.beancount")
    other = tmp_path / "other"
    other.mkdir()
    second = _Books(other)
    second.marks = books.marks
    with pytest.raises(ExportError) as refused:
        second.export("1.beancount")
    assert refused.value.code == "export.not_continued"
    text = books.marks.read_text()
    size = open_ledger(books.place, create=False, read_only=True).size()
    for changed in (text.replace(f"\\n{size}\\n", f"\\n{size - 1}\\n"),
                    text.replace(f"\\n{size}\\n", f"\\n{size + 1}\\n")):  # fmt: skip
        books.marks.write_text(changed)
        with pytest.raises(ExportError) as refused:
            books.export("2.beancount")
        assert refused.value.code == "export.not_continued"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + text,
        lambda text: text.replace("reba-export-mark/1", "reba-export-mark/2"),
        lambda text: text.replace('"first": 0', '"first": "0"'),
        lambda text: text.replace('"first": 0', '"first": 1'),
        lambda text: text.replace("{", "[", 1),
        lambda text: text.replace('"1.beancount"', '"/"'),
        lambda _: "[]\n",
        lambda _: "\udce4\n",
    ],
)
def test_a_file_of_marks_that_was_changed_is_refused(
    change: Callable[[str], str], books: _Books
) -> None:
    books.export("1.beancount")
    text = change(books.marks.read_text())
    books.marks.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ExportError) as refused:
        books.export("2.beancount")
    assert refused.value.code == "export.marks"


def _write_something(file: IO[bytes]) -> None:
    file.write(b"an export")


def test_two_exports_at_once_mark_one(books: _Books) -> None:
    with open_ledger(books.place, create=False, read_only=True) as ledger:
        ours, theirs = Marks(books.marks), Marks(books.marks)
        for name, marks in (("1", theirs), ("2", ours)):
            out = books.folder / name
            digest = write_export(out, _write_something)
            if marks is theirs:
                marks.add(ledger.store, 0, ledger.size(), out, digest)
        with refusal("export.marked_meanwhile"):
            ours.add(ledger.store, 0, ledger.size(), books.folder / "2", digest)
    assert not (books.folder / "2").exists()
