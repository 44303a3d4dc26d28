"""The table of connections."""

from __future__ import annotations

import pyarrow as pa

from jupyter_agentchat.frames.rows import gather
from jupyter_agentchat.frames.schemas import CONNECTIONS
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import ConnectionRow

Cells = tuple[object, ...]

_NS_PER_MS = 1_000_000


def build(
    store: Store,
    channel: str | None,  # noqa: ARG001 - a connection reads any number of channels
    since: int | None,
    until: int | None,
) -> pa.Table:
    """Return the connections of all channels by their opening."""
    return gather(CONNECTIONS, map(_cells, store.connections(since, until)))


def _cells(row: ConnectionRow) -> Cells:
    return (
        row.connection,
        row.transport,
        row.user,
        row.opened,
        row.closed,
        row.close_code,
        row.resumed_from,
        row.recovered,
        row.bytes_in,
        row.bytes_out,
        None if row.rtt_p50_ns is None else row.rtt_p50_ns / _NS_PER_MS,
        row.merges,
        row.dropped,
        row.backlog_max,
        row.queue_max_bytes,
        row.resolution_ns,
    )
