"""Commands to a ledger as plain values, and histories of them that can be carried out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from reba.canonical import canonical_text
from reba.facts import HouseholdMonth
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.ledger import Ledger
from reba.ledger.stores.memory import MemoryStore
from reba.months import Month
from reba.savings.policy import SavingsPolicy

__all__ = ["Command", "CommandHistory", "MovingClock", "OpenLedger", "memory_ledger"]

_NOON: Final = time(12, tzinfo=UTC)
_WITH_POLICY: Final = frozenset(
    {"assess", "revise", "collect", "request_release", "approve_release", "close"}
)
_WITH_CHOICES: Final = frozenset({"assess", "revise"})
_WITHOUT_DAY: Final = frozenset({"assess", "revise", "collect"})
_DAYS: Final = frozenset({"final_on", "due_on"})


class OpenLedger(Protocol):
    """Opens the ledger at a place, as `reba.open_ledger` does."""

    def __call__(self, place: str, *, clock: Callable[[], datetime]) -> Ledger:
        """Open the ledger."""
        ...


class MovingClock:
    """A clock that stands still until it is set.

    >>> clock = MovingClock(datetime(2015, 1, 1, tzinfo=UTC))
    >>> clock.now += timedelta(days=1)
    >>> clock()
    datetime.datetime(2015, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)
    """

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _salts() -> Callable[[int], bytes]:
    """Return a source of salts that is the same every time: for tests, and for nothing else."""
    asked = 0

    def salts(size: int) -> bytes:
        nonlocal asked
        asked += 1
        blocks = range(-(-size // hashlib.sha256().digest_size))
        return b"".join(hashlib.sha256(f"{asked}/{n}".encode()).digest() for n in blocks)[:size]

    return salts


@lru_cache(maxsize=256)
def _text_of(document: Law | SavingsPolicy | MunicipalChoices) -> str:
    return canonical_text(document.to_record())


class _MemoryLedger(Ledger):
    """A ledger in memory that writes a law once for all: tests open many with the same one."""

    def _keep(self, kind: str, document: Law | SavingsPolicy | MunicipalChoices | None) -> None:
        if document is not None and document.digest not in self._kept:
            self._store.put_document(kind, document.digest, _text_of(document))
            self._kept.add(document.digest)


def memory_ledger(place: str = ":memory:", *, clock: Callable[[], datetime]) -> Ledger:
    """Open a ledger in memory whose origin and salts are the same every time.

    >>> memory_ledger(clock=MovingClock(datetime(2015, 1, 1, tzinfo=UTC))).checkpoint().origin
    'reba-ledger/made-for-tests'
    """
    del place
    return _MemoryLedger(MemoryStore("reba-ledger/made-for-tests"), clock=clock, entropy=_salts())


class Command(NamedTuple):
    """A command to a ledger: the name of the method, the day, and what is given, as JSON has it.

    >>> Command("remind", "2015-03-02", {"account": "H-1", "month": "2015-01"}).arguments()
    {'account': 'H-1', 'month': Month(2015, 1), 'on': datetime.date(2015, 3, 2)}
    """

    name: str
    on: str
    given: Mapping[str, Any]

    def arguments(
        self, *, policy: SavingsPolicy | None = None, choices: MunicipalChoices | None = None
    ) -> dict[str, Any]:
        """Return what the method of the ledger is called with."""
        found: dict[str, Any] = {}
        for name, value in self.given.items():
            if name == "facts":
                value = HouseholdMonth.model_validate(value)  # noqa: PLW2901 (as the method has it)
            elif name == "month":
                value = Month.parse(value)  # noqa: PLW2901
            elif name in _DAYS and value is not None:
                value = date.fromisoformat(value)  # noqa: PLW2901
            found[name] = value
        if self.name not in _WITHOUT_DAY:
            found["on"] = date.fromisoformat(self.on)
        if self.name in _WITH_POLICY:
            found["policy"] = policy
        if self.name in _WITH_CHOICES and choices is not None:
            found["choices"] = choices
        return found

    def apply(
        self,
        ledger: Ledger,
        *,
        policy: SavingsPolicy | None = None,
        choices: MunicipalChoices | None = None,
    ) -> object:
        """Carry the command out; its day may not lie after the day of the ledger's clock.

        Args:
            ledger: the ledger.
            policy: the savings policy, for commands that ask one; by default one that the ledger
                keeps.
            choices: the choices of a municipality, for assessments under the RooO.

        Raises:
            RebaError: where the ledger refuses it.
        """
        if policy is None and self.name in _WITH_POLICY:
            kept = [digest for kind, digest in ledger.store.documents() if kind == "policy"]
            policy = ledger.documents.policy(kept[0]) if kept else None
        arguments = self.arguments(policy=policy, choices=choices)
        facts = [arguments.pop("facts")] if self.name in _WITH_CHOICES else []
        result = getattr(ledger, self.name)(*facts, **arguments)
        return list(result) if self.name == "invoice_month" else result


class CommandHistory(NamedTuple):
    """Commands that a ledger takes one after the other, and the policy they are taken under.

    >>> from hypothesis import find
    >>> from reba.testing.strategies import command_histories
    >>> history = find(command_histories(), lambda history: True)
    >>> [command.name for command in history.commands], history.book().size()
    (['assess'], 4)
    """

    policy: SavingsPolicy
    choices: MunicipalChoices | None
    commands: tuple[Command, ...]

    def moments(self) -> tuple[datetime, ...]:
        """Return the instant at which each command is given: noon UTC of its day, and later."""
        return tuple(
            datetime.combine(date.fromisoformat(command.on), _NOON) + timedelta(seconds=number)
            for number, command in enumerate(self.commands)
        )

    def apply(self, ledger: Ledger, *, clock: MovingClock | None = None) -> None:
        """Carry out every command on a ledger.

        Args:
            ledger: the ledger; its clock must stand at the last day or later.
            clock: the clock of the ledger, to set to the instant of each command; what was known
                when then follows the history. Without one everything is recorded now.

        Raises:
            RebaError: where the ledger refuses one.
        """
        for command, moment in zip(self.commands, self.moments(), strict=True):
            if clock is not None:
                clock.now = moment
            command.apply(ledger, policy=self.policy, choices=self.choices)

    def book(self, open_ledger: OpenLedger = memory_ledger, place: str = ":memory:") -> Ledger:
        """Open a ledger and carry out every command, each at its own instant.

        The clock of the ledger then stands still at the last one.

        Args:
            open_ledger: opens it, as `reba.open_ledger`; by default one in memory, the same each
                time to the byte.
            place: where.
        """
        clock = MovingClock(self.moments()[0])
        ledger = open_ledger(place, clock=clock)
        self.apply(ledger, clock=clock)
        return ledger
