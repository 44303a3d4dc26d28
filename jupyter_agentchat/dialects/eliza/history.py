"""Messages of a channel by wall time, which is how ElizaOS's clients page."""

from __future__ import annotations

from jupyter_agentchat.errors import ChannelNotFoundError
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.runtime.service import MAX_PAGE, Service

_END_MS = 2**62


async def newest(
    service: Service, channel: str, limit: int, *, before_ms: int | None = None
) -> list[Message]:
    """Return the newest whole messages before an instant, newest first.

    A channel that does not exist has none.
    """
    limit = min(limit, MAX_PAGE)
    end = _END_MS if before_ms is None else before_ms
    found: list[Message] = []
    cursor: int | None = None
    while len(found) < limit:
        try:
            page = await service.messages(channel, before=cursor, limit=limit)
        except ChannelNotFoundError:
            break
        found += [each for each in reversed(page.messages) if _is_whole(each) and _ms(each) < end]
        cursor = page.before
        if cursor is None:
            break
    return found[:limit]


async def oldest_after(
    service: Service, channel: str, limit: int, *, after_ms: int, before_ms: int | None = None
) -> list[Message]:
    """Return the oldest whole messages between two instants, newest first."""
    end = _END_MS if before_ms is None else before_ms
    found: list[Message] = []
    cursor: int | None = None
    while True:
        page = await service.messages(channel, before=cursor, limit=MAX_PAGE)
        whole = [each for each in reversed(page.messages) if _is_whole(each)]
        found += [each for each in whole if after_ms < _ms(each) < end]
        cursor = page.before
        if cursor is None or (whole and _ms(whole[-1]) <= after_ms):
            return found[-limit:]


def _is_whole(message: Message) -> bool:
    return not message.deleted and message.status != "streaming"


def _ms(message: Message) -> int:
    return message.created_at // 1000
