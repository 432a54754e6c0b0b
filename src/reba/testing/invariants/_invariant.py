"""What an invariant is: a statement, where it comes from, what it is tried on, and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from hypothesis import strategies as st

from reba.law.trace import Language

__all__ = ["Invariant", "Labels", "Nearly", "NotApplicableError", "Subject", "Words"]

Subject: TypeAlias = Literal["engine", "split", "law", "months", "ledger", "audit", "writer"]
"""What is checked: something that assesses, splits, or audits; a law; or what opens a ledger."""

Labels: TypeAlias = Iterable[str]
"""Which branches a case went through, counted in the evidence."""


class NotApplicableError(Exception):
    """The subject does not say what the invariant is about, as an engine without a trace."""


class Words(NamedTuple):
    """One text in Dutch and in English."""

    nl: str
    en: str

    def say(self, language: Language) -> str:
        """Return the text in a language."""
        return self.nl if language == "nl" else self.en


class Nearly(NamedTuple):
    """A wording that seems right and is not, and the smallest case that shows it.

    `counterexample` is a key of `reba.testing.invariants.COUNTEREXAMPLES`, which computes it.
    """

    wording: Words
    counterexample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """What must hold for every case, by the regulation or by arithmetic.

    Args:
        id: as in the catalogue of `docs/audit/`, such as "A5".
        subject: what it is about; `check` takes one of these first.
        statement: what must hold.
        legal: JCI strings; empty where it follows from arithmetic or from how a ledger is kept.
        depends_on: parameters of the law without which it need not hold.
        needs: what the subject must say of a case, as "economic_value_cents".
        tags: for `by_tag`.
        nearly: the smallest wrong wording.
        cases: a strategy of cases; called when it is needed.
        every: instead of a sample, all cases that there are; then `cases` is a sample of them.
        check: takes the subject and one case; raises `Violation`, or returns the branches.

    >>> from reba import assess
    >>> from reba.testing.invariants import by_id
    >>> from hypothesis import find
    >>> nothing_from_nothing = by_id("A4")
    >>> case = find(nothing_from_nothing.cases(), lambda case: True)
    >>> sorted(nothing_from_nothing.check(assess, case))[:1]
    ['assets: not reported']
    """

    id: str
    subject: Subject
    statement: Words
    legal: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    nearly: Nearly | None = None
    branches: tuple[str, ...] = ()
    every: Callable[[], Sequence[Any]] | None = field(default=None, repr=False)
    cases: Callable[[], st.SearchStrategy[Any]] = field(repr=False)
    check: Callable[[Any, Any], Labels] = field(repr=False)
