"""Cases of a household-month for any engine, what an engine is, and which branches a case took."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from hypothesis import strategies as st

from reba.errors import LawError, RebaError
from reba.facts import HouseholdMonth, Scheme
from reba.law.assess import assess
from reba.law.assessment import Assessment
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law, load_law
from reba.law.reba2008 import SCHEME as REBA_2008
from reba.law.rooo import SCHEME as ROOO
from reba.money import format_euros
from reba.months import Month
from reba.testing.invariants._invariant import NotApplicableError
from reba.testing.strategies import choices, facts

__all__ = [
    "BRANCHES", "Case", "Engine", "Pair", "amount_of", "branches_of", "cases", "outcome_of",
    "published",
]  # fmt: skip


class Engine(Protocol):
    """Whatever assesses a household-month: `reba.assess`, or one that is held against it.

    It returns an object with `contribution_cents` and, where it can, the other attributes of
    `reba.Assessment`. What it refuses, it refuses with an exception.
    """

    def __call__(
        self, facts: HouseholdMonth, law: Law, choices: MunicipalChoices | None = None, /
    ) -> Any:  # noqa: ANN401 (whatever has the attributes)
        """Assess one month."""
        ...


@lru_cache(maxsize=1)
def published() -> Law:
    """Return the statutory parameters as shipped."""
    return load_law()


class Case(NamedTuple):
    """The facts of one household-month as JSON has them, and the choices of the municipality.

    It shows as what can be pasted into a file of facts.
    """

    facts: Mapping[str, Any]
    choices: MunicipalChoices | None = None
    what: str = ""

    def __repr__(self) -> str:
        head = {key: value for key, value in self.facts.items() if key != "members"}
        members = [json.dumps(member) for member in self.facts["members"]]
        lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
        lines.append('  "members": [' + ",\n              ".join(members) + "]")
        shown = "{\n" + ",\n".join(lines) + "\n}"
        if self.choices is not None:
            shown += f"\nchoices: {json.dumps(self.choices.to_record()['version'])}"
        return shown

    def assessed_by(self, engine: Engine) -> Any:  # noqa: ANN401 (whatever the engine returns)
        """Have an engine assess it, under the published law."""
        return engine(HouseholdMonth.model_validate(self.facts), published(), self.choices)


class Pair(NamedTuple):
    """Two cases that differ in one thing, and a sentence that says in what."""

    one: Case
    what: str
    other: Case

    def __repr__(self) -> str:
        return f"{self.one!r}\nand the same, but {self.what}"


def amount_of(found: object, name: str) -> int:
    """Return an amount of an assessment; not applicable where the engine does not say it."""
    amount = getattr(found, name, None)
    if amount is None:
        raise NotApplicableError(name)
    return amount  # type: ignore[no-any-return]


def outcome_of(engine: Engine, case: Case) -> Any:  # noqa: ANN401 (an assessment, or a refusal)
    """Return what an engine assessed, or the exception with which it refused."""
    try:
        return case.assessed_by(engine)
    except RebaError as error:
        return error


# ── branches ─────────────────────────────────────────────────────────────────────────────────


def _income(found: Assessment) -> str:
    if found.countable_income_cents <= 0:
        return "income: none counts"
    if not found.from_other_income_cents:
        return "income: earnings"
    return "income: both" if found.from_earnings_cents else "income: other than earnings"


def _assets(found: Assessment, case: Case) -> str:
    if "assets" not in case.facts:
        return "assets: not reported"
    return "assets: above the limit" if found.asset_total_cents else "assets: within the limit"


def _rooo(found: Assessment) -> str:
    first, second = found.leefgeld_withdrawn_from_cents, found.contribution_due_from_cents
    if first is None or second is None or found.countable_income_cents < first:
        return "rooo: below the first threshold"
    if found.countable_income_cents < second:
        return "rooo: between the thresholds"
    return "rooo: the contribution is due"


def _exemption_maximum_cents(case: Case) -> int:
    month = Month.parse(str(case.facts["month"]))
    return int(published().value("reba.exemption_maximum", month.first_day).value)


def _reba(found: Assessment, case: Case) -> tuple[str, ...]:
    ceiling = found.economic_value_cents or 0
    from_income = found.from_earnings_cents + found.from_other_income_cents
    exempt = "none" if not found.exemption_cents else "some"
    if found.exemption_cents and found.exemption_cents % _exemption_maximum_cents(case) == 0:
        exempt = "its maximum"  # of each of those who have one
    return (
        f"ceiling: {'reached' if from_income == ceiling else 'not reached'}",
        f"exemption: {exempt}",
        _assets(found, case),
        f"shelter: {'provided' if case.facts['provisions']['shelter'] else 'not provided'}",
    )


BRANCHES: Final = (
    "scheme: reba-2008", "scheme: rooo", "income: none counts", "income: earnings",
    "income: other than earnings", "income: both", "ceiling: reached", "ceiling: not reached",
    "exemption: none", "exemption: some", "exemption: its maximum", "assets: not reported",
    "assets: within the limit", "assets: above the limit", "shelter: provided",
    "shelter: not provided", "rooo: below the first threshold", "rooo: between the thresholds",
    "rooo: the contribution is due", "refused: law.no_value", "refused: law.choices_missing",
)  # fmt: skip
"""The branches of an assessment. Which one a case takes is asked of our own engine."""


def branches_of(case: Case) -> tuple[str, ...]:
    """Return the branches that a case takes through our own engine."""
    found = outcome_of(assess, case)
    scheme = f"scheme: {case.facts['scheme']}"
    if isinstance(found, RebaError):
        return scheme, f"refused: {found.code}"
    if found.scheme == REBA_2008:
        return scheme, _income(found), *_reba(found, case)
    return scheme, _income(found), _rooo(found)


# ── strategies ───────────────────────────────────────────────────────────────────────────────


_RATIOS: Final = ((1, 1), (1, 3), (3, 1), (1, 7), (5, 3))


@st.composite
def _alike(draw: st.DrawFn, some: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Draw earnings and a benefit that stand in a plain ratio: their shares of a ceiling tie."""
    found = draw(some)
    member = found["members"][0]
    if member.get("residence_status") != "asylum_seeker" or member.get("obligations"):
        return found
    one, other = draw(st.sampled_from(_RATIOS))
    unit = draw(st.integers(10_000, 90_000))
    member["exemption_weeks_used"] = 52
    member["income"] = [
        {"kind": kind, "net": format_euros(unit * times)}
        for kind, times in (("earnings", one), ("benefit", other))
    ]
    return found


