"""`reba facts`, `assess`, `assets`, `law`, `policy`: what needs no ledger."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from reba.cli.console import AsJson, Choices, Lang, Language, Overlay, out, print_json
from reba.cli.words import words
from reba.error_codes import EXIT_FINDINGS
from reba.facts import HouseholdMonth
from reba.law.assess import assess, asset_position
from reba.law.assessment import Assessment, AssetPosition
from reba.law.choices import load_choices
from reba.law.parameters import DatedValue, check_law, load_law
from reba.money import format_euros
from reba.months import Month
from reba.runs.csv_rows import COLUMNS
from reba.runs.rows import read_case, read_rows
from reba.savings.describe import describe_policy
from reba.savings.policy import load_policy

__all__ = ["assess_command", "assets_command", "facts_app", "law_app", "policy_app"]

facts_app = typer.Typer(no_args_is_help=True, help="Facts of households: template, schema, check.")
law_app = typer.Typer(no_args_is_help=True, help="The statutory parameters and their sources.")
policy_app = typer.Typer(no_args_is_help=True, help="The savings policy.")

_TEMPLATE = {
    "scheme": "reba-2008",
    "month": "2015-03",
    "household": "H-0001",
    "members": [
        {
            "id": "P-1",
            "born": "1990-05-14",
            "residence_status": "asylum_seeker",
            "exemption_weeks_used": 10,
            "receives_allowance": True,
            "income": [{"kind": "earnings", "net": "1000.00", "earned_in": "2015-03"}],
            "obligations": "0.00",
        }
    ],
    "assets": {
        "at_start": "0.00",
        "debts_at_start": "0.00",
        "started_on": "2014-06-01",
        "receipts": [{"on": "2015-01-14", "kind": "penalty_payment", "amount": "1000.00"}],
        "charged_before": "0.00",
    },
    "provisions": {"shelter": True, "catering": False},
    "collected": "445.95",
}
_TEMPLATE_ROW = {
    "scheme": "reba-2008",
    "month": "2015-03",
    "household": "H-0001",
    "provisions.shelter": "true",
    "provisions.catering": "false",
    "collected": "445.95",
    "assets.at_start": "0.00",
    "assets.debts_at_start": "0.00",
    "assets.started_on": "2014-06-01",
    "assets.charged_before": "0.00",
    "members.id": "P-1",
    "members.born": "1990-05-14",
    "members.residence_status": "asylum_seeker",
    "members.exemption_weeks_used": "10",
    "members.receives_allowance": "true",
    "members.obligations": "0.00",
    "members.income.kind": "earnings",
    "members.income.net": "1000.00",
    "members.income.earned_in": "2015-03",
    "assets.receipts.on": "2015-01-14",
    "assets.receipts.kind": "penalty_payment",
    "assets.receipts.amount": "1000.00",
}


@facts_app.command("template")
def facts_template(
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Only the CSV template.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Only the JSON line.")] = False,
) -> None:
    """Print an example row as JSON line and as CSV.

    Example: reba facts template --csv > facts.csv
    """
    if not as_csv:
        sys.stdout.write(json.dumps(_TEMPLATE) + "\n")
    if not as_json:
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerow(_TEMPLATE_ROW)


@facts_app.command("schema")
def facts_schema() -> None:
    """Print the JSON Schema of a household-month."""
    print_json(HouseholdMonth.model_json_schema(by_alias=True))


@facts_app.command("check")
def facts_check(
    facts: Annotated[Path, typer.Argument(help="Facts: .jsonl, .json or .csv.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check facts without computing anything; list every fault with its place.

    Example: reba facts check march.jsonl
    """
    rows = 0
    faults: list[dict[str, object]] = []
    for row in read_rows(facts):
        rows += 1
        faults.extend({"line": row.line, **fault._asdict()} for fault in row.faults)
    if as_json:
        print_json({"rows": rows, "faults": faults})
    else:
        for fault in faults:
            out.print(
                f"{facts.name}:{fault['line']}: {fault['path'] or '-'}: [{fault['code']}] "
                f"{fault['reason']}",
                markup=False,
            )
        out.print(f"{rows} rows, {len(faults)} faults")
    if faults:
        raise typer.Exit(EXIT_FINDINGS)


def _print_result(result: Assessment | AssetPosition, lang: Lang, headline: str) -> None:
    out.print(headline, markup=False)
    if result.provisional:
        because = ", ".join(result.provisional_because)
        pair = f"VOORLOPIG: niet nagegaan is {because}", f"PROVISIONAL: not verified is {because}"
        out.print(words(pair, dutch=lang is Lang.nl), markup=False)
    if result.not_supplied:
        text = words(("Niet opgegeven: ", "Not supplied: "), dutch=lang is Lang.nl)
        out.print(text + ", ".join(result.not_supplied), markup=False)
    out.print()
    out.print(result.render(lang.value), markup=False)


