"""Auditing a ledger of a year: ours, the floor below it, and others that read the same books."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import groupby
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.application import Application
from ours import facts_file, run_facts
from peers import Account

from reba import Month, audit, open_ledger
from reba.exports.journal import CHART, journal
from reba.ledger.audit_order import block_root
from reba.ledger.entries import quote
from reba.ledger.stores.parts import ReadsInParts
from reba.ledger.tiles import TILE_HASHES

__all__ = [
    "CORES", "ENTRIES_A_YEAR", "audit_floor_seconds", "audit_seconds", "booked_in_eventsourcing",
    "books_in", "command_seconds", "entries_of", "file_check_seconds", "loading", "replay_seconds",
    "year_of",
]  # fmt: skip

MONTHS = 12
ENTRIES_A_YEAR = 1 + 3 * MONTHS
"""Of a household: one opens its account; each month is assessed, collected and split."""

CORES = os.cpu_count() or 1


# ── ours ─────────────────────────────────────────────────────────────────────────────────────


def year_of(folder: Path, households: int) -> Path:
    """Book the twelve months of 2015 for so many households, as monthly runs do."""
    place = folder / f"year-{households}.reba"
    if not place.exists():
        with open_ledger(place) as ledger:
            for number in range(1, MONTHS + 1):
                facts = facts_file(folder, households, f"2015-{number:02d}")
                run_facts(facts, ledger, Month(2015, number), None)
                facts.unlink()
    return place


def entries_of(place: Path) -> int:
    """Return the number of entries of a ledger."""
    with open_ledger(place, create=False, read_only=True) as ledger:
        return ledger.size()


def audit_seconds(place: Path, *, recompute: bool, workers: int = 1) -> float:
    """Audit a ledger; seconds. Without `recompute` that is verify and replay."""
    with open_ledger(place, create=False, read_only=True) as ledger:
        start = time.perf_counter()
        report = audit(ledger, recompute=recompute, workers=workers)
        seconds = time.perf_counter() - start
    if not report.clean:
        msg = "the ledger is not clean"
        raise SystemExit(msg)
    return seconds


def audit_floor_seconds(place: Path) -> float:
    """Read every row, write its envelope, hash envelope, body and node; seconds, on one core.

    No audit in Python can be faster: nothing is parsed here, and no account is folded.
    """
    sha256, quoted = hashlib.sha256, quote
    with open_ledger(place, create=False, read_only=True) as ledger:
        store = ledger.store
        if not isinstance(store, ReadsInParts):
            raise SystemExit(place)
        start = time.perf_counter()
        for rows in store.stream(0, store.size()):
            leaves: list[bytes] = []
            for (
                seq, account, version, kind, effective, recorded_at, actor, command_id, supersedes,
                body, salt, digest, leaf, schema,
            ) in rows:  # fmt: skip
                envelope = (
                    f'\x00{{"account":"{account}","actor":{quoted(actor)},"body_digest":'
                    f'"{digest.hex()}","command_id":{quoted(command_id)},"effective":'
                    f'"{effective}","entry_id":"{account}/{version}","kind":"{kind}",'
                    f'"recorded_at":"{recorded_at}","schema":{schema},"seq":{seq},"supersedes":'
                    f'{"null" if supersedes is None else quoted(supersedes)},"version":{version}}}'
                )
                if (
                    sha256(envelope.encode()).digest() != leaf
                    or sha256((salt or b"") + (body or "").encode()).digest() != digest
                ):
                    raise SystemExit(seq)
                leaves.append(leaf)
            if len(leaves) == TILE_HASHES:
                block_root(b"".join(leaves))
        return time.perf_counter() - start


def file_check_seconds(place: Path) -> float:
    """Let SQLite look for faults in its file, which is a part of each audit; seconds."""
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as connection:
        start = time.perf_counter()
        connection.execute("PRAGMA integrity_check(20)").fetchall()
        return time.perf_counter() - start


# ── eventsourcing ────────────────────────────────────────────────────────────────────────────


def _application(database: Path) -> Application[UUID]:
    return Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(database)}
    )


def booked_in_eventsourcing(folder: Path, place: Path) -> tuple[Path, list[UUID], int]:
    """Give eventsourcing the entries of a ledger; its database, its accounts, and its events."""
    database = folder / f"es-{uuid4()}.db"
    application = _application(database)
    accounts: dict[str, Account] = {}
    events = 0
    with open_ledger(place, create=False, read_only=True) as ledger:
        for month, entries in groupby(ledger.entries(), key=lambda entry: entry.command_id):
            touched: dict[str, Account] = {}
            for entry in entries:
                if entry.account not in accounts:
                    accounts[entry.account] = Account()
                    events += 1  # its own event of creation
                account = touched[entry.account] = accounts[entry.account]
                _tell(account, entry.kind, entry.effective, entry.body or {}, month)
                events += 1
            held = list(touched.values())
            for first in range(0, len(held), 250):
                application.save(*held[first : first + 250])
    return database, [account.id for account in accounts.values()], events


def _tell(account: Account, kind: str, month: str, body: dict[str, object], command: str) -> None:
    who = "run", command
    if kind == "account.opened":
        account.open(str(body["scheme"]), *who)
    elif kind == "contribution.assessed":
        account.assess(month, body, *who)
    elif kind == "contribution.collected":
        account.collect(month, body["collected_cents"], *who)  # type: ignore[arg-type]
    else:
        account.reserve(month, body, *who)


def replay_seconds(database: Path, accounts: list[UUID]) -> float:
    """Replay every account from eventsourcing's database; it verifies nothing. Seconds."""
    application = _application(database)
    start = time.perf_counter()
    for account in accounts:
        application.repository.get(account)
    return time.perf_counter() - start


