"""One simulation, however it is run: any executor, any chunks, from a file or from memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reba import HouseholdMonth, RebaError, SavingsPolicy, load_law, load_policy
from reba.errors import PolicyError, SimulationError
from reba.facts import SCHEMES
from reba.law.choices import load_choices
from reba.runs.workers import worker_pool
from reba.simulation import studying
from reba.simulation.assumptions import Assumptions, load_assumptions
from reba.simulation.chunks import Reports
from reba.simulation.one_by_one import lived_months
from reba.simulation.population import make_population
from reba.simulation.reform import Reform, reformed
from reba.simulation.results import Simulation
from reba.simulation.run import Variant
from reba.simulation.simulating import (
    MONTHS_MAX,
    Population,
    population_of,
    simulate,
    variants_of,
)
from reba.simulation.studying import study
from reba.testing.strategies import facts
from reba.version import __version__

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "policy"


def dated(policy: SavingsPolicy, day: str) -> SavingsPolicy:
    """Return a policy that is in force from another day on."""
    record: Any = policy.to_record()
    version = {**record["version"][0], "valid_from": day}
    return SavingsPolicy.from_record({**record, "version": [version]})


LAW = load_law()
POLICIES = [load_policy(EXAMPLES / f"{each}.toml") for each in ("quarter", "half", "most")]
ASSUMED = {
    each: load_assumptions(EXAMPLES / f"assumptions-{each}.toml") for each in ("reba", "rooo")
}
VARIANTS = variants_of(
    POLICIES,
    LAW,
    [Reform("higher", reformed(LAW, {"reba.exemption_maximum": "250.00"}, source="a proposal"))],
)
MONTHS = 36
SOME = settings(max_examples=max(25, settings().max_examples // 2))
OF_OLD = dated(POLICIES[0], "1990-01-01")
PEAK_MAX_RATIO = (3, 2)


def made(name: str, households: int) -> Iterator[HouseholdMonth]:
    for each in make_population(ASSUMED[name], households=households, seed=5):
        yield HouseholdMonth.model_validate(each)


def by_hand(name: str, month: str = "2015-03", **changes: object) -> HouseholdMonth:
    member = {"id": "P", "born": "1990-01-01", "residence_status": "permit_holder",
              "income": [{"kind": "earnings", "net": "700.00"}], "obligations": "0.00"}  # fmt: skip
    return HouseholdMonth.model_validate(
        {"scheme": "reba-2008", "month": month, "household": name, "members": [member],
         "provisions": {"shelter": True, "catering": False}, **changes}
    )  # fmt: skip


def short(*stays: int) -> Assumptions:
    record: Any = ASSUMED["reba"].to_record()
    months = [{"months": stay, "share": "0" if place else "1"} for place, stay in enumerate(stays)]
    record["stay"] = {**record["stay"], "months": months}
    return Assumptions.from_record(record)


FACTS = [
    *made("reba", 60),
    by_hand("H-1", "2030-01"),  # no amounts are known
    by_hand("H-2", "2015-05"), by_hand("H-2", "2015-04"),  # out of order
    *made("rooo", 0),
    by_hand("H-3", assets={"at_start": "30000.00", "debts_at_start": "0.00",
                           "started_on": "2015-01-01", "receipts": []}),
]  # fmt: skip


def lived(facts: Any, **options: Any) -> Simulation:
    return simulate(facts, VARIANTS, ASSUMED["reba"], months=MONTHS, **options)


@pytest.fixture(scope="module")
def whole() -> Simulation:
    """Return the simulation as one call without any option gives it."""
    return lived(FACTS)


def same(one: Simulation, two: Simulation) -> bool:
    """Whether two simulations say the same; whom they tell of first depends on the chunks."""
    assert sorted(one.refusals) == sorted(two.refusals)
    names = [each for each in Simulation.__slots__ if each != "refusals"]
    return all(getattr(one, name) == getattr(two, name) for name in names)


# ── executors and chunks ─────────────────────────────────────────────────────────────────────


def test_what_is_found_says_what_was_asked(whole: Simulation) -> None:
    assert (whole.months, whole.calendar, whole.first_months) == (
        MONTHS, "standing", ("2015-03", "2030-01"),
    )  # fmt: skip
    assert whole.households == 61
    assert whole.refused == {"law.no_value": 1, "simulation.months_out_of_order": 1}
    assert {each.household for each in whole.refusals} == {"H-1", "H-2"}
    assert whole.rows == len(FACTS) - 2  # those of H-2
    assert not whole.made  # not all of them were
    assert (whole.schemes, whole.engine_version) == (("reba-2008",), __version__)
    assert [each.name for each in whole.variants] == [each.name for each in VARIANTS]
    for variant in whole.variants:
        assert sum(each.households for each in variant.types) == whole.households
        assert sum(each.persons for each in variant.types) == whole.persons
    assert lived(list(made("reba", 3))).made


@pytest.mark.invariant("P10")
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_size_of_a_chunk_does_not_matter(size: int, whole: Simulation) -> None:
    assert same(lived(FACTS, chunk_households=size), whole)


def test_an_iterator_is_read_once_and_a_population_again_and_again(whole: Simulation) -> None:
    assert same(lived(iter(FACTS)), whole)
    population = population_of(iter(FACTS), months=MONTHS, chunk_households=7)
    assert population.households == 62  # H-1 is refused by the law, which was not asked yet
    assert same(lived(population), whole)
    assert same(lived(population), whole)


@pytest.mark.invariant("P10")
@pytest.mark.parametrize("size", [7, 1000])
def test_threads_find_the_same(size: int, whole: Simulation) -> None:
    with ThreadPoolExecutor(2) as executor:
        assert same(lived(FACTS, executor=executor, chunk_households=size), whole)
        population = population_of(FACTS, months=MONTHS, chunk_households=size)
        assert same(lived(population, executor=executor), whole)


@pytest.mark.invariant("P10")
def test_processes_find_the_same(whole: Simulation) -> None:
    with worker_pool(2) as executor:
        found = lived(FACTS, executor=executor, workers=2, chunk_households=20)
        assert same(found, whole)
        many = population_of(FACTS, months=MONTHS, chunk_households=31)
        assert same(lived(many, executor=executor, workers=2), whole)


class _Late(Executor):
    """Does what it is asked when a result is wanted, the last first; counts what waits."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: _Wanted = _Wanted(self)
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        self.most = max(self.most, len(self.waiting))
        return future

    def work(self) -> None:
        while self.waiting:
            future, task = self.waiting.pop()
            future.set_result(task())


