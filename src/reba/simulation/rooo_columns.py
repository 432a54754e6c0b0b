"""The RooO for many households at once: the rules of `rooo.py`, a column at a time.

1. Leefgeld and thresholds are not computed here: each composition that occurs is asked of the
   law's own `RoooMonth`, once.
2. What counts, and what is withdrawn and charged between the thresholds, are the formulas of
   `rooo.py` on columns; a property test holds the two equal to the cent.
3. Where the law refuses one household, it refuses that row, with the same code.
"""

from __future__ import annotations

import numpy as np

from reba.errors import LawError, RebaError
from reba.law.choices import ChoicesVersion, MunicipalChoices
from reba.law.parameters import Law
from reba.law.rooo_month import rooo_month
from reba.money import format_euros
from reba.months import Month, add_years
from reba.simulation.amounts import Amounts, Refused
from reba.simulation.exact import Bools, Ints, half_up_column, kinds_of
from reba.simulation.reba2008_rows import NOT_REPORTED
from reba.simulation.rooo_rows import UNDATED, RoooRows

__all__ = ["RoooMonthColumns"]


class RoooMonthColumns:
    """The rules of one month for all rows.

    Args:
        rows: the reports.
        law: the dated statutory parameters.
        month: the month of which the amounts and ages are taken.
        choices: what the municipality chose, or None.
        standing: the rows that stand in the month: only what these use is named as not verified.
    """

    def __init__(
        self,
        rows: RoooRows,
        law: Law,
        month: Month,
        choices: MunicipalChoices | None,
        standing: Bools,
    ) -> None:
        self._rows, self._standing = rows, standing
        self._law_month = rooo_month(law, month)
        self._month = month
        self._choices = choices
        self._names: set[str] = set()
        self._refused: list[Refused] = []

    def amounts(self) -> Amounts:
        """Assess every row."""
        everyone: Bools = np.ones(self._rows.size, dtype=np.bool_)
        try:
            age = self._law_month.value("rooo.adult_age")
            version = None if self._choices is None else self._choices.on(self._month.first_day)
        except RebaError as error:
            return self._nothing(Refused(everyone, error))
        if age.status != "verified" and self._standing.any():
            self._names.add(age.name)
        born_until = add_years(self._month.first_day, -int(age.value)).toordinal()
        return self._assess(self._rows.born <= born_until, version)

    def _nothing(self, refused: Refused) -> Amounts:
        none: Ints = np.zeros(self._rows.size, dtype=np.int64)
        return Amounts(none, none, none, none, none, none, frozenset(), {}, [refused])

    def _refuse(self, rows: Bools, error: LawError) -> None:
        if rows.any():
            self._refused.append(Refused(rows, error))

    def _of_rows(self, members: Bools) -> Ints:
        found = np.bincount(self._rows.member_row[members], minlength=self._rows.size)
        return found.astype(np.int64)

    def _norms(self, adults: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """Return leefgeld, full contribution and both thresholds of each row."""
        rows = self._rows
        children = rows.member_count - adults
        firsts, which = kinds_of((adults, children, rows.catering.astype(np.int64)))
        table: Ints = np.zeros((4, firsts.size), dtype=np.int64)
        for number, row in enumerate(firsts):
            of_row = which == number
            try:
                norms = self._law_month.thresholds(
                    int(adults[row]), int(children[row]), catering=bool(rows.catering[row])
                )
            except LawError as error:
                self._refuse(of_row, error)
                continue
            if (of_row & rows.shelter & self._standing).any():
                self._names.update(norms.provisional_because)
            table[:, number] = (
                norms.leefgeld_cents,
                norms.full_contribution_cents,
                norms.leefgeld_withdrawn_from_cents,
                norms.contribution_due_from_cents,
            )
        found = table[:, which]
        return found[0], found[1], found[2], found[3]

    def _income(
        self, adult: Bools, version: ChoicesVersion | None
    ) -> tuple[Ints, Ints, Bools, Bools]:
        """Return earnings, other income, and of which rows any was reported, or lacks its basis."""
        rows = self._rows
        reference = self._month - 1 if version is None else version.reference_month(self._month)
        decides = (rows.lag == UNDATED) | (rows.lag == self._month - reference)
        counts = decides & adult[rows.line_member]
        row = rows.member_row[rows.line_member[counts]]
        earnings: Ints = np.zeros(rows.size, dtype=np.int64)
        other: Ints = np.zeros(rows.size, dtype=np.int64)
        np.add.at(earnings, row, rows.earnings_cents[counts])
        np.add.at(other, row, rows.other_cents[counts])
        reported: Bools = np.zeros(rows.size, dtype=np.bool_)
        reported[row] = True
        lacks_basis: Bools = np.zeros(rows.size, dtype=np.bool_)
        lacks_basis[row[rows.lacks_basis[counts]]] = True
        return earnings, other, reported, lacks_basis

    def _withdrawn_below(
        self, below: Bools, norms: tuple[Ints, Ints, Ints, Ints], income: Ints, part: str | None
    ) -> Ints:
        """Withdraw leefgeld under the first threshold, never more than there is income."""
        withdrawn: Ints = np.zeros(income.size, dtype=np.int64)
        leefgeld, _, first, _ = norms
        if part == "full":
            withdrawn[below] = np.minimum(leefgeld[below], income[below])
        elif part == "pro_rata":
            some = below & (income > 0)
            withdrawn[some] = half_up_column([leefgeld[some], income[some]], [first[some]])
        return withdrawn

    def _charged_between(
        self, between: Bools, norms: tuple[Ints, Ints, Ints, Ints], income: Ints, part: str | None
    ) -> Ints:
        """Charge between the thresholds what the municipality chose, as the floor leaves it."""
        charged: Ints = np.zeros(income.size, dtype=np.int64)
        if not between.any():
            return charged
        leefgeld, full, first, second = (norm[between] for norm in norms)
        means = income[between]
        highest = np.minimum(full, means - leefgeld)
        if part is None:

            def missing(row: int) -> LawError:
                return _choices_missing(self._month, norms, income, row)

            first_row = int(np.flatnonzero(between)[0])
            self._refused.append(Refused(between, missing(first_row), missing))
        elif part == "full":
            charged[between] = highest
        elif part == "pro_rata":
            way = half_up_column([full, means - first], [second - first])
            charged[between] = np.minimum(way, highest)
        return charged

    def _presumed(self, presumed: Bools, adult: Bools) -> Ints:
        """Charge the adults to whom no leefgeld is paid."""
        rows = self._rows
        charged: Ints = np.zeros(rows.size, dtype=np.int64)
        if not presumed.any():
            return charged
        count = self._of_rows(adult & ~rows.allowance)
        key = count * 2 + rows.catering
        for each in np.unique(key[presumed]):
            of_row = presumed & (key == each)
            adults, catering = divmod(int(each), 2)
            try:
                lines = self._law_month.contribution_lines(adults, catering=bool(catering))
            except LawError as error:
                self._refuse(of_row, error)
                continue
            charged[of_row] = sum(line.cents for line in lines)
        return charged

    def _absent_too_long(self) -> Bools:
        """Hold the reported days of absence against the maximum of art. 7(1)(b)."""
        rows = self._rows
        said = rows.absent_days != NOT_REPORTED
        too_long: Bools = np.zeros(rows.size, dtype=np.bool_)
        if not said.any():
            return too_long
        try:
            value = self._law_month.value("rooo.absence_days_maximum")
        except LawError as error:
            self._refuse(self._of_rows(said) > 0, error)
            return too_long
        if value.status != "verified" and (self._standing & (self._of_rows(said) > 0)).any():
            self._names.add(value.name)
        return self._of_rows(rows.absent_days > int(value.value)) > 0

    def _assess(self, adult: Bools, version: ChoicesVersion | None) -> Amounts:
        rows = self._rows
        adults = self._of_rows(adult)
        norms = leefgeld, full, first, second = self._norms(adults)
        earnings, other, reported, lacks_basis = self._income(adult, version)
        income = earnings + other
        charges = rows.shelter & (adults > 0)
        presumption = version is not None and version.income_proof == "presumption"
        presumed = charges & ~reported & presumption
        measured = charges & ~presumed
        above = measured & (income >= second)
        between = measured & ~above & (income >= first)
        below = measured & ~above & ~between
        part_below = None if version is None else version.below_first
        part_between = None if version is None else version.between
        withdrawn = self._withdrawn_below(below, norms, income, part_below)
        withdrawn = np.where(above | between, leefgeld, withdrawn)
        contribution = self._charged_between(between, norms, income, part_between)
        contribution += np.where(above, full, 0) + self._presumed(presumed, adult)
        from_earnings = np.where(earnings > 0, contribution, 0)
        shared = (earnings > 0) & (other > 0) & (contribution > 0)
        if shared.any():
            from_earnings[shared] = half_up_column(
                [contribution[shared], earnings[shared]], [income[shared]]
            )
        none: Ints = np.zeros(rows.size, dtype=np.int64)
        not_supplied = {
            "choices": below & (income > 0) & (part_below is None),
            "income.basis": lacks_basis,
            "absence_decision": self._absent_too_long(),
        }
        return Amounts(
            contribution_cents=contribution,
            from_earnings_cents=from_earnings,
            from_other_cents=contribution - from_earnings,
            from_assets_cents=none,
            withdrawn_cents=withdrawn,
            ceiling_cents=none,
            unverified=frozenset(self._names),
            not_supplied=not_supplied,
            refused=list(self._refused),
        )


def _choices_missing(
    month: Month, norms: tuple[Ints, Ints, Ints, Ints], income: Ints, row: int
) -> LawError:
    """Return the error for a row between the thresholds, as the law words it."""
    leefgeld, full, first, second = (int(norm[row]) for norm in norms)
    means = int(income[row])
    return LawError(
        "law.choices_missing",
        month=str(month),
        income=format_euros(means),
        withdrawn_from=format_euros(first),
        due_from=format_euros(second),
        lowest=format_euros(0),
        highest=format_euros(min(full, means - leefgeld)),
        full=format_euros(full),
    )
