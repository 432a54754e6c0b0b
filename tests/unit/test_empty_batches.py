"""A payment batch in which nothing was is written down, and pays nothing later (E1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reba import RebaError, open_ledger
from reba.bank import paying
from reba.bank.empty_batches import EmptyBatch, place_of_record
from reba.bank.paying import PaidBatch, PayingAsked, pay_approved
from reba.cli.app import run
from unit.test_office import Office, opened_office
from unit.test_paying import DEBTOR, Desk, command, waiting

NAME = "2015-06-a"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A household with savings and a permit, and nothing that waits for payment."""
    with opened_office() as office:
        desk = Desk(office, tmp_path, [])
        desk.all_payees()
        office.save(30000)
        office.end("granted")
        yield desk


def _approve(desk: Desk, cents: int = 100) -> str:
    return desk.office.approve(desk.office.ask("bridging", cents))


def _record(desk: Desk) -> Path:
    return place_of_record(desk.out, NAME)


def _nothing_was_done(desk: Desk, action: Callable[[], object]) -> object:
    size, files = desk.office.ledger.size(), sorted(desk.folder.iterdir())
    done = action()
    assert desk.office.ledger.size() == size
    assert sorted(desk.folder.iterdir()) == files
    return done


@pytest.mark.invariant("E1")
def test_the_name_of_an_empty_batch_pays_nothing_later(desk: Desk) -> None:
    size = desk.office.ledger.size()
    batch = desk.pay(NAME)
    assert batch == PaidBatch("empty", NAME, 0, 0, None, None, 0, empty_on="2015-06-10")
    assert (desk.office.ledger.size(), desk.out.exists()) == (size, False)
    desk.office.today("2015-06-20")
    release = _approve(desk)
    again = _nothing_was_done(desk, lambda: desk.pay(NAME))
    assert again == PaidBatch("empty_before", NAME, 0, 0, None, None, 1, empty_on="2015-06-10")
    assert desk.office.release(release).status == "approved"
    paid = desk.pay("2015-06-b")
    assert (paid.status, paid.payments) == ("booked", 1)


def test_the_same_command_with_what_was_left_out_says_the_same(desk: Desk) -> None:
    release = _approve(desk)
    batch = desk.pay(NAME, leave_out=[release])
    assert (batch.status, batch.waiting) == ("empty", 1)
    assert json.loads(_record(desk).read_text())["left_out"] == [release]
    desk.pay("2015-06-b")  # now it does not wait any more
    again = _nothing_was_done(desk, lambda: desk.pay(NAME, leave_out=[release]))
    assert isinstance(again, PaidBatch)
    assert (again.status, again.waiting) == ("empty_before", 0)


def test_another_payment_file_in_the_folder_changes_nothing(desk: Desk) -> None:
    desk.pay(NAME)
    _approve(desk)
    again = pay_approved(
        desk.office.ledger, PayingAsked(NAME, DEBTOR), payees=desk.folder / "payees.csv",
        out=desk.folder / "other.xml",
    )  # fmt: skip
    assert again.status == "empty_before"


def test_the_record_says_what_the_ledger_held_and_is_for_its_owner(desk: Desk) -> None:
    desk.pay(NAME)
    assert _record(desk).stat().st_mode & 0o777 == 0o600
    record = json.loads(_record(desk).read_text())
    assert record == {
        "checkpoint": desk.office.ledger.checkpoint().to_text(), "format": "reba-empty-batch/1",
        "left_out": [], "made_on": "2015-06-10", "name": NAME, "payments": 0, "total_cents": 0,
    }  # fmt: skip


def test_a_dry_run_records_nothing_and_keeps_to_a_record(desk: Desk) -> None:
    batch = _nothing_was_done(desk, lambda: desk.pay(NAME, dry_run=True))
    assert batch == PaidBatch("empty", NAME, 0, 0, None, None, 0)
    desk.pay(NAME)
    _approve(desk)
    again = _nothing_was_done(desk, lambda: desk.pay(NAME, dry_run=True))
    assert isinstance(again, PaidBatch)
    assert again.status == "empty_before"


def test_what_is_booked_decides_over_a_record(desk: Desk) -> None:
    """Made empty in one folder and booked from another: the ledger has the last word."""
    desk.pay(NAME)
    kept = _record(desk).read_bytes()
    _record(desk).unlink()
    _approve(desk)
    assert desk.pay(NAME).status == "booked"
    _record(desk).write_bytes(kept)
    assert desk.pay(NAME).status == "booked_before"


