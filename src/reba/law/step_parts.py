"""What the steps of every regulation are made of."""

from __future__ import annotations

from typing import NamedTuple

from reba.law.parameters import DatedValue
from reba.law.trace import Step, StepInput
from reba.money import HALF_UP

__all__ = ["Uncounted", "step"]


class Uncounted(NamedTuple):
    """An item of income that does not count for this month, and why."""

    kind: str
    net_cents: int
    reason: str
    detail: str


def step(
    name: str,
    amount_cents: int | None,
    legal: tuple[str, ...],
    *inputs: StepInput,
    exact: tuple[int, int] | None = None,
    parameters: tuple[DatedValue, ...] = (),
) -> Step:
    """Return a step of a trace (stap); an exact amount was rounded half up to the cent.

    >>> step("reba.means", 1, (), exact=(1, 2)).rounding == HALF_UP.name
    True
    """
    rounding = HALF_UP.name if exact is not None else None
    return Step(name, amount_cents, exact, rounding, inputs, parameters, legal)
