"""A process that writes a log until it is killed; `test_crash` starts it and does the killing.

``python -m tests.conformance.store.crasher`` reads one URL a line, optionally followed by the name
of a planted fault, and forks a writer for it, so that Python starts only once. It prints ``pid N``
when the writer lives, ``ack CHANNEL SEQ EPOCH`` when an event was acknowledged, and ``gone`` when
the writer is no more.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    ChannelUpdated,
    MessageCreated,
    StreamCompleted,
    StreamDelta,
    StreamStarted,
)
from jupyter_agentchat.protocol.model import Author, Channel, Message
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.rows import Row
from jupyter_agentchat.store.writer import Writer
from tests.conformance.store.making import rows

CHANNELS = ("one", "two", "three")
_ANN = Author(id="ann", kind="user", name="Ann")
_TURN = 10
"""Every ten events: a message, a stream's start, seven chunks, its end."""


def event_at(channel: str, seq: int) -> AnyEvent:
    """Return the one event that belongs at `seq`, whichever process writes it."""
    if seq == 1:
        return ChannelUpdated(seq=1, t=1, channel=Channel(id=channel, name=channel))
    turn, place = divmod(seq, _TURN)
    stream, message = f"s{turn}", f"m{turn}-{channel}"
    if place == 1:
        said = Message(
            id=f"q{seq}-{channel}",
            channel=channel,
            seq=seq,
            author=_ANN,
            text=f"question {seq}",
            created_at=seq,
            status="complete",
        )
        return MessageCreated(seq=seq, t=seq, message=said)
    if place == 2:
        return StreamStarted(seq=seq, t=seq, stream=stream, message=message, agent="eliza")
    if place == 0:
        past = f"s{turn - 1}"
        text = "".join(f"{past}.{index} " for index in range(7))
        message = f"m{turn - 1}-{channel}"
        return StreamCompleted(seq=seq, t=seq, stream=past, message=message, text=text)
    text = f"{stream}.{place - 3} "
    return StreamDelta(seq=seq, t=seq, stream=stream, index=place - 3, text=text)


class LyingStore:
    """Planted fault: after a while it acknowledges what it throws away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._left = 5

    def write(self, batch: Sequence[Row], *, full: bool) -> None:
        self._left -= 1
        if self._left > 0:
            self._store.write(batch, full=full)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


async def write_for_ever(store: Store, epoch: str) -> None:
    writer = Writer(store, SYSTEM_CLOCK)

    async def write(channel: str) -> None:
        head = store.head(channel)
        seq = head.seq if head else 0
        while True:
            seq += 1
            await writer.admit()
            event = event_at(channel, seq)
            writer.put(rows([event], channel)[0])
            if isinstance(event, MessageCreated | StreamCompleted):
                await writer.durable(channel, seq)
                os.write(1, f"ack {channel} {seq} {epoch}\n".encode())

    await asyncio.gather(*map(write, CHANNELS))


def main() -> None:
    for line in sys.stdin:
        url, *fault = line.split()
        pid = os.fork()
        if pid == 0:
            store = open_store(url, SYSTEM_CLOCK)
            used = LyingStore(store) if fault else store
            asyncio.run(write_for_ever(used, store.epoch))  # type: ignore[arg-type]
        os.write(1, f"pid {pid}\n".encode())
        os.waitpid(pid, 0)
        os.write(1, b"gone\n")


if __name__ == "__main__":
    main()
