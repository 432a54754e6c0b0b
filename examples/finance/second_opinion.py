"""Let programs that are not ours add up the books: what stands on each account, in cents.

Each function returns the balance of each account number that is not zero, debit positive; None
where the program is not installed. It raises `DisagreesError` with what the program complains of.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any


class DisagreesError(Exception):
    """A program that is not ours does not accept a file of ours."""


def _without_zeros(balances: dict[str, int]) -> dict[str, int]:
    return {number: cents for number, cents in sorted(balances.items()) if cents}


def _installed(name: str) -> Any:  # noqa: ANN401 (packages that bring no types)
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


def by_hledger(path: Path) -> dict[str, int] | None:
    """Return what hledger finds, after `hledger check --strict`."""
    program = shutil.which("hledger")
    if program is None:
        return None
    balance = ("balance", "-N", "--flat", "-O", "csv")
    texts: list[str] = []
    for arguments in (("check", "--strict"), balance):
        done = subprocess.run(  # noqa: S603 (the program on the path, and no shell)
            [program, "-f", str(path), *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DisagreesError(done.stderr)
        texts.append(done.stdout)
    rows = csv.DictReader(io.StringIO(texts[-1]))
    return _without_zeros(
        {
            row["account"].split(":")[1]: int(Decimal(row["balance"].removesuffix(" EUR")) * 100)
            for row in rows
        }
    )


def by_beancount(path: Path) -> dict[str, int] | None:
    """Return what beancount finds, where it finds no fault: what `bean-check` does."""
    loader = _installed("beancount.loader")
    if loader is None:
        return None
    entries, errors, _ = loader.load_string(path.read_text(encoding="utf-8"))
    if errors:
        raise DisagreesError(errors[0].message)
    balances: dict[str, int] = {}
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            number = posting.account.split(":")[1]
            balances[number] = balances.get(number, 0) + int(posting.units.number * 100)
    return _without_zeros(balances)


def by_pyxaf(path: Path) -> dict[str, int] | None:
    """Return what pyxaf reads in an audit file that is valid by the official schema."""
    pyxaf = _installed("pyxaf")
    if pyxaf is None:
        return None
    report = pyxaf.validate(path, xsd=True)
    faults = [*report.errors, *report.warnings]
    if faults:
        raise DisagreesError(str(faults[0]))
    balances: dict[str, int] = {}
    with pyxaf.open(path) as found:
        for line in (*found.opening_balance().lines, *found.lines()):
            number = str(line.account_id)
            balances[number] = balances.get(number, 0) + int(line.signed_amount * 100)
    return _without_zeros(balances)
