"""What an account says at a moment: the months, the savings, the procedure, the releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from reba.errors import LedgerError
from reba.months import Month
from reba.savings.procedure import ProcedureEvent, ProcedureState

__all__ = [
    "OPEN_STATUSES",
    "TOTALS",
    "AccountState",
    "AssessedMonth",
    "Closing",
    "CollectionStatus",
    "Destruction",
    "MonthState",
    "Movement",
    "Owed",
    "ReleaseState",
    "ReleaseStatus",
    "Totals",
]

ReleaseStatus: TypeAlias = Literal["requested", "approved", "rejected", "paid", "returned"]

CollectionStatus: TypeAlias = Literal["settled", "open", "invoiced", "reminded", "written_off"]

OPEN_STATUSES = ("requested", "approved")
"""The statuses in which an amount is on hold."""


class AssessedMonth(NamedTuple):
    """The assessment that stands for a month, as far as a split needs it, in cents."""

    scheme: str
    month: Month
    contribution_cents: int
    from_earnings_cents: int
    from_other_income_cents: int


class Owed(NamedTuple):
    """What became of what is owed for a month, in cents: still asked, given up, or too much."""

    receivable_cents: int
    written_off_cents: int
    overcollected_cents: int

    @classmethod
    def of(cls, due_cents: int, given_up_cents: int) -> Owed:
        """Say it of what is due after all that came in, and of what is no longer asked.

        >>> tuple(Owed.of(10000, 4000)), tuple(Owed.of(-1, 4000))
        ((6000, 4000, 0), (0, 0, 1))
        """
        unpaid_cents = max(0, due_cents)
        written_off_cents = min(given_up_cents, unpaid_cents)
        return cls(unpaid_cents - written_off_cents, written_off_cents, max(0, -due_cents))


class MonthState(NamedTuple):
    """What stands for one month of one account, in cents.

    `set_off_cents` was taken from the savings by an explicit command, and settles what was due;
    `given_up_cents` was written off at some time.
    `assessed_by` and `split_by` are the ids of the entries that the amounts come from.
    """

    month: str
    contribution_cents: int = 0
    from_earnings_cents: int = 0
    from_other_income_cents: int = 0
    from_assets_cents: int = 0
    charged_before_cents: int | None = None
    collected_cents: int = 0
    reserved_cents: int = 0
    remitted_cents: int = 0
    set_off_cents: int = 0
    given_up_cents: int = 0
    invoiced_on: str | None = None
    due_on: str | None = None
    reminded_on: str | None = None
    reminders: int = 0
    assessed_by: str | None = None
    split_by: str | None = None
    invoiced_by: str | None = None
    invoiced_contribution_cents: int | None = None

    @property
    def to_invoice(self) -> bool:
        """Whether something is due that was not asked: a part that is paid asks no new invoice."""
        asked = self.invoiced_contribution_cents == self.contribution_cents
        return bool(self.receivable_cents) and not asked

    def owed(self) -> Owed:
        """Return what became of what is owed."""
        due_cents = self.contribution_cents - self.collected_cents - self.set_off_cents
        return Owed.of(due_cents, self.given_up_cents)

    @property
    def written_off_cents(self) -> int:
        """Written off, as far as it is still unpaid."""
        return self.owed().written_off_cents

    @property
    def receivable_cents(self) -> int:
        """Assessed, and neither collected, set off nor written off."""
        return self.owed().receivable_cents

    @property
    def collection(self) -> CollectionStatus:
        """How far the collection of what is due has come (stand van de inning)."""
        if not self.receivable_cents:
            return "written_off" if self.written_off_cents else "settled"
        if self.reminders:
            return "reminded"
        return "open" if self.invoiced_on is None else "invoiced"

    @property
    def overcollected_cents(self) -> int:
        """Came in beyond what was due: to be paid back, or to be counted in a later month."""
        return self.owed().overcollected_cents

    def assessed(self, scheme: str) -> AssessedMonth:
        """Return what a split needs of the assessment that stands for the month."""
        return AssessedMonth(
            scheme,
            Month.parse(self.month),
            self.contribution_cents,
            self.from_earnings_cents,
            self.from_other_income_cents,
        )


class Movement(NamedTuple):
    """Money in or out of the savings beside what a month reserves, in cents, signed."""

    kind: str
    on: str
    cents: int


class ReleaseState(NamedTuple):
    """One release (vrijgave), from request to payment; `amount_cents` is what is asked or approved.

    `release` is the id of the entry that asked for it. A purpose "remainder" or "estate" comes from
    closing the account. `evidence` is the digest of a document that is kept elsewhere.
    """

    release: str
    purpose: str
    outcome: str
    status: ReleaseStatus
    amount_cents: int
    requested_on: str
    requested_by: str
    evidence: str | None
    notes: tuple[str, ...]
    policy: str
    policy_version: int
    approved_on: str | None = None
    approved_by: str | None = None
    rejected_on: str | None = None
    because: str | None = None
    paid_on: str | None = None
    batch: str | None = None
    returned_on: str | None = None

    def to_record(self) -> dict[str, object]:
        """Return the release as plain data."""
        return {**self._asdict(), "notes": list(self.notes)}


class Closing(NamedTuple):
    """How an account was closed: the case, what became of what was left (cents), and when."""

    case: str
    disposition: str
    amount_cents: int
    on: str


class Destruction(NamedTuple):
    """The destruction of the records of an account (vernietiging): when, and on what basis.

    `term` is how long they had to be kept, as an ISO 8601 duration; it ended on `term_ended_on`.
    """

    on: str
    legal_basis: str
    term: str
    term_ended_on: str
    closed_on: str

    def error(self, account: str) -> LedgerError:
        """Say that no more than totals are left of an account, since when and on what basis."""
        return LedgerError("ledger.destroyed", account=account, on=self.on, basis=self.legal_basis)


class Totals(NamedTuple):
    """What an account adds up to, in cents; `AccountState` says what each means."""

    assessed_cents: int
    collected_cents: int
    receivable_cents: int
    overcollected_cents: int
    written_off_cents: int
    reserved_cents: int
    remitted_cents: int
    released_cents: int
    recovered_cents: int
    transferred_cents: int
    set_off_cents: int
    settled_cents: int
    on_hold_cents: int
    balance_cents: int
    available_cents: int
    overpaid_cents: int


TOTALS: Final = Totals._fields
"""The totals of an account, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """The account (rekening) of one household at a moment, in cents.

    `receivable_cents` is assessed and not yet collected; `balance_cents` is saved and not yet
    released; `available_cents` is the balance less what is on hold; `overpaid_cents` is released
    beyond what now turns out to be saved (te veel vrijgegeven). `balance - overpaid` equals
    `reserved + transferred - released - set_off - settled`, and never both are positive.

    Of an account whose records were destroyed the totals are left, and `destruction` says so.
    """

    account: str
    scheme: str
    assessed_cents: int
    collected_cents: int
    receivable_cents: int
    overcollected_cents: int
    written_off_cents: int
    reserved_cents: int
    remitted_cents: int
    released_cents: int
    recovered_cents: int
    transferred_cents: int
    set_off_cents: int
    settled_cents: int
    on_hold_cents: int
    balance_cents: int
    available_cents: int
    overpaid_cents: int
    procedure_state: ProcedureState
    events: tuple[ProcedureEvent, ...]
    closing: Closing | None
    destruction: Destruction | None
    releases: tuple[ReleaseState, ...]
    months: tuple[MonthState, ...]
    on: date
    version: int
    head: str

    @property
    def procedure(self) -> Literal["open", "ended"]:
        """Whether the procedure of every adult member has ended."""
        return self.procedure_state.status

    @property
    def outcome(self) -> str | None:
        """How it ended; None while it is open."""
        return self.procedure_state.outcome

    def require_records(self) -> None:
        """Refuse an account of which no more than totals are left.

        Raises:
            LedgerError: ledger.destroyed.
        """
        if self.destruction is not None:
            raise self.destruction.error(self.account)

    def totals(self) -> dict[str, int]:
        """Return every total of the account by its name, in cents."""
        return {name: getattr(self, name) for name in TOTALS}

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `reba account --json`, keys in a fixed order."""
        procedure = self.procedure_state
        return {
            "account": self.account,
            "scheme": self.scheme,
            "on": self.on.isoformat(),
            **self.totals(),
            "procedure": self.procedure,
            "outcome": self.outcome,
            "waiting_for": list(procedure.waiting_for),
            "track": procedure.track,
            "events": [
                {
                    **event._asdict(),
                    "on": event.on.isoformat(),
                    "final_on": None if event.final_on is None else event.final_on.isoformat(),
                }
                for event in self.events
            ],
            "closed": None if self.closing is None else self.closing._asdict(),
            "destroyed": None if self.destruction is None else self.destruction._asdict(),
            "releases": [release.to_record() for release in self.releases],
            "months": [
                {
                    "month": month.month,
                    "contribution_cents": month.contribution_cents,
                    "collected_cents": month.collected_cents,
                    "receivable_cents": month.receivable_cents,
                    "written_off_cents": month.written_off_cents,
                    "collection": month.collection,
                    "due_on": month.due_on,
                    "reserved_cents": month.reserved_cents,
                    "remitted_cents": month.remitted_cents,
                    "set_off_cents": month.set_off_cents,
                }
                for month in self.months
            ],
            "head": self.head,
        }
