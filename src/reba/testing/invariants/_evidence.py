"""What checking invariants found: values that can be read, filed, and raised."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final, Literal, TypeAlias

import pydantic

from reba.law.trace import Language
from reba.testing.invariants._cases import published
from reba.testing.invariants._invariant import Invariant, Words
from reba.version import __version__

__all__ = ["FORMAT", "Evidence", "Outcome", "Result", "versions"]

Outcome: TypeAlias = Literal["held", "violated", "not applicable"]

FORMAT: Final = "reba-evidence/1"
_NO_BRANCHES: Final = "-"

_OUTCOMES: Final[Mapping[str, Words]] = {
    "held": Words("geen tegenvoorbeeld gevonden", "no counterexample found"),
    "violated": Words("GESCHONDEN", "VIOLATED"),
    "not applicable": Words("niet van toepassing", "not applicable"),
}


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    return {
        "reba-ledger": __version__,
        "python": platform.python_version(),
        "hypothesis": version("hypothesis"),
        "pydantic": pydantic.VERSION,
        "law_digest": published().digest,
    }


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of one invariant.

    Args:
        invariant: which one.
        outcome: "held" says that no counterexample was found, and no more than that.
        examples: how many cases were checked.
        branches: how many of them took each branch; a branch that none took counts 0.
        counterexample: the smallest case that violates it, and what was seen; or why it does not
            apply.
    """

    invariant: Invariant
    outcome: Outcome
    examples: int
    branches: Mapping[str, int]
    counterexample: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the result as plain data."""
        invariant = self.invariant
        return {
            "id": invariant.id,
            "statement_nl": invariant.statement.nl,
            "statement_en": invariant.statement.en,
            "legal": list(invariant.legal),
            "depends_on": list(invariant.depends_on),
            "outcome": self.outcome,
            "examples": self.examples,
            "branches": dict(self.branches),
            "counterexample": self.counterexample,
        }

    def render(self, language: Language = "en") -> str:
        """Write the result in some lines."""
        invariant = self.invariant
        head = f"{invariant.id:4} {_OUTCOMES[self.outcome].say(language)}"
        examples = "gevallen" if language == "nl" else "cases"
        lines = [
            f"{head} ({self.examples} {examples})",
            f"     {invariant.statement.say(language)}",
        ]
        missed = [name for name, count in self.branches.items() if not count]
        if missed and self.outcome == "held":
            label = "niet bereikt" if language == "nl" else "not reached"
            lines.append(f"     {label}: {', '.join(missed)}")
        lines += [f"     {line}" for line in self.counterexample.splitlines()]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found of all invariants that were checked: what an auditor files.

    Args:
        results: one each, in the order of the catalogue.
        seed: the same seed draws the same cases from the same versions.
        versions: of what the results depend on, and the digest of the published law.
    """

    results: tuple[Result, ...]
    seed: int
    versions: Mapping[str, str]

    @property
    def violated(self) -> tuple[Result, ...]:
        """The results that show a violation."""
        return tuple(result for result in self.results if result.outcome == "violated")

    def of(self, invariant_id: str) -> Result:
        """Return the result of one invariant, by its id."""
        for result in self.results:
            if result.invariant.id == invariant_id:
                return result
        raise KeyError(invariant_id)

    def raise_if_violated(self) -> None:
        """Raise what was violated.

        Raises:
            AssertionError: with every counterexample.
        """
        if self.violated:
            raise AssertionError("\n\n".join(result.render() for result in self.violated))

    def to_record(self) -> dict[str, Any]:
        """Return everything as plain data: the evidence as JSON."""
        return {
            "format": FORMAT,
            "seed": self.seed,
            "versions": dict(self.versions),
            "invariants": [result.to_record() for result in self.results],
        }

    def render(self, language: Language = "en") -> str:
        """Write everything for people, in Dutch ("nl") or English ("en")."""
        return "\n".join(result.render(language) for result in self.results)
