"""A payment file and its booking: exactly once, whole or not at all (R1, E1)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba import RebaError, audit, open_ledger
from reba.bank import paying, payment_files
from reba.bank.credit_transfer import Debtor, debtor_of
from reba.bank.payees import Payee, read_payees
from reba.bank.paying import PaidBatch, PayingAsked, pay_approved
from reba.bank.references import batch_named, end_to_end_id, is_bank_batch, message_id
from reba.cli.app import run
from reba.errors import Fault
from reba.fact_checks import identifier_fault
from reba.ledger.desk import usable_text
from unit.test_office import Office, opened_office

DEBTOR = Debtor("Gemeente Voorbeeld", "NL91ABNA0417164300")
IBANS = ("NL20INGB0001234567", "NL91ABNA0417164300", "DE89370400440532013000")
SPACE = {"": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


class Killed(BaseException):
    """The process ends here: no handler of errors gets to see it."""


@dataclass
class Desk:
    """An office with releases that wait for payment, and the files beside it."""

    office: Office
    folder: Path
    releases: list[str]

    @property
    def out(self) -> Path:
        return self.folder / "pay.xml"

    @property
    def parts(self) -> list[Path]:
        """What stands beside the place of the file."""
        return sorted(self.folder.glob(".pay.xml.*.part"))

    def payees(self, *lines: str) -> Path:
        path = self.folder / "payees.csv"
        path.write_text("\n".join(("account,name,iban", *lines)) + "\n", encoding="utf-8")
        return path

    def all_payees(self) -> Path:
        return self.payees(f"H-1,A. Ünal,{IBANS[0]}", f"H-2,B. d'Arc & <Zn>,{IBANS[1]}")

    def pay(self, name: str = "2015-06-a", **more: object) -> PaidBatch:
        asked = PayingAsked(name, DEBTOR)._replace(**more)  # type: ignore[arg-type]
        return pay_approved(
            self.office.ledger, asked, payees=self.folder / "payees.csv", out=self.out
        )

    def statuses(self) -> list[str]:
        return [self.office.release(release).status for release in self.releases]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two households with a permit, and a release of 25.00 and one of 40.01 that wait."""
    with opened_office() as office:
        desk = Desk(office, tmp_path, waiting(office))
        desk.all_payees()
        yield desk


def waiting(office: Office) -> list[str]:
    """Let two households save, end their procedures, and approve a release of each."""
    releases: list[str] = []
    for account, cents in (("H-1", 2500), ("H-2", 4001)):
        office.save(30000, account=account)
        office.end("granted", account=account)
        releases.append(office.approve(office.ask("bridging", cents, account=account)))
    return releases


def command(name: str, *more: str) -> list[str]:
    """Return the command that pays a batch, in the folder of the ledger."""
    return [
        "reba", "pay", "l.reba", "--payees", "payees.csv", "--out", "pay.xml", "--name", name,
        "--account", DEBTOR.iban, "--debtor", DEBTOR.name, *more,
    ]  # fmt: skip


def texts(file: Path, path: str) -> list[str | None]:
    return [found.text for found in ET.parse(file).getroot().findall(path, SPACE)]  # noqa: S314


def _refused(desk: Desk, code: str, **more: object) -> RebaError:
    """Expect a refusal that books nothing and leaves no file."""
    size, before = desk.office.ledger.size(), desk.out.exists()
    with pytest.raises(RebaError) as raised:
        desk.pay(**more)  # type: ignore[arg-type]
    assert raised.value.code == code
    assert desk.office.ledger.size() == size
    assert (desk.out.exists(), desk.parts) == (before, [])
    return raised.value


# ── the file ─────────────────────────────────────────────────────────────────────────────────


def test_the_file_holds_each_release_once_and_is_valid(desk: Desk) -> None:
    batch = desk.pay()
    assert (batch.status, batch.payments, batch.total_cents) == ("booked", 2, 6501)
    assert desk.statuses() == ["paid", "paid"]
    import_module("sepaxml.validation").try_valid_xml(desk.out.read_bytes(), "pain.001.001.09")
    for level in (".//GrpHdr", ".//PmtInf"):
        assert texts(desk.out, f"{level}/NbOfTxs") == ["2"]
        assert texts(desk.out, f"{level}/CtrlSum") == ["65.01"]
    assert texts(desk.out, ".//InstdAmt") == ["25.00", "40.01"]
    assert texts(desk.out, ".//Cdtr/Nm") == ["A. Ünal", "B. d'Arc & <Zn>"]
    assert texts(desk.out, ".//CdtrAcct//IBAN") == [*IBANS[:2]]
    assert texts(desk.out, ".//ReqdExctnDt/Dt") == ["2015-06-10"]
    assert texts(desk.out, ".//BtchBookg") == ["false"]
    assert texts(desk.out, ".//DbtrAgt//Othr/Id") == ["NOTPROVIDED"]
    assert not texts(desk.out, ".//PstlAdr")
    assert desk.out.stat().st_mode & 0o777 == 0o600


