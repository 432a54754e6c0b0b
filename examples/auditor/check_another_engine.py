"""Hold another implementation of the rules against every invariant, and write the evidence.

    python examples/auditor/check_another_engine.py evidence.json [--examples N] [--seed N]

Put your own `assess(facts, law, choices)` in the place of the one imported here. What your engine
does not cover it says with `NotApplicableError`: such cases are left out, and counted nowhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from hypothesis import settings

from reba.testing.invariants import Result, check_all

sys.path.insert(0, str(Path(__file__).parent))
assess = import_module("another_engine").assess  # in its place: your own


def show(result: Result) -> None:
    print(result.render("en"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evidence", type=Path)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026, help="choose it, and write it down")
    asked = parser.parse_args()
    found = check_all(
        engine=assess,
        settings=settings(max_examples=asked.examples),
        seed=asked.seed,
        progress=show,
    )
    asked.evidence.write_text(json.dumps(found.to_record(), indent=1) + "\n", encoding="utf-8")
    print(f"{len(found.violated)} of {len(found.results)} invariants violated")
    return 1 if found.violated else 0


if __name__ == "__main__":
    sys.exit(main())
