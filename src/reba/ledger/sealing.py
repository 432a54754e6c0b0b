"""Make entries of drafts: number them, salt their bodies, hash them. Pure; a tight loop."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from reba.ledger.entries import SCHEMA, Draft, Entry, write_envelope

__all__ = ["SALT_BYTES", "seal"]

SALT_BYTES: Final = 16


def seal(
    drafts: Sequence[Draft],
    *,
    first_seq: int,
    versions: Mapping[str, int],
    recorded_at: str,
    salts: bytes,
) -> list[Entry]:
    """Return the entries of a batch.

    Args:
        drafts: what was decided, in order.
        first_seq: the number of entries the ledger holds.
        versions: the last version of each account that has one.
        recorded_at: the instant of recording, "YYYY-MM-DDTHH:MM:SS.ffffffZ".
        salts: fresh random bytes, `SALT_BYTES` for each draft.
    """
    if len(salts) != SALT_BYTES * len(drafts):
        msg = f"{len(drafts)} drafts need {SALT_BYTES * len(drafts)} bytes of salt"
        raise ValueError(msg)
    last = dict(versions)
    sha256 = hashlib.sha256
    entries: list[Entry] = []
    for index, draft in enumerate(drafts):
        account, kind, effective, actor, command_id, supersedes, body_json = draft
        seq = first_seq + index
        version = last.get(account, 0) + 1
        last[account] = version
        salt = salts[SALT_BYTES * index : SALT_BYTES * (index + 1)]
        digest = sha256(salt + body_json.encode()).digest()
        envelope = write_envelope(
            seq, account, version, kind, effective, recorded_at, actor, command_id, supersedes,
            digest, SCHEMA,
        )  # fmt: skip
        leaf = sha256(b"\x00" + envelope.encode()).digest()
        entries.append(
            Entry(
                seq, account, version, kind, effective, recorded_at, actor, command_id, supersedes,
                body_json, salt, digest, leaf, SCHEMA,
            )
        )  # fmt: skip
    return entries
