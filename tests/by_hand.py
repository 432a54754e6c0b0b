"""Ledgers written by hand from the format page, without the library: what verifiers must read.

Nothing here imports `reba`. Mend it from `docs/reference/events-and-format.md` only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

__all__ = ["HandLedger", "digested", "write"]

_COLUMNS = (
    "seq", "account", "version", "kind", "effective", "recorded_at", "actor", "command_id",
    "supersedes", "body", "salt", "body_digest", "leaf_hash", "schema",
)  # fmt: skip
_TABLES = f"""
CREATE TABLE ledger (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE entries (seq INTEGER PRIMARY KEY, account TEXT, version INTEGER, kind TEXT,
    effective TEXT, recorded_at TEXT, actor TEXT, command_id TEXT, supersedes TEXT, body TEXT,
    salt BLOB, body_digest BLOB, leaf_hash BLOB, schema INTEGER) STRICT;
CREATE TABLE tiles (level INTEGER, tile INTEGER, hashes BLOB) STRICT;
CREATE TABLE documents (kind TEXT, digest TEXT, text TEXT) STRICT;
PRAGMA application_id = {0x52454241};
PRAGMA user_version = 2;
"""


def write(value: object) -> str:
    """Write canonical JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return _sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return _sha256(b"\x01" + _root(leaves[:half]) + _root(leaves[half:]))


def _path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*_path(leaves[:half], index), _root(leaves[half:])]
    return [*_path(leaves[half:], index - half), _root(leaves[:half])]


def _proof(leaves: Sequence[bytes], first: int, *, whole: bool = True) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [_root(leaves)]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if first <= half:
        return [*_proof(leaves[:half], first, whole=whole), _root(leaves[half:])]
    return [*_proof(leaves[half:], first - half, whole=False), _root(leaves[:half])]


def digested(receipt: Mapping[str, Any]) -> str:
    """Write a receipt with the digest that belongs to it."""
    rest = {key: value for key, value in receipt.items() if key != "digest"}
    return write({**rest, "digest": _sha256(write(rest).encode()).hex()}) + "\n"


class HandLedger:
    """A ledger as the format page has it: each entry is body, envelope and salt."""

    KEYS = (
        "account", "actor", "body_digest", "command_id", "effective", "entry_id", "kind",
        "recorded_at", "schema", "seq", "supersedes", "version",
    )  # fmt: skip

    def __init__(self, origin: str = "example.nl/by-hand") -> None:
        self.origin = origin
        self.entries: list[dict[str, Any]] = []
        self.documents: list[tuple[str, str]] = []

    def add(
        self,
        account: str,
        kind: str,
        body: Mapping[str, object],
        *,
        effective: str = "2015-03",
        supersedes: str | None = None,
    ) -> None:
        """Add an entry; its salt is made of its number."""
        seq = len(self.entries)
        version = 1 + sum(each["envelope"]["account"] == account for each in self.entries)
        salt = _sha256(f"salt {seq}".encode())[:16]
        envelope = {
            "account": account, "actor": "by hand", "command_id": f"hand/{seq}",
            "body_digest": _sha256(salt + write(body).encode()).hex(), "effective": effective,
            "entry_id": f"{account}/{version}", "kind": kind, "schema": 1, "seq": seq,
            "recorded_at": "2015-04-01T08:00:00.000000Z", "supersedes": supersedes,
            "version": version,
        }  # fmt: skip
        self.entries.append({"body": dict(body), "envelope": envelope, "salt": salt.hex()})

    def destroy(self, account: str) -> None:
        """Destroy the bodies of an account."""
        for each in self.entries:
            if each["envelope"]["account"] == account:
                each["body"] = each["salt"] = None
        self.add(account, "records.destroyed", {"totals": {}}, effective="2024-01-01")

    def leaves(self) -> list[bytes]:
        """Return the hashes of the leaves."""
        return [_sha256(b"\x00" + write(each["envelope"]).encode()) for each in self.entries]

    def checkpoint(self, size: int | None = None) -> str:
        """Write a checkpoint."""
        size = len(self.entries) if size is None else size
        root = base64.b64encode(_root(self.leaves()[:size])).decode()
        return f"{self.origin}\n{size}\n{root}\n"

    def receipt(
        self, account: str | None = None, seq: int | None = None, size: int | None = None
    ) -> dict[str, Any]:
        """Return a receipt, without its digest."""
        size = len(self.entries) if size is None else size
        leaves = self.leaves()[:size]
        chosen = [
            {**each, "proof": [node.hex() for node in _path(leaves, each["envelope"]["seq"])]}
            for each in self.entries[:size]
            if seq == each["envelope"]["seq"] or account == each["envelope"]["account"]
        ]
        return {
            "checkpoint": self.checkpoint(size), "entries": chosen, "format": "reba-receipt/1",
            "subject": account if seq is None else f"seq:{seq}",
        }  # fmt: skip

    def consistency(self, first: int, second: int) -> str:
        """Write a consistency proof."""
        proof = _proof(self.leaves()[:second], first)
        record = {
            "first": self.checkpoint(first), "format": "reba-consistency/1",
            "proof": [node.hex() for node in proof], "second": self.checkpoint(second),
        }  # fmt: skip
        return write(record) + "\n"

    def write_bundle(self, folder: Path) -> None:
        """Write an export bundle."""
        lines = "".join(write(each) + "\n" for each in self.entries)
        files = {"entries.jsonl": lines.encode()}
        for kind, text in self.documents:
            files[f"documents/{kind}-{_sha256(text.encode()).hex()}.json"] = text.encode()
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        manifest = {
            "checkpoint": self.checkpoint(), "format": "reba-bundle/1", "origin": self.origin,
            "files": {
                name: {"bytes": len(data), "sha256": _sha256(data).hex()}
                for name, data in files.items()
            },
            "size": len(self.entries),
        }  # fmt: skip
        (folder / "manifest.json").write_bytes((write(manifest) + "\n").encode())

    def write_sqlite(self, path: Path) -> None:
        """Write a ledger in a SQLite file."""
        leaves = self.leaves()
        with closing(sqlite3.connect(path)) as database:
            database.executescript(_TABLES)
            database.execute("INSERT INTO ledger VALUES ('origin', ?)", (self.origin,))
            for each, leaf in zip(self.entries, leaves, strict=True):
                row = {
                    **each["envelope"],
                    "body": None if each["body"] is None else write(each["body"]),
                    "salt": None if each["salt"] is None else bytes.fromhex(each["salt"]),
                    "body_digest": bytes.fromhex(each["envelope"]["body_digest"]),
                    "leaf_hash": leaf,
                }
                marks = ",".join("?" * len(_COLUMNS))
                values = [row[column] for column in _COLUMNS]
                database.execute(f"INSERT INTO entries VALUES ({marks})", values)
            for kind, text in self.documents:
                digest = _sha256(text.encode()).hex()
                database.execute("INSERT INTO documents VALUES (?, ?, ?)", (kind, digest, text))
            level, hashes = 0, leaves
            while len(hashes) >= 256:
                tiles = [hashes[at : at + 256] for at in range(0, len(hashes) - 255, 256)]
                database.executemany(
                    "INSERT INTO tiles VALUES (?, ?, ?)",
                    [(level, number, b"".join(tile)) for number, tile in enumerate(tiles)],
                )
                level, hashes = level + 1, [_root(tile) for tile in tiles]
            database.commit()