# ── plain text accounting ────────────────────────────────────────────────────────────────────

NAMES = {name: f"Assets:{name.replace('_', '-').capitalize()}" for name in CHART}


def _euros(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def books_in(folder: Path, place: Path) -> tuple[Path, Path]:
    """Write the journal of a ledger for ledger and hledger, and for beancount.

    In their favour: no account per household, so that they keep eight balances where an audit
    keeps those of every household.
    """
    plain, bean = folder / "books.journal", folder / "books.beancount"
    with (
        open_ledger(place, create=False, read_only=True) as ledger,
        plain.open("w", encoding="ascii") as one,
        bean.open("w", encoding="ascii") as other,
    ):
        other.writelines(f"2015-01-01 open {name} EUR\n" for name in NAMES.values())
        for _, group in groupby(journal(ledger.entries()), key=lambda posting: posting.seq):
            postings = list(group)
            first = postings[0]
            one.write(f"{first.recorded_on} * {first.entry_id}\n")
            other.write(f'{first.recorded_on} * "{first.entry_id}"\n')
            for posting in postings:
                name, amount = NAMES[posting.account], _euros(posting.amount_cents)
                one.write(f"    {name}  EUR {amount}\n")
                other.write(f"  {name}  {amount} EUR\n")
            one.write("\n")
            other.write("\n")
    return plain, bean


_BEAN = (
    "import sys; from beancount import loader; "
    "entries, errors, _ = loader.load_file(sys.argv[1]); sys.exit(bool(errors))"
)


def loading(plain: Path, bean: Path) -> dict[str, list[str] | None]:
    """Return, by name, the command of each tool that reads the books; None where there is none."""
    commands: dict[str, list[str] | None] = {
        "hledger bal": ["hledger", "-f", str(plain), "bal"],
        "ledger bal": ["ledger", "-f", str(plain), "bal"],
    }
    for name, command in commands.items():
        if command is not None and shutil.which(command[0]) is None:
            commands[name] = None
    there = subprocess.run(
        [sys.executable, "-c", "import beancount"], capture_output=True, check=False
    )
    found = None if there.returncode else [sys.executable, "-c", _BEAN, str(bean)]
    return {"beancount load": found, **commands}


def command_seconds(command: list[str]) -> float:
    """Run a command to its end; seconds."""
    environment = {**os.environ, "BEANCOUNT_DISABLE_LOAD_CACHE": "1"}
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start
