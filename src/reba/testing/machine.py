"""A state machine that runs every command of a ledger in random order against a naive model (M1).

`run_ledger_machine(open_ledger)` needs no subclass; `LedgerMachine` is there for those who want
rules of their own. After every step each account is held against a spreadsheet that computes
everything from scratch, and against what is always true; a violation names its invariant. At the
end the whole ledger is audited, against every checkpoint that was taken on the way.
"""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from reba.testing.machine_checks import LedgerViolation
from reba.testing.machine_money import MoneyMachine
from reba.testing.machine_months import OpenLedger

__all__ = ["LedgerMachine", "LedgerViolation", "OpenLedger", "run_ledger_machine"]


class LedgerMachine(MoneyMachine):
    """Every command of a ledger in random order, held against a naive model."""


def run_ledger_machine(
    open_ledger: OpenLedger,
    *,
    reopens: bool = True,
    audits: bool = True,
    settings: hypothesis_settings | None = None,
) -> None:
    """Run random histories of every command against the naive model (M1).

    Args:
        open_ledger: opens the ledger at a place with a clock, as `reba.open_ledger` does.
        reopens: whether opening a place again shows what was booked there.
        audits: whether the whole ledger is audited at the end of each history.
        settings: of Hypothesis; by default those of the active profile.

    Raises:
        LedgerViolation: naming the invariant that does not hold, with the shortest history found.
    """

    class Machine(LedgerMachine):
        pass

    Machine.open_ledger = staticmethod(open_ledger)
    Machine.reopens = reopens
    Machine.audits = audits
    run_state_machine_as_test(Machine, settings=settings)
