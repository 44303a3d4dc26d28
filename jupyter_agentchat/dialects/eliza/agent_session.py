"""What one client of an agent's socket says, and what it is answered; no framework here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza import payloads
from jupyter_agentchat.dialects.eliza.agent_messages import ROOM, VOICE, spoken_to
from jupyter_agentchat.dialects.eliza.answering import Answering, joined_at
from jupyter_agentchat.dialects.eliza.ids import channel_id
from jupyter_agentchat.dialects.eliza.speak import speak
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.dialects.eliza.turn_frames import Frame, error_frame, frames_of
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    InvalidInputError,
    RateLimitedError,
    UnknownOperationError,
)
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES
from jupyter_agentchat.protocol.model import AgentInfo, Author
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.pipeline import Sending
from jupyter_agentchat.web.bodies import read_body
from jupyter_agentchat.web.failures import info_of

MAX_TURNS = 16
"""Turns of one socket that wait or run."""
STOPS = frozenset({"stop", "cancel", "interrupt", "abort"})

Send = Callable[[bytes], Awaitable[None]]
_log = logging.getLogger(__name__)


class AgentSession:
    """Many turns with one agent over one connection; a turn is followed while others begin.

    Parameters
    ----------
    send : callable
        Writes one frame; returns when the socket has taken it.
    """

    def __init__(self, eliza: ElizaState, user: Author, agent: AgentInfo, send: Send) -> None:
        self._eliza = eliza
        self._service = eliza.service
        self._user = user
        self._agent = agent
        self._write = send
        self._turns: dict[asyncio.Task[None], Sending] = {}
        self.connection = self._service.connect("ws", user)

    async def handle(self, frame: str | bytes) -> None:
        """Take one frame; whatever is wrong with it, the socket stays open."""
        self.connection.count(received=len(frame))
        t_request = self._service.clock.monotonic_ns()
        try:
            await self._take(frame, t_request)
        except DisconnectedError:
            return
        except Exception as error:  # noqa: BLE001 - one frame's failure is not the socket's
            if not isinstance(error, AgentChatError):
                _log.exception("A frame of an agent's socket failed")
            await self._send(error_frame(info_of(error), self._now_ms()))

    def close(self, code: int | None) -> None:
        """Let go of everything; the answers go on."""
        for task in self._turns:
            task.cancel()
        self._service.disconnect(self.connection, code)

    async def _take(self, frame: str | bytes, t_request: int) -> None:
        if isinstance(frame, bytes):
            raise InvalidInputError(VOICE)
        given = read_body(frame.encode(), dict[str, Any], limit=MAX_SEND_BYTES)
        kind = given.get("type")
        if kind == "message":
            await self._message(given, t_request)
        elif isinstance(kind, str) and kind in STOPS:
            await self._stop(given)
        elif kind == "ping":
            await self._send({"type": "pong", "timestamp": self._now_ms()})
        elif kind == "audio":
            raise InvalidInputError(VOICE)
        else:
            raise UnknownOperationError('type is "message", "stop" or "ping".')

    async def _message(self, given: dict[str, Any], t_request: int) -> None:
        if len(self._turns) >= MAX_TURNS:
            raise RateLimitedError(f"At most {MAX_TURNS} turns wait or run on one socket.")
        spoken = spoken_to(self._agent, self._user, given)
        origin = Origin(transport="ws", connection=self.connection.id, t_request=t_request)
        sending = await speak(self._eliza, self._user, spoken, origin)
        answering = Answering(payloads.Form(spoken.channel, spoken.server), sending)
        task = asyncio.create_task(self._follow(answering, sending))
        self._turns[task] = sending
        task.add_done_callback(self._turns.pop)

    async def _stop(self, given: dict[str, Any]) -> None:
        """Stop the turns of a room, or all of this socket; each ends with its own ``error``."""
        room = of.text_of(given, ROOM)
        chosen = None if room is None else channel_id(room)
        for sending in list(self._turns.values()):
            if chosen in {None, sending.message.channel}:
                for stream in sending.streams:
                    await self._service.cancel(stream)

    async def _follow(self, answering: Answering, sending: Sending) -> None:
        joined, only = await joined_at(self._service, sending), answering.only
        try:
            with suppress(DisconnectedError):
                async for batch in joined.subscription:
                    socket_ns = self.connection.now_ns()
                    for item in batch.items:
                        for projected in answering.feed(item.event):
                            for frame in frames_of(projected, answering, self._now_ms()):
                                await self._send(frame)
                    own = [each for each in batch.publications if only.belongs(each.event)]
                    self.connection.delivered(
                        sending.message.channel,
                        own,
                        joined.subscription.replay_until,
                        socket_ns=socket_ns,
                    )
                    if answering.is_over:
                        return
        except AgentChatError as error:
            await self._send(error_frame(info_of(error), self._now_ms()))
        finally:
            joined.subscription.close()

    async def _send(self, frame: Frame) -> None:
        data = msgspec.json.encode(frame)
        self.connection.count(sent=len(data))
        await self._write(data)

    def _now_ms(self) -> int:
        return self._service.clock.wall_us() // 1000
