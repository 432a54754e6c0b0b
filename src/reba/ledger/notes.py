"""Signed notes (C2SP signed-note): a text, and the keys that signed it.

1. The text ends with a newline; a blank line follows, and then a line for each signature: an em
   dash, the name of the key, and base64 of its id and the signature.
2. The id of a key is the start of SHA-256(name || 0x0A || 0x01 || public key). It tells keys apart
   and protects nothing: what protects is that the reader has the public key from elsewhere.
3. Signatures of keys that the reader does not know are counted and not judged. One bad signature
   of a known key refuses the whole note, and so does a note that no known key signed.
4. Only Ed25519 over the text (type 0x01) is made and judged. The timestamped cosignatures of public
   witnesses (type 0x04) are read as signatures of a key that is not known.
5. Reading needs no package. Signing and verifying need `cryptography`, the extra `sign`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from reba.errors import SignatureError, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "NOTE_LENGTH_MAX",
    "SIGNATURES_MAX",
    "Note",
    "NoteSignature",
    "VerifiedNote",
    "VerifierKey",
    "cosign",
    "exact_base64",
    "note_text",
    "read_note",
    "sign",
    "verifier_key",
    "verify",
]

NOTE_LENGTH_MAX: Final = 2**20
SIGNATURES_MAX: Final = 100
_ED25519: Final = b"\x01"
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4
_DASH: Final = "— "


def exact_base64(text: str) -> bytes:
    r"""Read standard base64; anything that would be written otherwise is refused.

    Raises:
        ValueError: where the text is not how its bytes are written.

    >>> exact_base64("AQI="), base64.b64decode("AQJ=")
    (b'\x01\x02', b'\x01\x02')
    >>> exact_base64("AQJ=")
    Traceback (most recent call last):
    ...
    ValueError: it is not base64 as it is written
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        msg = "it is not base64"
        raise ValueError(msg) from error
    if base64.b64encode(data).decode() != text:
        msg = "it is not base64 as it is written"
        raise ValueError(msg)
    return data


def _holds_control(text: str) -> bool:
    return any(char < " " and char != "\n" for char in text)


def _name_fault(name: str) -> str | None:
    """Say why a key cannot have this name, or return None."""
    if not name:
        return "it is empty"
    if "+" in name or any(char.isspace() for char in name):
        return "it has a space or a plus"
    if _holds_control(name) or not _is_utf8(name):
        return "it has a control character"
    return None


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


