"""Audit what destruction left: that it was due, that it was complete, and that the books hold.

1. A body is missing only where `records.destroyed` of its account follows; otherwise it is damage.
2. Where that entry stands, no body and no salt before it is left.
3. It follows a closing that stood, after the term that it names; nothing follows it.
4. The totals it keeps agree with each other, and with what other accounts gave and took (C4, R3).
"""

from __future__ import annotations

from datetime import date
from typing import cast

from reba.clock import amsterdam_date
from reba.errors import RebaError
from reba.ledger.account_state import AccountState
from reba.ledger.accounts import AccountFold
from reba.ledger.audit_context import AuditContext, Body, Check
from reba.ledger.destruction import MUST_BE_ZERO, term_months
from reba.ledger.entries import Entry
from reba.months import add_months

__all__ = ["GoneBodies", "check_transfers"]

_CLOSINGS = frozenset({"account.closed", "account.reopened"})


class GoneBodies:
    """The entries of one account whose bodies are gone, and its last closing or reopening."""

    __slots__ = ("closing", "entries")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.closing: Entry | None = None

    def add(self, entry: Entry) -> None:
        """Take in an entry without a body."""
        self.entries.append(entry)
        if entry.kind in _CLOSINGS:
            self.closing = entry

    def report(self, context: AuditContext) -> None:
        """Find every body that is gone: nothing says that it was destroyed."""
        for entry in self.entries:
            context.at_end(Check.GONE, entry.seq)
            context.find(
                "entry.body_missing", entry, "the body is there, or was destroyed",
                "a body and salt, or a later records.destroyed", "none",
            )  # fmt: skip

    def destroyed(self, context: AuditContext, entry: Entry, body: Body, fold: AccountFold) -> None:
        """Check a `records.destroyed`, taken in last, against the envelopes before it."""
        context.destroyed[entry.account] = 0
        try:
            state = fold.state(amsterdam_date(entry.recorded_at))
            context.destroyed[entry.account] = state.transferred_cents
            self._complete(context, entry, body)
            self._due(context, entry, body)
            _totals(context, entry, state)
        except RebaError as error:
            context.find("destroyed.shape", entry, "it says what was destroyed", "totals", error)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            context.find("entry.shape", entry, "the body has its shape", "its keys", error)

    def _complete(self, context: AuditContext, entry: Entry, body: Body) -> None:
        before = entry.version - 1
        if body["destroyed_through"] != before or len(self.entries) != before:
            context.find(
                "destroyed.incomplete", entry, "every body of the account before it is gone",
                f"{before} of {body['destroyed_through']}", len(self.entries),
            )  # fmt: skip

    def _due(self, context: AuditContext, entry: Entry, body: Body) -> None:
        closing = self.closing
        closed_on = closing.effective if closing and closing.kind == "account.closed" else "open"
        if body["closed_on"] != closed_on:
            context.find(
                "destroyed.closed", entry, "it follows a closing that stood", closed_on,
                body["closed_on"],
            )  # fmt: skip
        worked_on = [amsterdam_date(each.recorded_at).isoformat() for each in self.entries]
        counted_from = max([closed_on, *worked_on]) if worked_on else closed_on
        if closed_on != "open" and body["counted_from"] != counted_from:
            context.find(
                "destroyed.term", entry, "the term counts from the closing, or the last entry",
                counted_from, body["counted_from"],
            )  # fmt: skip
        term = term_months(cast("str", body["term"]))
        ends = add_months(date.fromisoformat(cast("str", body["counted_from"])), term).isoformat()
        if body["term_ended_on"] != ends or not ends < entry.effective:
            context.find(
                "destroyed.term", entry, "the term had passed", f"after {ends}", entry.effective
            )


def _totals(context: AuditContext, entry: Entry, state: AccountState) -> None:
    left = {name: state.totals()[name] for name in MUST_BE_ZERO if state.totals()[name]}
    if left:
        context.find("destroyed.settled", entry, "the account was settled", "nothing open", left)
    net = (
        state.reserved_cents + state.transferred_cents - state.released_cents
        - state.set_off_cents - state.settled_cents
    )  # fmt: skip
    if state.balance_cents - state.overpaid_cents != net:
        context.find(
            "destroyed.totals", entry, "the totals add up to the balance",
            state.balance_cents - state.overpaid_cents, net,
        )  # fmt: skip


def check_transfers(context: AuditContext, *, whole: bool) -> None:
    """Check at the end that every transfer gave what it took (C4).

    Of a transfer with an account whose records are destroyed one side is left; what all of those
    lack together is what the totals of the destroyed accounts say. That takes the `whole` ledger.
    """
    context.at_end(Check.TRANSFERS)
    lacking = sum(context.destroyed.values())
    for (one, other, command_id), cents in sorted(context.transfers.items()):
        if one in context.destroyed or other in context.destroyed:
            lacking += cents
        elif cents:
            context.find(
                "books.transfer", None,
                f"a transfer conserves cents: {one} and {other}, command {command_id}", 0, cents,
            )  # fmt: skip
    if lacking and whole:
        context.find(
            "books.transfer", None, "transfers with destroyed accounts conserve cents", 0, lacking
        )
