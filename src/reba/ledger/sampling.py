"""Draw a sample of assessments for an audit, and say what it shows. Pure, the same everywhere.

1. The assessments are drawn with the smallest SHA-256 of root, seed and place in the ledger: anyone
   who has the seed and the ledger draws the same. Who wrote the ledger cannot have known which, as
   long as the auditor chose the seed afterwards.
2. What the sample shows is exact (hypergeometric, without replacement): the most assessments that
   may be wrong for which so few wrong ones in the sample are not yet too unlikely.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import Final, NamedTuple

from reba.errors import UsageError

__all__ = ["CONFIDENCE", "HOW_DRAWN", "Drawn", "Sample", "SampleFound", "draw", "most_wrong"]

CONFIDENCE: Final = Decimal("0.95")
HOW_DRAWN: Final = "the smallest SHA-256 of the lines root, seed, seq"

_SEED_LENGTH: Final = 200
_DECIMALS: Final = 6


class Sample(NamedTuple):
    """A sample (steekproef) that an audit is asked to draw.

    `size` is the number of assessments, all where there are no more. `seed` is any text that the
    auditor chose: one line, at most 200 characters. `confidence` is exact, between 0 and 1.
    """

    size: int
    seed: str
    confidence: Decimal = CONFIDENCE

    def check(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            UsageError: usage.option.
        """
        if self.size < 1:
            raise UsageError("usage.option", reason="a sample holds one assessment at least")
        if not (self.seed.isprintable() and 0 < len(self.seed) <= _SEED_LENGTH):
            reason = f"a seed is one line of at most {_SEED_LENGTH} characters, and not empty"
            raise UsageError("usage.option", reason=reason)
        if not (
            self.confidence.is_finite()
            and 0 < self.confidence < 1
            and self.confidence == round(self.confidence, _DECIMALS)
        ):
            reason = f"a confidence lies between 0 and 1, with at most {_DECIMALS} decimals"
            raise UsageError("usage.option", reason=reason)


class Drawn(NamedTuple):
    """Which assessments were drawn, by `entry_id`; of how many, and with which root."""

    entries: frozenset[str]
    population: int
    root: str


class SampleFound(NamedTuple):
    """What a sample (steekproef) shows: how many of it were wrong, and what that says of all."""

    population: int
    size: int
    seed: str
    confidence: Decimal
    root: str
    wrong: int

    @property
    def most_wrong(self) -> int:
        """The most assessments of all that are wrong, with `confidence`; exact where all are drawn.

        >>> SampleFound(1000, 100, "2026", CONFIDENCE, "", 0).most_wrong
        28
        """
        return most_wrong(self.population, self.size, self.wrong, Fraction(self.confidence))

    @property
    def percent(self) -> str:
        """The confidence in percent, as a decimal text."""
        return f"{(self.confidence * 100).normalize():f}"

    def to_record(self) -> dict[str, int | str]:
        """Return the JSON object of the report; the confidence is a text, since it is exact."""
        return {
            "population": self.population,
            "size": self.size,
            "seed": self.seed,
            "root": self.root,
            "drawn": HOW_DRAWN,
            "wrong": self.wrong,
            "confidence": f"{self.confidence.normalize():f}",
            "most_wrong": self.most_wrong,
        }


def draw(assessments: Iterable[tuple[int, str]], sample: Sample, root: str) -> Drawn:
    """Draw a sample without replacement; all assessments where there are no more.

    Args:
        assessments: the place (`seq`) and the `entry_id` of each, in any order.
        sample: how many, and with which seed.
        root: the root of the ledger, in hexadecimal.

    Raises:
        UsageError: usage.option where such a sample cannot be drawn.

    >>> sorted(draw([(1, "H-1/2"), (4, "H-2/2"), (7, "H-3/2")], Sample(2, "2026"), "ab").entries)
    ['H-1/2', 'H-2/2']
    """
    sample.check()
    population = 0
    prefix = hashlib.sha256(f"{root}\n{sample.seed}\n".encode())

    def keyed() -> Iterable[tuple[bytes, str]]:
        nonlocal population
        for seq, entry_id in assessments:
            population += 1
            key = prefix.copy()
            key.update(str(seq).encode())
            yield key.digest(), entry_id

    drawn = heapq.nsmallest(sample.size, keyed())
    return Drawn(frozenset(entry_id for _, entry_id in drawn), population, root)


def _is_likely(population: int, wrong: int, sample: int, found: int, chance: Fraction) -> bool:
    """Whether so few or fewer wrong ones in a sample have this chance at least.

    Drawing the sample and marking the wrong ones are alike, so the fewer of both are counted:
    the numbers stay small.
    """
    few, many = min(wrong, sample), max(wrong, sample)
    rest = population - many
    first = max(0, few - rest)
    if first > found:
        return False
    ways = term = comb(many, first) * comb(rest, few - first)
    for k in range(first, min(found, few)):
        term = term * (many - k) * (few - k) // ((k + 1) * (rest - few + k + 1))
        ways += term
    return ways * chance.denominator >= comb(population, few) * chance.numerator


def most_wrong(
    population: int, sample: int, found: int, confidence: Fraction = Fraction(CONFIDENCE)
) -> int:
    """Return the most assessments that may be wrong, given how many of the sample were found wrong.

    With `confidence` no more are wrong than this: were there one more, the chance to find so few
    would be below one minus the confidence.

    Args:
        population: all assessments.
        sample: how many of them were drawn.
        found: how many of those were found wrong.
        confidence: as an exact fraction.

    >>> most_wrong(1000, 1000, 0), most_wrong(1000, 100, 0), most_wrong(10, 1, 0)
    (0, 28, 9)
    """
    chance = 1 - confidence
    most = population - (sample - found)
    low, step = found, 1
    while low + step < most and _is_likely(population, low + step, sample, found, chance):
        low, step = low + step, 2 * step
    high = min(most, low + step)
    while low < high:  # the chance falls as more are wrong
        middle = (low + high + 1) // 2
        if _is_likely(population, middle, sample, found, chance):
            low = middle
        else:
            high = middle - 1
    return low
