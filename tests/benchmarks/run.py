"""Print the table of ratios: python tests/benchmarks/run.py [--quick] [--only P1 P6] [--ledger L].

Needs the extra `bench`. Each row measures us and a peer or floor in this same run, three times and
more, and prints medians and the ratio. Rates differ from machine to machine; ratios travel.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from audits import (
    CORES,
    ENTRIES_A_YEAR,
    audit_floor_seconds,
    audit_seconds,
    booked_in_eventsourcing,
    books_in,
    command_seconds,
    entries_of,
    file_check_seconds,
    loading,
    replay_seconds,
    year_of,
)
from ours import account_seconds, booked_texts, facts_file, run_rate, trace_rate
from peers import eventsourcing_rate, floor_rate, openfisca_rate
from simulations import differences, openfisca_seconds, population, simulate_seconds

TIMES = 3
LEDGER: Path | None = None
"""A ledger to measure P5 on; without one, a smaller one is made."""
COMPUTES = "from reba import HouseholdMonth, assess, load_law"
MODELS = "from pydantic import BaseModel, BeforeValidator, Field, PlainValidator, model_validator"


class Row(NamedTuple):
    """One line of the table."""

    name: str
    what: str
    ours: float
    peer: float
    ratio: float
    must: str
    stretch: str
    met: bool


def _median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(TIMES))


def _new(folder: Path) -> Path:
    return folder / f"{time.monotonic_ns()}.reba"


def p1_p2(folder: Path, households: int) -> list[Row]:
    """The monthly run against eventsourcing's append, and against the floor."""
    facts = facts_file(folder, households)
    # The peers get a quarter of it: holding all of ours in memory would slow this process down.
    texts, bodies = booked_texts(facts_file(folder, households // 4), _new(folder))
    ours, alone, peer, floor = [], [], [], []
    with ProcessPoolExecutor(1) as executor:  # one worker assesses, this process books
        executor.submit(abs, 1).result()
        for _ in range(TIMES):  # side by side, so that a slow moment hits all
            ours.append(run_rate(facts, _new(folder), executor)[0])
            alone.append(run_rate(facts, _new(folder))[0])
            floor.append(floor_rate(folder, texts))
            peer.append(eventsourcing_rate(folder, bodies))
    rate, single, other, bottom = (statistics.median(each) for each in (ours, alone, peer, floor))
    peers, share = rate / other, rate / bottom
    return [
        Row("P1", "monthly run in one process, entries/s, against eventsourcing", single, other,
            single / other, "", "", True),
        Row("P2", "the same in one process, as a share of the floor", single, bottom,
            single / bottom, "", "", True),
        Row("P1", "monthly run with one worker, entries/s, against eventsourcing", rate, other,
            peers, "5x", "10x", peers >= 5),
        Row("P2", "the same with one worker, as a share of the floor", rate, bottom,
            share, "0.4", "0.8", share >= 0.4),
    ]  # fmt: skip


def _year(folder: Path, entries: int) -> Path:
    return year_of(folder, entries // ENTRIES_A_YEAR)


def p3(folder: Path, scale: int) -> list[Row]:
    """Verify and replay against eventsourcing's replay, and against the floor."""
    place = _year(folder, 5 * scale)
    entries = entries_of(place)
    database, accounts, events = booked_in_eventsourcing(folder, place)
    ours, alone, peer, floor, file = [], [], [], [], []
    for _ in range(TIMES):  # side by side, so that a slow moment hits all
        ours.append(entries / audit_seconds(place, recompute=False, workers=CORES))
        alone.append(entries / audit_seconds(place, recompute=False))
        peer.append(events / replay_seconds(database, accounts))
        floor.append(entries / audit_floor_seconds(place))
        file.append(entries / file_check_seconds(place))
    database.unlink()
    rate, single, other, bottom, checked = map(statistics.median, (ours, alone, peer, floor, file))
    ratio = rate / other
    return [
        Row("P3", f"verify + replay, {CORES} workers, entries/s, against eventsourcing's replay",
            rate, other, ratio, "8x", "25x", ratio >= 8),
        Row("P3", "the same in one process", single, other, single / other, "", "", True),
        Row("P3", f"the same, {CORES} workers, as a share of the floor on as many cores",
            rate, CORES * bottom, rate / bottom / CORES, "", "", True),
        Row("P3", "the same in one process, against SQLite's check of its file, a part of it",
            single, checked, single / checked, "", "", True),
    ]  # fmt: skip


def p4(folder: Path, scale: int) -> list[Row]:
    """Verify and replay against tools that read the journal of the same ledger."""
    place = _year(folder, 5 * scale)
    entries = entries_of(place)
    commands = loading(*books_in(folder, place))
    aims = {"beancount load": (30, 90), "hledger bal": (20, 55), "ledger bal": (4, 10)}
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(TIMES):
        ours.append(entries / audit_seconds(place, recompute=False, workers=CORES))
        for name, command in commands.items():
            if command is not None:
                theirs[name].append(entries / command_seconds(command))
    rate, rows = statistics.median(ours), []
    for name, measured in theirs.items():
        must, stretch = aims[name]
        what = f"verify + replay, {CORES} workers, entries/s, against {name}"
        if measured:
            peer = statistics.median(measured)
            rows.append(Row("P4", what, rate, peer, rate / peer, f"{must}x", f"{stretch}x",
                            rate / peer >= must))  # fmt: skip
        else:
            nan = float("nan")
            rows.append(Row("P4", f"{what}: not installed", rate, nan, nan, "", "", True))
    return rows


def p5(folder: Path, scale: int) -> list[Row]:
    """Verify and replay ten million entries; of a smaller ledger, what that would take."""
    place = LEDGER or _year(folder, 10 * scale)
    entries = entries_of(place)
    seconds = _median(lambda: audit_seconds(place, recompute=False, workers=CORES))
    floor = _median(lambda: audit_floor_seconds(place))
    whole = 10_000_000 / entries
    how = "" if 0.99 < whole < 1.01 else f", extrapolated from {entries}"
    return [Row("P5", f"10M entries verified and replayed, {CORES} workers, s{how}",
                seconds * whole, floor * whole / CORES, seconds * CORES / floor, "25 s", "10 s",
                seconds * whole <= 25)]  # fmt: skip


def p6(_folder: Path, scale: int) -> list[Row]:
    """One household with its full trace against OpenFisca, one person a simulation."""
    ours = _median(lambda: trace_rate(scale // 5))
    peer = _median(lambda: openfisca_rate(scale // 20))
    return [Row("P6", "full cited trace, household-months/s, against OpenFisca", ours, peer,
                ours / peer, "5x", "20x", ours / peer >= 5)]  # fmt: skip


def p7(_folder: Path, scale: int) -> list[Row]:
    """Populations under policies, beside OpenFisca with the same formula, end to end."""
    few = 262_144 if scale >= 100_000 else 32_768
    many, rows = 4 * few, []
    for policies in (10, 1):
        people = population(few, 60)
        ours, peer = [], []
        for _ in range(TIMES):  # side by side, so that a slow moment hits both
            ours.append(simulate_seconds(people, 60, policies, CORES))
            peer.append(openfisca_seconds(people, 60, policies))
        taken, other = statistics.median(ours), statistics.median(peer)
        size, must = few * 60 * policies, policies > 1
        what = f"{few} households, 60 months, {policies} policies, household-months/s"
        rows.append(Row("P7", what, size / taken, size / other, other / taken,
                        "5x" if must else "", "10x" if must else "",
                        not must or other / taken >= 5))  # fmt: skip
    hundred = simulate_seconds(population(few, 60), 60, 100, CORES)
    nothing = float("nan")
    rows.append(Row("P7", f"{few} households, 60 months, 100 policies, s", hundred, nothing,
                    nothing, "", "", True))  # fmt: skip
    people, year = population(many, 60), population(many, 12)
    ours, peer = [], []
    for _ in range(TIMES):
        ours.append(simulate_seconds(people, 60, 1, CORES))
        peer.append(openfisca_seconds(year, 12, 1))
    taken, other = statistics.median(ours), statistics.median(peer)
    rows.append(Row("P7", f"{many} households, 60 months, one policy, s; OpenFisca: 12 months",
                    taken, other, other / taken, "1x", "", other >= taken))  # fmt: skip
    return rows


def p8(_folder: Path, scale: int) -> list[Row]:
    """Households of every kind: columns, `assess` and the oracle, to the cent."""
    count = 10 * scale
    columns, by_oracle, refused, _ = differences(count, seed=8)
    return [
        Row("P8", f"{count} households ({refused} refused): columns and assess differ", columns,
            0.0, float("nan"), "0", "0", columns == 0),
        Row("P8", "the same: assess and the oracle differ", by_oracle, 0.0, float("nan"),
            "0", "0", by_oracle == 0),
    ]  # fmt: skip


def _import_seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def p9(_folder: Path, _scale: int) -> list[Row]:
    """Import, less the start of Python: of the name, and of what computes."""
    codes = ("pass", "import reba", "import pydantic", COMPUTES, MODELS)
    taken = {code: statistics.median(_import_seconds(code) for _ in range(9)) for code in codes}
    bare, ours, pydantic, computes, models = (taken[code] for code in codes)
    rows = []
    for what, one, two in (
        ("import reba, s, against import pydantic", ours, pydantic),
        ("import what computes, s, against the parts of pydantic it uses", computes, models),
    ):
        ratio = (one - bare) / (two - bare)
        rows.append(Row("P9", what, one - bare, two - bare, ratio, "1.5x", "1.2x", ratio <= 1.5))
    return rows


def _peak_kib(folder: Path, households: int) -> float:
    facts = facts_file(folder, households)
    command = [sys.executable, Path(__file__).with_name("ours.py"), _new(folder), facts]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def p10(folder: Path, households: int) -> list[Row]:
    """Peak memory of a run, at one and at ten times the households."""
    small, large = _peak_kib(folder, households // 10), _peak_kib(folder, households)
    return [Row("P10", "peak memory, KiB, 10x households against 1x", large, small, large / small,
                "constant", "", large / small <= 1.25)]  # fmt: skip


def p11(folder: Path, households: int) -> list[Row]:
    """Time at ten times the entries, against ten times the time."""
    few, many = (facts_file(folder, n) for n in (households // 10, households))
    places = _new(folder), _new(folder)
    rows = []
    rates = [
        statistics.median(run_rate(facts, _new(folder))[0] for _ in range(TIMES))
        for facts in (few, many)
    ]
    for facts, place in zip((few, many), places, strict=True):
        run_rate(facts, place)
    growth = rates[0] / rates[1]
    rows.append(Row("P11", "run: time an entry, 10x against 1x", 1 / rates[1], 1 / rates[0],
                    growth, "1 +- 0.15", "", growth <= 1.15))  # fmt: skip
    for recompute, what in ((True, "audit"), (False, "audit without computing again")):
        small, large = (
            _median(lambda p=place, r=recompute: audit_seconds(p, recompute=r)) for place in places
        )
        growth = large / small / 10
        rows.append(Row("P11", f"{what}: time an entry, 10x against 1x", large, small, growth,
                        "1 +- 0.15", "", growth <= 1.15))  # fmt: skip
    small, large = (_median(lambda p=place: account_seconds(p)) for place in places)
    rows.append(Row("P11", "account by id: time, 10x against 1x", large, small, large / small,
                    "O(own)", "", large / small <= 1.5))  # fmt: skip
    return rows


TASKS: dict[str, Callable[[Path, int], list[Row]]] = {
    "P1": p1_p2, "P3": p3, "P4": p4, "P5": p5, "P6": p6,
    "P7": p7, "P8": p8, "P9": p9, "P10": p10, "P11": p11,
}  # fmt: skip


def _verdict(row: Row) -> str:
    if not row.must:
        return ""
    return "met" if row.met else "NOT MET"


def main() -> int:
    """Measure, print, and leave with 1 where a must is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--only", nargs="*", choices=TASKS, default=list(TASKS))
    parser.add_argument("--ledger", type=Path, help="for P5: a ledger of ten million entries")
    options = parser.parse_args()
    globals()["LEDGER"] = options.ledger
    scale = 10_000 if options.quick else 100_000
    with tempfile.TemporaryDirectory(prefix="reba-bench-") as name:
        rows = [row for task in options.only for row in TASKS[task](Path(name), scale)]
    print(f"{'':5}{'what':76}{'ours':>12}{'peer':>12}{'ratio':>8}  {'must':10}{'stretch':8}")
    for row in rows:
        print(
            f"{row.name:5}{row.what:76}{row.ours:>12.6g}{row.peer:>12.6g}{row.ratio:>8.2f}  "
            f"{row.must:10}{row.stretch:8}{_verdict(row)}"
        )
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
