"""Timeline: the instants of one stream, integer nanoseconds of one monotonic clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice, pairwise
from operator import gt, index
from typing import SupportsIndex, TypeVar

from jupyter_agentchat.errors import InvalidInputError

T = TypeVar("T")


class TimelineTypeError(InvalidInputError, TypeError):
    """An instant, a count or a kind of the wrong type (floats and NaN among them)."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What was observed of one stream.

    Any instants of the right type are accepted, also none, reversed ones and ones before the
    request: the metrics answer NA with the sentence in `problem`. Wrong types and NaN raise.

    Parameters
    ----------
    t_request : int
        When the request was sent (ns).
    t_chunks : sequence of int
        When each chunk arrived (ns); equal instants are legal (two chunks in one segment).
    kinds : sequence of str or None, optional
        What each chunk carried: ``text``, ``reasoning``, ``tool_call``; or nothing: ``role``,
        ``empty``, ``usage``, ``done``, None. Without it every chunk is ``text``.
    chunk_tokens : sequence of int or None, optional
        Tokens of each chunk, None where unknown. A chunk of 0 tokens is no content chunk.
    n_tokens : int, optional
        Output tokens of the whole stream, from its usage or a tokenizer; it prevails over the
        sum of `chunk_tokens`.
    t_end : int, optional
        When the request ended: the connection, ``[DONE]`` or the terminal event.
    t_intended : int, optional
        When the workload meant to send the request.
    status : str
        ``completed``, or how else the stream stands. Of a ``failed`` or ``interrupted`` one no
        metric of its chunks is a number; of any other that is not completed, only those that need
        no end.
    t_first_paint : int, optional
        When the first content was painted, on the same clock.
    clock_id : str or sequence of str, optional
        The clock that read the instants; of several, all. With more than one no metric is a number.

    Raises
    ------
    TimelineTypeError
        An instant that is no integer, a count that is no integer, a kind that is no string.
    """

    t_request: int
    t_chunks: Sequence[int]
    kinds: Sequence[str | None] | None = None
    chunk_tokens: Sequence[int | None] | None = None
    n_tokens: int | None = None
    t_end: int | None = None
    t_intended: int | None = None
    status: str = "completed"
    t_first_paint: int | None = None
    clock_id: str | Sequence[str] | None = None
    problem: str | None = field(init=False, repr=False, compare=False)
    """Why no metric of the chunks means anything, if so."""

    def __post_init__(self) -> None:
        store = object.__setattr__
        store(self, "t_request", integer(self.t_request, "t_request"))
        store(self, "t_chunks", integers(self.t_chunks, "t_chunks"))
        if self.kinds is not None:
            store(self, "kinds", _kinds(self.kinds))
        if self.chunk_tokens is not None:
            store(self, "chunk_tokens", _counts(self.chunk_tokens))
        for name in ("n_tokens", "t_end", "t_intended", "t_first_paint"):
            value = getattr(self, name)
            if value is not None:
                store(self, name, integer(value, name))
        store(self, "clock_id", _clock(self.clock_id))
        if not isinstance(self.status, str):
            raise TimelineTypeError(f"status is {self.status!r}; it has to be a string")
        store(self, "problem", _problem(self))

    @property
    def tokens(self) -> int | None:
        """Output tokens: `n_tokens`, else the sum of `chunk_tokens` if all are known."""
        if self.n_tokens is not None or self.chunk_tokens is None:
            return self.n_tokens
        known = [count for count in self.chunk_tokens if count is not None]
        return sum(known) if len(known) == len(self.chunk_tokens) else None


def integer(value: object, name: str) -> int:
    """Return `value` as an int, or raise `TimelineTypeError` (bool and float are no instants)."""
    if type(value) is int:
        return value
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        with suppress(TypeError):  # numpy's arrays have an index, but only those of one integer
            return index(value)
    wanted = "a count" if "tokens" in name else "integer nanoseconds"
    raise TimelineTypeError(f"{name} is {value!r}; it has to be {wanted}")


def integers(values: Iterable[int], name: str) -> tuple[int, ...]:
    """Return `values` as a tuple of ints, or raise `TimelineTypeError`."""
    found = _sequence(values, name)
    if set(map(type, found)) <= {int}:
        return found
    return tuple(integer(value, f"{name}[{i}]") for i, value in enumerate(found))


def _sequence(values: Iterable[T], name: str) -> tuple[T, ...]:
    try:
        return tuple(values)
    except TypeError:
        raise TimelineTypeError(f"{name} is {values!r}; it has to be a sequence") from None


def _kinds(kinds: Sequence[str | None]) -> tuple[str | None, ...]:
    if isinstance(kinds, str):
        raise TimelineTypeError(f"kinds is {kinds!r}; it has to be a sequence of strings")
    found = _sequence(kinds, "kinds")
    for i, kind in enumerate(found):
        if kind is not None and not isinstance(kind, str):
            raise TimelineTypeError(f"kinds[{i}] is {kind!r}; it has to be a string or None")
    return found


def _counts(counts: Sequence[int | None]) -> tuple[int | None, ...]:
    return tuple(
        None if count is None else integer(count, f"chunk_tokens[{i}]")
        for i, count in enumerate(_sequence(counts, "chunk_tokens"))
    )


def _clock(clocks: str | Sequence[str] | None) -> str | tuple[str, ...] | None:
    """Return the clock, or all of them if there are several."""
    if clocks is None or isinstance(clocks, str):
        return clocks
    wanted = f"clock_id is {clocks!r}; it has to be the name of a clock"
    try:
        found = tuple(dict.fromkeys(clocks))
    except TypeError:
        raise TimelineTypeError(wanted) from None
    if not found or {type(clock) for clock in found} != {str}:
        raise TimelineTypeError(wanted)
    return found[0] if len(found) == 1 else found


def _problem(timeline: Timeline) -> str | None:
    """Return the sentence that makes every metric of the chunks NA."""
    chunks = timeline.t_chunks
    if isinstance(timeline.clock_id, tuple):
        return f"its instants are of {len(timeline.clock_id)} clocks: a duration needs one"
    for name, aligned in (("kinds", timeline.kinds), ("chunk_tokens", timeline.chunk_tokens)):
        if aligned is not None and len(aligned) != len(chunks):
            return f"{name} has {len(aligned)} entries for {len(chunks)} chunks"
    if (timeline.n_tokens or 0) < 0 or any(
        (count or 0) < 0 for count in timeline.chunk_tokens or ()
    ):
        return "a number of tokens is negative"
    if chunks and chunks[0] < timeline.t_request:
        return "the first chunk arrived before the request was sent"
    if any(map(gt, chunks, islice(chunks, 1, None))):
        at = next(i for i, (one, two) in enumerate(pairwise(chunks), 1) if one > two)
        return f"chunk {at} arrived before chunk {at - 1}: instants of one stream never go back"
    return None
