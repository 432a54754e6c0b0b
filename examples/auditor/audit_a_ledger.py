"""What an external accountant runs on a ledger file they were handed.

    python examples/auditor/audit_a_ledger.py coa.reba evidence.json [--checkpoint FILE ...]

It audits hashes, order and amounts, against the checkpoints you were given earlier; it reads off
the books whether they add up; and it writes what it did, to be filed. The ledger is not changed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from reba import audit, open_ledger
from reba.ledger.merkle import Checkpoint
from reba.testing.invariants import check_ledger


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ledger", type=Path)
    parser.add_argument("evidence", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    asked = parser.parse_args()
    earlier = [Checkpoint.parse(path.read_text(encoding="utf-8")) for path in asked.checkpoint]
    with open_ledger(asked.ledger, create=False, read_only=True) as ledger:
        report = audit(ledger, against=earlier)
        books = check_ledger(ledger)
        checkpoint = ledger.checkpoint()
    print(f"{report.checked['entries']} entries of {report.checked['accounts']} accounts audited")
    print(f"held against {len(earlier)} earlier checkpoints")
    for finding in report.findings:
        print(f"  {finding.id} at {finding.seq}: expected {finding.expected}, "
              f"found {finding.actual}")  # fmt: skip
    print(books.render("en"))
    print("Keep this checkpoint: the next audit begins with it.")
    print(checkpoint.to_text())
    evidence = {
        "audit": report.to_record(),
        "books": books.to_record(),
        "against": [path.name for path in asked.checkpoint],
        "checkpoint": checkpoint.to_text(),
    }
    asked.evidence.write_text(json.dumps(evidence, indent=1) + "\n", encoding="utf-8")
    return 0 if report.clean and not books.violated else 1


if __name__ == "__main__":
    sys.exit(main())
