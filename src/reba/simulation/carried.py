"""The facts of a simulated month, as a caller would report them: what `reba.assess` is given.

1. A report stands for its month and for the months after, until the next report.
2. Carried on are the weeks of the exemption, what was charged against assets, and the months: that
   of the report and those in which income was earned. Where the law stands still they are carried
   back to the first month of the household; days after it become its last one, since a report may
   not tell the future. No rule looks at how long ago a birth or a receipt was in one month.
3. Whatever a simulation says of a household-month can be traced to these facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reba.fact_checks import EARNINGS_KINDS
from reba.facts import Assets, HouseholdMonth, Member
from reba.law.parameters import Law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.months import Month
from reba.simulation.chunks import Reports
from reba.simulation.weeks import limits_of, weeks_used_ahead

__all__ = ["carried_facts", "report_of"]


def report_of(reports: Reports, index: int) -> HouseholdMonth:
    """Return the report that stands in a simulated month: the last one up to it."""
    first = reports.rows[0].month
    return next(row for row in reversed(reports.rows) if row.month - first <= index)


def _limited(member: Member, facts: HouseholdMonth) -> bool:
    """Whether the exemption of a member is limited in weeks, and he has earnings in the month."""
    return member.residence_status == "asylum_seeker" and any(
        item.kind in EARNINGS_KINDS and item.net_cents > 0 and item.earned_in in (None, facts.month)
        for item in member.income
    )


def _weeks(used: int, law: Law, months: Sequence[Month]) -> int:
    """Return the weeks used before the last of some months, for an earner in all of them."""
    limits = limits_of(law, months)
    if limits is None:
        return used  # the rules refuse this month
    return weeks_used_ahead(used, limits)[-1]


def _member(member: Member, facts: HouseholdMonth, law: Law, months: Sequence[Month]) -> Member:
    month = months[-1]
    last_day, moved = month.last_day, month - facts.month
    changes: dict[str, object] = {}
    if facts.scheme == REBA_2008 and _limited(member, facts):
        changes["exemption_weeks_used"] = _weeks(member.exemption_weeks_used or 0, law, months)
    if moved and member.income:
        changes["income"] = tuple(
            item
            if item.earned_in is None
            else item.model_copy(update={"earned_in": item.earned_in + moved})
            for item in member.income
        )
    if member.born > last_day:
        changes["born"] = last_day
    if member.child_benefit_since is not None and member.child_benefit_since > last_day:
        changes["child_benefit_since"] = last_day
    return member.model_copy(update=changes) if changes else member


def _assets(assets: Assets, last_day: date, charged_before_cents: int | None) -> Assets:
    started_on = min(assets.started_on, last_day)
    receipts = tuple(
        each.model_copy(update={"on": min(each.on, last_day)}) for each in assets.receipts
    )
    changes: dict[str, object] = {"started_on": started_on, "receipts": receipts}
    if charged_before_cents is not None:
        changes["charged_before_cents"] = charged_before_cents
    return assets.model_copy(update=changes)


def carried_facts(
    facts: HouseholdMonth,
    law: Law,
    months: Sequence[Month],
    *,
    charged_before_cents: int | None,
) -> HouseholdMonth:
    """Return the facts of the last of the months for which a report stands.

    Args:
        facts: the report.
        law: the dated statutory parameters, for the weeks of the exemption.
        months: as what the month of the report and each after it is assessed.
        charged_before_cents: what the simulated months before it charged against the assets;
            None leaves what was reported.

    >>> from importlib.resources import files
    >>> from reba import load_law
    >>> line = (files("reba.cli") / "demo_data" / "facts.jsonl").read_text().splitlines()[0]
    >>> report = HouseholdMonth.from_json(line)
    >>> months = [Month(2015, 3), Month(2015, 4)]
    >>> later = carried_facts(report, load_law(), months, charged_before_cents=None)
    >>> str(report.month), str(later.month)
    ('2015-03', '2015-04')
    """
    changes: dict[str, object] = {
        "month": months[-1],
        "members": tuple(_member(member, facts, law, months) for member in facts.members),
    }
    if facts.assets is not None:
        changes["assets"] = _assets(facts.assets, months[-1].last_day, charged_before_cents)
    return facts.model_copy(update=changes)
