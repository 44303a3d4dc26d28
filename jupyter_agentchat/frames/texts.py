"""The texts of the store's blocks, end to end."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jupyter_agentchat.frames.memory import Column, Instants, Integers
from jupyter_agentchat.store.joined import Joined
from jupyter_agentchat.store.rows import Segment

Rows = slice | npt.NDArray[np.bool_]
"""Which rows of a block: all of them, or a mask."""


class Texts:
    """Texts end to end, and where each ends."""

    def __init__(self, expected: int) -> None:
        self._text = Column(np.uint8, 6 * expected)
        self._ends = Column(np.int64, expected + 1)
        self._ends.add(np.zeros(1, np.int64))

    def add(self, block: Segment, rows: Rows) -> None:
        """Add those of some rows of a block."""
        if isinstance(block, Joined) and isinstance(rows, slice):
            for each in block.blocks:
                self.add(each, rows)
            return
        offsets, text = np.asarray(block.offsets).astype(np.int64), block.text
        if not isinstance(rows, slice):
            chosen = _strings(offsets, text).filter(pa.array(rows))
            _, ends, kept = chosen.buffers()
            offsets = np.frombuffer(ends or bytes(8), np.int64, len(chosen) + 1)
            text = memoryview(kept or b"")
        self._ends.add(offsets[1:] + (len(self._text) - offsets[0]))
        self._text.add(np.frombuffer(text, np.uint8)[offsets[0] : offsets[-1]])

    def ordered(self, order: Instants | None) -> pa.Array:
        """Return all of them in that order; they are here no more."""
        strings = _strings(self._ends.taken(), self._text.taken())
        return strings if order is None else strings.take(pa.array(order))


def _strings(offsets: Integers, text: Integers | memoryview) -> pa.Array:
    buffers = pa.py_buffer(offsets), pa.py_buffer(text)
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, *buffers)
