"""Which steps the trace of a Reba 2008 assessment tells, where a cent decides (A14, X1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reba import Assessment, HouseholdMonth, assess, asset_position, load_law

Case = dict[str, Any]
LAW = load_law()
ADULT, CHILD = "1985-06-15", "2000-06-15"


def _case(*items: tuple[str, str], born: str = ADULT) -> Case:
    earner = {
        "id": "P-1", "born": born, "residence_status": "asylum_seeker", "exemption_weeks_used": 24,
        "income": [{"kind": kind, "net": net} for kind, net in items], "obligations": "0.00",
    }  # fmt: skip
    return {
        "scheme": "reba-2008", "month": "2015-06", "household": "H-1", "members": [earner],
        "provisions": {"shelter": True, "catering": False},
    }  # fmt: skip


def _assess(*items: tuple[str, str], born: str = ADULT) -> Assessment:
    return assess(HouseholdMonth.model_validate(_case(*items, born=born)), LAW)


def _told(found: Assessment) -> list[str]:
    return [step.id for step in found.steps]


@pytest.mark.invariant("A14")
@pytest.mark.parametrize(
    ("items", "shared"),
    [
        ([("benefit", "900.00")], False),
        ([("earnings", "900.00")], False),
        ([("earnings", "200.00"), ("benefit", "100.00")], False),
        ([("earnings", "400.00"), ("benefit", "100.00")], True),
        ([("earnings", "0.01"), ("benefit", "900.00")], True),
        ([("earnings", "900.00"), ("benefit", "0.01")], True),
    ],
)
def test_the_pro_rata_choice_is_told_where_two_origins_share_a_ceiling_and_nowhere_else(
    items: list[tuple[str, str]], shared: bool  # noqa: FBT001
) -> None:  # fmt: skip
    found = _assess(*items)
    assert ("choice.pro_rata" in _told(found)) is shared
    step = next(step for step in found.steps if step.id == "from_earnings")
    assert (step.exact is not None) is shared


@pytest.mark.invariant("A14")
def test_a_ceiling_of_nothing_is_shared_too() -> None:
    """Neither shelter nor allowance is provided: two origins share nothing, and that is told."""
    case = _case(("earnings", "0.01"), ("benefit", "0.01"))
    case["members"][0]["receives_allowance"] = False
    case["provisions"]["shelter"] = False
    found = assess(HouseholdMonth.model_validate(case), LAW)
    assert (found.contribution_cents, found.economic_value_cents) == (0, 0)
    assert "choice.pro_rata" in _told(found)


@pytest.mark.invariant("A14")
@pytest.mark.parametrize(("before", "remaining"), [("0.00", 10000), ("20.00", 8000)])
def test_what_was_charged_of_the_assets_before_is_told(before: str, remaining: int) -> None:
    case = _case()
    case["assets"] = {
        "at_start": "6045.00", "debts_at_start": "0.00", "started_on": "2015-01-01",
        "receipts": [], "charged_before": before,
    }  # fmt: skip
    found = assess(HouseholdMonth.model_validate(case), LAW)
    step = next(step for step in found.steps if step.id == "from_assets")
    assert dict(step.inputs) == {
        "remaining_cents": remaining, "charged_before_cents": 10000 - remaining,
    }  # fmt: skip


@pytest.mark.invariant("A14")
@pytest.mark.parametrize(
    ("born", "items", "told"),
    [
        (CHILD, [("earnings", "50.00"), ("benefit", "50.00")], True),
        (CHILD, [("earnings", "0.01")], True),
        (CHILD, [("benefit", "0.01")], True),
        (CHILD, [("child_benefit", "50.00")], False),
        (ADULT, [("earnings", "50.00")], False),
    ],
)
def test_that_income_of_a_child_counts_is_told_as_a_choice(
    born: str, items: list[tuple[str, str]], told: bool  # noqa: FBT001
) -> None:  # fmt: skip
    assert ("choice.child_earnings" in _told(_assess(*items, born=born))) is told


@pytest.mark.invariant("A14")
@pytest.mark.parametrize(
    ("obligations", "deducted"), [("30.00", 3000), ("75.00", 7500), ("1000.00", 9000)]
)
def test_what_is_owed_is_told_as_far_as_it_reduced_any_income(
    obligations: str, deducted: int
) -> None:
    """From earnings first, then from other income, and never more than there is."""
    case = _case(("earnings", "50.00"), ("benefit", "40.00"))
    case["members"][0]["obligations"] = obligations
    found = assess(HouseholdMonth.model_validate(case), LAW)
    step = next(step for step in found.steps if step.id == "obligations:P-1")
    assert step.amount_cents == deducted
    assert found.contribution_cents == 9000 - deducted


@pytest.mark.parametrize(
    ("kind", "net", "asked"),
    [("benefit", "0.01", True), ("earnings", "0.01", True), ("child_benefit", "50.00", False)],
)
def test_what_is_owed_is_asked_of_who_has_income_that_counts(
    kind: str, net: str, asked: bool  # noqa: FBT001
) -> None:  # fmt: skip
    case = _case((kind, net))
    del case["members"][0]["obligations"]
    found = assess(HouseholdMonth.model_validate(case), LAW)
    assert ("obligations" in found.not_supplied) is asked
    facts = [dict(step.inputs)["fact"] for step in found.steps if step.id == "not_supplied"]
    assert ("obligations" in facts) is asked


@pytest.mark.parametrize(
    ("at_start", "before", "asked"),
    [("6045.00", None, True), ("6045.00", "20.00", False), ("5895.00", None, False)],
)
def test_what_was_charged_before_is_asked_where_assets_lie_above_the_limit(
    at_start: str, before: str | None, asked: bool  # noqa: FBT001
) -> None:  # fmt: skip
    case = _case()
    case["assets"] = {
        "at_start": at_start, "debts_at_start": "0.00", "started_on": "2015-01-01",
        "receipts": [], **({} if before is None else {"charged_before": before}),
    }  # fmt: skip
    found = assess(HouseholdMonth.model_validate(case), LAW)
    assert found.not_supplied == (("assets.charged_before",) if asked else ())


@pytest.mark.invariant("X1")
@pytest.mark.parametrize(
    ("kind", "article"),
    [
        ("child_benefit", "BWBR0024733&artikel=5&lid=2"),
        ("cost_reimbursement", "BWBR0024733&artikel=5&lid=2"),
        ("exempt_asset_interest", "BWBR0024733&artikel=5&lid=2"),
        ("rva_allowance", "BWBR0017959&artikel=20&lid=2"),
        ("chores", "BWBR0017959&artikel=18&lid=3"),
    ],
)
def test_what_never_counts_is_told_with_the_article_that_says_so(kind: str, article: str) -> None:
    found = _assess((kind, "100.00"))
    step = next(step for step in found.steps if step.id == "uncounted_income:P-1")
    assert (step.amount_cents, step.legal) == (0, (f"jci1.3:c:{article}",))
    assert found.contribution_cents == 0


@pytest.mark.parametrize(("kind", "named"), [("benefit", False), ("earnings", True)])
def test_the_exemption_makes_provisional_who_earns_and_nobody_else(
    tmp_path: Path, kind: str, named: bool  # noqa: FBT001
) -> None:  # fmt: skip
    path = tmp_path / "overlay.toml"
    path.write_text(
        'instrument = "BWBR0024733"\ntitle = "another share"\n'
        '[parameter."reba.exemption_rate"]\ntitle_nl = "-"\ntitle_en = "-"\nunit = "ratio"\n'
        '[[parameter."reba.exemption_rate".value]]\nis = "0.30"\nvalid_from = 2015-06-01\n'
        'valid_to = 2015-06-30\nurl = "https://example.org/letter"\n',
        encoding="utf-8",
    )
    case = _case((kind, "100.00"))
    case["members"][0]["exemption_weeks_used"] = 0
    found = assess(HouseholdMonth.model_validate(case), load_law(path))
    assert found.provisional_because == (("reba.exemption_rate",) if named else ())


def test_what_is_assessed_twice_is_equal_and_shown_without_what_builds_its_trace() -> None:
    case = _case(("benefit", "100.00"))
    case["assets"] = {
        "at_start": "6045.00", "debts_at_start": "0.00", "started_on": "2015-01-01", "receipts": [],
    }  # fmt: skip
    facts = HouseholdMonth.model_validate(case)
    for verb in (assess, asset_position):
        found = verb(facts, LAW)
        assert found == verb(facts, LAW)
        assert "explain" not in repr(found)
        assert "household='H-1'" in repr(found)