class _Wanted(Future[Any]):
    def __init__(self, executor: _Late) -> None:
        super().__init__()
        self._executor = executor

    def result(self, timeout: float | None = None) -> Any:
        self._executor.work()
        return super().result(timeout)


@pytest.mark.invariant("P10")
def test_the_order_in_which_chunks_end_does_not_matter_and_few_wait(whole: Simulation) -> None:
    executor = _Late()
    assert same(lived(FACTS, executor=executor, workers=3, chunk_households=4), whole)
    assert executor.most == 2 * 3 + 1


def test_an_error_in_a_worker_comes_home() -> None:
    later = dated(POLICIES[0], "2016-01-01")
    with ThreadPoolExecutor(2) as executor, pytest.raises(PolicyError) as refused:
        simulate(
            FACTS, variants_of([later], LAW), ASSUMED["reba"], months=MONTHS, executor=executor
        )
    assert refused.value.code == "policy.no_version"


def test_progress_is_told_after_each_chunk_and_counts_everyone_lived_through() -> None:
    told: list[int] = []
    found = lived(FACTS, chunk_households=20, progress=told.append)
    assert told == sorted(told)
    assert len(told) >= 4
    assert told[-1] == 62  # with H-1, whom the law refuses; H-2 was never lived through
    assert found.households == 61


# ── what is refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("months", [-1, 0, MONTHS_MAX + 1])
def test_so_many_months_are_refused(months: int) -> None:
    for call in (
        lambda: simulate(FACTS, VARIANTS, ASSUMED["reba"], months=months),
        lambda: population_of(FACTS, months=months),
    ):
        with pytest.raises(SimulationError) as refused:
            call()
        assert refused.value.code == "simulation.months"
        assert refused.value.data == {"months": months, "maximum": MONTHS_MAX}


def test_the_most_months_can_be_lived_through() -> None:
    found = simulate([by_hand("H-1")], VARIANTS[:1], short(1, MONTHS_MAX), months=MONTHS_MAX)
    (only,) = found.variants[0].types
    assert len(only.balance_cents) == MONTHS_MAX
    assert only.balance_cents[-1] == 400000  # the maximum of the policy


def test_a_population_read_for_other_months_is_refused() -> None:
    population = population_of(FACTS, months=MONTHS)
    for months in (MONTHS - 1, MONTHS + 1):
        with pytest.raises(SimulationError) as refused:
            simulate(population, VARIANTS, short(6), months=months)
        assert refused.value.code == "simulation.other_months"
        assert refused.value.data == {"months": months, "held": MONTHS}


