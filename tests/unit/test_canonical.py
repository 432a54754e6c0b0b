"""Invariant H4: equal values give equal bytes, distinct values distinct bytes; and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba.canonical import INTEGER_MAX, canonical_text, parse_canonical
from reba.errors import CanonicalError
from reba.ledger.entries import Entry, envelope_json

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_KEYS = st.text(st.characters(max_codepoint=127), max_size=6)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.invariant("H4")
@given(_VALUES)
def test_what_is_written_is_read_and_written_the_same(value: object) -> None:
    data = canonical_text(value).encode()
    assert parse_canonical(data) == value
    assert canonical_text(parse_canonical(data)).encode() == data


def _typed(value: object) -> object:
    """Python holds True equal to 1; canonical bytes do not."""
    if isinstance(value, list):
        return ["list", *(_typed(item) for item in value)]
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    return (type(value).__name__, value)


@pytest.mark.invariant("H4")
@given(_VALUES, _VALUES)
def test_distinct_values_have_distinct_bytes(one: object, two: object) -> None:
    assert (canonical_text(one) == canonical_text(two)) == (_typed(one) == _typed(two))


def test_the_string_escapes_of_rfc_8785() -> None:
    # RFC 8785 section 3.2.2.2 and the string of its example in section 3.2.4.
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"
    assert canonical_text(text) == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    assert canonical_text("\b\t\n\f\r\x00\x7f") == '"\\b\\t\\n\\f\\r\\u0000\x7f"'


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 2**53, -(2**53), {"é": 1}, {1: 2}, b"x", "\ud800", object()]
)
def test_what_has_no_canonical_bytes_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError):
        canonical_text(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a": 1}', b"[1,2] ", b"1.0", b"NaN", b"1e3",
        b'"\\u0041"', b'"\\/"', b"9007199254740992", b"\xff", b"", b"{", b"-0", b'"\\ud800"',
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        parse_canonical(data)


@pytest.mark.invariant("H4")
@given(_TEXT, _TEXT, st.none() | _TEXT, st.binary(min_size=32, max_size=32), st.integers(0, 2**40))
def test_the_envelope_template_writes_canonical_bytes(
    actor: str, command: str, supersedes: str | None, digest: bytes, seq: int
) -> None:
    entry = Entry(
        seq, "H-1", 3, "savings.reserved", "2015-03", "2026-01-02T03:04:05.678901Z", actor,
        command, supersedes, None, None, digest, bytes(32),
    )  # fmt: skip
    written = envelope_json(entry)
    assert written == canonical_text(json.loads(written))
    assert json.loads(written)["entry_id"] == entry.entry_id
    assert json.loads(written)["actor"] == actor
