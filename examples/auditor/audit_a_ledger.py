"""What an external accountant runs on a ledger file they were handed.

    python examples/auditor/audit_a_ledger.py coa.reba evidence.json [--checkpoint FILE ...]

It audits hashes, order and amounts, against the checkpoints you were given earlier; it reads off
the books whether they add up; and it writes what it did, to be filed. The ledger is not changed.
Where damage keeps the books from being read it says so, and what the audit found is filed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from reba import Ledger, RebaError, audit, open_ledger
from reba.ledger.merkle import Checkpoint
from reba.testing.invariants import Evidence, check_ledger


def books_of(ledger: Ledger) -> tuple[Evidence | None, str]:
    """Return what the books say, or nothing and why they cannot be read; and that for people."""
    try:
        found = check_ledger(ledger)
    except RebaError as error:
        return None, f"the books cannot be read: {error}"
    return found, found.render("en")


def audited(asked: argparse.Namespace) -> int:
    earlier = [Checkpoint.parse(path.read_text(encoding="utf-8")) for path in asked.checkpoint]
    with open_ledger(asked.ledger, create=False, read_only=True) as ledger:
        report = audit(ledger, against=earlier)
        books, said = books_of(ledger)
        clean = report.clean and books is not None and not books.violated
        checkpoint = ledger.checkpoint().to_text() if clean else None
    print(f"{report.checked['entries']} entries of {report.checked['accounts']} accounts audited")
    print(f"held against {len(earlier)} earlier checkpoints")
    for finding in report.findings:
        print(f"  {finding.id} at {finding.seq}: expected {finding.expected}, "
              f"found {finding.actual}")  # fmt: skip
    print(said)
    if checkpoint is not None:
        print("Keep this checkpoint: the next audit begins with it.")
        print(checkpoint)
    evidence = {
        "audit": report.to_record(),
        "books": said if books is None else books.to_record(),
        "against": [path.name for path in asked.checkpoint],
        "checkpoint": checkpoint,
    }
    asked.evidence.write_text(json.dumps(evidence, indent=1) + "\n", encoding="utf-8")
    return 0 if clean else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ledger", type=Path)
    parser.add_argument("evidence", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    try:
        return audited(parser.parse_args())
    except RebaError as error:  # no ledger there, a checkpoint that is none
        print(f"[{error.code}] {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
