"""What the rules give for many household-months at once: a column for each amount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reba.errors import RebaError
from reba.simulation.exact import Bools, Ints

__all__ = ["Amounts", "Refused"]


@dataclass(slots=True)
class Refused:
    """The rows that a rule refused, and the error that it raised for the first of them.

    `error_of` gives the error of each row, where the amounts of a household stand in it.
    """

    rows: Bools
    error: RebaError
    error_of: Callable[[int], RebaError] | None = None

    def told(self, row: int) -> RebaError:
        """Return the error that the rule raises for a row."""
        return self.error if self.error_of is None else self.error_of(row)


@dataclass(slots=True)
class Amounts:
    """The amounts of a month for each row, in cents, as `reba.assess` gives them one by one.

    `ceiling_cents` is the economic value (Reba 2008). `withdrawn_cents` is the leefgeld withdrawn
    (RooO). `unverified` names the values that were used and are not verified; `not_supplied` says
    of which rows a fact was missing. Of rows that were refused the amounts mean nothing.
    """

    contribution_cents: Ints
    from_earnings_cents: Ints
    from_other_cents: Ints
    from_assets_cents: Ints
    withdrawn_cents: Ints
    ceiling_cents: Ints
    unverified: frozenset[str]
    not_supplied: dict[str, Bools] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
