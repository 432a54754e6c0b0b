"""The public strategies as an interface: names, arguments, how they and their examples read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reba import Month, load_law, testing
from reba.testing import strategies
from reba.testing.strategies import Change, made_law
from reba.testing.strategies._toml import toml_text

ROOT = Path(__file__).parents[2]
VALUES = {
    "DAMAGES", "Change", "Command", "CommandHistory", "Damage", "InvalidRow", "MovingClock",
    "OpenLedger", "ProcedureHistory", "Tampered", "made_law", "memory_ledger",
}  # fmt: skip
STRATEGIES = sorted(set(strategies.__all__) - VALUES - {"corrections_of"})


def test_the_facade_shows_what_it_declares() -> None:
    assert len(set(strategies.__all__)) == len(strategies.__all__)
    assert all(hasattr(strategies, name) for name in strategies.__all__)


def test_the_package_shows_what_it_declares_and_nothing_else() -> None:
    assert dir(testing) == testing.__all__ == sorted(testing.__all__)
    assert all(getattr(testing, name) is not None for name in testing.__all__)
    assert testing.tampered is strategies.tampered
    with pytest.raises(AttributeError):
        _ = testing.nothing_of_the_kind


def test_every_name_stands_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "strategies.md").read_text(encoding="utf-8")
    missing = [name for name in strategies.__all__ if f"`{name}" not in page]
    assert not missing


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy_needs_no_argument_and_shows_as_its_call(name: str) -> None:
    made = getattr(strategies, name)()
    assert isinstance(made, st.SearchStrategy)
    assert repr(made) == f"{name}()"
    assert getattr(strategies, name).__doc__.splitlines()[0].endswith(".")


def test_a_strategy_shows_the_arguments_given() -> None:
    assert repr(strategies.households(scheme="rooo")) == "households(scheme='rooo')"
    assert repr(strategies.cents(max_value=5)) == "cents(max_value=5)"
    lists = st.lists(strategies.rates(max_decimals=2))
    assert repr(lists) == "lists(rates(max_decimals=2))"


IMPOSSIBLE: list[Callable[[], object]] = [
    lambda: strategies.cents(min_value=-1),
    lambda: strategies.cents(min_value=2, max_value=1),
    lambda: strategies.cents(max_value=10**12),
    lambda: strategies.cents(max_value="1.00"),  # type: ignore[arg-type]
    lambda: strategies.cents(max_value=True),
    lambda: strategies.rates(max_decimals=99),
    lambda: strategies.rates(min_value=Fraction(1, 3), max_value=Fraction(1, 3)),
    lambda: strategies.months(min_value=Month(2016, 1), max_value=Month(2015, 1)),
    lambda: strategies.months(min_value=date(2015, 1, 1)),  # type: ignore[arg-type]
    lambda: strategies.dates(max_value=date(1800, 1, 1)),
    lambda: strategies.months_around(names=("reba.no_such",)),
    lambda: strategies.months_around(names=()),
    lambda: strategies.income_items(scheme="reba-2009"),  # type: ignore[arg-type]
    lambda: strategies.income_items(kinds="gift"),  # type: ignore[arg-type]
    lambda: strategies.income_items(amounts=100),  # type: ignore[arg-type]
    lambda: strategies.members(min_age=20, max_age=10),
    lambda: strategies.members(max_age=200),
    lambda: strategies.members(max_age=115),
    lambda: strategies.members(month=Month(1990, 12)),
    lambda: strategies.members(month="2015-01"),  # type: ignore[arg-type]
    lambda: strategies.income_items(month=date(2015, 1, 1)),  # type: ignore[arg-type]
    lambda: strategies.asset_items(min_value=date(2015, 2, 1)),
    lambda: strategies.asset_items(min_value="2015-01-01"),  # type: ignore[arg-type]
    lambda: strategies.assets(month=201501),  # type: ignore[arg-type]
    lambda: strategies.assets(law="reba-2008"),  # type: ignore[arg-type]
    lambda: strategies.assets(family=2),  # type: ignore[arg-type]
    lambda: strategies.facts(law="reba-2008"),  # type: ignore[arg-type]
    lambda: strategies.facts(allow_assets="no"),  # type: ignore[arg-type]
    lambda: strategies.facts(allow_no_value=0),  # type: ignore[arg-type]
    lambda: strategies.facts(min_members=0),
    lambda: strategies.facts(min_members=3, max_members=2),
    lambda: strategies.facts(max_members=31),
    lambda: strategies.facts(months=Month(2015, 1)),  # type: ignore[arg-type]
    lambda: strategies.facts(ids="H-1"),  # type: ignore[arg-type]
    lambda: strategies.facts(collected=100),  # type: ignore[arg-type]
    lambda: strategies.facts(amounts=100),  # type: ignore[arg-type]
    lambda: strategies.facts(law=made_law(Change("rva.adult_age", date(2000, 1, 1), None))),
    lambda: strategies.households(scheme="wmo"),  # type: ignore[arg-type]
    lambda: strategies.policies(min_versions=0),
    lambda: strategies.policies(min_versions=3, max_versions=2),
    lambda: strategies.policies(schemes=()),
    lambda: strategies.policies(schemes=("wmo",)),  # type: ignore[arg-type]
    lambda: strategies.policies(first_day=date(1600, 1, 1)),
    lambda: strategies.policies(first_day="2015-01-01"),  # type: ignore[arg-type]
    lambda: strategies.policies(shares=Fraction(1, 2)),  # type: ignore[arg-type]
    lambda: strategies.choices(max_versions=99),
    lambda: strategies.parameter_sets(min_changes=2, max_changes=1),
    lambda: strategies.parameter_sets(names=()),
    lambda: strategies.parameter_sets(names="reba.exemption_rate"),  # type: ignore[arg-type]
    lambda: strategies.parameter_sets(allow_gaps=None),  # type: ignore[arg-type]
    lambda: strategies.published_parameters(names=("reba.no_such",)),
    lambda: strategies.overlays(max_parameters=0),
    lambda: strategies.procedure_histories(max_adults=0),
    lambda: strategies.procedure_histories(min_adults=0, max_children=0),
    lambda: strategies.procedure_histories(min_value=date(2016, 1, 1)),
    lambda: strategies.procedure_histories(min_value=2015),  # type: ignore[arg-type]
    lambda: strategies.command_histories(min_size=0),
    lambda: strategies.command_histories(allow_destruction="yes"),  # type: ignore[arg-type]
    lambda: strategies.command_histories(min_size=9, max_size=8),
    lambda: strategies.command_histories(max_accounts=0),
    lambda: strategies.command_histories(choices=strategies.choices()),
    lambda: strategies.command_histories(policies=None, scheme="x"),  # type: ignore[arg-type]
    lambda: strategies.ledgers(histories=1),  # type: ignore[arg-type]
    lambda: strategies.entry_logs(histories=1),  # type: ignore[arg-type]
    lambda: strategies.corrections_of([]),
    lambda: strategies.corrections_of(7),  # type: ignore[arg-type]
    lambda: strategies.corrections_of(["an entry"]),  # type: ignore[list-item]
    lambda: strategies.tampered(kinds=("burnt",)),
    lambda: strategies.tampered(kinds=()),
    lambda: strategies.tampered([]),  # type: ignore[arg-type]
    lambda: strategies.invalid_facts(codes=("facts.json",)),
    lambda: strategies.invalid_rows(codes=("facts.no_such",)),
    lambda: strategies.invalid_policies(codes=()),
    lambda: strategies.invalid_policies(codes=7),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("make", IMPOSSIBLE)
def test_what_cannot_be_drawn_is_refused_at_once(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidArgument) as raised:
        make()
    assert len(str(raised.value)) > 10


def test_corrections_show_of_how_many_entries_they_are() -> None:
    ledger = find(strategies.ledgers(), lambda _: True, settings=FIRST)
    assert repr(strategies.corrections_of(ledger)) == "corrections_of(<4 entries>)"


def test_a_tampered_log_shows_what_was_done_and_not_every_entry() -> None:
    shown = _shown(strategies.tampered(kinds=("dropped",)))
    assert shown.startswith(
        "Tampered(original=<4 entries>, damaged=<3 entries>, damage=Damage(kind='dropped', seq=0,"
    )
    assert len(shown) < 400


def test_an_unknown_option_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        strategies.facts(colour="red")  # type: ignore[call-arg]


FIRST = settings(database=None, derandomize=True, phases=[Phase.generate])


def _shown(found: st.SearchStrategy[Any]) -> str:
    """Return how Hypothesis writes the smallest example in the report of a failing test."""

    @FIRST
    @given(found)
    def fails(value: object) -> None:
        del value
        raise AssertionError

    with pytest.raises(AssertionError) as raised:
        fails()
    notes: list[str] = raised.value.__notes__
    text = "\n".join(notes)
    return re.sub(r"\s+", " ", text.split("value=", 1)[1])


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (strategies.months(), "Month(2015, 1)"),
        (strategies.dates(), "datetime.date(2015, 1, 1)"),
        (strategies.rates(), "Fraction(0, 1)"),
        (strategies.households(), "HouseholdMonth.model_validate( {'scheme': 'reba-2008',"),
        (strategies.policies(), "SavingsPolicy.from_record( {'policy': {'id': 'made-policy',"),
        (strategies.choices(), "MunicipalChoices.from_record( {'choices':"),
        (strategies.parameter_sets(), "made_law(all_in=False)"),
        (strategies.published_parameters(), "load_law().parameter("),
        (strategies.ledgers(), "CommandHistory.book( CommandHistory( policy=SavingsPolicy.from_"),
        (strategies.invalid_rows(codes=("facts.line_too_long",)), "InvalidRow('facts.jsonl', b' "),
    ],
)
def test_an_example_reads_as_the_call_that_makes_it(
    made: st.SearchStrategy[Any], shown: str
) -> None:
    assert _shown(made).startswith(shown)


def test_a_row_of_a_million_bytes_is_not_written_out() -> None:
    assert len(_shown(strategies.invalid_rows(codes=("facts.line_too_long",)))) < 1000


def test_what_an_example_shows_can_be_pasted_into_a_test() -> None:
    names: dict[str, object] = {"Change": Change, "made_law": made_law, "date": date}
    law = eval("made_law(Change('reba.exemption_rate', date(2014, 1, 1), '0.5'))", names)  # noqa: S307 (our own text)
    assert law == made_law(Change("reba.exemption_rate", date(2014, 1, 1), "0.5"))
    assert law != load_law()


def test_the_text_of_a_file_is_read_back_as_what_was_written() -> None:
    document = {
        "instrument": 'a "name"',
        "days": [1, 2],
        "parameter": {"reba.x": {"unit": "EUR", "value": [{"is": "1.00"}, {"is": "2.00"}]}},
        "empty": {},
    }
    assert tomllib.loads(toml_text(document)) == document


# ── from_type, in a process that did not import reba.testing ──────────────────────────────────────


def _run(code: str, tmp_path: Path) -> str:
    """Run a script where our entry point is installed as pyproject.toml declares it."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = tmp_path / "reba_ledger-0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: reba-ledger\nVersion: 0\n")
    points = [f"{key} = {value}" for key, value in declared["entry-points"]["hypothesis"].items()]
    (folder / "entry_points.txt").write_text("\n".join(["[hypothesis]", *points, ""]))
    path = os.pathsep.join([str(ROOT / "src"), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": path, "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


_FROM_TYPE = """
import sys
import hypothesis
from hypothesis import Phase, find, settings
from hypothesis.strategies import from_type
FIRST = settings(database=None, phases=[Phase.generate], max_examples=1000)
loaded = {"reba.testing.strategies", "reba.ledger.ledger", "pytest", "sqlite3"} & set(sys.modules)
assert not loaded, loaded
from reba import HouseholdMonth, Law, Month, MunicipalChoices, SavingsPolicy
from reba.facts import Assets, IncomeItem, Member, Receipt
for kind in (HouseholdMonth, Law, Month, MunicipalChoices, SavingsPolicy, Assets, IncomeItem,
             Member, Receipt):
    assert type(find(from_type(kind), lambda found: True, settings=FIRST)) is kind, kind
schemes = {find(from_type(HouseholdMonth), lambda f: f.scheme == name, settings=FIRST).scheme
           for name in ("rooo", "reba-2008")}
print(from_type(Month), *sorted(schemes))
"""


def test_from_type_knows_our_types_and_hypothesis_stays_cheap(tmp_path: Path) -> None:
    assert _run(_FROM_TYPE, tmp_path) == "months() reba-2008 rooo"


def test_hypothesis_works_where_part_of_the_library_is_missing(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['pydantic'] = None\n"
        "from hypothesis import find, strategies as st\n"
        "print(find(st.integers(), lambda n: n > 4))"
    )
    assert _run(code, tmp_path) == "5"


def test_the_library_does_not_import_hypothesis(tmp_path: Path) -> None:
    code = "import sys, reba, reba.facts, reba.ledger.ledger; print('hypothesis' in sys.modules)"
    assert _run(code, tmp_path) == "False"


def test_strategies_and_profiles_need_no_pytest(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['pytest'] = None\n"
        "from reba.testing import profiles, strategies\n"
        "print(profiles.register()[0], strategies.cents(max_value=1))"
    )
    assert _run(code, tmp_path) == "reba-dev cents(max_value=1)"
