"""What is measured of ours, through the public interface."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from reba import HouseholdMonth, Ledger, Month, assess, load_law, load_policy, open_ledger
from reba.ledger.entries import envelope_json
from reba.runs.month import run_month

__all__ = ["account_seconds", "booked_texts", "facts_file", "run_facts", "run_rate", "trace_rate"]

ROOT = Path(__file__).parents[2]
POLICY = load_policy(ROOT / "examples" / "policies" / "vng-half.toml")
COMPOSITIONS = ((1, 0), (1, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 1), (2, 3), (1, 0), (2, 0))


def _facts(number: int, month: str) -> dict[str, object]:
    adults, children = COMPOSITIONS[number % len(COMPOSITIONS)]
    members: list[dict[str, object]] = [
        {"id": f"P-{n}", "born": "1985-06-15" if n < adults else "2008-02-01",
         "residence_status": "permit_holder"}
        for n in range(adults + children)
    ]  # fmt: skip
    net = 15000 + number * 137 % 40000
    members[0]["income"] = [{"kind": "earnings", "net": f"{net // 100}.{net % 100:02d}"}]
    members[0]["obligations"] = "0.00"
    return {
        "scheme": "reba-2008", "month": month, "household": f"H-{number:07d}", "members": members,
        "provisions": {"shelter": True, "catering": False}, "collected": f"{net // 200}.00",
    }  # fmt: skip


def facts_file(folder: Path, households: int, month: str = "2015-03") -> Path:
    """Write the facts of a month, all compositions mixed, every household with a worker."""
    path = folder / f"facts-{households}-{month}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(_facts(n, month)) + "\n" for n in range(households))
    return path


def run_facts(facts: Path, ledger: Ledger, month: Month, executor: Executor | None) -> None:
    report = run_month(
        facts, month=month, ledger=ledger, policy=POLICY, law=load_law(), executor=executor
    )
    if report.rejected:
        msg = f"{report.rejected} rows were rejected"
        raise SystemExit(msg)


def run_rate(facts: Path, place: Path, executor: Executor | None = None) -> tuple[float, int]:
    """Run a month into a new ledger on disk; entries a second, and entries."""
    with open_ledger(place) as ledger:
        start = time.perf_counter()
        run_facts(facts, ledger, Month(2015, 3), executor)
        seconds = time.perf_counter() - start
        return ledger.size() / seconds, ledger.size()


def booked_texts(facts: Path, place: Path) -> tuple[list[str], list[dict[str, dict[str, Any]]]]:
    """Return the bytes of our entries (envelope and body), and the bodies by household."""
    run_rate(facts, place)
    texts: list[str] = []
    bodies: dict[str, dict[str, dict[str, Any]]] = {}
    with open_ledger(place, create=False, read_only=True) as ledger:
        for entry in ledger.entries():
            texts.append(envelope_json(entry) + (entry.body_json or ""))
            bodies.setdefault(entry.account, {})[entry.kind] = entry.body or {}
    return texts, list(bodies.values())


def account_seconds(place: Path, times: int = 300) -> float:
    """Read the state of accounts by id; seconds each."""
    with open_ledger(place, create=False, read_only=True) as ledger:
        names = list(_spread(ledger.accounts(), times))
        start = time.perf_counter()
        for name in names:
            ledger.account(name)
        return (time.perf_counter() - start) / len(names)


def _spread(names: Iterator[str], count: int) -> Iterator[str]:
    held = list(names)
    yield from held[:: max(1, len(held) // count)]


def trace_rate(times: int) -> float:
    """Assess one household with its full cited trace, facts validated; a second."""
    law = load_law()
    line = json.dumps(_facts(0, "2015-03"))
    facts = HouseholdMonth.from_json(line)
    start = time.perf_counter()
    for _ in range(times):
        steps = assess(facts, law).steps
    seconds = time.perf_counter() - start
    if steps[-1].id != "contribution":
        msg = "no trace"
        raise SystemExit(msg)
    return times / seconds


if __name__ == "__main__":  # a child process, for its peak memory
    _place, _file = Path(sys.argv[1]), Path(sys.argv[2])
    run_rate(_file, _place)
    # Not ru_maxrss: it starts from what the parent process had in use.
    _status = Path("/proc/self/status").read_text(encoding="ascii")
    sys.stdout.write(_status.split("VmHWM:")[1].split()[0])
