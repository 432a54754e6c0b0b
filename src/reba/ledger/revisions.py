"""Revise what was assessed (herziening): late or corrected facts, or another law.

1. Only a month that was assessed is revised; what is the same is not said again.
2. The reserve and what is due move with it, and later months that rest on it (`rebuilding.py`).
3. What changed is told month by month, before it is booked (dry run) and after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from reba.errors import LedgerError, RebaError
from reba.facts import HouseholdMonth
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.account_state import MonthState
from reba.ledger.accounts import AccountFold
from reba.ledger.desk import Asked, usable_reason
from reba.ledger.drafting import Documents, Drafting
from reba.ledger.entries import Draft, Entry
from reba.ledger.prepared import prepare
from reba.ledger.rebuilding import CASCADE, REVISION_REASONS, Change, Rebuild, rebuild
from reba.months import Month
from reba.savings.policy import SavingsPolicy

__all__ = [
    "GIVEN_REASONS",
    "MonthDifference",
    "Revision",
    "RevisionTerms",
    "refused_revision",
    "revise_facts",
    "revise_months",
]

_NO_LAW = "facts are revised under a law"
GIVEN_REASONS = tuple(reason for reason in REVISION_REASONS if reason != CASCADE)
"""The reasons a caller may give."""


class RevisionTerms(NamedTuple):
    """What a revision is made under.

    `law` and `choices` are None to use the recorded ones; `policy` is for months that were never
    split.
    """

    because: str
    law: Law | None
    policy: SavingsPolicy | None
    actor: str
    documents: Documents
    command_id: str | None = None
    allow_provisional: bool = False
    choices: MunicipalChoices | None = None


class MonthDifference(NamedTuple):
    """What a revision changes about one month, in cents."""

    month: str
    because: str
    contribution_before_cents: int
    contribution_cents: int
    collected_before_cents: int
    collected_cents: int
    reserved_before_cents: int
    reserved_cents: int


class Revision(NamedTuple):
    """What became of the revision of one account; amounts in cents.

    "revised" in a dry run says what would be booked; a refused one carries its error.
    """

    account: str
    status: Literal["revised", "unchanged", "already_booked", "refused"]
    months: tuple[MonthDifference, ...] = ()
    balance_before_cents: int = 0
    balance_cents: int = 0
    overpaid_before_cents: int = 0
    overpaid_cents: int = 0
    error: RebaError | None = None


def refused_revision(account: str, error: RebaError) -> Revision:
    """Say that an account was not revised, and why."""
    # Kept without its traceback, whose frames would hold what holds it.
    return Revision(account, "refused", error=error.with_traceback(None))


def _differences(
    before: Mapping[str, MonthState], after: Sequence[MonthState], reasons: Mapping[str, str]
) -> tuple[MonthDifference, ...]:
    return tuple(
        MonthDifference(
            new.month,
            reasons.get(new.month, CASCADE),
            old.contribution_cents,
            new.contribution_cents,
            old.collected_cents,
            new.collected_cents,
            old.reserved_cents,
            new.reserved_cents,
        )
        for new in after
        for old in [before.get(new.month, MonthState(new.month))]
        if new != old
    )


def _revise(
    fold: AccountFold, entries: Sequence[Entry], changes: Mapping[str, Change],
    terms: RevisionTerms, asked: Asked,
) -> tuple[Revision, list[Draft]]:  # fmt: skip
    account = fold.account
    drafting = Drafting(
        fold, entries, actor=asked.actor, command_id=asked.command_id, digest=asked.digest
    )
    if drafting.repeated():
        return Revision(account, "already_booked"), []
    before = {month.month: month for month in fold.months()}
    net_before = fold.net_cents()
    rebuild(drafting, changes, Rebuild(terms.documents, terms.policy, terms.allow_provisional))
    if not drafting.drafts:
        return Revision(account, "unchanged"), []
    net = fold.net_cents()
    reasons = {month: change.because for month, change in changes.items()}
    revision = Revision(
        account,
        "revised",
        _differences(before, fold.months(), reasons),
        max(0, net_before),
        max(0, net),
        max(0, -net_before),
        max(0, -net),
    )
    return revision, drafting.drafts


def _known(account: str, entries: Sequence[Entry]) -> AccountFold:
    if not entries:
        raise LedgerError("ledger.unknown_account", account=account)
    return AccountFold.over(account, entries)


def _choices_of(
    fold: AccountFold, entries: Sequence[Entry], month: str, terms: RevisionTerms
) -> MunicipalChoices | None:
    """Return the choices handed over, else those the month was assessed under."""
    assessed_by = fold.month(month).assessed_by
    if terms.choices is not None or assessed_by is None:
        return terms.choices
    body = entries[int(assessed_by.rpartition("/")[2]) - 1].body or {}
    digest = body.get("choices")
    return terms.documents.choices(digest) if isinstance(digest, str) else None


def revise_facts(
    account: str, entries: Sequence[Entry], facts: Sequence[HouseholdMonth], terms: RevisionTerms
) -> tuple[Revision, list[Draft]]:
    """Decide what other facts about months of one account change.

    Args:
        account: the household id.
        entries: what the account holds, in order of version.
        facts: what is now reported: one for each month revised.
        terms: why, and under which law and policy.

    Raises:
        LedgerError: ledger.unknown_account, ledger.not_assessed, ledger.other_scheme,
            ledger.unknown_reason, ledger.month_twice, ledger.command_conflict.
        RunError: run.provisional.
        SavingsError: savings.policy_missing.
        LawError, FactsError: what stops an assessment.
    """
    usable_reason(terms.because, GIVEN_REASONS)
    fold = _known(account, entries)
    changes: dict[str, Change] = {}
    law = terms.law
    if law is None:
        raise TypeError(_NO_LAW)
    for each in facts:
        prepared = prepare(each, law, _choices_of(fold, entries, str(each.month), terms))
        if prepared.scheme != fold.scheme:
            raise LedgerError(
                "ledger.other_scheme", account=account, booked=fold.scheme, given=prepared.scheme
            )
        if fold.month(prepared.month).assessed_by is None:
            raise LedgerError("ledger.not_assessed", account=account, month=prepared.month)
        if prepared.month in changes:
            raise LedgerError("ledger.month_twice", account=account, month=prepared.month)
        if prepared.error is not None:
            raise prepared.error
        changes[prepared.month] = Change(terms.because, prepared, law, choices=terms.choices)
    what = {
        "because": terms.because,
        "facts": {str(each.month): json.loads(each.record_json()) for each in facts},
    }
    # The same facts may come back after others came between.
    again = ",".join(str(fold.month(month).assessed_by) for month in sorted(changes))
    asked = Asked.of("revise", terms.actor, terms.command_id, what, again=f"{again},{fold.version}")
    return _revise(fold, entries, changes, terms, asked)


def revise_months(
    account: str, entries: Sequence[Entry], first: Month, last: Month, terms: RevisionTerms
) -> tuple[Revision, list[Draft]]:
    """Decide what another law changes about the months of one account (herziening van rechtswege).

    The recorded facts are assessed again: under `terms.law`, or under the recorded law where it is
    None, which makes right what an audit found.

    Raises:
        LedgerError: ledger.unknown_account, ledger.unknown_reason, ledger.command_conflict.
        RunError: run.provisional.
        SavingsError: savings.policy_missing.
        LawError, FactsError: what stops an assessment.
    """
    usable_reason(terms.because, GIVEN_REASONS)
    fold = _known(account, entries)
    changes = {
        state.month: Change(terms.because, None, terms.law, choices=terms.choices)
        for state in fold.months()
        if state.assessed_by is not None and str(first) <= state.month <= str(last)
    }
    if not changes:
        return Revision(account, "unchanged"), []
    law = "recorded" if terms.law is None else terms.law.digest
    what = {"because": terms.because, "first": first, "last": last, "law": law}
    again = str(fold.version)
    asked = Asked.of("revise", terms.actor, terms.command_id, what, again=again)
    return _revise(fold, entries, changes, terms, asked)
