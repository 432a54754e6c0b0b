"""Fold what is owed, came in and was saved, month by month; and how what is due is collected.

A month in progress is written in place, since a ledger holds many of them; `MonthState` is the
value that is handed out, made when asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from sys import intern
from typing import NamedTuple, TypeAlias, cast

from reba.ledger.account_state import MonthState, Owed
from reba.ledger.entries import Entry
from reba.savings.procedure import Party

__all__ = ["MonthFold", "MonthTotals", "StandingMonth"]

Body: TypeAlias = Mapping[str, object]
Members: TypeAlias = tuple[tuple[str, str], ...]


def _cents(body: Body, key: str) -> int:
    return cast("int", body[key])


def _text(body: Body, key: str) -> str:
    return cast("str", body[key])


class _Asked:
    """How what is due for a month is collected, once anybody asked for it."""

    __slots__ = (
        "due_on", "given_up_cents", "invoiced_contribution_cents", "invoiced_on",
        "invoiced_version", "reminded_on", "reminders",
    )  # fmt: skip

    def __init__(self) -> None:
        self.given_up_cents = 0
        self.invoiced_on: str | None = None
        self.invoiced_version: int | None = None
        self.invoiced_contribution_cents: int | None = None
        self.due_on: str | None = None
        self.reminded_on: str | None = None
        self.reminders = 0


_NOT_ASKED = _Asked()


class StandingMonth:
    """What stands for one month while its account is folded, in cents; see `MonthState`.

    Entries are named by their version, which with the account is their id.
    """

    __slots__ = (
        "_asked", "_state", "assessed_version", "charged_before_cents", "collected_cents",
        "contribution_cents", "from_assets_cents", "from_earnings_cents",
        "from_other_income_cents", "month", "remitted_cents", "reserved_cents", "set_off_cents",
        "split_version",
    )  # fmt: skip

    def __init__(self, month: str) -> None:
        self.month = month
        self.contribution_cents = 0
        self.from_earnings_cents = 0
        self.from_other_income_cents = 0
        self.from_assets_cents = 0
        self.charged_before_cents: int | None = None
        self.collected_cents = 0
        self.reserved_cents = 0
        self.remitted_cents = 0
        self.set_off_cents = 0
        self.assessed_version: int | None = None
        self.split_version: int | None = None
        self._asked: _Asked | None = None
        self._state: MonthState | None = None

    def assess(
        self,
        version: int,
        contribution_cents: int,
        from_earnings_cents: int,
        from_other_income_cents: int,
        from_assets_cents: int,
        charged_before_cents: int | None,
    ) -> None:
        """Take in an assessment, which stands from now on."""
        self.assessed_version = version
        self.contribution_cents = contribution_cents
        self.from_earnings_cents = from_earnings_cents
        self.from_other_income_cents = from_other_income_cents
        self.from_assets_cents = from_assets_cents
        self.charged_before_cents = charged_before_cents
        self._state = None

    def collect(self, cents: int) -> None:
        """Add what came in."""
        self.collected_cents += cents
        self._state = None

    def split(self, version: int, reserved_cents: int, remitted_cents: int) -> None:
        """Take in how all that came in is split, which stands from now on."""
        self.split_version = version
        self.reserved_cents = reserved_cents
        self.remitted_cents = remitted_cents
        self._state = None

    def set_off(self, cents: int) -> None:
        """Add what savings settled."""
        self.set_off_cents += cents
        self._state = None

    def ask(self) -> _Asked:
        """Return how the month is collected, to be written."""
        self._state = None
        if self._asked is None:
            self._asked = _Asked()
        return self._asked

    def owed(self) -> Owed:
        """Return what became of what is owed."""
        due_cents = self.contribution_cents - self.collected_cents - self.set_off_cents
        return Owed.of(due_cents, 0 if self._asked is None else self._asked.given_up_cents)

    def state(self, account: str) -> MonthState:
        """Return what stands, as a value."""
        if self._state is None:
            asked = self._asked or _NOT_ASKED
            self._state = MonthState(
                month=self.month,
                contribution_cents=self.contribution_cents,
                from_earnings_cents=self.from_earnings_cents,
                from_other_income_cents=self.from_other_income_cents,
                from_assets_cents=self.from_assets_cents,
                charged_before_cents=self.charged_before_cents,
                collected_cents=self.collected_cents,
                reserved_cents=self.reserved_cents,
                remitted_cents=self.remitted_cents,
                set_off_cents=self.set_off_cents,
                given_up_cents=asked.given_up_cents,
                invoiced_on=asked.invoiced_on,
                due_on=asked.due_on,
                reminded_on=asked.reminded_on,
                reminders=asked.reminders,
                assessed_by=_entry_id(account, self.assessed_version),
                split_by=_entry_id(account, self.split_version),
                invoiced_by=_entry_id(account, asked.invoiced_version),
                invoiced_contribution_cents=asked.invoiced_contribution_cents,
            )
        return self._state


def _entry_id(account: str, version: int | None) -> str | None:
    return None if version is None else f"{account}/{version}"


class MonthTotals(NamedTuple):
    """What the months of an account add up to, in cents."""

    assessed_cents: int
    collected_cents: int
    receivable_cents: int
    overcollected_cents: int
    written_off_cents: int
    reserved_cents: int
    remitted_cents: int


class MonthFold:
    """The months of an account, and the members of the household in the last one assessed."""

    __slots__ = ("_account", "_last_month", "_members", "_months")

    def __init__(self, account: str) -> None:
        self._account = account
        self._months: dict[str, StandingMonth] = {}
        self._last_month = ""
        self._members: Members | str = ()

    def get(self, month: str) -> MonthState:
        """Return what stands for a month; a month without entries is empty."""
        standing = self._months.get(month)
        return MonthState(month) if standing is None else standing.state(self._account)

    def all(self) -> tuple[MonthState, ...]:
        """Return what stands for each month, in order of time."""
        months, account = self._months, self._account
        return tuple(months[month].state(account) for month in sorted(months))

    def each(self) -> Iterable[StandingMonth]:
        """Return what stands for each month, in no order; to be read only."""
        return self._months.values()

    def totals(self) -> MonthTotals:
        """Return what the months add up to, in one go."""
        assessed = collected = receivable = overcollected = written_off = reserved = remitted = 0
        for month in self._months.values():
            owed = month.owed()
            assessed += month.contribution_cents
            collected += month.collected_cents
            receivable += owed.receivable_cents
            overcollected += owed.overcollected_cents
            written_off += owed.written_off_cents
            reserved += month.reserved_cents
            remitted += month.remitted_cents
        return MonthTotals(
            assessed, collected, receivable, overcollected, written_off, reserved, remitted
        )

    def parties(self) -> tuple[Party, ...]:
        """Return the members of the household in the last month that was assessed."""
        if isinstance(self._members, str):
            self._members = _members(json.loads(self._members))
        return tuple(Party(name, date.fromisoformat(born)) for name, born in self._members)

    def standing(self, month: str) -> StandingMonth | None:
        """Return what stands for a month, to be written; None where nothing was booked for it."""
        return self._months.get(month)

    def begun(self, month: str) -> StandingMonth:
        """Return what stands for a month, to be written; an empty one where nothing stood."""
        standing = self._months.get(month)
        if standing is None:
            month = intern(month)  # the same few, for every account
            standing = self._months[month] = StandingMonth(month)
        return standing

    def know_members(self, month: str, members_json: str) -> None:
        """Keep the members of an assessed month: JSON of a list, read when it is asked for."""
        if month >= self._last_month:
            self._members = members_json
            self._last_month = month

    def assessed(self, entry: Entry, body: Body) -> None:
        """contribution.assessed, contribution.revised: what the household owes for a month."""
        amounts = cast("Body", body["amounts"])
        month = _text(body, "month")
        if month >= self._last_month:
            facts = cast("dict[str, list[dict[str, str]]]", body["facts"])
            self._members = _members(facts["members"])
            self._last_month = month
        figures = (
            _cents(amounts, "contribution_cents"),
            _cents(amounts, "from_earnings_cents"),
            _cents(amounts, "from_other_income_cents"),
            _cents(amounts, "from_assets_cents"),
            cast("int | None", body["charged_before_cents"]),
        )
        self.begun(month).assess(entry.version, *figures)

    def collected(self, _entry: Entry, body: Body) -> None:
        """contribution.collected: what came in for a month, added to what came before."""
        month, cents = _text(body, "month"), _cents(body, "collected_cents")
        self.begun(month).collect(cents)

    def split(self, entry: Entry, body: Body) -> None:
        """savings.reserved, savings.adjusted: how what came in for a month is split, in total."""
        month = _text(body, "month")
        reserved, remitted = _cents(body, "reserved_cents"), _cents(body, "remitted_cents")
        self.begun(month).split(entry.version, reserved, remitted)

    def set_off(self, _entry: Entry, body: Body) -> int:
        """savings.set_off: savings settle what is due; return the amount, in cents."""
        month, amount = _text(body, "month"), _cents(body, "amount_cents")
        self.begun(month).set_off(amount)
        return amount

    def invoiced(self, entry: Entry, body: Body) -> None:
        """receivable.invoiced: the household was asked to pay what is due for a month."""
        month, due_on = _text(body, "month"), _text(body, "due_on")
        standing = self.begun(month)
        asked = standing.ask()
        asked.invoiced_on, asked.due_on = entry.effective, due_on
        asked.invoiced_version = entry.version
        asked.invoiced_contribution_cents = standing.contribution_cents

    def reminded(self, entry: Entry, body: Body) -> None:
        """receivable.reminded: the household was reminded of what is due for a month."""
        asked = self.begun(_text(body, "month")).ask()
        asked.reminded_on = entry.effective
        asked.reminders += 1

    def written_off(self, _entry: Entry, body: Body) -> None:
        """receivable.written_off: what is due for a month is no longer asked, with a reason."""
        month, amount = _text(body, "month"), _cents(body, "amount_cents")
        self.begun(month).ask().given_up_cents += amount


def _members(reported: Iterable[Mapping[str, str]]) -> Members:
    return tuple((member["id"], member["born"]) for member in reported)
