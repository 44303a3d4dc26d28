"""What every metric asks of a timeline first: its content chunks, its tokens, its end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from jupyter_agentchat.metrics.dialects import OWN, Dialect
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline, TimelineTypeError

NS_PER_S = 1_000_000_000
FAILED = frozenset({"failed", "interrupted"})
ENDED = frozenset({"completed", "complete"})


def seconds(ns: int) -> float:
    """Return nanoseconds as seconds, rounded once."""
    return ns / NS_PER_S


def sound(timeline: Timeline) -> NA | None:
    """Return why no metric of the chunks of `timeline` is a number, or None."""
    if not isinstance(timeline, Timeline):
        raise TimelineTypeError(f"a metric measures a Timeline, not {type(timeline).__name__}")
    if timeline.problem is not None:
        return NA(timeline.problem)
    if timeline.status in FAILED:
        return NA(f"the stream is {timeline.status}: what it delivered before is no measurement")
    return None


def ended(timeline: Timeline) -> NA | None:
    """Return why `timeline` has no end to measure to, or None."""
    if timeline.status in ENDED:
        return None
    return undefined(f"the stream is {timeline.status}: it has no end to measure to")


def arrivals(timeline: Timeline, dialect: Dialect, kind: str | None = None) -> Sequence[int] | NA:
    """Return the instants of the content chunks as `dialect` sees them; never empty.

    Parameters
    ----------
    timeline : Timeline
        The stream.
    dialect : Dialect
        Decides which chunks are content.
    kind : str, optional
        Only the chunks of this kind.
    """
    if (broken := sound(timeline)) is not None:
        return broken
    if timeline.kinds is None and timeline.chunk_tokens is None and kind in (None, "text"):
        found: Sequence[int] = timeline.t_chunks
    else:
        found = [timeline.t_chunks[i] for i in _selected(timeline, dialect, kind)]
    if found:
        return found
    if kind is None:
        return NA("no content chunk arrived")
    return undefined(f"no chunk of kind {kind} arrived")


def finished(timeline: Timeline, dialect: Dialect) -> Sequence[int] | NA:
    """Return the instants of the content chunks of a stream that has ended; never empty."""
    instants = arrivals(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    still_open = ended(timeline)
    return instants if still_open is None else still_open


def token_count(timeline: Timeline, dialect: Dialect) -> int | NA:
    """Return how many output tokens the stream had: 1 or more.

    Where nobody counted, GuideLLM takes each content chunk for one. In our dialect fewer tokens
    than content chunks are NA: one of the two counts is wrong, and nobody knows which.
    """
    n = timeline.tokens
    if n and (contradicted := _contradicted(timeline, dialect, n)) is not None:
        return contradicted
    if n is None and dialect.name == "guidellm":
        instants = arrivals(timeline, dialect)
        return instants if isinstance(instants, NA) else len(instants)
    if n is None:
        return undefined("the number of output tokens is unknown")
    return n if n > 0 else undefined("the stream has no output token")


def chunk_counts(timeline: Timeline, dialect: Dialect) -> Sequence[int] | None:
    """Return the tokens of each content chunk, or None if that of any is unknown."""
    if timeline.chunk_tokens is None:
        return None
    found = [timeline.chunk_tokens[i] for i in _selected(timeline, dialect)]
    known = [count for count in found if count is not None]
    return known if len(known) == len(found) else None


def token_instants(timeline: Timeline, dialect: Dialect) -> Sequence[int] | NA:
    """Return one instant for each output token; never empty.

    A chunk of k tokens gives k equal instants. Where the tokens of a chunk are unknown, the
    stream's `n_tokens` are spread evenly over its content chunks, from the first to the last; where
    that is unknown too, each content chunk stands for one token.
    """
    instants = arrivals(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    counts = chunk_counts(timeline, dialect)
    n, m = timeline.n_tokens, len(instants)
    if counts is None:
        if n is None or n == m:
            return instants
        if 0 < n < m:
            contradicted = _contradicted(timeline, dialect, n)
            if contradicted is not None:
                return contradicted
            return [instants[j * (m - 1) // max(n - 1, 1)] for j in range(n)]
        counts = [(i + 1) * n // m - i * n // m for i in range(m)]
    tokens = list(chain.from_iterable(map(repeat, instants, counts)))
    return tokens or undefined("the stream has no output token")


def _contradicted(timeline: Timeline, dialect: Dialect, n: int) -> NA | None:
    """Return why n tokens cannot have come in so many chunks; other tools do not ask."""
    if dialect.name not in OWN:
        return None
    instants = arrivals(timeline, dialect)
    if isinstance(instants, NA) or n >= len(instants):
        return None
    return NA(f"{n} tokens in {len(instants)} content chunks: each chunk carries one at least")


def _selected(timeline: Timeline, dialect: Dialect, kind: str | None = None) -> list[int]:
    n_chunks = len(timeline.t_chunks)
    kinds = timeline.kinds or ("text",) * n_chunks
    counts = timeline.chunk_tokens or (None,) * n_chunks
    return [
        i
        for i, (of, count) in enumerate(zip(kinds, counts, strict=True))
        if dialect.takes(of, count) and kind in (None, of)
    ]
