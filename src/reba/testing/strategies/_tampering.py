"""Damaged logs of entries: what was done, where, and what an audit says of it.

1. Each damage is of one kind and in one place, so that a failure names what was not seen.
2. A description names the findings of which one must be there; every other finding that damage
   brings with it is welcome.
3. What is written anew with all its hashes, and what is cut off at the end, shows only against a
   checkpoint that was kept elsewhere. The description says so: an audit without one finds nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from hypothesis import reject
from hypothesis import strategies as st

from reba.canonical import body_digest, canonical_text
from reba.ledger.entries import Entry, envelope_json
from reba.ledger.merkle import Checkpoint, leaf_hash, root_of
from reba.testing.strategies._ledgers import Log, entry_logs
from reba.testing.strategies._support import check_strategy, chosen, draws, from_parameters

__all__ = ["DAMAGES", "Damage", "Tampered", "tampered"]

_ENVELOPE: Final = frozenset({"entry.envelope"})
_ORDER: Final = frozenset({"entry.order"})
_BODY: Final = frozenset({"entry.body"})
_MISSING: Final = frozenset({"entry.body_missing"})
_AGAINST: Final = frozenset({"checkpoint.root"})
_TRUNCATED: Final = frozenset({"checkpoint.truncated"})
_FINDINGS_OF: Final = {"body_json": _BODY, "salt": _BODY, "seq": _ORDER | _ENVELOPE}
_OTHER_ACTORS: Final = ("somebody-else", "nobody-else")


class Damage(NamedTuple):
    """What was done to a log (schade).

    Args:
        kind: one of `DAMAGES`.
        seq: the place of the first entry that is no longer what it was.
        statement: what was done, in a sentence.
        findings: ids of findings; an audit reports at least one of them.
        needs_checkpoint: whether it shows only against a checkpoint of the original.
    """

    kind: str
    seq: int
    statement: str
    findings: frozenset[str]
    needs_checkpoint: bool = False


class Tampered(NamedTuple):
    """A log, the same log damaged, and what was done to it."""

    original: Log
    damaged: Log
    damage: Damage

    def __repr__(self) -> str:
        sizes = f"original=<{len(self.original)} entries>, damaged=<{len(self.damaged)} entries>"
        return f"Tampered({sizes}, damage={self.damage!r})"

    def checkpoint(self) -> Checkpoint:
        """Return the checkpoint of the original, as one would have kept it elsewhere."""
        root = root_of(entry.leaf_hash for entry in self.original)
        return Checkpoint("reba-ledger/made-for-tests", len(self.original), root)


_Spoil = Callable[[st.DrawFn, list[Entry]], "tuple[list[Entry], Damage] | None"]


def _pick(draw: st.DrawFn, places: Sequence[int]) -> int | None:
    return draw(st.sampled_from(places)) if places else None


def _with(entry: Entry, name: str, value: object) -> Entry:
    changed: dict[str, Any] = {name: value}
    return entry._replace(**changed)


def _resealed(entry: Entry) -> Entry:
    """Compute the hashes of an entry again, as a forger would."""
    digest = entry.body_digest
    if entry.salt is not None and entry.body_json is not None:
        digest = body_digest(entry.salt, entry.body_json)
    entry = entry._replace(body_digest=digest)
    return entry._replace(leaf_hash=leaf_hash(envelope_json(entry).encode()))


# ── one bit ──────────────────────────────────────────────────────────────────────────────────────


def _flipped(draw: st.DrawFn, value: Any) -> Any:  # noqa: ANN401 (of any field)
    """Flip one bit of a value; a text stays text."""
    if isinstance(value, int):
        return value ^ (1 << draw(st.integers(0, 15)))
    place = draw(st.integers(0, len(value) - 1))
    bit = 1 << draw(st.integers(0, 6))
    if isinstance(value, bytes):
        return bytes(byte ^ bit if n == place else byte for n, byte in enumerate(value))
    code = ord(value[place])
    return value[:place] + chr(code ^ (bit if code < 128 else 1)) + value[place + 1 :]  # noqa: PLR2004 (ASCII)


def _bit_flipped(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage]:
    empty = {None, "", b""}
    places = {
        name: [entry.seq for entry in log if getattr(entry, name) not in empty]
        for name in Entry._fields
    }
    name = draw(st.sampled_from([name for name, found in places.items() if found]))
    seq = draw(st.sampled_from(places[name]))
    entry = log[seq]
    log[seq] = _with(entry, name, _flipped(draw, getattr(entry, name)))
    findings = _FINDINGS_OF.get(name, _ENVELOPE)
    return log, Damage(
        "bit_flipped", seq, f"a bit of {name!r} of entry {seq} was flipped", findings
    )


# ── entries out of order ─────────────────────────────────────────────────────────────────────────


def _dropped(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage] | None:
    if (seq := _pick(draw, range(len(log) - 1))) is None:
        return None
    del log[seq]
    return log, Damage("dropped", seq, f"entry {seq} was left out", _ORDER)


def _swapped(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage] | None:
    if (seq := _pick(draw, range(len(log) - 1))) is None:
        return None
    other = draw(st.integers(seq + 1, len(log) - 1))
    log[seq], log[other] = log[other], log[seq]
    return log, Damage("swapped", seq, f"entries {seq} and {other} changed places", _ORDER)


def _duplicated(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage]:
    seq = draw(st.integers(0, len(log) - 1))
    log.insert(seq, log[seq])
    return log, Damage("duplicated", seq + 1, f"entry {seq} stands there twice", _ORDER)


def _inserted(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage]:
    seq = draw(st.integers(0, len(log) - 1))
    forged = log[draw(st.integers(0, len(log) - 1))]._replace(seq=seq, actor=_OTHER_ACTORS[0])
    log.insert(seq, _resealed(forged))
    said = f"a forged entry, with hashes that fit, was put before entry {seq}"
    return log, Damage("inserted", seq, said, _ORDER)


def _replaced(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage] | None:
    """Put another entry in the place of one, under the leaf that stands in the tree."""
    if len(log) == 1:
        return None
    seq = draw(st.integers(0, len(log) - 1))
    other = draw(st.integers(0, len(log) - 2))
    other += other >= seq
    log[seq] = log[other]._replace(seq=seq, leaf_hash=log[seq].leaf_hash)
    return log, Damage("replaced", seq, f"entry {seq} says what entry {other} says", _ENVELOPE)


# ── bodies ───────────────────────────────────────────────────────────────────────────────────────


def _with_body(log: list[Entry]) -> list[int]:
    return [entry.seq for entry in log if entry.body_json is not None]


def _body_removed(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage] | None:
    if (seq := _pick(draw, _with_body(log))) is None:
        return None
    gone = draw(st.sampled_from([("body_json",), ("salt",), ("body_json", "salt")]))
    for name in gone:
        log[seq] = _with(log[seq], name, None)
    said = f"{' and '.join(gone)} of entry {seq} were removed, and nothing says they were destroyed"
    return log, Damage("body_removed", seq, said, _MISSING)


def _body_rewritten(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage] | None:
    """Write another body, and leave the hashes as they were."""
    if (seq := _pick(draw, _with_body(log))) is None:
        return None
    body = {**json.loads(log[seq].body_json or "{}"), "forged": draw(st.integers(0, 9))}
    log[seq] = log[seq]._replace(body_json=canonical_text(body))
    return log, Damage("body_rewritten", seq, f"the body of entry {seq} says more", _BODY)


# ── what only a checkpoint shows ─────────────────────────────────────────────────────────────────


def _truncated(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage] | None:
    """Cut off what the last commands booked: whole commands, so that nothing is left half done."""
    kept_from = max((e.seq + 1 for e in log if e.kind == "records.destroyed"), default=0)
    ends = [
        seq
        for seq in range(len(log) - 1, kept_from - 1, -1)
        if seq == 0 or (log[seq - 1].command_id, log[seq - 1].recorded_at)
        != (log[seq].command_id, log[seq].recorded_at)
    ]  # fmt: skip
    if (seq := _pick(draw, ends)) is None:
        return None
    said = f"the log was cut off before entry {seq}"
    return log[:seq], Damage("truncated", seq, said, _TRUNCATED, needs_checkpoint=True)


def _actor_rewritten(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage]:
    seq = draw(st.integers(0, len(log) - 1))
    actor = _OTHER_ACTORS[log[seq].actor == _OTHER_ACTORS[0]]
    log[seq] = _resealed(log[seq]._replace(actor=actor))
    said = f"the actor of entry {seq} became {actor!r}, and its hashes were computed again"
    return log, Damage("actor_rewritten", seq, said, _AGAINST, needs_checkpoint=True)


def _salt_rewritten(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage] | None:
    if (seq := _pick(draw, _with_body(log))) is None:
        return None
    salt = hashlib.sha256(log[seq].salt or b"").digest()[:16]
    log[seq] = _resealed(log[seq]._replace(salt=salt))
    said = f"entry {seq} got another salt, and its hashes were computed again"
    return log, Damage("salt_rewritten", seq, said, _AGAINST, needs_checkpoint=True)


def _cent_moved(draw: st.DrawFn, log: list[Entry]) -> tuple[list[Entry], Damage] | None:
    """Move a cent of a split from what is remitted to what is saved, and seal it again."""
    recovering = {entry.account for entry in log if entry.kind == "overpaid.recovered"}
    places = [
        entry.seq
        for entry in log
        if entry.kind == "savings.reserved"
        and entry.account not in recovering  # there the books would no longer add up
        and entry.body is not None
        and entry.body["remitted_cents"]
    ]
    if (seq := _pick(draw, places)) is None:
        return None
    body = json.loads(log[seq].body_json or "{}")
    body["reserved_cents"] += 1
    body["remitted_cents"] -= 1
    log[seq] = _resealed(log[seq]._replace(body_json=canonical_text(body)))
    said = (
        f"entry {seq} saves a cent more and remits a cent less, and its hashes were computed again"
    )
    return log, Damage("cent_moved", seq, said, _AGAINST, needs_checkpoint=True)


_SPOILS: Final[dict[str, _Spoil]] = {
    "bit_flipped": _bit_flipped,
    "dropped": _dropped,
    "swapped": _swapped,
    "duplicated": _duplicated,
    "inserted": _inserted,
    "replaced": _replaced,
    "body_removed": _body_removed,
    "body_rewritten": _body_rewritten,
    "truncated": _truncated,
    "actor_rewritten": _actor_rewritten,
    "salt_rewritten": _salt_rewritten,
    "cent_moved": _cent_moved,
}

DAMAGES: Final = tuple(_SPOILS)
"""The kinds of damage. The last four show only against a checkpoint."""


def _draw_tampered(
    draw: st.DrawFn, logs: st.SearchStrategy[Log], kinds: tuple[str, ...]
) -> Tampered:
    original = draw(logs)
    kind = draw(st.sampled_from(kinds))
    found = _SPOILS[kind](draw, list(original))
    if found is None:  # the log holds nothing that can be damaged in this way
        reject()
    damaged, damage = found
    return Tampered(original, tuple(damaged), damage)


_tampered = draws(_draw_tampered)


@from_parameters
def tampered(
    logs: st.SearchStrategy[Log] | None = None, *, kinds: tuple[str, ...] = DAMAGES
) -> st.SearchStrategy[Tampered]:
    """Logs that were tampered with: the original, the damaged one, and what was done.

    What needs a checkpoint is found against `Tampered.checkpoint()`, by an audit of the entries
    alone; the same damage in a whole ledger may show without one, since its law, its policy and
    its tree are then at hand.

    Args:
        logs: a strategy of logs with at least one entry; by default `entry_logs()`.
        kinds: the kinds of damage drawn from; by default all of them. A log that holds nothing to
            damage in that way is not drawn.

    >>> from hypothesis import find
    >>> found = find(tampered(kinds=("dropped",)), lambda found: True)
    >>> found.damage.statement, len(found.original) - len(found.damaged)
    ('entry 0 was left out', 1)
    """
    logs = entry_logs() if logs is None else logs
    check_strategy("logs", logs)
    return _tampered(logs.filter(bool), chosen("kinds", kinds, DAMAGES))
