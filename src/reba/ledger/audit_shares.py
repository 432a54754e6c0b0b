"""Audit a ledger in several processes, each a share of the accounts, as if one had done it all.

1. Each process reads the ledger for itself, as it was at one moment, and checks the entries of its
   accounts. What an entry does concerns its own account; a transfer between two is added up at the
   end.
2. The order of all entries and the tree are put together from stretches (`audit_order.py`), each
   summed up by a process that had all of it; what none had as a whole is read once more.
3. Where the parts do not make a whole, for whatever reason, nothing is concluded from them: one
   process then looks at everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final, NamedTuple

from reba.errors import RebaError
from reba.ledger.audit_context import AuditContext
from reba.ledger.audit_entries import EntriesCheck, EntriesFound
from reba.ledger.audit_order import OrderCheck, Stretch, stretch_of
from reba.ledger.audit_trust import TrustedTree, replay
from reba.ledger.audit_workers import Tell, in_processes
from reba.ledger.merkle import Checkpoint
from reba.ledger.sampling import Drawn
from reba.ledger.stores.parts import ReadsInParts, Row, Share
from reba.ledger.tiles import TILE_HASHES

__all__ = ["Parts", "in_shares"]

_TELL_EVERY: Final = 16
_REREAD_ALONE_MAX: Final = 2000


class _Task(NamedTuple):
    """A share of the accounts to check; or stretches to sum up; or, without either, the file."""

    reader: Callable[[], ReadsInParts]
    size: int
    recompute: bool
    since: Checkpoint | None
    drawn: Drawn | None = None
    share: Share | None = None
    tiles: tuple[int, ...] = ()


class _Result(NamedTuple):
    """What became of a task."""

    rows: int = 0
    stretches: dict[int, Stretch] = {}  # noqa: RUF012 (never written)
    entries: EntriesFound | None = None
    faults: tuple[str, ...] = ()


class Parts(NamedTuple):
    """What several processes found: about the entries, and about the file."""

    entries: list[EntriesFound]
    faults: tuple[str, ...]


# ── in each process ──────────────────────────────────────────────────────────────────────────


def _spans(start: int, stop: int) -> Iterator[tuple[int, int]]:
    while start < stop:
        end = min(stop, start - start % TILE_HASHES + TILE_HASHES)
        yield start, end
        start = end


def _stretch(first: int, rows: list[Row]) -> Stretch | None:
    if first % TILE_HASHES or len(rows) != TILE_HASHES:
        return None
    return stretch_of(first, [r[0] for r in rows], [r[5] for r in rows], [r[12] for r in rows])


def _do(task: _Task, tell: Tell) -> _Result | None:
    """Do a task; None where the ledger cannot be read as it was when the audit began."""
    try:
        with closing(task.reader()) as store, store.snapshot():
            if task.tiles:
                return _sum_up(task, store, tell)
            if task.share is None:
                return _Result(faults=tuple(store.faults()))
            if store.erased_since(task.size):
                return None  # a body may be gone that was there
            return _check(task, task.share, store, tell)
    except RebaError:
        return None


def _check(task: _Task, share: Share, store: ReadsInParts, tell: Tell) -> _Result | None:
    """Check the accounts of a share."""
    entries = EntriesCheck(AuditContext(store.get_document, task.recompute, task.drawn))
    stretches: dict[int, Stretch] = {}
    start = done = 0
    if task.since is not None:
        start, trusted = task.since.size, TrustedTree(store, task.since)
        for done in replay(entries, store, trusted, task.size, share):
            if not tell(done):
                return None
    rows_number = 0
    for number, (first, end) in enumerate(_spans(start, task.size)):
        rows = store.rows(first, end, share)
        if rows:
            entries.take(rows, None)
            rows_number += len(rows)
            stretch = _stretch(first, rows)
            if stretch is not None:
                stretches[first // TILE_HASHES] = stretch
        if not number % _TELL_EVERY and not tell(done + rows_number):
            return None
    tell(done + rows_number)
    return _Result(rows_number, stretches, entries.found())


def _sum_up(task: _Task, store: ReadsInParts, tell: Tell) -> _Result | None:
    """Sum up stretches of which no process had all entries."""
    stretches: dict[int, Stretch] = {}
    for number, tile in enumerate(task.tiles):
        first = tile * TILE_HASHES
        read = store.order(first, first + TILE_HASHES)
        stretch = stretch_of(
            first, [r[0] for r in read], [r[1] for r in read], [r[2] for r in read]
        )
        if stretch is not None:
            stretches[tile] = stretch
        if not number % _TELL_EVERY and not tell(0):
            return None
    return _Result(stretches=stretches)


# ── in the process that puts it together ─────────────────────────────────────────────────────


def in_shares(
    store: ReadsInParts, size: int, workers: int, order: OrderCheck, *, recompute: bool,
    since: Checkpoint | None, drawn: Drawn | None, progress: Callable[[int], None] | None,
) -> Parts | None:  # fmt: skip
    """Check a ledger in several processes; None where one process has to look at everything.

    Args:
        store: the ledger, read as it was when the audit began.
        size: the number of entries then.
        workers: how many processes check entries.
        order: takes in all entries, from those that `since` covers.
        recompute: compute every amount again.
        since: a checkpoint that is trusted, and to which the kept tree leads; the file as such is
            then not looked at.
        drawn: the sample of which amounts are computed again; None for all.
        progress: called with the number of entries checked.
    """
    if store.counted() != size:
        return None
    start = order.position
    whole = _Task(store.reader(), size, recompute, since, drawn)
    tasks = [whole._replace(share=each) for each in store.shares(workers, start, size)]
    if since is None:
        tasks.append(whole)
    found = in_processes(_do, tasks, progress)
    results = [each for each in found or () if each is not None]
    if len(results) < len(tasks) or sum(each.rows for each in results) != size - start:
        return None
    stretches = {tile: each for result in results for tile, each in result.stretches.items()}
    stretches |= _lacking(whole, stretches, start, workers)
    if not _follow(order, store, stretches, size):
        return None
    return Parts(
        [each.entries for each in results if each.entries is not None],
        tuple(fault for each in results for fault in each.faults),
    )


def _lacking(
    whole: _Task, stretches: dict[int, Stretch], start: int, workers: int
) -> dict[int, Stretch]:
    """Have the stretches summed up that no process had as a whole, where they are many."""
    full = [
        first // TILE_HASHES
        for first, end in _spans(start, whole.size)
        if end - first == TILE_HASHES
    ]
    lacking = [tile for tile in full if tile not in stretches]
    if len(lacking) <= _REREAD_ALONE_MAX:
        return {}
    parts = [whole._replace(tiles=tuple(lacking[n::workers])) for n in range(workers)]
    results = in_processes(_do, parts, None) or ()
    return {tile: each for r in results if r is not None for tile, each in r.stretches.items()}


def _follow(
    order: OrderCheck, store: ReadsInParts, stretches: dict[int, Stretch], size: int
) -> bool:
    """Take in all entries in order; say no where one is missing or out of place."""
    for first, end in _spans(order.position, size):
        stretch = stretches.get(first // TILE_HASHES) if end - first == TILE_HASHES else None
        if stretch is None or not order.take_stretch(stretch):
            rows = store.rows(first, end, Share())
            if [row[0] for row in rows] != list(range(first, end)):
                return False
            order.take(rows)
    return True
