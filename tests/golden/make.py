"""Write the golden tables again: python tests/golden/make.py. Then read the diff as a lawyer.

One table a verified year: the contribution of each composition at every 50 euro of net earnings of
the first adult (a permit holder), and at each breakpoint and a cent to both sides.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reba import HouseholdMonth, Law, assess, load_law

HERE = Path(__file__).parent
MONTHS = ("2011-09", "2012-06", "2013-06", "2014-06", "2015-06")
COMPOSITIONS = [
    (1, 0),
    (2, 0),
    (3, 0),
    *((2, n) for n in range(1, 7)),
    *((1, n) for n in (1, 2, 4)),
]


def case_of(month: str, adults: int, children: int, earnings: int) -> dict[str, Any]:
    """Return the facts behind one cell of a table."""
    born = ["1980-01-01"] * adults + ["2008-01-01"] * children
    people: list[dict[str, Any]] = [
        {"id": f"P-{n}", "born": day, "residence_status": "permit_holder"}
        for n, day in enumerate(born)
    ]
    net = f"{earnings // 100}.{earnings % 100:02d}"
    people[0] |= {"income": [{"kind": "earnings", "net": net}], "obligations": "0.00"}
    return {
        "scheme": "reba-2008",
        "month": month,
        "household": "GOLDEN",
        "members": people,
        "provisions": {"shelter": True, "catering": False},
    }


def _contribution(law: Law, month: str, adults: int, children: int, earnings: int) -> int:
    facts = HouseholdMonth.model_validate(case_of(month, adults, children, earnings))
    return assess(facts, law).contribution_cents


def table(month: str) -> dict[str, dict[str, int]]:
    """Return the table of one month: composition, then earnings in cents, then contribution."""
    law = load_law()
    found: dict[str, dict[str, int]] = {}
    for adults, children in COMPOSITIONS:
        if adults == 1 and children and month < "2014-02":
            continue  # the supplement of a single parent is not known
        ceiling = _contribution(law, month, adults, children, 10_000_00)
        three_quarters = -(-ceiling * 4 // 3)  # where the ceiling is met below the maximum
        breaks = {73200, three_quarters, ceiling + 18300}
        points = {*range(0, 250_001, 5000), *(b + d for b in breaks for d in (-1, 0, 1))}
        found[f"{adults} adults, {children} children"] = {
            str(point): _contribution(law, month, adults, children, point)
            for point in sorted(points)
        }
    return found


def path_of(month: str) -> Path:
    """Return the file of a month's table."""
    return HERE / f"reba-{month}.json"


if __name__ == "__main__":
    for each in MONTHS:
        path_of(each).write_text(json.dumps(table(each), indent=1) + "\n", encoding="utf-8")
