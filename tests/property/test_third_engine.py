"""Faults planted in a third engine, of the size of a cent or a month: each is caught by name.

The engine is that of `examples/auditor/`; a fault is a change of its text, as somebody might make
it. A fault that is not caught is a gap in the invariants: mend those, not the fault.
"""

from __future__ import annotations

import json
import types
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

from reba.testing.invariants import Evidence, check_all

ENGINE = Path(__file__).parents[2] / "examples" / "auditor" / "another_engine.py"


class Planted(NamedTuple):
    """A fault: the text of the engine before and after, and what catches it."""

    what: str
    before: str
    after: str
    caught_by: tuple[str, ...]


PLANTED = (
    Planted("half a cent is rounded down", "return int(amount.quantize(Decimal(1), ROUND_HALF_UP))",
            'return int(amount.quantize(Decimal(1), "ROUND_HALF_DOWN"))', ("O1", "A13")),
    Planted("half a cent goes to the even cent",
            "return int(amount.quantize(Decimal(1), ROUND_HALF_UP))",
            'return int(amount.quantize(Decimal(1), "ROUND_HALF_EVEN"))', ("O1", "A13")),
    Planted("cents are cut off", "return int(amount.quantize(Decimal(1), ROUND_HALF_UP))",
            "return int(amount)", ("O1", "A13", "T2")),
    Planted("each line of the allowance is rounded",
            'week += amounts[f"rva.{name}"] + amounts["rva.clothing"]',
            'week += rounded((amounts[f"rva.{name}"] + amounts["rva.clothing"]) * Decimal("4.33"))'
            ' / Decimal("4.33")', ("O1", "A13")),
    Planted("a month has four and a third weeks",
            'return rounded(week * amounts["reba.month_factor"])',
            "return rounded(week * Decimal(13) / Decimal(3))", ("O1", "A13", "T2")),
    Planted("the amounts of the last day of the month count",
            "amounts = Amounts(law, facts.month.first_day)",
            "amounts = Amounts(law, facts.month.last_day)", ("O1", "T2")),
    Planted("the amounts of the month before count",
            "amounts = Amounts(law, facts.month.first_day)",
            "amounts = Amounts(law, (facts.month - 1).first_day)", ("O1", "T2")),
    Planted("the maximum of shelter is forgotten",
            'return min(month, int(amounts["reba.housing_maximum"]))', "return month",
            ("O1", "A2")),
    Planted("three members have the amounts of two", '"1_2" if size <= 2 else "3" if size == 3',
            '"1_2" if size <= 3 else "3" if size == 0', ("O1", "T2", "A13")),
    Planted("a minor alone has the amount of a child", "alone = not adults and size <= 2",
            "alone = False", ("O1", "T2")),
    Planted("who turns eighteen on the first day is a child",
            "return member.born <= years_before(day, 18)",
            "return member.born < years_before(day, 18)", ("O1",)),
    Planted("child benefit ends the allowance a month late",
            "return member.child_benefit_since > months_before(day, 3)",
            "return member.child_benefit_since >= months_before(day, 3)", ("O1",)),
    Planted("the exemption is of the household, not of each member",
            "    earned, other = sum(each.earned for each in means),",
            "    means = [Means(min(e.exempt, 18300 // len(means)), e.earned, e.other)"
            " for e in means]\n    earned, other = sum(each.earned for each in means),",
            ("O1",)),
    Planted("the exemption has no maximum",
            'exempt = min(part, int(amounts["reba.exemption_maximum"]))', "exempt = part",
            ("O1",)),
    Planted("the maximum of the exemption is a cent too low",
            'exempt = min(part, int(amounts["reba.exemption_maximum"]))',
            'exempt = min(part, int(amounts["reba.exemption_maximum"]) - 1)', ("O1",)),
    Planted("a twenty-fifth week is exempt", "or weeks < 24:", "or weeks <= 24:", ("O1",)),
    Planted("each item of wages is exempt by itself",
            'part = rounded(wages * amounts["reba.exemption_rate"])',
            'part = sum(rounded(item.net_cents * amounts["reba.exemption_rate"])'
            " for item in items if item.kind in WAGES)", ("A11", "O1")),
    Planted("income of another month counts", "if item.earned_in in (None, facts.month)]", "]",
            ("O1",)),
    Planted("holiday pay counts as other income", 'WAGES = ("earnings", "holiday_pay")',
            'WAGES = ("earnings",)', ("O1",)),
    Planted("a justified gift counts", "(item.kind in GIFTS and not item.justified)",
            "item.kind in GIFTS", ("O1",)),
    Planted("obligations are deducted twice", "left = max(0, obligations - (wages - exempt))",
            "left = obligations", ("O1",)),
    Planted("more than was earned is deducted", "earned = max(0, wages - exempt - obligations)",
            "earned = wages - exempt - obligations", ("O1", "A1")),
    Planted("only the first member earns",
            "means = [means_of(member, facts, amounts) for member in",
            "means = [means_of(member, facts, amounts) for member in facts.members[:1] or",
            ("A9", "O1")),
    Planted("savings count as assets", 'if receipt.kind != "savings_from_income"\n        and not',
            "if not", ("A12", "O1")),
    Planted("debts do not count", "owned.at_start_cents - owned.debts_at_start_cents",
            "owned.at_start_cents", ("O1",)),
    Planted("the asset limit is always that of today",
            "on = Amounts(amounts.law, owned.limit_on or amounts.day)", "on = amounts", ("O1",)),
    Planted("a family has the limit of a single person",
            'household = "family" if len(facts.members) > 1 else "single"', 'household = "single"',
            ("O1",)),
    Planted("what was charged before is charged again",
            "return max(0, total - (owned.charged_before_cents or 0))", "return total", ("O1",)),
    Planted("assets come on top of the ceiling",
            "min(ceiling - from_earnings - from_other, assets_left(facts, amounts))",
            "min(ceiling, assets_left(facts, amounts))", ("A2", "O1")),
    Planted("the ceiling is forgotten", "if earned + other > ceiling:", "if earned > 10**12:",
            ("A2", "O1")),
    Planted("a cent is lost between the parts", "from_other = ceiling - from_earnings\n",
            "from_other = rounded(Decimal(ceiling * other) / Decimal(earned + other))\n",
            ("O1", "A2")),
    Planted("floats share the ceiling",
            "rounded(Decimal(ceiling * earned) / Decimal(earned + other))",
            "round(ceiling * (earned / (earned + other)))", ("O1",)),
    Planted("shelter that is not provided is charged", "if not facts.provisions.shelter:",
            "if facts.provisions is None:", ("O1",)),
    Planted("an answer is kept by household and month",
            "    with localcontext(Context(prec=40)):\n        return owed(facts, law)",
            "    with localcontext(Context(prec=40)):\n"
            "        return KEPT.setdefault((facts.household, facts.month), owed(facts, law))",
            ("O1", "A5")),
    Planted("decimals are as precise as the program around it happens to be",
            "    with localcontext(Context(prec=40)):\n        return owed(facts, law)",
            "    return owed(facts, law)", ("A15",)),
)  # fmt: skip


