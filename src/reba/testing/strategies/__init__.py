"""Strategies of Hypothesis for households, laws, policies and ledgers, valid unless asked not to.

1. Names are plural, options are keywords only, bounds are `min_...` and `max_...`; what varies is a
   strategy. What cannot be drawn is refused at once, with `InvalidArgument`.
2. What is drawn is valid: the law has every amount, the ledger takes every command. The negative
   space has strategies of its own: `invalid_facts`, `invalid_rows`, `invalid_policies`, `tampered`.
3. Examples shrink to the plainest: one adult, January 2015, no income, nothing owned.
4. A strategy shows as the call that made it; an example shows as a call that makes it again, but
   for a tampered log: that shows what was done to it.
5. For type hints, `from_type` knows the models of the library without an import of this package.

>>> from hypothesis import find
>>> from reba import assess, load_law
>>> law = load_law()
>>> def pays(facts): return assess(facts, law).contribution_cents > 0
>>> find(households(allow_assets=False), pays).members[0].income
(IncomeItem(basis=None, earned_in=None, justified=None, kind='earnings', net_cents=1, reason=None),)
"""

from reba.testing.strategies._commands import (
    Command,
    CommandHistory,
    MovingClock,
    OpenLedger,
    memory_ledger,
)
from reba.testing.strategies._dated import choices, policies
from reba.testing.strategies._facts import asset_items, assets, facts, households
from reba.testing.strategies._invalid_facts import invalid_facts
from reba.testing.strategies._invalid_policies import invalid_policies
from reba.testing.strategies._invalid_rows import InvalidRow, invalid_rows
from reba.testing.strategies._laws import (
    Change,
    made_law,
    overlays,
    parameter_sets,
    published_parameters,
)
from reba.testing.strategies._ledgers import (
    command_histories,
    corrections_of,
    entry_logs,
    ledgers,
)
from reba.testing.strategies._people import income_items, members
from reba.testing.strategies._procedures import ProcedureHistory, procedure_histories
from reba.testing.strategies._scalars import cents, dates, months, months_around, rates
from reba.testing.strategies._tampering import DAMAGES, Damage, Tampered, tampered

__all__ = [
    "DAMAGES",
    "Change",
    "Command",
    "CommandHistory",
    "Damage",
    "InvalidRow",
    "MovingClock",
    "OpenLedger",
    "ProcedureHistory",
    "Tampered",
    "asset_items",
    "assets",
    "cents",
    "choices",
    "command_histories",
    "corrections_of",
    "dates",
    "entry_logs",
    "facts",
    "households",
    "income_items",
    "invalid_facts",
    "invalid_policies",
    "invalid_rows",
    "ledgers",
    "made_law",
    "members",
    "memory_ledger",
    "months",
    "months_around",
    "overlays",
    "parameter_sets",
    "policies",
    "procedure_histories",
    "published_parameters",
    "rates",
    "tampered",
]
