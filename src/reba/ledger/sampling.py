"""Draw a sample of accounts for an audit, and say what it shows. Pure, and the same everywhere.

1. The accounts with the smallest SHA-256 of seed and id are drawn: anyone who has the seed and the
   ids draws the same, in any order of reading.
2. What the sample shows is exact (hypergeometric, without replacement): the most accounts that may
   be wrong for which so few wrong ones in the sample are not yet too unlikely.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from fractions import Fraction
from math import comb
from typing import Final, NamedTuple

from reba.errors import UsageError

__all__ = ["CONFIDENCE", "Sampled", "draw", "most_wrong"]

CONFIDENCE: Final = Fraction(95, 100)


class Sampled(NamedTuple):
    """A sample of accounts (steekproef), and of how many it was drawn with which seed."""

    accounts: frozenset[str]
    population: int
    seed: str

    def most_wrong(self, wrong: int) -> int:
        """Return how many accounts may be wrong at most, with `CONFIDENCE`."""
        return most_wrong(self.population, len(self.accounts), wrong)


def draw(accounts: Iterable[str], size: int, seed: str) -> Sampled:
    """Draw a sample; all accounts where there are no more.

    Raises:
        UsageError: usage.option where the sample would be empty.

    >>> sorted(draw(["H-1", "H-2", "H-3"], 2, "2026").accounts)
    ['H-2', 'H-3']
    """
    if size < 1:
        raise UsageError("usage.option", reason="a sample holds one account at least")
    population = 0

    def keyed() -> Iterable[tuple[bytes, str]]:
        nonlocal population
        for account in accounts:
            population += 1
            yield hashlib.sha256(f"{seed}\n{account}".encode()).digest(), account

    drawn = heapq.nsmallest(size, keyed())
    return Sampled(frozenset(account for _, account in drawn), population, seed)


def _chance(population: int, wrong: int, sample: int, found: int) -> Fraction:
    """Return the chance to find so few or fewer wrong ones in a sample, where so many are wrong."""
    right = population - wrong
    ways = sum(
        comb(wrong, k) * comb(right, sample - k)
        for k in range(min(found, wrong, sample) + 1)
        if sample - k <= right
    )
    return Fraction(ways, comb(population, sample))


def most_wrong(population: int, sample: int, found: int, confidence: Fraction = CONFIDENCE) -> int:
    """Return the most accounts that may be wrong, given how many of the sample were found wrong.

    With `confidence` no more accounts are wrong than this: were there one more, the chance to find
    so few would be below one minus the confidence.

    Args:
        population: all accounts.
        sample: the accounts drawn.
        found: those of them found wrong.
        confidence: as an exact fraction.

    >>> most_wrong(1000, 1000, 0), most_wrong(1000, 100, 0), most_wrong(10, 1, 0)
    (0, 28, 9)
    """
    low, high = found, population - (sample - found)
    while low < high:  # the chance falls as more are wrong
        middle = (low + high + 1) // 2
        if _chance(population, middle, sample, found) >= 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return low
