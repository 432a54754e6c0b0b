"""What stands in an export bundle: its manifest, and an entry as a line. Pure.

1. The manifest is canonical JSON and a newline: the checkpoint, and each file's length and SHA-256.
2. An entry is a line of canonical JSON: body, envelope and salt; a destroyed body and its salt are
   null together.
3. A document is named after its kind and the SHA-256 of its text.
4. Reading is strict: what would be written otherwise is refused, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from reba.canonical import Json, canonical_text, parse_canonical
from reba.errors import CanonicalError, LedgerError
from reba.ledger.entries import Entry, envelope_json
from reba.ledger.merkle import Checkpoint, leaf_hash

__all__ = [
    "DOCUMENTS",
    "ENTRIES",
    "LINE_BYTES_MAX",
    "MANIFEST",
    "MANIFEST_BYTES_MAX",
    "FileDigest",
    "Manifest",
    "document_name",
    "entry_line",
    "leaf_of",
    "parse_entry",
    "parse_manifest",
]

MANIFEST: Final = "manifest.json"
ENTRIES: Final = "entries.jsonl"
DOCUMENTS: Final = "documents"
LINE_BYTES_MAX: Final = 2**24
MANIFEST_BYTES_MAX: Final = 2**24
_FORMAT: Final = "reba-bundle/1"
_MANIFEST_KEYS: Final = frozenset({"checkpoint", "files", "format", "origin", "size"})
_BODY_STARTS: Final = b'{"body":'
_ENVELOPE_STARTS: Final = b',"envelope":{'
_SALT_STARTS: Final = b',"salt":'
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DOCUMENT: Final = re.compile(rf"{DOCUMENTS}/([a-z_]{{1,32}})-([0-9a-f]{{64}})\.json", re.ASCII)


class FileDigest(NamedTuple):
    """What the manifest says of a file: its length in bytes, and its SHA-256 in hex."""

    length: int
    sha256: str


class Manifest(NamedTuple):
    """What a bundle holds: the text of its checkpoint, and every file but the manifest itself."""

    checkpoint_text: str
    files: Mapping[str, FileDigest]

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint; who signed it is for `notes.verify`."""
        return Checkpoint.parse(self.checkpoint_text)

    def to_bytes(self) -> bytes:
        """Write the manifest."""
        record = {
            "checkpoint": self.checkpoint_text,
            "files": {
                name: {"bytes": file.length, "sha256": file.sha256}
                for name, file in self.files.items()
            },
            "format": _FORMAT,
            "origin": self.checkpoint.origin,
            "size": self.checkpoint.size,
        }
        return canonical_text(record).encode() + b"\n"


def document_name(kind: str, digest: str) -> str:
    """Return the name of the file of a document.

    >>> document_name("law", "0" * 64)[:17]
    'documents/law-000'
    """
    return f"{DOCUMENTS}/{kind}-{digest}.json"


