"""Make entries of drafts: number them, salt their bodies, hash them. Pure; a tight loop."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from reba.ledger.entries import SCHEMA, Draft, Entry, quote

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
    sha256, quoted, next_version = hashlib.sha256, quote, last.get
    entries: list[Entry] = []
    seq, start = first_seq, 0
    for account, kind, effective, actor, command_id, supersedes, body_json in drafts:
        version = last[account] = next_version(account, 0) + 1
        salt = salts[start : start + SALT_BYTES]
        digest = sha256(salt + body_json.encode()).digest()
        # The template of `envelope_json`, spelled out here for its speed; a test compares them.
        leaf = sha256(
            f'\x00{{"account":"{account}","actor":{quoted(actor)},"body_digest":"{digest.hex()}",'
            f'"command_id":{quoted(command_id)},"effective":"{effective}",'
            f'"entry_id":"{account}/{version}","kind":"{kind}","recorded_at":"{recorded_at}",'
            f'"schema":{SCHEMA},"seq":{seq},"supersedes":'
            f'{"null" if supersedes is None else quoted(supersedes)},"version":{version}}}'.encode()
        ).digest()
        entries.append(
            Entry(
                seq, account, version, kind, effective, recorded_at, actor, command_id, supersedes,
                body_json, salt, digest, leaf, SCHEMA,
            )
        )  # fmt: skip
        seq += 1
        start += SALT_BYTES
    return entries