def engine_with(planted: Planted | None) -> Any:
    text = ENGINE.read_text(encoding="utf-8")
    if planted is not None:
        assert planted.before in text, f"the engine has no such line: {planted.before}"
        text = text.replace(planted.before, planted.after).replace(
            'GIFTS = ("', 'KEPT: dict[object, Owed] = {}\nGIFTS = ("', 1
        )
    module = types.ModuleType("another_engine")
    exec(compile(text, str(ENGINE), "exec"), module.__dict__)  # noqa: S102 (our own file)
    return module.assess


def held_against(planted: Planted | None, *only: str, examples: int = 1000) -> Evidence:
    return check_all(
        engine=engine_with(planted), only=only, settings=settings(max_examples=examples)
    )


def test_the_engine_as_it_stands_violates_nothing() -> None:
    found = held_against(None, examples=25)
    assert [result.render() for result in found.violated] == []
    applicable = [each for each in found.results if each.outcome == "held"]
    assert len(applicable) >= 18
    assert {each.invariant.id for each in found.results} - {
        each.invariant.id for each in applicable
    } == {"A14", "X1"}  # it explains nothing


@pytest.mark.parametrize("planted", PLANTED, ids=[each.what for each in PLANTED])
def test_a_planted_fault_is_caught_with_a_small_counterexample(planted: Planted) -> None:
    found = held_against(planted, planted.caught_by[0])
    (result,) = found.violated
    text = result.counterexample
    facts = json.loads(text[: text.index("\n}") + 2])
    assert len(facts["members"]) <= 6  # the maximum of shelter binds from five
    assert len(text.splitlines()) <= 20
    assert ("expected" in text and "found" in text) or "InvalidOperation" in text


def test_there_are_twenty_and_more() -> None:
    assert len({each.what for each in PLANTED}) == len(PLANTED) >= 20
