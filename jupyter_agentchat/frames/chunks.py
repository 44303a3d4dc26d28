"""The table of chunks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_agentchat.frames import blocks, late
from jupyter_agentchat.frames.arrays import codes, instants, repeated
from jupyter_agentchat.frames.schemas import CHUNKS, TIMINGS
from jupyter_agentchat.frames.tellings import Chunks
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.late import COLUMNS
from jupyter_agentchat.store.rows import StreamRow

_LAST_ASCII = 0x7F
PART_ROWS = 1_000_000
"""Chunks in memory at a time, where a table is handed on in parts."""


def build(store: Store, channel: str | None, since: int | None, until: int | None) -> pa.Table:
    """Return the chunks by stream and index, without a Python object for any of them.

    Of each stream one connection's instants are shown: see `tellings.shown`.
    """
    return _part(store, channel, (since, until), None)


def timings(store: Store, channel: str | None, since: int | None, until: int | None) -> pa.Table:
    """Return the chunks without what needs their text, which is not read."""
    return _part(store, channel, (since, until), None, text=False)


def parts(
    store: Store, channel: str | None, since: int | None, until: int | None, *, text: bool = True
) -> Iterator[pa.Table]:
    """Return the chunks in parts of whole streams, of at most about `PART_ROWS` chunks.

    So the memory that they take does not grow with the log; each part reads the log once more.
    """
    times = since, until
    if store.n_chunks(channel, since, until) <= PART_ROWS:
        yield _part(store, channel, times, None, text=text)
        return
    counts = blocks.count(store, channel, since, until)
    only: dict[str, int] = {}
    rows = 0
    for stream in sorted(counts):
        if only and rows + counts[stream] > PART_ROWS:
            yield _part(store, channel, times, only, text=text)
            only, rows = {}, 0
        only[stream] = counts[stream]
        rows += counts[stream]
    yield _part(store, channel, times, only, text=text)


def _part(
    store: Store,
    channel: str | None,
    times: late.Times,
    only: dict[str, int] | None,
    *,
    text: bool = True,
) -> pa.Table:
    # The blocks come first: what tells of them is then there when it is read.
    found = blocks.read(
        store,
        channel,
        *times,
        wanted=("index", "seq", "kind", *blocks.INSTANTS),
        text=text,
        only=only,
    )
    streams = {row.stream: row for row in store.streams(channel, None, None)}
    laid = late.read(store, channel, Chunks(found, streams), times, COLUMNS)
    schema = CHUNKS if text else TIMINGS
    return pa.table(_columns(found, streams, laid), schema)


def _columns(
    found: blocks.Blocks, streams: dict[str, StreamRow], laid: late.Late
) -> dict[str, pa.Array]:
    ids = repeated(found.streams, found.take("stream"))
    columns = {
        "stream_id": ids,
        "index": pa.array(found.take("index").astype(np.int64)),
        "seq": pa.array(found.take("seq")),
        "kind": codes(found.take("kind"), found.kinds),
        **({} if found.text is None else {"text": found.text, **lengths(found.text)}),
        **_tokens(found, streams),
        "is_replay": pa.array(laid.is_replay),
    }
    for name in blocks.INSTANTS:
        columns[name] = instants(found.take(name))
    for name in COLUMNS:
        told = laid.instants.pop(name, None)
        columns[name] = pa.nulls(laid.count, pa.int64()) if told is None else instants(told)
    columns["is_hidden"] = pa.array(laid.is_hidden)
    return columns


def lengths(text: pa.Array) -> dict[str, pa.Array]:
    """Return how many characters and bytes each text has, as `n_chars` and `n_bytes`."""
    n_bytes = pc.binary_length(text)
    _, _, data = text.buffers()
    ascii_only = data is None or np.frombuffer(data, np.uint8).max(initial=0) <= _LAST_ASCII
    # A frame may keep both, so they never share memory.
    n_chars = pc.add(n_bytes, 0) if ascii_only else pc.utf8_length(text)
    return {"n_chars": n_chars, "n_bytes": n_bytes}


def _tokens(found: blocks.Blocks, streams: dict[str, StreamRow]) -> dict[str, pa.Array]:
    """Return the tokens of each chunk: 1 where the stream's tokens are its chunks, else unknown."""
    single = np.array([_is_token(streams.get(stream)) for stream in found.streams], bool)
    if not single.any():
        return {
            "n_tokens": pa.nulls(len(found), pa.int64()),
            "token_source": codes(np.zeros(len(found), np.int32), ["unknown"]),
        }
    each = np.repeat(single, np.diff(found.starts))
    return {
        "n_tokens": instants(each.astype(np.int64)),
        "token_source": codes(each.astype(np.int32), ["unknown", "chunk"]),
    }


def _is_token(row: StreamRow | None) -> bool:
    return row is not None and row.token_source == "chunk" and row.n_tokens == row.n_chunks
