"""Write the generated pages: python docs/generate.py. A test holds them equal to this."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from reba import load_law
from reba.error_codes import CODES
from reba.law.labels import LABELS
from reba.law.trace import Language
from reba.testing.invariants import ALL, COUNTEREXAMPLES, ELSEWHERE, Invariant, Words

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


# ── the auditor guide: tables in pages that are written by hand ──────────────────────────────

CATALOGUE_HEADS = Words(
    "| Id | Wat altijd geldt | Bron | Parameters | Wat wordt gecontroleerd |",
    "| Id | What always holds | Source | Parameters | What is checked |",
)
SUBJECTS = {
    "engine": Words("`engine`: de vaststelling", "`engine`: the assessment"),
    "split": Words("`split`: de verdeling", "`split`: the split"),
    "law": Words("`law`: de parameters", "`law`: the parameters"),
    "months": Words("de maanden van reba", "the months of reba"),
    "ledger": Words("`open_ledger`: een grootboek", "`open_ledger`: a ledger"),
    "audit": Words("`auditor`: de controle", "`auditor`: the audit"),
    "writer": Words("de schrijfwijze van reba", "the canonical text of reba"),
}
NEEDS = Words("Nodig", "Needs")
EVERY = Words("alle gevallen", "every case")
ELSEWHERE_HEADS = Words(
    "| Id | Wat altijd geldt | Wat het controleert |", "| Id | What always holds | What checks it |"
)
NEARLY_HEADS = Words(
    "| Id | Bijna waar | Kleinste tegenvoorbeeld | Wat wel geldt |",
    "| Id | Nearly true | Smallest counterexample | What does hold |",
)


def _checked(each: Invariant, language: Language) -> str:
    """Write what an invariant is about, what that must say, and whether all cases are taken."""
    said = SUBJECTS[each.subject].say(language)
    if each.every is not None:
        said += f" ({EVERY.say(language)})"
    if each.needs:
        said += f". {NEEDS.say(language)}: {', '.join(f'`{name}`' for name in each.needs)}"
    return said


def _catalogue(language: Language) -> list[str]:
    lines = [CATALOGUE_HEADS.say(language), "|---|---|---|---|---|"]
    for each in ALL:
        sources = "<br>".join(f"`{source}`" for source in each.legal)
        names = ", ".join(f"`{name}`" for name in each.depends_on)
        cells = (each.id, each.statement.say(language), sources, names, _checked(each, language))
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _elsewhere(language: Language) -> list[str]:
    lines = [ELSEWHERE_HEADS.say(language), "|---|---|---|"]
    for name, (words, where) in ELSEWHERE.items():
        lines.append(f"| {name} | {words.say(language)} | `{where}` |")
    return lines


def _nearly(language: Language) -> list[str]:
    lines = [NEARLY_HEADS.say(language), "|---|---|---|---|"]
    for each in ALL:
        if each.nearly is not None:
            wrong = each.nearly.wording.say(language)
            shown = COUNTEREXAMPLES[each.nearly.counterexample]().say(language)
            lines.append(f"| {each.id} | {wrong} | {shown} | {each.statement.say(language)} |")
    return lines


TABLES: dict[str, Callable[[Language], list[str]]] = {
    "catalogue": _catalogue,
    "elsewhere": _elsewhere,
    "nearly": _nearly,
}


def invariants(page: str, language: Language) -> str:
    """Return a page of the auditor guide with its tables written anew between their marks."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for name, write in TABLES.items():
        begin, end = f"<!-- {name}: written by docs/generate.py -->\n", f"<!-- /{name} -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            msg = f"{page} lacks the marks of the table {name}"
            raise SystemExit(msg)
        text = before + begin + "\n".join(write(language)) + "\n" + end + after
    return text


INVARIANTS: dict[Language, str] = {
    "en": "audit/en/3-invariants.md",
    "nl": "audit/nl/3-invarianten.md",
}

PAGES: dict[str, Callable[[], str]] = {
    "reference/errors.md": errors,
    "reference/parameters.md": parameters,
    "legal/articles.md": articles,
    INVARIANTS["en"]: lambda: invariants(INVARIANTS["en"], "en"),
    INVARIANTS["nl"]: lambda: invariants(INVARIANTS["nl"], "nl"),
}

if __name__ == "__main__":
    for page, write in PAGES.items():
        (DOCS / page).write_text(write(), encoding="utf-8")
