"""Commands of ours in processes of their own, killed with SIGKILL at an instant that is drawn.

1. A process is forked from a clean one that has the library loaded, so that a kill hits the work
   and not the loading of Python.
2. It notes where it is in a file that it shares with who kills it: what it noted last is there
   after it is gone, and tells which phase the kill hit.
3. A kill counts where the process was there to be killed. One that came after it had left by itself
   is told apart: it was too late.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar, cast

import pytest

from reba.cli.app import run
from reba.ledger.stores.sqlite import SqliteStore
from reba.runs.outputs import RunOutputs

__all__ = [
    "HAS_SIGKILL",
    "NO_SIGKILL",
    "Kill",
    "Phase",
    "carried_out",
    "in_clean_process",
    "killed_after",
    "together",
]

_T = TypeVar("_T")

HAS_SIGKILL: Final = hasattr(signal, "SIGKILL") and hasattr(os, "fork")
NO_SIGKILL: Final = "this system has no SIGKILL, or cannot fork"
_DONE_OR_REJECTS: Final = (0, 1)
_START_SECONDS: Final = 30.0
_TRANSACTIONS_MAX: Final = 255
_POLL_SECONDS: Final = 0.0002


class Phase(IntEnum):
    """Where a process was when it was killed."""

    NOT_THERE = 0
    BEFORE = 1
    """It had started; no transaction had begun."""
    INSIDE = 2
    """It was inside a transaction: some of its statements were done."""
    COMMITTING = 3
    """All statements of a transaction were done, and its COMMIT was under way."""
    BETWEEN = 4
    """It was between two transactions, or after the last one."""
    PURGING = 5
    """All was booked, and the file was being rewritten."""
    FINISHING = 6
    """All was booked, and the output files were being put in their places."""
    LEFT = 7
    """It had done all of it."""


class Kill(NamedTuple):
    """What became of a process: the phase in which it was killed, or that it left by itself."""

    phase: Phase
    killed: bool
    seconds: float
    transactions: int


# ── in the process ───────────────────────────────────────────────────────────────────────────


def _noted(note: Callable[[Phase], None], phase: Phase, method: Callable[..., Any]) -> Any:
    def noting(*given: Any, **named: Any) -> Any:
        note(phase)
        return method(*given, **named)

    return noting


def _transaction_noted(note: Callable[[Phase], None], transaction: Callable[..., Any]) -> Any:
    @contextmanager
    def noting(*given: Any, **named: Any) -> Generator[Any]:
        with transaction(*given, **named) as found:
            note(Phase.INSIDE)
            yield found
            note(Phase.COMMITTING)
        note(Phase.BETWEEN)

    return noting


def _note_phases(note: Callable[[Phase], None], *, on_a_server: bool) -> None:
    """Let the stores and the outputs of this process say where they are."""
    noted: list[tuple[Any, str, Any]] = [
        (SqliteStore, "_transaction", _transaction_noted(note, SqliteStore._transaction)),
        (SqliteStore, "purge", _noted(note, Phase.PURGING, SqliteStore.purge)),
        (RunOutputs, "finish", _noted(note, Phase.FINISHING, RunOutputs.finish)),
    ]
    if on_a_server:
        from reba.ledger.stores import postgres, postgres_opening

        noted += [
            (module, "transaction", _transaction_noted(note, module.transaction))
            for module in (postgres, postgres_opening)
        ]
    for owner, name, told in noted:
        setattr(owner, name, told)


def _carry_out(commands: Sequence[Sequence[str]], notes: str, said: str) -> None:
    with Path(said).open("ab") as file, Path(notes).open("r+b") as noted:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        memory = mmap.mmap(noted.fileno(), mmap.PAGESIZE)

        def note(phase: Phase) -> None:
            if phase is Phase.INSIDE:
                memory[1] = min(memory[1] + 1, _TRANSACTIONS_MAX)
            memory[0] = phase

        _note_phases(note, on_a_server="postgresql://" in str(commands))
        note(Phase.BEFORE)
        for command in commands:
            sys.argv = ["reba", *command]
            status = run()
            if status not in _DONE_OR_REJECTS:
                os._exit(status)
        sys.stdout.flush()
        note(Phase.LEFT)


# ── who kills it ─────────────────────────────────────────────────────────────────────────────


class _Notes:
    """The page in which a process notes where it is."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notes"
        self.path.write_bytes(bytes(mmap.PAGESIZE))
        with self.path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    def phase(self) -> Phase:
        return Phase(self._memory[0])

    def transactions(self) -> int:
        return self._memory[1]

    def close(self) -> None:
        self._memory.close()
        self.path.unlink()


