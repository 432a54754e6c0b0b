"""What P7 and P8 measure: populations under policies, beside OpenFisca and `reba.assess`."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from reba import HouseholdMonth, Law, Month, RebaError, SavingsPolicy, assess, load_law, load_policy
from reba.law.choices import MunicipalChoices, load_choices
from reba.simulation import (
    Assumptions,
    Population,
    Variant,
    load_assumptions,
    make_population,
    population_of,
    simulate,
    variants_of,
)
from reba.simulation.chunks import Chunk, Reports, chunk_of
from reba.simulation.engine import LawRun, LeftOut
from reba.simulation.reba2008_columns import Reba2008Month
from reba.simulation.reba2008_rows import Reba2008Rows
from reba.testing import oracle

__all__ = ["differences", "openfisca_seconds", "population", "simulate_seconds"]

ROOT = Path(__file__).parents[2]
MADE = ROOT / "examples" / "policy" / "assumptions-reba.toml"
HALF = ROOT / "examples" / "policies" / "vng-half.toml"
CHOICES = ROOT / "examples" / "municipal" / "choices.toml"
DRAWN = 262_144


# ── P7 ───────────────────────────────────────────────────────────────────────────────────────


def _assumptions(months: int) -> Assumptions:
    """The made assumptions of the example, with one stay as long as the simulation."""
    record: dict[str, Any] = load_assumptions(MADE).to_record()
    record["stay"]["months"] = [{"months": months, "share": "1"}]
    record["population"]["work"] |= {"starts": [], "stops": []}
    return Assumptions.from_record(record)


def population(households: int, months: int) -> Population:
    """Households of one report each; the same ones again, as often as it takes."""
    drawn = min(DRAWN, households)
    made = make_population(_assumptions(months), households=drawn, seed=1)
    found = population_of(
        map(HouseholdMonth.model_validate, made), months=months, chunk_households=drawn
    )
    times, rest = divmod(households, drawn)
    assert rest == 0, "a multiple of what is drawn"
    return Population(found.chunks * times, found.reader, months)


def _policies(count: int) -> list[SavingsPolicy]:
    record: dict[str, Any] = load_policy(HALF).to_record()
    found = []
    for number in range(count):
        head = {**record["policy"], "id": f"variant-{number}"}
        (version,) = record["version"]
        reserve = {**version["reserve"], "share": f"0.{number + 1:03}"}
        found.append(
            SavingsPolicy.from_record(
                {"policy": head, "version": [{**version, "reserve": reserve}]}
            )
        )
    return found


def simulate_seconds(people: Population, months: int, policies: int, threads: int) -> float:
    """Live a population through some months under some policies."""
    variants: tuple[Variant, ...] = variants_of(_policies(policies), load_law())
    assumptions = _assumptions(months)
    with ThreadPoolExecutor(threads) as executor:
        start = time.perf_counter()
        simulate(people, variants, assumptions, months=months, executor=executor, workers=threads)
        return time.perf_counter() - start


def _inputs(people: Population) -> dict[str, Any]:
    """What OpenFisca is given: a household's two earners, its ceiling and its assets."""
    columns: dict[str, list[Any]] = {}
    law = load_law()
    for chunk in people.chunks:
        (part,) = chunk.parts
        rows = part.rows
        assert isinstance(rows, Reba2008Rows)
        everyone = np.ones(rows.size, dtype=np.bool_)
        rules = Reba2008Month(rows, law, part.month, everyone)
        amounts = rules.amounts(~rows.limited, np.zeros(rows.size, dtype=np.int64), everyone)
        order = np.zeros(rows.earner_row.size, dtype=np.int64)
        order[1:] = rows.earner_row[1:] == rows.earner_row[:-1]
        for earner in (0, 1):
            chosen = order == earner
            for name, values in (
                ("earnings", rows.earnings_cents / 100), ("other", rows.other_cents / 100),
                ("limited", rows.limited), ("weeks", rows.weeks_used),
            ):  # fmt: skip
                column = np.zeros(rows.size)
                column[rows.earner_row[chosen]] = values[chosen]
                columns.setdefault(f"{name}_{earner}", []).append(column)
        columns.setdefault("ceiling", []).append(amounts.ceiling_cents / 100)
        columns.setdefault("assets", []).append(rules.asset_total_cents / 100)
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _exemption(earner: int) -> Any:
    def formula(of: Any, month: Any) -> Any:
        part = np.minimum(np.round(of(f"earnings_{earner}", month) * 0.25, 2), 183.0)
        return np.where(of(f"applies_{earner}", month) > 0, part, 0.0)

    return formula


