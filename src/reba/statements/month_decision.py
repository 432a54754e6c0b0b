"""The decision on a month (specificatie eigen bijdrage): amount, steps, sources, and objection.

1. It is made from what the ledger recorded: facts, law and choices. The steps are built again, and
   a letter is refused where they do not give the recorded amounts.
2. Every amount stands in a figure or a cell; both languages show the same amounts in the same
   order (X1).
3. What is provisional, or was not reported, is said before the calculation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol, cast

from reba.clock import amsterdam_date
from reba.errors import DecisionError, LedgerError
from reba.facts import HouseholdMonth
from reba.law.assess import assess
from reba.law.assessment import Assessment
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.account_state import AccountState, MonthState
from reba.ledger.entries import Entry
from reba.ledger.prepared import with_charged_before
from reba.savings.policy import SavingsPolicy
from reba.statements.blocks import Block, Figure, Figures, Items, Language, Page, Paragraph
from reba.statements.catalog import Catalog
from reba.statements.decision_parts import Letter, Ruled
from reba.statements.passages import Passages
from reba.statements.trace_table import INSTRUMENTS, other_sources, trace_table, values_table

__all__ = ["MonthDecision", "find_month_decision", "month_decision_page"]

_AMOUNTS: Final = (
    "contribution", "from_earnings", "from_other_income", "from_assets", "economic_value",
    "leefgeld", "leefgeld_withdrawn_from", "contribution_due_from",
)  # fmt: skip
_MONEY: Final = ("collected", "receivable", "reserved", "remitted")
_RARE: Final = ("set_off", "written_off", "overcollected")
_SETTLED: Final = {"savings.set_off": "set_off", "receivable.written_off": "written_off"}
"""The entries by which a month is settled without a payment, and the amount that they change."""


class _Documents(Protocol):
    def law(self, digest: str) -> Law: ...
    def policy(self, digest: str) -> SavingsPolicy: ...
    def choices(self, digest: str) -> MunicipalChoices: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDecision:
    """The decision that stands for a month (besluit): its entry, and all that it rests on.

    `on` is the day on which it is told, `because` why it replaced an earlier one, and `settled`
    what was set off or written off.
    """

    account: str
    month: MonthState
    entry: Entry
    assessment: Assessment
    law: Law
    ruled: Ruled | None
    because: str | None
    settled: tuple[Entry, ...]
    on: date


def _entry(entries: Sequence[Entry], entry_id: str | None) -> Entry | None:
    return next((entry for entry in entries if entry.entry_id == entry_id), None)


def _assessed_again(body: Mapping[str, object], law: Law, documents: _Documents) -> Assessment:
    facts = HouseholdMonth.from_json(json.dumps(body["facts"]))
    charged = cast("int | None", body["charged_before_cents"])
    digest = cast("str | None", body.get("choices"))
    choices = None if digest is None else documents.choices(digest)
    return assess(with_charged_before(facts, charged), law, choices)


def _settled(month: MonthState, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return what set off or wrote off a month; not what was paid after all."""
    return tuple(
        entry
        for entry in entries
        if entry.kind in _SETTLED
        and (entry.body or {}).get("month") == month.month
        and getattr(month, f"{_SETTLED[entry.kind]}_cents")
    )


def find_month_decision(
    state: AccountState, entries: Sequence[Entry], month: str, documents: _Documents
) -> MonthDecision:
    """Find the decision that stands for a month, and build its steps again.

    Args:
        state: the account, on the day on which the decision is told.
        entries: the entries that the state was made from.
        month: the month, as "2015-03".
        documents: finds the laws, policies and choices that entries name by their digest.

    Raises:
        LedgerError: ledger.not_assessed; ledger.destroyed where only totals are left.
        DecisionError: decision.differs.
    """
    state.require_records()
    found = next((each for each in state.months if each.month == month), None)
    entry = None if found is None else _entry(entries, found.assessed_by)
    if found is None or entry is None or entry.body is None:
        raise LedgerError("ledger.not_assessed", account=state.account, month=month)
    law = documents.law(cast("str", entry.body["law"]))
    assessment = _assessed_again(entry.body, law, documents)
    recorded = cast("Mapping[str, int]", entry.body["amounts"])
    again = {key: value for key, value in assessment.amounts().items() if value is not None}
    if again != recorded:
        raise DecisionError("decision.differs", account=state.account, month=month)
    split = _entry(entries, found.split_by)
    ruled = None
    if split is not None and split.body is not None:
        policy = documents.policy(cast("str", split.body["policy"]))
        ruled = Ruled(policy, cast("int", split.body["policy_version"]))
    return MonthDecision(
        account=state.account,
        month=found,
        entry=entry,
        assessment=assessment,
        law=law,
        ruled=ruled,
        because=cast("str | None", entry.body.get("because")),
        settled=_settled(found, entries),
        on=state.on,
    )


