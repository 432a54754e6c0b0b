"""Made populations: every record is valid, like its assumptions, and the same for the same seed."""

from __future__ import annotations

import copy
import hashlib
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reba import HouseholdMonth, Month, assess, load_law
from reba.cli.app import app, run
from reba.errors import AssumptionsError
from reba.money import parse_euros
from reba.simulation.assumptions import Assumptions, PopulationAssumptions, load_assumptions
from reba.simulation.population import make_population

ROOT = Path(__file__).parents[2]
FILES = {
    name: ROOT / "examples" / "policy" / f"assumptions-{name}.toml" for name in ("reba", "rooo")
}
READ = {name: load_assumptions(path) for name, path in FILES.items()}
MANY = 20_000
Case = dict[str, Any]


def _made(name: str, households: int, seed: int = 1) -> list[Case]:
    return list(make_population(READ[name], households=households, seed=seed))


@pytest.fixture(scope="module", params=["reba", "rooo"])
def drawn(request: pytest.FixtureRequest) -> tuple[PopulationAssumptions, list[list[Case]]]:
    """Many households, each with its reports in order."""
    assumptions = READ[request.param].population
    assert assumptions is not None
    reports: dict[str, list[Case]] = {}
    for facts in _made(request.param, MANY):
        reports.setdefault(str(facts["household"]), []).append(facts)
    return assumptions, list(reports.values())


# ── like its assumptions ─────────────────────────────────────────────────────────────────────


def _agrees(seen: int, total: int, share: Fraction) -> bool:
    """Whether a count lies within five standard deviations of what is expected, in integers."""
    part, whole = share.numerator, share.denominator
    return (seen * whole - total * part) ** 2 <= 25 * total * part * (whole - part)


def _assert_weights(seen: Counter[Any], weights: Iterable[tuple[Any, int]]) -> None:
    """Hold counts against weights; nothing may be counted that has no weight."""
    table = dict(weights)
    whole, total = sum(table.values()), sum(seen.values())
    assert set(seen) <= set(table)
    for value, weight in table.items():
        assert _agrees(seen[value], total, Fraction(weight, whole)), (value, seen[value], total)


