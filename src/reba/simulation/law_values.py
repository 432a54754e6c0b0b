"""The statutory values that hold in the months of a simulation, for whoever reads its report."""

from __future__ import annotations

from reba.errors import LawError
from reba.law.parameters import Law
from reba.months import Month
from reba.simulation.results import UsedValue

__all__ = ["values_in_force"]


def values_in_force(law: Law, first: Month, last: Month) -> tuple[UsedValue, ...]:
    """Return every value in force in some months (geldende waarden), by name and first day.

    Args:
        law: the dated statutory parameters of a variant.
        first: the first month whose amounts were used.
        last: the last one; the same as the first where the rules stand still.

    >>> from reba import load_law
    >>> values = values_in_force(load_law(), Month(2015, 3), Month(2015, 3))
    >>> [each.title_en for each in values if each.value.name == "reba.exemption_maximum"]
    ['Exemption a month, maximum']
    """
    found: dict[tuple[str, str], UsedValue] = {}
    for name in law.names():
        parameter = law.parameter(name)
        for ahead in range(last - first + 1):
            try:
                value = law.value(name, (first + ahead).first_day)
            except LawError:
                continue  # no value for that month: whoever needed it was refused
            key = (name, value.valid_from.isoformat())
            found[key] = UsedValue(value, parameter.title_nl, parameter.title_en)
    return tuple(found[key] for key in sorted(found))
