"""`reba population`: made households in the format of the facts. Nobody in them exists."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from reba.cli.console import err
from reba.errors import RunError
from reba.files import new_file, part_of, put_in_place, remove
from reba.simulation.assumptions import Assumptions, load_assumptions
from reba.simulation.population import make_population

__all__ = ["population_app"]

population_app = typer.Typer(no_args_is_help=True, help="Made populations, for simulations.")


def _lines(facts: Iterable[dict[str, object]]) -> Iterable[str]:
    return (json.dumps(each, separators=(",", ":")) + "\n" for each in facts)


def _write(lines: Iterable[str], place: Path) -> None:
    """Write a file that is not there yet: whole, or not at all."""
    part = part_of(place)
    try:
        part.unlink(missing_ok=True)
        with new_file(part) as opened:
            file = io.TextIOWrapper(opened, encoding="utf-8", newline="\n")
            file.writelines(lines)
            file.detach()  # `new_file` brings it to the disk
        put_in_place(part, place)
    except OSError as error:
        remove(part)
        reason = error.strerror or "another file has its name"
        raise RunError("run.output", place=str(place), reason=reason) from error


def _label(assumptions: Assumptions, households: int, seed: int) -> str:
    return (
        f"MADE: nobody in these {households} households exists. Drawn with seed {seed} from the "
        f"assumptions {assumptions.id!r} (sha256 {assumptions.digest})."
    )


@population_app.command("make")
def make_command(
    *,
    assumptions: Annotated[
        Path, typer.Option("--assumptions", help="The file: of whom it consists.")
    ],
    households: Annotated[int, typer.Option("--households", min=1, help="How many.")],
    seed: Annotated[int, typer.Option("--seed", help="Another seed makes other households.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write to this file; else to standard output.")
    ] = None,
) -> None:
    """Draw households from assumptions, as JSON lines of facts: the same options, the same bytes.

    Their ids begin with M, for made. What they are is said on standard error as well.

    Example: reba population make --assumptions made.toml --households 1000 --seed 1 > made.jsonl
    """
    from_file = load_assumptions(assumptions)
    lines = _lines(make_population(from_file, households=households, seed=seed))
    if out is None:
        sys.stdout.writelines(lines)
    else:
        _write(lines, out)
    err.print(_label(from_file, households, seed), markup=False)
