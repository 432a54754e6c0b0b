"""Files that pilots and municipalities date: savings policies, and choices under the RooO."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reba.facts import SCHEMES, Scheme
from reba.law.choices import MunicipalChoices
from reba.money import exact_decimal, format_euros
from reba.savings.policy import SavingsPolicy
from reba.testing.strategies._scalars import cents, rates
from reba.testing.strategies._support import (
    Case,
    check_between,
    check_strategy,
    chosen,
    draws,
    from_parameters,
    shown_as,
)

__all__ = ["choices", "policies", "policy_records"]

_VERSIONS_MAX: Final = 20
_SPACING_DAYS: Final = 800
_LAST_DAY: Final = date(2199, 1, 1)
_SPACING: Final = st.integers(1, _SPACING_DAYS)
_BOOLEANS: Final = st.booleans()
_PARTS: Final = st.sampled_from(["nothing", "pro_rata", "full"])
_PROOFS: Final = st.sampled_from(["measured", "presumption"])
_DATES: Final = st.sampled_from([["01-01", "07-01"], ["04-15"], ["01-01", "04-01", "12-31"]])
_BASES: Final = st.sampled_from(["contribution", "earnings", "income"])
_FUNDED: Final = st.sampled_from(["collection", "assessment"])
_PARTIAL: Final = st.sampled_from(["pro_rata", "remit_first", "reserve_first"])
_RESTS: Final = st.sampled_from(["remit", "pay_out", "hold"])
_ESTATE: Final = st.sampled_from(["estate", "hold"])
_STATUSES: Final = st.sampled_from(["illustrative", "adopted"])
_SHARES: Final = st.sampled_from(["0.50", "1.00", "0.333", "0.00"]) | rates().map(exact_decimal)
_MONTHLY: Final = st.none() | cents(max_value=30_000).map(format_euros)
_BALANCE: Final = st.none() | cents(max_value=600_000).map(format_euros)
_MOST: Final = cents(max_value=400_000).map(format_euros)
_PURPOSES: Final = {
    "granted": ("furnishing", "bridging", "deposit", "rent_advance"),
    "return": ("travel", "reintegration", "departure"),
}
_ALLOWED: Final = {
    group: st.sampled_from(
        [each for size in range(len(names) + 1) for each in combinations(names, size)]
    )
    for group, names in _PURPOSES.items()
}
_CASES: Final = (
    "granted", "voluntary_return", "forced_return", "departed_unknown", "dublin_transfer",
)  # fmt: skip


def _first_days(draw: st.DrawFn, first: date, versions: int) -> list[str]:
    """Draw the first days of versions that follow one another, each open until the next."""
    days = [first]
    for _ in range(versions - 1):
        days.append(min(days[-1] + timedelta(days=draw(_SPACING)), _LAST_DAY))
    return [day.isoformat() for day in days]


def _check_versions(min_versions: int, max_versions: int, first_day: date) -> None:
    check_between("min_versions", min_versions, 1, _VERSIONS_MAX)
    check_between("max_versions", max_versions, 1, _VERSIONS_MAX)
    if min_versions > max_versions:
        msg = f"Cannot have max_versions={max_versions!r} < min_versions={min_versions!r}"
        raise InvalidArgument(msg)
    check_between("first_day", first_day, date(1900, 1, 1), date(2100, 1, 1))


# ── savings policies ─────────────────────────────────────────────────────────────────────────────


def _draw_outcome(draw: st.DrawFn, group: str, shares: st.SearchStrategy[str]) -> Case:
    allowed = draw(_ALLOWED[group])
    purposes = {name: {"max": draw(_MOST), "evidence": draw(_BOOLEANS)} for name in allowed}
    return {"balance_share": draw(shares), "purposes": purposes}


def _draw_rules(draw: st.DrawFn, shares: st.SearchStrategy[str]) -> Case:
    reserve: Case = {"base": draw(_BASES), "share": draw(shares)}
    for name, limits in (("monthly_max", _MONTHLY), ("balance_max", _BALANCE)):
        most = draw(limits)
        if most is not None:
            reserve[name] = most
    reserve |= {"funded_on": draw(_FUNDED), "partial_collection": draw(_PARTIAL)}
    release = {
        "four_eyes": draw(_BOOLEANS),
        "granted": _draw_outcome(draw, "granted", shares),
        "return": _draw_outcome(draw, "return", shares),
    }
    closing = {case: draw(_RESTS) for case in _CASES} | {"died": draw(_ESTATE)}
    return {"reserve": reserve, "release": release, "closing": closing}


def _draw_policy(
    draw: st.DrawFn, schemes: tuple[str, ...], first: date, least: int, most: int,
    shares: st.SearchStrategy[str],
) -> Case:  # fmt: skip
    days = _first_days(draw, first, draw(st.integers(least, most)))
    head = {
        "id": "made-policy",
        "title": "A policy made for tests",
        "status": draw(_STATUSES),
        "source": "made for tests",
        "schemes": list(schemes),
    }
    versions = [{"valid_from": day, **_draw_rules(draw, shares)} for day in days]
    return {"policy": head, "version": versions}


_policies = draws(_draw_policy)
_policy = shown_as("SavingsPolicy.from_record", SavingsPolicy.from_record)


def policy_records(
    *,
    schemes: tuple[Scheme, ...] = SCHEMES,
    first_day: date = date(2008, 1, 1),
    min_versions: int = 1,
    max_versions: int = 3,
    shares: st.SearchStrategy[Any] | None = None,
) -> st.SearchStrategy[Case]:
    """Return a strategy of savings policies as plain data: see `policies`."""
    _check_versions(min_versions, max_versions, first_day)
    covered = chosen("schemes", schemes, SCHEMES)
    if shares is None:
        texts = _SHARES
    else:
        check_strategy("shares", shares)
        texts = shares.map(exact_decimal)
    return _policies(covered, first_day, min_versions, max_versions, texts)


@from_parameters
def policies(
    *,
    schemes: tuple[Scheme, ...] = SCHEMES,
    first_day: date = date(2008, 1, 1),
    min_versions: int = 1,
    max_versions: int = 3,
    shares: st.SearchStrategy[Any] | None = None,
) -> st.SearchStrategy[SavingsPolicy]:
    """Savings policies (spaarbeleid), in force from a first day on without end.

    Args:
        schemes: the schemes that the policy covers.
        first_day: the first day of the first version.
        min_versions: at least so many versions.
        max_versions: at most so many versions.
        shares: a strategy of exact shares, as `rates()`; by default often a half, all or nothing.

    >>> from hypothesis import find
    >>> policy = find(policies(min_versions=2), lambda _: True)
    >>> [str(version.valid_from) for version in policy.versions]
    ['2008-01-01', '2008-01-02']
    >>> policy.on(date(2015, 1, 1)).reserve.share
    Fraction(1, 2)
    """
    records = policy_records(
        schemes=schemes, first_day=first_day, min_versions=min_versions,
        max_versions=max_versions, shares=shares,
    )  # fmt: skip
    return records.map(_policy)


# ── municipal choices ────────────────────────────────────────────────────────────────────────────


def _draw_choices(draw: st.DrawFn, first: date, least: int, most: int) -> Case:
    versions: list[Case] = []
    for day in _first_days(draw, first, draw(st.integers(least, most))):
        rules: Case = {"income_proof": draw(_PROOFS), "reference_period": "month"}
        if draw(_BOOLEANS):
            rules |= {"reference_period": "fixed_dates", "reference_dates": draw(_DATES)}
        rules |= {"below_first": draw(_PARTS), "between": draw(_PARTS)}
        versions.append({"valid_from": day, "source": "a decision made for tests", "rules": rules})
    head = {"id": "made-choices", "municipality": "Voorbeeldstad"}
    return {"choices": head, "version": versions}


_choices = draws(_draw_choices)
_municipal = shown_as("MunicipalChoices.from_record", MunicipalChoices.from_record)


@from_parameters
def choices(
    *, first_day: date = date(2024, 7, 1), min_versions: int = 1, max_versions: int = 2
) -> st.SearchStrategy[MunicipalChoices]:
    """Choices of municipalities under the RooO, in force from a first day on without end.

    Args:
        first_day: the first day of the first version; by default that of the own contribution.
        min_versions: at least so many versions.
        max_versions: at most so many versions.

    >>> from hypothesis import find
    >>> find(choices(), lambda _: True).on(date(2025, 10, 1)).between
    'nothing'
    """
    _check_versions(min_versions, max_versions, first_day)
    return _choices(first_day, min_versions, max_versions).map(_municipal)
