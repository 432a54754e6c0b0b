"""The invariants of a ledger (C4, R1 to R6, E1 to E7, H3), on one that random commands made."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from reba.facts import HouseholdMonth
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.ledger.audit import audit
from reba.ledger.ledger import Ledger
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.testing.invariants._books import BOOKS_BRANCHES, READS, branches_of_books, moved_cents
from reba.testing.invariants._invariant import Invariant, Labels, Nearly, Words
from reba.testing.strategies import (
    CommandHistory,
    MovingClock,
    command_histories,
    facts,
    policies,
)
from reba.testing.strategies._commands import OpenLedger
from reba.testing.violations import expect

__all__ = ["LEDGERS", "Corrected", "booked"]

_LONG_AFTER: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)


@contextmanager
def _opened(open_ledger: OpenLedger, clock: MovingClock) -> Generator[Ledger]:
    with tempfile.TemporaryDirectory(prefix="reba-invariants-") as folder:
        ledger = open_ledger(str(Path(folder) / "ledger.reba"), clock=clock)
        try:
            yield ledger
        finally:
            ledger.close_store()


@contextmanager
def booked(open_ledger: OpenLedger, history: CommandHistory) -> Generator[Ledger]:
    """Open a ledger and carry a history out on it; let go of it at the end."""
    clock = MovingClock(history.moments()[0])
    with _opened(open_ledger, clock) as ledger:
        history.apply(ledger, clock=clock)
        yield ledger


def _reading(name: str) -> Callable[[OpenLedger, CommandHistory], Labels]:
    """Return the check that books a history, and reads an invariant off the ledger."""

    def check(open_ledger: OpenLedger, history: CommandHistory) -> Labels:
        with booked(open_ledger, history) as ledger:
            READS[name](ledger)
            return tuple(branches_of_books(ledger))

    return check


# ── the same again ───────────────────────────────────────────────────────────────────────────


def _e1(open_ledger: OpenLedger, history: CommandHistory) -> Labels:
    clock = MovingClock(history.moments()[0])
    with _opened(open_ledger, clock) as ledger:
        for command, moment in zip(history.commands, history.moments(), strict=True):
            clock.now = moment
            command.apply(ledger, policy=history.policy, choices=history.choices)
            size = ledger.size()
            command.apply(ledger, policy=history.policy, choices=history.choices)
            expect("E1", f"entries after {command.name} again", size, ledger.size())
        return tuple(branches_of_books(ledger))


def _e7(open_ledger: OpenLedger, history: CommandHistory) -> Labels:
    clock = MovingClock(history.moments()[0])
    known: list[tuple[str, str, object]] = []
    with _opened(open_ledger, clock) as ledger:
        for command, moment in zip(history.commands, history.moments(), strict=True):
            clock.now = moment
            command.apply(ledger, policy=history.policy, choices=history.choices)
            for name in ledger.accounts():
                on = ledger.history(name)[-1].recorded_at
                known.append((name, on, ledger.account(name, known_on=on).to_record()))
        for name, on, before in known:
            expect("E7", f"{name} as known on {on}", before,
                   ledger.account(name, known_on=on).to_record())  # fmt: skip
        return tuple(branches_of_books(ledger))


def _h3(open_ledger: OpenLedger, history: CommandHistory) -> Labels:
    clock = MovingClock(history.moments()[0])
    labels = ["destroyed: nothing"]
    with _opened(open_ledger, clock) as ledger:
        for command, moment in zip(history.commands, history.moments(), strict=True):
            clock.now = moment
            account = command.given.get("account", "")
            before = ledger.account(account).totals() if command.name == "destroy" else {}
            command.apply(ledger, policy=history.policy, choices=history.choices)
            if command.name == "destroy":
                labels = ["destroyed: an account"]
                expect("H3", f"the totals of {account}", before, ledger.account(account).totals())
        expect("H3", "the audit finds nothing", (), audit(ledger).findings)
    return labels


# ── corrections ──────────────────────────────────────────────────────────────────────────────


class Corrected(NamedTuple):
    """What was reported of one month at first, in between, and at last; and another month.

    Args:
        reported: the same household and month each time; the last is what is right.
        other: another household, in any month.
        policy: the savings policy.
    """

    reported: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
    other: dict[str, Any]
    policy: SavingsPolicy

    def __repr__(self) -> str:
        shown = "\nthen: ".join(map(str, self.reported))
        rules = self.policy.to_record()["version"]
        return f"first: {shown}\nbeside it: {self.other}\npolicy: {rules}"


@st.composite
def _corrected(draw: st.DrawFn) -> Corrected:
    known = facts(scheme=REBA_2008, allow_provisional=False)
    first = draw(known)
    month = Month.parse(first["month"])
    one = facts(scheme=REBA_2008, months=st.just(month), allow_provisional=False)
    others = [draw(one), draw(one)]
    came_in = {"collected": first["collected"]} if "collected" in first else {}
    again = [
        {key: value for key, value in each.items() if key != "collected"} | came_in
        for each in others
    ]
    other = {**draw(known), "household": "H-2"}
    return Corrected((first, again[0], again[1]), other, draw(policies(max_versions=1)))


def _sums(ledger: Ledger, account: str = "H-1") -> dict[str, int]:
    """Return what must be equal however a ledger came to know: not the entries, but the amounts."""
    state = ledger.account(account)
    names = ("assessed_cents", "collected_cents", "reserved_cents", "remitted_cents")
    return {name: getattr(state, name) for name in names} | {"moved_cents": moved_cents(state)}


def _reported(open_ledger: OpenLedger, case: Corrected, *reports: dict[str, Any]) -> dict[str, int]:
    clock = MovingClock(_LONG_AFTER)
    with _opened(open_ledger, clock) as ledger:
        ledger.assess(HouseholdMonth.model_validate(reports[0]), policy=case.policy)
        for number, report in enumerate(reports[1:]):
            ledger.revise(
                HouseholdMonth.model_validate(report), because="corrected_facts",
                policy=case.policy, command_id=f"correction/{number}",
            )  # fmt: skip
        return _sums(ledger)


def _differs(case: Corrected) -> Labels:
    first, _, last = case.reported
    return ("the correction changes nothing",) if first == last else ("the correction changes it",)


def _e4(open_ledger: OpenLedger, case: Corrected) -> Labels:
    first, _, last = case.reported
    right = _reported(open_ledger, case, last)
    expect("E4", "what was corrected", right, _reported(open_ledger, case, first, last))
    return _differs(case)


def _e5(open_ledger: OpenLedger, case: Corrected) -> Labels:
    first, between, last = case.reported
    once = _reported(open_ledger, case, first, last)
    twice = _reported(open_ledger, case, first, between, last)
    expect("E5", "what was corrected twice", once, twice)
    return _differs(case)


def _e6(open_ledger: OpenLedger, case: Corrected) -> Labels:
    found: list[list[dict[str, int]]] = []
    pair = [HouseholdMonth.model_validate(each) for each in (case.reported[0], case.other)]
    for order in (pair, pair[::-1]):
        with _opened(open_ledger, MovingClock(_LONG_AFTER)) as ledger:
            for given in order:
                ledger.assess(given, policy=case.policy)
            found.append([_sums(ledger, name) for name in ("H-1", "H-2")])
    expect("E6", "the accounts, in the other order", found[0], found[1])
    same = pair[0].month == pair[1].month
    return ("the same month",) if same else ("another month",)


_CORRECTED: Final = ("the correction changes nothing", "the correction changes it")


def _history(**options: Any) -> Callable[[], st.SearchStrategy[CommandHistory]]:  # noqa: ANN401
    return lambda: command_histories(**options)


def _read(name: str, nl: str, en: str, tag: str, nearly: Nearly | None = None) -> Invariant:
    return Invariant(
        id=name, subject="ledger", statement=Words(nl, en), tags=(tag,), nearly=nearly,
        cases=_history(), check=_reading(name), branches=BOOKS_BRANCHES,
    )  # fmt: skip


LEDGERS: Final = (
    _read(
        "C4",
        "Wat is vastgesteld, is ontvangen, verrekend, afgeboekt of staat open; wat de ene "
        "rekening overdraagt, krijgt de andere.",
        "What was assessed is collected, set off, written off or open; what one account "
        "transfers another gets.",
        "savings",
    ),
    _read(
        "R1",
        "Op het moment van de beslissing is niet meer toegezegd dan er is gespaard.",
        "At the moment of a decision no more is promised than was saved.",
        "release",
        Nearly(
            Words(
                "Er is nooit meer vrijgegeven dan er is gespaard.",
                "Never more was released than was saved.",
            ),
            "released-then-corrected",
        ),
    ),
    _read(
        "R2",
        "Vrijgave wordt alleen gevraagd, besloten en betaald terwijl de procedure is geëindigd.",
        "A release is asked for, decided and paid only while the procedure has ended.",
        "release",
    ),
    _read(
        "R3",
        "Saldo en te veel vrijgegeven zijn nooit allebei positief; hun verschil is wat erin "
        "kwam min wat eruit ging.",
        "Balance and overpaid are never both positive; their difference is what came in less "
        "what went out.",
        "release",
    ),
    _read(
        "R6",
        "Is alles vrijgegeven, dan is het saldo precies nul.",
        "When everything is released the balance is exactly zero.",
        "release",
    ),
    Invariant(
        id="E1", subject="ledger", cases=_history(max_size=8), check=_e1,
        branches=BOOKS_BRANCHES,
        statement=Words(
            "Dezelfde opdracht nog eens geven boekt niets.",
            "Giving the same command again books nothing.",
        ),
    ),
    _read(
        "E2",
        "Een kopie heeft dezelfde wortel, en elke rekening dezelfde stand.",
        "A copy has the same root, and each account the same state.",
        "ledger",
    ),
    _read(
        "E3",
        "Wie halverwege verder telt, komt op dezelfde stand als wie alles telt.",
        "Who goes on from half-way comes to the same state as who counts it all.",
        "ledger",
    ),
    Invariant(
        id="E4", subject="ledger", cases=_corrected, check=_e4, branches=_CORRECTED,
        statement=Words(
            "Zonder vrijgaven komt corrigeren op hetzelfde uit als meteen goed vaststellen.",
            "Without releases, correcting comes to the same as assessing right the first time.",
        ),
        nearly=Nearly(
            Words(
                "Corrigeren geeft dezelfde boekingen als meteen goed vaststellen.",
                "Correcting gives the same entries as assessing right the first time.",
            ),
            "corrected-entries-differ",
        ),
    ),
    Invariant(
        id="E5", subject="ledger", cases=_corrected, check=_e5, branches=_CORRECTED,
        statement=Words(
            "Twee keer corrigeren komt op hetzelfde uit als één keer met het laatste.",
            "Correcting twice comes to the same as correcting once with the last.",
        ),
    ),
    Invariant(
        id="E6", subject="ledger", cases=_corrected, check=_e6,
        branches=("the same month", "another month"),
        statement=Words(
            "De volgorde waarin verschillende huishoudens worden geboekt, maakt niet uit.",
            "The order in which different households are booked does not matter.",
        ),
    ),
    Invariant(
        id="E7", subject="ledger", cases=_history(max_size=8), check=_e7,
        branches=BOOKS_BRANCHES,
        statement=Words(
            "Wat op een moment bekend was, verandert niet door wat later is geboekt.",
            "What was known at a moment does not change by what is booked later.",
        ),
    ),
    Invariant(
        id="H3", subject="ledger", check=_h3, tags=("evidence",),
        cases=_history(allow_destruction=True, max_size=16),
        branches=("destroyed: nothing", "destroyed: an account"),
        statement=Words(
            "Na vernietiging kloppen de totalen en het bewijs nog.",
            "After destruction the totals and the proofs still hold.",
        ),
    ),
)  # fmt: skip
"""What holds of a ledger."""
