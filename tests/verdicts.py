"""Ask both verifiers for their verdict: the library, and the stand-alone file."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple, cast

from reba.errors import LedgerError, ReceiptError, SignatureError
from reba.ledger.merkle import Checkpoint
from reba.ledger.notes import VerifierKey
from reba.ledger.receipt_checks import verify
from reba.ledger.receipts import Receipt
from reba.standalone import reba_verify as alone

__all__ = ["Told", "alone_says", "receipt_holds", "run_alone"]


class _InMemory:
    """As much of a path as the verifier reads: the bytes of the file."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read_bytes(self) -> bytes:
        return self._data


def alone_says(data: bytes, *, key: str | None = None) -> list[str]:
    """Return what the stand-alone verifier finds wrong with a receipt."""
    check = alone.Check()
    keys = [] if key is None else [key]
    with check.at("receipt"):
        mine = check.receipt(cast("Path", _InMemory(data)))
        check.compare(mine, Namespace(kind="receipt", against=[], key=keys, consistency=[]))
    return check.failures


def receipt_holds(
    data: bytes, *, against: Sequence[Checkpoint] = (), key: str | None = None
) -> bool:
    """Return the verdict of the library on a receipt."""
    keys = [] if key is None else [VerifierKey.parse(key)]
    try:
        receipt = Receipt.parse(data.decode())
        return verify(receipt, against=against, keys=keys).holds
    except (UnicodeDecodeError, ReceiptError, LedgerError, SignatureError):
        return False


class Told(NamedTuple):
    """What the stand-alone verifier told: its exit status, and what it printed."""

    status: int
    text: str


def run_alone(kind: str, place: Path, *options: str | Path) -> Told:
    """Run the stand-alone verifier in this process."""
    out = io.StringIO()
    with redirect_stdout(out):
        status = alone.main([kind, str(place), *map(str, options)])
    return Told(status, out.getvalue())
