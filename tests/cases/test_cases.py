"""Run the worked cases: each a table in a TOML file, in the language of the domain."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from reba import (
    Assessment,
    AssetPosition,
    HouseholdMonth,
    RebaError,
    assess,
    asset_position,
    load_law,
)
from reba.law.choices import MunicipalChoices
from reba.testing import oracle

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
        if facts["scheme"] == "reba-2008":
            member.setdefault("residence_status", "asylum_seeker")
    return facts


def _choices(case: Case) -> MunicipalChoices | None:
    if "choices" not in case:
        return None
    version = {"valid_from": "2024-07-01", "source": case["source"], "rules": case["choices"]}
    head = {"id": "case", "municipality": "Voorbeeldstad"}
    return MunicipalChoices.from_record({"choices": head, "version": [version]})


def _compute(case: Case, facts: Case) -> Assessment | AssetPosition:
    household = HouseholdMonth.from_json(json.dumps(facts))
    if case.get("assets_only"):
        return asset_position(household, load_law())
    return assess(household, load_law(), _choices(case))


def _again(case: Case, facts: Case) -> dict[str, int | None]:
    if case.get("assets_only"):
        return oracle.asset_position(facts)._asdict()
    return oracle.contribution(facts, case.get("choices")).amounts()


@pytest.mark.parametrize("case", _cases())
def test_case(case: Case) -> None:
    assert case["source"]
    facts, expected = _facts(case), case.get("expect", {})
    if "error" in case:
        with pytest.raises(RebaError) as raised:
            _compute(case, facts)
        fault = raised.value.faults[0].code if raised.value.faults else raised.value.code
        assert fault == case["error"]
        assert case.get("names", "") in str(raised.value)
        return
    found = _compute(case, facts)
    assert expected
    assert {key: getattr(found, key) for key in expected} == expected
    again = _again(case, facts)
    assert {key: getattr(found, key) for key in again} == again
