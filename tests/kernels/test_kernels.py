"""The arithmetic of cents, as properties that a solver can take on as well as chance can.

Each takes plain integers alone: rounding, the exemption, the ceiling and the share under it, the
choices between the thresholds, the reserve, the share of a release, the split of a Merkle tree.
`tests/README.md` says how CrossHair runs them, and what it makes of each.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba import load_law
from reba.facts import HouseholdMonth, IncomeItem, Member, Provisions
from reba.law.choices import ChoicesVersion
from reba.law.reba2008 import _exempt, assess_reba2008
from reba.law.reba2008_month import month_parameters
from reba.law.reba2008_parts import MemberIncome
from reba.law.rooo import _charge_between, _share, _withdraw_below, thresholds
from reba.law.rooo_parts import Working
from reba.ledger.merkle import _split
from reba.money import half_up
from reba.months import Month
from reba.savings.policy import OutcomeRules, PurposeRule, ReleaseRules
from reba.savings.procedure import ProcedureState
from reba.savings.release import Allowed, Refused, Request, Standing, decide_release, share_limit
from reba.savings.split import ReserveRule

CENTS_MAX = 10**9
LAW = load_law()
JUNE_2015 = Month(2015, 6)
PARAMETERS = month_parameters(LAW, JUNE_2015)
EXEMPTION_MAX = 18300
CEILING = 44595  # of one adult in June 2015

cents = st.integers(0, CENTS_MAX)


# ── rounding ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("A13")
@pytest.mark.parametrize("denominator", [1, 2, 3, 4, 20, 100])
@given(cents)
def test_rounding_is_less_than_half_a_cent_off_or_half_a_cent_up(
    denominator: int, numerator: int
) -> None:
    rounded = half_up(numerator, denominator)
    assert rounded >= 0
    assert -denominator < 2 * (denominator * rounded - numerator) <= denominator


@pytest.mark.invariant("A13")
@given(cents, st.integers(1, 10**6))
def test_rounding_holds_for_every_denominator(numerator: int, denominator: int) -> None:
    rounded = half_up(numerator, denominator)
    assert -denominator < 2 * (denominator * rounded - numerator) <= denominator


# ── the exemption and the ceiling of Reba 2008 ───────────────────────────────────────────────

EARNER = Member.model_construct(
    id="P-1", born=date(1985, 6, 15), residence_status="permit_holder", receives_allowance=True,
    income=(), obligations_cents=None, exemption_weeks_used=None, child_benefit_since=None,
    absent_days_this_year=None,
)  # fmt: skip


def exemption(earnings: int) -> int:
    """The exemption of a permit holder, by art. 5(4)."""
    income = MemberIncome("P-1", "permit_holder", child=False, earnings_cents=earnings)
    _exempt(income, EARNER, PARAMETERS)
    return income.exemption_cents


@pytest.mark.invariant("A7")
@given(cents)
def test_the_exemption_is_a_quarter_of_earnings_up_to_its_maximum(earnings: int) -> None:
    exempt = exemption(earnings)
    assert 0 <= exempt <= EXEMPTION_MAX
    if exempt < EXEMPTION_MAX:
        assert -4 < 2 * (4 * exempt - earnings) <= 4
    else:
        assert earnings >= 4 * EXEMPTION_MAX - 2


@pytest.mark.invariant("A6")
@given(cents)
def test_a_cent_earned_is_exempt_or_countable(earnings: int) -> None:
    assert 0 <= exemption(earnings + 1) - exemption(earnings) <= 1


def contribution(earnings: int, other: int) -> tuple[int, int, int]:
    """What one adult contributes in June 2015: in all, from earnings, from other income."""
    items = tuple(
        IncomeItem.model_construct(
            kind=kind, net_cents=amount, earned_in=None, justified=None, reason=None, basis=None
        )
        for kind, amount in (("earnings", earnings), ("benefit", other))
    )
    facts = HouseholdMonth.model_construct(
        scheme="reba-2008", month=JUNE_2015, household="H-1",
        members=(EARNER.model_copy(update={"income": items}),), assets=None,
        provisions=Provisions.model_construct(shelter=True, catering=False), collected_cents=None,
    )  # fmt: skip
    found = assess_reba2008(facts, LAW)
    return found.contribution_cents, found.from_earnings_cents, found.from_other_income_cents


@pytest.mark.invariant("A2")
@pytest.mark.invariant("A3")
@given(cents)
def test_one_who_earns_pays_up_to_the_ceiling_and_not_a_cent_above(earnings: int) -> None:
    due, from_earnings, from_other = contribution(earnings, 0)
    assert due == min(earnings - exemption(earnings), CEILING)
    assert (from_earnings, from_other) == (due, 0)


@pytest.mark.invariant("A2")
@pytest.mark.invariant("A3")
@given(cents, cents)
def test_under_the_ceiling_origins_share_and_add_up(earnings: int, other: int) -> None:
    due, from_earnings, from_other = contribution(earnings, other)
    countable = earnings - exemption(earnings)
    means = countable + other
    assert due == min(means, CEILING) == from_earnings + from_other
    assert 0 <= from_earnings <= countable
    assert 0 <= from_other <= other
    if means > CEILING:
        assert -means < 2 * (means * from_earnings - CEILING * countable) <= means


# ── the thresholds of the RooO ───────────────────────────────────────────────────────────────

NORMS = thresholds(Month(2025, 10), 1, 2, False, LAW)
FIRST, SECOND = NORMS.leefgeld_withdrawn_from_cents, NORMS.contribution_due_from_cents
LEEFGELD, FULL = NORMS.leefgeld_cents, NORMS.full_contribution_cents


def _working(earnings: int, other: int) -> Working:
    return Working(
        facts=HouseholdMonth.model_construct(month=Month(2025, 10)), thresholds=NORMS, adults=1,
        choices=None, version=None, reference=Month(2025, 9), members=(), absences=(),
        earnings_cents=earnings, other_cents=other, regime="between",
    )  # fmt: skip


def _version(part: str) -> ChoicesVersion:
    day = date(2025, 1, 1)
    return ChoicesVersion(1, day, None, "x", "measured", "month", (), part, part)  # type: ignore[arg-type]


@pytest.mark.invariant("A3")
@pytest.mark.parametrize("part", ["nothing", "pro_rata", "full"])
@given(st.integers(FIRST, SECOND - 1))
def test_between_the_thresholds_a_household_keeps_its_leefgeld(part: str, income: int) -> None:
    working = _working(income, 0)
    _charge_between(working, NORMS, _version(part))
    assert 0 <= working.contribution_cents <= FULL
    assert income - working.contribution_cents >= LEEFGELD
    assert working.withdrawn_cents == LEEFGELD


@pytest.mark.parametrize("part", ["nothing", "pro_rata", "full"])
@given(st.integers(0, FIRST - 1))
def test_below_the_thresholds_no_more_is_withdrawn_than_is_paid_or_earned(
    part: str, income: int
) -> None:
    working = _working(income, 0)
    _withdraw_below(working, NORMS, part)  # type: ignore[arg-type]
    assert working.withdrawn_cents is not None
    assert 0 <= working.withdrawn_cents <= min(income, LEEFGELD)


@pytest.mark.invariant("C1")
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**5))
def test_a_contribution_is_shared_by_origin_to_the_cent(
    earnings: int, other: int, due: int
) -> None:
    working = _working(earnings, other)
    working.contribution_cents = min(due, earnings + other)
    _share(working)
    parts = working.from_earnings_cents, working.from_other_cents
    assert sum(parts) == working.contribution_cents
    assert 0 <= parts[0] <= earnings
    assert 0 <= parts[1] <= other


# ── the reserve, and what is released of it ──────────────────────────────────────────────────


@pytest.mark.invariant("C1")
@pytest.mark.invariant("C2")
@pytest.mark.parametrize("funded_on", ["collection", "assessment"])
@pytest.mark.parametrize("mode", ["pro_rata", "remit_first", "reserve_first"])
@given(cents, cents, cents, cents)
def test_a_reserve_conserves_what_is_split(
    funded_on: str, mode: str, due: int, other: int, collected: int, balance: int
) -> None:
    """`due` comes from earnings, and `other` is the rest of the contribution."""
    rule = ReserveRule("earnings", Fraction(1, 2), 15000, 600000, funded_on, mode)  # type: ignore[arg-type]
    split = rule.split(due + other, due, collected_cents=collected, balance_cents=balance)
    assert split.split_cents == (collected if funded_on == "collection" else due + other)
    assert split.reserved_cents + split.remitted_cents == split.split_cents
    assert 0 <= split.reserved_cents <= min(15000, split.split_cents)
    assert split.reserved_cents <= max(0, 600000 - balance)
    assert 2 * split.reserved_cents <= due + 1


@pytest.mark.invariant("A13")
@given(cents, cents, cents)
def test_of_a_part_payment_the_same_part_is_reserved(due: int, other: int, collected: int) -> None:
    rule = ReserveRule("earnings", Fraction(1, 2), None, None, "collection", "pro_rata")
    split = rule.split(due + other, due, collected_cents=collected, balance_cents=0)
    if collected < due + other:
        twice = 2 * (due + other)
        assert -twice < 2 * (twice * split.reserved_cents - due * collected) <= twice


@pytest.mark.invariant("R1")
@pytest.mark.parametrize("share", [Fraction(0), Fraction(3, 5), Fraction(1, 3), Fraction(1)])
@given(cents)
def test_a_share_of_the_savings_is_never_more_than_they_are(share: Fraction, saved: int) -> None:
    limit = share_limit(saved, OutcomeRules(share, {}))
    assert 0 <= limit <= saved
    assert -share.denominator < 2 * (share.denominator * limit - share.numerator * saved)
    assert 2 * (share.denominator * limit - share.numerator * saved) <= share.denominator


RETURN = OutcomeRules(Fraction(3, 5), {"travel": PurposeRule(90000, evidence=False)})
RULES = ReleaseRules(four_eyes=True, granted=RETURN, voluntary_return=RETURN)
ENDED = ProcedureState("ended", "return", (), None, date(2015, 6, 1), ("H-1/5",))


@pytest.mark.invariant("R1")
@given(st.integers(1, CENTS_MAX), cents, cents)
def test_nothing_is_released_above_any_limit(amount: int, available: int, used: int) -> None:
    standing = Standing(ENDED, available + used, available, {"travel": used}, used)
    decided = decide_release(Request("travel", amount, date(2015, 6, 2), None), standing, RULES)
    most = min(available, 90000 - used, half_up(3 * (available + used), 5) - used)
    if isinstance(decided, Allowed):
        assert amount <= most
    else:
        assert isinstance(decided, Refused)
        assert amount > most
        assert decided.most_cents == max(0, most)


# ── the Merkle tree ──────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H1")
@given(st.integers(2, 2**32))
def test_a_tree_splits_at_the_largest_power_of_two_below_its_size(size: int) -> None:
    left = _split(size)
    assert left < size <= 2 * left
    assert left & (left - 1) == 0
