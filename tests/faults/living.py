"""A service that lives until it is killed; `test_kill` starts it and does the killing.

``python -m tests.faults.living`` reads one JSON object a line: the URL of the log, the number of
the life, the keys that writers shall send again, and maybe a planted fault. It forks a service for
it, so that Python starts only once, and prints what its writers and its reader are told, one JSON
array a line: ``["pid", n]``, ``["try", key]``, ``["ack", key, message, seq]``, ``["chunk", stream,
index, text]`` and, when that life is over, ``["gone"]``.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import sys
import threading
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from jupyter_agentchat.client.embedded import EmbeddedFeed, EmbeddedTransport
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.store.rows import Row
from jupyter_agentchat.store.sql.store import SqlStore
from jupyter_agentchat.store.writer import Writer

CHANNEL = "lab"
WRITERS = 6
ANSWER = {"chunks": 400, "chars": 5, "ttft_ms": 1, "icl_ms": 3}
"""Longer than a life, so that each kill meets live streams."""


def tell(*words: object) -> None:
    """Print a line in one system call, so that a kill leaves no half of it to a later life."""
    os.write(1, json.dumps(words).encode() + b"\n")


def text_of(key: str) -> str:
    return f"text of {key}"


def plant(fault: str) -> None:
    """Make the log acknowledge what is not committed yet, or forget it."""
    if fault == "ack before commit":

        async def at_once(self: Writer, channel: str, seq: int) -> None:
            del self, channel, seq

        honest = SqlStore.write

        def slowly(self: SqlStore, rows: Sequence[Row], *, full: bool) -> None:
            threading.Event().wait(0.25)
            honest(self, rows, full=full)

        Writer.durable = at_once  # type: ignore[method-assign]
        SqlStore.write = slowly  # type: ignore[method-assign]
    elif fault == "forget keys":

        def nothing(*args: object) -> None:
            del args

        SqlStore.sent = nothing  # type: ignore[assignment, method-assign]


async def write(transport: EmbeddedTransport, life: int, writer: int, again: list[str]) -> None:
    """Send for ever, three of ten times twice; first of all what an earlier life may have taken."""
    dice = random.Random(life * WRITERS + writer)
    fresh = (f"{life}.{writer}.{number}" for number in itertools.count())
    for key in itertools.chain(again, fresh):
        # The same key has the same body, in whichever life.
        agents = ("synthetic",) if crc32(key.encode()) % 7 == 0 else ()
        for _ in range(2 if dice.random() < 0.3 else 1):
            outgoing = Outgoing(
                text=text_of(key),
                client_message_id=key,
                agents=agents,
                metadata={"synthetic": {**ANSWER, "seed": 1}},
            )
            tell("try", key)
            taken = await transport.send(CHANNEL, outgoing)
            seq = int(taken.position.partition(":")[2])
            tell("ack", key, taken.message, seq)
        await asyncio.sleep(dice.random() * 0.01)


async def listen(feed: EmbeddedFeed) -> None:
    """Tell what a reader sees."""
    async for received in feed:
        for event in received.events:
            if isinstance(event, StreamDelta):
                tell("chunk", event.stream, event.index, event.text)


async def live(order: dict[str, Any]) -> None:
    service = await (await compose(order["url"])).start()
    transport = EmbeddedTransport(service)
    await transport.ensure_channel(CHANNEL)
    again: list[str] = order["again"]
    await asyncio.gather(
        listen(await transport.feed(CHANNEL)),
        *(write(transport, order["life"], n, again[n::WRITERS]) for n in range(WRITERS)),
    )


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            plant(order["fault"])
            asyncio.run(live(order))
        tell("pid", pid)
        os.waitpid(pid, 0)
        tell("gone")


if __name__ == "__main__":
    main()
