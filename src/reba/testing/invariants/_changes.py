"""Two cases that differ in one thing: more income, fewer weeks, another order, a later month."""

from __future__ import annotations

import copy
from typing import Any, Final

from hypothesis import reject
from hypothesis import strategies as st

from reba.facts import Scheme
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.money import AMOUNT_MAX_CENTS, format_euros, parse_euros
from reba.months import Month
from reba.testing.invariants._cases import Case, Pair, cases, published

__all__ = [
    "income_in_two", "joined_by_one", "less_exempt", "more_income", "moved_in_a_validity",
    "savings_received", "shuffled", "without_means",
]  # fmt: skip

_MORE: Final = st.sampled_from([1, 2, 99, 10_000, 50_000]) | st.integers(1, 100_000)
_MINOR: Final = "2010-05-05"
_ADULT: Final = "1970-05-05"


def _changed(case: Case) -> dict[str, Any]:
    return copy.deepcopy(dict(case.facts))


def _pair(case: Case, what: str, changed: dict[str, Any]) -> Pair:
    return Pair(case, what, case._replace(facts=changed))


def _earner(draw: st.DrawFn, facts: dict[str, Any]) -> dict[str, Any]:
    """Choose a member with income; a case without one is not used."""
    earning = [member for member in facts["members"] if member.get("income")]
    if not earning:
        reject()
    chosen: dict[str, Any] = draw(st.sampled_from(earning))
    return chosen


@st.composite
def _more_income(draw: st.DrawFn, scheme: Scheme | None, cents: st.SearchStrategy[int]) -> Pair:
    case = draw(cases(scheme))
    changed = _changed(case)
    member = _earner(draw, changed)
    item = draw(st.sampled_from(member["income"]))
    more = draw(cents)
    total = parse_euros(item["net"]) + more
    if total > AMOUNT_MAX_CENTS:
        reject()
    item["net"] = format_euros(total)
    return _pair(case, f"{member['id']} has {format_euros(more)} more {item['kind']}", changed)


def more_income(
    scheme: Scheme | None = None, *, cents: int | None = None
) -> st.SearchStrategy[Pair]:
    """Return pairs of which the second has more income, of one member and one kind."""
    return _more_income(scheme, _MORE if cents is None else st.just(cents))


@st.composite
def without_means(draw: st.DrawFn) -> Case:
    """Return a case in which nobody has income or assets, and none is presumed."""
    case = draw(cases(allow_assets=False))
    if case.choices is not None and any(
        version.income_proof == "presumption" for version in case.choices.versions
    ):
        reject()
    changed = _changed(case)
    for member in changed["members"]:
        member.pop("income", None)
    return case._replace(facts=changed)


@st.composite
def less_exempt(draw: st.DrawFn) -> Pair:
    """Return pairs of which the second has no exemption of art. 5(3) left, and is else the same."""
    case = draw(cases(REBA_2008))
    one, other = _changed(case), _changed(case)
    for facts, weeks in ((one, 23), (other, 24)):
        for member in facts["members"]:
            member |= {"residence_status": "asylum_seeker", "exemption_weeks_used": weeks}
    return Pair(
        case._replace(facts=one), "every asylum seeker has had the exemption for 24 weeks",
        case._replace(facts=other),
    )  # fmt: skip


@st.composite
def joined_by_one(draw: st.DrawFn) -> Pair:
    """Return pairs of which the second has one member more, who receives an allowance."""
    case = draw(cases(REBA_2008, max_members=5, allow_provisional=False))
    first = Month.parse(case.facts["month"])
    born = draw(st.sampled_from([_ADULT, _MINOR]))
    if str(first) < "2014-02":  # no single parents: the amount of their supplement is not known
        grown = f"{first - 12 * 18}-01"
        adults = any(member["born"] <= grown for member in case.facts["members"])
        born = _ADULT if adults else _MINOR
    changed = _changed(case)
    changed["members"].append(
        {"id": "P-new", "born": born, "residence_status": "permit_holder",
         "receives_allowance": True}
    )  # fmt: skip
    return _pair(case, f"P-new, born {born}, joined with an allowance", changed)


@st.composite
def shuffled(draw: st.DrawFn) -> Pair:
    """Return pairs of which the second has other ids, and everything in another order."""
    case = draw(cases())
    changed = _changed(case)
    changed["members"] = draw(st.permutations(changed["members"]))
    for number, member in enumerate(changed["members"]):
        member["id"] = f"Q-{number}"
        if member.get("income"):
            member["income"] = draw(st.permutations(member["income"]))
    if changed.get("assets", {}).get("receipts"):
        changed["assets"]["receipts"] = draw(st.permutations(changed["assets"]["receipts"]))
    return _pair(case, f"as {changed['members']}", changed)


@st.composite
def income_in_two(draw: st.DrawFn) -> Pair:
    """Return pairs of which the second reports one item of income as two."""
    case = draw(cases())
    changed = _changed(case)
    member = _earner(draw, changed)
    item = member["income"].pop(draw(st.integers(0, len(member["income"]) - 1)))
    total = parse_euros(item["net"])
    part = draw(st.integers(0, total))
    member["income"] += [{**item, "net": format_euros(n)} for n in (part, total - part)]
    what = f"{item['kind']} of {member['id']} came as {format_euros(part)} and the rest"
    return _pair(case, what, changed)


@st.composite
def savings_received(draw: st.DrawFn) -> Pair:
    """Return pairs of which the second has savings from income among its receipts."""
    case = draw(cases(REBA_2008))
    if "assets" not in case.facts:
        reject()
    changed = _changed(case)
    saved = format_euros(draw(st.integers(1, 5_000_000)))
    receipt = {"on": f"{changed['month']}-01", "kind": "savings_from_income", "amount": saved}
    changed["assets"].setdefault("receipts", []).append(receipt)
    return _pair(case, f"{saved} was saved from income", changed)


# ── time ─────────────────────────────────────────────────────────────────────────────────────


def _turns() -> set[Month]:
    """Return the months in which any published value is another than the month before."""
    law = published()
    values = [value for name in law.names() for value in law.values(name)]
    return {Month.of(value.valid_from) for value in values}


@st.composite
def moved_in_a_validity(draw: st.DrawFn) -> Pair:
    """Return pairs of which the second is a later month, with the births and days moved along."""
    case = draw(cases(allow_assets=False, allow_provisional=False))
    month, turns = Month.parse(case.facts["month"]), _turns()
    later = 0
    while month + (later + 1) not in turns and later < 24:  # noqa: PLR2004 (long enough)
        later += 1
    if not later:
        reject()
    by = draw(st.integers(1, later))
    changed = _changed(case)
    changed["month"] = str(month + by)
    for facts in (changed["members"], case.facts["members"]):
        for member in facts:
            if "child_benefit_since" in member or "absent_days_this_year" in member:
                reject()
    for member in changed["members"]:
        born = Month.parse(member["born"][:7]) + by
        member["born"] = f"{born}-{min(int(member['born'][8:]), born.last_day.day):02d}"
        for item in member.get("income", ()):
            if "earned_in" in item:
                item["earned_in"] = str(Month.parse(item["earned_in"]) + by)
    return _pair(case, f"it is {changed['month']}, and all were born as much later", changed)
