"""The mapping file: nothing is a default, and every fault has its code and place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reba.errors import ExportError
from reba.exports.journal import CHART
from reba.exports.mapping import SIDES, load_mapping, parse_mapping

MAPPING = Path(__file__).parents[2] / "examples" / "finance" / "mapping.toml"
GOOD = MAPPING.read_text(encoding="utf-8")


def test_each_account_of_the_chart_has_a_side_and_a_place() -> None:
    mapping = load_mapping(MAPPING)
    assert set(SIDES) == set(CHART) == set(mapping.versions[0].accounts)
    bank = mapping.account("bank", "2015-03-01")
    assert bank == ("1100", "Bank", "assets", "BLimBanRba", None)


def _without(text: str, table: str) -> str:
    start = text.index(f"[{table}]")
    end = text.find("[", start + 1)
    return text[:start] + (text[end:] if end > 0 else "")


def _changed(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (lambda text: _without(text, "accounts.held"), "export.missing", "accounts.held"),
        (_changed('number = "1100"\n', ""), "export.missing", "accounts.bank.number"),
        (lambda text: text + '[accounts.cash]\nnumber = "1"\nname = "Kas"\n',
         "export.unknown_key", "accounts.cash"),
        (_changed('rgs = "BLimBanRba"', 'rsg = "BLimBanRba"'), "export.unknown_key",
         "accounts.bank.rsg"),
        (_changed('"BLimBanRba"', '"bank"'), "export.rgs", "accounts.bank.rgs"),
        (_changed('number = "1100"', "number = 1100"), "export.number", "accounts.bank.number"),
        (_changed('number = "1100"', 'number = "11 00"'), "export.number", "accounts.bank.number"),
        (_changed('name = "Bank"', 'name = " "'), "export.text", "accounts.bank.name"),
        (_changed('name = "Bank"', 'name = "a\\nb"'), "export.text", "accounts.bank.name"),
        (_changed('name = "Bank"', "name = 'a\"b'"), "export.text", "accounts.bank.name"),
        (_changed('cost_centre = "OPVANG"', "cost_centre = 12"), "export.text",
         "accounts.written_off.cost_centre"),
        (_changed("valid_from = 2008-01-01", 'valid_from = "soon"'), "month.date_format",
         "mapping.valid_from"),
        (_changed('id = "example-location"', 'id = "Example location"'), "export.value",
         "mapping.id"),
        (_changed('tax_number = "000000000"', f'tax_number = "{"0" * 31}"'), "export.value",
         "audit_file.tax_number"),
        (_changed('"1720"', '"1710"'), "export.number_twice", "accounts.held.number"),
        (_changed('"1710"', '"1310"'), "export.number_twice", "accounts.savings.number"),
        (_changed('"0510"', '"1310"'), "export.number_twice", "accounts.receivable.number"),
    ],
)  # fmt: skip
def test_a_fault_has_its_code_and_place(change: Callable[[str], str], code: str, path: str) -> None:
    text = change(GOOD)
    assert text != GOOD
    with pytest.raises(ExportError) as refused:
        parse_mapping(text, file="mine.toml")
    assert refused.value.code == "export.mapping_invalid"
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [(code, path)]


def test_all_faults_are_told_at_once() -> None:
    text = _without(GOOD, "accounts.held").replace('"1100"', '"?"').replace('"BLimBanRba"', '"?"')
    with pytest.raises(ExportError) as refused:
        parse_mapping(text, file="mine.toml")
    assert {fault.code for fault in refused.value.faults} == {
        "export.missing", "export.number", "export.rgs",
    }  # fmt: skip


def test_accounts_that_are_one_account_may_share_its_number() -> None:
    name = 'name = "Verplichting spaartegoeden"'
    shared = GOOD.replace('number = "1720"\nname = "Vastgehouden vrijgaven"',
                          f'number = "1710"\n{name}')  # fmt: skip
    accounts = parse_mapping(shared, file="mine.toml").versions[0].accounts
    assert accounts["held"] == accounts["savings"]


def test_points_and_hyphens_do_not_make_two_numbers_one() -> None:
    dotted = GOOD.replace('"1710"', '"17.10"').replace('"1720"', '"17-10"')
    with pytest.raises(ExportError) as refused:
        parse_mapping(dotted, file="mine.toml")
    assert refused.value.faults[0].code == "export.number_twice"


def _two_versions(second: str) -> str:
    head, accounts = GOOD.split("[accounts.receivable]", 1)
    accounts = "[accounts.receivable]" + accounts
    head = head.replace("valid_from = 2008-01-01\n", "")
    both = ""
    for first_day, tables in (
        ("2008-01-01", accounts),
        (second, accounts.replace('"1100"', '"1105"')),
    ):
        both += f"[[version]]\nvalid_from = {first_day}\n" + tables.replace(
            "[accounts.", "[version.accounts."
        )
    return head + both


def test_the_version_of_the_day_of_recording_applies() -> None:
    mapping = parse_mapping(_two_versions("2016-01-01"), file="mine.toml")
    numbers = [mapping.account("bank", day).number for day in ("2015-12-31", "2016-01-01")]
    assert numbers == ["1100", "1105"]
    with pytest.raises(ExportError) as refused:
        mapping.account("bank", "2007-12-31")
    assert refused.value.code == "export.no_version"
    with pytest.raises(ExportError) as refused:
        parse_mapping(_two_versions("2008-01-01"), file="mine.toml")
    assert (refused.value.code, refused.value.data["date"]) == (
        "export.overlap", date(2008, 1, 1).isoformat(),
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"[mapping", b"\xff"])
def test_a_file_that_cannot_be_read(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    for each in (path, tmp_path / "absent.toml"):
        with pytest.raises(ExportError) as refused:
            load_mapping(each)
        assert refused.value.code == "export.mapping"
