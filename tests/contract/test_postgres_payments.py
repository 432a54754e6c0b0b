"""Payments and bank statements on PostgreSQL: the same tests, and payers who come together (S2)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from contract.test_postgres_faults import Wire, wire
from reba import Ledger, RebaError, audit, open_ledger
from reba.bank import paying
from reba.bank.paying import PaidBatch, PayingAsked, pay_approved
from reba.bank.references import message_id
from unit.test_empty_batches import (
    test_a_release_that_is_approved_meanwhile_is_not_said_not_to_wait,
    test_the_name_of_an_empty_batch_pays_nothing_later,
)
from unit.test_office import Office
from unit.test_paying import (
    DEBTOR,
    SPACE,
    Desk,
    test_a_file_that_went_to_the_bank_is_written_again_only_when_asked,
    test_every_fault_is_listed_and_nothing_is_booked,
    test_killed_before_the_booking_nothing_happened,
    test_no_payee_enters_the_ledger,
    test_the_file_holds_each_release_once_and_is_valid,
    test_the_file_of_a_killed_command_is_not_written_over,
    test_the_references_follow_from_the_ledger_and_name_nobody,
    test_the_same_command_again_books_and_writes_nothing,
    test_two_releases_of_one_account_may_not_take_more_than_is_left,
    test_what_the_ledger_refuses_at_the_last_moment_leaves_no_file,
    waiting,
)
from unit.test_reconciling import (
    Bank,
    opened_bank,
    test_a_cent_more_or_less_is_listed_and_not_booked,
    test_a_contribution_that_comes_twice_is_booked_once,
    test_a_statement_closes_every_release_and_twice_changes_nothing,
    test_what_a_statement_does_not_show_is_named,
    test_what_contradicts_the_ledger_is_listed,
    test_what_the_ledger_refuses_is_listed_with_its_reason,
)
from unit.test_unconfirmed import test_what_the_bank_sent_back_did_reach_it_also_later

__all__ = [
    "test_a_cent_more_or_less_is_listed_and_not_booked",
    "test_a_contribution_that_comes_twice_is_booked_once",
    "test_a_file_that_went_to_the_bank_is_written_again_only_when_asked",
    "test_a_release_that_is_approved_meanwhile_is_not_said_not_to_wait",
    "test_a_statement_closes_every_release_and_twice_changes_nothing",
    "test_every_fault_is_listed_and_nothing_is_booked",
    "test_killed_before_the_booking_nothing_happened",
    "test_no_payee_enters_the_ledger",
    "test_the_file_holds_each_release_once_and_is_valid",
    "test_the_file_of_a_killed_command_is_not_written_over",
    "test_the_name_of_an_empty_batch_pays_nothing_later",
    "test_the_references_follow_from_the_ledger_and_name_nobody",
    "test_the_same_command_again_books_and_writes_nothing",
    "test_two_releases_of_one_account_may_not_take_more_than_is_left",
    "test_what_a_statement_does_not_show_is_named",
    "test_what_contradicts_the_ledger_is_listed",
    "test_what_the_bank_sent_back_did_reach_it_also_later",
    "test_what_the_ledger_refuses_at_the_last_moment_leaves_no_file",
    "test_what_the_ledger_refuses_is_listed_with_its_reason",
    "wire",
]


@contextmanager
def _office(address: str) -> Iterator[Office]:
    """Open an office on a server, and audit it when the scenario is over."""
    opened = Office()
    opened.ledger = open_ledger(address, clock=lambda: opened.now[0])
    with opened.ledger:
        yield opened
        assert audit(opened.ledger).clean


@pytest.fixture
def desk(address: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Two releases wait; for the tests of empty batches a household has savings, and none does."""
    with _office(address) as office:
        if "test_empty_batches" in request.function.__module__:
            desk = Desk(office, tmp_path, [])
            office.save(30000)
            office.end("granted")
        else:
            desk = Desk(office, tmp_path, waiting(office))
        desk.all_payees()
        yield desk


@pytest.fixture
def bank(address: str, tmp_path: Path) -> Iterator[Bank]:
    with _office(address) as office:
        yield opened_bank(office, tmp_path)


# ── two payers at once ───────────────────────────────────────────────────────────────────────


