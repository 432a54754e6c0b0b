"""Check a ledger as an accountant would: every hash, every sum, every assessment, again.

1. Each entry is the next, its body has the digest its envelope names, and its leaf is under the
   root that the store keeps.
2. Each account folds; its versions follow; months are split to the cent, and what is split is what
   came in (or what was assessed).
3. Each assessment is computed again from its recorded facts under the recorded law, and each split
   under the recorded policy: a difference is a finding, and the remedy is a revision.
4. Findings are values with a place, what was expected and what was found. A clean audit is no proof
   that nothing was removed from the end: that takes an earlier checkpoint.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias, cast

from reba.canonical import body_digest, parse_canonical, text_digest
from reba.errors import LedgerError, RebaError
from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.law.parameters import Law
from reba.ledger.accounts import AccountFold, MonthState
from reba.ledger.bookings import charged_before
from reba.ledger.entries import KINDS, SCHEMA, Entry, envelope_json
from reba.ledger.findings import AuditReport, Finding, Severity
from reba.ledger.merkle import EMPTY_ROOT, Checkpoint, Frontier, leaf_hash, root_from
from reba.ledger.prepared import with_charged_before
from reba.ledger.stores.protocol import Store
from reba.savings.policy import SavingsPolicy
from reba.savings.reserve import reserve

__all__ = ["AuditReport", "Audited", "Finding", "audit"]

Body: TypeAlias = Mapping[str, object]
Progress: TypeAlias = Callable[[int], None]

_PROGRESS_EVERY: Final = 2000


@dataclass(slots=True)
class _Audit:
    """One audit in progress."""

    documents: Callable[[str, str], str] | None
    recompute: bool
    against: Sequence[Checkpoint]
    findings: list[Finding] = field(default_factory=list)
    folds: dict[str, AccountFold | None] = field(default_factory=dict)
    laws: dict[str, Law] = field(default_factory=dict)
    policies: dict[str, SavingsPolicy] = field(default_factory=dict)
    frontier: Frontier = field(default_factory=Frontier)
    entries: int = 0
    bodies: int = 0
    assessments: int = 0
    splits: int = 0
    last_recorded: str = ""

    def find(
        self,
        finding_id: str,
        entry: Entry | None,
        statement: str,
        expected: object,
        actual: object,
        *,
        severity: Severity = "error",
    ) -> None:
        account, seq = (None, None) if entry is None else (entry.account, entry.seq)
        self.findings.append(
            Finding(finding_id, severity, account, seq, statement, str(expected), str(actual))
        )

    # ── one entry ────────────────────────────────────────────────────────────────────────────

    def check(self, entry: Entry) -> None:
        """Check one entry: its place, its bytes, its account, its amounts."""
        if entry.seq != self.entries:
            self.find("entry.order", entry, "entries follow each other", self.entries, entry.seq)
        self.entries += 1
        body = self._bytes(entry)
        self.frontier.add(entry.leaf_hash)
        for checkpoint in self.against:
            if checkpoint.size == self.frontier.size:
                self._consistent(checkpoint, self.frontier.root())
        if entry.recorded_at < self.last_recorded:
            self.find(
                "entry.clock", entry, "the clock did not go back", f">= {self.last_recorded}",
                entry.recorded_at, severity="warning",
            )  # fmt: skip
        self.last_recorded = max(self.last_recorded, entry.recorded_at)
        if body is not None:
            self._account(entry, body)

    def _bytes(self, entry: Entry) -> Body | None:
        leaf = leaf_hash(envelope_json(entry).encode())
        if leaf != entry.leaf_hash:
            self.find(
                "entry.envelope", entry, "the envelope is as it was written",
                entry.leaf_hash.hex(), leaf.hex(),
            )  # fmt: skip
        if entry.kind not in KINDS or entry.schema != SCHEMA:
            self.find(
                "entry.kind", entry, "the kind and schema of the entry are known",
                f"schema {SCHEMA}", f"{entry.kind}, schema {entry.schema}",
            )  # fmt: skip
        if entry.body_json is None or entry.salt is None:
            self.find("entry.body_missing", entry, "the body is there", "a body and salt", "none")
            return None
        self.bodies += 1
        digest = body_digest(entry.salt, entry.body_json)
        if digest != entry.body_digest:
            self.find(
                "entry.body", entry, "the body is as it was written",
                entry.body_digest.hex(), digest.hex(),
            )  # fmt: skip
            return None
        try:
            return cast("Body", parse_canonical(entry.body_json.encode()))
        except RebaError as error:
            self.find("entry.canonical", entry, "the body is canonical JSON", "canonical", error)
            return None

    # ── its account ──────────────────────────────────────────────────────────────────────────

    def _account(self, entry: Entry, body: Body) -> None:
        folding = self.folds.setdefault(entry.account, AccountFold(entry.account))
        if folding is None:
            return  # the account did not fold before; one finding says so
        if self.recompute:
            self._amounts(entry, body, folding)
        try:
            folding.apply(entry)
        except RebaError as error:
            self.find("account.fold", entry, "the entries of the account fold", "folds", error)
            self.folds[entry.account] = None
            return
        if entry.kind in {"savings.reserved", "savings.adjusted"}:
            self._conserved(entry, body, folding.month(cast("str", body["month"])))

    def _conserved(self, entry: Entry, body: Body, month: MonthState) -> None:
        reserved, remitted = (
            cast("int", body["reserved_cents"]),
            cast("int", body["remitted_cents"]),
        )
        split = cast("int", body["split_cents"])
        if reserved < 0 or remitted < 0 or reserved + remitted != split:
            self.find(
                "books.split", entry, "reserved + remitted is what was split", split,
                reserved + remitted,
            )  # fmt: skip
        policy = self._policy(entry, cast("str", body["policy"]))
        if policy is None:
            return
        version = policy.versions[cast("int", body["policy_version"]) - 1]
        collects = version.reserve.funded_on == "collection"
        source = month.collected_cents if collects else month.contribution_cents
        if split != source:
            name = "collected" if collects else "assessed"
            self.find("books.source", entry, f"what is split is what was {name}", source, split)

    # ── its amounts ──────────────────────────────────────────────────────────────────────────

    def _amounts(self, entry: Entry, body: Body, folding: AccountFold) -> None:
        try:
            if entry.kind == "contribution.assessed":
                self._assessment(entry, body, folding)
            elif entry.kind == "savings.reserved":
                self._split(entry, body, folding)
        except RebaError as error:
            self.find("recompute.refused", entry, "it can be computed again", "an amount", error)
        except (KeyError, TypeError, IndexError, ValueError) as error:
            self.find("entry.shape", entry, "the body has the shape of its kind", "its keys", error)

    def _assessment(self, entry: Entry, body: Body, folding: AccountFold) -> None:
        law = self._law(entry, cast("str", body["law"]))
        if law is None:
            return
        self.assessments += 1
        facts = HouseholdMonth.model_validate_json(json.dumps(body["facts"]))
        if facts.household != entry.account or str(facts.month) != entry.effective:
            self.find(
                "facts.place", entry, "the facts are of this account and month",
                f"{entry.account} {entry.effective}", f"{facts.household} {facts.month}",
            )  # fmt: skip
        reported = None if facts.assets is None else facts.assets.charged_before_cents
        charged = charged_before(folding, str(facts.month), reported)
        if charged != body["charged_before_cents"]:
            self.find(
                "recompute.charged_before", entry, "what was charged before is what was booked",
                charged, body["charged_before_cents"],
            )  # fmt: skip
        again = assess(with_charged_before(facts, charged), law)
        recorded = cast("Body", body["amounts"])
        amounts = {key: value for key, value in again.amounts().items() if value is not None}
        for key in sorted(amounts.keys() | recorded.keys()):
            if amounts.get(key) != recorded.get(key):
                self.find(
                    "recompute.amount", entry, f"{key} is what the law gives for the facts",
                    amounts.get(key), recorded.get(key),
                )  # fmt: skip

    def _split(self, entry: Entry, body: Body, folding: AccountFold) -> None:
        policy = self._policy(entry, cast("str", body["policy"]))
        if policy is None:
            return
        self.splits += 1
        month = folding.month(cast("str", body["month"]))
        again = reserve(
            month.assessed(folding.scheme),
            policy,
            collected_cents=month.collected_cents,
            balance_cents=folding.state().balance_cents,
        )
        if again.reserved_cents != body["reserved_cents"]:
            self.find(
                "recompute.reserve", entry, "the reserve is what the policy gives",
                again.reserved_cents, body["reserved_cents"],
            )  # fmt: skip
        if again.policy_version != body["policy_version"]:
            self.find(
                "recompute.policy_version", entry, "the version of the month applies",
                again.policy_version, body["policy_version"],
            )  # fmt: skip

    def _law(self, entry: Entry, digest: str) -> Law | None:
        law = self.laws.get(digest)
        if law is None:
            text = self._document(entry, "law", digest)
            if text is None:
                return None
            law = self.laws[digest] = Law.from_record(json.loads(text))
        return law

    def _policy(self, entry: Entry, digest: str) -> SavingsPolicy | None:
        policy = self.policies.get(digest)
        if policy is None:
            text = self._document(entry, "policy", digest)
            if text is None:
                return None
            policy = self.policies[digest] = SavingsPolicy.from_record(json.loads(text))
        return policy

    def _document(self, entry: Entry, kind: str, digest: str) -> str | None:
        if self.documents is None:
            return None
        try:
            text = self.documents(kind, digest)
        except RebaError as error:
            self.find("document.missing", entry, f"the {kind} is kept", digest, error)
            return None
        if text_digest(text) != digest:
            self.find(
                "document.digest", entry, f"the {kind} is as it was kept", digest,
                text_digest(text),
            )  # fmt: skip
            return None
        return text

    # ── the whole ────────────────────────────────────────────────────────────────────────────

    def _consistent(self, checkpoint: Checkpoint, root: bytes) -> None:
        if checkpoint.root != root:
            self.find(
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
                self.find(
                    "checkpoint.origin", None, "the checkpoint is of this ledger",
                    checkpoint.origin, origin,
                )  # fmt: skip
            if checkpoint.size > self.entries:
                self.find(
                    "checkpoint.truncated", None, "nothing was removed from the end",
                    f"at least {checkpoint.size} entries", f"{self.entries} entries",
                )  # fmt: skip
            if checkpoint.size == 0:
                self._consistent(checkpoint, EMPTY_ROOT)

    def report(self, stored_root: bytes | None) -> AuditReport:
        """Close the books: hold the root over the leaves against the one the store keeps."""
        root = self.frontier.root()
        if stored_root is not None and stored_root != root:
            self.find(
                "tree.root", None, "the kept tree is the tree of the entries", root.hex(),
                stored_root.hex(),
            )  # fmt: skip
        return AuditReport(
            tuple(self.findings),
            {
                "entries": self.entries,
                "bodies": self.bodies,
                "accounts": len(self.folds),
                "assessments": self.assessments,
                "splits": self.splits,
                "checkpoints": len(self.against),
                "laws": len(self.laws),
                "policies": len(self.policies),
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
        running = _Audit(None, recompute=False, against=against)
        running.check_all(cast("Iterable[Entry]", found), progress)
        running.compare(None)
        return running.report(None)
    store = cast("Store", found)
    running = _Audit(store.get_document, recompute, against)
    stored_root = None
    try:
        running.check_all(store.read(), progress)
        running.compare(store.origin())
        stored_root = root_from(store.subtree, store.size())
    except LedgerError as error:
        running.find("store.damaged", None, "the store can be read", "all entries", error)
    return running.report(stored_root)
