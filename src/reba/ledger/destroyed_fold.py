"""What is left to say of an account once its records are destroyed (vernietigd): its totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, TypeAlias, cast

from reba.ledger.account_state import TOTALS, AccountState, Destruction
from reba.ledger.entries import Entry
from reba.savings.procedure import ProcedureState

__all__ = ["DESTROYED", "DestroyedFold"]

Body: TypeAlias = Mapping[str, object]

DESTROYED = "records.destroyed"


class DestroyedFold(NamedTuple):
    """What a `records.destroyed` says: that it was done, and the totals of that moment, cents."""

    destruction: Destruction
    scheme: str
    destroyed_through: int
    totals: Mapping[str, int]

    @classmethod
    def of(cls, entry: Entry, body: Body) -> DestroyedFold:
        """Read the body of the entry.

        Raises:
            KeyError, TypeError: where it does not say what it must.
        """
        totals = cast("Mapping[str, int]", body["totals"])
        destruction = Destruction(
            entry.effective, *(cast("str", body[key]) for key in Destruction._fields[1:])
        )
        return cls(
            destruction,
            cast("str", body["scheme"]),
            cast("int", body["destroyed_through"]),
            {name: totals[name] for name in TOTALS},
        )

    def state(self, account: str, version: int, head: str, on: date) -> AccountState:
        """Return the state of the account: its totals, and nothing of what they were made of."""
        return AccountState(
            account=account,
            scheme=self.scheme,
            **self.totals,
            # Only an account whose procedure had ended is closed, and only a closed one destroyed.
            procedure_state=ProcedureState("ended", None, (), None, None, ()),
            events=(),
            closing=None,
            destruction=self.destruction,
            releases=(),
            months=(),
            on=on,
            version=version,
            head=head,
        )
