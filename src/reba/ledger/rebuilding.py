"""Make the months of one account right again after a change, and the later ones that rest on it.

1. Nothing is edited: what changes is said again by `contribution.revised` and `savings.adjusted`,
   each naming what it supersedes. What stays the same is not said again.
2. A month that changes may change what later months rest on: what was charged against the assets
   (Reba 2008 art. 7), and the balance that a maximum is held against; so may money that moved.
   Those are made right too, in order of time, each under the law and policy recorded for it.
3. A month keeps the policy it was split under: a changed policy changes nothing that was reserved.
4. Correct-then-fold equals right-the-first-time (E4), whatever the order of booking (E6).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from reba.canonical import canonical_text
from reba.errors import LedgerError, RunError, SavingsError
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.accounts import AccountFold, MonthState
from reba.ledger.bodies import collected_body, revised_body, split_body
from reba.ledger.drafting import Documents, Drafting
from reba.ledger.prepared import Prepared, prepare_again
from reba.money import parse_euros
from reba.months import Month
from reba.savings.policy import SavingsPolicy
from reba.savings.reserve import reserve

__all__ = ["CASCADE", "REVISION_REASONS", "Change", "Rebuild", "charged_before", "rebuild"]

CASCADE: Final = "earlier_month"
REVISION_REASONS: Final = (
    "late_facts", "corrected_facts", "law", "objection", "court", "recomputed", CASCADE,
)  # fmt: skip
"""Why a contribution is revised (herzien); "earlier_month" is given by the ledger itself."""


class Change(NamedTuple):
    """What changes about one month.

    `prepared` brings other facts, assessed under `law`. Without facts the recorded ones are
    assessed again: under `law`, or under the recorded law where there is none. The same goes for
    `choices`. A payment changes nothing of the assessment: it brings the body of its entry instead.
    """

    because: str
    prepared: Prepared | None = None
    law: Law | None = None
    payment: str | None = None
    choices: MunicipalChoices | None = None


class Rebuild(NamedTuple):
    """What a rebuild is made under. `policy` is for months that were never split."""

    documents: Documents
    policy: SavingsPolicy | None
    allow_provisional: bool


def charged_before(fold: AccountFold, month: str, reported_cents: int | None) -> int | None:
    """Return what months before this one charged against the assets, as far as anyone knows."""
    earlier = [state for state in fold.months() if state.month < month]
    known = next((i for i, m in enumerate(earlier) if m.charged_before_cents is not None), None)
    if known is None:
        return reported_cents
    opening = earlier[known].charged_before_cents or 0
    return opening + sum(state.from_assets_cents for state in earlier[known:])


def _reported_charge(facts: Mapping[str, object]) -> int | None:
    assets = cast("Mapping[str, object] | None", facts.get("assets"))
    reported = None if assets is None else assets.get("charged_before")
    return None if reported is None else parse_euros(reported)


def _says_the_same(recorded: Mapping[str, object], body: str) -> bool:
    again = cast("dict[str, object]", json.loads(body))
    # Another edition of the law that gives the same amounts for the same facts changes nothing.
    about_the_booking = {"because", "command_digest", "engine", "law"}
    about_the_month = (recorded.keys() | again.keys()) - about_the_booking
    return all(recorded.get(key) == again.get(key) for key in about_the_month)


def _choices_of(
    change: Change | None, recorded: Mapping[str, object] | None, terms: Rebuild
) -> MunicipalChoices | None:
    """Return the municipal choices that a month is assessed under, where there are any."""
    if change is not None and change.choices is not None:
        return change.choices
    digest = None if recorded is None else recorded.get("choices")
    return None if digest is None else terms.documents.choices(cast("str", digest))


def _assess_again(drafting: Drafting, month: str, change: Change | None, terms: Rebuild) -> None:
    """Say again what is owed for a month, where that changed."""
    fold = drafting.fold
    standing = fold.month(month)
    recorded = None if standing.assessed_by is None else drafting.body_of(standing.assessed_by)
    prepared = None if change is None else change.prepared
    law = None if change is None else change.law
    if prepared is not None:
        facts_json, reported = prepared.facts_json, prepared.charged_before_cents
    elif recorded is not None:
        facts = cast("Mapping[str, object]", recorded["facts"])
        facts_json, reported = canonical_text(facts), _reported_charge(facts)
    else:
        raise LedgerError("ledger.not_assessed", account=drafting.account, month=month)
    charged = charged_before(fold, month, reported)
    asked = change is not None and change.payment is None
    if not asked and charged == standing.charged_before_cents:
        return
    if prepared is None or charged != prepared.charged_before_cents:
        if law is None:
            law = terms.documents.law(cast("str", cast("Mapping[str, object]", recorded)["law"]))
        choices = _choices_of(change, recorded, terms)
        prepared = prepare_again(facts_json, charged, law, choices)
    if asked and prepared.provisional_because and not terms.allow_provisional:
        raise RunError("run.provisional", parameters=", ".join(prepared.provisional_because))
    if recorded is None:
        drafting.add("contribution.assessed", month, prepared.body)
    elif not _says_the_same(recorded, prepared.body):
        because = change.because if asked and change is not None else CASCADE
        body = revised_body(prepared.body, because)
        drafting.add("contribution.revised", month, body, standing.assessed_by)


def _collect_again(drafting: Drafting, month: str, change: Change) -> None:
    """Say what came in more, or less, than what stands."""
    if change.payment is not None:
        drafting.add("contribution.collected", month, change.payment)
        return
    reported = None if change.prepared is None else change.prepared.collected_cents
    if reported is None:
        return
    more = reported - drafting.fold.month(month).collected_cents
    if more:
        drafting.add("contribution.collected", month, collected_body(month, more))


def _policy_of(drafting: Drafting, standing: MonthState, terms: Rebuild) -> SavingsPolicy | None:
    """Return the policy a month was split under; a later one never changes what was reserved.

    A month that was never split takes the policy handed over, else that of the nearest month.
    """
    split_by = standing.split_by
    if split_by is None:
        if terms.policy is not None:
            return terms.policy
        months = drafting.fold.months()
        earlier = [m.split_by for m in months if m.split_by and m.month < standing.month]
        later = [m.split_by for m in months if m.split_by and m.month > standing.month]
        split_by = earlier[-1] if earlier else later[0] if later else None
    if split_by is None:
        return None
    return terms.documents.policy(cast("str", drafting.body_of(split_by)["policy"]))


def _split_again(drafting: Drafting, month: str, terms: Rebuild) -> None:
    """Split what came in again, where that gives another outcome."""
    fold = drafting.fold
    standing = fold.month(month)
    if standing.split_by is None and not (standing.contribution_cents or standing.collected_cents):
        return
    policy = _policy_of(drafting, standing, terms)
    if policy is None:
        if standing.collected_cents:
            raise SavingsError("savings.policy_missing", month=month)
        return
    rule = policy.on(Month.parse(month).first_day).reserve
    waits = rule.funded_on == "collection" and not standing.collected_cents
    if waits and standing.split_by is None:
        return
    split = reserve(
        standing.assessed(fold.scheme),
        policy,
        collected_cents=standing.collected_cents,
        balance_cents=fold.saved_before(month),
    )
    body = split_body(month, split, policy.digest)
    if standing.split_by is None:
        if split.split_cents:
            drafting.add("savings.reserved", month, body)
    elif (split.reserved_cents, split.remitted_cents) != (
        standing.reserved_cents,
        standing.remitted_cents,
    ):
        drafting.add("savings.adjusted", month, body, standing.split_by)


def rebuild(
    drafting: Drafting, changes: Mapping[str, Change], terms: Rebuild, *, after: str | None = None
) -> None:
    """Add what makes the months of an account right after changes (herzien), the later ones too.

    Args:
        drafting: the account; what is decided is added to it.
        changes: what changes, by month ("2015-03").
        terms: where recorded laws and policies are found, and what is accepted.
        after: a day on which money moved: months that start later are made right.

    Raises:
        LedgerError: ledger.not_assessed, ledger.document_missing.
        RunError: run.provisional.
        SavingsError: savings.policy_missing.
        PolicyError: policy.no_version.
        LawError, FactsError: what stops an assessment.
    """
    first = min(changes) if after is None else after
    booked = (state.month for state in drafting.fold.months())
    for month in sorted({*changes, *(month for month in booked if month > first)}):
        change = changes.get(month)
        _assess_again(drafting, month, change, terms)
        if change is not None:
            _collect_again(drafting, month, change)
        _split_again(drafting, month, terms)
