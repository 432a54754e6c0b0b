"""Columns of whole numbers: products and quotients that are exact, whatever their size.

1. A column is an array of int64, mostly cents. Nothing here is ever a float.
2. Before a product is taken its largest value is worked out in Python's own integers. One that
   might not fit is taken in those, slower and as exact.
3. Rounding is that of `reba.money`: half up to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Ints", "half_up_column", "ints", "kinds_of", "sums_of"]

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

_SAFE: Final = 2**62
_TABLE_MAX: Final = 1_000_000


def ints(values: Sequence[int]) -> Ints:
    """Return whole numbers as a column.

    >>> ints([1, 2]).tolist()
    [1, 2]
    """
    return np.array(values, dtype=np.int64)


def _largest(factor: Ints | int) -> int:
    if isinstance(factor, int):
        return factor
    return int(factor.max()) if factor.size else 0


def half_up_column(factors: Sequence[Ints | int], divisors: Sequence[Ints | int]) -> Ints:
    """Divide a product by a product, row by row, half up to the cent (ECLI:NL:HR:2009:BI1980).

    Args:
        factors: columns and numbers of zero or more.
        divisors: columns and numbers of one or more.

    >>> half_up_column([ints([849500, 1]), 2], [3]).tolist()
    [566333, 1]
    >>> half_up_column([ints([10**15]), 10**15], [10**15]).tolist()
    [1000000000000000]
    """
    top = bottom = 1
    for factor in factors:
        top *= max(1, _largest(factor))  # with nothing beside it a product may still not fit
    for divisor in divisors:
        bottom *= _largest(divisor)
    if 2 * top + bottom < _SAFE:
        return _rounded(factors, divisors)
    exact = [_as_python(factor) for factor in factors]
    return _rounded(exact, [_as_python(divisor) for divisor in divisors]).astype(np.int64)


def _as_python(value: Ints | int) -> Ints | int:
    """Return a column of Python's integers, which have no largest one."""
    return value if isinstance(value, int) else cast("Ints", value.astype(np.object_))


def _rounded(factors: Sequence[Ints | int], divisors: Sequence[Ints | int]) -> Ints:
    top, bottom = _product(factors), _product(divisors)
    return cast("Ints", (2 * top + bottom) // (2 * bottom))


def _product(factors: Sequence[Ints | int]) -> Ints | int:
    found, *others = factors
    for factor in others:
        found = found * factor
    return found


def sums_of(column: Ints | Bools, starts: Ints) -> list[int]:
    """Add up a column between starts, each stretch of one row or more.

    >>> sums_of(ints([1, 2, 3]), ints([0, 2]))
    [3, 3]
    """
    if not starts.size:
        return []
    return [int(each) for each in np.add.reduceat(column, starts, dtype=np.int64)]


def kinds_of(counts: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Find the rows that are alike in some small counts: a row of each kind, and each row's kind.

    >>> first, which = kinds_of((ints([1, 2, 1]), ints([0, 0, 0])))
    >>> first.tolist(), which.tolist()
    ([0, 1], [0, 1, 0])
    """
    size = counts[0].size
    key: Ints = np.zeros(size, dtype=np.int64)
    kinds = 1
    for count in counts:
        most = _largest(count) + 1
        key = key * most + count
        kinds *= most
    if kinds > _TABLE_MAX:  # a household of thirty: seldom
        _, first, which = np.unique(key, return_index=True, return_inverse=True)
        return first.astype(np.int64), which.astype(np.int64)
    row_of: Ints = np.full(kinds, -1, dtype=np.int64)
    row_of[key[::-1]] = np.arange(size - 1, -1, -1)  # of several rows the first one stays
    found = np.flatnonzero(row_of >= 0)
    number: Ints = np.zeros(kinds, dtype=np.int64)
    number[found] = np.arange(found.size)
    return row_of[found], number[key]
