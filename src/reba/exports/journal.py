"""The journal (dagboek): each entry of the ledger as postings that add up to zero. Pure.

1. Double entry is a projection: what an account says, laid out over a small chart, always adds up
   to zero (`balances`). The postings of an entry are what it changes.
2. The balances of the chart after the last entry are the totals of the accounts, to the cent.
3. A posting is dated by the day the entry was recorded in Amsterdam: books are closed by that day,
   while `effective` says what the fact is about.
4. An account whose records are destroyed is posted in total, with the entry that says so: the
   balances of the chart stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from reba.clock import recorded_day
from reba.errors import ExportError
from reba.ledger.account_state import AccountState, Totals
from reba.ledger.accounts import AccountFold
from reba.ledger.entries import Entry

__all__ = ["CHART", "Posting", "balances", "journal", "trial_balance", "whole_journal"]

CHART: Final[Mapping[str, tuple[str, str]]] = {
    "receivable": ("Nog te ontvangen eigen bijdragen", "Own contributions receivable"),
    "written_off": ("Afgeboekte eigen bijdragen", "Own contributions written off"),
    "bank": ("Bank", "Bank"),
    "revenue": ("Opbrengst eigen bijdragen", "Own contribution revenue"),
    "savings": ("Verplichting spaartegoeden", "Savings liability"),
    "held": ("Vastgehouden vrijgaven", "Releases on hold"),
    "overpaid": ("Te veel vrijgegeven, terug te vorderen", "Released too much, to be recovered"),
    "transfers": ("Overboekingen tussen rekeningen", "Transfers between accounts"),
}
"""The accounts of the chart (rekeningschema), nl and en. Debit is positive."""

_NOTHING: Final = dict.fromkeys(CHART, 0)


class Posting(NamedTuple):
    """A posting (journaalregel): an amount in cents on an account of the chart, debit positive."""

    seq: int
    entry_id: str
    recorded_on: str
    effective: str
    kind: str
    household: str
    account: str
    amount_cents: int


def balances(state: AccountState | Totals) -> dict[str, int]:
    """Lay out an account over the chart (saldi), in cents, debit positive; it adds up to zero.

    That it adds up is invariant R3: `balance - overpaid` is what was saved less what was used.
    """
    due = state.assessed_cents - state.collected_cents - state.set_off_cents
    return {
        "receivable": due - state.written_off_cents,
        "written_off": state.written_off_cents,
        "bank": state.collected_cents - state.released_cents,
        "revenue": -(state.assessed_cents - state.reserved_cents + state.settled_cents),
        "savings": -(state.balance_cents - state.on_hold_cents),
        "held": -state.on_hold_cents,
        "overpaid": state.overpaid_cents,
        "transfers": state.transferred_cents,
    }


def journal(entries: Iterable[Entry], *, since: int = 0) -> Iterator[Posting]:
    """Yield the postings of entries in order of `seq`; an entry that moves no money has none.

    Args:
        entries: the entries of a ledger from the first on: what stood before is needed.
        since: leave out the postings of entries before this `seq`, which were exported before.

    Raises:
        LedgerError: ledger.damaged where an account does not fold; ledger.destroyed where the
            records of an account were destroyed of which `since` leaves out a part.
    """
    return (posting for posting, is_new in whole_journal(entries, since=since) if is_new)


def whole_journal(
    entries: Iterable[Entry], *, since: int = 0, until: int | None = None
) -> Iterator[tuple[Posting, bool]]:
    """Yield every posting, and whether it is new: those before `since` were exported before.

    What was destroyed after it was exported comes once more, in total, and is not new: the sum of
    all postings is always what the accounts say.

    Args:
        entries: all entries of a ledger from the first on; those from `until` on tell no more than
            what was destroyed.
        since: the first entry whose postings are new.
        until: the first entry whose postings are left out; None for none.

    Raises:
        ExportError: export.destroyed where the records of an account were destroyed after `until`,
            and what it moved before cannot be told.
        LedgerError: as `journal`.
    """
    folds: dict[str, AccountFold] = {}
    gone: dict[str, tuple[int, int]] = {}
    standing: dict[str, dict[str, int]] = {}
    for entry in entries:
        is_late = until is not None and entry.seq >= until
        if is_late and entry.account not in gone:
            continue
        fold = folds.get(entry.account)
        if fold is None:
            fold = folds[entry.account] = AccountFold(entry.account)
        fold.apply(entry)
        if fold.gone and fold.destroyed is None:
            first, _ = gone.get(entry.account, (entry.seq, entry.seq))
            gone[entry.account] = first, entry.seq
            continue
        is_new = entry.seq >= since
        if fold.destroyed is not None:
            moved = gone.pop(entry.account)
            if is_late and moved[1] >= since:
                raise ExportError("export.destroyed", account=entry.account, until=until)
            is_new = not _exported(fold, moved, since)
        recorded_on = recorded_day(entry.recorded_at)
        after = balances(fold.totals())
        before = standing.get(entry.account, _NOTHING)
        standing[entry.account] = after
        for account, cents in after.items():
            change = cents - before[account]
            if change:
                posting = Posting(
                    entry.seq, entry.entry_id, recorded_on.isoformat(), entry.effective,
                    entry.kind, entry.account, account, change,
                )  # fmt: skip
                yield posting, is_new
    for account in gone:
        folds[account].require_records()


def _exported(fold: AccountFold, gone: tuple[int, int], since: int) -> bool:
    """Say whether the postings of a destroyed account were exported before: all of them, or none.

    What moved is known in total only, and is posted with the entry that says so.
    """
    first, last = gone
    if first < since <= last:
        fold.require_records()  # a part was exported: what is left of it cannot be told
    return last < since


def trial_balance(postings: Iterable[Posting]) -> dict[str, int]:
    """Return the balance of each account of the chart (proefbalans), in cents, debit positive."""
    totals = dict.fromkeys(CHART, 0)
    for posting in postings:
        totals[posting.account] += posting.amount_cents
    return totals
