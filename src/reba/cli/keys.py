"""`reba key`: make and show the keys that sign checkpoints; and the options of what signs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from reba.cli.console import err
from reba.errors import UsageError
from reba.key_files import read_passphrase
from reba.ledger.merkle import Checkpoint
from reba.ledger.notes import VerifierKey, cosign, note_text, sign, verifier_key
from reba.ledger.signing_keys import new_private_key, read_private_key, write_private_key

__all__ = [
    "KeyName",
    "PassphraseFile",
    "SignWith",
    "Signing",
    "VerifierKeys",
    "key_app",
    "signing_with",
    "verifier_keys",
]

Signing: TypeAlias = Callable[[str], str]

SignWith: TypeAlias = Annotated[
    Path | None, typer.Option("--sign", help="Sign with the private key in this file.")
]
KeyName: TypeAlias = Annotated[
    str | None,
    typer.Option("--name", help="The name of the key, such as example.nl/ledger."),
]
PassphraseFile: TypeAlias = Annotated[
    Path | None, typer.Option("--passphrase-file", help="A file that holds its passphrase.")
]
VerifierKeys: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--key", help="A verifier key that you trust (`reba key show`); may be repeated."),
]

key_app = typer.Typer(
    no_args_is_help=True,
    help="The keys that sign checkpoints: a private key in a file of your own, and a verifier key "
    "to publish.",
)


def verifier_keys(texts: list[str] | None) -> tuple[VerifierKey, ...]:
    """Read the verifier keys that were given."""
    return tuple(VerifierKey.parse(text.strip()) for text in texts or ())


def _passphrase(path: Path | None) -> bytes | None:
    return None if path is None else read_passphrase(path)


def signing_with(
    key_file: Path | None, name: str | None, passphrase_file: Path | None
) -> Signing | None:
    """Return what signs the text of a checkpoint, or adds a signature to it; None without a key.

    Without a name the key is named after the origin of the ledger.

    Raises:
        UsageError, KeyFileError, SignatureError.
    """
    if key_file is None:
        if name is not None or passphrase_file is not None:
            raise UsageError("usage.option", reason="--name and --passphrase-file go with --sign")
        return None
    private_key = read_private_key(key_file, passphrase=_passphrase(passphrase_file))

    def signed(text: str) -> str:
        own = name or Checkpoint.parse(text).origin
        unsigned = note_text(text)
        if text in {unsigned, unsigned + "\n"}:
            return sign(unsigned, name=own, private_key=private_key)
        return cosign(text, name=own, private_key=private_key)

    return signed


@key_app.command("new")
def new_command(
    *,
    out: Annotated[Path, typer.Option("--out", help="The file to write; it may not exist yet.")],
    name: KeyName = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a private key, in a file that you alone may read; print its verifier key.

    Publish the verifier key, and keep the file where the ledger is not.

    Example: reba key new --out ledger.key --name example.nl/ledger > ledger.vkey
    """
    private_key = new_private_key()
    shown = None if name is None else verifier_key(private_key, name).to_text()
    write_private_key(out, private_key, passphrase=_passphrase(passphrase_file))
    err.print(f"Wrote the private key to {out}. Who has it can sign in your name.", markup=False)
    if shown is None:
        err.print(f"Show its verifier key with: reba key show {out} --name NAME", markup=False)
    else:
        sys.stdout.write(shown + "\n")


@key_app.command("show")
def show_command(
    file: Annotated[Path, typer.Argument(help="The file of the private key.")],
    *,
    name: Annotated[
        str, typer.Option("--name", help="The name that the key signs with: example.nl/ledger.")
    ],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print the verifier key of a private key: one line, to publish.

    Example: reba key show ledger.key --name example.nl/ledger
    """
    private_key = read_private_key(file, passphrase=_passphrase(passphrase_file))
    sys.stdout.write(verifier_key(private_key, name).to_text() + "\n")
