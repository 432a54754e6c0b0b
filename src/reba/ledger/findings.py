"""What an audit says: findings as values, and a report of what was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from reba.ledger.sampling import SampleFound

__all__ = ["AuditReport", "Finding", "Severity"]

Severity: TypeAlias = Literal["error", "warning"]


class Finding(NamedTuple):
    """One thing an audit found (bevinding): where, what was expected, what is there.

    `seq` and `account` are None where the finding is about the ledger as a whole.
    """

    id: str
    severity: Severity
    account: str | None
    seq: int | None
    statement: str
    expected: str
    actual: str

    def to_record(self) -> dict[str, object]:
        """Return the finding as the JSON object of the contract."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found, and what it checked; `sample` is there where one was asked for."""

    findings: tuple[Finding, ...]
    checked: dict[str, int | str]
    sample: SampleFound | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `reba audit --json`."""
        record: dict[str, object] = {
            "findings": [finding.to_record() for finding in self.findings],
            "checked": dict(self.checked),
        }
        if self.sample is not None:
            record["sample"] = self.sample.to_record()
        return record
