"""The commands, put together, and the one place where an error becomes an exit status."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import Annotated, Final

import typer

from reba.cli import (
    accounts,
    assessing,
    catalogs,
    checkpoints,
    closing,
    collecting,
    copying,
    deciding,
    destroying,
    exporting,
    keys,
    ledgers,
    paying,
    population,
    pseudonyms,
    receipts,
    reconciling,
    releasing,
    revising,
    running,
    simulating,
    telling,
    thresholds,
)
from reba.cli.console import err, print_error
from reba.cli.demo import demo
from reba.error_codes import EXIT_INTEGRITY
from reba.errors import RebaError
from reba.version import __version__

__all__ = ["app", "run"]

EXIT_INTERRUPTED: Final = 130

app = typer.Typer(
    name="reba",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The own contribution (eigen bijdrage) of people in Dutch asylum reception: computed with "
    "its legal trace, partly saved, provably booked.",
)
app.add_typer(assessing.facts_app, name="facts")
app.add_typer(assessing.law_app, name="law")
app.add_typer(assessing.policy_app, name="policy")
app.command("assess")(assessing.assess_command)
app.command("assets")(assessing.assets_command)
app.command("run")(running.run_command)
app.command("revise")(revising.revise_command)
app.command("collect")(revising.collect_command)
app.add_typer(catalogs.catalog_app, name="catalog")
app.command("account")(accounts.account_command)
app.command("history")(accounts.history_command)
app.command("statement")(accounts.statement_command)
app.command("decision")(deciding.decision_command)
releasing.release_app.command("decision")(deciding.release_decision_command)
app.add_typer(releasing.procedure_app, name="procedure")
app.add_typer(releasing.release_app, name="release")
app.command("pay")(paying.pay_command)
app.command("reconcile")(reconciling.reconcile_command)
app.command("export")(exporting.export_command)
app.command("events")(telling.events_command)
app.command("thresholds")(thresholds.thresholds_command)
app.add_typer(population.population_app, name="population")
app.command("invoice")(collecting.invoice_command)
app.command("remind")(collecting.remind_command)
app.command("write-off")(collecting.write_off_command)
app.command("receivables")(collecting.receivables_command)
app.command("close")(closing.close_command)
app.command("reopen")(closing.reopen_command)
app.command("transfer")(closing.transfer_command)
app.command("set-off")(closing.set_off_command)
app.command("recover")(closing.recover_command)
app.command("destroy")(destroying.destroy_command)
app.command("audit")(ledgers.audit_command)
app.add_typer(checkpoints.checkpoint_app, name="checkpoint")
app.command("prove")(receipts.prove_command)
app.add_typer(receipts.receipt_app, name="receipt")
app.add_typer(keys.key_app, name="key")
app.add_typer(pseudonyms.pseudonym_app, name="pseudonym")
app.command("copy")(copying.copy_command)
app.add_typer(copying.store_app, name="store")
app.command("simulate")(simulating.simulate_command)
app.command("demo")(demo)


def _print_version(value: bool) -> None:  # noqa: FBT001 (typer calls it so)
    if value:
        sys.stdout.write(f"reba-ledger {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""
    del version


class _Interruption:
    """Remembers Ctrl-C: a library may turn the exception into one of its own."""

    came = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True
        raise KeyboardInterrupt


def _call(interruption: _Interruption) -> int:
    status = 0
    try:
        app()
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else 0
    except KeyboardInterrupt:
        status = EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output closed it; writing more would only complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 (the last net: a sentence, never a traceback)
        if interruption.came:
            status = EXIT_INTERRUPTED
        elif isinstance(error, RebaError):
            print_error(error)
            status = error.exit_status
        else:
            err.print(f"[internal] {type(error).__name__}: {error}", markup=False)
            err.print("This is a fault of reba-ledger. Please report it with the command you gave.")
            status = EXIT_INTEGRITY
    return status


def run() -> int:
    """Run the command line; return its exit status. No traceback reaches a user."""
    interruption = _Interruption()
    on_main_thread = threading.current_thread() is threading.main_thread()
    if on_main_thread and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interruption)
    status = _call(interruption)
    if status == EXIT_INTERRUPTED:  # the framework, too, turns Ctrl-C into this without a word
        err.print("Interrupted. What was booked stays booked; give the same command again.")
    return status
