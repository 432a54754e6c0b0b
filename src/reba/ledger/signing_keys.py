"""Private keys that sign checkpoints: Ed25519, in a PEM file (PKCS #8), with or without passphrase.

Needs `cryptography`, the extra `sign`. How to keep such a key, and what a lost or a stolen one
means: `docs/how-to/publish-a-checkpoint.md`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reba.errors import KeyFileError, UsageError
from reba.key_files import read_key_file, write_key_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["new_private_key", "read_private_key", "write_private_key"]


def _needs_the_extra() -> UsageError:
    return UsageError("usage.extra", extra="sign")


def new_private_key() -> Ed25519PrivateKey:
    """Return a new private key, from the random numbers of the system.

    Raises:
        UsageError: usage.extra.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 (an extra)
            Ed25519PrivateKey,
        )
    except ModuleNotFoundError as error:
        raise _needs_the_extra() from error
    return Ed25519PrivateKey.generate()


def write_private_key(
    path: Path, private_key: Ed25519PrivateKey, *, passphrase: bytes | None = None
) -> None:
    """Write a private key to a new file of mode 0600.

    Args:
        path: the file; it may not exist yet.
        private_key: the key.
        passphrase: what the file is encrypted with; None writes it as it is.

    Raises:
        KeyFileError: key.exists, key.file.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 (an extra)

    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        encryption = serialization.BestAvailableEncryption(passphrase)
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    write_key_file(path, pem)


def read_private_key(path: Path, *, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """Read the private key in a file.

    Raises:
        KeyFileError: key.file, key.open_to_others, key.private, key.passphrase.
        UsageError: usage.extra.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 (an extra)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PrivateKey,
        )
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_pem_private_key,
        )
    except ModuleNotFoundError as error:
        raise _needs_the_extra() from error
    pem = read_key_file(path)
    encrypted = b"ENCRYPTED" in pem
    if encrypted != (passphrase is not None):
        reason = "it needs one" if encrypted else "it has none"
        raise KeyFileError("key.passphrase", file=str(path), reason=reason)
    try:
        key = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if encrypted:
            reason = "it is another one, or the file is damaged"
            raise KeyFileError("key.passphrase", file=str(path), reason=reason) from error
        raise KeyFileError("key.private", file=str(path), reason="it is no PEM file") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError("key.private", file=str(path), reason="it is no Ed25519 key")
    return key
