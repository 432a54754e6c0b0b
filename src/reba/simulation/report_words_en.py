"""What the report of a simulation says, in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS_EN"]

TEXTS_EN: Final[Mapping[str, str]] = {
    # ── head ──
    "title": "What does this savings policy do?",
    "title.more": "What do these {count} savings policies do?",
    "intro": "Worked out for {households} households ({persons} persons) over {months} months, "
    "with the rules of the regulation itself. Reception is used here for the organisation that "
    "receives the own contribution (eigen bijdrage): COA or the municipality.",
    "made": "The households are made up. They are not real people. The figures show how the "
    "policy works; they do not predict what will happen. ‘What the figures rest on’ says what was "
    "assumed.",
    "provisional": "Figures marked * use statutory amounts that are not verified. Those figures "
    "are provisional. The amounts are: {names}.",
    "illustrative": "Nobody has adopted these policies: they are examples. They are: {names}.",
    "refused.head": "For {count} households a rule gives no result. They are left out of every "
    "variant.",
    # ── summary ──
    "summary": "In short",
    "summary.working": "The figures below are averages for households in which somebody works: "
    "{households} of the {all} households.",
    "summary.all": "In no household somebody works. The figures below are averages for all {all} "
    "households.",
    "card.saved": "is saved by a household until the end of its stay",
    "card.half": "until half of the households have enough for: {target}",
    "card.half.months.one": "1 month",
    "card.half.months.more": "{count} months",
    "card.half.never": "not within {months} months",
    "card.less": "less for reception, per household",
    "card.less.total": "For all {households} households together: {amount}.",
    "card.even": "less in reception makes up for that",
    "card.even.how": "A day of reception costs {cost} per person.",
    "days.one": "1 day",
    "days.more": "{count} days",
    "policy.share": "{share} of the own contribution {base} is saved",
    "base.earnings": "from work",
    "base.income": "from income",
    "base.contribution": "",
    "policy.monthly_max": "at most {amount} a month",
    "policy.balance_max": "up to a balance of {amount}",
    "policy.versions": "The policy changes over time; this is its first version.",
    "reform": "The law was changed: {reform}.",
    # ── comparison ──
    "compare": "The variants side by side",
    "compare.caption.working": "Households in which somebody works; amounts per household",
    "compare.caption.all": "All households; amounts per household",
    "compare.how": "The difference with variant A stands between brackets.",
    "compare.stay": "‘Until the end of the stay’ is an average that takes into account how long "
    "households stay and how their procedure ends.",
    "figure": "Per household",
    "variant": "Variant",
    "contribution_month_cents": "own contribution a month",
    "withdrawn_month_cents": "leefgeld withdrawn, a month",
    "reserved_month_cents": "of which saved, a month",
    "collected_cents": "own contribution received until the end of the stay",
    "saved_cents": "saved until the end of the stay",
    "released_cents": "of which for the purposes of the policy",
    "paid_out_cents": "of which otherwise paid to the household",
    "remitted_cents": "of which back to reception",
    "held_cents": "of which held",
    "estate_cents": "of which for heirs",
    "receives_less_cents": "reception receives less",
    "receives_less_total_cents": "reception receives less, all households of this table together",
    "break_even_days_tenths": "days the whole household must leave sooner to make up for that",
    "break_even_person_days_tenths": "days of reception of one person that cost as much",
    "break_even_weeks_tenths": "weeks the whole household must leave sooner to make up for that",
    "half_after": "months until half have enough for: {target} ({amount})",
    "never": "more than {months}",
    "same": "the same",
    "none": "none",
    # ── budget lines ──
    "budget": "What does somebody keep who earns more?",
    "budget.text": "The upper line shows what a household keeps of its net wage: the wage, less "
    "the own contribution, less leefgeld that is withdrawn. With what is saved it is more. The "
    "lower line shows which part of each extra euro the household does not keep. At 100% earning "
    "more brings nothing.",
    "budget.sudden": "A numbered point or line is a cliff: there one more cent of wage suddenly "
    "costs more than a cent.",
    "budget.cliff": "Point {sign}: from a net wage of {earnings} the household suddenly keeps "
    "{loss} less. Step of the calculation: ‘{cause}’. Legal source: {legal}.",
    "budget.no_cliff": "There is no point where one more cent of wage suddenly costs more than a "
    "cent.",
    "budget.title": "{who}: what is kept of the wage",
    "budget.x": "net wage a month",
    "budget.kept.axis": "euros a month",
    "budget.rate.axis": "not kept of each extra euro",
    "budget.all": "keeping everything",
    "budget.kept": "kept by the household",
    "budget.saved": "with what {letter} saves",
    "budget.unknown": "the municipality decides here, and has not chosen",
    "budget.earnings": "Net wage",
    "budget.contribution": "Own contribution",
    "budget.withdrawn": "Leefgeld withdrawn",
    "budget.reserved": "Saved under {letter}",
    "budget.left": "Kept by the household",
    "budget.not_kept": "Not kept of each extra euro from here",
    "budget.between": "{least} to {most}",
    "budget.caption": "{who}, a month. Each row is a point where something changes.",
    "budget.other": "{count} more kinds of household",
    # ── months ──
    "months": "Own contribution and savings by month",
    "months.text": "All households together. A month is the first, second or later month in "
    "reception, not a month of the calendar.",
    "months.x": "month in reception",
    "months.y": "euros a month, all households together",
    "months.contribution": "own contribution",
    "months.collected": "own contribution that comes in",
    "months.reserved": "{variant}: saved",
    "months.due": "{variant}: own contribution",
    "months.panel.due": "Own contribution",
    "months.panel.saved": "Saved",
    "months.caption": "All households together, by month",
    "month": "Month",
    # ── balances ──
    "balances": "How much has been saved after a stay?",
    "balances.text": "Households in which somebody works. Half of the households have a balance "
    "within the bar; a quarter have less and a quarter have more. The dashed lines are amounts "
    "that a household may need.",
    "balances.text.all": "All households. Half of the households have a balance within the bar; a "
    "quarter have less and a quarter have more. The dashed lines are amounts that a household may "
    "need.",
    "balances.x": "months in reception",
    "balances.y": "balance in euros",
    "balances.spread": "the middle half of the households",
    "balances.median": "the middle household",
    "balances.mean": "average",
    "balances.caption": "Balance of a household after a stay. Quartiles are whole euros, rounded "
    "down.",
    "balances.months": "Months",
    "balances.share": "Stay so long",
    "balances.lower": "A quarter have at most",
    "balances.half": "Half have at most",
    "balances.upper": "Three quarters have at most",
    # ── coverage ──
    "covered": "When has enough been saved?",
    "covered.text": "The share of the households in which somebody works that after so many "
    "months have saved enough for the amount above the chart. The dashed line is half of them.",
    "covered.text.all": "The share of all households that after so many months have saved enough "
    "for the amount above the chart. The dashed line is half of them.",
    "covered.x": "months in reception",
    "covered.y": "share of the households",
    "covered.half": "half",
    "covered.target": "{target}: {amount}",
    "covered.caption": "Households that have saved enough, by month",
    # ── endings ──
    "endings": "What happens to the savings?",
    "endings.text": "Households in which somebody works. Each bar is all savings of households "
    "whose procedure ends like that. How often that was assumed stands between brackets. For the "
    "purposes everything that the policy allows is counted.",
    "endings.text.all": "All households. Each bar is all savings of households whose procedure "
    "ends like that. How often that was assumed stands between brackets. For the purposes "
    "everything that the policy allows is counted.",
    "endings.x": "share of the savings",
    "endings.empty": "nothing saved",
    "endings.mix": "all outcomes together",
    "endings.caption": "{variant}: expected per household, averaged over lengths of stay",
    "endings.outcome": "Outcome",
    "endings.often": "How often",
    "outcome.granted": "residence permit",
    "outcome.voluntary_return": "voluntary return",
    "outcome.forced_return": "forced return",
    "outcome.departed_unknown": "left, unknown where to",
    "outcome.dublin_transfer": "Dublin transfer",
    "outcome.died": "died",
    "part.balance": "Saved",
    "part.released": "for the purposes of the policy",
    "part.paid_out": "otherwise paid to the household",
    "part.remitted": "back to reception",
    "part.held": "held",
    "part.estate": "for heirs",
    # ── break-even ──
    "even": "When has it paid for itself?",
    "even.text": "Reception receives less, since part of the own contribution is saved for the "
    "household. If a household leaves reception sooner, that saves {cost} per person per day. "
    "Where the sloping line crosses the line of a variant, the two are equal. Whether saving "
    "makes households leave sooner is not told here.",
    "even.x": "days that the whole household leaves sooner",
    "even.y": "euros per household",
    "even.saves": "saved on reception",
    "even.less": "{variant}: what reception receives less",
    "even.caption": "Per household in which somebody works",
    "even.caption.all": "Per household",
    "even.none": "No cost was given for a day of reception. So it cannot be said when it has paid "
    "for itself.",
    # ── sensitivity ──
    "sensitive": "Which choice matters most?",
    "sensitive.text": "One thing at a time was made lower or higher; all else stayed equal. The "
    "line in the middle is {variant}. Each bar shows the value it was worked out with.",
    "sensitive.saved_cents": "saved per household until the end of the stay",
    "sensitive.receives_less_cents": "reception receives less, per household",
    "sensitive.low": "lower value",
    "sensitive.high": "higher value",
    "sensitive.none": "None of these changes makes a difference to it.",
    "sensitive.parameter": "What changes",
    "sensitive.at": "at {value}",
    "sensitive.column.low": "Lower value",
    "sensitive.column.base": "As worked out",
    "sensitive.column.high": "Higher value",
    "parameter.reserve.share": "share that is saved",
    "parameter.reserve.monthly_max": "maximum a month",
    "parameter.reserve.balance_max": "maximum balance",
    "parameter.release.granted.balance_share": "share free after a permit",
    "parameter.release.return.balance_share": "share free after return",
    "parameter.collection.share": "share that comes in",
    "parameter.cost.person_day": "cost of a day of reception",
    "parameter.stay.months": "length of stay",
    # ── types ──
    "types": "By kind of household",
    "types.text": "Averages per household. Who does not work saves only if the policy lets people "
    "save from other income as well.",
    "types.type": "Kind of household",
    "types.households": "Households",
    "types.contribution": "Own contribution a month",
    "types.saved": "Saved until end of stay",
    "types.used": "To the household",
    "types.less": "Less for reception",
    "types.days": "Days sooner",
    "types.other": "other households together",
    "types.all": "all households",
    "types.small": "Kinds with fewer than {count} households stand together on one row, so that "
    "no household can be recognised.",
    "composition.single": "single adult",
    "composition.single_parent": "single parent",
    "composition.couple": "two adults without children",
    "composition.couple_with_children": "two adults with children",
    "composition.more_adults": "three or more adults",
    "composition.minors": "minors alone",
    "working.yes": "working",
    "working.no": "without work",
    # ── what it rests on ──
    "rests": "What the figures rest on",
    "rests.assumptions": "Assumptions",
    "rests.assumptions.text": "{title}, of {day}. Status: {status}. Source: {source}.",
    "rests.assumptions.caption": "Each assumption, with its status and source",
    "rests.show": "Show the table",
    "rests.policies": "Policies",
    "rests.policy": "{variant}: {title}",
    "rests.policy.status": "Status: {status}. Source: {source}",
    "rests.law": "Statutory amounts and rules",
    "rests.law.text": "The values in force in the months worked out, with their status and source.",
    "rests.law.same": "Used for all variants.",
    "rests.law.of": "Used for {variant}.",
    "rests.law.none": "The values used were not handed over. The whole set has fingerprint "
    "{digest}.",
    "rests.choices": "Choices of the municipality",
    "rests.choices.text": "File of choices with fingerprint {digest}.",
    "rests.choices.none": "No choices of a municipality were used.",
    "column.what": "What",
    "column.value": "Value",
    "column.status": "Status",
    "column.source": "Source",
    "column.valid": "Valid",
    "unit.EUR": "",
    "unit.EUR/week": "a week",
    "unit.EUR/month": "a month",
    "unit.ratio": "",
    "unit.days": "days",
    "unit.weeks": "weeks",
    "unit.months": "months",
    "unit.years": "years",
    "unit.persons": "persons",
    "valid.from": "from {first}",
    "valid.until": "from {first} up to and including {last}",
    "status.made": "made up",
    "status.published": "published",
    "status.supplied": "supplied",
    "status.verified": "verified",
    "status.derived": "derived *",
    "status.reported": "reported by others *",
    "status.supplied.law": "supplied *",
    "status.illustrative": "example, not adopted",
    "status.adopted": "adopted",
    "rests.people": "The households",
    "rests.people.text": "{rows} reports of {households} households, from {first}.",
    "rests.people.span": "{first} to {last}",
    "rests.calendar.standing": "Every month was worked out with the amounts of the month that was "
    "reported: the rules stand still.",
    "rests.calendar.running": "Every month was worked out with the amounts and ages of that month "
    "itself: the calendar runs on.",
    "rests.refused": "Left out: {count} households with error code {code}.",
    "rests.not_supplied": "Not supplied for {count} households: {fact}. Worked out without it.",
    "rests.complete": "All households are in the figures, and everything the rules ask for was "
    "supplied.",
    "fact.assets": "the assets",
    "fact.obligations": "maintenance obligations",
    # ── tracing, limits ──
    "trace": "How to check a figure",
    "trace.text": "Each amount is a sum over households. This command gives the facts of one "
    "household in one month. The command reba assess works them out again and names the article "
    "at each step.",
    "trace.files": "The complete figures stand beside this page: {files}.",
    "trace.versions": "Made with version {engine}. Fingerprint of the assumptions: {assumptions}.",
    "limits": "What this page does not show",
    "limit.behaviour": "Whether saving makes people work more, leave sooner or fare better. They "
    "are taken to do the same under each variant.",
    "limit.independent": "Whether the length of a stay goes with its outcome. It is taken not to.",
    "limit.costs": "What it costs to run the savings.",
    "limit.rights": "Consequences for allowances, taxes or social assistance after reception.",
    "limit.use": "Whether a household really asks for all it may. It is counted as if it does.",
    "numbers": "The figures of this chart",
    "numbers.print": "The figures of this chart are in {file}.",
    "footer": "This is a calculation, not a decision and not advice. The text of the law comes "
    "first.",
}
