"""Work on several cores: each task in a process of its own, which tells how far it is.

A process that was started anew runs the script that started it once more, up to where it guards
itself with `if __name__ == "__main__":`, as everywhere with processes in Python.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Event
from typing import Final, TypeAlias, TypeVar

from reba.processes import begin_work

__all__ = ["Tell", "in_processes"]

Tell: TypeAlias = Callable[[int], bool]
"""Tell how many entries of a task are done; the answer says whether to go on."""

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_LOOK_EVERY_SECONDS: Final = 1
_LEAVE_AFTER_SECONDS: Final = 2


class _Shared:
    """What a worker shares with the process that waits for it."""

    done: Sequence[int] = ()
    stop: Event | None = None


def _leave_when_stopped(stop: Event) -> None:
    stop.wait()
    time.sleep(_LEAVE_AFTER_SECONDS)  # long enough for whoever tells how far it is
    os._exit(1)


def _begin(done: Sequence[int], stop: Event) -> None:
    begin_work()
    _Shared.done, _Shared.stop = done, stop
    threading.Thread(target=_leave_when_stopped, args=(stop,), daemon=True).start()
    # Folds are many objects that stay: to look through them time and again finds nothing.
    gc.set_threshold(100_000, 20, 100)


def _work(work: Callable[[_Task, Tell], _Result], number: int, task: _Task) -> _Result:
    def tell(done: int) -> bool:
        _Shared.done[number] = done  # type: ignore[index]
        return _Shared.stop is None or not _Shared.stop.is_set()

    return work(task, tell)


def in_processes(
    work: Callable[[_Task, Tell], _Result],
    tasks: Sequence[_Task],
    progress: Callable[[int], None] | None,
) -> list[_Result] | None:
    """Do every task in a process of its own, and return what each gave; None where one died.

    Args:
        work: a function of a module, which a new process can import.
        tasks: what it is given, one a process; their number is that of the processes.
        progress: called now and then with what the tasks told, added up.
    """
    context = multiprocessing.get_context("spawn")
    done, stop = context.Array("q", len(tasks), lock=False), context.Event()
    futures: list[Future[_Result]] = []
    with ProcessPoolExecutor(
        len(tasks), mp_context=context, initializer=_begin, initargs=(done, stop)
    ) as pool:
        try:
            futures += [pool.submit(_work, work, n, task) for n, task in enumerate(tasks)]
            waiting = set(futures)
            while waiting:
                finished, waiting = wait(waiting, _LOOK_EVERY_SECONDS, FIRST_EXCEPTION)
                if progress is not None:
                    progress(sum(done))
                if any(each.exception() for each in finished):
                    break
            return [each.result() for each in futures]
        except BrokenProcessPool:
            return None
        finally:
            stop.set()  # whoever still works need not: an error came up, or Ctrl-C
            for each in futures:
                each.cancel()
