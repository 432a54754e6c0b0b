"""What an overlay leaves of a set of parameters, to the day, and when it is refused (T4)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from made_parameters import SET, overlay_file
from reba.errors import LawError
from reba.law.parameters import Law


def _overlay(folder: Path, *values: tuple[str, str, str | None]) -> Path:
    return overlay_file(folder / "overlay.toml", values)


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
    law = SET.with_overlay(_overlay(tmp_path, *supplied))
    assert _spans(law) == spans
    assert _gaps(law) == gaps
    assert _spans(SET) == [
        ("1.00", "2015-01-01", "2015-06-30"),
        ("2.00", "2016-01-01", "2016-12-31"),
    ]
    assert law.values("test.rate") == SET.values("test.rate")
    new = [value for value in law.values("test.amount") if value.status == "supplied"]
    assert [value.url for value in new] == ["https://example.org/letter"] * len(supplied)
    shipped = law.parameter("test.amount")
    assert (shipped.title_nl, shipped.title_en) == ("Bedrag", "Amount")


@pytest.mark.invariant("T4")
def test_a_value_without_end_goes_on_after_an_overlay(tmp_path: Path) -> None:
    path = overlay_file(
        tmp_path / "overlay.toml", [("0.30", "2015-01-01", "2015-12-31")], name="test.rate",
        unit="ratio",
    )  # fmt: skip
    found = SET.with_overlay(path).values("test.rate")
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
        SET.with_overlay(path)
    assert raised.value.code == "law.overlap"
    assert raised.value.data == {"file": str(path), "parameter": "test.amount", "date": day}


def test_values_of_an_overlay_may_follow_each_other_at_once(tmp_path: Path) -> None:
    path = _overlay(tmp_path, ("8.00", "2017-01-01", "2017-01-31"), ("9.00", "2017-02-01", None))
    assert _spans(SET.with_overlay(path))[2:] == [
        ("8.00", "2017-01-01", "2017-01-31"), ("9.00", "2017-02-01", None),
    ]  # fmt: skip


def test_an_overlay_in_another_unit_is_refused(tmp_path: Path) -> None:
    path = _overlay(tmp_path, ("1.00", "2017-01-01", None))
    path.write_text(path.read_text("utf-8").replace("EUR/week", "EUR/month"), "utf-8")
    with pytest.raises(LawError) as raised:
        SET.with_overlay(path)
    reason = "test.amount is in EUR/week, not EUR/month"
    assert raised.value.data == {"file": str(path), "reason": reason}


def test_an_overlay_with_a_fault_is_named(tmp_path: Path) -> None:
    path = _overlay(tmp_path, ("1.005", "2017-01-01", None))
    with pytest.raises(LawError) as raised:
        SET.with_overlay(path)
    assert (raised.value.code, raised.value.data["file"]) == ("law.file", str(path))


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_an_overlay_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "official.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LawError) as raised:
        SET.with_overlay(path)
    assert (raised.value.code, raised.value.data["file"]) == ("law.file", str(path))
    assert str(raised.value.__cause__) == raised.value.data["reason"]
