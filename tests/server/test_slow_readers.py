"""Readers that lag, stall, and come back: nobody waits for them, and they lose nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.protocol.model import Author
from tests.server.stalled import Stalled, digest, events_of

FLOOD = {"chunks": 4_000, "chars": 400, "ttft_ms": 0, "icl_ms": 0, "pace": False, "seed": 7}
"""2 MB of JSON."""
END = b'"stream.completed"'
BOB = Author(id="bob", kind="user", name="Bob")
SHORT = {**FLOOD, "chunks": 1_500}


@pytest.fixture
def agentchat_config() -> dict[str, Any]:
    return {"default_agents": ["synthetic"]}


def stalled(chat: Any) -> Stalled:
    return Stalled(chat.url, chat.app.identity_provider.token)


async def subscribe(reader: Stalled, channel: str = "lab", after: str | None = None) -> None:
    """Subscribe and read the answer, then nothing more."""
    known = len(reader.heard())
    await reader.say("subscribe", channel=channel, after=after)
    await reader.read(lambda: any(each["op"] == "subscribed" for each in reader.heard()[known:]))


async def flood(chat: Any, spec: dict[str, Any] = FLOOD, channel: str = "lab") -> str:
    """Stream to the end; returns the text's sha256."""
    body = {"text": "go", "mode": "sync", "metadata": {"synthetic": spec}}
    sent = await chat.post(f"api/channels/{channel}/messages", body, timeout=30)
    return hashlib.sha256(sent.json()["replies"][0]["text"].encode()).hexdigest()


async def completed(reader: Stalled, streams: int = 1) -> None:
    """Read until so many streams have ended."""

    seen = at = 0

    def all_ended() -> bool:
        nonlocal seen, at
        while (found := reader.data.find(END, at)) >= 0:
            seen, at = seen + 1, found + len(END)
        at = max(at, len(reader.data) - len(END))
        frames = [payload for _, payload in reader.frames()] if seen >= streams else []
        return b"".join(frames).count(END) == streams

    await reader.read(all_ended)


async def closed(chat: Any, readers: int) -> None:
    """Wait until the server holds only so many connections open."""
    async with asyncio.timeout(20):
        while len(chat.extension.backend.readers) > readers:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)


@asynccontextmanager
async def keeping_up(chat: Any) -> AsyncIterator[Stalled]:
    """Read a channel as it comes, beside whatever is tested."""
    with stalled(chat) as reader:
        await reader.web_socket()
        await subscribe(reader)
        task = asyncio.create_task(completed(reader))
        yield reader
        await task


async def test_a_stalled_socket_is_closed_and_resumes_exactly(chat: Any) -> None:
    await chat.channel()
    with stalled(chat) as reader:
        await reader.web_socket()
        await subscribe(reader)
        (handler,) = chat.extension.backend.readers
        waking = asyncio.create_task(_read_once_closed(reader, handler.outlet))
        async with keeping_up(chat) as other:
            expected = await flood(chat)
        assert digest(events_of(other.heard())) == expected
        await waking
        assert reader.close_code() == 4008
        first = [each for each in reader.heard() if each["op"] == "events"]
    assert digest(events_of(first)) != expected
    async with chat.socket() as socket:
        answer = await socket.ask(
            "subscribe", channel="lab", after=f"{first[-1]['epoch']}:{first[-1]['last']}"
        )
        assert answer["recovered"]
        await socket.until(lambda frame: b"stream.completed" in json.dumps(frame).encode())
    frames = [each for each in socket.frames if each["op"] == "events"]
    assert digest(events_of([*first, *frames])) == expected
    await closed(chat, 0)
    rows = (await chat.get("api/log/connections?format=json")).json()
    (slow,) = [row for row in rows if row["close_code"] == 4008]
    assert slow["backlog_max"] > 1000
    assert slow["queue_max_bytes"] > 0


async def _read_once_closed(reader: Stalled, outlet: Outlet) -> None:
    async with asyncio.timeout(20):
        while not outlet.closed:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)
    await reader.read(lambda: reader.close_code() is not None)


