"""One channel of Open WebUI as a client shows it: a fold of ``events:channel``.

Sans-I/O; its twin is ``channelView.ts``, and both run the fixtures in ``tests/data/clients``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyter_agentchat.client.openwebui.rows import MAX_ROWS, Rows
from jupyter_agentchat.client.openwebui.typing import Typing

MAX_HELD = 1000
"""Events that wait for the page that is being read."""

Json = dict[str, Any]


class ChannelView:
    """The messages of a channel, its open threads, and who types.

    Guarantees
    ----------
    Snapshot
        Between `begin` and `install` events wait and are then applied to the page, so that
        neither is lost and no message is there twice, whichever came first.

    Parameters
    ----------
    id, user : str
        The channel, and who looks at it.
    limit : int
        Messages that are kept of the channel, and of each thread; the oldest go first.

    Attributes
    ----------
    is_stale : bool
        Whether too much came while a page was read: read it again.
    """

    def __init__(self, id: str, user: str, *, limit: int = MAX_ROWS) -> None:
        self.id = id
        self.is_stale = False
        self._user = user
        self._limit = limit
        self._rows = Rows(limit=limit)
        self._threads: dict[str, Rows] = {}
        self._typing = Typing()
        self._held: list[tuple[Json, int]] | None = None

    @property
    def messages(self) -> list[Json]:
        """Messages of the channel itself, newest first."""
        return list(self._rows.rows)

    @property
    def threads(self) -> dict[str, list[Json]]:
        """Messages of the open threads by their roots, newest first."""
        return {parent: list(rows.rows) for parent, rows in self._threads.items()}

    def typing(self, now_ms: int, thread: str | None = None) -> list[Json]:
        """Return who else types in the channel, or in a thread."""
        return self._typing.now(thread, now_ms)

    def begin(self) -> None:
        """Let events wait: the newest page is being read."""
        self._held = self._held or []
        self.is_stale = False

    def install(self, messages: Iterable[Json]) -> None:
        """Show a page, and what happened since it was asked for; what is on its way stays."""
        unconfirmed = self._rows.unconfirmed()
        self._rows = Rows(messages, self._limit)
        for row in reversed(unconfirmed):
            self._rows.post(row)
        held, self._held = self._held or [], None
        for event, now_ms in held:
            self.take(event, now_ms)

    def open_thread(self, parent: str, messages: Iterable[Json]) -> None:
        """Follow a thread from a page of it."""
        self._threads[parent] = Rows(messages, self._limit)

    def close_thread(self, parent: str) -> None:
        """Follow a thread no more."""
        self._threads.pop(parent, None)

    def post(self, message: Json) -> None:
        """Show a message that is being sent; ``temp_id`` names it until its event comes."""
        rows = self._list_of(message)
        if rows is not None:
            rows.post({"id": message.get("temp_id"), **message})

    def confirm(self, message: Json, temp_id: str) -> None:
        """Take the server's answer to a post; its event may have come before, or never comes."""
        rows = self._list_of(message)
        if rows is not None:
            rows.add({**message, "temp_id": temp_id})

    def take(self, event: Json, now_ms: int) -> None:
        """Apply an event; one of another channel, or of a type that is not known, is ignored."""
        if event.get("channel_id") != self.id:
            return
        told = event.get("data") or {}
        kind, data = str(told.get("type")), told.get("data") or {}
        if kind == "typing":
            self._type(event, is_typing=data.get("typing") is True, now_ms=now_ms)
        elif self._held is not None:
            if len(self._held) < MAX_HELD:
                self._held.append((event, now_ms))
            else:
                self.is_stale = True
        else:
            self._apply(kind, data)

    def _apply(self, kind: str, data: Json) -> None:
        if kind == "message":
            rows = self._list_of(data)
            if rows is not None:
                rows.add(data)
            self._typing.stop(data.get("parent_id"), str(data.get("user_id")))
        elif kind == "message:delete":
            for rows in (self._rows, *self._threads.values()):
                rows.remove(data.get("id"))
        elif kind in {"message:update", "message:reply"} or kind.startswith("message:reaction:"):
            for rows in (self._rows, *self._threads.values()):
                rows.replace(data)

    def _type(self, event: Json, *, is_typing: bool, now_ms: int) -> None:
        user, thread = event.get("user") or {}, event.get("message_id")
        if user.get("id") == self._user:
            return
        if is_typing:
            self._typing.say(thread, user, now_ms)
        else:
            self._typing.stop(thread, str(user.get("id")))

    def _list_of(self, message: Json) -> Rows | None:
        """Return the list that a message belongs to, None if nobody looks at it."""
        parent = message.get("parent_id")
        return self._rows if parent is None else self._threads.get(str(parent))
