"""What the checks of an audit share: where findings go, and the laws and policies of entries."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from reba.canonical import text_digest
from reba.errors import RebaError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.entries import Entry
from reba.ledger.findings import Finding, Severity
from reba.savings.policy import SavingsPolicy

__all__ = ["AuditContext", "Body"]

Body: TypeAlias = Mapping[str, object]


@dataclass(slots=True)
class AuditContext:
    """The findings of an audit in progress, and what it has counted.

    `documents` reads a document by kind and digest; it is None where only entries were handed over.
    `transfers` adds up what each transfer gave and took, by its two accounts and its command;
    `destroyed` holds what accounts were given by transfers, on balance, whose records are gone.
    """

    documents: Callable[[str, str], str] | None
    recompute: bool
    findings: list[Finding] = field(default_factory=list)
    laws: dict[str, Law] = field(default_factory=dict)
    policies: dict[str, SavingsPolicy] = field(default_factory=dict)
    choices_kept: dict[str, MunicipalChoices] = field(default_factory=dict)
    assessments: int = 0
    splits: int = 0
    decisions: int = 0
    transfers: dict[tuple[str, str, str], int] = field(default_factory=dict)
    destroyed: dict[str, int] = field(default_factory=dict)

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
        account, seq = (None, None) if entry is None else (entry.account, entry.seq)
        self.findings.append(
            Finding(finding_id, severity, account, seq, statement, str(expected), str(actual))
        )

    def law(self, entry: Entry, digest: str) -> Law | None:
        """Return the law an entry names, or None after a finding."""
        law = self.laws.get(digest)
        if law is None:
            text = self._document(entry, "law", digest)
            if text is None:
                return None
            law = self.laws[digest] = Law.from_record(json.loads(text))
        return law

    def policy(self, entry: Entry, digest: str) -> SavingsPolicy | None:
        """Return the policy an entry names, or None after a finding."""
        policy = self.policies.get(digest)
        if policy is None:
            text = self._document(entry, "policy", digest)
            if text is None:
                return None
            policy = self.policies[digest] = SavingsPolicy.from_record(json.loads(text))
        return policy

    def choices(self, entry: Entry, digest: str) -> MunicipalChoices | None:
        """Return the municipal choices an entry names, or None after a finding."""
        choices = self.choices_kept.get(digest)
        if choices is None:
            text = self._document(entry, "choices", digest)
            if text is None:
                return None
            choices = self.choices_kept[digest] = MunicipalChoices.from_record(json.loads(text))
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
