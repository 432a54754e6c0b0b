"""The parameters of one month under the RooO, resolved once, and the thresholds of a household.

A run asks for the same month and the same compositions over and over, so both are kept. A value
that is missing raises when it is needed, not before.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from reba.errors import LawError
from reba.facts import Member
from reba.law.parameters import DatedValue, Law
from reba.law.rooo_parts import Absence, Line, Thresholds
from reba.law.rooo_steps import threshold_steps
from reba.money import half_up
from reba.months import Month, add_years

__all__ = ["RoooMonth", "rooo_month"]

_ADULT_TIERS: Final = ("1_2", "1_2", "3", "4_plus")
_CHILD_TIERS: Final = ("2", "2", "3", "4_plus")
_CACHE_MAX: Final = 256


class RoooMonth:
    """The parameters of the RooO on the first day of one month (the reference date, peildatum)."""

    __slots__ = ("_adult_born_until", "_thresholds", "_values", "law", "month")

    def __init__(self, law: Law, month: Month) -> None:
        self.law = law
        self.month = month
        self._values: dict[str, DatedValue] = {}
        self._thresholds: dict[tuple[int, int, bool], Thresholds] = {}
        self._adult_born_until: date | None = None

    def value(self, name: str) -> DatedValue:
        """Return the value in force on the first day of the month.

        Raises:
            LawError: law.no_value; before the contribution began, the error says that.
        """
        found = self._values.get(name)
        if found is None:
            try:
                found = self.law.value(name, self.month.first_day)
            except LawError as error:
                began = self.law.values("rooo.contribution")[0].valid_from
                if error.code != "law.no_value" or self.month.first_day >= began:
                    raise
                nearest = f"from {began}; before that day there was no own contribution"
                data = {**error.data, "nearest": nearest}
                raise LawError("law.no_value", faults=(), **data) from None
            self._values[name] = found
        return found

    def is_adult(self, member: Member) -> bool:
        """Eighteen or older on the first day of the month."""
        if self._adult_born_until is None:
            age = int(self.value("rooo.adult_age").value)
            self._adult_born_until = add_years(self.month.first_day, -age)
        return member.born <= self._adult_born_until

    def absence(self, member: Member) -> Absence | None:
        """Hold the reported days of absence against the maximum of art. 7(1)(b)."""
        days = member.absent_days_this_year
        if days is None:
            return None
        return Absence(member.id, days, self.value("rooo.absence_days_maximum"))

    def contribution_lines(self, adults: int, *, catering: bool) -> tuple[Line, ...]:
        """List the components of the contribution, each for two adults at most."""
        count = min(adults, int(self.value("rooo.contribution_adults_maximum").value))
        lines = [Line("contribution", count, self.value("rooo.contribution"))]
        if catering:
            lines.append(Line("catering", count, self.value("rooo.contribution_catering")))
        return tuple(lines)

    def thresholds(self, adults: int, children: int, *, catering: bool) -> Thresholds:
        """Return the leefgeld, the full contribution and the thresholds of a household."""
        key = (adults, children, catering)
        found = self._thresholds.get(key)
        if found is None:
            found = self._thresholds[key] = self._compute(adults, children, catering=catering)
        return found

    def _leefgeld_lines(self, adults: int, children: int, *, catering: bool) -> tuple[Line, ...]:
        """Look up food by the size of the household, and clothing (art. 10)."""
        clothing = Line("clothing", adults + children, self.value("rooo.clothing"))
        if catering:  # where meals are served the food part is not paid
            return (clothing,)
        tier = min(adults + children, len(_ADULT_TIERS)) - 1
        # An unaccompanied minor has the row of a single person.
        child = f"rooo.food_child_{_CHILD_TIERS[tier]}" if adults else "rooo.food_adult_1_2"
        amounts = (
            ("adult", adults, f"rooo.food_adult_{_ADULT_TIERS[tier]}"),
            ("child", children, child),
        )
        food = [Line(label, count, self.value(name)) for label, count, name in amounts if count]
        return (*food, clothing)

    def _compute(self, adults: int, children: int, *, catering: bool) -> Thresholds:
        leefgeld_lines = self._leefgeld_lines(adults, children, catering=catering)
        contribution_lines = self.contribution_lines(adults, catering=catering)
        leefgeld = sum(line.cents for line in leefgeld_lines)
        full = sum(line.cents for line in contribution_lines)
        rate = self.value("rooo.threshold_rate")
        times, over = rate.value.numerator, rate.value.denominator
        withdrawn_from = (leefgeld * times, over)
        due_from = ((leefgeld + full) * times, over)
        maximum = self.value("rooo.contribution_adults_maximum")
        used = [line.value for line in (*leefgeld_lines, *contribution_lines)]
        used.extend((maximum, rate))
        return Thresholds(
            month=self.month,
            adults=adults,
            children=children,
            catering=catering,
            leefgeld_lines=leefgeld_lines,
            leefgeld_cents=leefgeld,
            contribution_lines=contribution_lines,
            full_contribution_cents=full,
            adults_maximum=maximum,
            rate=rate,
            leefgeld_withdrawn_from_exact=withdrawn_from,
            leefgeld_withdrawn_from_cents=half_up(*withdrawn_from),
            contribution_due_from_exact=due_from,
            contribution_due_from_cents=half_up(*due_from),
            provisional_because=tuple(
                dict.fromkeys(value.name for value in used if value.status != "verified")
            ),
            explain=threshold_steps,
        )


_CACHE: dict[tuple[str, int], RoooMonth] = {}


def rooo_month(law: Law, month: Month) -> RoooMonth:
    """Return the parameters of a month; the same law and month give the same object."""
    key = (law.digest, month.ordinal)
    found = _CACHE.get(key)
    if found is None:
        if len(_CACHE) >= _CACHE_MAX:
            _CACHE.clear()
        found = _CACHE[key] = RoooMonth(law, month)
    return found