def test_the_references_follow_from_the_ledger_and_name_nobody(desk: Desk) -> None:
    desk.pay()
    batches = {desk.office.release(release).batch for release in desk.releases}
    batch = str(batches.pop())
    assert not batches
    assert is_bank_batch(batch)
    expected = [end_to_end_id(batch, release) for release in desk.releases]
    assert texts(desk.out, ".//EndToEndId") == expected
    assert texts(desk.out, ".//MsgId") == texts(desk.out, ".//PmtInfId") == [message_id(batch)]
    written = desk.out.read_text(encoding="utf-8")
    assert not any(secret in written for secret in ("H-1", "H-2", batch, batch[-20:]))


def test_no_payee_enters_the_ledger(desk: Desk) -> None:
    desk.pay()
    held = "".join(entry.body_json or "" for entry in desk.office.ledger.entries())
    assert not any(secret in held for secret in ("Ünal", "Arc", "INGB", "ABNA"))
    assert "Ünal" not in repr(Payee("A. Ünal", IBANS[0]))


def test_the_bank_and_the_day_stand_in_the_file(desk: Desk) -> None:
    debtor = debtor_of("Gemeente Voorbeeld", "nl91 abna 0417 1643 00", "ABNANL2A")
    desk.pay(debtor=debtor, execute_on=date(2015, 6, 12), text="Tegoed")
    assert texts(desk.out, ".//BICFI") == ["ABNANL2A"]
    assert texts(desk.out, ".//ReqdExctnDt/Dt") == ["2015-06-12"]
    assert texts(desk.out, ".//Ustrd") == ["Tegoed", "Tegoed"]
    assert texts(desk.out, ".//DbtrAcct//IBAN") == ["NL91ABNA0417164300"]


@given(st.binary(min_size=10, max_size=10), st.integers(1, 10**6))
def test_a_reference_never_has_the_shape_of_a_personal_number(random: bytes, version: int) -> None:
    batch = batch_named("2015-06-a", random)
    assert identifier_fault(batch) is None
    for reference in (end_to_end_id(batch, f"H-1/{version}"), message_id(batch)):
        said = f"AC04, end-to-end {reference}"
        assert usable_text("The reference", said) == said
        assert len(reference) <= 35


# ── exactly once ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("E1")
def test_the_same_command_again_books_and_writes_nothing(desk: Desk) -> None:
    desk.pay()
    size, written = desk.office.ledger.size(), desk.out.read_bytes()
    modified = desk.out.stat().st_mtime_ns
    desk.office.today("2015-06-11")  # another day, and one more that waits
    desk.office.approve(desk.office.ask("bridging", 100))
    assert desk.office.ledger.size() == size + 2
    batch = desk.pay()
    assert (batch.status, batch.payments, batch.waiting) == ("booked_before", 2, 1)
    assert (desk.out.read_bytes(), desk.out.stat().st_mtime_ns) == (written, modified)
    assert desk.office.ledger.size() == size + 2


def test_a_file_that_went_to_the_bank_is_written_again_only_when_asked(desk: Desk) -> None:
    desk.pay()
    written = desk.out.read_bytes()
    desk.out.unlink()
    assert desk.pay().status == "booked_before"
    assert not desk.out.exists()
    desk.office.today("2015-06-20")
    assert desk.pay(again=True).status == "written_again"
    assert desk.out.read_bytes() == written
    desk.out.unlink()
    desk.office.ledger.return_release(desk.releases[0], because="account_closed")
    assert _refused(desk, "payment.returned", again=True).data["release"] == desk.releases[0]


