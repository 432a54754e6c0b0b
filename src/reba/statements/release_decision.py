"""The decision on a release (besluit over vrijgave): what was asked, decided and paid, and why.

1. It is made from what the ledger recorded, up to the day on which it is told.
2. Where less was approved than was asked, the reason is what the rules said on the day of approval.
   Where they said nothing, the ledger knows no reason, and the letter says that it is missing.
3. Every amount stands in a figure (X1); no name of staff stands in a letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from reba.errors import ReleaseError
from reba.ledger.account_state import AccountState, ReleaseState
from reba.ledger.accounts import AccountFold
from reba.ledger.entries import Entry
from reba.ledger.release_commands import LEFT_OVER, standing_of
from reba.savings.policy import SavingsPolicy
from reba.savings.release import NOTES, Refused, Request, decide_release
from reba.statements.blocks import Block, Figure, Figures, Items, Language, Page, Paragraph
from reba.statements.catalog import Catalog
from reba.statements.decision_parts import Letter, Ruled
from reba.statements.passages import Passages

__all__ = ["ReleaseDecision", "find_release_decision", "release_decision_page"]

_DECIDED = ("approved", "rejected", "paid", "returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDecision:
    """The decision on a release (besluit over vrijgave), as known on a day; amounts in cents.

    `limit` is why the rules did not allow the whole amount; None where they did, or nothing was
    taken off.
    """

    account: str
    release: ReleaseState
    asked_cents: int
    decided_by: Entry
    ruled: Ruled
    limit: Refused | None
    on: date

    @property
    def reason_missing(self) -> bool:
        """Whether less was approved than was asked and the rules allowed, which say no reason."""
        most = self.asked_cents if self.limit is None else self.limit.most_cents
        return (
            self.reduced
            and self.release.status != "rejected"
            and (self.release.amount_cents < most)
        )

    @property
    def reduced(self) -> bool:
        """Whether less was approved than was asked."""
        approved = self.release.approved_on is not None
        return approved and self.release.amount_cents < self.asked_cents


def _entry_of(entries: Sequence[Entry], kind: str, release: str) -> Entry | None:
    return next(
        (e for e in entries if e.kind == kind and (e.body or {}).get("release") == release), None
    )


def _limit(
    account: str, release: ReleaseState, asked_cents: int, before: Sequence[Entry],
    policy: SavingsPolicy,
) -> Refused | None:  # fmt: skip
    """Ask the rules what they said of the whole amount, on the day of approval."""
    day = date.fromisoformat(cast("str", release.approved_on))
    standing = standing_of(AccountFold.over(account, before), day, but=release.release)
    request = Request(release.purpose, asked_cents, day, release.evidence)
    decided = decide_release(request, standing, policy.on(day).release)
    return decided if isinstance(decided, Refused) else None


def find_release_decision(
    state: AccountState,
    entries: Sequence[Entry],
    release_id: str,
    policy: Callable[[str], SavingsPolicy],
) -> ReleaseDecision:
    """Find the decision on a release.

    Args:
        state: the account, on the day on which the decision is told.
        entries: the entries that the state was made from, in order of recording.
        release_id: the id of the release, as "H-0001/12".
        policy: finds a savings policy by its digest.

    Raises:
        ReleaseError: release.unknown; release.wrong_status where nothing is decided yet.
        LedgerError: ledger.destroyed where only totals are left.
    """
    state.require_records()
    release = next((each for each in state.releases if each.release == release_id), None)
    if release is None:
        raise ReleaseError("release.unknown", release=release_id)
    if release.status not in _DECIDED:
        raise ReleaseError(
            "release.wrong_status", release=release_id, status=release.status,
            allowed=", ".join(_DECIDED),
        )  # fmt: skip
    asking = next(entry for entry in entries if entry.entry_id == release_id)
    asked_cents = cast("int", cast("dict[str, object]", asking.body)["amount_cents"])
    approval = _entry_of(entries, "release.approved", release_id)
    deciding = _entry_of(entries, "release.rejected", release_id) or approval or asking
    kept = policy(release.policy)
    limit = None
    by_rules = release.status != "rejected" and release.purpose not in LEFT_OVER
    if approval is not None and by_rules and release.amount_cents < asked_cents:
        limit = _limit(
            state.account, release, asked_cents, entries[: entries.index(approval)], kept
        )
    return ReleaseDecision(
        account=state.account,
        release=release,
        asked_cents=asked_cents,
        decided_by=deciding,
        ruled=Ruled(kept, release.policy_version),
        limit=limit,
        on=state.on,
    )


class _Maker:
    """Makes the sections, one a method."""

    def __init__(self, decision: ReleaseDecision, letter: Letter, reason: str | None) -> None:
        self.decision = decision
        self.release = decision.release
        self.reason = reason
        self.letter = letter
        self.words = letter.words
        self.say = letter.say
        # Nobody asked for what is left at closing: that is said in other words.
        self.told = "release.left" if decision.release.purpose in LEFT_OVER else "release"

    def particulars(self) -> Iterator[Block]:
        release, words = self.release, self.words
        evidence = "evidence.no" if release.evidence is None else "evidence.yes"
        rows = [
            ("account", words.apart(self.decision.account)),
            ("letter", words.apart(release.release)),
            ("purpose", words.say(f"purpose.{release.purpose}")),
            ("evidence", self.say(evidence)),
        ]
        days = {
            "closed" if release.purpose in LEFT_OVER else "asked": release.requested_on,
            "decided": release.rejected_on or release.approved_on,
            "paid": release.paid_on,
            "returned": release.returned_on,
        }
        rows += [(key, words.day(day)) for key, day in days.items() if day is not None]
        entry = words.apart(self.decision.decided_by.entry_id)
        yield from self.letter.particulars([*rows, ("entry", entry)])

    def figure(self, key: str, cents: int) -> Figure:
        term = self.words.term("decision", key)
        return Figure(self.say(key), term, self.words.money(cents), self.say(f"{key}.means"))

    def decided(self) -> Iterator[Block]:
        yield from (Paragraph(text, notable=True) for text in self._said())
        asked, granted = self.decision.asked_cents, self.release.amount_cents
        rows = [self.figure(f"{self.told}.asked", asked)]
        refused = asked - granted
        if self.release.status == "rejected":
            refused = asked
        else:
            rows.append(self.figure(f"{self.told}.granted", granted))
        rows += [self.figure(f"{self.told}.refused", refused)] if refused else []
        limit = self.decision.limit
        most = limit.most_cents if limit else 0
        rows += [self.figure("release.most", most)] if most else []
        yield Figures(tuple(rows))
        yield from (Paragraph(text) for text in self._besides())
        if self.decision.reduced and self.release.status != "rejected":
            yield from self._less()

    def _said(self) -> Iterator[str]:
        release, words = self.release, self.words
        if release.status == "rejected":
            reason = words.say(f"rejected.{release.because}")
            yield self.say(f"{self.told}.rejected", reason=reason)
        else:
            yield self.say(f"{self.told}.{'part' if self.decision.reduced else 'approved'}")

    def _besides(self) -> Iterator[str]:
        release, words = self.release, self.words
        if release.status == "rejected" and release.approved_on is not None:
            yield self.say(f"{self.told}.withdrawn_approval", day=words.day(release.approved_on))
        if release.status == "approved":
            yield self.say("release.unpaid")
        if release.status == "paid":
            yield self.say("release.paid", day=words.day(cast("str", release.paid_on)))
        if release.status == "returned":
            yield self.say(
                f"{self.told}.returned", paid=words.day(cast("str", release.paid_on)),
                day=words.day(cast("str", release.returned_on)),
                reason=words.say(f"returned.{release.because}"),
            )  # fmt: skip
        if release.purpose in LEFT_OVER:
            yield self.say("release.left_over")
        if self.decision.decided_by.actor != release.requested_by:
            yield self.say(f"{self.told}.four_eyes")

    def _less(self) -> Iterator[Paragraph]:
        limit, reasons = self.decision.limit, [self.reason]
        if limit is not None:
            reasons.insert(0, self.words.say(f"why.{limit.reason}"))
        for reason in filter(None, reasons):
            yield Paragraph(self.say("release.less_because", reason=reason), notable=True)
        if self.decision.reason_missing and self.reason is None:
            missing = "release.less_unknown" if limit is None else "release.less_than_most"
            yield Paragraph(self.say(missing), notable=True)

    def notes(self) -> Iterator[Block]:
        told = self.release.status != "rejected"
        notes = [note for note in NOTES if told and note in self.release.notes]
        if notes:
            yield Items(tuple(self.words.say(f"note.{note}") for note in notes))


def release_decision_page(
    decision: ReleaseDecision,
    language: Language | Catalog,
    passages: Passages | None = None,
    *,
    reason: str | None = None,
) -> Page:
    """Write the decision on a release (besluit over vrijgave) as a page, in one language.

    Args:
        decision: the decision, from `find_release_decision`.
        language: "nl" or "en", or the catalog of another language.
        passages: the sender and the way to object; what it lacks is named as missing.
        reason: why less was approved than was asked, where the rules do not say so.

    Raises:
        CatalogError: catalog.incomplete.
    """
    letter = Letter("release", language, passages or Passages())
    maker, words, say = _Maker(decision, letter, reason), letter.words, letter.say
    return letter.page(
        say("release.title", release=decision.release.release),
        say("release.intro", account=decision.account),
        (
            ("particulars", maker.particulars()),
            ("release.decision", maker.decided()),
            ("release.notes", maker.notes()),
            ("policy", letter.rules(decision.ruled)),
            ("objection", letter.objection()),
        ),
        (say("footer", day=words.day(decision.on), entry=decision.decided_by.entry_id),),
    )
