"""Columns in Arrow's memory: what it frees it uses again.

Memory that is fresh from the operating system costs 6 ms for each million integers, in page
faults; that is as much as everything else that happens to a column.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Integers = npt.NDArray[np.integer]
Instants = npt.NDArray[np.int64]


def empty(count: int, type_: npt.DTypeLike) -> Integers:
    """Return an array of `count` values that are not set."""
    dtype = np.dtype(type_)
    return np.frombuffer(pa.allocate_buffer(count * dtype.itemsize), dtype, count)


def zeros(count: int) -> Instants:
    """Return an array of `count` zeros."""
    values = empty(count, np.int64)
    values.fill(0)
    return cast("Instants", values)


class Column:
    """Integers that are added at the end.

    Parameters
    ----------
    type_ : dtype
        Theirs.
    expected : int
        How many there will be; there may be more.
    """

    def __init__(self, type_: npt.DTypeLike, expected: int) -> None:
        self._values = empty(max(expected, 1), type_)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, values: Integers) -> None:
        """Add `values`, of a type that fits."""
        end = self._count + len(values)
        if end > len(self._values):
            more = empty(max(end, 2 * len(self._values)), self._values.dtype)
            more[: self._count] = self._values[: self._count]
            self._values = more
        self._values[self._count : end] = values
        self._count = end

    def taken(self) -> Integers:
        """Return all values; they are here no more."""
        values, self._values = self._values[: self._count], self._values[:0]
        self._count = 0
        return values
