"""The indexes of channels: each is read from the log once and then follows it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from jupyter_agentchat.dialects.openwebui.history import newest
from jupyter_agentchat.dialects.openwebui.index import Index
from jupyter_agentchat.protocol.events import AnyEvent
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.runtime.service import Service

MAX_CHANNELS = 256
"""Channels whose index is kept; that of one that was not asked for longest is forgotten."""


class Standings:
    """Has an index for each channel that was asked for lately."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._indexes: OrderedDict[str, asyncio.Task[Index]] = OrderedDict()
        self._live: dict[str, tuple[Index | None, list[AnyEvent]]] = {}
        self._unwatch = service.watch(self._hear)

    def close(self) -> None:
        """Forget all."""
        self._unwatch()
        for task in self._indexes.values():
            task.cancel()

    async def of(self, channel: str) -> Index:
        """Return a channel's index as it is now.

        Raises
        ------
        ChannelNotFoundError
            If there is no such channel.
        """
        task = self._indexes.get(channel)
        if task is None:
            await self._service.channel(channel)
            task = self._indexes.get(channel) or self._begin(channel)
        self._indexes.move_to_end(channel)
        return await asyncio.shield(task)

    def _begin(self, channel: str) -> asyncio.Task[Index]:
        self._live[channel] = (None, [])
        task = self._indexes[channel] = asyncio.create_task(self._build(channel))
        task.add_done_callback(lambda done: self._built(channel, done))
        while len(self._indexes) > MAX_CHANNELS:
            old, _ = self._indexes.popitem(last=False)
            self._live.pop(old, None)
        return task

    async def _build(self, channel: str) -> Index:
        messages = [message async for message in newest(self._service, channel)]
        index = Index()
        for message in reversed(messages):
            index.add(message)
        _, missed = self._live.get(channel, (None, []))
        for event in missed:
            index.take(event)
        if channel in self._live:
            self._live[channel] = (index, [])
        return index

    def _built(self, channel: str, task: asyncio.Task[Index]) -> None:
        if (task.cancelled() or task.exception()) and self._indexes.get(channel) is task:
            del self._indexes[channel]
            self._live.pop(channel, None)

    def _hear(self, channel: Channel, event: AnyEvent) -> None:
        live = self._live.get(channel.id)
        if live is None:
            return
        index, missed = live
        if index is None:
            missed.append(event)
        else:
            index.take(event)