async def test_a_stalled_event_stream_ends_and_resumes_exactly(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_agentchat.web.sse.CLOSING_S", 0.5)
    url = await chat.channel()
    with stalled(chat) as reader:
        await reader.open(f"{url}/events")
        async with keeping_up(chat):
            expected = await flood(chat)
        await closed(chat, 0)
        await reader.read()
    body = _unchunked(bytes(reader.data))
    events, last = _messages(body)
    assert digest(events) != expected
    async with chat.sse(f"{url}/events", headers={"Last-Event-ID": last}) as sse:
        assert (await anext(aiter(sse)))["data"]["recovered"]
        rest = [each["data"] for each in await sse.until("stream.completed")]
    assert digest([*events, *rest]) == expected
    rows = (await chat.get("api/log/connections?format=json")).json()
    assert [row["transport"] for row in rows if row["close_code"] == 4008] == ["sse"]


def _unchunked(data: bytes) -> bytes:
    """Return the whole chunks of a body that may have been cut off."""
    body, at = b"", 0
    while (found := re.match(rb"([0-9a-f]+)\r\n", data[at:])) is not None:
        begin = at + found.end()
        size = int(found[1], 16)
        body += data[begin : begin + size]
        at = begin + size + 2
    return body


def _messages(body: bytes) -> tuple[list[dict[str, Any]], str]:
    """Return the events up to the last id that was read, as a browser would apply them."""
    events, pending, last = list[dict[str, Any]](), list[dict[str, Any]](), ""
    for message in body.split(b"\n\n")[:-1]:
        fields = dict(
            line.split(": ", 1) for line in message.decode().splitlines() if line[:1] != ":"
        )
        if fields.get("event") in {None, "subscribed"}:
            continue
        pending.append(json.loads(fields["data"]))
        if "id" in fields:
            last = fields["id"]
            events += pending
            pending = []
    return events, last


PATIENT = pytest.mark.parametrize(
    "agentchat_config",
    [{"reader_budget_bytes": 10**9, "reader_budget_s": 60.0, "default_agents": ["synthetic"]}],
    ids=["patient"],
)


@PATIENT
async def test_a_reader_that_goes_on_within_its_budget_gets_chunks_merged(chat: Any) -> None:
    await chat.channel()
    with stalled(chat) as reader:
        await reader.web_socket()
        await subscribe(reader)
        expected = await flood(chat)
        await completed(reader)
        events = events_of(reader.heard())
        assert digest(events) == expected
        merged = [each for each in events if isinstance(each["seq"], list)]
        assert merged
        rows = (await chat.get("api/log/connections?format=json")).json()
        assert rows[0]["merges"] == sum(each["seq"][1] - each["seq"][0] for each in merged)
        assert rows[0]["closed"] is None


@PATIENT
async def test_several_channels_share_a_socket_and_each_is_whole(chat: Any) -> None:
    names = ["a", "b", "c"]
    for name in names:
        await chat.channel(name)
    with stalled(chat) as reader:
        await reader.web_socket()
        for name in names:
            await subscribe(reader, name)
        expected = await asyncio.gather(*(flood(chat, SHORT, name) for name in names))
        await completed(reader, len(names))
        for name, sha in zip(names, expected, strict=True):
            frames = [each for each in reader.heard() if each.get("channel") == name]
            assert digest(events_of(frames)) == sha


@PATIENT
async def test_nothing_of_a_stream_follows_its_cancel_ack_though_the_socket_was_blocked(
    chat: Any,
) -> None:
    await chat.channel()
    with stalled(chat) as reader:
        await reader.web_socket()
        await subscribe(reader)
        sent = await chat.send("go", metadata={"synthetic": {**FLOOD, "chunks": 1_000_000}})
        (stream,) = sent["streams"]
        await asyncio.sleep(0.05)
        await reader.say("cancel", stream=stream, ref="stop")
        await reader.read(lambda: b'"ref":"stop"' in reader.data)
        await reader.say("ping", t=1, ref="after")
        await reader.read(lambda: b'"ref":"after"' in reader.data)
        heard = reader.heard()
        at = next(i for i, each in enumerate(heard) if each.get("ref") == "stop")
        before, after = events_of(heard[:at]), events_of(heard[at:])
        assert before[-1]["type"] == "stream.cancelled"
        assert after == []


async def test_a_client_that_reads_no_answers_is_not_read_from(chat: Any) -> None:
    with stalled(chat) as reader:
        await reader.web_socket()
        (handler,) = chat.extension.backend.readers
        (connection,) = chat.service.connections.values()
        commanding = asyncio.create_task(_command_for_ever(reader))
        async with asyncio.timeout(20):
            while not handler.outlet.blocked:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)
        taken = connection._bytes_in
        await asyncio.sleep(0.2)
        assert connection._bytes_in - taken < 1000
        assert handler.outlet.waiting() < 4096
        commanding.cancel()


async def _command_for_ever(reader: Stalled) -> None:
    while True:
        await reader.say("unsubscribe", channel="x" * 50, ref="r" * 60)


@PATIENT
async def test_ephemeral_frames_are_dropped_for_a_blocked_socket_and_counted(chat: Any) -> None:
    await chat.channel()
    with stalled(chat) as reader:
        await reader.web_socket()
        await subscribe(reader)
        (handler,) = chat.extension.backend.readers
        await flood(chat, SHORT)
        assert handler.outlet.blocked
        for _ in range(5):
            chat.service.ephemera.typing("lab", BOB, typing=True)
        await completed(reader)
        assert not [each for each in reader.heard() if each["op"] == "typing"]
        rows = (await chat.get("api/log/connections?format=json")).json()
        assert rows[0]["dropped"] == 5
