"""What is fuzzed: each reader of the library, with valid documents to begin with.

What comes from and goes to banks and books stands in `bank_targets.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fuzz.bank_targets import BANK_TARGETS
from fuzz.mutations import Program, mutate
from fuzz.target import LEDGER, Target, file_of, golden, of, promise
from made_catalog import made_catalog
from reba import (
    HouseholdMonth,
    RebaError,
    assess,
    audit,
    load_choices,
    load_law,
    load_policy,
)
from reba import open_ledger as opened
from reba.cli.checkpoints import read_checkpoints
from reba.errors import AssumptionsError
from reba.exports.bundle import write_bundle
from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.ledger.merkle import Checkpoint
from reba.ledger.notes import sign, verifier_key
from reba.ledger.receipt_checks import verify
from reba.ledger.receipts import Receipt, make_receipt
from reba.months import Month
from reba.runs.month import run_month
from reba.runs.rows import read_case, read_rows
from reba.savings.policy import SavingsPolicy
from reba.simulation.assumptions import Assumptions, load_assumptions
from reba.simulation.population import make_population
from reba.statements.catalog_files import load_catalog
from reba.statements.messages import Part, messages
from reba.statements.words import Words

__all__ = ["TARGETS", "Target"]

_ROOT: Final = Path(__file__).parents[2]
_EXAMPLES: Final = _ROOT / "examples"
_SIGNER: Final = Ed25519PrivateKey.from_private_bytes(bytes(32))
_SIGNER_NAME: Final = "example.nl/fuzz"
_OVERLAY: Final = """
instrument = "BWBR0024733"
title = "Official amounts"
[parameter."reba.exemption_rate"]
title_nl = "-"
title_en = "-"
unit = "ratio"
[[parameter."reba.exemption_rate".value]]
is = "0.20"
valid_from = 2015-04-01
valid_to = 2015-04-30
url = "https://example.org/letter"
"""


# ── facts ────────────────────────────────────────────────────────────────────────────────────


@cache
def _law() -> Law:
    return load_law()


@cache
def _policy() -> SavingsPolicy:
    return load_policy(_EXAMPLES / "policies" / "vng-half.toml")


@cache
def _cases() -> tuple[bytes, ...]:
    cases = [path.read_bytes() for path in sorted((_EXAMPLES / "cases").glob("*.json"))]
    rows = (_EXAMPLES / "municipal" / "october-2025.jsonl").read_bytes().splitlines()
    return (*cases, *rows[:2])


def _facts(facts: HouseholdMonth) -> None:
    again = HouseholdMonth.model_validate_json(facts.record_json())
    promise(again == facts, "facts that were accepted can be recorded and read again")
    with suppress(RebaError):
        assess(facts, _law())


def _read_case(document: bytes) -> bool:
    with file_of(document, "case.json") as path:
        _facts(read_case(path))
    return True


def _rows(document: bytes, name: str) -> bool:
    accepted = 0
    with file_of(document, name) as path:
        for row in read_rows(path):
            promise((row.facts is None) == bool(row.faults), "a row is either facts or faults")
            for fault in row.faults:
                promise(fault.code and fault.reason, "a fault has a code and a reason")
            if row.facts is not None:
                _facts(row.facts)
                accepted += 1
    return accepted > 0


@cache
def _csv() -> tuple[bytes, ...]:
    text = (_EXAMPLES / "population" / "march-2015.csv").read_bytes()
    return (b"".join(text.splitlines(keepends=True)[:6]),)


@cache
def _jsonl() -> tuple[bytes, ...]:
    text = (_EXAMPLES / "population" / "march-2015.jsonl").read_bytes()
    return (b"".join(text.splitlines(keepends=True)[:4]),)


def _run(document: bytes) -> bool:
    clock = lambda: datetime(2015, 4, 1, 8, tzinfo=UTC)  # noqa: E731
    with file_of(document, "facts.jsonl") as path, opened(":memory:", clock=clock) as ledger:
        report = run_month(
            path, month=Month.parse("2015-03"), ledger=ledger, policy=_policy(), law=_law()
        )
        promise(audit(ledger).clean, "what a run booked passes an audit")
        return report.booked > 0


# ── files that people write ──────────────────────────────────────────────────────────────────


@cache
def _policies() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((_EXAMPLES / "policies").glob("*.toml")))


def _read_policy(document: bytes) -> bool:
    with file_of(document, "policy.toml") as path:
        policy = load_policy(path)
    again = SavingsPolicy.from_record(json.loads(json.dumps(policy.to_record())))
    promise(again.digest == policy.digest, "a policy can be kept and read again")
    return True


def _read_choices(document: bytes) -> bool:
    with file_of(document, "choices.toml") as path:
        choices = load_choices(path)
    again = MunicipalChoices.from_record(json.loads(json.dumps(choices.to_record())))
    promise(again.digest == choices.digest, "choices can be kept and read again")
    return True


def _read_overlay(document: bytes) -> bool:
    with file_of(document, "overlay.toml") as path:
        law = _law().with_overlay(path)
    again = Law.from_record(json.loads(json.dumps(law.to_record())))
    promise(again.digest == law.digest, "a law can be kept and read again")
    return True


@cache
def _assumptions() -> tuple[bytes, ...]:
    files = sorted((_EXAMPLES / "policy").glob("assumptions-*.toml"))
    # A program changes a few places of a file; without its comments more of them are read.
    return tuple(re.sub(rb"(?m)^#.*\n", b"", path.read_bytes()) for path in files)


def _read_assumptions(document: bytes) -> bool:
    with file_of(document, "assumptions.toml") as path:
        assumptions = load_assumptions(path)
    again = Assumptions.from_record(json.loads(json.dumps(assumptions.to_record())))
    promise(again.digest == assumptions.digest, "assumptions can be kept and read again")
    promise(sum(share for _, share in assumptions.stays) == 1, "every stay is counted once")
    with suppress(AssumptionsError):  # they need not say of whom a population consists
        for facts in make_population(assumptions, households=2, seed=1):
            HouseholdMonth.model_validate(facts)
    return True


@cache
def _catalogs() -> tuple[bytes, ...]:
    # The first texts: a program changes a few places, and they should not lie far apart.
    return tuple(
        "\n\n".join(made_catalog(each).split("\n\n")[:40]).encode() for each in ("ar", "uk")
    )


def _read_catalog(document: bytes) -> bool:
    with file_of(document, "residents.po") as path:
        catalog = load_catalog(path, may_lack=True)
    words = Words(catalog)
    promise(words.money(1) and words.month("2015-03"), "its language can be written")
    for name in catalog.texts:
        part, _, key = name.partition(".")
        blanks = re.findall(r"\{(\w+)\}", messages()[name].en)
        said = words.tell(cast("Part", part), key, **dict.fromkeys(blanks, "x"))
        promise(said.strip(), "a translation that is used can be filled in")
    return bool(catalog.texts)


# ── evidence ─────────────────────────────────────────────────────────────────────────────────


@cache
def _receipts() -> tuple[bytes, ...]:
    with golden() as ledger:
        accounts = sorted(ledger.accounts())[:2]
        receipts = [make_receipt(ledger.store, account=each) for each in accounts]
    return tuple(receipt.to_text().encode() for receipt in receipts)


def _read_receipt(document: bytes) -> bool:
    try:
        text = document.decode()
    except UnicodeDecodeError:
        return False  # the command refuses it before
    receipt = Receipt.parse(text)
    verify(receipt)
    promise(receipt.to_text() == text, "a receipt is written as it was read")
    return True


@cache
def _checkpoint() -> Checkpoint:
    with golden() as ledger:
        return ledger.checkpoint()


def _read_checkpoint(document: bytes) -> bool:
    with file_of(document, "kept.txt") as path:
        (checkpoint,) = read_checkpoints([path], [])
    promise(Checkpoint.parse(checkpoint.to_text()) == checkpoint, "it is read as it is written")
    return True


@cache
def _notes() -> tuple[bytes, ...]:
    return (sign(_checkpoint().to_text(), name=_SIGNER_NAME, private_key=_SIGNER).encode(),)


def _read_note(document: bytes) -> bool:
    key = verifier_key(_SIGNER, _SIGNER_NAME)
    with file_of(document, "kept.txt") as path:
        (checkpoint,) = read_checkpoints([path], [key])
    promise(checkpoint == _checkpoint(), "nothing but what was signed is accepted")
    return True


# ── ledgers ──────────────────────────────────────────────────────────────────────────────────


def _read_ledger(path: Path) -> bool:
    with opened(path, create=False, read_only=True) as ledger:
        report = audit(ledger)
        for account in ledger.accounts():
            with suppress(RebaError):
                ledger.account(account)
    return report.clean


def _read_file(document: bytes) -> bool:
    with file_of(document, "l.reba") as path:
        return _read_ledger(path)


_CELLS: Final[tuple[str, ...]] = (
    "NULL", "0", "-1", "1", "9223372036854775807", "1.5", "''", "'x'", "CAST(x'ff00' AS TEXT)",
    "x''", "x'00ff'", "zeroblob(32)", "'{}'", "'[]'", "'null'", "'{\"month\":7}'", "char(0)",
    "CAST(x'eda080' AS TEXT)", "'2015-13'", "'contribution.assessed'", "'records.destroyed'",
    "'balance.transferred'", "'release.paid'", "replace(hex(zeroblob(9000)),'0','[')",
)  # fmt: skip


def _changed_cells(data: bytes) -> bytes:
    """Change cells of a ledger through SQL, with every guard and rule of types out of the way."""
    program = Program(data)
    with file_of(LEDGER.read_bytes(), "l.reba") as path:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA writable_schema=ON")
            db.execute("UPDATE sqlite_master SET sql = replace(sql, ') STRICT, W', ') W')")
            db.execute("UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ')')")
            db.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '')")
            db.execute("DELETE FROM sqlite_master WHERE type = 'trigger'")
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            while program.goes_on:
                table = tables[program.below(len(tables))]
                columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
                column = columns[program.below(len(columns))]
                count = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                # A key may be no text any more, so it stays within SQL.
                key = f"SELECT {columns[0]} FROM {table} LIMIT 1 OFFSET {program.below(count)}"
                value = _CELLS[program.below(len(_CELLS))]
                with suppress(sqlite3.IntegrityError):
                    db.execute(
                        f"UPDATE {table} SET {column} = {value} WHERE {columns[0]} = ({key})"
                    )
        return path.read_bytes()


@cache
def _bundle() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        out = Path(folder) / "bundle"
        with golden() as ledger:
            write_bundle(ledger.store, out)
        files = [path for path in sorted(out.rglob("*")) if path.is_file()]
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def _bundle_document(data: bytes) -> bytes:
    """Change one file: its number, whether the manifest is made to fit, and the file."""
    program = Program(data[:4])
    number, fits = program.below(len(_bundle())), program.below(2)
    return bytes([number, fits]) + mutate(data[4:], [list(_bundle().values())[number]])


def _read_bundle(document: bytes) -> bool:
    number, fits, content = document[:1], document[1:2], document[2:]
    files = dict(_bundle())
    name = list(files)[(number or b"\0")[0] % len(files)]
    if fits == b"\1" and name != "manifest.json":
        old = files[name]
        manifest = files["manifest.json"].replace(
            hashlib.sha256(old).hexdigest().encode(), hashlib.sha256(content).hexdigest().encode()
        )
        files["manifest.json"] = manifest.replace(
            f":{len(old)},".encode(), f":{len(content)},".encode()
        )
    files[name] = content
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for each, data in files.items():
            path = Path(folder) / each
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        return _read_ledger(Path(folder))


TARGETS: Final = {
    target.name: target
    for target in (
        Target("facts", of(_cases), _read_case),
        Target("facts-csv", of(_csv), lambda document: _rows(document, "facts.csv")),
        Target("facts-jsonl", of(_jsonl), lambda document: _rows(document, "facts.jsonl")),
        Target("run", of(_jsonl), _run),
        Target("policy", of(_policies), _read_policy),
        Target(
            "choices",
            of(lambda: ((_EXAMPLES / "municipal" / "choices.toml").read_bytes(),)),
            _read_choices,
        ),
        Target("assumptions", of(_assumptions), _read_assumptions),
        Target("catalog", of(_catalogs), _read_catalog),
        Target("overlay", of(lambda: (_OVERLAY.encode(),)), _read_overlay),
        Target("receipt", of(_receipts), _read_receipt),
        Target("checkpoint", of(lambda: (_checkpoint().to_text().encode(),)), _read_checkpoint),
        Target("note", of(_notes), _read_note),
        Target("bundle", _bundle_document, _read_bundle),
        Target("ledger", of(lambda: (LEDGER.read_bytes(),)), _read_file),
        Target("ledger-cells", _changed_cells, _read_file),
        *BANK_TARGETS,
    )
}
