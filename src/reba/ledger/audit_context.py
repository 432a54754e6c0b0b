"""What the checks of an audit share: where findings go, and the laws and policies of entries.

Several processes may audit one ledger, each a part. So each finding has a place in the report that
does not depend on who found it: that of its entry, and of the check among the checks of an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from reba.canonical import text_digest
from reba.errors import RebaError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.documents import choices_from, law_from, policy_from
from reba.ledger.entries import Entry
from reba.ledger.findings import Finding, Severity
from reba.ledger.sampling import Drawn
from reba.savings.policy import SavingsPolicy

__all__ = ["AuditContext", "Body", "Check", "Found", "Place"]

Body: TypeAlias = Mapping[str, object]
Place: TypeAlias = tuple[int, int, int]

_LAST: Final = 2**63


class Check(IntEnum):
    """The checks of one entry, and then those of the whole, in the order of their findings."""

    ORDER = 0
    BYTES = 1
    CHECKPOINT = 2
    CLOCK = 3
    ACCOUNT = 4
    COMPARED = 5
    STORE = 6
    GONE = 7
    TRANSFERS = 8
    ROOT = 9


class Found(NamedTuple):
    """What one process found and counted, as plain values that another can take over."""

    findings: tuple[tuple[Place, Finding], ...]
    laws: frozenset[str]
    policies: frozenset[str]
    assessments: int
    splits: int
    decisions: int
    transfers: dict[tuple[str, str, str], int]
    destroyed: dict[str, int]
    right: frozenset[str]


@dataclass(slots=True)
class AuditContext:
    """The findings of an audit in progress, and what it has counted.

    `place` is where what is found next stands in the report, and `places` where the findings do.
    `documents` reads a document by kind and digest; it is None where only entries were handed over.
    `transfers` adds up what each transfer gave and took, by its two accounts and its command;
    `destroyed` holds what accounts were given by transfers, on balance, whose records are gone.
    `collects` says of each version of a policy that was met whether it splits what came in.
    `drawn` is the sample that is computed again, None for all; `judged` says of each assessment of
    it that was computed whether nothing was found, in it and in the splits that rest on it.
    """

    documents: Callable[[str, str], str] | None
    recompute: bool
    drawn: Drawn | None = None
    place: Place = (0, 0, 0)
    findings: list[Finding] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    laws: dict[str, Law] = field(default_factory=dict)
    policies: dict[str, SavingsPolicy] = field(default_factory=dict)
    choices_kept: dict[str, MunicipalChoices] = field(default_factory=dict)
    assessments: int = 0
    splits: int = 0
    decisions: int = 0
    transfers: dict[tuple[str, str, str], int] = field(default_factory=dict)
    destroyed: dict[str, int] = field(default_factory=dict)
    collects: dict[tuple[str, str], bool] = field(default_factory=dict)
    known_laws: set[str] = field(default_factory=set)
    known_policies: set[str] = field(default_factory=set)
    judged: dict[str, bool] = field(default_factory=dict)

    def at(self, position: int, check: Check) -> None:
        """Say which check of which entry, counted from the first, finds what is found next."""
        self.place = position, check, 0

    def at_end(self, check: Check, number: int = 0) -> None:
        """Say which check of the whole finds what is found next, and in which order."""
        self.place = _LAST, check, number

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
        """Add a finding about an entry, or about the ledger as a whole."""
        # A damaged file may hold anything in place of a name.
        account, seq = (None, None) if entry is None else (str(entry.account), entry.seq)
        self.findings.append(
            Finding(finding_id, severity, account, seq, statement, str(expected), str(actual))
        )
        self.places.append(self.place)

    def found(self) -> Found:
        """Return what was found and counted, for another process."""
        return Found(
            tuple(zip(self.places, self.findings, strict=True)), frozenset(self.laws),
            frozenset(self.policies), self.assessments, self.splits, self.decisions,
            self.transfers, self.destroyed,
            frozenset(assessment for assessment, right in self.judged.items() if right),
        )  # fmt: skip

    def take_over(self, found: Found) -> None:
        """Add what another process found and counted."""
        for place, finding in found.findings:
            self.places.append(place)
            self.findings.append(finding)
        self.known_laws |= found.laws
        self.known_policies |= found.policies
        self.assessments += found.assessments
        self.splits += found.splits
        self.decisions += found.decisions
        for transfer, cents in found.transfers.items():
            self.transfers[transfer] = self.transfers.get(transfer, 0) + cents
        self.destroyed |= found.destroyed
        self.judged |= dict.fromkeys(found.right, True)

    def in_order(self) -> tuple[Finding, ...]:
        """Return the findings in the order of the report, whoever found them."""
        placed = zip(self.places, self.findings, strict=True)
        return tuple(finding for _, finding in sorted(placed, key=itemgetter(0)))

    def law(self, entry: Entry, digest: str) -> Law | None:
        """Return the law an entry names, or None after a finding."""
        law = self.laws.get(digest)
        if law is None:
            text = self._document(entry, "law", digest)
            if text is None:
                return None
            law = self.laws[digest] = law_from(text)
        return law

    def policy(self, entry: Entry, digest: str) -> SavingsPolicy | None:
        """Return the policy an entry names, or None after a finding."""
        policy = self.policies.get(digest)
        if policy is None:
            text = self._document(entry, "policy", digest)
            if text is None:
                return None
            policy = self.policies[digest] = policy_from(text)
        return policy

    def choices(self, entry: Entry, digest: str) -> MunicipalChoices | None:
        """Return the municipal choices an entry names, or None after a finding."""
        choices = self.choices_kept.get(digest)
        if choices is None:
            text = self._document(entry, "choices", digest)
            if text is None:
                return None
            choices = self.choices_kept[digest] = choices_from(text)
        return choices

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
