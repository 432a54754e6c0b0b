"""Kernels that are a cent off at one number of a million: a solver finds it, sixty examples do not.

Not part of the test run, since it needs CrossHair; `tests/README.md` has the command. No number is
written out here, since Hypothesis tries the numbers that it reads in code.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernels.test_kernels import CEILING, EXEMPTION_MAX, contribution, exemption
from reba.money import half_up
from reba.savings.policy import OutcomeRules
from reba.savings.release import share_limit
from reba.savings.split import ReserveRule

EXAMPLES: Final = 60
MILLION: Final = 10**6


def planted(number: int) -> int:
    """One cent for one number below a million, and nothing for the others."""
    return 1 if 7 * number % (MILLION + 3) == 5 else 0


def _rounding(number: int) -> bool:
    rounded = half_up(number, 4) + planted(number)
    return -4 < 2 * (4 * rounded - number) <= 4


def _exemption(earnings: int) -> bool:
    exempt = exemption(earnings) + planted(earnings)
    return exempt <= EXEMPTION_MAX and 2 * (4 * exempt - earnings) <= 4


def _ceiling(earnings: int) -> bool:
    due = contribution(earnings, 0)[0] + planted(earnings)
    return due <= min(earnings - exemption(earnings), CEILING)


def _reserve(collected: int) -> bool:
    rule = ReserveRule("earnings", Fraction(1, 2), 15000, None, "collection", "pro_rata")
    found = rule.split(MILLION, MILLION, collected_cents=collected, balance_cents=0)
    return found.reserved_cents + found.remitted_cents + planted(collected) == collected


def _release(saved: int) -> bool:
    limit = share_limit(saved, OutcomeRules(Fraction(3, 5), {})) + planted(saved)
    return 2 * (5 * limit - 3 * saved) <= 5


FAULTS: Final[dict[str, Callable[[int], bool]]] = {
    "rounding": _rounding,
    "exemption": _exemption,
    "ceiling": _ceiling,
    "reserve": _reserve,
    "release": _release,
}


def _found(holds: Callable[[int], bool], backend: str) -> int | None:
    """Return the number at which a property fails, as far as a backend finds one."""
    wrong: list[int] = []

    @settings(
        backend=backend,
        max_examples=EXAMPLES,
        derandomize=backend == "hypothesis",
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, MILLION))
    def check(number: int) -> None:
        if not holds(number):
            wrong.append(number)
            raise AssertionError

    try:
        check()
    except AssertionError:
        return wrong[-1]
    return None


@pytest.mark.parametrize("kernel", FAULTS)
def test_a_solver_finds_the_one_number_that_chance_does_not(kernel: str) -> None:
    assert _found(FAULTS[kernel], "hypothesis") is None
    found = _found(FAULTS[kernel], "crosshair")
    assert found is not None
    assert planted(found) == 1
