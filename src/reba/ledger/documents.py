"""Read the laws, policies and choices that a ledger keeps as canonical text.

A text that was read before is not read again: many ledgers keep the same law, and an audit of each
would otherwise spend its time on that. What is read is immutable, so it may be shared.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

from reba.law.choices import MunicipalChoices
from reba.law.parameters import Law
from reba.savings.policy import SavingsPolicy

__all__ = ["choices_from", "law_from", "policy_from"]

_KEPT: Final = 16


@lru_cache(maxsize=_KEPT)
def law_from(text: str) -> Law:
    """Return the law that a text holds."""
    return Law.from_record(json.loads(text))


@lru_cache(maxsize=_KEPT)
def policy_from(text: str) -> SavingsPolicy:
    """Return the savings policy that a text holds."""
    return SavingsPolicy.from_record(json.loads(text))


@lru_cache(maxsize=_KEPT)
def choices_from(text: str) -> MunicipalChoices:
    """Return the choices of a municipality that a text holds."""
    return MunicipalChoices.from_record(json.loads(text))
