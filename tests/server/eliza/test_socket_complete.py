"""``POST api/messaging/complete`` on its way to the clients of a room."""

from __future__ import annotations

from typing import Any

from tests.server.eliza.raw import joined


async def test_the_room_hears_that_an_agent_elsewhere_is_done(chat: Any) -> None:
    async with joined(chat) as socket:
        url = "eliza/api/messaging/complete"
        answer = await chat.post(url, {"channel_id": "lab", "server_id": "s"})
        assert answer.status_code == 200
        told = await socket.until("messageComplete")
        assert (told["channelId"], told["roomId"]) == ("lab", "lab")
        assert (told["serverId"], told["messageServerId"]) == ("s", "s")