def _assert_bands(values: Iterable[int], bands: Iterable[tuple[tuple[int, int], int]]) -> None:
    """Hold values against bands, and each half of a band against half of its weight."""
    table = list(bands)
    lasts = [band[1] for band, _ in table]
    seen: Counter[int] = Counter()
    lower: Counter[int] = Counter()
    for value in values:
        index = bisect_left(lasts, value)
        (first, last), _ = table[index]
        assert first <= value <= last
        seen[index] += 1
        lower[index] += value - first < (last - first + 1) // 2
    _assert_weights(seen, [(index, weight) for index, (_, weight) in enumerate(table)])
    for index, ((first, last), _) in enumerate(table):
        half = Fraction((last - first + 1) // 2, last - first + 1)
        assert _agrees(lower[index], seen[index], half)


def _age(born: str, day: date) -> int:
    birth = date.fromisoformat(born)
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _nets(members: Iterable[Case], kind: str) -> list[int]:
    return [
        parse_euros(item["net"])
        for member in members
        for item in member.get("income", ())
        if item["kind"] == kind
    ]


def test_who_lives_together_is_as_assumed(
    drawn: tuple[PopulationAssumptions, list[list[Case]]],
) -> None:
    assumptions, households = drawn
    day = assumptions.month.first_day
    ages = [[_age(m["born"], day) for m in rows[0]["members"]] for rows in households]
    grown = [sum(age >= 18 for age in each) for each in ages]
    seen = Counter((a, len(each) - a) for a, each in zip(grown, ages, strict=True))
    _assert_weights(
        seen, [((c.adults, c.children), weight) for c, weight in assumptions.compositions]
    )
    together = [age for each in ages for age in each]
    _assert_bands([age for age in together if age >= 18], assumptions.adult_ages)
    _assert_bands([age for age in together if age < 18], assumptions.child_ages)
    statuses = Counter(
        frozenset(m.get("residence_status") for m in rows[0]["members"]) for rows in households
    )
    weights = assumptions.residence_status or ((None, 1),)
    _assert_weights(statuses, [(frozenset([status]), weight) for status, weight in weights])


def test_work_and_income_are_as_assumed(
    drawn: tuple[PopulationAssumptions, list[list[Case]]],
) -> None:
    assumptions, households = drawn
    adults = [m for rows in households for m in rows[0]["members"]
              if _age(m["born"], assumptions.month.first_day) >= 18]  # fmt: skip
    working = [m for m in adults if _nets([m], "earnings")]
    assert _agrees(len(working), len(adults), assumptions.working_share)
    _assert_bands(_nets(working, "earnings"), assumptions.earnings)
    with_benefit = _nets(adults, "benefit")
    assert _agrees(len(with_benefit), len(adults), assumptions.benefit_share)
    _assert_bands(with_benefit, assumptions.benefits)
    limited = [m for m in working if m.get("residence_status") == "asylum_seeker"]
    assert all(("exemption_weeks_used" in m) == (m in limited) for m in working[:500])
    if assumptions.exemption_weeks is not None:
        _assert_bands([m["exemption_weeks_used"] for m in limited], assumptions.exemption_weeks)
    if assumptions.allowance_share is not None:
        paid = sum(m.get("receives_allowance", True) for m in adults)
        assert _agrees(paid, len(adults), assumptions.allowance_share)


def test_work_starts_and_stops_as_assumed(
    drawn: tuple[PopulationAssumptions, list[list[Case]]],
) -> None:
    assumptions, households = drawn
    changes: dict[bool, Counter[int | None]] = {True: Counter(), False: Counter()}
    for rows in households:
        months = [Month.parse(row["month"]) - assumptions.month for row in rows]
        assert months == sorted(set(months))
        assert months[0] == 0
        for number, member in enumerate(rows[0]["members"]):
            if _age(member["born"], assumptions.month.first_day) < 18:
                continue
            works = [bool(_nets([row["members"][number]], "earnings")) for row in rows]
            changed = [month for month, now in zip(months, works, strict=True) if now != works[0]]
            changes[works[0]][changed[0] if changed else None] += 1
            assert works == sorted(works, reverse=works[0])  # it changes once
    for works_first, shares in ((False, assumptions.starts), (True, assumptions.stops)):
        seen, total = changes[works_first], sum(changes[works_first].values())
        assert set(seen) == {None, *(month for month, _ in shares)}
        for month, share in shares:
            assert _agrees(seen[month], total, share)


def test_provisions_and_assets_are_as_assumed(
    drawn: tuple[PopulationAssumptions, list[list[Case]]],
) -> None:
    assumptions, households = drawn
    catering = sum(rows[0]["provisions"]["catering"] for rows in households)
    assert _agrees(catering, MANY, assumptions.catering_share)
    if assumptions.assets is None:
        assert not any("assets" in row for rows in households for row in rows)
    else:
        owned = [parse_euros(rows[0]["assets"]["at_start"]) for rows in households]
        _assert_bands(owned, assumptions.assets)


# ── facts that the rules take ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["reba", "rooo"])
def test_every_record_is_a_household_month_and_says_all_that_a_decision_needs(name: str) -> None:
    law = load_law()
    for facts in _made(name, 1500):
        read = HouseholdMonth.model_validate(facts)
        assert json.loads(json.dumps(facts)) == facts
        assert facts["household"].startswith("M-")
        first = facts["month"] == str(READ[name].population.month)  # type: ignore[union-attr]
        if name == "reba" and first:
            assert assess(read, law).not_supplied == ()


def test_a_household_is_reported_again_directly_after_with_what_changed_alone() -> None:
    rows = _made("reba", 2000)
    again = 0
    for before, after in pairwise(rows):
        if before["household"] != after["household"]:
            continue
        again += 1
        assert before["month"] < after["month"]
        changed = {key for key in before if before[key] != after[key]}
        assert changed <= {"month", "members", "assets"}
        assert "charged_before" not in after["assets"]  # it follows from the months between
        assert {**before["assets"], "charged_before": None} == {
            **after["assets"], "charged_before": None,
        }  # fmt: skip
        for one, other in zip(before["members"], after["members"], strict=True):
            assert (one["id"], one["born"]) == (other["id"], other["born"])
    assert again > 500
    assert len({row["household"] for row in rows}) == 2000


def test_weeks_of_the_exemption_go_on_counting_while_someone_works() -> None:
    """Two adults: one starts later, so that the weeks of the other are reported again."""
    record = copy.deepcopy(READ["reba"].to_record())
    population: Any = record["population"]
    population["compositions"]["rows"] = [{"adults": 2, "children": 0, "weight": 1}]
    population["residence_status"].update(asylum_seeker=1, permit_holder=0)
    population["work"].update(share="0.5", starts=[{"after": 3, "share": "1"}], stops=[])
    population["exemption_weeks"]["bands"] = [
        {"from": 4, "to": 4, "weight": 1}, {"from": 24, "to": 24, "weight": 1},
    ]  # fmt: skip
    found: Counter[tuple[int | None, ...]] = Counter()
    for facts in make_population(Assumptions.from_record(record), households=200, seed=3):
        if facts["month"] == "2015-06":
            members: Any = facts["members"]
            found[tuple(sorted(m["exemption_weeks_used"] for m in members))] += 1
    # 13 weeks lie in three months; who has used all 24 uses no more; who starts has used none.
    assert set(found) == {(0, 17), (0, 24), (0, 0)}


# ── the same for the same seed ───────────────────────────────────────────────────────────────


def _sha256(rows: Iterable[Case]) -> str:
    return hashlib.sha256("\n".join(json.dumps(row) for row in rows).encode()).hexdigest()


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("reba", "f04ddba2056afaf3aa02a5842abe2847a3964e8ba260f450eee22fa01232677b"),
        ("rooo", "2c933e3d67d594b8cb7e4cf8b1be911aeca02ac0c69ac85819085d7c280722b2"),
    ],
)
def test_the_same_seed_gives_the_same_households_on_every_machine(name: str, digest: str) -> None:
    assert _sha256(_made(name, 1000, seed=2015)) == digest


