"""RooO: the own contribution in municipal reception of displaced persons, BWBR0046503.

1. The household is the unit: its leefgeld L by the table of the month, and a contribution per
   adult, at most that of two adults for each component (operating costs; meals, where served).
2. From 1 October 2025: leefgeld is withdrawn whole from 1.15 x L of income, and the full
   contribution E is due from 1.15 x (L + E), each rounded half up once, as a whole. The 15 % is
   taken over the contribution too. Before that date the rule that a payer keeps the leefgeld of
   someone without income gives L and L + E (derived).
3. Leefgeld is withdrawn "from the first day of the following month": the income earned in a month
   decides the month after it. Of the facts of a month, items count whose `earned_in` is the month
   before (or that of the fixed date, where the municipality chose fixed dates). An item without
   `earned_in` is taken as the income that decides the month reported; the trace says so.
4. Under the first threshold nothing is due; from the second, all of it. Between them the
   regulation says "wholly or partly": the choices of the municipality decide (`choices.py`), and
   without them such a month is refused with its lawful bounds. Part of it ("pro_rata") is the part
   of the way from the first threshold to the second; "full" is as much as the floor leaves.
5. The floor: after paying, the household keeps at least its leefgeld.
6. Income is measured, or presumed where the municipality chose so: an adult to whom no leefgeld is
   paid (`receives_allowance`) then owes the contribution, unless his household reports income.
7. Before 1 July 2024 there is no contribution; months without published amounts are refused.
8. Where the text leaves a choice, it stands in the trace as a step of its own (`choice.*`).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from reba.errors import LawError
from reba.facts import HouseholdMonth
from reba.law.assessment import Assessment
from reba.law.choices import ChoicesVersion, MunicipalChoices, Part
from reba.law.parameters import Law
from reba.law.rooo_income import member_income
from reba.law.rooo_month import RoooMonth, rooo_month
from reba.law.rooo_parts import MemberIncome, Regime, Thresholds, Working
from reba.law.rooo_steps import steps_of
from reba.money import format_euros, half_up
from reba.months import Month

__all__ = ["SCHEME", "Thresholds", "assess_rooo", "thresholds"]

SCHEME: Final = "rooo"


def thresholds(
    month: Month,
    adults: int,
    children: int,
    catering: bool,  # noqa: FBT001 (a fact of the household, as its size)
    law: Law,
) -> Thresholds:
    """Compute the leefgeld and the two thresholds of a household (drempelbedragen), in cents.

    Args:
        month: amounts are those of its first day.
        adults: members of eighteen or older.
        children: the other members.
        catering: whether meals are served.
        law: the dated statutory parameters.

    Raises:
        LawError: law.no_value.
        ValueError: for a household without members.

    >>> from reba import Month, load_law
    >>> found = thresholds(Month(2025, 10), 1, 2, False, load_law())
    >>> found.leefgeld_withdrawn_from_cents, found.contribution_due_from_cents
    (87323, 115408)
    >>> found.steps[-1].id, found.provisional
    ('contribution_due_from', False)
    """
    if adults < 0 or children < 0 or adults + children == 0:
        msg = f"a household of {adults} adults and {children} children"
        raise ValueError(msg)
    return rooo_month(law, month).thresholds(adults, children, catering=catering)


def _regime(
    facts: HouseholdMonth, norms: Thresholds, incomes: tuple[MemberIncome, ...], proof: str
) -> Regime:
    if not facts.provisions.shelter:
        return "no_reception"
    if norms.adults == 0:
        return "no_adults"
    if proof == "presumption" and not any(income.reported for income in incomes):
        return "presumed"
    total = sum(income.earnings_cents + income.other_cents for income in incomes)
    if total >= norms.contribution_due_from_cents:
        return "above"
    return "between" if total >= norms.leefgeld_withdrawn_from_cents else "below"


def _withdraw_below(working: Working, norms: Thresholds, part: Part | None) -> None:
    """Withdraw leefgeld under the first threshold, never more than there is income."""
    income = working.income_cents
    if part is None and income:
        return  # the municipality did not say how much
    working.withdrawn_cents = 0
    if part == "full":
        working.withdrawn_cents = min(norms.leefgeld_cents, income)
    elif part == "pro_rata" and income:
        exact = (norms.leefgeld_cents * income, norms.leefgeld_withdrawn_from_cents)
        working.withdrawn_exact = exact
        working.withdrawn_cents = half_up(*exact)


def _charge_between(working: Working, norms: Thresholds, version: ChoicesVersion | None) -> None:
    """Charge between the thresholds what the municipality chose, as far as the floor leaves it."""
    first, second = norms.leefgeld_withdrawn_from_cents, norms.contribution_due_from_cents
    full, income = norms.full_contribution_cents, working.income_cents
    highest = min(full, income - norms.leefgeld_cents)
    if version is None:
        raise LawError(
            "law.choices_missing",
            month=str(working.facts.month),
            income=format_euros(income),
            withdrawn_from=format_euros(first),
            due_from=format_euros(second),
            lowest=format_euros(0),
            highest=format_euros(highest),
            full=format_euros(full),
        )
    working.withdrawn_cents = norms.leefgeld_cents
    if version.between == "full":
        working.contribution_cents = highest
    elif version.between == "pro_rata":
        working.charge_exact = (full * (income - first), second - first)
        working.contribution_cents = min(half_up(*working.charge_exact), highest)


def _charge_presumed(working: Working, month: RoooMonth) -> None:
    presumed = [
        member
        for member in working.facts.members
        if month.is_adult(member) and not member.receives_allowance
    ]
    working.presumed_adults = len(presumed)
    lines = month.contribution_lines(len(presumed), catering=working.facts.provisions.catering)
    working.contribution_cents = sum(line.cents for line in lines)


def _share(working: Working) -> None:
    """Share the contribution by origin, pro rata to what counts; half up on earnings."""
    earnings, other = working.earnings_cents, working.other_cents
    due = working.contribution_cents
    if earnings and other and due:
        working.from_earnings_exact = (due * earnings, earnings + other)
        working.from_earnings_cents = half_up(*working.from_earnings_exact)
    elif earnings:
        working.from_earnings_cents = due
    working.from_other_cents = due - working.from_earnings_cents


def _work(facts: HouseholdMonth, month: RoooMonth, choices: MunicipalChoices | None) -> Working:
    # First the law, then the choices: a month without amounts is refused whoever chose what.
    grown = [month.is_adult(member) for member in facts.members]
    adults = sum(grown)
    norms = month.thresholds(adults, len(grown) - adults, catering=facts.provisions.catering)
    version = None if choices is None else choices.on(facts.month.first_day)
    reference = facts.month - 1 if version is None else version.reference_month(facts.month)
    incomes = tuple(
        member_income(member, reference, adult=adult)
        for member, adult in zip(facts.members, grown, strict=True)
    )
    absences = (month.absence(member) for member in facts.members)
    working = Working(
        facts=facts,
        thresholds=norms if facts.provisions.shelter else None,
        adults=adults,
        choices=choices,
        version=version,
        reference=reference,
        members=incomes,
        absences=tuple(absence for absence in absences if absence is not None),
        earnings_cents=sum(income.earnings_cents for income in incomes),
        other_cents=sum(income.other_cents for income in incomes),
        regime=_regime(facts, norms, incomes, "" if version is None else version.income_proof),
    )
    match working.regime:
        case "presumed":
            _charge_presumed(working, month)
        case "below":
            _withdraw_below(working, norms, None if version is None else version.below_first)
        case "between":
            _charge_between(working, norms, version)
        case "above":
            working.withdrawn_cents = norms.leefgeld_cents
            working.contribution_cents = norms.full_contribution_cents
        case "no_reception" | "no_adults":
            pass
    _share(working)
    return working


def _unverified(working: Working, month: RoooMonth) -> tuple[str, ...]:
    names: dict[str, None] = {}
    if working.thresholds is not None:
        names.update(dict.fromkeys(working.thresholds.provisional_because))
    others = [month.value("rooo.adult_age")]
    others.extend(absence.maximum for absence in working.absences)
    names.update(dict.fromkeys(value.name for value in others if value.status != "verified"))
    return tuple(names)


def _not_supplied(working: Working) -> tuple[str, ...]:
    """List what the decision needs and nobody gave."""
    missing: list[str] = []
    if working.regime == "below" and working.withdrawn_cents is None:
        missing.append("choices")
    if any(income.lacks_basis for income in working.members):
        missing.append("income.basis")
    if any(absence.too_long for absence in working.absences):
        missing.append("absence_decision")
    return tuple(missing)


def assess_rooo(
    facts: HouseholdMonth, law: Law, choices: MunicipalChoices | None = None
) -> Assessment:
    """Assess the own contribution (eigen bijdrage) of a household in municipal reception.

    Args:
        facts: what is reported about the household; amounts net, in cents.
        law: the dated statutory parameters.
        choices: what the municipality chose; needed where the regulation says "wholly or partly".

    Returns:
        The contribution in cents by origin, the leefgeld and the thresholds, with the trace.

    Raises:
        LawError: law.no_value outside the months of published amounts; law.choices_missing.
        ChoicesError: choices.no_version.

    Source: RooO (BWBR0046503); Staatscourant 2024, 20260 and 2024, 37579.
    """
    month = rooo_month(law, facts.month)
    working = _work(facts, month, choices)
    unverified = _unverified(working, month)
    norms = working.thresholds
    charges = norms is not None and norms.adults > 0
    return Assessment(
        scheme=SCHEME,
        household=facts.household,
        month=facts.month,
        contribution_cents=working.contribution_cents,
        countable_income_cents=working.income_cents,
        exemption_cents=0,
        from_earnings_cents=working.from_earnings_cents,
        from_other_income_cents=working.from_other_cents,
        from_assets_cents=0,
        leefgeld_cents=None if norms is None else norms.leefgeld_cents,
        leefgeld_withdrawn_from_cents=(
            norms.leefgeld_withdrawn_from_cents if norms is not None and charges else None
        ),
        contribution_due_from_cents=(
            norms.contribution_due_from_cents if norms is not None and charges else None
        ),
        provisional=bool(unverified),
        provisional_because=unverified,
        not_supplied=_not_supplied(working),
        law_digest=law.digest,
        choices_digest=None if choices is None else choices.digest,
        explain=partial(steps_of, working),
    )
