"""The story of a RooO working: steps, in the order of the regulation. Computes nothing.

The regulation was read in part (`docs/legal/open-questions.md`): a step cites the article where it
is known, and otherwise the regulation with the Staatscourant or the publication that was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reba.law.parameters import DatedValue
from reba.law.rooo_parts import Line, MemberIncome, Thresholds, Working
from reba.law.step_parts import step
from reba.law.trace import Step, StepInput

__all__ = ["steps_of", "threshold_steps"]

_ROOO: Final = "jci1.3:c:BWBR0046503"
_OF_2024: Final = "https://zoek.officielebekendmakingen.nl/stcrt-2024-20260.html"
_OF_2025: Final = "https://zoek.officielebekendmakingen.nl/stcrt-2024-37579.html"
_LEEFGELD: Final = (_ROOO,)
_ADULT_FOOD: Final = (f"{_ROOO}&artikel=10&lid=2",)  # under a; where the rest stands was not read
_ABSENCE: Final = (f"{_ROOO}&artikel=7&lid=1", _OF_2024)
_CONTRIBUTION: Final = (_ROOO, _OF_2024)
_BASIS: Final = (_ROOO, _OF_2025)


def _line(name: str, line: Line, legal: tuple[str, ...], *more: DatedValue) -> Step:
    inputs = ("for", line.label), ("count", line.times)
    return step(name, line.cents, legal, *inputs, parameters=(line.value, *more))


def _with_source(value: DatedValue) -> tuple[str, ...]:
    """Cite the regulation, and the publication of a value that stands in none of its articles."""
    return (_ROOO, value.url) if value.url and not value.jci else (value.jci or _ROOO,)


def threshold_steps(norms: Thresholds) -> tuple[Step, ...]:
    """Tell how the leefgeld, the full contribution and the two thresholds came about."""
    steps = [
        step(
            "household",
            None,
            _CONTRIBUTION,
            ("members", norms.adults + norms.children),
            ("adults", norms.adults),
            ("children", norms.children),
        ),
        step("choice.reference_date", None, _CONTRIBUTION),
    ]
    if norms.adults == 0 and not norms.catering:
        steps.append(step("choice.unaccompanied_minor", None, _LEEFGELD))
    if norms.catering:
        steps.append(step("leefgeld_without_food", None, _LEEFGELD))
    steps.extend(
        _line("leefgeld_line", line, _ADULT_FOOD if line.label == "adult" else _LEEFGELD)
        for line in norms.leefgeld_lines
    )
    steps.append(step("leefgeld", norms.leefgeld_cents, _LEEFGELD))
    if norms.adults == 0:
        return tuple(steps)
    steps.extend(
        _line("contribution_line", line, _CONTRIBUTION, norms.adults_maximum)
        for line in norms.contribution_lines
    )
    full, leefgeld = norms.full_contribution_cents, norms.leefgeld_cents
    steps.append(step("full_contribution", full, _CONTRIBUTION))
    legal = _with_source(norms.rate)
    steps.append(
        step(
            "leefgeld_withdrawn_from",
            norms.leefgeld_withdrawn_from_cents,
            legal,
            ("leefgeld_cents", leefgeld),
            exact=norms.leefgeld_withdrawn_from_exact,
            parameters=(norms.rate,),
        )
    )
    steps.append(
        step(
            "contribution_due_from",
            norms.contribution_due_from_cents,
            legal,
            ("leefgeld_cents", leefgeld),
            ("full_contribution_cents", full),
            exact=norms.contribution_due_from_exact,
            parameters=(norms.rate,),
        )
    )
    return tuple(steps)


def _choices_steps(working: Working) -> Iterator[Step]:
    version, choices = working.version, working.choices
    if version is None or choices is None:
        yield step("municipal_choices", None, _CONTRIBUTION, ("choices", "not supplied"))
    else:
        yield step(
            "municipal_choices",
            None,
            _CONTRIBUTION,
            ("choices", choices.id),
            ("municipality", choices.municipality),
            ("valid_from", version.valid_from.isoformat()),
            ("source", version.source),
            ("digest", choices.digest),
            ("income_proof", version.income_proof),
            ("reference_period", version.reference_period),
            ("below_first", version.below_first),
            ("between", version.between),
        )
    reference = ("reference_month", str(working.reference))
    yield step("choice.next_month", None, _CONTRIBUTION, reference)


def _member_steps(income: MemberIncome, working: Working) -> Iterator[Step]:
    for item in income.uncounted:
        inputs: list[StepInput] = [("kind", item.kind), ("amount_cents", item.net_cents)]
        inputs.append(("because", item.reason))
        if item.detail:
            inputs.append(("detail", item.detail))
        yield step(f"uncounted_income:{income.member}", 0, _CONTRIBUTION, *inputs)
    if income.undated:
        reference = ("reference_month", str(working.reference))
        yield step("choice.undated_income", None, _CONTRIBUTION, reference)
    bases = tuple(("basis", basis) for basis in income.bases)
    if income.lacks_basis:
        bases = (*bases, ("basis", "not supplied"))
    if income.earnings_cents:
        name = f"earnings:{income.member}"
        yield step(name, income.earnings_cents, _BASIS, *_joined(bases))
    if income.other_cents:
        name = f"other_income:{income.member}"
        yield step(name, income.other_cents, _BASIS, *_joined(bases))


def _joined(bases: tuple[tuple[str, str], ...]) -> tuple[StepInput, ...]:
    """Name a single basis; of several, that there are several (inputs have one value a name)."""
    return bases if len(bases) == 1 else (("basis", "several"),)


def _income_steps(working: Working) -> Iterator[Step]:
    for income in working.members:
        yield from _member_steps(income, working)
    for member in working.facts.members:
        if member.obligations_cents:
            reported = ("reported_cents", member.obligations_cents)
            yield step(f"no_deduction:{member.id}", 0, _CONTRIBUTION, reported)
    if working.adults > 1:
        yield step("choice.family_income", None, _CONTRIBUTION, ("adults", working.adults))
    yield step(
        "countable_income",
        working.income_cents,
        _CONTRIBUTION,
        ("earnings_cents", working.earnings_cents),
        ("other_cents", working.other_cents),
    )


def _outcome_steps(working: Working, norms: Thresholds) -> Iterator[Step]:
    first = ("leefgeld_withdrawn_from_cents", norms.leefgeld_withdrawn_from_cents)
    second = ("contribution_due_from_cents", norms.contribution_due_from_cents)
    full = ("full_contribution_cents", norms.full_contribution_cents)
    income = ("income_cents", working.income_cents)
    due = working.contribution_cents
    match working.regime:
        case "below":
            yield step("below_thresholds", 0, _CONTRIBUTION, income, first)
        case "above":
            yield step("above_thresholds", due, _CONTRIBUTION, income, second, full)
        case "between" if working.version is not None:
            floor = working.income_cents - norms.leefgeld_cents
            leefgeld = ("leefgeld_cents", norms.leefgeld_cents)
            yield step("floor", floor, _CONTRIBUTION, income, leefgeld)
            chosen = ("between", working.version.between)
            inputs = (income, first, second, full, chosen)
            exact = working.charge_exact
            yield step("between_thresholds", due, _CONTRIBUTION, *inputs, exact=exact)
        case "presumed":
            lines = norms.contribution_lines
            yield step(
                "presumed",
                due,
                _CONTRIBUTION,
                ("adults_without_leefgeld", working.presumed_adults),
                parameters=(*(line.value for line in lines), norms.adults_maximum),
            )
        case _:
            yield step("no_adults", 0, _CONTRIBUTION)
    withdrawn = working.withdrawn_cents
    if withdrawn is None:
        return
    exact = working.withdrawn_exact
    leefgeld = ("leefgeld_cents", norms.leefgeld_cents)
    yield step("leefgeld_withdrawn", withdrawn, _CONTRIBUTION, leefgeld, exact=exact)
    rest = norms.leefgeld_cents - withdrawn
    taken = ("withdrawn_cents", withdrawn)
    yield step("leefgeld_paid", rest, _LEEFGELD, leefgeld, taken)


def _missing_steps(working: Working) -> Iterator[Step]:
    for absence in working.absences:
        name = "absence_too_long" if absence.too_long else "absence"
        days = ("days", absence.days)
        yield step(f"{name}:{absence.member}", None, _ABSENCE, days, parameters=(absence.maximum,))
        if absence.too_long:
            who = ("member", absence.member)
            yield step("not_supplied", None, _ABSENCE, ("fact", "absence_decision"), who)
    for income in working.members:
        if income.lacks_basis:
            who = ("member", income.member)
            yield step("not_supplied", None, _BASIS, ("fact", "income.basis"), who)
    if working.regime == "below" and working.withdrawn_cents is None:
        yield step("not_supplied", None, _CONTRIBUTION, ("fact", "choices"))


def steps_of(working: Working) -> tuple[Step, ...]:
    """Tell the whole working, ending with the contribution and what it is the sum of."""
    norms = working.thresholds
    steps: list[Step] = []
    if norms is None:
        steps.append(step("no_reception", 0, _CONTRIBUTION, ("shelter", "not provided")))
    else:
        steps.extend(threshold_steps(norms))
    steps.extend(_choices_steps(working))
    steps.extend(_income_steps(working))
    if norms is not None:
        steps.extend(_outcome_steps(working, norms))
    earnings = ("from_earnings_cents", working.from_earnings_cents)
    other = ("from_other_income_cents", working.from_other_cents)
    if working.from_earnings_exact is not None:
        steps.append(step("choice.pro_rata_all", None, _CONTRIBUTION))
    steps.append(
        step(
            "from_earnings",
            working.from_earnings_cents,
            _CONTRIBUTION,
            ("countable_cents", working.earnings_cents),
            exact=working.from_earnings_exact,
        )
    )
    countable = ("countable_cents", working.other_cents)
    steps.append(step("from_other_income", working.from_other_cents, _CONTRIBUTION, countable))
    steps.extend(_missing_steps(working))
    due = working.contribution_cents
    steps.append(step("contribution", due, _CONTRIBUTION, earnings, other))
    return tuple(steps)
