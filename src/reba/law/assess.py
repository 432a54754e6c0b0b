"""One verb for every regulation: the scheme of the facts decides whose rules are applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from reba.errors import LawError
from reba.facts import HouseholdMonth
from reba.law.assessment import Assessment, AssetPosition
from reba.law.parameters import Law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.law.reba2008 import assess_reba2008, asset_position_reba2008

if TYPE_CHECKING:
    from reba.law.choices import MunicipalChoices

__all__ = ["assess", "asset_position"]

_Rules: TypeAlias = "Callable[[HouseholdMonth, Law, MunicipalChoices | None], Assessment]"


def _without_choices(
    facts: HouseholdMonth, law: Law, choices: MunicipalChoices | None
) -> Assessment:
    """Reba 2008 leaves nothing to a municipality."""
    if choices is not None:
        raise LawError("law.choices", scheme=facts.scheme)
    return assess_reba2008(facts, law)


def _with_choices(facts: HouseholdMonth, law: Law, choices: MunicipalChoices | None) -> Assessment:
    """The RooO leaves choices; loaded when first asked for: most callers know one scheme."""
    from reba.law.rooo import assess_rooo  # noqa: PLC0415 (costly, and seldom beside Reba)

    return assess_rooo(facts, law, choices)


_ASSESS: Final[dict[str, _Rules]] = {REBA_2008: _without_choices, "rooo": _with_choices}
_ASSET_POSITION: Final[dict[str, Callable[[HouseholdMonth, Law], AssetPosition]]] = {
    REBA_2008: asset_position_reba2008
}


def assess(facts: HouseholdMonth, law: Law, choices: MunicipalChoices | None = None) -> Assessment:
    """Assess the own contribution (vaststelling eigen bijdrage) of a household for one month.

    Args:
        facts: what is reported about the household in the month; amounts in cents.
        law: the dated statutory parameters, from `load_law`.
        choices: the municipal policy, for schemes that leave choices to municipalities; Reba 2008
            leaves none.

    Raises:
        LawError: law.no_value, law.scheme, law.choices, law.choices_missing.
        ChoicesError: choices.no_version.
        FactsError: facts.exemption_weeks_missing.

    Source: Reba 2008 art. 4 (BWBR0024733); RooO (BWBR0046503).

    >>> from reba import HouseholdMonth, load_law
    >>> facts = HouseholdMonth.model_validate({
    ...     "scheme": "reba-2008", "month": "2015-03", "household": "H-0001",
    ...     "members": [{"id": "P-1", "born": "1990-05-14", "residence_status": "permit_holder",
    ...                  "income": [{"kind": "earnings", "net": "400.00"}],
    ...                  "obligations": "0.00"}],
    ...     "provisions": {"shelter": True, "catering": False}})
    >>> assessment = assess(facts, load_law())
    >>> assessment.exemption_cents, assessment.contribution_cents, assessment.not_supplied
    (10000, 30000, ('assets',))
    """
    rules = _ASSESS.get(facts.scheme)
    if rules is None:
        raise LawError("law.scheme", scheme=facts.scheme, known=", ".join(_ASSESS))
    return rules(facts, law, choices)


def asset_position(facts: HouseholdMonth, law: Law) -> AssetPosition:
    """Hold the assets of a household against the asset limit (vermogensgrens), in cents.

    Raises:
        LawError: law.no_value, law.scheme.
        FactsError: facts.missing where no assets were reported.

    Source: Reba 2008 art. 7 (BWBR0024733); Rva 2005 art. 20(2) (BWBR0017959).

    >>> from reba import HouseholdMonth, load_law
    >>> facts = HouseholdMonth.model_validate({
    ...     "scheme": "reba-2008", "month": "2022-03", "household": "H-0001",
    ...     "members": [{"id": "P-1", "born": "1990-05-14", "residence_status": "asylum_seeker"}],
    ...     "assets": {"at_start": "0.00", "debts_at_start": "0.00", "started_on": "2021-06-01",
    ...                "receipts": [{"on": "2022-01-14", "kind": "penalty_payment",
    ...                              "amount": "15000.00"}]},
    ...     "provisions": {"shelter": True, "catering": False}})
    >>> position = asset_position(facts, load_law())
    >>> position.asset_limit_cents, position.asset_excess_cents, position.asset_total_cents
    (650500, 849500, 566333)
    """
    rules = _ASSET_POSITION.get(facts.scheme)
    if rules is None:
        raise LawError("law.scheme", scheme=facts.scheme, known=", ".join(_ASSET_POSITION))
    return rules(facts, law)
