"""What a mutation run asks of pytest: nothing remembered, the same examples, the cheapest first.

1. The process of a mutant is a copy of one that ran tests before: what the library read and kept
   there was made without the mutant. It is imported anew, and so are the tests.
2. A mutant is held against the tests that reach it. Which those are is recorded beforehand, with
   nothing kept from one test to the next; what runs on import is reached by every test.
3. A mutant needs one failing test, and no explanation of it: Hypothesis does not shrink, and
   neither remembers nor draws anew.

Loaded by `tests/mutation/run.py` alone.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "reba-mutation",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)

_TESTS: Final = Path(__file__).parents[1]
_OURS: Final = {"reba", "tests", *(each.stem for each in _TESTS.iterdir())} - {"mutation"}
_ON_IMPORT: Final = pytest.StashKey[set[str]]()
_TO_EMPTY: Final = pytest.StashKey[list[Any]]()


def _recording() -> bool:
    """Whether mutmut records which test reaches which function."""
    return os.environ.get("MUTANT_UNDER_TEST") == "stats"


def _reached() -> set[str]:
    """Return the functions reached since the last test, as mutmut collects them."""
    state: Any = importlib.import_module("mutmut.state")
    found: set[str] = state.state()._stats
    return found


def _caches() -> Iterator[Any]:
    """Give what our modules keep between calls: `lru_cache`, and tables named `_CACHE`."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _OURS:
            for key, value in list(vars(module).items()):
                if hasattr(value, "cache_clear") or key == "_CACHE":
                    yield value


def _kept(cache: Any) -> int:
    kept: int = cache.cache_info().currsize if hasattr(cache, "cache_info") else len(cache)
    return kept


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
        del sys.modules[name]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Each mutant is a copy of its function, doctest included; that of the original is enough.
    items[:] = sorted((item for item in items if "__mutmut_" not in item.nodeid), key=_cost)


def _cost(item: pytest.Item) -> tuple[bool, bool]:
    function = getattr(item, "function", None)
    return "property/" in item.nodeid, hasattr(function, "hypothesis")


def pytest_collection_finish(session: pytest.Session) -> None:
    if _recording():
        session.config.stash[_ON_IMPORT] = set(_reached())
        # What import fills was reached by every test already, and may be compared by identity.
        session.config.stash[_TO_EMPTY] = [cache for cache in _caches() if not _kept(cache)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if not _recording():
        return
    for cache in item.config.stash[_TO_EMPTY]:
        cache.clear() if isinstance(cache, dict) else cache.cache_clear()
    on_import: set[str] = item.config.stash[_ON_IMPORT]
    _reached().update(on_import)
