"""Real sockets that break at random bytes, in the middle of a stream: the text is the server's.

The stories of `tests/properties/test_resume.py` are many and know no network; these are few.
"""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

import pytest

CHUNKS = 400
ORDER = {"synthetic": {"chunks": CHUNKS, "ttft_ms": 0, "icl_ms": 1, "seed": 5}}
CUTS = 40


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Story:
    """What one reader has applied, and where it stands."""

    def __init__(self) -> None:
        self.text = ""
        self.position = ""
        self.end: str | None = None
        self.resumes = 0

    def opened(self, frame: dict[str, Any]) -> None:
        if self.position:
            assert frame["recovered"] is True
            self.resumes += 1
        self.position = frame["position"]

    def apply(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["type"] == "stream.delta":
                self.text += event["text"]
            elif event["type"] == "stream.completed":
                self.end = event["text"]


async def over_sse(chat: Any, url: str, story: Story, limit: int) -> None:
    """Read about `limit` bytes of the event stream, and hang up wherever that is."""
    headers = {"Last-Event-ID": story.position} if story.position else {}
    buffer, taken, due = b"", 0, []
    is_first = not story.position
    async with chat.http.stream("GET", f"{url}/events", headers=headers) as response:
        async for data in response.aiter_raw():
            buffer += data[: limit + 1 - taken]
            taken += len(data)
            while b"\n\n" in buffer:
                message, _, buffer = buffer.partition(b"\n\n")
                lines = dict(line.split(": ", 1) for line in message.decode().split("\n"))
                content = json.loads(lines["data"])
                if lines["event"] == "subscribed":
                    story.opened(content)
                    continue
                due.append(content)
                if "id" in lines:
                    story.apply(due)
                    story.position, due = lines["id"], []
            if taken > limit or story.end is not None or (is_first and story.position):
                return


async def over_ws(chat: Any, story: Story, frames: int) -> None:
    """Read a few frames, and break the connection below the WebSocket."""
    async with chat.socket() as socket:
        story.opened(await socket.ask("subscribe", channel="lab", after=story.position or None))
        for _ in range(frames):
            frame = await socket.hear()
            assert frame is not None
            if frame["op"] != "events":
                continue
            assert frame["first"] == int(story.position.rpartition(":")[2]) + 1
            story.position = f"{frame['epoch']}:{frame['last']}"
            story.apply(frame["events"])
            if story.end is not None:
                return
        socket.raw.protocol.stream.close()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("way", ["ws", "sse"])
async def test_a_stream_read_in_pieces_is_the_servers(chat: Any, way: str, seed: int) -> None:
    chance = random.Random(seed)
    url = await chat.channel(agents=["synthetic"])
    story = Story()
    if way == "ws":
        await over_ws(chat, story, 0)
    else:
        await over_sse(chat, url, story, 3000)
    sent = await chat.send("go", metadata=ORDER)
    for _ in range(CUTS):
        if story.end is None and way == "ws":
            await over_ws(chat, story, chance.randrange(0, 12))
        elif story.end is None:
            await over_sse(chat, url, story, chance.randrange(0, 4000))
    while story.end is None:
        await (over_ws(chat, story, 10_000) if way == "ws" else over_sse(chat, url, story, 10**9))
    assert story.resumes > 5
    assert story.text.count("") > CHUNKS
    messages = await chat.messages()
    (answer,) = [each for each in messages if each.get("stream") == sent["streams"][0]]
    assert digest(story.text) == digest(story.end) == digest(answer["text"])


async def test_a_reader_that_is_lost_again_and_again_before_it_heard_anything(chat: Any) -> None:
    url = await chat.channel(agents=["synthetic"])
    for _ in range(20):
        async with chat.http.stream("GET", f"{url}/events"):
            pass  # not a byte of the body is read
    await chat.send("go", mode="sync", metadata={"synthetic": {"chunks": 9, "icl_ms": 0}})
    story = Story()
    await over_sse(chat, url, story, 3000)
    assert story.position
    assert len(await chat.messages()) == 2
