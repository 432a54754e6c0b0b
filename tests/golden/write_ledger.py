"""Write a new set of golden ledger files: PYTHONPATH=tests python -m golden.write_ledger NAME.

Files that are there are never written again, whatever changed: they show that what was once written
can still be read. A new schema, or a new shape of a body, gets a set of its own beside the old ones
(docs/decisions/0018-schema-evolution.md). Then put the digests of the new files in the test.

    NAME.reba             the ledger, as SQLite keeps it
    NAME-entries.jsonl    its entries: envelope and body as they were hashed, salt and hashes as hex
                          (body and salt are null where the records were destroyed)
    NAME-documents.jsonl  the law, policy and choices that the entries name
    NAME-accounts.json    origin, size and root, and the state of each account
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from golden.ledger_story import LAST_DAY, tell
from reba import Ledger, load_choices, load_law, load_policy
from reba.canonical import canonical_text
from reba.ledger.accounts import fold
from reba.ledger.entries import Entry, envelope_json
from reba.ledger.stores import SqliteStore

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "ledger"


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "body": entry.body_json,
        "body_digest": entry.body_digest.hex(),
        "envelope": envelope_json(entry),
        "leaf_hash": entry.leaf_hash.hex(),
        "salt": None if entry.salt is None else entry.salt.hex(),
    }


def _documents(ledger: Ledger) -> list[dict[str, object]]:
    return [
        {"digest": digest, "kind": kind, "text": ledger.store.get_document(kind, digest)}
        for kind, digest in ledger.store.documents()
    ]


def _accounts(ledger: Ledger) -> str:
    checkpoint = ledger.checkpoint()
    states = {
        account: fold(ledger.store.read_accounts([account])[account], on=LAST_DAY).to_record()
        for account in ledger.accounts()
    }
    kept = {
        "accounts": states,
        "on": LAST_DAY.isoformat(),
        "origin": checkpoint.origin,
        "root": checkpoint.root.hex(),
        "size": checkpoint.size,
    }
    return json.dumps(kept, indent=1, sort_keys=True) + "\n"


def _lines(records: list[dict[str, object]]) -> str:
    return "".join(f"{canonical_text(record)}\n" for record in records)


def write(name: str) -> list[Path]:
    """Tell the story once, and keep every byte of it."""
    place = FOLDER / f"{name}.reba"
    paths = [
        FOLDER / f"{name}{rest}"
        for rest in (".reba", "-entries.jsonl", "-documents.jsonl", "-accounts.json")
    ]
    there = [path.name for path in paths if path.exists()]
    if there:
        msg = f"{', '.join(there)}: golden bytes are never written again; give another name"
        raise SystemExit(msg)
    store = SqliteStore(
        place, create=True, read_only=False, new_origin=lambda: f"golden.example/{name}"
    )
    law = load_law()
    policy = load_policy(ROOT / "examples" / "policies" / "vng-half.toml")
    choices = load_choices(ROOT / "examples" / "municipal" / "choices.toml")
    with tell(store, law, policy, choices) as ledger:
        texts = (
            _lines([_entry(entry) for entry in ledger.entries()]),
            _lines(_documents(ledger)),
            _accounts(ledger),
        )
    for path, text in zip(paths[1:], texts, strict=True):
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return paths


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].replace("-", "").isalnum():
        sys.exit(__doc__)
    for written in write(sys.argv[1]):
        sys.stdout.write(f"{written.name} {hashlib.sha256(written.read_bytes()).hexdigest()}\n")
