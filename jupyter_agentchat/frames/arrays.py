"""Arrow arrays from numpy's, without a copy where there is a way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jupyter_agentchat.frames.memory import Integers


def instants(values: Integers) -> pa.Array:
    """Return nanoseconds; 0 becomes null."""
    missing = values == 0
    if not missing.any():
        return pa.array(values)
    return pa.nulls(len(values), pa.int64()) if missing.all() else pa.array(values, mask=missing)


def codes(values: Integers, names: Sequence[str]) -> pa.DictionaryArray:
    """Return names by their codes, those that occur, in order of appearance.

    A file keeps no other ones: so what is read back is equal.
    """
    if len(names) == 1 and len(values):
        return pa.DictionaryArray.from_arrays(pa.array(values), pa.array(names, pa.string()))
    used = np.flatnonzero(np.bincount(values, minlength=len(names))).tolist()
    ranked = sorted(used, key=lambda code: int(np.argmax(values == code)))
    table = np.zeros(len(names), np.int32)
    table[ranked] = np.arange(len(ranked), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(table[values]), pa.array([names[code] for code in ranked], pa.string())
    )


def repeated(
    names: Sequence[str], values: Integers, missing: npt.ArrayLike | None = None
) -> pa.Array:
    """Return names by their codes, written out; null where `missing`."""
    places = pa.array(values, mask=missing)
    return pa.array(names, pa.string()).take(places)
