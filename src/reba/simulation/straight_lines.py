"""Straight stretches of a line of whole cents, and the places where it bends.

1. A stretch is straight where one line passes every sample within what rounding explains.
2. Its rate is the simplest fraction that fits all its samples within that. The sample before a
   bend is left out: a bend that lies just before it is seen one sample late.
3. Two stretches meet where their lines cross, to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

__all__ = ["Kink", "Sample", "Segment", "kinks_of", "segments_of"]

_SAMPLES_TO_SPARE: Final = 3

_Slope: TypeAlias = tuple[int, int]
"""Cents kept for so many cents earned."""


class Sample(NamedTuple):
    """What is kept at some earnings, in cents."""

    earnings_cents: int
    kept_cents: int


class Segment(NamedTuple):
    """A straight stretch, both ends included, and the part of each extra euro that is not kept."""

    from_cents: int
    to_cents: int
    rate: Fraction


class Kink(NamedTuple):
    """Earnings at which the marginal rate changes (knik)."""

    earnings_cents: int
    rate_before: Fraction
    rate_after: Fraction


class _Run:
    """Samples that lie on a line through the first of them, and the slopes that such lines have."""

    def __init__(self, first: Sample, rounding_cents: int) -> None:
        self.samples = [first]
        self._rounding_cents = rounding_cents
        self._slopes: list[tuple[_Slope, _Slope]] = []

    def take(self, sample: Sample) -> bool:
        """Take the sample if it lies on such a line too."""
        first = self.samples[0]
        over = sample.earnings_cents - first.earnings_cents
        gain = sample.kept_cents - first.kept_cents
        low, high = (gain - self._rounding_cents, over), (gain + self._rounding_cents, over)
        if self._slopes:
            lowest, highest = self._slopes[-1]
            low = low if low[0] * lowest[1] > lowest[0] * low[1] else lowest
            high = high if high[0] * highest[1] < highest[0] * high[1] else highest
        if low[0] * high[1] > high[0] * low[1]:
            return False
        self.samples.append(sample)
        self._slopes.append((low, high))
        return True

    def line(self, *, bends_after: bool) -> _Line:
        """Return the line with the simplest slope."""
        spare = bends_after and len(self.samples) >= _SAMPLES_TO_SPARE
        low, high = self._slopes[-2] if spare else self._slopes[-1]
        return _Line(self.samples[0], self.samples[-1], _simplest(Fraction(*low), Fraction(*high)))


class _Line(NamedTuple):
    """A line through the first sample of a run."""

    first: Sample
    last: Sample
    slope: Fraction

    @property
    def start(self) -> Fraction:
        """What it says of no earnings."""
        return self.first.kept_cents - self.slope * self.first.earnings_cents


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of the smallest denominator between two, both included."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -_simplest(-high, -low)
    whole = low.numerator // low.denominator
    if whole == low:
        return low
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))


def _straight_lines(samples: Sequence[Sample], rounding_cents: int) -> list[_Line]:
    """Cut samples into runs through each of which a line passes, within the rounding."""
    runs: list[_Run] = []
    for sample in samples:
        if not runs or not runs[-1].take(sample):
            runs.append(_Run(sample, rounding_cents))
    runs = [run for run in runs if len(run.samples) > 1]
    return [run.line(bends_after=run is not runs[-1]) for run in runs]


def _crossing(one: _Line, other: _Line) -> int:
    """Return the earnings at which two lines cross, not outside of what they were drawn for."""
    if one.slope == other.slope:
        return one.last.earnings_cents
    crossing = round((other.start - one.start) / (one.slope - other.slope))
    return min(max(crossing, one.first.earnings_cents), other.first.earnings_cents)


def segments_of(pieces: Sequence[Sequence[Sample]], *, rounding_cents: int) -> tuple[Segment, ...]:
    """Return the straight stretches of a line that is broken into pieces.

    Args:
        pieces: the samples between two breaks, in ascending order.
        rounding_cents: by how much two samples of a straight line may be off together.

    >>> line = [Sample(x, x // 4 if x < 400 else x - 300) for x in range(0, 801, 100)]
    >>> segments_of([line], rounding_cents=1)  # doctest: +NORMALIZE_WHITESPACE
    (Segment(from_cents=0, to_cents=400, rate=Fraction(3, 4)),
     Segment(from_cents=400, to_cents=800, rate=Fraction(0, 1)))
    """
    found: list[Segment] = []
    for piece in pieces:
        lines = _straight_lines(piece, rounding_cents)
        ends = [_crossing(a, b) for a, b in pairwise(lines)]
        starts = [line.first.earnings_cents for line in lines[:1]] + ends
        ends += [line.last.earnings_cents for line in lines[-1:]]
        found.extend(
            Segment(start, end, 1 - line.slope)
            for start, end, line in zip(starts, ends, lines, strict=True)
        )
    return tuple(found)


def kinks_of(segments: Sequence[Segment]) -> tuple[Kink, ...]:
    """Return where one segment passes into the next with another rate; not across a gap."""
    return tuple(
        Kink(after.from_cents, before.rate, after.rate)
        for before, after in pairwise(segments)
        if after.from_cents - before.to_cents <= 1 and before.rate != after.rate
    )
