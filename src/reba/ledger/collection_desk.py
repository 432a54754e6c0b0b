"""Collecting what is due, as methods of the ledger: each one call into the pure core."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Final, NamedTuple

from reba.ledger import collection_commands
from reba.ledger.account_desk import AccountDesk
from reba.ledger.account_state import AccountState, CollectionStatus
from reba.ledger.accounts import AccountFold
from reba.ledger.desk import Asked
from reba.ledger.destroyed_fold import DESTROYED
from reba.ledger.shell import Decided
from reba.months import Month

__all__ = ["CollectionDesk", "Invoice", "Receivable"]

_BATCH: Final = 500


class Invoice(NamedTuple):
    """An invoice (factuur) of what is due for a month, in cents; `invoice` is its entry's id."""

    account: str
    month: str
    invoice: str
    amount_cents: int
    invoiced_on: str
    due_on: str


class Receivable(NamedTuple):
    """What is due for a month (openstaande post), in cents, and how far its collection has come.

    `days_overdue` is zero until the due day has passed; `days_open` counts from the month's end.
    """

    account: str
    month: str
    receivable_cents: int
    collection: CollectionStatus
    invoiced_on: str | None
    due_on: str | None
    reminded_on: str | None
    reminders: int
    days_open: int
    days_overdue: int


class CollectionDesk(AccountDesk):
    """A ledger that keeps how far the collection of what is due has come."""

    def invoice_month(
        self,
        month: Month,
        *,
        due_on: date,
        on: date | None = None,
        actor: str = "api",
        dry_run: bool = False,
    ) -> Iterator[Invoice]:
        """Invoice (factureren) what is due for a month on every account, a transaction a batch.

        What was invoiced before is left out, also where part of it was paid since, so that the
        same command again invoices nothing; after a revision what is then due is invoiced.

        Args:
            month: the month it is for.
            due_on: the last day to pay.
            on: the day of the invoices; by default today.
            actor: who asks.
            dry_run: list the invoices, and book nothing.

        Raises:
            AccountError: account.due_before_invoice.
            LedgerError: ledger.in_future.
            StoreError: where the ledger cannot go on; what was booked stays booked.
        """
        day = self.today() if on is None else on
        what = {"due_on": due_on, "month": month, "on": day}
        asked = Asked.of("invoice", actor, None, what, again=str(self.size()))
        source = iter(list(self.accounts()))
        while batch := list(islice(source, _BATCH)):
            yield from self._invoice(batch, asked, month, due_on, day, dry_run=dry_run)

    def _invoice(
        self, batch: list[str], asked: Asked, month: Month, due_on: date, day: date, *,
        dry_run: bool,
    ) -> list[Invoice]:  # fmt: skip
        def decided() -> Decided[list[Invoice]]:
            desk = self._desk(asked, batch)
            invoices: list[Invoice] = []
            for account in batch:
                if desk.is_destroyed(account):
                    continue  # nothing was due when its records were destroyed
                drafting = desk.account(account, open_only=False)
                standing = drafting.fold.month(str(month))
                if not standing.to_invoice:
                    continue
                entry_id, cents = collection_commands.invoice(
                    desk, account, month=month, due_on=due_on, on=day
                )
                invoices.append(
                    Invoice(
                        account, str(month), entry_id, cents, day.isoformat(), due_on.isoformat()
                    )
                )
            return invoices, () if dry_run else desk.drafts(), desk.versions()

        return self._carry_out(decided)

    def remind(
        self,
        account: str,
        *,
        month: Month,
        on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> AccountState:
        """Record that a household was reminded (aangemaand) of what is due for a month.

        Raises:
            AccountError: account.nothing_due, account.not_invoiced.
            LedgerError: ledger.unknown_account, ledger.not_assessed, ledger.too_early.
        """
        what = {
            "account": account, "month": month, "on": on or self.today(),
        }  # fmt: skip
        self._command(
            Asked.of("remind", actor, command_id, what),
            [account],
            lambda desk: collection_commands.remind(desk, account, month=month, on=on),
        )
        return self.account(account)

    def write_off(
        self,
        account: str,
        *,
        month: Month,
        amount_cents: int,
        because: str,
        legal_basis: str,
        command_id: str,
        on: date | None = None,
        actor: str = "api",
    ) -> AccountState:
        """Write off (afboeken) what is due for a month, or part of it, with a reason and a basis.

        Raises:
            AccountError: account.nothing_due, account.amount, account.above_receivable.
            LedgerError: ledger.unknown_account, ledger.unknown_reason, ledger.text.
        """
        what = {
            "account": account, "amount_cents": amount_cents, "because": because,
            "legal_basis": legal_basis, "month": month, "on": on,
        }  # fmt: skip
        self._command(
            Asked.of("write-off", actor, command_id, what),
            [account],
            lambda desk: collection_commands.write_off(
                desk, account, month=month, amount_cents=amount_cents, because=because, on=on,
                legal_basis=legal_basis,
            ),
        )  # fmt: skip
        return self.account(account)

    def receivables(self, *, on: date | None = None) -> Iterator[Receivable]:
        """Yield who owes what for how long (openstaande posten), month by month.

        Args:
            on: the day to count to; what takes effect later is left out. By default today.
        """
        day = self.today() if on is None else on
        source = iter(list(self.accounts()))
        while batch := list(islice(source, _BATCH)):
            for account, entries in self._store.read_accounts(batch).items():
                if entries[-1].kind == DESTROYED:
                    continue  # nothing was due when its records were destroyed
                for state in AccountFold.over(account, entries, day).months():
                    if state.receivable_cents:
                        ended = Month.parse(state.month).last_day
                        due = None if state.due_on is None else date.fromisoformat(state.due_on)
                        yield Receivable(
                            account, state.month, state.receivable_cents, state.collection,
                            state.invoiced_on, state.due_on, state.reminded_on, state.reminders,
                            max(0, (day - ended).days),
                            0 if due is None else max(0, (day - due).days),
                        )  # fmt: skip
