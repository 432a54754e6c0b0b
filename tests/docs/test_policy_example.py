"""The policy example: the study runs, what it says is true, and a rerun gives the same bytes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from reba import HouseholdMonth, assess, load_law, load_policy
from reba.errors import AssumptionsError
from reba.money import format_euros, parse_euros
from reba.simulation.assumptions import load_assumptions, parse_assumptions
from reba.simulation.chunks import Reports, reports_of
from reba.simulation.figures import figures_of
from reba.simulation.measures import WORKING, groups_of, measure
from reba.simulation.one_by_one import lived_months
from reba.simulation.population import make_population
from reba.simulation.reform import reformed
from reba.simulation.simulating import simulate, variants_of
from reba.simulation.sweep import grid

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "policy"
POLICIES = {each: load_policy(FOLDER / f"{each}.toml") for each in ("quarter", "half", "most")}
ASSUMPTIONS = load_assumptions(FOLDER / "assumptions-reba.toml")
HOUSEHOLDS = 30
MONTHS = 36
LAW = load_law()
_DUTCH_PAGES_ALONE: Final = """
import runpy, sys
from functools import partial
import reba.simulation
reba.simulation.write_report = partial(reba.simulation.write_report, languages=("nl",))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def _run(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True, text=True, check=False, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _study(folder: Path) -> tuple[str, ...]:
    return (
        str(FOLDER / "study.py"), "--out", str(folder), "--households", str(HOUSEHOLDS),
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the study was written, with what it printed beside it."""
    place = tmp_path_factory.mktemp("study")
    printed = _run(*_study(place / "study"), PYTHONHASHSEED="1")
    (place / "printed.txt").write_text(printed, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    return (folder / "printed.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def facts() -> list[HouseholdMonth]:
    drawn = make_population(ASSUMPTIONS, households=HOUSEHOLDS, seed=1)
    return [HouseholdMonth.model_validate(each) for each in drawn]


def test_what_it_says_of_each_policy_is_what_a_simulation_finds(
    printed: str, facts: list[HouseholdMonth], folder: Path
) -> None:
    assert f"{HOUSEHOLDS} made households, {len(facts)} reports\n" in printed
    found = simulate(facts, variants_of(list(POLICIES.values()), LAW), ASSUMPTIONS, months=MONTHS)
    for variant in found.variants:
        figures = figures_of(measure(groups_of(variant)[WORKING], ASSUMPTIONS))
        saved, less = figures["saved_cents"], figures["receives_less_cents"]
        assert saved
        assert less
        line = rf"{variant.name} +saved +{format_euros(saved)} a household, .* {format_euros(less)}"
        assert re.search(rf"^{line} less$", printed, re.MULTILINE), variant.name
    files = int(re.findall(r"^(\d+) files in ", printed, re.MULTILINE)[0])
    written = {each.name for each in (folder / "study").iterdir()}
    assert len(written) == files + 1  # and the traced month
    assert {"report-nl.html", "report-en.html", "simulation.json", "traced.json"} <= written


def test_the_reform_and_the_sweep_come_out_as_it_says(
    printed: str, facts: list[HouseholdMonth]
) -> None:
    half = POLICIES["half"]
    higher = reformed(LAW, {"reba.exemption_maximum": "250.00"}, source="a question of this study")
    before, after = (
        simulate(facts, variants_of([half], law), ASSUMPTIONS, months=MONTHS).variants[0]
        for law in (LAW, higher)
    )
    cents = [sum(groups_of(each)["all"].contribution_cents) for each in (before, after)]
    said = re.findall(r"reform made in \d+ ms: contributions (\S+) euros", printed)
    assert said == [format_euros(cents[1] - cents[0])]
    axes = {
        "reserve.share": ["0.10", "0.25", "0.50", "0.75", "1.00"],
        "reserve.monthly_max": ["50.00", "100.00", "150.00", "200.00", "none"],
    }
    swept = simulate(facts, grid(half, LAW, axes), ASSUMPTIONS, months=MONTHS).variants
    balances = {each.name: groups_of(each)["all"].balance_cents[-1] for each in swept}
    count, name = re.findall(r"of (\d+) variants, (\S+) saves most", printed)[0]
    assert int(count) == len(balances) == 25
    assert balances[name] == max(balances.values()) > min(balances.values())


def test_the_traced_number_is_that_of_assess_and_of_the_simulation(
    printed: str, facts: list[HouseholdMonth], folder: Path
) -> None:
    line = re.findall(
        r"^(M-\d+) in month 12 owes (\S+) and saves (\S+): try", printed, re.MULTILINE
    )
    ((household, owes, saves),) = line
    traced = folder / "study" / "traced.json"
    assert printed.count(str(traced)) == 1
    record = json.loads(_run("-m", "reba", "assess", traced, "--json"))
    assert format_euros(record["contribution_cents"]) == owes != "0.00"
    read = HouseholdMonth.from_json(traced.read_text(encoding="utf-8"))
    assert read.household == household
    assert assess(read, LAW).contribution_cents == record["contribution_cents"]
    for step in record["steps"][-3:]:
        cents = step["amount_cents"] or 0
        assert f"  {step['label_en']}: {format_euros(cents)} ({step['legal'][0]})\n" in printed
    # By itself, the household adds up to the same in its twelfth month.
    own = [each for each in facts if each.household == household]
    variants = variants_of([POLICIES["half"]], LAW)
    (alone,) = simulate(own, variants, ASSUMPTIONS, months=MONTHS).variants[0].types
    assert alone.contribution_cents[11] == record["contribution_cents"]
    assert alone.reserved_cents[11] == parse_euros(saves)


def test_the_numbers_of_the_study_are_sums_of_months_that_can_be_traced(
    facts: list[HouseholdMonth], folder: Path
) -> None:
    """Every contribution and reserve of `months.csv`, added up from `assess` and `reserve`."""
    record = json.loads((folder / "study" / "simulation.json").read_text(encoding="utf-8"))
    table = record["tables"]["months"]
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    share = ASSUMPTIONS.collection_share
    sums: dict[tuple[str, int], list[int]] = {}
    for reports in reports_of(facts):
        assert isinstance(reports, Reports)
        for policy in POLICIES.values():
            lived = lived_months(
                reports, policy, LAW, months=MONTHS, calendar="standing",
                collection_share=(share.numerator, share.denominator),
            )  # fmt: skip
            for month in lived:
                own = sums.setdefault((policy.id, month.month_index), [0, 0])
                own[0] += month.assessment.contribution_cents
                own[1] += month.reserve.reserved_cents
    found: dict[tuple[str, int], list[int]] = {}
    for row in rows:
        own = found.setdefault((row["variant"], row["month_index"]), [0, 0])
        own[0] += row["contribution_cents"]
        own[1] += row["reserved_cents"]
    assert len(found) == len(POLICIES) * MONTHS
    assert found == sums


def test_a_rerun_gives_the_same_bytes(printed: str, folder: Path, tmp_path: Path) -> None:
    """Under another seed of hashes; one page of the two is drawn again, which takes long enough."""
    again = tmp_path / "study"
    said = _run("-c", _DUTCH_PAGES_ALONE, *_study(again), PYTHONHASHSEED="2")
    files = {each.name for each in again.iterdir()}
    assert files == {each.name for each in (folder / "study").iterdir()} - {"report-en.html"}
    for name in files:
        assert (again / name).read_bytes() == (folder / "study" / name).read_bytes(), name

    def lasting(text: str, place: Path) -> str:
        text = re.sub(r"^\d+ files", "files", text.replace(str(place), "study"), flags=re.MULTILINE)
        return re.sub(r"made in \d+ ms", "made", text)

    assert lasting(said, again) == lasting(printed, folder / "study")


def test_the_policies_are_illustrative_and_recommend_nothing() -> None:
    assert len({policy.id for policy in POLICIES.values()}) == 3
    for name, policy in POLICIES.items():
        assert policy.status == "illustrative"
        assert set(policy.schemes) == {"reba-2008", "rooo"}
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        head = " ".join(line.removeprefix("#").strip() for line in text.splitlines()[:2])
        assert "No pilot has adopted it" in head
        assert "they recommend nothing" in head
        reserve = policy.versions[0].reserve
        assert policy.title.startswith(
            {"quarter": "A quarter of what comes from earnings",
             "half": "Half of what comes from earnings",
             "most": "Three quarters of all income"}[name]
        )  # fmt: skip
        assert (str(reserve.share), reserve.base) == {
            "quarter": ("1/4", "earnings"), "half": ("1/2", "earnings"), "most": ("3/4", "income"),
        }[name]  # fmt: skip
        monthly = reserve.monthly_max_cents
        said = re.findall(r"at most (\d+) euros a month", policy.title)
        assert said == ([] if monthly is None else [str(monthly // 100)])


@pytest.mark.parametrize("name", ["reba", "rooo"])
def test_every_assumption_says_where_it_comes_from(name: str) -> None:
    path = FOLDER / f"assumptions-{name}.toml"
    assert load_assumptions(path).title.startswith("Made assumptions")
    text = path.read_text(encoding="utf-8")
    assert "They say nothing about the people who" in " ".join(text.split("\n# "))
    assert "made up for this example" in text
    tables = [line for line in text.splitlines() if re.fullmatch(r"\[[a-z_.]+\].*", line)]
    sources = [line for line in text.splitlines() if line.startswith("source = ")]
    assert len(sources) == len(tables) - 1  # [population] itself says only when
    unsourced = text.replace(sources[1] + "\n", "", 1)
    with pytest.raises(AssumptionsError) as refused:
        parse_assumptions(unsourced, file="unsourced.toml")
    assert [fault.code for fault in refused.value.faults] == ["assumptions.missing"]
