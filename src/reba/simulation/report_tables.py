"""The figures of a report as tables for machines: the same rows as CSV, Parquet and JSON.

1. Amounts are whole cents, in columns that end in `_cents`. Nothing is written with a decimal.
2. Every row of a variant says whether it is provisional.
3. What is not known is empty; it is never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from reba.simulation.budget_lines import BudgetLine
from reba.simulation.figures import ParameterRuns, figures_of, sensitivity
from reba.simulation.measures import ALL, WORKING
from reba.simulation.report_shown import Shown
from reba.simulation.results import Simulation

__all__ = ["Cell", "DataTable", "Kind", "tables_of"]

Kind: TypeAlias = Literal["text", "integer", "boolean"]
Cell: TypeAlias = str | int | bool | None
Columns: TypeAlias = Mapping[str, Kind]
Rows: TypeAlias = Iterator[tuple[Cell, ...]]

_FIGURES: Final = ("saved_cents", "receives_less_cents", "receives_less_total_cents")


class DataTable(NamedTuple):
    """A table of a report (gegevenstabel): its name, the kind of each column, and its rows."""

    name: str
    columns: Columns
    rows: Callable[[], Rows]


def _integers(*names: str) -> Columns:
    return dict.fromkeys(names, "integer")


def _texts(*names: str) -> Columns:
    return dict.fromkeys(names, "text")


_PROVISIONAL: Final[Columns] = {"provisional": "boolean"}

_MONTHS: Final[Columns] = {
    **_texts("variant", "type"), **_PROVISIONAL, **_integers(
        "households", "persons", "month_index", "contribution_cents", "withdrawn_cents",
        "collected_cents", "reserved_cents", "balance_cents",
    ),
}  # fmt: skip
_ENDINGS: Final[Columns] = {
    **_texts("variant", "type"), **_PROVISIONAL, **_integers("households", "stay_months"),
    **_texts("outcome"), **_integers(
        "balance_cents", "released_cents", "paid_out_cents", "remitted_cents", "held_cents",
        "estate_cents",
    ),
}  # fmt: skip
_COVERED: Final[Columns] = {
    **_texts("variant", "type"), **_PROVISIONAL, **_texts("target"),
    **_integers("target_cents", "month_index", "covered", "households"),
}  # fmt: skip
_BALANCES: Final[Columns] = {
    **_texts("variant", "type"), **_PROVISIONAL,
    **_integers("stay_months", "balance_euros", "households"),
}  # fmt: skip
_MEASURES: Final[Columns] = {
    **_texts("variant", "group"), **_PROVISIONAL, **_integers("households", "persons"),
    **_texts("figure"), **_integers("value"),
}  # fmt: skip
_LINES: Final[Columns] = {
    **_texts("scheme", "month", "household", "policy_digest"), **_PROVISIONAL, **_integers(
        "earnings_cents", "contribution_cents", "leefgeld_withdrawn_cents", "reserved_cents",
        "kept_cents", "kept_with_savings_cents", "kept_least_cents", "kept_most_cents",
    ),
}  # fmt: skip
_CLIFFS: Final[Columns] = {
    **_texts("scheme", "month", "household", "policy_digest"), **_PROVISIONAL,
    **_integers("earnings_cents", "loss_cents", "loss_with_savings_cents"), **_texts("legal"),
}  # fmt: skip
_PARAMETERS: Final[Columns] = {
    **_texts("variant", "name", "title_nl", "title_en", "value", "unit", "valid_from", "valid_to",
             "status", "source"),
}  # fmt: skip
_ASSUMPTIONS: Final[Columns] = _texts("path", "value", "status", "source", "label_nl", "label_en")
_SENSITIVITY: Final[Columns] = {
    **_texts("parameter", "group", "figure", "low_value", "base_value", "high_value"),
    **_integers("low", "base", "high"),
}


def _months(shown: Sequence[Shown]) -> Rows:
    for each in shown:
        for one in each.variant.types:
            columns = (one.contribution_cents, one.withdrawn_cents, one.collected_cents,
                       one.reserved_cents, one.balance_cents)  # fmt: skip
            head = (
                each.variant.name,
                one.type.key,
                each.variant.provisional,
                one.households,
                one.persons,
            )
            for index, amounts in enumerate(zip(*columns, strict=True)):
                yield (*head, index, *amounts)


def _endings(shown: Sequence[Shown]) -> Rows:
    for each in shown:
        for one in each.variant.types:
            head = (each.variant.name, one.type.key, each.variant.provisional, one.households)
            for (stay, outcome), ending in one.endings.items():
                yield (*head, stay, outcome, *ending)


def _covered(shown: Sequence[Shown], simulation: Simulation) -> Rows:
    for each in shown:
        for one in each.variant.types:
            head = (each.variant.name, one.type.key, each.variant.provisional)
            for target in simulation.assumptions.targets:
                for index, count in enumerate(one.covered[target.name]):
                    yield (*head, target.name, target.cents, index, count, one.households)


def _balances(shown: Sequence[Shown]) -> Rows:
    for each in shown:
        for one in each.variant.types:
            head = (each.variant.name, one.type.key, each.variant.provisional)
            for stay, counts in one.balances.items():
                for euros, households in counts.items():
                    yield (*head, stay, euros, households)


def _measures(shown: Sequence[Shown]) -> Rows:
    for each in shown:
        for key, found in each.measures.items():
            head = (
                each.variant.name,
                key,
                each.variant.provisional,
                found.households,
                found.persons,
            )
            for name, figure in figures_of(found).items():
                yield (*head, name, figure)


def _lines(lines: Sequence[BudgetLine]) -> Rows:
    for line in lines:
        head = (line.scheme, str(line.month), line.household, line.policy_digest, line.provisional)
        for point in line.points:
            bounds = point.bounds
            kept = (None, None) if bounds is None else (bounds.kept_least_cents,
                                                        bounds.kept_most_cents)  # fmt: skip
            yield (
                *head, point.earnings_cents, point.contribution_cents,
                point.leefgeld_withdrawn_cents, point.reserved_cents, point.kept_cents,
                point.kept_with_savings_cents, *kept,
            )  # fmt: skip


def _cliffs(lines: Sequence[BudgetLine]) -> Rows:
    for line in lines:
        head = (line.scheme, str(line.month), line.household, line.policy_digest, line.provisional)
        for cliff in line.cliffs:
            amounts = (cliff.earnings_cents, cliff.loss_cents, cliff.loss_with_savings_cents)
            yield (*head, *amounts, " ".join(cliff.legal))


def _parameters(shown: Sequence[Shown]) -> Rows:
    for each in shown:
        for used in each.variant.law_values:
            value = used.value
            until = None if value.valid_to is None else value.valid_to.isoformat()
            source = ", ".join(part for part in (value.jci, value.url, value.note) if part)
            yield (
                each.variant.name, value.name, used.title_nl, used.title_en, value.value_text,
                value.unit, value.valid_from.isoformat(), until, value.status, source,
            )  # fmt: skip


def _sensitivity(runs: Sequence[ParameterRuns]) -> Rows:
    for group in (ALL, WORKING):
        for figure, swings in sensitivity(runs, figures=_FIGURES, group=group).items():
            for swing in swings:
                ends = (swing.low, swing.base, swing.high)
                yield (swing.parameter, group, figure, *swing.values, *ends)


def tables_of(
    simulation: Simulation,
    shown: Sequence[Shown],
    lines: Sequence[BudgetLine],
    runs: Sequence[ParameterRuns] = (),
) -> tuple[DataTable, ...]:
    """Return every table of a report (gegevenstabellen), by name.

    Args:
        simulation: what was found.
        shown: its variants with what was measured.
        lines: what typical households keep of their earnings.
        runs: results with one parameter lower and higher.
    """
    tables = [
        DataTable("months", _MONTHS, lambda: _months(shown)),
        DataTable("endings", _ENDINGS, lambda: _endings(shown)),
        DataTable("covered", _COVERED, lambda: _covered(shown, simulation)),
        DataTable("balances", _BALANCES, lambda: _balances(shown)),
        DataTable("measures", _MEASURES, lambda: _measures(shown)),
        DataTable("assumptions", _ASSUMPTIONS, lambda: iter(simulation.assumptions.lines)),
        DataTable("parameters", _PARAMETERS, lambda: _parameters(shown)),
        DataTable("budget-lines", _LINES, lambda: _lines(lines)),
        DataTable("cliffs", _CLIFFS, lambda: _cliffs(lines)),
    ]
    if runs:
        tables.append(DataTable("sensitivity", _SENSITIVITY, lambda: _sensitivity(runs)))
    return tuple(tables)
