"""The 32 behaviours of a Socket.IO v5 server that its clients rely on.

The transport below is checked again under the Socket.IO application, which does not echo.
"""

from __future__ import annotations

import json

from tests.conformance.socketio.adapter import Server, Socket
from tests.conformance.socketio.checks import (
    expect_close,
    fetch,
    number,
    open_polling,
    open_websocket,
    receive_data,
    upgrade,
)
from tests.conformance.socketio.engine_checks import (
    CLOSE,
    HANDSHAKE,
    HEARTBEAT,
    upgrade_ends_polling,
)

ATTACHED = '[%s{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'


async def upgraded_socket_is_not_polled(server: Server) -> None:
    query = await open_polling(server)
    await upgrade(server, query)
    assert (await fetch(server, "GET", query)).status == 400


async def upgraded_socket_has_one_websocket(server: Server) -> None:
    query = await open_polling(server)
    await upgrade(server, query)
    second = await server.connect({**query, "transport": "websocket"})
    assert second.accepted
    await second.wait_closed()


async def connects(server: Server) -> None:
    await connect(await open_websocket(server), "", "{}")


async def connects_with_payload(server: Server) -> None:
    await connect(await open_websocket(server), '{"token":"123"}', '{"token":"123"}')


async def connects_to_a_namespace(server: Server) -> None:
    await connect(await open_websocket(server), "/custom,", "{}", "/custom,")


async def connects_to_a_namespace_with_payload(server: Server) -> None:
    socket = await open_websocket(server)
    await connect(socket, '/custom,{"token":"abc"}', '{"token":"abc"}', "/custom,")


async def unknown_namespace_is_refused(server: Server) -> None:
    socket = await open_websocket(server)
    await socket.send("40/random")
    assert await receive_data(socket) == '44/random,{"message":"Invalid namespace"}'


async def malformed_connect_closes(server: Server) -> None:
    socket = await open_websocket(server)
    await socket.send("4abc")
    await expect_close(socket)


async def no_connect_closes(server: Server) -> None:
    socket = await open_websocket(server)
    for _ in range(3):
        assert await socket.receive() == "2"
        await socket.send("3")
    await expect_close(socket)


async def leaving_keeps_the_session(server: Server) -> None:
    socket = await connected(server)
    await socket.send("41")
    assert await socket.receive() == "2"


async def leaving_a_namespace_keeps_the_main_one(server: Server) -> None:
    socket = await connected(server)
    await connect(socket, "/custom", "{}", "/custom,")
    await socket.send("41/custom")
    await socket.send('42["message","message to main namespace"]')
    assert await receive_data(socket) == '42["message-back","message to main namespace"]'


async def event(server: Server) -> None:
    socket = await connected(server)
    await socket.send('42["message",1,"2",{"3":[true]}]')
    assert await receive_data(socket) == '42["message-back",1,"2",{"3":[true]}]'


async def binary_event(server: Server) -> None:
    socket = await connected(server)
    await send_attached(socket, "452-" + ATTACHED % '"message",')
    await receive_attached(socket, "452-" + ATTACHED % '"message-back",')


async def acknowledgement(server: Server) -> None:
    socket = await connected(server)
    await socket.send('42456["message-with-ack",1,"2",{"3":[false]}]')
    assert await receive_data(socket) == '43456[1,"2",{"3":[false]}]'


async def binary_acknowledgement(server: Server) -> None:
    socket = await connected(server)
    await send_attached(socket, "452-789" + ATTACHED % '"message-with-ack",')
    await receive_attached(socket, "462-789" + ATTACHED % "")


async def unknown_packet_closes(server: Server) -> None:
    await send_malformed(server, "4abc")


async def payload_that_is_no_list_closes(server: Server) -> None:
    await send_malformed(server, "42{}")


async def malformed_ack_id_closes(server: Server) -> None:
    await send_malformed(server, '42abc["message-with-ack",1,"2",{"3":[false]}]')


async def connect(socket: Socket, request: str, auth: str, where: str = "") -> None:
    """Join a namespace and take the two packets that answer."""
    await socket.send("40" + request)
    answer = str(await receive_data(socket))
    assert answer.startswith("40" + where)
    handshake = json.loads(answer[len("40" + where) :])
    assert list(handshake) == ["sid"]
    assert isinstance(handshake["sid"], str)
    assert await receive_data(socket) == f'42{where}["auth",{auth}]'


async def connected(server: Server) -> Socket:
    """Return a socket in the main namespace."""
    socket = await open_websocket(server)
    await connect(socket, "", "{}")
    return socket


async def send_attached(socket: Socket, head: str) -> None:
    """Send a packet with two attachments."""
    await socket.send(head)
    await socket.send(b"\x01\x02\x03")
    await socket.send(b"\x04\x05\x06")


async def receive_attached(socket: Socket, head: str) -> None:
    """Take the same two attachments behind `head`."""
    assert await receive_data(socket) == head
    assert await receive_data(socket) == b"\x01\x02\x03"
    assert await receive_data(socket) == b"\x04\x05\x06"


async def send_malformed(server: Server, message: str) -> None:
    """Send `message` as a connected client, and be closed for it."""
    socket = await connected(server)
    await socket.send(message)
    await expect_close(socket)


SOCKET_CHECKS = number(
    "socket",
    *HANDSHAKE,
    *HEARTBEAT,
    *CLOSE,
    upgrade_ends_polling,
    upgraded_socket_is_not_polled,
    upgraded_socket_has_one_websocket,
    connects,
    connects_with_payload,
    connects_to_a_namespace,
    connects_to_a_namespace_with_payload,
    unknown_namespace_is_refused,
    malformed_connect_closes,
    no_connect_closes,
    leaving_keeps_the_session,
    leaving_a_namespace_keeps_the_main_one,
    event,
    binary_event,
    acknowledgement,
    binary_acknowledgement,
    unknown_packet_closes,
    payload_that_is_no_list_closes,
    malformed_ack_id_closes,
)
