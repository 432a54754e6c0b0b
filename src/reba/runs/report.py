"""What a monthly run says of itself: counts, totals and digests, the same for the same outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

from reba.ledger.bookings import Booking

__all__ = ["RunReport"]


@dataclass(slots=True)
class RunReport:
    """The outcome of a monthly run (maandrun); amounts in cents.

    `rows == booked + already_booked + rejected`: nothing is lost, nothing is booked twice. The
    totals are of what stands in the ledger for the rows of the file, booked now or before.
    """

    month: str
    dry_run: bool
    rows: int = 0
    booked: int = 0
    already_booked: int = 0
    rejected: int = 0
    provisional: int = 0
    contribution_cents: int = 0
    collected_cents: int = 0
    reserved_cents: int = 0
    remitted_cents: int = 0
    rejected_by_code: dict[str, int] = field(default_factory=dict)
    facts_sha256: str = ""
    law_digest: str = ""
    policy_digest: str = ""
    choices_digest: str | None = None
    engine: str = ""

    def count_reject(self, code: str) -> None:
        """Count a row that was not booked."""
        self.rows += 1
        self.rejected += 1
        self.rejected_by_code[code] = self.rejected_by_code.get(code, 0) + 1

    def count_booking(self, booking: Booking) -> None:
        """Count a row that stands in the ledger."""
        self.rows += 1
        if booking.status == "booked":
            self.booked += 1
        else:
            self.already_booked += 1
        self.provisional += booking.provisional
        self.contribution_cents += booking.contribution_cents
        self.collected_cents += booking.collected_cents
        self.reserved_cents += booking.reserved_cents
        self.remitted_cents += booking.remitted_cents

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `report.json`, keys in a fixed order."""
        return {
            "month": self.month,
            "dry_run": self.dry_run,
            "counts": {
                "rows": self.rows,
                "booked": self.booked,
                "already_booked": self.already_booked,
                "rejected": self.rejected,
                "provisional": self.provisional,
                "rejected_by_code": dict(sorted(self.rejected_by_code.items())),
            },
            "totals": {
                "contribution_cents": self.contribution_cents,
                "collected_cents": self.collected_cents,
                "reserved_cents": self.reserved_cents,
                "remitted_cents": self.remitted_cents,
            },
            "digests": {
                "facts_sha256": self.facts_sha256,
                "law": self.law_digest,
                "policy": self.policy_digest,
                "choices": self.choices_digest,
                "engine": self.engine,
            },
        }
