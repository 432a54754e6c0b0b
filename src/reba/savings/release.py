"""May this be paid out of the savings, and if not: why not, and what would change it.

1. Nothing is released before the procedure has ended (R2); mixed outcomes need a decision first.
2. In each outcome the policy names the purposes, a maximum for each over the life of the account,
   and the share of the savings that may be used. The version of the decision's day applies.
3. What was paid and what is on hold both count as used, so that nothing is promised twice (R1).
4. Where several reasons forbid a release, the first in the order of `REASONS` is given (R5).
5. Consequences for other rights are notes on a decision; they never change the amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from reba.money import half_up
from reba.savings.policy import OutcomeRules, PurposeRule, ReleaseRules
from reba.savings.procedure import GROUPS, ProcedureState

__all__ = [
    "NOTES",
    "PURPOSES",
    "REASONS",
    "Allowed",
    "Option",
    "Refused",
    "Request",
    "Standing",
    "decide_release",
    "notes_on",
    "release_options",
    "share_limit",
]

PURPOSES: Final[Mapping[str, tuple[str, ...]]] = {
    "granted": ("furnishing", "bridging", "deposit", "rent_advance"),
    "return": ("travel", "reintegration", "departure"),
}

REASONS: Final = (
    "procedure_open",
    "mixed_outcomes",
    "return_not_confirmed",
    "outcome_without_release",
    "purpose_not_allowed",
    "share_exceeded",
    "purpose_max_exceeded",
    "insufficient_balance",
    "evidence_missing",
    "same_actor",
)
"""Why a release is refused, in order of precedence: of several the first is given."""

NOTES: Final = ("assets_of_assistance", "special_assistance", "deposit_maximum", "return_aid")
"""Consequences for other rights, see `docs/legal/release.md`."""


class Request(NamedTuple):
    """What is asked: an amount in cents for a purpose on a day; `evidence` is a digest or None."""

    purpose: str
    amount_cents: int
    on: date
    evidence: str | None


class Standing(NamedTuple):
    """What a decision needs to know of an account, in cents.

    `saved_cents` is all that was ever saved and not otherwise used: the balance and what was
    released from it. `used_cents` is what was paid or is on hold, by purpose, and
    `used_in_all_cents` the same over all purposes, less what was paid back.
    """

    procedure: ProcedureState
    saved_cents: int
    available_cents: int
    used_cents: Mapping[str, int]
    used_in_all_cents: int


class Allowed(NamedTuple):
    """Yes: what is asked may be released; `notes` name consequences for other rights."""

    notes: tuple[str, ...]


class Refused(NamedTuple):
    """No: the reason of the closed list, and what would change it.

    `missing` names members, purposes or outcomes that stand in the way; `most_cents` is the most
    that could be released for the purpose now, in cents, where the amount is the reason.
    """

    reason: str
    missing: tuple[str, ...] = ()
    most_cents: int = 0


class Option(NamedTuple):
    """What a household may use for one purpose today, in cents, and what limits it.

    `limited_by` is a reason of `REASONS`; it is None where the whole balance may be used.
    """

    purpose: str
    most_cents: int
    limited_by: str | None
    max_cents: int
    used_cents: int
    evidence: bool
    notes: tuple[str, ...]


def _rules_of(outcome: str | None, rules: ReleaseRules) -> OutcomeRules:
    return rules.granted if outcome == "granted" else rules.voluntary_return


def share_limit(saved_cents: int, rules: OutcomeRules) -> int:
    """Return how much of the savings may be used in an outcome, in cents; rounded half up once."""
    share = rules.balance_share
    return half_up(share.numerator * saved_cents, share.denominator)


def notes_on(outcome: str | None, purpose: str) -> tuple[str, ...]:
    """Return the consequences for other rights that a decision must mention.

    Source: Participatiewet art. 34 and 35, BW art. 7:261b; the conditions of return aid (REAN).

    >>> notes_on("granted", "deposit")
    ('assets_of_assistance', 'special_assistance', 'deposit_maximum')
    """
    if outcome == "return":
        return ("return_aid",)
    notes = ["assets_of_assistance", "special_assistance"]
    if purpose == "deposit":
        notes.append("deposit_maximum")
    return tuple(notes)


def _procedure_refusal(procedure: ProcedureState) -> Refused | None:
    if procedure.status == "open":
        return Refused("procedure_open", procedure.waiting_for)
    if procedure.outcome == "mixed":
        return Refused("mixed_outcomes", procedure.rests_on)
    if procedure.outcome == "without_permit":
        return Refused("return_not_confirmed")
    if procedure.outcome not in GROUPS:
        return Refused("outcome_without_release", (str(procedure.outcome),))
    return None


def _room(
    purpose: str, rule: PurposeRule, standing: Standing, rules: OutcomeRules
) -> dict[str, int]:
    """Return the room that each limit leaves, in order of precedence."""
    room: dict[str, int] = {}
    # A share of the whole limits nothing that the balance does not.
    if rules.balance_share < 1:
        limit = share_limit(standing.saved_cents, rules)
        room["share_exceeded"] = max(0, limit - standing.used_in_all_cents)
    room["purpose_max_exceeded"] = max(0, rule.max_cents - standing.used_cents.get(purpose, 0))
    room["insufficient_balance"] = standing.available_cents
    return room


def decide_release(request: Request, standing: Standing, rules: ReleaseRules) -> Allowed | Refused:
    """Decide whether a release (vrijgave) is allowed; of several reasons the first is given.

    Args:
        request: what is asked.
        standing: where the account and the procedure stand on that day.
        rules: the release rules of the policy's version of that day.

    >>> from reba.savings.policy import OutcomeRules, PurposeRule
    >>> from fractions import Fraction
    >>> some = OutcomeRules(Fraction(1), {"furnishing": PurposeRule(100000, evidence=False)})
    >>> ended = ProcedureState("ended", "granted", (), None, date(2015, 5, 1), ("H-1/5",))
    >>> standing = Standing(ended, 30000, 30000, {}, 0)
    >>> rules = ReleaseRules(True, some, some)
    >>> decide_release(Request("furnishing", 30001, date(2015, 5, 2), None), standing, rules)
    Refused(reason='insufficient_balance', missing=(), most_cents=30000)
    """
    refusal = _procedure_refusal(standing.procedure)
    if refusal is not None:
        return refusal
    outcome = standing.procedure.outcome
    of_outcome = _rules_of(outcome, rules)
    rule = of_outcome.purposes.get(request.purpose)
    if rule is None:
        return Refused("purpose_not_allowed", tuple(of_outcome.purposes))
    room = _room(request.purpose, rule, standing, of_outcome)
    for reason, cents in room.items():
        if request.amount_cents > cents:
            return Refused(reason, (), min(room.values()))
    if rule.evidence and request.evidence is None:
        return Refused("evidence_missing")
    return Allowed(notes_on(outcome, request.purpose))


def release_options(
    standing: Standing, rules: ReleaseRules, *, expected: str | None = None
) -> tuple[Option, ...]:
    """Say what a household may use how much for, and what keeps it from more (bestedingsruimte).

    Args:
        standing: where the account and the procedure stand on that day.
        rules: the release rules of the policy's version of that day.
        expected: the group shown while the procedure is open: "granted" or "return". Both are
            shown where it is not known.
    """
    refusal = _procedure_refusal(standing.procedure)
    outcome = standing.procedure.outcome
    groups = [str(outcome)] if refusal is None else [expected] if expected else list(GROUPS)
    options: list[Option] = []
    for group in groups:
        of_outcome = _rules_of(group, rules)
        for purpose, rule in of_outcome.purposes.items():
            room = _room(purpose, rule, standing, of_outcome)
            most = min(room.values())
            limits = [reason for reason, cents in room.items() if cents == most]
            limited = limits[0] if refusal is None else refusal.reason
            options.append(
                Option(
                    purpose,
                    most if refusal is None else 0,
                    None if limited == "insufficient_balance" else limited,
                    rule.max_cents,
                    standing.used_cents.get(purpose, 0),
                    rule.evidence,
                    notes_on(group, purpose),
                )
            )
    return tuple(options)
