"""The channels' logs: opened when first asked for, one sequencer each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from msgspec import UNSET
from msgspec.structs import replace

from jupyter_agentchat.bus.broker import Broker, Unsubscribe
from jupyter_agentchat.errors import ChannelNotFoundError, ConflictError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.events import AnyEvent, ChannelUpdated
from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.ids import check_channel_id
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.log import ChannelLog, Recorder
from jupyter_agentchat.store.base import Store

Watcher = Callable[[Channel, AnyEvent], None]
"""Hears each event of every channel, with the channel as it is then."""


class Channels:
    """Opens, creates, changes and hides channels.

    Parameters
    ----------
    store : Store
        Read from threads only.
    """

    def __init__(self, store: Store, recorder: Recorder, broker: Broker, clock: Clock) -> None:
        self._store = store
        self._recorder = recorder
        self._broker = broker
        self._clock = clock
        self._logs: dict[str, ChannelLog] = {}
        self._released: WeakValueDictionary[str, ChannelLog] = WeakValueDictionary()
        self._told: dict[str, Unsubscribe] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._hidden: set[str] = set()
        self._watchers: list[Watcher] = []
        self._watched = False

    async def get(self, channel: str) -> ChannelLog:
        """Return a channel's log.

        Raises
        ------
        ChannelNotFoundError
            If it does not exist, or was deleted.
        """
        log = await self._load(check_channel_id(channel))
        if log is None or channel in self._hidden:
            message = f"There is no channel {channel!r}; create it first, or send from a client."
            raise ChannelNotFoundError(message)
        return log

    async def create(self, channel: Channel) -> ChannelLog:
        """Create a channel, or bring a deleted one back empty.

        Raises
        ------
        ConflictError
            If it exists.
        """
        name = check_channel_id(channel.id)
        log = await self._load(name)
        if log is not None and name not in self._hidden:
            message = f"The channel {name!r} exists already."
            raise ConflictError(message)
        channel = replace(channel, created_at=self._clock.wall_us())
        if log is None:
            log = self._logs[name] = self._log(Fold.empty(channel), 0)
        await self._show(log)
        _update(log, channel)
        return log

    async def open(self, channel: str) -> ChannelLog:
        """Return a channel's log even if it was deleted."""
        log = await self._load(channel)
        if log is None:
            message = f"There is no channel {channel!r} in the store."
            raise ChannelNotFoundError(message)
        return log

    async def ensure(self, channel: str, agents: Sequence[str]) -> ChannelLog:
        """Return a channel's log, created if it is not there; durable when this returns."""
        try:
            return await self.get(channel)
        except ChannelNotFoundError:
            try:
                log = await self.create(Channel(id=channel, name=channel, agents=tuple(agents)))
            except ConflictError:
                return await self.get(channel)
            await log.durable(log.seq)
            return log

    async def update(
        self,
        log: ChannelLog,
        *,
        name: str | None = None,
        agents: Sequence[str] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> Channel:
        """Give a channel another name, other default agents, or other metadata."""
        changed = replace(log.channel, name=log.channel.name if name is None else name)
        if agents is not None:
            changed = replace(changed, agents=tuple(dict.fromkeys(agents)), default_agents=UNSET)
        if metadata is not None:
            changed = replace(changed, metadata=metadata or UNSET)
        if changed != log.channel:
            _update(log, changed)
            await log.durable(log.seq)
        return changed

    async def hide(self, log: ChannelLog) -> None:
        """Delete a channel from view; its seq goes on if it is created again."""
        name = log.channel.id
        self._hidden.add(name)
        await log.durable(log.seq)
        await asyncio.to_thread(self._store.set_deleted, name, deleted=True)

    async def release(self, log: ChannelLog) -> None:
        """Let go of a log, which is read from the store when it is asked for again.

        Whoever still holds it keeps it, and it stays the channel's only one.
        """
        seq, name = log.seq, log.channel.id
        await self._recorder.flush()
        if log.seq == seq and self._logs.get(name) is log:
            self._released[name] = self._logs.pop(name)
            self._opening.pop(name, None)
            if untold := self._told.pop(name, None):
                untold()
            self._broker.forget(name)

    async def all(self, *, unlisted: bool = False) -> list[Channel]:
        """Return every channel, by name; with `unlisted` those as well that no list shows."""
        stored = await asyncio.to_thread(self._store.channels)
        found = {channel.id: channel for channel, _ in stored}
        found |= {name: log.channel for name, log in self._logs.items()}
        shown = [found[name] for name in sorted(found) if name not in self._hidden]
        return shown if unlisted else [each for each in shown if each.unlisted is not True]

    def watch(self, watcher: Watcher) -> Unsubscribe:
        """Hear every event of every channel from now on; the watcher must return at once."""
        if not self._watched:
            self._watched = True
            for log in self._logs.values():
                self._listen(log)
        self._watchers.append(watcher)

        def unwatch() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return unwatch

    def _tell(self, log: ChannelLog, publications: Sequence[Publication]) -> None:
        for watcher in tuple(self._watchers):
            for publication in publications:
                watcher(log.channel, publication.event)

    async def _load(self, name: str) -> ChannelLog | None:
        if log := self._logs.get(name) or self._again(name):
            return log
        async with self._opening.setdefault(name, asyncio.Lock()):
            if log := self._logs.get(name) or self._again(name):
                return log
            head = await asyncio.to_thread(self._store.head, name)
            if head is None:
                return None
            if head.deleted:
                self._hidden.add(name)
            log = self._logs[name] = self._log(Fold(head.snapshot), head.seq)
            return log

    async def _show(self, log: ChannelLog) -> None:
        name = log.channel.id
        if name in self._hidden:
            await asyncio.to_thread(self._store.set_deleted, name, deleted=False)
            self._hidden.discard(name)

    def _log(self, fold: Fold, seq: int) -> ChannelLog:
        log = ChannelLog(
            fold,
            seq,
            store=self._store,
            recorder=self._recorder,
            broker=self._broker,
            clock=self._clock,
        )
        if self._watched:
            self._listen(log)
        return log

    def _again(self, name: str) -> ChannelLog | None:
        """Take back a released log that somebody still holds."""
        log = self._released.pop(name, None)
        if log is not None:
            self._logs[name] = log
            if self._watched:
                self._listen(log)
        return log

    def _listen(self, log: ChannelLog) -> None:
        self._told[log.channel.id] = log.listen(partial(self._tell, log))


def add_agents(log: ChannelLog, agents: Sequence[str]) -> None:
    """Make `agents` participants of a channel; who answers by default stays as it is."""
    channel = log.channel
    wanted = tuple(dict.fromkeys((*channel.agents, *agents)))
    if wanted != channel.agents:
        _update(log, replace(channel, agents=wanted, default_agents=channel.answering))


def _update(log: ChannelLog, channel: Channel) -> None:
    log.append(lambda seq, t: ChannelUpdated(seq=seq, t=t, channel=channel))
