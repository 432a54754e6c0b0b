"""What auditors check a ledger and the rules with. Needs the extra `testing`.

A name is loaded when it is first used: strategies and profiles need no pytest, and Hypothesis asks
for our types as soon as it is imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reba.testing import invariants, oracle, profiles, strategies
    from reba.testing.machine import LedgerMachine, run_ledger_machine
    from reba.testing.stores import StoreContract
    from reba.testing.strategies import tampered

__all__ = [
    "LedgerMachine",
    "StoreContract",
    "invariants",
    "oracle",
    "profiles",
    "run_ledger_machine",
    "strategies",
    "tampered",
]

_HOMES = {
    "LedgerMachine": "reba.testing.machine",
    "StoreContract": "reba.testing.stores",
    "run_ledger_machine": "reba.testing.machine",
    "tampered": "reba.testing.strategies",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        msg = f"module 'reba.testing' has no attribute {name!r}"
        raise AttributeError(msg)
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        value = import_module(f"reba.testing.{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
