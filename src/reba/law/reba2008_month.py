"""The parameters of one month under Reba 2008, resolved once, and the economic value (art. 3).

A run asks for the same month and the same compositions a hundred thousand times, so both are
looked up once and kept. A value that is missing raises when it is needed, not before: a single
adult can be assessed in a month whose amounts for a second member are unknown.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from reba.errors import LawError
from reba.facts import HouseholdMonth, Member
from reba.law.parameters import DatedValue, Law
from reba.law.reba2008_parts import Composition, EconomicValue
from reba.money import half_up
from reba.months import Month, add_months, add_years

__all__ = ["MonthParameters", "month_parameters"]

_TIERS: Final = ("1_2", "1_2", "3", "4")
_AGES: Final = ("rva.adult_age", "rva.child_band_age", "rva.child_benefit_months")
_CACHE_MAX: Final = 256


class MonthParameters:
    """The statutory parameters on the first day of one month (the reference date, peildatum)."""

    __slots__ = (
        "_all_in",
        "_economic_values",
        "_unverified_ages",
        "_values",
        "adult_born_until",
        "child_benefit_until",
        "first_day",
        "law",
        "young_born_after",
    )

    def __init__(self, law: Law, month: Month) -> None:
        self.law = law
        self.first_day: date = month.first_day
        self._values: dict[str, DatedValue] = {}
        self._all_in: bool | None = None
        self._economic_values: dict[Composition, EconomicValue] = {}
        self._unverified_ages: tuple[str, ...] | None = None
        self.adult_born_until: date | None = None
        self.child_benefit_until: date | None = None
        self.young_born_after: date | None = None

    def value(self, name: str) -> DatedValue:
        """Return the value in force on the first day of the month.

        Raises:
            LawError: law.no_value.
        """
        found = self._values.get(name)
        if found is None:
            found = self._values[name] = self.law.value(name, self.first_day)
        return found

    def value_or_none(self, name: str) -> DatedValue | None:
        """Return the value in force, or None where the law has none for this month."""
        try:
            return self.value(name)
        except LawError as error:
            if error.code == "law.no_value":
                return None
            raise

    def cents(self, name: str) -> int:
        """Return an amount in cents."""
        return int(self.value(name).value)

    def is_adult(self, member: Member) -> bool:
        """Eighteen or older on the reference date ("kind tot 18 jaar", Rva 2005 art. 14(2))."""
        until = self.adult_born_until
        if until is None:
            until = add_years(self.first_day, -self.cents("rva.adult_age"))
            self.adult_born_until = until
        return member.born <= until

    def _is_young(self, member: Member) -> bool:
        """Eleven or younger: the lower all-in amount of the Rva before 2011."""
        after = self.young_born_after
        if after is None:
            after = add_years(self.first_day, -self.cents("rva.child_band_age"))
            self.young_born_after = after
        return member.born > after

    def _allowance_ended(self, member: Member) -> bool:
        """Three months after the right to child benefit arose (Rva 2005 art. 14(6))."""
        since = member.child_benefit_since
        if since is None:
            return False
        until = self.child_benefit_until
        if until is None:
            until = add_months(self.first_day, -self.cents("rva.child_benefit_months"))
            self.child_benefit_until = until
        return since <= until

    def unverified_ages(self, facts: HouseholdMonth) -> tuple[str, ...]:
        """Name the ages and terms that decided whose allowance is whose, and are not verified."""
        if self._unverified_ages is None:
            known = (self.value_or_none(name) for name in _AGES)
            self._unverified_ages = tuple(
                value.name for value in known if value is not None and value.status != "verified"
            )
        if not self._unverified_ages:
            return ()
        children = [member for member in facts.members if not self.is_adult(member)]
        with_allowance = [member for member in children if member.receives_allowance]
        used = {
            "rva.adult_age": True,
            "rva.child_band_age": bool(with_allowance) and self.all_in_amounts,
            "rva.child_benefit_months": any(
                member.child_benefit_since is not None for member in with_allowance
            ),
        }
        return tuple(name for name in self._unverified_ages if used[name])

    @property
    def all_in_amounts(self) -> bool:
        """Whether the Rva held one all-in amount a person, as before 2011, in place of tiers."""
        if self._all_in is None:
            self._all_in = self.value_or_none("rva.all_in_adult") is not None
        return self._all_in

    def composition(self, facts: HouseholdMonth) -> Composition:
        """Count the members as art. 3 needs them counted, on the first day of the month."""
        adults = children = adults_with = children_with = young_with = 0
        all_in = self.all_in_amounts
        for member in facts.members:
            if self.is_adult(member):
                adults += 1
                adults_with += member.receives_allowance
            else:
                children += 1
                if member.receives_allowance and not self._allowance_ended(member):
                    children_with += 1
                    if all_in and self._is_young(member):
                        young_with += 1
        return Composition(
            adults, children, adults_with, children_with, young_with, facts.provisions.shelter
        )

    def economic_value(self, composition: Composition) -> EconomicValue:
        """Return the economic value (economische waarde) of a month of reception, art. 3."""
        found = self._economic_values.get(composition)
        if found is None:
            found = self._economic_values[composition] = self._compute(composition)
        return found

    def _compute(self, composition: Composition) -> EconomicValue:
        lines = self._allowance_lines(composition)
        allowance_week = sum(count * int(value.value) for _, count, value in lines)
        allowance_parameters = [value for _, _, value in lines]
        allowance_exact = (0, 1)
        if lines:
            factor = self.value("reba.month_factor")
            allowance_parameters.append(factor)
            allowance_exact = (allowance_week * factor.value.numerator, factor.value.denominator)
        allowance = half_up(*allowance_exact)
        housing_week, housing_exact, housing_parameters = self._housing(composition)
        uncapped = housing = half_up(*housing_exact)
        # Without a second member the maximum cannot bind, and it is unknown after 2015.
        if composition.shelter and composition.size > 1:
            maximum = self.value("reba.housing_maximum")  # Reba 2008 art. 3(b), "tot een maximum"
            housing_parameters.append(maximum)
            housing = min(uncapped, int(maximum.value))
        used = (*allowance_parameters, *housing_parameters)
        return EconomicValue(
            composition=composition,
            allowance_week_cents=allowance_week,
            allowance_lines=tuple(lines),
            allowance_exact=allowance_exact,
            allowance_cents=allowance,
            housing_week_cents=housing_week,
            housing_exact=housing_exact,
            housing_uncapped_cents=uncapped,
            housing_cents=housing,
            value_cents=allowance + housing,
            allowance_parameters=tuple(allowance_parameters),
            housing_parameters=tuple(housing_parameters),
            unverified=tuple(
                dict.fromkeys(value.name for value in used if value.status != "verified")
            ),
        )

    def _allowance_lines(self, composition: Composition) -> list[tuple[str, int, DatedValue]]:
        """List the weekly amounts of art. 3(a): meals valued as fully self-catered."""
        adults, children = composition.adults_with_allowance, composition.children_with_allowance
        if adults + children == 0:
            return []
        amounts = (
            self._all_in_lines(composition)
            if self.all_in_amounts
            else self._tiered_lines(composition)
        )
        lines = [(label, count, self.value(name)) for label, count, name in amounts if count]
        # Rva 2005 art. 14(6) up to 28 January 2014: the single parent keeps the supplement, of
        # which the amount after 2007 is not published. Missing is an error, not a zero.
        if composition.single_parent and adults:
            supplement = self.value("rva.single_parent_supplement")
            lines.append(("single_parent", 1, supplement))
        return lines

    def _tiered_lines(self, composition: Composition) -> list[tuple[str, int, str]]:
        """Rva 2005 art. 14(2) and (4) from 2011: food by size of the household, and clothing."""
        adults, children = composition.adults_with_allowance, composition.children_with_allowance
        size = composition.size
        tier = _TIERS[size - 1] if size <= len(_TIERS) else "5_plus"
        child_amount = f"rva.food_child_{tier}"
        if composition.adults == 0 and tier == "1_2":
            child_amount = "rva.food_unaccompanied_minor"  # art. 14(2)(a)
        return [
            ("adult", adults, f"rva.food_adult_{tier}"),
            ("child", children, child_amount),
            ("clothing", adults + children, "rva.clothing"),
        ]

    def _all_in_lines(self, composition: Composition) -> list[tuple[str, int, str]]:
        """Rva 2005 art. 14(2) before 2011: one amount for food, clothing and personal expenses."""
        adults, children = composition.adults_with_allowance, composition.children_with_allowance
        if composition.adults == 0:
            return [("child", children, "rva.all_in_unaccompanied_minor")]
        young = composition.young_children_with_allowance
        return [
            ("adult", adults, "rva.all_in_adult"),
            ("child", young, "rva.all_in_child_0_11"),
            ("child", children - young, "rva.all_in_child_12_17"),
        ]

    def _housing(self, composition: Composition) -> tuple[int, tuple[int, int], list[DatedValue]]:
        """Value the housing of art. 3(b): first, second and each further member."""
        if not composition.shelter:  # art. 2: only what is actually provided counts
            return 0, (0, 1), []
        size = composition.size
        parameters = [self.value("reba.housing_first_member")]
        week = int(parameters[0].value)
        if size > 1:
            parameters.append(self.value("reba.housing_second_member"))
            week += int(parameters[-1].value)
        if size > 2:  # noqa: PLR2004 (the members after the second)
            parameters.append(self.value("reba.housing_further_member"))
            week += (size - 2) * int(parameters[-1].value)
        factor = self.value("reba.month_factor")
        parameters.append(factor)
        return week, (week * factor.value.numerator, factor.value.denominator), parameters


_CACHE: dict[tuple[str, int], MonthParameters] = {}


def month_parameters(law: Law, month: Month) -> MonthParameters:
    """Return the parameters of a month; the same law and month give the same object."""
    key = (law.digest, month.ordinal)
    found = _CACHE.get(key)
    if found is None:
        if len(_CACHE) >= _CACHE_MAX:
            _CACHE.clear()
        found = _CACHE[key] = MonthParameters(law, month)
    return found
