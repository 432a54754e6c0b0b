"""No amount changes without a diff that a lawyer can read."""

from __future__ import annotations

import json

import pytest

from golden.make import COMPOSITIONS, MONTHS, case_of, path_of, table
from reba.testing import oracle


@pytest.mark.parametrize("month", MONTHS)
def test_the_table_of_a_year_is_as_it_was(month: str) -> None:
    kept = json.loads(path_of(month).read_text(encoding="utf-8"))
    assert len(kept) >= 9
    assert table(month) == kept


@pytest.mark.parametrize("month", MONTHS)
def test_the_oracle_gives_the_same_table(month: str) -> None:
    kept = json.loads(path_of(month).read_text(encoding="utf-8"))
    compositions = {f"{a} adults, {c} children": (a, c) for a, c in COMPOSITIONS}
    assert set(kept) <= set(compositions)
    for name, row in kept.items():
        adults, children = compositions[name]
        for earnings, contribution_cents in row.items():
            again = oracle.contribution(case_of(month, adults, children, int(earnings))).amounts()
            assert again["contribution_cents"] == contribution_cents, (name, earnings)
