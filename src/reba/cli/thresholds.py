"""`reba thresholds`: the page a municipality publishes."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import Annotated, Final

import typer

from reba.cli.console import Lang, Language, Overlay, out, print_json
from reba.cli.pages import Format, write_page
from reba.errors import UsageError
from reba.facts import MEMBERS_MAX
from reba.law.parameters import load_law
from reba.law.rooo import thresholds
from reba.months import Month
from reba.statements.thresholds import (
    explain_thresholds,
    household_record,
    make_threshold_table,
    threshold_csv,
    threshold_record,
    threshold_statement,
)

__all__ = ["thresholds_command"]


_HOUSEHOLD: Final = re.compile(r"([0-9]{1,2})\+([0-9]{1,2})")


class Form(StrEnum):
    """The forms of the table."""

    text = "text"
    csv = "csv"
    json = "json"
    html = "html"
    pdf = "pdf"


def _household(text: str) -> tuple[int, int]:
    match = _HOUSEHOLD.fullmatch(text)
    adults, children = (int(each) for each in match.groups()) if match else (0, 0)
    if not 0 < adults + children <= MEMBERS_MAX:
        reason = f"--explain takes adults+children, as 1+2, of at most {MEMBERS_MAX} together"
        raise UsageError("usage.option", reason=reason)
    return adults, children


def thresholds_command(
    *,
    month: Annotated[str, typer.Option("--month", help="The month, as 2025-10.")],
    catering: Annotated[bool, typer.Option("--catering", help="Meals are served.")] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", help="Derive one household: adults+children, 1+2.")
    ] = None,
    lang: Language = Lang.nl,
    form: Annotated[
        Form, typer.Option("--format", help="text, csv, json, html or pdf.")
    ] = Form.text,
    overlay: Overlay = None,
) -> None:
    """Print leefgeld, thresholds and full contribution of one and two adults up to ten persons.

    Example: reba thresholds --month 2025-10 --format html > drempelbedragen.html
    """
    law, at = load_law(overlay), Month.parse(month)
    if explain is not None:
        adults, children = _household(explain)
        if form not in {Form.text, Form.json}:
            raise UsageError("usage.option", reason="--explain is printed as text or json")
        row = thresholds(at, adults, children, catering, law)
        if form is Form.json:
            print_json({"month": str(at), "catering": catering, **household_record(row)})
        else:
            out.print(explain_thresholds(row, lang.value), markup=False)
        return
    table = make_threshold_table(at, law, catering=catering)
    if form is Form.json:
        print_json(threshold_record(table))
    elif form is Form.csv:
        sys.stdout.write(threshold_csv(table))
    else:
        write_page(threshold_statement(table, lang.value), Format(form.value), None)
