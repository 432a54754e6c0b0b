"""`reba copy` and `reba store`: a ledger from one place to another, and what a server needs."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import Annotated

import typer

from reba.cli.console import LedgerPlace, err, out, progress_bar
from reba.ledger.copying import copy_ledger
from reba.ledger.ledger import open_ledger
from reba.ledger.stores import open_store
from reba.ledger.stores.postgres_schema import DEFAULT_SCHEMA, check_name, roles_script, script

__all__ = ["copy_command", "store_app"]

store_app = typer.Typer(no_args_is_help=True, help="What a database server needs, and purging.")


def copy_command(
    source: LedgerPlace,
    target: Annotated[str, typer.Argument(help="A new place, or a copy that was not finished.")],
) -> None:
    """Copy a ledger to another place; stopped and given again, it goes on.

    The copy is the same ledger: the same origin and root, so that checkpoints and receipts stay
    good. What is printed is the checkpoint of both. From then on, write to one of the two only.

    Example: reba copy coa.reba 'postgresql://db.example/ledgers?schema=coa'
    """
    with open_ledger(source, create=False, read_only=True) as opened:
        ours = opened.store
        with (
            closing(
                open_store(target, create=True, read_only=False, new_origin=ours.origin)
            ) as theirs,
            progress_bar("Copying", ours.size()) as progress,
        ):
            copied = copy_ledger(ours, theirs, progress=progress)
            later = ours.size() - copied.checkpoint.size
            err.print(
                f"copied {copied.entries} entries and {copied.documents} documents from "
                f"{ours.place} to {theirs.place}",
                markup=False,
            )
    if later:
        err.print(f"The source grew by {later} entries meanwhile: give the same command again.")
    sys.stdout.write(copied.checkpoint.to_text())


@store_app.command("ddl")
def ddl_command(
    *,
    schema: Annotated[
        str, typer.Option("--schema", help="The schema that becomes the ledger.")
    ] = DEFAULT_SCHEMA,
    roles: Annotated[
        str | None,
        typer.Option("--roles", help="What the names of the roles start with; else the schema."),
    ] = None,
    origin_of: Annotated[
        str | None,
        typer.Option("--origin-of", help="The ledger that will be copied there; else a new one."),
    ] = None,
    only_roles: Annotated[
        bool, typer.Option("--only-roles", help="Roles and rights, for a ledger that is there.")
    ] = False,
) -> None:
    """Print the SQL by which an administrator makes an empty ledger in PostgreSQL, with its roles.

    Nothing is sent to a server. Without --origin-of each printing is of another ledger.

    Example: reba store ddl --schema coa | psql --set ON_ERROR_STOP=1 ledgers
    """
    schema = check_name("schema", schema)
    prefix = check_name("roles", roles or schema)
    if only_roles:
        sys.stdout.write(roles_script(schema, prefix))
        return
    known = ":memory:" if origin_of is None else origin_of
    with open_ledger(known, create=origin_of is None, read_only=origin_of is not None) as opened:
        sys.stdout.write(script(schema, prefix, opened.store.origin()))


@store_app.command("purge")
def purge_command(ledger: LedgerPlace) -> None:
    """Rewrite a ledger, so that what was destroyed cannot be read back from its files.

    `reba destroy` and `reba copy` do so themselves; this is for when they were stopped before it.

    Example: reba store purge coa.reba
    """
    with open_ledger(ledger, create=False) as opened:
        opened.store.purge()
        out.print(f"{opened.place}: rewritten", markup=False)
