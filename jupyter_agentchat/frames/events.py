"""The table of events, deltas included."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from jupyter_agentchat.frames.rows import gather
from jupyter_agentchat.frames.schemas import EVENTS
from jupyter_agentchat.store.base import Store

Cells = tuple[object, ...]


def build(store: Store, channel: str | None, since: int | None, until: int | None) -> pa.Table:
    """Return the events by channel and seq; `data` is their JSON as it went over the wire."""
    return gather(EVENTS, _rows(store, channel, since, until))


def _rows(
    store: Store, channel: str | None, since: int | None, until: int | None
) -> Iterator[Cells]:
    for of, event in store.events(channel, since, until):
        yield of, event.seq, event.type, event.t * 1000, event.data.decode()
