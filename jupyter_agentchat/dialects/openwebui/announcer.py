"""Tells the tabs what happens in the log, in its order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from jupyter_agentchat.dialects.openwebui.channel_events import ChannelEvents, Told
from jupyter_agentchat.dialects.openwebui.chat_news import ChatNews
from jupyter_agentchat.dialects.openwebui.growing import Growing
from jupyter_agentchat.dialects.openwebui.parcels import Counter, told
from jupyter_agentchat.dialects.openwebui.people import People
from jupyter_agentchat.dialects.openwebui.rooms import Room, room_of
from jupyter_agentchat.dialects.openwebui.shapes import channel_shape
from jupyter_agentchat.dialects.openwebui.standings import Standings
from jupyter_agentchat.dialects.openwebui.tabs import Tab, Tabs
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.protocol.events import AnyEvent, ChannelUpdated
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.runtime.service import Service

MAX_WAITING = 4_096
"""Events that wait to be told; beyond it tabs are dropped, which makes them read anew."""

_log = logging.getLogger(__name__)


class Announcer:
    """Hears every channel; what needs the log's help waits in a queue of its own.

    Deltas of chats are told at once (`ChatNews`). In a channel Open WebUI knows no delta: the
    message is told as it grows.
    """

    def __init__(self, service: Service, people: People, tabs: Tabs, standings: Standings) -> None:
        self._service = service
        self._people = people
        self._tabs = tabs
        self._counter = Counter()
        self.chats = ChatNews(service, tabs, self._counter)
        self._channels = ChannelEvents(service, people, standings)
        self._growing = Growing()
        self._known: dict[str, Room] = {}
        self._waiting: asyncio.Queue[tuple[Channel, AnyEvent, str | None]]
        self._waiting = asyncio.Queue(MAX_WAITING)
        self._task = asyncio.create_task(self._run())
        self._unwatch = service.watch(self._hear)

    def close(self) -> None:
        """Say nothing more."""
        self._unwatch()
        self._task.cancel()
        self.chats.close()

    def _hear(self, channel: Channel, event: AnyEvent) -> None:
        if self.chats.hear(channel, event) or not self._tabs.all or channel.unlisted is True:
            return
        grown, is_due = self._growing.look(event, asyncio.get_running_loop().time())
        if not is_due:
            return
        try:
            self._waiting.put_nowait((channel, event, grown))
        except asyncio.QueueFull:
            for tab in list(self._tabs.all):
                tab.client.drop()

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
            news = await self._channels.changed(channel.id, grown)
        else:
            news = await self._channels.told(channel.id, event)
        for each in news:
            self._tell(channel, each)

    def _welcome(self, channel: Channel) -> None:
        """Tell those whom a closed channel lets in from now on."""
        room = room_of(channel)
        before = self._known.get(channel.id, Room())
        self._known[channel.id] = room
        created = {"data": {"type": "channel:created"}}
        for user in room.members if room.type else ():
            if user not in before.members:
                self._give(self._tabs.of(user), created)

    def _tell(self, channel: Channel, news: Told) -> None:
        kind, message, data, user = news
        room = room_of(channel)
        shape = channel_shape(channel)
        for write_access in (True, False):
            tabs = [
                tab
                for tab in self._tabs.all
                if tab.may_read(room)
                and room.may("write", tab.user.id, is_admin=tab.is_admin) is write_access
            ]
            envelope = {
                "channel_id": channel.id,
                "message_id": message,
                "data": {"type": kind, "data": data},
                "user": self._people.shown(user),
                "channel": {**shape, "write_access": write_access},
            }
            self._give(tabs, envelope)

    def _give(self, tabs: Sequence[Tab], envelope: dict[str, Any]) -> None:
        if tabs:
            parcel = self._counter.parcel([told("events:channel", envelope)])
            for tab in tabs:
                tab.put(parcel)
