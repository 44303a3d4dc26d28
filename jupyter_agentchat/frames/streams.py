"""The table of streams."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from jupyter_agentchat.frames import blocks, late
from jupyter_agentchat.frames.arrays import instants
from jupyter_agentchat.frames.blocks import Blocks
from jupyter_agentchat.frames.latencies import Latencies, measure
from jupyter_agentchat.frames.memory import Instants
from jupyter_agentchat.frames.rows import column
from jupyter_agentchat.frames.schemas import STREAMS
from jupyter_agentchat.frames.tellings import Chunks
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import StreamRow

_FIELDS = {"stream_id": "stream", "message_id": "message"}
"""Columns whose field of `StreamRow` has another name."""
_MEASURED = frozenset(Latencies.__dataclass_fields__)


def build(store: Store, channel: str | None, since: int | None, until: int | None) -> pa.Table:
    """Return the streams by their request; no chunk's text is read."""
    rows = in_order(store.streams(channel, since, until))
    # A stream's chunks follow its start, maybe beyond `until`.
    found = blocks.read(store, channel, since, None, wanted=("index", "seq", "kind", "agent_ns"))
    measured = measure(*_of(found, rows), rows)
    paints = _first_paints(store, channel, found, {row.stream: row for row in rows})
    columns = {}
    for field in STREAMS:
        if field.name in _MEASURED:
            columns[field.name] = pa.array(getattr(measured, field.name), from_pandas=True)
        elif field.name == "t_first_paint":
            columns[field.name] = instants(
                np.array([paints.get(row.stream, 0) for row in rows], np.int64)
            )
        else:
            name = _FIELDS.get(field.name, field.name)
            columns[field.name] = column([getattr(row, name) for row in rows], field.type)
    return pa.table(columns, STREAMS)


def in_order(rows: Iterator[StreamRow]) -> list[StreamRow]:
    """Return streams by their request; those of an earlier run of the server come first.

    Instants of two runs are not comparable: the wall clock orders the runs.
    """
    found = list(rows)
    runs: dict[str, int] = {}
    for row in sorted(found, key=lambda row: row.started_us):
        runs.setdefault(row.clock_id, len(runs))
    return sorted(found, key=lambda row: (runs[row.clock_id], row.t_request, row.stream))


def _of(found: Blocks, rows: list[StreamRow]) -> tuple[Instants, Instants]:
    """Return the agent's instants of each row's chunks, end to end, and where each starts."""
    places = {stream: number for number, stream in enumerate(found.streams)}
    agent_ns = found.take("agent_ns")
    numbers = [places.get(row.stream) for row in rows]
    parts = [
        agent_ns[slice(0) if number is None else slice(*found.starts[number : number + 2])]
        for number in numbers
    ]
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(part) for part in parts])])
    return starts.astype(np.int64), np.concatenate([*parts, np.empty(0, np.int64)])


def _first_paints(
    store: Store, channel: str | None, found: Blocks, rows: dict[str, StreamRow]
) -> dict[str, int]:
    """Return when the first text of each stream was painted, where its connection tells.

    A paint after chunks that came as history, or to a hidden page, tells when somebody looked.
    """
    laid = late.read(store, channel, Chunks(found, rows), (None, None), ("paint_ns",))
    paint = laid.instants.get("paint_ns")
    if paint is None or "text" not in found.kinds:
        return {}
    seen = np.flatnonzero((paint != 0) & (found.take("kind") == found.kinds.index("text")))
    stream = found.take("stream")
    late_from = np.full(len(found.streams), laid.count)
    unseen = np.flatnonzero(laid.is_replay | laid.is_hidden)
    np.minimum.at(late_from, stream[unseen], unseen)
    seen = seen[seen < late_from[stream[seen]]]
    stream = stream[seen]
    first = np.full(len(found.streams), np.iinfo(np.int64).max)
    np.minimum.at(first, stream, paint[seen])
    return {found.streams[number]: int(first[number]) for number in np.unique(stream)}
