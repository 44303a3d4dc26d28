"""The work that every system under test does: chunks, when they are due, what they say.

Only the standard library: peers run it in an environment of their own.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace

TEXTS = (
    " the quick brown fox",
    " jumps over lazy dog",
    " 12.5% of the total,",
    "\n\n- a list item: **b",
    " `np.array([1, 2])` ",
    " which, in turn, led",
    ' to "quoted" words a',
    " naïve café résumé. ",
)
"""About 20 bytes each, as the increments of language models are."""

MESSAGE_CHUNKS = 500
"""Peers begin a new message after so many, which is kind to those that send whole messages."""


@dataclass(frozen=True)
class Order:
    """What to stream.

    Attributes
    ----------
    rooms, streams : int
        Rooms, and streams in all; stream s is heard in room s % rooms.
    seconds : float
        How long.
    rate : float
        Chunks per second of each stream, phases spread; 0 = as fast as it goes, yielding to the
        loop once per chunk as ``async for chunk in model`` does.
    chunks : int
        End each stream after so many; 0 = when the time is over.
    start_ns : int
        When to begin (monotonic).
    is_sliced : bool
        Whether rooms take turns; see `tests.bench.turns`.
    """

    rooms: int
    streams: int
    seconds: float
    rate: float = 0.0
    chunks: int = 0
    start_ns: int = 0
    is_sliced: bool = False

    def starting(self, delay_s: float) -> Order:
        """Return the order to be begun after `delay_s`."""
        return replace(self, start_ns=time.monotonic_ns() + int(delay_s * 1e9))

    def dumps(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> Order:
        """Read JSON."""
        return cls(**json.loads(text))


def delta(stream: int, index: int) -> str:
    """Return a chunk's text: the marker that viewers check, with the instant of now, and words."""
    return f"~{stream}.{index}.{time.monotonic_ns()} {TEXTS[index & 7]}"


async def chunks(order: Order, stream: int, late_ns: list[int]) -> AsyncIterator[tuple[int, str]]:
    """Yield (index, text) of one stream when they are due; append how late each one was."""
    monotonic_ns, sleep = time.monotonic_ns, asyncio.sleep
    await sleep(max(order.start_ns - monotonic_ns(), 0) / 1e9)
    gap_ns = 1e9 / order.rate if order.rate else 0.0
    phase_ns = gap_ns * stream / order.streams
    end_ns = order.start_ns + int(order.seconds * 1e9)
    index = 0
    while index != order.chunks or not order.chunks:
        if order.rate:
            due_ns = order.start_ns + phase_ns + index * gap_ns
            if due_ns >= end_ns and not order.chunks:
                return
            await sleep(max(due_ns - monotonic_ns(), 0) / 1e9)
            late_ns.append(int(monotonic_ns() - due_ns))
        elif monotonic_ns() >= end_ns and not order.chunks:
            return
        yield index, delta(stream, index)
        index += 1
        if not order.rate:
            await sleep(0)


def quantiles_us(late_ns: list[int]) -> list[float]:
    """Return p50 and p99 in µs; nothing where nothing had a due time."""
    late = sorted(late_ns)
    return [late[int((len(late) - 1) * q)] / 1e3 for q in (0.5, 0.99)] if late else []
