"""The references of a payment batch: random, and traced back by the ledger alone. Pure.

1. A batch in the ledger is its name and 80 random bits: "2015-05-a.4f0c…". The random part never
   leaves the ledger.
2. What goes to the bank is a digest of it: the end-to-end id of each payment, and the id of the
   message. Whoever holds the bank file alone cannot trace a reference to an account, not even by
   trying every account there is.
3. A reference follows from the ledger, so that it needs no list beside it, and a file that was
   lost can be written again.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from reba.errors import PaymentError

__all__ = [
    "RANDOM_BYTES",
    "batch_named",
    "end_to_end_id",
    "grouped_digest",
    "is_bank_batch",
    "message_id",
    "name_of",
]

RANDOM_BYTES: Final = 10
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,13}", re.ASCII)
_BATCH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,13}\.[0-9a-f]{20}", re.ASCII)
_GROUP: Final = 7
_DIGITS: Final = 28


def batch_named(name: str, drawn: bytes) -> str:
    """Return the batch of a payment file, as the ledger keeps it.

    Args:
        name: what people call it: 1 to 14 letters, digits, '_' or '-'.
        drawn: `RANDOM_BYTES` random bytes.

    Raises:
        PaymentError: payment.name.

    >>> batch_named("2015-05-a", bytes(10))
    '2015-05-a.00000000000000000000'
    """
    if _NAME.fullmatch(name) is None:
        raise PaymentError("payment.name", value=name[:40])
    if len(drawn) != RANDOM_BYTES:
        msg = f"a batch takes {RANDOM_BYTES} random bytes"
        raise ValueError(msg)
    return f"{name}.{drawn.hex()}"


def is_bank_batch(batch: str) -> bool:
    """Say whether a batch was made for a payment file, and not named by hand.

    >>> is_bank_batch("2015-05-a.00000000000000000000"), is_bank_batch("2015-05-a")
    (True, False)
    """
    return _BATCH.fullmatch(batch) is not None


def name_of(batch: str) -> str:
    """Return what people call the batch of a payment file.

    >>> name_of("2015-05-a.00000000000000000000")
    '2015-05-a'
    """
    return batch.partition(".")[0]


def grouped_digest(*parts: str) -> str:
    """Return 112 bits of a digest in groups: no part of it has the shape of a personal number.

    >>> grouped_digest("reba", "example")
    '8856210-e4417cf-1ee768f-7352eb1'
    """
    digits = sha256("\n".join(parts).encode()).hexdigest()[:_DIGITS]
    return "-".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP))


def end_to_end_id(batch: str, release: str) -> str:
    """Return the end-to-end id (kenmerk) of the payment of a release: 31 characters.

    >>> len(end_to_end_id("2015-05-a.00000000000000000000", "H-0001/12"))
    31
    """
    return grouped_digest("reba end-to-end id", batch, release)


def message_id(batch: str) -> str:
    """Return the id of the message, and of the one payment order in it: 31 characters."""
    return grouped_digest("reba message id", batch)
