"""A parameter file that does not load says which file, which place, and what is wrong (T3)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from made_parameters import FIRST_HALF_OF_2015, GAP_IN_2015, amount_file, dated_value, undated
from reba.errors import LawError, MoneyError
from reba.law.parameter_files import check_parameter, parse_parameters
from reba.law.parameter_values import DatedValue, Gap, Parameter, UndatedValue

GOOD = amount_file(
    dated_value(
        "2.00", "2016-01-01", status="reported", url="https://example.org/", note="as told"
    ),
    FIRST_HALF_OF_2015,
    GAP_IN_2015,
    undated("3.00", note="perhaps"),
)

FIRST = "the value of test.amount from 2015-01-01"
PLACE = "parameter test.amount"
REASONS = [
    ("title =", "titel =", "the file has the unknown key 'titel'"),
    ('instrument = "BWBR0000001"', "", "the file has no instrument"),
    ('instrument = "BWBR0000001"', 'instrument = " "', "the file has no instrument"),
    ('is = "1.00"', 'iz = "1.00"', "parameter test.amount has the unknown key 'iz'"),
    ('"test.amount"', '"Test.amount"', "parameter Test.amount is not named instrument.name"),
    ('unit = "EUR/week"', 'unit = "USD"', f"{PLACE} has the unknown unit 'USD'"),
    ('unit = "EUR/week"', "unit = 1", f"{PLACE} has no unit"),
    ('title_nl = "Bedrag"', "", f"{PLACE} has no title_nl"),
    ('title_en = "Amount"', "", f"{PLACE} has no title_en"),
    (
        'title_en = "Amount"',
        'title_en = "Amount"\nname = "x"',
        f"{PLACE} has the unknown key 'name'",
    ),
    (
        "valid_from = 2015-01-01",
        'valid_from = "2015"',
        "a value of test.amount has no date in valid_from",
    ),
    (
        "valid_from = 2015-01-01",
        "valid_from = 2015-01-01T00:00:00",
        "a value of test.amount has no date in valid_from",
    ),
    ("valid_to = 2015-06-30", "valid_to = 1", f"{FIRST} has no date in valid_to"),
    ("valid_to = 2015-06-30", "valid_to = 2014-12-31", f"{FIRST} ends before it starts"),
    (
        "valid_to = 2015-06-30",
        "valid_to = 9999-12-31",
        f"{FIRST} has 9999-12-31 in valid_to: leave out a last day that nobody set",
    ),
    (
        'status = "verified"',
        'status = "certain"',
        f"{FIRST}: status 'certain' is not one of verified, derived, reported",
    ),
    ('status = "verified"', "", f"{FIRST} has no status"),
    ('"jci1.3:c:BWBR0000001&artikel=1"', '"art. 1"', f"{FIRST}: 'art. 1' is not a JCI reference"),
    ('"jci1.3:c:BWBR0000001&artikel=1"', "1", f"{FIRST}: 1 is not a JCI reference"),
    (
        '"https://example.org/"',
        '"example"',
        "the value of test.amount from 2016-01-01: 'example' is not an address",
    ),
    (
        '"https://example.org/"',
        "1",
        "the value of test.amount from 2016-01-01: 1 is not an address",
    ),
    ('note = "as told"', 'note = ""', "the value of test.amount from 2016-01-01 has no note"),
    ("from = 2015-07-01", "from = 1", f"{PLACE} has no date in from"),
    ("to = 2015-12-31", "to = 1", f"{PLACE} has no date in to"),
    ('reason = "not published"', "", f"{PLACE} has no reason"),
    ('reason = "not published"', 'reason = "x"\nnote = "y"', f"{PLACE} has the unknown key 'note'"),
    ('said_of = "some year"', "", f"{PLACE} has no said_of"),
    ('url = "https://example.org/old"', "", f"{PLACE} has no url"),
    ('note = "perhaps"', 'note = ""', f"{PLACE} has no note"),
    ('note = "perhaps"', 'status = "verified"', f"{PLACE} has the unknown key 'status'"),
    (
        'is = "3.00"',
        "is = 3",
        f"{PLACE}: {MoneyError('money.float', value='3')}",
    ),
    (
        'is = "1.00"',
        'is = "1.005"',
        f"{FIRST}: {MoneyError('money.format', value='1.005')}",
    ),
]


@pytest.mark.parametrize(("old", "new", "reason"), REASONS)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(LawError) as raised:
        parse_parameters(GOOD.replace(old, new, 1), "test.toml")
    assert raised.value.code == "law.file"
    assert raised.value.data == {"file": "test.toml", "reason": reason}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('instrument = "x"\ntitle = "y"\n', "it has no parameters"),
        ('instrument = "x"\nparameter = 1\n', "it has no parameters"),
        ('instrument = "x"\n[parameter]\n"a.b" = 1\n', "parameter a.b is not a table"),
        (
            'instrument = "x"\n[parameter."a.b"]\nunit = "EUR"\nvalue = 1\n',
            "parameter a.b is not a list of tables",
        ),
        (
            'instrument = "x"\n[parameter."a.b"]\nunit = "EUR"\nvalue = [1]\n',
            "parameter a.b is not a table",
        ),
    ],
)
def test_what_has_not_the_shape_of_a_file_is_refused(text: str, reason: str) -> None:
    with pytest.raises(LawError) as raised:
        parse_parameters(text, "test.toml")
    assert raised.value.data == {"file": "test.toml", "reason": reason}


def test_what_is_no_toml_is_refused_with_the_words_of_its_reader() -> None:
    with pytest.raises(LawError) as raised:
        parse_parameters("a = ", "test.toml")
    assert raised.value.data["file"] == "test.toml"
    assert "Invalid value" in str(raised.value.data["reason"])


@pytest.mark.parametrize(
    ("unit", "written", "value"),
    [
        ("EUR", '"1.00"', 100),
        ("EUR/month", '"1.00"', 100),
        ("ratio", '"1.15"', Fraction(23, 20)),
        ("weeks", "24", 24),
        ("days", "0", 0),
    ],
)
def test_a_value_is_read_in_its_unit(unit: str, written: str, value: object) -> None:
    text = GOOD.replace("EUR/week", unit).replace('is = "1.00"', f"is = {written}")
    text = text.replace('is = "2.00"', f"is = {written}").replace('is = "3.00"', f"is = {written}")
    (parameter,) = parse_parameters(text, "test.toml")
    assert [each.value for each in parameter.values] == [value, value]
    assert [each.value for each in parameter.undated] == [value]


@pytest.mark.parametrize("written", ["-1", "true", '"24"', "2.0"])
def test_a_count_is_a_whole_number(written: str) -> None:
    text = GOOD.replace("EUR/week", "weeks").replace('is = "2.00"', f"is = {written}")
    with pytest.raises(LawError) as raised:
        parse_parameters(text, "test.toml")
    reason = "the value of test.amount from 2016-01-01 is not a count"
    assert raised.value.data == {"file": "test.toml", "reason": reason}


def test_a_value_without_a_source_is_refused_with_its_first_day() -> None:
    text = GOOD.replace('jci = "jci1.3:c:BWBR0000001&artikel=1"', "")
    with pytest.raises(LawError) as raised:
        parse_parameters(text, "test.toml")
    assert raised.value.code == "law.source_missing"
    assert raised.value.data == {
        "file": "test.toml", "parameter": "test.amount", "date": "2015-01-01",
    }  # fmt: skip


@pytest.mark.invariant("T3")
def test_a_file_is_read_whole_and_in_order_of_time() -> None:
    (found,) = parse_parameters(GOOD, "test.toml")
    article = "jci1.3:c:BWBR0000001&artikel=1"
    assert found == Parameter(
        "test.amount",
        "BWBR0000001",
        "Bedrag",
        "Amount",
        "EUR/week",
        (
            DatedValue(
                "test.amount", "EUR/week", 100, date(2015, 1, 1), date(2015, 6, 30), "verified",
                article, None, None,
            ),
            DatedValue(
                "test.amount", "EUR/week", 200, date(2016, 1, 1), None, "reported", None,
                "https://example.org/", "as told",
            ),
        ),
        (Gap(date(2015, 7, 1), date(2015, 12, 31), "not published"),),
        (
            UndatedValue(
                "test.amount", "EUR/week", 300, "some year", "https://example.org/old", "perhaps"
            ),
        ),
    )  # fmt: skip


def test_what_an_organisation_supplies_is_supplied_whatever_it_claims() -> None:
    (found,) = parse_parameters(GOOD, "overlay.toml", overlay=True)
    assert {value.status for value in found.values} == {"supplied"}
    (found,) = parse_parameters(GOOD.replace('status = "verified"', ""), "o.toml", overlay=True)
    assert {value.status for value in found.values} == {"supplied"}


# ── values and gaps that do not fit ──────────────────────────────────────────────────────────


def _with(*gaps: Gap) -> Parameter:
    (found,) = parse_parameters(GOOD, "test.toml")
    return found._replace(gaps=gaps)


@pytest.mark.invariant("T3")
@pytest.mark.parametrize(
    ("gaps", "code", "data"),
    [
        ((), "law.gap_unmarked", {"first": "2015-07-01", "last": "2015-12-31"}),
        (
            (Gap(date(2015, 7, 1), date(2015, 12, 30), "x"),),
            "law.gap_unmarked",
            {"first": "2015-12-31", "last": "2015-12-31"},
        ),
        (
            (Gap(date(2015, 7, 2), date(2015, 12, 31), "x"),),
            "law.gap_unmarked",
            {"first": "2015-07-01", "last": "2015-07-01"},
        ),
        ((Gap(date(2015, 6, 30), date(2015, 12, 31), "x"),), "law.overlap", {"date": "2015-06-30"}),
        ((Gap(date(2015, 7, 1), date(2016, 1, 1), "x"),), "law.overlap", {"date": "2016-01-01"}),
        (
            (Gap(date(2016, 1, 2), date(2016, 2, 1), "x"),),
            "law.gap_unmarked",
            {"first": "2015-07-01", "last": "2015-12-31"},
        ),
        (
            (
                Gap(date(2015, 7, 1), date(2015, 12, 31), "x"),
                Gap(date(2017, 1, 1), date(2017, 2, 1), "y"),
            ),
            "law.overlap",
            {"date": "2017-01-01"},
        ),
    ],
)
def test_every_day_has_one_value_or_one_declared_gap(
    gaps: tuple[Gap, ...], code: str, data: dict[str, str]
) -> None:
    with pytest.raises(LawError) as raised:
        check_parameter(_with(*gaps), "test.toml")
    assert raised.value.code == code
    assert raised.value.data == {"file": "test.toml", "parameter": "test.amount", **data}


@pytest.mark.invariant("T3")
@pytest.mark.parametrize(
    "gap",
    [
        Gap(date(2015, 12, 31), date(2015, 7, 1), "between two values"),
        Gap(date(2017, 1, 1), date(2016, 1, 1), "after the last"),
        Gap(date(2014, 12, 31), date(2014, 12, 30), "before the first"),
    ],
)
def test_a_gap_that_ends_before_it_starts_is_refused(gap: Gap) -> None:
    with pytest.raises(LawError) as raised:
        check_parameter(_with(gap), "test.toml")
    assert raised.value.code == "law.file"
    assert raised.value.data == {"file": "test.toml", "reason": "a gap of test.amount is reversed"}


def test_a_single_value_without_end_needs_no_gap() -> None:
    (found,) = parse_parameters(GOOD, "test.toml")
    check_parameter(found, "test.toml")
    check_parameter(found._replace(values=found.values[1:], gaps=()), "test.toml")
    check_parameter(found._replace(values=(), gaps=()), "test.toml")


def test_a_parameter_of_which_no_value_is_known_is_kept_with_what_is_said_of_it() -> None:
    without = GOOD.replace(GOOD[GOOD.index("[[") : GOOD.index('[[parameter."test.amount".gap')], "")
    (found,) = parse_parameters(without, "test.toml")
    assert (found.name, found.values) == ("test.amount", ())
    assert (found.gaps[0].reason, found.undated[0].said_of) == ("not published", "some year")


@pytest.mark.invariant("T2")
def test_two_values_from_one_day_are_refused_also_where_one_has_no_end() -> None:
    wrong = GOOD.replace("valid_from = 2016-01-01", "valid_from = 2015-01-01")
    with pytest.raises(LawError) as raised:
        parse_parameters(wrong, "test.toml")
    assert (raised.value.code, raised.value.data["date"]) == ("law.overlap", "2015-01-01")


@pytest.mark.invariant("T3")
def test_a_gap_may_be_of_one_day() -> None:
    text = GOOD.replace("to = 2015-12-31", "to = 2015-07-01")
    text = text.replace("valid_from = 2016-01-01", "valid_from = 2015-07-02")
    (found,) = parse_parameters(text, "test.toml")
    assert [(gap.first, gap.last) for gap in found.gaps] == [(date(2015, 7, 1), date(2015, 7, 1))]