def test_a_release_that_is_approved_meanwhile_is_not_said_not_to_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = paying._look

    def look(*given: Any) -> Any:
        found = looked(*given)
        _approve(desk)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(paying, "_look", look)
        with pytest.raises(RebaError) as raised:
            desk.pay(NAME)
    assert raised.value.code == "ledger.head_moved"
    assert not _record(desk).exists()
    assert desk.pay(NAME).status == "booked"


def test_a_record_that_cannot_be_written_leaves_nothing(desk: Desk) -> None:
    asked, payees = PayingAsked(NAME, DEBTOR), desk.folder / "payees.csv"
    with pytest.raises(RebaError) as raised:
        pay_approved(
            desk.office.ledger, asked, payees=payees, out=desk.folder / "nowhere" / "pay.xml"
        )
    assert raised.value.code == "run.output"


def _rewritten(text: str, **fields: object) -> str:
    return json.dumps({**json.loads(text), **fields}, indent=2, sort_keys=True) + "\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: "", "not as it was written"),
        (lambda _: "[]", "not as it was written"),
        (lambda _: "[" * 100_000, "not as it was written"),
        (lambda text: text + " ", "not as it was written"),
        (lambda text: text.replace("2015-06-10", "2015-06-31"), "not as it was written"),
        (lambda text: _rewritten(text, payments=1), "not as it was written"),
        (lambda text: _rewritten(text, payments=False), "not as it was written"),
        (lambda text: _rewritten(text, left_out="H-1/5"), "not as it was written"),
        (lambda text: _rewritten(text, checkpoint="a note"), "not as it was written"),
        (lambda text: text.replace('"name"', '"name": "x",\n  "name"'), "not as it was written"),
        (lambda text: _rewritten(text, name="2015-06-b"), "of batch '2015-06-b'"),
        (lambda text: text.replace("reba", "abre"), "not as it was written"),
    ],
)
def test_a_record_that_was_changed_is_refused_and_pays_nothing(
    desk: Desk, change: Callable[[str], str], reason: str
) -> None:
    desk.pay(NAME)
    changed = change(_record(desk).read_text())
    assert changed != _record(desk).read_text()
    _record(desk).write_text(changed)
    _approve(desk)
    with pytest.raises(RebaError) as raised:
        _nothing_was_done(desk, lambda: desk.pay(NAME))
    assert raised.value.code == "payment.empty_record"
    assert reason in str(raised.value)


def test_a_record_of_another_ledger_or_of_other_entries_is_refused(desk: Desk) -> None:
    desk.pay(NAME)
    text = _record(desk).read_text()
    made = EmptyBatch.parse(text)
    for then, reason in (
        (made.checkpoint._replace(origin="example.nl/other"), "of another ledger"),
        (made.checkpoint._replace(size=made.checkpoint.size + 1), "does not hold"),
        (made.checkpoint._replace(root=bytes(32)), "does not hold"),
    ):
        _record(desk).write_text(made._replace(checkpoint=then).to_text())
        with pytest.raises(RebaError) as raised:
            desk.pay(NAME)
        assert raised.value.code == "payment.empty_record"
        assert reason in str(raised.value)


def test_the_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office()
    office.ledger = open_ledger(tmp_path / "l.reba", clock=lambda: office.now[0])
    with office.ledger:
        desk = Desk(office, tmp_path, waiting(office))
        desk.all_payees()
    monkeypatch.chdir(tmp_path)

    def say(*more: str, name: str = NAME) -> str:
        monkeypatch.setattr("sys.argv", command(name, *more))
        assert run() == 0
        said = capsys.readouterr()
        return " ".join((said.out + said.err).split())

    left_out = [word for release in desk.releases for word in ("--leave-out", release)]
    said = say("--dry-run", *left_out)
    assert "no release waits for payment. Nothing was written." in said
    said = say(*left_out)
    assert "2015-06-a.empty.json says so" in said
    assert "2 more wait for payment, in another batch." in said
    said = say()
    assert f"{NAME} was made on " in said
    assert "with nothing in it (2015-06-a.empty.json). Nothing was written or booked." in said
    assert '"status": "empty_before"' in say("--json")
    assert "2 payments, 65.01" in say(name="2015-06-b")
