"""Reba 2008 for many households at once: the rules of `reba2008.py`, a column at a time.

1. The economic value (art. 3) is not computed here: each composition that occurs is asked of the
   law's own `MonthParameters`, once.
2. Exemption, obligations, the ceiling and the assets are the formulas of `reba2008.py` on columns;
   a property test holds the two equal to the cent, and a benchmark a million households.
3. Where the law refuses one household, it refuses that row, with the same error.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from reba.errors import LawError
from reba.law.parameters import DatedValue, Law
from reba.law.reba2008_month import month_parameters
from reba.law.reba2008_parts import Composition
from reba.months import Month, add_months, add_years
from reba.simulation.amounts import Amounts, Refused
from reba.simulation.exact import Bools, Ints, half_up_column, kinds_of
from reba.simulation.reba2008_rows import NEVER, NOT_REPORTED, Reba2008Rows

__all__ = ["Reba2008Month"]


class _Counted(NamedTuple):
    from_earnings_cents: Ints
    from_other_cents: Ints


class Reba2008Month:
    """The rules of one month, for the same rows under whatever exemption and charged assets.

    `asset_total_cents` is all that will ever be charged against the assets of each row.

    Args:
        rows: the reports.
        law: the dated statutory parameters.
        month: the month of which the amounts and ages are taken.
        standing: the rows that stand in the month: only what these use is named as not verified.
    """

    def __init__(self, rows: Reba2008Rows, law: Law, month: Month, standing: Bools) -> None:
        self._rows, self._standing = rows, standing
        self._month = month_parameters(law, month)
        self._names: set[str] = set()
        self._refused: list[Refused] = []
        self._last: tuple[Bools, _Counted] | None = None
        self._ceiling_cents: Ints | None = None
        self.asset_total_cents = self._assets()
        self._needed("reba.exemption_weeks_maximum", self._rows_with(rows.limited))

    def _rows_with(self, earners: Bools) -> Bools:
        found: Bools = np.zeros(self._rows.size, dtype=np.bool_)
        found[self._rows.earner_row[earners]] = True
        return found

    def _refuse(self, rows: Bools, error: LawError) -> None:
        if rows.any():
            self._refused.append(Refused(rows, error))

    def _of_rows(self, members: Bools) -> Ints:
        """Count the members of whom something is true, row by row."""
        if not members.any():
            return np.zeros(self._rows.size, dtype=np.int64)
        return np.bincount(self._rows.member_row[members], minlength=self._rows.size).astype(
            np.int64
        )

    def _row_any(self, members: Bools) -> Bools:
        found: Bools = np.zeros(self._rows.size, dtype=np.bool_)
        found[self._rows.member_row[members]] = True
        return found

    def _needed(self, name: str, rows: Bools) -> DatedValue | None:
        """Return a value that some rows need; where there is none, those rows are refused."""
        if not rows.any():
            return None
        try:
            value = self._month.value(name)
        except LawError as error:
            self._refuse(rows, error)
            return None
        if value.status != "verified" and (rows & self._standing).any():
            self._names.add(value.name)
        return value

    def _ceilings(self) -> Ints:
        """Return the economic value of each row (art. 3); worked out when first asked for."""
        if self._ceiling_cents is None:
            self._ceiling_cents = self._economic_values()
        return self._ceiling_cents

    def _economic_values(self) -> Ints:
        rows, month = self._rows, self._month
        everyone: Bools = np.ones(rows.size, dtype=np.bool_)
        years = self._needed("rva.adult_age", everyone)
        if years is None:
            return np.zeros(rows.size, dtype=np.int64)
        born_until = add_years(month.first_day, -int(years.value)).toordinal()
        adult = rows.born <= born_until
        child_with = ~adult & rows.allowance
        with_benefit = child_with & (rows.child_benefit_since != NEVER)
        months = self._needed("rva.child_benefit_months", self._row_any(with_benefit))
        if months is not None:
            until = add_months(month.first_day, -int(months.value)).toordinal()
            child_with = child_with & ~(rows.child_benefit_since <= until)
        young: Bools = np.zeros(rows.born.size, dtype=np.bool_)
        if month.all_in_amounts:
            # The age counts as used for every child with an allowance, also one whose ended.
            band = self._needed("rva.child_band_age", self._row_any(~adult & rows.allowance))
            if band is not None:
                after = add_years(month.first_day, -int(band.value)).toordinal()
                young = child_with & (rows.born > after)
        counts = (
            self._of_rows(adult),
            self._of_rows(~adult),
            self._of_rows(adult & rows.allowance),
            self._of_rows(child_with),
            self._of_rows(young),
            rows.shelter.astype(np.int64),
        )
        return self._values_of(counts)

    def _values_of(self, counts: tuple[Ints, ...]) -> Ints:
        first, which = kinds_of(counts)
        values: Ints = np.zeros(first.size, dtype=np.int64)
        for number, row in enumerate(first):
            grown, small, grown_with, small_with, young, shelter = (
                int(count[row]) for count in counts
            )
            composition = Composition(
                grown, small, grown_with, small_with, young, shelter=bool(shelter)
            )
            try:
                found = self._month.economic_value(composition)
            except LawError as error:
                self._refuse(which == number, error)
                continue
            if found.unverified and ((which == number) & self._standing).any():
                self._names.update(found.unverified)
            values[number] = found.value_cents
        return values[which]

    def _limits(self) -> tuple[Ints, Bools]:
        """Return the asset limit of each row, and of which rows there is one."""
        rows = self._rows
        limit: Ints = np.zeros(rows.size, dtype=np.int64)
        known: Bools = np.zeros(rows.size, dtype=np.bool_)
        family = rows.member_count > 1
        owns = (rows.net_at_start_cents > 0) | (rows.receipts_cents > 0)
        for day in np.unique(rows.limit_on[rows.has_assets]):
            on = self._month.first_day if day == NOT_REPORTED else date.fromordinal(int(day))
            for size, of_size in (("family", family), ("single", ~family)):
                chosen = rows.has_assets & (rows.limit_on == day) & of_size
                if not chosen.any():
                    continue
                try:
                    value = self._month.law.value(f"participatiewet.asset_limit_{size}", on)
                except LawError as error:
                    self._refuse(chosen & owns, error)  # nothing owned lies above no limit
                    continue
                if value.status != "verified" and (chosen & self._standing).any():
                    self._names.add(value.name)
                limit[chosen] = int(value.value)
                known |= chosen
        return limit, known

    def _assets(self) -> Ints:
        """Return all that is charged against the excess over the limit (art. 7)."""
        rows = self._rows
        total: Ints = np.zeros(rows.size, dtype=np.int64)
        if not rows.has_assets.any():
            return total
        limit, known = self._limits()
        net, receipts = rows.net_at_start_cents, rows.receipts_cents
        above_at_start = np.maximum(0, net - limit)  # art. 7(2)(b)
        room = np.maximum(0, limit - net)  # art. 7(2)(c): unused room
        excess = np.where(known, above_at_start + np.maximum(0, receipts - room), 0)
        factor = self._needed("reba.spend_down_factor", excess > 0)
        if factor is not None:
            rate = factor.value
            total = half_up_column([excess, rate.denominator], [rate.numerator])
        return total

    def _exemption(self, applies: Bools) -> Ints:
        """Return the exemption of each earner (art. 5(3) and 5(4))."""
        rows = self._rows
        none: Ints = np.zeros(rows.earner_row.size, dtype=np.int64)
        earns = applies & (rows.earnings_cents > 0)
        used = self._rows_with(earns)
        rate = self._needed("reba.exemption_rate", used)
        maximum = None if rate is None else self._needed("reba.exemption_maximum", used)
        if rate is None or maximum is None:
            return none
        part = half_up_column([rows.earnings_cents, rate.value.numerator], [rate.value.denominator])
        return np.where(earns, np.minimum(part, int(maximum.value)), 0)

    def _row_sums(self, earners: Ints) -> Ints:
        sums: Ints = np.zeros(self._rows.size, dtype=np.int64)
        np.add.at(sums, self._rows.earner_row, earners)
        return sums

    def _counted(self, applies: Bools) -> _Counted:
        """Return the income part of every row; the exemption seldom changes from month to month."""
        if self._last is not None and np.array_equal(self._last[0], applies):
            return self._last[1]
        rows, ceiling = self._rows, self._ceilings()
        exemption = self._exemption(applies)
        earned, owed = rows.earnings_cents - exemption, rows.obligations_cents
        from_earned = np.minimum(earned, owed)  # art. 5(5)(d): from earnings first
        from_rest = np.minimum(rows.other_cents, owed - from_earned)
        earnings = self._row_sums(earned - from_earned)
        other = self._row_sums(rows.other_cents - from_rest)
        countable = earnings + other
        from_earnings, from_other = earnings, other
        over = np.flatnonzero(countable > ceiling)  # art. 4: up to the economic value
        if over.size:
            from_earnings, from_other = earnings.copy(), other.copy()
            from_earnings[over] = half_up_column([ceiling[over], earnings[over]], [countable[over]])
            from_other[over] = ceiling[over] - from_earnings[over]
        counted = _Counted(from_earnings, from_other)
        self._last = applies, counted
        return counted

    def amounts(self, applies: Bools, charged_before_cents: Ints, standing: Bools) -> Amounts:
        """Assess every row (Reba 2008 art. 4).

        Args:
            applies: for each earner, whether the exemption applies.
            charged_before_cents: for each row, what earlier months charged against the assets.
            standing: the rows that stand in the month, as above.
        """
        self._standing = standing
        ceiling = self._ceilings()
        counted, none = self._counted(applies), np.zeros(self._rows.size, dtype=np.int64)
        from_income = counted.from_earnings_cents + counted.from_other_cents
        remaining = np.maximum(0, self.asset_total_cents - charged_before_cents)
        from_assets = np.minimum(ceiling - from_income, remaining)
        return Amounts(
            contribution_cents=from_income + from_assets,
            from_earnings_cents=counted.from_earnings_cents,
            from_other_cents=counted.from_other_cents,
            from_assets_cents=from_assets,
            withdrawn_cents=none,
            ceiling_cents=ceiling,
            unverified=frozenset(self._names),
            not_supplied=self._not_supplied(),
            refused=list(self._refused),
        )

    def _not_supplied(self) -> dict[str, Bools]:
        rows = self._rows
        nobody_told = rows.has_assets & (rows.charged_before_cents == NOT_REPORTED)
        return {
            "assets": ~rows.has_assets,
            "assets.charged_before": nobody_told & (self.asset_total_cents > 0),
            "obligations": rows.lacks_obligations,
        }
