r"""Recognise the bodies that a run writes, each in one match, and know them to be canonical.

A ledger consists mostly of these few kinds. Reading one as JSON and writing it again, to see that
it was canonical, costs several times what hashing it costs.

1. A pattern describes one shape: every key in sorted order and at most once, no spaces, integers of
   at most 15 digits without leading zeros, and strings of printable ASCII that need no escape. So
   whatever matches is canonical JSON, with every key that a fold reads, each of its type.
2. What does not match may be right all the same, and is read the plain way. Nothing is decided here
   about what is wrong.

Property tests hold both against `canonical.parse_canonical`, and against what `bodies.py` writes.
"""

from __future__ import annotations

import re
from typing import Final

from reba.law.assessment import AMOUNT_KEYS

__all__ = ["ASSESSED", "COLLECTED", "OPENED", "SPLIT"]

_CENTS: Final = r"(?:0|-?[1-9][0-9]{0,14}+)"
_TEXT: Final = r'"[ !#-\[\]-~]*+"'
_BOOLEAN: Final = r"(?:true|false)"
_MONTH: Final = r"[0-9]{4}-[0-9]{2}"


def _group(value: str) -> str:
    return f"({value})"


def _list(item: str) -> str:
    return rf"\[(?:{item}(?:,(?!\])|(?=\])))*+\]"


def _object(keys: dict[str, str]) -> str:
    """Return the pattern of an object; a key that ends in "?" may be absent, and one may not."""
    names = sorted(keys, key=lambda name: name.rstrip("?"))
    last = max(place for place, name in enumerate(names) if not name.endswith("?"))
    parts: list[str] = []
    for place, name in enumerate(names):
        pair = f'"{name.rstrip("?")}":{keys[name]}'
        if place < last:
            pair += ","
        elif place > last:
            pair = "," + pair
        parts.append(f"(?:{pair})?+" if name.endswith("?") else pair)
    return r"\{" + "".join(parts) + r"\}"


_INCOME: Final = _object(
    {"basis?": _TEXT, "earned_in?": _TEXT, "justified?": _BOOLEAN, "kind": _TEXT, "net": _TEXT,
     "reason?": _TEXT}
)  # fmt: skip
_MEMBER: Final = _object(
    {"absent_days_this_year?": _CENTS, "born": _TEXT, "child_benefit_since?": _TEXT,
     "exemption_weeks_used?": _CENTS, "id": _TEXT, "income": _list(_INCOME), "obligations?": _TEXT,
     "receives_allowance": _BOOLEAN, "residence_status?": _TEXT}
)  # fmt: skip
_RECEIPT: Final = _object(
    {"amount": _TEXT, "justified?": _BOOLEAN, "kind": _TEXT, "on": _TEXT, "reason?": _TEXT}
)
_ASSETS: Final = _object(
    {"at_start": _TEXT, "charged_before?": _TEXT, "debts_at_start": _TEXT, "limit_on?": _TEXT,
     "receipts": _list(_RECEIPT), "started_on": _TEXT}
)  # fmt: skip
_FACTS: Final = _object(
    {"assets?": _ASSETS, "collected?": _TEXT, "household": _TEXT,
     "members": _group(_list(_MEMBER)), "month": _TEXT,
     "provisions": _object({"catering": _BOOLEAN, "shelter": _BOOLEAN}), "scheme": _TEXT}
)  # fmt: skip
_FOLDED: Final = (
    "contribution_cents", "from_assets_cents", "from_earnings_cents", "from_other_income_cents",
)  # fmt: skip
_AMOUNTS: Final = _object(
    {f"{key}?": _CENTS for key in AMOUNT_KEYS if key not in _FOLDED}
    | {key: _group(_CENTS) for key in _FOLDED}
)
_ASSESSED: Final = _object(
    {"amounts": _AMOUNTS, "charged_before_cents": _group(f"(?:null|{_CENTS})"), "choices?": _TEXT,
     "engine": _TEXT, "facts": _FACTS, "law": _TEXT, "month": f'"{_group(_MONTH)}"',
     "not_supplied": _list(_TEXT), "provisional_because": _list(_TEXT)}
)  # fmt: skip
_COLLECTED: Final = _object({"collected_cents": _group(_CENTS), "month": f'"{_group(_MONTH)}"'})
_SPLIT: Final = _object(
    {"month": f'"{_group(_MONTH)}"', "policy": f'"{_group(_TEXT[1:-1])}"',
     "policy_version": _group(_CENTS), "remitted_cents": _group(_CENTS),
     "reserved_cents": _group(_CENTS), "split_cents": _group(_CENTS)}
)  # fmt: skip
_OPENED: Final = _object({"scheme": f'"{_group(_TEXT[1:-1])}"'})

OPENED: Final = re.compile(_OPENED, re.ASCII).fullmatch
"""`account.opened`: scheme."""

ASSESSED: Final = re.compile(_ASSESSED, re.ASCII).fullmatch
"""`contribution.assessed`: contribution, from assets, from earnings, from other income, charged
before (or "null"), the members as JSON, and the month."""

COLLECTED: Final = re.compile(_COLLECTED, re.ASCII).fullmatch
"""`contribution.collected` of a run: what came in, and the month."""

SPLIT: Final = re.compile(_SPLIT, re.ASCII).fullmatch
"""`savings.reserved`: month, policy, its version, remitted, reserved, and what was split."""
