"""Fold what is owed, came in and was saved, month by month; and how what is due is collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeAlias, cast

from reba.ledger.account_state import MonthState
from reba.ledger.entries import Entry
from reba.savings.procedure import Party

__all__ = ["MonthFold"]

Body: TypeAlias = Mapping[str, object]


def _cents(body: Body, key: str) -> int:
    return cast("int", body[key])


def _text(body: Body, key: str) -> str:
    return cast("str", body[key])


class MonthFold:
    """The months of an account, and the members of the household in the last one assessed."""

    __slots__ = ("_last_month", "_members", "_months")

    def __init__(self) -> None:
        self._months: dict[str, MonthState] = {}
        self._last_month = ""
        self._members: tuple[tuple[str, str], ...] = ()

    def get(self, month: str) -> MonthState:
        """Return what stands for a month; a month without entries is empty."""
        return self._months.get(month) or MonthState(month)

    def all(self) -> tuple[MonthState, ...]:
        """Return what stands for each month, in order of time."""
        return tuple(self._months[month] for month in sorted(self._months))

    def each(self) -> Iterable[MonthState]:
        """Return what stands for each month, in no order."""
        return self._months.values()

    def parties(self) -> tuple[Party, ...]:
        """Return the members of the household in the last month that was assessed."""
        return tuple(Party(name, date.fromisoformat(born)) for name, born in self._members)

    def _put(self, state: MonthState) -> None:
        self._months[state.month] = state

    def assessed(self, entry: Entry, body: Body) -> None:
        """contribution.assessed, contribution.revised: what the household owes for a month."""
        amounts = cast("Body", body["amounts"])
        month = _text(body, "month")
        if month >= self._last_month:
            facts = cast("dict[str, list[dict[str, str]]]", body["facts"])
            self._members = tuple((member["id"], member["born"]) for member in facts["members"])
            self._last_month = month
        self._months[month] = self.get(month)._replace(
            contribution_cents=_cents(amounts, "contribution_cents"),
            from_earnings_cents=_cents(amounts, "from_earnings_cents"),
            from_other_income_cents=_cents(amounts, "from_other_income_cents"),
            from_assets_cents=_cents(amounts, "from_assets_cents"),
            charged_before_cents=cast("int | None", body["charged_before_cents"]),
            assessed_by=entry.entry_id,
        )

    def collected(self, _entry: Entry, body: Body) -> None:
        """contribution.collected: what came in for a month, added to what came before."""
        before = self.get(_text(body, "month"))
        collected = before.collected_cents + _cents(body, "collected_cents")
        self._put(before._replace(collected_cents=collected))

    def split(self, entry: Entry, body: Body) -> None:
        """savings.reserved, savings.adjusted: how what came in for a month is split, in total."""
        self._put(
            self.get(_text(body, "month"))._replace(
                reserved_cents=_cents(body, "reserved_cents"),
                remitted_cents=_cents(body, "remitted_cents"),
                split_by=entry.entry_id,
            )
        )

    def set_off(self, _entry: Entry, body: Body) -> int:
        """savings.set_off: savings settle what is due; return the amount, in cents."""
        before, amount = self.get(_text(body, "month")), _cents(body, "amount_cents")
        self._put(before._replace(set_off_cents=before.set_off_cents + amount))
        return amount

    def invoiced(self, entry: Entry, body: Body) -> None:
        """receivable.invoiced: the household was asked to pay what is due for a month."""
        before = self.get(_text(body, "month"))
        self._put(
            before._replace(
                invoiced_on=entry.effective, due_on=_text(body, "due_on"),
                invoiced_by=entry.entry_id,
                invoiced_contribution_cents=before.contribution_cents,
            )
        )  # fmt: skip

    def reminded(self, entry: Entry, body: Body) -> None:
        """receivable.reminded: the household was reminded of what is due for a month."""
        before = self.get(_text(body, "month"))
        self._put(before._replace(reminded_on=entry.effective, reminders=before.reminders + 1))

    def written_off(self, _entry: Entry, body: Body) -> None:
        """receivable.written_off: what is due for a month is no longer asked, with a reason."""
        before, amount = self.get(_text(body, "month")), _cents(body, "amount_cents")
        self._put(before._replace(given_up_cents=before.given_up_cents + amount))
