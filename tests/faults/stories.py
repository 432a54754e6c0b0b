"""Ledgers and commands for the tests of faults, and what makes two ledgers the same.

facts = write_facts(folder / "facts.jsonl", 2500)
carried_out([run_command(facts, ledger)], folder)
assert_as_undisturbed(ledger, undisturbed)
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from reba import HouseholdMonth, Ledger, audit, load_policy, open_ledger
from reba.cli.app import run
from reba.ledger.accounts import fold
from reba.ledger.entries import Entry
from unit.test_office import POLICY, POLICY_TEXT, Office

__all__ = [
    "HALF",
    "HALF_FILE",
    "MARKED",
    "MONTH",
    "ROOT",
    "Essence",
    "Said",
    "accounts_of",
    "assert_as_undisturbed",
    "batch_ends",
    "bytes_of",
    "closed_long_ago",
    "code_of",
    "essence",
    "essences",
    "office_at",
    "row",
    "run_command",
    "said_by",
    "saved_and_ended",
    "small_ledger",
    "write_facts",
    "write_policy",
]

ROOT: Final = Path(__file__).parents[2]
HALF_FILE: Final = ROOT / "examples" / "policies" / "vng-half.toml"
HALF: Final = load_policy(HALF_FILE)
MONTH: Final = "2015-03"
OWED_CENTS: Final = 30000
MARKED: Final = "unmistakable"
"""What stands in bodies that are destroyed, and nowhere else."""


def row(number: int, **changes: object) -> dict[str, object]:
    """Give the facts of a household that owes 300.00, of which a part came in."""
    collected = number * 7919 % (OWED_CENTS + 1)
    return {
        "scheme": "reba-2008",
        "month": MONTH,
        "household": f"H-{number}",
        "members": [
            {
                "id": f"P-{number}",
                "born": "1990-05-14",
                "residence_status": "permit_holder",
                "income": [{"kind": "earnings", "net": "400.00"}],
                "obligations": "0.00",
            }
        ],
        "provisions": {"shelter": True, "catering": False},
        "collected": f"{collected // 100}.{collected % 100:02d}",
        **changes,
    }


def write_facts(path: Path, households: int) -> Path:
    """Write the facts of a month; one row in the middle is rejected, and one stands there twice."""
    lines = [json.dumps(row(number)) for number in range(households)]
    lines[households // 2 : households // 2] = ['{"scheme": ', lines[0]]
    path.write_text("\n".join(lines) + "\n")
    return path


def run_command(facts: Path, ledger: Path | str, *more: str) -> list[str]:
    """Give the command that runs the month."""
    given = ["--month", MONTH, "--ledger", str(ledger), "--policy", str(HALF_FILE)]
    return ["run", str(facts), *given, *more]


def office_at(place: Path) -> Office:
    """Open an office on disk: its clock is in June 2015."""
    office = Office()
    office.ledger.close_store()
    office.ledger = open_ledger(place, clock=lambda: office.now[0])
    return office


def write_policy(path: Path) -> Path:
    """Write the policy of the office, under which all that comes in is saved."""
    path.write_text(POLICY_TEXT)
    return path


def saved_and_ended(place: Path) -> None:
    """Make a ledger in which a household saved 300.00, and its procedure has ended."""
    office = office_at(place)
    with office.ledger:
        office.save(OWED_CENTS)
        office.end()


def closed_long_ago(place: Path, accounts: int) -> None:
    """Make a ledger of accounts that were closed and settled in 2015, and of one that goes on."""
    office = office_at(place)
    with office.ledger:
        for number in range(accounts):
            name, member = f"H-{number}", f"{MARKED}-{number}"
            office.save(OWED_CENTS, account=name, members=((member, "1990-05-14"),))
            office.end(account=name, member=member)
            state = office.ledger.close(name, case="granted", policy=POLICY, legal_basis=MARKED)
            office.pay(office.approve(state.releases[0].release), batch=f"B-{number}")
        office.save(20000, account="open", members=(("P-kept", "1991-06-15"),))


def small_ledger(place: Path, households: int = 3) -> Ledger:
    """Make a ledger of so many households, a batch each, and leave it open."""
    ledger = open_ledger(place, clock=lambda: datetime(2015, 4, 1, 8, tzinfo=UTC))
    for number in range(households):
        ledger.assess(HouseholdMonth.model_validate(row(number)), policy=HALF)
    return ledger


# ── commands in this process ─────────────────────────────────────────────────────────────────


class Said(NamedTuple):
    """The exit status of a command, and what it said of errors."""

    status: int
    errors: str


def said_by(*command: str) -> Said:
    """Give a command in this process."""
    errors, before = io.StringIO(), sys.argv
    sys.argv = ["reba", *command]
    try:
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            status = run()
        return Said(status, errors.getvalue())
    finally:
        sys.argv = before


def code_of(said: Said) -> str:
    """Return the code of the error that was said; it may be no fault of ours."""
    assert "[internal]" not in said.errors, said.errors
    assert "Traceback" not in said.errors, said.errors
    return said.errors.partition("[")[2].partition("]")[0]


# ── when are two ledgers the same ────────────────────────────────────────────────────────────


class Essence(NamedTuple):
    """What an entry says, without the instant of recording and the salt, and what hangs on them."""

    seq: int
    account: str
    version: int
    kind: str
    effective: str
    actor: str
    command_id: str
    supersedes: str | None
    body: str | None
    schema: int


def essence(entry: Entry) -> Essence:
    """Return what an entry says but for time and salt."""
    return Essence(
        entry.seq, entry.account, entry.version, entry.kind, entry.effective, entry.actor,
        entry.command_id, entry.supersedes, entry.body_json, entry.schema,
    )  # fmt: skip


def essences(place: Path | str) -> list[Essence]:
    """Return what the entries of a ledger say, in order."""
    with open_ledger(place, create=False, read_only=True) as ledger:
        return [essence(entry) for entry in ledger.entries()]


def batch_ends(entries: Sequence[Entry]) -> frozenset[int]:
    """Return how many entries there were after each batch: a batch is recorded at one instant."""
    ends = {one.seq for before, one in pairwise(entries) if one.recorded_at != before.recorded_at}
    return frozenset({0, len(entries), *ends})


def accounts_of(ledger: Ledger) -> dict[str, dict[str, object]]:
    """Return the state of every account: its balances, months, releases."""
    names = list(ledger.accounts())
    held = ledger.store.read_accounts(names)
    return {name: fold(held[name]).to_record() for name in names}


def assert_as_undisturbed(
    place: Path | str, undisturbed: Path | str, *, recompute: bool = True
) -> None:
    """Hold a ledger that was disturbed against one that was not."""
    with (
        open_ledger(place, create=False, read_only=True) as one,
        open_ledger(undisturbed, create=False, read_only=True) as two,
    ):
        ours, theirs = map(essence, one.entries()), map(essence, two.entries())
        for left, right in zip(ours, theirs, strict=True):
            assert left == right
        assert accounts_of(one) == accounts_of(two)
        assert list(one.store.documents()) == list(two.store.documents())
        assert audit(one, recompute=recompute).findings == ()


def bytes_of(places: Sequence[Path]) -> bytes:
    """Return all bytes of ledgers and of the files that SQLite keeps beside them."""
    found = [file for place in places for file in place.parent.glob(f"{place.name}*")]
    return b"".join(file.read_bytes() for file in sorted(found))
