"""What a policy would do: the rules over whole populations, exact to the cent (extra `sim`).

A name is loaded when it is first used: assumptions, populations and budget lines need no numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reba.simulation.assumptions import Assumptions, load_assumptions
    from reba.simulation.budget_lines import BudgetLine, budget_line, budget_lines
    from reba.simulation.household_types import household_types
    from reba.simulation.population import make_population
    from reba.simulation.reform import Reform, reformed
    from reba.simulation.report import write_report
    from reba.simulation.results import Simulation, VariantResult
    from reba.simulation.run import Variant
    from reba.simulation.simulating import Population, population_of, simulate, variants_of
    from reba.simulation.studying import Study, study
    from reba.simulation.sweep import grid, nudges_of

__all__ = [
    "Assumptions",
    "BudgetLine",
    "Population",
    "Reform",
    "Simulation",
    "Study",
    "Variant",
    "VariantResult",
    "budget_line",
    "budget_lines",
    "grid",
    "household_types",
    "load_assumptions",
    "make_population",
    "nudges_of",
    "population_of",
    "reformed",
    "simulate",
    "study",
    "variants_of",
    "write_report",
]

_NAMES = {
    "reba.simulation.assumptions": "Assumptions load_assumptions",
    "reba.simulation.budget_lines": "BudgetLine budget_line budget_lines",
    "reba.simulation.household_types": "household_types",
    "reba.simulation.population": "make_population",
    "reba.simulation.reform": "Reform reformed",
    "reba.simulation.report": "write_report",
    "reba.simulation.results": "Simulation VariantResult",
    "reba.simulation.run": "Variant",
    "reba.simulation.simulating": "Population population_of simulate variants_of",
    "reba.simulation.studying": "Study study",
    "reba.simulation.sweep": "grid nudges_of",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        msg = f"module 'reba.simulation' has no attribute {name!r}"
        raise AttributeError(msg)
    return globals().setdefault(name, getattr(import_module(_HOMES[name]), name))


def __dir__() -> list[str]:
    return list(__all__)