class _Maker:
    """Makes the sections, one a method."""

    def __init__(self, decision: MonthDecision, letter: Letter) -> None:
        self.decision = decision
        self.letter = letter
        self.words = letter.words
        self.say = letter.say

    def particulars(self) -> Iterator[Block]:
        entry = self.decision.entry
        rows = (
            ("account", self.words.apart(self.decision.account)),
            ("month", self.words.month(self.decision.month.month)),
            ("recorded", self.words.day(amsterdam_date(entry.recorded_at))),
            ("entry", self.words.apart(entry.entry_id)),
        )
        yield from self.letter.particulars(rows)

    def amount(self) -> Iterator[Block]:
        yield Figures(
            tuple(
                Figure(
                    self.say(key),
                    self.words.term("decision", key),
                    self.words.money(cents),
                    self.say(f"{key}.means"),
                )
                for key in _AMOUNTS
                if (cents := getattr(self.decision.assessment, f"{key}_cents")) is not None
            )
        )
        if self.decision.because is not None:
            reason = self.say(f"because.{self.decision.because}")
            before = self.decision.entry.supersedes or "–"
            yield Paragraph(self.say("month.revised", entry=before, reason=reason), notable=True)

    def provisional(self) -> Iterator[Block]:
        assessment = self.decision.assessment
        if not assessment.provisional:
            return
        yield Paragraph(self.say("provisional.why"), notable=True)
        parameters = map(self.decision.law.parameter, assessment.provisional_because)
        yield Items(tuple(map(self.words.title, parameters)))

    def incomplete(self) -> Iterator[Block]:
        names = self.decision.assessment.not_supplied
        if names:
            yield Paragraph(self.say("incomplete.why"), notable=True)
            yield Items(tuple(self.say(f"supplied.{name}") for name in names))

    def money(self) -> Iterator[Block]:
        month, say = self.decision.month, self.words.say
        cents = {key: int(getattr(month, f"{key}_cents")) for key in (*_MONEY, *_RARE)}
        yield Figures(
            tuple(
                Figure(
                    say(key), self.words.term("statement", key), self.words.money(each),
                    say(f"{key}.means"),
                )
                for key, each in cents.items()
                if each or key in _MONEY
            )
        )  # fmt: skip

        if self.decision.settled:
            yield Items(tuple(map(self._settled, self.decision.settled)))

    def _settled(self, entry: Entry) -> str:
        body = cast("Mapping[str, str]", entry.body)
        day, basis = self.words.day(entry.effective), body["legal_basis"]
        if _SETTLED[entry.kind] == "set_off":
            return self.say("month.set_off", day=day, basis=basis)
        reason = self.say(f"off.{body['because']}")
        return self.say("month.written_off", day=day, reason=reason, basis=basis)

    def trace(self) -> Iterator[Block]:
        yield trace_table(self.decision.assessment.steps, self.decision.law, self.words)

    def values(self) -> Iterator[Block]:
        table = values_table(self.decision.assessment.steps, self.decision.law, self.words)
        if table.rows:
            yield table

    def sources(self) -> Iterator[Block]:
        steps = self.decision.assessment.steps
        cited = " ".join(legal for step in steps for legal in step.legal)
        named = [(bwb, name) for bwb, name in INSTRUMENTS.items() if bwb in cited]
        laws = [self.say("sources.one", name=name, bwb=bwb) for bwb, name in named]
        others = [
            self.say("source.other", number=str(number), place=place)
            for number, place in enumerate(other_sources(steps), start=1)
        ]
        yield Items((*laws, *others))


def month_decision_page(
    decision: MonthDecision, language: Language | Catalog, passages: Passages | None = None
) -> Page:
    """Write the decision on a month (besluit eigen bijdrage) as a page, in one language.

    Args:
        decision: the decision, from `find_month_decision`.
        language: "nl" or "en", or the catalog of another language.
        passages: the sender and the way to object; what it lacks is named as missing.

    Raises:
        CatalogError: catalog.incomplete.
    """
    letter = Letter("month", language, passages or Passages())
    maker, words, say = _Maker(decision, letter), letter.words, letter.say
    month = words.month(decision.month.month)
    return letter.page(
        say("month.title", month=month, account=decision.account),
        say("month.intro", month=month, account=decision.account),
        (
            ("particulars", maker.particulars()),
            ("amount", maker.amount()),
            ("provisional", maker.provisional()),
            ("incomplete", maker.incomplete()),
            ("money", maker.money()),
            ("policy", letter.rules(decision.ruled)),
            ("objection", letter.objection()),
            ("trace", maker.trace()),
            ("values", maker.values()),
            ("sources", maker.sources()),
        ),
        (
            say("footer", day=words.day(decision.on), entry=decision.entry.entry_id),
            say("footer.law", digest=decision.law.digest),
        ),
    )
