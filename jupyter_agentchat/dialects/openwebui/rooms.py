"""What Open WebUI knows of a channel beyond its name: kept in the channel's metadata."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct

from jupyter_agentchat.protocol.model import Channel

KEY = "openwebui"
Access = Literal["read", "write"]


class Room(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a channel that is Open WebUI's.

    Attributes
    ----------
    owner : str or None
        Who made it; None for channels that were made elsewhere.
    type : str
        ``""`` (everybody reads, unless it is private), ``group`` or ``dm``.
    members : tuple of str
        Of a group, a DM or a private channel.
    access_control : dict or None
        As Open WebUI has it; of it, ``user_ids`` under ``read`` and ``write`` are honoured.
    local : str or None
        The id of a chat that its client keeps, whose channel has another one.
    chat : bool
        Whether it is a chat with models, which only its owner sees.
    """

    owner: str | None = None
    type: Literal["", "group", "dm"] = ""
    description: str | None = None
    is_private: bool = False
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None
    access_control: dict[str, Any] | None = None
    members: tuple[str, ...] = ()
    updated_at: int = 0
    chat: bool = False
    local: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether only members come in."""
        return self.is_private or self.type != ""

    def may(self, access: Access, user: str, *, is_admin: bool) -> bool:
        """Tell whether a user may read, or write."""
        if user == self.owner or user in self.members:
            return True
        if self.chat:
            return False
        if is_admin and self.type != "dm":
            return True
        return not self.is_closed and self._grants(access, user)

    def may_manage(self, user: str, *, is_admin: bool) -> bool:
        """Tell whether a user may change the channel itself."""
        return user == self.owner or (is_admin and not self.chat)

    def _grants(self, access: Access, user: str) -> bool:
        if self.access_control is None:
            return True
        granted = self.access_control.get(access)
        users = granted.get("user_ids") if isinstance(granted, dict) else None
        return isinstance(users, list) and user in users


def room_of(channel: Channel) -> Room:
    """Return what Open WebUI knows of a channel; of one that was made elsewhere, nothing."""
    kept = {} if channel.metadata is UNSET else channel.metadata
    try:
        return msgspec.convert(kept.get(KEY, {}), Room)
    except msgspec.ValidationError:
        return Room()


def metadata_with(channel: Channel | None, room: Room) -> dict[str, Any]:
    """Return a channel's metadata with `room` in it."""
    kept = {} if channel is None or channel.metadata is UNSET else channel.metadata
    return {**kept, KEY: msgspec.to_builtins(room)}
