"""The pytest plugin: `--reba-report=FILE` writes the evidence of a test run, to be filed.

It comes with the library (entry point `pytest11`) and does nothing without the option, but for
making the marker known. Of each invariant that a test names with `@pytest.mark.invariant("A5")`
the file tells how it ended, on how many examples, and which branches they took; with the seed, the
versions and the digest of the law.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import pytest

__all__: list[str] = []

_COUNTED: Final = "reba-examples"
_OPTION: Final = "--reba-report"
_FAILED: Final = 2_000
# How the tests of an invariant end together: as the first of these that any of them ended in.
_OUTCOMES: Final = {"failed": "violated", "passed": "held", "skipped": "not checked"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    group = parser.getgroup("reba", "evidence of invariants")
    group.addoption(
        _OPTION, metavar="FILE", type=Path, default=None,
        help="write what was checked of each invariant, for an auditor to file",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and begin the report where one is asked for."""
    config.addinivalue_line("markers", "invariant(id): the invariant that a test checks")
    path: Path | None = config.getoption(_OPTION)
    if path is not None:
        config.pluginmanager.register(_Report(config, path), "reba-report")


class _Report:
    """What was seen of each invariant."""

    def __init__(self, config: pytest.Config, path: Path) -> None:
        self.config = config
        self.path = path
        self.begun = datetime.now(UTC)
        self.tests: dict[str, list[dict[str, Any]]] = {}
        self.written = False

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Listen to what Hypothesis says of its examples."""
        names = [str(mark.args[0]) for mark in item.iter_markers("invariant") if mark.args]
        if not names:
            yield
            return
        counted: list[Mapping[str, Any]] = []
        statistics = sys.modules.get("hypothesis.statistics")
        if statistics is None:
            yield
        else:
            told = statistics.collector.value

            def note(found: Mapping[str, Any]) -> None:
                counted.append(found)
                if told is not None:
                    told(found)

            with statistics.collector.with_value(note):
                yield
        item.user_properties.append((_COUNTED, {"ids": names, **_summed(counted)}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test of an invariant ended."""
        counted = [value for name, value in report.user_properties if name == _COUNTED]
        if report.when != "call" or not counted:
            return
        found = cast("dict[str, Any]", counted[0])
        test: dict[str, Any] = {
            "test": report.nodeid,
            "outcome": report.outcome,
            "examples": found["examples"],
            "branches": found["branches"],
            "seconds": f"{report.duration:.3f}",
            "failure": report.longreprtext[-_FAILED:] if report.failed else "",
        }
        for name in found["ids"]:
            self.tests.setdefault(name, []).append(test)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the file."""
        if hasattr(self.config, "workerinput"):
            return  # of several processes, the one that collects writes
        record = self._record(int(session.testscollected))
        text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        self.path.write_text(text, encoding="utf-8")
        self.written = True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the evidence is."""
        if self.written:
            number = len(self.tests)
            terminalreporter.write_line(f"evidence of {number} invariants: {self.path}")

    def _record(self, collected: int) -> dict[str, Any]:
        from reba.testing.invariants import ALL, ELSEWHERE  # noqa: PLC0415 (only for a report)
        from reba.testing.invariants._evidence import FORMAT, versions  # noqa: PLC0415

        known = {each.id: each for each in ALL}
        statements = {name: each.statement for name, each in known.items()}
        statements |= {name: words for name, (words, _) in ELSEWHERE.items()}
        found: list[dict[str, Any]] = []
        for name, tests in sorted(self.tests.items()):
            words = statements.get(name)
            invariant = known.get(name)
            branches: Counter[str] = Counter()
            ended = {test["outcome"] for test in tests}
            for test in tests:
                branches.update(test["branches"])
            if invariant and branches.keys() & set(invariant.branches):
                branches.update(dict.fromkeys(invariant.branches, 0))  # what was not reached
            found.append(
                {
                    "id": name,
                    "statement_nl": None if words is None else words.nl,
                    "statement_en": None if words is None else words.en,
                    "legal": list(invariant.legal) if invariant else [],
                    "outcome": _OUTCOMES[min(ended, key=list(_OUTCOMES).index)],
                    "examples": sum(test["examples"] for test in tests),
                    "branches": dict(branches),
                    "tests": tests,
                }
            )  # fmt: skip
        return {
            "format": FORMAT,
            "begun_at": self.begun.isoformat(),
            "command": ["pytest", *map(str, self.config.invocation_params.args)],
            "seed": self.config.getoption("hypothesis_seed", None),
            "profile": self.config.getoption("hypothesis_profile", None),
            "versions": versions(),
            "tests_collected": collected,
            "invariants": found,
            "not_checked": sorted(statements.keys() - self.tests.keys()),
        }


def _summed(counted: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up examples and events of what Hypothesis ran in a test; one example without it."""
    if not counted:
        return {"examples": 1, "branches": {}}
    examples, branches = 0, Counter[str]()
    for found in counted:
        for phase, what in found.items():
            if phase in {"reuse-phase", "generate-phase"}:
                valid = [case for case in what["test-cases"] if case["status"] != "invalid"]
                examples += len(valid)
                branches.update(label for case in valid for label in case.get("events", ()))
    return {"examples": examples, "branches": dict(branches)}
