"""The invariants of dated amounts (T1 to T6): which month has which value of the law."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple, Protocol

from hypothesis import strategies as st

from reba.facts import HouseholdMonth
from reba.law.parameters import Law
from reba.months import Month
from reba.testing.invariants import _changes as changes
from reba.testing.invariants._cases import Case, Engine, Pair, amount_of, branches_of, published
from reba.testing.invariants._invariant import Invariant, Labels, Words
from reba.testing.strategies import Change, facts, made_law, months
from reba.testing.violations import expect

__all__ = ["TIME", "Later"]

_DAY: Final = timedelta(days=1)


def _t1(engine: Engine, pair: Pair) -> Labels:
    one, other = (case.assessed_by(engine) for case in (pair.one, pair.other))
    expect("T1", f"the contribution when {pair.what}", one.contribution_cents,
           other.contribution_cents)  # fmt: skip
    return branches_of(pair.one)


# ── parameters ───────────────────────────────────────────────────────────────────────────────


def _t3(law: Law, name: str) -> Labels:
    """Hold the values and declared gaps of one parameter against the calendar."""
    spans: list[tuple[date, date | None]] = [
        (each.valid_from, each.valid_to) for each in law.values(name)
    ]
    spans += [(gap.first, gap.last) for gap in law.gaps(name)]
    spans.sort(key=lambda span: span[0])
    for (_, last), (first, _) in pairwise(spans):
        expected = None if last is None else last + _DAY
        expect("T3", f"the day on which {name} goes on", expected, first)
    return (f"values: {'one' if len(spans) == 1 else 'several'}",)


# ── a value that starts later ────────────────────────────────────────────────────────────────


class Later(NamedTuple):
    """A case, and a change of the law that starts on some day."""

    case: Case
    change: Change

    def __repr__(self) -> str:
        change = self.change
        return f"{self.case!r}\nand {change.name} is {change.value} from {change.valid_from} on"


_CHANGES: Final = (
    ("reba.housing_first_member", "60.00"), ("rva.food_adult_1_2", "50.00"),
    ("reba.exemption_maximum", "200.00"), ("reba.exemption_rate", "0.30"),
)  # fmt: skip


@st.composite
def _later(draw: st.DrawFn) -> Later:
    law = made_law()
    case = Case(draw(facts(law=law)))
    name, value = draw(st.sampled_from(_CHANGES))
    starts = Month.parse(case.facts["month"]) + draw(st.integers(-3, 3))
    return Later(case, Change(name, starts.first_day, value))


def _t4(engine: Engine, later: Later) -> Labels:
    given = HouseholdMonth.model_validate(later.case.facts)
    before, after = (
        amount_of(engine(given, law), "contribution_cents")
        for law in (made_law(), made_law(later.change))
    )
    if given.month.first_day >= later.change.valid_from:
        return ("the change is in force",)
    expect("T4", f"the contribution when {later.change.name} changes later", before, after)
    return ("the change is to come",)


# ── months ───────────────────────────────────────────────────────────────────────────────────


class _Months(Protocol):
    def parse(self, text: str) -> Any: ...  # noqa: ANN401 (a month of whatever is checked)


class _Steps(NamedTuple):
    month: str
    one: int
    two: int


def _t6(months_of: _Months, steps: _Steps) -> Labels:
    month = months_of.parse(steps.month)
    there = (month + steps.one) + steps.two
    expect("T6", "(m + a) + b", month + (steps.one + steps.two), there)
    expect("T6", "m + a - a", month, month + steps.one - steps.one)
    expect("T6", "(m + a) - m", steps.one, (month + steps.one) - month)
    return ("over a year",) if (steps.one + steps.two) % 12 else ("whole years",)


def _steps() -> st.SearchStrategy[_Steps]:
    some = st.integers(-300, 300)
    texts = months(min_value=Month(1980, 1), max_value=Month(2080, 1)).map(str)
    return st.builds(_Steps, texts, some, some)


TIME: Final = (
    Invariant(
        id="T1", subject="engine", cases=changes.moved_in_a_validity, check=_t1,
        statement=Words(
            "Zolang geen bedrag wijzigt, maakt de maand niet uit.",
            "As long as no amount changes, the month does not matter.",
        ),
    ),
    Invariant(
        id="T3", subject="law", check=_t3, branches=("values: one", "values: several"),
        cases=lambda: st.sampled_from(published().names()),
        statement=Words(
            "Waarden en benoemde leemtes van een parameter sluiten op elkaar aan.",
            "Values and declared gaps of a parameter follow on each other without overlap.",
        ),
    ),
    Invariant(
        id="T4", subject="engine", cases=_later, check=_t4,
        branches=("the change is to come", "the change is in force"),
        statement=Words(
            "Een waarde die later ingaat, verandert geen eerdere maand.",
            "A value that starts later changes no earlier month.",
        ),
    ),
    Invariant(
        id="T6", subject="months", cases=_steps, check=_t6,
        branches=("over a year", "whole years"),
        statement=Words(
            "Maanden tellen op en af zonder verlies.", "Months add up and back without loss."
        ),
    ),
)  # fmt: skip
"""What holds of dates; T2, on every boundary, is in `_second.py`."""
