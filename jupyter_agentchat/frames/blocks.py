"""The store's blocks of chunks in numpy columns, ordered by stream and index."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_agentchat.frames.memory import Column, Instants, Integers, empty
from jupyter_agentchat.frames.texts import Rows, Texts
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.joined import join, joinable
from jupyter_agentchat.store.packed import Packed
from jupyter_agentchat.store.rows import Segment

INSTANTS = ("provider_ns", "agent_ns", "bus_ns", "store_ns")
_TYPES = {"index": np.int32, "kind": np.int32, "stream": np.int32}
"""Those of the columns that are no int64."""
_EVERY = slice(None)
_TOGETHER = 16
"""Blocks that are unpacked at once: what they take stays in the processor's cache."""


@dataclass(slots=True)
class Blocks:
    """Chunks in columns; those of one stream stand together, ascending by index.

    Attributes
    ----------
    streams : list of str
        Their ids, ascending.
    starts : array of int64, length len(streams) + 1
        The chunks of stream i are the rows from ``starts[i]`` to ``starts[i + 1]``.
    kinds : list of str
        What `kind` is a code into.
    columns : dict of str to array
        ``stream`` (a code into `streams`), ``kind``, ``index``, ``seq`` and the instants, in ns,
        0 where there is none; each is given away by `take`.
    text : pyarrow.LargeStringArray or None
        None if it was not asked for.
    """

    streams: list[str]
    starts: Instants
    kinds: list[str]
    columns: dict[str, Integers]
    text: pa.Array | None

    def __len__(self) -> int:
        return int(self.starts[-1])

    def take(self, name: str) -> Integers:
        """Return a column and forget it, so that its memory goes with its last reader."""
        return self.columns.pop(name)


def read(
    store: Store,
    channel: str | None,
    since: int | None,
    until: int | None,
    *,
    wanted: tuple[str, ...],
    text: bool = False,
    only: Mapping[str, int] | None = None,
) -> Blocks:
    """Read blocks into columns.

    Parameters
    ----------
    store, channel
        The chunks of which log.
    since, until : int or None
        Chunks with since ≤ t < until in wall microseconds: blocks reach over these ends.
    wanted : tuple of str
        The columns beside ``stream``.
    text : bool
        Whether text is read at all.
    only : mapping of str to int, or None
        The streams to read, and how many chunks each has; None: all.
    """
    expected = store.n_chunks(channel, since, until) if only is None else sum(only.values())
    streams: dict[str, int] = {}
    kinds: dict[str, int] = {}
    columns = {name: Column(_TYPES.get(name, np.int64), expected) for name in ("stream", *wanted)}
    texts = Texts(expected) if text else None
    for block in _together(store.segments(channel, since, until)):
        rows = _rows(block, since, until, only)
        if rows is None:
            continue
        names = {"stream": (block.streams, streams), "kind": (block.kinds, kinds)}
        for name, column in columns.items():
            values = np.asarray(getattr(block, name))[rows]
            column.add(_recode(values, rows, *names[name]) if name in names else values)
        if texts is not None:
            texts.add(block, rows)
    return _order(streams, list(kinds), columns, texts)


def count(
    store: Store, channel: str | None, since: int | None, until: int | None
) -> dict[str, int]:
    """Return how many chunks each stream has."""
    counts: dict[str, int] = {}
    for _, block in store.segments(channel, since, until):
        rows = _rows(block, since, until, None)
        if rows is not None:
            found = np.bincount(np.asarray(block.stream)[rows], minlength=len(block.streams))
            for stream, number in zip(block.streams, found.tolist(), strict=True):
                if number:
                    counts[stream] = counts.get(stream, 0) + number
    return counts


def _together(segments: Iterable[tuple[str, Segment]]) -> Iterator[Segment]:
    """Return blocks, several of them as one where that is possible."""
    held: list[Packed] = []
    for _, block in segments:
        joins = isinstance(block, Packed) and joinable(block)
        if held and (not joins or len(held) == _TOGETHER):
            yield join(held)
            held = []
        if joins:
            held.append(cast("Packed", block))
        else:
            yield block
    if held:
        yield join(held)


def _rows(
    block: Segment, since: int | None, until: int | None, only: Collection[str] | None
) -> Rows | None:
    """Return which rows of a block are wanted; None: none."""
    if since is None and until is None and only is None:
        return _EVERY
    inside = np.ones(len(block), bool)
    if since is not None:
        inside &= np.asarray(block.t) >= since
    if until is not None:
        inside &= np.asarray(block.t) < until
    if only is not None:
        inside &= np.array([stream in only for stream in block.streams], bool)[
            np.asarray(block.stream)
        ]
    if inside.all():
        return _EVERY
    return inside if inside.any() else None


def _recode(codes: Integers, rows: Rows, names: tuple[str, ...], known: dict[str, int]) -> Integers:
    """Return codes into `known`, which learns those of the block's names that occur."""
    table = np.zeros(len(names), np.int32)
    used = range(len(names)) if isinstance(rows, slice) else np.unique(codes).tolist()
    for code in used:
        table[code] = known.setdefault(names[code], len(known))
    return table[codes]


def _order(
    streams: dict[str, int], kinds: list[str], columns: dict[str, Column], texts: Texts | None
) -> Blocks:
    """Put the streams in order, on as many cores as there are."""
    ids = sorted(streams)
    places = np.argsort([streams[each] for each in ids]).astype(np.int32)
    codes = _chosen(places, columns.pop("stream").taken())
    order = _places(codes)
    if order is not None:
        codes = _chosen(codes, order)
    starts = np.searchsorted(codes, np.arange(len(ids) + 1, dtype=np.int32))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        text = None if texts is None else pool.submit(texts.ordered, order)
        values: dict[str, Integers] = {}
        for name in list(columns):
            values[name] = columns.pop(name).taken()
        if order is not None:
            if len(kinds) == 1:
                values.pop("kind", None)  # all the same in any order
            _arrange(pool, values, order)
            if len(kinds) == 1:
                values["kind"] = np.zeros(len(codes), np.int32)
    values["stream"] = codes
    return Blocks(ids, starts, kinds, values, text.result() if text else None)


def _chosen(values: Integers, places: Integers) -> Integers:
    """Return ``values[places]``."""
    chosen: Integers = pa.array(values).take(pa.array(places)).to_numpy()
    return chosen


def _arrange(pool: Executor, values: dict[str, Integers], order: Instants) -> None:
    """Put each column into that order; in the memory of one that is done, if there is one yet."""
    done: dict[np.dtype[np.integer], list[Integers]] = {}

    def arrange(name: str) -> None:
        column = values[name]
        spare = done.setdefault(column.dtype, [])
        try:
            place = spare.pop()
        except IndexError:
            place = empty(len(column), column.dtype)
        values[name] = np.take(column, order, out=place, mode="clip")
        spare.append(column)

    for _ in pool.map(arrange, tuple(values)):
        pass


def _places(codes: Integers) -> Instants | None:
    """Return the order by stream; None if it is that already.

    Within a stream the log's order is that of the index, and the sort is stable.
    """
    if not len(codes) or bool((codes[1:] >= codes[:-1]).all()):
        return None
    order: Instants = pc.array_sort_indices(pa.array(codes)).to_numpy().view(np.int64)
    return order
