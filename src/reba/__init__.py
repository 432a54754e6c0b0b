"""The own contribution (eigen bijdrage) of people in Dutch reception: computed, saved, provable.

A name is loaded when it is first used: who only assesses does not pay for databases.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reba.errors import RebaError
    from reba.facts import HouseholdMonth
    from reba.law.assess import assess, asset_position
    from reba.law.assessment import Assessment, AssetPosition
    from reba.law.choices import MunicipalChoices, load_choices
    from reba.law.parameters import Law, load_law
    from reba.ledger.account_state import AccountState, ReleaseState
    from reba.ledger.audit import AuditReport, Sample, audit
    from reba.ledger.ledger import Ledger, open_ledger
    from reba.ledger.revisions import Revision
    from reba.months import Month
    from reba.savings.policy import SavingsPolicy, load_policy
    from reba.savings.reserve import Reserve, reserve
    from reba.version import __version__

__all__ = [
    "AccountState",
    "Assessment",
    "AssetPosition",
    "AuditReport",
    "HouseholdMonth",
    "Law",
    "Ledger",
    "Month",
    "MunicipalChoices",
    "RebaError",
    "ReleaseState",
    "Reserve",
    "Revision",
    "Sample",
    "SavingsPolicy",
    "__version__",
    "assess",
    "asset_position",
    "audit",
    "load_choices",
    "load_law",
    "load_policy",
    "open_ledger",
    "reserve",
]

_NAMES = {
    "reba.errors": "RebaError",
    "reba.facts": "HouseholdMonth",
    "reba.law.assess": "assess asset_position",
    "reba.law.assessment": "Assessment AssetPosition",
    "reba.law.choices": "MunicipalChoices load_choices",
    "reba.law.parameters": "Law load_law",
    "reba.ledger.account_state": "AccountState ReleaseState",
    "reba.ledger.audit": "AuditReport Sample audit",
    "reba.ledger.ledger": "Ledger open_ledger",
    "reba.ledger.revisions": "Revision",
    "reba.months": "Month",
    "reba.savings.policy": "SavingsPolicy load_policy",
    "reba.savings.reserve": "Reserve reserve",
    "reba.version": "__version__",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        msg = f"module 'reba' has no attribute {name!r}"
        raise AttributeError(msg)
    return globals().setdefault(name, getattr(import_module(_HOMES[name]), name))


def __dir__() -> list[str]:
    return list(__all__)
