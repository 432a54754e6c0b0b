"""A naive model of one account: what a careful clerk would keep in a spreadsheet.

It knows the last word on every month and computes everything from scratch, right the first time,
with fractions. It shares no code with the ledger beyond `assess` for a single month: no fold, no
split, no cascade, no decision on releases. The state machine holds the ledger against it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor
from typing import Final, cast

from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.law.parameters import load_law

__all__ = ["ENDS", "Event", "Release", "Rules", "Sheet", "half_up_cents"]

ENDS: Final[Mapping[str, str]] = {
    "granted": "granted",
    "rejected": "without_permit",
    "withdrawn": "without_permit",
    "voluntary_return": "return",
    "departed_unknown": "departed_unknown",
    "died": "died",
}
"""The events that the machine records, with what each makes of a member's procedure."""

Contributions = tuple[int, int, int]
_KNOWN: dict[str, Contributions] = {}


def half_up_cents(exact: Fraction) -> int:
    """Round a number of cents half up, by definition."""
    return floor(exact + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy as the clerk reads it; amounts in cents."""

    base: str
    share: Fraction
    monthly_max_cents: int | None
    balance_max_cents: int | None
    funded_on: str
    partial: str
    four_eyes: bool
    groups: Mapping[str, tuple[Fraction, Mapping[str, tuple[int, bool]]]]
    closing: Mapping[str, str]


@dataclass(slots=True)
class Event:
    """An event of the procedure, or a decision on the group (`rests_on` is then not None)."""

    id: str
    member: str
    type: str
    on: date
    final_on: date | None
    rests_on: frozenset[str] | None = None


@dataclass(slots=True)
class Release:
    """A release, as the clerk writes it down."""

    id: str
    purpose: str
    outcome: str
    amount_cents: int
    status: str
    actor: str
    on: date
    evidence: bool


@dataclass(slots=True)
class Sheet:
    """One account: the last word on each month, and the money that moved."""

    account: str
    rules: Rules
    months: dict[str, dict[str, object]] = field(default_factory=dict)
    collected: dict[str, int] = field(default_factory=dict)
    set_off: dict[str, int] = field(default_factory=dict)
    given_up: dict[str, int] = field(default_factory=dict)
    due_on: dict[str, tuple[date, int]] = field(default_factory=dict)
    moved: list[tuple[date, int]] = field(default_factory=list)
    released_cents: int = 0
    transferred_cents: int = 0
    recovered_cents: int = 0
    settled: list[tuple[date, int]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    decisions: list[Event] = field(default_factory=list)
    releases: dict[str, Release] = field(default_factory=dict)
    closed: bool = False
    last_closing_remitted: bool = False

    # ── months, computed from scratch ────────────────────────────────────────────────────────

    def contributions(self) -> dict[str, Contributions]:
        """Return contribution, from earnings and from other income of each month, in cents."""
        found: dict[str, Contributions] = {}
        charged = 0
        for month in sorted(self.months):
            facts = self.months[month]
            if "assets" in facts:
                before = {"charged_before": f"{charged // 100}.{charged % 100:02d}"}
                facts = {**facts, "assets": {**cast("dict[str, str]", facts["assets"]), **before}}
            key = json.dumps(facts, sort_keys=True)
            if key not in _KNOWN:
                assessment = assess(HouseholdMonth.model_validate(facts), load_law())
                _KNOWN[key] = (
                    assessment.contribution_cents,
                    assessment.from_earnings_cents,
                    assessment.from_other_income_cents,
                )
            found[month] = _KNOWN[key]
            charged += found[month][0] - found[month][1] - found[month][2]
        return found

    def _reserve(self, month: str, amounts: Contributions, saved_cents: int) -> tuple[int, int]:
        """Return what of a month is saved and what is split, by the words of the policy."""
        rules, (contribution, earnings, other) = self.rules, amounts
        base = {"earnings": earnings, "income": earnings + other, "contribution": contribution}
        full = rules.share * base[rules.base]
        if rules.monthly_max_cents is not None:
            full = min(full, Fraction(rules.monthly_max_cents))
        split = contribution
        part = Fraction(1)
        if rules.funded_on == "collection":
            split = self.collected.get(month, 0)
            part = Fraction(split, contribution) if split < contribution else Fraction(1)
        saved = half_up_cents(full * part if rules.partial == "pro_rata" else full)
        if part < 1 and rules.partial == "remit_first":
            saved = max(0, split - (contribution - half_up_cents(full)))
        saved = min(saved, split)
        if rules.balance_max_cents is not None:
            saved = min(saved, max(0, rules.balance_max_cents - saved_cents))
        return saved, split

    def reserves(self) -> dict[str, tuple[int, int]]:
        """Return what is saved and what is split of each month, in cents."""
        found: dict[str, tuple[int, int]] = {}
        for month, amounts in self.contributions().items():
            first = date.fromisoformat(f"{month}-01")
            before = sum(saved for saved, _ in found.values())
            before += sum(cents for on, cents in self.moved if on < first)
            before -= self.settled_cents(found, first)
            found[month] = self._reserve(month, amounts, max(0, before))
        return found

    # ── totals ───────────────────────────────────────────────────────────────────────────────

    def net_cents(self) -> int:
        """Return what is saved less what moved out: the balance, or minus the overpaid."""
        if not self.months and not self.moved:
            return 0
        return self._net_cents(self.reserves())

    def _net_cents(self, reserves: Mapping[str, tuple[int, int]]) -> int:
        saved = sum(saved for saved, _ in reserves.values())
        moved = sum(cents for _, cents in self.moved)
        return saved + moved - self.settled_cents(reserves, date.max)

    def settled_cents(self, reserves: Mapping[str, tuple[int, int]], before: date) -> int:
        """Return what closings before a day remitted: never more than there turned out to be."""
        total = 0
        for on, cents in self.settled:
            if on < before:
                last = f"{on:%Y-%m}"
                there = sum(saved for month, (saved, _) in reserves.items() if month <= last)
                there += sum(moved for day, moved in self.moved if day <= on)
                total += min(cents, max(0, there - total))
        return total

    def on_hold_cents(self) -> int:
        """Return what is asked for or approved."""
        held = ("requested", "approved")
        return sum(r.amount_cents for r in self.releases.values() if r.status in held)

    def due_cents(self, month: str) -> int:
        """Return what is still due for a month."""
        return self._due_cents(month, self.contributions()[month])

    def _due_cents(self, month: str, amounts: Contributions) -> int:
        paid = self.collected.get(month, 0) + self.set_off.get(month, 0)
        return max(0, amounts[0] - paid - self.given_up.get(month, 0))

    def totals(self) -> dict[str, int]:
        """Return the amounts of the account, named as in `AccountState`, in cents."""
        reserves, due = self.reserves(), self.contributions()
        net, hold = self._net_cents(reserves), self.on_hold_cents()
        return {
            "assessed_cents": sum(c for c, _, _ in due.values()),
            "collected_cents": sum(self.collected.values()),
            "receivable_cents": sum(self._due_cents(month, due[month]) for month in self.months),
            "reserved_cents": sum(saved for saved, _ in reserves.values()),
            "remitted_cents": sum(split - saved for saved, split in reserves.values()),
            "released_cents": self.released_cents - self.recovered_cents,
            "transferred_cents": self.transferred_cents,
            "set_off_cents": sum(self.set_off.values()),
            "settled_cents": self.settled_cents(reserves, date.max),
            "on_hold_cents": hold,
            "balance_cents": max(0, net),
            "available_cents": max(0, net - hold),
            "overpaid_cents": max(0, -net),
        }

    # ── the procedure ────────────────────────────────────────────────────────────────────────

    def outcome(self, adults: list[str], children: list[str], day: date) -> str | None:
        """Return the outcome of the procedure on a day, or None while it is open."""
        last: dict[str, Event] = {}
        for event in self.events:
            final = event.final_on is not None and event.final_on <= day and event.on <= day
            if final and event.type in ENDS:
                before = last.get(event.member)
                if before is None or before.on <= event.on:
                    last[event.member] = event
        if all(name in last and last[name].type == "died" for name in adults):
            adults = [*adults, *children]
        if any(name not in last for name in adults):
            return None
        last = {name: last[name] for name in adults}
        living = [e for e in last.values() if e.type != "died"] or list(last.values())
        outcomes = {ENDS[event.type] for event in living}
        if len(outcomes) == 1:
            return outcomes.pop()
        rests_on = frozenset(event.id for event in living)
        made = [d for d in self.decisions if d.rests_on == rests_on and d.on <= day]
        return made[-1].type if made else "mixed"

    # ── releases ─────────────────────────────────────────────────────────────────────────────

    def _used(self, but: str | None, purpose: str | None = None) -> int:
        counts = ("requested", "approved", "paid")
        return sum(
            r.amount_cents
            for r in self.releases.values()
            if r.status in counts and r.id != but and purpose in {None, r.purpose}
        )

    def refusal(  # noqa: PLR0911 (a reason each, in their order)
        self, outcome: str | None, purpose: str, amount_cents: int, *, evidence: bool,
        but: str | None = None,
    ) -> str | None:  # fmt: skip
        """Return why a release is refused, by reading the policy from top to bottom; or None."""
        if outcome is None:
            return "procedure_open"
        if outcome == "mixed":
            return "mixed_outcomes"
        if outcome == "without_permit":
            return "return_not_confirmed"
        if outcome not in self.rules.groups:
            return "outcome_without_release"
        share, purposes = self.rules.groups[outcome]
        if purpose not in purposes:
            return "purpose_not_allowed"
        paid = sum(r.amount_cents for r in self.releases.values() if r.status == "paid")
        out = self._used(but) - self.recovered_cents
        everything = max(0, self.net_cents() + paid - self.recovered_cents)
        if share < 1 and out + amount_cents > half_up_cents(share * everything):
            return "share_exceeded"
        most, needs_evidence = purposes[purpose]
        if self._used(but, purpose) + amount_cents > most:
            return "purpose_max_exceeded"
        held_by_it = self.releases[but].amount_cents if but is not None else 0
        if amount_cents > self.net_cents() - self.on_hold_cents() + held_by_it:
            return "insufficient_balance"
        if needs_evidence and not evidence:
            return "evidence_missing"
        return None

    def pick(self, statuses: tuple[str, ...]) -> list[str]:
        """Return the ids of the releases of given statuses, in order."""
        return [r.id for r in self.releases.values() if r.status in statuses]

    def each(self, check: Callable[[Release], bool]) -> bool:
        """Say whether something holds of every release."""
        return all(check(release) for release in self.releases.values())
