"""The metrics of many streams at once, from the instants of their chunks.

The definitions are those of `jupyter_agentchat.metrics` (dialect agentchat): a test compares each
with its own. A chunk of any kind is content; the instants are the agent's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jupyter_agentchat.frames.memory import Instants
from jupyter_agentchat.metrics.content import ENDED, FAILED
from jupyter_agentchat.store.rows import StreamRow

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_NS_PER_MS = 1e6
_NS_PER_S = 1e9


@dataclass(frozen=True, slots=True)
class Latencies:
    """One value for each stream, NaN where it is undefined; milliseconds, and chunks per second.

    `chunks_per_s` is 1 / mean inter-chunk latency: (m - 1) chunks from the first to the last.
    """

    ttft_ms: Floats
    tpot_ms: Floats
    icl_p50_ms: Floats
    icl_p95_ms: Floats
    e2e_ms: Floats
    chunks_per_s: Floats


def measure(starts: Instants, instants: Instants, rows: list[StreamRow]) -> Latencies:
    """Measure streams.

    Parameters
    ----------
    starts : array of int64, length len(rows) + 1
        Stream i has the chunks from ``starts[i]`` to ``starts[i + 1]``; none is legal.
    instants : array of int64
        When each chunk arrived, in ns.
    rows : list of StreamRow
        Request, status and tokens of each.
    """
    m = np.diff(starts)
    first, last = _ends(starts, instants, m)
    request = np.array([row.t_request for row in rows], np.int64)
    tokens = np.array([row.n_tokens or 0 for row in rows], np.int64)
    gaps, gap_starts, monotonic = _gaps(starts, instants)
    sound = monotonic & (m > 0) & (first >= request)
    sound &= ~np.array([row.status in FAILED for row in rows], bool)
    gapped = sound & (m > 1)
    ended = sound & np.array([row.status in ENDED for row in rows], bool)
    spread = (last - first).astype(np.float64)
    counted = (tokens > 1) & (tokens >= m)  # a chunk carries one token at least
    return Latencies(
        ttft_ms=_where(sound, (first - request) / _NS_PER_MS),
        tpot_ms=_divide(ended & gapped & counted, spread / _NS_PER_MS, tokens - 1),
        icl_p50_ms=_where(gapped, _quantile(gaps, gap_starts, 0.5)),
        icl_p95_ms=_where(gapped, _quantile(gaps, gap_starts, 0.95)),
        e2e_ms=_where(ended, (last - request) / _NS_PER_MS),
        chunks_per_s=_divide(gapped & (spread > 0), m - 1, spread / _NS_PER_S),
    )


def _ends(starts: Instants, instants: Instants, m: Instants) -> tuple[Instants, Instants]:
    """Return the first and last instant of each stream, 0 where it has no chunk."""
    padded = np.append(instants, 0)
    first, last = padded[starts[:-1]], padded[starts[1:] - 1]
    return np.where(m > 0, first, 0), np.where(m > 0, last, 0)


def _gaps(starts: Instants, instants: Instants) -> tuple[Floats, Instants, Flags]:
    """Return the gaps (ms) ascending within their stream, where these start, and who is sound."""
    n_gaps = np.maximum(np.diff(starts) - 1, 0)
    stream = np.repeat(np.arange(len(n_gaps)), np.diff(starts))
    inside = stream[1:] == stream[:-1]
    gaps, stream = np.diff(instants)[inside], stream[1:][inside]
    monotonic = np.ones(len(n_gaps), bool)
    monotonic[stream[gaps < 0]] = False
    gaps = _ascending(gaps, stream)
    gap_starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(n_gaps)])
    return gaps / _NS_PER_MS, gap_starts, monotonic


def _ascending(gaps: Instants, stream: Instants) -> Instants:
    """Return gaps ascending within their stream; streams stay where they are."""
    if not len(gaps):
        return gaps
    least = int(gaps.min())
    width = int(gaps.max()) - least + 1
    if width * (int(stream[-1]) + 1) >= np.iinfo(np.int64).max:
        return gaps[np.lexsort((gaps, stream))]
    # One sort of numbers in which the stream comes first: twenty times as fast.
    keys = stream * width + (gaps - least)
    keys.sort()
    return keys - stream * width + least


def _quantile(ascending: Floats, starts: Instants, p: float) -> Floats:
    """Return the p-quantile of each run (numpy's method ``linear``), 0 where a run is empty."""
    count = np.diff(starts)
    place = p * np.maximum(count - 1, 0)
    below = np.floor(place).astype(np.int64)
    padded = np.append(ascending, [0.0, 0.0])
    one = padded[starts[:-1] + below]
    two = padded[starts[:-1] + np.minimum(below + 1, np.maximum(count - 1, 0))]
    value: Floats = one + (two - one) * (place - below)
    return value


def _where(defined: Flags, values: Floats) -> Floats:
    return np.where(defined, values, np.nan)


def _divide(defined: Flags, dividend: Floats | Instants, divisor: Floats | Instants) -> Floats:
    quotient = np.full(len(defined), np.nan)
    np.divide(dividend, divisor, out=quotient, where=defined)
    return quotient