@pytest.mark.invariant("S1")
def test_killed_before_the_booking_nothing_happened(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = desk.office.ledger.size()

    def killed(*_given: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(desk.office.ledger, "pay_release", killed)
        with pytest.raises(Killed):
            desk.pay()
    assert (desk.office.ledger.size(), desk.out.exists(), len(desk.parts)) == (size, False, 1)
    assert desk.pay().status == "booked"
    assert (desk.statuses(), desk.parts) == (["paid", "paid"], [])


@pytest.mark.invariant("S1")
@pytest.mark.parametrize("where", ["fsync", "pay_release", "link", "remove"])
def test_a_process_that_dies_leaves_what_the_same_command_completes(
    tmp_path: Path, where: str
) -> None:
    place = tmp_path / "l.reba"
    office = Office()
    office.ledger = open_ledger(place, clock=lambda: office.now[0])
    with office.ledger as ledger:
        desk = Desk(office, tmp_path, waiting(office))
        desk.all_payees()
        size = ledger.size()
    story = f"""
import os
from reba import files
from reba.bank import paying
from reba.ledger.ledger import Ledger
def die(*_given, **_named): os._exit(9)
homes = {{"fsync": os, "pay_release": Ledger, "link": os, "remove": files}}
def ask():
    import datetime, pathlib as p
    from reba import open_ledger
    from reba.bank.credit_transfer import Debtor
    now = datetime.datetime(2015, 6, 10, 8, tzinfo=datetime.UTC)
    with open_ledger("l.reba", clock=lambda: now) as ledger:
        return paying.pay_approved(
            ledger, paying.PayingAsked("a", Debtor{tuple(DEBTOR)!r}), payees=p.Path("payees.csv"),
            out=p.Path("pay.xml"))
setattr(homes[{where!r}], {where!r}, die)
ask()
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    died = subprocess.run([sys.executable, "-c", story], cwd=tmp_path, env=environment, check=False)
    assert died.returncode == 9
    with open_ledger(place, clock=lambda: office.now[0]) as ledger:
        office.ledger = ledger
        booked = where in {"link", "remove"}
        assert ledger.size() == size + 2 * booked
        assert desk.out.exists() == (where == "remove")  # it has both of its names
        status = {"link": "finished", "remove": "booked_before"}.get(where, "booked")
        assert desk.pay("a").status == status
        assert desk.parts == []
        assert ledger.size() == size + 2
        assert desk.statuses() == ["paid", "paid"]
        assert texts(desk.out, ".//InstdAmt") == ["25.00", "40.01"]
        assert desk.pay("a").status == "booked_before"
        assert audit(ledger).clean


def test_the_file_of_a_killed_command_is_not_written_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", killed)
        with pytest.raises(Killed):
            desk.pay("a")
    desk.office.approve(desk.office.ask("bridging", 100))
    (left,) = desk.parts
    size, part = desk.office.ledger.size(), left.read_bytes()
    with pytest.raises(RebaError) as raised:
        desk.pay("b")
    assert (raised.value.code, raised.value.data["name"]) == ("payment.unfinished", "a")
    assert (desk.office.ledger.size(), left.read_bytes()) == (size, part)
    assert (desk.pay("a").status, desk.out.read_bytes()) == ("finished", part)


def test_what_the_ledger_refuses_at_the_last_moment_leaves_no_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = os.fsync

    def meanwhile(handle: int) -> None:
        written(handle)
        desk.office.ledger.reject_release(desk.releases[1], because="withdrawn")

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(RebaError) as raised:
        desk.pay()
    assert raised.value.code == "release.wrong_status"
    assert (desk.statuses(), desk.out.exists()) == (["approved", "rejected"], False)
    assert desk.parts == []


@pytest.mark.invariant("S1")
def test_a_file_that_another_command_cleared_away_is_written_once_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of commands that were killed goes; one that lives may lose its file to that."""
    book = paying._book

    def meanwhile(*given: object) -> None:
        payment_files.drop_strangers(desk.out, ())
        assert desk.parts == []
        book(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(paying, "_book", meanwhile)
    assert desk.pay().status == "booked"
    assert texts(desk.out, ".//InstdAmt") == ["25.00", "40.01"]
    assert (desk.statuses(), desk.parts) == (["paid", "paid"], [])


def test_a_file_that_comes_meanwhile_stays_and_the_batch_gets_another_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = paying._book

    def meanwhile(*given: object) -> None:
        book(*given)  # type: ignore[arg-type]
        desk.out.write_text("a photograph")

    with monkeypatch.context() as patched:
        patched.setattr(paying, "_book", meanwhile)
        with pytest.raises(RebaError) as raised:
            desk.pay()
    assert (raised.value.code, desk.out.read_text()) == ("payment.file_there", "a photograph")
    desk.out.unlink()
    assert desk.pay().status == "finished"
    assert (desk.statuses(), desk.parts) == (["paid", "paid"], [])


# ── refusals: all of them listed, nothing booked ─────────────────────────────────────────────


def test_every_fault_is_listed_and_nothing_is_booked(desk: Desk) -> None:
    office = desk.office
    more = {}
    for account in ("H-3", "H-4", "H-5"):
        office.save(30000, account=account)
        event = office.end("granted", account=account)
        more[account] = office.approve(office.ask("bridging", 100, account=account))
        if account == "H-5":
            office.ledger.revoke_procedure(event, because="appeal_upheld", legal_basis="a")
    desk.payees(
        f"H-1, ,{IBANS[0]}", "H-3,C. Jansen,NL20INGB0001234568", f"H-4,D. Smit,{IBANS[0]}",
        f"H-4,D. Smit,{IBANS[1]}", f"H-5,E. Bos,{IBANS[2]}",
    )  # fmt: skip
    error = _refused(desk, "payment.refused")
    assert {(fault.path, fault.code) for fault in error.faults} == {
        (desk.releases[0], "payment.payee_name"), (desk.releases[1], "payment.payee_missing"),
        (more["H-3"], "payment.iban"), (more["H-4"], "payment.payee_twice"),
        (more["H-5"], "release.procedure_open"),
    }  # fmt: skip
    said = f"{error} {error.faults}"
    assert not any(secret in said for secret in ("Jansen", "Smit", "INGB", "ABNA"))
    assert "payees.csv, line 3" in said
    left = [*desk.releases, more["H-3"], more["H-4"]]
    assert len(_refused(desk, "payment.refused", leave_out=left).faults) == 1
    desk.payees(f"H-1,A. Ünal,{IBANS[0]}")
    batch = desk.pay(leave_out=[*more.values(), desk.releases[1]])
    assert (batch.payments, batch.total_cents, batch.waiting) == (1, 2500, 4)


def test_two_releases_of_one_account_may_not_take_more_than_is_left(desk: Desk) -> None:
    desk.office.approve(desk.office.ask("bridging", 8000))
    desk.office.revise(9000)
    error = _refused(desk, "payment.refused")
    assert [fault.code for fault in error.faults] == ["release.insufficient_balance"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": "a batch"}, "payment.name"),
        ({"name": "fifteen-letters"}, "payment.name"),
        ({"leave_out": ("H-1/999",)}, "payment.not_waiting"),
        ({"execute_on": date(2015, 6, 9)}, "payment.day"),
        ({"on": date(2015, 6, 11)}, "payment.refused"),
        ({"text": ""}, "payment.text"),
        ({"text": "x" * 141}, "payment.text"),
        ({"debtor": DEBTOR._replace(name="x" * 141)}, "payment.not_valid"),
    ],
)
def test_what_cannot_be_paid_is_refused(desk: Desk, more: dict[str, object], code: str) -> None:
    _refused(desk, code, **more)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("", DEBTOR.iban), "payment.debtor_name"),
        (("A", "NL91ABNA0417164301"), "payment.account"),
        (("A", "ＮL91ABNA0417164300"), "payment.account"),
        (("A", DEBTOR.iban, "ABNA"), "payment.bic"),
    ],
)
def test_who_pays_is_checked(given: tuple[str, ...], code: str) -> None:
    with pytest.raises(RebaError) as raised:
        debtor_of(*given)
    assert raised.value.code == code


