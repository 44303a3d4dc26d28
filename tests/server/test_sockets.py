"""How streaming sockets are set up."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import pytest
from tornado.httpclient import HTTPRequest
from tornado.iostream import IOStream
from tornado.web import GZipContentEncoding
from tornado.websocket import websocket_connect

from jupyter_agentchat.dialects.openai import handlers
from jupyter_agentchat.dialects.openai.handlers import StreamingHandler
from jupyter_agentchat.web import sse
from jupyter_agentchat.web.direct import DirectSink, StreamSink, stream_of, stream_under
from jupyter_agentchat.web.engineio.handler import EngineHandler
from jupyter_agentchat.web.socket import SocketHandler


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


ENGINE_IO = [
    "agentchat/eliza/socket.io/?EIO=4&transport=websocket",
    "agentchat/openwebui/ws/socket.io/?EIO=4&transport=websocket",
]
SOCKETS = ["agentchat/ws", *ENGINE_IO]


def asking(chat: Any, path: str) -> HTTPRequest:
    return HTTPRequest(f"{chat.url}{path}".replace("http", "ws", 1), headers=chat.headers)


@pytest.mark.parametrize("path", ENGINE_IO)
async def test_a_socket_io_connection_has_no_delay(chat: Any, path: str) -> None:
    client = await websocket_connect(asking(chat, path))
    with closing(client):
        opening = await client.read_message()
        assert str(opening).startswith("0{")
        (driver,) = chat.extension.backend.readers
        assert nodelay(driver._sink._stream) == 1


ASKED = {"model": "hello", "messages": [{"role": "user", "content": "hi"}], "stream": True}
COMPLETIONS = "openai/v1/chat/completions"


async def test_an_openai_stream_has_no_delay(chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found, begin = [], StreamingHandler._begin

    def begun(handler: StreamingHandler) -> None:
        begin(handler)
        found.append(nodelay(stream_under(handler)))

    monkeypatch.setattr(StreamingHandler, "_begin", begun)
    await chat.post(COMPLETIONS, ASKED)
    assert found == [1]


@pytest.mark.parametrize("path", SOCKETS)
async def test_no_socket_is_compressed(chat: Any, path: str) -> None:
    client = await websocket_connect(asking(chat, path), compression_options={})
    client.close()
    assert client.headers is not None
    assert "Sec-WebSocket-Extensions" not in client.headers


async def test_no_event_stream_is_compressed_where_the_server_compresses(chat: Any) -> None:
    url = await chat.channel()
    chat.app.web_app.add_transform(GZipContentEncoding)
    gzip = {"headers": {"Accept-Encoding": "gzip"}}
    await chat.send("x" * 2000)
    page = await chat.get(f"{url}/messages", **gzip)
    assert page.headers["content-encoding"] == "gzip"
    async with chat.sse(f"{url}/events", **gzip) as stream:
        assert "content-encoding" not in stream.response.headers
        await stream.until("subscribed")
    async with chat.sse(COMPLETIONS, "POST", json=ASKED, **gzip) as stream:
        assert "content-encoding" not in stream.response.headers


async def each_socket(chat: Any, _: pytest.MonkeyPatch) -> None:
    for path in SOCKETS:
        await test_no_socket_is_compressed(chat, path)


async def native(chat: Any, _: pytest.MonkeyPatch) -> None:
    await test_every_streaming_socket_has_no_delay(chat)


async def eliza(chat: Any, _: pytest.MonkeyPatch) -> None:
    await test_a_socket_io_connection_has_no_delay(chat, ENGINE_IO[0])


async def openwebui(chat: Any, _: pytest.MonkeyPatch) -> None:
    await test_a_socket_io_connection_has_no_delay(chat, ENGINE_IO[1])


async def raw_streams(chat: Any, _: pytest.MonkeyPatch) -> None:
    await test_no_event_stream_is_compressed_where_the_server_compresses(chat)


def nothing(*_: object) -> None:
    """Set nothing up."""


def deflate(_: object) -> dict[str, Any]:
    return {}


@pytest.mark.parametrize(
    ("check", "place", "fault"),
    [
        pytest.param(native, (IOStream, "set_nodelay"), nothing, id="native"),
        pytest.param(eliza, (IOStream, "set_nodelay"), nothing, id="eliza"),
        pytest.param(openwebui, (IOStream, "set_nodelay"), nothing, id="openwebui"),
        pytest.param(
            test_an_openai_stream_has_no_delay, (IOStream, "set_nodelay"), nothing, id="openai"
        ),
        pytest.param(
            each_socket, (SocketHandler, "get_compression_options"), deflate, id="deflate-native"
        ),
        pytest.param(
            each_socket, (EngineHandler, "get_compression_options"), deflate, id="deflate-engine.io"
        ),
        pytest.param(raw_streams, (sse, "leave_raw"), nothing, id="gzip-native"),
        pytest.param(raw_streams, (handlers, "leave_raw"), nothing, id="gzip-openai"),
    ],
)
async def test_a_planted_fault_is_found(
    chat: Any,
    check: Callable[[Any, pytest.MonkeyPatch], Awaitable[None]],
    place: tuple[object, str],
    fault: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(*place, fault)
    with pytest.raises(AssertionError):
        await check(chat, monkeypatch)


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
