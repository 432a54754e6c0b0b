"""What must hold of an account after every step, each under the name of its invariant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from reba.errors import RebaError
from reba.ledger.account_state import AccountState
from reba.testing.spreadsheet import Sheet
from reba.testing.violations import Violation as LedgerViolation
from reba.testing.violations import expect

__all__ = ["LedgerViolation", "check_account", "expect"]


def outcome_of(command: Callable[[], object]) -> tuple[str | None, object]:
    """Carry out a command; return the code it was refused with, or None and its result."""
    try:
        return None, command()
    except RebaError as error:
        return error.code, None


_TOTALS: Final[Mapping[str, str]] = {
    "assessed_cents": "E4",
    "collected_cents": "C4",
    "receivable_cents": "C4",
    "reserved_cents": "E4",
    "remitted_cents": "E4",
    "released_cents": "R1",
    "transferred_cents": "C4",
    "set_off_cents": "C4",
    "settled_cents": "C4",
    "on_hold_cents": "R1",
    "balance_cents": "R3",
    "available_cents": "R1",
    "overpaid_cents": "R3",
}


def _check_months(state: AccountState, sheet: Sheet) -> None:
    by_assessment = sheet.rules.funded_on == "assessment"
    for month in state.months:
        split = month.contribution_cents if by_assessment else month.collected_cents
        expect("C1", f"reserved + remitted of {month.month}", split,
               month.reserved_cents + month.remitted_cents)  # fmt: skip
        if not 0 <= month.reserved_cents <= split:
            raise LedgerViolation("C2", "reserved lies in what is split", split, month)


def check_account(state: AccountState, sheet: Sheet, outcome: str | None) -> None:
    """Hold an account against the clerk's sheet, and against what is always true.

    Raises:
        LedgerViolation: naming the invariant.
    """
    _check_months(state, sheet)
    both = min(state.balance_cents, state.overpaid_cents)
    expect("R3", "balance and overpaid are not both positive", 0, both)
    moved = (
        state.reserved_cents + state.transferred_cents - state.released_cents
        - state.set_off_cents - state.settled_cents
    )  # fmt: skip
    expect("R3", "balance - overpaid", moved, state.balance_cents - state.overpaid_cents)
    expect("R2", "the outcome of the procedure", outcome, state.outcome)
    expect("R2", "the procedure", "open" if outcome is None else "ended", state.procedure)
    came_in = state.collected_cents + state.receivable_cents + state.set_off_cents
    expect("C4", "assessed is collected, set off or open", state.assessed_cents,
           came_in + state.written_off_cents - state.overcollected_cents)  # fmt: skip
    for name, expected in sheet.totals().items():
        expect(_TOTALS[name], f"{name} of {state.account}", expected, getattr(state, name))
    if not sheet.each(lambda release: release.status != "paid") and moved == 0:
        expect("R6", "nothing is stuck", (0, 0), (state.balance_cents, state.overpaid_cents))
