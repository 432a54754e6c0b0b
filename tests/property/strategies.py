"""The public facts, with every list there and room for a cent more: what these tests change."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from reba.months import Month
from reba.testing.strategies import facts

Case = dict[str, Any]

MONTHS = [str(Month(2011, 8) + n) for n in range(53)]
"""The months of which everything is verified, for families of every size."""

_HUGE_EUROS = 5_000_000


def _filled(case: Case) -> Case:
    for member in case["members"]:
        member.setdefault("income", [])
        member.setdefault("exemption_weeks_used", 10)
    if "assets" in case:
        case["assets"].setdefault("receipts", [])
    return case


def _has_room(case: Case) -> bool:
    nets = [item["net"] for member in case["members"] for item in member["income"]]
    return all(int(net.partition(".")[0]) < _HUGE_EUROS for net in nets)


def households(*, months: list[str] = MONTHS) -> st.SearchStrategy[Case]:
    """Draw a household of a month, of which every amount is published."""
    drawn = st.sampled_from(months).map(Month.parse)
    return facts(months=drawn).map(_filled).filter(_has_room)
