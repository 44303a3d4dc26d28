"""The store's blocks of chunks in numpy columns, ordered by stream and index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jupyter_agentchat.store.rows import Segment

Integers = npt.NDArray[np.integer]
Instants = npt.NDArray[np.int64]

INSTANTS = ("provider_ns", "agent_ns", "bus_ns", "store_ns")
_CODES = ("stream", "kind")


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
    parts: dict[str, list[Integers]] = {name: [] for name in ("stream", *wanted)}
    texts: list[pa.Array] = []
    for _, block in segments:
        names = {"stream": (block.streams, streams), "kind": (block.kinds, kinds)}
        rows = _rows(block, since, until)
        for name, found in parts.items():
            values = np.asarray(getattr(block, name))[rows]
            found.append(_recode(values, *names[name]) if name in names else values)
        if text:
            texts.append(_text(block, rows))
    return _order(streams, list(kinds), parts, texts if text else None)


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


def _text(block: Segment, rows: slice | npt.NDArray[np.bool_]) -> pa.Array:
    offsets = np.asarray(block.offsets).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(block.text)]
    whole = pa.LargeStringArray.from_buffers(len(block), buffers[1], buffers[2])
    return whole if isinstance(rows, slice) else whole.filter(pa.array(rows))


def _order(
    streams: dict[str, int],
    kinds: list[str],
    parts: dict[str, list[Integers]],
    texts: list[pa.Array] | None,
) -> Blocks:
    ids = list(streams)
    codes = _join(parts.pop("stream"), np.int32)
    rank = np.empty(len(ids), np.int32)
    ranked = sorted(range(len(ids)), key=ids.__getitem__)
    rank[ranked] = np.arange(len(ids), dtype=np.int32)
    codes = rank[codes] if ids else codes
    order = _places(codes, len(ids))
    columns: dict[str, Integers] = {}
    for name in list(parts):
        joined = _join(parts.pop(name), np.int32 if name in ("kind", "index") else np.int64)
        columns[name] = joined if order is None else joined[order]
    text = None
    if texts is not None:
        text = pa.concat_arrays(texts) if texts else pa.array([], pa.large_string())
        texts.clear()
        text = text if order is None else text.take(pa.array(order))
    starts = np.zeros(len(ids) + 1, np.int64)
    np.cumsum(np.bincount(codes, minlength=len(ids)), out=starts[1:])
    columns["stream"] = codes if order is None else codes[order]
    return Blocks([ids[i] for i in ranked], starts, kinds, columns, text)


def _join(parts: list[Integers], type_: type) -> Integers:
    return np.concatenate(parts) if parts else np.empty(0, type_)


def _places(codes: Integers, n_streams: int) -> npt.NDArray[np.int64] | None:
    """Return the order by stream; None if it is that already.

    Within a stream the log's order is that of the index. Codes of 16 bits are radix sorted.
    """
    if not len(codes) or bool((codes[1:] >= codes[:-1]).all()):
        return None
    narrow = codes.astype(np.uint16) if n_streams <= np.iinfo(np.uint16).max else codes
    return np.argsort(narrow, kind="stable")
