"""A set of parameters as a value: what a ledger keeps, what it says of a day, what is remarked."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from made_parameters import SET, SET_TEXT
from reba.errors import LawError
from reba.law.parameter_files import parse_parameters
from reba.law.parameters import Gap, Law, Remark, check_law, load_law

RECORD = {
    "test.amount": {
        "instrument": "BWBR0000001",
        "title_nl": "Bedrag",
        "title_en": "Amount",
        "unit": "EUR/week",
        "values": [
            {
                "value": "1.00", "valid_from": "2015-01-01", "valid_to": "2015-06-30",
                "status": "verified", "jci": "jci1.3:c:BWBR0000001&artikel=1", "url": None,
                "note": None,
            },
            {
                "value": "2.00", "valid_from": "2016-01-01", "valid_to": "2016-12-31",
                "status": "reported", "jci": None, "url": "https://example.org/",
                "note": "as told",
            },
        ],
        "gaps": [{"from": "2015-07-01", "to": "2015-12-31", "reason": "not published"}],
        "undated": [
            {
                "value": "3.00", "said_of": "some year", "url": "https://example.org/old",
                "note": None,
            }
        ],
    },
    "test.count": {
        "instrument": "BWBR0000001",
        "title_nl": "Aantal",
        "title_en": "Count",
        "unit": "weeks",
        "values": [
            {
                "value": "24", "valid_from": "2014-01-01", "valid_to": None, "status": "verified",
                "jci": None, "url": "https://example.org/count", "note": None,
            }
        ],
        "gaps": [],
        "undated": [],
    },
    "test.rate": {
        "instrument": "BWBR0000001",
        "title_nl": "Deel",
        "title_en": "Rate",
        "unit": "ratio",
        "values": [
            {
                "value": "0.25", "valid_from": "2014-01-01", "valid_to": None, "status": "derived",
                "jci": None, "url": "https://example.org/rate", "note": None,
            }
        ],
        "gaps": [],
        "undated": [],
    },
}  # fmt: skip


# ── what a ledger keeps ──────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H4")
def test_a_set_is_kept_as_plain_data_and_comes_back_the_same() -> None:
    assert SET.to_record() == RECORD
    again = Law.from_record(json.loads(json.dumps(RECORD)))
    assert again.digest == SET.digest
    for name in SET.names():
        assert again.parameter(name) == SET.parameter(name)
    assert [type(again.values(name)[0].value) for name in SET.names()] == [int, int, Fraction]


@pytest.mark.invariant("H4")
def test_the_digest_of_a_set_is_what_it_was() -> None:
    """Assessments name the law that they rest on by its digest: another one is another law."""
    assert SET.digest == "dc50978e4c050b17b2f278b4544e77fd99d45eb12263bf2925b425a9610d672a"
    text = SET.to_record()
    shuffled = Law.from_record(dict(reversed(list(text.items()))))
    assert shuffled.digest == SET.digest


def test_sets_are_equal_by_what_they_say_and_by_nothing_else() -> None:
    same, other = Law(parse_parameters(SET_TEXT, "other.toml")), load_law()
    assert (same == SET, hash(same) == hash(SET)) == (True, True)
    assert (other == SET, hash(other) == hash(SET)) == (False, False)
    assert SET.digest != SET
    assert repr(SET) == f"<Law {SET.digest[:12]} with 3 parameters>"


def test_names_are_sorted_and_an_unknown_one_is_refused_by_name() -> None:
    assert SET.names() == ("test.amount", "test.count", "test.rate")
    for ask in (SET.parameter, SET.values, SET.gaps, SET.undated):
        with pytest.raises(LawError) as raised:
            ask("test.nothing")
        assert raised.value.code == "law.unknown_parameter"
        assert raised.value.data == {"parameter": "test.nothing"}
    assert SET.gaps("test.amount") == (Gap(date(2015, 7, 1), date(2015, 12, 31), "not published"),)
    assert [each.value_text for each in SET.undated("test.amount")] == ["3.00"]


# ── asking for a day ─────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("T2")
@pytest.mark.parametrize(
    ("day", "nearest", "before", "after"),
    [
        ("2014-12-31", "from 2015-01-01", None, "2015-01-01"),
        ("2015-07-01", "up to 2015-06-30, again from 2016-01-01", "2015-06-30", "2016-01-01"),
        ("2015-12-31", "up to 2015-06-30, again from 2016-01-01", "2015-06-30", "2016-01-01"),
        ("2017-01-01", "up to 2016-12-31", "2016-12-31", None),
    ],
)
def test_a_day_without_a_value_names_the_nearest_days_that_have_one(
    day: str, nearest: str, before: str | None, after: str | None
) -> None:
    with pytest.raises(LawError) as raised:
        SET.value("test.amount", date.fromisoformat(day))
    assert raised.value.code == "law.no_value"
    assert raised.value.data == {
        "parameter": "test.amount", "date": day, "nearest": nearest, "nearest_before": before,
        "nearest_after": after,
    }  # fmt: skip


@pytest.mark.invariant("T2")
def test_a_parameter_without_any_value_says_so() -> None:
    empty = Law([SET.parameter("test.rate")._replace(values=())])
    with pytest.raises(LawError) as raised:
        empty.value("test.rate", date(2015, 1, 1))
    assert raised.value.data == {
        "parameter": "test.rate", "date": "2015-01-01", "nearest": "none at all",
        "nearest_before": None, "nearest_after": None,
    }  # fmt: skip


@pytest.mark.invariant("T2")
def test_boundaries_are_first_days_and_the_days_after_last_days() -> None:
    own = (date(2015, 1, 1), date(2015, 7, 1), date(2016, 1, 1), date(2017, 1, 1))
    assert SET.boundaries("test.amount") == own
    assert SET.boundaries("test.rate") == (date(2014, 1, 1),)
    assert SET.boundaries() == (date(2014, 1, 1), *own)


# ── what who relies on a set must know ───────────────────────────────────────────────────────


def test_what_is_not_certain_is_remarked_in_order() -> None:
    remarked = [
        Remark("test.amount", "gap", date(2015, 7, 1), date(2015, 12, 31), "not published"),
        Remark("test.amount", "reported", date(2016, 1, 1), date(2016, 12, 31), "as told"),
        Remark(
            "test.amount", "ends", date(2016, 12, 31), None, "nothing is known after 2016-12-31"
        ),
        Remark("test.amount", "undated", None, None, "3.00 EUR/week: some year"),
        Remark("test.rate", "derived", date(2014, 1, 1), None, ""),
    ]
    assert list(check_law(SET)) == remarked


def test_the_shipped_set_is_loaded_once() -> None:
    assert load_law() is load_law()
