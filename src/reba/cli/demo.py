"""`reba demo`: the main job on shipped input, in a temporary folder, from facts to audit.

What it prints as a command is the command that it runs.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

import typer

from reba.cli.console import out
from reba.errors import RebaError

__all__ = ["demo"]

_FILES: Final = ("facts.jsonl", "april.jsonl", "corrected.jsonl", "policy.toml")
_ALL: Final = " --ledger coa.reba"
_ASK: Final = " --policy policy.toml --ledger coa.reba"

_STORY: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "Two months. The same run again books nothing.",
        (
            "reba run facts.jsonl --month 2015-03" + _ASK,
            "reba run facts.jsonl --month 2015-03" + _ASK,
            "reba run april.jsonl --month 2015-04" + _ASK,
        ),
    ),
    (
        "A wage of March turns out to be 950.00, not 1250.00.",
        ("reba revise corrected.jsonl --because corrected_facts" + _ALL,),
    ),
    (
        "An early request is refused, with what must happen first. Then comes the permit.",
        (
            "reba release request H-0002 --purpose furnishing --amount 60.00 --evidence quote.txt"
            " --on 2015-05-04 --actor kees" + _ASK,
            "reba procedure record H-0002 --member P-1 --type granted --on 2015-05-20"
            ' --final-on 2015-05-20 --basis "decision of 20 May"' + _ALL,
            "reba procedure record H-0002 --member P-2 --type granted --on 2015-05-20"
            ' --final-on 2015-05-20 --basis "decision of 20 May"' + _ALL,
            "reba release options H-0002 --on 2015-06-01" + _ASK,
        ),
    ),
    (
        "Two releases are asked for, approved by someone else, and paid; one comes back.",
        (
            "reba release request H-0002 --purpose furnishing --amount 60.00 --evidence quote.txt"
            " --on 2015-06-01 --actor kees" + _ASK,
            "reba release request H-0002 --purpose deposit --amount 40.00 --evidence lease.txt"
            " --on 2015-06-01 --actor kees" + _ASK,
            "reba release approve {0} --on 2015-06-02 --actor kees" + _ASK,
            "reba release approve {0} --on 2015-06-02 --actor anna" + _ASK,
            "reba release approve {1} --on 2015-06-02 --actor anna" + _ASK,
            "reba release pay {0} {1} --batch 2015-06-A --on 2015-06-03" + _ALL,
            "reba release return {1} --because account_unknown --on 2015-06-05" + _ALL,
        ),
    ),
    (
        "What the household reads, and what an accountant checks.",
        (
            "reba statement H-0002 --lang en --valid-on 2015-06-05" + _ALL,
            "reba audit coa.reba",
        ),
    ),
)


@contextmanager
def _folder() -> Generator[Path]:
    """Work in a temporary folder, and leave it."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="reba-demo-") as name:
        folder = Path(name)
        for file in _FILES:
            source = resources.files("reba.cli") / "demo_data" / file
            (folder / file).write_bytes(source.read_bytes())
        (folder / "quote.txt").write_text("A table and two chairs.\n", encoding="utf-8")
        (folder / "lease.txt").write_text("A lease.\n", encoding="utf-8")
        os.chdir(folder)
        try:
            yield folder
        finally:
            os.chdir(before)


def _damage(ledger: Path, copy: Path) -> None:
    """Change one amount in a copy, as someone with the database tools could."""
    shutil.copy(ledger, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DROP TRIGGER entries_erase_only")
        connection.execute(
            "UPDATE entries SET body = replace(body, '\"reserved_cents\":', "
            "'\"reserved_cents\":9') WHERE seq = "
            "(SELECT min(seq) FROM entries WHERE kind = 'savings.reserved')"
        )


def _give(command: str, call: Callable[[Sequence[str]], object]) -> None:
    """Print a command and run it; what it refuses is part of the story."""
    out.print(f"\n$ {command}", markup=False)
    try:
        call(shlex.split(command)[1:])
    except RebaError as error:
        out.print(f"[{error.code}] {error}", markup=False)
    sys.stdout.flush()


def _releases(folder: Path) -> list[str]:
    from reba.ledger.ledger import open_ledger  # noqa: PLC0415 (only the demo's own question)

    if not (folder / "coa.reba").exists():
        return []
    with open_ledger(folder / "coa.reba", read_only=True) as ledger:
        return [release.release for release in ledger.account("H-0002").releases]


def demo(context: typer.Context) -> None:
    """Run the main job on shipped input: two months, a correction, releases, an audit.

    Everything happens in a temporary folder, which is removed afterwards.
    """
    root = context.find_root().command

    def call(arguments: Sequence[str]) -> object:
        return root.main(list(arguments), prog_name="reba", standalone_mode=False)

    with _folder() as folder:
        for number, (what, commands) in enumerate(_STORY):
            if number:
                out.print()
            out.print(f"# {what}", markup=False)
            for command in commands:
                _give(command.format(*_releases(folder), "", ""), call)
        _damage(folder / "coa.reba", folder / "copy.reba")
        out.print("\n# A copy in which one amount was changed.", markup=False)
        _give("reba audit copy.reba", call)
