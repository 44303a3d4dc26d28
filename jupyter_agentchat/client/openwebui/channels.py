"""All channels of Open WebUI that a user sees: which are open, and what is unread.

Sans-I/O; its twin is ``channels.ts``, and both run the fixtures in ``tests/data/clients``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyter_agentchat.client.openwebui.channel_view import ChannelView

MAX_IDS = 10_000
"""Ids of messages that are remembered, so that none is counted twice."""

Json = dict[str, Any]


class Channels:
    """Takes ``events:channel`` and keeps the open channels and the unread counts.

    Unread is a message of the channel itself, of somebody else, that is newer than what was read.

    Parameters
    ----------
    user : str
        The id of who looks at it.

    Attributes
    ----------
    is_stale : bool
        Whether there are channels that the list does not have: read it again, and `install` it.
    """

    def __init__(self, user: str) -> None:
        self.is_stale = False
        self._user = user
        self._views: dict[str, ChannelView] = {}
        self._unread: dict[str, int] = {}
        self._read: dict[str, int] = {}
        self._counted: dict[str, None] = {}

    def install(self, channels: Iterable[Json]) -> None:
        """Take the list of channels, as REST shows it."""
        self.is_stale = False
        self._unread, self._read = {}, {}
        for channel in channels:
            id_ = str(channel.get("id"))
            self._unread[id_] = channel.get("unread_count") or 0
            # what the count covers already is not counted again
            self._read[id_] = max(channel.get("last_message_at") or 0, self._read.get(id_, 0))

    def open(self, id: str) -> ChannelView:
        """Return the view of a channel, which begins to wait for its first page if it is new."""
        if id not in self._views:
            self._views[id] = ChannelView(id, self._user)
            self._views[id].begin()
        return self._views[id]

    def close(self, id: str) -> None:
        """Look at a channel no more."""
        self._views.pop(id, None)

    def unread(self, id: str) -> int:
        """Return how many messages of a channel are unread."""
        return self._unread.get(id, 0)

    def read(self, id: str, at_ns: int) -> None:
        """Note that a channel was read at an instant, in nanoseconds of the wall clock."""
        self._unread[id] = 0
        self._read[id] = max(at_ns, self._read.get(id, 0))

    def take(self, event: Json, now_ms: int) -> None:
        """Apply an event, to the list and to the channel if it is open."""
        told = event.get("data") or {}
        kind, data = told.get("type"), told.get("data") or {}
        if kind == "channel:created":
            self.is_stale = True
            return
        id_ = str(event.get("channel_id"))
        if kind == "last_read_at":
            if (event.get("user") or {}).get("id", self._user) == self._user:
                self.read(id_, data.get("last_read_at") or now_ms * 1_000_000)
        elif kind == "message":
            self._count(id_, data)
        elif kind == "message:delete" and self._counted.pop(str(data.get("id")), 0) is None:
            self._unread[id_] = max(self.unread(id_) - int(self._is_unread(id_, data)), 0)
        view = self._views.get(id_)
        if view is not None:
            view.take(event, now_ms)

    def _count(self, channel: str, message: Json) -> None:
        id_ = str(message.get("id"))
        if id_ in self._counted or not self._is_unread(channel, message):
            return
        self._counted[id_] = None
        self._unread[channel] = self.unread(channel) + 1
        if len(self._counted) > MAX_IDS:
            del self._counted[next(iter(self._counted))]

    def _is_unread(self, channel: str, message: Json) -> bool:
        is_reply = message.get("parent_id") is not None
        is_new = (message.get("created_at") or 0) > self._read.get(channel, 0)
        return is_new and not is_reply and message.get("user_id") != self._user
