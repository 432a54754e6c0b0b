"""`reba simulate`: what a policy would do, for those who must decide it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from reba.cli.console import (
    AsJson,
    Choices,
    Lang,
    Language,
    Overlay,
    err,
    out,
    print_json,
    progress_bar,
)
from reba.error_codes import EXIT_FINDINGS
from reba.errors import SimulationError, UsageError
from reba.facts import HouseholdMonth
from reba.law.choices import load_choices
from reba.law.parameters import Law, load_law
from reba.runs.outputs import reject_record
from reba.runs.rows import count_bytes, read_rows
from reba.runs.workers import worker_pool
from reba.savings.policy import load_policy
from reba.simulation.assumptions import load_assumptions
from reba.simulation.results import CALENDARS, Calendar

if TYPE_CHECKING:
    from reba.simulation.run import Variant
    from reba.simulation.studying import Study

__all__ = ["simulate_command"]

_TOLD_EVERY: Final = 1_000


def _require_extra() -> None:
    if find_spec("numpy") is None:
        raise UsageError("usage.extra", extra="sim")


class _Facts:
    """The facts of a file, row by row; rows that cannot be used are kept for the rejects."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.rejects: list[dict[str, object]] = []
        self.progress: Callable[[int], None] | None = None

    def __iter__(self) -> Iterator[HouseholdMonth]:
        for number, row in enumerate(read_rows(self._path)):
            if self.progress is not None and number % _TOLD_EVERY == 0:
                self.progress(row.bytes_read)
            if row.facts is None:
                self.rejects.append(
                    reject_record(self._path.name, row.line, row.text, "", row.faults)
                )
            else:
                yield row.facts


