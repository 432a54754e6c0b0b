"""Whatever a reader is given, it reads it or says no with an error of ours.

Each reader gets some dozens of nearly valid documents here; `fuzz.run` goes on for as long as one
likes (tests/README.md, "Fuzzing").
"""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.mutations import PROGRAM_MAX_BYTES, mutate
from fuzz.run import random_programs, tried
from fuzz.targets import TARGETS, Target
from reba import RebaError
from reba.errors import MoneyError

_SLOW = {"bundle": 30, "ledger-cells": 30}
_PROGRAMS = st.binary(max_size=PROGRAM_MAX_BYTES)


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_takes_what_is_valid(name: str) -> None:
    assert TARGETS[name].try_program(b"")


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_fails_with_no_error_but_ours(name: str) -> None:
    target, read = TARGETS[name], 0

    @settings(
        max_examples=_SLOW.get(name, 50), deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(_PROGRAMS)
    def nearly_valid(program: bytes) -> None:
        nonlocal read
        target.try_program(program)  # raises where a reader does not keep its word
        read += 1

    nearly_valid()
    assert read >= 3


@given(st.binary(max_size=200))
def test_a_reader_of_text_takes_any_bytes(document: bytes) -> None:
    refused = [
        name for name, target in TARGETS.items()
        if not name.startswith(("bundle", "ledger")) and not target.try_document(document)
    ]  # fmt: skip
    assert {"policy", "choices", "overlay", "receipt", "note"} <= set(refused)


@given(_PROGRAMS)
def test_a_program_gives_the_same_document_every_time(program: bytes) -> None:
    documents = [b'{"a": 1, "b": "x"}', b"[policy]\nid = 7\n"]
    assert mutate(program, documents) == mutate(program, documents)


def test_an_empty_program_changes_nothing_and_most_others_do() -> None:
    document = b'{"a": 1, "b": "x"}'
    assert mutate(b"", [document]) == document
    made = {mutate(program, [document]) for program in random_programs(random.Random(1), 500)}  # noqa: S311
    assert len(made) > 250


def _planted(document: bytes) -> bool:
    if document.count(b'"a"') == 2:
        raise KeyError(document)  # a reader that falls over a key that stands twice
    if b"1e999" in document:
        raise OverflowError  # and over a number that is too large
    if document != b'{"a": 1, "b": "x"}':
        raise MoneyError("money.format", value="?", reason="?") from None
    return True


def test_the_faults_of_a_reader_are_found() -> None:
    target = Target("planted", lambda program: mutate(program, [b'{"a": 1, "b": "x"}']), _planted)
    programs = random_programs(random.Random(2), 3000)  # noqa: S311 (the same each time)
    found = {type(error) for error in (tried(target, program) for program in programs) if error}
    assert found == {KeyError, OverflowError}
    assert not any(issubclass(kind, RebaError) for kind in found)
