"""Death between any two statements of SQL, and an error at any of them: all or nothing (S1).

PREVENTED, by one transaction a batch. The command given again completes what was not done.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from faults.dying import SCENES, deaths_at_every_statement
from faults.killing import HAS_SIGKILL, NO_SIGKILL, in_clean_process
from faults.stories import HALF, assert_as_undisturbed, row, small_ledger
from reba import HouseholdMonth, Ledger, audit
from reba.errors import StoreError
from reba.ledger.stores import sqlite


@pytest.mark.invariant("S1")
@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
@pytest.mark.parametrize("scene", SCENES)
def test_death_at_any_statement_leaves_all_or_nothing(scene: str, memory_path: Path) -> None:
    """PREVENTED: whole batches, a clean audit, and the same command completes it."""
    deaths = in_clean_process(deaths_at_every_statement, scene, memory_path)
    assert deaths > 10, "the statements were not seen"


# ── an error at any statement, and the process goes on ───────────────────────────────────────


class _Failing:
    """A connection on which one statement fails, as on a disk that cannot be written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.left: int | None = None

    def _count(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        if sql != "ROLLBACK":
            self._count()
        return self._connection.execute(sql, *given)

    def executemany(self, sql: str, rows: Iterable[Any]) -> None:
        for values in rows:
            self._count()
            self._connection.execute(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _fails(ledger: Ledger, facts: HouseholdMonth, failing: _Failing, statement: int) -> bool:
    """Book a month while a statement fails; say whether it was reached, and failed."""
    failing.left = statement
    try:
        ledger.assess(facts, policy=HALF)
    except StoreError:
        return True
    finally:
        failing.left = None
    return False


@pytest.mark.invariant("S1")
def test_an_error_at_any_statement_leaves_nothing_and_the_process_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PREVENTED: the batch is rolled back; the same ledger object books it when it is asked again.

    The batch also fills a tile: 254 entries are there before it.
    """
    connect = sqlite._connect
    monkeypatch.setattr(
        sqlite, "_connect", lambda *args, **named: _Failing(connect(*args, **named))
    )
    small_ledger(tmp_path / "undisturbed.reba", 66).close_store()
    facts = [HouseholdMonth.model_validate(row(number)) for number in range(64, 66)]
    with small_ledger(tmp_path / "l.reba", 64) as ledger:
        failing: Any = ledger.store._connection  # type: ignore[attr-defined]
        assert ledger.size() == 254
        statement = 1
        while _fails(ledger, facts[0], failing, statement):
            assert ledger.size() == 254
            assert audit(ledger, recompute=False).findings == ()
            statement += 1
        assert statement > 10, "the statements were not seen"
        ledger.assess(facts[1], policy=HALF)
    assert_as_undisturbed(tmp_path / "l.reba", tmp_path / "undisturbed.reba")
