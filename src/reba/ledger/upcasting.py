"""Read an entry of an older schema as if it were written today. Pure; nothing is rewritten.

1. The schema stands in the envelope, is hashed with it, and never changes.
2. The store keeps a body as it was written, and every hash is over those bytes. Only who reads a
   body for what it says reads it through here.
3. From each schema to the next there is one step, from a kind and a body to a body. An older body
   goes through all of them, up to today's; there is no step back.
4. A schema newer than today's is refused. It is never guessed at.

What asks for a new schema, and what does not: `docs/decisions/0018-schema-evolution.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from reba.errors import LedgerError

__all__ = ["SCHEMA", "STEPS", "Body", "Step", "is_readable", "upcast"]

SCHEMA: Final = 1
"""The schema of what is written today."""

Body: TypeAlias = dict[str, object]
Step: TypeAlias = Callable[[str, Body], Body]
"""From the kind of an entry and its body to the body as the next schema has it; pure."""

STEPS: Mapping[int, Step] = {}
"""The step from each older schema to the next, by the older of the two. Schema 1 is the first."""


def is_readable(schema: int) -> bool:
    """Whether an entry of this schema can be read: today's, or one with every step up to it.

    >>> is_readable(1), is_readable(2), is_readable(0)
    (True, False, False)
    """
    return schema <= SCHEMA and all(version in STEPS for version in range(schema, SCHEMA))


def upcast(
    entry_id: str,
    kind: str,
    schema: int,
    body: Body,
    *,
    steps: Mapping[int, Step] | None = None,
    current: int = SCHEMA,
) -> Body:
    """Return the body of an entry as today's schema has it (opwaarderen).

    Args:
        entry_id: the entry, for the error.
        kind: its kind; a step may change the bodies of some kinds and leave others.
        schema: the schema in its envelope.
        body: its body as it was written.
        steps: by the older schema, the step to the next; by default those of the library.
        current: the schema to end at.

    Raises:
        LedgerError: ledger.newer_schema; ledger.damaged for a schema that never was.

    >>> def renamed(kind, body):
    ...     return {"scheme": body["rules"]} if kind == "account.opened" else body
    >>> upcast("H-1/1", "account.opened", 1, {"rules": "rooo"}, steps={1: renamed}, current=2)
    {'scheme': 'rooo'}
    """
    place = f"entry {entry_id}"
    if schema > current:
        raise LedgerError("ledger.newer_schema", place=place, schema=schema, known=current)
    known = STEPS if steps is None else steps
    for version in range(schema, current):
        if version not in known:
            reason = f"there never was a schema {schema}"
            raise LedgerError("ledger.damaged", place=place, reason=reason)
        body = known[version](kind, body)
    return body
