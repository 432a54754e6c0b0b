"""How a process that audits looks for garbage: seldom, and afterwards as before."""

from __future__ import annotations

import gc

import pytest

from reba import audit, open_ledger
from reba.processes import seldom_collecting


def test_garbage_is_looked_for_as_before_also_after_an_error() -> None:
    before = gc.get_threshold()
    with seldom_collecting():
        assert gc.get_threshold()[0] > 10 * before[0]
    assert gc.get_threshold() == before
    with pytest.raises(KeyError), seldom_collecting():
        raise KeyError
    assert gc.get_threshold() == before


def test_an_audit_leaves_the_process_as_it_was() -> None:
    before = gc.get_threshold()
    with open_ledger(":memory:") as ledger:
        assert audit(ledger).clean
    assert gc.get_threshold() == before
