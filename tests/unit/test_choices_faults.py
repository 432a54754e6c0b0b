"""A file of municipal choices that is refused says which file, which day, and what does not fit."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from reba.errors import ChoicesError
from reba.law.choices import MunicipalChoices, load_choices, parse_choices
from reba.months import Month
from unit.test_choices import GOOD, TWO


def _refused(text: str, file: str = "bad.toml") -> ChoicesError:
    with pytest.raises(ChoicesError) as raised:
        parse_choices(text, file=file)
    return raised.value


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ("[]", "none is named"),
        ('["July"]', "'July' is no day of a year"),
        ('["02-30"]', "'02-30' is no day of a year"),
        ('["13-01"]', "'13-01' is no day of a year"),
        ('["07-01", "01-01"]', "'01-01' is not in a later month than the last"),
        ('["01-01", "01-15"]', "'01-15' is not in a later month than the last"),
        ('["01-01", "07-01", "07-01"]', "'07-01' is not in a later month than the last"),
    ],
)
def test_reference_dates_that_do_not_fit_are_refused_with_the_reason(
    dates: str, reason: str
) -> None:
    (fault,) = _refused(GOOD.replace('["01-01", "07-01"]', dates)).faults
    assert (fault.code, fault.path) == ("choices.reference_dates", "rules.reference_dates")
    assert f"Reference dates do not fit: {reason}." in fault.reason


def test_reference_dates_go_with_fixed_dates_only() -> None:
    (fault,) = _refused(GOOD.replace('"fixed_dates"', '"month"')).faults
    assert "Reference dates do not fit: every month is its own." in fault.reason


def test_every_day_of_a_leap_year_may_be_a_reference_date() -> None:
    choices = parse_choices(GOOD.replace('["01-01", "07-01"]', '["02-29", "12-31"]'), file="x")
    assert choices.versions[0].reference_dates == ((2, 29), (12, 31))


@pytest.mark.parametrize(
    ("dates", "month", "reference"),
    [
        (((1, 1), (7, 1)), "2025-08", "2025-07"),
        (((7, 1),), "2025-07", "2024-07"),
        (((7, 1),), "2025-08", "2025-07"),
        (((12, 31),), "2025-01", "2024-12"),
    ],
)
def test_the_last_fixed_date_before_a_month_decides_it(
    dates: tuple[tuple[int, int], ...], month: str, reference: str
) -> None:
    version = parse_choices(GOOD, file="x").versions[0]._replace(reference_dates=dates)
    assert version.reference_month(Month.parse(month)) == Month.parse(reference)


def test_a_version_with_wrong_dates_is_named_by_its_number() -> None:
    wrong = 'reference_period = "fixed_dates"'
    text = TWO.replace('reference_period = "month"', wrong)
    assert [fault.path for fault in _refused(text).faults] == [
        "version.0.rules.reference_dates", "version.1.rules.reference_dates",
    ]  # fmt: skip


def test_choices_carry_what_their_file_says() -> None:
    choices = parse_choices(TWO, file="two.toml")
    one, two = choices.versions
    assert (one.number, one.valid_from, one.valid_to) == (1, date(2024, 12, 1), None)
    assert (one.source, one.income_proof, one.reference_period, one.below_first, one.between) == (
        "first decision", "presumption", "month", "full", "nothing",
    )  # fmt: skip
    assert (two.number, two.valid_from, two.valid_to) == (2, date(2025, 10, 1), date(2025, 12, 31))
    assert (two.income_proof, two.below_first, two.between) == ("measured", "pro_rata", "full")


@pytest.mark.invariant("H4")
def test_choices_are_kept_as_plain_data_and_their_digest_is_what_it_was() -> None:
    choices = parse_choices(GOOD, file="good.toml")
    record = choices.to_record()
    kept: dict[str, Any] = json.loads(json.dumps(record))
    assert kept == record
    assert "valid_to" not in kept["version"][0]
    assert kept["version"][0]["valid_from"] == "2025-10-01"
    assert choices.digest == "9cbc4a92c79f28a3f4a89e62308de90e8ec21160d6955ead758309c65115b9dc"


def test_choices_are_equal_by_what_they_say_and_by_nothing_else() -> None:
    one, same, other = (parse_choices(text, file="x") for text in (GOOD, GOOD, TWO))
    assert (one == same, hash(one) == hash(same)) == (True, True)
    assert (one == other, hash(one) == hash(other)) == (False, False)
    assert one != one.digest
    assert repr(other) == "<MunicipalChoices example with 2 version(s)>"


def test_a_day_without_choices_names_the_first_day_that_has_them() -> None:
    choices = parse_choices(TWO, file="two.toml")
    with pytest.raises(ChoicesError) as raised:
        choices.on(date(2026, 1, 1))
    assert raised.value.code == "choices.no_version"
    assert raised.value.data == {
        "choices": "example", "date": "2026-01-01", "first": "2024-12-01",
    }  # fmt: skip


def test_an_overlap_names_the_choices_and_the_day() -> None:
    error = _refused(TWO.replace("valid_from = 2025-10-01", "valid_from = 2024-12-01"))
    assert error.code == "choices.overlap"
    assert error.data == {"choices": "example", "date": "2024-12-01"}


def test_a_refusal_names_its_file(tmp_path: Path) -> None:
    assert _refused(TWO.replace('"measured"', '"guess"'), "town.toml").data["file"] == "town.toml"
    dates = TWO.replace('reference_period = "month"', 'reference_period = "fixed_dates"')
    assert _refused(dates, "town.toml").data["file"] == "town.toml"
    assert _refused("[[", "town.toml").data["file"] == "town.toml"
    path = tmp_path / "absent.toml"
    with pytest.raises(ChoicesError) as raised:
        load_choices(path)
    assert raised.value.data["file"] == str(path)
    path.write_text("[[", encoding="utf-8")
    with pytest.raises(ChoicesError) as raised:
        load_choices(path)
    assert raised.value.data["file"] == str(path)


def test_kept_choices_that_are_damaged_are_named_by_where_they_were_kept() -> None:
    record: dict[str, Any] = json.loads(json.dumps(parse_choices(TWO, file="two.toml").to_record()))
    record["version"][0]["rules"]["between"] = "all"
    with pytest.raises(ChoicesError) as raised:
        MunicipalChoices.from_record(record)
    assert raised.value.data["file"] == "the choices kept in the ledger"


def test_choices_of_one_version_may_end() -> None:
    dated = "valid_from = 2025-10-01\nvalid_to = 2025-12-31"
    choices = parse_choices(GOOD.replace("valid_from = 2025-10-01", dated), file="x.toml")
    assert choices.versions[0].valid_to == date(2025, 12, 31)
    assert choices.on(date(2025, 12, 31)).number == 1
    with pytest.raises(ChoicesError) as raised:
        choices.on(date(2026, 1, 1))
    assert raised.value.code == "choices.no_version"


def test_a_file_holds_a_hundred_versions_and_no_more() -> None:
    head, first, _ = TWO.split("[[version]]")
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(101)]
    versions = [first.replace("2024-12-01", day.isoformat()) for day in days]
    assert len(parse_choices("[[version]]".join([head, *versions[:100]]), file="x").versions) == 100
    (fault,) = _refused("[[version]]".join([head, *versions])).faults
    assert fault.path == "version"
