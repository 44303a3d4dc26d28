"""The 25 behaviours of an Engine.IO v4 server that its clients rely on."""

from __future__ import annotations

import json
from contextlib import suppress

from tests.conformance.socketio.adapter import (
    CONNECT_TIMEOUT_MS,
    MAX_PAYLOAD,
    PING_INTERVAL_MS,
    PING_TIMEOUT_MS,
    Query,
    Server,
)
from tests.conformance.socketio.checks import (
    POLLING,
    WEBSOCKET,
    expect_close,
    fetch,
    number,
    open_polling,
    open_websocket,
    receive_data,
    upgrade,
)


def without(query: Query, key: str) -> Query:
    return {name: value for name, value in query.items() if name != key}


def assert_open_packet(packet: str, upgrades: list[str]) -> None:
    assert packet.startswith("0")
    handshake = json.loads(packet[1:])
    sid = handshake.pop("sid")
    assert isinstance(sid, str)
    assert sid
    assert handshake == {
        "upgrades": upgrades,
        "pingInterval": PING_INTERVAL_MS,
        "pingTimeout": PING_TIMEOUT_MS,
        "maxPayload": MAX_PAYLOAD,
    }


async def polling_handshake(server: Server) -> None:
    response = await fetch(server, "GET", POLLING)
    assert response.status == 200
    assert_open_packet(response.body, ["websocket"])


async def polling_needs_a_version(server: Server) -> None:
    assert (await fetch(server, "GET", without(POLLING, "EIO"))).status == 400
    assert (await fetch(server, "GET", {**POLLING, "EIO": "abc"})).status == 400


async def polling_needs_a_transport(server: Server) -> None:
    assert (await fetch(server, "GET", without(POLLING, "transport"))).status == 400
    assert (await fetch(server, "GET", {**POLLING, "transport": "abc"})).status == 400


async def handshake_is_a_get(server: Server) -> None:
    assert (await fetch(server, "POST", POLLING)).status == 400
    assert (await fetch(server, "PUT", POLLING)).status == 400


async def websocket_handshake(server: Server) -> None:
    socket = await server.connect(WEBSOCKET)
    assert_open_packet(str(await socket.receive()), [])


async def websocket_needs_a_version(server: Server) -> None:
    await (await server.connect(without(WEBSOCKET, "EIO"))).wait_closed()
    await (await server.connect({**WEBSOCKET, "EIO": "abc"})).wait_closed()


async def websocket_needs_a_transport(server: Server) -> None:
    await (await server.connect(without(WEBSOCKET, "transport"))).wait_closed()
    await (await server.connect({**WEBSOCKET, "transport": "abc"})).wait_closed()


async def polled_message(server: Server) -> None:
    query = await open_polling(server)
    assert await fetch(server, "POST", query, "4hello") == (200, "ok")
    assert await fetch(server, "GET", query) == (200, "4hello")


async def polled_messages(server: Server) -> None:
    query = await open_polling(server)
    payload = "4test1\x1e4test2\x1e4test3"
    assert await fetch(server, "POST", query, payload) == (200, "ok")
    assert await fetch(server, "GET", query) == (200, payload)


async def polled_bytes(server: Server) -> None:
    query = await open_polling(server)
    payload = "4hello\x1ebAQIDBA=="
    assert await fetch(server, "POST", query, payload) == (200, "ok")
    assert await fetch(server, "GET", query) == (200, payload)


async def malformed_post_closes(server: Server) -> None:
    query = await open_polling(server)
    request = await server.request("POST", query, "abc")
    with suppress(EOFError):  # an aborted request is as good
        assert (await request.response()).status == 400
    assert (await fetch(server, "GET", query)).status == 400


async def two_polls_close(server: Server) -> None:
    query = await open_polling(server)
    first = await server.request("GET", query)
    await server.sleep(5)
    second = await server.request("GET", query)
    assert await first.response() == (200, "1")
    assert (await second.response()).status in (400, 500)
    assert (await fetch(server, "GET", query)).status == 400


async def aborted_poll_closes(server: Server) -> None:
    query = await open_polling(server)
    request = await server.request("GET", query)
    await server.sleep(5)
    await request.abort()
    await server.sleep(5)
    assert (await fetch(server, "GET", query)).status == 400