def _processes() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "reba.cli.app"])
    return context


def killed_after(
    delay_seconds: float | None,
    commands: Sequence[Sequence[str]],
    folder: Path,
    *,
    transactions: int = 0,
    phase: Phase = Phase.NOT_THERE,
) -> Kill:
    """Give commands one after the other in a new process, and kill it after a while.

    Args:
        delay_seconds: counted from when it has started; None lets it go on to its end.
        commands: the arguments of each, after "reba".
        folder: where notes and what the commands say are kept.
        transactions: count the delay from when so many transactions have begun.
        phase: count the delay from when it has come so far.
    """
    notes, said = _Notes(folder), folder / "said.txt"
    process = _processes().Process(target=_carry_out, args=(commands, str(notes.path), str(said)))
    process.start()
    try:
        deadline = time.monotonic() + _START_SECONDS
        while notes.phase() is Phase.NOT_THERE:
            assert process.is_alive() or notes.phase(), said.read_text()
            assert time.monotonic() < deadline, "the process did not start"
            time.sleep(_POLL_SECONDS)
        started = time.monotonic()
        while process.is_alive() and (notes.transactions() < transactions or notes.phase() < phase):
            time.sleep(_POLL_SECONDS)
        if delay_seconds is not None:
            time.sleep(delay_seconds)
            process.kill()
        process.join()
        kill = Kill(
            notes.phase(),
            process.exitcode == -signal.SIGKILL,
            time.monotonic() - started,
            notes.transactions(),
        )
        assert kill.killed or process.exitcode == 0, said.read_text()
    finally:
        process.kill()
        process.join()
        notes.close()
    return kill


def carried_out(commands: Sequence[Sequence[str]], folder: Path) -> Kill:
    """Let commands go on to their end; return how long they took, in how many transactions."""
    kill = killed_after(None, commands, folder)
    assert kill.phase is Phase.LEFT
    return kill


def together(commands: Sequence[Sequence[Sequence[str]]], folder: Path) -> None:
    """Give rows of commands, each in a new process, at the same time; wait until all are done."""
    started = []
    for number, row in enumerate(commands):
        own = folder / f"together-{number}"
        own.mkdir()
        notes = _Notes(own)
        given = (row, str(notes.path), str(own / "said.txt"))
        process = _processes().Process(target=_carry_out, args=given)
        process.start()
        started.append((process, notes, own / "said.txt"))
    for process, notes, said in started:
        process.join()
        assert notes.phase() is Phase.LEFT, said.read_text()
        notes.close()


# ── a process without threads ────────────────────────────────────────────────────────────────


def _answer(work: Callable[..., Any], given: Sequence[Any], answers: Any) -> None:
    try:
        answers.send((work(*given), None))
    except BaseException:  # noqa: BLE001 (whatever it was, who asked must see it)
        answers.send((None, traceback.format_exc()))


def in_clean_process(work: Callable[..., _T], *given: Any) -> _T:
    """Call a function of a module in a new process without threads, and return what it returns."""
    processes = _processes()
    receiving, answers = processes.Pipe(duplex=False)
    process = processes.Process(target=_answer, args=(work, given, answers))
    process.start()
    answers.close()
    try:
        found, error = receiving.recv()
    except EOFError:
        found, error = None, f"the process left with {process.exitcode}"
    process.join()
    if error is not None:
        pytest.fail(error)
    return cast("_T", found)