def _file_digest(name: str, record: Json) -> FileDigest:
    named = _DOCUMENT.fullmatch(name)
    if name != ENTRIES and named is None:
        msg = f"{name[:120]!r} has no place in a bundle"
        raise ValueError(msg)
    if not isinstance(record, dict) or record.keys() != {"bytes", "sha256"}:
        msg = f"{name} has not just a length and a SHA-256"
        raise ValueError(msg)
    length, sha256 = record["bytes"], record["sha256"]
    if type(length) is not int or length < 0:
        msg = f"the length of {name} is none"
        raise ValueError(msg)
    if not isinstance(sha256, str) or _SHA256.fullmatch(sha256) is None:
        msg = f"the SHA-256 of {name} is none"
        raise ValueError(msg)
    if named is not None and named[2] != sha256:
        msg = f"{name} is not named after its SHA-256"
        raise ValueError(msg)
    return FileDigest(length, sha256)


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        ValueError: with the reason.
    """
    if not data.endswith(b"\n"):
        msg = "it does not end with a newline, or is too long"
        raise ValueError(msg)
    try:
        record = parse_canonical(data[:-1])
    except CanonicalError as error:
        raise ValueError(error.reason) from error
    if not isinstance(record, dict) or record.keys() != _MANIFEST_KEYS:
        msg = f"it is not of the form {_FORMAT}"
        raise ValueError(msg)
    text, files = record["checkpoint"], record["files"]
    if record["format"] != _FORMAT or not isinstance(text, str) or not isinstance(files, dict):
        msg = f"it is not of the form {_FORMAT}"
        raise ValueError(msg)
    if ENTRIES not in files:
        msg = f"it does not name {ENTRIES}"
        raise ValueError(msg)
    manifest = Manifest(text, {name: _file_digest(name, each) for name, each in files.items()})
    try:
        checkpoint = manifest.checkpoint
    except LedgerError as error:
        raise ValueError(error.reason) from error
    if (record["origin"], record["size"]) != (checkpoint.origin, checkpoint.size):
        msg = "its checkpoint is of another ledger or size"
        raise ValueError(msg)
    return manifest


def entry_line(entry: Entry) -> bytes:
    """Write an entry as its line; its body is canonical JSON already.

    >>> entry_line(Entry(0, "H-1", 1, "account.opened", "2015-03", "2015-04-01T08:00:00.000000Z",
    ...     "run", "assess/2015-03", None, None, None, bytes(32), bytes(32)))[:39]
    b'{"body":null,"envelope":{"account":"H-1'
    """
    salt = "null" if entry.salt is None else f'"{entry.salt.hex()}"'
    body = "null" if entry.body_json is None else entry.body_json
    return f'{{"body":{body},"envelope":{envelope_json(entry)},"salt":{salt}}}\n'.encode()


def _envelope_place(line: bytes) -> tuple[int, int]:
    """Return where the envelope starts and stops in a line."""
    # What follows either of them holds no other: within a string quotes are escaped.
    stop = line.rfind(_SALT_STARTS)
    start = line.rfind(_ENVELOPE_STARTS, 0, stop)
    if start < 0 or not line.startswith(_BODY_STARTS) or not line.endswith(b"}\n"):
        msg = "it has no body, envelope and salt"
        raise ValueError(msg)
    return start + len(_ENVELOPE_STARTS) - 1, stop


def leaf_of(line: bytes) -> bytes:
    """Return the hash of the envelope in a line, without reading the rest of it.

    Raises:
        ValueError: with the reason.
    """
    start, stop = _envelope_place(line)
    return leaf_hash(line[start:stop])


def _body_and_salt(body_json: str, body: Json, salt: Json) -> tuple[str | None, bytes | None]:
    if body is None and salt is None:
        return None, None
    if isinstance(body, dict) and isinstance(salt, str):
        return body_json, bytes.fromhex(salt)
    msg = "its body is no object, or body and salt are not there together"
    raise ValueError(msg)


def parse_entry(line: bytes, seq: int) -> Entry:
    """Read the entry in a line.

    Args:
        line: the line, with its newline.
        seq: the number that the entry must have.

    Raises:
        ValueError: with the reason.
    """
    start, stop = _envelope_place(line)
    try:
        record = cast("dict[str, Json]", parse_canonical(line[:-1]))
        envelope = cast("dict[str, Json]", record["envelope"])
        body_json = line[len(_BODY_STARTS) : start - len(_ENVELOPE_STARTS) + 1].decode()
        kept = _body_and_salt(body_json, record["body"], record["salt"])
        texts = [envelope["actor"], envelope["command_id"]]
        if envelope["supersedes"] is not None:
            texts.append(envelope["supersedes"])
        found = Entry(
            cast("int", envelope["seq"]),
            cast("str", envelope["account"]),
            cast("int", envelope["version"]),
            cast("str", envelope["kind"]),
            cast("str", envelope["effective"]),
            cast("str", envelope["recorded_at"]),
            cast("str", envelope["actor"]),
            cast("str", envelope["command_id"]),
            cast("str | None", envelope["supersedes"]),
            *kept,
            bytes.fromhex(cast("str", envelope["body_digest"])),
            leaf_hash(line[start:stop]),
            cast("int", envelope["schema"]),
        )
        # Written again it must be the same line: that leaves no key, type or space unchecked.
        whole = all(isinstance(text, str) for text in texts) and entry_line(found) == line
    except CanonicalError as error:
        raise ValueError(error.reason) from error
    except (KeyError, TypeError, RecursionError) as error:
        msg = "it is not of the form of an entry"
        raise ValueError(msg) from error
    if not whole:
        msg = "it is not of the form of an entry"
        raise ValueError(msg)
    if found.seq != seq:
        msg = f"it is entry {found.seq}"
        raise ValueError(msg)
    return found
