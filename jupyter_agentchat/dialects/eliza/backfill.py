"""The beginnings of the answers that are live where a reader begins."""

from __future__ import annotations

from jupyter_agentchat.dialects.eliza.turn import Turns
from jupyter_agentchat.errors import NotFoundError
from jupyter_agentchat.protocol.events import StreamStarted
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.service import Service

PAGE = 2048


async def learn_live(service: Service, log: ChannelLog, turns: Turns, seq: int) -> None:
    """Let `turns` know the answers that go on after `seq`, which began before it.

    Those are the ones that speak after `seq` without having started there, and those that are
    live now.
    """
    begun, unknown = set(), {live.stream for live in log.fold.live}
    after = seq
    while after < log.seq:
        for publication in await log.read(after, PAGE):
            after, event = publication.seq, publication.event
            stream = getattr(event, "stream", None)
            if isinstance(event, StreamStarted):
                begun.add(event.stream)
            elif isinstance(stream, str) and stream not in begun:
                unknown.add(stream)
    for stream in unknown - begun:
        if turns.get(stream) is None:
            await _learn(service, log, turns, stream, seq)


async def _learn(service: Service, log: ChannelLog, turns: Turns, stream: str, seq: int) -> None:
    try:
        row = await service.stream(stream)
        message = await service.message(log.channel.id, row.message)
    except NotFoundError:  # its message is gone from view: there is nothing to tell of it
        return
    after = message.seq - 1
    while after < seq:
        for publication in await log.read(after, PAGE):
            after, event = publication.seq, publication.event
            if getattr(event, "stream", None) == stream:
                turns.learn(event)
            if after >= seq:
                return