async def websocket_message(server: Server) -> None:
    socket = await open_websocket(server)
    await socket.send("4hello")
    assert await receive_data(socket) == "4hello"


async def websocket_bytes(server: Server) -> None:
    socket = await open_websocket(server)
    await socket.send(b"\x01\x02\x03\x04")
    assert await receive_data(socket) == b"\x01\x02\x03\x04"


async def malformed_frame_closes(server: Server) -> None:
    socket = await open_websocket(server)
    await socket.send("abc")
    await expect_close(socket)


async def polling_heartbeat(server: Server) -> None:
    query = await open_polling(server)
    for _ in range(3):
        assert await fetch(server, "GET", query) == (200, "2")
        assert await fetch(server, "POST", query, "3") == (200, "ok")


async def polling_silence_closes(server: Server) -> None:
    query = await open_polling(server)
    await server.sleep(PING_INTERVAL_MS + PING_TIMEOUT_MS)
    assert (await fetch(server, "GET", query)).status == 400


async def websocket_heartbeat(server: Server) -> None:
    socket = await open_websocket(server)
    for _ in range(3):
        assert await socket.receive() == "2"
        await socket.send("3")


async def websocket_silence_closes(server: Server) -> None:
    socket = await open_websocket(server)
    opened = server.now_ms()
    await socket.wait_closed()
    assert server.now_ms() - opened < CONNECT_TIMEOUT_MS, "Something else closed it."


async def posted_close_ends_the_poll(server: Server) -> None:
    query = await open_polling(server)
    poll = await server.request("GET", query)
    assert (await fetch(server, "POST", query, "1")).status == 200
    assert await poll.response() == (200, "6")
    assert (await fetch(server, "GET", query)).status == 400


async def close_frame_closes(server: Server) -> None:
    socket = await open_websocket(server)
    await socket.send("1")
    await expect_close(socket)


async def upgrade_ends_polling(server: Server) -> None:
    query = await open_polling(server)
    socket = await server.connect({**query, "transport": "websocket"})
    await socket.send("2probe")
    assert await socket.receive() == "3probe"
    assert await fetch(server, "GET", query) == (200, "6")
    await socket.send("5")


async def upgrade_carries_messages(server: Server) -> None:
    query = await open_polling(server)
    socket = await server.connect({**query, "transport": "websocket"})
    await socket.send("2probe")
    assert await socket.receive() == "3probe"
    assert await fetch(server, "GET", query) == (200, "6")
    await socket.send("5")
    await socket.send("4hello")
    assert await receive_data(socket) == "4hello"


async def upgraded_session_is_not_polled(server: Server) -> None:
    query = await open_polling(server)
    socket = await upgrade(server, query)
    assert (await fetch(server, "GET", query)).status == 400
    await socket.send("4hello")
    assert await receive_data(socket) == "4hello"


async def upgraded_session_has_one_websocket(server: Server) -> None:
    query = await open_polling(server)
    socket = await upgrade(server, query)
    second = await server.connect({**query, "transport": "websocket"})
    assert second.accepted
    await second.wait_closed()
    await socket.send("4hello")
    assert await receive_data(socket) == "4hello"


HANDSHAKE = (
    polling_handshake,
    polling_needs_a_version,
    polling_needs_a_transport,
    handshake_is_a_get,
    websocket_handshake,
    websocket_needs_a_version,
    websocket_needs_a_transport,
)
HEARTBEAT = (
    polling_heartbeat,
    polling_silence_closes,
    websocket_heartbeat,
    websocket_silence_closes,
)
CLOSE = (posted_close_ends_the_poll, close_frame_closes)

ENGINE_CHECKS = number(
    "engine",
    *HANDSHAKE,
    polled_message,
    polled_messages,
    polled_bytes,
    malformed_post_closes,
    two_polls_close,
    aborted_poll_closes,
    websocket_message,
    websocket_bytes,
    malformed_frame_closes,
    *HEARTBEAT,
    *CLOSE,
    upgrade_carries_messages,
    upgraded_session_is_not_polled,
    upgraded_session_has_one_websocket,
)
