"""The own contribution (eigen bijdrage) of people in Dutch asylum reception.

Facts of a household-month become an assessment with its legal trace (`assess`); a policy sets part
of it aside (`reserve`); an immutable, provable ledger keeps all of it (`open_ledger`), and anyone
can check that ledger (`audit`).
"""

from reba.errors import RebaError
from reba.facts import HouseholdMonth
from reba.law.assess import assess, asset_position
from reba.law.assessment import Assessment, AssetPosition
from reba.law.parameters import Law, load_law
from reba.ledger.accounts import AccountState
from reba.ledger.audit import AuditReport, audit
from reba.ledger.ledger import Ledger, open_ledger
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
    "RebaError",
    "Reserve",
    "SavingsPolicy",
    "__version__",
    "assess",
    "asset_position",
    "audit",
    "load_law",
    "load_policy",
    "open_ledger",
    "reserve",
]
