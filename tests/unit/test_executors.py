"""A run on any executor: the same ledger to the byte, and nothing lost when the executor fails."""

from __future__ import annotations

import hashlib
import json
import logging
import multiprocessing
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reba import Ledger, Month, audit, load_law, load_policy, open_ledger
from reba.errors import RunError, StoreError
from reba.ledger.entries import Entry
from reba.runs import preparing
from reba.runs.csv_rows import COLUMNS
from reba.runs.month import Progress, run_month
from reba.runs.report import RunReport
from reba.runs.rows import LINE_MAX_BYTES
from reba.runs.workers import worker_pool

ROOT = Path(__file__).parents[2]
POLICY_FILE = ROOT / "examples" / "policies" / "vng-half.toml"
POLICY = load_policy(POLICY_FILE)
MARCH = Month(2015, 3)
ROWS = 1300
LINES = 4000
LATER = 400_000
"""So many bytes are done when something goes wrong."""
Outcome = tuple[list[Entry], dict[str, bytes], RunReport]
Task = Callable[..., Any]


# ── what is run ──────────────────────────────────────────────────────────────────────────────


def _facts(number: int, **changes: object) -> dict[str, Any]:
    member = {
        "id": "P-1", "born": "1990-05-14", "residence_status": "permit_holder",
        "income": [{"kind": "earnings", "net": f"{100 + number % 900}.00"}], "obligations": "0.00",
    }  # fmt: skip
    return {
        "scheme": "reba-2008", "month": "2015-03", "household": f"H-{number}", "members": [member],
        "provisions": {"shelter": True, "catering": False}, "collected": f"{number % 60}.00",
        **changes,
    }  # fmt: skip


def _json_lines(rows: int) -> str:
    """Give rows over several chunks; some of them cannot be booked, and some stand there twice."""
    lines = [json.dumps(_facts(number)) for number in range(rows)]
    lines[7] = "{"
    lines[700] = json.dumps(_facts(8, month="2019-06"))
    lines[701] = json.dumps(_facts(9, collected="1.001"))
    lines[1200] = lines[3]
    lines[1201] = json.dumps(_facts(4, collected="0.01"))
    return "\n".join(lines) + "\n"


def _flat(facts: dict[str, Any], member: str = "P-1") -> str:
    cells = {
        **facts, **{f"provisions.{name}": "true" for name in ("shelter", "catering")},
        "members.id": member, "members.born": "1990-05-14",
        "members.residence_status": "permit_holder", "members.income.kind": "earnings",
        "members.income.net": facts["members"][0]["income"][0]["net"],
    }  # fmt: skip
    return ",".join(str(cells.get(column, "")) for column in COLUMNS)


def _csv(rows: int) -> str:
    """Give the same flat: households of one row and of two; some that do not stand together."""
    lines = [",".join(COLUMNS)]
    for number in range(rows):
        lines.append(_flat(_facts(number)))
        if number % 3 == 0:
            lines.append(_flat(_facts(number), member="P-2"))
    lines[10] = "reba-2008,2015-03,H-9"
    lines[800] = _flat(_facts(8, month="2019-06"))
    lines[900] = '"not "closed,'
    lines += [_flat(_facts(3), member="P-2"), lines[2]]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module", params=["facts.jsonl", "facts.csv"])
def facts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("facts") / str(request.param)
    path.write_text(_csv(ROWS) if path.suffix == ".csv" else _json_lines(ROWS), encoding="utf-8")
    return path


