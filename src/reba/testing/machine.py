"""A state machine that runs every command of a ledger in random order against a naive model (M1).

`run_ledger_machine(open_ledger)` needs no subclass; `LedgerMachine` is there for those who want
rules of their own. After every step each account is held against a spreadsheet that computes
everything from scratch, and against what is always true; a violation names its invariant. At the
end the whole ledger is audited, against every checkpoint that was taken on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import ClassVar, Final, NamedTuple

from hypothesis import seed as hypothesis_seed
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from reba.testing.machine_checks import LedgerViolation
from reba.testing.machine_collection import CollectionMachine
from reba.testing.machine_destruction import DestructionMachine
from reba.testing.machine_money import MoneyMachine
from reba.testing.machine_months import MonthsMachine, OpenLedger
from reba.testing.machine_outcomes import OutcomesMachine

__all__ = [
    "RULES",
    "LedgerMachine",
    "LedgerViolation",
    "OpenLedger",
    "Reached",
    "run_ledger_machine",
]


class LedgerMachine(DestructionMachine):
    """Every command of a ledger in random order, held against a naive model."""


_NO_RULES: Final = frozenset(
    {
        "accounts_agree_with_the_spreadsheet", "audits", "histories", "open_ledger", "reached",
        "reopens", "start", "steps", "teardown", "today",
    }
)  # fmt: skip
_PARTS: Final = (
    MonthsMachine, CollectionMachine, MoneyMachine, OutcomesMachine, DestructionMachine,
)  # fmt: skip
RULES: Final = tuple(
    name
    for cls in _PARTS
    for name in vars(cls)
    if not name.startswith("_") and name not in _NO_RULES
)
"""The names of the rules of the machine."""


class Reached(NamedTuple):
    """What histories reached: their number, their steps, and how often each branch was taken.

    A branch is a kind of entry that was booked, or a code that a command was refused with.
    """

    histories: int
    steps: int
    reached: dict[str, int]


def _plain(name: str) -> Callable[..., object]:
    """Return a rule as a method that other rules may call, and that is drawn no more."""
    method: Callable[..., object] = getattr(LedgerMachine, name)

    def plain(self: LedgerMachine, *given: object, **named: object) -> object:
        return method(self, *given, **named)

    return plain


def run_ledger_machine(
    open_ledger: OpenLedger,
    *,
    reopens: bool = True,
    audits: bool = True,
    focus: Collection[str] = (),
    settings: hypothesis_settings | None = None,
    seed: int | None = None,
) -> Reached:
    """Run random histories of every command against the naive model (M1).

    Args:
        open_ledger: opens the ledger at a place with a clock, as `reba.open_ledger` does.
        reopens: whether opening a place again shows what was booked there.
        audits: whether the whole ledger is audited at the end of each history.
        focus: the names of the rules to draw from; by default all of them.
        settings: of Hypothesis; by default those of the active profile.
        seed: the same seed draws the same histories.

    Returns:
        How many histories there were, of how many steps, and what they reached.

    Raises:
        LedgerViolation: naming the invariant that does not hold, with the shortest history found.
    """
    unknown = sorted(set(focus) - set(RULES))
    if unknown:
        msg = f"no rules of the machine: {', '.join(unknown)}"
        raise ValueError(msg)

    class Machine(LedgerMachine):
        steps = 0
        histories = 0
        reached: ClassVar[Counter[str]] = Counter()

    for name in RULES:
        if focus and name not in focus:
            setattr(Machine, name, _plain(name))
    Machine.open_ledger = staticmethod(open_ledger)
    Machine.reopens = reopens
    Machine.audits = audits
    seeded = Machine if seed is None else hypothesis_seed(seed)(Machine)
    run_state_machine_as_test(seeded, settings=settings)
    return Reached(Machine.histories, Machine.steps, dict(Machine.reached))
