"""`reba catalog`, and the options by which a document is written in another language."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from reba.cli.console import AsJson, Lang, err, out, print_json
from reba.error_code import EXIT_FINDINGS
from reba.errors import RunError, UsageError
from reba.statements.blocks import Language, Page
from reba.statements.catalog import Catalog
from reba.statements.catalog_files import catalog_template, check_catalog, load_catalog
from reba.statements.messages import messages

__all__ = ["AllowIncomplete", "CatalogFile", "catalog_app", "language_of", "tell_untranslated"]

catalog_app = typer.Typer(
    no_args_is_help=True, help="Translations of what residents read, as files (gettext, .po)."
)

CatalogFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--catalog", help="A translation (.po) to write it in, in place of --lang."),
]
AllowIncomplete: TypeAlias = Annotated[
    bool,
    typer.Option("--allow-incomplete", help="Let what the translation lacks stand in Dutch."),
]


def language_of(lang: Lang, catalog: Path | None, *, may_lack: bool) -> Language | Catalog:
    """Return the language that a document is asked in.

    Raises:
        CatalogError: catalog.file, catalog.language, catalog.incomplete.
        UsageError: usage.option.
    """
    if catalog is not None:
        return load_catalog(catalog, may_lack=may_lack)
    if may_lack:
        raise UsageError("usage.option", reason="--allow-incomplete goes with --catalog")
    return lang.value


def tell_untranslated(page: Page) -> None:
    """Name on standard error the texts of a page that stand in Dutch."""
    if page.untranslated:
        names = ", ".join(page.untranslated)
        err.print(f"In Dutch, since the catalog lacks them: {names}.", markup=False)


@catalog_app.command("template")
def template_command(
    *,
    path: Annotated[
        Path | None, typer.Option("--out", help="The file to write; by default standard output.")
    ] = None,
) -> None:
    """Write the template of a catalog: every text for residents, in English and Dutch.

    Example: reba catalog template --out residents.pot
    """
    text = catalog_template()
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "unwritable"
        raise RunError("run.output", place=str(path), reason=reason) from error


@catalog_app.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(help="The catalog, a .po file.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say what a catalog lacks, and what in it cannot be used; exit status 1 where there is any.

    Example: reba catalog check ar.po
    """
    checked = check_catalog(file)
    direction = "rtl" if checked.is_right_to_left else "ltr"
    count, of = len(checked.texts), len(messages())
    if as_json:
        faults = [
            {"code": each.code, "name": each.path, "reason": each.reason} for each in checked.faults
        ]
        print_json(
            {
                "language": checked.language,
                "direction": direction,
                "texts": of,
                "usable": count,
                "faults": faults,
            }
        )
    else:
        out.print(f"{checked.language} ({direction}): {count} of {of} texts can be used.")
        for each in checked.faults:
            out.print(f"  [{each.code}] {each.path}: {each.reason}", markup=False)
    if checked.faults:
        raise typer.Exit(EXIT_FINDINGS)
