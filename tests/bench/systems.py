"""The systems that are measured: ours by its faces, and what users would pick instead."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from msgspec import Struct
from msgspec.structs import replace

from tests.bench import cache
from tests.bench.ours import HEADERS, TOKEN, OurServer
from tests.bench.ours_openwebui import OurChats
from tests.bench.servers import PeerServer, Server
from tests.bench.viewers import Wire

BASE = "tornado"
"""The system that every ratio is to."""

Start = Callable[[Path, int, bool], Server]
"""start(folder, rooms, realtime)"""


class System(Struct, frozen=True, kw_only=True):
    """One system.

    Attributes
    ----------
    label : str
        What it is called in tables.
    check : callable
        Raises UnavailableError where it cannot run; installs what it needs.
    """

    label: str
    wire: Wire
    start: Start
    check: Callable[[], object] = cache.viewers


_CELL = "/ws?room={room}"
_SOCKETIO = Wire(
    protocol="socketio",
    path="/ws/socket.io/?EIO=4&transport=websocket",
    say=('42["join","room-{room}"]',),
    ready='42["joined"',
)
_WHOLE = replace(_SOCKETIO, is_whole=True)


def python_peer(module: str, mode: str = "", *, own: bool = False, redis: bool = False) -> Start:
    """Start a peer; `own`: it needs nothing beyond our dependencies and runs beside ours."""

    def start(folder: Path, rooms: int, realtime: bool) -> Server:  # noqa: ARG001, FBT001
        python = sys.executable if own else str(cache.peers_python())
        command = [python, "-m", f"tests.bench.peers.{module}", "--port", "{port}"]
        command += ["--mode", mode] if mode else []
        command += ["--redis", "{redis}"] if redis else []
        return PeerServer(command, folder, realtime=realtime)

    return start


def _node(mode: str) -> Start:
    def start(folder: Path, rooms: int, realtime: bool) -> Server:  # noqa: ARG001, FBT001
        script = str(cache.HERE / "peers/socketio_server.js")
        return PeerServer([cache.node(), script, "{port}", mode], folder, realtime=realtime)

    return start


def _ours(database: str = "", face: str = "", *options: str) -> Start:
    def start(folder: Path, rooms: int, realtime: bool) -> Server:  # noqa: FBT001
        url = database.format(folder=folder)
        server = OurServer(folder, database=url, options=options, realtime=realtime)
        try:
            if face:
                _check_face(server.url, face)
            server.channels(rooms)
        except BaseException:
            server.stop()
            raise
        return server

    return start


def _check_face(url: str, face: str) -> None:
    """Raise UnavailableError where our server does not speak a dialect (yet)."""
    answer = httpx.get(f"{url}agentchat/{face}", headers=HEADERS)
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise cache.UnavailableError(f"This version of the server has no agentchat/{face}.")


def _with_redis() -> None:
    cache.redis()
    cache.peers_python()


_AUTHORIZATION = "".join(f"{name}: {value}" for name, value in HEADERS.items())
_NATIVE = Wire(
    protocol="ws",
    path="/agentchat/ws",
    headers=_AUTHORIZATION,
    say=(
        '{"op":"hello","protocol":1}',
        '{"op":"subscribe","channel":"room-{room}","after":null}',
    ),
    ready='"op":"subscribed"',
    tag='"type":"',
    want='stream.delta"',
)
_EVENTS = Wire(
    protocol="sse",
    path="/agentchat/api/channels/room-{room}/events",
    headers=_AUTHORIZATION,
    ready='"op":"subscribed"',
    tag='"type":"',
    want='stream.delta"',
)
_ELIZA = "eliza/socket.io/?EIO=4&transport=polling"
_ELIZA_WIRE = Wire(
    protocol="socketio",
    path="/agentchat/eliza/socket.io/?EIO=4&transport=websocket",
    auth=json.dumps({"token": TOKEN}),
    say=('42["message",{"type":1,"payload":{"channelId":"room-{room}"}}]',),
    ready='42["channel_joined"',
    tag='42["',
    want='messageStreamChunk"',
)

_CHATS_WIRE = Wire(
    protocol="socketio",
    path="/agentchat/openwebui/ws/socket.io/?EIO=4&transport=websocket&user=room-{room}",
    headers=_AUTHORIZATION,
    say=('420["user-join",{}]',),
    ready="430[",
    tag='ion","data":{"',
    want='choices"',
)

OURS_WS, OURS_SSE, OURS_ELIZA, OURS_SILENT = "ours", "ours-sse", "ours-eliza", "ours-unrecorded"
OURS_CHATS, OURS_FORGETFUL = "ours-openwebui", "ours-unstored"

SYSTEMS = {
    BASE: System(
        label="bare Tornado `write_message(str)`",
        wire=Wire(protocol="ws", path=_CELL),
        start=python_peer("tornado_server", "plain", own=True),
    ),
    OURS_WS: System(label="**ours, native WebSocket**", wire=_NATIVE, start=_ours()),
    OURS_SSE: System(label="**ours, SSE**", wire=_EVENTS, start=_ours()),
    OURS_ELIZA: System(
        label="**ours, Socket.IO of an ElizaOS client**",
        wire=_ELIZA_WIRE,
        start=_ours(face=_ELIZA),
    ),
    OURS_CHATS: System(
        label="**ours, Socket.IO of an Open WebUI client**",
        wire=_CHATS_WIRE,
        start=lambda folder, rooms, realtime: OurChats(folder, realtime=realtime),  # noqa: ARG005
    ),
    OURS_SILENT: System(
        label="ours, native WebSocket, hop stamps off",
        wire=_NATIVE,
        start=_ours("", "", "--AgentChatApp.record_hops=False"),
    ),
    OURS_FORGETFUL: System(
        label="ours, native WebSocket, nothing stored", wire=_NATIVE, start=_ours("nothing://")
    ),
    "transport": System(
        label="limit: asyncio `transport.write` of a ready frame",
        wire=Wire(protocol="ws", path=_CELL),
        start=python_peer("transport_server", own=True),
    ),
    "openwebui": System(
        label="Open WebUI's way: python-socketio on uvicorn, deltas",
        wire=_SOCKETIO,
        start=python_peer("socketio_server", "deltas"),
        check=cache.peers_python,
    ),
    "openwebui-whole": System(
        label="Open WebUI's way, whole message per chunk",
        wire=_WHOLE,
        start=python_peer("socketio_server", "whole"),
        check=cache.peers_python,
    ),
    "openwebui-redis": System(
        label="Open WebUI's way, deltas through its Redis manager",
        wire=_SOCKETIO,
        start=python_peer("socketio_server", "deltas", redis=True),
        check=_with_redis,
    ),
    "openwebui-redis-whole": System(
        label="Open WebUI's way, whole message per chunk through its Redis manager",
        wire=_WHOLE,
        start=python_peer("socketio_server", "whole", redis=True),
        check=_with_redis,
    ),
    "elizaos": System(
        label="ElizaOS's way: socket.io 4 on Node",
        wire=_SOCKETIO,
        start=_node("socketio"),
        check=cache.node_modules,
    ),
    "node-ws": System(
        label="Node `ws`",
        wire=Wire(protocol="ws", path=_CELL),
        start=_node("ws"),
        check=cache.node_modules,
    ),
    "starlette": System(
        label="Starlette WebSocket",
        wire=Wire(protocol="ws", path=_CELL),
        start=python_peer("starlette_server"),
        check=cache.peers_python,
    ),
    "sse-starlette": System(
        label="sse-starlette",
        wire=Wire(protocol="sse", path="/sse?room={room}"),
        start=python_peer("starlette_server"),
        check=cache.peers_python,
    ),
    "jupyterlab-chat": System(
        label="jupyterlab-chat's way: a YChat document through its room",
        wire=Wire(protocol="yjs", path=_CELL, is_whole=True),
        start=python_peer("ychat_server", "room"),
        check=cache.peers_python,
    ),
    "jupyterlab-chat-direct": System(
        label="jupyterlab-chat's way, updates written to each client directly",
        wire=Wire(protocol="yjs", path=_CELL, is_whole=True),
        start=python_peer("ychat_server", "direct"),
        check=cache.peers_python,
    ),
}

OURS_HALVES = tuple(
    System(
        label="ours, native WebSocket, hop stamps in every second room",
        wire=_NATIVE,
        start=_ours(f"half:///{{folder}}/log.db?{side}"),
    )
    for side in (0, 1)
)
"""Rooms with even numbers are recorded, and those with odd ones."""
