"""Fold the entries of one account into its state: what is owed, saved, released and left.

1. The state is a function of the entries and a day alone: no law, no policy, no clock. The same
   entries give the same state for ever (`docs/explanation/replay-and-recompute.md`).
2. The state of a month is its last unsuperseded assessment and its last split.
3. `reserved + remitted == what was split`, in every month, to the cent (C1).
4. `balance - overpaid == reserved + transferred - released - set_off - settled`, and never both
   positive: nobody has a negative balance (R3).
5. Folding a part and going on from there equals folding the whole (E3).
6. Once the records of an account are destroyed its totals are left, and nothing else
   (`docs/explanation/destruction.md`). A body that is gone without that is damage.
7. An entry whose effective day lies after the day asked about is counted and not taken in: that
   gives the account as valid on that day (`docs/explanation/two-times.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final, Self, TypeAlias, cast

from reba.clock import amsterdam_date
from reba.errors import LedgerError
from reba.ledger.account_state import (
    AccountState,
    AssessedMonth,
    Closing,
    MonthState,
    Movement,
    ReleaseState,
    Totals,
)
from reba.ledger.destroyed_fold import DESTROYED, DestroyedFold
from reba.ledger.entries import Entry
from reba.ledger.month_fold import MonthFold
from reba.ledger.procedure_fold import ProcedureFold
from reba.ledger.release_fold import ReleaseFold
from reba.ledger.upcasting import upcast
from reba.savings.procedure import Party, ProcedureState

__all__ = [
    "AccountFold",
    "AccountState",
    "AssessedMonth",
    "MonthState",
    "Movement",
    "ReleaseState",
    "fold",
]

Body: TypeAlias = Mapping[str, object]


def _cents(body: Body, key: str) -> int:
    return cast("int", body[key])


def _text(body: Body, key: str) -> str:
    return cast("str", body[key])


class AccountFold:
    """The fold in progress: apply entries in order, ask for the state at any point."""

    __slots__ = (
        "_closings", "_movements", "_remitted", "account", "destroyed", "gone", "last_recorded",
        "month_fold", "ordinary", "procedure_fold", "releases", "scheme", "version",
    )  # fmt: skip

    def __init__(self, account: str) -> None:
        self.account = account
        self.scheme = ""
        self.version = 0
        self.last_recorded = ""
        self.gone = 0
        self.ordinary = True  # never closed, and no body of it is gone
        self.destroyed: DestroyedFold | None = None
        self.month_fold = MonthFold(account)
        self._movements: list[Movement] = []
        self.procedure_fold = ProcedureFold()
        self.releases = ReleaseFold()
        self._closings: list[Closing | None] = []
        self._remitted: list[Closing] = []

    @classmethod
    def over(
        cls, account: str, entries: Iterable[Entry], valid_on: date | None = None
    ) -> AccountFold:
        """Fold the entries of an account whose records are there, in order of version.

        Raises:
            LedgerError: ledger.damaged; ledger.destroyed where its records were destroyed.
        """
        folding = cls(account)
        for entry in entries:
            folding.apply(entry, valid_on)
        folding.require_records()
        return folding

    @classmethod
    def over_all(cls, account: str, entries: Iterable[Entry]) -> AccountFold:
        """Fold the entries of an account that may be destroyed; `require_records` says whether.

        Raises:
            LedgerError: ledger.damaged.
        """
        folding = cls(account)
        for entry in entries:
            folding.apply(entry)
        return folding

    @property
    def head(self) -> str:
        """The id of the last entry that was taken in, or "" before the first."""
        return f"{self.account}/{self.version}" if self.version else ""

    def require_records(self) -> None:
        """Refuse an account of which no more than totals are left.

        Raises:
            LedgerError: ledger.destroyed; ledger.damaged where bodies are gone without that.
        """
        if self.destroyed is not None:
            raise self.destroyed.destruction.error(self.account)
        if self.gone:
            place, reason = f"account {self.account}", f"{self.gone} of its bodies are gone"
            raise LedgerError("ledger.damaged", place=place, reason=reason)

    def _damaged(self, entry: Entry, why: str) -> LedgerError:
        reason = f"entry {entry.entry_id}: {why}"
        return LedgerError("ledger.damaged", place=f"account {self.account}", reason=reason)

    def _count(self, entry: Entry) -> None:
        if entry.account != self.account or entry.version != self.version + 1:
            raise self._damaged(entry, f"it follows version {self.version}")
        if self.destroyed is not None:
            raise self._damaged(entry, "the records of its account were destroyed before it")
        self.version = entry.version
        self.last_recorded = entry.recorded_at

    def apply(
        self, entry: Entry, valid_on: date | None = None, *, body: Body | None = None
    ) -> Self:
        """Take in the next entry of the account.

        Args:
            entry: the next one.
            valid_on: leave out what takes effect after this day; None takes in everything.
            body: its body as today's schema has it, where the caller has read it already.

        Raises:
            LedgerError: ledger.damaged where the entry is not the next one, or cannot be read.
        """
        self._count(entry)
        handler = _HANDLERS.get(entry.kind)
        if handler is None:
            upcast(entry.entry_id, entry.kind, entry.schema, {})  # a newer one says so
            raise self._damaged(entry, f"its kind {entry.kind!r} is not known")
        # A month takes effect on its first day; "2015-03" sorts before "2015-03-01".
        later = valid_on is not None and entry.effective > valid_on.isoformat()
        if later and entry.kind != "account.opened":
            return self
        if body is None:
            body = entry.body
        if body is None and entry.kind != DESTROYED:
            self.gone += 1  # right only where `records.destroyed` follows: see `state`
            self.ordinary = False
            return self
        if body is None or (self.gone and entry.kind != DESTROYED):
            raise self._damaged(entry, "its body, or one before it, is gone")
        try:
            handler(self, entry, body)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._damaged(entry, f"its body lacks or mistakes {error}") from error
        return self

    # ── questions ────────────────────────────────────────────────────────────────────────────

    def month(self, month: str) -> MonthState:
        """Return what stands for a month; a month without entries is empty."""
        return self.month_fold.get(month)

    def months(self) -> tuple[MonthState, ...]:
        """Return what stands for each month, in order of time."""
        return self.month_fold.all()

    def parties(self) -> tuple[Party, ...]:
        """Return the members of the household in the last month that was assessed."""
        return self.month_fold.parties()

    def procedure(self, day: date) -> ProcedureState:
        """Return where the procedure stands on a day."""
        return self.procedure_fold.on(day, self.parties())

    def closing(self) -> Closing | None:
        """Return how the account was closed, or None while it is open."""
        return self._closings[-1] if self._closings else None

    def saved_before(self, month: str) -> int:
        """Return the savings at the start of a month, in cents: what a maximum is held against.

        Earlier months count by their own time, whenever they were booked, so that the order of
        booking does not matter (E6).
        """
        return max(0, self._net(lambda on: on < month))

    # ── handlers, one a kind ─────────────────────────────────────────────────────────────────

    def opened(self, _entry: Entry, body: Body) -> None:
        """account.opened: the household is known."""
        self.scheme = _text(body, "scheme")

    def paid(self, entry: Entry, body: Body) -> None:
        """release.paid: the amount has left the savings in a payment batch."""
        amount = self.releases.paid(entry, body)
        self._movements.append(Movement("released", entry.effective, -amount))

    def returned(self, entry: Entry, body: Body) -> None:
        """release.returned: the bank sent the amount back."""
        amount = self.releases.returned(entry, body)
        self._movements.append(Movement("released", entry.effective, amount))

    def transferred(self, entry: Entry, body: Body) -> None:
        """balance.transferred: savings came from, or went to, another account."""
        amount = _cents(body, "amount_cents")
        self._movements.append(Movement("transferred", entry.effective, amount))

    def set_off(self, entry: Entry, body: Body) -> None:
        """savings.set_off: savings settle what is due for a month, by an explicit command."""
        amount = self.month_fold.set_off(entry, body)
        self._movements.append(Movement("set_off", entry.effective, -amount))

    def recovered(self, entry: Entry, body: Body) -> None:
        """overpaid.recovered: what was released beyond the savings was paid back."""
        amount = _cents(body, "amount_cents")
        self._movements.append(Movement("recovered", entry.effective, amount))

    def closed(self, entry: Entry, body: Body) -> None:
        """account.closed: nothing new is booked, and what is left goes where the policy says."""
        amount, disposition = _cents(body, "amount_cents"), _text(body, "disposition")
        case = _text(body, "case")
        closing = Closing(case, disposition, amount, entry.effective)
        self.ordinary = False
        self._closings.append(closing)
        if disposition == "remit":
            self._remitted.append(closing)
        elif disposition in {"pay_out", "estate"} and amount:
            self.releases.left_over(entry, body)

    def reopened(self, _entry: Entry, body: Body) -> None:
        """account.reopened: the household came back, or the closing was wrong."""
        wrong = body["because"] in {"recorded_in_error", "procedure_revoked"}
        closing = self.closing()
        if wrong and closing is not None and closing in self._remitted:
            self._remitted.remove(closing)
        self._closings.append(None)

    def records_destroyed(self, entry: Entry, body: Body) -> None:
        """records.destroyed: the totals are what is left."""
        self.ordinary = False
        self.destroyed = DestroyedFold.of(entry, body)

    # ── the state ────────────────────────────────────────────────────────────────────────────

    def _moved(self, *kinds: str) -> int:
        return sum(movement.cents for movement in self._movements if movement.kind in kinds)

    def _net(self, counts: Callable[[str], bool]) -> int:
        """Return what is saved less what was used, of the months and days that count."""
        saved = sum(m.reserved_cents for m in self.month_fold.each() if counts(m.month))
        moved = sum(m.cents for m in self._movements if counts(m.on))
        return saved + moved - self._settled(counts)

    def _settled(self, counts: Callable[[str], bool]) -> int:
        """Return what closings remitted: what was left then, never more than was saved after all.

        Where a month is revised downward later, that much less was settled: it was remitted with
        the month already, and the household owes nothing for it.
        """
        total = 0
        for closing in self._remitted:
            if not counts(closing.on):
                continue
            saved = sum(m.reserved_cents for m in self.month_fold.each() if m.month < closing.on)
            moved = sum(m.cents for m in self._movements if m.on <= closing.on)
            total += min(closing.amount_cents, max(0, saved + moved - total))
        return total

    def net_cents(self) -> int:
        """Return what is saved less what was used, in cents: the balance, or minus the overpaid."""
        return self._net(lambda _on: True)

    def recovered_cents(self) -> int:
        """Return what the household paid back of what was released too much, in cents."""
        return self._moved("recovered")

    def last_moved_on(self) -> str:
        """Return the last day on which savings moved, or "" where none did."""
        return max((movement.on for movement in self._movements), default="")

    def totals(self) -> Totals:
        """Return what the account adds up to, without making values of its parts.

        Raises:
            LedgerError: ledger.damaged where bodies are gone and were not destroyed.
        """
        if self.destroyed is not None:
            return Totals(**self.destroyed.totals)
        self.require_records()
        net, on_hold = self.net_cents(), self.releases.on_hold_cents()
        return Totals(
            *self.month_fold.totals(),
            released_cents=-self._moved("released", "recovered"),
            recovered_cents=self.recovered_cents(),
            transferred_cents=self._moved("transferred"),
            set_off_cents=-self._moved("set_off"),
            settled_cents=self._settled(lambda _on: True),
            on_hold_cents=on_hold,
            balance_cents=max(0, net),
            available_cents=max(0, net - on_hold),
            overpaid_cents=max(0, -net),
        )

    def state(self, on: date | None = None) -> AccountState:
        """Return the state after the entries applied so far.

        Args:
            on: the day on which the procedure is looked at; by default that of the last entry.

        Raises:
            LedgerError: ledger.damaged where bodies are gone and were not destroyed.
        """
        day = amsterdam_date(self.last_recorded) if on is None else on
        if self.destroyed is not None:
            return self.destroyed.state(self.account, self.version, self.head, day)
        return AccountState(
            account=self.account,
            scheme=self.scheme,
            **self.totals()._asdict(),
            procedure_state=self.procedure(day),
            events=self.procedure_fold.events(),
            closing=self.closing(),
            destruction=None,
            releases=self.releases.all(),
            months=self.months(),
            on=day,
            version=self.version,
            head=self.head,
        )


_HANDLERS: Final[dict[str, Callable[[AccountFold, Entry, Body], None]]] = {
    "account.opened": AccountFold.opened,
    "contribution.assessed": lambda self, entry, body: self.month_fold.assessed(entry, body),
    "contribution.revised": lambda self, entry, body: self.month_fold.assessed(entry, body),
    "contribution.collected": lambda self, entry, body: self.month_fold.collected(entry, body),
    "savings.reserved": lambda self, entry, body: self.month_fold.split(entry, body),
    "savings.adjusted": lambda self, entry, body: self.month_fold.split(entry, body),
    "savings.set_off": AccountFold.set_off,
    "receivable.invoiced": lambda self, entry, body: self.month_fold.invoiced(entry, body),
    "receivable.reminded": lambda self, entry, body: self.month_fold.reminded(entry, body),
    "receivable.written_off": lambda self, entry, body: self.month_fold.written_off(entry, body),
    "procedure.recorded": lambda self, entry, body: self.procedure_fold.recorded(entry, body),
    "procedure.revoked": lambda self, entry, _body: self.procedure_fold.revoked(entry),
    "release.requested": lambda self, entry, body: self.releases.requested(entry, body),
    "release.approved": lambda self, entry, body: self.releases.approved(entry, body),
    "release.rejected": lambda self, entry, body: self.releases.rejected(entry, body),
    "release.paid": AccountFold.paid,
    "release.returned": AccountFold.returned,
    "balance.transferred": AccountFold.transferred,
    "overpaid.recovered": AccountFold.recovered,
    "account.closed": AccountFold.closed,
    "account.reopened": AccountFold.reopened,
    DESTROYED: AccountFold.records_destroyed,
}


def fold(
    entries: Iterable[Entry], *, on: date | None = None, valid_on: date | None = None
) -> AccountState:
    """Return the state of an account from its entries, in order of version.

    Args:
        entries: the entries of one account; leave out the last ones to know what was known before.
        on: the day on which the procedure is looked at; by default `valid_on`, else that of the
            last entry.
        valid_on: leave out what takes effect after this day.

    Raises:
        LedgerError: ledger.damaged; ledger.unknown_account where there are no entries.
    """
    held = list(entries)
    if not held:
        raise LedgerError("ledger.unknown_account", account="")
    folding = AccountFold(held[0].account)
    for entry in held:
        folding.apply(entry, valid_on)
    return folding.state(valid_on if on is None else on)
