"""Invariants of the own contribution and its ledger, named, for our library and for yours.

1. Each states in Dutch and English what must hold, cites its source, and takes what it checks as
   an argument: `by_id("A5").check(engine, case)`.
2. `check_all(engine=my_assess)` holds another engine against all of them; `check_ledger(ledger)`
   reads the books of a ledger that is there.
3. A result says how many cases were checked and which branches they took. "held" means that no
   counterexample was found, never that there is none.
4. `COUNTEREXAMPLES` shows what is nearly true, and why it is not.

>>> from reba.testing.invariants import ALL, COUNTEREXAMPLES, by_id
>>> by_id("A3").statement.nl
'De eigen bijdrage is niet hoger dan de middelen die meetellen.'
>>> print(COUNTEREXAMPLES["months-apart-and-together"]().en)
Half of 0.01 is 0.01, rounded: over two months 0.02, but of 0.02 together 0.01.
"""

from reba.testing.invariants._cases import BRANCHES, Case, Engine, Pair, cases
from reba.testing.invariants._catalogue import (
    ALL,
    ELSEWHERE,
    by_id,
    by_tag,
    parametrize_invariants,
)
from reba.testing.invariants._evidence import Evidence, Result
from reba.testing.invariants._invariant import Invariant, Nearly, NotApplicableError, Words
from reba.testing.invariants._logs import Auditor
from reba.testing.invariants._nearly import COUNTEREXAMPLES
from reba.testing.invariants._run import OpenLedger, check, check_all, check_ledger
from reba.testing.invariants._split import Splitter
from reba.testing.violations import Violation

__all__ = [
    "ALL",
    "BRANCHES",
    "COUNTEREXAMPLES",
    "ELSEWHERE",
    "Auditor",
    "Case",
    "Engine",
    "Evidence",
    "Invariant",
    "Nearly",
    "NotApplicableError",
    "OpenLedger",
    "Pair",
    "Result",
    "Splitter",
    "Violation",
    "Words",
    "by_id",
    "by_tag",
    "cases",
    "check",
    "check_all",
    "check_ledger",
    "parametrize_invariants",
]
