"""Invariants H1, H4: what an audit recognises at a glance is what a close look would accept.

`plainly_canonical` and the patterns of `run_bodies.py` are held against `parse_canonical`: on what
is written today, and on the same with letters changed, added and taken away.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property.strategies import households
from reba import HouseholdMonth, assess, load_law
from reba.canonical import INTEGER_MAX, canonical_text, parse_canonical
from reba.errors import CanonicalError
from reba.ledger.audit_bytes import plainly_canonical
from reba.ledger.bodies import assessed_body, collected_body, opened_body, split_body
from reba.ledger.run_bodies import ASSESSED, COLLECTED, OPENED, SPLIT
from reba.savings.reserve import Reserve

LAW = load_law()
CENTS = st.integers(-(10**15) + 1, 10**15 - 1)
MONTHS = st.integers(0, 9999 * 12).map(lambda n: f"{n // 12:04d}-{n % 12 + 1:02d}")
PATTERNS = (OPENED, ASSESSED, COLLECTED, SPLIT)

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_KEYS = st.text(st.characters(max_codepoint=127), max_size=6)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)
_OBJECTS = st.dictionaries(_KEYS, _VALUES, max_size=4).map(canonical_text)


def _carefully(text: str) -> object:
    """Return what canonical text says, or None where it is no canonical object."""
    try:
        value = parse_canonical(text.encode())
    except CanonicalError:
        return None
    return value if isinstance(value, dict) else None


@st.composite
def _assessed(draw: st.DrawFn) -> str:
    facts = HouseholdMonth.model_validate(draw(households()))
    charged = draw(st.none() | CENTS)
    return assessed_body(
        assess(facts, LAW), facts.record_json(), charged_before_cents=charged, engine="0.1.0"
    )


BODIES: dict[str, st.SearchStrategy[str]] = {
    "opened": st.sampled_from(["reba-2008", "rooo"]).map(opened_body),
    "assessed": _assessed(),
    "collected": st.builds(collected_body, MONTHS, CENTS),
    "split": st.builds(
        split_body,
        MONTHS,
        st.builds(Reserve, st.just("x"), st.integers(1, 99), *[CENTS] * 3, *[st.none()] * 3),
        st.just("f" * 64),
    ),
}
_ANY_BODY = st.one_of(*BODIES.values())

_LETTERS = ' \t\n,:{}[]"\\/0123456789.eE+-_abtnfrulsx\x00\x1f\x7fé\u2028\U0001f600'
_PIECES = st.sampled_from(
    [*_LETTERS, "", "null", "true", "false", "NaN", "1.0", "1e2", "-0", "01", "9007199254740992",
     '"\\u0041"', '"\\ud800"', '"\\/"', '"a":1,', ',"a":1', "[]", "{}", "[1,]", "1,", '"",']
)  # fmt: skip


@st.composite
def _edited(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Draw a text in which up to three places are written otherwise."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 3))
        text = text[:start] + draw(_PIECES) + text[end:]
    return text


# ── any JSON ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.invariant("H4")
@given(_OBJECTS | _ANY_BODY)
def test_what_is_canonical_is_seen_at_a_glance(text: str) -> None:
    found = plainly_canonical(text)
    assert found == _carefully(text)
    assert canonical_text(found) == text


@pytest.mark.invariant("H1")
@given(_edited(_OBJECTS) | _edited(_ANY_BODY))
def test_what_is_written_otherwise_is_never_taken_for_canonical(text: str) -> None:
    assert plainly_canonical(text) == _carefully(text)


@pytest.mark.invariant("H1")
@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}', '{"a":1,"a":1}', '{"a":{"c":1,"b":1}}', '{"a": 1}', '{"a":1} ', ' {"a":1}',
        '{"a":1.0}', '{"a":1.5}', '{"a":1e3}', '{"a":-0}', '{"a":01}', '{"a":+1}', '{"a":NaN}',
        '{"a":Infinity}', '{"a":9007199254740992}', '{"a":"\\u0041"}', '{"a":"\\/"}',
        '{"a":"\\ud800"}', '{"a":"\\u001F"}', '{"\\u0061":1}', '{"é":1}', '{"a":1,}', '{"a":[1,]}',
        '{"a":"\x01"}', "{'a':1}", '{"a":tru}', "[1]", "1", "null", '"a"', "", "{", "{}{}",
        '{"a":' + "[" * 5000 + "]" * 5000 + "}",
    ],
)  # fmt: skip
def test_these_are_not_canonical_objects(text: str) -> None:
    assert plainly_canonical(text) is None
    assert not any(pattern(text) for pattern in PATTERNS)


# ── the bodies of runs ───────────────────────────────────────────────────────────────────────


def _amounts(body: dict[str, Any]) -> tuple[str, ...]:
    keys = ("contribution", "from_assets", "from_earnings", "from_other_income")
    amounts = tuple(str(body["amounts"][f"{key}_cents"]) for key in keys)
    charged = body["charged_before_cents"]
    return (*amounts, "null" if charged is None else str(charged))


def _said(pattern: Callable[[str], object], text: str) -> tuple[str, ...]:
    """Return what a pattern would find in a body, read the plain way."""
    body: dict[str, Any] = json.loads(text)
    if pattern is OPENED:
        return (body["scheme"],)
    if pattern is COLLECTED:
        return (str(body["collected_cents"]), body["month"])
    if pattern is ASSESSED:
        members = canonical_text(body["facts"]["members"])
        return (*_amounts(body), members, body["month"])
    cents = (str(body[f"{key}_cents"]) for key in ("remitted", "reserved", "split"))
    return (body["month"], body["policy"], str(body["policy_version"]), *cents)


@pytest.mark.invariant("H4")
@pytest.mark.parametrize(("kind", "pattern"), list(zip(BODIES, PATTERNS, strict=True)))
@given(data=st.data())
def test_every_body_of_a_run_is_recognised(kind: str, pattern: Any, data: st.DataObject) -> None:
    text = data.draw(BODIES[kind])
    found = pattern(text)
    assert found is not None, text
    assert found.groups() == _said(pattern, text)
    assert [other(text) for other in PATTERNS if other is not pattern] == [None] * 3


@pytest.mark.invariant("H1")
@given(_edited(_ANY_BODY))
def test_what_a_pattern_takes_is_canonical_and_says_what_was_found(text: str) -> None:
    for pattern in PATTERNS:
        found = pattern(text)
        if found is not None:
            assert _carefully(text) is not None
            assert found.groups() == _said(pattern, text)
