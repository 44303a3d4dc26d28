"""Rows for a store, from events."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import AnyEvent, ChannelUpdated, first_seq
from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import Appended, StreamRow
from tests.properties.strategies import LogWriter


def publication(event: AnyEvent) -> Publication:
    """Publish `event` at instants that tell which event and which hop they belong to."""
    seq = first_seq(event)
    return Publication(seq, event, encode_event(event), seq * 1000, seq * 1000 + 1, seq * 1000 + 2)


def rows(events: Iterable[AnyEvent], channel: str = "lab") -> list[Appended]:
    return [Appended(channel, publication(event)) for event in events]


def conversation(chunks: int = 6, channel: str = "lab") -> LogWriter:
    """A question, an answer of `chunks` chunks that ends, and one that has just begun."""
    log = LogWriter(channel)
    log.message("Hello?")
    log.start()
    stream = next(iter(log.live))
    for index in range(chunks):
        log.delta(stream, f"c{index} ", reasoning=index == 0)
    log.end(stream, 0)
    log.start()
    log.delta(next(iter(log.live)), "wéll ", reasoning=False)
    return log


def stream_row(stream: str, channel: str = "lab", started_us: int = 5) -> StreamRow:
    return StreamRow(
        stream=stream,
        channel=channel,
        message="m3",
        agent="eliza",
        t_request=1,
        clock_id="k",
        started_us=started_us,
    )


def folded(events: Iterable[AnyEvent]) -> Fold:
    """Fold a whole log, whose first event creates the channel."""
    head, *rest = events
    assert isinstance(head, ChannelUpdated)
    fold = Fold.empty(head.channel)
    for event in rest:
        fold.apply(event)
    return fold


def instants(store: Store, channel: str = "lab") -> dict[int, tuple[int, int, int, int]]:
    """All four hops of each chunk in a store, by seq."""
    return {
        seq: (provider, agent, bus, durable)
        for _, block in store.segments(channel, None, None)
        for seq, provider, agent, bus, durable in zip(
            block.seq,
            block.provider_ns,
            block.agent_ns,
            block.bus_ns,
            block.store_ns,
            strict=True,
        )
    }
