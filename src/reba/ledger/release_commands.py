"""Release savings in two phases with four eyes (D7): request, approve, pay, perhaps return. Pure.

1. A request that is allowed holds its amount; one that is refused writes nothing (R5).
2. Approval decides again, on its own day, under the policy's version of that day, by another actor
   where the policy asks four eyes. A part may be approved.
3. Payment asks again whether the procedure is still ended and the savings are still there: after a
   revocation or a revision nothing more is paid, and what was paid stays paid (R1, R2).
4. What the bank sends back is savings again; to pay it again takes a new request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from reba.errors import ReleaseError
from reba.fact_checks import identifier_fault
from reba.ledger.account_state import ReleaseState, ReleaseStatus
from reba.ledger.accounts import AccountFold
from reba.ledger.desk import (
    Desk,
    account_of,
    first_day_of,
    usable_evidence,
    usable_reason,
    usable_text,
)
from reba.ledger.drafting import Drafting
from reba.money import format_euros
from reba.savings.policy import SavingsPolicy
from reba.savings.release import (
    PURPOSES,
    Allowed,
    Refused,
    Request,
    Standing,
    decide_release,
)

__all__ = [
    "CLOSING_CASES",
    "REJECTION_REASONS",
    "RETURN_REASONS",
    "approve_release",
    "outcome_needed",
    "pay_releases",
    "refusal_error",
    "reject_release",
    "request_release",
    "return_release",
    "standing_of",
]

REJECTION_REASONS: Final = (
    "not_needed", "withdrawn", "evidence_insufficient", "procedure_revoked", "recorded_in_error",
)  # fmt: skip
RETURN_REASONS: Final = ("account_unknown", "account_closed", "refused_by_bank", "other")
CLOSING_CASES: Final[Mapping[str, str]] = {
    "granted": "granted",
    "voluntary_return": "return",
    "forced_return": "forced_return",
    "departed_unknown": "departed_unknown",
    "dublin_transfer": "dublin_transfer",
    "died": "died",
}
"""The cases of closing, each with the outcome of the procedure that it needs."""

LEFT_OVER: Final = ("remainder", "estate")

_BATCH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,34}", re.ASCII)


def standing_of(fold: AccountFold, day: date, *, but: str | None = None) -> Standing:
    """Return what a release decision needs to know of an account; `but` leaves a release out."""
    held = fold.releases.get(but) if but is not None else None
    free = fold.net_cents() - fold.releases.on_hold_cents()
    if held is not None and held.status in {"requested", "approved"}:
        free += held.amount_cents
    used = fold.releases.used_cents(but=but)
    paid = sum(r.amount_cents for r in fold.releases.all() if r.status == "paid")
    recovered = fold.recovered_cents()
    return Standing(
        fold.procedure(day),
        max(0, fold.net_cents() + paid - recovered),
        max(0, free),
        used,
        sum(used.values()) - recovered,
    )


def refusal_error(refused: Refused, purpose: str) -> ReleaseError:
    """Turn a refusal into the error of its reason, which says what would change it."""
    return ReleaseError(
        f"release.{refused.reason}",
        purpose=purpose,
        missing=", ".join(refused.missing),
        most=format_euros(refused.most_cents),
        most_cents=refused.most_cents,
    )


def _usable_amount(amount_cents: int) -> int:
    if type(amount_cents) is not int or amount_cents <= 0:
        raise ReleaseError("release.amount", amount=format_euros(int(amount_cents)))
    return amount_cents


def request_release(
    desk: Desk,
    account: str,
    *,
    purpose: str,
    amount_cents: int,
    on: date | None,
    evidence: str | None,
    policy: SavingsPolicy,
) -> str:
    """Ask for a release, and hold the amount; return its id.

    Raises:
        ReleaseError: release.unknown_purpose, release.amount, release.evidence_digest, or the
            reason of the refusal.
        LedgerError: ledger.unknown_account, ledger.account_closed, ledger.in_future.
        PolicyError: policy.no_version.
    """
    drafting = desk.account(account)
    known = [name for names in PURPOSES.values() for name in names]
    if purpose not in known:
        raise ReleaseError("release.unknown_purpose", value=purpose[:40], known=", ".join(known))
    day = desk.day(on, "The request", after=first_day_of(drafting))
    request = Request(purpose, _usable_amount(amount_cents), day, usable_evidence(evidence))
    version = policy.on(day)
    standing = standing_of(drafting.fold, day)
    decided = decide_release(request, standing, version.release)
    if isinstance(decided, Refused):
        raise refusal_error(decided, purpose)
    fields = {
        "amount_cents": amount_cents,
        "evidence": evidence,
        "notes": list(decided.notes),
        "outcome": str(standing.procedure.outcome),
        "policy": policy.digest,
        "policy_version": version.number,
        "purpose": purpose,
    }
    return desk.say(drafting, "release.requested", day, fields)


def _release(
    desk: Desk, release: str, allowed: Sequence[ReleaseStatus]
) -> tuple[Drafting, ReleaseState]:
    drafting = desk.account(account_of(release), open_only=False)
    state = drafting.fold.releases.get(release)
    if state is None:
        raise ReleaseError("release.unknown", release=release[:80])
    if state.status not in allowed:
        raise ReleaseError(
            "release.wrong_status",
            release=release,
            status=state.status,
            allowed=" or ".join(allowed),
        )
    return drafting, state


def _still_allowed(
    drafting: Drafting, state: ReleaseState, request: Request, policy: SavingsPolicy
) -> Allowed | Refused:
    """Decide again on a release that is on hold, as if it were not."""
    standing = standing_of(drafting.fold, request.on, but=state.release)
    if state.purpose in LEFT_OVER:  # decided by the closing rules; the end must still stand
        refused = _end_refusal(drafting.fold, state, request.on)
        if refused is not None:
            return refused
        if request.amount_cents > standing.available_cents:
            return Refused("insufficient_balance", (), standing.available_cents)
        return Allowed(())
    return decide_release(request, standing, policy.on(request.on).release)


def approve_release(
    desk: Desk,
    release: str,
    *,
    amount_cents: int | None,
    on: date | None,
    policy: SavingsPolicy,
) -> str:
    """Approve a release, or a part of it (goedkeuren); return its id.

    Raises:
        ReleaseError: release.unknown, release.wrong_status, release.amount, release.above_request,
            release.same_actor, or another reason of refusal.
        LedgerError: ledger.unknown_account, ledger.in_future, ledger.too_early.
        PolicyError: policy.no_version.
    """
    drafting, state = _release(desk, release, ("requested",))
    day = desk.day(on, "The approval", after=state.requested_on)
    amount = state.amount_cents if amount_cents is None else _usable_amount(amount_cents)
    if amount > state.amount_cents:
        raise ReleaseError("release.above_request", most=format_euros(state.amount_cents))
    version = policy.on(day)
    request = Request(state.purpose, amount, day, state.evidence)
    decided = _still_allowed(drafting, state, request, policy)
    same_actor = version.release.four_eyes and desk.asked.actor == state.requested_by
    if same_actor and isinstance(decided, Allowed):
        decided = Refused("same_actor", (state.requested_by,))
    if isinstance(decided, Refused):
        raise refusal_error(decided, state.purpose)
    fields = {
        "amount_cents": amount,
        "policy": policy.digest,
        "policy_version": version.number,
        "release": release,
    }
    desk.say(drafting, "release.approved", day, fields)
    return release


def reject_release(desk: Desk, release: str, *, because: str, on: date | None) -> str:
    """Reject a release that is asked for or approved (afwijzen); return its id.

    Raises:
        ReleaseError: release.unknown, release.wrong_status.
        LedgerError: ledger.unknown_account, ledger.unknown_reason, ledger.in_future,
            ledger.too_early.
    """
    drafting, state = _release(desk, release, ("requested", "approved"))
    day = desk.day(on, "The rejection", after=state.approved_on or state.requested_on)
    fields = {"because": usable_reason(because, REJECTION_REASONS), "release": release}
    desk.say(drafting, "release.rejected", day, fields)
    return release


def outcome_needed(state: ReleaseState) -> str:
    """Return the outcome that the procedure must have for a release to go on."""
    return CLOSING_CASES[state.outcome] if state.purpose in LEFT_OVER else state.outcome


def _end_refusal(fold: AccountFold, state: ReleaseState, day: date) -> Refused | None:
    procedure = fold.procedure(day)
    if procedure.status == "open":
        return Refused("procedure_open", procedure.waiting_for)
    if procedure.outcome != outcome_needed(state):
        return Refused("outcome_without_release", (str(procedure.outcome),))
    return None


def _check_payment(fold: AccountFold, state: ReleaseState, day: date) -> None:
    procedure = fold.procedure(day)
    if procedure.status == "open":
        raise refusal_error(Refused("procedure_open", procedure.waiting_for), state.purpose)
    if procedure.outcome != outcome_needed(state):
        raise ReleaseError(
            "release.outcome_changed",
            release=state.release,
            outcome=outcome_needed(state),
            now=str(procedure.outcome),
        )
    left = max(0, fold.net_cents())
    if state.amount_cents > left:
        raise refusal_error(Refused("insufficient_balance", (), left), state.purpose)


def pay_releases(
    desk: Desk, releases: Sequence[str], *, batch: str, on: date | None
) -> tuple[str, ...]:
    """Record that approved releases were paid in a batch (betaald), all of them or none.

    Raises:
        ReleaseError: release.none, release.unknown, release.wrong_status, release.batch,
            release.twice, release.procedure_open, release.outcome_changed,
            release.insufficient_balance.
        LedgerError: ledger.unknown_account, ledger.in_future, ledger.too_early.
    """
    if not releases:
        raise ReleaseError("release.none")
    if _BATCH.fullmatch(batch) is None or identifier_fault(batch) is not None:
        raise ReleaseError("release.batch", value=batch[:80])
    if len(set(releases)) != len(releases):
        raise ReleaseError("release.twice")
    for release in releases:
        drafting, state = _release(desk, release, ("approved",))
        day = desk.day(on, "The payment", after=state.approved_on)
        _check_payment(drafting.fold, state, day)
        desk.move(drafting, "release.paid", day, {"batch": batch, "release": release})
    return tuple(releases)


def return_release(
    desk: Desk, release: str, *, because: str, on: date | None, reference: str | None
) -> str:
    """Record that the bank sent a payment back (teruggeboekt); return the release's id.

    Raises:
        ReleaseError: release.unknown, release.wrong_status.
        LedgerError: ledger.unknown_account, ledger.unknown_reason, ledger.in_future,
            ledger.too_early, ledger.text.
    """
    drafting, state = _release(desk, release, ("paid",))
    day = desk.day(on, "The return", after=state.paid_on)
    fields: Mapping[str, object] = {
        "because": usable_reason(because, RETURN_REASONS),
        "reference": None if reference is None else usable_text("The reference", reference),
        "release": release,
    }
    desk.move(drafting, "release.returned", day, fields)
    return release
