from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from jupyter_agentchat.bus.subscription import Batch, Item, page
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.web.sse_forms import EventForm, PartObserver
from jupyter_agentchat.web.turn import TurnFilter


def publication(seq: int, stream: str) -> Publication:
    event = StreamDelta(seq=seq, t=0, stream=stream, index=seq, text="x")
    return Publication(seq, event, encode_event(event), 0, 0, 0)


def _lengths(epoch: str, batch: Batch) -> bytes:
    items: Sequence[Item] = batch.items
    return f"{epoch}{len(items)}".encode()


def test_a_batch_is_one_chunk_of_http_or_plain() -> None:
    batch = page(0, [publication(1, "a"), publication(2, "b")])
    assert EventForm("k", _lengths, is_chunked=True).encode("lab", "e", batch) == b"2\r\ne2\r\n"
    assert EventForm("k", _lengths, is_chunked=False).encode("lab", "e", batch) == b"e2"


def test_nothing_is_no_chunk_for_that_would_end_the_body() -> None:
    form = EventForm("k", lambda *_: b"", is_chunked=True)
    assert form.encode("lab", "e", page(0, [publication(1, "a")])) == b""


class Record:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def stamped(
        self,
        channel: str,
        after: int,
        seqs: Sequence[int],
        socket_ns: Sequence[int],
        stream: str | None = None,
    ) -> None:
        self.told.append((channel, after, list(seqs), list(socket_ns), stream))

    def delivered(
        self,
        channel: str,
        publications: Sequence[Publication],
        replay_until: int,
        *,
        socket_ns: int,
    ) -> None:
        self.told.append((channel, [each.seq for each in publications], replay_until, socket_ns))


def test_what_a_response_is_not_about_is_not_recorded_for_it() -> None:
    record = Record()
    part = PartObserver(cast("Connection", record), TurnFilter("m", ("a", "c")))
    part.stamped("lab", 3, [5, 6], [50, 60])
    part.delivered("lab", [publication(1, "a"), publication(2, "b")], 1, socket_ns=7)
    assert record.told == [
        ("lab", 3, [5, 6], [50, 60], "a"),
        ("lab", 3, [5, 6], [50, 60], "c"),
        ("lab", [1], 1, 7),
    ]
