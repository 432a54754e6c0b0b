"""Every invariant of the catalogue, held against our own library with some examples each.

`reba.testing.invariants.check_all()` and `--reba-report` do the same with as many as one likes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import settings

from reba import assess, audit, load_law, reserve
from reba.canonical import canonical_text
from reba.months import Month
from reba.testing.invariants import ALL, Invariant, check, parametrize_invariants
from reba.testing.strategies import memory_ledger

SUBJECTS: Final[dict[str, Callable[[], Any]]] = {
    "engine": lambda: assess,
    "split": lambda: reserve,
    "law": load_law,
    "months": lambda: Month,
    "ledger": lambda: memory_ledger,
    "audit": lambda: audit,
    "writer": lambda: canonical_text,
}
BOOKED: Final = {"ledger", "audit"}
"""What books a history for each example, and so gets fewer of them."""


@parametrize_invariants()
def test_it_holds_for_our_library(invariant: Invariant) -> None:
    examples = 8 if invariant.subject in BOOKED else 25
    subject = SUBJECTS[invariant.subject]()
    result = check(invariant, subject, settings=settings(max_examples=examples))
    assert result.outcome == "held", result.render()
    assert result.examples >= min(examples, 1 if invariant.every else examples)


def test_one_test_bears_the_marker_of_each() -> None:
    cases = parametrize_invariants().args[1]
    assert [case.id for case in cases] == [each.id for each in ALL]
    assert [case.marks[0].args for case in cases] == [(each.id,) for each in ALL]


def test_some_can_be_chosen_and_an_unknown_one_is_refused() -> None:
    assert [case.id for case in parametrize_invariants("C1", "A1").args[1]] == ["C1", "A1"]
    with pytest.raises(KeyError):
        parametrize_invariants("Z9")
