"""The savings policy (spaarbeleid): what a pilot decides, as a dated file and never as code.

1. There is no default policy: no law sets shares or caps yet, so whoever saves says how.
2. The whole file is validated, and every fault is reported with its code and place.
3. A file holds one version or several with successive first days; the version of the month, or of
   the day of the decision, applies. Every case of closing is named: nothing is left to a default.
4. The digest covers all versions, so that an entry names exactly the rules it was made under.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from pydantic import BaseModel

from reba.canonical import canonical_text, text_digest
from reba.dated_files import overlap_of, version_on
from reba.errors import PolicyError
from reba.savings.policy_file import POLICY_FILE, PolicyFile, PurposeTable, VersionTable
from reba.savings.split import ReserveRule

__all__ = [
    "ClosingRules",
    "OutcomeRules",
    "PolicyVersion",
    "PurposeRule",
    "ReleaseRules",
    "SavingsPolicy",
    "load_policy",
    "parse_policy",
]

Rest: TypeAlias = Literal["pay_out", "remit", "hold", "estate"]


class PurposeRule(NamedTuple):
    """A purpose (bestedingsdoel): its maximum over the life of the account, in cents."""

    max_cents: int
    evidence: bool


class OutcomeRules(NamedTuple):
    """What may be released in one outcome: a share of the balance, for named purposes."""

    balance_share: Fraction
    purposes: Mapping[str, PurposeRule]


class ReleaseRules(NamedTuple):
    """When and for what the balance is released (vrijgave)."""

    four_eyes: bool
    granted: OutcomeRules
    voluntary_return: OutcomeRules


class ClosingRules(NamedTuple):
    """What happens to what is left when an account is closed, case by case."""

    granted: Rest
    voluntary_return: Rest
    forced_return: Rest
    departed_unknown: Rest
    dublin_transfer: Rest
    died: Rest


class PolicyVersion(NamedTuple):
    """The rules of a policy from a first day on. Both days inclusive."""

    number: int
    valid_from: date
    valid_to: date | None
    reserve: ReserveRule
    release: ReleaseRules
    closing: ClosingRules


class SavingsPolicy:
    """A savings policy with all its versions. Immutable."""

    __slots__ = (
        "_found",
        "_record",
        "digest",
        "id",
        "schemes",
        "source",
        "status",
        "title",
        "versions",
    )

    def __init__(self, file: PolicyFile) -> None:
        head = file.policy
        self._found: tuple[date, PolicyVersion] | None = None
        self.id = head.id
        self.title = head.title
        self.status = head.status
        self.source = head.source
        self.schemes: tuple[str, ...] = head.schemes
        self.versions = tuple(
            _version(number, table) for number, table in enumerate(file.version, start=1)
        )
        self._record = file.model_dump(mode="json", by_alias=True, exclude_none=True)
        self.digest: str = text_digest(canonical_text(self._record))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SavingsPolicy) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<SavingsPolicy {self.id} with {len(self.versions)} version(s)>"

    def on(self, day: date) -> PolicyVersion:
        """Return the version in force on a day.

        Raises:
            PolicyError: policy.no_version.
        """
        found = self._found  # a run asks for the same day a hundred thousand times
        if found is not None and found[0] == day:
            return found[1]
        version = version_on(self.versions, day)
        if version is not None:
            self._found = day, version
            return version
        raise PolicyError(
            "policy.no_version",
            policy=self.id,
            date=day.isoformat(),
            first=self.versions[0].valid_from.isoformat(),
        )

    def to_record(self) -> dict[str, object]:
        """Return the policy as plain data, as a ledger keeps it."""
        return dict(self._record)

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> SavingsPolicy:
        """Make the policy again from what a ledger kept; the digest is the same."""
        return _validated(dict(record), "the policy kept in the ledger")


def _purposes(table: BaseModel) -> dict[str, PurposeRule]:
    found = {name: getattr(table, name) for name in type(table).model_fields}
    return {
        name: PurposeRule(purpose.max_cents, purpose.evidence)
        for name, purpose in found.items()
        if isinstance(purpose, PurposeTable)
    }


def _version(number: int, table: VersionTable) -> PolicyVersion:
    rules, release, closing = table.reserve, table.release, table.closing
    return PolicyVersion(
        number,
        table.valid_from,
        table.valid_to,
        ReserveRule(
            rules.base,
            rules.share,
            rules.monthly_max_cents,
            rules.balance_max_cents,
            rules.funded_on,
            rules.partial_collection,
        ),
        ReleaseRules(
            release.four_eyes,
            OutcomeRules(release.granted.balance_share, _purposes(release.granted.purposes)),
            OutcomeRules(release.return_.balance_share, _purposes(release.return_.purposes)),
        ),
        ClosingRules(
            closing.granted,
            closing.voluntary_return,
            closing.forced_return,
            closing.departed_unknown,
            closing.dublin_transfer,
            closing.died,
        ),
    )


def _validated(document: dict[str, object], file: str) -> SavingsPolicy:
    policy = SavingsPolicy(POLICY_FILE.check(PolicyFile, document, file))
    overlap = overlap_of(policy.versions)
    if overlap is not None:
        raise PolicyError("policy.overlap", policy=policy.id, date=overlap.isoformat())
    return policy


def parse_policy(text: str, *, file: str) -> SavingsPolicy:
    """Read a savings policy from the text of a policy file.

    Raises:
        PolicyError: policy.file, policy.invalid with every fault, policy.overlap.
    """
    return POLICY_FILE.parse(text, file, _validated)


def load_policy(path: str | os.PathLike[str]) -> SavingsPolicy:
    """Load a savings policy (spaarbeleid) from a file. There is no default policy.

    Raises:
        PolicyError: policy.file, policy.invalid with every fault, policy.overlap.

    >>> from importlib.resources import files
    >>> policy = load_policy(str(files("reba.cli") / "demo_data" / "policy.toml"))
    >>> policy.id, policy.status, policy.on(date(2015, 3, 1)).reserve.share
    ('example-half', 'illustrative', Fraction(1, 2))
    """
    return parse_policy(POLICY_FILE.text_of(path), file=os.fspath(path))
