"""The peers and floors that we are measured beside, each doing its own job its own best way."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

__all__ = ["eventsourcing_rate", "floor_rate", "openfisca_rate"]


class Account(Aggregate):
    """An account as its users would write it: the events of one household-month, same content."""

    @event("Opened")
    def open(self, scheme: str, actor: str, command_id: str) -> None:
        """account.opened."""

    @event("Assessed")
    def assess(self, month: str, body: dict[str, Any], actor: str, command_id: str) -> None:
        """contribution.assessed."""

    @event("Collected")
    def collect(self, month: str, cents: int, actor: str, command_id: str) -> None:
        """contribution.collected."""

    @event("Reserved")
    def reserve(self, month: str, body: dict[str, Any], actor: str, command_id: str) -> None:
        """savings.reserved."""


def eventsourcing_rate(folder: Path, bodies: list[dict[str, dict[str, Any]]]) -> float:
    """Append the same entries with eventsourcing's SQLite recorder, 1,000 a save; a second.

    Args:
        folder: where its database goes.
        bodies: the bodies of our entries, by kind, one for each household.
    """
    place = folder / f"es-{uuid4()}.db"
    application: Application[UUID] = Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(place)}
    )
    who = "run", "assess/2015-03"
    entries = 0
    start = time.perf_counter()
    for first in range(0, len(bodies), 250):
        accounts = []
        for own in bodies[first : first + 250]:
            account = Account()
            account.open(own["account.opened"]["scheme"], *who)
            account.assess("2015-03", own["contribution.assessed"], *who)
            account.collect("2015-03", own["contribution.collected"]["collected_cents"], *who)
            account.reserve("2015-03", own["savings.reserved"], *who)
            accounts.append(account)
            entries += 5  # its own event of creation counts in its favour
        application.save(*accounts)
    return entries / (time.perf_counter() - start)


def floor_rate(folder: Path, texts: list[str]) -> float:
    """Our bytes, ready; one SHA-256; durable SQLite rows with an account index; one commit."""
    place = folder / f"floor-{uuid4()}.db"
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(
            "CREATE TABLE e (seq INTEGER PRIMARY KEY, account TEXT, version INTEGER, body TEXT, "
            "digest BLOB, UNIQUE (account, version)) STRICT"
        )
        sha256 = hashlib.sha256
        rows = (
            (number, f"H-{number // 4:07d}", number % 4 + 1, text, sha256(text.encode()).digest())
            for number, text in enumerate(texts)
        )
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO e VALUES (?,?,?,?,?)", rows)
        connection.execute("COMMIT")
        return len(texts) / (time.perf_counter() - start)


def openfisca_rate(persons: int) -> float:
    """Compute the same arithmetic with OpenFisca-Core, one person a simulation; a second."""
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    from openfisca_core import periods
    from openfisca_core.entities import build_entity
    from openfisca_core.simulation_builder import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity(key="person", plural="persons", label="A person", is_person=True)

    def variable(name: str, formula: Any) -> type[Variable]:
        body: dict[str, Any] = {
            "value_type": float, "entity": person, "definition_period": periods.DateUnit.MONTH,
            "label": name,
        }  # fmt: skip
        if formula is not None:
            body["formula"] = formula
        return type(name, (Variable,), body)

    import numpy as np

    def exemption(population: Any, period: Any) -> Any:
        return np.minimum(population("net", period) * 0.25, 183.0)

    def countable(population: Any, period: Any) -> Any:
        return population("net", period) - population("exemption", period)

    def economic_value(population: Any, period: Any) -> Any:
        week = population("food", period) + population("clothing", period)
        return week * 4.33 + population("housing", period) * 4.33

    def contribution(population: Any, period: Any) -> Any:
        return np.minimum(population("countable", period), population("economic_value", period))

    system = TaxBenefitSystem([person])
    for name, formula in (
        ("net", None), ("food", None), ("clothing", None), ("housing", None),
        ("exemption", exemption), ("countable", countable), ("economic_value", economic_value),
        ("contribution", contribution),
    ):  # fmt: skip
        system.add_variable(variable(name, formula))
    start = time.perf_counter()
    for number in range(persons):
        simulation = SimulationBuilder().build_default_simulation(system, 1)
        values = (
            ("net", 300 + number % 700),
            ("food", 44.66),
            ("clothing", 12.95),
            ("housing", 45.38),
        )
        for name, value in values:
            simulation.set_input(name, "2015-03", [value])
        simulation.calculate("contribution", "2015-03")
    return persons / (time.perf_counter() - start)
