"""How streaming sockets are set up."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_agentchat.web.direct import DirectSink, StreamSink, stream_of, stream_under


def nodelay(stream: Any) -> int:
    found: int = stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    return found


async def test_every_streaming_socket_has_no_delay(chat: Any) -> None:
    url = await chat.channel()
    readers = chat.extension.backend.readers
    async with chat.socket() as client:
        await client.ask("ping", t=1)
        (handler,) = readers
        assert nodelay(stream_of(handler)) == 1
    async with chat.sse(f"{url}/events") as sse:
        await sse.until("subscribed")
        (handler,) = [each for each in readers if hasattr(each, "follow")]
        assert nodelay(stream_under(handler)) == 1
    body = {"text": "hi", "mode": "stream", "agents": ["endless"]}
    async with chat.sse(f"{url}/messages", "POST", json=body) as sse:
        await sse.until("stream.delta")
        (handler,) = [each for each in readers if each.request.method == "POST"]
        assert nodelay(stream_under(handler)) == 1


async def test_nothing_is_compressed_on_the_way(chat: Any) -> None:
    url = await chat.channel()
    request = HTTPRequest(f"{chat.url}agentchat/ws".replace("http", "ws", 1), headers=chat.headers)
    client = await websocket_connect(request, compression_options={})
    assert client.headers is not None
    assert "Sec-WebSocket-Extensions" not in client.headers
    client.close()
    async with chat.sse(f"{url}/events", headers={"Accept-Encoding": "gzip"}) as sse:
        assert "content-encoding" not in sse.response.headers
        await sse.until("subscribed")


@pytest.mark.parametrize("way", [DirectSink, StreamSink])
async def test_both_ways_to_the_socket_carry_a_whole_turn(
    chat: Any, way: type[StreamSink], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("socket", "sse"):
        monkeypatch.setattr(f"jupyter_agentchat.web.{module}.sink_of", way)
    url = await chat.channel()
    async with chat.socket() as client:
        await client.ask("subscribe", channel="lab")
        body = {"text": "hi", "mode": "stream"}
        async with chat.sse(f"{url}/messages", "POST", json=body) as sse:
            got = [message["data"] async for message in sse]
        ended = await client.event("stream.completed")
    assert got[-1] == ended
    assert ended["text"] == "Hello there"


async def test_an_old_client_gets_its_events_without_chunks(chat: Any) -> None:
    """HTTP/1.0 knows no chunks; the body ends with the connection."""
    url = await chat.channel()
    path = f"{chat.url}agentchat/{url}/messages"
    host = path.split("/")[2]
    body = b'{"text": "hi", "mode": "stream"}'
    head = (
        f"POST /{path.split('/', 3)[3]} HTTP/1.0\r\nHost: {host}\r\n"
        f"Authorization: {chat.headers['Authorization']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(head.encode() + body)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    _, _, rest = answer.partition(b"\r\n\r\n")
    assert rest.startswith(b"id: ")
    assert rest.endswith(b"\n\n")
    assert b"stream.completed" in rest