def _earned(of: Any, month: Any) -> Any:
    return sum(of(f"earnings_{n}", month) - of(f"exemption_{n}", month) for n in (0, 1))


def _countable(of: Any, month: Any) -> Any:
    return of("earned", month) + of("other_0", month) + of("other_1", month)


def _from_income(of: Any, month: Any) -> Any:
    return np.minimum(of("countable", month), of("ceiling", month))


def _from_earnings(of: Any, month: Any) -> Any:
    countable, ceiling = of("countable", month), of("ceiling", month)
    share = np.round(ceiling * of("earned", month) / np.maximum(countable, 0.01), 2)
    return np.where(countable > ceiling, share, of("earned", month))


def _from_assets(of: Any, month: Any) -> Any:
    room = of("ceiling", month) - of("from_income", month)
    return np.minimum(room, np.maximum(of("assets", month) - of("charged", month), 0.0))


def _charged(first: str) -> Any:
    def formula(of: Any, month: Any) -> Any:
        if str(month) == first:
            return np.zeros(of.count, dtype=np.float32)
        return of("charged", month.last_month) + of("from_assets", month.last_month)

    return formula


def _contribution(of: Any, month: Any) -> Any:
    return of("from_income", month) + of("from_assets", month)


def _system(policies: int, first: str) -> Any:
    from openfisca_core import periods
    from openfisca_core.entities import build_entity
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    household = build_entity(
        key="household", plural="households", label="A household", is_person=True
    )
    system = TaxBenefitSystem([household])

    def add(name: str, formula: Any = None) -> None:
        body: dict[str, Any] = {
            "value_type": float, "entity": household, "label": name,
            "definition_period": periods.DateUnit.MONTH,
        }  # fmt: skip
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (Variable,), body))

    given = [f"{name}_{n}" for name in ("earnings", "other", "applies") for n in (0, 1)]
    for name in (*given, "ceiling", "assets"):
        add(name)
    formulas = {
        "exemption_0": _exemption(0), "exemption_1": _exemption(1), "earned": _earned,
        "countable": _countable, "from_income": _from_income, "from_earnings": _from_earnings,
        "from_assets": _from_assets, "charged": _charged(first), "contribution": _contribution,
    }  # fmt: skip
    for name, formula in formulas.items():
        add(name, formula)
    for number in range(policies):
        _add_policy(add, number, first)
    return system


def _add_policy(add: Any, number: int, first: str) -> None:
    share = (number + 1) / 1000

    def reserve(of: Any, month: Any) -> Any:
        part = np.minimum(np.round(of("from_earnings", month) * share, 2), 150.0)
        if str(month) == first:
            return part
        return np.minimum(part, 6000.0 - of(f"balance_{number}", month.last_month))

    def balance(of: Any, month: Any) -> Any:
        new = of(f"reserve_{number}", month)
        return new if str(month) == first else of(f"balance_{number}", month.last_month) + new

    add(f"reserve_{number}", reserve)
    add(f"balance_{number}", balance)


