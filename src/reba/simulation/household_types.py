"""Typical households (voorbeeldhuishoudens): who a budget line is drawn for. Nobody in particular.

1. The first adult works; the budget line varies what that adult earns. Nobody else has income.
2. Adults are thirty, children eight. Nobody owns anything or has other obligations.
3. Where the law looks at a status or at weeks, there is a household for each case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from reba.facts import HouseholdMonth, Scheme
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.months import Month, add_years

__all__ = ["TypicalHousehold", "household_types"]

_ADULT_AGE: Final = 30
_CHILD_AGE: Final = 8
_ALL_WEEKS: Final = 52
"""All weeks of a year were used: past the exemption, whatever its maximum is."""

_COMPOSITIONS: Final = (
    ("single", 1, 0, "Alleenstaande", "Single adult"),
    ("couple", 2, 0, "Stel", "Couple"),
    ("single_parent_1", 1, 1, "Eenoudergezin met 1 kind", "Single parent with 1 child"),
    ("single_parent_2", 1, 2, "Eenoudergezin met 2 kinderen", "Single parent with 2 children"),
    ("couple_2", 2, 2, "Stel met 2 kinderen", "Couple with 2 children"),
)


class _Case(NamedTuple):
    """A case that the law tells apart: what is reported of each member, and whether meals are."""

    name: str
    label_nl: str
    label_en: str
    status: str | None
    weeks: int | None
    catering: bool


_Cases: TypeAlias = tuple[_Case, ...]

_RESIDENCE: Final[_Cases] = (
    _Case(
        "asylum_seeker_exempt",
        "asielzoeker, vrijlating geldt",
        "asylum seeker, exemption applies",
        "asylum_seeker",
        0,
        catering=False,
    ),
    _Case(
        "asylum_seeker_past",
        "asielzoeker, vrijlating verbruikt",
        "asylum seeker, exemption used up",
        "asylum_seeker",
        _ALL_WEEKS,
        catering=False,
    ),
    _Case(
        "permit_holder",
        "vergunninghouder",
        "permit holder",
        "permit_holder",
        None,
        catering=False,
    ),
)
_MEALS: Final[_Cases] = (
    _Case("without_catering", "zonder maaltijden", "without meals", None, None, catering=False),
    _Case("with_catering", "met maaltijden", "with meals", None, None, catering=True),
)


class TypicalHousehold(NamedTuple):
    """A typical household (voorbeeldhuishouden); in its facts one adult earns nothing yet."""

    name: str
    label_nl: str
    label_en: str
    facts: HouseholdMonth


def _members(month: Month, adults: int, children: int, case: _Case) -> Iterator[dict[str, object]]:
    for number in range(1, adults + children + 1):
        age = _ADULT_AGE if number <= adults else _CHILD_AGE
        member: dict[str, object] = {
            "id": f"P-{number}",
            "born": add_years(month.first_day, -age),
        }
        if case.status is not None:
            member["residence_status"] = case.status
        if number == 1:
            item = {"kind": "earnings", "net": "0.00"}
            member["income"] = [item]
            if case.status is None:
                item["basis"] = "own_statement"
            else:
                member["obligations"] = "0.00"
            if case.weeks is not None:
                member["exemption_weeks_used"] = case.weeks
        yield member


def _facts(
    scheme: Scheme, month: Month, name: str, adults: int, children: int, case: _Case
) -> HouseholdMonth:
    facts: dict[str, object] = {
        "scheme": scheme,
        "month": month,
        "household": name,
        "members": list(_members(month, adults, children, case)),
        "provisions": {"shelter": True, "catering": case.catering},
    }
    if case.status is not None:
        facts["assets"] = {
            "at_start": "0.00",
            "debts_at_start": "0.00",
            "started_on": month.first_day,
        }
    return HouseholdMonth.model_validate(facts)


def household_types(scheme: Scheme, month: Month) -> tuple[TypicalHousehold, ...]:
    """Return the typical households (voorbeeldhuishoudens) of a scheme in a month.

    Args:
        scheme: whose facts they have.
        month: the month they are assessed in; ages are those on its first day.

    >>> [each.name for each in household_types("rooo", Month(2025, 10))][:3]
    ['single.without_catering', 'single.with_catering', 'couple.without_catering']
    >>> len(household_types("reba-2008", Month(2015, 3)))
    15
    """
    cases = _RESIDENCE if scheme == REBA_2008 else _MEALS
    return tuple(
        TypicalHousehold(
            f"{name}.{case.name}",
            f"{label_nl}, {case.label_nl}",
            f"{label_en}, {case.label_en}",
            _facts(scheme, month, f"{name}.{case.name}", adults, children, case),
        )
        for name, adults, children, label_nl, label_en in _COMPOSITIONS
        for case in cases
    )