def test_another_file_is_never_overwritten(desk: Desk) -> None:
    desk.out.write_text("a photograph")
    _refused(desk, "payment.file_there")
    assert desk.out.read_text() == "a photograph"
    desk.out.unlink()
    desk.pay()
    desk.out.write_text("a photograph")
    _refused(desk, "payment.file_there", again=True)


def test_a_file_that_cannot_be_written_books_nothing(desk: Desk) -> None:
    size = desk.office.ledger.size()
    asked = PayingAsked("a", DEBTOR)
    with pytest.raises(RebaError) as raised:
        pay_approved(
            desk.office.ledger, asked, payees=desk.folder / "payees.csv",
            out=desk.folder / "nowhere" / "pay.xml",
        )  # fmt: skip
    assert (raised.value.code, desk.office.ledger.size()) == ("run.output", size)


def test_nothing_to_pay_is_no_error_and_a_dry_run_does_nothing(desk: Desk) -> None:
    size = desk.office.ledger.size()
    checked = desk.pay(dry_run=True)
    assert (checked.status, checked.payments, checked.total_cents) == ("checked", 2, 6501)
    empty = desk.pay(leave_out=desk.releases)
    assert (empty.status, empty.payments, empty.waiting) == ("empty", 0, 2)
    assert (desk.office.ledger.size(), list(desk.folder.glob("*pay.xml*"))) == (size, [])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(">40.01<", ">40.02<"),
        lambda text: text.replace(IBANS[0], IBANS[2]),
        lambda text: text.replace("<NbOfTxs>2<", "<NbOfTxs>3<"),
        lambda text: text.replace(
            "<Nm>A. Ünal</Nm>", "<Nm>A. Ünal</Nm><PstlAdr><TwnNm>Ede</TwnNm></PstlAdr>"
        ),
    ],
)
def test_a_fault_of_the_writer_is_seen_before_anything_is_booked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]
) -> None:
    writer = import_module("sepaxml").SepaTransfer
    export = writer.export
    monkeypatch.setattr(
        writer, "export", lambda self, **given: change(export(self, **given).decode()).encode()
    )
    _refused(desk, "payment.totals")