def assess_command(
    case: Annotated[Path, typer.Argument(help="One household-month as JSON.")],
    *,
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print the trace for people (the default).")
    ] = False,
    lang: Language = Lang.en,
    overlay: Overlay = None,
    choices: Choices = None,
) -> None:
    """Compute the own contribution of one household-month, with the trace of each cent.

    Example: reba assess case.json --lang nl
    """
    del explain  # what people read is the default
    made = None if choices is None else load_choices(choices)
    result = assess(read_case(case), load_law(overlay), made)
    if as_json:
        print_json(result.to_record())
        return
    name = words(("Eigen bijdrage", "Own contribution"), dutch=lang is Lang.nl)
    amount = format_euros(result.contribution_cents)
    _print_result(result, lang, f"{name} {result.household} {result.month}: {amount}")


def assets_command(
    case: Annotated[Path, typer.Argument(help="One household-month as JSON.")],
    *,
    as_json: AsJson = False,
    lang: Language = Lang.en,
    overlay: Overlay = None,
) -> None:
    """Hold the assets of a household against the asset limit; for every year of a known limit.

    Example: reba assets case.json --json
    """
    result = asset_position(read_case(case), load_law(overlay))
    if as_json:
        print_json(result.to_record())
        return
    name = words(("Vermogen boven de grens", "Assets above the limit"), dutch=lang is Lang.nl)
    amount = format_euros(result.asset_excess_cents)
    _print_result(result, lang, f"{name} {result.household} {result.month}: {amount}")


def _value_record(value: DatedValue) -> dict[str, object]:
    record = value._asdict()
    del record["value"]
    return {
        **record,
        "value": value.value_text,
        "valid_from": value.valid_from.isoformat(),
        "valid_to": value.valid_to.isoformat() if value.valid_to else None,
    }


def _values_table(values: list[DatedValue]) -> None:
    table = Table(show_edge=False)
    for heading in ("parameter", "value", "unit", "from", "to", "status", "source"):
        table.add_column(heading, justify="right" if heading == "value" else "left")
    for value in values:
        until = str(value.valid_to) if value.valid_to else ""
        source = value.jci or value.url or ""
        table.add_row(
            value.name, value.value_text, value.unit, str(value.valid_from), until, value.status,
            source,
        )  # fmt: skip
    out.print(table)


@law_app.command("list")
def law_list(*, overlay: Overlay = None, lang: Language = Lang.en) -> None:
    """List the parameters with what they mean."""
    law = load_law(overlay)
    for name in law.names():
        parameter = law.parameter(name)
        title = words((parameter.title_nl, parameter.title_en), dutch=lang is Lang.nl)
        out.print(f"{name:<38}{title}", markup=False)


@law_app.command("show")
def law_show(
    name: Annotated[str, typer.Argument(help="A parameter, such as reba.exemption_maximum.")],
    *,
    overlay: Overlay = None,
    as_json: AsJson = False,
) -> None:
    """Show all that is known of one parameter: values, sources, gaps, undated amounts.

    Example: reba law show rva.clothing
    """
    parameter = load_law(overlay).parameter(name)
    if as_json:
        print_json({"name": name, "values": [_value_record(value) for value in parameter.values]})
        return
    out.print(f"{parameter.title_nl} / {parameter.title_en}", markup=False)
    _values_table(list(parameter.values))
    for value in parameter.values:
        if value.note:
            out.print(f"from {value.valid_from}: {value.note}", markup=False)
    for gap in parameter.gaps:
        out.print(f"no value from {gap.first} to {gap.last}: {gap.reason}", markup=False)
    for item in parameter.undated:
        out.print(
            f"not used: {item.value_text} {item.unit}, {item.said_of} ({item.url})", markup=False
        )


@law_app.command("on")
def law_on(
    month: Annotated[str, typer.Argument(help="A month, as 2015-03.")],
    *,
    overlay: Overlay = None,
    as_json: AsJson = False,
) -> None:
    """Show every parameter that has a value on the first day of a month.

    Example: reba law on 2015-03
    """
    day: date = Month.parse(month).first_day
    law = load_law(overlay)
    values = [
        value
        for name in law.names()
        for value in law.values(name)
        if value.valid_from <= day and (value.valid_to is None or day <= value.valid_to)
    ]
    if as_json:
        print_json({"month": month, "values": [_value_record(value) for value in values]})
    else:
        _values_table(values)


@law_app.command("check")
def law_check(*, overlay: Overlay = None, as_json: AsJson = False) -> None:
    """List gaps, ends, values that are not verified, and amounts without a period."""
    remarks = check_law(load_law(overlay))
    if as_json:
        records = [
            {
                "parameter": remark.parameter,
                "kind": remark.kind,
                "first": remark.first.isoformat() if remark.first else None,
                "last": remark.last.isoformat() if remark.last else None,
                "text": remark.text,
            }
            for remark in remarks
        ]
        print_json({"remarks": records})
        return
    for remark in remarks:
        period = " ".join(str(day) for day in (remark.first, remark.last) if day)
        out.print(f"{remark.parameter:<38}{remark.kind:<10}{period:<23}{remark.text}", markup=False)
    out.print(f"{len(remarks)} remarks")


@policy_app.command("check")
def policy_check(
    policy: Annotated[Path, typer.Argument(help="The policy file.")],
    *,
    lang: Language = Lang.en,
) -> None:
    """Validate a savings policy, and say what it means for one household.

    Example: reba policy check policy.toml --lang nl
    """
    out.print(describe_policy(load_policy(policy), lang.value), markup=False)
