"""Death of the process between any two statements: tried at every one of them.

A command is carried out again and again from the same beginning. The first time its process dies
when SQLite begins the first statement, then at the second, and so on, until it lives to its end.
Dying is `os._exit`: nothing is rolled back, closed or flushed. After each death the ledger is
looked at, the same command is given again, and what then stands is held against what stands where
nobody died.

It all happens in one process without threads, which forks itself for each death.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from faults.stories import (
    HALF,
    MARKED,
    ROOT,
    assert_as_undisturbed,
    bytes_of,
    closed_long_ago,
    essences,
    row,
    small_ledger,
)
from reba import HouseholdMonth, audit, open_ledger
from reba.errors import LedgerError
from reba.ledger import copying
from reba.ledger import ledger as ledgers
from reba.ledger.stores import SqliteStore, sqlite
from reba.ledger.stores.sqlite_schema import USER_VERSION

__all__ = ["SCENES", "Scene", "deaths_at_every_statement"]

_DIED: Final = 9


class Scene(NamedTuple):
    """What is there before, what is done, and what must be true after a death.

    Each gets the folder in which the ledger "l.reba" is; the last one also that of the undisturbed
    ledger. A death leaves whole transactions only: `sizes` are the numbers of entries that there
    may be.
    """

    prepare: Callable[[Path], None]
    work: Callable[[Path], None]
    sizes: frozenset[int]
    after: Callable[[Path, Path], None]


def _nothing(_folder: Path) -> None:
    """There is nothing before."""


def _open_and_close(folder: Path) -> None:
    open_ledger(folder / "l.reba").close_store()


def _same(folder: Path, undisturbed: Path) -> None:
    assert_as_undisturbed(folder / "l.reba", undisturbed / "l.reba", recompute=False)


def _schema(folder: Path) -> tuple[int, list[object]]:
    with closing(sqlite3.connect(folder / "l.reba")) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        rows = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    return version, rows


# ── batches of a run ─────────────────────────────────────────────────────────────────────────


def _book(folder: Path, numbers: range) -> None:
    ledgers.BATCH_HOUSEHOLDS = 2  # type: ignore[misc]
    facts = (HouseholdMonth.model_validate(row(number)) for number in numbers)
    with open_ledger(folder / "l.reba", clock=_noon) as ledger:
        list(ledger.run_month(facts, policy=HALF))


def _run(folder: Path) -> None:
    """Make a ledger, and book four households in two batches."""
    _book(folder, range(100, 104))


def _nearly_a_tile(folder: Path) -> None:
    small_ledger(folder / "l.reba", 64).close_store()


def _fill_the_tile(folder: Path) -> None:
    _book(folder, range(100, 101))


def _noon() -> datetime:
    return datetime(2015, 5, 1, 12, tzinfo=UTC)


# ── destruction, and a copy that carries it over ─────────────────────────────────────────────


def _closed(folder: Path) -> None:
    closed_long_ago(folder / "l.reba", 2)


def _destroy_in(place: Path) -> None:
    with open_ledger(place, clock=lambda: datetime(2035, 1, 1, 12, tzinfo=UTC)) as ledger:
        for account in ("H-0", "H-1"):
            ledger.destroy(account, legal_basis="list 7", term="P7Y")
        ledger.purge()


def _destroy(folder: Path) -> None:
    _destroy_in(folder / "l.reba")


def _nothing_is_left(folder: Path, undisturbed: Path) -> None:
    _same(folder, undisturbed)
    left = bytes_of([folder / "l.reba"])
    assert MARKED.encode() not in left
    assert b"P-kept" in left


def _copied_before_it_was_destroyed(folder: Path) -> None:
    _closed(folder)
    shutil.copy(folder / "l.reba", folder / "source.reba")
    _destroy_in(folder / "source.reba")


def _copy(folder: Path) -> None:
    source, target = (
        SqliteStore(folder / name, create=False, read_only=read_only, new_origin=str)
        for name, read_only in (("source.reba", True), ("l.reba", False))
    )
    with closing(source), closing(target):
        copying.copy_ledger(source, target)


def _copy_anew(folder: Path) -> None:
    copying.BATCH_ENTRIES = 4  # type: ignore[misc]
    source = SqliteStore(folder / "source.reba", create=False, read_only=True, new_origin=str)
    with (
        closing(source),
        closing(
            SqliteStore(
                folder / "l.reba", create=True, read_only=False, new_origin=source.origin
            )
        ) as target,
    ):  # fmt: skip
        copying.copy_ledger(source, target)


def _only_a_source(folder: Path) -> None:
    small_ledger(folder / "source.reba", 2).close_store()


# ── a migration ──────────────────────────────────────────────────────────────────────────────


def _old(folder: Path) -> None:
    shutil.copy(ROOT / "tests" / "golden" / "ledger" / "v1.reba", folder / "l.reba")


def _is_migrated(folder: Path, undisturbed: Path) -> None:
    assert _schema(folder) == _schema(undisturbed)
    assert _schema(folder)[0] == USER_VERSION
    _same(folder, undisturbed)


_GOLDEN: Final = 86
_CLOSED: Final = frozenset({20, 21, 22})
SCENES: Final = {
    "a new ledger and two batches": Scene(_nothing, _run, frozenset({0, 8, 16}), _same),
    "a batch that fills a tile": Scene(
        _nearly_a_tile, _fill_the_tile, frozenset({254, 258}), _same
    ),
    "a destruction": Scene(_closed, _destroy, _CLOSED, _nothing_is_left),
    "a copy": Scene(_only_a_source, _copy_anew, frozenset({0, 4, 6}), _same),
    "a copy that destroys": Scene(
        _copied_before_it_was_destroyed, _copy, _CLOSED, _nothing_is_left
    ),
    "a migration": Scene(_old, _open_and_close, frozenset({_GOLDEN}), _is_migrated),
}  # fmt: skip


# ── dying ────────────────────────────────────────────────────────────────────────────────────


def _die_at(statement: int, work: Callable[[Path], None], folder: Path) -> None:
    """Do the work in this process, and die when a statement begins; live where there are fewer."""
    begun = 0

    def begin(_sql: str) -> None:
        nonlocal begun
        begun += 1
        if begun == statement:
            os._exit(_DIED)

    connect = sqlite._connect

    def connecting(path: Path, *, read_only: bool) -> sqlite3.Connection:
        connection = connect(path, read_only=read_only)
        connection.set_trace_callback(begin)
        return connection

    sqlite._connect = connecting
    work(folder)
    os._exit(0)


def _look(folder: Path, scene: Scene) -> None:
    """What a death left: whole transactions, and no finding."""
    try:
        ledger = open_ledger(folder / "l.reba", create=False, read_only=True)
    except LedgerError as error:  # it died before there was any
        if 0 in scene.sizes and error.code in {"ledger.not_found", "ledger.not_a_ledger"}:
            return
        raise
    with ledger:
        assert ledger.size() in scene.sizes, ledger.size()
        assert audit(ledger, recompute=False).findings == ()


def deaths_at_every_statement(name: str, folder: Path) -> int:
    """Try a scene; return how often the process died. Call it in a process without threads."""
    scene = SCENES[name]
    before, undisturbed, dying = (folder / each for each in ("before", "undisturbed", "dying"))
    before.mkdir()
    scene.prepare(before)
    shutil.copytree(before, undisturbed)
    scene.work(undisturbed)
    assert len(essences(undisturbed / "l.reba")) == max(scene.sizes)
    for statement in range(1, 10_000):
        shutil.copytree(before, dying)
        child = os.fork()
        if child == 0:
            try:
                _die_at(statement, scene.work, dying)
            finally:  # whatever happens, there is one parent
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in {0, _DIED}, (statement, status)
        _look(dying, scene)
        scene.work(dying)
        scene.after(dying, undisturbed)
        shutil.rmtree(dying)
        if status == 0:
            return statement - 1
    msg = "the work never ends"
    raise AssertionError(msg)
