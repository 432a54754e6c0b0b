"""Fold the entries of one account into its state: what is owed, saved, released and left.

1. The state is a function of the entries alone: no law, no policy, no clock. The same entries give
   the same state for ever (replay; see `docs/explanation/replay-and-recompute.md`).
2. The state of a month is its last unsuperseded assessment and its last split.
3. `reserved + remitted == what was split`, in every month, to the cent.
4. `balance - overpaid == reserved - released`, and never both positive: nobody has a negative
   balance.
5. Folding a part and going on from there equals folding the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Self, TypeAlias, cast

from reba.errors import LedgerError
from reba.ledger.entries import Entry
from reba.months import Month

__all__ = ["AccountFold", "AccountState", "AssessedMonth", "MonthState", "fold"]


class AssessedMonth(NamedTuple):
    """The assessment that stands for a month, as far as a split needs it, in cents."""

    scheme: str
    month: Month
    contribution_cents: int
    from_earnings_cents: int
    from_other_income_cents: int


class MonthState(NamedTuple):
    """What stands for one month of one account, in cents.

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
    assessed_by: str | None = None
    split_by: str | None = None

    def assessed(self, scheme: str) -> AssessedMonth:
        """Return what a split needs of the assessment that stands for the month."""
        return AssessedMonth(
            scheme,
            Month.parse(self.month),
            self.contribution_cents,
            self.from_earnings_cents,
            self.from_other_income_cents,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """The account (rekening) of one household at a moment, in cents.

    `receivable_cents` is assessed and not yet collected; `balance_cents` is saved and not yet
    released; `available_cents` is the balance less what is on hold; `overpaid_cents` is released
    beyond what now turns out to be saved (te veel vrijgegeven).
    """

    account: str
    scheme: str
    assessed_cents: int
    collected_cents: int
    receivable_cents: int
    reserved_cents: int
    remitted_cents: int
    released_cents: int
    on_hold_cents: int
    balance_cents: int
    available_cents: int
    overpaid_cents: int
    procedure: Literal["open", "ended"]
    outcome: str | None
    releases: tuple[dict[str, object], ...]
    months: tuple[MonthState, ...]
    version: int
    head: str

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `reba account --json`, keys in a fixed order."""
        months = [
            {
                "month": month.month,
                "contribution_cents": month.contribution_cents,
                "collected_cents": month.collected_cents,
                "reserved_cents": month.reserved_cents,
                "remitted_cents": month.remitted_cents,
            }
            for month in self.months
        ]
        return {
            "account": self.account,
            "scheme": self.scheme,
            "assessed_cents": self.assessed_cents,
            "collected_cents": self.collected_cents,
            "receivable_cents": self.receivable_cents,
            "reserved_cents": self.reserved_cents,
            "remitted_cents": self.remitted_cents,
            "released_cents": self.released_cents,
            "on_hold_cents": self.on_hold_cents,
            "balance_cents": self.balance_cents,
            "available_cents": self.available_cents,
            "overpaid_cents": self.overpaid_cents,
            "procedure": self.procedure,
            "outcome": self.outcome,
            "releases": list(self.releases),
            "months": months,
            "head": self.head,
        }


Body: TypeAlias = Mapping[str, object]


def _cents(body: Body, key: str) -> int:
    return cast("int", body[key])


class AccountFold:
    """The fold in progress: apply entries in order, ask for the state at any point."""

    __slots__ = ("_months", "account", "head", "scheme", "version")

    def __init__(self, account: str) -> None:
        self.account = account
        self.scheme = ""
        self.version = 0
        self.head = ""
        self._months: dict[str, MonthState] = {}

    def apply(self, entry: Entry) -> Self:
        """Take in the next entry of the account.

        Raises:
            LedgerError: ledger.damaged where the entry is not the next one, or cannot be read.
        """
        if entry.account != self.account or entry.version != self.version + 1:
            raise LedgerError(
                "ledger.damaged",
                place=f"account {self.account}",
                reason=f"entry {entry.entry_id} follows version {self.version}",
            )
        body = entry.body
        if body is None:
            raise LedgerError(
                "ledger.damaged",
                place=f"account {self.account}",
                reason=f"the body of entry {entry.entry_id} is gone",
            )
        handler = _HANDLERS.get(entry.kind)
        if handler is None:
            raise LedgerError(
                "ledger.damaged",
                place=f"account {self.account}",
                reason=f"entry {entry.entry_id} is of unknown kind {entry.kind!r}",
            )
        try:
            handler(self, entry, body)
        except (KeyError, TypeError) as error:
            raise LedgerError(
                "ledger.damaged",
                place=f"account {self.account}",
                reason=f"the body of entry {entry.entry_id} lacks {error}",
            ) from error
        self.version = entry.version
        self.head = entry.entry_id
        return self

    def month(self, month: str) -> MonthState:
        """Return what stands for a month; a month without entries is empty."""
        return self._months.get(month) or MonthState(month)

    def months(self) -> tuple[MonthState, ...]:
        """Return what stands for each month, in order of time."""
        return tuple(self._months[month] for month in sorted(self._months))

    def opened(self, _entry: Entry, body: Body) -> None:
        """account.opened: the household is known."""
        self.scheme = cast("str", body["scheme"])

    def assessed(self, entry: Entry, body: Body) -> None:
        """contribution.assessed: what the household owes for a month."""
        amounts = cast("Body", body["amounts"])
        month = cast("str", body["month"])
        self._months[month] = self.month(month)._replace(
            contribution_cents=_cents(amounts, "contribution_cents"),
            from_earnings_cents=_cents(amounts, "from_earnings_cents"),
            from_other_income_cents=_cents(amounts, "from_other_income_cents"),
            from_assets_cents=_cents(amounts, "from_assets_cents"),
            charged_before_cents=cast("int | None", body["charged_before_cents"]),
            assessed_by=entry.entry_id,
        )

    def collected(self, _entry: Entry, body: Body) -> None:
        """contribution.collected: what came in for a month, added to what came before."""
        month = cast("str", body["month"])
        before = self.month(month)
        self._months[month] = before._replace(
            collected_cents=before.collected_cents + _cents(body, "collected_cents")
        )

    def split(self, entry: Entry, body: Body) -> None:
        """savings.reserved, savings.adjusted: how what came in for a month is split, in total."""
        month = cast("str", body["month"])
        self._months[month] = self.month(month)._replace(
            reserved_cents=_cents(body, "reserved_cents"),
            remitted_cents=_cents(body, "remitted_cents"),
            split_by=entry.entry_id,
        )

    def state(self) -> AccountState:
        """Return the state after the entries applied so far."""
        months = self.months()
        assessed = sum(month.contribution_cents for month in months)
        collected = sum(month.collected_cents for month in months)
        reserved = sum(month.reserved_cents for month in months)
        released = 0
        on_hold = 0
        balance = max(0, reserved - released)
        return AccountState(
            account=self.account,
            scheme=self.scheme,
            assessed_cents=assessed,
            collected_cents=collected,
            receivable_cents=sum(
                max(0, month.contribution_cents - month.collected_cents) for month in months
            ),
            reserved_cents=reserved,
            remitted_cents=sum(month.remitted_cents for month in months),
            released_cents=released,
            on_hold_cents=on_hold,
            balance_cents=balance,
            available_cents=max(0, balance - on_hold),
            overpaid_cents=max(0, released - reserved),
            procedure="open",
            outcome=None,
            releases=(),
            months=months,
            version=self.version,
            head=self.head,
        )


_HANDLERS: Final[dict[str, Callable[[AccountFold, Entry, Body], None]]] = {
    "account.opened": AccountFold.opened,
    "contribution.assessed": AccountFold.assessed,
    "contribution.collected": AccountFold.collected,
    "savings.reserved": AccountFold.split,
}


def fold(entries: Iterable[Entry]) -> AccountState:
    """Return the state of an account from its entries, in order of version.

    Raises:
        LedgerError: ledger.damaged; ledger.unknown_account where there are no entries.
    """
    folding: AccountFold | None = None
    for entry in entries:
        if folding is None:
            folding = AccountFold(entry.account)
        folding.apply(entry)
    if folding is None:
        raise LedgerError("ledger.unknown_account", account="")
    return folding.state()
