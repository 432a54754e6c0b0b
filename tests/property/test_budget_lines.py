"""Budget lines for all households: never a cent beside the rules, and no cliff missed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given, reject
from hypothesis import strategies as st

from reba import Assessment, HouseholdMonth, RebaError, assess, load_law
from reba.fact_checks import EARNINGS_KINDS
from reba.law.choices import MunicipalChoices
from reba.money import format_euros
from reba.simulation.budget_lines import BudgetLine, budget_line
from reba.testing import strategies as reba_st

LAW = load_law()
AROUND = 30
WIDTH = 20_00
HIGHEST = 1600_00
Case = dict[str, Any]


def _earns(case: Case) -> bool:
    return any(
        item["kind"] in EARNINGS_KINDS
        for member in case["members"]
        for item in member.get("income", ())
    )


def _cases(scheme: str) -> st.SearchStrategy[Case]:
    return reba_st.facts(scheme=scheme, max_members=4).filter(_earns)  # type: ignore[arg-type]


def _at(case: Case, cents: int) -> HouseholdMonth:
    """Write the first earnings into the facts, as those of the month, and read them."""
    members, found = [], False
    for member in case["members"]:
        items = []
        for item in member.get("income", ()):
            varied = item["kind"] in EARNINGS_KINDS and not found
            found = found or varied
            dated = {key: value for key, value in item.items() if key != "earned_in"}
            items.append({**dated, "net": format_euros(cents)} if varied else item)
        members.append({**member, "income": items} if items else member)
    return HouseholdMonth.model_validate({**case, "members": members})


def _kept(case: Case, cents: int, choices: MunicipalChoices | None) -> int:
    found: Assessment = assess(_at(case, cents), LAW, choices)
    withdrawn = sum(s.amount_cents or 0 for s in found.steps if s.id == "leefgeld_withdrawn")
    return cents - found.contribution_cents - withdrawn


def _line(case: Case, choices: MunicipalChoices | None, first: int, step: int = 3_00) -> BudgetLine:
    """Draw a stretch of the line; whole lines are drawn in the unit tests."""
    try:
        return budget_line(
            _at(case, 0), LAW, choices=choices,
            minimum_cents=first, maximum_cents=first + WIDTH, step_cents=step,
        )  # fmt: skip
    except RebaError as error:
        # Earnings of nothing may lack the one fact that others need.
        if error.code != "facts.exemption_weeks_missing":
            raise
        return reject()


def _cliffs_by_hand(
    case: Case, choices: MunicipalChoices | None, first: int, last: int
) -> list[tuple[int, int]]:
    kept = {cents: _kept(case, cents, choices) for cents in range(first - 1, last + 1)}
    return [
        (cents, kept[cents - 1] - kept[cents])
        for cents in range(first, last + 1)
        if kept[cents] < kept[cents - 1]
    ]


def _somewhere(case: Case, choices: MunicipalChoices | None) -> st.SearchStrategy[int]:
    """Where a stretch begins: anywhere, or so that a threshold of the household lies in it."""
    anywhere = st.integers(0, HIGHEST - WIDTH)
    try:
        found = assess(_at(case, 0), LAW, choices)
    except RebaError:
        return anywhere
    others = found.countable_income_cents
    near = [
        threshold - others
        for threshold in (found.leefgeld_withdrawn_from_cents, found.contribution_due_from_cents)
        if threshold is not None and threshold - others > 0
    ]
    if not near:
        return anywhere
    within = st.builds(
        lambda at, back: max(0, at - back), st.sampled_from(near), st.integers(1, WIDTH)
    )
    return within | within | anywhere


@pytest.mark.invariant("A6")
@given(case=_cases("reba-2008"), data=st.data())
def test_under_reba_no_cent_costs_more_than_a_cent(case: Case, data: st.DataObject) -> None:
    first = data.draw(_somewhere(case, None), label="first")
    line = _line(case, None, first, data.draw(st.integers(30, 9_00), label="step"))
    assert line.cliffs == ()
    for point in data.draw(st.lists(st.sampled_from(line.points), max_size=4), label="points"):
        assert point.kept_cents == _kept(case, point.earnings_cents, None)


@pytest.mark.invariant("A6")
@given(case=_cases("rooo"), choices=reba_st.choices(), data=st.data())
def test_under_the_rooo_no_cliff_is_missed(
    case: Case, choices: MunicipalChoices, data: st.DataObject
) -> None:
    first = data.draw(_somewhere(case, choices), label="first")
    line = _line(case, choices, first)
    found = {each.earnings_cents: each.loss_cents for each in line.cliffs}
    event(f"{len(found)} cliffs")
    centres = st.integers(first + 1, first + WIDTH)
    centre = data.draw(st.sampled_from(sorted(found)) if found else centres, label="centre")
    low, high = max(first + 1, centre - AROUND), min(first + WIDTH, centre + AROUND)
    by_hand = _cliffs_by_hand(case, choices, low, high)
    assert by_hand == [(at, loss) for at, loss in sorted(found.items()) if low <= at <= high]
    for point in data.draw(st.lists(st.sampled_from(line.points), max_size=4), label="points"):
        assert point.kept_cents == _kept(case, point.earnings_cents, choices)


def _measured(choices: MunicipalChoices) -> MunicipalChoices:
    """Measure the income of the month before, as is done where nothing was chosen."""
    record: Case = choices.to_record()
    same = {"income_proof": "measured", "reference_period": "month", "reference_dates": []}
    versions = [{**each, "rules": {**each["rules"], **same}} for each in record["version"]]
    return MunicipalChoices.from_record({**record, "version": versions})


@given(case=_cases("rooo"), choices=reba_st.choices().map(_measured), data=st.data())
def test_what_a_municipality_may_choose_lies_within_the_bounds(
    case: Case, choices: MunicipalChoices, data: st.DataObject
) -> None:
    first = data.draw(_somewhere(case, choices), label="first")
    without, chosen = _line(case, None, first), _line(case, choices, first)
    event(f"undecided: {any(point.bounds is not None for point in without.points)}")
    for undecided, point in zip(without.points, chosen.points, strict=True):
        if undecided.bounds is None:
            assert undecided[:6] == point[:6]
        else:
            assert point.kept_cents is not None
            assert undecided.bounds.kept_least_cents <= point.kept_cents
            assert point.kept_cents <= undecided.bounds.kept_most_cents
