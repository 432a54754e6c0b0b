"""Write a report (rapport): the pages for people, and the same figures as files for machines.

1. Everything is written beside its place first. Only when all of it is on the disk does each file
   get its name, so that no page stands beside figures of another simulation after a fault.
2. The same simulation gives the same bytes.
3. The pages hold no id of a household. `simulation.json` holds those that were refused.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from reba.errors import SimulationError, UsageError
from reba.files import part_of, put_in_place, remove, write_beside
from reba.simulation.budget_lines import BudgetLine
from reba.simulation.figures import ParameterRuns
from reba.simulation.report_shown import Shown, shown_of
from reba.simulation.report_tables import Cell, DataTable, tables_of
from reba.simulation.report_words import Language
from reba.simulation.results import Simulation

__all__ = [
    "LANGUAGES",
    "simulation_record",
    "study_record",
    "write_data",
    "write_files",
    "write_report",
]

LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _csv(table: DataTable) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_text(cell) for cell in row] for row in table.rows())
    return text.getvalue().encode()


def _parquet(table: DataTable) -> bytes:
    arrow: Any = import_module("pyarrow")
    kinds = {"text": arrow.string(), "integer": arrow.int64(), "boolean": arrow.bool_()}
    rows = list(table.rows())
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    arrays = [
        arrow.array(values, type=kinds[kind])
        for values, kind in zip(columns, table.columns.values(), strict=True)
    ]
    buffer = io.BytesIO()
    data = arrow.Table.from_arrays(arrays, names=list(table.columns))
    import_module("pyarrow.parquet").write_table(data, buffer, compression="zstd")
    return buffer.getvalue()


def _variant_record(each: Shown) -> dict[str, object]:
    variant = each.variant
    return {
        "letter": each.letter,
        "name": variant.name,
        "policy": {
            "id": variant.policy_id,
            "title": variant.policy_title,
            "status": variant.policy_status,
            "source": variant.policy_source,
            "digest": variant.policy_digest,
            "record": dict(variant.policy_record),
        },
        "law_digest": variant.law_digest,
        "reform": variant.reform,
        "provisional": variant.provisional,
        "provisional_because": list(variant.provisional_because),
    }


def simulation_record(
    simulation: Simulation, shown: Sequence[Shown], tables: Sequence[DataTable]
) -> dict[str, object]:
    """Return a simulation as plain data (gegevens): what it is about, and every table of it.

    Args:
        simulation: what was found.
        shown: its variants with what was measured.
        tables: its tables, each as a list of columns and a list of rows.
    """
    choices = simulation.choices_record
    return {
        "format": "reba-simulation/1",
        "engine_version": simulation.engine_version,
        "months": simulation.months,
        "calendar": simulation.calendar,
        "first_months": list(simulation.first_months),
        "households": simulation.households,
        "persons": simulation.persons,
        "rows": simulation.rows,
        "made": simulation.made,
        "schemes": list(simulation.schemes),
        "refused": dict(simulation.refused),
        "refusals": [refusal._asdict() for refusal in simulation.refusals],
        "not_supplied": dict(simulation.not_supplied),
        "assumptions_digest": simulation.assumptions.digest,
        "assumptions": simulation.assumptions.to_record(),
        "choices_digest": simulation.choices_digest,
        "choices": None if choices is None else dict(choices),
        "variants": [_variant_record(each) for each in shown],
        "tables": {
            table.name: {
                "columns": list(table.columns),
                "rows": [list(row) for row in table.rows()],
            }
            for table in tables
        },
    }


def _pages() -> ModuleType:
    try:
        import_module("matplotlib")
    except ModuleNotFoundError as error:
        raise UsageError("usage.extra", extra="sim") from error
    return import_module("reba.simulation.report_page")


def _data_files(
    simulation: Simulation, budget_lines: Sequence[BudgetLine], runs: Sequence[ParameterRuns]
) -> dict[str, bytes]:
    """Return the files for machines by name: every table, and all of them as one record."""
    shown = shown_of(simulation)
    tables = tables_of(simulation, shown, budget_lines, runs)
    with_parquet = find_spec("pyarrow") is not None
    files: dict[str, bytes] = {}
    for table in tables:
        files[f"{table.name}.csv"] = _csv(table)
        if with_parquet:
            files[f"{table.name}.parquet"] = _parquet(table)
    record = simulation_record(simulation, shown, tables)
    text = json.dumps(record, ensure_ascii=False, indent=1)
    files["simulation.json"] = text.encode() + b"\n"
    return files


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write every file beside its place, and then give each its name; the folder is made.

    Raises:
        SimulationError: simulation.output.
    """
    parts = {name: part_of(folder / name, hidden=True) for name in files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            write_beside(parts[name], data)
        for name in files:
            put_in_place(parts[name], folder / name, replace=True)
    except OSError as error:
        reason = error.strerror or "the disk refuses"
        raise SimulationError("simulation.output", place=str(folder), reason=reason) from error
    finally:
        for part in parts.values():
            remove(part)
    return tuple(folder / name for name in files)


def write_report(
    simulation: Simulation,
    budget_lines: Sequence[BudgetLine],
    folder: Path,
    languages: Sequence[Language] = LANGUAGES,
    *,
    runs: Sequence[ParameterRuns] = (),
) -> tuple[Path, ...]:
    """Write the report of a simulation into a folder (rapport), and return its files.

    Files of the same name are replaced. Parquet is written where the extra `parquet` is installed.

    Args:
        simulation: what was found, for one to five variants.
        budget_lines: what typical households keep of their earnings, once for each policy.
        folder: where the files go; made where there is none.
        languages: the languages of the pages, "nl" and "en".
        runs: results with one parameter lower and higher, of the first variant.

    Raises:
        SimulationError: simulation.too_many_to_show, simulation.output.
        UsageError: usage.extra, where matplotlib is not installed.
    """
    files = _data_files(simulation, budget_lines, runs)
    pages = _pages()
    for language in languages:
        page: str = pages.report_html(
            simulation, budget_lines, language, runs=runs, files=tuple(files)
        )
        files[f"report-{language}.html"] = page.encode()
    return write_files(folder, files)


def study_record(
    simulation: Simulation,
    budget_lines: Sequence[BudgetLine],
    *,
    runs: Sequence[ParameterRuns] = (),
) -> dict[str, object]:
    """Return a simulation with all its tables as plain data: what `simulation.json` holds."""
    shown = shown_of(simulation)
    return simulation_record(simulation, shown, tables_of(simulation, shown, budget_lines, runs))


def write_data(
    simulation: Simulation,
    budget_lines: Sequence[BudgetLine],
    folder: Path,
    *,
    runs: Sequence[ParameterRuns] = (),
) -> tuple[Path, ...]:
    """Write the files for machines alone, as for a sweep of more variants than a page shows.

    Raises:
        SimulationError: simulation.output.
    """
    return write_files(folder, _data_files(simulation, budget_lines, runs))
