"""Work on several cores: each task in a process of its own, which tells how far it is.

1. Each process has a pipe of its own: when it dies, its end is closed, and that is seen at once.
2. What is shared beside it is one list of numbers without a lock: a process that is killed while it
   holds a lock would keep everyone waiting.
3. Whatever ends the wait, an error or Ctrl-C, ends the processes too.

A process that was started anew runs the script that started it once more, up to where it guards
itself with `if __name__ == "__main__":`, as everywhere with processes in Python.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, MutableSequence, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Final, TypeAlias, TypeVar, cast

from reba.processes import Started, begin_work, new_processes, seldom_collected, start

__all__ = ["Tell", "in_processes"]

Tell: TypeAlias = Callable[[int], bool]
"""Tell how many entries of a task are done; the answer says whether to go on."""

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_LOOK_EVERY_SECONDS: Final = 1
_LEAVE_WITHIN_SECONDS: Final = 2


def _work(
    home: Connection, work: Callable[[_Task, Tell], _Result], task: _Task, number: int,
    done: MutableSequence[int],
) -> None:  # fmt: skip
    begin_work()
    seldom_collected()

    def tell(count: int) -> bool:
        done[number] = count
        return not done[-1]

    try:
        home.send((True, work(task, tell)))
    except Exception as error:  # noqa: BLE001 (it is raised again at home)
        home.send((False, error))
    home.close()
    os._exit(0)  # what is left takes long to take apart, and goes with the process


def in_processes(
    work: Callable[[_Task, Tell], _Result],
    tasks: Sequence[_Task],
    progress: Callable[[int], None] | None,
) -> list[_Result] | None:
    """Do every task in a process of its own, and return what each gave; None where one cannot.

    Args:
        work: a function of a module, which a new process can import.
        tasks: what it is given, one a process; their number is that of the processes.
        progress: called now and then with what the tasks told, added up.
    """
    if multiprocessing.current_process().daemon:
        return None  # such a process may not start others
    results: dict[Connection, _Result] = {}
    with _started(work, tasks) as (homes, done):
        while len(results) < len(tasks):
            waiting = [home for home in homes if home not in results]
            for home in cast("list[Connection]", wait(waiting, _LOOK_EVERY_SECONDS)):
                try:
                    right, result = home.recv()
                except EOFError:
                    return None
                if not right:
                    raise result
                results[home] = result
            if progress is not None:
                progress(sum(done))
    return [results[home] for home in homes]


@contextmanager
def _started(
    work: Callable[[_Task, Tell], _Result], tasks: Sequence[_Task]
) -> Generator[tuple[list[Connection], Sequence[int]]]:
    """Start a process for each task; give where their results come, and what they told."""
    done = new_processes().Array("q", len(tasks) + 1, lock=False)  # the last one says to stop
    started: list[Started] = []
    try:
        for number, task in enumerate(tasks):
            started.append(start(_work, work, task, number, done, both_ways=False))
        yield [each.home for each in started], done
    finally:
        done[len(tasks)] = 1
        for each in started:
            each.end(within_seconds=_LEAVE_WITHIN_SECONDS)
        for each in started:
            each.home.close()
