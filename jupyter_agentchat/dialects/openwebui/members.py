"""``/api/v1/channels/{id}/members``: who is in a channel."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from tornado.web import authenticated

from jupyter_agentchat.dialects.openwebui.handlers import WebUIHandler
from jupyter_agentchat.dialects.openwebui.rooms import metadata_with
from jupyter_agentchat.dialects.openwebui.state import OpenWebUIState
from jupyter_agentchat.dialects.openwebui.tabs import ACTIVE_S
from jupyter_agentchat.errors import InvalidInputError

PAGE = 30
MAX_MEMBERS = 1_000


class Members(Struct, kw_only=True):
    """The body of an addition or a removal; Jupyter has no groups."""

    user_ids: list[str] = []
    group_ids: list[str] = []


class Active(Struct, kw_only=True):
    """The body of ``members/active``."""

    is_active: bool


class MembersHandler(WebUIHandler):
    """``GET /{id}/members``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """Show the members; of an open channel, the users that were seen."""
        _, room = await self.room(channel)
        query = self.get_query_argument("query", "").casefold()
        page = max(self.number("page") or 1, 1)
        users = [self._seen(user) for user in room.members or self.people.users()]
        if query:
            users = [user for user in users if query in str(user["name"]).casefold()]
        start = (page - 1) * PAGE
        self.answer({"users": users[start : start + PAGE], "total": len(users)})

    def _seen(self, user: str) -> dict[str, object]:
        """Return a user, and when the user was last there, in seconds of wall time."""
        clock = self.service.clock
        heard = self.backend.beside(OpenWebUIState).tabs.last_active(user)
        if heard is None:
            return {**self.people.shown(user), "is_active": False, "last_active_at": None}
        ago_s = (clock.monotonic_ns() - heard) / 1e9
        at = round(clock.wall_us() / 1e6 - ago_s)
        return {**self.people.shown(user), "is_active": ago_s < ACTIVE_S, "last_active_at": at}


class ActiveHandler(WebUIHandler):
    """``POST /{id}/members/active``."""

    @authenticated
    async def post(self, channel: str) -> None:
        """Take note that the user shows a DM, or hides it; every tab decides for itself."""
        await self.room(channel)
        self.read(Active)
        self.answer(True)


class AddHandler(WebUIHandler):
    """``POST /{id}/update/members/add``."""

    @authenticated
    async def post(self, channel: str) -> None:
        """Let users in."""
        found, room = await self.managed(channel)
        wanted = self.read(Members).user_ids
        members = tuple(dict.fromkeys((*room.members, *wanted)))
        if len(members) > MAX_MEMBERS:
            raise InvalidInputError(f"A channel has at most {MAX_MEMBERS} members.")
        added = [user for user in members if user not in room.members]
        changed = replace(room, members=members)
        await self.service.update_channel(channel, metadata=metadata_with(found, changed))
        self.answer([{"channel_id": channel, "user_id": user} for user in added])


class RemoveHandler(WebUIHandler):
    """``POST /{id}/update/members/remove``."""

    @authenticated
    async def post(self, channel: str) -> None:
        """Take users out; the owner stays. The answer is how many went."""
        found, room = await self.managed(channel)
        gone = set(self.read(Members).user_ids) - {room.owner}
        kept = tuple(user for user in room.members if user not in gone)
        changed = replace(room, members=kept)
        await self.service.update_channel(channel, metadata=metadata_with(found, changed))
        self.answer(len(room.members) - len(kept))
