"""Batches that were paid, and of which bank statements do not show every payment. Pure.

1. The ledger says what was handed to the bank, and not what the bank carried out: only statements
   do. A payment that these statements show, or that the bank sent back, is confirmed.
2. A batch is as old as the days between its booking and the end of the last of the statements.
   What was booked after that end cannot stand in them, and is left out.
3. What was booked before the first of the statements begins may stand in an earlier one. It is
   named all the same, with `earlier`: nothing is assumed to have arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from reba.bank.references import message_id, name_of
from reba.bank.statement import Statement
from reba.months import parse_date

__all__ = ["PaidRelease", "Unconfirmed", "end_of", "unconfirmed"]


class PaidRelease(NamedTuple):
    """A release that went to the bank in a payment file, in cents."""

    release: str
    batch: str
    amount_cents: int
    paid_on: str


class Unconfirmed(NamedTuple):
    """A batch of which some payments are not confirmed (onbevestigde betaalbatch).

    Args:
        name: what people call it.
        message_id: its id at the bank.
        payments: how many payments are not confirmed.
        batch_payments: how many it has.
        amount_cents: what is not confirmed.
        booked_on: the day on which it was booked.
        age_days: its age at the end of the statements.
        earlier: it was booked before the statements begin, and may stand in earlier ones.
    """

    name: str
    message_id: str
    payments: int
    batch_payments: int
    amount_cents: int
    booked_on: str
    age_days: int
    earlier: bool


def end_of(statements: Iterable[Statement]) -> date | None:
    """Return the last day that statements tell of, or None where they name no day."""
    return max((each.until for each in statements if each.until is not None), default=None)


def unconfirmed(
    paid: Iterable[PaidRelease], confirmed: Collection[str], statements: Collection[Statement]
) -> tuple[Unconfirmed, ...]:
    """Return the batches of which payments are not confirmed, oldest first.

    Args:
        paid: every release that went to the bank in a payment file, in the order of the ledger.
        confirmed: the releases that the statements show, or that the bank sent back.
        statements: the statements.

    >>> release = PaidRelease("H-1/5", "2015-05-a.00000000000000000000", 2500, "2015-05-04")
    >>> may = Statement("S-1", (), date(2015, 5, 1), date(2015, 5, 31))
    >>> [(each.name, each.age_days, each.earlier) for each in unconfirmed([release], (), [may])]
    [('2015-05-a', 27, False)]
    """
    until = end_of(statements)
    if until is None:
        return ()
    since = min((each.since for each in statements if each.since is not None), default=until)
    batches: dict[str, list[PaidRelease]] = {}
    for each in paid:
        batches.setdefault(each.batch, []).append(each)
    found: list[Unconfirmed] = []
    for batch, releases in batches.items():
        missing = [each for each in releases if each.release not in confirmed]
        booked_on = parse_date(releases[0].paid_on)
        if missing and booked_on <= until:
            amount = sum(each.amount_cents for each in missing)
            age = (until - booked_on).days
            found.append(
                Unconfirmed(
                    name_of(batch), message_id(batch), len(missing), len(releases), amount,
                    booked_on.isoformat(), age, booked_on < since,
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.booked_on))