def openfisca_seconds(people: Population, months: int, policies: int) -> float:
    """Compute the same formula with OpenFisca-Core, end to end, from columns to sums.

    It is given what we compute: the ceiling, all that is charged against assets, and in which
    months an exemption applies. Members are spread over two earners, so that it need not add up
    groups, and what becomes of the savings at the end is left out.
    """
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    from openfisca_core.simulation_builder import SimulationBuilder

    given = _inputs(people)
    names = [str(Month(2015, 3) + index) for index in range(months)]
    system = _system(policies, names[0])
    applies = [
        [np.where(given[f"limited_{n}"] > 0, (given[f"weeks_{n}"] < 24) & (index % 12 < 6), True)
         for n in (0, 1)]
        for index in range(months)
    ]  # fmt: skip
    size = len(given["ceiling"])
    start = time.perf_counter()
    simulation = SimulationBuilder().build_default_simulation(system, size)
    for index, month in enumerate(names):
        for earner in (0, 1):
            for name in ("earnings", "other"):
                simulation.set_input(f"{name}_{earner}", month, given[f"{name}_{earner}"])
            simulation.set_input(f"applies_{earner}", month, applies[index][earner])
        for name in ("ceiling", "assets"):
            simulation.set_input(name, month, given[name])
    for month in names:
        simulation.calculate("contribution", month).sum()
        for number in range(policies):
            simulation.calculate(f"reserve_{number}", month).sum()
            simulation.calculate(f"balance_{number}", month).sum()
    return time.perf_counter() - start


# ── P8 ───────────────────────────────────────────────────────────────────────────────────────

KINDS = ("earnings", "earnings", "earnings", "holiday_pay", "benefit", "maintenance",
         "asset_income", "tax_refund", "child_benefit", "chores")  # fmt: skip
REBA_MONTHS = (*tuple(str(Month(2011, 4) + n) for n in range(57)), "2022-03", "2022-04", "2016-01")
ROOO_MONTHS = tuple(str(Month(2024, 7) + n) for n in range(18))


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _member(draw: random.Random, number: int, month: str, scheme: str) -> dict[str, Any]:
    first = Month.parse(month).first_day
    adult = number == 0 or draw.random() < 0.5
    age = draw.randrange(18, 70) if adult else draw.randrange(18)
    born = date(first.year - age, draw.randrange(1, 13), draw.randrange(1, 29))
    member: dict[str, Any] = {"id": f"P-{number}", "born": min(born, first).isoformat()}
    if draw.random() < 0.1:
        member["receives_allowance"] = False
    items: list[dict[str, str]] = []
    for _ in range(draw.choice((0, 1, 1, 2, 3))):
        item = {"kind": draw.choice(KINDS), "net": _euros(draw.randrange(0, 180_000))}
        if draw.random() < 0.2:
            item["earned_in"] = str(Month.parse(month) - draw.randrange(0, 3))
        items.append(item)
    if items:
        member["income"] = items
    if scheme == "rooo":
        return member
    member["residence_status"] = draw.choice(("asylum_seeker", "permit_holder"))
    member["exemption_weeks_used"] = draw.randrange(0, 53)
    if draw.random() < 0.5:
        member["obligations"] = _euros(draw.randrange(0, 30_000))
    if not adult and draw.random() < 0.2:
        since = max(date.fromisoformat(member["born"]), date(first.year - 1, 1, 1))
        member["child_benefit_since"] = since.isoformat()
    return member


