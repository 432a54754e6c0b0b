"""The invariants of the books (C4, R1, R2, R3, R6, E2, E3): read from any ledger that is there.

Each takes an open ledger, and reads it; nothing is booked. So they hold for a ledger that was just
made by random commands, and for one that an auditor was handed (`check_ledger`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from reba.ledger.account_state import AccountState
from reba.ledger.accounts import AccountFold
from reba.ledger.copying import copy_ledger
from reba.ledger.entries import Entry
from reba.ledger.ledger import Ledger
from reba.ledger.stores.memory import MemoryStore
from reba.testing.invariants._invariant import Labels
from reba.testing.violations import Violation, expect

__all__ = ["BOOKS_BRANCHES", "READS", "branches_of_books"]

_RELEASES: Final = ("release.requested", "release.approved", "release.paid")
BOOKS_BRANCHES: Final = (
    "booked: one account", "booked: several accounts", "booked: a revision", "booked: a release",
    "booked: a return", "booked: a closing", "booked: a transfer", "booked: a set-off",
    "booked: a write-off", "balance: something saved", "balance: overpaid", "balance: nothing",
)  # fmt: skip
"""What a ledger holds."""

_BOOKED: Final = {
    "contribution.revised": "booked: a revision", "release.paid": "booked: a release",
    "release.returned": "booked: a return", "account.closed": "booked: a closing",
    "balance.transferred": "booked: a transfer", "savings.set_off": "booked: a set-off",
    "receivable.written_off": "booked: a write-off",
}  # fmt: skip


class _Account(NamedTuple):
    name: str
    entries: tuple[Entry, ...]
    state: AccountState


def _accounts(ledger: Ledger) -> Iterator[_Account]:
    """Yield the accounts of which more than totals is left."""
    for name in ledger.accounts():
        entries = ledger.history(name)
        if entries[-1].kind != "records.destroyed":
            yield _Account(name, entries, ledger.account(name))


def branches_of_books(ledger: Ledger) -> Labels:
    """Return what a ledger holds."""
    accounts = list(_accounts(ledger))
    yield f"booked: {'one account' if len(accounts) == 1 else 'several accounts'}"
    kinds = {entry.kind for account in accounts for entry in account.entries}
    yield from sorted(_BOOKED[kind] for kind in kinds & _BOOKED.keys())
    states = [account.state for account in accounts]
    found = {
        "balance: something saved": any(state.balance_cents for state in states),
        "balance: overpaid": any(state.overpaid_cents for state in states),
        "balance: nothing": any(
            not state.balance_cents and not state.overpaid_cents for state in states
        ),
    }
    yield from (name for name, there in found.items() if there)


# ── the totals ───────────────────────────────────────────────────────────────────────────────


def _c4(ledger: Ledger) -> None:
    transferred = 0
    for name in ledger.accounts():
        totals = ledger.account(name).totals()
        transferred += totals["transferred_cents"]
    expect("C4", "what accounts gave and took", 0, transferred)
    for name, _, state in _accounts(ledger):
        came_in = state.collected_cents + state.set_off_cents - state.overcollected_cents
        open_cents = state.receivable_cents + state.written_off_cents
        expect("C4", f"collected, set off, open or written off of {name}", state.assessed_cents,
               came_in + open_cents)  # fmt: skip
        for total in ("reserved_cents", "remitted_cents", "collected_cents"):
            months = sum(getattr(month, total) for month in state.months)
            expect("C4", f"{total} of the months of {name}", months, getattr(state, total))


def moved_cents(state: AccountState) -> int:
    """Return what came into the savings of an account less what left them."""
    return (
        state.reserved_cents + state.transferred_cents - state.released_cents
        - state.set_off_cents - state.settled_cents
    )  # fmt: skip


def _r3_of(name: str, state: AccountState) -> None:
    both = min(state.balance_cents, state.overpaid_cents)
    expect("R3", f"balance and overpaid of {name} are not both positive", 0, both)
    expect("R3", f"balance - overpaid of {name}", moved_cents(state),
           state.balance_cents - state.overpaid_cents)  # fmt: skip


def _r3(ledger: Ledger) -> None:
    for name, entries, state in _accounts(ledger):
        _r3_of(name, state)
        for moment in sorted({entry.recorded_at for entry in entries}):
            _r3_of(f"{name} as known on {moment}", ledger.account(name, known_on=moment))


# ── releases ─────────────────────────────────────────────────────────────────────────────────


def _released(ledger: Ledger) -> Iterator[tuple[Entry, AccountState]]:
    """Yield each step of a release, and the account as it was known just then."""
    for name, entries, _ in _accounts(ledger):
        for entry in entries:
            if entry.kind in _RELEASES:
                yield entry, ledger.account(name, known_on=entry.recorded_at)


def _r1(ledger: Ledger) -> None:
    for entry, state in _released(ledger):
        if entry.kind == "release.paid":
            continue  # what was approved may be paid after a correction: then it is overpaid
        came_in = state.reserved_cents + state.transferred_cents
        went_out = (
            state.released_cents + state.on_hold_cents + state.set_off_cents + state.settled_cents
        )
        if went_out > came_in:
            raise Violation("R1", f"promised at {entry.entry_id}", f"{came_in} or less", went_out)


def _r2(ledger: Ledger) -> None:
    for entry, state in _released(ledger):
        expect("R2", f"the procedure at {entry.entry_id}", "ended", state.procedure)


def _r6(ledger: Ledger) -> None:
    for name, _, state in _accounts(ledger):
        if moved_cents(state) == 0 and not state.on_hold_cents:
            expect("R6", f"balance and overpaid of {name}", (0, 0),
                   (state.balance_cents, state.overpaid_cents))  # fmt: skip


# ── the entries ──────────────────────────────────────────────────────────────────────────────


def _e2(ledger: Ledger) -> None:
    elsewhere = MemoryStore(ledger.store.origin())
    copy_ledger(ledger.store, elsewhere)
    again = Ledger(elsewhere, clock=lambda: datetime.now(UTC))
    expect("E2", "the root of a copy", ledger.checkpoint().root.hex(),
           again.checkpoint().root.hex())  # fmt: skip
    for name in ledger.accounts():
        expect("E2", f"{name} in a copy", ledger.account(name).totals(),
               again.account(name).totals())  # fmt: skip


def _e3(ledger: Ledger) -> None:
    for name, entries, _ in _accounts(ledger):
        today = ledger.today()
        whole = AccountFold.over(name, entries).state(today).to_record()
        for cut in range(1, len(entries)):
            fold = copy.deepcopy(AccountFold.over(name, entries[:cut]))
            for entry in entries[cut:]:
                fold.apply(entry)
            expect("E3", f"{name}, folded up to entry {cut} and on", whole,
                   fold.state(today).to_record())  # fmt: skip


READS: Final[dict[str, Callable[[Ledger], None]]] = {
    "C4": _c4, "R1": _r1, "R2": _r2, "R3": _r3, "R6": _r6, "E2": _e2, "E3": _e3,
}  # fmt: skip
"""By the id of an invariant, the function that reads it off a ledger."""
