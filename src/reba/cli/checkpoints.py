"""`reba checkpoint`: print a checkpoint, sign it, say who signed it; and read what was kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final, cast

import typer
from typer.core import TyperGroup

from reba.cli.console import AsJson, LedgerPlace, out, print_json
from reba.cli.keys import (
    KeyName,
    PassphraseFile,
    SignWith,
    VerifierKeys,
    signing_with,
    verifier_keys,
)
from reba.errors import RebaError, RunError, UsageError
from reba.ledger.ledger import open_ledger
from reba.ledger.merkle import Checkpoint
from reba.ledger.notes import NOTE_LENGTH_MAX, VerifierKey, verify
from reba.ledger.proofs import ConsistencyProof, own_checkpoint
from reba.ledger.stores.bundle import is_bundle, read_manifest
from reba.ledger.witness import check_continues

__all__ = ["checkpoint_app", "read_checkpoints"]

_PATTERN: Final = "*.txt"


# ── reading what was kept ────────────────────────────────────────────────────────────────────


def _text_in(path: Path) -> str:
    """Return the text of a checkpoint, byte for byte: a changed line end breaks a signature."""
    if is_bundle(path):
        return read_manifest(path).checkpoint_text
    try:
        with path.open("rb") as file:
            return file.read(NOTE_LENGTH_MAX + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RunError("run.file", file=str(path), reason=reason) from error


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir() or is_bundle(path):
        yield path
        return
    found = sorted(path.glob(_PATTERN))
    if not found:
        reason = f"the folder holds no {_PATTERN}"
        raise RunError("run.file", file=str(path), reason=reason)
    yield from found


def read_checkpoints(paths: Sequence[Path], keys: Sequence[VerifierKey]) -> list[Checkpoint]:
    """Read the checkpoints in files, folders of files and bundles.

    Where keys are given, at least one of them must have signed each.

    Raises:
        RunError, LedgerError, SignatureError: with a note that names the file.
    """
    files = (file for each in paths for file in _files(each))
    return [_read(file, keys)[1] for file in files]


def _read(path: Path, keys: Sequence[VerifierKey]) -> tuple[str, Checkpoint]:
    try:
        text = _text_in(path)
        checkpoint = Checkpoint.parse(text)
        if keys:
            verify(text, keys)
    except RebaError as error:
        if "file" not in error.data:
            error.add_note(f"In {path}.")
        raise
    return text, checkpoint


# ── the commands ─────────────────────────────────────────────────────────────────────────────


class _LedgerIsEnough(TyperGroup):
    """`reba checkpoint LEDGER` stands for `reba checkpoint print LEDGER`."""

    def parse_args(self, ctx: object, args: list[str]) -> list[str]:
        context = cast("typer.Context", ctx)
        if args and args[0] not in {*self.commands, *context.help_option_names}:
            args = ["print", *args]
        return super().parse_args(context, args)


checkpoint_app = typer.Typer(
    cls=_LedgerIsEnough,
    no_args_is_help=True,
    help="The checkpoint of a ledger: what it is audited against later.\n\n"
    "`reba checkpoint LEDGER` prints it; `reba checkpoint print --help` says with what options.\n\n"
    "Example: reba checkpoint coa.reba > checkpoint-2015-03.txt",
)


@checkpoint_app.command("print")
def print_command(
    ledger: LedgerPlace,
    *,
    sign: SignWith = None,
    name: KeyName = None,
    passphrase_file: PassphraseFile = None,
    onto: Annotated[
        Path | None,
        typer.Option(
            "--onto", help="Add the signature to this checkpoint, if it is of the ledger."
        ),
    ] = None,
) -> None:
    """Print the checkpoint: keep it elsewhere, and audit against it later.

    An export bundle has one too. Signed, it shows who published it; without --name the key is
    named after the ledger.

    Example: reba checkpoint coa.reba --sign ledger.key > checkpoint-2015-03.txt

    Example: reba checkpoint coa.reba --sign new.key --name coa.example/2 --onto checkpoint.txt
    """
    if onto is not None and (sign is None or name is None):
        raise UsageError("usage.option", reason="--onto goes with --sign and --name")
    signing = signing_with(sign, name, passphrase_file)
    with open_ledger(ledger, create=False, read_only=True) as opened:
        text, _ = own_checkpoint(opened.store, None if onto is None else _text_in(onto))
    sys.stdout.write(text if signing is None else signing(text))


@checkpoint_app.command("cosign")
def cosign_command(
    file: Annotated[Path, typer.Argument(help="The checkpoint, signed by its publisher.")],
    *,
    sign: Annotated[Path, typer.Option("--sign", help="Sign with the private key in this file.")],
    name: Annotated[
        str, typer.Option("--name", help="The name of the witness, such as audit.example/w.")
    ],
    key: VerifierKeys = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against",
            help="What you signed of this ledger before: a checkpoint or a folder of them (*.txt); "
            "may be repeated.",
        ),
    ] = None,
    consistency: Annotated[
        list[Path] | None,
        typer.Option(
            "--consistency",
            help="The proof of `reba prove --from` what you signed last; may be repeated.",
        ),
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help="You never signed a checkpoint of this ledger.")
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Sign what another published, as a witness: once it is seen to continue what you signed.

    The publisher must have signed it with --key. It must hold all that the largest checkpoint of
    --against holds; where it has more entries, that takes the proof. No entry is seen. What is
    printed is the checkpoint with one more signature: keep a copy, for the next time.

    Exit status 0: signed; 3: something handed over cannot be used; 4: not continued, not signed.

    Example: reba checkpoint cosign april.txt --against march.txt --consistency since-march.json
    --key "$(cat ledger.vkey)" --sign witness.key --name audit.example/w
    """
    if not key or first == bool(against):
        raise UsageError("usage.option", reason="give --key, and either --against or --first")
    text, checkpoint = _read(file, verifier_keys(key))
    proofs = [ConsistencyProof.parse(_text_in(path)) for path in consistency or ()]
    check_continues(checkpoint, read_checkpoints(against or (), ()), proofs)
    signing = signing_with(sign, name, passphrase_file)
    if signing is not None:
        sys.stdout.write(signing(text))


@checkpoint_app.command("verify")
def verify_command(
    file: Annotated[Path, typer.Argument(help="A file with a checkpoint, or an export bundle.")],
    *,
    key: VerifierKeys = None,
    as_json: AsJson = False,
) -> None:
    """Say who signed a checkpoint; refuse it when none of the keys did, or one did not truly.

    One of the keys is enough. Where two must have signed, ask twice, each with one key. That the
    ledger is the one of the checkpoint is for `reba audit --against`.

    Example: reba checkpoint verify checkpoint-2015-03.txt --key "$(cat ledger.vkey)"
    """
    if not key:
        raise UsageError("usage.option", reason="without --key there is nothing to hold it against")
    text = _text_in(file)
    checkpoint = Checkpoint.parse(text)
    verified = verify(text, verifier_keys(key))
    if as_json:
        signed_by = [each.to_text() for each in verified.signed_by]
        record = {"origin": checkpoint.origin, "size": checkpoint.size}
        root = {"root": checkpoint.root.hex(), "signed_by": signed_by, "unknown": verified.unknown}
        print_json({**record, **root})
        return
    out.print(f"checkpoint of {checkpoint.origin} at {checkpoint.size} entries", markup=False)
    for each in verified.signed_by:
        out.print(f"signed by {each.name} (key {each.key_id.hex()})", markup=False)
    if verified.unknown:
        out.print(f"and {verified.unknown} signature(s) of keys that were not given: not judged")