def _lines(folder: Path, rows: int) -> Path:
    path = folder / "lines.jsonl"
    path.write_text("\n".join(json.dumps(_facts(number)) for number in range(rows)))
    return path


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give rows of which each can be booked, over many chunks."""
    monkeypatch.setattr(preparing, "_CHUNK_PIECES", 200)
    return _lines(tmp_path, LINES)


class _Ticks:
    """A clock that goes on a second each time it is asked."""

    def __init__(self) -> None:
        self._now = datetime(2015, 4, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


class _Bytes:
    """Bytes that look random and are the same each time."""

    def __init__(self) -> None:
        self._taken = 0

    def __call__(self, count: int) -> bytes:
        self._taken += 1
        return hashlib.shake_128(str(self._taken).encode()).digest(count)


def _open(place: Path) -> Ledger:
    return open_ledger(place, clock=_Ticks(), entropy=_Bytes())


def _run(
    facts: Path, ledger: Ledger, executor: Executor | None = None, out: Path | None = None,
    progress: Progress | None = None,
) -> RunReport:  # fmt: skip
    return run_month(
        facts, month=MARCH, ledger=ledger, policy=POLICY, law=load_law(), out=out,
        executor=executor, progress=progress,
    )  # fmt: skip


def _outcome(facts: Path, folder: Path, executor: Executor | None) -> Outcome:
    folder.mkdir()
    with _open(folder / "l.reba") as ledger:
        report = _run(facts, ledger, executor, folder / "out")
        return (
            list(ledger.entries()),
            {path.name: path.read_bytes() for path in (folder / "out").iterdir()},
            report,
        )


# ── executors ────────────────────────────────────────────────────────────────────────────────


class AtOnce(Executor):
    """Does each task while it is handed over; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def submit(self, fn: Task, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked.append(args)
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 (as executors do)
            future.set_exception(error)
        return future


class AnyOrder(Executor):
    """Does what was handed over in any order, each a little later than the one that waits."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)  # noqa: S311 (an order, no secret)
        self._waiting: list[tuple[Future[Any], Task, tuple[Any, ...]]] = []
        self._told = threading.Condition()
        self._over = False
        self.done: list[int] = []
        self._count = 0
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def submit(self, fn: Task, /, *args: Any, **_kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        number, self._count = self._count, self._count + 1
        with self._told:
            self._waiting.append((future, lambda *given: (number, fn(*given)), args))
            self._told.notify()
        return future

    def _work(self) -> None:
        while True:
            time.sleep(0.005)  # others come meanwhile
            with self._told:
                self._told.wait_for(lambda: self._waiting or self._over)
                if not self._waiting:
                    return
                future, fn, args = self._waiting.pop(self._draw.randrange(len(self._waiting)))
            if future.set_running_or_notify_cancel():
                number, result = fn(*args)
                self.done.append(number)
                future.set_result(result)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 (as in Executor)
        with self._told:
            self._over = True
            self._told.notify()
        self._thread.join()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Give a client of a Dask cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed", reason="needs the extra 'test'")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
            dashboard_address=":0", worker_dashboard_address=None, silence_logs=logging.CRITICAL,
        ) as made,
        distributed.Client(made, set_as_default=False) as client,
    ):  # fmt: skip
        yield client


def _processes(method: str) -> AbstractContextManager[Executor]:
    if method not in multiprocessing.get_all_start_methods():  # pragma: no cover
        pytest.skip(f"this system does not start processes by {method}")
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method))


POOLS: dict[str, Callable[[], AbstractContextManager[Executor]]] = {
    "at once": AtOnce,
    "threads": lambda: ThreadPoolExecutor(2),
    "forked": lambda: _processes("fork"),
    "spawned": lambda: _processes("spawn"),
    "ours": lambda: worker_pool(2),
    "any order": lambda: AnyOrder(1),
    "any other order": lambda: AnyOrder(2),
}

_SEEN: dict[Path, Outcome] = {}


def _alone(facts: Path) -> Outcome:
    """Run without an executor, once for each file."""
    if facts not in _SEEN:
        _SEEN[facts] = _outcome(facts, facts.parent / "alone", None)
    return _SEEN[facts]


# ── the same to the byte ─────────────────────────────────────────────────────────────────────


def test_the_rows_are_of_every_sort(facts: Path) -> None:
    entries, files, report = _alone(facts)
    assert sorted(files) == ["assessments.csv", "rejects.jsonl", "report.json"]
    assert report.booked > 1280
    assert report.rejected >= 4
    assert report.already_booked == (1 if facts.suffix == ".jsonl" else 0)
    assert len(entries) > 4500
    again = _outcome(facts, facts.parent / "again", None)
    assert again == _alone(facts)  # the clock and the salts are the same each time


@pytest.mark.invariant("A15")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("pool", POOLS)
def test_every_executor_gives_the_same_ledger_and_files(
    facts: Path, tmp_path: Path, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "_CHUNK_PIECES", 170)  # else few rows make few chunks
    with POOLS[pool]() as executor:
        entries, files, report = _outcome(facts, tmp_path / "run", executor)
    assert entries == _alone(facts)[0]
    assert files == _alone(facts)[1]
    assert report == _alone(facts)[2]
    if isinstance(executor, AnyOrder):
        assert executor.done != sorted(executor.done)  # else the order was not tried
        assert sorted(executor.done) == list(range(len(executor.done)))


@pytest.mark.invariant("A15")
def test_a_dask_cluster_gives_the_same_ledger_and_files(
    facts: Path, tmp_path: Path, cluster: Any
) -> None:
    with cluster.get_executor() as executor:
        assert executor.submit(os.getpid).result() != os.getpid()
        assert _outcome(facts, tmp_path / "run", executor) == _alone(facts)


class Outstanding(AtOnce):
    """Counts what it was asked and nobody has taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    def submit(self, fn: Task, /, *args: Any, **kwargs: Any) -> Future[Any]:
        owner = self

        class Taken(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                owner.now -= 1
                return super().result(timeout)

        self.now += 1
        self.most = max(self.most, self.now)
        future = Taken()
        future.set_result(super().submit(fn, *args, **kwargs).result())
        return future


def test_what_workers_are_sent_is_bounded(tmp_path: Path) -> None:
    """However large the rows are, a chunk is not, and few chunks are under way."""
    path = tmp_path / "facts.jsonl"
    large = ["{" + " " * 900_000 + json.dumps(_facts(number))[1:] for number in range(24)]
    small = [json.dumps(_facts(number)) for number in range(24, 14_000)]
    path.write_text("\n".join(large + small))
    executor = Outstanding()
    with open_ledger(":memory:") as ledger:
        assert _run(path, ledger, executor).booked == 14_000
    chunks = [pickle.loads(args[0])[0] for args in executor.asked]  # noqa: S301 (our own)
    assert len(chunks) == 8 + 14
    assert max(len(chunk) for chunk in chunks) == preparing._CHUNK_PIECES
    sizes = [sum(len(piece.raw) for piece in chunk) for chunk in chunks]
    assert 1_000_000 < max(sizes) <= preparing._CHUNK_BYTES + LINE_MAX_BYTES
    assert executor.most == preparing._CHUNKS_UNDER_WAY
    assert executor.now == 0


# ── when the executor fails ──────────────────────────────────────────────────────────────────


def _ends_as_if_undisturbed(lines: Path, place: Path, rows: int = LINES) -> None:
    with open_ledger(place) as ledger:
        held = len(list(ledger.accounts()))
        assert held % 1000 == 0  # batches, whole
        report = _run(lines, ledger)
        assert report.booked + report.already_booked == report.rows == rows
        assert report.already_booked == held < rows
        assert audit(ledger, recompute=False).clean


class Sticks(AtOnce):
    """Does a number of tasks; the next ends with an error, if one is given; no other is begun."""

    def __init__(self, number: int, error: Exception | None = None) -> None:
        super().__init__()
        self._number = number
        self._error = error
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Task, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if len(self.futures) < self._number:
            future = super().submit(fn, *args, **kwargs)
        elif len(self.futures) == self._number and self._error is not None:
            future.set_exception(self._error)
        self.futures.append(future)
        return future


@pytest.mark.invariant("S1")
def test_a_task_that_fails_stops_the_run_with_one_error(lines: Path, tmp_path: Path) -> None:
    executor = Sticks(7, ValueError("the income of H-17 was odd"))
    out = tmp_path / "out"
    with _open(tmp_path / "l.reba") as ledger:
        with pytest.raises(RunError) as raised:
            _run(lines, ledger, executor, out)
        assert len(list(ledger.accounts())) == 1000  # the batch that was whole
    assert raised.value.code == "run.workers"
    assert raised.value.exit_status == 4
    assert "ValueError" in str(raised.value)
    assert "H-17" not in str(raised.value)
    assert isinstance(raised.value.__cause__, ValueError)
    assert list(out.iterdir()) == []
    assert len(executor.futures) > 8
    assert all(future.done() for future in executor.futures)
    assert all(future.cancelled() for future in executor.futures[8:])
    _ends_as_if_undisturbed(lines, tmp_path / "l.reba")


def test_our_own_refusals_come_home_as_they_are(lines: Path, tmp_path: Path) -> None:
    executor = Sticks(1, StoreError("store.full", place="a worker"))
    with _open(tmp_path / "l.reba") as ledger, pytest.raises(StoreError) as raised:
        _run(lines, ledger, executor)
    assert raised.value.code == "store.full"


class OtherVersion(AtOnce):
    """Works with another version of the library."""

    def submit(self, fn: Task, /, *args: Any, **kwargs: Any) -> Future[Any]:
        chunk, sent = pickle.loads(args[0])  # noqa: S301 (our own)
        return super().submit(fn, pickle.dumps((chunk, sent._replace(engine="9.9.9"))), **kwargs)


def test_workers_of_another_version_are_refused(lines: Path, tmp_path: Path) -> None:
    with _open(tmp_path / "l.reba") as ledger:
        with pytest.raises(RunError, match=r"a worker has reba-ledger .*, this process 9\.9\.9"):
            _run(lines, ledger, OtherVersion())
        assert ledger.size() == 0


@pytest.mark.parametrize("what", ["waits", "cancels"])
def test_an_executor_that_is_shut_down_in_the_middle(
    lines: Path, tmp_path: Path, what: str
) -> None:
    executor = ThreadPoolExecutor(1)

    def close(done: int) -> None:
        if done > LATER:
            executor.shutdown(wait=False, cancel_futures=what == "cancels")

    with _open(tmp_path / "l.reba") as ledger:
        with pytest.raises(RunError) as raised:
            _run(lines, ledger, executor, progress=close)
        assert raised.value.code == "run.workers"
        with pytest.raises(RunError) as raised:
            _run(lines, ledger, executor)
        assert raised.value.data["reason"] == "RuntimeError"
    _ends_as_if_undisturbed(lines, tmp_path / "l.reba")


def test_a_dask_executor_that_is_shut_down_in_the_middle(
    lines: Path, tmp_path: Path, cluster: Any
) -> None:
    executor = cluster.get_executor()

    def close(done: int) -> None:
        if done > LATER:
            executor.shutdown(wait=False)

    with (
        _open(tmp_path / "l.reba") as ledger,
        pytest.raises(RunError) as raised,
    ):
        _run(lines, ledger, executor, progress=close)
    assert raised.value.code == "run.workers"
    _ends_as_if_undisturbed(lines, tmp_path / "l.reba")


@pytest.mark.invariant("S1")
def test_a_worker_that_dies_stops_the_run_and_loses_nothing(lines: Path, tmp_path: Path) -> None:
    with worker_pool(2) as executor, _open(tmp_path / "l.reba") as ledger:

        def kill(done: int) -> None:
            if done > LATER:
                executor._processes[0].kill()

        with pytest.raises(RunError) as raised:
            _run(lines, ledger, executor, progress=kill)
    assert raised.value.code == "run.workers"
    assert raised.value.data["reason"] == "one of them died"
    _ends_as_if_undisturbed(lines, tmp_path / "l.reba")


def test_a_run_that_stops_for_another_reason_cancels_what_it_asked(
    lines: Path, tmp_path: Path
) -> None:
    waiting = Sticks(3)

    def stop(done: int) -> None:
        if done > LATER // 8:  # in the first chunk, when others are under way
            raise KeyboardInterrupt

    with _open(tmp_path / "l.reba") as ledger, pytest.raises(KeyboardInterrupt):
        _run(lines, ledger, waiting, progress=stop)
    assert len(waiting.futures) > 5
    assert all(future.cancelled() for future in waiting.futures[3:])


# ── on the command line ──────────────────────────────────────────────────────────────────────


def _command(lines: Path, place: Path) -> subprocess.Popen[str]:
    command = [
        sys.executable, "-m", "reba", "run", str(lines), "--month", "2015-03", "--ledger",
        str(place), "--policy", str(POLICY_FILE), "--workers", "2",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}

    def listen() -> None:  # a suite that runs in the background hands down deaf ears
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        start_new_session=True, preexec_fn=listen,  # noqa: PLW1509 (no threads run here)
    )  # fmt: skip


def _wait_for_entries(place: Path) -> None:
    for _ in range(2000):
        if Path(f"{place}-wal").exists() and Path(f"{place}-wal").stat().st_size > 1_000_000:
            return  # a batch, and not the tables alone
        time.sleep(0.01)
    pytest.fail("nothing was booked")


def _children(process: int) -> list[int]:
    """Return the workers of a process; one of its children only looks after what they share."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [
        int(child)
        for path in lists
        for child in path.read_text(encoding="ascii").split()
        if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text(encoding="utf-8")
    ]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find the workers")
@pytest.mark.parametrize("what", ["a worker is killed", "Ctrl-C"])
def test_what_befalls_the_workers_is_told_in_one_sentence(tmp_path: Path, what: str) -> None:
    lines, place = _lines(tmp_path, 12_000), tmp_path / "l.reba"
    with _command(lines, place) as process:
        _wait_for_entries(place)
        workers = _children(process.pid)
        assert len(workers) == 2
        if what == "Ctrl-C":
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        else:
            os.kill(workers[0], signal.SIGKILL)
        said = process.stderr.read() if process.stderr is not None else ""
    assert "Traceback" not in said
    assert "give the same command again" in said.lower()
    if what == "Ctrl-C":
        assert process.returncode == 130
        assert said.startswith("Interrupted.")
    else:
        assert process.returncode == 4
        assert said.startswith(
            "[run.workers] The workers of the run did not do their part: one of them"
        )
    for worker in workers:
        assert not Path(f"/proc/{worker}").exists()
    _ends_as_if_undisturbed(lines, place, 12_000)