_LIMIT_YEARS: Final = (None, None, 2011, 2012, 2013, 2014, 2015)


@st.composite
def _owning(draw: st.DrawFn, some: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Draw a little more than the asset limit, of this day or another, and no other means.

    So each cent of debts, of the limit and of what was charged before shows in the contribution.
    """
    found = draw(some)
    month, year = Month.parse(found["month"]), draw(st.sampled_from(_LIMIT_YEARS))
    day = month.first_day if year is None else date(year, 1, 1)
    household = "family" if len(found["members"]) > 1 else "single"
    try:
        limit = published().value(f"participatiewet.asset_limit_{household}", day)
    except LawError:
        return found
    for member in found["members"]:
        member.pop("income", None)
    above, debts = draw(st.integers(1, 40_000)), draw(st.sampled_from([0, 1, 60_000]))
    found["assets"] = {
        "at_start": format_euros(int(limit.value) + above + debts),
        "debts_at_start": format_euros(debts), "started_on": str((month - 6).first_day),
        "charged_before": format_euros(draw(st.sampled_from([0, 1, 10_000]))),
    } | ({} if year is None else {"limit_on": day.isoformat()})  # fmt: skip
    return found


def cases(scheme: Scheme | None = None, **options: Any) -> st.SearchStrategy[Case]:  # noqa: ANN401 (those of `facts`)
    """Return a strategy of cases, of one scheme or of both.

    Args:
        scheme: "reba-2008" or "rooo"; by default three of the first to one of the second.
        options: those of `reba.testing.strategies.facts`.
    """
    if scheme == REBA_2008:
        some = facts(scheme=REBA_2008, **options)
        kinds = [some, some, some, some, _alike(some)]
        if options.get("allow_assets", True):
            kinds.append(_owning(some))
        return st.one_of(kinds).map(Case)
    if scheme == ROOO:
        return st.builds(Case, facts(scheme=ROOO, **options), choices())
    reba = cases(REBA_2008, **options)
    return st.one_of(reba, reba, reba, cases(ROOO, **options))
