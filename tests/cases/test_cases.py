"""Run the worked cases: each a table in a TOML file, in the language of the domain."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import oracle
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


def _facts(case: Case) -> Case:
    if "file" in case:
        path = HERE.parents[1] / "examples" / "cases" / case["file"]
        facts: Case = json.loads(path.read_text(encoding="utf-8"))
        return facts
    facts = {**DEFAULTS, **case["facts"]}
    for number, member in enumerate(facts["members"], start=1):
        member.setdefault("id", f"P-{number}")
        member.setdefault("residence_status", "asylum_seeker")
    return facts


@pytest.mark.parametrize("case", _cases())
def test_case(case: Case) -> None:
    assert case["source"]
    facts, law, expected = _facts(case), load_law(), case.get("expect", {})
    compute = asset_position if case.get("assets_only") else assess
    if "error" in case:
        with pytest.raises(RebaError) as raised:
            compute(HouseholdMonth.from_json(json.dumps(facts)), law)
        fault = raised.value.faults[0].code if raised.value.faults else raised.value.code
        assert fault == case["error"]
        assert case.get("names", "") in str(raised.value)
        return
    found = compute(HouseholdMonth.from_json(json.dumps(facts)), law)
    assert expected
    assert {key: getattr(found, key) for key in expected} == expected
    again = oracle.asset_amounts(facts) if case.get("assets_only") else oracle.assess(facts)
    assert {key: getattr(found, key) for key in again} == again
