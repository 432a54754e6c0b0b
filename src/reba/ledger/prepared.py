"""Assess a household-month as far as its facts go, before the ledger is asked anything.

What is prepared can be made in another process and sent home: it is plain values and texts, and the
same facts under the same law give the same bytes wherever they are prepared. Only what the ledger
knows (earlier months, the balance) is left for `bookings.py`.
"""

from __future__ import annotations

from typing import NamedTuple

from reba.errors import ChoicesError, FactsError, LawError, RebaError
from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.law.assessment import Assessment
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.accounts import AssessedMonth
from reba.ledger.bodies import assessed_body
from reba.version import __version__

__all__ = ["Prepared", "prepare", "prepare_again", "with_charged_before"]


class Prepared(NamedTuple):
    """One household-month, assessed; or the error that stopped it.

    `facts_json` is what was reported; `assessed` is what the split needs of the assessment;
    `body` is the body of the entry. Amounts are cents.
    """

    household: str
    scheme: str
    month: str
    facts_json: str
    has_assets: bool
    charged_before_cents: int | None
    collected_cents: int | None
    assessed: AssessedMonth | None
    body: str
    provisional_because: tuple[str, ...]
    error: RebaError | None


def with_charged_before(facts: HouseholdMonth, charged_cents: int | None) -> HouseholdMonth:
    """Return the facts with what the ledger says was charged before."""
    if facts.assets is None or charged_cents == facts.assets.charged_before_cents:
        return facts
    assets = facts.assets.model_copy(update={"charged_before_cents": charged_cents})
    return facts.model_copy(update={"assets": assets})


def _refused(facts: HouseholdMonth, error: RebaError) -> Prepared:
    # Kept without its traceback, whose frames would hold what holds it.
    return Prepared(
        household=facts.household,
        scheme=facts.scheme,
        month=str(facts.month),
        facts_json=facts.record_json(),
        has_assets=facts.assets is not None,
        charged_before_cents=None,
        collected_cents=facts.collected_cents,
        assessed=None,
        body="",
        provisional_because=(),
        error=error.with_traceback(None),
    )


def _prepared(
    facts: HouseholdMonth, facts_json: str, assessment: Assessment, charged_cents: int | None
) -> Prepared:
    return Prepared(
        facts.household,
        facts.scheme,
        str(facts.month),
        facts_json,
        facts.assets is not None,
        charged_cents,
        facts.collected_cents,
        AssessedMonth(
            facts.scheme,
            facts.month,
            assessment.contribution_cents,
            assessment.from_earnings_cents,
            assessment.from_other_income_cents,
        ),
        assessed_body(
            assessment, facts_json, charged_before_cents=charged_cents, engine=__version__
        ),
        assessment.provisional_because,
        None,
    )


def prepare(facts: HouseholdMonth, law: Law, choices: MunicipalChoices | None = None) -> Prepared:
    """Assess what was reported; an error becomes part of the result, and stops nobody else."""
    try:
        assessment = assess(facts, law, choices)
    except (ChoicesError, FactsError, LawError) as error:
        return _refused(facts, error)
    charged = None if facts.assets is None else facts.assets.charged_before_cents
    return _prepared(facts, facts.record_json(), assessment, charged)


def prepare_again(
    facts_json: str,
    charged_cents: int | None,
    law: Law,
    choices: MunicipalChoices | None = None,
) -> Prepared:
    """Assess recorded facts, with what the ledger says earlier months charged against the assets.

    Raises:
        LawError, FactsError, ChoicesError: what stops the assessment.
    """
    facts = HouseholdMonth.from_json(facts_json)
    assessment = assess(with_charged_before(facts, charged_cents), law, choices)
    return _prepared(facts, facts_json, assessment, charged_cents)
