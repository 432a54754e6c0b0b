"""`reba prove` and `reba receipt`: what shows that entries stand in a ledger, and checking it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from reba.canonical import canonical_text
from reba.cli.checkpoints import read_checkpoints
from reba.cli.console import AsJson, Lang, Language, LedgerPath, LedgerPlace, err, out, print_json
from reba.cli.keys import VerifierKeys, verifier_keys
from reba.cli.receipt_words import printable, receipt_lines
from reba.error_codes import EXIT_FINDINGS
from reba.errors import RunError, UsageError
from reba.ledger.ledger import Ledger, open_ledger
from reba.ledger.merkle import Checkpoint
from reba.ledger.proofs import ConsistencyProof, prove_consistency
from reba.ledger.receipt_checks import ReceiptReport, verify
from reba.ledger.receipts import Receipt
from reba.standalone import verifier_source

__all__ = ["prove_command", "receipt_app"]

receipt_app = typer.Typer(
    no_args_is_help=True,
    help="Receipts: the entries of an account, with what proves that they stand in the ledger.",
)

_SEQ_DIGITS_MAX: Final = 15

ReceiptFile: TypeAlias = Annotated[Path, typer.Argument(help="The file of the receipt.")]


def _read(path: Path) -> str:
    """Read a text byte for byte: line ends are part of what is hashed."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RunError("run.file", file=str(path), reason=reason) from error


# ── proofs ───────────────────────────────────────────────────────────────────────────────────


def prove_command(
    ledger: LedgerPlace,
    seq: Annotated[
        int | None, typer.Argument(min=0, help="The number of the entry, from 0 on.")
    ] = None,
    *,
    size: Annotated[
        int | None,
        typer.Option(
            "--size", min=0, help="The size of the ledger to prove it at; by default all."
        ),
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option("--from", help="An earlier checkpoint: prove that the ledger continues it."),
    ] = None,
) -> None:
    """Print a proof as one line of JSON: that an entry is there, or that nothing was rewritten.

    It holds hashes alone, and shows nothing of what the entries say.

    Example: reba prove coa.reba 12

    Example: reba prove coa.reba --from checkpoint-2015-03.txt > since-2015-03.json
    """
    if (seq is None) == (earlier is None):
        raise UsageError("usage.option", reason="give the number of an entry, or --from")
    with open_ledger(ledger, create=False, read_only=True) as opened:
        if earlier is not None:
            given = Checkpoint.parse(_read(earlier))
            sys.stdout.write(prove_consistency(opened.store, given, size).to_text())
        elif seq is not None:
            record = opened.prove(seq, size=size).to_record()
            sys.stdout.write(canonical_text(record) + "\n")


# ── receipts ─────────────────────────────────────────────────────────────────────────────────


def _subject(
    ledger: Ledger, subject: str | None, account: str | None, seq: int | None
) -> tuple[str | None, int | None]:
    """Say whether an account or an entry is meant, and refuse to guess.

    A number may be the number of an entry or the id of an account. The wrong one would hand the
    facts of one household to another.
    """
    if [subject, account, seq].count(None) != 2:  # noqa: PLR2004 (one of the three is given)
        raise UsageError("usage.option", reason="give an account, or --seq with an entry's number")
    if subject is None:
        return account, seq
    if not (subject.isascii() and subject.isdecimal()) or len(subject) > _SEQ_DIGITS_MAX:
        return subject, None
    number = int(subject)
    ids = [entry.account for entry in ledger.entries(number, number + 1)]
    if ledger.store.read_accounts([subject]) or any(name.isdecimal() for name in ids):
        reason = f"{subject} may be an account or an entry; say --account or --seq"
        raise UsageError("usage.option", reason=reason)
    return None, number


