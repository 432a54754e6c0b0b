"""The catalogue: every invariant that can be checked from here, and where the others are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reba.testing.invariants._contribution import CONTRIBUTION
from reba.testing.invariants._invariant import Invariant, Words
from reba.testing.invariants._ledgers import LEDGERS
from reba.testing.invariants._logs import LOGS
from reba.testing.invariants._second import SECOND
from reba.testing.invariants._split import SPLIT
from reba.testing.invariants._time import TIME

if TYPE_CHECKING:
    import pytest

__all__ = ["ALL", "ELSEWHERE", "by_id", "by_tag", "parametrize_invariants"]

ALL: Final[tuple[Invariant, ...]] = (*CONTRIBUTION, *SECOND, *TIME, *SPLIT, *LEDGERS, *LOGS)
"""Every invariant that `check_all` checks, in the order of the catalogue."""

_BY_ID: Final = {invariant.id: invariant for invariant in ALL}

ELSEWHERE: Final = {
    "H5": (
        Words(
            "Een bundel is te controleren zonder database en netwerk, en alleen als hij heel is.",
            "A bundle verifies without database and network, and only while it is whole.",
        ),
        "docs/how-to/verify-a-bundle.md",
    ),
    "M1": (
        Words(
            "Na elke reeks opdrachten kloppen grootboek en rekenblad met elkaar.",
            "After any row of commands the ledger and a spreadsheet agree.",
        ),
        "reba.testing.machine.run_ledger_machine",
    ),
    "R4": (
        Words(
            "Een hogere vaststelling na vrijgave geeft een aanvulling, geen tweede vrijgave.",
            "A higher assessment after a release gives a supplement, never a second release.",
        ),
        "reba.testing.machine.run_ledger_machine",
    ),
    "R5": (
        Words(
            "Een weigering noemt de eerste reden van de vaste volgorde, en boekt niets.",
            "A refusal names the first reason in the documented order, and books nothing.",
        ),
        "reba.testing.machine.run_ledger_machine",
    ),
    "S1": (
        Words("Een boeking is er helemaal of niet.", "Appending is all or nothing."),
        "reba.testing.StoreContract",
    ),
    "S2": (
        Words(
            "Van twee schrijvers tegelijk wint er precies één.",
            "Of two writers at once exactly one wins.",
        ),
        "reba.testing.StoreContract",
    ),
    "S3": (
        Words(
            "De toepassing wijzigt of verwijdert geen boeking.",
            "The application changes and deletes no entry.",
        ),
        "tests/contract/test_postgres_guards.py",
    ),
    "S4": (
        Words(
            "Hele getallen en alle tekst komen terug zoals ze bewaard zijn.",
            "Whole numbers and all text come back as they were kept.",
        ),
        "reba.testing.StoreContract",
    ),
}  # fmt: skip
"""By id: what holds as well, and what checks it, since it needs a store or a machine of its own."""


def by_id(name: str) -> Invariant:
    """Return the invariant with an id.

    Raises:
        KeyError: where there is none.

    >>> by_id("C1").statement.en
    'Reserved and remitted together are exactly what is split.'
    """
    return _BY_ID[name]


def by_tag(tag: str) -> tuple[Invariant, ...]:
    """Return the invariants with a tag: "savings", "release", "evidence", "ledger".

    >>> [invariant.id for invariant in by_tag("release")]
    ['R1', 'R2', 'R3', 'R6']
    """
    return tuple(invariant for invariant in ALL if tag in invariant.tags)


def parametrize_invariants(*names: str) -> pytest.MarkDecorator:
    """Return a mark for a test that takes `invariant`: it runs once for each of the catalogue.

    Each run bears the marker `invariant(id)`, so that `--reba-report` files it.

    Args:
        names: ids; by default all.
    """
    import pytest  # noqa: PLC0415 (only who tests with pytest has it)

    chosen = [by_id(name) for name in names] if names else ALL
    return pytest.mark.parametrize(
        "invariant",
        [pytest.param(each, id=each.id, marks=pytest.mark.invariant(each.id)) for each in chosen],
    )
