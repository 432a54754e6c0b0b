"""Check a ledger as an accountant would: every hash, every sum, every assessment, again.

1. Each entry is the next, its body has the digest its envelope names, and its leaf is under the
   root that the store keeps.
2. Each account folds; its versions follow; months are split to the cent, and what is split is what
   came in (or what was assessed).
3. Each assessment, split and release is decided again from what was recorded before it: a
   difference is a finding (`audit_amounts.py`, `audit_releases.py`).
4. Findings are values with a place, what was expected and what was found. A clean audit is no proof
   that nothing was removed from the end: that takes an earlier checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias, cast

from reba.canonical import body_digest, parse_canonical
from reba.errors import LedgerError, RebaError
from reba.ledger.accounts import AccountFold
from reba.ledger.audit_amounts import (
    ASSESSMENTS,
    SPLITS,
    check_amounts,
    check_conservation,
    check_links,
)
from reba.ledger.audit_context import AuditContext, Body
from reba.ledger.audit_destroyed import GoneBodies, check_transfers
from reba.ledger.audit_releases import check_command
from reba.ledger.destroyed_fold import DESTROYED
from reba.ledger.entries import KINDS, SCHEMA, Entry, envelope_json
from reba.ledger.findings import AuditReport, Finding
from reba.ledger.merkle import EMPTY_ROOT, Checkpoint, Frontier, leaf_hash, root_from
from reba.ledger.stores.protocol import Store

__all__ = ["AuditReport", "Audited", "Finding", "audit"]

Progress: TypeAlias = Callable[[int], None]

_PROGRESS_EVERY: Final = 2000


@dataclass(slots=True)
class _Audit:
    """One audit in progress."""

    context: AuditContext
    against: Sequence[Checkpoint]
    folds: dict[str, AccountFold | None] = field(default_factory=dict)
    gone: dict[str, GoneBodies] = field(default_factory=dict)
    frontier: Frontier = field(default_factory=Frontier)
    entries: int = 0
    bodies: int = 0
    last_recorded: str = ""

    # ── one entry ────────────────────────────────────────────────────────────────────────────

    def check(self, entry: Entry) -> None:
        """Check one entry: its place, its bytes, its account, its amounts."""
        if entry.seq != self.entries:
            self.context.find(
                "entry.order", entry, "entries follow each other", self.entries, entry.seq
            )
        self.entries += 1
        body, readable = self._bytes(entry)
        self.frontier.add(entry.leaf_hash)
        for checkpoint in self.against:
            if checkpoint.size == self.frontier.size:
                self._consistent(checkpoint, self.frontier.root())
        if entry.recorded_at < self.last_recorded:
            self.context.find(
                "entry.clock", entry, "the clock did not go back", f">= {self.last_recorded}",
                entry.recorded_at, severity="warning",
            )  # fmt: skip
        self.last_recorded = max(self.last_recorded, entry.recorded_at)
        if readable:
            self._account(entry, body)
        else:
            self.folds[entry.account] = None  # what follows rests on what is no longer known

    def _bytes(self, entry: Entry) -> tuple[Body | None, bool]:
        """Check the bytes; return the body, and whether what is there can be relied on."""
        leaf = leaf_hash(envelope_json(entry).encode())
        if leaf != entry.leaf_hash:
            self.context.find(
                "entry.envelope", entry, "the envelope is as it was written",
                entry.leaf_hash.hex(), leaf.hex(),
            )  # fmt: skip
        if entry.kind not in KINDS or entry.schema != SCHEMA:
            self.context.find(
                "entry.kind", entry, "the kind and schema of the entry are known",
                f"schema {SCHEMA}", f"{entry.kind}, schema {entry.schema}",
            )  # fmt: skip
        if entry.body_json is None and entry.salt is None:
            return None, True
        if entry.body_json is None or entry.salt is None:
            self.context.find(
                "entry.body_missing", entry, "body and salt are there, or neither", "both", "one"
            )
            return None, False
        self.bodies += 1
        digest = body_digest(entry.salt, entry.body_json)
        if digest != entry.body_digest:
            self.context.find(
                "entry.body", entry, "the body is as it was written",
                entry.body_digest.hex(), digest.hex(),
            )  # fmt: skip
            return None, False
        try:
            return cast("Body", parse_canonical(entry.body_json.encode())), True
        except RebaError as error:
            self.context.find(
                "entry.canonical", entry, "the body is canonical JSON", "canonical", error
            )
            return None, False

    # ── its account ──────────────────────────────────────────────────────────────────────────

    def _account(self, entry: Entry, body: Body | None) -> None:
        folding = self.folds.setdefault(entry.account, AccountFold(entry.account))
        if body is None:
            self.gone.setdefault(entry.account, GoneBodies()).add(entry)
        if folding is None:
            return  # the account did not fold before; one finding says so
        context, of_a_month = self.context, entry.kind in ASSESSMENTS | SPLITS
        if body is None or entry.kind == DESTROYED:
            self._apply(folding, entry)
            if body is not None:
                gone = self.gone.pop(entry.account, GoneBodies())
                gone.destroyed(context, entry, body, folding)
            return
        if of_a_month and isinstance(body.get("month"), str):
            check_links(context, entry, body, folding)
            if context.recompute:
                check_amounts(context, entry, body, folding)
        check_command(context, entry, body, folding)
        if self._apply(folding, entry) and entry.kind in SPLITS:
            month = folding.month(cast("str", body["month"]))
            check_conservation(context, entry, body, month)

    def _apply(self, folding: AccountFold, entry: Entry) -> bool:
        try:
            folding.apply(entry)
        except RebaError as error:
            self.context.find(
                "account.fold", entry, "the entries of the account fold", "folds", error
            )
            self.folds[entry.account] = None
            return False
        return True

    # ── the whole ────────────────────────────────────────────────────────────────────────────

    def _consistent(self, checkpoint: Checkpoint, root: bytes) -> None:
        if checkpoint.root != root:
            self.context.find(
                "checkpoint.root", None,
                f"the first {checkpoint.size} entries are those of the checkpoint",
                checkpoint.root.hex(), root.hex(),
            )  # fmt: skip

    def check_all(self, entries: Iterable[Entry], progress: Progress | None) -> None:
        """Check entries one after the other, in constant memory but for the accounts."""
        for entry in entries:
            self.check(entry)
            if progress is not None and self.entries % _PROGRESS_EVERY == 0:
                progress(self.entries)

    def compare(self, origin: str | None) -> None:
        """Hold the ledger against checkpoints that were kept elsewhere."""
        for checkpoint in self.against:
            if origin is not None and checkpoint.origin != origin:
                self.context.find(
                    "checkpoint.origin", None, "the checkpoint is of this ledger",
                    checkpoint.origin, origin,
                )  # fmt: skip
            if checkpoint.size > self.entries:
                self.context.find(
                    "checkpoint.truncated", None, "nothing was removed from the end",
                    f"at least {checkpoint.size} entries", f"{self.entries} entries",
                )  # fmt: skip
            if checkpoint.size == 0:
                self._consistent(checkpoint, EMPTY_ROOT)

    def report(self, stored_root: bytes | None) -> AuditReport:
        """Close the books: hold the root over the leaves against the one the store keeps."""
        for gone in self.gone.values():
            gone.report(self.context)
        check_transfers(self.context)
        root = self.frontier.root()
        if stored_root is not None and stored_root != root:
            self.context.find(
                "tree.root", None, "the kept tree is the tree of the entries", root.hex(),
                stored_root.hex(),
            )  # fmt: skip
        return AuditReport(
            tuple(self.context.findings),
            {
                "entries": self.entries,
                "bodies": self.bodies,
                "destroyed": len(self.context.destroyed),
                "accounts": len(self.folds),
                "assessments": self.context.assessments,
                "splits": self.context.splits,
                "decisions": self.context.decisions,
                "checkpoints": len(self.against),
                "laws": len(self.context.laws),
                "policies": len(self.context.policies),
                "root": root.hex(),
            },
        )


class Audited(Protocol):
    """What can be audited: a ledger, or anything else that hands out its store."""

    @property
    def store(self) -> Store:
        """The store."""
        ...


def audit(
    subject: Audited | Store | Iterable[Entry],
    *,
    against: Sequence[Checkpoint] = (),
    recompute: bool = True,
    progress: Progress | None = None,
) -> AuditReport:
    """Audit (controleren) a ledger: hashes, order, books, and every amount computed again.

    Args:
        subject: an open ledger, a store, or entries in order of `seq`. Entries alone carry no law
            and no policy, so nothing is computed again: `checked["assessments"]` is then 0.
        against: checkpoints that were kept elsewhere; without one, what was cut off at the end
            cannot be seen.
        recompute: compute every assessment and split again, beside checking what is recorded.
        progress: called with the number of entries checked.

    Raises:
        StoreError: where the ledger cannot be read at all; damage to entries is a finding.

    >>> from reba import open_ledger
    >>> with open_ledger(":memory:") as ledger:
    ...     audit(ledger).findings, audit(ledger.entries()).findings
    ((), ())
    """
    found = getattr(subject, "store", subject)
    if not hasattr(found, "get_document"):
        running = _Audit(AuditContext(None, recompute=False), against)
        running.check_all(cast("Iterable[Entry]", found), progress)
        running.compare(None)
        return running.report(None)
    store = cast("Store", found)
    running = _Audit(AuditContext(store.get_document, recompute), against)
    stored_root = None
    try:
        running.check_all(store.read(), progress)
        running.compare(store.origin())
        stored_root = root_from(store.subtree, store.size())
    except LedgerError as error:
        running.context.find("store.damaged", None, "the store can be read", "all entries", error)
    return running.report(stored_root)
