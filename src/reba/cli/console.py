"""What commands share: output, options, reading, and the words for errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from reba.errors import RebaError
from reba.runs.month import file_sha256

__all__ = [
    "Account",
    "Actor",
    "AsJson",
    "Choices",
    "CommandId",
    "Lang",
    "Language",
    "LedgerPath",
    "LedgerPlace",
    "LegalBasis",
    "Overlay",
    "err",
    "evidence_digest",
    "out",
    "print_error",
    "print_json",
    "progress_bar",
]

# Texts are data: ":100:" in one is no picture.
out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


class Lang(StrEnum):
    """The languages that people read."""

    nl = "nl"
    en = "en"


Language: TypeAlias = Annotated[Lang, typer.Option("--lang", help="Language for people.")]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Overlay: TypeAlias = Annotated[
    Path | None,
    typer.Option("--overlay", help="Official amounts of your organisation, laid over the law."),
]
Choices: TypeAlias = Annotated[
    Path | None,
    typer.Option("--choices", help="What the municipality decides, for schemes that leave it."),
]
Account: TypeAlias = Annotated[str, typer.Argument(help="The household id.")]
LegalBasis: TypeAlias = Annotated[
    str, typer.Option("--basis", help="The decision or provision; no personal data.")
]
Actor: TypeAlias = Annotated[
    str, typer.Option("--actor", help="Who asks: a pseudonym or the name of a system.")
]
CommandId: TypeAlias = Annotated[
    str | None, typer.Option("--id", help="Idempotency key: the same one is booked once.")
]
_A_LEDGER = "The ledger: a file, or a postgresql:// address."
# A `Path` would make one slash of the two in an address.
LedgerPath: TypeAlias = Annotated[str, typer.Option("--ledger", help=_A_LEDGER)]
LedgerPlace: TypeAlias = Annotated[str, typer.Argument(help=_A_LEDGER)]


def evidence_digest(path: Path | None) -> str | None:
    """Return the digest of a document; the document itself never enters the ledger."""
    return None if path is None else file_sha256(path)


def print_json(record: Mapping[str, object]) -> None:
    """Print one JSON object, and nothing else, on standard output."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=2) + "\n")


def print_error(error: RebaError) -> None:
    """Say what is wrong and what to do, in plain sentences, on standard error."""
    err.print(f"[{error.code}] {error}", markup=False)
    if len(error.faults) > 1:
        for fault in error.faults:
            err.print(f"  {fault.path or '-'}: [{fault.code}] {fault.reason}", markup=False)
    for note in getattr(error, "__notes__", ()):
        err.print(f"  {note}", markup=False)


@contextmanager
def progress_bar(label: str, total: int) -> Generator[Callable[[int], None] | None]:
    """Show progress on a terminal, and yield what to tell it; elsewhere show nothing."""
    if not err.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)
