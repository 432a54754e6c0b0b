"""Audit how savings left an account: every decision taken again on what stood at that moment.

1. No release is asked for, approved or paid before the procedure ended, nor after its end was
   revoked (R2), nor beyond the savings, the share or the maximum of the policy (R1, R5).
2. Who asked does not approve, where the policy asks four eyes.
3. Each step follows on the one before: request, approval, payment, perhaps a return.
4. A transfer gives one account what it takes from another; a set-off is due, covered, and cites
   its basis; what is closed agrees with how the procedure ended, and goes where the policy says.
5. No day lies after the day of recording.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, cast

from reba.clock import amsterdam_date
from reba.errors import RebaError
from reba.ledger.account_state import ReleaseState
from reba.ledger.accounts import AccountFold
from reba.ledger.audit_context import AuditContext, Body
from reba.ledger.entries import Entry
from reba.ledger.release_commands import (
    CLOSING_CASES,
    LEFT_OVER,
    outcome_needed,
    standing_of,
)
from reba.savings.policy import PolicyVersion
from reba.savings.procedure import usable_type
from reba.savings.release import Refused, Request, decide_release

__all__ = ["check_command"]

_FOLLOWS: Final = {
    "release.approved": ("requested",),
    "release.rejected": ("requested", "approved"),
    "release.paid": ("approved",),
    "release.returned": ("paid",),
}


class _Check:
    """The check of one entry against the account as it stood before it."""

    def __init__(self, context: AuditContext, entry: Entry, body: Body, fold: AccountFold) -> None:
        self.context = context
        self.entry = entry
        self.body = body
        self.fold = fold
        self.day = date.fromisoformat(entry.effective)

    def find(self, finding_id: str, statement: str, expected: object, actual: object) -> None:
        self.context.find(finding_id, self.entry, statement, expected, actual)

    def amount(self) -> int:
        return cast("int", self.body["amount_cents"])

    def available(self) -> int:
        return max(0, self.fold.net_cents() - self.fold.releases.on_hold_cents())

    def at_most(self, finding_id: str, what: str, most: int) -> None:
        if not 0 < self.amount() <= most:
            self.find(finding_id, f"the amount is positive and {what}", f"1..{most}", self.amount())

    def version(self) -> PolicyVersion | None:
        policy = self.context.policy(self.entry, cast("str", self.body["policy"]))
        if policy is None:
            return None
        version = policy.on(self.day)
        if version.number != self.body["policy_version"]:
            self.find(
                "release.policy_version", "the version of the day of the decision applies",
                version.number, self.body["policy_version"],
            )  # fmt: skip
        return version

    # ── releases ─────────────────────────────────────────────────────────────────────────────

    def requested(self) -> None:
        version = self.version()
        if version is None:
            return
        self.context.decisions += 1
        standing = standing_of(self.fold, self.day)
        request = Request(
            cast("str", self.body["purpose"]), self.amount(), self.day,
            cast("str | None", self.body["evidence"]),
        )  # fmt: skip
        decided = decide_release(request, standing, version.release)
        if isinstance(decided, Refused):
            self.find(
                f"release.{decided.reason}", "what is asked for may be released", "allowed",
                decided.reason,
            )  # fmt: skip
        if self.body["outcome"] != standing.procedure.outcome:
            self.find(
                "release.outcome", "the outcome is that of the procedure",
                standing.procedure.outcome, self.body["outcome"],
            )  # fmt: skip
        self.at_most("release.amount", "no more than is available", self.available())

    def _state(self) -> ReleaseState | None:
        release = cast("str", self.body["release"])
        state = self.fold.releases.get(release)
        status = None if state is None else state.status
        allowed = _FOLLOWS[self.entry.kind]
        if status not in allowed:
            self.find(
                "release.step", "a step follows on the one before", " or ".join(allowed), status
            )
            return None
        return state

    def approved(self) -> None:
        state, version = self._state(), self.version()
        if state is None or version is None:
            return
        self.context.decisions += 1
        self.at_most("release.above_request", "no more than was asked for", state.amount_cents)
        if version.release.four_eyes and self.entry.actor == state.requested_by:
            self.find(
                "release.same_actor", "who asked for it does not approve it", "another actor",
                self.entry.actor,
            )  # fmt: skip
        if state.purpose in LEFT_OVER:
            self._end_stands(state)
            return
        standing = standing_of(self.fold, self.day, but=state.release)
        request = Request(state.purpose, self.amount(), self.day, state.evidence)
        decided = decide_release(request, standing, version.release)
        if isinstance(decided, Refused):
            self.find(
                f"release.{decided.reason}", "what is approved may be released", "allowed",
                decided.reason,
            )  # fmt: skip

    def paid(self) -> None:
        state = self._state()
        if state is None:
            return
        self.context.decisions += 1
        net = max(0, self.fold.net_cents())
        if state.amount_cents > net:
            self.find(
                "release.insufficient_balance", "no more is paid than is saved", f"at most {net}",
                state.amount_cents,
            )  # fmt: skip
        self._end_stands(state)

    def _end_stands(self, state: ReleaseState) -> None:
        procedure, needed = self.fold.procedure(self.day), outcome_needed(state)
        if procedure.outcome != needed:
            self.find(
                "release.outcome", "the procedure has ended as the release needs", needed,
                procedure.outcome or procedure.status,
            )  # fmt: skip

    def follows(self) -> None:
        self._state()

    # ── procedure and account ────────────────────────────────────────────────────────────────

    def recorded(self) -> None:
        if self.body["type"] == "outcome_decided":
            rests_on = list(self.fold.procedure(self.day).rests_on)
            if rests_on != self.body["rests_on"]:
                self.find(
                    "procedure.rests_on", "a decision rests on the events that stand", rests_on,
                    self.body["rests_on"],
                )  # fmt: skip
            return
        try:
            usable_type(cast("str", self.body["type"]), self.day)
        except RebaError as error:
            self.find("procedure.type", "the type of event exists on its day", "a type", error)
        final_on = cast("str | None", self.body["final_on"])
        if final_on is not None and not self.entry.effective <= final_on <= self._recorded_on():
            self.find(
                "procedure.final", "an event is final on its day or later, and not in the future",
                f"{self.entry.effective}..{self._recorded_on()}", final_on,
            )  # fmt: skip

    def revoked(self) -> None:
        event = self.entry.supersedes or ""
        if self.fold.procedure_fold.standing(event) is None:
            self.find("link.supersedes", "what is revoked stands", "an event", event)

    def transferred(self) -> None:
        amount = self.amount()
        if amount < 0 and -amount > self.available():
            self.find(
                "books.transfer", "no more is given than is available", self.available(), -amount
            )
        one, other = sorted((self.entry.account, cast("str", self.body["counterpart"])))
        pair = one, other, self.entry.command_id
        self.context.transfers[pair] = self.context.transfers.get(pair, 0) + amount

    def set_off(self) -> None:
        due = self.fold.month(cast("str", self.body["month"])).receivable_cents
        self.at_most("books.set_off", "due and available", min(due, self.available()))
        if not self.body["legal_basis"]:
            self.find("books.basis", "a set-off cites its basis", "a legal basis", "none")

    def recovered(self) -> None:
        overpaid = max(0, -self.fold.net_cents())
        self.at_most("books.recovered", "no more than was released too much", overpaid)

    def closed(self) -> None:
        version = self.version()
        if version is None:
            return
        case = cast("str", self.body["case"])
        outcome = self.fold.procedure(self.day).outcome
        if CLOSING_CASES.get(case) != outcome:
            self.find(
                "account.case", "the case of closing agrees with the procedure",
                CLOSING_CASES.get(case), outcome,
            )  # fmt: skip
        disposition = getattr(version.closing, case, None)
        if disposition != self.body["disposition"]:
            self.find(
                "account.disposition", "what is left goes where the policy says", disposition,
                self.body["disposition"],
            )  # fmt: skip
        left = max(0, self.fold.net_cents())
        if (self.amount(), self.fold.releases.on_hold_cents()) != (left, 0):
            self.find(
                "account.left", "what is left is all that is left, and nothing is on hold",
                f"{left}, on hold 0", f"{self.amount()}, on hold "
                f"{self.fold.releases.on_hold_cents()}",
            )  # fmt: skip

    def reopened(self) -> None:
        if self.fold.closing() is None:
            self.find("account.reopened", "what is reopened was closed", "closed", "open")

    # ── collection ───────────────────────────────────────────────────────────────────────────

    def _due(self) -> int:
        return self.fold.month(cast("str", self.body["month"])).receivable_cents

    def invoiced(self) -> None:
        if self.amount() != self._due():
            self.find("books.invoice", "what is invoiced is what is due", self._due(),
                      self.amount())  # fmt: skip
        standing = self.fold.month(cast("str", self.body["month"])).invoiced_by
        if self.entry.supersedes != standing:
            self.find("link.supersedes", "a new invoice supersedes the one before", standing,
                      self.entry.supersedes)  # fmt: skip

    def reminded(self) -> None:
        standing = self.fold.month(cast("str", self.body["month"]))
        if standing.due_on is None or self.entry.effective < standing.due_on:
            self.find("books.reminder", "a reminder follows an invoice that is due",
                      standing.due_on, self.entry.effective)  # fmt: skip

    def written_off(self) -> None:
        self.at_most("books.write_off", "no more than is due", self._due())

    # ── days ─────────────────────────────────────────────────────────────────────────────────

    def _recorded_on(self) -> str:
        return amsterdam_date(self.entry.recorded_at).isoformat()

    def days(self) -> None:
        if self.entry.effective > self._recorded_on():
            self.find(
                "entry.future", "nothing is dated after it was recorded",
                f"at most {self._recorded_on()}", self.entry.effective,
            )  # fmt: skip


_CHECKS: Final[dict[str, Callable[[_Check], None]]] = {
    "release.requested": _Check.requested,
    "release.approved": _Check.approved,
    "release.rejected": _Check.follows,
    "release.paid": _Check.paid,
    "release.returned": _Check.follows,
    "procedure.recorded": _Check.recorded,
    "procedure.revoked": _Check.revoked,
    "balance.transferred": _Check.transferred,
    "savings.set_off": _Check.set_off,
    "receivable.invoiced": _Check.invoiced,
    "receivable.reminded": _Check.reminded,
    "receivable.written_off": _Check.written_off,
    "overpaid.recovered": _Check.recovered,
    "account.closed": _Check.closed,
    "account.reopened": _Check.reopened,
}
_NOT_WHEN_CLOSED: Final = frozenset(
    {"contribution.assessed", "release.requested", "savings.set_off", "account.closed"}
)


def check_command(context: AuditContext, entry: Entry, body: Body, fold: AccountFold) -> None:
    """Check one entry of a command against the account as it stood before it."""
    closed = fold.closing() is not None
    if closed and entry.kind in _NOT_WHEN_CLOSED:
        context.find(
            "account.closed", entry, "a closed account takes nothing new", "open", "closed"
        )
    check = _CHECKS.get(entry.kind)
    if check is None:
        return
    try:
        found = _Check(context, entry, body, fold)
        found.days()
        check(found)
    except RebaError as error:
        context.find("recompute.refused", entry, "it can be decided again", "a decision", error)
    except (AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
        context.find("entry.shape", entry, "the body has the shape of its kind", "its keys", error)
