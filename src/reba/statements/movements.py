"""What a whole ledger says, month by month (verloop): owed, came in, saved, released. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from reba.ledger.account_state import TOTALS, AccountState

__all__ = ["LedgerFigures", "MonthFigures", "ledger_figures"]


class MonthFigures(NamedTuple):
    """The amounts of a month over all accounts, in cents; releases by the month of payment."""

    month: str
    assessed_cents: int
    collected_cents: int
    reserved_cents: int
    remitted_cents: int
    released_cents: int


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """The amounts of a ledger: in total, and for every month in which there are any.

    Of `destroyed` accounts only totals are left, so that they are in no month.
    """

    accounts: int
    destroyed: int
    totals: dict[str, int]
    destroyed_totals: dict[str, int]
    months: tuple[MonthFigures, ...]


def ledger_figures(states: Iterable[AccountState]) -> LedgerFigures:
    """Add up the accounts of a ledger, one at a time.

    >>> ledger_figures([]).months
    ()
    """
    totals, gone = dict.fromkeys(TOTALS, 0), dict.fromkeys(TOTALS, 0)
    months: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 5)
    accounts = destroyed = 0
    for state in states:
        accounts += 1
        destroyed += state.destruction is not None
        for name, cents in state.totals().items():
            totals[name] += cents
            gone[name] += cents if state.destruction is not None else 0
        for month in state.months:
            sums = months[month.month]
            sums[0] += month.contribution_cents
            sums[1] += month.collected_cents
            sums[2] += month.reserved_cents
            sums[3] += month.remitted_cents
        for release in state.releases:
            if release.paid_on is not None:
                months[release.paid_on[:7]][4] += release.amount_cents
            if release.returned_on is not None:
                months[release.returned_on[:7]][4] -= release.amount_cents
    return LedgerFigures(
        accounts,
        destroyed,
        totals,
        gone,
        tuple(MonthFigures(month, *months[month]) for month in sorted(months)),
    )
