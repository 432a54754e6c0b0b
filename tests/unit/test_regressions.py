"""What a second reader or fuzzing found wrong, each as a test of its own (R1, R2, R3, C4)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reba import RebaError, audit, load_choices, load_law, load_policy, open_ledger
from reba.law.parameter_files import parse_parameters
from reba.runs.rows import read_rows
from unit.test_ledger import drop_triggers
from unit.test_office import BASIS, COUPLE, POLICY, Office, opened_office


@pytest.fixture
def office() -> Iterator[Office]:
    with opened_office() as opened:
        yield opened
        assert audit(opened.ledger).findings == ()


def _close(office: Office, case: str, **options: object) -> str:
    state = office.ledger.close("H-1", case=case, policy=POLICY, legal_basis=BASIS, actor="kees",
                                **options)  # type: ignore[arg-type]  # fmt: skip
    return state.releases[-1].release if state.releases else ""


@pytest.mark.invariant("R2")
def test_what_was_left_is_not_paid_once_the_end_was_revoked(office: Office) -> None:
    office.save(10000)
    event = office.end()
    left = _close(office, "granted")
    office.approve(left)
    office.ledger.revoke_procedure(event, because="appeal_upheld", legal_basis=BASIS)
    with office.refuses("release.procedure_open"):
        office.pay(left)


def test_the_group_is_decided_again_after_its_decision_was_revoked(office: Office) -> None:
    office.save(10000, members=COUPLE)
    office.end()
    office.end("voluntary_return", member="P-2")
    first = office.ledger.decide_outcome("H-1", group="granted", legal_basis=BASIS)
    office.ledger.revoke_procedure(first, because="recorded_in_error", legal_basis=BASIS)
    assert office.ledger.account("H-1").outcome == "mixed"
    second = office.ledger.decide_outcome("H-1", group="granted", legal_basis=BASIS)
    assert second != first
    assert office.ledger.account("H-1").outcome == "granted"


@pytest.mark.invariant("R3")
def test_what_was_remitted_makes_nobody_owe_and_swallows_no_later_savings(office: Office) -> None:
    office.save(10000)
    office.end("forced_return")
    _close(office, "forced_return")
    office.revise(4000)
    state = office.ledger.account("H-1")
    assert (state.settled_cents, state.balance_cents, state.overpaid_cents) == (4000, 0, 0)
    office.today("2015-07-10")
    office.ledger.reopen("H-1", because="came_back", legal_basis=BASIS)
    office.save(5000, month="2015-07")
    state = office.ledger.account("H-1")
    assert (state.settled_cents, state.balance_cents) == (4000, 5000)


def test_a_closed_account_has_no_options(office: Office) -> None:
    office.save(10000)
    office.end()
    _close(office, "granted")
    options = office.ledger.release_options("H-1", policy=POLICY)
    assert {(o.most_cents, o.limited_by) for o in options} == {(0, "account_closed")}


@pytest.mark.parametrize(
    "text",
    [
        "999993653", "BSN999993653", "999 993 653", "9999.93.653", "NL91ABNA0417164300",
        "NL91 ABNA 0417 1643 00", "nl91abna0417164300",
    ],
)  # fmt: skip
def test_no_text_holds_a_personal_number(office: Office, text: str) -> None:
    office.save(10000)
    with office.refuses("ledger.text"):
        office.end(legal_basis=f"decision about {text}")


@pytest.mark.parametrize("text", ["decision of 20.05.2015", "AWB 15/12345", "ECLI:NL:RVS:2026:142"])
def test_a_citation_is_no_personal_number(office: Office, text: str) -> None:
    office.save(10000)
    assert office.end(legal_basis=text)


# ── what fuzzing found ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("read", "code"),
    [(load_law, "law.file"), (load_policy, "policy.file"), (load_choices, "choices.file")],
)
@pytest.mark.parametrize(
    "value", ["1" * 5000, "[" * 3000, "{a=" * 3000], ids=["digits", "lists", "tables"]
)
def test_a_toml_file_without_measure_is_refused(
    tmp_path: Path, read: Callable[[Path], object], code: str, value: str
) -> None:
    path = tmp_path / "f.toml"
    path.write_text(f"title = {value}", encoding="utf-8")
    with pytest.raises(RebaError) as raised:
        read(path)
    assert raised.value.code == code


def test_a_header_that_is_no_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    for header in (b"scheme,mon\rth,household\n", b'"scheme,month\n'):
        path.write_bytes(header)
        with pytest.raises(RebaError) as raised:
            list(read_rows(path))
        assert raised.value.code == "facts.csv_header"


def test_a_count_of_thousands_of_digits_is_a_fault_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    header = "scheme,month,household,members.id,members.born,members.exemption_weeks_used"
    path.write_text(f"{header}\nreba-2008,2015-03,H-1,P-1,1990-05-14,{'1' * 5000}\n", "utf-8")
    (row,) = read_rows(path)
    assert "members.0.exemption_weeks_used" in {fault.path for fault in row.faults}


def test_an_overlay_until_the_end_of_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "overlay.toml"
    path.write_text(
        'instrument = "x"\n[parameter."reba.exemption_rate"]\ntitle_nl = "-"\ntitle_en = "-"\n'
        'unit = "ratio"\n[[parameter."reba.exemption_rate".value]]\nis = "0.20"\n'
        'valid_from = 2015-04-01\nvalid_to = 9999-12-31\nurl = "https://example.org/letter"\n',
        encoding="utf-8",
    )
    with pytest.raises(RebaError, match="leave out a last day") as raised:
        load_law(path)
    assert raised.value.code == "law.file"


@pytest.mark.parametrize("unit", ["ratio", "EUR/month"])
def test_an_overlay_with_a_hexadecimal_number_without_measure_is_refused(unit: str) -> None:
    text = (
        f'instrument = "x"\n[parameter."a.b"]\ntitle_nl = "-"\ntitle_en = "-"\nunit = "{unit}"\n'
        f'[[parameter."a.b".value]]\nis = 0x{"f" * 5000}\nvalid_from = 2015-04-01\n'
        'url = "https://example.org/letter"\n'
    )
    with pytest.raises(RebaError) as raised:
        parse_parameters(text, "overlay.toml", overlay=True)
    assert raised.value.code == "law.file"


def test_an_entry_with_the_last_number_there_is_makes_no_ledger(tmp_path: Path) -> None:
    golden = Path(__file__).parents[1] / "golden" / "ledger" / "v1.reba"
    place = Path(shutil.copy(golden, tmp_path / "l.reba"))
    with closing(sqlite3.connect(place, isolation_level=None)) as db:
        drop_triggers(db)
        db.execute("UPDATE entries SET seq = 9223372036854775807 WHERE seq = 5")
    with open_ledger(place, read_only=True) as ledger:
        assert "store.damaged" in {finding.id for finding in audit(ledger).findings}
        with pytest.raises(RebaError) as raised:
            ledger.checkpoint()
    assert raised.value.code == "ledger.damaged"
