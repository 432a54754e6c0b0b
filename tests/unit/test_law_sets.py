"""A set of parameters as a value: what a ledger keeps, what an overlay leaves, what is remarked."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from reba.errors import LawError
from reba.law.parameter_files import parse_parameters
from reba.law.parameters import Gap, Law, Remark, check_law, load_law

TEXT = """
instrument = "BWBR0000001"
title = "A test"
[parameter."test.amount"]
title_nl = "Bedrag"
title_en = "Amount"
unit = "EUR/week"
[[parameter."test.amount".value]]
is = "1.00"
valid_from = 2015-01-01
valid_to = 2015-06-30
status = "verified"
jci = "jci1.3:c:BWBR0000001&artikel=1"
[[parameter."test.amount".gap]]
from = 2015-07-01
to = 2015-12-31
reason = "not published"
[[parameter."test.amount".value]]
is = "2.00"
valid_from = 2016-01-01
valid_to = 2016-12-31
status = "reported"
url = "https://example.org/"
note = "as told"
[[parameter."test.amount".undated]]
is = "3.00"
said_of = "some year"
url = "https://example.org/old"
[parameter."test.rate"]
title_nl = "Deel"
title_en = "Rate"
unit = "ratio"
[[parameter."test.rate".value]]
is = "0.25"
valid_from = 2014-01-01
status = "derived"
url = "https://example.org/rate"
[parameter."test.count"]
title_nl = "Aantal"
title_en = "Count"
unit = "weeks"
[[parameter."test.count".value]]
is = 24
valid_from = 2014-01-01
status = "verified"
url = "https://example.org/count"
"""
LAW = Law(parse_parameters(TEXT, "test.toml"))
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
    assert LAW.to_record() == RECORD
    again = Law.from_record(json.loads(json.dumps(RECORD)))
    assert again.digest == LAW.digest
    for name in LAW.names():
        assert again.parameter(name) == LAW.parameter(name)
    assert [type(again.values(name)[0].value) for name in LAW.names()] == [int, int, Fraction]


@pytest.mark.invariant("H4")
def test_the_digest_of_a_set_is_what_it_was() -> None:
    """Assessments name the law that they rest on by its digest: another one is another law."""
    assert LAW.digest == "dc50978e4c050b17b2f278b4544e77fd99d45eb12263bf2925b425a9610d672a"
    text = LAW.to_record()
    shuffled = Law.from_record(dict(reversed(list(text.items()))))
    assert shuffled.digest == LAW.digest


def test_sets_are_equal_by_what_they_say_and_by_nothing_else() -> None:
    same, other = Law(parse_parameters(TEXT, "other.toml")), load_law()
    assert (same == LAW, hash(same) == hash(LAW)) == (True, True)
    assert (other == LAW, hash(other) == hash(LAW)) == (False, False)
    assert LAW.digest != LAW
    assert repr(LAW) == f"<Law {LAW.digest[:12]} with 3 parameters>"


def test_names_are_sorted_and_an_unknown_one_is_refused_by_name() -> None:
    assert LAW.names() == ("test.amount", "test.count", "test.rate")
    for ask in (LAW.parameter, LAW.values, LAW.gaps, LAW.undated):
        with pytest.raises(LawError) as raised:
            ask("test.nothing")
        assert raised.value.code == "law.unknown_parameter"
        assert raised.value.data == {"parameter": "test.nothing"}
    assert LAW.gaps("test.amount") == (Gap(date(2015, 7, 1), date(2015, 12, 31), "not published"),)
    assert [each.value_text for each in LAW.undated("test.amount")] == ["3.00"]


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
        LAW.value("test.amount", date.fromisoformat(day))
    assert raised.value.code == "law.no_value"
    assert raised.value.data == {
        "parameter": "test.amount", "date": day, "nearest": nearest, "nearest_before": before,
        "nearest_after": after,
    }  # fmt: skip


@pytest.mark.invariant("T2")
def test_a_parameter_without_any_value_says_so() -> None:
    empty = Law([LAW.parameter("test.rate")._replace(values=())])
    with pytest.raises(LawError) as raised:
        empty.value("test.rate", date(2015, 1, 1))
    assert raised.value.data == {
        "parameter": "test.rate", "date": "2015-01-01", "nearest": "none at all",
        "nearest_before": None, "nearest_after": None,
    }  # fmt: skip


@pytest.mark.invariant("T2")
def test_boundaries_are_first_days_and_the_days_after_last_days() -> None:
    own = (date(2015, 1, 1), date(2015, 7, 1), date(2016, 1, 1), date(2017, 1, 1))
    assert LAW.boundaries("test.amount") == own
    assert LAW.boundaries("test.rate") == (date(2014, 1, 1),)
    assert LAW.boundaries() == (date(2014, 1, 1), *own)


# ── overlays ─────────────────────────────────────────────────────────────────────────────────

OVERLAY = """
instrument = "BWBR0000001"
title = "Official amounts"
[parameter."test.amount"]
title_nl = "-"
title_en = "-"
unit = "EUR/week"
"""
VALUE = """
[[parameter."test.amount".value]]
is = "{amount}"
valid_from = {first}
{last}
url = "https://example.org/letter"
"""


def _overlay(folder: Path, *values: tuple[str, str, str | None]) -> Path:
    path = folder / "overlay.toml"
    blocks = [
        VALUE.format(amount=amount, first=first, last=f"valid_to = {last}" if last else "")
        for amount, first, last in values
    ]
    path.write_text(OVERLAY + "".join(blocks), encoding="utf-8")
    return path


def _spans(law: Law) -> list[tuple[str, str, str | None]]:
    return [
        (value.value_text, str(value.valid_from), str(value.valid_to) if value.valid_to else None)
        for value in law.values("test.amount")
    ]


def _gaps(law: Law) -> list[tuple[str, str, str]]:
    return [(str(gap.first), str(gap.last), gap.reason) for gap in law.gaps("test.amount")]


@pytest.mark.invariant("T4")
@pytest.mark.parametrize(
    ("supplied", "spans", "gaps"),
    [
        pytest.param(
            [("9.00", "2015-03-01", "2015-03-31")],
            [("1.00", "2015-01-01", "2015-02-28"), ("9.00", "2015-03-01", "2015-03-31"),
             ("1.00", "2015-04-01", "2015-06-30"), ("2.00", "2016-01-01", "2016-12-31")],
            [("2015-07-01", "2015-12-31", "not published")],
            id="inside a value, which goes on after it",
        ),
        pytest.param(
            [("9.00", "2015-09-01", "2015-09-30")],
            [("1.00", "2015-01-01", "2015-06-30"), ("9.00", "2015-09-01", "2015-09-30"),
             ("2.00", "2016-01-01", "2016-12-31")],
            [("2015-07-01", "2015-08-31", "not published"),
             ("2015-10-01", "2015-12-31", "not published")],
            id="inside a gap, which goes on after it",
        ),
        pytest.param(
            [("9.00", "2015-06-30", "2016-01-01")],
            [("1.00", "2015-01-01", "2015-06-29"), ("9.00", "2015-06-30", "2016-01-01"),
             ("2.00", "2016-01-02", "2016-12-31")],
            [],
            id="over a gap and a day of both its neighbours",
        ),
        pytest.param(
            [("9.00", "2015-01-01", "2015-06-30")],
            [("9.00", "2015-01-01", "2015-06-30"), ("2.00", "2016-01-01", "2016-12-31")],
            [("2015-07-01", "2015-12-31", "not published")],
            id="exactly in the place of a value",
        ),
        pytest.param(
            [("9.00", "2015-07-01", "2015-12-31")],
            [("1.00", "2015-01-01", "2015-06-30"), ("9.00", "2015-07-01", "2015-12-31"),
             ("2.00", "2016-01-01", "2016-12-31")],
            [],
            id="exactly in the place of a gap",
        ),
        pytest.param(
            [("9.00", "2016-07-01", None)],
            [("1.00", "2015-01-01", "2015-06-30"), ("2.00", "2016-01-01", "2016-06-30"),
             ("9.00", "2016-07-01", None)],
            [("2015-07-01", "2015-12-31", "not published")],
            id="from a day on, without end",
        ),
        pytest.param(
            [("9.00", "2014-01-01", None)],
            [("9.00", "2014-01-01", None)],
            [],
            id="over all of it",
        ),
        pytest.param(
            [("9.00", "2017-02-01", "2017-02-28")],
            [("1.00", "2015-01-01", "2015-06-30"), ("2.00", "2016-01-01", "2016-12-31"),
             ("9.00", "2017-02-01", "2017-02-28")],
            [("2015-07-01", "2015-12-31", "not published"),
             ("2017-01-01", "2017-01-31", "not supplied by the overlay")],
            id="later, with days between that nobody supplied",
        ),
        pytest.param(
            [("9.00", "2014-12-31", "2014-12-31"), ("8.00", "2017-01-01", "2017-01-01")],
            [("9.00", "2014-12-31", "2014-12-31"), ("1.00", "2015-01-01", "2015-06-30"),
             ("2.00", "2016-01-01", "2016-12-31"), ("8.00", "2017-01-01", "2017-01-01")],
            [("2015-07-01", "2015-12-31", "not published")],
            id="a day at each end",
        ),
    ],
)  # fmt: skip
def test_an_overlay_takes_its_days_and_leaves_the_others(
    tmp_path: Path,
    supplied: list[tuple[str, str, str | None]],
    spans: list[tuple[str, str, str | None]],
    gaps: list[tuple[str, str, str]],
) -> None:
    law = LAW.with_overlay(_overlay(tmp_path, *supplied))
    assert _spans(law) == spans
    assert _gaps(law) == gaps
    assert _spans(LAW) == [
        ("1.00", "2015-01-01", "2015-06-30"),
        ("2.00", "2016-01-01", "2016-12-31"),
    ]
    assert law.values("test.rate") == LAW.values("test.rate")
    new = [value for value in law.values("test.amount") if value.status == "supplied"]
    assert [value.url for value in new] == ["https://example.org/letter"] * len(supplied)
    shipped = law.parameter("test.amount")
    assert (shipped.title_nl, shipped.title_en) == ("Bedrag", "Amount")


@pytest.mark.invariant("T4")
def test_a_value_without_end_goes_on_after_an_overlay(tmp_path: Path) -> None:
    text = OVERLAY.replace("test.amount", "test.rate").replace("EUR/week", "ratio")
    value = VALUE.replace("test.amount", "test.rate")
    path = tmp_path / "overlay.toml"
    last = "valid_to = 2015-12-31"
    path.write_text(text + value.format(amount="0.30", first="2015-01-01", last=last), "utf-8")
    found = LAW.with_overlay(path).values("test.rate")
    assert [(v.value_text, v.valid_from, v.valid_to) for v in found] == [
        ("0.25", date(2014, 1, 1), date(2014, 12, 31)),
        ("0.3", date(2015, 1, 1), date(2015, 12, 31)),
        ("0.25", date(2016, 1, 1), None),
    ]


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        (("1.00", "2015-01-01", "2015-03-31"), ("2.00", "2015-03-31", None), "2015-03-31"),
        (("1.00", "2015-01-01", None), ("2.00", "2015-03-31", None), "2015-03-31"),
    ],
)
def test_values_of_an_overlay_that_overlap_are_refused_with_their_day(
    tmp_path: Path, first: tuple[str, str, str], second: tuple[str, str, str], day: str
) -> None:
    path = _overlay(tmp_path, first, second)
    with pytest.raises(LawError) as raised:
        LAW.with_overlay(path)
    assert raised.value.code == "law.overlap"
    assert raised.value.data == {"file": str(path), "parameter": "test.amount", "date": day}


def test_values_of_an_overlay_may_follow_each_other_at_once(tmp_path: Path) -> None:
    path = _overlay(tmp_path, ("8.00", "2017-01-01", "2017-01-31"), ("9.00", "2017-02-01", None))
    assert _spans(LAW.with_overlay(path))[2:] == [
        ("8.00", "2017-01-01", "2017-01-31"), ("9.00", "2017-02-01", None),
    ]  # fmt: skip


def test_an_overlay_in_another_unit_is_refused(tmp_path: Path) -> None:
    path = _overlay(tmp_path, ("1.00", "2017-01-01", None))
    path.write_text(path.read_text("utf-8").replace("EUR/week", "EUR/month"), "utf-8")
    with pytest.raises(LawError) as raised:
        LAW.with_overlay(path)
    reason = "test.amount is in EUR/week, not EUR/month"
    assert raised.value.data == {"file": str(path), "reason": reason}


def test_an_overlay_with_a_fault_is_named(tmp_path: Path) -> None:
    path = _overlay(tmp_path, ("1.005", "2017-01-01", None))
    with pytest.raises(LawError) as raised:
        LAW.with_overlay(path)
    assert (raised.value.code, raised.value.data["file"]) == ("law.file", str(path))


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_an_overlay_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "official.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LawError) as raised:
        LAW.with_overlay(path)
    assert (raised.value.code, raised.value.data["file"]) == ("law.file", str(path))
    assert str(raised.value.__cause__) == raised.value.data["reason"]


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
    assert list(check_law(LAW)) == remarked


def test_the_shipped_set_is_loaded_once() -> None:
    assert load_law() is load_law()
