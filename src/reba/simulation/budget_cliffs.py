"""Where a budget line breaks: cliffs, and ranges that the municipality did not decide.

1. A cliff is where one more cent costs more than a cent.
2. Each stretch of at most a euro is looked at. Where the steps of the trace differ at its ends, or
   the line bends by more than rounding explains, it is gone through cent by cent. So what is found
   is exact to the cent. A cliff could only be missed where it leaves no mark in the trace and
   costs no more than rounding does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from reba.law.trace import Step
from reba.simulation.varied_earnings import Found, VariedEarnings

__all__ = ["Break", "Looked", "look"]

_EURO: Final = 100


class Break(NamedTuple):
    """What holds a cent before a cliff and at it, and the steps of the trace that make it one."""

    before: Found
    after: Found
    causes: tuple[Step, ...]


class Looked(NamedTuple):
    """What was found along the line: cliffs, what is undecided, and what holds between breaks."""

    cliffs: tuple[Break, ...]
    undecided: tuple[tuple[int, int], ...]
    pieces: tuple[tuple[Found, ...], ...]


def _gain(before: Found, after: Found) -> int | None:
    if before.kept_cents is None or after.kept_cents is None:
        return None
    return after.kept_cents - before.kept_cents


def _suspects(found: Sequence[Found]) -> Iterator[tuple[Found, Found]]:
    """Yield the stretches in which something may happen: other rules, or a bend beyond rounding."""
    stretches = list(pairwise(found))
    gains = [_gain(before, after) for before, after in stretches]
    for index, (before, after) in enumerate(stretches):
        gain = gains[index]
        beside = [*gains[max(0, index - 1) : index], *gains[index + 1 : index + 2]]
        # A rounded straight line gains as much on equal stretches, but for a cent.
        bends = gain is not None and any(
            other is not None and abs(gain - other) > 1 for other in beside
        )
        if bends or before.rules != after.rules:
            yield before, after


def _key(steps: tuple[Step, ...]) -> dict[tuple[str, int], Step]:
    """Name each step by its id, and by how many of that id came before it."""
    named: dict[tuple[str, int], Step] = {}
    for step in steps:
        number = sum(1 for name, _ in named if name == step.id)
        named[step.id, number] = step
    return named


def _causes(before: tuple[Step, ...], after: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that one cent brought in or moved by more, and the threshold it reached."""
    earlier, later = _key(before), _key(after)
    causes = {
        key: step
        for key, step in later.items()
        if key not in earlier
        or abs((step.amount_cents or 0) - (earlier[key].amount_cents or 0)) > 1
    }
    named = dict(pair for step in causes.values() for pair in step.inputs)
    reached = {
        key: step
        for key, step in later.items()
        if step.amount_cents is not None
        and named.get(f"{step.id}_cents") == step.amount_cents
        and _passed(before, step.amount_cents)
    }
    return tuple({**reached, **causes}.values())


def _passed(before: tuple[Step, ...], threshold_cents: int) -> bool:
    """Whether a threshold of income is the very next cent."""
    counted = [step.amount_cents for step in before if step.id == "countable_income"]
    return bool(counted) and counted[0] is not None and counted[0] + 1 == threshold_cents


def _break(household: VariedEarnings, before: Found, after: Found) -> Break | None:
    kept, then = before.kept_cents, after.kept_cents
    if kept is None or then is None or then >= kept:
        return None
    earlier, later = (household.steps(each.earnings_cents) for each in (before, after))
    return Break(before, after, _causes(earlier, later))


def _grid(minimum_cents: int, maximum_cents: int, step_cents: int) -> list[int]:
    """Return where the line is looked at: at least once a euro, and at its end."""
    return [*range(minimum_cents, maximum_cents, min(step_cents, _EURO)), maximum_cents]


def _pieces(looked_at: Iterable[Found], breaks: frozenset[int]) -> tuple[tuple[Found, ...], ...]:
    """Cut what was found into pieces, at cliffs and where the municipality did not choose."""
    pieces: list[list[Found]] = [[]]
    for found in looked_at:
        if found.bounds is not None or found.earnings_cents in breaks:
            pieces.append([])
        if found.bounds is None:
            pieces[-1].append(found)
    return tuple(tuple(piece) for piece in pieces if piece)


def _undecided(looked_at: Iterable[Found]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    begun: int | None = None
    last = 0
    for found in looked_at:
        if found.bounds is None:
            if begun is not None:
                ranges.append((begun, last))
            begun = None
        elif begun is None:
            begun = found.earnings_cents
        last = found.earnings_cents
    if begun is not None:
        ranges.append((begun, last))
    return tuple(ranges)


def look(
    household: VariedEarnings, minimum_cents: int, maximum_cents: int, step_cents: int
) -> Looked:
    """Look along the line, from some earnings to others, at least once a euro."""
    grid = _grid(minimum_cents, maximum_cents, step_cents)
    found = [household.at(cents) for cents in grid]
    breaks: list[Break] = []
    edges: dict[int, Found] = {}
    for start, end in _suspects(found):
        stretch = range(start.earnings_cents, end.earnings_cents + 1)
        for before, after in pairwise(household.at(cents) for cents in stretch):
            broken = _break(household, before, after)
            if broken is not None:
                breaks.append(broken)
            if broken is not None or (before.bounds is None) != (after.bounds is None):
                edges |= {before.earnings_cents: before, after.earnings_cents: after}
    edges |= {each.earnings_cents: each for each in found}
    looked_at = [edges[cents] for cents in sorted(edges)]
    at = frozenset(each.after.earnings_cents for each in breaks)
    return Looked(tuple(breaks), _undecided(looked_at), _pieces(looked_at, at))
