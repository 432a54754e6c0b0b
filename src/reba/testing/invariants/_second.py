"""Held against a second implementation (O1, O2, T2): to the cent, and in what has no amount.

`reba.testing.oracle` was written from the published text, in fractions, and knows nothing of the
engine. Where the two differ, read the text: either may be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from reba.law.reba2008 import SCHEME as REBA_2008
from reba.law.rooo import SCHEME as ROOO
from reba.months import Month
from reba.testing import oracle
from reba.testing.invariants._cases import BRANCHES, Case, Engine, branches_of, cases, published
from reba.testing.invariants._invariant import Invariant, Labels, NotApplicableError, Words
from reba.testing.invariants._split import SplitCase, Splitter, split_cases
from reba.testing.strategies import choices, facts
from reba.testing.violations import Violation, expect

__all__ = ["SECOND", "boundary_cases"]

_REFUSED: Final = "no published amount"
_CHOOSES: Final = "the municipality must choose"


class _Said(NamedTuple):
    """What an engine says: amounts by name, or that it refuses, and how."""

    amounts: dict[str, int | None]
    refused: str | None = None


def _of_the_text(case: Case) -> _Said:
    chosen = None if case.choices is None else case.choices.to_record()
    try:
        owed = oracle.contribution(dict(case.facts), chosen)
    except oracle.NoValueError:
        return _Said({}, _REFUSED)
    except oracle.ChoicesNeededError:
        return _Said({}, _CHOOSES)
    return _Said(owed.amounts())


def _of_the_engine(engine: Engine, case: Case, names: Sequence[str]) -> _Said:
    try:
        found = case.assessed_by(engine)
    except NotApplicableError:
        raise
    except Exception as error:  # noqa: BLE001 (an engine refuses with an exception of its own)
        return _Said({}, f"{type(error).__name__}: {error}")
    # An engine may say no more than the contribution.
    return _Said({name: getattr(found, name, None) for name in names})


def _compare(name: str, engine: Engine, case: Case) -> Labels:
    right = _of_the_text(case)
    found = _of_the_engine(engine, case, tuple(right.amounts))
    if right.refused is not None:
        if found.refused is None:
            raise Violation(name, "the assessment", f"refused: {right.refused}", "an amount")
        return branches_of(case)
    if found.refused is not None:
        raise Violation(name, "the assessment", right.amounts["contribution_cents"], found.refused)
    for key, amount in right.amounts.items():
        told = found.amounts[key]
        if key == "contribution_cents" or (told is not None and amount is not None):
            expect(name, key, amount, told)
    return branches_of(case)


def _o1(engine: Engine, case: Case) -> Labels:
    return _compare("O1", engine, case)


def _o2(engine: Engine, case: Case) -> Labels:
    return _compare("O2", engine, case)


def _t2(engine: Engine, case: Case) -> Labels:
    return _compare("T2", engine, case)


def _o3(split: Splitter, case: SplitCase) -> Labels:
    given = case.assessed
    owed = oracle.Owed(
        contribution_cents=given.contribution_cents,
        countable_income_cents=given.contribution_cents,
        exemption_cents=0,
        from_earnings_cents=given.from_earnings_cents,
        from_other_income_cents=given.from_other_income_cents,
        from_assets_cents=0,
    )
    right = oracle.split(
        {"scheme": given.scheme, "month": str(given.month)}, owed, case.policy.to_record(),
        collected_cents=case.collected_cents, balance_cents=case.balance_cents,
    )  # fmt: skip
    found = case.split_by(split)
    for name in ("split_cents", "reserved_cents", "remitted_cents"):
        expect("O3", name, getattr(right, name), getattr(found, name))
    return ("reserved: nothing",) if not right.reserved_cents else ("reserved: something",)


_PEOPLE: Final = ((1, 0), (2, 0), (2, 1), (2, 2), (2, 3), (0, 1), (3, 0), (4, 0))
_WAGES: Final = ("0.00", "400.00", "20000.00")


def _boundary_months() -> Iterator[Month]:
    law = published()
    turns: set[date] = set(law.boundaries())
    seen = {Month.of(day) + step for day in turns for step in (-1, 0, 1)}
    return iter(sorted(seen))


@lru_cache(maxsize=1)
def boundary_cases() -> Sequence[Case]:
    """Return a household of each size in each month next to a day on which an amount turns."""
    found: list[Case] = []
    for month in _boundary_months():
        grown, young = str(month - 12 * 30), str(month - 12 * 8)
        for adults, children in _PEOPLE:
            for wage in _WAGES[: 3 if (adults, children) == (1, 0) else 2]:
                members: list[dict[str, Any]] = [
                    {"id": f"P-{n + 1}", "born": f"{grown if n < adults else young}-01",
                     "residence_status": "permit_holder"}
                    for n in range(adults + children)
                ]  # fmt: skip
                if wage != _WAGES[0]:
                    members[0]["income"] = [{"kind": "earnings", "net": wage}]
                found.append(
                    Case(
                        {"scheme": REBA_2008, "month": str(month), "household": "H-1",
                         "members": members, "provisions": {"shelter": True, "catering": False}}
                    )
                )  # fmt: skip
    return tuple(found)


def _anything() -> st.SearchStrategy[Case]:
    """Return cases of any month, also of those that no published amount covers."""
    reba = facts(allow_no_value=True, allow_assets=False).map(Case)
    rooo = facts(scheme=ROOO, allow_no_value=True)
    return st.one_of(reba, reba, st.builds(Case, rooo, choices()), rooo.map(Case))


SECOND: Final = (
    Invariant(
        id="O1", subject="engine", cases=cases, check=_o1, branches=BRANCHES[:-2],
        statement=Words(
            "De bedragen zijn die van een tweede berekening, los van de eerste geschreven.",
            "The amounts are those of a second implementation, written apart from the first.",
        ),
    ),
    Invariant(
        id="O2", subject="engine", cases=_anything, check=_o2, branches=BRANCHES[-2:],
        statement=Words(
            "Zonder gepubliceerd bedrag wordt niets vastgesteld, en met een bedrag wel.",
            "Without a published amount nothing is assessed, and with one something is.",
        ),
    ),
    Invariant(
        id="T2", subject="engine", check=_t2, every=boundary_cases,
        cases=lambda: st.sampled_from(boundary_cases()),
        statement=Words(
            "Op elke grens geldt tot en met de laatste dag het oude bedrag, daarna het nieuwe.",
            "On every boundary the last month has the old amount, and the next the new one.",
        ),
    ),
    Invariant(
        id="O3", subject="split", cases=split_cases, check=_o3, tags=("savings",),
        branches=("reserved: nothing", "reserved: something"),
        statement=Words(
            "De splitsing is die van een tweede berekening.",
            "The split is that of a second implementation.",
        ),
    ),
)  # fmt: skip
"""What holds beside a second implementation."""
