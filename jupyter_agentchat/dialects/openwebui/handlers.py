"""Bases of this dialect's handlers: errors as FastAPI has them, access to channels, roles."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.auth import User

from jupyter_agentchat.dialects.openwebui.history import Listed, listed
from jupyter_agentchat.dialects.openwebui.index import Index
from jupyter_agentchat.dialects.openwebui.origins import Origins
from jupyter_agentchat.dialects.openwebui.people import People, Role
from jupyter_agentchat.dialects.openwebui.rooms import Access, Room, room_of
from jupyter_agentchat.dialects.openwebui.shapes import message_shape
from jupyter_agentchat.dialects.openwebui.state import OpenWebUIState
from jupyter_agentchat.errors import ForbiddenError, MessageNotFoundError
from jupyter_agentchat.protocol.model import Channel, Message
from jupyter_agentchat.web.direct import has_answered
from jupyter_agentchat.web.failures import explain
from jupyter_agentchat.web.handlers import RestHandler

ADMIN = "agentchat-admin"
"""The authoriser is asked whether a user may ``write`` it: then the role is ``admin``."""


class WebUIHandler(Origins, RestHandler):
    """JSON as Open WebUI has it, and ``{"detail"}`` where it refuses."""

    role: Role = "user"

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Guard, and ask the authoriser for the user's role."""
        await super().prepare(_redirect_to_login=False)
        if not has_answered(self):
            user = cast("User", self.current_user)
            allowed = self.authorizer.is_authorized(self, user, "write", ADMIN)
            self.role = "admin" if await ensure_async(allowed) else "user"
            self.people.see(self.author, self.role)

    @property
    def people(self) -> People:
        """The users that were seen."""
        return self.backend.beside(OpenWebUIState).people

    @property
    def is_admin(self) -> bool:
        """Whether the user has the role ``admin``."""
        return self.role == "admin"

    async def room(self, channel: str, access: Access = "read") -> tuple[Channel, Room]:
        """Return a channel that the user may read, or write.

        Raises
        ------
        ChannelNotFoundError, ForbiddenError
            If it is not there, or not for this user.
        """
        found = (await self.service.channel(channel)).channel
        room = room_of(found)
        if not room.may(access, self.author.id, is_admin=self.is_admin):
            raise ForbiddenError(f"You may not {access} the channel {channel!r}.")
        return found, room

    async def managed(self, channel: str) -> tuple[Channel, Room]:
        """Return a channel that the user may change."""
        found, room = await self.room(channel)
        if not room.may_manage(self.author.id, is_admin=self.is_admin):
            raise ForbiddenError(f"Only its owner and administrators change {channel!r}.")
        return found, room

    async def message(self, channel: str, message: str) -> Message:
        """Return a message that is not deleted."""
        found = await self.service.message(channel, message)
        if found.deleted:
            raise MessageNotFoundError(f"There is no message {message!r} in {channel!r}.")
        return found

    async def index(self, channel: str) -> Index:
        """Return what is known of a channel's messages."""
        return await self.backend.beside(OpenWebUIState).standings.of(channel)

    async def shown(self, message: Message | Listed) -> dict[str, Any]:
        """Return a message as clients get it, with its replies and what it quotes."""
        if isinstance(message, Message):
            message = listed(await self.index(message.channel), message)
        quoted = None
        if message.message.reply_to is not None:
            with suppress(MessageNotFoundError):  # cleared away
                quoted = await self.service.message(
                    message.message.channel, message.message.reply_to
                )
        return message_shape(message, self.people, quoted)

    def page(self, limit: int = 50) -> tuple[int, int]:
        """Return ``skip`` and ``limit`` of the query."""
        wanted = self.number("limit")
        return self.number("skip") or 0, limit if wanted is None else max(1, min(wanted, 500))

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - Tornado's interface
        """Answer with the sentence."""
        self.set_cors_headers()
        status, info = explain(kwargs.get("exc_info", (None, None, None))[1], status_code)
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode({"detail": info.message, "code": info.code}))
