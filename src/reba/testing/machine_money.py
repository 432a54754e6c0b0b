"""The rules of the state machine that move savings: releases, closing, transfers, set-off."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from reba.ledger.account_commands import CLOSING_CASES
from reba.months import Month
from reba.testing.machine_cases import PURPOSES
from reba.testing.machine_checks import expect
from reba.testing.machine_collection import CollectionMachine
from reba.testing.machine_months import actors, euros, households, index, months
from reba.testing.spreadsheet import Release, Sheet

__all__ = ["MoneyMachine"]

_DIGEST = "0" * 64
_SIZES = ("some", "free", "above", "half", "half", "all")
_ENDED = {"granted": "granted", "voluntary_return": "return", "departed_unknown":
          "departed_unknown", "died": "died"}  # fmt: skip


class MoneyMachine(CollectionMachine):
    """What `CollectionMachine` does, and all that moves savings."""

    # ── releases ─────────────────────────────────────────────────────────────────────────────

    def _ended(self, number: int) -> Sheet:
        """Choose an account, mostly one whose procedure ended with a release in sight."""
        ended = [s for s in self.sheets.values() if self._outcome(s.account) in s.rules.groups]
        return ended[number % len(ended)] if ended and number else self._sheet(number)

    def _purpose(self, sheet: Sheet, number: int) -> str:
        group = sheet.rules.groups.get(self._outcome(sheet.account) or "")
        allowed = sorted(group[1]) if group else PURPOSES
        return PURPOSES[0] if number == 0 else allowed[number % len(allowed)]

    @precondition(lambda self: self.sheets)
    @rule(
        number=index, aim=index, amount=euros, size=st.sampled_from(_SIZES), evidence=st.booleans(),
        actor=actors,
    )  # fmt: skip
    def request(
        self, number: int, aim: int, amount: int, size: str, *, evidence: bool, actor: str
    ) -> None:
        """Ask for a release; what refuses it is the first reason in the documented order (R5)."""
        sheet = self._ended(number)
        purpose = self._purpose(sheet, aim)
        balance = max(0, sheet.net_cents())
        free = max(0, balance - sheet.on_hold_cents())
        sizes = {"some": amount, "free": free, "above": free + 1, "half": free // 2, "all": balance}
        amount = sizes[size]
        self._request(sheet, purpose, amount, evidence=evidence, actor=actor)

    @precondition(lambda self: any(self._outcome(s) is not None for s in self.sheets))
    @rule(number=index, aim=index, cents=st.sampled_from([1, 2500, 9000, 15000]))
    def release_in_one_go(self, number: int, aim: int, cents: int) -> None:
        """Ask, approve and pay, as on a day on which all goes well."""
        sheet = self._ended(number)
        before = set(sheet.releases)
        self._request(sheet, self._purpose(sheet, aim), cents, evidence=True, actor="kees")
        for release in [r for r in sheet.releases.values() if r.id not in before]:
            self._approve(sheet, release, release.amount_cents, "anna")
            self._pay(sheet, release)

    def _request(
        self, sheet: Sheet, purpose: str, amount: int, *, evidence: bool, actor: str
    ) -> None:
        expected = None
        if sheet.closed:
            expected = "ledger.account_closed"
        elif amount == 0:
            expected = "release.amount"
        else:
            reason = sheet.refusal(self._outcome(sheet.account), purpose, amount, evidence=evidence)
            expected = None if reason is None else f"release.{reason}"
        name = self._id()
        digest = _DIGEST if evidence else None

        def command(cents: int = amount) -> object:
            return self.ledger.request_release(
                sheet.account, purpose=purpose, amount_cents=cents, policy=self.policy,
                evidence=digest, actor=actor, command_id=name,
            )  # fmt: skip

        found = self._do("R5", expected, command)
        if expected is not None:
            return
        outcome = self._outcome(sheet.account) or ""
        sheet.releases[found.release] = Release(
            found.release, purpose, outcome, amount, "requested", actor, self.today, evidence
        )
        size = self.ledger.size()
        self._do("E1", None, command)
        expect("E1", "the same request again writes nothing", size, self.ledger.size())
        self._do("E1", "ledger.command_conflict", lambda: command(amount + 1))

    def _approval(self, sheet: Sheet, release: Release, amount: int, actor: str) -> str | None:
        if release.status != "requested":
            return "release.wrong_status"
        if amount <= 0:
            return "release.amount"
        reason = None
        if release.purpose in {"remainder", "estate"}:
            outcome = self._outcome(sheet.account)
            free = sheet.net_cents() - sheet.on_hold_cents() + release.amount_cents
            if outcome is None:
                reason = "procedure_open"
            elif outcome != _ENDED[release.outcome]:
                reason = "outcome_without_release"
            elif amount > max(0, free):
                reason = "insufficient_balance"
        else:
            reason = sheet.refusal(
                self._outcome(sheet.account), release.purpose, amount,
                evidence=release.evidence, but=release.id,
            )  # fmt: skip
        if reason is None and sheet.rules.four_eyes and actor == release.actor:
            reason = "same_actor"
        return None if reason is None else f"release.{reason}"

    @precondition(lambda self: any(s.releases for s in self.sheets.values()))
    @rule(number=index, actor=actors, less=st.sampled_from([0, 0, 0, 1, 2500]))
    def approve(self, number: int, actor: str, less: int) -> None:
        """Approve a release or part of it: decided again, by another actor where asked (R1)."""
        sheet, release = self._release(number, "requested")
        self._approve(sheet, release, release.amount_cents - less, actor)

    def _approve(self, sheet: Sheet, release: Release, amount: int, actor: str) -> None:
        expected = self._approval(sheet, release, amount, actor)
        self._do(
            "R5", expected,
            lambda: self.ledger.approve_release(
                release.id, policy=self.policy, amount_cents=amount, actor=actor,
                command_id=self._id(),
            ),
        )  # fmt: skip
        if expected is None:
            release.status, release.amount_cents, release.on = "approved", amount, self.today

    @precondition(lambda self: any(s.releases for s in self.sheets.values()))
    @rule(number=index)
    def reject(self, number: int) -> None:
        """Reject a release that is not paid: what was held is free again."""
        _, release = self._release(number, "approved")
        waits = release.status in {"requested", "approved"}
        self._do(
            "R5", None if waits else "release.wrong_status",
            lambda: self.ledger.reject_release(
                release.id, because="withdrawn", command_id=self._id()
            ),
        )  # fmt: skip
        if waits:
            release.status = "rejected"

    def _payment(self, sheet: Sheet, release: Release) -> str | None:
        if release.status != "approved":
            return "release.wrong_status"
        outcome = self._outcome(sheet.account)
        if outcome is None:
            return "release.procedure_open"
        if outcome != _ENDED.get(release.outcome, release.outcome):
            return "release.outcome_changed"
        if release.amount_cents > max(0, sheet.net_cents()):
            return "release.insufficient_balance"
        return None

    @precondition(lambda self: any(s.releases for s in self.sheets.values()))
    @rule(number=index)
    def pay(self, number: int) -> None:
        """Pay an approved release; asked again whether it still may be (R1, R2)."""
        self._pay(*self._release(number, "approved"))

    def _pay(self, sheet: Sheet, release: Release) -> None:
        expected = self._payment(sheet, release)
        self._do(
            "R1" if expected else "R5", expected,
            lambda: self.ledger.pay_release(release.id, batch="B-1", command_id=self._id()),
        )  # fmt: skip
        if expected is None:
            release.status, release.on = "paid", self.today
            sheet.moved.append((self.today, -release.amount_cents))
            sheet.released_cents += release.amount_cents

    @precondition(lambda self: any(s.pick(("approved",)) for s in self.sheets.values()))
    @rule(number=index)
    def pay_after_the_end_was_revoked(self, number: int) -> None:
        """Revoke an event on which an approved release rests, and try to pay it (R2)."""
        sheet, release = self._release(number + 1, "approved")
        final = [event for event in sheet.events if event.final_on is not None]
        if final:
            self._revoke(sheet, final[number % len(final)])
        self._pay(sheet, release)

    @precondition(lambda self: any(s.pick(("paid",)) for s in self.sheets.values()))
    @rule(number=index, back=st.sampled_from([0, 0, 5]))
    def sent_back(self, number: int, back: int) -> None:
        """Let the bank send a payment back: it is savings again."""
        paid = [(s, s.releases[i]) for s in self.sheets.values() for i in s.pick(("paid",))]
        sheet, release = paid[number % len(paid)]
        on = max(release.on, self.today - timedelta(days=back))
        self._do(
            "R3", None,
            lambda: self.ledger.return_release(
                release.id, because="account_unknown", on=on, command_id=self._id()
            ),
        )  # fmt: skip
        release.status = "returned"
        sheet.moved.append((on, release.amount_cents))
        sheet.released_cents -= release.amount_cents

    # ── whole accounts ───────────────────────────────────────────────────────────────────────

    @precondition(lambda self: any(self._outcome(name) for name in self.sheets))
    @rule(number=index, case=st.sampled_from(sorted(_ENDED)), fits=st.booleans())
    def close_the_account(self, number: int, case: str, *, fits: bool) -> None:
        """Close an account: what is left goes where the policy says."""
        sheet = self._sheet(number)
        outcome = self._outcome(sheet.account)
        if fits and outcome in _ENDED.values():
            case = next(name for name, needed in _ENDED.items() if needed == outcome)
        expected = None
        if sheet.closed:
            expected = "ledger.account_closed"
        elif self.today.isoformat() < max((f"{month}-01" for month in sheet.months), default=""):
            expected = "ledger.too_early"
        elif sheet.on_hold_cents():
            expected = "account.releases_open"
        elif self._outcome(sheet.account) != CLOSING_CASES[case]:
            expected = "account.case_differs"
        found = self._do(
            "C4", expected,
            lambda: self.ledger.close(
                sheet.account, case=case, policy=self.policy, legal_basis="decision",
                evidence=_DIGEST, actor="kees", command_id=self._id(),
            ),
        )  # fmt: skip
        if expected is not None:
            return
        sheet.closed = True
        left = max(0, sheet.net_cents())
        disposition = sheet.rules.closing[case]
        sheet.last_closing_remitted = disposition == "remit"
        if disposition == "remit":
            sheet.settled.append((self.today, left))
        elif disposition in {"pay_out", "estate"} and left:
            release = found.releases[-1]
            purpose = "remainder" if disposition == "pay_out" else "estate"
            sheet.releases[release.release] = Release(
                release.release, purpose, case, left, "requested", "kees", self.today,
                evidence=True,
            )  # fmt: skip

    @precondition(lambda self: any(sheet.closed for sheet in self.sheets.values()))
    @rule(number=index, because=st.sampled_from(["came_back", "recorded_in_error"]))
    def reopen_the_account(self, number: int, because: str) -> None:
        """Reopen an account: someone came back, or the closing was wrong."""
        sheet = self._sheet(number)
        expected = None
        if not sheet.closed:
            expected = "account.not_closed"
        elif sheet.on_hold_cents():
            expected = "account.releases_open"
        self._do(
            "C4", expected,
            lambda: self.ledger.reopen(
                sheet.account, because=because, legal_basis="report", command_id=self._id()
            ),
        )  # fmt: skip
        if expected is not None:
            return
        sheet.closed = False
        if because == "recorded_in_error" and sheet.last_closing_remitted:
            sheet.settled.pop()

    @precondition(lambda self: self.sheets)
    @rule(number=index, receiver=households, amount=euros)
    def transfer(self, number: int, receiver: str, amount: int) -> None:
        """Move savings to another account, new or known: cents are conserved (C4)."""
        sheet = self._sheet(number)
        other = self.sheets.get(receiver)
        expected = None
        if receiver in self.destroyed:
            expected = "ledger.destroyed"
        elif sheet.account == receiver:
            expected = "account.same"
        elif sheet.closed or (other is not None and other.closed):
            expected = "ledger.account_closed"
        elif amount == 0:
            expected = "account.amount"
        elif amount > max(0, sheet.net_cents() - sheet.on_hold_cents()):
            expected = "account.above_available"
        self._do(
            "C4", expected,
            lambda: self.ledger.transfer(
                sheet.account, receiver, amount_cents=amount, because="split",
                legal_basis="decision", command_id=self._id(),
            ),
        )  # fmt: skip
        if expected is not None:
            return
        if other is None:
            other = self.sheets[receiver] = Sheet(receiver, self.clerk_rules)
            self.opened[receiver] = str(Month.of(self.today))
        for each, cents in ((sheet, -amount), (other, amount)):
            each.moved.append((self.today, cents))
            each.transferred_cents += cents

    @precondition(lambda self: any(s.months for s in self.sheets.values()))
    @rule(number=index, month=months, amount=euros)
    def set_off(self, number: int, month: int, amount: int) -> None:
        """Settle what is due with savings, by an explicit command."""
        sheet = self._sheet(number)
        text = self._known_month(sheet, month)
        due = sheet.due_cents(text) if text in sheet.months else 0
        expected = None
        if sheet.closed:
            expected = "ledger.account_closed"
        elif amount == 0:
            expected = "account.amount"
        elif amount > due:
            expected = "account.above_receivable"
        elif amount > max(0, sheet.net_cents() - sheet.on_hold_cents()):
            expected = "account.above_available"
        self._do(
            "C4", expected,
            lambda: self.ledger.set_off(
                sheet.account, month=Month.parse(text), amount_cents=amount,
                legal_basis="Awb 4:93", command_id=self._id(),
            ),
        )  # fmt: skip
        if expected is None:
            sheet.set_off[text] = sheet.set_off.get(text, 0) + amount
            sheet.moved.append((self.today, -amount))

    @precondition(lambda self: any(s.net_cents() < 0 for s in self.sheets.values()))
    @rule(number=index, amount=euros)
    def recover(self, number: int, amount: int) -> None:
        """Take back in money what was released too much."""
        owing = [s for s in self.sheets.values() if s.net_cents() < 0]
        sheet = owing[number % len(owing)]
        expected = None
        if amount == 0:
            expected = "account.amount"
        elif amount > -sheet.net_cents():
            expected = "account.above_overpaid"
        self._do(
            "R3", expected,
            lambda: self.ledger.recover(
                sheet.account, amount_cents=amount, legal_basis="decision", command_id=self._id()
            ),
        )  # fmt: skip
        if expected is None:
            sheet.recovered_cents += amount
            sheet.moved.append((self.today, amount))