def _pairs(texts: Sequence[str], option: str) -> dict[str, str]:
    """Read "name=value" options."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name or not value or name in found:
            raise UsageError(
                "usage.option", reason=f"{option} {text} is no name=value, or stands twice"
            )
        found[name] = value
    return found


def _variants(
    policies: Sequence[Path],
    law: Law,
    reforms: Sequence[Path],
    settings: Sequence[str],
    axes: Sequence[str],
) -> tuple[Variant, ...]:
    from reba.simulation.reform import Reform, reformed  # noqa: PLC0415 (needs the extra `sim`)
    from reba.simulation.simulating import variants_of  # noqa: PLC0415
    from reba.simulation.sweep import grid  # noqa: PLC0415

    loaded = [load_policy(path) for path in policies]
    changed = [Reform(path.stem, law.with_overlay(path)) for path in reforms]
    changes = _pairs(settings, "--set")
    if changes:
        name = ", ".join(f"{parameter} = {value}" for parameter, value in changes.items())
        changed.append(Reform(name, reformed(law, changes, source="--set")))
    if not axes:
        return variants_of(loaded, law, changed)
    if len(loaded) != 1 or changed:
        raise UsageError("usage.option", reason="--grid wants one policy and no reform")
    values = {name: text.split(",") for name, text in _pairs(axes, "--grid").items()}
    return grid(loaded[0], law, values)


def _calendar(text: str) -> Calendar:
    for calendar in CALENDARS:
        if text == calendar:
            return calendar
    raise UsageError("usage.option", reason=f"--calendar is one of {', '.join(CALENDARS)}")


def _print_study(found: Study, language: Lang) -> None:
    """Print the figures of every variant, side by side."""
    from reba.simulation.report_shown import shown_of  # noqa: PLC0415
    from reba.simulation.report_terminal import terminal_rows  # noqa: PLC0415

    simulation = found.simulation
    head, rows, notes = terminal_rows(simulation, shown_of(simulation), language.value)
    table = Table(*head, show_edge=False, collapse_padding=True, pad_edge=False)
    for number, column in enumerate(table.columns):
        column.overflow = "fold"  # nothing is cut off: half an amount would be another amount
        if number:
            column.justify, column.min_width = "right", max(len(row[number]) for row in rows)
    for row in rows:
        table.add_row(*row)
    out.print(table)
    for note in notes:
        out.print(note, markup=False)


def _write(found: Study, facts: _Facts, folder: Path) -> None:
    from reba.simulation.report import write_data, write_files, write_report  # noqa: PLC0415
    from reba.simulation.report_shown import VARIANTS_MAX  # noqa: PLC0415

    if len(found.simulation.variants) <= VARIANTS_MAX:
        files = write_report(found.simulation, found.lines, folder, runs=found.runs)
    else:
        files = write_data(found.simulation, found.lines, folder, runs=found.runs)
    text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in facts.rejects)
    rejects = write_files(folder, {"rejects.jsonl": text.encode()})
    for file in (*files, *rejects):
        err.print(f"written {file}", markup=False)


def _trace(
    facts: _Facts,
    variants: Sequence[Variant],
    household: str,
    index: int,
    months: int,
    calendar: Calendar,
    choices: Path | None,
    collection_share: tuple[int, int],
) -> None:
    """Print the facts of one household in one simulated month, as `reba assess` takes them."""
    from reba.simulation.chunks import Reports, reports_of  # noqa: PLC0415
    from reba.simulation.one_by_one import lived_months  # noqa: PLC0415

    if not 0 <= index < months:
        raise SimulationError("simulation.months", months=index + 1, maximum=months)
    own = [each for each in facts if each.household == household]
    reports = next(iter(reports_of(own)), None)
    if reports is None:
        raise SimulationError("simulation.no_household", household=household)
    if not isinstance(reports, Reports):
        raise reports
    loaded = None if choices is None else load_choices(choices)
    for number, variant in enumerate(variants):
        month = lived_months(
            reports,
            variant.policy,
            variant.law,
            months=index + 1,
            calendar=calendar,
            collection_share=collection_share,
            choices=loaded,
        )[index]
        if number == 0:
            sys.stdout.write(month.facts.record_json() + "\n")
        err.print(
            f"{variant.name}: contribution {month.assessment.contribution_cents} cents, collected "
            f"{month.collected_cents}, reserved {month.reserve.reserved_cents}, balance "
            f"{month.balance_cents}",
            markup=False,
        )


def simulate_command(
    facts: Annotated[
        list[Path],
        typer.Argument(help="Facts: .jsonl, .json or .csv; after them, more policies."),
    ],
    policy: Annotated[
        list[Path], typer.Option("--policy", help="Savings policy files: one, or several.")
    ],
    assumptions: Annotated[
        Path, typer.Option("--assumptions", help="How long people stay, how stays end, and so on.")
    ],
    months: Annotated[int, typer.Option("--months", help="How many months are lived through.")],
    *,
    calendar: Annotated[
        str,
        typer.Option(
            "--calendar",
            help="standing: the law of the first month stands still. running: months run on.",
        ),
    ] = "standing",
    reform: Annotated[
        list[Path] | None,
        typer.Option("--reform", help="An overlay to compare with the law as it is."),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="A reform of one value: reba.exemption_maximum=250.00."),
    ] = None,
    axis: Annotated[
        list[str] | None,
        typer.Option("--grid", help="A sweep: reserve.share=0.25,0.50, or a parameter of the law."),
    ] = None,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity", help="Move every number of the first policy by a tenth."),
    ] = False,
    overlay: Overlay = None,
    choices: Choices = None,
    out_folder: Annotated[
        Path | None, typer.Option("--out", help="Folder for the report and its files.")
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, max=64, help="Processes that compute.")
    ] = 0,
    trace: Annotated[
        str | None,
        typer.Option("--trace", help="Print the facts of this household in one month."),
    ] = None,
    month_index: Annotated[
        int, typer.Option("--month-index", help="Which month to trace; the first is 0.")
    ] = 0,
    language: Language = Lang.nl,
    as_json: AsJson = False,
) -> None:
    """Live a population through some months under several policies, and compare them.

    Nothing is booked. Amounts are exact to the cent; what was assumed is told with them.

    Example: reba simulate made.jsonl --policy half.toml --assumptions a.toml --months 36 --out f
    """
    _require_extra()
    from reba.simulation.report import study_record, write_files  # noqa: PLC0415
    from reba.simulation.studying import study  # noqa: PLC0415

    path, *more = facts
    law, assumed, reading = load_law(overlay), load_assumptions(assumptions), _Facts(path)
    variants = _variants([*policy, *more], law, reform or (), setting or (), axis or ())
    chosen = _calendar(calendar)
    if trace is not None:
        share = assumed.collection_share
        pair = (share.numerator, share.denominator)
        _trace(reading, variants, trace, month_index, months, chosen, choices, pair)
        return
    size = count_bytes(path)
    if out_folder is not None:  # before the work that would be lost
        write_files(out_folder, {})
    pool = worker_pool(workers) if workers else nullcontext()
    with progress_bar("Simulating", size) as progress, pool as executor:
        reading.progress = progress
        found = study(
            reading,
            variants,
            assumed,
            months=months,
            calendar=chosen,
            choices=None if choices is None else load_choices(choices),
            sensitivity=sensitivity,
            lines=out_folder is not None or as_json,
            executor=executor,
            workers=workers or 1,
        )
    if out_folder is not None:
        _write(found, reading, out_folder)
    if as_json:
        print_json(study_record(found.simulation, found.lines, runs=found.runs))
    else:
        _print_study(found, language)
    if reading.rejects or found.simulation.refused:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FINDINGS)