def _pay_together(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch, *asked: tuple[str, str]
) -> list[PaidBatch | RebaError]:
    """Pay from several connections, which all come to the booking before one of them books."""
    book, ready = paying._book, threading.Barrier(len(asked), timeout=30)
    done: list[PaidBatch | RebaError | None] = [None] * len(asked)

    def together(ledger: Ledger, *given: object) -> None:
        ready.wait()
        book(ledger, *given)  # type: ignore[arg-type]

    def pay(number: int, name: str, file: str) -> None:
        with open_ledger(address, create=False, clock=lambda: desk.office.now[0]) as ledger:
            try:
                done[number] = pay_approved(
                    ledger, PayingAsked(name, DEBTOR), payees=desk.folder / "payees.csv",
                    out=desk.folder / file,
                )  # fmt: skip
            except RebaError as error:
                done[number] = error

    with monkeypatch.context() as patched:
        patched.setattr(paying, "_book", together)
        threads = [
            threading.Thread(target=pay, args=(number, *each)) for number, each in enumerate(asked)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    found = [each for each in done if each is not None]
    assert len(found) == len(asked)
    return found


def _check_paid_once(desk: Desk, found: list[PaidBatch | RebaError]) -> PaidBatch:
    """Expect that one payer paid everything, and that its file alone is there, and is its own."""
    (paid,) = [each for each in found if isinstance(each, PaidBatch)]
    assert (paid.status, paid.payments) == ("booked", 2)
    states = [desk.office.release(release) for release in desk.releases]
    assert [state.status for state in states] == ["paid", "paid"]
    assert {message_id(str(state.batch)) for state in states} == {paid.message_id}
    (file,) = [path for path in desk.folder.iterdir() if path.name != "payees.csv"]
    said = ET.parse(file).getroot().findtext(".//MsgId", namespaces=SPACE)  # noqa: S314
    assert said == paid.message_id
    return paid


@pytest.mark.invariant("S2")
@pytest.mark.parametrize(
    "asked",
    [
        (("a", "a.xml"), ("b", "b.xml")),
        (("a", "pay.xml"), ("b", "pay.xml")),
        (("a", "a.xml"), ("a", "a-too.xml")),
        (("a", "pay.xml"), ("a", "pay.xml")),
        (("a", "pay.xml"), ("b", "pay.xml"), ("c", "c.xml"), ("a", "d.xml")),
    ],
)
def test_payers_who_come_together_pay_each_release_once(
    desk: Desk,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    asked: tuple[tuple[str, str], ...],
) -> None:
    """Whatever the batches and files are called; who came second is told, and has no file."""
    before = desk.office.ledger.size()
    found = _pay_together(desk, address, monkeypatch, *asked)
    _check_paid_once(desk, found)
    assert desk.office.ledger.size() == before + 2
    codes = {each.code for each in found if isinstance(each, RebaError)}
    assert codes <= {"release.wrong_status", "ledger.command_conflict"}


# ── a connection that is lost ────────────────────────────────────────────────────────────────


@pytest.mark.invariant("S1")
@pytest.mark.parametrize("delivered", [False, True])
def test_a_payment_whose_commit_was_cut_off_is_given_again_and_is_one_payment(
    desk: Desk, address: str, wire: Wire, monkeypatch: pytest.MonkeyPatch, *, delivered: bool
) -> None:
    """The file that was written stays until the same command knows what became of the booking."""
    book, size = paying._book, desk.office.ledger.size()

    def cut(*given: object) -> None:
        wire.cut(word=b"COMMIT\0", delivered=delivered)
        book(*given)  # type: ignore[arg-type]

    asked, payees = PayingAsked("a", DEBTOR), desk.folder / "payees.csv"
    with monkeypatch.context() as patched:
        patched.setattr(paying, "_book", cut)
        clock = lambda: desk.office.now[0]  # noqa: E731
        with open_ledger(wire.address(address), create=False, clock=clock) as ledger:
            with pytest.raises(RebaError) as raised:
                pay_approved(ledger, asked, payees=payees, out=desk.out)
            wire.cut(delivered=False)
    assert raised.value.code == "store.outcome_unknown"
    assert (desk.out.exists(), len(desk.parts)) == (False, 1)
    assert desk.office.ledger.size() == size + (2 if delivered else 0)
    assert desk.pay("a").status == ("finished" if delivered else "booked")
    assert desk.office.ledger.size() == size + 2
    assert (desk.statuses(), desk.parts) == (["paid", "paid"], [])
