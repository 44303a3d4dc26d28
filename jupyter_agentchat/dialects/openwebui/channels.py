"""``/api/v1/channels``: the channels themselves."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict, replace
from tornado.web import authenticated

from jupyter_agentchat.dialects.openwebui.handlers import WebUIHandler
from jupyter_agentchat.dialects.openwebui.history import standing
from jupyter_agentchat.dialects.openwebui.rooms import Room, metadata_with, room_of
from jupyter_agentchat.dialects.openwebui.shapes import channel_shape, nanoseconds
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.model import Channel


class NewChannel(Struct, kw_only=True):
    """The body of a creation."""

    name: str = ""
    type: Literal["", "group", "dm"] | None = None
    description: str | None = None
    is_private: bool | None = None
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None
    access_control: dict[str, Any] | None = None
    group_ids: list[str] | None = None
    user_ids: list[str] | None = None


class ChangedChannel(Struct, kw_only=True):
    """The body of an update; what is left out stays."""

    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    is_private: bool | UnsetType = UNSET
    data: dict[str, Any] | UnsetType | None = UNSET
    meta: dict[str, Any] | UnsetType | None = UNSET
    access_control: dict[str, Any] | UnsetType | None = UNSET


class EntryHandler(WebUIHandler):
    """What several routes need."""

    async def entry(self, channel: Channel, room: Room) -> dict[str, Any]:
        """Return a channel with where the user stands in it."""
        log = await self.service.channel(channel.id)
        stands = standing(log, await self.index(channel.id), self.author.id)
        shown = {
            **channel_shape(channel),
            "last_message_at": nanoseconds(stands.last_message_at),
            "last_read_at": nanoseconds(stands.last_read_at),
            "unread_count": stands.unread,
            "user_ids": None,
            "users": None,
        }
        if room.type:
            shown["user_ids"] = list(room.members)
            shown["users"] = [self.people.shown(user) for user in room.members]
        return shown

    async def made(self, wanted: NewChannel) -> Channel:
        """Create a channel whose owner is the user; a DM between the same people is found."""
        me = self.author.id
        type_: Literal["", "group", "dm"] = wanted.type or ""
        members = tuple(dict.fromkeys((me, *(wanted.user_ids or ()))))
        if type_ == "dm":
            for channel in await self.service.channels():
                room = room_of(channel)
                if room.type == "dm" and set(room.members) == set(members):
                    return channel
        name = wanted.name.strip() or ", ".join(members)
        room = Room(
            owner=me,
            type=type_,
            description=wanted.description,
            is_private=bool(wanted.is_private),
            data=wanted.data,
            meta=wanted.meta,
            access_control=wanted.access_control,
            members=members if type_ or wanted.user_ids or wanted.is_private else (),
            updated_at=self.service.clock.wall_us(),
        )
        return await self.service.create_channel(
            Channel(
                id=str(uuid.uuid4()),
                name=name,
                type="dm" if type_ == "dm" else "group",
                metadata=metadata_with(None, room),
            )
        )


class ChannelsHandler(EntryHandler):
    """``GET /`` and ``GET /list``."""

    @authenticated
    async def get(self) -> None:
        """List the channels that the user may read, with what is unread."""
        found = []
        for channel in await self.service.channels():
            room = room_of(channel)
            if not room.chat and room.may("read", self.author.id, is_admin=self.is_admin):
                found.append(await self.entry(channel, room))
        self.answer(found)


class CreateHandler(EntryHandler):
    """``POST /create``."""

    @authenticated
    async def post(self) -> None:
        """Create a channel."""
        wanted = self.read(NewChannel)
        if not wanted.name.strip() and wanted.type not in {"group", "dm"}:
            raise InvalidInputError("A channel's name has at least one visible character.")
        self.answer(channel_shape(await self.made(wanted)))


class DirectHandler(EntryHandler):
    """``GET /users/{user_id}``."""

    @authenticated
    async def get(self, user: str) -> None:
        """Find the DM with a user, or create it."""
        channel = await self.made(NewChannel(type="dm", user_ids=[user]))
        self.answer(channel_shape(channel))


class ChannelHandler(EntryHandler):
    """``GET /{id}``."""

    @authenticated
    async def get(self, id_: str) -> None:
        """Show a channel and the user's rights in it."""
        channel, room = await self.room(id_)
        me = self.author.id
        users = list(room.members) or list(self.people.users())
        self.answer(
            {
                **await self.entry(channel, room),
                "is_manager": room.may_manage(me, is_admin=self.is_admin),
                "write_access": room.may("write", me, is_admin=self.is_admin),
                "user_count": len(users),
            }
        )


class UpdateHandler(WebUIHandler):
    """``POST /{id}/update``."""

    @authenticated
    async def post(self, id_: str) -> None:
        """Change a channel."""
        channel, room = await self.managed(id_)
        wanted = asdict(self.read(ChangedChannel))
        changed = {key: value for key, value in wanted.items() if value is not UNSET}
        name = changed.pop("name", None)
        if name is not None and not name.strip():
            raise InvalidInputError("A channel's name has at least one visible character.")
        room = replace(room, **changed, updated_at=self.service.clock.wall_us())
        after = await self.service.update_channel(
            id_, name=name, metadata=metadata_with(channel, room)
        )
        self.answer(channel_shape(after))


class DeleteHandler(WebUIHandler):
    """``DELETE /{id}/delete``."""

    @authenticated
    async def delete(self, id_: str) -> None:
        """Take a channel out of view."""
        await self.managed(id_)
        await self.service.delete_channel(id_)
        self.answer(True)
