"""Tells the tabs what happens in the log, in its order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from jupyter_agentchat.dialects.openwebui.channel_events import ChannelEvents, Told
from jupyter_agentchat.dialects.openwebui.chat_events import ChatEvents
from jupyter_agentchat.dialects.openwebui.people import People
from jupyter_agentchat.dialects.openwebui.rooms import Room, room_of
from jupyter_agentchat.dialects.openwebui.shapes import channel_shape
from jupyter_agentchat.dialects.openwebui.tabs import NAMESPACE, Tab, Tabs
from jupyter_agentchat.dialects.openwebui.telling import IDLE_S
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    ChannelUpdated,
    StreamDelta,
    StreamStarted,
)
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.engineio.framing import packed

MAX_WAITING = 4_096
"""Events that wait to be told; beyond it tabs are dropped, which makes them read anew."""
GROWTH_S = 0.15
GROWTH_BYTES_PER_S = 10_000
"""A growing answer in a channel is told whole: so rarely that its bytes stay linear in time."""

_log = logging.getLogger(__name__)


class _Growing(Struct):
    """An answer in a channel: its message, and when it was told last."""

    message: str
    size: int = 0
    told_at: float = 0.0


class Announcer:
    """Hears every channel; what needs the log's help waits in a queue of its own.

    Deltas of chats are told at once. In a channel Open WebUI knows no delta: the message is told
    as it grows.
    """

    def __init__(self, service: Service, people: People, tabs: Tabs) -> None:
        self._service = service
        self._people = people
        self._tabs = tabs
        self._chats = ChatEvents(service.settings.delta_chunk_size)
        self._channels = ChannelEvents(service, people)
        self._growing: dict[str, _Growing] = {}
        self._known: dict[str, Room] = {}
        self._owners: dict[str, str] = {}
        self._waiting: asyncio.Queue[tuple[Channel, AnyEvent, str | None]]
        self._waiting = asyncio.Queue(MAX_WAITING)
        self._task = asyncio.create_task(self._run())
        self._idle: asyncio.TimerHandle | None = None
        self._unwatch = service.watch(self._hear)

    def close(self) -> None:
        """Say nothing more."""
        self._unwatch()
        self._task.cancel()
        if self._idle is not None:
            self._idle.cancel()

    async def resync(self, tab: Tab) -> None:
        """Give a tab that has come the text so far of its user's running chats."""
        for _, row in self._service.live():
            log = await self._service.channel(row.channel)
            room = room_of(log.channel)
            if room.chat and room.owner == tab.user.id:
                for told in self._chats.snapshot(row.stream, log.fold.text(row.stream)):
                    tab.put(packed(NAMESPACE, "events", told))

    def _hear(self, channel: Channel, event: AnyEvent) -> None:
        room = room_of(channel)
        if room.chat:
            self._tell_owner(room, channel, event)
        elif self._tabs.all and channel.unlisted is not True:
            self._put(channel, event)

    def _tell_owner(self, room: Room, channel: Channel, event: AnyEvent) -> None:
        if isinstance(event, StreamStarted) and room.owner is not None:
            self._owners[event.stream] = room.owner
        self._give(room.owner, self._chats.take(channel, event))
        if isinstance(event, TERMINAL):
            self._owners.pop(event.stream, None)
        if self._idle is None and self._chats.holding:
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._flush)

    def _give(self, owner: str | None, told: Sequence[dict[str, Any]]) -> None:
        """Tell a chat's owner, and nobody else."""
        tabs = self._tabs.of(owner) if owner is not None else []
        for each in told if tabs else ():
            packets = packed(NAMESPACE, "events", each)
            for tab in tabs:
                tab.put(packets)

    def _flush(self) -> None:
        self._idle = None
        for stream in self._chats.holding:
            self._give(self._owners.get(stream), self._chats.flush(stream))

    def _put(self, channel: Channel, event: AnyEvent) -> None:
        grown = None
        if isinstance(event, StreamStarted):
            self._growing[event.stream] = _Growing(event.message)
        elif isinstance(event, TERMINAL):
            self._growing.pop(event.stream, None)
        elif isinstance(event, StreamDelta):
            growing = self._growing.get(event.stream)
            if growing is None or not self._is_due(growing, event):
                return
            grown = growing.message
        try:
            self._waiting.put_nowait((channel, event, grown))
        except asyncio.QueueFull:
            for tab in list(self._tabs.all):
                tab.client.drop()

    def _is_due(self, growing: _Growing, delta: StreamDelta) -> bool:
        now = asyncio.get_running_loop().time()
        growing.size += len(delta.text) if delta.kind == "text" else 0
        if now - growing.told_at < max(GROWTH_S, growing.size / GROWTH_BYTES_PER_S):
            return False
        growing.told_at = now
        return True

    async def _run(self) -> None:
        while True:
            channel, event, grown = await self._waiting.get()
            try:
                await self._announce(channel, event, grown)
            except AgentChatError as error:  # it is gone meanwhile: cleared, or deleted
                _log.debug("An event could not be told: %s", error)
            except Exception:  # noqa: BLE001 - one event's failure is not that of others
                _log.exception("An event could not be told")

    async def _announce(self, channel: Channel, event: AnyEvent, grown: str | None) -> None:
        if isinstance(event, ChannelUpdated):
            self._welcome(event.channel)
            return
        if grown is not None:
            told = await self._channels.changed(channel.id, grown)
        else:
            told = await self._channels.told(channel.id, event)
        for each in told:
            self._tell(channel, each)

    def _welcome(self, channel: Channel) -> None:
        """Tell those whom a closed channel lets in from now on."""
        room = room_of(channel)
        before = self._known.get(channel.id, Room())
        self._known[channel.id] = room
        packets = packed(NAMESPACE, "events:channel", {"data": {"type": "channel:created"}})
        for user in room.members if room.type else ():
            if user not in before.members:
                for tab in self._tabs.of(user):
                    tab.put(packets)

    def _tell(self, channel: Channel, told: Told) -> None:
        kind, message, data, user = told
        room = room_of(channel)
        shape = channel_shape(channel)
        for write_access in (True, False):
            tabs = [
                tab
                for tab in self._tabs.all
                if tab.may_read(room)
                and room.may("write", tab.user.id, is_admin=tab.is_admin) is write_access
            ]
            if tabs:
                envelope = {
                    "channel_id": channel.id,
                    "message_id": message,
                    "data": {"type": kind, "data": data},
                    "user": self._people.shown(user),
                    "channel": {**shape, "write_access": write_access},
                }
                packets = packed(NAMESPACE, "events:channel", envelope)
                for tab in tabs:
                    tab.put(packets)
