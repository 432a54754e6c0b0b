"""The file of assumptions: nothing is a default, and every fault has its code and place."""

from __future__ import annotations

import copy
import json
import pickle
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from reba.errors import AssumptionsError
from reba.simulation.assumptions import Assumptions, load_assumptions, parse_assumptions

ROOT = Path(__file__).parents[2]
REBA = ROOT / "examples" / "policy" / "assumptions-reba.toml"
ROOO = ROOT / "examples" / "policy" / "assumptions-rooo.toml"
Record = dict[str, Any]


def _record(path: Path = REBA) -> Record:
    return load_assumptions(path).to_record()


def _put(record: Record, path: str, value: object) -> Record:
    """Put a value at a dotted path of a copy; None takes the key away."""
    changed = copy.deepcopy(record)
    *places, last = path.split(".")
    at: Any = changed
    for place in places:
        at = at[int(place)] if isinstance(at, list) else at.setdefault(place, {})
    if value is None:
        del at[last]
    else:
        at[int(last) if isinstance(at, list) else last] = value
    return changed


def _faults(record: Record) -> list[tuple[str, str]]:
    with pytest.raises(AssumptionsError) as raised:
        Assumptions.from_record(record)
    assert raised.value.code == "assumptions.invalid"
    return [(fault.code, fault.path) for fault in raised.value.faults]


def test_assumptions_carry_what_their_file_says() -> None:
    read = load_assumptions(REBA)
    assert (read.id, read.status, read.dated.isoformat()) == ("example-reba", "made", "2026-11-21")
    assert read.stays[0] == (6, Fraction(3, 20))
    assert sum(share for _, share in read.stays) == sum(read.outcomes.values()) == 1
    assert set(read.outcomes) == {
        "granted", "voluntary_return", "forced_return", "departed_unknown", "dublin_transfer",
        "died",
    }  # fmt: skip
    assert read.collection_share == 1
    assert read.cost_person_day_cents == 7100
    assert [(each.name, each.cents) for each in read.targets] == [
        ("deposit", 240000), ("furnishing", 353100),
    ]  # fmt: skip
    assert read.population is not None
    assert str(read.population.month) == "2015-03"


def test_assumptions_kept_as_a_record_are_the_same_again() -> None:
    for path in (REBA, ROOO):
        read = load_assumptions(path)
        again = Assumptions.from_record(json.loads(json.dumps(read.to_record())))
        assert again == read
        assert hash(again) == hash(read)
        assert again.lines == read.lines
        assert again.targets == read.targets
        assert pickle.loads(pickle.dumps(read)).outcomes == read.outcomes  # noqa: S301 (our own)
    assert load_assumptions(REBA) != load_assumptions(ROOO)
    with pytest.raises(AttributeError):
        load_assumptions(REBA).id = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        load_assumptions(REBA).outcomes["died"] = Fraction(1)  # type: ignore[index]


def test_another_number_is_another_digest() -> None:
    record = _record()
    other = Assumptions.from_record(_put(record, "cost.person_day", "72.00"))
    assert other.digest != load_assumptions(REBA).digest


def _numbers(value: object) -> int:
    """Count the numbers of a table: what is neither a name, a word nor a day."""
    if isinstance(value, dict):
        names = {"id", "title", "dated", "status", "source", "scheme", "month"}
        words = names | {"label_nl", "label_en"}
        if {"weight"} & set(value):
            return 1  # a row of a table is one assumption
        if set(value) in ({"months", "share"}, {"after", "share"}):
            return 1
        return sum(_numbers(each) for key, each in value.items() if key not in words)
    return sum(map(_numbers, value)) if isinstance(value, list) else 1


