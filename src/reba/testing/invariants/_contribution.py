"""The invariants of an assessment (A1 to A15, X1): what any engine keeps for every household."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import localcontext
from typing import Final

from reba.law.assess import assess
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.law.rooo import SCHEME as ROOO
from reba.money import format_euros, half_up
from reba.testing.invariants import _changes as changes
from reba.testing.invariants._cases import (
    BRANCHES,
    Case,
    Engine,
    Pair,
    amount_of,
    branches_of,
    cases,
)
from reba.testing.invariants._invariant import Invariant, Labels, Nearly, NotApplicableError, Words
from reba.testing.violations import Violation, expect

__all__ = ["CONTRIBUTION"]


def _reba(article: str) -> str:
    return f"jci1.3:c:BWBR0024733&artikel={article}"


_ART3: Final = (_reba("3"),)
_ART4: Final = (_reba("4"),)
_ART5: Final = (_reba("5&lid=3"), _reba("5&lid=4"))
_ART7_2: Final = (_reba("7&lid=2"),)
_REBA_BRANCHES: Final = tuple(
    name for name in BRANCHES if not name.startswith((ROOO, "scheme: rooo", "refused"))
)
_CENT: Final = 1


def _due(engine: Engine, case: Case) -> int:
    return amount_of(case.assessed_by(engine), "contribution_cents")


def _a1(engine: Engine, case: Case) -> Labels:
    due = _due(engine, case)
    expect("A1", "the type of the contribution", "int", type(due).__name__)
    if due < 0:
        raise Violation("A1", "the contribution is not negative", "0 or more", due)
    return branches_of(case)


def _a2(engine: Engine, case: Case) -> Labels:
    found = case.assessed_by(engine)
    ceiling = amount_of(found, "economic_value_cents")
    from_income = found.contribution_cents - amount_of(found, "from_assets_cents")
    if from_income > ceiling or found.contribution_cents > ceiling:
        raise Violation(
            "A2", "the contribution is at most the economic value", ceiling,
            found.contribution_cents,
        )  # fmt: skip
    # The ceiling is that of the law, and not of whoever is checked.
    right = amount_of(case.assessed_by(assess), "economic_value_cents")
    if found.contribution_cents > right:
        raise Violation(
            "A2", "the contribution is at most the economic value", right, found.contribution_cents
        )
    return branches_of(case)


def _a3(engine: Engine, case: Case) -> Labels:
    due, right = _due(engine, case), case.assessed_by(assess)
    means = max(0, right.countable_income_cents) + (right.asset_total_cents or 0)
    if due > means:
        raise Violation("A3", "the contribution is at most what counts as means", means, due)
    return branches_of(case)


def _a4(engine: Engine, case: Case) -> Labels:
    expect("A4", "the contribution of who has nothing", 0, _due(engine, case))
    return branches_of(case)


def _a5(engine: Engine, pair: Pair) -> Labels:
    before, after = _due(engine, pair.one), _due(engine, pair.other)
    if after < before:
        raise Violation("A5", f"the contribution when {pair.what}", f"{before} or more", after)
    return branches_of(pair.one)


def _a6(engine: Engine, pair: Pair) -> Labels:
    before, after = _due(engine, pair.one), _due(engine, pair.other)
    if after > before + _CENT:
        raise Violation("A6", f"the contribution when {pair.what}", f"{before + 1} or less", after)
    return branches_of(pair.one)


def _a7(engine: Engine, pair: Pair) -> Labels:
    found = pair.one.assessed_by(engine)
    exempt = amount_of(found, "exemption_cents")
    earned = sum(
        step.amount_cents or 0
        for step in pair.one.assessed_by(assess).steps
        if step.id.startswith("earnings:")
    )
    if not 0 <= exempt <= earned:
        raise Violation("A7", "the exemption is a part of earnings", f"0 to {earned}", exempt)
    before, after = found.contribution_cents, _due(engine, pair.other)
    if after < before:
        raise Violation("A7", f"the contribution when {pair.what}", f"{before} or more", after)
    return branches_of(pair.one)


def _a8(engine: Engine, pair: Pair) -> Labels:
    before, after = (
        amount_of(case.assessed_by(engine), "economic_value_cents")
        for case in (pair.one, pair.other)
    )
    if after < before:
        raise Violation("A8", f"the economic value when {pair.what}", f"{before} or more", after)
    return branches_of(pair.one)


def _same(name: str) -> Callable[[Engine, Pair], Labels]:
    """Return the check that both cases of a pair owe the same."""

    def check(engine: Engine, pair: Pair) -> Labels:
        expect(
            name, f"the contribution when {pair.what}", _due(engine, pair.one),
            _due(engine, pair.other),
        )  # fmt: skip
        return branches_of(pair.one)

    return check


_PARTS: Final = ("from_earnings_cents", "from_other_income_cents", "from_assets_cents")


def _a10(engine: Engine, pair: Pair) -> Labels:
    one, other = (case.assessed_by(engine) for case in (pair.one, pair.other))
    for name in ("contribution_cents", *_PARTS):
        before, after = getattr(one, name, None), getattr(other, name, None)
        expect("A10", f"{name} when members have other ids", before, after)
    return branches_of(pair.one)


_ROUNDED: Final = ("allowance_value", "housing_value")


def _a13(engine: Engine, case: Case) -> Labels:
    found, right = case.assessed_by(engine), case.assessed_by(assess)
    exact = {step.id: step.exact for step in right.steps}
    for name in _ROUNDED:
        if exact.get(name) is not None:
            amount = amount_of(found, f"{name}_cents")
            expect("A13", f"{name}_cents, once rounded half up", half_up(*exact[name]), amount)
    parts = [amount_of(found, name) for name in _PARTS]
    expect("A13", "the parts by origin add up", found.contribution_cents, sum(parts))
    return branches_of(case)


def _a14(engine: Engine, case: Case) -> Labels:
    found = case.assessed_by(engine)
    steps = getattr(found, "steps", None)
    if steps is None:
        raise NotApplicableError("steps")
    if not steps:
        raise Violation("A14", "an amount is explained", "steps", "none")
    last = steps[-1]
    expect("A14", "the last step is the amount", found.contribution_cents, last.amount_cents)
    expect(
        "A14", "what the last step adds up", last.amount_cents,
        sum(int(value) for _, value in last.inputs),
    )  # fmt: skip
    for step in steps:
        cited = all(source.startswith(("jci1.3:c:BWBR", "https://")) for source in step.legal)
        expect("A14", f"{step.id} cites its source", True, bool(step.legal) and cited)
    return branches_of(case)


def _a15(engine: Engine, case: Case) -> Labels:
    first = _due(engine, case)
    smallest = Case(
        {
            "scheme": REBA_2008, "month": "2015-03", "household": "H-2",
            "members": [{"id": "P-1", "born": "1990-01-01", "residence_status": "permit_holder",
                         "income": [{"kind": "earnings", "net": "400.00"}]}],
            "provisions": {"shelter": True, "catering": False},
        }
    )  # fmt: skip
    _due(engine, smallest)
    with localcontext() as context:
        context.prec = 3
        again = _due(engine, case)
    expect("A15", "the contribution, assessed again after another household", first, again)
    return branches_of(case)


_AMOUNT: Final = re.compile(r"\d+\.\d\d\b")


def _x1(engine: Engine, case: Case) -> Labels:
    found = case.assessed_by(engine)
    render = getattr(found, "render", None)
    if render is None:
        raise NotApplicableError("render")
    dutch, english = (_AMOUNT.findall(render(language)) for language in ("nl", "en"))
    expect("X1", "the amounts in English", dutch, english)
    due = format_euros(found.contribution_cents)
    expect("X1", "the contribution is told", True, due in dutch)
    return branches_of(case)


CONTRIBUTION: Final = (
    Invariant(
        id="A1", subject="engine", cases=cases, check=_a1, branches=BRANCHES[:-2],
        statement=Words(
            "De eigen bijdrage is een heel aantal centen, en nooit negatief.",
            "The contribution is a whole number of cents, and never negative.",
        ),
    ),
    Invariant(
        id="A2", subject="engine", cases=lambda: cases(REBA_2008), check=_a2,
        branches=_REBA_BRANCHES, legal=_ART4, depends_on=("reba.month_factor",),
        needs=("economic_value_cents", "from_assets_cents"),
        statement=Words(
            "De eigen bijdrage is niet hoger dan de economische waarde van de verstrekkingen.",
            "The contribution is at most the economic value of what is provided.",
        ),
    ),
    Invariant(
        id="A3", subject="engine", cases=lambda: cases(REBA_2008), check=_a3,
        branches=_REBA_BRANCHES, legal=_ART4,
        statement=Words(
            "De eigen bijdrage is niet hoger dan de middelen die meetellen.",
            "The contribution is at most what counts as means.",
        ),
    ),
    Invariant(
        id="A4", subject="engine", cases=changes.without_means, check=_a4, legal=_ART4,
        statement=Words(
            "Wie geen middelen heeft, betaalt niets.", "Who has no means pays nothing."
        ),
        nearly=Nearly(
            Words("Wie geen middelen meldt, betaalt niets.", "Who reports no means pays nothing."),
            "nothing-reported-and-presumed",
        ),
    ),
    Invariant(
        id="A5", subject="engine", cases=changes.more_income, check=_a5, legal=_ART4,
        statement=Words(
            "Meer inkomen van één lid verlaagt de eigen bijdrage nooit.",
            "More income of one member never lowers the contribution.",
        ),
        nearly=Nearly(
            Words(
                "Wie meer verdient, houdt altijd meer over.",
                "Who earns more always keeps more.",
            ),
            "earns-more-keeps-less",
        ),
    ),
    Invariant(
        id="A6", subject="engine", cases=lambda: changes.more_income(REBA_2008, cents=1),
        check=_a6, legal=_ART4,
        statement=Words(
            "Eén cent meer inkomen verhoogt de eigen bijdrage met hooguit één cent (Reba 2008).",
            "One cent more income raises the contribution by at most one cent (Reba 2008).",
        ),
        nearly=Nearly(
            Words(
                "Dat geldt voor elke regeling.", "That holds for every scheme."
            ),
            "a-cent-more-under-the-rooo",
        ),
    ),
    Invariant(
        id="A7", subject="engine", cases=changes.less_exempt, check=_a7, legal=_ART5,
        depends_on=("reba.exemption_rate", "reba.exemption_maximum"), needs=("exemption_cents",),
        statement=Words(
            "De vrijlating is een deel van het loon; minder vrijlating verlaagt de bijdrage nooit.",
            "The exemption is a part of earnings; less of it never lowers the contribution.",
        ),
    ),
    Invariant(
        id="A8", subject="engine", cases=changes.joined_by_one, check=_a8, legal=_ART3,
        depends_on=("rva.food_adult_1_2", "reba.housing_further_member"),
        needs=("economic_value_cents",),
        statement=Words(
            "De economische waarde daalt niet als er een lid met toelage bij komt.",
            "The economic value does not fall when a member with an allowance joins.",
        ),
        nearly=Nearly(
            Words(
                "De economische waarde daalt niet als er een lid bij komt.",
                "The economic value does not fall when a member joins.",
            ),
            "joined-without-an-allowance",
        ),
    ),
    Invariant(
        id="A9", subject="engine", cases=changes.shuffled, check=_same("A9"),
        statement=Words(
            "De volgorde van leden, inkomsten en ontvangsten maakt niet uit.",
            "The order of members, income and receipts does not matter.",
        ),
    ),
    Invariant(
        id="A10", subject="engine", cases=changes.shuffled, check=_a10,
        statement=Words(
            "Andere kenmerken voor de leden veranderen geen enkel bedrag van het huishouden.",
            "Other ids of members change no amount of the household.",
        ),
    ),
    Invariant(
        id="A11", subject="engine", cases=changes.income_in_two, check=_same("A11"),
        statement=Words(
            "Eén bedrag aan inkomen in tweeën melden verandert niets.",
            "Reporting one item of income as two changes nothing.",
        ),
    ),
    Invariant(
        id="A12", subject="engine", cases=changes.savings_received, check=_same("A12"),
        legal=_ART7_2,
        statement=Words(
            "Wat tijdens de opvang uit inkomen is gespaard, telt niet als vermogen.",
            "What was saved from income during reception is no asset.",
        ),
    ),
    Invariant(
        id="A13", subject="engine", cases=lambda: cases(REBA_2008), check=_a13, legal=_ART3,
        branches=_REBA_BRANCHES, needs=("allowance_value_cents", "housing_value_cents", *_PARTS),
        statement=Words(
            "Elk bedrag wordt één keer afgerond, naar boven op een halve cent; "
            "de delen tellen op.",
            "Each amount is rounded once, half a cent upward; the parts add up.",
        ),
    ),
    Invariant(
        id="A14", subject="engine", cases=cases, check=_a14, needs=("steps",),
        statement=Words(
            "De uitleg telt op tot het bedrag, en elke stap noemt zijn bron.",
            "The explanation adds up to the amount, and each step cites its source.",
        ),
    ),
    Invariant(
        id="A15", subject="engine", cases=cases, check=_a15,
        statement=Words(
            "Dezelfde feiten geven altijd hetzelfde bedrag, wat er ook vooraf ging.",
            "The same facts always give the same amount, whatever came before.",
        ),
    ),
    Invariant(
        id="X1", subject="engine", cases=cases, check=_x1, needs=("render",),
        statement=Words(
            "De Nederlandse en de Engelse uitleg noemen dezelfde bedragen.",
            "The Dutch and the English explanation tell the same amounts.",
        ),
    ),
)  # fmt: skip
"""What holds of an assessment, in the order of the catalogue."""
