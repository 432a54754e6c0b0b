"""No amount changes without a diff that a lawyer can read."""

from __future__ import annotations

import json

import pytest

from golden.make import MONTHS, path_of, table


@pytest.mark.parametrize("month", MONTHS)
def test_the_table_of_a_year_is_as_it_was(month: str) -> None:
    kept = json.loads(path_of(month).read_text(encoding="utf-8"))
    assert len(kept) >= 9
    assert table(month) == kept