# ── the payees ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "its first line is not account,name,iban"),
        (b"name,iban\n", "its first line is not account,name,iban"),
        (b"account,name,iban\nH-1,A\n", "line 2 has 2 columns"),
        (b'account,name,iban\nH-1,"A\n', "line 2: unexpected end of data"),
        (b"account,name,iban\nH-1,\xff,x\n", "it is not UTF-8 text"),
    ],
)
def test_payees_that_cannot_be_read_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "payees.csv"
    path.write_bytes(data)
    with pytest.raises(RebaError) as raised:
        read_payees(path)
    assert (raised.value.code, raised.value.data["reason"]) == ("payment.payees", reason)


def test_payees_may_start_with_a_mark_and_hold_empty_lines(tmp_path: Path) -> None:
    path = tmp_path / "payees.csv"
    path.write_text(f"\ufeffaccount,name,iban\n\nH-1,A,{IBANS[2].lower()}\n", encoding="utf-8")
    payees = read_payees(path)
    assert payees.of("H-1") == Payee("A", IBANS[2])
    assert isinstance(payees.of("H-2"), Fault)
    with pytest.raises(RebaError) as raised:
        read_payees(tmp_path / "none.csv")
    assert raised.value.code == "payment.payees"


def test_an_account_that_stands_twice_has_no_payee(tmp_path: Path) -> None:
    path = tmp_path / "payees.csv"
    lines = [f"H-1,A,{IBANS[number % 2]}" for number in range(3)]
    path.write_text("\n".join(("account,name,iban", *lines)), encoding="utf-8")
    payees = read_payees(path)
    assert (payees.found, list(payees.faults)) == ({}, ["H-1"])
    fault = payees.of("H-1")
    assert isinstance(fault, Fault)
    assert (fault.code, "line 4" in fault.reason) == ("payment.payee_twice", True)


def test_without_the_extra_one_sentence_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "stdnum.exceptions", None)
    assert "pip install" in str(_refused(desk, "usage.extra"))


# ── the command ──────────────────────────────────────────────────────────────────────────────


def test_the_command_pays_and_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office()
    office.ledger = open_ledger(tmp_path / "l.reba", clock=lambda: office.now[0])
    with office.ledger:
        desk = Desk(office, tmp_path, waiting(office))
        desk.payees()

    def pay(*more: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", command("a", *more))
        status = run()
        said = capsys.readouterr()
        return status, said.out + said.err

    monkeypatch.chdir(tmp_path)
    status, said = pay()
    assert (status, said.count("[payment.payee_missing]")) == (3, 2)
    desk.all_payees()
    assert pay("--dry-run") == (
        0, "a: 2 payments, 65.01; they can be paid. Nothing was written or booked.\n"
    )  # fmt: skip
    assert pay("--leave-out", desk.releases[0])[1] == (
        "a: 1 payments, 40.01, in pay.xml. They are booked as paid.\n"
        "1 more wait for payment, in another batch.\n"
    )
    assert "booked before. Nothing was written" in pay()[1]
    assert "--again" not in pay()[1]
    desk.out.unlink()
    assert "pay.xml is not there. If the bank never had it, give --again." in pay()[1]
    assert '"status": "booked_before"' in pay("--json")[1]
