"""What an assessment is, whichever regulation it follows: amounts by origin, and their trace.

The attributes are the keys of the JSON that `reba assess --json` prints; a key that a scheme does
not know is None. The trace is built when it is asked for: a run of a hundred thousand households
stores amounts and facts, from which anyone can build the same steps again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from reba.law.trace import Language, Step, render_steps, step_record
from reba.months import Month

__all__ = ["AMOUNT_KEYS", "Assessment", "AssetPosition"]

AMOUNT_KEYS: Final = (
    "contribution_cents",
    "economic_value_cents",
    "allowance_value_cents",
    "housing_value_cents",
    "countable_income_cents",
    "exemption_cents",
    "from_earnings_cents",
    "from_other_income_cents",
    "from_assets_cents",
    "asset_limit_cents",
    "asset_excess_cents",
    "asset_total_cents",
    "leefgeld_cents",
    "leefgeld_withdrawn_from_cents",
    "contribution_due_from_cents",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The assessed own contribution (vaststelling eigen bijdrage) of a household for a month.

    All amounts are cents. `provisional` is true when any value of the law that was used is not
    verified; `provisional_because` names those values. `not_supplied` lists facts that the
    decision needs and the caller did not give. `choices_digest` names the municipal choices, for
    schemes that leave choices to municipalities.
    """

    scheme: str
    household: str
    month: Month
    contribution_cents: int
    economic_value_cents: int | None = None
    allowance_value_cents: int | None = None
    housing_value_cents: int | None = None
    countable_income_cents: int
    exemption_cents: int
    from_earnings_cents: int
    from_other_income_cents: int
    from_assets_cents: int
    asset_limit_cents: int | None = None
    asset_excess_cents: int | None = None
    asset_total_cents: int | None = None
    leefgeld_cents: int | None = None
    leefgeld_withdrawn_from_cents: int | None = None
    contribution_due_from_cents: int | None = None
    provisional: bool
    provisional_because: tuple[str, ...]
    not_supplied: tuple[str, ...]
    law_digest: str
    choices_digest: str | None = None
    explain: Callable[[], tuple[Step, ...]] = field(repr=False, compare=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The trace: why the amount is what it is, step by step."""
        return self.explain()

    def amounts(self) -> dict[str, int | None]:
        """Return the amounts in cents by name, in the order of the contract."""
        return {key: getattr(self, key) for key in AMOUNT_KEYS}

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `reba assess --json`, keys in a fixed order."""
        return {
            "scheme": self.scheme,
            "household": self.household,
            "month": str(self.month),
            **self.amounts(),
            "provisional": self.provisional,
            "provisional_because": list(self.provisional_because),
            "not_supplied": list(self.not_supplied),
            "steps": [step_record(step) for step in self.steps],
            "law_digest": self.law_digest,
            "choices_digest": self.choices_digest,
        }

    def render(self, language: Language) -> str:
        """Write the trace for people, in Dutch ("nl") or English ("en")."""
        return render_steps(self.steps, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPosition:
    """The assets of a household against the asset limit (vermogensgrens), in cents."""

    scheme: str
    household: str
    month: Month
    asset_limit_cents: int | None
    asset_excess_cents: int
    asset_total_cents: int
    provisional: bool
    provisional_because: tuple[str, ...]
    not_supplied: tuple[str, ...]
    law_digest: str
    explain: Callable[[], tuple[Step, ...]] = field(repr=False, compare=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The trace: why the amounts are what they are, step by step."""
        return self.explain()

    def to_record(self) -> dict[str, object]:
        """Return the JSON object of `reba assets --json`, keys in a fixed order."""
        return {
            "scheme": self.scheme,
            "household": self.household,
            "month": str(self.month),
            "asset_limit_cents": self.asset_limit_cents,
            "asset_excess_cents": self.asset_excess_cents,
            "asset_total_cents": self.asset_total_cents,
            "provisional": self.provisional,
            "provisional_because": list(self.provisional_because),
            "not_supplied": list(self.not_supplied),
            "steps": [step_record(step) for step in self.steps],
            "law_digest": self.law_digest,
        }

    def render(self, language: Language) -> str:
        """Write the trace for people, in Dutch ("nl") or English ("en")."""
        return render_steps(self.steps, language)
