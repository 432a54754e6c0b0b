"""Closing, transfers and set-off, as methods of the ledger: each one call into the pure core."""

from __future__ import annotations

from datetime import date

from reba.errors import FactsError
from reba.fact_checks import identifier_fault
from reba.ledger import account_commands, destruction
from reba.ledger.account_state import AccountState
from reba.ledger.desk import Asked, Desk
from reba.ledger.rebuilding import Rebuild
from reba.ledger.release_desk import ReleaseDesk
from reba.months import Month
from reba.savings.policy import SavingsPolicy

__all__ = ["AccountDesk"]


class AccountDesk(ReleaseDesk):
    """A ledger that takes commands on whole accounts.

    Where the same command may well be meant twice (a payment, a transfer, a set-off), the caller
    must give its `command_id`: nothing is lost, and nothing is booked twice.
    """

    def collect(
        self,
        account: str,
        *,
        month: Month,
        amount_cents: int,
        command_id: str,
        policy: SavingsPolicy | None = None,
        reference: str | None = None,
        actor: str = "api",
    ) -> AccountState:
        """Book what came in for a month after its run (geïnd); below zero: what was paid back.

        What came in is split under the policy the month was split under, and later months that
        rest on it are made right.

        Args:
            account: the household id.
            month: the month it is for; it must have been assessed.
            amount_cents: what came in, in cents.
            command_id: the idempotency key within the account, as the bank's reference.
            policy: the policy for a month that was never split.
            reference: a reference that maps to the bank outside the ledger; no bank account.
            actor: who asks.

        Raises:
            LedgerError: ledger.unknown_account, ledger.not_assessed, ledger.command_conflict.
            AccountError: account.amount, account.collected_below_zero.
            SavingsError: savings.policy_missing.
        """
        what = {
            "account": account, "amount_cents": amount_cents, "month": month,
            "reference": reference,
        }  # fmt: skip
        terms = Rebuild(self.documents, policy, allow_provisional=True)
        self._command(
            Asked.of("collect", actor, command_id, what),
            [account],
            lambda desk: account_commands.collect(
                desk, account, month=month, amount_cents=amount_cents, reference=reference,
                terms=terms,
            ),
            policy=policy,
        )  # fmt: skip
        return self.account(account)

    def close(
        self,
        account: str,
        *,
        case: str,
        policy: SavingsPolicy,
        legal_basis: str,
        on: date | None = None,
        evidence: str | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> AccountState:
        """Close an account (rekening sluiten): what is left goes where the policy says.

        What is to be paid out, or is for the heirs, becomes a release that another actor approves.

        Args:
            account: the household id.
            case: granted, voluntary_return, forced_return, departed_unknown, dublin_transfer, died.
            policy: the savings policy; its version of the day applies.
            legal_basis: the decision it rests on; no personal data.
            on: the day of closing.
            evidence: the SHA-256 of the proof of heirship, where savings go to the heirs.
            actor: who asks.
            command_id: the idempotency key within the account.

        Raises:
            AccountError: account.unknown_case, account.releases_open, account.case_differs,
                account.evidence_missing.
            LedgerError: ledger.unknown_account, ledger.account_closed, ledger.in_future.
            PolicyError: policy.no_version.
        """
        what = {
            "account": account, "case": case, "evidence": evidence, "legal_basis": legal_basis,
            "on": on,
        }  # fmt: skip
        self._command(
            Asked.of("close", actor, command_id, what, again=self._undone(account)),
            [account],
            lambda desk: account_commands.close(
                desk, account, case=case, on=on, policy=policy, legal_basis=legal_basis,
                evidence=evidence,
            ),
            policy=policy,
        )  # fmt: skip
        return self.account(account)

    def reopen(
        self,
        account: str,
        *,
        because: str,
        legal_basis: str,
        on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> AccountState:
        """Reopen a closed account (heropenen), as after a return from an unknown destination.

        Raises:
            AccountError: account.not_closed.
            LedgerError: ledger.unknown_account, ledger.unknown_reason, ledger.in_future.
        """
        what = {
            "account": account, "because": because, "legal_basis": legal_basis, "on": on,
        }  # fmt: skip
        closings = ",".join(
            entry.entry_id
            for entry in self._store.read_accounts([account]).get(account, ())
            if entry.kind == "account.closed"
        )
        self._command(
            Asked.of("reopen", actor, command_id, what, again=closings),
            [account],
            lambda desk: account_commands.reopen(
                desk, account, because=because, on=on, legal_basis=legal_basis
            ),
        )
        return self.account(account)

    def destroy(
        self,
        account: str,
        *,
        legal_basis: str,
        term: str,
        on: date | None = None,
        dry_run: bool = False,
        actor: str = "api",
        command_id: str | None = None,
    ) -> AccountState:
        """Destroy the records of a closed account whose term has passed (vernietigen).

        Body and salt of all its entries go; the envelopes and the totals stay, so that proofs and
        books hold. It cannot be undone. Call `purge` once after the last one.

        Args:
            account: the household id.
            legal_basis: the selection list and category that say so; no personal data.
            term: how long the records had to be kept, as an ISO 8601 duration: "P7Y".
            on: the day of destruction.
            dry_run: decide, and destroy nothing; return what would be left.
            actor: who asks.
            command_id: the idempotency key within the account.

        Raises:
            AccountError: account.not_closed, account.unsettled, account.term,
                account.term_not_over.
            LedgerError: ledger.unknown_account, ledger.destroyed, ledger.in_future,
                ledger.too_early, ledger.text.
        """
        what = {"account": account, "legal_basis": legal_basis, "on": on, "term": term}
        asked = Asked.of("destroy", actor, command_id, what)

        def decide(desk: Desk) -> AccountState:
            return destruction.destroy(desk, account, legal_basis=legal_basis, term=term, on=on)

        if dry_run:
            return decide(self._desk(asked, [account]))
        self._command(asked, [account], decide)
        return self.account(account)

    def purge(self) -> None:
        """Rewrite what is kept, so that what was destroyed cannot be read back from it.

        It takes as long as copying the ledger, and may be repeated at will. How far it reaches
        differs by database: `docs/explanation/destruction.md`.

        Raises:
            StoreError: store.locked, store.full, store.permission, store.io.
        """
        self._store.purge()

    def transfer(
        self,
        source: str,
        target: str,
        *,
        amount_cents: int,
        because: str,
        legal_basis: str,
        command_id: str,
        on: date | None = None,
        actor: str = "api",
    ) -> tuple[AccountState, AccountState]:
        """Move savings when a household splits or merges (overboeken): cents are conserved.

        Returns:
            The two accounts afterwards; the one that receives is opened where it is new.

        Raises:
            AccountError: account.same, account.amount, account.above_available.
            LedgerError: ledger.unknown_account, ledger.account_closed, ledger.other_scheme.
            FactsError: facts.invalid for a new id that is no pseudonym.
        """
        fault = identifier_fault(target)
        if fault is not None:
            raise FactsError("facts.invalid", faults=(fault,), count=1, first=fault.reason)
        what = {
            "amount_cents": amount_cents, "because": because, "legal_basis": legal_basis,
            "on": on, "source": source, "target": target,
        }  # fmt: skip
        self._command(
            Asked.of("transfer", actor, command_id, what),
            [source, target],
            lambda desk: account_commands.transfer(
                desk, source, target, amount_cents=amount_cents, because=because, on=on,
                legal_basis=legal_basis,
            ),
        )  # fmt: skip
        return self.account(source), self.account(target)

    def set_off(
        self,
        account: str,
        *,
        month: Month,
        amount_cents: int,
        legal_basis: str,
        command_id: str,
        on: date | None = None,
        actor: str = "api",
    ) -> AccountState:
        """Settle what is due for a month with savings (verrekenen), never without a cited basis.

        Raises:
            AccountError: account.amount, account.above_receivable, account.above_available.
            LedgerError: ledger.unknown_account, ledger.account_closed, ledger.text.
        """
        what = {
            "account": account, "amount_cents": amount_cents, "legal_basis": legal_basis,
            "month": month, "on": on,
        }  # fmt: skip
        self._command(
            Asked.of("set-off", actor, command_id, what),
            [account],
            lambda desk: account_commands.set_off(
                desk, account, month=month, amount_cents=amount_cents, on=on,
                legal_basis=legal_basis,
            ),
        )  # fmt: skip
        return self.account(account)

    def recover(
        self,
        account: str,
        *,
        amount_cents: int,
        legal_basis: str,
        command_id: str,
        on: date | None = None,
        actor: str = "api",
    ) -> AccountState:
        """Book that the household paid back what was released too much (terugvordering).

        Raises:
            AccountError: account.amount, account.above_overpaid.
            LedgerError: ledger.unknown_account, ledger.in_future, ledger.text.
        """
        what = {
            "account": account, "amount_cents": amount_cents, "legal_basis": legal_basis,
            "on": on,
        }  # fmt: skip
        self._command(
            Asked.of("recover", actor, command_id, what),
            [account],
            lambda desk: account_commands.recover(
                desk, account, amount_cents=amount_cents, on=on, legal_basis=legal_basis
            ),
        )
        return self.account(account)
