"""jupyterlab-chat's model: a chat is a Yjs document, a chunk sets a message's whole body again.

``room`` serves the document by pycrdt.websocket's YRoom, as jupyter-collaboration does; ``direct``
writes each update to each client, as jupyter-server-documents does. Saving the ``.chat`` file and
awareness are left out, in the peer's favour.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from jupyterlab_chat.models import Message, NewMessage, User
from jupyterlab_chat.ychat import YChat
from pycrdt import Awareness, Doc, create_sync_message, create_update_message, handle_sync_message
from pycrdt.websocket import YRoom
from tornado.web import Application
from tornado.websocket import WebSocketHandler

from tests.bench.peers import serving

options = serving.options("room", "direct")
AGENT = "agent-1"


class Room:
    """One chat and those who have it open."""

    def __init__(self) -> None:
        self.document: Any = Doc()
        self.chat = YChat(self.document, Awareness(self.document))
        self.chat.set_user(User(username=AGENT, name=AGENT, display_name=AGENT, bot=True))
        self.viewers: list[Viewer] = []
        self.yroom: YRoom | None = None
        self.task: asyncio.Task[None] | None = None
        if options.mode == "direct":
            self._observed = self.document.observe(self._broadcast)

    async def open(self) -> YRoom:
        """Return the started YRoom."""
        if self.yroom is None:
            self.yroom = YRoom(ready=True, ydoc=self.document)
            self.task = asyncio.create_task(self.yroom.start())
        await self.yroom.started.wait()
        return self.yroom

    def _broadcast(self, event: Any) -> None:
        update = create_update_message(event.update)
        for viewer in self.viewers:
            viewer.write_message(update, binary=True)


ROOMS: dict[int, Room] = {}


def room_of(number: int) -> Room:
    """Return a room, made when it is first asked for."""
    if number not in ROOMS:
        ROOMS[number] = Room()
    return ROOMS[number]


class Channel:
    """Tornado's handler as pycrdt.websocket wants it."""

    path = "room"

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer

    def __aiter__(self) -> Channel:
        """Iterate over what the viewer says."""
        return self

    async def __anext__(self) -> bytes:
        """Return the next message."""
        return await self.recv()

    async def send(self, message: bytes) -> None:
        """Write one message."""
        self._viewer.write_message(message, binary=True)

    async def recv(self) -> bytes:
        """Wait for one message."""
        return await self._viewer.inbox.get()


class Viewer(WebSocketHandler):
    """One open copy of a chat."""

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 - Tornado's interface
        """Take everybody."""
        return True

    async def open(self, *args: str, **kwargs: str) -> None:  # noqa: ARG002 - same
        """Join, and exchange the state."""
        self.set_nodelay(True)
        self.inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self.room = room_of(int(self.get_argument("room")))
        if options.mode == "room":
            yroom = await self.room.open()
            self.task = asyncio.create_task(yroom.serve(Channel(self)))
        else:
            self.write_message(create_sync_message(self.room.document), binary=True)

    def on_message(self, message: str | bytes) -> None:
        """Take a sync message."""
        assert isinstance(message, bytes)
        if options.mode == "room":
            self.inbox.put_nowait(message)
        elif message[:2] == b"\0\0":
            answer = handle_sync_message(message[1:], self.room.document)
            self.write_message(answer, binary=True)
            self.room.viewers.append(self)


def begin(room: int) -> str:
    """Add the message that will grow."""
    message = NewMessage(body="", sender=AGENT)
    return str(room_of(room).chat.add_message(message, trigger_actions=[]))


def publish(room: int, message: str, index: int, text: str) -> None:  # noqa: ARG001 - one interface
    """Append to the message."""
    body = Message(id=message, body=text, time=time.time(), sender=AGENT, raw_time=False)
    ROOMS[room].chat.update_message(body, append=True, trigger_actions=[])


async def main() -> None:
    """Listen and play."""
    Application([("/ws", Viewer)]).listen(options.port, "127.0.0.1")
    await serving.serve(publish, begin)


if __name__ == "__main__":
    serving.run(main())