def random_facts(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Households of every kind, of no likelihood at all: to reach every branch of the rules."""
    draw = random.Random(seed)  # noqa: S311 (nothing secret)
    for number in range(count):
        scheme = draw.choice(("reba-2008", "reba-2008", "rooo"))
        month = draw.choice(REBA_MONTHS if scheme == "reba-2008" else ROOO_MONTHS)
        size = draw.choice((1, 1, 1, 2, 2, 3, 4, 5, 6))
        facts: dict[str, Any] = {
            "scheme": scheme, "month": month, "household": f"H-{number}",
            "members": [_member(draw, each, month, scheme) for each in range(size)],
            "provisions": {"shelter": draw.random() < 0.95, "catering": draw.random() < 0.3},
        }  # fmt: skip
        if scheme == "reba-2008" and draw.random() < 0.4:
            facts["assets"] = {
                "at_start": _euros(draw.randrange(0, 3_000_000)),
                "debts_at_start": _euros(draw.randrange(0, 1_000_000)),
                "started_on": "2010-01-01",
                "receipts": [{"on": "2011-01-14", "kind": "penalty_payment",
                              "amount": _euros(draw.randrange(0, 1_500_000))}],
                "charged_before": _euros(draw.randrange(0, 300_000)),
            }  # fmt: skip
        yield facts


Found = tuple[int, int, int, int] | str


def _columns(chunk: Chunk, law: Law, choices: MunicipalChoices | None) -> dict[str, Found]:
    """Assess a chunk in columns: contribution, from earnings, other income, assets; or a code."""
    found: dict[str, Found] = {}
    rest: Chunk | None = chunk
    while rest is not None:
        run = LawRun(rest, law, choices, months=1, calendar="standing", collection_share=(1, 1))
        try:
            run.month(0)
        except LeftOut as left_out:
            everyone = np.zeros(rest.size, dtype=np.bool_)
            for each in left_out.found:
                everyone[each.households] = True
                for place in each.households:
                    found.setdefault(rest.households[place], each.refused.error.code)
            rest = rest.only(~everyone)
            continue
        due = run.due
        columns = (due.contribution_cents, due.from_earnings_cents, due.from_income_cents)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for name, (contribution, earnings, income) in zip(rest.households, rows, strict=True):
            found[name] = (contribution, earnings, income - earnings, contribution - income)
        break
    return found


def _by_the_rules(facts: HouseholdMonth, law: Law, choices: MunicipalChoices | None) -> Found:
    try:
        found = assess(facts, law, choices if facts.scheme == "rooo" else None)
    except RebaError as error:
        return error.code
    return (found.contribution_cents, found.from_earnings_cents, found.from_other_income_cents,
            found.from_assets_cents)  # fmt: skip


def _by_the_oracle(record: dict[str, Any], choices: dict[str, Any] | None) -> Found:
    try:
        found = oracle.contribution(record, choices if record["scheme"] == "rooo" else None)
    except oracle.NoValueError:
        return "law.no_value"
    except oracle.ChoicesNeededError:
        return "law.choices_missing"
    return (found.contribution_cents, found.from_earnings_cents, found.from_other_income_cents,
            found.from_assets_cents)  # fmt: skip


def differences(count: int, seed: int) -> tuple[int, int, int, dict[str, int]]:
    """Return how often columns and `assess` differ, `assess` and the oracle; refused; drawn."""
    law = load_law()
    record: dict[str, Any] = load_choices(CHOICES).to_record()
    record["version"] = [{**each, "valid_from": "2024-07-01"} for each in record["version"][:1]]
    choices = MunicipalChoices.from_record(record)
    from_rules = from_oracle = refused = 0
    drawn: dict[str, int] = {}
    held: list[tuple[dict[str, Any], HouseholdMonth]] = []

    def settle() -> tuple[int, int, int]:
        reports = [Reports(facts.household, (facts,)) for _, facts in held]
        columns: dict[str, Found] = {}
        for interlocked in (False, True):
            some = [each for each in reports if each.interlocked is interlocked]
            if some:
                columns |= _columns(chunk_of(some, months=1), law, choices)
        one = two = three = 0
        for raw, facts in held:
            by_rules = _by_the_rules(facts, law, choices)
            one += columns[facts.household] != by_rules
            two += by_rules != _by_the_oracle(raw, record) and by_rules != "choices.no_version"
            three += isinstance(by_rules, str)
        held.clear()
        return one, two, three

    for raw in random_facts(count, seed):
        held.append((raw, HouseholdMonth.model_validate(raw)))
        drawn[raw["scheme"]] = drawn.get(raw["scheme"], 0) + 1
        if len(held) == DRAWN:
            from_rules, from_oracle, refused = (
                a + b for a, b in zip((from_rules, from_oracle, refused), settle(), strict=True)
            )
    if held:
        from_rules, from_oracle, refused = (
            a + b for a, b in zip((from_rules, from_oracle, refused), settle(), strict=True)
        )
    return from_rules, from_oracle, refused, drawn
