"""The file of municipal choices: nothing is a default, and every fault has its code and place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from reba import Month
from reba.errors import ChoicesError
from reba.law.choices import MunicipalChoices, load_choices, parse_choices

GOOD = """
[choices]
id = "example"
municipality = "Voorbeeldstad"
source = "a decision of the council of 1 September 2025"
valid_from = 2025-10-01

[rules]
income_proof = "measured"
reference_period = "fixed_dates"
reference_dates = ["01-01", "07-01"]
below_first = "nothing"
between = "pro_rata"
"""

TWO = """
[choices]
id = "example"
municipality = "Voorbeeldstad"

[[version]]
valid_from = 2024-12-01
source = "first decision"
[version.rules]
income_proof = "presumption"
reference_period = "month"
below_first = "full"
between = "nothing"

[[version]]
valid_from = 2025-10-01
valid_to = 2025-12-31
source = "second decision"
[version.rules]
income_proof = "measured"
reference_period = "month"
below_first = "pro_rata"
between = "full"
"""


def test_a_file_is_read_and_kept_with_the_same_digest(tmp_path: Path) -> None:
    path = tmp_path / "choices.toml"
    path.write_text(GOOD)
    choices = load_choices(path)
    assert (choices.id, choices.municipality) == ("example", "Voorbeeldstad")
    version = choices.on(date(2026, 1, 1))
    assert version.reference_dates == ((1, 1), (7, 1))
    kept = MunicipalChoices.from_record(json.loads(json.dumps(choices.to_record())))
    assert kept == choices
    assert hash(kept) == hash(choices)
    assert "example" in repr(choices)
    other = parse_choices(GOOD.replace("pro_rata", "full"), file="other.toml")
    assert other.digest != choices.digest


def test_the_version_of_the_day_applies_and_none_after_its_last() -> None:
    choices = parse_choices(TWO, file="two.toml")
    assert choices.on(date(2025, 9, 30)).source == "first decision"
    assert choices.on(date(2025, 10, 1)).source == "second decision"
    for day in (date(2024, 11, 30), date(2026, 1, 1)):
        with pytest.raises(ChoicesError) as raised:
            choices.on(day)
        assert raised.value.code == "choices.no_version"


@pytest.mark.parametrize(
    ("month", "reference"),
    [("2025-01", "2024-07"), ("2025-02", "2025-01"), ("2025-07", "2025-01"),
     ("2025-08", "2025-07"), ("2025-12", "2025-07")],
)  # fmt: skip
def test_a_fixed_date_decides_from_the_month_after_it(month: str, reference: str) -> None:
    version = parse_choices(GOOD, file="good.toml").on(date(2025, 10, 1))
    assert version.reference_month(Month.parse(month)) == Month.parse(reference)


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('income_proof = "measured"', "", "choices.missing", "rules.income_proof"),
        ('income_proof = "measured"', 'income_proof = "guess"', "choices.unknown_value",
         "rules.income_proof"),
        ('below_first = "nothing"', "", "choices.missing", "rules.below_first"),
        ('between = "pro_rata"', "", "choices.missing", "rules.between"),
        ('between = "pro_rata"', "between = 1", "choices.unknown_value", "rules.between"),
        ('between = "pro_rata"', 'between = "pro_rata"\nround = "up"', "choices.unknown_key",
         "rules.round"),
        ("[rules]", "[rule]", "choices.missing", "rules"),
        ("[rules]", "[rule]", "choices.unknown_key", "rule"),
        ('source = "a decision of the council of 1 September 2025"', "", "choices.missing",
         "choices.source"),
        ('source = "a decision of the council of 1 September 2025"', 'source = ""',
         "choices.type", "choices.source"),
        ('municipality = "Voorbeeldstad"', "", "choices.missing", "choices.municipality"),
        ('id = "example"', 'id = "Een Gemeente"', "choices.type", "choices.id"),
        ("valid_from = 2025-10-01", "", "choices.missing", "choices.valid_from"),
        ("valid_from = 2025-10-01", 'valid_from = "2025-10"', "month.date_format",
         "choices.valid_from"),
        ('["01-01", "07-01"]', "[]", "choices.reference_dates", "rules.reference_dates"),
        ('["01-01", "07-01"]', '["07-01", "01-01"]', "choices.reference_dates",
         "rules.reference_dates"),
        ('["01-01", "07-01"]', '["02-30"]', "choices.reference_dates", "rules.reference_dates"),
        ('["01-01", "07-01"]', '["July"]', "choices.reference_dates", "rules.reference_dates"),
        ('["01-01", "07-01"]', "[1]", "choices.type", "rules.reference_dates.0"),
        ('"fixed_dates"', '"month"', "choices.reference_dates", "rules.reference_dates"),
    ],
)  # fmt: skip
def test_a_faulty_choice_is_refused_with_its_place(
    old: str, new: str, code: str, place: str
) -> None:
    assert old in GOOD
    with pytest.raises(ChoicesError) as raised:
        parse_choices(GOOD.replace(old, new), file="bad.toml")
    assert raised.value.code == "choices.invalid"
    assert (code, place) in [(fault.code, fault.path) for fault in raised.value.faults]
    assert "bad.toml" in str(raised.value)


def test_every_fault_is_reported_at_once() -> None:
    text = GOOD.replace('between = "pro_rata"', "").replace('"measured"', '"guess"')
    with pytest.raises(ChoicesError) as raised:
        parse_choices(text, file="bad.toml")
    assert len(raised.value.faults) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("valid_from = 2025-10-01", "valid_from = 2024-12-01"),
        ("valid_from = 2025-10-01", "valid_from = 2024-11-01"),
        ("valid_to = 2025-12-31", "valid_to = 2025-09-30"),
        ("valid_from = 2024-12-01", "valid_from = 2024-12-01\nvalid_to = 2025-10-01"),
    ],
)
def test_versions_may_not_overlap_or_be_reversed(old: str, new: str) -> None:
    with pytest.raises(ChoicesError) as raised:
        parse_choices(TWO.replace(old, new), file="two.toml")
    assert raised.value.code == "choices.overlap"


def test_no_version_at_all_is_refused() -> None:
    text = '[choices]\nid = "a"\nmunicipality = "b"\n'
    with pytest.raises(ChoicesError) as raised:
        parse_choices("version = []\n" + text, file="none.toml")
    assert [(f.code, f.path) for f in raised.value.faults] == [("choices.type", "version")]


def test_what_is_no_file_or_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChoicesError) as raised:
        load_choices(tmp_path / "absent.toml")
    assert raised.value.code == "choices.file"
    with pytest.raises(ChoicesError) as raised:
        parse_choices("[[", file="bad.toml")
    assert raised.value.code == "choices.file"
