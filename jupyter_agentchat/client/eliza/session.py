"""One identity's connection to an ElizaOS server: what it hears, how it goes on after a loss."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

from jupyter_agentchat.client.credential import Token, read_token
from jupyter_agentchat.client.eliza.event_adapter import EventAdapter
from jupyter_agentchat.client.eliza.history import missed
from jupyter_agentchat.client.eliza.inbox import Inbox
from jupyter_agentchat.client.eliza.waiting import Waiting
from jupyter_agentchat.client.eliza.wire import Payload, SocketIOWire, Wire
from jupyter_agentchat.errors import AgentChatError, DisconnectedError

JOIN, SEND = 1, 2
ANSWER_S = 30.0

Transport = Literal["polling", "websocket"]


class Session(EventAdapter):
    """What `SocketIOManager` stands on.

    Attributes
    ----------
    url : str
        The server, with a trailing slash.
    entity_id : str or None
        The id that it speaks under; the server's choice once it has welcomed.
    is_connected : bool
        Whether the server has welcomed and the connection is there.
    is_recovered : bool
        Whether the server went on with the same session at the last connection.
    """

    def __init__(
        self,
        url: str,
        *,
        token: Token | None = None,
        entity_id: str | None = None,
        timeout_s: float = ANSWER_S,
        transports: Sequence[Transport] | None = None,
        wire: Callable[..., Wire] = SocketIOWire,
        **options: Any,  # noqa: ANN401 - python-socketio's
    ) -> None:
        super().__init__()
        self.url = slash(url)
        self.entity_id = entity_id
        self.is_connected = False
        self.is_recovered = False
        self._alias = entity_id
        self._token = token or ""
        self._timeout_s = timeout_s
        self._inbox = Inbox()
        self._waiting = Waiting()
        self._rooms: dict[str, Payload] = {}
        self._joined: dict[str, Payload] = {}
        self._logs: Payload | None = None
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self._established = asyncio.Event()
        self._skew_ms = 0
        chosen = list(transports) if transports else None
        self._wire = wire(self.url, self._credentials, self, options, chosen)

    async def connect(self) -> None:
        """Connect, and wait until the server has welcomed; twice does nothing.

        Raises
        ------
        AgentChatError
            If the server refuses or does not answer.
        """
        if self.is_connected:
            return
        await self._wire.open()
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._established.wait()
        except TimeoutError:
            await self._wire.close()
            raise DisconnectedError(f"{self.url} let us in and said nothing.") from None

    async def disconnect(self) -> None:
        """End the connection; rooms stay joined, and go on with the next `connect`."""
        fetching, self._fetching = self._fetching, {}
        for room, task in fetching.items():
            task.cancel()
            self._hand_on(self._inbox.replay(room, [], is_whole=False))
        await self._wire.close()
        self.lost("The connection was closed.")
        self.gone()

    def heard(self, name: str, payload: Payload) -> None:
        """Take an event of the server's."""
        match name:
            case "authenticated":
                self._welcome(payload)
            case "connection_established":
                self._begin()
            case "messageAck":
                self._waiting.settle(("send", str(payload.get("clientMessageId"))), payload)
            case "messageError":
                self._waiting.refuse(payload)
            case "channel_joined":
                self._stand(payload)
            case "log_subscription_confirmed":
                asked = "subscribe_logs" if payload.get("subscribed") else "unsubscribe_logs"
                self._waiting.settle(("logs", asked), payload)
            case "log_filters_updated":
                self._waiting.settle(("logs", "update_log_filters"), payload)
        self._hand_on(self._inbox.take(name, payload))

    def lost(self, reason: str) -> None:
        """Note that the connection is gone."""
        if self.is_connected:
            self.is_connected = False
            self._established.clear()
            self.emit("disconnect", {"reason": reason})

    def gone(self) -> None:
        """Tell who waits that the connection will not come back by itself."""
        self._waiting.fail("The connection to the server has ended; connect again.")

    def _welcome(self, payload: Payload) -> None:
        self.is_recovered = payload.get("recovered") is True
        entity, told = payload.get("entityId"), payload.get("timestamp")
        self.entity_id = self._alias or (entity if isinstance(entity, str) else None)
        self._skew_ms = told - _wall_ms() if isinstance(told, int) else 0

    def _begin(self) -> None:
        """Go on where it was: in its rooms, with its logs, and with what has no answer."""
        self.is_connected = True
        if self.is_recovered:
            for room in self._waiting.again("join"):
                self._wire.say("message", {"type": JOIN, "payload": room})
        else:
            self._join_again()
        for payload in self._waiting.again("send"):
            self._say(payload)
        self._established.set()
        self.emit("connect", {"recovered": self.is_recovered})

    def _join_again(self) -> None:
        self._joined.clear()
        for name, room in self._rooms.items():
            after = self._inbox.after(name)
            place = room if after is None else {**room, "after": after}
            self._wire.say("message", {"type": JOIN, "payload": place})
        if self._logs is not None:
            self._wire.say("subscribe_logs", self._logs)

    def _say(self, payload: Payload) -> None:
        """Say a message; who said nothing of who it is speaks as whom the server knows it."""
        named = {"senderId": self.entity_id, **payload}
        self._wire.say("message", {"type": SEND, "payload": named})

    def _stand(self, joined: Payload) -> None:
        name = str(joined.get("channelId") or joined.get("roomId"))
        self._joined[name] = joined
        self._waiting.settle(("join", name), joined)
        if self._inbox.stand(joined, _wall_ms() + self._skew_ms):
            if name in self._fetching:
                self._fetching[name].cancel()
            self._fetching[name] = asyncio.create_task(self._catch_up(name))

    async def _catch_up(self, room: str) -> None:
        """Fetch what was missed of a room where the server could not go on."""
        try:
            token = await read_token(self._token)
            rows, is_whole = await missed(self.url, token, room, self._inbox.since(room))
        except AgentChatError:
            rows, is_whole = [], False
        self._hand_on(self._inbox.replay(room, rows, is_whole=is_whole))
        del self._fetching[room]

    def _forget(self, room: str) -> None:
        self._inbox.leave(room)
        self._rooms.pop(room, None)
        self._joined.pop(room, None)

    def _hand_on(self, deliveries: Sequence[tuple[str, Payload]]) -> None:
        for name, payload in deliveries:
            if name == "channelDeleted":
                self._forget(str(payload.get("channelId")))
            self.emit(name, payload)

    async def _credentials(self) -> Payload:
        token = await read_token(self._token)
        named = {"token": token, "apiKey": token, "entityId": self._alias}
        return {name: value for name, value in named.items() if value}


def slash(url: str) -> str:
    """Return a URL with a trailing slash."""
    return url if url.endswith("/") else f"{url}/"


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
