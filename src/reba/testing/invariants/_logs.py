"""The invariants of evidence (H1, H2, H4): what any auditor of the entries must see."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from hypothesis import strategies as st

from reba.canonical import canonical_text
from reba.ledger.merkle import Checkpoint
from reba.testing.invariants._invariant import Invariant, Labels, Nearly, Words
from reba.testing.strategies import DAMAGES, Tampered, tampered
from reba.testing.violations import Violation, expect

__all__ = ["LOGS", "Auditor"]

_TAIL: Final = ("truncated",)


class Auditor(Protocol):
    """Whatever audits entries: `reba.audit`, or what is held against it."""

    def __call__(self, entries: Any, /, *, against: Sequence[Checkpoint] = ()) -> Any:  # noqa: ANN401 (entries; a report)
        """Audit entries; return an object with `findings`."""
        ...


def _place(finding: Any) -> int:  # noqa: ANN401 (of the auditor)
    """Return the place in the log: an entry out of order claims another than it should have."""
    out_of_order = finding.id == "entry.order" and str(finding.expected).isdigit()
    place: int = int(finding.expected) if out_of_order else finding.seq
    return place


def _h1(audit: Auditor, found: Tampered) -> Labels:
    damage = found.damage
    against = [found.checkpoint()] if damage.needs_checkpoint else []
    report = audit(found.damaged, against=against)
    if not any(finding.id in damage.findings for finding in report.findings):
        raise Violation(
            "H1", damage.statement, f"a finding of {sorted(damage.findings)}",
            [finding.id for finding in report.findings],
        )  # fmt: skip
    placed = [_place(finding) for finding in report.findings if finding.seq is not None]
    if placed and not damage.needs_checkpoint:
        named = damage.seq in placed
        expect("H1", f"the place is named ({damage.statement})", True, named)
    expect("H1", "what is found in the log as it was", (), tuple(audit(found.original).findings))
    return (f"damage: {damage.kind}",)


def _h2(audit: Auditor, found: Tampered) -> Labels:
    expect("H2", "a tail that is cut off, without a checkpoint", (),
           tuple(audit(found.damaged).findings))  # fmt: skip
    report = audit(found.damaged, against=[found.checkpoint()])
    if not report.findings:
        raise Violation("H2", "a tail that is cut off, against a checkpoint", "a finding", "none")
    return (f"damage: {found.damage.kind}",)


# ── the writing of values ────────────────────────────────────────────────────────────────────

_INTEGERS: Final = st.integers(-(2**53) + 1, 2**53 - 1)
_TEXTS: Final = st.text(st.characters(codec="utf-8"), max_size=8)
_KEYS: Final = st.text(st.characters(codec="ascii"), max_size=4)
_PLAIN: Final = st.none() | st.booleans() | _INTEGERS | _TEXTS


def _values() -> st.SearchStrategy[tuple[Any, Any]]:
    values = st.recursive(
        _PLAIN,
        lambda some: st.lists(some, max_size=3) | st.dictionaries(_KEYS, some, max_size=3),
        max_leaves=6,
    )
    return st.tuples(values, values)


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 (JSON values)
    """Say whether two values are the same JSON: in Python True equals 1, and there it does not."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _h4(write: Callable[[Any], str], pair: tuple[Any, Any]) -> Labels:
    one, other = pair
    text = write(one)
    expect("H4", "what is read back", True, _same(one, json.loads(text)))
    expect("H4", "two values have the same text", _same(one, other), text == write(other))
    return (f"value: {type(one).__name__}",)


LOGS: Final = (
    Invariant(
        id="H1", subject="audit", cases=tampered, check=_h1, tags=("evidence",),
        branches=tuple(f"damage: {kind}" for kind in DAMAGES),
        statement=Words(
            "Elke wijziging in de boekingen wordt gevonden, met de plaats.",
            "Any change of the entries is found, with its place.",
        ),
    ),
    Invariant(
        id="H2", subject="audit", cases=lambda: tampered(kinds=_TAIL), check=_h2,
        branches=tuple(f"damage: {kind}" for kind in _TAIL), tags=("evidence",),
        statement=Words(
            "Een afgekapt einde wordt gevonden met een eerder ijkpunt, en zonder niet.",
            "A tail that is cut off is found with an earlier checkpoint, and not without one.",
        ),
        nearly=Nearly(
            Words(
                "Een controle zonder bevindingen betekent dat er niets ontbreekt.",
                "An audit without findings means that nothing is missing.",
            ),
            "cut-off-and-clean",
        ),
    ),
    Invariant(
        id="H4", subject="writer", cases=_values, check=_h4, tags=("evidence",),
        branches=tuple(
            f"value: {name}" for name in ("NoneType", "bool", "int", "str", "list", "dict")
        ),
        statement=Words(
            "Gelijke waarden worden gelijk geschreven, verschillende verschillend.",
            "Equal values are written alike, different ones differently.",
        ),
    ),
)  # fmt: skip
"""What holds of evidence. `canonical_text` is what H4 checks by default."""

WRITER: Final = canonical_text
