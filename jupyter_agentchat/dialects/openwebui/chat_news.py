"""Tells the tabs of a chat's owner, and nobody else, what happens in the chat."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct

from jupyter_agentchat.dialects.openwebui.chat_events import ChatEvents, finished
from jupyter_agentchat.dialects.openwebui.outcomes import Outcome, keep
from jupyter_agentchat.dialects.openwebui.parcels import Counter, told
from jupyter_agentchat.dialects.openwebui.rooms import room_of
from jupyter_agentchat.dialects.openwebui.tabs import Tab, Tabs
from jupyter_agentchat.dialects.openwebui.telling import IDLE_S
from jupyter_agentchat.errors import AgentChatError, NotFoundError
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    StreamDelta,
    StreamStarted,
    Terminal,
)
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.socketio import EncodedEvent

ENDED_S = 120.0
"""So long after its end a chat's answer is told to tabs that have just come: they may have been
away while it ended."""
MAX_ENDED = 1_024
GRAIN_S = 0.001
"""An event loop's timers are late by up to so much; a window opens so much shorter."""

_log = logging.getLogger(__name__)


class _Ended(Struct, frozen=True):
    """An answer that has ended: when, whose, where in the log, and under which ids it was told."""

    at: float
    owner: str
    channel: str
    message: str
    ids: dict[str, str]


class ChatNews:
    """Tells what is new once in each turn of the event loop: one write for each tab.

    A user with very many tabs (`FanoutLimits.crowd`) is told what came within a window at once.
    """

    def __init__(self, service: Service, tabs: Tabs, counter: Counter) -> None:
        self._service = service
        self._tabs = tabs
        self._counter = counter
        self._events = ChatEvents(service.settings.delta_chunk_size)
        self._owners: dict[str, str] = {}
        self._due: dict[str, list[EncodedEvent]] = {}
        self._ended: deque[_Ended] = deque(maxlen=MAX_ENDED)
        self._told_at: dict[str, float] = {}
        self._limits = service.settings.fanout
        self._idle: asyncio.TimerHandle | None = None
        self._keeping: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Say nothing more."""
        if self._idle is not None:
            self._idle.cancel()
        for task in self._keeping:
            task.cancel()

    def hear(self, channel: Channel, event: AnyEvent) -> bool:
        """Take an event; False if it is not of a chat."""
        owner = self._owners.get(event.stream) if isinstance(event, StreamDelta) else None
        if owner is None:
            room = room_of(channel)
            if not room.chat or room.owner is None:
                return False
            owner = room.owner
        if isinstance(event, StreamStarted):
            self._owners[event.stream] = owner
        news = self._events.take(channel, event)
        self._say(owner, news)
        if isinstance(event, TERMINAL):
            self._end(owner, channel, event, news)
        elif self._idle is None and self._events.holding:
            self._idle = self._loop.call_later(IDLE_S, self._flush_held)
        return True

    async def resync(self, tab: Tab, *, ends: bool) -> None:
        """Give a tab that has come its user's running answers so far; they replace what it has.

        Parameters
        ----------
        ends : bool
            And the answers that ended lately: it may have been away while they did.
        """
        news = await self._late(tab) if ends else []
        me = tab.user.id
        rows = [row for _, row in self._service.live() if self._owners.get(row.stream) == me]
        logs = {row.stream: await self._service.channel(row.channel) for row in rows}
        for stream in logs:  # what a text so far holds must not follow it once more
            self._say(me, self._events.flush(stream))
        self._flush(me)
        for stream, log in logs.items():
            snapshot = self._events.snapshot(stream, log.fold.text(stream))
            news += [told("events", each) for each in snapshot]
        if news:
            tab.put(self._counter.parcel(news))

    def _say(self, owner: str, news: Sequence[dict[str, Any]]) -> None:
        tabs = self._tabs.of(owner) if news else []
        if not tabs:
            return
        due = self._due.get(owner)
        if due is None:
            due = self._due[owner] = []
            window_s = self._limits.window_s
            is_busy = self._loop.time() - self._told_at.get(owner, 0.0) < 2 * window_s
            if is_busy and len(tabs) >= self._limits.crowd:
                self._loop.call_later(max(window_s - GRAIN_S, 0.0), self._flush, owner)
            else:
                self._loop.call_soon(self._flush, owner)
        due.extend([told("events", each) for each in news])

    def _flush(self, owner: str) -> None:
        events = self._due.pop(owner, None)
        if events is None:
            return
        parcel = self._counter.parcel(events)
        tabs = self._tabs.of(owner)
        for tab in tabs:
            tab.put(parcel)
        if len(tabs) >= self._limits.crowd:
            self._told_at[owner] = self._loop.time()
        else:
            self._told_at.pop(owner, None)

    def _flush_held(self) -> None:
        self._idle = None
        for stream in self._events.holding:
            if owner := self._owners.get(stream):
                self._say(owner, self._events.flush(stream))

    async def _late(self, tab: Tab) -> list[EncodedEvent]:
        since, news = self._loop.time() - ENDED_S, []
        for end in [end for end in self._ended if end.owner == tab.user.id and end.at > since]:
            with suppress(NotFoundError):  # cleared away
                message = await self._service.message(end.channel, end.message)
                title = (await self._service.channel(end.channel)).channel.name
                data = finished(message.text, title)
                news.append(told("events", {**end.ids, "data": data}))
        return news

    def _end(
        self, owner: str, channel: Channel, event: Terminal, news: Sequence[dict[str, Any]]
    ) -> None:
        self._owners.pop(event.stream, None)
        if not news:
            return
        ids = {name: news[-1][name] for name in ("chat_id", "message_id")}
        self._ended.append(_Ended(self._loop.time(), owner, channel.id, event.message, ids))
        outcome = Outcome.of(event.metadata)
        if outcome is not None:
            self._say(owner, [{**ids, "data": each} for each in outcome.events()])
            task = asyncio.create_task(self._keep(channel, outcome))
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)

    async def _keep(self, channel: Channel, outcome: Outcome) -> None:
        try:
            await keep(self._service, channel, outcome)
        except AgentChatError as error:
            _log.warning("What an agent said of the chat %r is not kept: %s", channel.id, error)
