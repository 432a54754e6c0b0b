"""The record of a payment batch in which nothing was: a file, since no entry can say it.

1. An entry is of an account, and an empty batch is of none. A payment file may not be empty either.
   So it is written down beside the payment files, under the name of the batch.
2. The record holds a checkpoint: at that size of that ledger nothing waited, but what was left out
   by name. Who has the ledger can look it up.
3. What is there decides: a batch that was recorded as empty pays nothing any more. A record of
   another ledger, or of entries that this one does not hold, is refused and never passed over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple, cast

from reba.bank.payment_files import unwritable
from reba.errors import LedgerError, PaymentError, RebaError
from reba.files import OWNER_ONLY, part_of, put_in_place, write_beside
from reba.ledger.ledger import Ledger
from reba.ledger.merkle import Checkpoint
from reba.ledger.proofs import checkpoint_at
from reba.months import parse_date

__all__ = ["EmptyBatch", "place_of_record", "read_record", "write_record"]

_FORMAT: Final = "reba-empty-batch/1"
_KEYS: Final = {"checkpoint", "format", "left_out", "made_on", "name", "payments", "total_cents"}
_FILE_BYTES_MAX: Final = 10_000_000


class EmptyBatch(NamedTuple):
    """A payment batch in which nothing was (lege betaalbatch).

    Args:
        name: what people call the batch.
        made_on: the day on which it was made.
        left_out: the releases that waited, and were left out by name.
        checkpoint: what the ledger held.
    """

    name: str
    made_on: date
    left_out: tuple[str, ...]
    checkpoint: Checkpoint

    def to_text(self) -> str:
        """Write the record as JSON.

        >>> then = Checkpoint("example.nl", 7, bytes(32))
        >>> made = EmptyBatch("2015-05-a", date(2015, 5, 4), (), then)
        >>> EmptyBatch.parse(made.to_text()) == made
        True
        """
        record = {
            "checkpoint": self.checkpoint.to_text(),
            "format": _FORMAT,
            "left_out": list(self.left_out),
            "made_on": self.made_on.isoformat(),
            "name": self.name,
            "payments": 0,
            "total_cents": 0,
        }
        return json.dumps(record, indent=2, sort_keys=True) + "\n"

    @classmethod
    def parse(cls, text: str) -> EmptyBatch:
        """Read a record, strictly.

        Raises:
            ValueError: where it is none.
            RebaError: where its checkpoint or its day is none.
        """
        record = json.loads(text)
        if not isinstance(record, dict):
            raise _not_a_record()
        fields = cast("dict[str, object]", record)
        if set(fields) != _KEYS or fields["format"] != _FORMAT:
            raise _not_a_record()
        name, made_on, left_out = fields["name"], fields["made_on"], fields["left_out"]
        checkpoint, amounts = fields["checkpoint"], (fields["payments"], fields["total_cents"])
        if not isinstance(name, str) or not isinstance(made_on, str) or amounts != (0, 0):
            raise _not_a_record()
        if not isinstance(checkpoint, str) or not isinstance(left_out, list):
            raise _not_a_record()
        releases = cast("list[object]", left_out)
        if not all(isinstance(each, str) for each in releases):
            raise _not_a_record()
        made = cls(
            name, parse_date(made_on), tuple(map(str, releases)), Checkpoint.parse(checkpoint)
        )
        if made.to_text() != text:
            raise _not_a_record()
        return made


def _not_a_record() -> ValueError:
    return ValueError("it is not as it was written")


def place_of_record(out: Path, name: str) -> Path:
    """Return where a batch is recorded as empty: beside the payment file, under its own name.

    >>> place_of_record(Path("pay.xml"), "2015-05-a").name
    '2015-05-a.empty.json'
    """
    return out.with_name(f"{name}.empty.json")


def _refused(path: Path, reason: str) -> PaymentError:
    return PaymentError("payment.empty_record", file=str(path), reason=reason)


def _not_of(ledger: Ledger, made: EmptyBatch, name: str) -> str | None:
    """Say why a record is not of this batch of this ledger, or return None."""
    store, then = ledger.store, made.checkpoint
    if made.name != name:
        return f"it is of batch {made.name[:40]!r}"
    if then.origin != store.origin():
        return "it is of another ledger"
    if then.size > store.size() or checkpoint_at(store, then.size).root != then.root:
        return "the ledger does not hold the entries that it held then"
    return None


def read_record(ledger: Ledger, out: Path, name: str) -> EmptyBatch | None:
    """Return the record that says that a batch was made with nothing in it, or None.

    Args:
        ledger: the ledger.
        out: the payment file that is asked for.
        name: the batch.

    Raises:
        PaymentError: payment.empty_record.
        RunError: run.output.
    """
    path = place_of_record(out, name)
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        if len(data) > _FILE_BYTES_MAX:
            raise _not_a_record()
        made = EmptyBatch.parse(data.decode())
    except (ValueError, RecursionError, RebaError) as error:
        raise _refused(path, "it is not as it was written") from error
    reason = _not_of(ledger, made, name)
    if reason is not None:
        raise _refused(path, reason)
    return made


def write_record(
    ledger: Ledger, out: Path, name: str, left_out: Sequence[str], *, seen: int
) -> EmptyBatch:
    """Record that a batch was made with nothing in it.

    Args:
        ledger: the ledger.
        out: the payment file that was asked for.
        name: the batch.
        left_out: the releases that wait, and were left out.
        seen: the size of the ledger when it was looked at.

    Raises:
        LedgerError: ledger.head_moved where somebody booked since.
        RunError: run.output.
    """
    then = ledger.checkpoint()
    if then.size != seen:
        raise LedgerError("ledger.head_moved", expected=seen, actual=then.size)
    made = EmptyBatch(name, ledger.today(), tuple(sorted(left_out)), then)
    path = place_of_record(out, name)
    part = part_of(path, hidden=True)
    try:
        write_beside(part, made.to_text().encode(), mode=OWNER_ONLY)
        put_in_place(part, path)
    except OSError as error:
        raise unwritable(path, error) from error
    return made
