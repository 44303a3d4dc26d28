"""One tab: what it says, and what it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

from jupyter_core.utils import ensure_async
from jupyter_server.auth import User

from jupyter_agentchat.dialects.openwebui.handlers import ADMIN
from jupyter_agentchat.dialects.openwebui.parcels import NAMESPACE
from jupyter_agentchat.dialects.openwebui.rooms import room_of
from jupyter_agentchat.dialects.openwebui.shapes import channel_shape
from jupyter_agentchat.dialects.openwebui.state import OpenWebUIState
from jupyter_agentchat.dialects.openwebui.tabs import Tab
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.web.engineio.client import Client
from jupyter_agentchat.web.engineio.framing import packed
from jupyter_agentchat.web.handlers import Guarded

NO_NOTES = "Notes and shared documents are not there on this server."


class OpenWebUIMember:
    """Takes a tab's events one after the other; it hears every channel that its user may read.

    Raises
    ------
    RateLimitedError
        If the user has too many tabs.
    """

    def __init__(self, state: OpenWebUIState, client: Client) -> None:
        self._state = state
        self._service = state.service
        self._tab = Tab(client, returns=client.returns)
        state.tabs.enter(self._tab)
        self._task: asyncio.Task[None] | None = None

    def begin(self, *, recovered: bool) -> None:
        """Hear everything from now on, and what runs already; or go on where it was."""
        if recovered:
            self._tab.go_on()
            return
        self._task = asyncio.create_task(self._arrive())

    async def event(  # noqa: PLR0911 - one case per event
        self, name: str, args: Sequence[object]
    ) -> Sequence[object] | None:
        """Take an event; what Open WebUI does not answer is not answered."""
        if (lines := self._tab.lines.get(name)) is not None:
            lines.put(args[0] if args else None)
            return []
        data = cast("Mapping[str, Any]", args[0] if args and isinstance(args[0], Mapping) else {})
        if name == "user-join":
            await self._state.announcer.chats.resync(self._tab, ends=False)
            user = self._tab.user
            return [{"id": user.id, "name": user.name}]
        if name == "events:channel":
            try:
                await self._in_channel(data)
            except AgentChatError as error:
                return [{"error": error.message}]
            return []
        if name == "usage":
            model = data.get("model")
            if model in {agent.name for agent in self._service.agents()}:
                self._state.tabs.use(self._tab, str(model))
            return []
        if name == "join-note" or name.startswith("ydoc:"):
            return [{"error": NO_NOTES}]
        return []

    def parked(self) -> None:
        """Write nothing more; what the tab is told meanwhile is kept for it."""
        self._tab.close()

    async def resume(self, offset: str | None) -> bool:
        """Go on after what the tab saw, if all that came since is still there."""
        return self._tab.rewind(offset)

    def left(self) -> None:
        """Let go."""
        if self._task is not None:
            self._task.cancel()
        self._state.tabs.leave(self._tab)

    async def _arrive(self) -> None:
        is_admin = await self._tab.client.may(_is_admin)
        self._tab.is_admin = is_admin
        self._state.people.see(self._tab.user, "admin" if is_admin else "user")
        await self._state.announcer.chats.resync(self._tab, ends=True)

    async def _in_channel(self, data: Mapping[str, Any]) -> None:
        log = await self._service.channel(str(data.get("channel_id")))
        room, user = room_of(log.channel), self._tab.user
        if not self._tab.may_read(room):
            return
        told = data.get("data")
        kind = told.get("type") if isinstance(told, Mapping) else None
        if kind == "last_read_at":
            await self._service.edits.read(log.channel.id, log.seq, user)
        elif kind == "typing" and isinstance(told, Mapping):
            inner = told.get("data")
            typing = bool(isinstance(inner, Mapping) and inner.get("typing"))
            self._service.ephemera.typing(log.channel.id, user, typing=typing)
            envelope = {
                "channel_id": log.channel.id,
                "message_id": data.get("message_id"),
                "data": {"type": "typing", "data": {"typing": typing}},
                "user": self._state.people.shown(user.id),
                "channel": channel_shape(log.channel),
            }
            packets = packed(NAMESPACE, "events:channel", envelope)
            for tab in self._state.tabs.all:
                if tab.may_read(room):
                    tab.client.offer(packets)


async def _is_admin(handler: Guarded) -> bool:
    user = cast("User", handler.current_user)
    allowed = handler.authorizer.is_authorized(handler, user, "write", ADMIN)
    return bool(await ensure_async(allowed))
