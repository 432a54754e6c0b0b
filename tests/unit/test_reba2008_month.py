"""The parameters of a month of Reba 2008: what is looked up once, and how long it is kept."""

from __future__ import annotations

from reba import Month, load_law
from reba.law.reba2008_month import _CACHE, _CACHE_MAX, month_parameters
from reba.law.reba2008_parts import Composition

LAW = load_law()
JUNE_2015 = Month(2015, 6)


def test_a_month_is_looked_up_once_and_months_are_not_kept_without_end() -> None:
    """A run asks for one month a hundred thousand times; a service is asked for many months."""
    found = month_parameters(LAW, JUNE_2015)
    assert month_parameters(LAW, JUNE_2015) is found
    couple = Composition(2, 0, 2, 0, 0, shelter=True)
    assert found.economic_value(couple) is found.economic_value(couple)
    for number in range(2 * _CACHE_MAX):
        month_parameters(LAW, JUNE_2015 + number)
        assert len(_CACHE) <= _CACHE_MAX
    assert month_parameters(LAW, JUNE_2015) is not found
