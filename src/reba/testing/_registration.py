"""Tell Hypothesis of our types: called when Hypothesis is imported, through its entry point.

Only the modules that define the types are imported here; the strategies themselves, and with them
the ledger, are imported when one of them is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["register"]


def _ours(name: str) -> Any:  # noqa: ANN401 (a strategy)
    return getattr(import_module("reba.testing.strategies"), name)()


def register() -> None:
    """Register our strategies for `hypothesis.strategies.from_type`.

    Where part of the library is missing nothing is registered, and Hypothesis works as before.
    """
    try:
        from hypothesis.strategies import one_of, register_type_strategy  # noqa: PLC0415

        from reba.facts import (  # noqa: PLC0415
            SCHEMES,
            Assets,
            HouseholdMonth,
            IncomeItem,
            Member,
            Receipt,
        )
        from reba.law.choices import MunicipalChoices  # noqa: PLC0415
        from reba.law.parameters import Law  # noqa: PLC0415
        from reba.months import Month  # noqa: PLC0415
        from reba.savings.policy import SavingsPolicy  # noqa: PLC0415
    except ImportError:
        return

    def households(_: object) -> Any:  # noqa: ANN401
        ours = import_module("reba.testing.strategies")
        return one_of([ours.households(scheme=scheme) for scheme in SCHEMES])

    register_type_strategy(HouseholdMonth, households)
    register_type_strategy(Month, lambda _: _ours("months"))
    register_type_strategy(Law, lambda _: _ours("parameter_sets"))
    register_type_strategy(SavingsPolicy, lambda _: _ours("policies"))
    register_type_strategy(MunicipalChoices, lambda _: _ours("choices"))
    register_type_strategy(Member, lambda _: _ours("members").map(Member.model_validate))
    register_type_strategy(
        IncomeItem, lambda _: _ours("income_items").map(IncomeItem.model_validate)
    )
    register_type_strategy(Assets, lambda _: _ours("assets").map(Assets.model_validate))
    register_type_strategy(Receipt, lambda _: _ours("asset_items").map(Receipt.model_validate))
