"""Savings policies as values: what is kept of a file, what a refusal names, which version."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from reba.errors import PolicyError
from reba.savings.policy import SavingsPolicy, load_policy, parse_policy

POLICIES = Path(__file__).parents[2] / "examples" / "policies"
HALF = (POLICIES / "vng-half.toml").read_text(encoding="utf-8")
TWO = (POLICIES / "two-versions.toml").read_text(encoding="utf-8")


def test_a_policy_carries_what_its_file_says() -> None:
    policy = parse_policy(HALF, file="p.toml")
    assert policy.title == "Half of what comes from earnings"
    assert policy.source.startswith("VNG, Van wachtstand naar werkstand (2025)")
    assert (policy.status, policy.schemes) == ("illustrative", ("reba-2008",))
    version = policy.versions[0]
    assert (version.number, version.valid_from, version.valid_to) == (1, date(2015, 1, 1), None)
    assert version.release.granted.balance_share == 1  # all of it, and no more, is a share
    assert version.release.voluntary_return.balance_share == Fraction(3, 5)


@pytest.mark.invariant("H4")
@pytest.mark.parametrize("text", [HALF, TWO])
def test_what_a_ledger_keeps_is_plain_data_from_which_the_same_policy_comes_back(text: str) -> None:
    policy = parse_policy(text, file="p.toml")
    record = policy.to_record()
    again: dict[str, Any] = json.loads(json.dumps(record))
    assert again == record
    assert SavingsPolicy.from_record(again).digest == policy.digest


@pytest.mark.parametrize("key", ["title", "source"])
def test_a_title_and_a_source_may_be_short_and_not_empty(key: str) -> None:
    line = next(line for line in HALF.splitlines() if line.startswith(f"{key} = "))
    assert getattr(parse_policy(HALF.replace(line, f'{key} = "x"'), file="p.toml"), key) == "x"
    with pytest.raises(PolicyError) as raised:
        parse_policy(HALF.replace(line, f'{key} = ""'), file="p.toml")
    assert [fault.path for fault in raised.value.faults] == [f"policy.{key}"]


def test_what_a_file_leaves_out_is_left_out_of_what_is_kept() -> None:
    policy = parse_policy(HALF.replace('monthly_max = "150.00"', ""), file="p.toml")
    record: dict[str, Any] = json.loads(json.dumps(policy.to_record()))
    assert "monthly_max" not in record["version"][0]["reserve"]
    assert "valid_to" not in record["version"][0]


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (HALF, "595c0c3923c80fc8a9075bf631b8bc8e1588d7726c62d2dc56918ee72b87d815"),
        (TWO, "a74c30cc24dd3c6679194af4dfad667e1f9f14a39a798b1293cf069db0cceea2"),
    ],
)
def test_the_digest_of_a_policy_is_what_it_was(text: str, digest: str) -> None:
    """Ledgers name the policy of an entry by its digest: another one is another policy."""
    assert parse_policy(text, file="p.toml").digest == digest


def test_policies_are_equal_by_what_they_say_and_by_nothing_else() -> None:
    one, same, other = (parse_policy(text, file="p.toml") for text in (HALF, HALF, TWO))
    assert (one == same, hash(one) == hash(same)) == (True, True)
    assert (one == other, hash(one) == hash(other)) == (False, False)
    assert one != one.digest


# ── the version of a day ─────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("T2")
def test_after_its_last_day_a_policy_has_no_rules() -> None:
    dated = HALF.replace(
        "valid_from = 2015-01-01", "valid_from = 2015-01-01\nvalid_to = 2015-12-31"
    )
    policy = parse_policy(dated, file="p.toml")
    assert policy.on(date(2015, 12, 31)).number == 1
    with pytest.raises(PolicyError) as raised:
        policy.on(date(2016, 1, 1))
    assert raised.value.data == {
        "policy": "example-half", "date": "2016-01-01", "first": "2015-01-01",
    }  # fmt: skip


@pytest.mark.invariant("T2")
def test_a_day_before_the_policy_names_the_first_day_of_the_first_version() -> None:
    policy = parse_policy(TWO, file="p.toml")
    with pytest.raises(PolicyError) as raised:
        policy.on(date(2014, 12, 31))
    assert raised.value.data["first"] == "2015-01-01"


@pytest.mark.invariant("T2")
def test_asking_for_one_day_does_not_change_the_answer_for_another() -> None:
    """The last answer is remembered, since a run asks for one day a hundred thousand times."""
    policy = parse_policy(TWO, file="p.toml")
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 1), date(2023, 12, 31)]
    assert [policy.on(day).number for day in days] == [1, 2, 2, 1]


# ── what a refusal names ─────────────────────────────────────────────────────────────────────


def test_a_refusal_names_the_file_the_first_fault_and_how_many_there_are() -> None:
    wrong = TWO.replace('status = "illustrative"', 'status = "final"').replace('"150.00"', "150")
    with pytest.raises(PolicyError) as raised:
        parse_policy(wrong, file="pilot.toml")
    error = raised.value
    assert (error.code, error.data["file"], error.data["count"]) == (
        "policy.invalid",
        "pilot.toml",
        3,
    )
    assert [fault.path for fault in error.faults] == [
        "policy.status", "version.0.reserve.monthly_max", "version.1.reserve.monthly_max",
    ]  # fmt: skip


def test_a_share_above_the_whole_is_refused_and_repeated() -> None:
    with pytest.raises(PolicyError) as raised:
        parse_policy(HALF.replace('share = "0.50"', 'share = "1.000000001"'), file="p.toml")
    (fault,) = raised.value.faults
    assert (fault.code, fault.path) == ("policy.share", "reserve.share")
    assert "1.000000001" in fault.reason


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    place = tmp_path / "broken.toml"
    place.write_text("[policy", encoding="utf-8")
    with pytest.raises(PolicyError) as raised:
        load_policy(place)
    assert (raised.value.code, raised.value.data["file"]) == ("policy.file", str(place))


def test_a_record_that_is_damaged_is_named_by_where_it_was_kept() -> None:
    record = json.loads(json.dumps(parse_policy(TWO, file="p.toml").to_record()))
    record["policy"]["status"] = "final"
    with pytest.raises(PolicyError) as raised:
        SavingsPolicy.from_record(record)
    assert raised.value.data["file"] == "the policy kept in the ledger"


def test_an_overlap_names_the_policy_and_the_day() -> None:
    with pytest.raises(PolicyError) as raised:
        parse_policy(TWO.replace("2024-01-01", "2015-01-01"), file="p.toml")
    assert raised.value.data == {"policy": "example-two-versions", "date": "2015-01-01"}