@pytest.mark.parametrize("path", [REBA, ROOO])
def test_every_number_is_a_line_with_its_status_and_its_source(path: Path) -> None:
    lines = load_assumptions(path).lines
    assert len(lines) == _numbers(tomllib.loads(path.read_text()))
    assert len({line.path for line in lines}) == len(lines)
    for line in lines:
        assert line.status in {"made", "published", "supplied"}
        assert line.source
        assert line.label_nl != line.label_en
        assert (line.status == "made") == line.source.startswith("made")
    published = {line.path for line in lines if line.status == "published"}
    assert published == {"cost.person_day", "targets.furnishing"}


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        ("stay.months.0.share", "0.16", "assumptions.sum", "stay.months"),
        ("stay.months.0.share", "1.01", "assumptions.share", "stay.months.0.share"),
        ("stay.months.1.months", 6, "assumptions.order", "stay.months.1"),
        ("stay.months.1.months", 0, "assumptions.type", "stay.months.1.months"),
        ("stay.status", "guessed", "assumptions.unknown_value", "stay.status"),
        ("stay.source", None, "assumptions.missing", "stay.source"),
        ("outcomes.died", "0.02", "assumptions.sum", "outcomes"),
        ("outcomes.died", None, "assumptions.missing", "outcomes.died"),
        ("collection.share", 1, "money.rate", "collection.share"),
        ("cost.person_day", 71, "money.float", "cost.person_day"),
        ("cost.person_week", "497.00", "assumptions.unknown_key", "cost.person_week"),
        ("targets.deposit.amount", "1,5", "money.format", "targets.deposit.amount"),
        ("targets.deposit.label_nl", None, "assumptions.missing", "targets.deposit.label_nl"),
        ("population.month", "2015-13", "month.format", "population.month"),
        ("population.scheme", "none", "assumptions.unknown_value", "population.scheme"),
        ("population.compositions.rows.0.children", 30, "assumptions.members",
         "population.compositions.rows.0"),
        ("population.compositions.rows.1.adults", 1, "assumptions.twice",
         "population.compositions.rows.1"),
        ("population.compositions.rows.0.weight", 0, "assumptions.type",
         "population.compositions.rows.0.weight"),
        ("population.ages.children.2.to", 18, "assumptions.ages", "population.ages"),
        ("population.ages.adults.1.from", 24, "assumptions.order", "population.ages.adults.1"),
        ("population.ages.adults.3.to", 49, "assumptions.band", "population.ages.adults.3"),
        ("population.work.starts.0.share", "0.74", "assumptions.sum_above",
         "population.work.starts"),
        ("population.work.stops.1.after", 6, "assumptions.order", "population.work.stops.1"),
        ("population.earnings.bands.1.from", "399.99", "assumptions.order",
         "population.earnings.bands.1"),
        ("population.benefits.bands.0.to", "99.99", "assumptions.band",
         "population.benefits.bands.0"),
        ("population.exemption_weeks.bands.3.to", 53, "assumptions.weeks",
         "population.exemption_weeks.bands"),
        ("population.assets.bands.1.from", "0.00", "assumptions.order",
         "population.assets.bands.1"),
        ("population.assets", None, "assumptions.missing", "population.assets"),
        ("population.month", "1960-03", "assumptions.years", "population.month"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_code_and_its_place(
    path: str, value: object, code: str, place: str
) -> None:
    assert (code, place) in _faults(_put(_record(), path, value))


def test_a_population_has_the_tables_of_its_scheme_and_no_others() -> None:
    reba, rooo = _record(REBA), _record(ROOO)
    for name in ("residence_status", "exemption_weeks", "assets"):
        foreign = _put(rooo, f"population.{name}", reba["population"][name])
        assert _faults(foreign) == [("assumptions.not_for_scheme", f"population.{name}")]
    with_allowance = _put(reba, "population.allowance", rooo["population"]["allowance"])
    assert _faults(with_allowance) == [("assumptions.not_for_scheme", "population.allowance")]
    nobody = _put(reba, "population.residence_status.asylum_seeker", 0)
    assert Assumptions.from_record(nobody).population is not None
    nobody = _put(nobody, "population.residence_status.permit_holder", 0)
    assert _faults(nobody) == [("assumptions.no_weight", "population.residence_status")]


def test_months_may_not_reach_beyond_the_calendar() -> None:
    late = _put(_record(), "population.month", "2199-01")
    assert ("assumptions.years", "population.month") in _faults(late)
    late = _put(_put(late, "population.work.starts", []), "population.work.stops", [])
    assert Assumptions.from_record(late).population is not None


def test_every_fault_is_reported_at_once() -> None:
    record = _put(_put(_record(), "outcomes.died", "0.5"), "stay.months.0.share", "0.5")
    assert _faults(record) == [("assumptions.sum", "stay.months"), ("assumptions.sum", "outcomes")]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(AssumptionsError) as raised:
        parse_assumptions("[", file="bad.toml")
    assert raised.value.code == "assumptions.file"
    with pytest.raises(AssumptionsError) as raised:
        load_assumptions(tmp_path / "none.toml")
    assert raised.value.code == "assumptions.file"
    with pytest.raises(AssumptionsError) as raised:
        parse_assumptions("", file="empty.toml")
    assert raised.value.data["count"] == 5
    assert raised.value.data["file"] == "empty.toml"


def test_a_population_may_be_left_out() -> None:
    read = Assumptions.from_record(_put(_record(), "population", None))
    assert read.population is None
    assert all(not line.path.startswith("population") for line in read.lines)
