"""Write the generated pages: python docs/generate.py. A test holds them equal to this."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from reba import load_law
from reba.error_codes import CODES
from reba.law.labels import LABELS

DOCS = Path(__file__).parent
STATUSES = (
    "Status: *verified* read in a named public source; *derived* by arithmetic from verified "
    "material; *reported* by the press or an undated page. What is not verified makes a result "
    "provisional.\n"
)
NOTICE = "<!-- Written by docs/generate.py; do not edit. -->\n\n"


def errors() -> str:
    """The closed list of error codes."""
    lines = [
        "# Error codes\n",
        "Codes are stable; match on them. `{...}` stands for data that `RebaError.data` holds.\n",
        "| Code | What is wrong | What to do | Exit status |",
        "|---|---|---|---|",
    ]
    for code, entry in CODES.items():
        says, remedy = (text.replace("|", "\\|") for text in (entry.says, entry.remedy))
        lines.append(f"| `{code}` | {says} | {remedy} | {entry.exit_status} |")
    return NOTICE + "\n".join(lines) + "\n"


def parameters() -> str:
    """Every statutory value with its status, period and source."""
    law = load_law()
    lines = [
        "# Statutory parameters\n",
        STATUSES,
    ]
    for name in law.names():
        each = law.parameter(name)
        lines += [f"## `{name}`\n", f"{each.title_nl} / {each.title_en} ({each.unit})\n"]
        lines += ["| Value | From | To | Status | Source |", "|---:|---|---|---|---|"]
        for value in each.values:
            source = " ".join(part for part in (value.jci, value.url) if part)
            until = value.valid_to or ""
            lines.append(
                f"| {value.value_text} | {value.valid_from} | {until} | {value.status} | {source} |"
            )
        lines.append("")
        lines += [f"- From {v.valid_from}: {v.note}" for v in each.values if v.note]
        lines += [f"- No value from {g.first} to {g.last}: {g.reason}." for g in each.gaps]
        lines += [
            f"- Never used, since its period is not known: {u.value_text}, {u.said_of} ({u.url})."
            for u in each.undated
        ]
        lines.append("")
    return NOTICE + "\n".join(lines).rstrip() + "\n"


ARTICLES = (
    ("Reba 2008 art. 1", "vergunninghouder", "`residence_status` = `permit_holder`", "exemption"),
    ("Reba 2008 art. 2", "feitelijk geboden verstrekkingen", "`provisions`, `receives_allowance`",
     "allowance_value, housing_value"),
    ("Reba 2008 art. 3(a)", "economische waarde van de toelage", "`MonthParameters.economic_value`",
     "allowance_line, allowance_value"),
    ("Reba 2008 art. 3(b)", "economische waarde van het onderdak",
     "`MonthParameters.economic_value`", "housing_uncapped, housing_value"),
    ("Reba 2008 art. 4", "vergoeding", "`assess_reba2008`", "contribution"),
    ("Reba 2008 art. 5(1)", "middelen", "`income`, `assets`; see untranslatables",
     "countable_income"),
    ("Reba 2008 art. 5(2)", "niet tot de middelen gerekend", "kinds that do not count",
     "uncounted_income"),
    ("Reba 2008 art. 5(3)", "vrijlating, asielzoeker", "`exemption_weeks_used`",
     "exemption, no_exemption"),
    ("Reba 2008 art. 5(4)", "vrijlating, vergunninghouder", "`residence_status`", "exemption"),
    ("Reba 2008 art. 5(5)", "aftrek", "`net`, `obligations`", "earnings, obligations"),
    ("Reba 2008 art. 6(1)", "inkomen", "`income.kind`", "earnings, other_income"),
    ("Reba 2008 art. 6(2)", "uitgesteld inkomen", "`income.earned_in`", "uncounted_income"),
    ("Reba 2008 art. 7(1)", "vermogen", "`assets.at_start`, `assets.receipts`", "asset_excess"),
    ("Reba 2008 art. 7(2)", "niet als vermogen in aanmerking genomen",
     "`savings_from_income`, `justified`", "uncounted_receipt, asset_room"),
    ("Reba 2008 art. 8", "begrippen van de Rva", "`members`", "household"),
    ("Reba 2008 art. 9", "overgangsrecht voor wie al betaalde", "not built: see untranslatables",
     "-"),
    ("Rva 2005 art. 14(2), 14(4)", "hoogte van de toelage", "`rva.*` parameters", "allowance_line"),
    ("Rva 2005 art. 14(6)", "kinderbijslag; alleenstaandeoudertoeslag",
     "`child_benefit_since`, `rva.single_parent_supplement`", "household, allowance_line"),
    ("Rva 2005 art. 18(3), 20(2)", "werkzaamheden; vergoedingsplicht", "`chores`, `asset_limit`",
     "uncounted_income, asset_limit"),
    ("Participatiewet art. 34(3)", "vermogensgrens", "`participatiewet.asset_limit_*`",
     "asset_limit"),
    ("RooO art. 7(1)", "leefgeld geheel of ten dele intrekken", "`assess_rooo`, `MunicipalChoices`",
     "leefgeld_withdrawn, leefgeld_paid, between_thresholds, below_thresholds, floor"),
    ("RooO art. 7(1)(b)", "meer dan 28 dagen afwezig", "`absent_days_this_year`",
     "absence, absence_too_long"),
    ("RooO art. 10(2)", "hoogte van het leefgeld", "`rooo.*` parameters",
     "leefgeld_line, leefgeld_without_food, leefgeld"),
    ("RooO (article not read)", "eigen bijdrage, drempelbedragen", "`thresholds`",
     "contribution_line, full_contribution, leefgeld_withdrawn_from, contribution_due_from"),
)  # fmt: skip


def articles() -> str:
    """The page lawyers read: article, Dutch term, where it lives, the steps that cite it."""
    lines = [
        "# Article by article\n",
        "| Article | Term | Where | Steps of the trace |",
        "|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in ARTICLES),
        "\n## Every step of the trace\n",
        "| Step | Nederlands | English |",
        "|---|---|---|",
        *(f"| `{name}` | {label.nl} | {label.en} |" for name, label in LABELS.items()),
    ]
    named = {name for row in ARTICLES for name in re.split(r", ", row[3]) if name != "-"}
    unknown = named - set(LABELS)
    if unknown:
        msg = f"steps that do not exist: {sorted(unknown)}"
        raise SystemExit(msg)
    return NOTICE + "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "reference/errors.md": errors,
    "reference/parameters.md": parameters,
    "legal/articles.md": articles,
}

if __name__ == "__main__":
    for page, write in PAGES.items():
        (DOCS / page).write_text(write(), encoding="utf-8")
