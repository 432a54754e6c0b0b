"""The rules a second time: in fractions, from the published text, and importing nothing of ours.

Run it beside any engine: this one, or your own. Facts go in as the JSON object of a file, amounts
come out in cents. It was written from the text of the regulations and their published amounts, not
from `reba.law`; each amount is typed in again beside its article, so that a typing error shows.

1. It never takes the amount of another time. Where no text gives one it raises `NoValueError`.
2. What the text leaves open is decided as `docs/legal/open-questions.md` says: there the two
   agree because they were told the same, and their agreement shows nothing.
3. It checks no facts: hand it what `HouseholdMonth.from_json` accepts.

Known are, under Reba 2008, April 2011 to December 2015; in part December 2008 to March 2011,
January 2016, and March and April 2022; under the RooO July 2024 to December 2025. It does not say
which amounts rest on the press or on inference: there the engine says `provisional`. Not covered:
art. 9 of Reba 2008 (transitional), recovery under Rva art. 20(3) and 21, and releases, for which
the law names no amounts.

>>> from reba.testing import oracle
>>> owed = oracle.contribution({
...     "scheme": "reba-2008", "month": "2022-03", "household": "H-0001",
...     "members": [{"id": "P-1", "born": "1990-05-14", "residence_status": "permit_holder",
...                  "income": [{"kind": "earnings", "net": "1000.00"}]}],
...     "provisions": {"shelter": True, "catering": False}})
>>> owed.contribution_cents, owed.economic_value_cents, owed.exemption_cents
(47595, 47595, 18500)
"""

from reba.testing.oracle import _reba2008, _rooo
from reba.testing.oracle._amounts import Case, NoValueError, Owed
from reba.testing.oracle._reba2008 import Position, asset_position
from reba.testing.oracle._rooo import (
    ChoicesNeededError,
    Thresholds,
    deciding_month,
    full_contribution_cents,
    leefgeld_withdrawn_cents,
    thresholds,
)
from reba.testing.oracle._split import Parts, split

__all__ = [
    "Case",
    "ChoicesNeededError",
    "NoValueError",
    "Owed",
    "Parts",
    "Position",
    "Thresholds",
    "asset_position",
    "contribution",
    "deciding_month",
    "full_contribution_cents",
    "leefgeld_withdrawn_cents",
    "split",
    "thresholds",
]


def contribution(case: Case, choices: Case | None = None) -> Owed:
    """Return what a household owes for a month, and of what that consists, in cents.

    Args:
        case: the facts of the household-month, as the JSON object of a file.
        choices: what the municipality chose, for the RooO: the object of its file, or its rules.

    Raises:
        NoValueError: no published text gives an amount that this household needs.
        ChoicesNeededError: the RooO leaves the amount to the municipality, which did not choose.

    >>> contribution({
    ...     "scheme": "rooo", "month": "2025-10", "household": "H-0001",
    ...     "members": [{"id": "P-1", "born": "1985-06-15",
    ...                  "income": [{"kind": "earnings", "net": "642.92"}]}],
    ...     "provisions": {"shelter": True, "catering": False}}).contribution_cents
    24422
    """
    if case["scheme"] == "rooo":
        return _rooo.contribution(case, choices)
    return _reba2008.contribution(case)