def test_a_population_keeps_its_calendar() -> None:
    rows = [by_hand("H-1"), by_hand("H-2")]
    population = population_of(rows, months=6, calendar="running")
    assert isinstance(population, Population)
    found = simulate(population, VARIANTS, short(6), months=6)
    expected = simulate(rows, VARIANTS, short(6), months=6, calendar="running")
    assert found.calendar == "running"
    assert same(found, expected)


def test_a_stay_beyond_the_last_month_is_refused() -> None:
    with pytest.raises(SimulationError) as refused:
        simulate(FACTS, VARIANTS, short(3, 7), months=6)
    assert refused.value.code == "simulation.stay_too_long"
    assert refused.value.data == {"stay": 7, "months": 6}
    assert simulate(FACTS, VARIANTS, short(3, 7), months=7).households == 61


def test_without_a_policy_or_a_household_there_is_nothing_to_simulate() -> None:
    with pytest.raises(SimulationError) as refused:
        simulate(FACTS, (), ASSUMED["reba"], months=MONTHS)
    assert refused.value.code == "simulation.no_policy"
    for rows, first in (
        ([], "The population is empty."),
        ([by_hand("H-1", "2030-01")], "No value is known"),
        ([by_hand("H-1", "2015-04"), by_hand("H-1", "2015-03")], "do not stand in the order"),
    ):
        for given_as in (rows, iter(rows), population_of(rows, months=MONTHS)):
            with pytest.raises(SimulationError) as refused:
                lived(given_as)
            assert refused.value.code == "simulation.empty"
            assert first in str(refused.value)


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_household_in_two_places_is_refused_also_where_one_is_out_of_order(size: int) -> None:
    """Else it would be simulated with the reports of one place, and told as left out with both."""
    apart = by_hand("H-9")
    asset = by_hand("H-1", assets={"at_start": "9000.00", "debts_at_start": "0.00",
                                   "started_on": "2015-01-01", "receipts": []})  # fmt: skip
    out_of_order = [by_hand("H-1", "2015-05"), by_hand("H-1", "2015-04")]
    for rows in (
        [by_hand("H-1"), apart, by_hand("H-1")],
        [by_hand("H-1"), apart, asset],  # held apart from the rest
        [*out_of_order, apart, by_hand("H-1", "2015-06")],
        [by_hand("H-1", "2015-06"), apart, *out_of_order],
        [*out_of_order, apart, *out_of_order],
    ):
        with pytest.raises(SimulationError) as refused:
            simulate(rows, VARIANTS, short(6), months=6, chunk_households=size)
        assert refused.value.code == "simulation.household_twice"
        assert refused.value.data["household"] == "H-1"
        with pytest.raises(SimulationError):
            population_of(rows, months=6, chunk_households=size)


def test_a_refusal_tells_of_the_household_itself_and_of_its_own_month() -> None:
    """Incomes between the thresholds, without choices: each with its own income and month."""

    def report(name: str, month: str, euros: str) -> HouseholdMonth:
        return HouseholdMonth.model_validate(
            {"scheme": "rooo", "month": month, "household": name,
             "members": [{"id": "P", "born": "1990-01-01",
                          "income": [{"kind": "earnings", "net": euros}]}],
             "provisions": {"shelter": True, "catering": False}}
        )  # fmt: skip

    rows = [
        report("A", "2025-10", "400.00"),
        report("B", "2025-10", "100.00"), report("B", "2026-01", "500.00"),
        report("C", "2025-10", "450.00"), report("C", "2025-12", "460.00"),
        report("D", "2025-10", "100.00"),
    ]  # fmt: skip
    found = simulate(rows, VARIANTS[:2], short(6), months=6)
    assert found.refused == {"law.choices_missing": 3}
    told = {each.household: (each.month_index, each.sentence) for each in found.refusals}
    assert {name: index for name, (index, _) in told.items()} == {"A": 0, "B": 3, "C": 0}
    for name, euros in (("A", "400.00"), ("B", "500.00"), ("C", "450.00")):
        assert euros in told[name][1], name
    assert {each.variant for each in found.refusals} == {VARIANTS[0].name}
    choices = load_choices(ROOT / "examples" / "municipal" / "choices.toml")
    assert simulate(rows, VARIANTS, short(6), months=6, choices=choices).refused == {}


def _refused_slowly(reports: Reports, months: int) -> tuple[int, str, str] | None:
    """Return the first month that the rules refuse, one `assess` after the other, and why."""
    for count in range(1, months + 1):
        try:
            lived_months(
                reports, OF_OLD, LAW, months=count, calendar="standing",
                collection_share=(1, 1),
            )  # fmt: skip
        except RebaError as error:
            return count - 1, error.code, str(error)
    return None


