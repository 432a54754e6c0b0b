"""Audit what is owed and saved: every assessment and every split, computed again.

1. Each assessment is computed again from its recorded facts under the recorded law, and each split
   under the recorded policy: a difference is a finding, and the remedy is a revision.
2. Of a sample, an assessment is right where nothing was found in it or in the splits on it.
3. A revision names the entry that stood, and why.
4. `reserved + remitted` is what came in, or what was assessed, as the policy says (C1).
"""

from __future__ import annotations

import json
from typing import cast

from reba.errors import RebaError
from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.ledger.accounts import AccountFold, MonthState
from reba.ledger.audit_context import AuditContext, Body
from reba.ledger.entries import Entry
from reba.ledger.prepared import with_charged_before
from reba.ledger.rebuilding import REVISION_REASONS, charged_before
from reba.savings.reserve import reserve

__all__ = ["ASSESSMENTS", "SPLITS", "check_amounts", "check_conservation", "check_links"]

ASSESSMENTS = frozenset({"contribution.assessed", "contribution.revised"})
SPLITS = frozenset({"savings.reserved", "savings.adjusted"})


def check_links(context: AuditContext, entry: Entry, body: Body, fold: AccountFold) -> None:
    """Check that an assessment or split supersedes what stood for its month, and nothing else."""
    standing = fold.month(cast("str", body["month"]))
    stands = standing.assessed_by if entry.kind in ASSESSMENTS else standing.split_by
    if entry.supersedes != stands:
        context.find(
            "link.supersedes", entry, "it supersedes what stood for the month", stands,
            entry.supersedes,
        )  # fmt: skip
    if entry.kind == "contribution.revised" and body.get("because") not in REVISION_REASONS:
        context.find(
            "link.reason", entry, "a revision gives a reason of the closed list",
            ", ".join(REVISION_REASONS), body.get("because"),
        )  # fmt: skip


def check_conservation(context: AuditContext, entry: Entry, body: Body, month: MonthState) -> None:
    """Check a split after it was taken in: nothing negative, nothing lost (C1)."""
    reserved, remitted = cast("int", body["reserved_cents"]), cast("int", body["remitted_cents"])
    split = cast("int", body["split_cents"])
    if reserved < 0 or remitted < 0 or reserved + remitted != split:
        context.find(
            "books.split", entry, "reserved + remitted is what was split", split,
            reserved + remitted,
        )  # fmt: skip
    policy = context.policy(entry, cast("str", body["policy"]))
    if policy is None:
        return
    number = cast("int", body["policy_version"])
    collects = policy.versions[number - 1].reserve.funded_on == "collection"
    context.collects[policy.digest, str(number)] = collects
    source = month.collected_cents if collects else month.contribution_cents
    if split != source:
        name = "collected" if collects else "assessed"
        context.find("books.source", entry, f"what is split is what was {name}", source, split)


def check_amounts(context: AuditContext, entry: Entry, body: Body, fold: AccountFold) -> None:
    """Compute an assessment or split again, on the account as it stood before the entry.

    Of a sample only what was drawn, and the splits that rest on it.
    """
    if context.drawn is None:
        _compute(context, entry, body, fold)
        return
    standing = fold.month(cast("str", body["month"])).assessed_by
    assessment = entry.entry_id if entry.kind in ASSESSMENTS else standing
    if assessment is None or assessment not in context.drawn.entries:
        return
    before = len(context.findings)
    _compute(context, entry, body, fold)
    right = context.judged.get(assessment, True)
    context.judged[assessment] = right and len(context.findings) == before


def _compute(context: AuditContext, entry: Entry, body: Body, fold: AccountFold) -> None:
    try:
        if entry.kind in ASSESSMENTS:
            _assessment(context, entry, body, fold)
        elif entry.kind in SPLITS:
            _split(context, entry, body, fold)
    except RebaError as error:
        context.find("recompute.refused", entry, "it can be computed again", "an amount", error)
    except (AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
        context.find("entry.shape", entry, "the body has the shape of its kind", "its keys", error)


def _assessment(context: AuditContext, entry: Entry, body: Body, fold: AccountFold) -> None:
    law = context.law(entry, cast("str", body["law"]))
    if law is None:
        return
    digest = body.get("choices")
    choices = context.choices(entry, digest) if isinstance(digest, str) else None
    if digest is not None and choices is None:
        return
    context.assessments += 1
    facts = HouseholdMonth.model_validate_json(json.dumps(body["facts"]))
    if facts.household != entry.account or str(facts.month) != entry.effective:
        context.find(
            "facts.place", entry, "the facts are of this account and month",
            f"{entry.account} {entry.effective}", f"{facts.household} {facts.month}",
        )  # fmt: skip
    reported = None if facts.assets is None else facts.assets.charged_before_cents
    charged = charged_before(fold, str(facts.month), reported)
    if charged != body["charged_before_cents"]:
        context.find(
            "recompute.charged_before", entry, "what was charged before is what was booked",
            charged, body["charged_before_cents"],
        )  # fmt: skip
    again = assess(with_charged_before(facts, charged), law, choices)
    recorded = cast("Body", body["amounts"])
    amounts = {key: value for key, value in again.amounts().items() if value is not None}
    for key in sorted(amounts.keys() | recorded.keys()):
        if amounts.get(key) != recorded.get(key):
            context.find(
                "recompute.amount", entry, f"{key} is what the law gives for the facts",
                amounts.get(key), recorded.get(key),
            )  # fmt: skip


def _split(context: AuditContext, entry: Entry, body: Body, fold: AccountFold) -> None:
    policy = context.policy(entry, cast("str", body["policy"]))
    if policy is None:
        return
    context.splits += 1
    month = fold.month(cast("str", body["month"]))
    again = reserve(
        month.assessed(fold.scheme),
        policy,
        collected_cents=month.collected_cents,
        balance_cents=fold.saved_before(month.month),
    )
    if again.reserved_cents != body["reserved_cents"]:
        context.find(
            "recompute.reserve", entry, "the reserve is what the policy gives",
            again.reserved_cents, body["reserved_cents"],
        )  # fmt: skip
    if again.policy_version != body["policy_version"]:
        context.find(
            "recompute.policy_version", entry, "the version of the month applies",
            again.policy_version, body["policy_version"],
        )  # fmt: skip
