"""Pay approved releases through the bank: one file, and one booking, exactly once.

1. The file is made, checked and written whole beside its place; then all of its releases are booked
   as paid, or none; only then the file gets its name. A file under its name is booked.
2. Killed before the booking, nothing happened. Killed after it, the same command finds the batch in
   the ledger and the file beside its place, and only gives it its name. Where there is no file any
   more, it went to the bank: it is written again when that is asked for, and with the same bytes.
3. A release is paid in one batch, ever. What the bank sends back takes a new request.
4. Every fault is listed, not only the first; with one fault nothing is booked.
5. A batch in which nothing was is written down too (`empty_batches`): its name pays nothing later.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from reba.bank import payment_files
from reba.bank.credit_transfer import Debtor, Payment, TransferOrder, write_credit_transfer
from reba.bank.empty_batches import read_record, write_record
from reba.bank.payees import Payee, Payees, read_payees
from reba.bank.references import (
    RANDOM_BYTES,
    batch_named,
    end_to_end_id,
    is_bank_batch,
    message_id,
    name_of,
)
from reba.errors import Fault, PaymentError, RebaError
from reba.ledger.account_state import ReleaseState
from reba.ledger.accounts import AccountFold
from reba.ledger.desk import Asked, Desk, account_of
from reba.ledger.destroyed_fold import DESTROYED
from reba.ledger.ledger import Ledger
from reba.ledger.release_commands import pay_releases

__all__ = ["PaidBatch", "PayingAsked", "pay_approved"]

_BATCH: Final = 500


class PayingAsked(NamedTuple):
    """What is asked of a payment batch.

    Args:
        name: what people call the batch; the same name is the same batch.
        debtor: who pays.
        on: the day on which the payments are booked; by default today.
        execute_on: the day asked of the bank; by default the day of booking.
        text: what the payees read.
        leave_out: approved releases that are not paid now.
        actor: who asks.
        again: write the file of a batch that is booked once more, where it was lost.
        dry_run: check everything, and write and book nothing.
    """

    name: str
    debtor: Debtor
    on: date | None = None
    execute_on: date | None = None
    text: str = "Uitbetaling"
    leave_out: Sequence[str] = ()
    actor: str = "api"
    again: bool = False
    dry_run: bool = False


class PaidBatch(NamedTuple):
    """A payment batch: how many payments of how much in all, in cents, and its file.

    `status` is "empty" (nothing waits for payment, no payment file), "checked" (a dry run) or
    "booked". Of a batch that was booked before it is "finished" (a killed command was completed),
    "written_again", or "booked_before" (nothing was done); of one that was made with nothing in it,
    "empty_before". `empty_on` is the day on which an empty batch was recorded; a dry run records
    none. `waiting` releases are left for another batch.
    """

    status: str
    name: str
    payments: int
    total_cents: int
    booked_on: str | None
    message_id: str | None
    waiting: int
    empty_on: str | None = None


class _Waiting(NamedTuple):
    """What the ledger says: releases that wait for payment, and those of the batch asked for.

    `names` has the name of every batch that went to a payment file, by the id of its message.
    """

    approved: list[ReleaseState]
    batched: list[ReleaseState]
    names: dict[str, str]


def _order_of(state: ReleaseState) -> tuple[str, int]:
    account, _, version = state.release.rpartition("/")
    return account, int(version)


def _releases(ledger: Ledger) -> Iterator[ReleaseState]:
    """Yield every release of the ledger, in constant memory."""
    source = ledger.accounts()
    while batch := list(islice(source, _BATCH)):
        for account, entries in ledger.store.read_accounts(batch).items():
            if entries[-1].kind != DESTROYED:
                yield from AccountFold.over_all(account, entries).releases.all()


def _look(ledger: Ledger, name: str) -> _Waiting:
    waiting = _Waiting([], [], {})
    for state in _releases(ledger):
        if state.status == "approved":
            waiting.approved.append(state)
        elif state.batch is not None and is_bank_batch(state.batch):
            waiting.names[message_id(state.batch)] = name_of(state.batch)
            if name_of(state.batch) == name:
                waiting.batched.append(state)
    waiting.approved.sort(key=_order_of)
    waiting.batched.sort(key=_order_of)
    return waiting


def _order(
    asked: PayingAsked, batch: str, day: date, states: Sequence[ReleaseState], payees: Payees
) -> tuple[TransferOrder, list[Fault]]:
    """Return the file to write, and the faults of its payees."""
    payments: list[Payment] = []
    faults: list[Fault] = []
    for state in states:
        payee = payees.of(account_of(state.release))
        if isinstance(payee, Payee):
            reference = end_to_end_id(batch, state.release)
            payments.append(Payment(state.release, reference, state.amount_cents, payee))
        else:
            faults.append(payee._replace(path=state.release))
    execute_on = asked.execute_on or day
    if execute_on < day:
        raise PaymentError("payment.day", date=execute_on.isoformat(), booked=day.isoformat())
    order = TransferOrder(
        message_id(batch), day, execute_on, asked.debtor, asked.text, tuple(payments)
    )
    return order, faults


def _refusals(
    ledger: Ledger, asked: PayingAsked, batch: str, day: date, states: Sequence[ReleaseState]
) -> Iterator[Fault]:
    """Yield why the ledger would refuse a payment: decided as the booking will, and not booked."""
    by_account: dict[str, list[ReleaseState]] = {}
    for state in states:
        by_account.setdefault(account_of(state.release), []).append(state)
    question = Asked.of("pay", asked.actor, None, {"batch": batch, "on": day})
    for account, own in by_account.items():
        held = ledger.store.read_accounts([account])
        desk = Desk(question, [account], held, ledger.today(), ledger.documents)
        for state in own:
            try:
                pay_releases(desk, [state.release], batch=batch, on=day)
            except RebaError as error:
                yield error.as_fault(state.release)


def _raise_faults(faults: Sequence[Fault]) -> None:
    if faults:
        first = f"{faults[0].path}: {faults[0].reason}"
        raise PaymentError("payment.refused", faults=tuple(faults), count=len(faults), first=first)


def _again(
    asked: PayingAsked, found: _Waiting, payees: Path, out: Path
) -> tuple[str, TransferOrder]:
    """Complete a command that was killed, or write a file again where that is asked."""
    first = found.batched[0]
    if first.batch is None or first.paid_on is None:
        msg = "a release of a batch was paid"
        raise TypeError(msg)
    day = date.fromisoformat(first.paid_on)
    order, faults = _order(asked, first.batch, day, found.batched, read_payees(payees))
    _raise_faults(faults)
    data = write_credit_transfer(order)
    message = order.message_id
    if payment_files.is_there(out, data):
        if not asked.dry_run:
            payment_files.drop_part(out, message)  # killed between its two names
        return "booked_before", order
    killed = payment_files.is_part_of(out, message, data)
    if not (killed or asked.again) or asked.dry_run:
        return "booked_before", order
    for state in found.batched:
        if state.status == "returned":
            raise PaymentError("payment.returned", name=asked.name, release=state.release)
    payment_files.place(out, message, data)
    return "finished" if killed else "written_again", order


def _check_finished(found: _Waiting, out: Path) -> None:
    """Refuse to write over the file of a command that was killed after its booking."""
    for message in payment_files.parts_of(out):
        name = found.names.get(message)
        if name is not None:
            raise PaymentError("payment.unfinished", name=name, file=str(out))


def _empty_before(
    ledger: Ledger, asked: PayingAsked, found: _Waiting, out: Path
) -> PaidBatch | None:
    made = read_record(ledger, out, asked.name)
    if made is None:
        return None
    on, waiting = made.made_on.isoformat(), len(found.approved)
    return PaidBatch("empty_before", asked.name, 0, 0, None, None, waiting, empty_on=on)


def _empty(
    ledger: Ledger, asked: PayingAsked, found: _Waiting, out: Path, *, seen: int
) -> PaidBatch:
    """Record a batch in which nothing is; a dry run records nothing."""
    left_out = [state.release for state in found.approved]
    batch = PaidBatch("empty", asked.name, 0, 0, None, None, len(left_out))
    if asked.dry_run:
        return batch
    made = write_record(ledger, out, asked.name, left_out, seen=seen)
    return batch._replace(empty_on=made.made_on.isoformat())


def _report(status: str, asked: PayingAsked, order: TransferOrder, waiting: int) -> PaidBatch:
    return PaidBatch(
        status, asked.name, len(order.payments), order.total_cents, order.made_on.isoformat(),
        order.message_id, waiting,
    )  # fmt: skip


def _chosen(asked: PayingAsked, approved: list[ReleaseState]) -> list[ReleaseState]:
    waiting = {state.release for state in approved}
    for release in asked.leave_out:
        if release not in waiting:
            raise PaymentError("payment.not_waiting", release=release[:80])
    return [state for state in approved if state.release not in set(asked.leave_out)]


def pay_approved(
    ledger: Ledger,
    asked: PayingAsked,
    *,
    payees: Path,
    out: Path,
    entropy: Callable[[int], bytes] = os.urandom,
) -> PaidBatch:
    """Write the releases that wait for payment to a payment file, and book them (uitbetalen).

    Args:
        ledger: the ledger.
        asked: the name of the batch, who pays, and when.
        payees: a CSV file with the columns account, name and iban; it never enters the ledger.
        out: the file to write, pain.001.001.09.
        entropy: gives the random bytes of the references.

    Raises:
        PaymentError: payment.name, payment.payees, payment.not_waiting, payment.day, payment.text,
            payment.file_there, payment.unfinished, payment.returned, payment.empty_record,
            payment.not_valid, payment.totals; and payment.refused with every fault of a payee or
            release.
        RunError: run.output.
        LedgerError, ReleaseError: what stopped the booking; then there is no file.
        StoreError: where the store stopped it; the same command says what became of it.
        UsageError: usage.extra.
    """
    batch = batch_named(asked.name, entropy(RANDOM_BYTES))
    seen = ledger.size()
    found = _look(ledger, asked.name)
    if found.batched:
        status, order = _again(asked, found, payees, out)
        return _report(status, asked, order, len(found.approved))
    if (before := _empty_before(ledger, asked, found, out)) is not None:
        return before
    states = _chosen(asked, found.approved)
    waiting = len(found.approved) - len(states)
    if not states:
        return _empty(ledger, asked, found, out, seen=seen)
    payment_files.is_there(out, None)
    _check_finished(found, out)
    day = ledger.today() if asked.on is None else asked.on
    order, faults = _order(asked, batch, day, states, read_payees(payees))
    _raise_faults([*faults, *_refusals(ledger, asked, batch, day, states)])
    data = write_credit_transfer(order)
    if asked.dry_run:
        return _report("checked", asked, order, waiting)
    payment_files.drop_strangers(out, found.names)
    payment_files.write(out, order.message_id, data)
    try:
        _book(ledger, asked, batch, order)
    except RebaError as error:
        # It may be booked all the same: the same command finds out, and then needs the file.
        if error.code != "store.outcome_unknown":
            payment_files.drop_part(out, order.message_id)
        raise
    payment_files.place(out, order.message_id, data)
    return _report("booked", asked, order, waiting)


def _book(ledger: Ledger, asked: PayingAsked, batch: str, order: TransferOrder) -> None:
    ledger.pay_release(
        [payment.release for payment in order.payments],
        batch=batch,
        on=order.made_on,
        actor=asked.actor,
        command_id=f"pay/{asked.name}",
    )
