"""What a ledger holds: entries, each an envelope around a body.

1. An entry is never edited; what supersedes it names it.
2. `seq` counts from 0 over the ledger and is the leaf index in the tree; `version` counts from 1
   within the account. `entry_id` is account and version, and so the same wherever it is derived.
3. The envelope holds the digest of the salted body, not the body: body and salt can be destroyed,
   and the envelope still proves that the entry was there (`docs/explanation/destruction.md`).
4. The kinds are a closed list.
5. What a body says is read only where it has the digest that its envelope holds: nothing is decided
   on, or shown of, a body that was damaged.
6. A body of an older schema is read as today's (`upcasting.py`); its bytes stay as they are.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import lru_cache
from typing import Final, NamedTuple, cast

from reba.canonical import body_digest
from reba.errors import LedgerError
from reba.ledger.upcasting import SCHEMA, upcast

__all__ = ["KINDS", "SCHEMA", "Draft", "Entry", "envelope_json", "quote"]

KINDS: Final = frozenset(
    {
        "account.opened",
        "contribution.assessed",
        "contribution.revised",
        "contribution.collected",
        "savings.reserved",
        "savings.adjusted",
        "savings.set_off",
        "receivable.invoiced",
        "receivable.reminded",
        "receivable.written_off",
        "procedure.recorded",
        "procedure.revoked",
        "release.requested",
        "release.approved",
        "release.rejected",
        "release.paid",
        "release.returned",
        "balance.transferred",
        "overpaid.recovered",
        "account.closed",
        "account.reopened",
        "records.destroyed",
    }
)


class Draft(NamedTuple):
    """An entry that is decided and not yet booked.

    `effective` is the month or day the fact is about; `body_json` is canonical JSON text.
    """

    account: str
    kind: str
    effective: str
    actor: str
    command_id: str
    supersedes: str | None
    body_json: str


class Entry(NamedTuple):
    """An entry (boeking) of the ledger.

    `recorded_at` is the instant it was written, in UTC with microseconds; `command_id` is the
    idempotency key within the account; `body_json` and `salt` are None once destroyed.
    `leaf_hash` is the hash of the envelope: what the tree was built from when it was written.
    """

    seq: int
    account: str
    version: int
    kind: str
    effective: str
    recorded_at: str
    actor: str
    command_id: str
    supersedes: str | None
    body_json: str | None
    salt: bytes | None
    body_digest: bytes
    leaf_hash: bytes
    schema: int = SCHEMA

    @property
    def entry_id(self) -> str:
        """Account and version, joined by a slash."""
        return f"{self.account}/{self.version}"

    @property
    def body(self) -> dict[str, object] | None:
        """The body as today's schema has it, or None where it was destroyed.

        Raises:
            LedgerError: ledger.newer_schema; ledger.damaged for a schema that never was, or a body
                that is not the one whose digest the envelope holds.
        """
        if self.body_json is None:
            return None
        body: object = None
        if self._is_as_written():
            with suppress(ValueError, RecursionError):  # whoever forges a digest may write anything
                body = json.loads(self.body_json)
        if not isinstance(body, dict):
            place, reason = f"entry {self.entry_id}", "its body is not what was written"
            raise LedgerError("ledger.damaged", place=place, reason=reason)
        said = cast("dict[str, object]", body)
        if self.schema == SCHEMA:
            return said
        return upcast(self.entry_id, self.kind, self.schema, said)

    def _is_as_written(self) -> bool:
        """Whether the body has its digest; a draft, before it has a number, has none yet."""
        if self.seq < 0:
            return True
        try:
            return body_digest(self.salt or b"", self.body_json or "") == self.body_digest
        except UnicodeEncodeError:  # a text that has no UTF-8 was never written
            return False


@lru_cache(maxsize=8192)
def quote(text: str) -> str:
    """Write a text as a JSON string, as RFC 8785 asks."""
    # json.dumps escapes exactly as RFC 8785 asks once non-ASCII stays as it is.
    return json.dumps(text, ensure_ascii=False)


def envelope_json(entry: Entry) -> str:
    """Write the envelope as canonical JSON text; its bytes are the leaf of the tree.

    The template is held equal to `canonical_text` by a property test. Account, kind, effective
    and recorded_at need no quoting: their alphabets hold nothing to escape.

    >>> envelope_json(Entry(0, "H-1", 1, "account.opened", "2015-03",
    ...     "2015-04-01T08:00:00.000000Z", "run", "assess/2015-03", None, None, None,
    ...     bytes(32), bytes(32)))[:46]
    '{"account":"H-1","actor":"run","body_digest":"'
    """
    superseded = "null" if entry.supersedes is None else quote(entry.supersedes)
    return (
        f'{{"account":"{entry.account}","actor":{quote(entry.actor)},'
        f'"body_digest":"{entry.body_digest.hex()}","command_id":{quote(entry.command_id)},'
        f'"effective":"{entry.effective}","entry_id":"{entry.entry_id}",'
        f'"kind":"{entry.kind}","recorded_at":"{entry.recorded_at}","schema":{entry.schema},'
        f'"seq":{entry.seq},"supersedes":{superseded},"version":{entry.version}}}'
    )