def test_another_seed_gives_others_and_more_households_begin_with_the_same() -> None:
    seeds = (0, 1, -1, 2, 2015, 2**70)
    assert len({_sha256(_made("reba", 50, seed)) for seed in seeds}) == len(seeds)
    fewer, more = _made("reba", 50), _made("reba", 90)
    assert more[: len(fewer)] == fewer
    assert _made("reba", 0) == []


def test_without_a_population_nothing_can_be_made() -> None:
    record = READ["reba"].to_record()
    del record["population"]
    with pytest.raises(AssumptionsError) as raised:
        make_population(Assumptions.from_record(record), households=1, seed=1)
    assert raised.value.code == "assumptions.no_population"


# ── the command ──────────────────────────────────────────────────────────────────────────────


def _make(*more: str) -> list[str]:
    options = ["--assumptions", str(FILES["rooo"]), "--households", "30", "--seed", "7"]
    return ["population", "make", *options, *more]


def test_the_command_writes_lines_that_a_run_reads_and_says_that_they_are_made(
    tmp_path: Path,
) -> None:
    place = tmp_path / "made.jsonl"
    done = CliRunner().invoke(app, _make("--out", str(place)))
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "MADE: nobody in these 30 households exists." in done.stderr
    assert READ["rooo"].digest in done.stderr
    lines = place.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == _made("rooo", 30, seed=7)
    assert list(tmp_path.iterdir()) == [place]
    printed = CliRunner().invoke(app, _make())
    assert printed.stdout == place.read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["made.jsonl", "none/made.jsonl"])
def test_the_command_overwrites_nothing_and_leaves_no_half_file(
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = tmp_path / "made.jsonl"
    kept.write_text("kept\n")
    monkeypatch.setattr("sys.argv", ["reba", *_make("--out", str(tmp_path / place))])
    assert run() == 3
    assert capsys.readouterr().err.startswith("[run.output] ")
    assert kept.read_text() == "kept\n"
    assert list(tmp_path.iterdir()) == [kept]
