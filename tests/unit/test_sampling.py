"""Samples: the same for everyone who draws, and what they show is exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reba import RebaError, Sample
from reba.ledger.sampling import CONFIDENCE, SampleFound, draw, most_wrong

_ALL = [(number, f"H-{number}/2") for number in range(200)]


def test_a_sample_is_the_same_for_everyone() -> None:
    one = draw(_ALL, Sample(20, "2026-1"), "ab")
    assert one == draw(reversed(_ALL), Sample(20, "2026-1"), "ab")
    assert (len(one.entries), one.population) == (20, 200)
    assert draw(_ALL, Sample(20, "2026-2"), "ab").entries != one.entries
    assert draw(_ALL, Sample(20, "2026-1"), "ac").entries != one.entries
    assert one.entries < draw(_ALL, Sample(21, "2026-1"), "ab").entries


def test_a_sample_is_the_same_in_every_release() -> None:
    """Written out: who draws again in ten years draws these."""
    drawn = draw(_ALL, Sample(4, "Jaarcontrole 2026 – é"), "00" * 32)
    assert sorted(drawn.entries) == ["H-193/2", "H-78/2", "H-83/2", "H-85/2"]


def test_all_are_drawn_where_there_are_no_more() -> None:
    assert draw(_ALL, Sample(500, "x"), "").entries == {entry_id for _, entry_id in _ALL}
    assert draw([], Sample(5, "x"), "").population == 0


def test_every_assessment_is_drawn_about_as_often() -> None:
    times = dict.fromkeys((entry_id for _, entry_id in _ALL), 0)
    for seed in range(500):
        for entry_id in draw(_ALL, Sample(40, str(seed)), "ab").entries:
            times[entry_id] += 1
    # 500 draws of 40 in 200: 100 times each on average, with a standard deviation of 9.
    assert 55 < min(times.values()) <= max(times.values()) < 145


@pytest.mark.parametrize(
    "sample",
    [
        Sample(0, "x"), Sample(-1, "x"), Sample(5, ""), Sample(5, "a\nb"), Sample(5, "x" * 201),
        Sample(5, "\udc80"), Sample(5, "x", Decimal(0)), Sample(5, "x", Decimal(1)),
        Sample(5, "x", Decimal("-0.5")), Sample(5, "x", Decimal("NaN")),
        Sample(5, "x", Decimal("Infinity")), Sample(5, "x", Decimal("0.9500001")),
        Sample(5, "x", Decimal("1e-99999")),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(sample: Sample) -> None:
    with pytest.raises(RebaError) as raised:
        draw(_ALL, sample, "ab")
    assert raised.value.code == "usage.option"


@pytest.mark.parametrize("population", [1, 5, 8])
def test_what_a_sample_shows_is_exact(population: int) -> None:
    """By counting every sample there is, for every number of wrong ones there may be."""
    for size in range(1, population + 1):
        samples = list(combinations(range(population), size))
        for found in range(size + 1):
            for confidence in (Fraction(1, 2), Fraction(CONFIDENCE), Fraction(999, 1000)):
                possible = [
                    wrong
                    for wrong in range(found, population - (size - found) + 1)
                    if Fraction(
                        sum(sum(i < wrong for i in s) <= found for s in samples), len(samples)
                    )
                    >= 1 - confidence
                ]
                assert most_wrong(population, size, found, confidence) == max(possible)


def _chance(population: int, wrong: int, size: int, found: int) -> Fraction:
    ways = sum(comb(wrong, k) * comb(population - wrong, size - k) for k in range(found + 1))
    return Fraction(ways, comb(population, size))


@given(st.data())
def test_one_more_wrong_would_be_too_unlikely(data: st.DataObject) -> None:
    population = data.draw(st.integers(1, 400))
    size = data.draw(st.integers(1, population))
    found = data.draw(st.integers(0, size))
    most = most_wrong(population, size, found)
    assert found <= most <= population - (size - found)
    assert _chance(population, most, size, found) >= Fraction(5, 100)
    if most < population - (size - found):
        assert _chance(population, most + 1, size, found) < Fraction(5, 100)


def test_of_millions_it_is_known_at_once() -> None:
    assert most_wrong(5_000_000, 1000, 0) == 14_954
    assert most_wrong(5_000_000, 1000, 30) == 202_355
    assert most_wrong(1_000_000, 300_000, 2) == 18


def test_the_record_holds_whole_numbers_and_texts() -> None:
    found = SampleFound(1000, 100, "2026", Decimal("0.990"), "ab", 1)
    record = found.to_record()
    assert record == {
        "population": 1000, "size": 100, "seed": "2026", "root": "ab",
        "drawn": "the smallest SHA-256 of the lines root, seed, seq", "wrong": 1,
        "confidence": "0.99", "most_wrong": found.most_wrong,
    }  # fmt: skip
    assert (found.percent, found._replace(confidence=Decimal("0.999")).percent) == ("99", "99.9")
