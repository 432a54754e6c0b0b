"""Checks of facts that one field alone cannot fail: dates against the month, members, schemes.

1. An id is a pseudonym: what has the shape of a BSN, a V-number or a bank account is refused,
   because ids enter the ledger and stay there (`docs/decisions/0004-no-personal-numbers.md`).
2. Facts that lie after the month reported belong in a later report, and are refused.
3. Discretionary kinds need a decision and a reason; other kinds may not carry one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from reba.errors import FactsError, Fault

if TYPE_CHECKING:
    from reba.facts import Assets, HouseholdMonth, IncomeItem, Member, Receipt

__all__ = ["DISCRETIONARY_KINDS", "EARNINGS_KINDS", "cross_faults", "identifier_fault"]

DISCRETIONARY_KINDS: Final = frozenset({"gift", "immaterial_damages"})
"""Excluded "as far as justifiable": Reba 2008 art. 5(2)(d), 5(2)(e) and 7(2)(e)."""

EARNINGS_KINDS: Final = frozenset({"earnings", "holiday_pay"})
"""Income from work (inkomsten uit arbeid), to which the exemption of art. 5(3)-(4) applies."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_BSN_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_V_NUMBER_DIGITS: Final = 10


def _is_bsn(digits: str) -> bool:
    padded = digits.zfill(len(_BSN_WEIGHTS))  # a leading zero is often dropped
    if not len(_BSN_WEIGHTS) - 1 <= len(digits) <= len(_BSN_WEIGHTS):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_BSN_WEIGHTS, padded, strict=True))
    return total % 11 == 0


def identifier_fault(value: str) -> Fault | None:
    """Say why an id cannot be a pseudonym, or return None.

    >>> identifier_fault("H-0001") is None, identifier_fault("999993653").code
    (True, 'facts.identifier_personal')
    """
    if _IDENTIFIER.fullmatch(value) is None:
        return FactsError("facts.identifier", value=value[:40]).as_fault()
    if value.isdecimal():
        if _is_bsn(value):
            return FactsError("facts.identifier_personal", kind="BSN").as_fault()
        if len(value) == _V_NUMBER_DIGITS:
            return FactsError("facts.identifier_personal", kind="V-number").as_fault()
    elif _IBAN.fullmatch(value):
        return FactsError("facts.identifier_personal", kind="bank account").as_fault()
    return None


def _decision_fault(item: IncomeItem | Receipt) -> FactsError | None:
    if item.kind in DISCRETIONARY_KINDS:
        if item.justified is None or item.reason is None:
            return FactsError("facts.reason_missing", kind=item.kind)
    elif item.justified is not None or item.reason is not None:
        return FactsError("facts.reason_not_allowed", kind=item.kind)
    return None


def _scheme_faults(member: Member, scheme: str, path: str) -> Iterator[Fault]:
    if scheme == "reba-2008":
        if member.residence_status is None:
            yield FactsError(
                "facts.required_for_scheme", key="residence_status", scheme=scheme
            ).as_fault(f"{path}.residence_status")
        return
    for key in ("residence_status", "exemption_weeks_used", "child_benefit_since"):
        if getattr(member, key) is not None:
            yield FactsError("facts.not_for_scheme", key=key, scheme=scheme).as_fault(
                f"{path}.{key}"
            )


def _not_for_scheme(key: str, facts: HouseholdMonth) -> FactsError:
    return FactsError("facts.not_for_scheme", key=key, scheme=facts.scheme)


def _income_faults(member: Member, facts: HouseholdMonth, path: str) -> Iterator[Fault]:
    earns = False
    for number, item in enumerate(member.income):
        error = _decision_fault(item)
        if error is not None:
            yield error.as_fault(f"{path}.income.{number}.justified")
        if item.basis is not None and facts.scheme != "rooo":
            yield _not_for_scheme("basis", facts).as_fault(f"{path}.income.{number}.basis")
        earns = earns or (
            item.kind in EARNINGS_KINDS
            and item.net_cents > 0
            and (item.earned_in is None or item.earned_in == facts.month)
        )
    if earns and member.residence_status == "asylum_seeker" and member.exemption_weeks_used is None:
        yield FactsError("facts.exemption_weeks_missing", member=member.id).as_fault(
            f"{path}.exemption_weeks_used"
        )


def _member_faults(facts: HouseholdMonth) -> Iterator[Fault]:
    seen: set[str] = set()
    last_day = facts.month.last_day
    for index, member in enumerate(facts.members):
        path = f"members.{index}"
        if member.id in seen:
            yield FactsError("facts.duplicate_member", member=member.id).as_fault(f"{path}.id")
        seen.add(member.id)
        if member.born > last_day:
            yield FactsError("facts.born_after_month", member=member.id).as_fault(f"{path}.born")
        since = member.child_benefit_since
        if since is not None and since > last_day:
            yield _after_month("child_benefit_since", since, facts).as_fault(
                f"{path}.child_benefit_since"
            )
        if member.absent_days_this_year is not None and facts.scheme != "rooo":
            yield _not_for_scheme("absent_days_this_year", facts).as_fault(
                f"{path}.absent_days_this_year"
            )
        if member.residence_status is None or facts.scheme != "reba-2008":
            yield from _scheme_faults(member, facts.scheme, path)
        if member.income:
            yield from _income_faults(member, facts, path)


def _after_month(what: str, day: date, facts: HouseholdMonth) -> FactsError:
    return FactsError(
        "facts.date_after_month", what=what, date=day.isoformat(), month=str(facts.month)
    )


def _asset_faults(facts: HouseholdMonth, assets: Assets) -> Iterator[Fault]:
    last_day = facts.month.last_day
    if facts.scheme != "reba-2008":
        yield FactsError("facts.not_for_scheme", key="assets", scheme=facts.scheme).as_fault(
            "assets"
        )
    if assets.started_on > last_day:
        yield _after_month("started_on", assets.started_on, facts).as_fault("assets.started_on")
    for number, receipt in enumerate(assets.receipts):
        path = f"assets.receipts.{number}"
        error = _decision_fault(receipt)
        if error is not None:
            yield error.as_fault(f"{path}.justified")
        if receipt.on > last_day:
            yield _after_month("A receipt", receipt.on, facts).as_fault(f"{path}.on")
        elif receipt.on < assets.started_on:
            yield FactsError(
                "facts.receipt_before_start",
                date=receipt.on.isoformat(),
                start=assets.started_on.isoformat(),
            ).as_fault(f"{path}.on")


def cross_faults(facts: HouseholdMonth) -> tuple[Fault, ...]:
    """Return every fault that shows only when the facts are held together."""
    found = list(_member_faults(facts))
    if facts.assets is not None:
        found.extend(_asset_faults(facts, facts.assets))
    return tuple(found)
