from __future__ import annotations

import asyncio
from collections.abc import Sequence

from jupyter_agentchat.bus.broker import Listener, Unsubscribe
from jupyter_agentchat.bus.memory import MemoryBroker
from jupyter_agentchat.bus.subscription import MERGE_EVENTS, PAGE_EVENTS, Batch, Subscription
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.publication import Publication


class Log:
    """A log in memory, as a source."""

    def __init__(self, events: int = 0) -> None:
        self.seq = 0
        self._broker = MemoryBroker(tail_events=1_000_000)
        for _ in range(events):
            self.append()

    def append(self) -> None:
        self.seq += 1
        event = StreamDelta(seq=self.seq, t=0, stream="s", index=self.seq - 1, text="ab")
        publication = Publication(self.seq, event, encode_event(event), 1, 2, 3)
        self._broker.publish("lab", [publication])

    async def read(self, after: int, limit: int) -> Sequence[Publication]:
        return self._broker.history("lab", after, limit) or ()

    def listen(self, listener: Listener) -> Unsubscribe:
        return self._broker.subscribe("lab", listener)


async def _next(subscription: Subscription) -> Batch:
    async with asyncio.timeout(5):
        return await anext(subscription)


def test_a_reader_that_keeps_up_gets_the_very_bytes_of_each_event() -> None:
    async def main() -> None:
        log = Log(3)
        with Subscription(log, 1) as subscription:
            batch = await _next(subscription)
            assert (batch.first, batch.last, batch.merged) == (2, 3, False)
            assert [item.data for item in batch.items] == [p.data for p in batch.publications]
            waiting = asyncio.create_task(_next(subscription))
            await asyncio.sleep(0)
            assert not waiting.done()
            log.append()
            assert (await waiting).first == 4
            assert subscription.backlog == 0

    asyncio.run(main())


def test_a_reader_that_lags_gets_merged_chunks_and_no_gap() -> None:
    async def main() -> None:
        log = Log(PAGE_EVENTS + MERGE_EVENTS)
        text, place = "", 0
        with Subscription(log, 0) as subscription:
            while subscription.backlog:
                batch = await _next(subscription)
                assert batch.first == place + 1
                place = batch.last
                for item in batch.items:
                    assert isinstance(item.event, StreamDelta)
                    text += item.event.text
            assert subscription.merges == 1
        assert text == "ab" * log.seq

    asyncio.run(main())


def test_closing_ends_a_waiting_reader() -> None:
    async def main() -> list[Batch]:
        subscription = Subscription(Log(), 0)
        asyncio.get_running_loop().call_soon(subscription.close)
        return [batch async for batch in subscription]

    assert asyncio.run(main()) == []
