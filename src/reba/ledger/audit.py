"""Check a ledger as an accountant would: every hash, every sum, every assessment, again.

1. Each entry is the next, its body has the digest its envelope names, and its leaf is under the
   root that the store keeps (`audit_order.py`, `audit_bytes.py`).
2. Each account folds, and each assessment, split and release is decided again from what was
   recorded before it: a difference is a finding (`audit_entries.py`).
3. Findings are values with a place, what was expected and what was found. A clean audit is no proof
   that nothing was removed from the end: that takes an earlier checkpoint.
4. Several processes find what one finds (`audit_shares.py`).
5. What came before a trusted checkpoint may be left out, as far as no account goes on from it
   (`audit_trust.py`); the report says so. Where the kept tree does not lead to the checkpoint,
   nothing is trusted and nothing left out.
6. Amounts may be computed again for a sample alone; the report says what that shows
   (`sampling.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from itertools import chain, islice
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

from reba.errors import LedgerError
from reba.ledger.audit_amounts import ASSESSMENTS
from reba.ledger.audit_context import AuditContext, Check
from reba.ledger.audit_destroyed import check_transfers
from reba.ledger.audit_entries import EntriesCheck, EntriesFound
from reba.ledger.audit_order import OrderCheck
from reba.ledger.audit_shares import in_shares
from reba.ledger.audit_trust import TrustedTree, replay
from reba.ledger.entries import Entry
from reba.ledger.findings import AuditReport, Finding
from reba.ledger.merkle import Checkpoint, root_from
from reba.ledger.sampling import Drawn, Sample, SampleFound, draw
from reba.ledger.stores.parts import ReadsInParts, Row
from reba.ledger.stores.protocol import Store
from reba.ledger.tiles import TILE_HASHES
from reba.processes import seldom_collecting

__all__ = ["AuditReport", "Audited", "Finding", "Sample", "audit"]

Progress: TypeAlias = Callable[[int], None]

_TELL_EVERY: Final = 8


class Audited(Protocol):
    """What can be audited: a ledger, or anything else that hands out its store."""

    @property
    def store(self) -> Store:
        """The store."""
        ...


class _Asked(NamedTuple):
    """What an audit is asked to do."""

    against: Sequence[Checkpoint]
    since: Checkpoint | None
    recompute: bool
    sample: Sample | None
    workers: int
    progress: Progress | None

    def check(self) -> None:
        """Refuse what does not go together."""
        if self.sample is not None:
            self.sample.check()
            if not self.recompute or self.since is not None:
                name = "recompute=False" if not self.recompute else "since"
                msg = f"a sample is computed again, of the whole ledger: it does not go with {name}"
                raise ValueError(msg)

    def checkpoints(self) -> Sequence[Checkpoint]:
        """Return all checkpoints that the ledger is held against."""
        return self.against if self.since is None else [*self.against, self.since]


def audit(
    subject: Audited | Store | Iterable[Entry],
    *,
    against: Sequence[Checkpoint] = (),
    since: Checkpoint | None = None,
    recompute: bool = True,
    sample: Sample | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> AuditReport:
    """Audit (controleren) a ledger: hashes, order, books, and every amount computed again.

    Args:
        subject: an open ledger, a store, or entries in order of `seq`. Entries alone carry no law
            and no policy, so nothing is computed again: `checked["assessments"]` is then 0.
        against: checkpoints that were kept elsewhere; without one, what was cut off at the end
            cannot be seen.
        since: a checkpoint of an audit that you trust. What it covers is not checked again, but for
            the accounts that go on after it, whose entries are held against it one by one.
            `checked["since"]` says how many entries were taken on trust; see
            `docs/how-to/audit-a-large-ledger.md` for what that leaves unseen.
        recompute: compute every assessment and split again, beside checking what is recorded.
        sample: compute only a sample of the assessments again, with their splits. Everything else
            is checked as ever; `report.sample` says what the sample shows of all.
        workers: how many processes check a ledger in a file; the report is the same. A script that
            asks for more than one needs `if __name__ == "__main__":`.
        progress: called with the number of entries checked.

    Raises:
        StoreError: where the ledger cannot be read at all; damage to entries is a finding.
        UsageError: usage.option where such a sample cannot be drawn.
        ValueError: `since` or `sample` with entries alone, which come without a tree and documents;
            `sample` with `since`, or without `recompute`.

    >>> from reba import open_ledger
    >>> with open_ledger(":memory:") as ledger:
    ...     audit(ledger).findings, audit(ledger.entries()).findings
    ((), ())
    """
    asked = _Asked(against, since, recompute, sample, workers, progress)
    asked.check()
    found = getattr(subject, "store", subject)
    if not hasattr(found, "get_document"):
        if since is not None:
            msg = "entries alone cannot be audited since a checkpoint: hand over the ledger"
            raise ValueError(msg)
        if sample is not None:
            msg = "of entries alone nothing is computed again: hand over the ledger"
            raise ValueError(msg)
        return _Audit(asked, None).of_entries(cast("Iterable[Entry]", found))
    if isinstance(found, ReadsInParts):
        with closing(found.reader()()) as reader:
            return _Audit(asked, reader).of_store(reader)
    store = cast("Store", found)
    return _Audit(asked, store).of_store(store)


class _Audit:
    """One audit in progress: what is found about the whole, and what about the entries."""

    def __init__(self, asked: _Asked, store: Store | None) -> None:
        self.asked = asked
        self.store = store
        self.trusted: TrustedTree | None = None
        self.broken: LedgerError | None = None
        self.stored_root: bytes | None = None
        self.drawn: Drawn | None = None
        self._begin()

    def _begin(self) -> None:
        """Begin at the first entry, or where a trusted checkpoint ends."""
        recompute = self.asked.recompute and self.store is not None
        documents = None if self.store is None else self.store.get_document
        self.context = AuditContext(None, recompute=False)
        self.entries = EntriesCheck(AuditContext(documents, recompute, self.drawn))
        self.parts: list[EntriesFound] | None = None
        self.faults: tuple[str, ...] = ()
        self.order = OrderCheck(self.context, self.asked.checkpoints(), self.trusted)

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def of_entries(self, entries: Iterable[Entry]) -> AuditReport:
        """Audit entries that come without a store."""
        self._stream(_blocks(entries, 0), 0)
        self.order.compare(None)
        return self._report()

    def of_store(self, store: Store) -> AuditReport:
        """Audit a store, as it is now."""
        try:
            with _snapshot(store) as size, seldom_collecting():
                self._check(store, size)
        except LedgerError as error:
            self.context.at_end(Check.STORE)
            self.context.find("store.damaged", None, "the store can be read", "all entries", error)
        return self._report()

    def _check(self, store: Store, size: int) -> None:
        self._trust(store, size)
        self._draw(store, size)
        if not self._in_shares(store, size):
            done = self._replay(store, size)
            self._stream(_of_store(store, self.order.position, size), done)
        self.order.compare(store.origin())
        self.stored_root = root_from(store.subtree, size)
        if self.parts is None and self.trusted is None and isinstance(store, ReadsInParts):
            self.faults = tuple(store.faults())

    def _trust(self, store: Store, size: int) -> None:
        """Trust a checkpoint of this ledger, where what is kept leads to it."""
        since = self.asked.since
        if since is None or not 0 < since.size <= size:
            return  # what is wrong with it, the comparison at the end says
        try:
            if since.origin == store.origin():
                self.trusted = TrustedTree(store, since)
        except LedgerError as error:
            self.broken = error
        self._begin()

    def _draw(self, store: Store, size: int) -> None:
        """Draw the sample, where one is asked for, of the assessments whose facts are there."""
        if self.asked.sample is not None:
            rows = chain.from_iterable(_of_store(store, 0, size))
            there = (
                (r[0], f"{r[1]}/{r[2]}") for r in rows if r[3] in ASSESSMENTS and r[9] is not None
            )
            self.drawn = draw(there, self.asked.sample, root_from(store.subtree, size).hex())
            self._begin()

    def _in_shares(self, store: Store, size: int) -> bool:
        asked, start = self.asked, self.order.position
        if asked.workers <= 1 or start == size or not isinstance(store, ReadsInParts):
            return False
        since = None if self.trusted is None else asked.since
        found = in_shares(
            store, size, asked.workers, self.order, recompute=asked.recompute, since=since,
            drawn=self.drawn, progress=asked.progress,
        )  # fmt: skip
        if found is None:
            self._begin()
            return False
        self.parts, self.faults = found
        return True

    def _replay(self, store: Store, size: int) -> int:
        """Take in what is trusted of the accounts that go on; return how many entries that were."""
        done = 0
        if self.trusted is not None:
            try:
                for done in replay(self.entries, store, self.trusted, size):
                    self._tell(done)
            except LedgerError as error:
                self.broken, self.trusted, done = error, None, 0
                self._begin()
        return done

    def _stream(self, blocks: Iterable[Sequence[Row]], done: int) -> None:
        """Check entries one after the other, in constant memory but for the accounts."""
        for number, block in enumerate(blocks, 1):
            self.entries.take(block, self.order.position)
            self.order.take(block)
            done += len(block)
            if not number % _TELL_EVERY:
                self._tell(done)

    def _tell(self, done: int) -> None:
        if self.asked.progress is not None:
            self.asked.progress(done)

    # ── the report ───────────────────────────────────────────────────────────────────────────

    def _report(self) -> AuditReport:
        """Close the books: hold the root over the leaves against the one the store keeps."""
        context, order = self.context, self.order
        parts = [self.entries.found()] if self.parts is None else self.parts
        for part in parts:
            context.take_over(part.found)
        context.at_end(Check.STORE)
        for fault in self.faults:
            context.find("store.damaged", None, "the database is sound", "ok", fault)
        check_transfers(context, whole=self.trusted is None)
        root = order.frontier.root()
        context.at_end(Check.ROOT)
        if self.stored_root is not None and self.stored_root != root:
            context.find(
                "tree.root", None, "the kept tree is the tree of the entries", root.hex(),
                self.stored_root.hex(),
            )  # fmt: skip
        if self.broken is not None:
            context.find(
                "since.tree", None, "the ledger leads to the trusted checkpoint", "its root",
                self.broken,
            )  # fmt: skip
        start = 0 if self.trusted is None else self.trusted.size
        return AuditReport(
            context.in_order(),
            {
                "entries": order.position - start,
                "since": start,
                "proven": sum(part.proven for part in parts),
                "bodies": sum(part.bodies for part in parts),
                "destroyed": len(context.destroyed),
                "accounts": sum(part.accounts for part in parts),
                "amounts": self._amounts(),
                "assessments": context.assessments,
                "splits": context.splits,
                "decisions": context.decisions,
                "checkpoints": len(self.asked.checkpoints()),
                "laws": len(context.known_laws),
                "policies": len(context.known_policies),
                "root": root.hex(),
            },
            self._sample(),
        )

    def _amounts(self) -> str:
        if not self.entries.context.recompute:
            return "as recorded"
        return "computed again" if self.asked.sample is None else "computed again for a sample"

    def _sample(self) -> SampleFound | None:
        """Say what the sample shows: what was not computed again with success is not right."""
        asked, drawn = self.asked.sample, self.drawn
        if asked is None or drawn is None:
            return None
        size, right = len(drawn.entries), sum(self.context.judged.values())
        return SampleFound(
            drawn.population, size, asked.seed, asked.confidence, drawn.root, size - right
        )


def _snapshot(store: Store) -> AbstractContextManager[int]:
    if isinstance(store, ReadsInParts):
        return store.snapshot()
    return nullcontext(store.size())


def _of_store(store: Store, start: int, stop: int) -> Iterator[Sequence[Row]]:
    if not isinstance(store, ReadsInParts):
        return _blocks(store.read(start, stop), start)
    edge = min(stop, start + -start % TILE_HASHES)
    return chain(store.stream(start, edge), store.stream(edge, stop))


def _blocks(rows: Iterable[Row], start: int) -> Iterator[Sequence[Row]]:
    """Yield lists of rows that begin at a multiple of 256, but for the first."""
    source, count = iter(rows), TILE_HASHES - start % TILE_HASHES
    while block := list(islice(source, count)):
        yield block
        count = TILE_HASHES
