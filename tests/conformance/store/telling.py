"""Everything that a store tells, as plain values: what an older file must still say."""

from __future__ import annotations

from typing import Any

import msgspec

from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.late import split
from jupyter_agentchat.store.rows import Segment

_HOPS = ("provider_ns", "agent_ns", "bus_ns", "store_ns")
_LATE = ("index", "socket_ns", "client_ns", "dom_ns", "paint_ns")


def told(store: Store) -> dict[str, Any]:
    """Return what every reading method answers, but for what each opening adds."""
    return {
        "channels": [[plain(channel), seq] for channel, seq in store.channels()],
        "heads": {channel.id: plain(store.head(channel.id)) for channel, _ in store.channels()},
        "events": {
            channel.id: [encode_event(event).decode() for event in store.read(channel.id, 0, seq)]
            for channel, seq in store.channels()
        },
        "messages": [plain(message) for message in store.messages(None, None, None)],
        "chunks": [
            [channel, *chunk]
            for channel, block in store.segments(None, None, None)
            for chunk in _chunks(block)
        ],
        "streams": [plain(row) for row in store.streams(None, None, None)],
        "unfinished": [plain(stream) for stream in store.unfinished()],
        "connections": [plain(row) for row in store.connections(None, None)],
        "stamps": [
            plain({**msgspec.structs.asdict(row), **{at: list(getattr(row, at)) for at in _LATE}})
            for block in store.stamps(None)
            for row in split(block)
        ],
    }


def plain(value: object) -> Any:
    """Return what JSON can hold of it."""
    return msgspec.to_builtins(value)


def _chunks(block: Segment) -> list[list[object]]:
    return [
        [
            block.seq[row],
            block.t[row],
            block.streams[block.stream[row]],
            block.index[row],
            block.kinds[block.kind[row]],
            *(getattr(block, hop)[row] for hop in _HOPS),
            str(block.text[block.offsets[row] : block.offsets[row + 1]], "utf-8"),
        ]
        for row in range(len(block))
    ]
