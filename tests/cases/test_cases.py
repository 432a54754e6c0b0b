"""Run the worked cases: each a table in a TOML file, in the language of the domain."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from reba import HouseholdMonth, RebaError, assess, asset_position, load_law

Case = dict[str, Any]
HERE = Path(__file__).parent
DEFAULTS: Case = {
    "scheme": "reba-2008",
    "household": "H-1",
    "provisions": {"shelter": True, "catering": False},
}


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['title']}")
        for path in sorted(HERE.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def _facts(case: Case) -> HouseholdMonth:
    if "file" in case:
        path = HERE.parents[1] / "examples" / "cases" / case["file"]
        return HouseholdMonth.from_json(path.read_text(encoding="utf-8"))
    facts = {**DEFAULTS, **case["facts"]}
    for number, member in enumerate(facts["members"], start=1):
        member.setdefault("id", f"P-{number}")
        member.setdefault("residence_status", "asylum_seeker")
    return HouseholdMonth.from_json(json.dumps(facts))


@pytest.mark.parametrize("case", _cases())
def test_case(case: Case) -> None:
    assert case["source"]
    if "error" in case:
        with pytest.raises(RebaError) as raised:
            assess(_facts(case), load_law())
        fault = raised.value.faults[0].code if raised.value.faults else raised.value.code
        assert fault == case["error"]
        assert case.get("names", "") in str(raised.value)
        return
    facts, law = _facts(case), load_law()
    found = asset_position(facts, law) if case.get("assets_only") else assess(facts, law)
    expected = case["expect"]
    assert {key: getattr(found, key) for key in expected} == expected
