"""Check what runs book without ceremony: the entries that a ledger mostly consists of.

1. Each check says yes only where the plain checks (`audit_entries.py`) would find nothing, and
   does what the fold does. Otherwise it says no, has changed nothing, and the plain checks follow.
2. So no finding is ever made here. Tests damage every bit of such entries, and compare what an
   audit finds with and without these checks.
3. An amount that is to be computed again is never checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from reba.ledger.accounts import AccountFold
from reba.ledger.run_bodies import ASSESSED, COLLECTED, OPENED, SPLIT
from reba.ledger.sampling import Drawn

__all__ = ["Quick", "quick_checks", "quickly_opened"]

Quick: TypeAlias = Callable[[AccountFold, int, str], bool]
"""Take in the next entry of an ordinary account, by its version and body, or say no.

The entry supersedes nothing, and its bytes are right.
"""

Collects: TypeAlias = Mapping[tuple[str, str], bool]
"""By the digest of a policy and the number of its version: whether it splits what came in."""


def quickly_opened(account: str, body_json: str) -> AccountFold | None:
    """account.opened, as the first entry of an account: return its fold, or None."""
    found = OPENED(body_json)
    if found is None:
        return None
    fold = AccountFold(account)
    fold.scheme = found[1]
    return fold


def _assessed(fold: AccountFold, version: int, body_json: str) -> bool:
    """contribution.assessed, as the first of its month."""
    found = ASSESSED(body_json)
    if found is None:
        return False
    contribution, assets, earnings, other, charged, members, month = found.groups()
    months = fold.month_fold
    standing = months.begun(month)
    if standing.assessed_version is not None:
        return False
    months.know_members(month, members)
    standing.assess(
        version, int(contribution), int(earnings), int(other), int(assets),
        None if charged == "null" else int(charged),
    )  # fmt: skip
    return True


def _collected(fold: AccountFold, _version: int, body_json: str) -> bool:
    """contribution.collected, as a run books it."""
    found = COLLECTED(body_json)
    if found is None:
        return False
    fold.month_fold.begun(found[2]).collect(int(found[1]))
    return True


def _split_by(collects: Collects) -> Quick:
    def split(fold: AccountFold, version: int, body_json: str) -> bool:
        """savings.reserved, as the first of its month, under a policy that was met before."""
        found = SPLIT(body_json)
        if found is None:
            return False
        month, policy, policy_version, remitted_text, reserved_text, total = found.groups()
        remitted, reserved = int(remitted_text), int(reserved_text)
        standing = fold.month_fold.standing(month)
        of_collected = collects.get((policy, policy_version))
        if standing is None or standing.split_version is not None or of_collected is None:
            return False
        source = standing.collected_cents if of_collected else standing.contribution_cents
        if reserved < 0 or remitted < 0 or not reserved + remitted == int(total) == source:
            return False
        standing.split(version, reserved, remitted)
        return True

    return split


def _but_for(accounts: frozenset[str], check: Quick) -> Quick:
    def take_in(fold: AccountFold, version: int, body_json: str) -> bool:
        return fold.account not in accounts and check(fold, version, body_json)

    return take_in


def quick_checks(
    collects: Collects, *, recompute: bool, drawn: Drawn | None = None
) -> dict[str, Quick]:
    """Return the quick checks by kind of entry; `collects` is read at each split.

    Where only a sample is computed again, the accounts of what was drawn are looked at closely.
    """
    checks: dict[str, Quick] = {"contribution.collected": _collected}
    if recompute and drawn is None:
        return checks
    checks |= {"contribution.assessed": _assessed, "savings.reserved": _split_by(collects)}
    if not recompute or drawn is None:
        return checks
    accounts = frozenset(entry_id.rpartition("/")[0] for entry_id in drawn.entries)
    return {kind: _but_for(accounts, check) for kind, check in checks.items()}
