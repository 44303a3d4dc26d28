"""``GET api/channels/{channel}/events``: the log as Server-Sent Events."""

from __future__ import annotations

from tornado.web import authenticated

from jupyter_agentchat.protocol.codec import encode_frame
from jupyter_agentchat.protocol.frames import Subscribed
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.joined import Joined
from jupyter_agentchat.web.sse import SSEHandler, message


class EventsHandler(SSEHandler):
    """Follows a channel from a position, or from a snapshot of now."""

    @authenticated
    async def get(self, channel: str) -> None:
        """Stream until the client leaves; ``Last-Event-ID`` wins over ``?after=``."""
        after = self.request.headers.get("Last-Event-ID") or self.get_query_argument("after", "")
        joined = await self.service.join(channel, Position.parse(after) if after else None)
        await self.follow(joined, opening=_opening(channel, joined), after=after or None)


def _opening(channel: str, joined: Joined) -> bytes:
    """Return the first message; a reader that goes on where it was keeps its last id."""
    position = str(joined.position)
    frame = Subscribed(
        channel=channel,
        position=position,
        recovered=joined.recovered,
        reason=joined.reason,
        snapshot=joined.snapshot,
    )
    return message("subscribed", encode_frame(frame), None if joined.recovered else position)
