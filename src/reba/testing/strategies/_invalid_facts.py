"""Facts that must be refused, each with one fault and the code of that fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from reba.facts import INCOME_ITEMS_MAX, MEMBERS_MAX, RECEIPTS_MAX, SCHEMES, Scheme
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.months import Month
from reba.testing.strategies._facts import facts
from reba.testing.strategies._support import Case, chosen, draws, from_parameters

__all__ = ["SPOILS", "invalid_facts", "spoilt_facts", "valid_facts"]

_Spoil: TypeAlias = Callable[[st.DrawFn, Case], None]
_OTHER: Final[Scheme] = next(scheme for scheme in SCHEMES if scheme != REBA_2008)
_NOT_WHOLE: Final = json.loads("10.5")  # as a file may have it: no module writes one of its own
_MISSPELT: Final = st.sampled_from(["obligation", "Income", "bsn", "remarks"])


@lru_cache(maxsize=2)
def valid_facts(scheme: Scheme) -> st.SearchStrategy[Case]:
    """Return the facts that are spoilt."""
    return facts(scheme=scheme, max_members=3)


def _one(draw: st.DrawFn, values: Any) -> Any:  # noqa: ANN401 (whatever is chosen from)
    return draw(st.sampled_from(list(values)))


def _member(draw: st.DrawFn, case: Case) -> Case:
    found: Case = _one(draw, case["members"])
    return found


def _item(draw: st.DrawFn, case: Case, **item: object) -> Case:
    """Give a member one item of income, and nothing else that could be wrong."""
    member = _member(draw, case)
    member["income"] = [{"kind": "benefit", "net": "100.00", **item}]
    found: Case = member["income"][0]
    return found


def _receipt(draw: st.DrawFn, case: Case, **receipt: object) -> Case:
    """Give the household assets with one receipt, on the day on which reception began."""
    del draw
    started = Month.parse(case["month"]).first_day.isoformat()
    found: Case = {"on": started, "kind": "sale", "amount": "100.00", **receipt}
    case["assets"] = {
        "at_start": "0.00", "debts_at_start": "0.00", "started_on": started, "receipts": [found],
    }  # fmt: skip
    return found


def _after(case: Case) -> str:
    return (Month.parse(case["month"]) + 1).first_day.isoformat()


def _before(case: Case) -> str:
    return (Month.parse(case["month"]) - 1).last_day.isoformat()


# ── the shape ────────────────────────────────────────────────────────────────────────────────────


def _unknown_key(draw: st.DrawFn, case: Case) -> None:
    place = _one(draw, [case, case["provisions"], _member(draw, case)])
    place[draw(_MISSPELT)] = "0.00"


def _missing(draw: st.DrawFn, case: Case) -> None:
    member, provisions = _member(draw, case), case["provisions"]
    place, key = _one(
        draw,
        [
            (case, "month"), (case, "household"), (case, "members"), (case, "provisions"),
            (case, "scheme"), (member, "id"), (member, "born"), (provisions, "shelter"),
            (provisions, "catering"),
        ],
    )  # fmt: skip
    del place[key]


def _type(draw: st.DrawFn, case: Case) -> None:
    member = _member(draw, case)
    place, key, value = _one(
        draw,
        [
            (case["provisions"], "shelter", "yes"), (case["provisions"], "catering", 1),
            (case, "members", {}), (case, "household", 7), (member, "receives_allowance", "no"),
            (member, "exemption_weeks_used", 53), (member, "exemption_weeks_used", _NOT_WHOLE),
            (member, "income", "none"), (member, "absent_days_this_year", -1),
        ],
    )  # fmt: skip
    place[key] = value


def _identifier(draw: st.DrawFn, case: Case) -> None:
    unusable = _one(draw, ["", " ", "a b", "-x", "é", "x" * 65])
    place, key = _one(draw, [(case, "household"), (_member(draw, case), "id")])
    place[key] = unusable


def _identifier_personal(draw: st.DrawFn, case: Case) -> None:
    # Numbers that are published as examples: none is of a person.
    personal = _one(draw, ["999993653", "123456782", "1234567890", "NL91ABNA0417164300"])
    place, key = _one(draw, [(case, "household"), (_member(draw, case), "id")])
    place[key] = personal


def _unknown_kind(draw: st.DrawFn, case: Case) -> None:
    which = _one(draw, ["income", "scheme", "residence_status"])
    if which == "income":
        _item(draw, case, kind="wages")
    elif which == "scheme":
        case["scheme"] = "reba-2009"
    else:
        _member(draw, case)["residence_status"] = "citizen"


def _too_many(draw: st.DrawFn, case: Case) -> None:
    which = _one(draw, ["members", "income", "receipts"])
    if which == "members":
        member = _member(draw, case)
        number = MEMBERS_MAX + 1
        case["members"] = [{**member, "id": f"P-{n}"} for n in range(number)]
    elif which == "income":
        member = _member(draw, case)
        member["income"] = [{"kind": "benefit", "net": "1.00"}] * (INCOME_ITEMS_MAX + 1)
    else:
        _receipt(draw, case)
        case["assets"]["receipts"] *= RECEIPTS_MAX + 1


def _no_members(draw: st.DrawFn, case: Case) -> None:
    del draw
    case["members"] = []


# ── what must hold together ──────────────────────────────────────────────────────────────────────


def _duplicate_member(draw: st.DrawFn, case: Case) -> None:
    case["members"].append(dict(_member(draw, case)))


def _born_after_month(draw: st.DrawFn, case: Case) -> None:
    _member(draw, case)["born"] = _after(case)


def _date_after_month(draw: st.DrawFn, case: Case) -> None:
    which = _one(draw, ["benefit", "started", "receipt"])
    if which == "benefit":
        _member(draw, case)["child_benefit_since"] = _after(case)
    elif which == "receipt":
        _receipt(draw, case, on=_after(case))
    else:
        case["assets"] = {
            "at_start": "0.00", "debts_at_start": "0.00", "started_on": _after(case),
        }  # fmt: skip


def _receipt_before_start(draw: st.DrawFn, case: Case) -> None:
    _receipt(draw, case, on=_before(case))


def _reason_missing(draw: st.DrawFn, case: Case) -> None:
    kind = _one(draw, ["gift", "immaterial_damages"])
    said = _one(draw, [{}, {"justified": True}, {"reason": "decided by the caseworker"}])
    _one(draw, [_item, _receipt])(draw, case, kind=kind, **said)


def _reason_not_allowed(draw: st.DrawFn, case: Case) -> None:
    said = _one(draw, [{"justified": True}, {"reason": "decided by the caseworker"}])
    _one(draw, [_item, _receipt])(draw, case, **said)


def _exemption_weeks_missing(draw: st.DrawFn, case: Case) -> None:
    member = _member(draw, case)
    member["residence_status"] = "asylum_seeker"
    member.pop("exemption_weeks_used", None)
    member["income"] = [{"kind": _one(draw, ["earnings", "holiday_pay"]), "net": "0.01"}]


def _required_for_scheme(draw: st.DrawFn, case: Case) -> None:
    del _member(draw, case)["residence_status"]


def _not_for_scheme(draw: st.DrawFn, case: Case) -> None:
    if case["scheme"] == REBA_2008:
        if _one(draw, [True, False]):
            _item(draw, case, basis="uwv")
        else:
            _member(draw, case)["absent_days_this_year"] = 0
        return
    key, value = _one(
        draw,
        [
            ("residence_status", "permit_holder"), ("exemption_weeks_used", 0), ("assets", None),
            ("child_benefit_since", "2010-01-01"),
        ],
    )  # fmt: skip
    if key == "assets":
        _receipt(draw, case)
    else:
        _member(draw, case)[key] = value


# ── amounts and days ─────────────────────────────────────────────────────────────────────────────


def _amount(*values: object) -> _Spoil:
    def spoil(draw: st.DrawFn, case: Case) -> None:
        place, key = _one(
            draw, [(case, "collected"), (_member(draw, case), "obligations"), (None, "net")]
        )
        value = _one(draw, values)
        if place is None:
            _item(draw, case, net=value)
        else:
            place[key] = value

    return spoil


def _month(*values: object) -> _Spoil:
    def spoil(draw: st.DrawFn, case: Case) -> None:
        case["month"] = _one(draw, values)

    return spoil


def _born(*values: object) -> _Spoil:
    def spoil(draw: st.DrawFn, case: Case) -> None:
        _member(draw, case)["born"] = _one(draw, values)

    return spoil


_REBA_ONLY: Final = frozenset(
    {
        "facts.date_after_month", "facts.receipt_before_start", "facts.reason_missing",
        "facts.reason_not_allowed", "facts.exemption_weeks_missing", "facts.required_for_scheme",
        "facts.unknown_kind", "facts.too_many", "facts.type",
    }
)  # fmt: skip
SPOILS: Final[dict[str, tuple[_Spoil, ...]]] = {
    "facts.unknown_key": (_unknown_key,),
    "facts.missing": (_missing,),
    "facts.type": (_type,),
    "facts.identifier": (_identifier,),
    "facts.identifier_personal": (_identifier_personal,),
    "facts.unknown_kind": (_unknown_kind,),
    "facts.duplicate_member": (_duplicate_member,),
    "facts.too_many": (_too_many,),
    "facts.no_members": (_no_members,),
    "facts.born_after_month": (_born_after_month,),
    "facts.date_after_month": (_date_after_month,),
    "facts.receipt_before_start": (_receipt_before_start,),
    "facts.reason_missing": (_reason_missing,),
    "facts.reason_not_allowed": (_reason_not_allowed,),
    "facts.exemption_weeks_missing": (_exemption_weeks_missing,),
    "facts.not_for_scheme": (_not_for_scheme,),
    "facts.required_for_scheme": (_required_for_scheme,),
    "money.format": (_amount("", "1,50", "1.005", "euro", True),),
    "money.float": (_amount(10, _NOT_WHOLE),),
    "money.negative": (_amount("-0.01", "-1"),),
    "money.too_large": (_amount("10000000.01", "999999999999"),),
    "month.format": (_month("2015-13", "2015-1", "01-2015", "", 201501),),
    "month.date_format": (_born("1985-02-30", "01-01-1985", "", 19850101),),
    "month.range": (_month("1899-12", "2200-01"), _born("1899-12-31")),
}


def _draw_invalid(draw: st.DrawFn, codes: tuple[str, ...]) -> tuple[Case, str]:
    code = _one(draw, codes)
    scheme: Scheme = REBA_2008
    if code not in _REBA_ONLY and _one(draw, [False, False, True]):
        scheme = _OTHER
    # A copy: what is spoilt is changed in place.
    case: Case = json.loads(json.dumps(draw(valid_facts(scheme))))
    _one(draw, SPOILS[code])(draw, case)
    return case, code


spoilt_facts = draws(_draw_invalid)


@from_parameters
def invalid_facts(*, codes: tuple[str, ...] | None = None) -> st.SearchStrategy[tuple[Case, str]]:
    """Facts of a household-month with one fault, and the code with which they are refused.

    Every code is drawn that `HouseholdMonth.model_validate` can give, of the families facts, money
    and month. What only a file can get wrong is in `invalid_rows()`.

    Args:
        codes: the codes drawn from; by default all of them.

    >>> from hypothesis import find
    >>> case, code = find(invalid_facts(codes=("facts.no_members",)), lambda found: True)
    >>> code, case["members"]
    ('facts.no_members', [])
    """
    return spoilt_facts(chosen("codes", codes, tuple(SPOILS)))
