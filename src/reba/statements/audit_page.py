"""The report of an audit (controleverslag) as a page: the outcome, what was checked, the amounts.

1. Pure: the same report, figures and day give the same page.
2. Every amount stands in a figure or a table, also those of the plots (X1).
3. It ends with what the audit does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

from reba.ledger.findings import AuditReport, Finding
from reba.statements.audit_words import AUDIT_TEXTS
from reba.statements.blocks import (
    Block,
    Column,
    Items,
    Language,
    Page,
    Paragraph,
    Plot,
    Section,
    Series,
    Table,
)
from reba.statements.finding_words import FINDINGS
from reba.statements.movements import LedgerFigures, MonthFigures
from reba.statements.words import Words
from reba.version import __version__

__all__ = ["Audited", "audit_page"]

_FINDINGS_SHOWN: Final = 200
_CELL_LENGTH: Final = 80
_COUNTED: Final = (
    "entries", "accounts", "assessments", "splits", "decisions", "checkpoints", "destroyed", "laws",
    "policies",
)  # fmt: skip
_TOTALS: Final = (
    "assessed_cents", "collected_cents", "receivable_cents", "written_off_cents", "reserved_cents",
    "remitted_cents", "released_cents", "on_hold_cents", "balance_cents", "overpaid_cents",
)  # fmt: skip


class Audited(NamedTuple):
    """What was audited, and how: `recomputed` says whether amounts were computed again."""

    origin: str
    on: date
    report: AuditReport
    figures: LedgerFigures
    recomputed: bool
    since: int = 0


class _Maker:
    """Makes the sections of the page, one a method."""

    def __init__(self, audited: Audited, language: Language) -> None:
        self.audited = audited
        self.words = Words(language)
        self.language: Language = language
        self.texts = AUDIT_TEXTS[language]

    def say(self, key: str, **values: object) -> str:
        return self.texts[key].format(**values)

    def many(self, key: str, count: int) -> str:
        return self.say(f"{key}.one" if count == 1 else f"{key}.more", count=count)

    # ── the outcome ──────────────────────────────────────────────────────────────────────────

    def verdict(self) -> Iterator[Block]:
        findings = self.audited.report.findings
        errors = sum(finding.severity == "error" for finding in findings)
        text = self.say("clean")
        if findings:
            warnings = len(findings) - errors
            text = self.say(
                "found", errors=self.many("errors", errors),
                warnings=self.many("warnings", warnings),
            )  # fmt: skip
        yield Paragraph(text, notable=True)
        yield from (Paragraph(said) for said in self._how())

    def _how(self) -> Iterator[str]:
        audited, sample = self.audited, self.audited.report.sample
        if not audited.report.checked["checkpoints"]:
            yield self.say("no_witness")
        if audited.since:
            yield self.say("since", size=audited.since)
        if sample is not None:
            count, most = self.words.count, sample.most_wrong
            yield self.say(
                "sample", size=count(sample.size), population=count(sample.population),
                seed=sample.seed, root=sample.root, wrong=count(sample.wrong),
            )  # fmt: skip
            if sample.size == sample.population:
                yield self.say("sample.all")
            else:
                yield self.say(
                    "sample.most", percent=self.words.decimal(sample.percent), most=count(most),
                    population=count(sample.population),
                    share=self.words.about(Fraction(most, sample.population)),
                )  # fmt: skip
        elif not audited.recomputed:
            yield self.say("replayed")

    def checked(self) -> Iterator[Block]:
        checked = self.audited.report.checked
        rows = tuple((self.say(name), self.words.count(int(checked[name]))) for name in _COUNTED)
        columns = (Column(self.say("what")), Column(self.say("count"), amount=True))
        yield Table(self.say("checked.caption"), columns, rows)
        yield Paragraph(
            self.say(
                "root", entries=self.words.count(int(checked["entries"])), root=checked["root"]
            )
        )

    # ── findings ─────────────────────────────────────────────────────────────────────────────

    def _finding(self, finding: Finding) -> tuple[str, ...]:
        place = self.say("place.ledger")
        if finding.seq is not None:
            place = self.say("place.entry", seq=finding.seq, account=finding.account)
        shown = (finding.expected[:_CELL_LENGTH], finding.actual[:_CELL_LENGTH])
        return (finding.id, self.say(f"severity.{finding.severity}"), place, *shown)

    def findings(self) -> Iterator[Block]:
        findings = self.audited.report.findings
        if not findings:
            return
        heads = ("finding", "severity", "place", "expected", "actual")
        columns = tuple(Column(self.say(head)) for head in heads)
        rows = tuple(self._finding(finding) for finding in findings[:_FINDINGS_SHOWN])
        yield Table(self.say("findings.caption"), columns, rows)
        if len(findings) > _FINDINGS_SHOWN:
            yield Paragraph(self.say("findings.rest", shown=_FINDINGS_SHOWN, count=len(findings)))

    def meaning(self) -> Iterator[Block]:
        ids = dict.fromkeys(finding.id for finding in self.audited.report.findings)
        if ids:
            said = ((name, getattr(FINDINGS[name], self.language)) for name in ids)
            yield Items(tuple(f"{name}: {text}" for name, text in said))

    # ── amounts ──────────────────────────────────────────────────────────────────────────────

    def totals(self) -> Iterator[Block]:
        figures, money = self.audited.figures, self.words.money
        rows = tuple((self.say(name), money(figures.totals[name])) for name in _TOTALS)
        columns = (Column(self.say("name")), Column(self.say("amount"), amount=True))
        yield Table(self.say("totals.caption"), columns, rows)
        if figures.destroyed:
            yield Paragraph(self.many("gone", figures.destroyed))

    def _plot(self, key: str, *series: tuple[str, list[int], bool]) -> Plot:
        labels = tuple(month.month for month in self.audited.figures.months)
        return Plot(
            self.say(key),
            labels,
            tuple(Series(self.say(name), tuple(cents), line=line) for name, cents, line in series),
        )

    def over_time(self) -> Iterator[Block]:
        months = self.audited.figures.months
        if not months:
            return
        columns = list(zip(*(month[1:] for month in months), strict=True))
        assessed, collected, reserved, _, released = ([*column] for column in columns)
        yield self._plot(
            "plot.contributions", ("assessed", assessed, False), ("collected", collected, False)
        )
        yield self._plot(
            "plot.savings",
            ("saved_so_far", list(accumulate(reserved)), True),
            ("released_so_far", list(accumulate(released)), True),
        )
        if any(released):
            yield self._plot("plot.releases", ("released", released, False))
        yield self._months(months)

    def _months(self, months: tuple[MonthFigures, ...]) -> Table:
        money = self.words.money
        heads = ("assessed", "collected", "reserved", "remitted", "released")
        return Table(
            self.say("table.caption"),
            (Column(self.say("month")), *(Column(self.say(head), amount=True) for head in heads)),
            tuple(
                (self.words.month(month.month), *(money(cents) for cents in month[1:]))
                for month in months
            ),
            (
                self.say("total"),
                *(money(sum(column)) for column in zip(*(m[1:] for m in months), strict=True)),
            ),
        )

    def limits(self) -> Iterator[Block]:
        names = ("facts", "rules", "outside", "missing")
        yield Items(tuple(self.say(f"limit.{name}") for name in names))


def audit_page(audited: Audited, language: Language) -> Page:
    """Make the report of an audit (controleverslag), in one language.

    Args:
        audited: what was audited, what was found, and the amounts of the ledger.
        language: "nl" or "en".
    """
    maker = _Maker(audited, language)
    parts = {
        "verdict": maker.verdict(),
        "checked": maker.checked(),
        "findings": maker.findings(),
        "meaning": maker.meaning(),
        "totals": maker.totals(),
        "over_time": maker.over_time(),
        "limits": maker.limits(),
    }
    sections = ((maker.say(name), tuple(blocks)) for name, blocks in parts.items())
    return Page(
        language=language,
        title=maker.say("title", origin=audited.origin),
        intro=maker.say("intro", day=maker.words.day(audited.on), engine=__version__),
        sections=tuple(Section(heading, blocks) for heading, blocks in sections if blocks),
        footer=(maker.say("footer"),),
    )
