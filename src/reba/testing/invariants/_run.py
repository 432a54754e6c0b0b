"""Run invariants without pytest: on our engine and ledger, or on yours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, Protocol

from hypothesis import HealthCheck, Phase, Verbosity, event, given, reject
from hypothesis import seed as hypothesis_seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable

from reba.canonical import canonical_text
from reba.law.assess import assess
from reba.law.parameters import Law
from reba.ledger.audit import audit
from reba.ledger.ledger import Ledger
from reba.months import Month
from reba.savings.reserve import reserve
from reba.testing.invariants._books import BOOKS_BRANCHES, READS, branches_of_books
from reba.testing.invariants._cases import Engine, published
from reba.testing.invariants._catalogue import ALL, by_id
from reba.testing.invariants._evidence import Evidence, Result, versions
from reba.testing.invariants._invariant import Invariant, NotApplicableError, Subject
from reba.testing.invariants._logs import Auditor
from reba.testing.invariants._split import Splitter
from reba.testing.strategies import memory_ledger
from reba.testing.violations import Violation

__all__ = ["OpenLedger", "check", "check_all", "check_ledger"]

_EXAMPLES: Final = 200
_PHASES: Final = (Phase.explicit, Phase.generate, Phase.target, Phase.shrink)
_QUIET: Final = {
    "database": None, "deadline": None, "phases": _PHASES, "print_blob": False,
    "report_multiple_bugs": False, "suppress_health_check": tuple(HealthCheck),
    "verbosity": Verbosity.quiet,
}  # fmt: skip


class OpenLedger(Protocol):
    """Opens the ledger at a place with a clock, as `reba.open_ledger` does."""

    def __call__(self, place: str, /, *, clock: Callable[[], datetime]) -> Ledger:
        """Open the ledger; a place that was not used before is a new ledger."""
        ...


def _said(violation: Violation) -> str:
    """Write what was expected and what was found, a line each."""
    return f"{violation.what}:\n  expected {violation.expected}\n  found    {violation.actual}"


class _Watched:
    """One invariant being checked: counts branches, and keeps the last case that violated it."""

    def __init__(self, invariant: Invariant, subject: object) -> None:
        self.invariant = invariant
        self.subject = subject
        self.examples = 0
        self.branches: Counter[str] = Counter()
        self.failed: tuple[object, str] | None = None
        self.lacking: Counter[str] = Counter()

    def look_at(self, case: object) -> tuple[str, ...] | None:
        """Check one case, and note a failure before it is raised; None where it does not apply."""
        try:
            labels = tuple(self.invariant.check(self.subject, case))
        except NotApplicableError as error:
            self.lacking[str(error)] += 1
            return None
        except Violation as violation:
            self.failed = case, _said(violation)
            raise
        except Exception as error:
            self.failed = case, f"{type(error).__name__}: {error}"
            raise
        self.examples += 1
        self.branches.update(labels)
        return labels

    def draw(self, case: object) -> None:
        """Check a case that Hypothesis drew; it draws another where this one does not apply."""
        labels = self.look_at(case)
        if labels is None:
            reject()
        for label in labels:
            event(label)

    def result(self) -> Result:
        """Return what was found."""
        known = dict.fromkeys(self.invariant.branches, 0)
        branches = known | dict(sorted(self.branches.items()))
        if self.failed is not None:
            case, said = self.failed
            return Result(self.invariant, "violated", self.examples, branches, f"{case!r}\n{said}")
        if not self.examples:
            why = f"it does not say {', '.join(self.lacking)}" if self.lacking else "no case"
            return Result(self.invariant, "not applicable", 0, branches, why)
        return Result(self.invariant, "held", self.examples, branches)


def check(
    invariant: Invariant,
    subject: object,
    *,
    settings: hypothesis_settings | None = None,
    seed: int = 0,
) -> Result:
    """Check one invariant; the counterexample is the smallest that Hypothesis came to.

    Args:
        invariant: of the catalogue, or one of your own.
        subject: what it is about: an engine, a splitter, a law, what opens a ledger.
        settings: of Hypothesis: the number of examples is taken from them; 200 by default.
        seed: the same seed draws the same cases.
    """
    watched = _Watched(invariant, subject)
    number = _EXAMPLES if settings is None else settings.max_examples

    @hypothesis_seed(seed)
    @hypothesis_settings(max_examples=number, **_QUIET)  # type: ignore[arg-type]
    @given(invariant.cases())
    def look(case: object) -> None:
        watched.draw(case)

    try:
        if invariant.every is None:
            look()
        else:
            for case in invariant.every():
                watched.look_at(case)
    except Unsatisfiable:
        pass  # it applies to nothing that was drawn: the result says so
    except Exception:
        if watched.failed is None:  # not of the subject: of a strategy, or of Hypothesis
            raise
    return watched.result()


_OURS: Final[dict[Subject, object]] = {
    "engine": assess, "split": reserve, "months": Month, "ledger": memory_ledger,
    "audit": audit, "writer": canonical_text,
}  # fmt: skip


def _chosen(only: Collection[str]) -> Sequence[Invariant]:
    if not only:
        return ALL
    named = [by_id(name) for name in only if name in {each.id for each in ALL}]
    tagged = [each for each in ALL if set(each.tags) & set(only)]
    found = [each for each in ALL if each in named or each in tagged]
    known = {each.id for each in found} | {tag for each in found for tag in each.tags}
    unknown = sorted(set(only) - known)
    if unknown:
        msg = f"no invariants, and no tags of any: {', '.join(unknown)}"
        raise ValueError(msg)
    return found


def check_all(
    *,
    engine: Engine | None = None,
    split: Splitter | None = None,
    open_ledger: OpenLedger | None = None,
    auditor: Auditor | None = None,
    law: Law | None = None,
    only: Collection[str] = (),
    settings: hypothesis_settings | None = None,
    seed: int = 0,
    progress: Callable[[Result], None] | None = None,
) -> Evidence:
    """Check the whole catalogue: of our library, or of what you give.

    With nothing given everything of ours is checked. Whatever is given, only the invariants about
    it are: `check_all(engine=my_assess)` says how another engine does.

    Args:
        engine: assesses, as `reba.assess`.
        split: splits, as `reba.reserve`.
        open_ledger: opens an empty ledger at a place with a clock, as `reba.open_ledger`.
        auditor: audits entries, as `reba.audit`.
        law: statutory parameters, of which T3 is checked; by default those shipped.
        only: ids of invariants, or tags.
        settings: of Hypothesis: how many examples of each.
        seed: the same seed draws the same cases.
        progress: called with each result.

    >>> from hypothesis import settings
    >>> from reba import assess
    >>> found = check_all(engine=assess, only=["A1", "A5"], settings=settings(max_examples=20))
    >>> [(result.invariant.id, result.outcome) for result in found.results]
    [('A1', 'held'), ('A5', 'held')]
    """
    given_: dict[Subject, object | None] = {
        "engine": engine, "split": split, "ledger": open_ledger, "audit": auditor, "law": law,
    }  # fmt: skip
    subjects: dict[Subject, object] = {
        name: each for name, each in given_.items() if each is not None
    }
    if not subjects:
        subjects = {**_OURS, "law": published()}
    results: list[Result] = []
    for invariant in _chosen(only):
        if invariant.subject in subjects:
            found = check(invariant, subjects[invariant.subject], settings=settings, seed=seed)
            results.append(found)
            if progress is not None:
                progress(found)
    return Evidence(tuple(results), seed, versions())


def check_ledger(ledger: Ledger, only: Iterable[str] = tuple(READS)) -> Evidence:
    """Check the invariants that can be read off a ledger that is there; nothing is booked in it.

    Each account is looked at; E3 and R3 look at each moment of it, so that a large ledger takes
    long. `reba audit` checks hashes and amounts: this says whether the books add up.

    Args:
        ledger: an open ledger, in a file or on a server.
        only: ids of invariants.

    >>> from reba import open_ledger
    >>> with open_ledger(":memory:") as ledger:
    ...     [(each.invariant.id, each.outcome) for each in check_ledger(ledger).results][:2]
    [('C4', 'held'), ('R1', 'held')]
    """
    results: list[Result] = []
    for name in only:
        invariant = by_id(name)
        branches = dict.fromkeys(BOOKS_BRANCHES, 0) | dict.fromkeys(branches_of_books(ledger), 1)
        try:
            READS[name](ledger)
        except Violation as violation:
            results.append(Result(invariant, "violated", 1, branches, _said(violation)))
        else:
            results.append(Result(invariant, "held", 1, branches))
    return Evidence(tuple(results), 0, versions())