@receipt_app.command("make")
def make_command(
    subject: Annotated[
        str | None, typer.Argument(help="The household id, or the number of an entry.")
    ] = None,
    *,
    ledger: LedgerPath,
    account: Annotated[
        str | None, typer.Option("--account", help="The household id, also where it is a number.")
    ] = None,
    seq: Annotated[
        int | None, typer.Option("--seq", min=0, help="The number of an entry, from 0 on.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            help="A checkpoint of this ledger, signed or not, of now or of earlier; by default the "
            "present one, unsigned.",
        ),
    ] = None,
) -> None:
    """Print the receipt of an account or of one entry: what it says, and the proof.

    It holds the facts of the household: hand it to nobody else. A number is taken as that of an
    entry only where no account can be meant; --account and --seq say which.

    Example: reba receipt make H-0001 --ledger coa.reba --checkpoint checkpoint.txt > receipt.json
    """
    text = None if checkpoint is None else _read(checkpoint)
    with open_ledger(ledger, create=False, read_only=True) as opened:
        named, number = _subject(opened, subject, account, seq)
        made = opened.receipt(named, seq=number, checkpoint=text)
    sys.stdout.write(made.to_text())


def _print_report(report: ReceiptReport) -> None:
    for finding in report.findings:
        place = "" if finding.seq is None else f" entry {finding.seq} of {finding.account}:"
        out.print(f"{finding.severity} {finding.id}:{place} {finding.statement}", markup=False)
        out.print(printable(f"    expected {finding.expected}"), markup=False)
        out.print(printable(f"    found    {finding.actual}"), markup=False)
    for sentence in report.shown:
        out.print(printable(f"shown: {sentence}"), markup=False)
    for sentence in report.not_shown:
        out.print(f"not shown: {sentence}", markup=False)
    count = len(report.findings)
    out.print(f"receipt: {count} finding{'' if count == 1 else 's'}")


@receipt_app.command("verify")
def verify_command(
    file: ReceiptFile,
    *,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", help="A checkpoint that was kept elsewhere; may be repeated."),
    ] = None,
    consistency: Annotated[
        list[Path] | None,
        typer.Option(
            "--consistency",
            help="A proof of `reba prove --from`, for a checkpoint of another size; may be "
            "repeated.",
        ),
    ] = None,
    key: VerifierKeys = None,
    as_json: AsJson = False,
) -> None:
    """Verify a receipt, and say what it shows and what it does not.

    With --key, the checkpoints of --against must be signed with one of the keys; without --against
    the checkpoint in the receipt must be.

    Exit status 0: it holds; 1: findings; 3: this is no receipt, or a checkpoint cannot be used.

    Example: reba receipt verify receipt.json --against checkpoint.txt --key "$(cat ledger.vkey)"
    """
    receipt = Receipt.parse(_read(file))
    keys = verifier_keys(key)
    kept = read_checkpoints(against or (), keys)
    report = verify(
        receipt,
        against=kept,
        consistency=[ConsistencyProof.parse(_read(path)) for path in consistency or ()],
        keys=() if kept else keys,
    )
    if as_json:
        print_json(report.to_record())
    else:
        _print_report(report)
    if not report.holds:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FINDINGS)


@receipt_app.command("show")
def show_command(file: ReceiptFile, *, lang: Language = Lang.nl) -> None:
    """Tell what the entries of a receipt say, for people.

    A receipt that does not hold is told too, with a warning and exit status 1.

    Example: reba receipt show receipt.json --lang en
    """
    receipt = Receipt.parse(_read(file))
    for line in receipt_lines(receipt, dutch=lang is Lang.nl):
        out.print(line, markup=False)
    report = verify(receipt)
    if not report.holds:
        err.print(
            f"This receipt does not hold: {len(report.findings)} finding(s). See `reba receipt "
            f"verify {file}`.",
            markup=False,
        )
        raise typer.Exit(EXIT_FINDINGS)


@receipt_app.command("verifier")
def verifier_command() -> None:
    """Print the stand-alone verifier: one Python file that needs nothing else.

    Example: reba receipt verifier > reba_verify.py
    """
    typer.echo(verifier_source(), nl=False)