class VerifierKey(NamedTuple):
    """The public half of a key, and the name it signs under; `public_key` has 32 bytes.

    >>> key = VerifierKey.parse(
    ...     "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    >>> key.name, key.key_id.hex()
    ('PeterNeumann', 'c74f20a3')
    """

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names the key."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public_key
        return hashlib.sha256(named).digest()[:_ID_BYTES]

    def to_text(self) -> str:
        """Write the key on one line, as it is published."""
        encoded = base64.b64encode(_ED25519 + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key; it must be whole, and written exactly as `to_text` writes it.

        Raises:
            SignatureError: signature.verifier_key.
        """
        name, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        reason = _name_fault(name) if encoded else "it is no name, id and key joined by pluses"
        if reason is None:
            try:
                material = exact_base64(encoded)
            except ValueError:
                reason = "its last part is not base64"
            else:
                key = cls(name, material[1:])
                if material[:1] != _ED25519 or len(key.public_key) != _KEY_BYTES:
                    reason = "it is no Ed25519 key of type 1"
                elif key.to_text() != text:
                    reason = "its id is not that of the name and the key"
                else:
                    return key
        raise SignatureError("signature.verifier_key", value=text[:120], reason=reason)


class NoteSignature(NamedTuple):
    """One signature line of a note: who says to have signed, and the signature itself."""

    name: str
    key_id: bytes
    signature: bytes

    def to_line(self) -> str:
        """Write the line, with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


class Note(NamedTuple):
    """A signed note as it is read: nothing of it is verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_text(self) -> str:
        """Write the note."""
        return self.text + "\n" + "".join(each.to_line() for each in self.signatures)


class VerifiedNote(NamedTuple):
    """A note that at least one known key signed; `unknown` counts the signatures not judged."""

    text: str
    signed_by: tuple[VerifierKey, ...]
    unknown: int


def _refuse(reason: str) -> NoReturn:
    raise SignatureError("signature.note", reason=reason)


def _check_text(text: str) -> None:
    if len(text) > NOTE_LENGTH_MAX:
        _refuse(f"it is longer than {NOTE_LENGTH_MAX} characters")
    if _holds_control(text):
        _refuse("it has a control character; lines end with a plain newline (LF)")
    if not _is_utf8(text):
        _refuse("it is not UTF-8")
    if not text.endswith("\n"):
        _refuse("it does not end with a newline")


def _read_line(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or _name_fault(name) is not None:
        _refuse("a line after the last blank line is no signature")
    try:
        data = exact_base64(encoded)
    except ValueError:
        _refuse(f"the signature of {name} is no base64")
    if len(data) <= _ID_BYTES:
        _refuse(f"the signature of {name} is too short")
    return NoteSignature(name, data[:_ID_BYTES], data[_ID_BYTES:])


def read_note(note: str) -> Note:
    r"""Read a signed note, without judging its signatures.

    Raises:
        SignatureError: signature.note.

    >>> note = read_note("hello\n\n— example.nl/a AAAAAAE=\n")
    >>> note.text, note.signatures[0].name
    ('hello\n', 'example.nl/a')
    """
    _check_text(note)
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines:
        _refuse("it has no signature")
    found = lines.removesuffix("\n").split("\n")
    if len(found) > SIGNATURES_MAX:
        _refuse(f"it has more than {SIGNATURES_MAX} signatures")
    return Note(text + "\n", tuple(_read_line(line) for line in found))


def note_text(text: str) -> str:
    r"""Return the text of a signed note; or the text itself, where nobody signed it.

    A blank line at the end of an unsigned text is left out: programs that print add one.

    Raises:
        SignatureError: signature.note.

    >>> note_text("hello\n\n— example.nl/a AAAAAAE=\n"), note_text("hello\n\n")
    ('hello\n', 'hello\n')
    """
    _check_text(text)
    unsigned = text[:-1] if text.endswith("\n\n") else text
    return read_note(text).text if "\n\n" in unsigned else unsigned


def _needs_the_extra() -> UsageError:
    return UsageError("usage.extra", extra="sign")


def _signature_holds(key: VerifierKey, text: str, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (an extra)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PublicKey,
        )
    except ModuleNotFoundError as error:
        raise _needs_the_extra() from error
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def verify(note: str, keys: Iterable[VerifierKey]) -> VerifiedNote:
    r"""Say which of the keys (sleutels) signed a note.

    Args:
        note: the whole note, text and signature lines.
        keys: the keys that the reader trusts, had from elsewhere than the note.

    Raises:
        SignatureError: signature.note; signature.invalid where a signature of one of the keys does
            not hold; signature.missing where none of the keys signed.
        UsageError: usage.extra.

    >>> peter = VerifierKey.parse(
    ...     "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    >>> verify("hello\n\n— example.nl/a AAAAAAE=\n", [peter])
    Traceback (most recent call last):
    ...
    reba.errors.SignatureError: None of the keys given signed this; it is signed by: ...
    """
    read, known = read_note(note), tuple(dict.fromkeys(keys))
    signed_by: list[VerifierKey] = []
    unknown = 0
    for each in read.signatures:
        own = [key for key in known if (key.name, key.key_id) == (each.name, each.key_id)]
        holding = [key for key in own if _signature_holds(key, read.text, each.signature)]
        if own and not holding:
            raise SignatureError("signature.invalid", name=each.name, key_id=each.key_id.hex())
        signed_by += [key for key in holding if key not in signed_by]
        unknown += not own
    if not signed_by:
        names = ", ".join(sorted({each.name for each in read.signatures}))
        raise SignatureError("signature.missing", names=names)
    return VerifiedNote(read.text, tuple(signed_by), unknown)


def verifier_key(private_key: Ed25519PrivateKey, name: str) -> VerifierKey:
    """Return the public half of a private key, under the name that it signs with.

    Raises:
        SignatureError: signature.name.
    """
    reason = _name_fault(name)
    if reason is not None:
        raise SignatureError("signature.name", value=name[:120], reason=reason)
    return VerifierKey(name, private_key.public_key().public_bytes_raw())


def _signature(text: str, name: str, private_key: Ed25519PrivateKey) -> NoteSignature:
    key = verifier_key(private_key, name)
    return NoteSignature(name, key.key_id, private_key.sign(text.encode()))


def sign(text: str, *, name: str, private_key: Ed25519PrivateKey) -> str:
    """Sign (ondertekenen) a text; return the note.

    Args:
        text: what is signed; it ends with a newline.
        name: the name of the key, such as "example.nl/ledger".
        private_key: see `reba.ledger.signing_keys`.

    Raises:
        SignatureError: signature.note, signature.name.
    """
    _check_text(text)
    return Note(text, (_signature(text, name, private_key),)).to_text()


def cosign(note: str, *, name: str, private_key: Ed25519PrivateKey) -> str:
    """Add a signature to a note; where the key had signed it before, it replaces that one.

    Raises:
        SignatureError: signature.note, signature.name.
    """
    read = read_note(note)
    added = _signature(read.text, name, private_key)
    kept = [each for each in read.signatures if each[:2] != added[:2]]
    return Note(read.text, (*kept, added)).to_text()
