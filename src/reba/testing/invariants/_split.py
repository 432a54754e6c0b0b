"""The invariants of the split (C1 to C3): what is set aside, and what is remitted."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final, NamedTuple, Protocol

from hypothesis import strategies as st

from reba.law.reba2008 import SCHEME as REBA_2008
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.testing.invariants._invariant import Invariant, Labels, Nearly, Words
from reba.testing.strategies import cents, policies, rates
from reba.testing.violations import Violation, expect

__all__ = ["SPLIT", "Assessed", "SplitCase", "Splitter", "policy_with", "split_cases"]

_MONTH: Final = Month(2015, 3)
_MOST: Final = 500_000
_MONTHS_MAX: Final = 24


class Splitter(Protocol):
    """Whatever splits a contribution: `reba.reserve`, or what is held against it.

    It returns an object with `split_cents`, `reserved_cents` and `remitted_cents`.
    """

    def __call__(
        self,
        assessment: Any,  # noqa: ANN401 (what `reserve` takes)
        policy: SavingsPolicy,
        /,
        *,
        collected_cents: int | None = None,
        balance_cents: int | None = None,
    ) -> Any:  # noqa: ANN401 (whatever has the attributes)
        """Split one month."""
        ...  # fmt: skip


class Assessed(NamedTuple):
    """As much of an assessment as a split needs, in cents."""

    contribution_cents: int
    from_earnings_cents: int
    from_other_income_cents: int
    scheme: str = REBA_2008
    month: Month = _MONTH


class SplitCase(NamedTuple):
    """A contribution, the policy, what came in, and what was saved before, in cents."""

    assessed: Assessed
    policy: SavingsPolicy
    collected_cents: int
    balance_cents: int

    def split_by(self, split: Splitter) -> Any:  # noqa: ANN401 (whatever the splitter returns)
        """Have it split."""
        return split(
            self.assessed, self.policy, collected_cents=self.collected_cents,
            balance_cents=self.balance_cents,
        )  # fmt: skip

    def __repr__(self) -> str:
        rules = self.policy.to_record()["version"]
        return (
            f"{self.assessed}\ncame in: {self.collected_cents}; saved before: "
            f"{self.balance_cents}\npolicy: {rules}"
        )


def policy_with(share: Fraction) -> SavingsPolicy:
    """Return a policy without any maximum, of which the share is all that matters."""
    from reba.money import exact_decimal  # noqa: PLC0415 (kept beside its one use)

    nothing: dict[str, Any] = {"balance_share": "1.00", "purposes": {}}
    return SavingsPolicy.from_record(
        {
            "policy": {
                "id": "made", "title": "Made for tests", "status": "illustrative",
                "source": "made for tests", "schemes": [REBA_2008],
            },
            "version": [
                {
                    "valid_from": "2008-01-01",
                    "reserve": {
                        "base": "contribution", "share": exact_decimal(share),
                        "funded_on": "collection", "partial_collection": "pro_rata",
                    },
                    "release": {"four_eyes": False, "granted": nothing, "return": nothing},
                    "closing": dict.fromkeys(
                        ("granted", "voluntary_return", "forced_return", "departed_unknown",
                         "dublin_transfer"), "remit",
                    ) | {"died": "estate"},
                }
            ],
        }
    )  # fmt: skip


@st.composite
def split_cases(draw: st.DrawFn) -> SplitCase:
    """Draw a contribution, a policy, what came in, and what was saved before."""
    contribution = draw(cents(max_value=_MOST))
    earnings = draw(st.integers(0, contribution))
    other = draw(st.integers(0, contribution - earnings))
    came_in = draw(st.sampled_from([contribution]) | st.integers(0, _MOST))
    policy = draw(policies(max_versions=1))
    return SplitCase(
        Assessed(contribution, earnings, other), policy, came_in, draw(st.integers(0, _MOST))
    )


def _how(case: SplitCase, found: Any) -> Labels:  # noqa: ANN401 (of the splitter)
    paid = case.assessed.contribution_cents
    part = "in full" if case.collected_cents >= paid else "in part"
    yield f"paid: {'nothing' if not case.collected_cents else part}"
    if found.reserved_cents == 0:
        yield "reserved: nothing"
    else:
        yield f"reserved: {'something' if found.remitted_cents else 'everything'}"


_BRANCHES: Final = (
    "paid: nothing", "paid: in full", "paid: in part", "reserved: nothing", "reserved: something",
    "reserved: everything",
)  # fmt: skip


def _source(case: SplitCase) -> int:
    rule = case.policy.on(case.assessed.month.first_day).reserve
    by_collection = rule.funded_on == "collection"
    return case.collected_cents if by_collection else case.assessed.contribution_cents


def _c1(split: Splitter, case: SplitCase) -> Labels:
    found = case.split_by(split)
    expect("C1", "what is split", _source(case), found.split_cents)
    expect("C1", "reserved + remitted", found.split_cents,
           found.reserved_cents + found.remitted_cents)  # fmt: skip
    return _how(case, found)


def _c2(split: Splitter, case: SplitCase) -> Labels:
    found = case.split_by(split)
    if not 0 <= found.reserved_cents <= found.split_cents:
        raise Violation("C2", "what is reserved", f"0 to {found.split_cents}", found.reserved_cents)
    rule = case.policy.on(case.assessed.month.first_day).reserve
    most = rule.monthly_max_cents
    full = found.split_cents <= case.assessed.contribution_cents
    if most is not None and full and found.reserved_cents > most:
        raise Violation("C2", "what is reserved of a month", f"{most} or less", found)
    one = Assessed(case.assessed.contribution_cents, case.assessed.contribution_cents, 0)
    more = Assessed(one.contribution_cents + 1, one.from_earnings_cents + 1, 0)
    amounts = [
        split(
            each, case.policy, collected_cents=each.contribution_cents,
            balance_cents=case.balance_cents,
        ).reserved_cents
        for each in (one, more)
    ]  # fmt: skip
    if amounts[1] < amounts[0]:
        raise Violation(
            "C2", "what is reserved of a cent more", f"{amounts[0]} or more", amounts[1]
        )
    return _how(case, found)


class _Months(NamedTuple):
    share: Fraction
    contributions: tuple[int, ...]


def _several() -> st.SearchStrategy[_Months]:
    some = st.lists(st.integers(0, _MOST), min_size=1, max_size=_MONTHS_MAX).map(tuple)
    return st.builds(_Months, rates(), some)


def _reserved(split: Splitter, policy: SavingsPolicy, amount: int) -> int:
    found = split(Assessed(amount, amount, 0), policy, collected_cents=amount, balance_cents=0)
    reserved: int = found.reserved_cents
    return reserved


def _c3(split: Splitter, months: _Months) -> Labels:
    policy = policy_with(months.share)
    apart = sum(_reserved(split, policy, each) for each in months.contributions)
    together = _reserved(split, policy, sum(months.contributions))
    number = len(months.contributions)
    if abs(apart - together) > number:
        raise Violation(
            "C3", f"the reserve of {number} months", f"{together} give or take {number}", apart
        )
    return ("one month",) if number == 1 else ("several months",)


SPLIT: Final = (
    Invariant(
        id="C1", subject="split", cases=split_cases, check=_c1, branches=_BRANCHES,
        tags=("savings",),
        statement=Words(
            "Gereserveerd en afgedragen zijn samen precies wat wordt gesplitst.",
            "Reserved and remitted together are exactly what is split.",
        ),
    ),
    Invariant(
        id="C2", subject="split", cases=split_cases, check=_c2, branches=_BRANCHES,
        tags=("savings",),
        statement=Words(
            "Gereserveerd ligt tussen niets en wat wordt gesplitst, en daalt niet bij een hogere "
            "bijdrage.",
            "Reserved lies between nothing and what is split, and does not fall as it grows.",
        ),
    ),
    Invariant(
        id="C3", subject="split", cases=_several, check=_c3, tags=("savings",),
        branches=("one month", "several months"),
        statement=Words(
            "De som over n maanden scheelt hooguit n cent met de splitsing van de som.",
            "The sum over n months differs by at most n cents from splitting the sum.",
        ),
        nearly=Nearly(
            Words(
                "De som over de maanden is de splitsing van de som.",
                "The sum over the months is the split of the sum.",
            ),
            "months-apart-and-together",
        ),
    ),
)  # fmt: skip
"""What holds of a split."""
