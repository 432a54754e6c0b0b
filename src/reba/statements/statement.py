"""The account statement (rekeningoverzicht) as a value: what a resident and a caseworker read.

1. Pure: the day is that of the state; the same state, options and policy give the same statement.
2. Every amount stands in a figure or a table cell, never inside a sentence: both languages show the
   same amounts in the same order (X1). No amount of the state that is not zero is left out.
3. Codes become words here; `text` and `page` only lay them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, get_args

from reba.errors import PolicyError
from reba.ledger.account_commands import CLOSING_CASES
from reba.ledger.account_state import AccountState, ReleaseState, ReleaseStatus
from reba.ledger.release_commands import LEFT_OVER
from reba.savings.policy import PolicyVersion, SavingsPolicy
from reba.savings.release import NOTES, PURPOSES, Option
from reba.statements.blocks import (
    Block,
    Column,
    Figure,
    Figures,
    Items,
    Page,
    Paragraph,
    Section,
    Table,
)
from reba.statements.catalog import Catalog
from reba.statements.words import Language, Words

__all__ = ["make_statement"]

_EACH_MONTH: Final = ("contribution", "collected", "reserved", "remitted")
_SOME_MONTHS: Final = ("set_off", "written_off", "receivable", "overcollected")
_AMOUNTS: Final = (*_EACH_MONTH, *_SOME_MONTHS, "most", "maximum", "used", "amount")
_WHY_NOT: Final[Mapping[str | None, str]] = {
    "without_permit": "return_not_confirmed",
    "mixed": "mixed_outcomes",
}
_SHOWN_WHERE: Final[Mapping[str | None, tuple[str, ...]]] = {
    "granted": ("granted",),
    "return": ("return",),
    "without_permit": ("return",),
    "mixed": ("granted", "return"),
    None: ("granted", "return"),
}
"""The groups of purposes that are shown in an outcome; in any other outcome there are none."""


class _Maker:
    """Makes the sections, one a method; a section without blocks is left out."""

    def __init__(
        self,
        state: AccountState,
        options: tuple[Option, ...],
        policy: SavingsPolicy | None,
        words: Words,
    ) -> None:
        self.state = state
        self.options = options
        self.policy = policy
        self.version = None if policy is None else _version(policy, state.on)
        self.words = words
        self.say = words.say

    def figure(self, key: str, means: str = "means") -> Figure:
        # The Dutch term stands beside every translated one.
        term = self.words.term("statement", key)
        amount = self.words.money(self.cents(key))
        return Figure(self.say(key), term, amount, self.say(f"{key}.{means}"))

    def cents(self, key: str) -> int:
        return int(getattr(self.state, f"{key}_cents"))

    def columns(self, *keys: str) -> tuple[Column, ...]:
        return tuple(Column(self.say(key), amount=key in _AMOUNTS) for key in keys)

    # ── what the account holds ───────────────────────────────────────────────────────────────

    def savings(self) -> Iterable[Block]:
        keys = ["balance", "on_hold", "available"]
        keys += ["overpaid"] if self.state.overpaid_cents else []
        yield Figures(tuple(self.figure(key) for key in keys))

    def closing(self) -> Iterable[Block]:
        closing = self.state.closing
        if closing is None:
            return
        case, day = self.say(f"case.{closing.case}"), self.words.day(closing.on)
        yield Paragraph(self.say("closing", day=day, case=case), notable=True)
        left = closing.disposition if closing.amount_cents else "nothing"
        amount = self.words.money(closing.amount_cents)
        yield Figures((Figure(self.say("closing.left"), "", amount, self.say(f"left.{left}")),))

    def contribution(self) -> Iterable[Block]:
        keys = ["assessed", "collected", "written_off", "receivable", "overcollected"]
        rare = {"written_off", "overcollected"}
        yield Figures(tuple(self.figure(k) for k in keys if k not in rare or self.cents(k)))

    def movements(self) -> Iterable[Block]:
        rows = [self.figure(key) for key in ("reserved", "remitted", "released")]
        if moved := self.state.transferred_cents:
            rows.append(self.figure("transferred", "in" if moved > 0 else "out"))
        rare = [key for key in ("set_off", "recovered", "settled") if self.cents(key)]
        yield Figures((*rows, *(self.figure(key) for key in rare)))

    def months(self) -> Iterable[Block]:
        months, money = self.state.months, self.words.money
        if not months:
            yield Paragraph(self.say("months.none"))
            return
        keys = (*_EACH_MONTH, *_SOME_MONTHS)
        amounts = [{key: int(getattr(month, f"{key}_cents")) for key in keys} for month in months]
        shown = [key for key in keys if key in _EACH_MONTH or any(each[key] for each in amounts)]
        yield Table(
            self.say("months.caption"),
            self.columns("month", *shown),
            tuple(
                (self.words.month(month.month), *(money(each[key]) for key in shown))
                for month, each in zip(months, amounts, strict=True)
            ),
            (self.say("total"), *(money(sum(each[key] for each in amounts)) for key in shown)),
        )

    # ── the procedure, and what it allows ────────────────────────────────────────────────────

    def procedure(self) -> Iterable[Block]:
        procedure, words = self.state.procedure_state, self.words
        if procedure.ended_on is not None:
            ended = self.say("procedure.ended", day=words.day(procedure.ended_on))
            yield Paragraph(f"{ended} {self.say(f'outcome.{procedure.outcome}')}")
        elif procedure.waiting_for:
            members = words.listed(procedure.waiting_for)
            yield Paragraph(self.say("procedure.open", members=members))
        else:
            yield Paragraph(self.say("procedure.empty"))
        if not self.state.events:
            yield Paragraph(self.say("procedure.none"))
            return
        yield Table(
            self.say("procedure.caption"),
            self.columns("member", "event", "from", "final"),
            tuple(
                (
                    words.apart(event.member),
                    self.say(f"event.{event.type}"),
                    words.day(event.on),
                    self.say("final.not") if event.final_on is None else words.day(event.final_on),
                )
                for event in self.state.events
            ),
        )

    def rules(self) -> Iterable[Block]:
        policy = self.policy
        if policy is None:
            yield Paragraph(self.say("policy.none"), notable=True)
            return
        yield Paragraph(self.say("policy.named", title=policy.title, id=policy.id))
        notable = policy.status == "illustrative"
        yield Paragraph(self.say(f"policy.{policy.status}"), notable=notable)
        if self.version is None:
            yield Paragraph(self.say("policy.not_today"), notable=True)

    def use(self) -> Iterable[Block]:
        procedure = self.state.procedure_state
        if self.state.closing is not None:
            yield Paragraph(self.say("use.closed"))
            return
        if procedure.status == "open":
            members = self.words.listed(procedure.waiting_for)
            key = "use.open" if members else "use.open_empty"
            yield Paragraph(self.say(key, members=members), notable=True)
        elif procedure.outcome not in PURPOSES:
            why = _WHY_NOT.get(procedure.outcome, "outcome_without_release")
            yield Paragraph(self.say(f"why.{why}"), notable=True)
        if self.policy is None:
            yield Paragraph(self.say("use.no_policy"))
        groups = _SHOWN_WHERE.get(procedure.outcome, ())
        tables = [block for group in groups for block in self.purposes(group)]
        yield from tables
        if groups and self.version is not None and not tables:
            yield Paragraph(self.say("use.none"))
        if self.version is not None:
            yield from self.afterwards(self.version)

    def purposes(self, group: str) -> Iterable[Block]:
        options = [option for option in self.options if option.purpose in PURPOSES[group]]
        if not options:
            return
        if self.version is not None:
            release = self.version.release
            rules = release.granted if group == "granted" else release.voluntary_return
            yield Paragraph(self.say(f"use.{group}", share=self.words.share(rules.balance_share)))
        if today := self.state.outcome == group:
            yield Paragraph(self.say("use.today"))
        columns = {
            "purpose": True,
            "most": today,
            "maximum": True,
            "used": today or any(option.used_cents for option in options),
            "evidence": True,
            "why": today,
        }
        keys = [key for key, shown in columns.items() if shown]
        rows = [self.purpose_cells(option) for option in options]
        yield Table(
            self.say(f"use.caption_{group}"),
            self.columns(*keys),
            tuple(tuple(cells[key] for key in keys) for cells in rows),
        )

    def purpose_cells(self, option: Option) -> dict[str, str]:
        money = self.words.money
        whole = "all" if option.most_cents else "empty"
        return {
            "purpose": self.say(f"purpose.{option.purpose}"),
            "most": money(option.most_cents),
            "maximum": money(option.max_cents),
            "used": money(option.used_cents),
            "evidence": self.say("evidence.yes" if option.evidence else "evidence.no"),
            "why": self.say(f"why.{option.limited_by or whole}"),
        }

    def afterwards(self, version: PolicyVersion) -> Iterable[Block]:
        if version.release.four_eyes:
            yield Paragraph(self.say("use.four_eyes"))
        cases = [case for case, needs in CLOSING_CASES.items() if needs == self.state.outcome]
        for case in cases:
            rest = self.say(f"rest.{getattr(version.closing, case)}")
            yield Paragraph(self.say("use.at_closing", rest=rest))

    def notes(self) -> Iterable[Block]:
        if self.state.procedure == "open":
            return
        found = {note for release in self.state.releases for note in release.notes}
        if self.state.outcome in PURPOSES and self.state.closing is None:
            found.update(note for option in self.options for note in option.notes)
        if found:
            yield Items(tuple(self.say(f"note.{note}") for note in NOTES if note in found))

    # ── releases ─────────────────────────────────────────────────────────────────────────────

    def releases(self) -> Iterable[Block]:
        if not self.state.releases:
            yield Paragraph(self.say("releases.none"))
            return
        yield Table(
            self.say("releases.caption"),
            self.columns("number", "purpose", "amount", "status", "history"),
            tuple(
                (
                    self.words.apart(release.release),
                    self.say(f"purpose.{release.purpose}"),
                    self.words.money(release.amount_cents),
                    self.status(release),
                    self.steps(release),
                )
                for release in self.state.releases
            ),
        )

    def steps(self, release: ReleaseState) -> str:
        """Return the days of a release in order, and the reason where it was refused."""
        reason = ""
        if release.because is not None:
            kind = "rejected" if release.status == "rejected" else "returned"
            reason = self.say(f"{kind}.{release.because}")
        # The statuses are also the steps, in the order in which a release takes them.
        days = {step: getattr(release, f"{step}_on") for step in get_args(ReleaseStatus)}
        named = {step: f"step.{step}" for step in days}
        if release.purpose in LEFT_OVER:
            named["requested"] = "closing.step"
        return " ".join(
            self.say(named[step], day=self.words.day(day), reason=reason)
            for step, day in days.items()
            if day is not None
        )

    def status(self, release: ReleaseState) -> str:
        """Return how far a release is; nobody asked for what was left at closing."""
        if release.status == "requested" and release.purpose in LEFT_OVER:
            return self.say("closing.undecided")
        return self.say(f"status.{release.status}")


def _version(policy: SavingsPolicy, day: date) -> PolicyVersion | None:
    try:
        return policy.on(day)
    except PolicyError:  # no rules are in force; a statement is due on every day
        return None


def make_statement(
    state: AccountState,
    options: tuple[Option, ...],
    policy: SavingsPolicy | None,
    language: Language | Catalog,
) -> Page:
    """Make the account statement (rekeningoverzicht) of a household on the day of its state.

    Args:
        state: the account.
        options: what may be used for what on that day; empty where no policy is recorded.
        policy: the savings policy, or None.
        language: "nl" or "en", or the catalog of another language.

    Raises:
        LedgerError: ledger.destroyed where no more than the totals are left.
        CatalogError: catalog.incomplete.

    >>> from reba.ledger.accounts import AccountFold
    >>> state = AccountFold("H-1").state(date(2015, 5, 1))
    >>> make_statement(state, (), None, "nl").title
    'Rekeningoverzicht H-1'
    """
    state.require_records()
    words = Words(language)
    maker = _Maker(state, options, policy, words)
    parts = {
        "savings": maker.savings(),
        "closing": maker.closing(),
        "contribution": maker.contribution(),
        "movements": maker.movements(),
        "months": maker.months(),
        "procedure": maker.procedure(),
        "policy": maker.rules(),
        "use": maker.use(),
        "notes": maker.notes(),
        "releases": maker.releases(),
    }
    sections = [(words.say(f"heading.{key}"), tuple(blocks)) for key, blocks in parts.items()]
    sections.append((words.say("heading.questions"), (Paragraph(words.say("questions")),)))
    return Page(
        language=words.language,
        title=words.say("title", account=state.account),
        intro=words.say("intro", account=state.account, day=words.day(state.on)),
        sections=tuple(Section(heading, blocks) for heading, blocks in sections if blocks),
        footer=(words.say("ledger", head=state.head),),
        notice=words.notice(),
        untranslated=words.untranslated,
    )