@SOME
@given(st.data())
def test_who_is_refused_is_told_what_the_rules_say(data: st.DataObject) -> None:
    scheme = data.draw(st.sampled_from(SCHEMES))
    whole: list[Reports] = []
    for number in range(data.draw(st.integers(1, 4))):
        ids = st.just(f"H-{number}")
        drawn = [data.draw(facts(scheme=scheme, ids=ids, allow_no_value=True, max_members=3))]
        first = HouseholdMonth.model_validate(drawn[0]).month
        for later in sorted(data.draw(st.sets(st.integers(1, 3), max_size=1))):
            months = st.just(first + later)
            drawn.append(data.draw(facts(scheme=scheme, ids=ids, months=months, max_members=3,
                                         allow_no_value=True)))  # fmt: skip
        rows = tuple(HouseholdMonth.model_validate(each) for each in drawn)
        whole.append(Reports(f"H-{number}", rows))
    expected = {each.household: _refused_slowly(each, 4) for each in whole}
    taken = [each for each in whole if expected[each.household] is None]
    seen = [*(row for each in whole for row in each.rows), by_hand("H-9")]
    found = simulate(seen, variants_of([OF_OLD], LAW), short(4), months=4)
    assert found.households == len(taken) + 1
    told = {each.household: each for each in found.refusals}
    assert set(told) == {name for name, each in expected.items() if each is not None}
    for name, each in told.items():
        slowly = expected[name]
        assert slowly is not None
        assert (each.month_index, each.code) == slowly[:2]
        if each.code == "law.choices_missing":  # of two values without an amount either is named
            assert each.sentence == slowly[2]


def test_reports_after_the_last_month_change_nothing() -> None:
    first, later = (
        by_hand("H-1"),
        by_hand("H-1", "2015-09", provisions={"shelter": False, "catering": False}),
    )
    one, two = (simulate(rows, VARIANTS, short(6), months=6) for rows in ([first], [first, later]))
    assert one.variants == two.variants
    assert simulate([first, later], VARIANTS, short(6), months=7).variants[0].types


# ── a study ──────────────────────────────────────────────────────────────────────────────────


def test_a_study_is_the_simulation_and_what_moves_its_first_policy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: Any = (object(),)  # they have tests of their own, and take long
    monkeypatch.setattr(studying, "lines_of", lambda *_given: lines)
    rows = list(made("reba", 20))
    variants: list[Variant] = [VARIANTS[0], VARIANTS[3]]
    found = study(iter(rows), variants, ASSUMED["reba"], months=MONTHS, sensitivity=True)
    plain = simulate(rows, variants, ASSUMED["reba"], months=MONTHS)
    assert same(found.simulation, plain)
    assert [each.name for each in found.simulation.variants] == [each.name for each in variants]
    assert found.lines is lines
    assert len({each.parameter for each in found.runs}) == len(found.runs) > 20
    for run in found.runs:
        assert run.base.variant == found.simulation.variants[0]
        assert run.low.variant.name == f"{run.parameter} = {run.low.value}"
        assert run.high.variant.name == f"{run.parameter} = {run.high.value}"
    without = study(rows, variants, ASSUMED["reba"], months=MONTHS)
    assert without.runs == ()
    assert same(without.simulation, plain)


# ── memory ───────────────────────────────────────────────────────────────────────────────────


def _streamed(examples: list[list[HouseholdMonth]], households: int) -> Iterator[HouseholdMonth]:
    """Give made households under names of their own, one at a time."""
    for number in range(households):
        for report in examples[number % len(examples)]:
            yield report.model_copy(update={"household": f"M-{number}"})


def _peak(examples: list[list[HouseholdMonth]], households: int) -> int:
    """Return the most bytes that are held at once while so many are lived through."""
    facts = _streamed(examples, households)
    tracemalloc.start()
    try:
        found = simulate(facts, VARIANTS[:1], short(12), months=12, chunk_households=1000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.households == households
    return peak


def test_five_times_as_many_households_need_hardly_more_memory() -> None:
    """A chunk is forgotten once it was lived through; of a household eight bytes are kept."""
    by_household = groupby(made("reba", 60), key=lambda each: each.household)
    households = [list(rows) for _, rows in by_household]
    examples = [rows for rows in households if len(rows) == 1 and len(rows[0].members) == 1]
    _peak(examples, 1000)  # what is loaded once is loaded before
    times, over = PEAK_MAX_RATIO
    assert _peak(examples, 20_000) * over < _peak(examples, 4_000) * times
