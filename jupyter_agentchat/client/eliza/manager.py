"""ElizaOS's client manager for Python (seed 000, "SocketIOManager")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid4
from weakref import WeakValueDictionary

from jupyter_agentchat.client.credential import Token
from jupyter_agentchat.client.eliza.session import JOIN, Session, slash
from jupyter_agentchat.client.eliza.wire import Payload
from jupyter_agentchat.errors import DisconnectedError, ForbiddenError, InvalidInputError


class SocketIOManager(Session):
    """One connection to an ElizaOS server, shared by all who speak as one identity there.

    It hands on ElizaOS's events by their names, and ``connect``, ``disconnect``, ``logStream`` and
    ``missed`` (see `inbox.MISSED`). It belongs to the event loop on which it connects.

    Guarantees
    ----------
    Rooms
        Nothing of a room that is not joined is handed on.
    Exactly once
        See `Inbox`; after a lost connection rooms are joined again, and messages without an
        answer are sent again under their ids.

    Parameters
    ----------
    url : str
        The ElizaOS server: ``http://localhost:8888/agentchat/eliza``.
    token : str or callable, optional
        What opens it.
    entity_id : str, optional
        The id to speak under, any text; by default the server gives one.
    timeout_s : float
        How long an answer may take, lost connections included.
    transports : sequence of str, optional
        ``polling``, ``websocket`` or both, which is the default.
    options
        For ``socketio.AsyncClient``: ``reconnection_delay`` and so on.
    """

    _instances: ClassVar[WeakValueDictionary[tuple[object, ...], SocketIOManager]] = (
        WeakValueDictionary()
    )

    @classmethod
    def get_instance(
        cls,
        url: str,
        *,
        token: Token | None = None,
        entity_id: str | None = None,
        **options: Any,  # noqa: ANN401 - the constructor's
    ) -> SocketIOManager:
        """Return the manager of this URL and identity; the same as long as anybody holds it."""
        key = (slash(url), token, entity_id)
        found = cls._instances.get(key)
        if found is None:
            found = cls(url, token=token, entity_id=entity_id, **options)
            cls._instances[key] = found
        return found

    async def join_channel(
        self,
        channel_id: str,
        *,
        server_id: str | None = None,
        agent_id: str | None = None,
        metadata: Payload | None = None,
    ) -> Payload:
        """Hand on what happens in a room; returns the server's answer, ``channel_joined``.

        Raises
        ------
        AgentChatError
            If the server refuses.
        """
        if channel_id in self._joined:
            return self._joined[channel_id]
        given = {"entityId": self._alias, "agentId": agent_id, "metadata": metadata}
        room = {**_place(channel_id, server_id), **_said(given)}
        key = ("join", channel_id)
        if key not in self._waiting:
            self._waiting.add(key, room)
            self._inbox.join(channel_id)
            self._rooms[channel_id] = room
            if self.is_connected:
                self._wire.say("message", {"type": JOIN, "payload": room})
        try:
            return await self._waiting.answer(key, self._timeout_s)
        except BaseException:
            self._forget(channel_id)
            raise

    async def leave_channel(self, channel_id: str) -> None:
        """Drop what happens in a room from now on, and tell the others; twice does nothing."""
        room = self._rooms.get(channel_id)
        self._forget(channel_id)
        if room is not None and self.is_connected:
            self._wire.say("leave", room)

    async def send_message(
        self,
        text: str,
        channel_id: str,
        *,
        server_id: str | None = None,
        sender_name: str | None = None,
        attachments: Sequence[Payload] = (),
        metadata: Payload | None = None,
        message_id: str | None = None,
    ) -> Payload:
        """Send a message; returns the server's ``messageAck``.

        While the connection is away it waits. It is said once, however often it is sent.

        Raises
        ------
        AgentChatError
            If the server refuses, or does not answer in time.
        """
        if not (text.strip() or attachments):
            raise InvalidInputError("A message needs text, or attachments.")
        id_ = message_id or str(uuid4())
        payload = {
            **_place(channel_id, server_id),
            **_said({"senderId": self._alias, "senderName": sender_name}),
            "message": text,
            "messageId": id_,
            "source": "python",
            "attachments": list(attachments),
            "metadata": metadata or {},
        }
        self._waiting.add(("send", id_), payload)
        if self.is_connected:
            self._say(payload)
        return await self._waiting.answer(("send", id_), self._timeout_s)

    def typing(self, channel_id: str, *, is_typing: bool = True) -> None:
        """Tell the others in a room; it lasts five seconds. Without a connection it is dropped."""
        said = {**_place(channel_id), "userId": self.entity_id, "isTyping": is_typing}
        self._wire.say("typing", said)

    async def subscribe_logs(
        self, agent_name: str | None = None, level: str | int | None = None
    ) -> Payload:
        """Receive the server's own log as ``logStream``, also after a lost connection.

        Raises
        ------
        ForbiddenError
            If the user may not read it.
        """
        self._logs = _filters(agent_name, level)
        try:
            return await self._ask_logs("subscribe_logs", self._logs)
        except ForbiddenError:
            self._logs = None
            raise

    async def unsubscribe_logs(self) -> Payload:
        """Receive no more of the server's log."""
        self._logs = None
        return await self._ask_logs("unsubscribe_logs", None)

    async def update_log_filters(
        self, agent_name: str | None = None, level: str | int | None = None
    ) -> Payload:
        """Change what comes of the server's log; what is not named stays.

        Raises
        ------
        InvalidInputError
            If nothing is subscribed.
        """
        if self._logs is None:
            raise InvalidInputError("Not subscribed to the log: call subscribe_logs first.")
        self._logs |= _filters(agent_name, level)
        return await self._ask_logs("update_log_filters", self._logs)

    async def _ask_logs(self, name: str, filters: Payload | None) -> Payload:
        if not self.is_connected:
            raise DisconnectedError("There is no connection at the moment.")
        key = ("logs", name)
        self._waiting.add(key, filters or {})
        self._wire.say(name, filters)
        return await self._waiting.answer(key, self._timeout_s)


def _place(channel: str, server: str | None = None) -> Payload:
    room = {"channelId": channel, "roomId": channel}
    return room if server is None else {**room, "messageServerId": server, "serverId": server}


def _said(fields: Payload) -> Payload:
    return {name: value for name, value in fields.items() if value}


def _filters(agent: str | None, level: str | int | None) -> Payload:
    given = {"agentName": agent, "level": level}
    return {name: value for name, value in given.items() if value is not None}
