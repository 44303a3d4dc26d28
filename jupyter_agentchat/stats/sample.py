"""What every statistic asks of its values first: finite numbers, and enough of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA

Floats = npt.NDArray[np.float64]

_LEAST = 100
"""Fewer resamples have no 95 % tails."""


def floats(values: Iterable[float | NA], name: str) -> Floats:
    """Return a sample as an array; NA is left out, for it is no value.

    Parameters
    ----------
    values : iterable of float or NA
        The sample, one value for each unit of analysis.
    name : str
        What the caller calls it, for the error.

    Raises
    ------
    InvalidInputError
        A value is no finite number. How many are NA is for the caller to report.
    """
    found = [value for value in values if not isinstance(value, NA)]
    try:
        array = np.array(found, np.float64)
    except (TypeError, ValueError):
        raise InvalidInputError(f"{name} holds something that is neither number nor NA") from None
    if array.ndim != 1:
        raise InvalidInputError(f"{name} is nested; give one number for each stream")
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array))[0])
        raise InvalidInputError(f"{name}[{place}] is {array[place]}; give finite numbers or NA")
    return array


def pairs(
    a: Sequence[float | NA], b: Sequence[float | NA], names: tuple[str, str] = ("a", "b")
) -> tuple[Floats, Floats]:
    """Return paired samples without the pairs in which either value is NA.

    Raises
    ------
    InvalidInputError
        The samples are not equally long, or a value is no finite number.
    """
    if len(a) != len(b):
        message = (
            f"paired samples are equally long; {names[0]} has {len(a)} values "
            f"and {names[1]} has {len(b)}"
        )
        raise InvalidInputError(message)
    both = [
        (one, two)
        for one, two in zip(a, b, strict=True)
        if not isinstance(one, NA) and not isinstance(two, NA)
    ]
    return floats([one for one, _ in both], names[0]), floats([two for _, two in both], names[1])


def resamples(count: object) -> None:
    """Raise `InvalidInputError` unless a bootstrap draws so often: 100 times at least."""
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < _LEAST:
        raise InvalidInputError(f"n_resamples is {count!r}; give 100 at least")


def share(value: float, name: str) -> float:
    """Return a number between 0 and 1, ends excluded, or raise `InvalidInputError`."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = -1.0
    if not 0 < found < 1:
        raise InvalidInputError(f"{name} is {value!r}; it has to be between 0 and 1")
    return found
