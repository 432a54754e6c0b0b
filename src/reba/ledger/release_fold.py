"""Fold the releases of one account: each from request to payment, and perhaps back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, cast

from reba.ledger.account_state import OPEN_STATUSES, ReleaseState
from reba.ledger.entries import Entry

__all__ = ["ReleaseFold"]

Body: TypeAlias = Mapping[str, object]


def _cents(body: Body, key: str) -> int:
    return cast("int", body[key])


def _text(body: Body, key: str) -> str:
    return cast("str", body[key])


class ReleaseFold:
    """The releases of an account, by the id of the entry that asked for each."""

    __slots__ = ("_releases",)

    def __init__(self) -> None:
        self._releases: dict[str, ReleaseState] = {}

    def get(self, release: str) -> ReleaseState | None:
        """Return a release by its id, or None."""
        return self._releases.get(release)

    def all(self) -> tuple[ReleaseState, ...]:
        """Return the releases in order of recording."""
        return tuple(self._releases.values())

    def on_hold_cents(self) -> int:
        """Return what is asked for or approved, and not yet paid, in cents."""
        return sum(r.amount_cents for r in self._releases.values() if r.status in OPEN_STATUSES)

    def used_cents(self, *, but: str | None = None) -> dict[str, int]:
        """Return what was paid or is on hold, by purpose, in cents; `but` leaves one out."""
        used: dict[str, int] = {}
        for release in self._releases.values():
            if release.status in {*OPEN_STATUSES, "paid"} and release.release != but:
                used[release.purpose] = used.get(release.purpose, 0) + release.amount_cents
        return used

    def requested(self, entry: Entry, body: Body) -> None:
        """release.requested: an amount is asked for, and held."""
        self._ask(entry, body, _text(body, "purpose"), _text(body, "outcome"))

    def left_over(self, entry: Entry, body: Body) -> None:
        """account.closed: what is left is to be paid to the household, or to the heirs."""
        purpose = "remainder" if body["disposition"] == "pay_out" else "estate"
        self._ask(entry, body, purpose, _text(body, "case"))

    def _ask(self, entry: Entry, body: Body, purpose: str, outcome: str) -> None:
        self._releases[entry.entry_id] = ReleaseState(
            release=entry.entry_id,
            purpose=purpose,
            outcome=outcome,
            status="requested",
            amount_cents=_cents(body, "amount_cents"),
            requested_on=entry.effective,
            requested_by=entry.actor,
            evidence=cast("str | None", body["evidence"]),
            notes=tuple(cast("list[str]", body["notes"])),
            policy=_text(body, "policy"),
            policy_version=_cents(body, "policy_version"),
        )

    def approved(self, entry: Entry, body: Body) -> None:
        """release.approved: another actor agrees, with all of it or a part."""
        release = _text(body, "release")
        self._releases[release] = self._releases[release]._replace(
            status="approved",
            amount_cents=_cents(body, "amount_cents"),
            approved_on=entry.effective,
            approved_by=entry.actor,
            policy=_text(body, "policy"),
            policy_version=_cents(body, "policy_version"),
        )

    def rejected(self, entry: Entry, body: Body) -> None:
        """release.rejected: what was held is free again."""
        release = _text(body, "release")
        self._releases[release] = self._releases[release]._replace(
            status="rejected", rejected_on=entry.effective, because=_text(body, "because")
        )

    def paid(self, entry: Entry, body: Body) -> int:
        """release.paid: the amount leaves the savings in a payment batch; return it, in cents."""
        release = _text(body, "release")
        state = self._releases[release]._replace(
            status="paid", paid_on=entry.effective, batch=_text(body, "batch")
        )
        self._releases[release] = state
        return state.amount_cents

    def returned(self, entry: Entry, body: Body) -> int:
        """release.returned: the bank sent the amount back; return it, in cents."""
        release = _text(body, "release")
        state = self._releases[release]._replace(
            status="returned", returned_on=entry.effective, because=_text(body, "because")
        )
        self._releases[release] = state
        return state.amount_cents
