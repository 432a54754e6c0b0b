"""The procedure and releases, as methods of the ledger: each is one call into the pure core."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reba.ledger import procedure_commands, release_commands
from reba.ledger.account_state import ReleaseState
from reba.ledger.accounts import AccountFold
from reba.ledger.desk import Asked, account_of
from reba.ledger.procedure_commands import EventAsked
from reba.ledger.release_commands import standing_of
from reba.ledger.shell import LedgerShell
from reba.savings.policy import SavingsPolicy
from reba.savings.release import Option, release_options

__all__ = ["ReleaseDesk"]

_UNDOING = frozenset(
    {"procedure.revoked", "release.rejected", "release.returned", "account.reopened"}
)
_EXPECTED = {"regular": "granted", "low_chance": "return"}


class ReleaseDesk(LedgerShell):
    """A ledger that takes commands on accounts.

    Every command takes `actor`, a pseudonym or the name of a system, and `command_id`, the
    idempotency key within the account; without one it follows from what is asked, so that the same
    command on the same day is booked once. Days are Amsterdam calendar dates, by default today.
    """

    def _fold(self, account: str) -> AccountFold:
        return AccountFold.over(account, self._store.read_accounts([account]).get(account, ()))

    def _undone(self, account: str) -> str:
        """Say what was undone before: the same command after it is a new one."""
        entries = self._store.read_accounts([account]).get(account, ())
        return ",".join(entry.entry_id for entry in entries if entry.kind in _UNDOING)

    # ── the asylum procedure ─────────────────────────────────────────────────────────────────

    def record_procedure(
        self,
        account: str,
        *,
        member: str,
        type: str,  # noqa: A002 (the word of the contract)
        legal_basis: str,
        on: date | None = None,
        final_on: date | None = None,
        decided_on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> str:
        """Record an event of the asylum procedure (procedurestap) of one member; return its id.

        Args:
            account: the household id.
            member: the member's id, as in the facts.
            type: granted, rejected, withdrawn, not_processed, voluntary_return, ...; see
                `reba.savings.procedure.event_types`.
            legal_basis: the decision or provision it rests on; no personal data.
            on: the day from which it counts.
            final_on: since when it is final (onherroepelijk); None while it is not.
            decided_on: the day of the decision, where that lies before the account opened.
            actor: who asks.
            command_id: the idempotency key within the account.

        Raises:
            ProcedureError: see `procedure_commands.record_procedure`.
            LedgerError: ledger.unknown_account, ledger.text, ledger.command_conflict.
        """
        event = EventAsked(member, type, on, final_on, decided_on, legal_basis)
        what = {"account": account, **event._asdict()}
        asked = Asked.of("procedure", actor, command_id, what, again=self._undone(account))
        return self._command(
            asked, [account], lambda desk: procedure_commands.record_procedure(desk, account, event)
        )[0]

    def decide_outcome(
        self,
        account: str,
        *,
        group: str,
        legal_basis: str,
        on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> str:
        """Decide which group, "granted" or "return", applies to a household with mixed outcomes.

        Raises:
            ProcedureError: procedure.unknown_group, procedure.not_mixed.
            LedgerError: ledger.unknown_account, ledger.in_future, ledger.text.
        """
        what = {"account": account, "group": group, "legal_basis": legal_basis, "on": on}
        # The same words decide anew once other events stand.
        events = (event.event for event in self._fold(account).procedure_fold.events())
        again = ",".join((*events, self._undone(account)))
        return self._command(
            Asked.of("outcome", actor, command_id, what, again=again),
            [account],
            lambda desk: procedure_commands.decide_outcome(
                desk, account, group=group, on=on, legal_basis=legal_basis
            ),
        )[0]

    def revoke_procedure(
        self,
        event: str,
        *,
        because: str,
        legal_basis: str,
        on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> str:
        """Revoke an event or a decision (herroepen): releases stop, what was paid stays paid.

        Args:
            event: the id that recording it returned, "H-0001/12".
            because: appeal_upheld, new_application, permit_withdrawn, came_back or
                recorded_in_error.
            legal_basis: the decision it rests on; no personal data.
            on: the day from which it no longer counts.
            actor: who asks.
            command_id: the idempotency key within the account.

        Raises:
            ProcedureError: procedure.unknown_event.
            LedgerError: ledger.entry_id, ledger.unknown_account, ledger.unknown_reason,
                ledger.in_future, ledger.too_early, ledger.text.
        """
        what = {"because": because, "event": event, "legal_basis": legal_basis, "on": on}
        return self._command(
            Asked.of("revoke", actor, command_id, what),
            [account_of(event)],
            lambda desk: procedure_commands.revoke_procedure(
                desk, event, because=because, on=on, legal_basis=legal_basis
            ),
        )[0]

    # ── releases ─────────────────────────────────────────────────────────────────────────────

    def _release(self, release: str) -> ReleaseState:
        account = account_of(release)
        found = {each.release: each for each in self.account(account).releases}
        return found[release]

    def release_options(
        self,
        account: str,
        *,
        policy: SavingsPolicy,
        on: date | None = None,
        valid_on: date | None = None,
        known_on: date | datetime | str | None = None,
    ) -> tuple[Option, ...]:
        """Say what a household may use how much for on a day (bestedingsruimte), and why not more.

        While the procedure is open every purpose of the track that is expected is named, with
        nothing to use yet; where no track was recorded, of both.

        Args:
            account: the household id.
            policy: the savings policy; its version of the day applies.
            on: the day asked about; by default today.
            valid_on: leave out what takes effect after this day.
            known_on: leave out what was recorded after this Amsterdam date, or this instant.

        Raises:
            LedgerError: ledger.unknown_account.
            PolicyError: policy.no_version.
        """
        day = on or self._asked_day(valid_on, known_on)
        fold = AccountFold.over(account, self.history(account, known_on=known_on), valid_on)
        standing = standing_of(fold, day)
        expected = _EXPECTED.get(standing.procedure.track or "")
        options = release_options(standing, policy.on(day).release, expected=expected)
        if fold.closing() is None:
            return options
        return tuple(o._replace(most_cents=0, limited_by="account_closed") for o in options)

    def request_release(
        self,
        account: str,
        *,
        purpose: str,
        amount_cents: int,
        policy: SavingsPolicy,
        on: date | None = None,
        evidence: str | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> ReleaseState:
        """Ask for a release (vrijgave) for a named purpose, and hold the amount, in cents.

        Args:
            account: the household id.
            purpose: furnishing, bridging, deposit, rent_advance; travel, reintegration, departure.
            amount_cents: how much.
            policy: the savings policy; its version of the day applies.
            on: the day of the request.
            evidence: the SHA-256 of the document in hex, where the policy asks for one.
            actor: who asks.
            command_id: the idempotency key within the account.

        Raises:
            ReleaseError: the reason of the refusal, in the order of `savings.release.REASONS`.
            LedgerError: ledger.unknown_account, ledger.account_closed, ledger.in_future.
            PolicyError: policy.no_version.
        """
        what = {
            "account": account, "amount_cents": amount_cents, "evidence": evidence,
            "on": on or self.today(), "purpose": purpose,
        }  # fmt: skip
        found = self._command(
            Asked.of("request", actor, command_id, what, again=self._undone(account)),
            [account],
            lambda desk: release_commands.request_release(
                desk, account, purpose=purpose, amount_cents=amount_cents, on=on,
                evidence=evidence, policy=policy,
            ),
            policy=policy,
        )  # fmt: skip
        return self._release(found[0])

    def approve_release(
        self,
        release: str,
        *,
        policy: SavingsPolicy,
        amount_cents: int | None = None,
        on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> ReleaseState:
        """Approve a release or part of it (goedkeuren): decided again, by another actor.

        Raises:
            ReleaseError: release.unknown, release.wrong_status, release.same_actor, or another
                reason of refusal.
            LedgerError: ledger.in_future, ledger.too_early.
            PolicyError: policy.no_version.
        """
        what = {"amount_cents": amount_cents, "on": on, "release": release}
        self._command(
            Asked.of("approve", actor, command_id, what),
            [account_of(release)],
            lambda desk: release_commands.approve_release(
                desk, release, amount_cents=amount_cents, on=on, policy=policy
            ),
            policy=policy,
        )
        return self._release(release)

    def reject_release(
        self,
        release: str,
        *,
        because: str,
        on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> ReleaseState:
        """Reject a release that is not paid (afwijzen): what was held is free again.

        Raises:
            ReleaseError: release.unknown, release.wrong_status.
            LedgerError: ledger.unknown_reason, ledger.in_future, ledger.too_early.
        """
        what = {"because": because, "on": on, "release": release}
        self._command(
            Asked.of("reject", actor, command_id, what),
            [account_of(release)],
            lambda desk: release_commands.reject_release(desk, release, because=because, on=on),
        )
        return self._release(release)

    def pay_release(
        self,
        releases: str | Sequence[str],
        *,
        batch: str,
        on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> tuple[ReleaseState, ...]:
        """Record that releases were paid (uitbetaald) in a payment batch: all of them, or none.

        Raises:
            ReleaseError: release.unknown, release.wrong_status, release.batch, release.twice,
                release.procedure_open, release.outcome_changed, release.insufficient_balance.
            LedgerError: ledger.in_future, ledger.too_early.
        """
        ids = [releases] if isinstance(releases, str) else list(releases)
        what = {"batch": batch, "on": on, "releases": ids}
        self._command(
            Asked.of("pay", actor, command_id, what),
            [account_of(release) for release in ids],
            lambda desk: release_commands.pay_releases(desk, ids, batch=batch, on=on),
        )
        return tuple(self._release(release) for release in ids)

    def return_release(
        self,
        release: str,
        *,
        because: str,
        reference: str | None = None,
        on: date | None = None,
        actor: str = "api",
        command_id: str | None = None,
    ) -> ReleaseState:
        """Record that the bank sent a payment back (teruggeboekt): it is savings again.

        Raises:
            ReleaseError: release.unknown, release.wrong_status.
            LedgerError: ledger.unknown_reason, ledger.in_future, ledger.too_early, ledger.text.
        """
        what = {"because": because, "on": on, "reference": reference, "release": release}
        self._command(
            Asked.of("return", actor, command_id, what),
            [account_of(release)],
            lambda desk: release_commands.return_release(
                desk, release, because=because, on=on, reference=reference
            ),
        )
        return self._release(release)
