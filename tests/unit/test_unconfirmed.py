"""A batch that the bank never carried out shows: by its age, as of the statements (R1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from reba import open_ledger
from reba.bank.references import end_to_end_id
from reba.bank.unconfirmed import Unconfirmed
from reba.cli.app import run
from unit.test_office import Office, opened_office
from unit.test_reconciling import (
    ACCOUNT,
    Bank,
    balance,
    document,
    entry,
    opened_bank,
    part,
    statement,
)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    """Pay 25.00 and 40.01 in one batch on 10 June."""
    with opened_office() as office:
        yield opened_bank(office, tmp_path)


def _statement(*entries: str, until: str = "2015-06-30", since: str = "2015-06-01") -> str:
    period = (
        f"<FrToDt><FrDtTm>{since}T00:00:00</FrDtTm><ToDtTm>{until}T23:59:59</ToDtTm></FrToDt>"
        if since
        else ""
    )
    text = statement(*entries, balances=balance("CLBD", 0).replace("2015-06-12", until))
    return document(text.replace("<Acct>", f"{period}<Acct>"))


def _first(bank: Bank, *, out: bool = True) -> str:
    reason = None if out else "AC04"
    text = part(end_to_end=bank.reference(0), reason=reason)
    return entry(2500, text, out=out, bank="B-1" if out else "B-2")


def _second(bank: Bank) -> str:
    return entry(4001, part(end_to_end=bank.reference(1)), out=True, bank="B-3")


def test_a_batch_that_never_reached_the_bank_is_named_with_its_age(bank: Bank) -> None:
    found = bank.read(_statement())
    (batch,) = found.unconfirmed
    assert batch == Unconfirmed(
        "2015-06-a", batch.message_id, 2, 2, 6501, "2015-06-10", 20, earlier=False
    )
    assert f"<MsgId>{batch.message_id}</MsgId>" in bank.out.read_text()
    assert (found.until, found.unseen) == (date(2015, 6, 30), ())


def test_what_statements_show_in_part_is_left_with_the_rest(bank: Bank) -> None:
    (batch,) = bank.read(_statement(_first(bank))).unconfirmed
    assert (batch.payments, batch.batch_payments, batch.amount_cents) == (1, 2, 4001)
    assert bank.read(_statement(_first(bank), _second(bank))).unconfirmed == ()


def test_a_payment_of_another_amount_confirms_nothing(bank: Bank) -> None:
    wrong = entry(2501, part(end_to_end=bank.reference(0)), out=True, bank="B-1")
    (batch,) = bank.read(_statement(wrong, _second(bank))).unconfirmed
    assert (batch.payments, batch.amount_cents) == (1, 2500)


def test_what_the_bank_sent_back_did_reach_it_also_later(bank: Bank) -> None:
    returned = _statement(_first(bank, out=False), _second(bank))
    assert bank.read(returned).unconfirmed == ()
    bank.read(returned, apply=True)
    (batch,) = bank.read(_statement()).unconfirmed
    assert (batch.payments, batch.amount_cents) == (1, 4001)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2015-06-01", "2015-06-09", None),  # booked after their end
        ("2015-06-10", "2015-06-10", (0, False)),
        ("2015-06-11", "2015-07-31", (51, True)),
        ("", "2015-07-31", (51, True)),  # they begin nowhere: only their end is known
    ],
)
def test_the_age_is_that_at_the_end_of_the_statements(
    bank: Bank, since: str, until: str, expected: tuple[int, bool] | None
) -> None:
    found = bank.read(_statement(since=since, until=until)).unconfirmed
    assert [(each.age_days, each.earlier) for each in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("opening", "entries", "expected"),
    [
        (balance("OPBD", 0), (), False),  # on 12 June: the batch of the tenth is earlier
        (balance("PRCD", 0).replace("06-12", "06-09"), (), False),
        ("", ("2015-06-09",), False),
        ("", ("2015-06-11",), True),
    ],
)
def test_where_statements_begin_is_taken_from_what_they_say(
    bank: Bank, opening: str, entries: tuple[str, ...], expected: object
) -> None:
    closing = balance("CLBD", 100 * len(entries) if opening else 0)
    text = statement(*(entry(100, day=day) for day in entries), balances=opening + closing)
    (batch,) = bank.read(document(text)).unconfirmed
    assert batch.earlier is (expected or "OPBD" in opening)


def test_statements_without_any_day_say_nothing_of_age(bank: Bank) -> None:
    nowhere = balance("ITBD", 0)
    found = bank.read(document(statement(balances=nowhere)))
    assert (found.until, found.unconfirmed) == (None, ())


def test_batches_are_named_oldest_first_and_those_by_hand_not_at_all(bank: Bank) -> None:
    office = bank.office
    office.pay(office.approve(office.ask("bridging", 100)), batch="by-hand")
    office.approve(office.ask("bridging", 200))
    bank.out.rename(bank.folder / "first.xml")
    assert bank.pay("2015-06-b").payments == 1
    found = bank.read(_statement()).unconfirmed
    assert [(each.name, each.age_days) for each in found] == [("2015-06-a", 20), ("2015-06-b", 15)]


def test_the_command_names_them_and_so_does_its_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office()
    office.ledger = open_ledger(tmp_path / "l.reba", clock=lambda: office.now[0])
    with office.ledger:
        bank = opened_bank(office, tmp_path)
        batch = str(office.release(bank.releases[0]).batch)
    assert end_to_end_id(batch, bank.releases[0])
    monkeypatch.chdir(tmp_path)

    def say(since: str, *more: str) -> str:
        Path("june.xml").write_text(_statement(since=since), encoding="utf-8")
        command = ["reba", "reconcile", "l.reba", "june.xml", "--account", ACCOUNT, *more]
        monkeypatch.setattr("sys.argv", command)
        assert run() == 0
        return capsys.readouterr().out

    said = say("2015-06-01")
    assert "Batches with payments that no statement here confirms, as of 2015-06-30:" in said
    assert "  2015-06-a: 2 of 2 payments, 65.01, booked on 2015-06-10, 20 days before\n" in said
    assert "20 days before; it may stand in an earlier statement" in say("2015-06-11")
    record = json.loads(say("2015-06-01", "--json"))
    assert record["until"] == "2015-06-30"
    assert [(each["name"], each["age_days"]) for each in record["unconfirmed"]] == [
        ("2015-06-a", 20)
    ]
