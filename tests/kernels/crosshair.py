"""A pytest plugin: `-p kernels.crosshair --hypothesis-profile=kernels-crosshair`.

CrossHair runs a property with symbols in the place of numbers, and asks the solver Z3 for numbers
that take another path, or break an assertion. It needs hypothesis-crosshair. At the end stands what
the solver came to for each property:

- all: it went down every path there is, and no number in the range breaks the property;
- some: it went down as many as were asked for, or could not solve one; Hypothesis did the rest.
"""

from __future__ import annotations

import importlib
import os
from collections import Counter, defaultdict
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES_MAX: Final = 200
_CAME_TO: Final[defaultdict[str, Counter[str]]] = defaultdict(Counter)


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    settings.register_profile(
        "kernels-crosshair",
        backend="crosshair",
        max_examples=EXAMPLES_MAX,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    module: Any = importlib.import_module("hypothesis_crosshair_provider.crosshair_provider")
    provider = module.CrossHairPrimitiveProvider
    original = provider.set_completion

    def set_completion(self: Any, message: str) -> None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[2].partition(" ")[0]
        _CAME_TO[test][message] += 1
        original(self, message)

    provider.set_completion = set_completion


def _line(test: str, counts: Counter[str], seconds: float) -> str:
    paths = counts["completed normally"]
    impossible = counts["ignored due to lazily-detected path impossibility"]
    ignored = sum(count for said, count in counts.items() if said.startswith("ignored"))
    unsolved = ignored - impossible
    every = any(said.startswith("exhausted") for said in counts) and not unsolved
    return (
        f"{'all ' if every else 'some'}  paths {paths:4}  unsolved {unsolved:2}  "
        f"{seconds:6.2f} s  {test}"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("CrossHair")
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            test = report.nodeid.partition("::")[2]
            if report.when == "call" and test in _CAME_TO:
                terminalreporter.line(_line(test, _CAME_TO[test], report.duration))
