"""The store's blocks of chunks in numpy columns, ordered by stream and index."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jupyter_agentchat.store.rows import Segment

Integers = npt.NDArray[np.integer]
Instants = npt.NDArray[np.int64]

INSTANTS = ("provider_ns", "agent_ns", "bus_ns", "store_ns")
_TYPES = {"index": np.int32, "kind": np.int32}
"""Those of the columns that are no int64."""


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
    segments: Iterable[tuple[str, Segment]],
    since: int | None,
    until: int | None,
    *,
    wanted: tuple[str, ...],
    text: bool = False,
) -> Blocks:
    """Read blocks into columns.

    Parameters
    ----------
    segments : iterable of (str, Segment)
        As ``Store.segments`` gives them.
    since, until : int or None
        Chunks with since ≤ t < until in wall microseconds: blocks reach over these ends.
    wanted : tuple of str
        The columns beside ``stream``.
    text : bool
        Whether text is read at all.
    """
    streams: dict[str, int] = {}
    kinds: dict[str, int] = {}
    columns = {name: bytearray() for name in ("stream", *wanted)}
    texts = _Texts() if text else None
    for _, block in segments:
        names = {"stream": (block.streams, streams), "kind": (block.kinds, kinds)}
        rows = _rows(block, since, until)
        for name, column in columns.items():
            values = np.asarray(getattr(block, name))[rows]
            # Growing in place lets go of each block at once, where a list would keep them all.
            column.extend(_recode(values, *names[name]) if name in names else values)
        if texts is not None:
            texts.add(block, rows)
    return _order(streams, list(kinds), columns, texts)


def _rows(block: Segment, since: int | None, until: int | None) -> slice | npt.NDArray[np.bool_]:
    if since is None and until is None:
        return slice(None)
    t = np.asarray(block.t)
    inside = np.ones(len(t), bool)
    if since is not None:
        inside &= t >= since
    if until is not None:
        inside &= t < until
    return inside


def _recode(codes: Integers, names: tuple[str, ...], known: dict[str, int]) -> Integers:
    """Return codes into `known`, which learns the block's names."""
    table = np.array([known.setdefault(name, len(known)) for name in names], np.int32)
    return table[codes]


class _Texts:
    """Texts end to end, and where each ends."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._ends = bytearray(8)

    def add(self, block: Segment, rows: slice | npt.NDArray[np.bool_]) -> None:
        """Add those of some rows of a block."""
        offsets, text = np.asarray(block.offsets).astype(np.int64), block.text
        if not isinstance(rows, slice):
            chosen = _strings(offsets, text).filter(pa.array(rows))
            _, ends, text = chosen.buffers()
            offsets = np.frombuffer(ends or bytes(8), np.int64, len(chosen) + 1)
        self._ends.extend(offsets[1:] - offsets[0] + len(self._text))
        self._text.extend(memoryview(text or b"")[offsets[0] : offsets[-1]])

    def ordered(self, order: Instants | None) -> pa.Array:
        """Return all of them in that order; they are here no more."""
        ends, text = np.frombuffer(self._ends, np.int64), self._text
        self._ends, self._text = bytearray(8), bytearray()
        strings = _strings(ends, text)
        return strings if order is None else strings.take(pa.array(order))


def _strings(offsets: Instants, text: bytearray | memoryview) -> pa.Array:
    buffers = pa.py_buffer(offsets), pa.py_buffer(text)
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, *buffers)


def _order(
    streams: dict[str, int], kinds: list[str], columns: dict[str, bytearray], texts: _Texts | None
) -> Blocks:
    """Put the streams in order, on as many cores as there are."""
    ids = sorted(streams)
    codes = np.frombuffer(columns.pop("stream"), np.int32)
    codes = np.argsort([streams[each] for each in ids]).astype(np.int32)[codes] if ids else codes
    order = _places(codes, len(ids))
    starts = np.zeros(len(ids) + 1, np.int64)
    np.cumsum(np.bincount(codes, minlength=len(ids)), out=starts[1:])
    with ThreadPoolExecutor() as pool:
        text = None if texts is None else pool.submit(texts.ordered, order)
        values: dict[str, Integers] = {"stream": codes}
        for name in list(columns):
            values[name] = np.frombuffer(columns.pop(name), _TYPES.get(name, np.int64))
        if order is not None:
            _arrange(pool, values, order)
    return Blocks(ids, starts, kinds, values, text.result() if text else None)


def _arrange(pool: Executor, values: dict[str, Integers], order: Instants) -> None:
    """Put each column into that order."""
    done = []
    for name, column in values.items():
        # Made here, so that it lies in this thread's heap: others' are not used again.
        values[name] = np.empty_like(column)
        done.append(pool.submit(np.take, column, order, out=values[name], mode="clip"))
    for each in done:
        each.result()


def _places(codes: Integers, n_streams: int) -> npt.NDArray[np.int64] | None:
    """Return the order by stream; None if it is that already.

    Within a stream the log's order is that of the index. Codes of 16 bits are radix sorted.
    """
    if not len(codes) or bool((codes[1:] >= codes[:-1]).all()):
        return None
    narrow = codes.astype(np.uint16) if n_streams <= np.iinfo(np.uint16).max else codes
    return np.argsort(narrow, kind="stable")
