"""A client that was forgotten joins again and goes on after what it has read."""

from __future__ import annotations

from typing import Any

from tests.server.eliza.raw import joined, opened


async def test_a_join_says_where_reading_begins(chat: Any) -> None:
    await chat.channel(agents=[])
    await chat.send("one")
    async with joined(chat) as socket:
        answer = socket.of("channel_joined")[0]
        epoch, _, seq = answer["position"].rpartition(":")
        assert epoch
        assert int(seq) == answer["seq"]
        assert answer["recovered"] is False


async def test_what_was_missed_comes_once_and_in_order(chat: Any) -> None:
    await chat.channel(agents=["hello"])
    async with joined(chat) as socket:
        await chat.send("one")
        await socket.until("controlMessage", lambda each: each["action"] == "enable_input")
        await socket.hear_all()
        whole = socket.events
        position = socket.of("channel_joined")[0]["position"]
    async with opened(chat) as socket:
        answer = await socket.join("lab", entityId="user-123", after=position)
        assert answer["recovered"] is True
        assert answer["position"] == position
        await socket.until("controlMessage", lambda each: each["action"] == "enable_input")
        again = [each for each in socket.events if "seq" in each[1] and "position" not in each[1]]
        first = [each for each in whole if "seq" in each[1] and "position" not in each[1]]
        assert without_chunks(again) == without_chunks(first)
        assert text(again) == text(first) == "Hello there"


async def test_who_cannot_go_on_is_told_so(chat: Any) -> None:
    await chat.channel(agents=[])
    await chat.send("one")
    async with opened(chat) as socket:
        answer = await socket.join("lab", after="foreign:1")
        assert answer["recovered"] is False
        assert answer["position"].endswith(f":{answer['seq']}")
        refusal = await socket.join("other", after="nowhere")
        assert "is not a position" in refusal["error"]


def without_chunks(events: list[Any]) -> list[Any]:
    return [each for each in events if each[0] != "messageStreamChunk"]


def text(events: list[Any]) -> str:
    return "".join(payload["chunk"] for name, payload in events if name == "messageStreamChunk")
