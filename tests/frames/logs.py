"""Small logs made by hand, in a real store."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    ChannelUpdated,
    MessageCreated,
    MessageUpdated,
    StreamCompleted,
    StreamDelta,
    StreamStarted,
)
from jupyter_agentchat.protocol.model import Author, Channel, ChunkKind, Message
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.rows import Appended, ConnectionRow, Row, Stamps, StreamRow
from jupyter_agentchat.testing.clock import FakeClock

START_US = 1_700_000_000_000_000
"""The wall clock at seq 0; each event comes a second after the one before."""
SECOND_US = 1_000_000
CLOCK = "server"
ANN = Author(id="ann", kind="user", name="Ann")


def memory() -> Store:
    return open_store("memory://", FakeClock())


class LogWriter:
    """Writes one channel's events; what was put is in the store after `flush`."""

    def __init__(self, store: Store, channel: str = "lab") -> None:
        self.store = store
        self.channel = channel
        self.seq = 0
        self.rows: dict[str, StreamRow] = {}
        self._next: dict[str, int] = {}
        self._pending: list[Row] = []
        self.event(ChannelUpdated, channel=Channel(id=channel, name=channel))

    def event(self, kind: type[AnyEvent], /, *instants: int, **fields: Any) -> int:
        self.seq += 1
        event = kind(seq=self.seq, t=START_US + self.seq * SECOND_US, **fields)
        provider_ns, agent_ns, bus_ns = instants or (0, 0, 1)
        self._pending.append(
            Appended(
                self.channel,
                Publication(self.seq, event, encode_event(event), provider_ns, agent_ns, bus_ns),
            )
        )
        return self.seq

    def message(self, id: str, text: str, **fields: Any) -> int:
        seq = self.seq + 1
        message = Message(
            id=id,
            channel=self.channel,
            seq=seq,
            author=ANN,
            text=text,
            created_at=START_US + seq * SECOND_US,
            **{"status": "complete", **fields},
        )
        return self.event(MessageCreated, message=message)

    def start(self, stream: str, reply_to: str | None = None, **fields: Any) -> None:
        row = {"agent": "eliza", "t_request": 1000, "clock_id": CLOCK, **fields}
        started_us = START_US + (self.seq + 1) * SECOND_US
        self.rows[stream] = StreamRow(
            stream=stream, channel=self.channel, message=f"m-{stream}", started_us=started_us, **row
        )
        self._next[stream] = 0
        opened = {"stream": stream, "message": f"m-{stream}", "agent": row["agent"]}
        self.event(StreamStarted, reply_to=reply_to, **opened)
        self.put(self.rows[stream])

    def chunk(
        self,
        stream: str,
        text: str,
        agent_ns: int,
        *,
        kind: ChunkKind = "text",
        provider_ns: int = 0,
        bus_ns: int = 0,
    ) -> None:
        index, self._next[stream] = self._next[stream], self._next[stream] + 1
        instants = provider_ns or agent_ns, agent_ns, bus_ns or agent_ns
        self.event(StreamDelta, *instants, stream=stream, index=index, text=text, kind=kind)

    def end(self, stream: str, text: str = "", **fields: Any) -> None:
        self.event(StreamCompleted, stream=stream, message=f"m-{stream}", text=text)
        ended = {"status": "completed", "n_chunks": self._next[stream], **fields}
        self.rows[stream] = replace(self.rows[stream], **ended)
        self.put(self.rows[stream])

    def connection(self, id: str, opened_us: int = 0, **fields: Any) -> None:
        row = {"transport": "ws", "user": "ann", "opened": 5, "clock_id": CLOCK, **fields}
        self.put(ConnectionRow(connection=id, opened_us=opened_us, **row))

    def stamps(self, stream: str, connection: str, *index: int, **fields: Any) -> None:
        row = {"channel": self.channel, "clock_id": CLOCK, **fields}
        self.put(Stamps(stream=stream, connection=connection, index=index, **row))

    def flushes(
        self,
        connection: str,
        after: int,
        seqs: list[int],
        socket_ns: list[int],
        **fields: Any,
    ) -> None:
        told = {"index": seqs, "socket_ns": socket_ns, "after": after}
        row = {"channel": self.channel, "stream": None, "clock_id": CLOCK, **told, **fields}
        self.put(Stamps(connection=connection, **row))

    def put(self, row: Row) -> None:
        self._pending.append(row)

    def flush(self) -> None:
        self.store.write(self._pending, full=False)
        self._pending.clear()


def full_log() -> LogWriter:
    """Return a log in which every column of every table has a value, and null where it may."""
    log = LogWriter(memory())
    log.connection("c", opened_us=1)
    log.connection(
        "d",
        opened_us=2,
        closed=9,
        close_code=4000,
        resumed_from="e:3",
        recovered=True,
        bytes_in=5,
        bytes_out=6,
        rtt_p50_ns=1_234_567,
        merges=3,
        dropped=2,
        backlog_max=9,
        queue_max_bytes=900,
        resolution_ns=100_000,
    )
    log.message("m1", 'Grüße,\n"Welt" \U0001d11e', client_message_id="k")
    log.message("m2", "", reply_to="m1")
    log.event(MessageUpdated, message="m2", text="changed")
    for stream, asker in (("t", None), ("s", "c")):
        log.start(stream, connection=asker, transport=asker and "ws", model=asker and "m")
    for number in range(3):
        for stream in "st":
            log.chunk(stream, f"é{number}\n", 2000 + 10 * number, provider_ns=1990 + number)
    log.end("s", "é", n_tokens=3, token_source="usage", t_first_chunk=2000, error="none")
    log.stamps("s", "c", 0, 1, socket_ns=(3000, 3010))
    late = {"client_ns": (1, 2), "dom_ns": (2, 3), "paint_ns": (3, 0)}
    page = {"client_clock_id": "page", "offset_ns": 3100}
    log.stamps("s", "c", 0, 1, **late, **page, uncertainty_ns=7, resolution_ns=5)
    log.stamps("s", "d", 2, socket_ns=(4000,), is_replay=True)
    log.stamps("s", "d", 2, client_ns=(4100,), **page, hidden=True)
    log.flush()
    log.store.committed("lab", 1, log.seq, 2500)
    return log
