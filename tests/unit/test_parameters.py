"""Statutory parameters: boundaries, gaps, load errors, overlays (invariants T2, T3, T4)."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_parameters import JCI, amount_file, dated_value, overlay_file
from reba import load_law
from reba.errors import LawError
from reba.law.parameter_files import check_parameter, parse_parameters
from reba.law.parameters import Law, check_law

DAY = timedelta(days=1)
LAW = load_law()
VALUES = [value for name in LAW.names() for value in LAW.values(name)]


def _has_value(name: str, day: date) -> bool:
    return any(
        value.valid_from <= day and (value.valid_to is None or day <= value.valid_to)
        for value in LAW.values(name)
    )


@pytest.mark.invariant("T2")
@pytest.mark.parametrize("value", VALUES, ids=lambda v: f"{v.name}@{v.valid_from}")
def test_a_value_holds_from_its_first_to_its_last_day(value: object) -> None:
    assert value in VALUES
    known = VALUES[VALUES.index(value)]
    assert LAW.value(known.name, known.valid_from) == known
    before = known.valid_from - DAY
    if _has_value(known.name, before):
        assert LAW.value(known.name, before) != known
    else:
        with pytest.raises(LawError) as raised:
            LAW.value(known.name, before)
        assert raised.value.code == "law.no_value"
        assert raised.value.data["parameter"] == known.name
        assert known.valid_from.isoformat() in str(raised.value)
    if known.valid_to is None:
        assert LAW.value(known.name, date(2199, 12, 31)) == known
        return
    assert LAW.value(known.name, known.valid_to) == known
    if not _has_value(known.name, known.valid_to + DAY):
        with pytest.raises(LawError) as raised:
            LAW.value(known.name, known.valid_to + DAY)
        assert known.valid_to.isoformat() in str(raised.value)


@pytest.mark.invariant("T3")
def test_the_shipped_values_do_not_overlap_and_every_gap_is_declared() -> None:
    for name in LAW.names():
        check_parameter(LAW.parameter(name), "shipped")


def test_every_value_has_a_source_and_only_known_ones_ship() -> None:
    recalled = {  # amounts that were only remembered must not be there: 2009, 2010, 2016, ...
        "5325.00", "10650.00", "5455.00", "10910.00", "5920.00", "11840.00", "6020.00",
        "12040.00", "7770.00", "15540.00",
    }  # fmt: skip
    for value in VALUES:
        assert value.jci or value.url
        assert value.status in {"verified", "derived", "reported"}
        assert value.value_text not in recalled
    with pytest.raises(LawError):
        LAW.value("participatiewet.asset_limit_single", date(2018, 6, 1))


def test_all_in_amounts_and_tiers_are_never_in_force_together() -> None:
    for value in LAW.values("rva.all_in_adult"):
        assert not _has_value("rva.food_adult_1_2", value.valid_from)


def test_what_is_uncertain_is_listed() -> None:
    kinds = {(remark.parameter, remark.kind) for remark in check_law(LAW)}
    assert ("reba.housing_first_member", "derived") in kinds
    assert ("rva.single_parent_supplement", "gap") in kinds
    assert ("rva.food_adult_1_2", "undated") in kinds
    assert ("reba.housing_second_member", "ends") in kinds


def test_the_set_is_kept_and_made_again_with_the_same_digest() -> None:
    assert Law.from_record(json.loads(json.dumps(LAW.to_record()))) == LAW
    assert load_law() is LAW


def test_the_digest_of_a_set_is_of_its_text_in_utf_8() -> None:
    """Another implementation finds the same: no letter is written as an escape."""
    text = json.dumps(LAW.to_record(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert not text.isascii()
    assert LAW.digest == hashlib.sha256(text.encode("utf-8")).hexdigest()


GOOD = amount_file(
    dated_value("1.00", "2015-01-01", "2015-12-31", status="verified", jci=JCI),
    dated_value("2.00", "2016-01-01", status="verified", url="https://example.org/"),
)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('is = "1.00"', "is = 1.00", "law.file"),
        ('is = "1.00"', 'is = "1.005"', "law.file"),
        ('is = "1.00"', 'iz = "1.00"', "law.file"),
        ('unit = "EUR/week"', 'unit = "USD"', "law.file"),
        ('unit = "EUR/week"', "", "law.file"),
        ('title_nl = "Bedrag"', "", "law.file"),
        ('status = "verified"\njci', 'status = "certain"\njci', "law.file"),
        ('status = "verified"\njci', 'status = "supplied"\njci', "law.file"),
        ('jci = "jci1.3:c:BWBR0000001&artikel=1"', "", "law.source_missing"),
        ('jci = "jci1.3:c:BWBR0000001&artikel=1"', 'jci = "art. 1"', "law.file"),
        ('url = "https://example.org/"', 'url = "example"', "law.file"),
        ("valid_from = 2016-01-01", "valid_from = 2015-12-31", "law.overlap"),
        ("valid_from = 2016-01-01", "valid_from = 2016-01-02", "law.gap_unmarked"),
        ("valid_to = 2015-12-31", "valid_to = 2014-12-31", "law.file"),
        ("valid_to = 2015-12-31", "", "law.overlap"),
        ("valid_from = 2016-01-01", 'valid_from = "2016-01-01"', "law.file"),
        ('instrument = "BWBR0000001"', "", "law.file"),
        ("[parameter", "[parameter", ""),
        ('"test.amount"', '"Test amount"', "law.file"),
        ("title =", "titel =", "law.file"),
        ("[[", "[[[", "law.file"),
    ],
)
def test_a_faulty_file_does_not_load(old: str, new: str, code: str) -> None:
    text = GOOD.replace(old, new)
    if not code:
        assert len(parse_parameters(text, "good.toml")) == 1
        return
    with pytest.raises(LawError) as raised:
        parse_parameters(text, "bad.toml")
    assert raised.value.code == code
    assert "bad.toml" in str(raised.value)


def _overlay(folder: Path, first: date, last: date | None) -> Path:
    days = str(first), None if last is None else str(last)
    name = "reba.housing_second_member"
    return overlay_file(folder / "overlay.toml", [("30.00", *days)], name=name)


@pytest.mark.invariant("T4")
@given(
    st.dates(date(2007, 1, 1), date(2027, 1, 1)),
    st.none() | st.integers(0, 4000),
    st.dates(date(2007, 1, 1), date(2030, 1, 1)),
)
def test_an_overlay_changes_its_own_days_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, first: date, length: int | None, day: date
) -> None:
    last = None if length is None else first + timedelta(days=length)
    name = "reba.housing_second_member"
    law = load_law(_overlay(tmp_path_factory.mktemp("overlay"), first, last))
    if first <= day and (last is None or day <= last):
        value = law.value(name, day)
        assert (value.value_text, value.status) == ("30.00", "supplied")
    elif _has_value(name, day):
        assert law.value(name, day).value_text == LAW.value(name, day).value_text
    else:
        with pytest.raises(LawError):
            law.value(name, day)
    check_parameter(law.parameter(name), "overlaid")
    assert law != LAW
    assert load_law() is LAW
    other = "reba.housing_first_member"
    assert law.values(other) == LAW.values(other)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"reba.housing_second_member"', '"reba.housing_scond_member"', "law.unknown_parameter"),
        ('unit = "EUR/week"', 'unit = "EUR/month"', "law.file"),
        ('url = "https://example.org/letter"', "", "law.source_missing"),
    ],
)
def test_a_faulty_overlay_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = _overlay(tmp_path, date(2016, 1, 1), None)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(LawError) as raised:
        load_law(path)
    assert raised.value.code == code


def test_an_overlay_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawError) as raised:
        load_law(tmp_path / "absent.toml")
    assert raised.value.code == "law.file"
