"""Write a page for people: as text, HTML or PDF, to a file or to standard output."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from reba.errors import RunError, UsageError
from reba.statements.blocks import Page
from reba.statements.page import statement_html
from reba.statements.pdf import require_renderer, statement_pdf
from reba.statements.text import statement_text

__all__ = ["Form", "Format", "Out", "check_form", "form_of", "write_page"]


class Format(StrEnum):
    """The forms of a page."""

    text = "text"
    html = "html"
    pdf = "pdf"


Form: TypeAlias = Annotated[
    Format | None,
    typer.Option("--format", help="text, html or pdf; by default what the name of --out ends in."),
]
Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", help="The file to write; by default standard output.")
]


def form_of(form: Format | None, path: Path | None) -> Format:
    """Return the form that is asked for, or else the one that the name of the file ends in."""
    if form is not None:
        return form
    if path is None or path.suffix.lower() not in {".html", ".pdf"}:
        return Format.text
    return Format(path.suffix.lower().removeprefix("."))


def check_form(path: Path) -> None:
    """Refuse a file that could not be written in its form, before what takes long.

    Raises:
        UsageError: usage.extra where the extra `pdf` is not installed.
        PageError: page.library.
    """
    if form_of(None, path) is Format.pdf:
        require_renderer()


def _to_standard_output(data: bytes, form: Format) -> None:
    if form is not Format.pdf:
        sys.stdout.write(data.decode())
        return
    if sys.stdout.isatty():
        raise UsageError("usage.option", reason="a PDF is no text for a terminal: give --out")
    sys.stdout.buffer.write(data)


def write_page(page: Page, form: Format | None, path: Path | None) -> None:
    """Write a page for people.

    Raises:
        RunError: run.output.
        UsageError: usage.option; usage.extra where the extra `pdf` is not installed.
        PageError: page.library, page.layout.
    """
    found = form_of(form, path)
    if found is Format.pdf:
        data = statement_pdf(page)
    else:
        data = (statement_html if found is Format.html else statement_text)(page).encode()
    if path is None:
        _to_standard_output(data, found)
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        reason = error.strerror or "unwritable"
        raise RunError("run.output", place=str(path), reason=reason) from error
