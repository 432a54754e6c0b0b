"""The bank statements that tests make are such as a bank may send."""

from __future__ import annotations

import pytest

from camt_check import faults_of
from fuzz.bank_targets import made_statements
from unit.test_reconciling import VERSIONS, balance, document, entry, part, statement


def _story(version: str) -> str:
    """Make a statement with each kind of entry that the tests of reconciling use."""
    return document(
        statement(
            entry(2500, part(end_to_end="x-1"), out=True, version=version),
            entry(
                4001, part(end_to_end="x-2", reason="AC04"), bank="B-3", family="RRTN",
                version=version,
            ),
            entry(10000, part(text="G-1/7"), bank="B-4", reversal=True, version=version),
            entry(10000, part(reference="H-9 2015-03"), bank="B-5", version=version),
            entry(
                6501, part(2500, end_to_end="a", version=version),
                part(4001, end_to_end="b", version=version), out=True, version=version,
            ),
            entry(1, bank=None, status="PDNG", version=version),
            balances=balance("OPBD", -100) + balance("CLBD", 100),
        ),
        statement(name="S-2"),
        version=version,
    )  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_a_statement_that_tests_make_is_as_the_schema_has_it(version: str) -> None:
    assert faults_of(_story(version)) == []


def test_the_statements_that_are_fuzzed_are_as_the_schema_has_them() -> None:
    for made in made_statements():
        assert faults_of(made.decode()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<Id>S-1</Id>", f"<Id>{'S' * 36}</Id>", "Stmt/Id: it has 36 characters"),
        ("<Id>S-1</Id>", "", "missing 1 required keyword-only argument: 'id'"),
        ('Ccy="EUR"', 'Ccy="eur"', "Ccy: it does not follow its pattern"),
        (">25.00<", ">25.000001<", "25.000001 has too many decimals"),
        (">25.00<", ">-25.00<", "-25.00 is too small"),
        ("NL91ABNA0417164300", "91NLABNA0417164300", "IBAN: it does not follow its pattern"),
        (
            "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2015-06-12</Dt></BookgDt>",
            "<BookgDt><Dt>2015-06-12</Dt></BookgDt><Sts><Cd>BOOK</Cd></Sts>",
            "BookgDt stands where Sts should",
        ),
        ("camt.053", "camt.052", "it is no camt.053"),
    ],
)
def test_what_no_bank_would_send_is_found(old: str, new: str, fault: str) -> None:
    text = _story("08")
    changed = text.replace(old, new)
    assert changed != text
    assert any(each.endswith(fault) for each in faults_of(changed))
