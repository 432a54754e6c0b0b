"""Valid facts as plain JSON objects, for months of which everything is verified."""

from __future__ import annotations

import calendar
from typing import Any

from hypothesis import strategies as st

Case = dict[str, Any]

MONTHS = [
    f"{year}-{month:02d}"
    for year in range(2011, 2016)
    for month in range(1, 13)
    if (year, month) >= (2011, 8)
]
OTHER = ["benefit", "maintenance", "asset_income", "tax_refund"]
UNCOUNTED = ["child_benefit", "rva_allowance", "chores", "cost_reimbursement"]
UNCOUNTED += ["exempt_asset_interest"]
DISCRETIONARY = ["gift", "immaterial_damages"]


def euros(most: int = 300_000) -> st.SearchStrategy[str]:
    near = st.sampled_from([0, 1, 2, 3, 73_199, 73_200, 73_201, 24_400, 59_460])
    return st.one_of(near, st.integers(0, most)).map(lambda n: f"{n // 100}.{n % 100:02d}")


@st.composite
def income_items(draw: st.DrawFn, month: str) -> Case:
    kind = draw(st.sampled_from(["earnings", "holiday_pay", *OTHER, *UNCOUNTED, *DISCRETIONARY]))
    item: Case = {"kind": kind, "net": draw(euros())}
    if kind in DISCRETIONARY:
        item |= {"justified": draw(st.booleans()), "reason": "decided by the caseworker"}
    if draw(st.integers(0, 4)) == 0:
        item["earned_in"] = draw(st.sampled_from([month, "2011-07"]))
    return item


def _born(draw: st.DrawFn, month: str, *, adult: bool) -> str:
    year, number = int(month[:4]), int(month[5:])
    if draw(st.integers(0, 3)) == 0:  # on the border: 18 on the first day, or a day too young
        return f"{year - 18}-{number:02d}-{1 if adult else 2:02d}"
    born_year = year - draw(st.integers(19, 70) if adult else st.integers(0, 17))
    if born_year == year:
        return f"{year}-01-01" if number == 1 else f"{year}-{number - 1:02d}-15"
    born_month = draw(st.integers(1, 12))
    day = draw(st.integers(1, calendar.monthrange(born_year, born_month)[1]))
    return f"{born_year}-{born_month:02d}-{day:02d}"


@st.composite
def members(draw: st.DrawFn, month: str, number: int, *, adult: bool) -> Case:
    member: Case = {
        "id": f"P-{number}",
        "born": _born(draw, month, adult=adult),
        "residence_status": draw(st.sampled_from(["asylum_seeker", "permit_holder"])),
        "exemption_weeks_used": draw(st.sampled_from([0, 10, 23, 24, 25, 52])),
        "receives_allowance": draw(st.integers(0, 5)) > 0,
        "income": draw(st.lists(income_items(month), max_size=3)),
        "obligations": draw(st.sampled_from(["0.00", "0.01", "75.00", "1000.00"]) | euros(20_000)),
    }
    if draw(st.integers(0, 5)) == 0:
        del member["obligations"]  # not supplied: computed without
    if not adult and draw(st.booleans()):
        year, index = int(month[:4]), int(month[5:])
        months = year * 12 + index - 1 - draw(st.integers(0, 5))
        since = f"{months // 12}-{months % 12 + 1:02d}-{draw(st.sampled_from(['01', '02']))}"
        if since <= f"{month}-28":
            member["child_benefit_since"] = since
    return member


@st.composite
def assets(draw: st.DrawFn, month: str) -> Case:
    kinds = ["penalty_payment", "inheritance", "sale", "other", "savings_from_income"]
    last = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    days = ["2011-01-01", f"{month}-01", f"{month}-{last}"]
    receipts = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(kinds + DISCRETIONARY))
        on, amount = draw(st.sampled_from(days)), draw(euros(2_000_000))
        receipt: Case = {"on": on, "kind": kind, "amount": amount}
        if kind in DISCRETIONARY:
            receipt |= {"justified": draw(st.booleans()), "reason": "decided by the caseworker"}
        receipts.append(receipt)
    at_limit = st.sampled_from(["5555.00", "5684.99", "5795.00", "5850.01", "5895.00", "11790.00"])
    owned: Case = {
        "at_start": draw(euros(2_000_000) | at_limit),
        "debts_at_start": draw(euros(500_000)),
        "started_on": "2011-01-01",
        "receipts": receipts,
        "charged_before": draw(euros(100_000)),
    }
    if draw(st.integers(0, 5)) == 0:
        owned["limit_on"] = draw(st.sampled_from(["2011-12-31", "2012-01-01", "2022-02-14"]))
    return owned


@st.composite
def households(draw: st.DrawFn, *, months: list[str] = MONTHS, computable: bool = True) -> Case:
    """Draw a household of a month; `computable`: one of which every amount is published."""
    month = draw(st.sampled_from(months))
    adults, children = draw(st.integers(0, 3)), draw(st.integers(0, 6))
    if adults == 0:
        children = children or 1
    if computable and adults == 1 and children and month < "2014-02":
        adults = 2  # the supplement of a single parent is not known before February 2014
    people = [
        draw(members(month, number, adult=number < adults)) for number in range(adults + children)
    ]
    case: Case = {
        "scheme": "reba-2008",
        "month": month,
        "household": "H-1",
        "members": people,
        "provisions": {"shelter": draw(st.integers(0, 5)) > 0, "catering": draw(st.booleans())},
    }
    if draw(st.booleans()):
        case["assets"] = draw(assets(month))
    return case
